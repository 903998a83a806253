//! A window as a screen reader has it: AT-SPI over D-Bus.

use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, Value};

use super::{eventually, patiently};

const ROOT: &str = "/org/a11y/atspi/accessible/root";

/// Connects to the accessibility bus of a session and says that a screen reader is there: programs
/// build no tree for nobody.
pub(crate) fn accessibility_bus(session_bus: &str) -> Connection {
    let session = connection::Builder::address(session_bus)
        .and_then(connection::Builder::build)
        .expect("the session bus answers");
    let address: String = eventually("the accessibility bus", || {
        let bus = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus").ok()?;
        bus.call("GetAddress", &()).ok()
    });
    let status = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status").expect("a proxy");
    for property in ["IsEnabled", "ScreenReaderEnabled"] {
        status.set_property(property, Value::from(true)).expect("the status can be set");
    }
    connection::Builder::address(address.as_str())
        .and_then(connection::Builder::build)
        .expect("the accessibility bus answers")
}

/// The accessibility tree of one program.
pub(crate) struct AppTree {
    bus: Connection,
    /// The program on the bus: its name and its root.
    root: (String, OwnedObjectPath),
}

/// What a screen reader would say of one thing in a window.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    bus: Connection,
    name: String,
    path: OwnedObjectPath,
    pub(crate) label: String,
}

impl AppTree {
    /// Waits for the program to appear on the bus.
    pub(crate) fn of_process(bus: &Connection, pid: u32) -> Self {
        let registry = accessible(bus, "org.a11y.atspi.Registry", ROOT);
        let daemon = Proxy::new(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
            .expect("a proxy");
        let is_owner = |name: &str| {
            daemon.call::<_, _, u32>("GetConnectionUnixProcessID", &(name,)).is_ok_and(|owner| owner == pid)
        };
        let root = eventually("the program on the accessibility bus", || {
            let apps: Vec<(String, OwnedObjectPath)> = registry.call("GetChildren", &()).ok()?;
            apps.into_iter().find(|(name, _)| is_owner(name))
        });
        Self { bus: bus.clone(), root }
    }

    /// All that is in the window now.
    pub(crate) fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        let mut waiting = vec![self.root.clone()];
        while let Some((name, path)) = waiting.pop() {
            let node = accessible(&self.bus, &name, path.as_str());
            // A thing can vanish while the tree is walked.
            let Ok(children) = node.call::<_, _, Vec<(String, OwnedObjectPath)>>("GetChildren", &()) else {
                continue;
            };
            let label = node.get_property::<String>("Name").unwrap_or_default();
            drop(node);
            waiting.extend(children.into_iter().rev());
            items.push(Item { bus: self.bus.clone(), name, path, label });
        }
        items
    }

    /// The texts in the window, in reading order.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.items().into_iter().map(|item| item.label).filter(|label| !label.is_empty()).collect()
    }

    /// Waits for something whose label holds `part`.
    pub(crate) fn find(&self, part: &str) -> Item {
        patiently(|| self.items().into_iter().find(|item| item.label.contains(part)))
            .unwrap_or_else(|| panic!("no {part:?} in the window, but: {:#?}", self.texts()))
    }
}

impl Item {
    /// Presses it, without a pointer.
    pub(crate) fn press(&self) {
        let action = self.proxy("org.a11y.atspi.Action");
        let is_done: bool = action.call("DoAction", &(0_i32,)).expect("the program answers");
        assert!(is_done, "{} cannot be pressed", self.label);
    }

    /// Whether it has the keyboard.
    pub(crate) fn is_focused(&self) -> bool {
        // AT-SPI's StateType: 12 is focused. A thing can vanish meanwhile.
        let states =
            accessible(&self.bus, &self.name, self.path.as_str()).call::<_, _, Vec<u32>>("GetState", &());
        states.is_ok_and(|states| states.first().is_some_and(|states| states & (1 << 12) != 0))
    }

    /// What is typed into it.
    pub(crate) fn text(&self) -> String {
        let text = self.proxy("org.a11y.atspi.Text");
        let count: i32 = text.get_property("CharacterCount").expect("the program answers");
        text.call("GetText", &(0_i32, count)).expect("the program answers")
    }

    /// Where a character of its text is, in pixels of its window: left, top, width, height.
    pub(crate) fn extents(&self, character: i32) -> (i32, i32, i32, i32) {
        let text = self.proxy("org.a11y.atspi.Text");
        text.call("GetCharacterExtents", &(character, 1_u32)).expect("the program answers")
    }

    /// Its middle, in pixels of its window.
    pub(crate) fn center(&self) -> (i32, i32) {
        // AT-SPI's CoordType: 1 is the window.
        let (x, y, width, height): (i32, i32, i32, i32) = self
            .proxy("org.a11y.atspi.Component")
            .call("GetExtents", &(1_u32,))
            .expect("the program answers");
        (x + width / 2, y + height / 2)
    }

    fn proxy(&self, interface: &'static str) -> Proxy<'_> {
        Proxy::new(&self.bus, self.name.as_str(), self.path.as_ref(), interface).expect("a proxy")
    }
}

fn accessible<'a>(bus: &Connection, name: &'a str, path: &'a str) -> Proxy<'a> {
    Proxy::new(bus, name, path, "org.a11y.atspi.Accessible").expect("a proxy")
}
