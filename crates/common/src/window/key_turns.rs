//! Keys that act, one a frame.

use eframe::egui::{Context, Event, Key, Plugin, RawInput};

/// Ends a frame's input with the key that acts in it. What came behind Enter, Tab, Esc or a shortcut is for whatever has the
/// keyboard when that is done: in one frame, a busy computer would put what was typed after Enter in front of it.
#[derive(Debug, Default)]
pub(super) struct KeyTurns {
    /// In the order they came.
    waiting: Vec<Event>,
}

impl Plugin for KeyTurns {
    fn debug_name(&self) -> &'static str {
        "keyturns"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        self.waiting.append(&mut input.events);
        let end = self.waiting.iter().position(acts).map_or(self.waiting.len(), |at| at + 1);
        input.events.extend(self.waiting.drain(..end));
        if !self.waiting.is_empty() {
            ctx.request_repaint();
        }
    }
}

fn acts(event: &Event) -> bool {
    match event {
        Event::Key { key, pressed: true, modifiers, .. } => {
            matches!(key, Key::Enter | Key::Tab | Key::Escape | Key::F1 | Key::F3) || modifiers.command
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Modifiers, TextEdit};
    use egui_kittest::Harness;

    fn key(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    #[test]
    fn what_is_typed_behind_a_key_that_acts_comes_when_it_has_acted() {
        let mut window = Harness::builder()
            .with_max_steps(30)
            .with_context_setup(|ctx| ctx.add_plugin(KeyTurns::default()))
            .build_ui_state(
                |ui, (draft, sent): &mut (String, Vec<String>)| {
                    let name = ui.label("Draft");
                    let field = ui.add(TextEdit::multiline(draft).return_key(None));
                    field.labelled_by(name.id).request_focus();
                    if ui.input(|input| input.key_pressed(Key::Enter)) {
                        sent.push(std::mem::take(draft));
                    }
                },
                (String::new(), Vec::new()),
            );
        window.run();
        // All in one frame: the harness would give each event one of its own.
        let events = &mut window.input_mut().events;
        for text in ["one", "two", ""] {
            events.extend([Event::Text(text.to_owned()), key(Key::Enter)]);
        }
        events.push(Event::Text("three".to_owned()));
        window.run();
        let (draft, sent) = window.state();
        assert_eq!(
            (draft.as_str(), sent.as_slice()),
            ("three", ["one", "two", ""].map(str::to_owned).as_slice())
        );
    }
}
