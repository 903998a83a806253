//! What must hold for any file of settings or of drafts: called by the tests and by the fuzzer (`fuzz/`).

use std::fmt::Debug;
use std::fs;

use common::config::{Settings, SettingsError, Store, Stored};
use common::files::UnusableFile;
use tcp_chat_client::drafts::{Drafts, Written};

/// Settings that are read are found again as they were saved; a file that cannot be read is set aside as it is.
fn settings_hold<C: Stored + PartialEq + Debug>(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, bytes).unwrap();
    let loaded = Store::at(path.clone()).load::<C>();
    match loaded.error {
        None => {
            loaded.store.save(&loaded.settings).unwrap();
            let again = Store::at(path).load::<C>();
            assert_eq!((again.settings, again.error), (loaded.settings, None));
        }
        Some(SettingsError::Unusable { error: UnusableFile::Broken { .. } }) => {
            assert_eq!(loaded.settings, Settings::default());
            assert_eq!(fs::read(path.with_extension("toml.broken")).unwrap(), bytes);
        }
        Some(error) => panic!("{error:?}"),
    }
}

pub(crate) fn settings(bytes: &[u8]) {
    settings_hold::<tcp_chat_client::config::Config>(bytes);
    settings_hold::<tcp_chat_server::config::Config>(bytes);
    settings_hold::<udp_time_client::config::Config>(bytes);
    settings_hold::<udp_time_server::config::Config>(bytes);
}

/// The same for what was written and not sent.
pub(crate) fn drafts(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draft-1.json");
    fs::write(&path, bytes).unwrap();
    let mut drafts = Drafts::of_folder(folder.path());
    let found = drafts.found().clone();
    if let Ok(aside) = fs::read(path.with_extension("json.broken")) {
        assert_eq!((found, aside.as_slice()), (Written::default(), bytes));
        return;
    }
    // Nothing to save is no file.
    drafts.save_now(&found);
    drop(drafts);
    assert_eq!(Drafts::of_folder(folder.path()).found(), &found);
}
