//! The brain that the bot was built with, and a user's own.

use std::path::Path;

use common::files::{ReadError, read_text};
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
    Unreadable { error: ReadError },
    Faulty { line: usize, fault: BrainFault },
}

localized!(BrainFault, BrainFileError);

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
    let unreadable = |error| BrainFileError::Unreadable { error };
    let text = read_text(path, MAX_BYTES).map_err(unreadable)?;
    Ok(Brain::read(&[&text, SKILLS])?)
}
