//! What the engine is told.

use std::net::SocketAddr;

use common::chat::{PassPhrase, ServerKey};
use common::net::Network;

use crate::bot::{BotChoice, BotKind, Secret};
use crate::config::Config;
use crate::event::ClientId;

/// A chat window on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatWindow {
    pub address: SocketAddr,
    /// What the server is known by there.
    pub key: Option<ServerKey>,
    pub pass: Option<PassPhrase>,
}

/// What a user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen; ignored while listening.
    Start(Config),
    /// Stop listening and close every connection; ignored while stopped.
    Stop,
    /// End a client's connection; ignored where it is gone.
    Disconnect(ClientId),
    /// Take clients of these networks alone, or of all where there are none; ignored while stopped.
    Allow(Vec<Network>),
    /// Open a chat window that connects to this address; ignored while stopped.
    OpenChat(ChatWindow),
    /// Ask this bot the question of [`super::TEST_QUESTION`], whether listening or not.
    TestBot(BotChoice),
    /// Ask this bot's service for its models.
    ListModels(BotChoice),
    /// Keep a bot's key in the system's key store.
    KeepKey {
        /// Whose.
        kind: &'static BotKind,
        /// The key.
        key: Secret,
    },
    /// Let the key store forget a bot's key.
    ForgetKey(&'static BotKind),
    /// Let it forget the pass phrase.
    ForgetPass,
}
