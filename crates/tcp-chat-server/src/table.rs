//! The table of clients: its columns, their order, and who is selected; no egui.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use common::tr;

use crate::byte_size::bytes;
use crate::engine::{ClientId, ClientRow, ClientState};
use crate::names::{is_of, time_of};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Where the client comes from.
    Address,
    /// From which port.
    Port,
    /// When it connected.
    Since,
    /// Messages it has asked.
    Asked,
    /// Messages that got a reply.
    Answered,
    /// Bytes that came from it.
    BytesIn,
    /// Bytes that went to it.
    BytesOut,
    /// What it is waiting for.
    State,
    /// Why its last message without a reply got none.
    LastError,
}

impl Column {
    /// Every column, as they stand.
    pub(crate) const ALL: [Self; 9] = [
        Self::Address,
        Self::Port,
        Self::Since,
        Self::Asked,
        Self::Answered,
        Self::BytesIn,
        Self::BytesOut,
        Self::State,
        Self::LastError,
    ];

    /// What stands above it.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Address => tr!("tcp-chat-server-column-address"),
            Self::Port => tr!("tcp-chat-server-column-port"),
            Self::Since => tr!("tcp-chat-server-column-since"),
            Self::Asked => tr!("tcp-chat-server-column-asked"),
            Self::Answered => tr!("tcp-chat-server-column-answered"),
            Self::BytesIn => tr!("tcp-chat-server-column-bytes-in"),
            Self::BytesOut => tr!("tcp-chat-server-column-bytes-out"),
            Self::State => tr!("tcp-chat-server-column-state"),
            Self::LastError => tr!("tcp-chat-server-column-last-error"),
        }
    }

    /// Whether its figures stand under each other.
    pub(crate) fn is_number(self) -> bool {
        !matches!(self, Self::Address | Self::State | Self::LastError)
    }

    /// What it says about a client of `table`.
    pub(crate) fn text(self, row: &ClientRow, table: &Table) -> String {
        match self {
            Self::Address => row.addr.ip().to_string(),
            Self::Port => row.addr.port().to_string(),
            Self::Since => table.since(row),
            Self::Asked => row.asked.to_string(),
            Self::Answered => row.answered.to_string(),
            Self::BytesIn => bytes(row.bytes_in),
            Self::BytesOut => bytes(row.bytes_out),
            Self::State => state(row, table.ahead(row)),
            Self::LastError => last_error(row).unwrap_or_default(),
        }
    }

    fn compare(self, a: &ClientRow, b: &ClientRow) -> Ordering {
        match self {
            Self::Address => a.addr.ip().cmp(&b.addr.ip()),
            Self::Port => a.addr.port().cmp(&b.addr.port()),
            // Numbers are given in the order of arrival.
            Self::Since => Ordering::Equal,
            Self::Asked => a.asked.cmp(&b.asked),
            Self::Answered => a.answered.cmp(&b.answered),
            Self::BytesIn => a.bytes_in.cmp(&b.bytes_in),
            Self::BytesOut => a.bytes_out.cmp(&b.bytes_out),
            Self::State => (a.state, a.place(), a.waiting).cmp(&(b.state, b.place(), b.waiting)),
            Self::LastError => a.last_message.cmp(&b.last_message),
        }
    }
}

fn state(row: &ClientRow, ahead: usize) -> String {
    let state = match row.state {
        ClientState::Idle => return tr!("tcp-chat-server-idle").to_owned(),
        ClientState::Waiting if ahead == 0 => tr!("tcp-chat-server-waiting-next").to_owned(),
        ClientState::Waiting => tr!("tcp-chat-server-waiting", ahead = ahead),
        ClientState::Asking => tr!("tcp-chat-server-asking").to_owned(),
    };
    if row.waiting > 0 { tr!("tcp-chat-server-more", state = state, count = row.waiting) } else { state }
}

/// Why a client's last message without a reply got none, in one line.
pub(crate) fn last_error(row: &ClientRow) -> Option<String> {
    row.last_error.as_ref().map(|error| common::texts::sentence(&**error))
}

/// By which column the rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sort {
    /// The column.
    pub column: Column,
    /// Whether the largest is on top.
    pub is_descending: bool,
}

/// The clients, in the order in which they are shown.
#[derive(Debug)]
pub(crate) struct Table {
    clients: Arc<BTreeMap<ClientId, ClientRow>>,
    order: Vec<ClientId>,
    sort: Sort,
    selected: Option<ClientId>,
    /// The user is asked whether the selected client is to be disconnected.
    pub(crate) is_asked: bool,
    /// The places of those that wait, the next one first.
    turns: Vec<u64>,
    has_long_addresses: bool,
    today: Option<NaiveDate>,
    /// Somebody came on another day.
    has_dates: bool,
}

