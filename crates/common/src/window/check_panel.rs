//! Why two computers do not see each other, over the window.

use eframe::egui::{self, Align2, Key, Label, RichText, Spinner, TextEdit};

use super::settings_panel::dialog_ui;
use super::{bare_lamp_ui, fault_ui, live, repaint_waker};
use crate::check::{self, CheckHandle, Finding, Question};
use crate::engine::Event as _;
use crate::net::{Host, HostError};
use crate::status::{Lamp, Level};
use crate::texts::sentence;
use crate::tr;

/// Findings that are taken in a frame: more than one check has.
const FINDINGS_A_FRAME: usize = 256;

/// What is asked, and what was found so far.
pub(super) struct CheckPanel {
    question: Question,
    peer: String,
    found: Vec<Finding>,
    /// While it looks.
    handle: Option<CheckHandle>,
    /// Why it does not look.
    error: Option<String>,
}

impl CheckPanel {
    /// A panel that begins to look at once.
    pub(super) fn new(ctx: &egui::Context, question: Question) -> Self {
        let peer = question.peer.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut panel = Self { question, peer, found: Vec::new(), handle: None, error: None };
        panel.look(ctx);
        panel
    }

    fn look(&mut self, ctx: &egui::Context) {
        self.found.clear();
        match check::start(self.question.clone(), repaint_waker(ctx)) {
            Ok(handle) => (self.handle, self.error) = (Some(handle), None),
            Err(error) => self.error = Some(tr!("check-failed", reason = error.to_string())),
        }
    }

    fn typed(&self) -> Result<Option<Host>, HostError> {
        match self.peer.trim() {
            "" => Ok(None),
            typed => typed.parse().map(Some),
        }
    }

    fn take(&mut self) {
        let Some(handle) = &mut self.handle else { return };
        handle.drain(FINDINGS_A_FRAME, |finding| self.found.push(finding));
        if matches!(self.found.last(), Some(Finding::Finished { .. })) {
            self.handle = None;
        }
    }

    /// Lays it out; `true` while it stays open.
    pub(super) fn ui(&mut self, ui: &egui::Ui) -> bool {
        self.take();
        dialog_ui(ui, tr!("check-title"), |ui| {
            self.question_ui(ui);
            ui.separator();
            for finding in &self.found {
                finding_ui(ui, finding);
            }
            ui.horizontal_wrapped(|ui| {
                let is_running = self.handle.is_some();
                if is_running {
                    ui.add(Spinner::new().size(12.0));
                }
                let said =
                    self.error.as_deref().unwrap_or(if is_running { tr!("check-running") } else { "" });
                live(&ui.label(said));
            });
            if self.handle.is_none() && !self.found.is_empty() && ui.button(tr!("check-copy")).clicked() {
                let lines: Vec<_> = self.found.iter().map(sentence).collect();
                ui.ctx().copy_text(lines.join("\n"));
            }
        })
    }

    fn question_ui(&mut self, ui: &mut egui::Ui) {
        let mut is_wanted = false;
        let typed = self.typed();
        ui.horizontal_wrapped(|ui| {
            let name = ui.label(tr!("check-peer"));
            let field = TextEdit::singleline(&mut self.peer)
                .desired_width(180.0)
                .char_limit(256)
                .align(Align2::LEFT_CENTER);
            let field = ui.add(field).labelled_by(name.id).on_hover_text(tr!("check-peer-hint"));
            is_wanted = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let button = egui::Button::new(tr!("check-again"));
            is_wanted |= ui.add_enabled(self.handle.is_none() && typed.is_ok(), button).clicked();
        });
        match typed {
            Ok(peer) if is_wanted && self.handle.is_none() => {
                self.question.peer = peer;
                self.look(ui.ctx());
            }
            Ok(_) => (),
            Err(error) => fault_ui(ui, &sentence(&error)),
        }
    }
}

fn finding_ui(ui: &mut egui::Ui, finding: &Finding) {
    let lamp = match finding.level() {
        Level::Info => Lamp::On,
        Level::Warning => Lamp::Waiting,
        Level::Error => Lamp::Failed,
    };
    let is_last = matches!(finding, Finding::Finished { .. });
    if is_last {
        ui.separator();
    }
    ui.horizontal_top(|ui| {
        bare_lamp_ui(ui, lamp);
        ui.vertical(|ui| {
            let text = RichText::new(sentence(finding));
            let label = ui.add(Label::new(if is_last { text.strong() } else { text }).wrap());
            if is_last {
                live(&label);
            }
            if let Finding::Firewall { line, .. } = finding
                && ui.small_button(tr!("check-copy-line")).clicked()
            {
                ui.ctx().copy_text(line.clone());
            }
        });
    });
}

impl Drop for CheckPanel {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.shut_down();
        }
    }
}

impl std::fmt::Debug for CheckPanel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckPanel").field("question", &self.question).finish_non_exhaustive()
    }
}
