//! What the desktop's portal says of the look of windows, and whether it has a dialog for files.

use std::time::Duration;

use eframe::egui::Theme;
use zbus::blocking::{Connection, MessageIterator, connection, fdo::DBusProxy};
use zbus::message::{Message, Type};
use zbus::names::MemberName;
use zbus::zvariant::Value;
use zbus::{MatchRule, Result};

use super::SystemLook;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const APPEARANCE: &str = "org.freedesktop.appearance";
const COLOR_SCHEME: &str = "color-scheme";
const CONTRAST: &str = "contrast";

const FILE_CHOOSER: &str = "org.freedesktop.portal.FileChooser";

/// How long a portal may take to start.
const START_WAIT: Duration = Duration::from_secs(10);

/// The program that the dialog of files falls back to.
const ZENITY: &str = "zenity";

/// Whether there is a dialog for files: asked in vain it would answer as one that was cancelled.
pub(super) fn has_file_dialog() -> bool {
    let bus = connection::Builder::session().and_then(|bus| bus.method_timeout(START_WAIT).build());
    let asked = bus.and_then(|bus| {
        let properties = Some("org.freedesktop.DBus.Properties");
        bus.call_method(Some(PORTAL), PATH, properties, "Get", &(FILE_CHOOSER, "version"))
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    asked.is_ok() || std::env::split_paths(&path).any(|folder| folder.join(ZENITY).is_file())
}

/// The newer question, and that of portals before version 2.
const READ: [&str; 2] = ["ReadOne", "Read"];

/// Tells what the portal on the session bus, or on that at `address`, says, first and with every change, until nobody wants to be
/// told (`tell` returns `false`) or the bus is gone. Where there is no bus, there is nothing to tell.
pub(super) fn follow(address: Option<&str>, tell: impl FnMut(SystemLook) -> bool) {
    let bus = match address {
        Some(address) => connection::Builder::address(address),
        None => connection::Builder::session(),
    };
    let followed = bus.and_then(connection::Builder::build).and_then(|bus| Follower::new(bus)?.run(tell));
    // A desktop that says nothing is none to complain of.
    let _silent = followed.is_err();
}

/// One loop over all that the bus brings. No answer is waited for: a portal may start slowly, or never.
struct Follower {
    bus: Connection,
    messages: MessageIterator,
    open: Vec<Question>,
    look: SystemLook,
}

/// What the portal has been asked.
struct Question {
    serial: u32,
    key: &'static str,
    method: &'static str,
}

impl Follower {
    fn new(bus: Connection) -> Result<Self> {
        let messages = MessageIterator::from(&bus);
        let daemon = DBusProxy::new(&bus)?;
        let changes = signal(PORTAL, SETTINGS, "SettingChanged")?;
        daemon.add_match_rule(changes.path(PATH)?.arg(0, APPEARANCE)?.build())?;
        let owners = signal("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged")?;
        daemon.add_match_rule(owners.arg(0, PORTAL)?.build())?;
        drop(daemon);
        let mut follower = Self { bus, messages, open: Vec::new(), look: SystemLook::default() };
        follower.ask_all()?;
        Ok(follower)
    }

    fn run(mut self, mut tell: impl FnMut(SystemLook) -> bool) -> Result<()> {
        while let Some(message) = self.messages.next() {
            self.take(&message?)?;
            if !tell(self.look) {
                break;
            }
        }
        Ok(())
    }

    fn ask_all(&mut self) -> Result<()> {
        self.open.clear();
        self.ask(COLOR_SCHEME, READ[0])?;
        self.ask(CONTRAST, READ[0])
    }

    fn ask(&mut self, key: &'static str, method: &'static str) -> Result<()> {
        let call = Message::method_call(PATH, method)?.destination(PORTAL)?.interface(SETTINGS)?;
        let call = call.build(&(APPEARANCE, key))?;
        self.open.push(Question { serial: call.primary_header().serial_num().get(), key, method });
        self.bus.send(&call)
    }

    fn take(&mut self, message: &Message) -> Result<()> {
        let (header, body) = (message.header(), message.body());
        let answered = header.reply_serial().and_then(|serial| {
            let at = self.open.iter().position(|question| question.serial == serial.get())?;
            Some(self.open.swap_remove(at))
        });
        match (message.message_type(), answered, header.member().map(MemberName::as_str)) {
            (Type::MethodReturn, Some(Question { key, .. }), _) => {
                self.look.note(key, body.deserialize().ok().as_ref());
            }
            (Type::Error, Some(question), _) if question.method == READ[0] => {
                self.ask(question.key, READ[1])?;
            }
            (Type::Error, Some(Question { key, .. }), _) => self.look.note(key, None),
            (Type::Signal, _, Some("SettingChanged")) => {
                if let Ok((APPEARANCE, key, value)) = body.deserialize::<(&str, &str, Value<'_>)>() {
                    self.look.note(key, Some(&value));
                }
            }
            // A portal that has just started may know better than the one before.
            (Type::Signal, _, Some("NameOwnerChanged")) => {
                let change = body.deserialize::<(&str, &str, &str)>();
                if change.is_ok_and(|(name, _, owner)| name == PORTAL && !owner.is_empty()) {
                    self.ask_all()?;
                }
            }
            _ => (),
        }
        Ok(())
    }
}

/// The signals of one kind.
fn signal(
    sender: &'static str,
    interface: &'static str,
    member: &'static str,
) -> Result<zbus::match_rule::Builder<'static>> {
    MatchRule::builder().msg_type(Type::Signal).sender(sender)?.interface(interface)?.member(member)
}

impl SystemLook {
    /// Takes what the portal says of `key`; a value that is none of those agreed on is as good as none.
    fn note(&mut self, key: &str, value: Option<&Value<'_>>) {
        let number = value.and_then(number);
        match key {
            COLOR_SCHEME => {
                self.theme = match number {
                    Some(1) => Some(Theme::Dark),
                    Some(2) => Some(Theme::Light),
                    _ => None,
                }
            }
            CONTRAST => self.is_high_contrast = number == Some(1),
            _ => (),
        }
    }
}

/// The older question wraps the number once more.
fn number(value: &Value<'_>) -> Option<u32> {
    match value {
        Value::Value(inner) => number(inner),
        Value::U32(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(key: &str, value: &Value<'_>) -> SystemLook {
        // As it was before: a value that says nothing takes it back.
        let mut look = SystemLook { theme: Some(Theme::Dark), is_high_contrast: true };
        look.note(key, Some(value));
        look
    }

    #[test]
    fn the_numbers_of_the_portal_are_understood_and_nothing_else() {
        let wrapped = Value::Value(Box::new(Value::Value(Box::new(Value::U32(2)))));
        for (value, theme) in [
            (Value::U32(0), None),
            (Value::U32(1), Some(Theme::Dark)),
            (Value::U32(2), Some(Theme::Light)),
            (wrapped, Some(Theme::Light)),
            (Value::U32(3), None),
            (Value::I32(1), None),
            (Value::from("dark"), None),
        ] {
            assert_eq!(noted(COLOR_SCHEME, &value).theme, theme);
        }
        for (value, is_high) in [
            (Value::U32(0), false),
            (Value::U32(1), true),
            (Value::Value(Box::new(Value::U32(1))), true),
            (Value::U32(2), false),
            (Value::from(true), false),
        ] {
            assert_eq!(noted(CONTRAST, &value).is_high_contrast, is_high);
        }
        let other = noted("accent-color", &Value::U32(0));
        assert_eq!(other, SystemLook { theme: Some(Theme::Dark), is_high_contrast: true });
    }
}
