//! The key store of the system: the Secret Service of a desktop, the Keychain, the Credential Manager.
//!
//! It may be missing, locked, or waiting for its user's password: it is asked on a thread that may
//! wait, one thing at a time, and nobody waits for it long.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
use common::localized;
use common::text::cut;
use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
#[cfg(windows)]
use windows_native_keyring_store::Store;
#[cfg(all(unix, not(target_vendor = "apple")))]
use zbus_secret_service_keyring_store::Store;

use super::Secret;

/// What the store calls this program.
const SERVICE: &str = "tcp-chat-server";

/// In place of a bot's word: what clients have to say. No bot is named so.
pub(crate) const PASS: &str = "pass-phrase";

/// How long a bot waits for its key.
const READ_PATIENCE: Duration = Duration::from_secs(2);

/// How long what a user asked for may take: the store may want its password first.
const CHANGE_PATIENCE: Duration = Duration::from_mins(1);

/// Longest words of the system that are passed on, in characters.
const MAX_WORDS_CHARS: usize = 200;

/// Why the key store gave nothing: one that is `Late` may be waiting for its user, and one that is `Unusable`
/// holds something else under the bot's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum KeyStoreError {
    Missing { reason: String },
    Locked,
    Late { after: Duration },
    Unusable,
    Failed { reason: String },
}

localized!(KeyStoreError);

impl From<Error> for KeyStoreError {
    // What the store holds is part of some errors: those are never printed.
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::Locked,
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => Self::Unusable,
            Error::PlatformFailure(error) => Self::Failed { reason: shown(&*error) },
            other => Self::Failed { reason: shown(&other) },
        }
    }
}

fn shown(error: &dyn std::error::Error) -> String {
    let words = error.to_string();
    cut(&words, MAX_WORDS_CHARS).unwrap_or(&words).to_owned()
}

/// The place of the key of one bot, by the bot's word.
type Place = dyn Fn(&str) -> keyring_core::Result<Entry> + Send + Sync;

/// The store, opened anew each time: it may come and go while the server runs.
#[derive(Clone)]
pub(crate) struct KeyStore {
    place: Arc<Place>,
    /// Held by the one job that may be under way, however long nobody waits for it any more.
    turn: Arc<Semaphore>,
    read_patience: Duration,
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyStore")
    }
}

impl KeyStore {
    /// The key store of this system.
    pub(crate) fn system() -> Self {
        Self::new(|word| {
            // What people see in the store's own window, where it shows such a thing.
            let label = match word {
                PASS => format!("{SERVICE}: pass phrase of its clients"),
                bot => format!("{SERVICE}: key of the bot {bot}"),
            };
            let modifiers = HashMap::from([("label", label.as_str())]);
            let takes_labels = cfg!(all(unix, not(target_vendor = "apple")));
            Store::new()?.build(SERVICE, word, takes_labels.then_some(&modifiers))
        })
    }

    fn new(place: impl Fn(&str) -> keyring_core::Result<Entry> + Send + Sync + 'static) -> Self {
        Self { place: Arc::new(place), turn: Arc::new(Semaphore::new(1)), read_patience: READ_PATIENCE }
    }

