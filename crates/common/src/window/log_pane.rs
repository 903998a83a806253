//! A log: only the rows in view are laid out, the end is followed until the user scrolls away.

use std::collections::VecDeque;

use super::{Tone, tone_color};
use crate::tr;
use eframe::egui::{self, Label, RichText, ScrollArea, TextStyle};

/// Between two rows, in points.
const ROW_GAP: f32 = 2.0;

/// A bounded list of lines and how it is looked at.
#[derive(Debug)]
pub struct LogPane {
    lines: VecDeque<Line>,
    max_lines: usize,
    is_following: bool,
    /// Lines that came while the end was out of view.
    unseen: usize,
    /// Where the view was in the last frame, in points.
    offset: f32,
    /// Lines that have gone from the front since then: the view goes with its lines.
    removed: usize,
    /// Where the end was in the last frame, in points.
    end_offset: f32,
    /// Whether the next frame goes to the end.
    is_jumping: bool,
    /// What the last Clear took away, to bring it back.
    cleared: Option<VecDeque<Line>>,
}

/// One line, and what its colour says beside its words.
#[derive(Debug)]
struct Line {
    text: String,
    tone: Option<Tone>,
}

impl LogPane {
    /// An empty log that keeps the newest `max_lines`.
    #[must_use]
    pub fn new(max_lines: usize) -> Self {
        Self {
            lines: VecDeque::new(),
            max_lines,
            is_following: true,
            unseen: 0,
            offset: 0.0,
            removed: 0,
            end_offset: 0.0,
            is_jumping: false,
            cleared: None,
        }
    }

    /// Adds a line; the caller has escaped what a peer sent.
    pub fn push(&mut self, text: String) {
        self.add(Line { text, tone: None });
    }

    /// Adds a line in the colour of `tone`; its words say the same.
    pub fn push_toned(&mut self, text: String, tone: Tone) {
        self.add(Line { text, tone: Some(tone) });
    }

    fn add(&mut self, line: Line) {
        if self.lines.len() == self.max_lines {
            self.lines.pop_front();
            self.removed += 1;
        }
        self.lines.push_back(line);
        if !self.is_following {
            self.unseen += 1;
        }
    }

    /// The lines, oldest first.
    #[must_use]
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &str> {
        self.lines.iter().map(|line| line.text.as_str())
    }

    fn clear(&mut self) {
        self.cleared = Some(std::mem::take(&mut self.lines));
        self.unseen = 0;
        self.is_following = true;
    }

    fn undo_clear(&mut self) {
        if let Some(mut cleared) = self.cleared.take() {
            cleared.append(&mut self.lines);
            let surplus = cleared.len().saturating_sub(self.max_lines);
            cleared.drain(..surplus);
            self.lines = cleared;
        }
    }

    /// Lays out the log under `title`, in all the space there is.
    pub fn ui(&mut self, ui: &mut egui::Ui, title: &str) {
        self.header_ui(ui, title);
        let row_height = ui.text_style_height(&TextStyle::Monospace);
        let spacing = ui.spacing_mut();
        spacing.item_spacing.y = ROW_GAP;
        let mut area =
            ScrollArea::both().id_salt(title).auto_shrink(false).stick_to_bottom(self.is_following);
        if std::mem::take(&mut self.is_jumping) {
            area = area.vertical_scroll_offset(self.end_offset);
        } else if self.removed > 0 && !self.is_following {
            #[expect(clippy::cast_precision_loss, reason = "a scroll offset: far below 2^24 points")]
            let gone = self.removed as f32 * (row_height + ROW_GAP);
            area = area.vertical_scroll_offset((self.offset - gone).max(0.0));
        }
        self.removed = 0;
        let shown = area.show_rows(ui, row_height, self.lines.len(), |ui, rows| {
            for line in self.lines.range(rows) {
                let mut text = RichText::new(&line.text).monospace();
                if let Some(tone) = line.tone {
                    text = text.color(tone_color(ui, tone));
                }
                ui.add(Label::new(text).extend());
            }
        });
        self.offset = shown.state.clamped_offset().y;
        self.end_offset = (shown.content_size.y - shown.inner_rect.height()).max(0.0);
        self.is_following = self.end_offset - self.offset < row_height;
        if self.is_following {
            self.unseen = 0;
        }
    }

