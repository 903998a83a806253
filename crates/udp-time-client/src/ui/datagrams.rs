//! The list of datagrams: paused, filtered by sender, one of them looked into.

use std::collections::VecDeque;

use common::engine::{BURST_BYTES, BURST_EVENTS};
use common::status::Tone;
use common::tr;
use common::window::{LogColumn, LogLine, LogPane, LogWidth, open_check};
use eframe::egui::{Button, TextStyle, Ui, vec2};

use super::hex::bytes_ui;
use crate::csv::{write_datagrams, write_records};
use crate::engine::{Mark, RowId};
use crate::event::Datagram;
use crate::model::write_row;

/// In a window too small for this the content scrolls.
const MIN_HEIGHT: f32 = 190.0;

/// What stands above the rows, and around them.
const HEADER_HEIGHT: f32 = 64.0;

/// What a row of the list says.
const COLUMNS: &[LogColumn] = &[
    LogColumn { name: || tr!("udp-time-client-datagram-received"), width: LogWidth::Chars(12) },
    LogColumn { name: || tr!("udp-time-client-datagram-sender"), width: LogWidth::Chars(15) },
    LogColumn { name: || tr!("udp-time-client-datagram-text"), width: LogWidth::Rest },
    LogColumn { name: || tr!("udp-time-client-datagram-bytes"), width: LogWidth::Number(5) },
    LogColumn { name: || tr!("udp-time-client-datagram-note"), width: LogWidth::Chars(4) },
];

/// What the list itself has at least where the bytes of a datagram are shown.
const MIN_LIST_HEIGHT: f32 = 80.0;

/// What the bytes of a datagram take up, about.
const BYTES_HEIGHT: f32 = 170.0;

/// The newest datagrams, and how they are looked at.
#[derive(Debug)]
pub(super) struct Datagrams {
    log: LogPane,
    /// With the numbers of their lines.
    kept: VecDeque<(u64, Datagram)>,
    kept_bytes: usize,
    line: String,
    only: Option<RowId>,
    is_paused: bool,
}

impl Default for Datagrams {
    fn default() -> Self {
        Self {
            log: LogPane::new(BURST_EVENTS).with_columns(COLUMNS),
            kept: VecDeque::new(),
            kept_bytes: 0,
            line: String::new(),
            only: None,
            is_paused: false,
        }
    }
}

impl Datagrams {
    /// Adds a datagram.
    pub(super) fn add(&mut self, datagram: Datagram) {
        self.line.clear();
        write_row(&mut self.line, &datagram);
        let tone = match datagram.mark {
            Mark::Duplicate | Mark::Reordered | Mark::Restarted => Some(Tone::Waiting),
            Mark::InOrder { lost: 1.. } => Some(Tone::Bad),
            Mark::InOrder { .. } | Mark::Unknown | Mark::Resumed => None,
        };
        let line = LogLine { text: &self.line, tone, tag: tag(datagram.sender), time: Some(datagram.time) };
        let number = self.log.add(line);
        self.kept_bytes += datagram.payload.len();
        self.kept.push_back((number, datagram));
        let first = self.log.first_kept();
        // What was cleared has room of its own, for as long as it can come back.
        let max_bytes = if first < self.log.first() { 2 * BURST_BYTES } else { BURST_BYTES };
        while self.kept_bytes > max_bytes || self.kept.front().is_some_and(|(number, _)| *number < first) {
            let Some((_, oldest)) = self.kept.pop_front() else { break };
            self.kept_bytes -= oldest.payload.len();
        }
    }

    /// Whether what comes is left waiting.
    pub(super) fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Shows the datagrams of one sender only, or of all.
    pub(super) fn show_only(&mut self, sender: Option<RowId>) {
        self.only = sender;
        self.log.set_filter(sender.map(|sender| -> common::window::LogFilter {
            let wanted = tag(sender);
            Box::new(move |line| line.tag == wanted)
        }));
    }

    /// The sender whose datagrams alone are shown.
    pub(super) fn only(&self) -> Option<RowId> {
        self.only
    }

    /// The datagrams that are shown.
    pub(super) fn shown(&self) -> Vec<Datagram> {
        let is_shown = |datagram: &&Datagram| self.only.is_none_or(|only| datagram.sender == only);
        self.listed().map(|(_, datagram)| datagram).filter(is_shown).cloned().collect()
    }

    /// Those that were not cleared.
    fn listed(&self) -> impl Iterator<Item = &(u64, Datagram)> {
        let cleared = self.kept.partition_point(|(number, _)| *number < self.log.first());
        self.kept.range(cleared..)
    }

    /// The datagram that the user chose.
    fn chosen(&self) -> Option<&Datagram> {
        let number = self.log.chosen()?;
        let index = self.kept.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.kept.get(index).map(|(_, datagram)| datagram)
    }

