//! The destinations of one run, and what a tick does with them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use common::net::{Host, Interface};

use super::lookup::LookedUp;
use super::route::{Route, host, routes};
use super::socket::{Lane, Sockets};
use super::{Destination, Entry, Fault, Place, Target};
use crate::event::Delivery;

/// One line of the list of destinations.
#[derive(Debug)]
struct Line {
    id: u64,
    shown: Destination,
    /// The address that a look-up gave.
    looked_up: Option<SocketAddr>,
    routes: Vec<Route>,
    /// Why there is no route.
    no_route: Option<Fault>,
}

/// What is sent with one call: the lane, the addresses, and the index of the line that each belongs to.
type Group = (Lane, Vec<SocketAddr>, Vec<usize>);

/// The names that have to be looked up from now on, and those that do not any more.
#[derive(Debug, Default)]
pub(super) struct NameChanges {
    pub(super) added: Vec<(u64, Host, u16)>,
    pub(super) removed: Vec<u64>,
}

/// All destinations of one run, each with its figures.
#[derive(Debug)]
pub(super) struct Sender {
    sockets: Sockets,
    port: u16,
    lines: Vec<Line>,
    next_id: u64,
    groups: Vec<Group>,
    interfaces: Arc<[Interface]>,
    /// The indices of the lines that began or ceased to fail since [`Sender::take_news`].
    news: Vec<usize>,
}

impl Sender {
    pub(super) fn new(port: u16, hops: u32, interfaces: Arc<[Interface]>) -> Self {
        Self {
            sockets: Sockets::new(hops),
            port,
            lines: Vec::new(),
            next_id: 0,
            groups: Vec::new(),
            interfaces,
            news: Vec::new(),
        }
    }

    /// Replaces the list. A destination that stays keeps its figures.
    pub(super) fn set(&mut self, entries: Vec<Entry>) -> NameChanges {
        let mut names = NameChanges::default();
        let mut before = std::mem::take(&mut self.lines);
        self.news.clear();
        for Entry { target, is_on } in entries {
            let known = before.iter().position(|line| *line.shown.target == target);
            let mut line = match known {
                Some(at) => before.swap_remove(at),
                None => self.line(target, &mut names),
            };
            if line.shown.is_on != is_on {
                line.shown.is_on = is_on;
                line.shown.last_error = None;
            }
            self.lines.push(line);
        }
        names.removed.extend(before.iter().map(|line| line.id));
        self.plan();
        names
    }

    fn line(&mut self, target: Target, names: &mut NameChanges) -> Line {
        let id = self.next_id;
        self.next_id += 1;
        if let Place::Host(host @ Host::Name(_)) = &target.place {
            names.added.push((id, host.clone(), target.port.unwrap_or(self.port)));
        }
        let shown = Destination {
            target: Arc::new(target),
            is_on: true,
            addresses: Arc::default(),
            sent: 0,
            last_error: None,
        };
        Line { id, shown, looked_up: None, routes: Vec::new(), no_route: None }
    }

    /// Takes the interfaces that there are now.
    pub(super) fn set_interfaces(&mut self, interfaces: Arc<[Interface]>) {
        self.interfaces = interfaces;
        self.plan();
    }

    /// Takes the result of a look-up.
    pub(super) fn found(&mut self, found: LookedUp) {
        let Some(at) = self.lines.iter().position(|line| line.id == found.id) else { return };
        let line = &mut self.lines[at];
        match found.result {
            Ok(address) => line.looked_up = Some(address),
            // An address that worked is better than none.
            Err(_) if line.looked_up.is_some() => (),
            Err(fault) => {
                line.no_route = Some(fault.clone());
                if line.shown.is_on && line.set_fault(Some(fault)) {
                    self.news.push(at);
                }
            }
        }
        self.plan();
    }

