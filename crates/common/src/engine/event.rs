//! What an engine reports.

use serde::Serialize;

use crate::status::Level;

/// Something that happened, as plain data: its JSON record, its line and its row in a log are made of the one
/// `#[derive(Serialize)]` (see [`texts`](crate::texts) and [`headless`](crate::headless)).
pub trait Event: Serialize {
    /// How much it matters.
    fn level(&self) -> Level {
        Level::Info
    }

    /// Bytes of payload, which count towards the limit of a burst.
    fn payload_bytes(&self) -> usize {
        0
    }

    /// Whether a headless run has a line for it, or a JSON object.
    fn is_printed(&self, _is_json: bool) -> bool {
        true
    }
}