    /// What the list takes with five rows of two lines each, and the bytes that are shown below it.
    pub(super) fn least_height(&self, ui: &Ui) -> f32 {
        let line = ui.text_style_height(&TextStyle::Monospace);
        let bytes = if self.chosen().is_some() { BYTES_HEIGHT } else { 0.0 };
        HEADER_HEIGHT + 5.0 * (2.0 * line + 2.0) + bytes
    }

    /// Lays out the list, `height` high where that is enough. `waiting` datagrams wait for the end of a
    /// pause; where it `is_silent` nothing comes though it is to listen, and one can look why.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        height: f32,
        waiting: usize,
        is_listening: bool,
        is_silent: bool,
    ) {
        self.log.set_empty_text(if is_listening {
            || tr!("udp-time-client-nothing-heard")
        } else {
            || tr!("udp-time-client-not-listening")
        });
        let mut is_paused = self.is_paused;
        let is_filtered = self.only.is_some();
        let mut shows_all = false;
        let bytes = if self.chosen().is_some() { BYTES_HEIGHT } else { 0.0 };
        let height = height.max(MIN_HEIGHT);
        let size = vec2(ui.available_width(), (height - bytes).max(MIN_LIST_HEIGHT));
        ui.allocate_ui(size, |ui| {
            ui.set_max_height(size.y);
            ui.set_min_height(size.y);
            let title = tr!("udp-time-client-datagrams");
            self.log.ui(
                ui,
                title,
                |ui| ui.strong(title),
                |ui| {
                    shows_all = controls_ui(ui, &mut is_paused, waiting, is_filtered);
                    if is_silent && ui.button(tr!("check-open")).clicked() {
                        open_check(ui.ctx());
                    }
                },
            );
        });
        self.is_paused = is_paused;
        if shows_all {
            self.show_only(None);
        }
        if self.log.takes_table_request() {
            let rows = self.shown();
            self.log.write_table(ui.ctx(), move |out, is_json| {
                if is_json { write_records(out, rows) } else { write_datagrams(out, rows.iter()) }
            });
        }
        if let Some(datagram) = self.chosen()
            && bytes_ui(ui, datagram)
        {
            self.log.choose(None);
        }
    }
}

/// Lays out what the list has beside the controls of every log; `true` where every sender is to be seen
/// again.
fn controls_ui(ui: &mut Ui, is_paused: &mut bool, waiting: usize, is_filtered: bool) -> bool {
    let label = match (*is_paused, waiting) {
        (false, _) => tr!("udp-time-client-pause").to_owned(),
        (true, 0) => tr!("udp-time-client-resume").to_owned(),
        (true, waiting) => tr!("udp-time-client-resume-waiting", count = waiting),
    };
    let pause = Button::selectable(*is_paused, label).frame_when_inactive(true);
    if ui.add(pause).on_hover_text(tr!("udp-time-client-pause-hint")).clicked() {
        *is_paused = !*is_paused;
    }
    is_filtered && ui.button(tr!("udp-time-client-every-sender")).clicked()
}

/// Senders are numbered from 0: few programs live to see this wrap.
fn tag(sender: RowId) -> u32 {
    u32::try_from(sender.0 & u64::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::encoding::EncodingChoice;
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    type Window = Harness<'static, Datagrams>;

    fn add(window: &mut Window, text: &str) {
        window.state_mut().add(Datagram {
            time: chrono::DateTime::default(),
            source: ([127, 0, 0, 1], 1).into(),
            payload: text.to_owned().into(),
            sender: RowId(0),
            mark: Mark::Unknown,
            encoding: EncodingChoice::Auto,
        });
        window.run();
    }

    fn saved(window: &Window) -> Vec<String> {
        window.state().shown().iter().map(|datagram| datagram.reading().text).collect()
    }

    fn click(window: &mut Window, label: &str) {
        window.get_by_label(label).click();
        window.run();
    }

    #[test]
    fn the_table_is_what_the_list_shows() {
        let mut window = Harness::builder()
            .with_max_steps(30)
            .with_size(vec2(700.0, 300.0))
            .with_context_setup(common::window::prepare)
            .build_ui_state(
                |ui, list: &mut Datagrams| list.ui(ui, 300.0, 0, true, false),
                Datagrams::default(),
            );
        add(&mut window, "a");
        click(&mut window, "Clear");
        assert_eq!(saved(&window), [""; 0], "cleared, and in the table");
        assert!(window.get_by_label("Save...").accesskit_node().is_disabled());
        add(&mut window, "b");
        assert_eq!(saved(&window), ["b"]);
        click(&mut window, "Undo clear");
        assert_eq!(saved(&window), ["a", "b"], "brought back, but not to the table");
        add(&mut window, "c");
        assert_eq!(saved(&window), ["a", "b", "c"]);
    }
}
