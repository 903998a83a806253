//! The key store on the command line: keep a key, forget it.

use std::io::{self, IsTerminal as _, Write as _};

use common::cli::Failure;
use common::headless::printed;

use crate::bot::{BotKind, KeyStore, Secret, key_of_first_line};

/// What is to be done with the key that the key store has for a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAction {
    /// Keep the one of standard input.
    Keep(&'static BotKind),
    /// Forget it.
    Forget(&'static BotKind),
}

/// Does it, and says so in a line.
///
/// # Errors
/// Where no key is given, or the key store does not do it.
pub fn run(action: KeyAction) -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Failure::run)?;
    let done = match action {
        KeyAction::Keep(kind) => {
            let key = key_of_input()?;
            let kept = runtime.block_on(KeyStore::system().keep(kind.word, key));
            kept.map(|()| format!("The key store keeps the key of {}", kind.word))
        }
        KeyAction::Forget(kind) => runtime.block_on(KeyStore::system().forget(kind.word)).map(|was_kept| {
            let had = if was_kept { "has forgotten the key" } else { "had no key" };
            format!("The key store {had} of {}", kind.word)
        }),
    };
    // The store may still be asking its user.
    runtime.shutdown_background();
    let line = done.map_err(Failure::run)?;
    printed(writeln!(io::stdout(), "{line}"))
}

fn key_of_input() -> Result<Secret, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        let advice =
            "a key that is typed here would be seen, give it a file or another program's output: < FILE";
        return Err(Failure::usage(anyhow::anyhow!(advice)));
    }
    let key = key_of_first_line(input.lock()).map_err(Failure::run)?;
    key.ok_or_else(|| Failure::usage(anyhow::anyhow!("the first line of standard input holds no key")))
}
