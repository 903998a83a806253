//! Addresses by name, their reach in words, and errors of the network said clearly.

mod bind;
mod host;

pub use bind::{BindError, explain_bind, explain_connect, explain_lookup};
pub use host::{Host, HostError, reach, resolve};
