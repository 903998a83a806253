//! The brain that the bot was built with, and a user's own.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::brain::{Brain, BrainError};
use super::skills;

/// Largest brain of a user's own.
const MAX_BYTES: u64 = 1 << 20;

const SHIPPED: &str = include_str!("../../../brain/built-in.rive");

/// What holds beside every brain.
const SKILLS: &str = include_str!("../../../brain/skills.rive");

/// Why a user's brain is not used: goes on after its file was named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrainFileError {
    /// In the system's words.
    #[error("cannot be read ({0})")]
    Unreadable(String),
    /// A folder, or a pipe.
    #[error("is no file")]
    NotAFile,
    /// Over what is read.
    #[error("is larger than {max} bytes")]
    TooLarge {
        /// Bytes that are read.
        max: u64,
    },
    /// The first line that is no text.
    #[error("is not UTF-8 text in line {0}")]
    NotText(usize),
    /// It says what cannot be meant.
    #[error("has a fault in {0}")]
    Faulty(#[from] BrainError),
}

/// The brain that the program came with.
pub(super) fn shipped() -> Brain {
    // A test reads it; were it faulty, the bot's last words are left.
    Brain::read(&[SHIPPED, SKILLS], skills::NAMES).unwrap_or_default()
}

/// The brain in a file.
pub(super) fn read(path: &Path) -> Result<Brain, BrainFileError> {
    let unreadable = |error: std::io::Error| BrainFileError::Unreadable(error.to_string());
    // Looked at before it is opened: opening a pipe waits for who writes it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(BrainFileError::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > MAX_BYTES) {
        return Err(BrainFileError::TooLarge { max: MAX_BYTES });
    }
    let text = str::from_utf8(&bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        BrainFileError::NotText(good.split(|byte| *byte == b'\n').count())
    })?;
    Ok(Brain::read(&[text, SKILLS], skills::NAMES)?)
}
