//! What the window does when something is pressed, and by itself.

use common::texts::{language, set_language};
use common::tr;
use common::window::shell::Engine;
use common::window::{SaveBar, is_covered};
use eframe::egui::{self, Key, Modifiers, ViewportCommand};

use super::bottom::BottomAction;
use super::closing::{Closing, Farewell, closing_ui};
use super::composer::Composer;
use super::history::HistoryAction;
use super::server::ServerForm;
use super::{ChatClient, Leaving};
use crate::drafts::{Unsent, Written};
use crate::engine::{Command, MessageId, Target};
use crate::find::Finder;
use crate::model::{Delivery, Model, Refusal};
use crate::save;
use crate::transcript::Entry;

impl ChatClient {
    /// Connects to a server that the user chose, once the user is sure.
    pub(super) fn choose(&mut self, target: &Target, engine: &mut Engine<Command>) {
        self.leave(Farewell::ServerFor(target.clone()), engine);
    }

    /// Does what the user wants; where something would be lost by it, the user is asked first.
    pub(super) fn leave(&mut self, farewell: Farewell, engine: &mut Engine<Command>) {
        if self.lost_by(&farewell) == (0, 0) {
            self.say_farewell(farewell, engine);
        } else {
            self.leaving = Leaving::Asked(farewell);
        }
    }

    fn say_farewell(&mut self, farewell: Farewell, engine: &mut Engine<Command>) {
        match farewell {
            Farewell::Window => (),
            Farewell::Server => _ = engine.send(Command::Disconnect),
            Farewell::ServerFor(target) => {
                // An invitation that is followed has done its work.
                if self.invited().is_ok_and(|config| config.target() == target) {
                    self.composer.draft.clear();
                }
                self.form = ServerForm::new(&target);
                self.composer.focus();
                self.config = self.config.clone().with_target(&target);
                self.connect(&target, engine);
            }
        }
    }

