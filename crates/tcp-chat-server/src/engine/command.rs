//! What the user asks of the engine.

use std::net::SocketAddr;

use common::chat::ServerKey;
use common::net::Network;

use crate::bot::{BotChoice, BotKind, Secret};
use crate::config::Config;
use crate::event::ClientId;

/// A chat window to open on this computer, and where it connects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatWindow {
    pub address: SocketAddr,
    /// The key that the chat window expects of the server.
    pub key: Option<ServerKey>,
    pub pass: Option<Secret>,
}

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
    KeepKey { kind: &'static BotKind, key: Secret },
    /// Let the key store forget a bot's key.
    ForgetKey(&'static BotKind),
    /// Let the key store forget the pass phrase.
    ForgetPass,
}
