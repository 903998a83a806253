//! The table of senders.

use common::status::Tone;
use common::tr;
use common::window::{focus_ring_ui, row_menu_ui, tone_color};
use eframe::egui::{
    Align, Button, Context, FontId, Id, Key, Label, Layout, Modifiers, Rect, RichText, Role, ScrollArea,
    Sense, TextStyle, TextWrapMode, Ui, UiBuilder, WidgetInfo, WidgetText, pos2, vec2,
};

use super::columns::{Column, Needs, Plan};
use crate::engine::{RowId, SenderRow};
use crate::figures::{ago, details, jitter, offset};
use crate::model::{Model, table_name, table_time};

/// Of one row.
const ROW_HEIGHT: f32 = 20.0;

/// Between two columns.
const GAP: f32 = 12.0;

/// Of a sender's name: an address of IPv4.
const ENOUGH_NAME: f32 = 96.0;

/// Around that name.
const NAME_PADDING: f32 = 4.0;

/// Figures that change every second have room for these from the start: the columns stand still.
const USUAL_OFFSETS: [&str; 2] = ["+00.00 ms", "-0.0 to +0.0 s"];
const USUAL_JITTER: &str = "0.00 ms";

/// What a row asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SendersAction {
    /// Its quality.
    Quality(RowId),
    /// Only its datagrams.
    OnlyIts(RowId),
    Remove(RowId),
}

/// Lays out one row for each sender as it is at `now_us`, scrolling beyond `max_height`.
pub(super) fn senders_ui(
    ui: &mut Ui,
    model: &Model,
    chosen: Option<RowId>,
    now_us: i64,
    max_height: f32,
) -> Option<SendersAction> {
    let mut action = None;
    let senders = model.senders();
    let count = u16::try_from(senders.len() + 1).unwrap_or(u16::MAX);
    let has_bar = ROW_HEIGHT * f32::from(count) > max_height;
    let scroll = ui.spacing().scroll;
    let bar = if has_bar { scroll.bar_width + scroll.bar_inner_margin } else { 0.0 };
    let width = ui.available_width() - bar;
    let usual = (ui.spacing().item_spacing.y, ui.spacing().interact_size.y);
    (ui.spacing_mut().item_spacing.y, ui.spacing_mut().interact_size.y) = (0.0, ROW_HEIGHT);
    let area = ScrollArea::vertical().id_salt("senders").auto_shrink([false, true]).max_height(max_height);
    area.show_rows(ui, ROW_HEIGHT, senders.len() + 1, |ui, rows| {
        let from = rows.start.saturating_sub(1);
        let seen = senders.get(from..rows.end.saturating_sub(1)).unwrap_or_default();
        let cells: Vec<_> = seen.iter().map(|row| Cells::new(row, model, now_us)).collect();
        let plan = Plan::new(&needs(ui, &cells), width);
        if rows.start == 0 {
            heading_ui(ui, &plan);
        }
        for (at, (row, cells)) in seen.iter().zip(&cells).enumerate() {
            let asked = row_ui(ui, row, cells, &plan, chosen == Some(row.id), now_us);
            if let Some(SendersAction::Remove(_)) = asked {
                // The keyboard goes on with the next row.
                let index = from + at;
                let next = senders.get(index + 1).or_else(|| senders.get(index.checked_sub(1)?));
                if let Some(next) = next {
                    focus_row(ui.ctx(), next.id);
                }
            }
            action = asked.or(action);
        }
    });
    (ui.spacing_mut().item_spacing.y, ui.spacing_mut().interact_size.y) = usual;
    action
}

fn row_id(id: RowId) -> Id {
    Id::unique(("sender", id))
}

/// Gives the row of this sender the keyboard.
pub(super) fn focus_row(ctx: &Context, id: RowId) {
    ctx.memory_mut(|memory| memory.request_focus(row_id(id)));
}

/// What a row says.
struct Cells {
    name: String,
    rest: [String; 5],
    /// Of the last column, in a narrow table.
    short_heard: String,
    is_silent: bool,
}

impl Cells {
    fn new(row: &SenderRow, model: &Model, now_us: i64) -> Self {
        let quality = &row.quality;
        let unknown = || "-".to_owned();
        let is_silent = row.is_silent(now_us);
        let heard = ago(now_us.saturating_sub(row.heard_us));
        let short_heard =
            if is_silent { tr!("udp-time-client-silent-short").to_owned() } else { heard.clone() };
        let rest = [
            table_time(row),
            quality.offset.map_or_else(unknown, offset),
            quality.jitter_us.map_or_else(unknown, jitter),
            quality.counts.map_or_else(unknown, |counts| counts.lost.to_string()),
            if is_silent { tr!("udp-time-client-silent", ago = heard) } else { heard },
        ];
        Self { name: table_name(row, model.senders(), model.announced()), rest, short_heard, is_silent }
    }

    fn cell(&self, column: Column, is_short: bool) -> &str {
        match column {
            Column::Heard if is_short => &self.short_heard,
            _ => &self.rest[column.index()],
        }
    }
}

fn heading(column: Column) -> &'static str {
    match column {
        Column::Time => tr!("udp-time-client-column-time"),
        Column::Offset => tr!("udp-time-client-column-offset"),
        Column::Jitter => tr!("udp-time-client-column-jitter"),
        Column::Lost => tr!("udp-time-client-column-lost"),
        Column::Heard => tr!("udp-time-client-column-heard"),
    }
}

