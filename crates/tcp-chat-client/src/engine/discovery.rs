//! Servers that announce themselves on the network, for the user to choose from. Nothing else is done with them.

use std::sync::Arc;

use common::discovery::{Browser, Found, Service};
use common::engine::SnapshotSender;

use super::{KnownServers, Snapshot};

/// A server that announces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundServer {
    pub found: Found,
    /// It announces another key than the one that is known for its address. What that means is found out when the user
    /// connects.
    pub has_other_key: bool,
}

impl FoundServer {
    fn new(found: Found, known: &KnownServers) -> Self {
        let key = known.key_of_any(found.addresses().iter().map(String::as_str)).ok().flatten();
        let has_other_key = key.zip(found.key_half.as_ref()).is_some_and(|(key, half)| key.half() != *half);
        Self { found, has_other_key }
    }
}

/// Publishes the servers that announce themselves, or why none can be heard.
pub(super) async fn follow(known: &KnownServers, snapshot: &SnapshotSender<Snapshot>) -> ! {
    let mut browser = Browser::new(Service::Chat);
    loop {
        let (found, discovery_error) = match browser.changed().await {
            Ok(found) => (found, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let found: Arc<[_]> = found.into_iter().map(|found| FoundServer::new(found, known)).collect();
        snapshot.change(|snapshot| *snapshot = Snapshot { found, discovery_error });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::chat::ServerKey;

    #[test]
    fn another_key_than_the_known_one_is_noticed_and_a_heard_one_is_not_learnt() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::in_folder(Some(folder.path()));
        let (right, wrong) = (ServerKey::of_hash([1; 32]), ServerKey::of_hash([2; 32]));
        let heard = |key: Option<ServerKey>| Found {
            name: "kitchen".to_owned(),
            host: "10.66.0.1".parse().unwrap(),
            others: vec!["10.66.1.1".parse().unwrap()],
            port: 6666,
            is_encrypted: key.is_some(),
            key_half: key.map(|key| key.half()),
            wants_pass: false,
        };
        let has_other_key = |key| FoundServer::new(heard(key), &known).has_other_key;
        assert!(!has_other_key(Some(right)), "nothing is known");
        assert_eq!(known.key_of("10.66.0.1:6666").unwrap(), None, "a heard key is no known key");
        known.learn("10.66.1.1:6666", right).unwrap();
        assert!(!has_other_key(Some(right)));
        assert!(has_other_key(Some(wrong)));
        assert!(!has_other_key(None), "it says nothing of a key");
    }
}
