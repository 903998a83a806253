//! Every limit and pause of the chat contract, in one place.

use std::time::Duration;

/// Longest text of one message, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 32 * 1024;

/// Longest record line of a client, in bytes before its line feed.
pub const MAX_RECORD_BYTES: usize = 256 * 1024;

/// Longest reply of a bot, in bytes of UTF-8.
pub const MAX_REPLY_BYTES: usize = 256 * 1024;

/// Longest record line of a server, in bytes before its line feed: the longest reply, of which JSON
/// may write each byte as an escape of six, and room for the other fields.
pub const MAX_SERVER_RECORD_BYTES: usize = 6 * MAX_REPLY_BYTES + 4096;

/// Messages of one connection that may wait for the bot.
pub const MAX_WAITING: usize = 32;

/// Bytes of messages that may wait at a server, of all its clients together: of begun ones, of those that wait for
/// their turn, and of those that are being answered.
pub const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// How long a record may take from its first byte to its line feed, and a plain peer that sends more than
/// [`MAX_BURST_BYTES`] without a pause, until it is told.
pub const RECORD_WAIT: Duration = Duration::from_secs(10);

/// [`RECORD_WAIT`] for a record of a server, which may be six times as long: 51 kB a second.
pub const SERVER_RECORD_WAIT: Duration = Duration::from_secs(30);

/// Most that a plain peer may send without a pause: as much as [`MAX_WAITING`] messages of
/// [`MAX_TEXT_BYTES`].
pub const MAX_BURST_BYTES: usize = MAX_WAITING * MAX_TEXT_BYTES;

/// A plain message is over when its peer has been quiet for this long.
pub const QUIET_GAP: Duration = Duration::from_millis(25);

/// How much longer an unfinished UTF-8 character is waited for.
pub const UNFINISHED_CHAR_WAIT: Duration = Duration::from_secs(2);

/// How long the client waits for `welcome`, and the server for the rest of a beginning that may
/// become `hello`.
pub const HELLO_WAIT: Duration = Duration::from_secs(2);
