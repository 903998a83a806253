//! Where to listen and who answers.

use common::window::{HostField, Tone, port_field_ui, tone_color};
use eframe::egui::{Align2, Label, Response, RichText, TextEdit, Ui};

use crate::engine::{BotList, BotListError, BotOptionError, Limits, Settings};

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: u16,
    bots: String,
    bot_url: String,
    /// How each bot is set.
    known: BotList,
    /// As the command line has them.
    limits: Limits,
}

impl Form {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            host: HostField::new(&settings.host),
            port: settings.port,
            bots: settings.bots.to_string(),
            bot_url: String::new(),
            known: settings.bots.clone(),
            limits: settings.limits,
        }
    }

    /// What is typed, where all of it can be used.
    pub(crate) fn settings(&self) -> Option<Settings> {
        Some(Settings {
            host: self.host.host().ok()?,
            port: self.port,
            bots: self.list().ok()?.ok()?,
            limits: self.limits,
        })
    }

    /// Another port than the one that is typed.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    fn list(&self) -> Result<Result<BotList, BotOptionError>, BotListError> {
        let mut list: BotList = self.bots.parse()?;
        for choice in list.choices_mut() {
            if let Some(known) = self.known.choices().iter().find(|known| known.kind == choice.kind) {
                *choice = known.clone();
            }
        }
        let url = self.bot_url.trim();
        let set = if url.is_empty() { Ok(()) } else { list.set_flag("url", url) };
        Ok(set.and_then(|()| list.check()).map(|()| list))
    }
}

/// Narrower than this the bots have a row of their own, in points.
const WIDE: f32 = 500.0;

/// Lays out the fields; what is wrong is said under them as it is typed.
pub(crate) fn form_ui(ui: &mut Ui, form: &mut Form) {
    let is_wide = ui.available_width() >= WIDE;
    ui.horizontal_wrapped(|ui| {
        form.host.ui(ui, "Listen on").on_hover_text("An address, localhost or any");
        port_field_ui(ui, &mut form.port, 0).on_hover_text("0 takes a port that is free");
        if is_wide {
            bots_field_ui(ui, &mut form.bots);
        }
    });
    if !is_wide {
        ui.horizontal(|ui| bots_field_ui(ui, &mut form.bots));
    }
    ui.horizontal(|ui| {
        text_field_ui(ui, "Bot address", &mut form.bot_url, "the service's own")
            .on_hover_text("What stands in for the service's own address: http://...");
    });
    match form.list() {
        Ok(Ok(_)) => (),
        Ok(Err(error)) => error_ui(ui, Some(error.to_string())),
        Err(error) => error_ui(ui, Some(error.to_string())),
    }
}

fn bots_field_ui(ui: &mut Ui, bots: &mut String) {
    text_field_ui(ui, "Bots", bots, "")
        .on_hover_text("qingyun, builtin or echo, with commas between: the next answers where one fails");
}

/// Lays out a label, and a field in all the width that is left.
fn text_field_ui(ui: &mut Ui, label: &str, text: &mut String, hint: &str) -> Response {
    let name = ui.label(label);
    let field = TextEdit::singleline(text)
        .desired_width(ui.available_size_before_wrap().x)
        .hint_text(hint)
        .char_limit(2000)
        .align(Align2::LEFT_CENTER);
    ui.add(field).labelled_by(name.id)
}

fn error_ui(ui: &mut Ui, error: Option<String>) {
    if let Some(error) = error {
        ui.add(Label::new(RichText::new(error).small().color(tone_color(ui, Tone::Bad))).wrap());
    }
}
