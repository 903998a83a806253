//! The settings of a program: one struct that the file, the command line and the form read.
//!
//! Each field of the struct has its default, its documentation and its check there and nowhere else: clap reads them
//! for `--help` and the command line, serde for the file. The file is a readable one in the platform's configuration
//! folder, written whole or not at all. One that cannot be understood is set aside, reported and replaced by defaults;
//! keys that this version does not know are kept. The command line beats the file for a run and is not written back
//! ([`Baseline`]). Secrets have no place in it.

mod baseline;
mod bounded;
mod command_line;
mod look;
mod store;

pub use baseline::Baseline;
pub(crate) use baseline::with_keys;
pub use bounded::{Bounded, NumberError, listen_port};
pub use command_line::{CommandLine, ProgramArgs, defaults, parse, parse_words};
pub use look::{ContrastChoice, Look, Renderer, ThemeChoice, WindowPlacement, Zoom};
pub use store::{Loaded, OtherWindow, SettingsError, Store};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The settings of a program. Every field has a default.
pub trait Config: clap::Args + Stored {
    /// The lists that [`Baseline`] keeps item by item, each with the key that holds the name of an item.
    const LISTS: &'static [(&'static str, &'static str)] = &[];

    /// Takes over from `before` what is in no file, such as secrets of this run.
    fn keep_unwritten(&mut self, _before: &Self) {}
}

/// What a program keeps in the file beside what all four keep. Every field has a default.
pub trait Stored: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + 'static {}

impl<T: Serialize + DeserializeOwned + Default + Clone + PartialEq + Send + 'static> Stored for T {}

/// All that the file holds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, bound = "A: Stored")]
pub struct Settings<A> {
    /// How the window looks.
    pub look: Look,
    /// Where it was.
    pub window: WindowPlacement,
    /// What the program itself remembers.
    pub program: A,
}
