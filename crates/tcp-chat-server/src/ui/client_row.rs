//! A row of the table of clients, and its headings.
//!
//! `egui_extras` has a table, but a row of it is only the union of its cells: keyboard and screen readers would get
//! no row. Its columns do not leave when the window is narrow either, as those of the time client's senders do.

use common::tr;
use common::window::focus_ring_ui;
use eframe::egui::{
    Align, Atom, Button, Event, EventFilter, Id, Key, Label, Layout, Pos2, Rect, Response, RichText, Role,
    Sense, Shape, Stroke, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::clients::ROW_GAP;
use crate::engine::{ClientId, ClientRow};
use crate::table::{Column, Table};

/// Narrower than this only what matters most has a column, in points.
const WIDE: f32 = 480.0;

const VERY_WIDE: f32 = 900.0;

/// What the column of the state takes of the room that is left, at most, in points: "asking the bot, 12 waiting" fits then.
const MORE_STATE: f32 = 72.0;

/// The columns of a narrow table: what else there is, is said of the selected client.
const NARROW: &[Column] = &[Column::Address, Column::Port, Column::State];

/// Those that answer who is there, and how it goes.
const USUAL: &[Column] = &[
    Column::Address,
    Column::Port,
    Column::Since,
    Column::Asked,
    Column::Answered,
    Column::State,
    Column::LastError,
];

/// Which columns there are, and how wide.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) row_height: f32,
    columns: Vec<(Column, f32)>,
}

impl Sheet {
    /// Between two columns, in points.
    pub(super) const GAP: f32 = 10.0;

    /// The columns of a table in `available` points.
    pub(super) fn new(available: f32, row_height: f32, table: &Table) -> Self {
        let columns = match available {
            width if width < WIDE => NARROW,
            width if width < VERY_WIDE => USUAL,
            _ => &Column::ALL,
        };
        let mut columns: Vec<(Column, f32)> = columns
            .iter()
            .map(|column| match column {
                Column::Address if table.has_long_addresses() => (*column, 190.0),
                Column::Since if table.has_dates() => (*column, 130.0),
                column => (*column, width(*column)),
            })
            .collect();
        let used: f32 = columns.iter().map(|(_, width)| width + Self::GAP).sum();
        // The last one takes what the others leave, but for what a state in several words may need.
        let left = (available - (used - Self::GAP)).max(0.0);
        let of_state = (left / 3.0).min(MORE_STATE);
        if let Some((_, state)) = columns.iter_mut().find(|(column, _)| *column == Column::State) {
            *state += of_state;
        }
        if let Some((_, last)) = columns.last_mut() {
            *last += left - of_state;
        }
        Self { row_height, columns }
    }

    /// Where a row is, laid out or not, when that at index `start` is at `first`.
    #[expect(clippy::cast_precision_loss, reason = "points of a list that fits into memory")]
    pub(super) fn row_at(&self, first: Pos2, start: usize, index: usize) -> Rect {
        let top = first.y + (index as f32 - start as f32) * (self.row_height + ROW_GAP);
        Rect::from_min_size(pos2(first.x, top), vec2(1.0, self.row_height))
    }
}

fn width(column: Column) -> f32 {
    match column {
        Column::Address => 94.0,
        Column::State => 104.0,
        Column::Port | Column::Asked => 46.0,
        Column::Since | Column::Answered | Column::BytesIn | Column::BytesOut => 58.0,
        Column::LastError => 56.0,
    }
}

fn layout(column: Column) -> Layout {
    if column.is_number() {
        Layout::right_to_left(Align::Center)
    } else {
        Layout::left_to_right(Align::Center)
    }
}

/// Size of the triangle beside the heading that is sorted by, and its gap to the heading, in points.
const TRIANGLE: Vec2 = vec2(7.0, 5.0);
const GAP: f32 = 3.0;

/// How far the ring of a heading stands around it, in points.
const RING: Vec2 = vec2(3.0, 1.0);