    /// The key of the bot of this word, where it is kept.
    pub(crate) async fn read(&self, word: &'static str) -> Result<Option<Secret>, KeyStoreError> {
        let read = |entry: &Entry| match entry.get_password() {
            Ok(key) => Ok(Secret::new(&key)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        };
        self.ask(word, self.read_patience, read).await
    }

    /// Keeps a key of the bot of this word, in the place of an earlier one.
    pub(crate) async fn keep(&self, word: &'static str, key: Secret) -> Result<(), KeyStoreError> {
        self.ask(word, CHANGE_PATIENCE, move |entry| entry.set_password(key.reveal())).await
    }

    /// Forgets the key of the bot of this word; `false`: there is none.
    pub(crate) async fn forget(&self, word: &'static str) -> Result<bool, KeyStoreError> {
        let forget = |entry: &Entry| match entry.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(error),
        };
        self.ask(word, CHANGE_PATIENCE, forget).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        word: &'static str,
        patience: Duration,
        job: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let answer = async {
            // The semaphore is never closed, so `acquire` cannot fail.
            let turn = Arc::clone(&self.turn).acquire_owned().await.ok();
            let place = Arc::clone(&self.place);
            let answer = spawn_blocking(move || {
                let _turn = turn;
                let entry = place(word).map_err(|error| match KeyStoreError::from(error) {
                    KeyStoreError::Failed { reason: words } => KeyStoreError::Missing { reason: words },
                    other => other,
                })?;
                Ok(job(&entry)?)
            });
            answer.await.unwrap_or_else(|error| Err(KeyStoreError::Failed { reason: error.to_string() }))
        };
        timeout(patience, answer).await.unwrap_or(Err(KeyStoreError::Late { after: patience }))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::{SyncSender, sync_channel};

    use keyring_core::mock;

    /// One that forgets all when it is dropped.
    pub(crate) fn in_memory() -> KeyStore {
        let store = mock::Store::new().unwrap();
        KeyStore::new(move |word| store.build(SERVICE, word, None))
    }

    /// One that answers nothing until the sender says so, once for each question, or is dropped.
    pub(crate) fn stuck() -> (KeyStore, SyncSender<()>) {
        let (sender, receiver) = sync_channel(10);
        let receiver = Mutex::new(receiver);
        let place = move |word: &str| {
            let _released = receiver.lock().unwrap().recv().is_ok();
            mock::Store::new()?.build(SERVICE, word, None)
        };
        (KeyStore { read_patience: Duration::from_millis(50), ..KeyStore::new(place) }, sender)
    }

    /// None at all.
    pub(crate) fn missing() -> KeyStore {
        KeyStore::new(|_| Err(Error::PlatformFailure("no such bus".into())))
    }

    fn key(text: &str) -> Secret {
        Secret::new(text).unwrap()
    }

    #[tokio::test]
    async fn a_key_is_kept_for_its_bot_replaced_and_forgotten() {
        let store = in_memory();
        assert_eq!(store.read("turing").await, Ok(None));
        for text in ["k3y", "an0ther"] {
            store.keep("turing", key(text)).await.unwrap();
            assert_eq!(store.read("turing").await, Ok(Some(key(text))));
        }
        assert_eq!(store.read("simsimi").await, Ok(None));
        assert_eq!(store.forget("turing").await, Ok(true));
        assert_eq!(store.forget("turing").await, Ok(false));
        assert_eq!(store.read("turing").await, Ok(None));
    }

    #[tokio::test]
    async fn nobody_waits_for_a_store_that_does_not_answer_and_it_is_asked_one_thing_at_a_time() {
        let (store, release) = stuck();
        let late = Err(KeyStoreError::Late { after: store.read_patience });
        assert_eq!(store.read("turing").await, late);
        assert_eq!(store.read("turing").await, late);
        // The first question alone is still open: the second was never put.
        release.send(()).unwrap();
        release.send(()).unwrap();
        drop(store.turn.acquire().await.unwrap());
        assert_eq!(store.read("turing").await, Ok(None));
    }

    #[test]
    fn what_the_store_holds_is_in_no_error() {
        let bytes = || b"k3y".to_vec();
        for (error, expected) in [
            (Error::BadEncoding(bytes()), KeyStoreError::Unusable),
            (Error::BadDataFormat(bytes(), "k3y".into()), KeyStoreError::Unusable),
            (Error::NoStorageAccess("prompt dismissed".into()), KeyStoreError::Locked),
            (
                Error::PlatformFailure("no such bus".into()),
                KeyStoreError::Failed { reason: "no such bus".into() },
            ),
        ] {
            assert_eq!(KeyStoreError::from(error), expected);
        }
    }

    #[tokio::test]
    async fn a_store_that_is_not_there_is_said() {
        let error = missing().read("turing").await.unwrap_err();
        assert_eq!(error.to_string(), "there is no key store here");
    }
}
