//! The pass phrase from a file or from the environment.

use std::env::VarError;
use std::path::Path;

use serde::Serialize;

use super::{ReadError, read_text};
use crate::localized;
use crate::secret::Secret;

/// The variable that holds the pass phrase of a chat server, for the server as for its clients.
pub const PASS_VARIABLE: &str = "TCP_CHAT_PASS";

/// Longest file with a pass phrase, in bytes.
const MAX_BYTES: u64 = 4096;

/// Why there is no pass phrase to be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassError {
    /// The file, or [`PASS_VARIABLE`].
    pub file: String,
    /// What is wrong there.
    pub reason: ReadError,
}

localized!(PassError);

/// The pass phrase in the first line of `file`, or, where there is no file, in [`PASS_VARIABLE`].
///
/// # Errors
/// Where the file cannot be read, or what it or the variable holds is blank or no text: a server that was to want a pass phrase
/// must not be open to everybody for a mistake.
pub fn read_pass(file: Option<&Path>) -> Result<Option<Secret>, PassError> {
    let named = |reason| {
        let file = file.map_or_else(|| PASS_VARIABLE.to_owned(), |file| file.display().to_string());
        PassError { file, reason }
    };
    let text = match file {
        Some(file) => read_text(file, MAX_BYTES).map_err(named)?,
        None => match std::env::var(PASS_VARIABLE) {
            Ok(text) => text,
            Err(VarError::NotPresent) => return Ok(None),
            Err(VarError::NotUnicode(_)) => return Err(named(ReadError::NotText { line: 1 })),
        },
    };
    let pass = Secret::new(text.lines().next().unwrap_or_default());
    pass.ok_or_else(|| named(ReadError::Blank)).map(Some)
}
