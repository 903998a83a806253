//! The chat's wire: limits, records, and how bytes become messages.
//!
//! The contract is `docs/protocol.md`, part 2. Timers belong to the callers: nothing here knows
//! what time it is.
#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions)
)]

mod burst;
mod dialect;
mod invitation;
mod limits;
mod lines;
mod reason;
mod record;
mod server_key;
mod telnet;

pub use burst::{Arrival, Burst, LineBreak, PlainError};
pub use dialect::{Dialect, HELLO_START, is_client_hello, recognise};
pub use invitation::{Invitation, InvitationError};
pub use limits::{
    HELLO_WAIT, MAX_BURST_BYTES, MAX_RECORD_BYTES, MAX_REPLY_BYTES, MAX_SERVER_RECORD_BYTES, MAX_TEXT_BYTES,
    MAX_WAITING, MAX_WAITING_BYTES, QUIET_GAP, RECORD_WAIT, SERVER_RECORD_WAIT, UNFINISHED_CHAR_WAIT,
};
pub use lines::{LineDecoder, LineTooLong};
pub use reason::{ErrorReason, FailReason, GoodbyeReason};
pub use record::{ClientRecord, PROTOCOL, RecordError, ServerRecord, TlsOffer};
pub use server_key::{ServerKey, ServerKeyError};
pub use telnet::PlainFilter;

/// What a server of ours says by itself to a plain peer, or to one that it does not know yet, begins with this.
pub const SERVER_LINE: &str = "[server] ";

/// A byte order mark in UTF-8, which some programs write before their first text.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
