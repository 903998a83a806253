//! Who is connected.

use common::window::{Tone, tone_color};
use eframe::egui::{
    Align, Button, Event, EventFilter, Id, Key, Label, Layout, Rect, Response, RichText, Role, ScrollArea,
    Sense, Shape, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, WidgetInfo, pos2, style::ScrollAnimation,
    vec2,
};

use crate::engine::{ClientId, ClientRow, Command};
use crate::table::{Column, Table};

/// Between two columns.
const GAP: f32 = 8.0;

/// Between two rows.
const ROW_GAP: f32 = 4.0;

fn width(column: Column) -> f32 {
    match column {
        Column::Address | Column::State => 94.0,
        Column::Port | Column::Asked => 46.0,
        Column::Since => 58.0,
        Column::Answered => 64.0,
        Column::BytesIn | Column::BytesOut => 62.0,
        // The least: it takes what the others leave.
        Column::LastError => 90.0,
    }
}

/// Each column's width in `available` points.
fn widths(available: f32) -> [f32; 9] {
    let mut widths = Column::ALL.map(width);
    let used: f32 = widths.iter().map(|width| width + GAP).sum();
    if let Some(last) = widths.last_mut() {
        *last += (available - (used - GAP)).max(0.0);
    }
    widths
}

/// Lays out a row for each client, in up to `max_height` points, under the totals; gives what the
/// user wants done with one.
pub(crate) fn clients_ui(ui: &mut Ui, table: &mut Table, totals: String, max_height: f32) -> Option<Command> {
    let mut command = None;
    ui.horizontal_wrapped(|ui| {
        ui.strong(format!("Clients {}", table.len()));
        if !table.is_empty() {
            command = disconnect_ui(ui, table);
        }
        ui.label(RichText::new(totals).small().color(tone_color(ui, Tone::Quiet)));
    });
    if table.is_empty() {
        return command;
    }
    let widths = widths(ui.available_width() - ui.spacing().scroll.allocated_width());
    ScrollArea::horizontal().id_salt("clients").auto_shrink([false, true]).show(ui, |ui| {
        let row_height = ui.text_style_height(&TextStyle::Body);
        // Rows of text, not of controls: as high as the list takes them for.
        ui.spacing_mut().interact_size.y = row_height;
        ui.spacing_mut().item_spacing = vec2(GAP, ROW_GAP);
        headings_ui(ui, table, &widths, row_height);
        ScrollArea::vertical()
            .id_salt("client rows")
            .auto_shrink([false, true])
            .max_height(max_height)
            .show_rows(ui, row_height, table.len(), |ui, range| {
                let first = ui.max_rect().left_top();
                let mut pressed = None;
                for (id, row) in table.rows(range.clone()) {
                    let is_selected = table.selected().is_some_and(|(selected, _)| selected == id);
                    let response = row_ui(ui, id, row, &widths, row_height, is_selected);
                    if response.clicked() {
                        pressed = Some((id, None));
                    } else if let Some(step) = arrows(ui, &response) {
                        pressed = Some((id, Some(step)));
                    }
                }
                match pressed {
                    Some((id, None)) => table.toggle(id),
                    Some((id, Some(step))) => {
                        if let Some((id, index)) = table.step(id, step) {
                            ui.memory_mut(|memory| memory.request_focus(row_id(id)));
                            // It may be out of view, and then it is not laid out at all.
                            let top = first.y + distance(range.start, index, row_height + ROW_GAP);
                            let row = Rect::from_min_size(pos2(first.x, top), vec2(1.0, row_height));
                            ui.scroll_to_rect_animation(row, None, ScrollAnimation::none());
                        }
                    }
                    None => (),
                }
            });
    });
    command
}

#[expect(clippy::cast_precision_loss, reason = "points of a list that fits into memory")]
fn distance(from: usize, to: usize, pitch: f32) -> f32 {
    (to as f32 - from as f32) * pitch
}