/// Lays out the headings; a press sorts.
pub(super) fn headings_ui(ui: &mut Ui, sheet: &Sheet, table: &mut Table) {
    let sort = table.sort();
    let mut pressed = None;
    ui.horizontal(|ui| {
        for (column, width) in &sheet.columns {
            let (heading, is_sorted) = (column.heading(), sort.column == *column);
            let name = match (is_sorted, sort.is_descending) {
                (false, _) => tr!("tcp-chat-server-not-sorted", column = heading),
                (true, false) => tr!("tcp-chat-server-sorted-ascending", column = heading),
                (true, true) => tr!("tcp-chat-server-sorted-descending", column = heading),
            };
            ui.allocate_ui_with_layout(vec2(*width, sheet.row_height), layout(*column), |ui| {
                ui.set_min_width(*width);
                ui.spacing_mut().item_spacing.x = GAP;
                ui.spacing_mut().button_padding.x = 0.0;
                // Numbers are laid out from the right.
                if is_sorted && column.is_number() {
                    triangle_ui(ui, sort.is_descending);
                }
                // The whole cell is pressed, not the word alone.
                let triangle = if is_sorted && !column.is_number() { TRIANGLE.x + GAP } else { 0.0 };
                let cell = vec2((ui.available_width() - triangle).max(0.0), sheet.row_height);
                let word = RichText::new(heading).small();
                let word = if column.is_number() {
                    Button::new((Atom::grow(), word))
                } else {
                    Button::new((word, Atom::grow()))
                };
                let button = ui.add(word.frame(false).min_size(cell));
                focus_ring_ui(ui, &button, button.rect.expand2(RING));
                if is_sorted && !column.is_number() {
                    triangle_ui(ui, sort.is_descending);
                }
                ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name.as_str()));
                if button.on_hover_text(tr!("tcp-chat-server-sort-by", column = heading)).clicked() {
                    pressed = Some(*column);
                }
            });
        }
    });
    if let Some(column) = pressed {
        table.sort_by(column);
    }
}

/// Which way the rows are sorted: painted, as few fonts have the sign.
fn triangle_ui(ui: &mut Ui, is_descending: bool) {
    let (rect, _) = ui.allocate_exact_size(TRIANGLE, Sense::hover());
    let points = if is_descending {
        vec![rect.left_top(), rect.right_top(), rect.center_bottom()]
    } else {
        vec![rect.left_bottom(), rect.center_top(), rect.right_bottom()]
    };
    ui.painter().add(Shape::convex_polygon(points, ui.visuals().text_color(), Stroke::NONE));
}

/// The id of a client's row, wherever the row stands.
pub(super) fn row_id(id: ClientId) -> Id {
    Id::unique(("client row", id))
}

/// Lays out a client's row; `takes_tab`: the Tab key comes to it.
pub(super) fn row_ui(
    ui: &mut Ui,
    sheet: &Sheet,
    table: &Table,
    (id, row): (ClientId, &ClientRow),
    is_selected: bool,
    takes_tab: bool,
) -> Response {
    let total: f32 = sheet.columns.iter().map(|(_, width)| width + Sheet::GAP).sum::<f32>() - Sheet::GAP;
    let (_, rect) = ui.allocate_space(vec2(total, sheet.row_height));
    // A row that has the keyboard keeps it, whoever else is selected.
    let has_focus = ui.memory(|memory| memory.has_focus(row_id(id)));
    let sense = if takes_tab || has_focus { Sense::click() } else { Sense::CLICK };
    let response = ui.interact(rect, row_id(id), sense);
    let name = format!("{}, {}", row.addr, Column::State.text(row, table));
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, &name));
    let frame = rect.expand2(vec2(0.0, ROW_GAP / 2.0));
    let visuals = ui.visuals();
    if is_selected {
        ui.painter().rect_filled(frame, 2.0, visuals.selection.bg_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(frame, 2.0, visuals.faint_bg_color);
    }
    focus_ring_ui(ui, &response, frame);
    let mut left = rect.left();
    for (column, width) in &sheet.columns {
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, sheet.row_height));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(cell).layout(layout(*column)));
        ui.add(Label::new(column.text(row, table)).truncate().selectable(false));
        left += width + Sheet::GAP;
    }
    response
}

/// Rows of a page, as far as the keys go.
const PAGE: isize = 5;

/// How many rows the keys go from the row that has the keyboard.
pub(super) fn steps(ui: &Ui, response: &Response) -> Option<isize> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let steps = ui.input(|input| {
        let steps = |event: &Event| match event {
            Event::Key { key: Key::ArrowDown, pressed: true, .. } => 1,
            Event::Key { key: Key::ArrowUp, pressed: true, .. } => -1,
            Event::Key { key: Key::PageDown, pressed: true, .. } => PAGE,
            Event::Key { key: Key::PageUp, pressed: true, .. } => -PAGE,
            // More than there are; the table keeps within.
            Event::Key { key: Key::End, pressed: true, .. } => isize::from(i16::MAX) * 4,
            Event::Key { key: Key::Home, pressed: true, .. } => isize::from(i16::MIN) * 4,
            _ => 0,
        };
        input.events.iter().map(steps).sum()
    });
    (steps != 0).then_some(steps)
}
