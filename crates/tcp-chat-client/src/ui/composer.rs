//! The text box.

use common::tr;
use common::window::is_covered;
use eframe::egui::{
    self, Event, Frame, Id, ImeEvent, Key, KeyboardShortcut, Margin, Modifiers, ScrollArea, TextEdit,
    TextStyle, style::ScrollAnimation, text::CCursor, text_selection::CCursorRange, vec2,
    widget_style::TextEditStyle,
};

use crate::input_history::InputHistory;
use crate::model::Model;

/// Margin of the text in its box, across and down.
const MARGIN: [i8; 2] = [10, 6];

/// What the edge of the box takes of that, where its line is widest.
const EDGE: i8 = 2;

/// Height that the box needs besides its text, in points.
const PADDING: f32 = 26.0;

/// The text box with the draft.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about a text box")]
pub(super) struct Composer {
    /// The text. Only the user and a successful send change it.
    pub(super) draft: String,
    history: InputHistory,
    /// An input method is composing a character.
    is_composing: bool,
    id: Option<Id>,
    /// Whether the next frame puts the focus there.
    wants_focus: bool,
    /// The text changed in the last frame.
    has_changed: bool,
    /// Whether the cursor is in the first row, and whether it is in the last.
    is_at_edge: [bool; 2],
    /// The next frame forgets what undo would bring back.
    forgets_undo: bool,
    /// The next frame puts the cursor at the end of the text.
    goes_to_end: bool,
    /// Height of the text, in points.
    height: f32,
    /// The draft before a text was pasted that was too long.
    before_paste: Option<String>,
}

impl Default for Composer {
    fn default() -> Self {
        Self {
            draft: String::new(),
            history: InputHistory::default(),
            is_composing: false,
            id: None,
            wants_focus: true,
            has_changed: false,
            is_at_edge: [true, true],
            forgets_undo: false,
            goes_to_end: false,
            height: 0.0,
            before_paste: None,
        }
    }
}

impl Composer {
    /// A text box with what was not sent in an earlier run.
    pub(super) fn new(draft: String) -> Self {
        Self { draft, goes_to_end: true, ..Self::default() }
    }

    /// Puts the keyboard's focus into the text box in the next frame.
    pub(super) fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Puts the focus into the text box at once, for what is typed before the next frame.
    pub(super) fn take_focus(&self, ctx: &egui::Context) {
        if let Some(id) = self.id {
            ctx.memory_mut(|memory| memory.request_focus(id));
        }
    }

    /// Whether nothing is written, and the keyboard is here or nowhere.
    pub(super) fn is_at_rest(&self, ui: &egui::Ui) -> bool {
        let focused = ui.memory(egui::Memory::focused);
        self.draft.is_empty() && !is_covered(ui) && (focused.is_none() || focused == self.id)
    }

    /// Brings back the draft that a text was pasted into.
    pub(super) fn undo_paste(&mut self) {
        if let Some(before) = self.before_paste.take() {
            self.draft = before;
            self.goes_to_end = true;
        }
    }

    /// Has a pasted text be no longer than the message may be: megabytes would be laid out for seconds. Gives the length of
    /// one that was cut.
    fn cut_pastes(&mut self, ui: &egui::Ui, id: Id, max: usize) -> Option<usize> {
        if !ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Paste(_)))) {
            return None;
        }
        let selected = egui::text_edit::TextEditState::load(ui.ctx(), id)
            .and_then(|state| state.cursor.char_range())
            .map_or(0, |range| range.slice_str(&self.draft).len());
        let mut cut = None;
        let mut room = (max + selected).saturating_sub(self.draft.len());
        ui.input_mut(|input| {
            for event in &mut input.events {
                let Event::Paste(text) = event else { continue };
                if text.len() > room {
                    cut = Some(text.len());
                    self.before_paste = Some(self.draft.clone());
                    text.truncate(text.floor_char_boundary(room));
                }
                room -= text.len();
            }
        });
        cut
    }

    /// The text was sent. The draft comes back where it was another text.
    pub(super) fn sent(&mut self) {
        self.draft = self.history.sent();
        // It is no text that was deleted here.
        self.forgets_undo = true;
        self.goes_to_end = true;
    }

    /// The draft, also while the text box shows an earlier message.
    pub(super) fn unsent(&self) -> &str {
        self.history.draft(&self.draft)
    }

    /// How high the box would like to be.
    pub(super) fn wanted_height(&self) -> f32 {
        self.height + PADDING
    }

    /// Whether an input method composes, or has something to say in this frame.
    pub(super) fn is_input_method_busy(&self, ui: &egui::Ui) -> bool {
        let is_text = |event: &Event| match event {
            Event::Ime(ImeEvent::Preedit { text, .. } | ImeEvent::Commit(text)) => !text.is_empty(),
            _ => false,
        };
        self.is_composing || ui.input(|input| input.events.iter().any(is_text))
    }

    fn recall(&mut self, ui: &egui::Ui, model: &Model) {
        if self.is_composing {
            return;
        }
        let [is_first, is_last] = self.is_at_edge;
        let pressed =
            |key| ui.input_mut(|input| is_bare(input, key) && input.consume_key(Modifiers::NONE, key));
        let text = if is_first && pressed(Key::ArrowUp) {
            self.history.older(&self.draft, model.earlier_texts())
        } else if is_last && pressed(Key::ArrowDown) {
            self.history.newer(&self.draft, model.earlier_texts())
        } else {
            return;
        };
        if let Some(text) = text {
            self.draft = text;
            self.goes_to_end = true;
            self.has_changed = true;
        }
    }
}

