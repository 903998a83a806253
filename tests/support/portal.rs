//! A session bus, and a settings portal that says what the test wants.

use std::process::Command;
use std::sync::{Arc, Mutex};

use zbus::blocking::{Connection, connection};
use zbus::fdo;
use zbus::zvariant::{OwnedValue, Value};

use super::Program;

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const APPEARANCE: &str = "org.freedesktop.appearance";

/// A session bus of the test's own.
pub(crate) struct SessionBus {
    pub(crate) address: String,
    _daemon: Program,
}

impl SessionBus {
    pub(crate) fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--session", "--nofork", "--print-address"]);
        let mut daemon = Program::spawn("dbus-daemon", daemon);
        Self { address: daemon.line(), _daemon: daemon }
    }
}

/// What the portal answers with; nothing: the key is unknown to it.
type Values = Arc<Mutex<Vec<(&'static str, Value<'static>)>>>;

fn value(values: &Values, namespace: &str, key: &str) -> fdo::Result<Value<'static>> {
    let values = values.lock().expect("no panic");
    let found = values.iter().find(|(name, _)| namespace == APPEARANCE && *name == key);
    let unknown = || fdo::Error::Failed("Requested setting not found".to_owned());
    found.map(|(_, value)| value.try_clone().expect("no descriptor")).ok_or_else(unknown)
}

fn owned(value: Value<'static>) -> fdo::Result<OwnedValue> {
    OwnedValue::try_from(value).map_err(|error| fdo::Error::Failed(error.to_string()))
}

/// As it is today.
struct Newer(Values);

#[zbus::interface(name = "org.freedesktop.portal.Settings")]
impl Newer {
    fn read_one(&self, namespace: &str, key: &str) -> fdo::Result<OwnedValue> {
        owned(value(&self.0, namespace, key)?)
    }
}

/// As it was before its version 2: every value is wrapped once more.
struct Older(Values);

#[zbus::interface(name = "org.freedesktop.portal.Settings")]
impl Older {
    fn read(&self, namespace: &str, key: &str) -> fdo::Result<OwnedValue> {
        owned(Value::Value(Box::new(value(&self.0, namespace, key)?)))
    }
}

/// The portal.
pub(crate) struct Portal {
    bus: Connection,
    values: Values,
}

impl Portal {
    /// One of today on the bus at `address`.
    pub(crate) fn start(address: &str, values: &[(&'static str, u32)]) -> Self {
        let values = shared(values);
        let portal = builder(address).serve_at(PATH, Newer(Arc::clone(&values)));
        Self { bus: named(portal.expect("a path")), values }
    }

    /// One that knows the older question alone.
    pub(crate) fn start_older(address: &str, values: &[(&'static str, u32)]) -> Self {
        let values = shared(values);
        let portal = builder(address).serve_at(PATH, Older(Arc::clone(&values)));
        Self { bus: named(portal.expect("a path")), values }
    }

    /// One that never answers, but can speak.
    pub(crate) fn start_mute(address: &str) -> Self {
        Self { bus: named(builder(address)), values: Values::default() }
    }

    /// Has another value from now on, and says so.
    pub(crate) fn change(&self, key: &'static str, value: impl Into<Value<'static>>) {
        let value = value.into();
        let mut values = self.values.lock().expect("no panic");
        values.retain(|(name, _)| *name != key);
        values.push((key, value.try_clone().expect("no descriptor")));
        let body = (APPEARANCE, key, value);
        self.bus
            .emit_signal(None::<&str>, PATH, SETTINGS, "SettingChanged", &body)
            .expect("the bus is there");
    }
}

fn shared(values: &[(&'static str, u32)]) -> Values {
    let values = values.iter().map(|(key, number)| (*key, Value::U32(*number)));
    Arc::new(Mutex::new(values.collect()))
}

fn builder(address: &str) -> connection::Builder<'_> {
    connection::Builder::address(address).expect("an address")
}

fn named(portal: connection::Builder<'_>) -> Connection {
    portal.name(NAME).and_then(connection::Builder::build).expect("the bus takes the name")
}
