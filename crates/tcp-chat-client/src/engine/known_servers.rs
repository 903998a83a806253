//! The keys of servers that the user trusts, in a file beside the settings.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use common::chat::ServerKey;
use common::config::Store;
use common::files::{ReadError, read_text, write_whole};
use serde::{Deserialize, Serialize};

/// Name of the file, beside the settings.
const FILE: &str = "known-servers.toml";

/// Largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The servers that are known, by their address.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct KnownServers {
    path: Option<PathBuf>,
}

/// A file of another form must not count as one that knows nobody.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// `HOST:PORT`, and the key there.
    #[serde(default)]
    servers: BTreeMap<String, ServerKey>,
}

impl KnownServers {
    /// Those of this user.
    #[must_use]
    pub(super) fn of_program() -> Self {
        let store = Store::of_program(env!("CARGO_PKG_NAME"));
        Self::in_folder(store.path().and_then(Path::parent))
    }

    /// Those of the file in `folder`; without a folder nothing is remembered.
    #[must_use]
    pub(super) fn in_folder(folder: Option<&Path>) -> Self {
        Self { path: folder.map(|folder| folder.join(FILE)) }
    }

    /// The key at an address. It is read anew: another window may have learnt it.
    ///
    /// # Errors
    /// Where there is a file that cannot be read or understood: nobody knows then what is safe.
    pub(super) fn key_of(&self, address: &str) -> io::Result<Option<ServerKey>> {
        self.key_of_any([address])
    }

    /// The key at the first of these addresses that has one. The file is read anew, once.
    ///
    /// # Errors
    /// Those of [`Self::key_of`].
    pub(super) fn key_of_any<'a>(
        &self,
        addresses: impl IntoIterator<Item = &'a str>,
    ) -> io::Result<Option<ServerKey>> {
        let servers = self.read()?.servers;
        // Names of computers are the same in any case (RFC 4343, section 3), and so are addresses of IPv6.
        let at = |address| servers.iter().find(|(known, _)| known.eq_ignore_ascii_case(address));
        Ok(addresses.into_iter().find_map(at).map(|(_, key)| *key))
    }

    /// Remembers a key in place of what was known.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub(super) fn learn(&self, address: &str, key: ServerKey) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let mut table = self.read()?;
        table.servers.retain(|known, _| !known.eq_ignore_ascii_case(address));
        table.servers.insert(address.to_owned(), key);
        let text = toml::to_string(&table).map_err(io::Error::other)?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        write_whole(path, |out| out.write_all(text.as_bytes()))
    }

    fn read(&self) -> io::Result<Table> {
        let Some(path) = &self.path else { return Ok(Table::default()) };
        match read_text(path, MAX_BYTES) {
            Ok(text) => toml::from_str(&text).map_err(io::Error::other),
            Err(ReadError::Missing) => Ok(Table::default()),
            Err(error) => Err(io::Error::other(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_again_and_a_broken_file_is_no_leave_to_forget() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::in_folder(Some(folder.path()));
        let (first, second) = (ServerKey::of_hash([1; 32]), ServerKey::of_hash([2; 32]));
        assert_eq!(known.key_of("[::1]:6666").unwrap(), None);
        known.learn("[::1]:6666", first).unwrap();
        known.learn("10.0.0.7:6666", first).unwrap();
        known.learn("[::1]:6666", second).unwrap();
        known.learn("Chat.Example.org:1", first).unwrap();
        known.learn("chat.example.org:1", second).unwrap();
        assert_eq!(known.key_of("CHAT.example.org:1").unwrap(), Some(second));
        let other_window = KnownServers::in_folder(Some(folder.path()));
        assert_eq!(other_window.key_of("[::1]:6666").unwrap(), Some(second));
        assert_eq!(other_window.key_of("10.0.0.7:6666").unwrap(), Some(first));
        let file = folder.path().join(FILE);
        for broken in ["servers = 1", &format!("\"[::1]:6666\" = \"{first}\"\n")] {
            std::fs::write(&file, broken).unwrap();
            assert!(known.key_of("[::1]:6666").is_err(), "{broken}");
            assert!(known.learn("x:1", first).is_err(), "{broken}");
        }
        // What cannot be looked at may hold a key: here a file in the place of a folder.
        let known = KnownServers::in_folder(Some(&file));
        assert!(known.key_of("[::1]:6666").is_err());
        assert_eq!(KnownServers::in_folder(None).key_of("x:1").unwrap(), None);
    }
}