    /// Asks before something is lost, and obeys.
    pub(super) fn leaving_ui(&mut self, ui: &egui::Ui, engine: &mut Engine<Command>) {
        let Leaving::Asked(farewell) = &self.leaving else { return };
        let (open, unsent) = self.lost_by(farewell);
        // Nothing is lost any more by leaving the server; a window that stays open costs nothing.
        let answer = match (farewell, (open, unsent)) {
            (Farewell::Window, (0, 0)) => Some(Closing::Stay),
            (Farewell::Server | Farewell::ServerFor(_), (0, 0)) => Some(Closing::Close),
            _ => closing_ui(ui, farewell, open, unsent),
        };
        let Some(answer) = answer else { return };
        let Leaving::Asked(farewell) = std::mem::take(&mut self.leaving) else { return };
        if answer == Closing::Stay {
            if let Farewell::ServerFor(target) = farewell
                && self.form.names(&target, &self.config)
            {
                // What was typed there is still to be seen, and put back by Esc.
                self.form.open();
            }
            return;
        }
        if farewell == Farewell::Window {
            self.leaving = Leaving::Sure;
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
        self.say_farewell(farewell, engine);
    }

    /// How many messages would get no answer, and how many were not sent and would be gone.
    fn lost_by(&self, farewell: &Farewell) -> (usize, usize) {
        let is_gone = *farewell == Farewell::Window && !self.drafts.is_kept();
        (self.model.open(), if is_gone { self.model.unsent().count() } else { 0 })
    }

    pub(super) fn connect(&mut self, target: &Target, engine: &mut Engine<Command>) {
        if engine.send(Command::Connect(target.clone())) {
            self.model.connects_to(target);
        }
    }

    /// Sends `text` as a new message, or keeps it for the connection.
    pub(super) fn say(&mut self, text: &str, engine: &Engine<Command>) -> Result<(), Refusal> {
        let (text, now) = (text.to_owned(), engine.now());
        match self.model.next_message(&text)? {
            Delivery::Send(id) => {
                if !engine.try_send(Command::Send { id, text: text.clone() }) {
                    return Err(Refusal::Busy);
                }
                self.model.push_sending(id, text, now);
            }
            Delivery::Keep(id) => self.model.push_unsent(id, text, now),
        }
        self.says_cleared = false;
        self.history.read_all();
        Ok(())
    }

    /// Sends the draft; one that is not sent stays, with the reason.
    pub(super) fn send_draft(&mut self, engine: &Engine<Command>) {
        self.refusal = None;
        let draft = self.composer.draft.clone();
        match self.say(&draft, engine) {
            Ok(()) => self.composer.sent(),
            Err(refusal) => self.refusal = Some((refusal, draft)),
        }
        self.composer.focus();
    }

    fn try_again(&mut self, id: MessageId, engine: &Engine<Command>) {
        let Some(text) = self.model.transcript().own_text(id).map(str::to_owned) else { return };
        match self.say(&text, engine) {
            Ok(()) => self.model.retried(id),
            // Said under the draft, which stays.
            Err(refusal) => self.refusal = Some((refusal, self.composer.draft.clone())),
        }
    }

    /// Sends what waited for the connection, as far as the server can take it.
    pub(super) fn send_unsent(&mut self, engine: &Engine<Command>) {
        while let Some((id, text)) = self.model.next_unsent() {
            let command = Command::Send { id, text: text.to_owned() };
            if !engine.try_send(command) {
                return;
            }
            self.model.sent(id);
        }
    }

    pub(super) fn obey(&mut self, ctx: &egui::Context, action: HistoryAction, engine: &mut Engine<Command>) {
        match action {
            HistoryAction::Cancel(id) => _ = engine.send(Command::Cancel { id }),
            HistoryAction::TryAgain(id) => self.try_again(id, engine),
            HistoryAction::Want(id, is_wanted) => self.model.want(id, is_wanted),
            HistoryAction::Discard(id) => self.model.discard(id),
            HistoryAction::CopyAll => ctx.copy_text(self.whole_text()),
            HistoryAction::Leave => self.composer.focus(),
        }
        ctx.request_repaint();
    }

    pub(super) fn obey_button(&mut self, ctx: &egui::Context, action: BottomAction) {
        match action {
            BottomAction::ChangeServer => self.form.open(),
            BottomAction::Find => self.open_find(),
            BottomAction::CopyAll => ctx.copy_text(self.whole_text()),
            BottomAction::Save => self.open_save(ctx),
            BottomAction::Clear => self.clear(),
            BottomAction::UndoClear => self.model.transcript_mut().undo_clear(),
        }
        ctx.request_repaint();
    }

    /// Stops the message that is being answered.
    pub(super) fn stop(&mut self, engine: &mut Engine<Command>) {
        if let Some(id) = self.model.being_answered() {
            engine.send(Command::Cancel { id });
        }
        self.composer.focus();
    }

    pub(super) fn keys_of_window(&mut self, ui: &egui::Ui, engine: &Engine<Command>) {
        if is_covered(ui) {
            return;
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::F)
            || (self.find_bar.is_none() && pressed(Modifiers::NONE, Key::F3))
        {
            self.open_find();
        }
        if pressed(Modifiers::COMMAND, Key::S) {
            self.open_save(ui.ctx());
        }
        if pressed(Modifiers::COMMAND, Key::L) {
            self.clear();
        }
        if pressed(Modifiers::COMMAND, Key::ArrowUp) {
            self.history.enter(true);
        } else if pressed(Modifiers::COMMAND, Key::ArrowDown) {
            self.history.enter(false);
        }
        // What the input method has not finished is no text yet.
        if !self.composer.is_input_method_busy(ui) && pressed(Modifiers::COMMAND, Key::Enter) {
            self.send_draft(engine);
        }
        for (key, pages) in [(Key::PageUp, -1.0), (Key::PageDown, 1.0)] {
            if pressed(Modifiers::NONE, key) {
                self.history.page(pages);
            }
        }
    }

    /// What is typed while nothing else has the keyboard is meant for the text box: after Esc, after a
    /// dialog, after a button that is gone.
    pub(super) fn keep_focus(&mut self, ui: &egui::Ui) {
        let is_covered = is_covered(ui);
        let is_free = !is_covered
            && ui.memory(|memory| memory.focused().is_none())
            && !egui::Popup::is_any_open(ui.ctx());
        // Tab goes around by way of a frame in which nothing has it.
        if std::mem::replace(&mut self.was_free, is_free || is_covered) && is_free {
            self.composer.take_focus(ui.ctx());
        }
        if is_free {
            ui.ctx().request_repaint();
        }
    }

    fn open_find(&mut self) {
        self.find_bar.get_or_insert_default().focus();
    }

    pub(super) fn close_find(&mut self) {
        self.find_bar = None;
        self.finder = Finder::default();
        self.composer.focus();
    }

    /// Takes the conversation out of view; the same again brings it back.
    fn clear(&mut self) {
        let transcript = self.model.transcript_mut();
        if transcript.is_cleared() && transcript.entries().len() == 0 {
            transcript.undo_clear();
        } else {
            transcript.clear();
            self.says_cleared = true;
        }
        self.history.follow();
    }

    /// The conversation as lines.
    fn whole_text(&self) -> String {
        self.model.transcript().entries().map(save::text_line).collect()
    }

    fn open_save(&mut self, ctx: &egui::Context) {
        let bar = self.save_bar.get_or_insert_with(|| SaveBar::new(tr!("tcp-chat-client-conversation")));
        bar.browse(ctx);
        bar.focus();
    }

    /// The row that asks for a file, while it is open.
    pub(super) fn save_ui(&mut self, ui: &mut egui::Ui) {
        let Some(bar) = &mut self.save_bar else { return };
        let action = egui::Panel::top("save").show(ui, |ui| bar.ui(ui)).inner;
        if action.is_saved {
            let entries: Vec<Entry> = self.model.transcript().entries().cloned().collect();
            // The thread that writes speaks English; the window does not.
            let language = language();
            bar.write(ui.ctx(), move |out, is_json| {
                set_language(language);
                save::write(&entries, out, is_json)
            });
        }
        if action.is_closed {
            self.save_bar = None;
            self.composer.focus();
        }
    }

    /// Writes the draft where it is found again, a second after the last time at the earliest. What
    /// could not be written is tried again.
    pub(super) fn save_draft(&mut self, ctx: &egui::Context) {
        let (model, composer) = (&self.model, &self.composer);
        let unsent = model.transcript().unsent().into_iter().map(|waiting| (waiting.text, waiting.to));
        let now = ctx.input(|input| input.time);
        let wait = self.drafts.save(now, composer.unsent(), unsent, || written(model, composer));
        if let Some(wait) = wait {
            ctx.request_repaint_after(wait);
        }
    }

    /// Saves the draft at once: the window closes.
    pub(super) fn save_draft_now(&mut self) {
        self.drafts.save_now(&written(&self.model, &self.composer));
    }

    /// A window that would lose something asks before it closes.
    pub(super) fn ask_to_close(&mut self, ctx: &egui::Context) {
        let is_asked = ctx.input(|input| input.viewport().close_requested());
        if !is_asked || self.leaving == Leaving::Sure {
            return;
        }
        self.save_draft_now();
        if self.lost_by(&Farewell::Window) != (0, 0) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.leaving = Leaving::Asked(Farewell::Window);
        }
    }
}

/// What is to be found after a restart.
fn written(model: &Model, composer: &Composer) -> Written {
    let unsent = model.transcript().unsent().into_iter().map(|waiting| Unsent {
        text: waiting.text.to_owned(),
        at: waiting.at,
        to: waiting.to.map(str::to_owned),
    });
    Written { draft: composer.unsent().to_owned(), unsent: unsent.collect() }
}
