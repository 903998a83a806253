//! Where to listen and who answers.

use common::window::{HostField, Tone, tone_color};
use eframe::egui::{Align2, DragValue, Label, Response, RichText, TextEdit, Ui};
use reqwest::Url;

use crate::engine::{BotList, BotUrlError, Settings, parse_bot_url};

/// The settings as they are being typed.
#[derive(Debug)]
pub(crate) struct Form {
    host: HostField,
    port: u16,
    bots: String,
    bot_url: String,
}

impl Form {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            host: HostField::new(&settings.host),
            port: settings.port,
            bots: settings.bots.to_string(),
            bot_url: settings.bot_url.as_ref().map(Url::to_string).unwrap_or_default(),
        }
    }

    /// What is typed, where all of it can be used.
    pub(crate) fn settings(&self) -> Option<Settings> {
        Some(Settings {
            host: self.host.host().ok()?,
            port: self.port,
            bots: self.bots.parse().ok()?,
            bot_url: self.bot_url().ok()?,
        })
    }

    fn bot_url(&self) -> Result<Option<Url>, BotUrlError> {
        if self.bot_url.trim().is_empty() { Ok(None) } else { parse_bot_url(&self.bot_url).map(Some) }
    }
}

/// Lays out the fields; what is wrong is said under them as it is typed.
pub(crate) fn form_ui(ui: &mut Ui, form: &mut Form) {
    ui.horizontal_wrapped(|ui| {
        form.host.ui(ui, "Listen on").on_hover_text("An address, localhost or any");
        keep_together(ui, 100.0);
        let name = ui.label("Port");
        ui.add(DragValue::new(&mut form.port).speed(0.2))
            .labelled_by(name.id)
            .on_hover_text("0 takes a port that is free");
        keep_together(ui, 190.0);
        text_field_ui(ui, "Bots", &mut form.bots, 132.0).on_hover_text(
            "qingyun, builtin or echo; of several, with commas between, the next answers where one fails",
        );
        keep_together(ui, 250.0);
        text_field_ui(ui, "Bot address", &mut form.bot_url, 160.0)
            .on_hover_text("Empty: the service's own; or one that stands in for it, http://...");
    });
    error_ui(ui, form.bots.parse::<BotList>().err().map(|error| error.to_string()));
    error_ui(ui, form.bot_url().err().map(|error| error.to_string()));
}

/// Starts a new row where a label and its field, together `width` wide, would be parted.
fn keep_together(ui: &mut Ui, width: f32) {
    if ui.available_size_before_wrap().x < width {
        ui.end_row();
    }
}

fn text_field_ui(ui: &mut Ui, label: &str, text: &mut String, width: f32) -> Response {
    let name = ui.label(label);
    let field = TextEdit::singleline(text).desired_width(width).char_limit(2000).align(Align2::LEFT_CENTER);
    ui.add(field).labelled_by(name.id)
}

fn error_ui(ui: &mut Ui, error: Option<String>) {
    if let Some(error) = error {
        ui.add(Label::new(RichText::new(error).small().color(tone_color(ui, Tone::Bad))).wrap());
    }
}
