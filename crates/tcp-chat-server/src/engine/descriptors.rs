//! Room for as many connections as the limits allow: each takes a descriptor of the system.

use crate::config::Limits;

/// What the program holds beside connections: its log, its window, its libraries, its listener.
const OWN_DESCRIPTORS: u64 = 48;

/// Descriptors that a server of `limits` can come to need: a client takes one, a call to a bot another, and
/// the connection that the call before has left.
fn needed(limits: Limits) -> u64 {
    OWN_DESCRIPTORS + u64::from(limits.max_clients.get()) + 2 * u64::from(limits.max_bot_calls.get())
}

/// Takes what the system lets a program have, where the usual limit is too low.
///
/// # Errors
/// Where that is too little as well: what is needed, and what there is.
pub(super) fn make_room(limits: Limits) -> Result<(), (u64, u64)> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    let needed = needed(limits);
    let Ok((usual, most)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    if usual >= needed {
        return Ok(());
    }
    let wanted = needed.min(most);
    let allowed = if setrlimit(Resource::RLIMIT_NOFILE, wanted, most).is_ok() { wanted } else { usual };
    if allowed >= needed { Ok(()) } else { Err((needed, allowed)) }
}
