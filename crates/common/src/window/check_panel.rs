//! Why two computers do not see each other, over the window.

use std::io;

use eframe::egui::{self, Label, RichText, Spinner};

use super::settings_panel::dialog_ui;
use super::{fault_ui, is_entered, lamp_ui, live, mark_fault, repaint_waker, small_button, text_field_ui};
use crate::check::{self, CheckHandle, Finding, Question};
use crate::engine::{Event as _, Waker};
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
    start: Start,
}

/// What looks.
type Start = fn(Question, Waker) -> io::Result<CheckHandle>;

/// Lays out the panel, which begins with `question`; `true` while it stays open.
pub(super) fn check_dialog_ui(
    ui: &egui::Ui,
    panel: &mut Option<CheckPanel>,
    question: impl FnOnce() -> Option<Question>,
) -> bool {
    if panel.is_none() {
        *panel = question().map(|question| CheckPanel::new(ui.ctx(), question));
    }
    panel.as_mut().is_some_and(|panel| panel.ui(ui))
}

impl CheckPanel {
    /// A panel that begins to look at once.
    pub(super) fn new(ctx: &egui::Context, question: Question) -> Self {
        Self::with_start(ctx, question, check::start)
    }

    fn with_start(ctx: &egui::Context, question: Question, start: Start) -> Self {
        let peer = question.peer.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut panel = Self { question, peer, found: Vec::new(), handle: None, error: None, start };
        panel.look(ctx);
        panel
    }

    fn look(&mut self, ctx: &egui::Context) {
        self.found.clear();
        match (self.start)(self.question.clone(), repaint_waker(ctx)) {
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
        // Before the findings are taken: one that has failed adds no more.
        let has_failed = handle.has_failed();
        handle.drain(FINDINGS_A_FRAME, |finding| self.found.push(finding));
        if matches!(self.found.last(), Some(Finding::Finished { .. })) {
            self.handle = None;
        } else if has_failed {
            (self.handle, self.error) = (None, Some(tr!("check-broken").to_owned()));
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
                } else if !self.found.is_empty() && ui.button(tr!("check-copy")).clicked() {
                    let lines: Vec<_> = self.found.iter().map(sentence).collect();
                    ui.ctx().copy_text(lines.join("\n"));
                }
                let running = if is_running { tr!("check-running") } else { "" };
                live(&ui.label(self.error.as_deref().unwrap_or(running)));
            });
        })
    }

    fn question_ui(&mut self, ui: &mut egui::Ui) {
        let mut is_wanted = false;
        let typed = self.typed();
        let fault = typed.as_ref().err().map(sentence);
        ui.horizontal_wrapped(|ui| {
            let field = text_field_ui(ui, tr!("check-peer"), &mut self.peer, 180.0, 256);
            let field = field.on_hover_text(tr!("check-peer-hint"));
            mark_fault(ui, &field, fault.as_deref());
            is_wanted = is_entered(&field);
            let button = egui::Button::new(tr!("check-again"));
            is_wanted |= ui.add_enabled(self.handle.is_none() && typed.is_ok(), button).clicked();
        });
        if let Some(fault) = fault {
            fault_ui(ui, &fault);
        } else if let Ok(peer) = typed
            && is_wanted
            && self.handle.is_none()
        {
            self.question.peer = peer;
            self.look(ui.ctx());
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
        lamp_ui(ui, lamp);
        ui.vertical(|ui| {
            let text = RichText::new(sentence(finding));
            let label = ui.add(Label::new(if is_last { text.strong() } else { text }).wrap());
            if is_last {
                live(&label);
            }
            if let Finding::Firewall { line, .. } = finding
                && ui.add(small_button(tr!("check-copy-line"))).clicked()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Protocol;
    use crate::engine::{Flavor, link};
    use eframe::egui::{Key, accesskit::Role};
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    /// Finds a firewall, and what it is for; without another computer nothing at all.
    fn start(question: Question, waker: Waker) -> io::Result<CheckHandle> {
        let Question { peer, port, protocol } = question;
        let (handle, link) = link(waker, ());
        if peer.is_some() {
            let opens = format!("open {port}");
            let firewall = Finding::Firewall { firewall: "ufw", protocol, port, line: opens };
            link.events.send(Finding::NoWay { address: "10.0.0.7".to_owned() });
            link.events.send(firewall);
            link.events.send(Finding::Finished { faults: 1 });
        } else {
            return Err(io::Error::from(io::ErrorKind::OutOfMemory));
        }
        Ok(handle)
    }

    #[test]
    fn what_is_found_can_be_copied_and_another_computer_asked_about() {
        let peer = Some("10.0.0.7".parse().unwrap());
        let question = Question { peer, port: 6666, protocol: Protocol::Tcp };
        let mut harness = Harness::builder().with_max_steps(30).with_size([600.0, 500.0]).build_ui_state(
            move |ui, panel: &mut Option<CheckPanel>| {
                let new = || CheckPanel::with_start(ui.ctx(), question.clone(), start);
                panel.get_or_insert_with(new).ui(ui);
            },
            None,
        );
        harness.run();
        harness.get_by_label_contains("No network of this computer leads to 10.0.0.7");
        harness.get_by_label("1 thing is in the way");
        let mut copied = |label: &str| {
            harness.get_by_label(label).click();
            harness.step();
            harness.output().platform_output.commands.iter().find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            })
        };
        assert_eq!(copied("Copy the line").as_deref(), Some("open 6666"));
        let all = copied("Copy all").unwrap();
        assert!(all.lines().count() == 3 && all.ends_with("1 thing is in the way"), "{all}");

        let field = harness.get_by_role_and_label(Role::TextInput, "Other computer");
        field.focus();
        harness.run();
        harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        harness.get_by_role_and_label(Role::TextInput, "Other computer").type_text("no host");
        harness.run();
        assert!(harness.get_by_label("Check").accesskit_node().is_disabled());
        harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        harness.key_press(Key::Delete);
        harness.run();
        harness.get_by_label("Check").click();
        harness.run();
        harness.get_by_label_contains("could not start");
        harness.get_by_role_and_label(Role::TextInput, "Other computer").focus();
        harness.run();
        harness.key_press(Key::Enter);
        harness.run();
        let field = harness.get_by_role_and_label(Role::TextInput, "Other computer");
        assert!(field.is_focused(), "the next Enter presses something else");
        assert!(harness.query_by_label("1 thing is in the way").is_none(), "what was found before stays");
    }

    #[test]
    fn a_check_that_fails_says_so_and_can_be_made_again() {
        let start: Start = |_, waker| {
            let run = |_| async { panic!("a defect, on purpose") };
            crate::engine::start("check", Flavor::CurrentThread, waker, (), run)
        };
        let question = Question { peer: None, port: 6666, protocol: Protocol::Tcp };
        let mut harness = Harness::builder().build_ui_state(
            move |ui, panel: &mut Option<CheckPanel>| {
                let new = || CheckPanel::with_start(ui.ctx(), question.clone(), start);
                panel.get_or_insert_with(new).ui(ui);
            },
            None,
        );
        while harness.query_by_label_contains("internal error").is_none() {
            harness.step();
        }
        assert!(!harness.get_by_label("Check").accesskit_node().is_disabled());
    }
}
