//! Hearing servers.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use mdns_sd::{Receiver, ResolvedService, ServiceEvent};
use tokio::time::{Instant, sleep_until};

use super::daemon::Daemon;
use super::{DiscoveryError, Found, Service};
use crate::engine::wait_until;
use crate::net::interfaces;

/// Servers that are remembered; those that come later are not heard until one has gone.
const MAX_SERVERS: usize = 64;

/// What may be told before all is forgotten: the crate keeps a little of each server that has come and gone, and does not count it.
const MAX_TOLD: usize = 20_000;

/// What is heard of a server comes in pieces, one for each network and kind of address: they are told together.
const SETTLE: Duration = Duration::from_millis(300);

/// When it is tried again where nothing can be heard.
const RETRY: Duration = Duration::from_secs(30);

/// The servers of one kind that announce themselves on the networks of this computer.
pub struct Browser {
    service: Service,
    open: Option<Open>,
    /// When it is opened, where it is not open.
    open_at: Instant,
    /// By their full names, in lower case.
    heard: BTreeMap<String, Box<ResolvedService>>,
    /// None after a failure, which was told instead.
    told: Option<Vec<Found>>,
    /// How often anything was heard since it was opened.
    count: usize,
    /// When a change is told.
    due: Option<Instant>,
}

struct Open {
    daemon: Daemon,
    events: Receiver<ServiceEvent>,
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("service", &self.service).finish_non_exhaustive()
    }
}

impl Browser {
    /// A browser that has heard nothing yet, and asks nobody before [`Self::changed`] is called.
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self {
            service,
            open: None,
            open_at: Instant::now(),
            heard: BTreeMap::new(),
            told: Some(Vec::new()),
            count: 0,
            due: None,
        }
    }

    /// Waits until what is heard differs from what was told last, and tells all of it, by name. May be dropped and called again.
    ///
    /// # Errors
    /// Where nothing can be heard here: told once, and tried again every 30 s until it works, which is told as well.
    pub async fn changed(&mut self) -> Result<Vec<Found>, DiscoveryError> {
        loop {
            let is_due = wait_until(self.due);
            let Some(open) = &mut self.open else {
                tokio::select! {
                    biased;
                    () = is_due => if let Some(found) = self.news() { return Ok(found) },
                    () = sleep_until(self.open_at) => self.open()?,
                }
                continue;
            };
            tokio::select! {
                biased;
                () = is_due => if let Some(found) = self.news() { return Ok(found) },
                // More is said than a network has: it begins anew.
                () = open.daemon.overgrown() => self.close(),
                event = open.events.recv_async() => match event {
                    Ok(event) => self.take(event),
                    // More was said at a time than there was room for.
                    Err(_) => self.close(),
                },
            }
        }
    }

    fn open(&mut self) -> Result<(), DiscoveryError> {
        self.open_at = Instant::now() + RETRY;
        let opened = Open::new(self.service).map(|open| self.open = Some(open));
        self.note_opened(opened)
    }

    /// Tells a failure once, and what is heard after it even where that is nothing.
    fn note_opened(&mut self, opened: Result<(), DiscoveryError>) -> Result<(), DiscoveryError> {
        match opened {
            Ok(()) => self.due = Some(Instant::now()),
            Err(error) if self.told.take().is_some() => return Err(error),
            Err(_) => (),
        }
        Ok(())
    }

    /// What is heard now, where that is not what was told.
    fn news(&mut self) -> Option<Vec<Found>> {
        self.due = None;
        let found = self.found();
        if self.told.as_ref() == Some(&found) {
            return None;
        }
        Some(self.told.insert(found).clone())
    }

    fn take(&mut self, event: ServiceEvent) {
        self.count += 1;
        if self.count > MAX_TOLD {
            self.close();
            return;
        }
        match event {
            ServiceEvent::ServiceResolved(resolved) => {
                let full_name = resolved.fullname.to_lowercase();
                if self.heard.len() < MAX_SERVERS || self.heard.contains_key(&full_name) {
                    self.heard.insert(full_name, resolved);
                }
            }
            ServiceEvent::ServiceRemoved(_, full_name) => _ = self.heard.remove(&full_name.to_lowercase()),
            _ => return,
        }
        self.due.get_or_insert_with(|| Instant::now() + SETTLE);
    }

    fn close(&mut self) {
        (self.open, self.count) = (None, 0);
        self.open_at = Instant::now() + RETRY;
        self.heard.clear();
        self.due = Some(Instant::now());
    }

    fn found(&self) -> Vec<Found> {
        // Where the system does not tell, each network is as good as the other.
        let own = interfaces().unwrap_or_default();
        let found = self.heard.values().filter_map(|resolved| Found::new(resolved, self.service, &own));
        let mut found: Vec<Found> = found.collect();
        found.sort_by_cached_key(|one| (one.name.to_lowercase(), one.address()));
        found
    }
}