impl Default for Table {
    fn default() -> Self {
        let sort = Sort { column: Column::Since, is_descending: false };
        Self {
            clients: Arc::default(),
            order: Vec::new(),
            sort,
            selected: None,
            is_asked: false,
            turns: Vec::new(),
            has_long_addresses: false,
            today: None,
            has_dates: false,
        }
    }
}

impl Table {
    /// Takes in the newest clients; nothing is done where they are those that it has.
    pub(crate) fn set_clients(&mut self, clients: &Arc<BTreeMap<ClientId, ClientRow>>) {
        if Arc::ptr_eq(&self.clients, clients) {
            return;
        }
        self.clients = Arc::clone(clients);
        self.turns = clients.values().filter_map(ClientRow::place).collect();
        self.turns.sort_unstable();
        self.has_long_addresses = clients.values().any(|row| row.addr.is_ipv6());
        self.note_dates();
        self.arrange();
        self.selected = self.selected.filter(|id| self.clients.contains_key(id));
        self.is_asked &= self.selected.is_some();
    }

    /// Takes the date.
    pub(crate) fn set_today(&mut self, today: NaiveDate) {
        if self.today.replace(today) != Some(today) {
            self.note_dates();
        }
    }

    fn note_dates(&mut self) {
        self.has_dates = self.clients.values().any(|row| !is_of(row.since, self.today));
    }

    /// When a client came: with the date, where that was not today.
    pub(crate) fn since(&self, row: &ClientRow) -> String {
        time_of(row.since, self.today)
    }

    /// Sorts by `column`; by the same one again: the other way round.
    pub(crate) fn sort_by(&mut self, column: Column) {
        let is_descending = self.sort.column == column && !self.sort.is_descending;
        self.sort = Sort { column, is_descending };
        self.arrange();
    }

    fn arrange(&mut self) {
        let Sort { column, is_descending } = self.sort;
        let mut rows: Vec<(&ClientId, &ClientRow)> = self.clients.iter().collect();
        // As they came, where all else is equal: the sort is stable.
        if column == Column::Since {
            if is_descending {
                rows.reverse();
            }
        } else {
            rows.sort_by(|(_, a), (_, b)| {
                let order = column.compare(a, b);
                if is_descending { order.reverse() } else { order }
            });
        }
        self.order = rows.into_iter().map(|(id, _)| *id).collect();
    }

    /// How the rows are sorted.
    pub(crate) fn sort(&self) -> Sort {
        self.sort
    }

    /// How many clients there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether an address may not fit into the width of a short one.
    pub(crate) fn has_long_addresses(&self) -> bool {
        self.has_long_addresses
    }

    /// Whether a time may have its date in front.
    pub(crate) fn has_dates(&self) -> bool {
        self.has_dates
    }

    /// How many clients' turns come before that of this one.
    pub(crate) fn ahead(&self, row: &ClientRow) -> usize {
        row.place().map_or(0, |place| self.turns.partition_point(|turn| *turn < place))
    }

    /// Some of the rows.
    pub(crate) fn rows(&self, range: Range<usize>) -> impl Iterator<Item = (ClientId, &ClientRow)> {
        let ids = self.order.get(range).unwrap_or_default();
        ids.iter().filter_map(|id| Some((*id, self.clients.get(id)?)))
    }

    /// Selects a client; where it is selected, none.
    pub(crate) fn toggle(&mut self, id: ClientId) {
        self.is_asked = false;
        self.selected = if self.selected == Some(id) { None } else { Some(id) };
    }

    /// The selected client.
    pub(crate) fn selected(&self) -> Option<(ClientId, &ClientRow)> {
        let id = self.selected?;
        Some((id, self.clients.get(&id)?))
    }

