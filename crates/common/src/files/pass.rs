//! The pass phrase from a file or from the environment.

use std::env::VarError;
use std::path::Path;

use super::{ReadError, read_text};
use crate::secret::Secret;

/// The variable that holds the pass phrase of a chat server, for the server as for its clients.
pub const PASS_VARIABLE: &str = "TCP_CHAT_PASS";

/// Longest file with a pass phrase, in bytes.
const MAX_BYTES: u64 = 4096;

/// The pass phrase in the first line of `file`, or, where there is no file, in [`PASS_VARIABLE`].
///
/// # Errors
/// Where the file cannot be read, or what it or the variable holds is blank or no text: a server that was to want a pass phrase
/// must not be open to everybody for a mistake.
pub fn read_pass(file: Option<&Path>) -> Result<Option<Secret>, ReadError> {
    let text = match file {
        Some(file) => read_text(file, MAX_BYTES)?,
        None => match std::env::var(PASS_VARIABLE) {
            Ok(text) => text,
            Err(VarError::NotPresent) => return Ok(None),
            Err(VarError::NotUnicode(_)) => return Err(ReadError::NotText { line: 1 }),
        },
    };
    Secret::new(text.lines().next().unwrap_or_default()).ok_or(ReadError::Blank).map(Some)
}