    fn header_ui(&mut self, ui: &mut egui::Ui, title: &str) {
        ui.horizontal_wrapped(|ui| {
            ui.strong(title);
            if !self.is_following {
                let label = if self.unseen > 0 {
                    tr!("log-new", count = self.unseen)
                } else {
                    tr!("log-to-end").to_owned()
                };
                if ui.button(label).clicked() {
                    self.is_jumping = true;
                    self.is_following = true;
                }
            }
            if !self.lines.is_empty() {
                if ui
                    .button(tr!("log-copy"))
                    .on_hover_text(tr!("log-copy-hint", count = self.lines.len()))
                    .clicked()
                {
                    let text: String =
                        self.lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
                    ui.ctx().copy_text(text);
                }
                if ui.button(tr!("log-clear")).clicked() {
                    self.clear();
                }
            }
            if self.cleared.is_some() && ui.button(tr!("log-undo-clear")).clicked() {
                self.undo_clear();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    fn harness(lines: usize) -> Harness<'static, LogPane> {
        let mut pane = LogPane::new(1000);
        (0..lines).for_each(|line| pane.push(format!("line {line}")));
        let mut harness = Harness::builder()
            .with_size(egui::vec2(300.0, 200.0))
            .build_ui_state(|ui, pane: &mut LogPane| pane.ui(ui, "Log"), pane);
        harness.run();
        harness
    }

    fn scroll_up(harness: &mut Harness<'_, LogPane>) {
        harness.hover_at(egui::pos2(100.0, 120.0));
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            source: egui::MouseWheelSource::Unknown,
            delta: egui::vec2(0.0, 400.0),
            phase: egui::TouchPhase::Move,
            modifiers: egui::Modifiers::default(),
        });
        harness.run();
    }

    #[test]
    fn only_the_newest_lines_are_kept() {
        let mut pane = LogPane::new(3);
        (0..5).for_each(|line| pane.push(line.to_string()));
        assert_eq!(pane.lines().collect::<Vec<_>>(), ["2", "3", "4"]);
    }

    #[test]
    fn the_end_is_followed_until_the_user_scrolls_away() {
        let mut harness = harness(500);
        assert!(harness.query_by_label("line 499").is_some(), "the end is not in view");
        assert!(harness.query_by_label("line 0").is_none(), "all rows are laid out");

        scroll_up(&mut harness);
        assert!(harness.query_by_label("line 499").is_none(), "the wheel did nothing");
        for line in 500..503 {
            harness.state_mut().push(format!("line {line}"));
        }
        harness.run();
        assert!(harness.query_by_label("line 502").is_none(), "the view jumped");
        harness.get_by_label("3 new").click();
        harness.run();
        assert!(harness.query_by_label("line 502").is_some());
    }

    #[test]
    fn the_view_stays_with_its_lines_when_old_ones_go() {
        let mut harness = harness(1000);
        harness.get_by_label("line 999");
        scroll_up(&mut harness);
        let in_view = |harness: &Harness<'_, LogPane>| {
            (0..1100)
                .filter(|line| harness.query_by_label(&format!("line {line}")).is_some())
                .collect::<Vec<_>>()
        };
        let before = in_view(&harness);
        (1000..1100).for_each(|line| harness.state_mut().push(format!("line {line}")));
        harness.run();
        assert_eq!(in_view(&harness), before, "the view jumped");
    }

    #[test]
    fn clear_can_be_undone() {
        let mut harness = harness(5);
        harness.get_by_label("Clear").click();
        harness.run();
        assert_eq!(harness.state().lines().len(), 0);
        harness.state_mut().push("later".to_owned());
        harness.run();
        harness.get_by_label("Undo clear").click();
        harness.run();
        assert_eq!(harness.state().lines().last(), Some("later"));
        assert_eq!(harness.state().lines().len(), 6);
    }
}
