//! How things stand, as plain values: engines say them, windows draw them.

use serde::{Deserialize, Serialize};

use crate::tr;

/// How much an event matters to whoever runs the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All is well.
    #[default]
    Info,
    /// Something did not go as it should, and the program goes on.
    Warning,
    /// The program cannot do its work.
    Error,
}

/// What a colour means. Never the only sign: a word or a shape stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It works.
    Good,
    /// It will go on by itself.
    Waiting,
    /// It needs the user.
    Bad,
    /// It is off, or less important.
    Quiet,
    /// The one thing to press, and the own voice in a chat.
    Accent,
}

/// The lamp of a state. Each has its own shape too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lamp {
    /// Working: a full disc.
    On,
    /// On its way, by itself: a ring with a dot.
    Waiting,
    /// Needs the user: a disc with a bar.
    Failed,
    /// Off: an empty ring.
    Off,
}

impl Lamp {
    /// The tone it is drawn in.
    #[must_use]
    pub fn tone(self) -> Tone {
        match self {
            Self::On => Tone::Good,
            Self::Waiting => Tone::Waiting,
            Self::Failed => Tone::Bad,
            Self::Off => Tone::Quiet,
        }
    }
}

/// What a window is doing, in one sentence with a subject and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The lamp beside the sentence.
    pub lamp: Lamp,
    /// The sentence, without a full stop.
    pub sentence: String,
    /// The sentence without its count, where it has one: a screen reader does not say a count each second.
    pub spoken: Option<String>,
}

impl Status {
    /// A status.
    pub fn new(lamp: Lamp, sentence: impl Into<String>) -> Self {
        Self { lamp, sentence: sentence.into(), spoken: None }
    }

    /// A status whose sentence has a count; `spoken` is the sentence without it.
    #[must_use]
    pub fn counting(self, spoken: String) -> Self {
        Self { spoken: Some(spoken), ..self }
    }

    /// The engine has ended though nobody asked it to: a defect of the program.
    #[must_use]
    pub fn broken() -> Self {
        Self::new(Lamp::Failed, tr!("status-broken"))
    }

    /// The status after a press that the engine could not take.
    #[must_use]
    pub fn busy(self) -> Self {
        Self { sentence: tr!("status-busy", sentence = self.sentence), ..self }
    }
}