/// Whether `key` is pressed alone: Shift+Up, for one, selects.
fn is_bare(input: &egui::InputState, key: Key) -> bool {
    input.modifiers.is_none() && input.key_pressed(key)
}

/// What happened in the text box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Composed {
    /// Enter asks to send.
    pub(super) is_sent: bool,
    /// The length of a text that was pasted and cut.
    pub(super) cut: Option<usize>,
}

/// Lays out the text box in all the space there is.
pub(super) fn composer_ui(ui: &mut egui::Ui, composer: &mut Composer, model: &Model) -> Composed {
    // A blinking cursor would draw frames for ever.
    ui.visuals_mut().text_cursor.blink = false;
    let id = ui.make_persistent_id("message");
    composer.id = Some(id);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    // A composition ends with the focus, whether the input method says so or not.
    composer.is_composing &= has_focus;
    let mut cut = None;
    let is_sent = has_focus && !is_covered(ui) && is_send_key(ui, &mut composer.is_composing);
    if has_focus {
        composer.recall(ui, model);
        cut = composer.cut_pastes(ui, id, model.max_text_bytes());
    }
    if std::mem::take(&mut composer.goes_to_end) {
        let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
        let end = CCursor::new(composer.draft.chars().count());
        state.cursor.set_char_range(Some(CCursorRange::one(end)));
        if std::mem::take(&mut composer.forgets_undo) {
            state.clear_undoer();
        }
        state.store(ui.ctx(), id);
    }
    // Its edge stands around what scrolls: the toolkit's own would scroll with the text.
    let style: TextEditStyle = ui.widget_style(id, &egui::class::Classes::default());
    let edge = style.atom_layout.frame;
    let edge = edge.inner_margin(Margin::same(EDGE) - Margin::from(edge.stroke.width));
    let area = ScrollArea::vertical().min_scrolled_height(0.0).auto_shrink(false);
    edge.show(ui, |ui| {
        area.show(ui, |ui| {
            // A text box is at least as high as other fields, with its edge.
            ui.spacing_mut().interact_size.y -= 2.0 * f32::from(EDGE);
            let field = TextEdit::multiline(&mut composer.draft)
                .id(id)
                .hint_text(tr!("tcp-chat-client-hint"))
                .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter))
                .desired_width(f32::INFINITY)
                .desired_rows(1)
                .frame(Frame::NONE.inner_margin(Margin::symmetric(MARGIN[0] - EDGE, MARGIN[1] - EDGE)))
                .min_size(vec2(0.0, ui.available_height()));
            let shown = field.show(ui);
            let response = shown.response.response;
            let rows = if composer.draft.is_empty() {
                ui.text_style_height(&TextStyle::Body)
            } else {
                shown.galley.size().y
            };
            if (std::mem::replace(&mut composer.height, rows) - rows).abs() > 0.5 {
                ui.ctx().request_discard("the text box has another height");
            }
            if let Some(cursor) = shown.cursor_range {
                let row = shown.galley.layout_from_cursor(cursor.primary).row;
                composer.is_at_edge = [row == 0, row + 1 >= shown.galley.rows.len()];
            }
            // The text box scrolls to its caret by itself, but not beyond the end that the text had
            // before it was pasted.
            if std::mem::replace(&mut composer.has_changed, response.changed())
                && let Some(cursor) = shown.cursor_range
            {
                let caret =
                    shown.galley.pos_from_cursor(cursor.primary).translate(shown.galley_pos.to_vec2());
                ui.scroll_to_rect_animation(caret, None, ScrollAnimation::none());
            }
            if composer.has_changed {
                ui.ctx().request_repaint();
            }
            ui.ctx()
                .accesskit_node_builder(response.id, |node| node.set_label(tr!("tcp-chat-client-message")));
            // Once, not every frame: the focus belongs to the user. A request by the box that has the focus already
            // would make the arrows leave it in the next frame.
            if std::mem::take(&mut composer.wants_focus) && !has_focus {
                response.request_focus();
            }
        })
    });
    Composed { is_sent, cut }
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
