//! The destinations of the window: typed ones and offered ones, each on or off.

use common::localized;
use common::net::{GROUP_V4, GROUP_V6, Host, Interface, InterfaceKind};
use common::undo::UndoStack;
use serde::Serialize;

use crate::engine::{Entry, MAX_DESTINATIONS, Place, Target, TargetError};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where to.
    pub target: Target,
    /// Whether it is sent to.
    pub is_on: bool,
    /// Whether it is there by itself, and so can be neither edited nor removed.
    pub is_offered: bool,
    /// The kind of its interface, where it is about one.
    pub kind: Option<InterfaceKind>,
}

/// Why what is typed cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ListError {
    /// There would be more than are possible.
    TooMany { count: usize, max: usize },
    /// One of them is wrong.
    #[serde(untagged)]
    Target(TargetError),
}

localized!(ListError);

impl From<TargetError> for ListError {
    fn from(error: TargetError) -> Self {
        Self::Target(error)
    }
}

/// What is being typed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Destinations, with commas between them.
    pub text: String,
    /// The row that they will replace.
    replaces: Option<Target>,
}

/// The destinations of the window, and what is being typed.
#[derive(Debug, Clone)]
pub struct Destinations {
    rows: Vec<Row>,
    /// What is being typed, where the field for that is open.
    pub draft: Option<Draft>,
    /// The rows that were removed, and their places.
    removed: UndoStack<(usize, Row)>,
    interfaces: Vec<Interface>,
    /// Whether the entries changed since the engine was last given them.
    is_changed: bool,
    /// Whether the entries changed since the settings last took them over.
    is_chosen: bool,
}

impl Destinations {
    /// A list with `entries`, and what is offered everywhere.
    #[must_use]
    pub fn new(entries: &[Entry]) -> Self {
        let mut list = Self {
            rows: Vec::new(),
            draft: None,
            removed: UndoStack::default(),
            interfaces: Vec::new(),
            is_changed: false,
            is_chosen: false,
        };
        for Entry { target, is_on } in entries {
            list.rows.push(Row { target: target.clone(), is_on: *is_on, is_offered: false, kind: None });
        }
        list.offer();
        list
    }