impl Open {
    fn new(service: Service) -> Result<Self, DiscoveryError> {
        let daemon = Daemon::start(|_| true)?;
        let events = daemon.mdns.browse(service.domain())?;
        Ok(Self { daemon, events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdns_sd::ServiceInfo;

    fn resolved(name: &str, ips: &str) -> ServiceEvent {
        let no_texts: &[(&str, &str)] = &[];
        let info = ServiceInfo::new(Service::Chat.domain(), name, "x.local.", ips, 6666, no_texts);
        ServiceEvent::ServiceResolved(Box::new(info.unwrap().as_resolved_service()))
    }

    /// A browser that is fed by hand: it asks nobody.
    fn browser() -> Browser {
        Browser { open_at: Instant::now() + Duration::from_hours(1), ..Browser::new(Service::Chat) }
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_in_pieces_is_told_together_and_once() {
        let mut browser = browser();
        let began = Instant::now();
        browser.take(resolved("kitchen", "10.0.0.1"));
        tokio::time::advance(Duration::from_millis(200)).await;
        browser.take(resolved("KITCHEN", "10.0.0.1,10.0.1.1"));
        let found = browser.changed().await.unwrap();
        assert_eq!(began.elapsed().as_millis() / 10, 30, "{:?}", began.elapsed());
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!(one.addresses().len(), 2);
        browser.take(resolved("KITCHEN", "10.0.1.1,10.0.0.1"));
        let again = tokio::time::timeout(Duration::from_secs(1), browser.changed()).await;
        assert!(again.is_err(), "nothing has changed");
        let full_name = "kitchen._tcp-chat-bot._tcp.local.".to_owned();
        browser.take(ServiceEvent::ServiceRemoved(String::new(), full_name));
        assert_eq!(browser.changed().await.unwrap(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_told_once_and_so_is_its_end() {
        let mut browser = browser();
        let failure = || Err(DiscoveryError::PortRefused { reason: "in use".to_owned() });
        for _ in 0..2 {
            assert_eq!(browser.note_opened(failure()), failure());
            assert_eq!(browser.note_opened(failure()), Ok(()), "it is told already");
            assert_eq!(browser.note_opened(Ok(())), Ok(()));
            let heard = tokio::time::timeout(Duration::from_secs(1), browser.changed()).await;
            assert_eq!(heard, Ok(Ok(Vec::new())), "it can be heard again");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_and_goes_without_end_makes_it_begin_anew() {
        let mut browser = browser();
        for _ in 0..MAX_TOLD {
            browser.take(resolved("kitchen", "10.0.0.1"));
        }
        assert_eq!(browser.changed().await.unwrap().len(), 1);
        browser.take(resolved("kitchen", "10.0.0.1"));
        assert_eq!(browser.changed().await.unwrap(), []);
        assert_eq!(browser.open_at, Instant::now() + RETRY);
    }

    #[tokio::test(start_paused = true)]
    async fn however_many_announce_themselves_few_are_remembered() {
        let mut browser = browser();
        for number in 0..1000 {
            browser.take(resolved(&format!("server {number}"), "10.0.0.1"));
        }
        assert_eq!(browser.changed().await.unwrap().len(), MAX_SERVERS);
        browser.take(ServiceEvent::ServiceRemoved(
            String::new(),
            "server 0._tcp-chat-bot._tcp.local.".to_owned(),
        ));
        browser.take(resolved("new", "10.0.0.1"));
        assert!(browser.changed().await.unwrap().iter().any(|found| found.name == "new"));
    }
}
