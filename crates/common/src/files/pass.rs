//! Where a pass phrase comes from that nobody typed.

use std::io;
use std::path::Path;

use super::{ReadError, read_text};
use crate::secret::Secret;

/// The variable that holds the pass phrase of a chat server, for the server as for its clients.
pub const PASS_VARIABLE: &str = "TCP_CHAT_PASS";

/// Longest file with a pass phrase.
const MAX_BYTES: u64 = 4096;

/// The pass phrase in the first line of `file`, or, where there is no file, in [`PASS_VARIABLE`].
///
/// # Errors
/// Where the file cannot be read, or its first line is blank.
pub fn read_pass(file: Option<&Path>) -> Result<Option<Secret>, ReadError> {
    let Some(file) = file else {
        return Ok(std::env::var(PASS_VARIABLE).ok().and_then(|pass| Secret::new(&pass)));
    };
    let text = read_text(file, MAX_BYTES)?;
    let pass = Secret::new(text.lines().next().unwrap_or_default());
    pass.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof).into()).map(Some)
}