fn needs(ui: &Ui, cells: &[Cells]) -> Needs {
    let [body, mono, small] =
        [TextStyle::Body, TextStyle::Monospace, TextStyle::Small].map(|style| style.resolve(ui.style()));
    let measure = |text: &str, font: &FontId| {
        let color = ui.visuals().text_color();
        ui.painter().layout_no_wrap(text.to_owned(), font.clone(), color).size().x.ceil()
    };
    let mut columns = Column::ALL.map(|column| measure(heading(column), &small));
    let heard_heading = columns[Column::Heard.index()];
    let widen = |column: &mut f32, text: &str, font: &FontId| *column = column.max(measure(text, font));
    let mut name = measure(tr!("udp-time-client-column-sender"), &small);
    let mut short_heard = heard_heading.max(measure(&ago(59_000_000), &body));
    columns[Column::Heard.index()] = short_heard;
    widen(&mut columns[Column::Jitter.index()], USUAL_JITTER, &mono);
    for row in cells {
        name = name.max(measure(&row.name, &body));
        widen(&mut short_heard, &row.short_heard, &body);
        for column in Column::ALL {
            let cell = row.cell(column, false);
            let font = if column == Column::Heard { &body } else { &mono };
            let width = &mut columns[column.index()];
            widen(width, cell, font);
            if column == Column::Offset
                && let Some(usual) = USUAL_OFFSETS.iter().find(|usual| usual.len() >= cell.len())
                && cell.len() > 1
            {
                widen(width, usual, font);
            }
        }
    }
    let name = name + 2.0 * NAME_PADDING + 1.0;
    Needs { name, enough_name: ENOUGH_NAME, columns, short_heard, gap: GAP }
}

fn heading_ui(ui: &mut Ui, plan: &Plan) {
    let quiet = tone_color(ui, Tone::Quiet);
    let quiet = |name: &str| RichText::new(name).small().color(quiet);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let name = quiet(tr!("udp-time-client-column-sender"));
        ui.allocate_ui_with_layout(vec2(plan.name, ROW_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(vec2(plan.name, ROW_HEIGHT));
            // Above the name, not above the edge of its row.
            ui.add_space(NAME_PADDING);
            ui.add(Label::new(name).truncate());
        });
        for (column, width) in &plan.columns {
            let size = vec2(*width, ROW_HEIGHT);
            ui.allocate_ui_with_layout(size, layout(align(*column)), |ui| {
                ui.set_min_size(size);
                ui.add(Label::new(quiet(heading(*column))).extend());
            });
        }
    });
}

/// Lays out a row; all of it is pressed.
fn row_ui(
    ui: &mut Ui,
    row: &SenderRow,
    cells: &Cells,
    plan: &Plan,
    is_chosen: bool,
    now_us: i64,
) -> Option<SendersAction> {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW_HEIGHT));
    let response = ui.interact(rect, row_id(row.id), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &cells.name));
    // Also of the columns that have gone.
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(details(row, now_us)));
    let visuals = ui.visuals();
    if is_chosen {
        ui.painter().rect_filled(rect, 2.0, visuals.selection.bg_fill);
    } else if response.contains_pointer() {
        ui.painter().rect_filled(rect, 2.0, visuals.widgets.hovered.weak_bg_fill);
    }
    focus_ring_ui(ui, &response, rect);
    let color = visuals.text_color();
    let width = (plan.name - NAME_PADDING).max(0.0);
    let name = WidgetText::from(cells.name.as_str());
    let name = name.into_galley(ui, Some(TextWrapMode::Truncate), width, TextStyle::Body);
    let at = pos2(rect.left() + NAME_PADDING, rect.center().y - name.size().y / 2.0);
    ui.painter().galley(at, name, color);
    let mut left = rect.left() + plan.name + GAP;
    for (column, width) in &plan.columns {
        let mut text = RichText::new(cells.cell(*column, plan.is_short));
        if *column != Column::Heard {
            text = text.monospace();
        } else if cells.is_silent {
            text = text.color(tone_color(ui, Tone::Waiting));
        }
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, ROW_HEIGHT));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(cell).layout(layout(align(*column))));
        ui.add(Label::new(text).extend().selectable(false));
        left += width + GAP;
    }
    let mut action = response.clicked().then_some(SendersAction::Quality(row.id));
    // One that sends would come back at once.
    let can_remove = cells.is_silent;
    if response.has_focus()
        && can_remove
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Delete))
    {
        action = Some(SendersAction::Remove(row.id));
    }
    row_menu_ui(ui, &response, &tr!("row-menu", name = cells.name.as_str()), |ui| {
        if ui.button(tr!("udp-time-client-only-its")).clicked() {
            action = Some(SendersAction::OnlyIts(row.id));
        }
        let remove = ui.add_enabled(can_remove, Button::new(tr!("udp-time-client-remove")));
        if remove.on_disabled_hover_text(tr!("udp-time-client-remove-hint")).clicked() {
            action = Some(SendersAction::Remove(row.id));
        }
    });
    response.on_hover_ui(|ui| _ = ui.label(details(row, now_us)));
    action
}

fn align(column: Column) -> Align {
    if matches!(column, Column::Time | Column::Heard) { Align::Min } else { Align::Max }
}

fn layout(align: Align) -> Layout {
    match align {
        Align::Max => Layout::right_to_left(Align::Center),
        Align::Min | Align::Center => Layout::left_to_right(Align::Center),
    }
}
