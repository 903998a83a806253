//! Tells a sender that takes a new port for each datagram, as `nc` in a script does, from several that keep theirs.

use std::collections::VecDeque;

/// How many ports are remembered.
const REMEMBERED: usize = 8;

/// The ports of the newest datagrams of one sender, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports(VecDeque<u16>);

impl Ports {
    pub(super) fn note(&mut self, port: u16) {
        if self.is_full() {
            self.0.pop_front();
        }
        self.0.push_back(port);
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.len() == REMEMBERED
    }

    /// Whether the sender may go on from another port. It may where each datagram had a port of its own; once that is
    /// its habit, the system may have given it one port twice by chance.
    pub(super) fn can_go_on(&self, port: u16) -> bool {
        let mut ports: Vec<u16> = self.0.iter().copied().chain([port]).collect();
        let count = ports.len();
        ports.sort_unstable();
        ports.dedup();
        count - ports.len() <= usize::from(self.is_full())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can_go_on(ports: &[u16], port: u16) -> bool {
        let mut known = Ports::default();
        for port in ports {
            known.note(*port);
        }
        known.can_go_on(port)
    }

    #[test]
    fn who_had_a_new_port_each_time_goes_on_from_another() {
        for (ports, port, can) in [
            (&[1][..], 2, true),
            (&[1, 2, 3], 4, true),
            (&[1, 1], 2, false),
            (&[1, 2], 1, false),
            (&[1, 2, 2], 3, false),
            (&[1, 2, 3, 4, 5, 6, 7, 8], 9, true),
            // By chance, and no more.
            (&[1, 2, 3, 4, 5, 6, 7, 8], 4, true),
            (&[1, 2, 3, 4, 5, 4, 7, 8], 9, true),
            (&[1, 2, 3, 4, 5, 4, 7, 8], 4, false),
            (&[9, 9, 2, 3, 4, 5, 4, 7, 8, 6], 1, true),
        ] {
            assert_eq!(can_go_on(ports, port), can, "{ports:?} {port}");
        }
    }
}
