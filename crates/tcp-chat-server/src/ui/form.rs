//! Where to listen and who answers.

use common::window::{HostField, Tone, port_field_ui, tone_color};
use eframe::egui::{Align2, Label, Response, RichText, TextEdit, Ui};
use reqwest::Url;

use crate::engine::{BotList, BotUrlError, Limits, Settings, parse_bot_url};

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: u16,
    bots: String,
    bot_url: String,
    /// As the command line has them.
    limits: Limits,
}

impl Form {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            host: HostField::new(&settings.host),
            port: settings.port,
            bots: settings.bots.to_string(),
            bot_url: settings.bot_url.as_ref().map(Url::to_string).unwrap_or_default(),
            limits: settings.limits,
        }
    }

    /// What is typed, where all of it can be used.
    pub(crate) fn settings(&self) -> Option<Settings> {
        Some(Settings {
            host: self.host.host().ok()?,
            port: self.port,
            bots: self.bots.parse().ok()?,
            bot_url: self.bot_url().ok()?,
            limits: self.limits,
        })
    }

    /// Another port than the one that is typed.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    fn bot_url(&self) -> Result<Option<Url>, BotUrlError> {
        if self.bot_url.trim().is_empty() { Ok(None) } else { parse_bot_url(&self.bot_url).map(Some) }
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
    error_ui(ui, form.bots.parse::<BotList>().err().map(|error| error.to_string()));
    error_ui(ui, form.bot_url().err().map(|error| error.to_string()));
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
