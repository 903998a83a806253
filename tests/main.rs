//! The four programs together, and at the other end of the original demos.

#[cfg(test)]
mod support;

#[cfg(test)]
mod bots;
#[cfg(test)]
mod builtin;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod desktop;
#[cfg(test)]
mod discovery;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod drawing;
#[cfg(test)]
mod encryption;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile_clients;
#[cfg(test)]
mod input_methods;
#[cfg(test)]
mod key_store;
#[cfg(test)]
mod network;
#[cfg(test)]
mod network_check;
#[cfg(test)]
mod network_client;
#[cfg(test)]
mod original_demos;
#[cfg(test)]
mod server_under_load;
#[cfg(test)]
mod stored_files;
#[cfg(test)]
mod system_look;
#[cfg(test)]
mod time;