    /// The rows, from the top.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What to send to: rows that are on, and those that somebody typed.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.wanted().map(|row| Entry { target: row.target.clone(), is_on: row.is_on }).collect()
    }

    fn wanted(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_on || !row.is_offered)
    }

    /// Whether a row is on.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.rows.iter().any(|row| row.is_on)
    }

    /// Whether a row that is on sends to a group.
    #[must_use]
    pub fn has_group(&self) -> bool {
        self.rows.iter().any(|row| row.is_on && matches!(row.target.place, Place::Multicast { .. }))
    }

    /// Whether the entries changed since the last call, which is made to give them to the engine.
    pub fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.is_changed)
    }

    /// Whether the entries changed since the last call, which is made to take them into the settings.
    pub fn take_choice(&mut self) -> bool {
        std::mem::take(&mut self.is_chosen)
    }

    /// Notes that the entries changed, for engine and settings.
    pub(crate) fn note_change(&mut self) {
        self.is_changed = true;
        self.is_chosen = true;
    }

    /// Offers what the interfaces of the moment allow.
    pub fn set_interfaces(&mut self, interfaces: &[Interface]) {
        if self.interfaces != interfaces {
            self.interfaces = interfaces.to_vec();
            self.offer();
        }
    }

    /// This computer, then what was typed, then what is offered.
    fn offer(&mut self) {
        let offers = offers(&self.interfaces);
        let is_offer = |row: &Row| offers.iter().any(|(target, _)| *target == row.target);
        let mut before = std::mem::take(&mut self.rows);
        // The row of an interface that is gone goes, unless it is on: then it stays as if it had been typed.
        before.retain(|row| !row.is_offered || row.is_on || is_offer(row));
        let known: Vec<Row> = before.extract_if(.., |row| is_offer(row)).collect();
        let offered = |(target, kind): (Target, Option<InterfaceKind>)| {
            let is_on = known.iter().any(|row| row.target == target && row.is_on);
            Row { target, is_on, is_offered: true, kind }
        };
        let typed = before.into_iter().map(|row| Row { is_offered: false, ..row });
        let mut offers = offers.clone().into_iter().map(offered);
        self.rows.extend(offers.next());
        self.rows.extend(typed);
        self.rows.extend(offers);
    }

    /// Switches a row on or off. An offer stays off where the list is full.
    pub fn switch(&mut self, at: usize, is_on: bool) {
        let is_full = self.wanted().count() >= MAX_DESTINATIONS;
        if is_full && self.rows.get(at).is_some_and(|row| row.is_offered && !row.is_on) {
            return;
        }
        if let Some(row) = self.rows.get_mut(at) {
            let is_other = row.is_on != is_on;
            row.is_on = is_on;
            if is_other {
                self.note_change();
            }
        }
    }

    /// What the draft holds, in order.
    ///
    /// # Errors
    /// Where one of them is no destination, or there are too many.
    pub fn drafted(&self) -> Result<Vec<Target>, ListError> {
        // A name with a space in it is a wrong name, not two.
        let Some(Draft { text, replaces }) = &self.draft else { return Ok(Vec::new()) };
        let typed = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let targets = typed.map(str::parse).collect::<Result<Vec<Target>, _>>()?;
        let stays = |row: &&Row| replaces.as_ref() != Some(&row.target);
        let count = self.wanted().filter(stays).count() + targets.len();
        if count > MAX_DESTINATIONS {
            return Err(ListError::TooMany { count, max: MAX_DESTINATIONS });
        }
        Ok(targets)
    }

    /// Adds what is drafted, or puts it in place of the row that is edited. Gives the place of the first one; none where nothing
    /// is drafted, or it is wrong.
    pub fn accept(&mut self) -> Option<usize> {
        let targets = self.drafted().ok()?;
        let first = targets.first()?.clone();
        let typed = self.rows.iter().rposition(|row| !row.is_offered).map_or(1, |last| last + 1);
        let edited = self.draft.take().and_then(|draft| draft.replaces);
        let edited = edited.and_then(|edited| self.rows.iter().position(|row| row.target == edited));
        let mut at = edited.unwrap_or(typed.min(self.rows.len()));
        // What is off stays off with another address.
        let is_on = edited.is_none_or(|edited| self.rows.remove(edited).is_on);
        for target in targets {
            if let Some(known) = self.rows.iter_mut().find(|row| row.target == target) {
                known.is_on |= is_on;
                continue;
            }
            self.rows.insert(at, Row { target, is_on, is_offered: false, kind: None });
            at += 1;
        }
        // What was removed and is there again needs no undo.
        self.removed.retain(|(_, row)| self.rows.iter().all(|other| other.target != row.target));
        self.note_change();
        // An offer may have been edited away.
        self.offer();
        self.rows.iter().position(|row| row.target == first)
    }

    /// Opens the field for new destinations.
    pub fn begin(&mut self) {
        self.draft = Some(Draft::default());
    }

    /// Puts a row's text into the draft.
    pub fn edit(&mut self, at: usize) {
        if let Some(row) = self.rows.get(at).filter(|row| !row.is_offered) {
            self.draft = Some(Draft { text: row.target.to_string(), replaces: Some(row.target.clone()) });
        }
    }

    /// Whether the draft will replace a row.
    #[must_use]
    pub fn is_editing(&self) -> bool {
        self.replaces().is_some()
    }

    /// Closes the field; a row that is edited stays as it was. Gives its place.
    pub fn close_draft(&mut self) -> Option<usize> {
        let edited = self.draft.take()?.replaces?;
        self.rows.iter().position(|row| row.target == edited)
    }

    fn replaces(&self) -> Option<&Target> {
        self.draft.as_ref()?.replaces.as_ref()
    }

    /// Removes a row.
    pub fn remove(&mut self, at: usize) {
        if self.rows.get(at).is_some_and(|row| !row.is_offered) {
            let row = self.rows.remove(at);
            if self.replaces() == Some(&row.target) {
                self.close_draft();
            }
            self.removed.push((at, row));
            self.note_change();
        }
    }

    /// The row that was removed last.
    #[must_use]
    pub fn removed(&self) -> Option<&Target> {
        self.removed.last().map(|(_, row)| &row.target)
    }

    /// Brings back the row that was removed last, where the list is not full; gives its place.
    pub fn undo(&mut self) -> Option<usize> {
        if self.wanted().count() >= MAX_DESTINATIONS {
            return None;
        }
        let (at, row) = self.removed.pop()?;
        if self.rows.iter().any(|other| other.target == row.target) {
            return None;
        }
        let at = at.min(self.rows.len());
        self.rows.insert(at, row);
        self.note_change();
        Some(at)
    }
}

/// What can be chosen without typing: networks of the place first, then everybody nearby, groups, and networks
/// within this computer.
fn offers(interfaces: &[Interface]) -> Vec<(Target, Option<InterfaceKind>)> {
    let broadcast = |one: &Interface| (Place::Broadcast(one.name.clone()).into(), Some(one.kind));
    let group = |group: std::net::IpAddr, one: &Interface| {
        let interface = Some(one.name.clone());
        (Place::Multicast { group, interface }.into(), Some(one.kind))
    };
    let usable = || interfaces.iter().filter(|one| one.kind != InterfaceKind::Loopback);
    let lans = || usable().filter(|one| one.kind.is_lan());
    let has_broadcast = |one: &&Interface| one.broadcasts().next().is_some();
    let has_group_of = |one: &&Interface, is_v6: bool| {
        one.is_multicast && one.addresses.iter().any(|address| address.ip.is_ipv6() == is_v6)
    };
    let mut offers = vec![(Target::this_computer(), None)];
    offers.extend(lans().filter(has_broadcast).map(broadcast));
    offers.push((Place::Host(Host::Ip(std::net::Ipv4Addr::BROADCAST.into())).into(), None));
    offers.extend(lans().filter(|one| has_group_of(one, false)).map(|one| group(GROUP_V4.into(), one)));
    offers.extend(lans().filter(|one| has_group_of(one, true)).map(|one| group(GROUP_V6.into(), one)));
    offers.extend(usable().filter(|one| !one.kind.is_lan()).filter(has_broadcast).map(broadcast));
    offers
}

#[cfg(test)]
mod tests;