    /// Selects the client `step` rows below `from`: which one, and in which row.
    pub(crate) fn step(&mut self, from: ClientId, step: isize) -> Option<(ClientId, usize)> {
        let row = self.order.iter().position(|id| *id == from)?;
        let row = row.saturating_add_signed(step).min(self.order.len().saturating_sub(1));
        let id = *self.order.get(row)?;
        self.is_asked = false;
        self.selected = Some(id);
        Some((id, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::{AskError, BotError, BotFailure};
    use chrono::DateTime;

    fn row(addr: &str, asked: u64) -> ClientRow {
        let since = DateTime::parse_from_rfc3339("2026-11-22T14:01:10+01:00").unwrap();
        ClientRow { asked, ..ClientRow::new(addr.parse().unwrap(), since) }
    }

    fn table() -> Table {
        let rows = [row("10.0.0.10:1", 5), row("10.0.0.9:3", 7), row("10.0.0.10:2", 5)];
        let clients: BTreeMap<_, _> = (1..).map(ClientId).zip(rows).collect();
        let mut table = Table::default();
        table.set_clients(&Arc::new(clients));
        table
    }

    fn order(table: &Table) -> Vec<u64> {
        table.rows(0..table.len()).map(|(id, _)| id.0).collect()
    }

    #[test]
    fn every_column_sorts_both_ways_and_equals_stay_as_they_came() {
        let mut table = table();
        assert_eq!(order(&table), [1, 2, 3]);
        for (column, up, down) in [
            (Column::Address, [2, 1, 3], [1, 3, 2]),
            (Column::Port, [1, 3, 2], [2, 3, 1]),
            (Column::Asked, [1, 3, 2], [2, 1, 3]),
            (Column::LastError, [1, 2, 3], [1, 2, 3]),
            (Column::Since, [1, 2, 3], [3, 2, 1]),
        ] {
            table.sort_by(column);
            assert_eq!(order(&table), up, "{column:?}");
            table.sort_by(column);
            assert_eq!(order(&table), down, "{column:?}");
            assert_eq!(table.sort(), Sort { column, is_descending: true });
        }
    }

    #[test]
    fn the_selection_stays_with_its_client_until_that_is_gone() {
        let mut table = table();
        table.toggle(ClientId(2));
        table.sort_by(Column::Address);
        assert_eq!(table.selected().map(|(id, _)| id), Some(ClientId(2)));
        assert_eq!(table.step(ClientId(2), 1), Some((ClientId(1), 1)));
        assert_eq!(table.step(ClientId(1), 9), Some((ClientId(3), 2)));
        assert_eq!(table.step(ClientId(3), -9), Some((ClientId(2), 0)));
        table.set_clients(&Arc::default());
        assert_eq!((table.selected(), table.len()), (None, 0));
    }

    #[test]
    fn a_state_counts_what_waits_and_an_error_cannot_break_the_row() {
        let mut row = row("10.0.0.1:1", 3);
        let table = Table { turns: vec![1, 2, 3], ..Table::default() };
        assert_eq!(Column::State.text(&row, &table), "idle");
        (row.state, row.waiting) = (ClientState::Asking, 2);
        assert_eq!(Column::State.text(&row, &table), "asking the bot, 2 more");
        (row.state, row.waiting) = (ClientState::Waiting, 0);
        assert_eq!(Column::State.text(&row, &table), "waiting, next");
        row.turn = 4;
        assert_eq!(Column::State.text(&row, &table), "waiting, 3 ahead");
        let error = BotError::Refused { text: "over\nlimit".to_owned() };
        let failure = BotFailure::Failed { bot: "Qingyun".to_owned(), error };
        row.last_error = Some(Arc::new(AskError::NoReply { failures: vec![failure] }));
        let shown = r"Qingyun failed (the service says: over\nlimit)";
        assert_eq!(Column::LastError.text(&row, &table), shown);
    }

    #[test]
    fn a_client_of_another_day_came_on_a_date() {
        let mut table = table();
        let row = row("10.0.0.1:1", 3);
        let day = row.since.date_naive();
        table.set_today(day);
        assert_eq!((table.since(&row).as_str(), table.has_dates()), ("14:01:10", false));
        table.set_today(day.succ_opt().unwrap());
        assert_eq!((table.since(&row).as_str(), table.has_dates()), ("2026-11-22 14:01:10", true));
    }

    #[test]
    fn who_came_earlier_is_ahead_whatever_the_order_on_the_screen() {
        let mut rows = [row("10.0.0.10:1", 5), row("10.0.0.9:3", 7), row("10.0.0.10:2", 5)];
        for (row, turn) in rows.iter_mut().zip([9, 4, 7]) {
            (row.state, row.turn) = (ClientState::Waiting, turn);
        }
        rows[1].state = ClientState::Asking;
        let clients: BTreeMap<_, _> = (1..).map(ClientId).zip(rows).collect();
        let mut table = Table::default();
        table.set_clients(&Arc::new(clients));
        let ahead = |table: &Table| table.rows(0..3).map(|(_, row)| table.ahead(row)).collect::<Vec<_>>();
        assert_eq!(ahead(&table), [1, 0, 0], "who is asked waits no more");
        table.sort_by(Column::State);
        assert_eq!(order(&table), [3, 1, 2], "by turn");
        assert_eq!(ahead(&table), [0, 1, 0]);
    }
}