/// The button that ends the selected client's connection.
fn disconnect_ui(ui: &mut Ui, table: &Table) -> Option<Command> {
    let selected = table.selected();
    let button = ui
        .add_enabled(selected.is_some(), Button::new("Disconnect").small())
        .on_disabled_hover_text("Select a client in the list first");
    let (id, row) = selected?;
    let name = format!("Disconnect {}", row.addr);
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name.as_str()));
    button.on_hover_text(name).clicked().then_some(Command::Disconnect(id))
}

fn headings_ui(ui: &mut Ui, table: &mut Table, widths: &[f32; 9], height: f32) {
    let sort = table.sort();
    let mut pressed = None;
    ui.horizontal(|ui| {
        for (column, width) in Column::ALL.into_iter().zip(widths) {
            let heading = column.heading();
            let is_sorted = sort.column == column;
            let name = match (is_sorted, sort.is_descending) {
                (false, _) => format!("{heading}, not sorted"),
                (true, false) => format!("{heading}, sorted ascending"),
                (true, true) => format!("{heading}, sorted descending"),
            };
            ui.allocate_ui_with_layout(vec2(*width, height), layout(column), |ui| {
                ui.set_min_width(*width);
                ui.spacing_mut().item_spacing.x = 3.0;
                // Numbers are laid out from the right.
                if is_sorted && column.is_number() {
                    triangle_ui(ui, sort.is_descending);
                }
                let button = ui.add(Button::new(RichText::new(heading).small()).frame(false));
                if is_sorted && !column.is_number() {
                    triangle_ui(ui, sort.is_descending);
                }
                ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name.as_str()));
                if button.on_hover_text(format!("Sort by {}", heading.to_lowercase())).clicked() {
                    pressed = Some(column);
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
    let (rect, _) = ui.allocate_exact_size(vec2(7.0, 5.0), Sense::hover());
    let points = if is_descending {
        vec![rect.left_top(), rect.right_top(), rect.center_bottom()]
    } else {
        vec![rect.left_bottom(), rect.center_top(), rect.right_bottom()]
    };
    ui.painter().add(Shape::convex_polygon(points, ui.visuals().text_color(), Stroke::NONE));
}

fn layout(column: Column) -> Layout {
    if column.is_number() {
        Layout::right_to_left(Align::Center)
    } else {
        Layout::left_to_right(Align::Center)
    }
}

/// The same wherever its row stands.
fn row_id(id: ClientId) -> Id {
    Id::unique(("client row", id))
}

fn row_ui(
    ui: &mut Ui,
    id: ClientId,
    row: &ClientRow,
    widths: &[f32; 9],
    height: f32,
    is_selected: bool,
) -> Response {
    let total: f32 = widths.iter().map(|width| width + GAP).sum::<f32>() - GAP;
    let (_, rect) = ui.allocate_space(vec2(total, height));
    let response = ui.interact(rect, row_id(id), Sense::click());
    let name = format!("{}, {}", row.addr, Column::State.text(row));
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, is_selected, &name));
    let frame = rect.expand2(vec2(0.0, ROW_GAP / 2.0));
    let visuals = ui.visuals();
    if is_selected {
        ui.painter().rect_filled(frame, 2.0, visuals.selection.bg_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(frame, 2.0, visuals.faint_bg_color);
    }
    if response.has_focus() {
        let stroke = visuals.widgets.active.fg_stroke;
        ui.painter().rect_stroke(frame, 2.0, stroke, StrokeKind::Inside);
    }
    let mut left = rect.left();
    for (column, width) in Column::ALL.into_iter().zip(widths) {
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, height));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(cell).layout(layout(column)));
        ui.add(Label::new(column.text(row)).truncate().selectable(false));
        left += width + GAP;
    }
    response
}

/// How many rows the arrow keys go from the row that has the focus.
fn arrows(ui: &Ui, response: &Response) -> Option<isize> {
    if !response.has_focus() {
        return None;
    }
    let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let step = ui.input(|input| {
        let step = |event: &Event| match event {
            Event::Key { key: Key::ArrowDown, pressed: true, .. } => 1,
            Event::Key { key: Key::ArrowUp, pressed: true, .. } => -1,
            _ => 0,
        };
        input.events.iter().map(step).sum()
    });
    (step != 0).then_some(step)
}
