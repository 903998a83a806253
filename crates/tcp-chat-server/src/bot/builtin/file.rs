//! The brain that the bot was built with, and a user's own.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use common::localized;
use serde::Serialize;

use super::brain::{Brain, BrainError, BrainFault};

/// Largest brain of a user's own.
const MAX_BYTES: u64 = 1 << 20;

const SHIPPED: &str = include_str!("../../../brain/built-in.rive");

/// What holds beside every brain.
const SKILLS: &str = include_str!("../../../brain/skills.rive");

/// Why a user's brain is not used: goes on after its file was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum BrainFileError {
    Unreadable { error: String },
    NotAFile,
    TooLarge { max: u64 },
    NotText { line: usize },
    Faulty { line: usize, fault: BrainFault },
}

localized!(BrainFileError);

impl From<BrainError> for BrainFileError {
    fn from(BrainError { line, fault }: BrainError) -> Self {
        Self::Faulty { line, fault }
    }
}

/// The brain that the program came with.
pub(super) fn shipped() -> Brain {
    // A test reads it.
    Brain::read(&[SHIPPED, SKILLS]).unwrap_or_default()
}

/// The brain in a file.
pub(super) fn read(path: &Path) -> Result<Brain, BrainFileError> {
    let unreadable = |error: std::io::Error| BrainFileError::Unreadable { error: error.to_string() };
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
        BrainFileError::NotText { line: good.split(|byte| *byte == b'\n').count() }
    })?;
    Ok(Brain::read(&[text, SKILLS])?)
}
