//! Who sent, newest figures.

use std::net::SocketAddr;

use chrono::{DateTime, FixedOffset};

/// Senders that are remembered; beyond, the one not heard for longest is forgotten.
pub const MAX_SENDERS: usize = 64;

/// One sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderRow {
    /// Its address and port.
    pub source: SocketAddr,
    /// Its newest datagram, as one line.
    pub text: String,
    /// Datagrams from it.
    pub received: u64,
    /// When the newest came.
    pub heard: DateTime<FixedOffset>,
}

/// All that are remembered, in the order in which they were first heard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Senders {
    rows: Vec<SenderRow>,
    /// Senders that had to be forgotten.
    forgotten: u64,
}

impl Senders {
    /// Takes in a datagram.
    pub fn note(&mut self, source: SocketAddr, text: &str, heard: DateTime<FixedOffset>) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.source == source) {
            text.clone_into(&mut row.text);
            row.received += 1;
            row.heard = heard;
            return;
        }
        if self.rows.len() == MAX_SENDERS {
            let oldest = self.rows.iter().enumerate().min_by_key(|(_, row)| row.heard);
            if let Some(index) = oldest.map(|(index, _)| index) {
                self.rows.remove(index);
                self.forgotten += 1;
            }
        }
        self.rows.push(SenderRow { source, text: text.to_owned(), received: 1, heard });
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[SenderRow] {
        &self.rows
    }

    /// Senders that are no longer among the rows.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_sender_is_a_row_and_the_oldest_goes_first() {
        let start = DateTime::parse_from_rfc3339("2022-01-05T03:04:05+01:00").unwrap();
        let source = |port: usize| SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).unwrap()));
        let mut senders = Senders::default();
        for port in 1..=MAX_SENDERS {
            senders.note(source(port), "a", start + TimeDelta::seconds(1));
        }
        senders.note(source(1), "b", start + TimeDelta::seconds(2));
        let first = &senders.rows()[0];
        assert_eq!((first.received, first.text.as_str()), (2, "b"));
        senders.note(source(999), "c", start + TimeDelta::seconds(3));
        assert_eq!((senders.rows().len(), senders.forgotten()), (MAX_SENDERS, 1));
        assert_eq!(senders.rows()[0].source, source(1), "it was heard again");
        assert!(senders.rows().iter().all(|row| row.source != source(2)));
    }
}
