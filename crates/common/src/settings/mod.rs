//! What a window remembers: a readable file in the platform's configuration folder.
//!
//! The file is written as a whole or not at all. One that cannot be understood is set aside,
//! reported and replaced by defaults; keys that this version does not know are kept. The command
//! line beats it for a run and is not written back ([`Choice`]). Secrets have no place in it.

mod choice;
mod look;
mod store;

pub use choice::Choice;
pub use look::{ContrastChoice, Look, Place, ThemeChoice};
pub use store::{Loaded, OtherWindow, SettingsError, Store};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a program keeps in the file beside what all four keep. Every field has a default.
pub trait Kept: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + 'static {}

impl<T: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + 'static> Kept for T {}

/// All that the file holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, bound = "A: Kept")]
pub struct Settings<A> {
    /// How the window looks.
    pub look: Look,
    /// Where it was.
    pub window: Place,
    /// What the program itself remembers.
    pub program: A,
}
