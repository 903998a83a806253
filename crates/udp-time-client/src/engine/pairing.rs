//! A server sends a tick for "this computer" to 127.0.0.1 and to 127.255.255.255. A client that gets both
//! copies shows one.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use common::net::LOOPBACK_BROADCAST;

/// The two copies leave together. A datagram that comes later than this after another is no copy of it.
const WINDOW: Duration = Duration::from_secs(1);

/// How many datagrams may wait for their second copy. When one more comes, the oldest is forgotten.
const MAX_WAITING: usize = 16_384;

/// Which of the two copies a datagram is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopbackCopy {
    /// The copy for 127.0.0.1.
    Unicast,
    /// The copy for 127.255.255.255.
    Broadcast,
}

impl LoopbackCopy {
    /// The copy that arrived for `ip`; `None` where the address is neither of the two.
    pub(super) fn of(ip: IpAddr) -> Option<Self> {
        match ip {
            IpAddr::V4(Ipv4Addr::LOCALHOST) => Some(Self::Unicast),
            IpAddr::V4(LOOPBACK_BROADCAST) => Some(Self::Broadcast),
            _ => None,
        }
    }
}

/// Finds the second copy of each datagram.
///
/// Equal payloads from one source are told apart by count alone: as many second copies are held
/// back as first copies were shown.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    hasher: RandomState,
    /// By source and payload: datagrams whose other copy may still come.
    waiting: HashMap<u64, Waiting>,
    /// What was put into [`Self::waiting`], oldest first. The second copies of some have come meanwhile.
    order: VecDeque<Entry>,
    next_id: u64,
}

#[derive(Debug)]
struct Waiting {
    copy: LoopbackCopy,
    ids: VecDeque<u64>,
}

#[derive(Debug)]
struct Entry {
    since: Duration,
    key: u64,
    id: u64,
}

impl Pairing {
    /// Takes in a datagram that came at `now` (since any fixed point): `true` where it is the first
    /// of its two copies.
    pub(super) fn is_new(
        &mut self,
        now: Duration,
        copy: LoopbackCopy,
        source: SocketAddr,
        payload: &[u8],
    ) -> bool {
        while self.order.front().is_some_and(|oldest| now.saturating_sub(oldest.since) > WINDOW) {
            self.forget_oldest();
        }
        let key = self.hasher.hash_one((source, payload));
        if let Some(waiting) = self.waiting.get_mut(&key)
            && waiting.copy != copy
        {
            // Takes the newest id. The oldest may belong to a datagram whose second copy was lost, and
            // expires.
            waiting.ids.pop_back();
            if waiting.ids.is_empty() {
                self.waiting.remove(&key);
            }
            return false;
        }
        if self.order.len() == MAX_WAITING {
            self.forget_oldest();
        }
        let id = self.next_id;
        self.next_id += 1;
        let waiting = self.waiting.entry(key).or_insert_with(|| Waiting { copy, ids: VecDeque::new() });
        waiting.ids.push_back(id);
        self.order.push_back(Entry { since: now, key, id });
        true
    }

    fn forget_oldest(&mut self) {
        let Some(Entry { key, id, .. }) = self.order.pop_front() else { return };
        let Some(waiting) = self.waiting.get_mut(&key) else { return };
        if waiting.ids.front() == Some(&id) {
            waiting.ids.pop_front();
        }
        if waiting.ids.is_empty() {
            self.waiting.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What comes, as `source copy payload` at a time in milliseconds; `shown` in the order of arrival.
    fn check(arrivals: &[(u64, &str)], shown: &[bool]) {
        let mut pairing = Pairing::default();
        let seen: Vec<bool> = arrivals
            .iter()
            .map(|(at, arrival)| {
                let [source, copy, payload] = arrival.split(' ').collect::<Vec<_>>()[..] else { panic!() };
                let copy = if copy == "one" { LoopbackCopy::Unicast } else { LoopbackCopy::Broadcast };
                let source = format!("127.0.0.1:{source}").parse().unwrap();
                pairing.is_new(Duration::from_millis(*at), copy, source, payload.as_bytes())
            })
            .collect();
        assert_eq!(seen, shown, "{arrivals:?}");
    }

    #[test]
    fn the_two_copies_of_a_tick_are_one() {
        check(&[(0, "7 one a"), (0, "7 all a")], &[true, false]);
        check(&[(0, "7 all a"), (900, "7 one a")], &[true, false]);
    }

    #[test]
    fn what_only_looks_alike_is_not() {
        check(&[(0, "7 one a"), (0, "7 one a")], &[true, true]);
        check(&[(0, "7 one a"), (0, "8 all a")], &[true, true]);
        check(&[(0, "7 one a"), (0, "7 all b")], &[true, true]);
        check(&[(0, "7 one a"), (1001, "7 all a")], &[true, true]);
    }

    #[test]
    fn the_same_text_twenty_times_a_second_is_twenty() {
        let arrivals: Vec<_> =
            (0..20).flat_map(|tick| [(tick * 50, "7 one a"), (tick * 50, "7 all a")]).collect();
        check(&arrivals, &[true, false].repeat(20));
        // One socket is read out before the other.
        let arrivals = [[(0, "7 one a")].repeat(20), [(1, "7 all a")].repeat(20)].concat();
        check(&arrivals, &[[true].repeat(20), [false].repeat(20)].concat());
    }

    #[test]
    fn a_lost_copy_harms_at_most_one_equal_tick_and_ages_away() {
        let mut arrivals = vec![(0, "7 one a")];
        arrivals.extend((1..=40).flat_map(|tick| [(tick * 50, "7 one a"), (tick * 50, "7 all a")]));
        let mut shown = vec![true];
        shown.extend([true, false].repeat(40));
        // A lone second copy, long after: not taken for that of the first tick.
        arrivals.push((2050, "7 all a"));
        shown.push(true);
        check(&arrivals, &shown);
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let mut pairing = Pairing::default();
        let source = "127.0.0.1:7".parse().unwrap();
        for number in 0..MAX_WAITING as u64 * 3 {
            assert!(pairing.is_new(Duration::ZERO, LoopbackCopy::Unicast, source, &number.to_le_bytes()));
        }
        assert_eq!((pairing.order.len(), pairing.waiting.len()), (MAX_WAITING, MAX_WAITING));
        pairing.is_new(Duration::from_secs(2), LoopbackCopy::Unicast, source, b"x");
        assert_eq!((pairing.order.len(), pairing.waiting.len()), (1, 1));
    }

    proptest! {
        /// However the copies are shuffled: of every tick one copy is shown and one held back.
        #[test]
        fn each_tick_is_shown_once_in_any_order(
            copies in prop::collection::vec(0_u8..4, 0..60)
                .prop_map(|ticks| ticks.iter().flat_map(|tick| [(*tick, LoopbackCopy::Unicast), (*tick, LoopbackCopy::Broadcast)]).collect::<Vec<_>>())
                .prop_shuffle(),
        ) {
            let mut pairing = Pairing::default();
            let source = "127.0.0.1:7".parse().unwrap();
            let mut shown = [0; 4];
            for (at, (payload, copy)) in copies.iter().enumerate() {
                let now = Duration::from_millis(at as u64);
                shown[usize::from(*payload)] += i32::from(pairing.is_new(now, *copy, source, &[*payload]));
            }
            for payload in 0..4 {
                let ticks = copies.iter().filter(|(one, copy)| *one == payload && *copy == LoopbackCopy::Unicast).count();
                prop_assert_eq!(shown[usize::from(payload)], i32::try_from(ticks).unwrap());
            }
            prop_assert!(pairing.waiting.is_empty());
        }
    }
}
