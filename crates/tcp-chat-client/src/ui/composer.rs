//! The text box.

use eframe::egui::{
    self, Event, ImeEvent, Key, KeyboardShortcut, Modifiers, ScrollArea, TextEdit, style::ScrollAnimation,
    vec2,
};

/// What is being written.
#[derive(Debug)]
pub struct Composer {
    /// The text. Only the user and a successful send change it.
    pub draft: String,
    /// An input method is composing a character.
    is_composing: bool,
    /// Whether the next frame puts the focus there.
    wants_focus: bool,
    /// The text has changed in the frame before.
    has_changed: bool,
}

impl Default for Composer {
    fn default() -> Self {
        Self { draft: String::new(), is_composing: false, wants_focus: true, has_changed: false }
    }
}

impl Composer {
    /// Puts the keyboard's focus into the text box.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }
}

/// Lays out the text box in all the space there is; `true` when Enter asks to send.
pub fn composer_ui(ui: &mut egui::Ui, composer: &mut Composer) -> bool {
    // A blinking cursor would draw frames for ever.
    ui.visuals_mut().text_cursor.blink = false;
    let id = ui.make_persistent_id("message");
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    // A composition ends with the focus, whether the input method says so or not.
    composer.is_composing &= has_focus;
    let is_enter = has_focus && is_send_key(ui, &mut composer.is_composing);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let field = TextEdit::multiline(&mut composer.draft)
            .id(id)
            .hint_text("Type a message; Enter sends it, Shift+Enter breaks the line")
            .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter))
            .desired_width(f32::INFINITY)
            .desired_rows(1)
            .min_size(vec2(0.0, ui.available_height()));
        let shown = field.show(ui);
        let response = shown.response.response;
        // The text box scrolls to its caret by itself, but not beyond the end that the text had
        // before it was pasted.
        if std::mem::replace(&mut composer.has_changed, response.changed())
            && let Some(cursor) = shown.cursor_range
        {
            let caret = shown.galley.pos_from_cursor(cursor.primary).translate(shown.galley_pos.to_vec2());
            ui.scroll_to_rect_animation(caret, None, ScrollAnimation::none());
        }
        if composer.has_changed {
            ui.ctx().request_repaint();
        }
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Message"));
        // Once, not every frame: the focus belongs to the user.
        if std::mem::take(&mut composer.wants_focus) {
            response.request_focus();
        }
    });
    is_enter
}

/// Whether Enter was pressed to send. Enter while an input method composes, or in the frame in which
/// it commits, belongs to the input method.
fn is_send_key(ui: &egui::Ui, is_composing: &mut bool) -> bool {
    ui.input(|input| {
        let mut is_ime = *is_composing;
        let mut is_enter = false;
        for event in &input.events {
            match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => {
                    *is_composing = !text.is_empty();
                    is_ime |= *is_composing;
                }
                Event::Ime(ImeEvent::Commit(text)) => {
                    *is_composing = false;
                    is_ime |= !text.is_empty();
                }
                Event::Key { key: Key::Enter, pressed: true, modifiers, .. } => {
                    is_enter |= !modifiers.shift && !modifiers.alt;
                }
                _ => (),
            }
        }
        is_enter && !is_ime
    })
}