    /// Works out which addresses go with which call, so that a tick does not have to.
    fn plan(&mut self) {
        let mut groups: BTreeMap<Lane, (Vec<SocketAddr>, Vec<usize>)> = BTreeMap::new();
        for (at, line) in self.lines.iter_mut().enumerate() {
            line.set_routes(self.port, &self.interfaces);
            for route in line.routes.iter().filter(|_| line.shown.is_on) {
                let (addresses, owners) = groups.entry(Lane::of(route)).or_default();
                addresses.push(route.address);
                owners.push(at);
            }
        }
        self.groups =
            groups.into_iter().map(|(lane, (addresses, owners))| (lane, addresses, owners)).collect();
    }

    /// Sends `payload` to every destination that is on. Never waits; one that fails stops no other.
    pub(super) fn send(&mut self, payload: &[u8]) -> Vec<Delivery> {
        let mut outcomes = vec![Outcome::default(); self.lines.len()];
        for (lane, addresses, owners) in &self.groups {
            for (result, owner) in self.sockets.send(*lane, payload, addresses).into_iter().zip(owners) {
                match result {
                    Ok(()) => outcomes[*owner].left += 1,
                    Err(error) => outcomes[*owner].fault = Some(Fault::of_send(&error)),
                }
            }
        }
        let mut deliveries = Vec::with_capacity(self.lines.len());
        for (at, (line, outcome)) in self.lines.iter_mut().zip(outcomes).enumerate() {
            if !line.shown.is_on {
                continue;
            }
            // One copy that leaves is enough for this computer.
            let is_sent = outcome.left > 0;
            let is_enough = is_sent && line.routes.iter().all(|route| route.address.ip().is_loopback());
            let fault = if is_enough { None } else { outcome.fault.or_else(|| line.no_route.clone()) };
            line.shown.sent += u64::from(is_sent);
            // A name that is looked up for the first time has not failed yet.
            let is_failure = fault.as_ref().is_some_and(|fault| *fault != Fault::LookingUp);
            if line.set_fault(fault.clone().filter(|_| is_failure)) {
                self.news.push(at);
            }
            let to = Arc::clone(&line.shown.target);
            let addresses = Arc::clone(&line.shown.addresses);
            deliveries.push(Delivery {
                to,
                address: addresses.first().copied(),
                addresses,
                is_sent,
                error: fault,
            });
        }
        deliveries
    }

    pub(super) fn destinations(&self) -> Vec<Destination> {
        self.lines.iter().map(|line| line.shown.clone()).collect()
    }

    /// The destinations that began or ceased to fail since the last call.
    pub(super) fn take_news(&mut self) -> Vec<Destination> {
        let news = std::mem::take(&mut self.news);
        news.into_iter().filter_map(|at| self.lines.get(at).map(|line| line.shown.clone())).collect()
    }

    /// The destinations whose names were looked up, and whose addresses do not work.
    pub(super) fn invalid_lookups(&self) -> impl Iterator<Item = u64> + '_ {
        let is_invalid = |line: &&Line| line.looked_up.is_some() && line.shown.last_error.is_some();
        self.lines.iter().filter(is_invalid).map(|line| line.id)
    }
}

/// How one tick went for one line, whose addresses may be in several groups.
#[derive(Debug, Clone, Default)]
struct Outcome {
    /// How many datagrams left.
    left: usize,
    fault: Option<Fault>,
}

impl Line {
    fn set_routes(&mut self, port: u16, interfaces: &[Interface]) {
        let target = &self.shown.target;
        let (routes, no_route) = match routes(&target.place, target.port.unwrap_or(port), interfaces) {
            Some(Ok(routes)) => (routes, None),
            Some(Err(fault)) => (Vec::new(), Some(fault)),
            None => match self.looked_up {
                Some(address) => (host(address), None),
                None => (Vec::new(), self.no_route.take().or(Some(Fault::LookingUp))),
            },
        };
        if self.routes != routes {
            self.shown.addresses = routes.iter().map(|route| route.address).collect();
        }
        self.routes = routes;
        self.no_route = no_route;
    }

    /// Notes the newest fault, or none; `true` where that differs from what was noted before.
    fn set_fault(&mut self, fault: Option<Fault>) -> bool {
        let is_news = self.shown.last_error != fault;
        self.shown.last_error = fault;
        is_news
    }
}

#[cfg(test)]
mod tests;
