//! The rows by keyboard, while they have it.

use eframe::egui::{Event, EventFilter, Key, Modifiers, Response};

use super::LogPane;
use super::body::Sheet;
use super::scroll::Placed;
use super::select::{Selection, Spot};

impl LogPane {
    /// Does what the keys say; `true` where the view has moved.
    pub(super) fn keyboard(&mut self, sheet: &Sheet<'_>, response: &Response, placed: &[Placed]) -> bool {
        if !response.has_focus() {
            return false;
        }
        let events = sheet.ui.input(|input| input.events.clone());
        let mut has_moved = false;
        for event in events {
            match event {
                Event::Copy => {
                    // Their own view is lent to the sheet.
                    let text = self.text_to_copy_in(sheet.rows, sheet.view);
                    sheet.ui.ctx().copy_text(text);
                }
                Event::Key { key: Key::A, pressed: true, modifiers, .. } if modifiers.command => {
                    self.select_all_in(sheet.rows, sheet.view);
                }
                Event::Key { key: Key::Escape, pressed: true, .. } => {
                    self.selection = None;
                    self.chosen = None;
                }
                Event::Key { key, pressed: true, modifiers, .. } => {
                    has_moved |= self.step(sheet, placed, key, modifiers);
                }
                _ => (),
            }
        }
        // The first Esc gives up what is selected, the next one the keyboard.
        let escape = self.selection.is_some() || self.chosen.is_some();
        let filter =
            EventFilter { vertical_arrows: true, horizontal_arrows: true, escape, ..EventFilter::default() };
        sheet.ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        has_moved
    }

    fn step(&mut self, sheet: &Sheet<'_>, placed: &[Placed], key: Key, modifiers: Modifiers) -> bool {
        let Some(last) = sheet.view.len(sheet.rows).checked_sub(1) else { return false };
        let page = placed.len().saturating_sub(2).max(1);
        let head = self.selection.filter(|_| modifiers.shift).map(|selection| selection.head);
        let here = head.map(|head| head.number).or(self.chosen);
        let here = here.map(|number| sheet.view.index(sheet.rows, number).min(last));
        // Without a row to begin at, the view itself says where.
        let first_in_view = placed.first().map_or(0, |(index, _)| *index);
        let last_in_view = placed.last().map_or(last, |(index, _)| *index);
        let wanted = match key {
            Key::ArrowUp => here.map_or(last_in_view, |here| here.saturating_sub(1)),
            Key::ArrowDown => here.map_or(first_in_view, |here| here + 1).min(last),
            Key::PageUp => here.unwrap_or(last_in_view).saturating_sub(page),
            Key::PageDown => (here.unwrap_or(first_in_view) + page).min(last),
            Key::Home => 0,
            Key::End => last,
            Key::ArrowLeft | Key::ArrowRight if modifiers.shift => {
                self.extend_by_character(sheet, key == Key::ArrowRight);
                return false;
            }
            _ => return false,
        };
        let Some(number) = sheet.view.number(sheet.rows, wanted) else { return false };
        if modifiers.shift {
            self.extend_to(sheet, here.unwrap_or(wanted), wanted);
        } else {
            self.selection = None;
            self.chosen = Some(number);
        }
        if key == Key::End && !modifiers.shift {
            self.scroll.follow();
        } else {
            self.shows = Some(number);
        }
        true
    }

    /// Selects whole rows, from where the selection began.
    fn extend_to(&mut self, sheet: &Sheet<'_>, here: usize, wanted: usize) {
        let ends = |index: usize| {
            let number = sheet.view.number(sheet.rows, index).unwrap_or_default();
            let bytes = sheet.rows.get(number).map_or(0, |row| row.line.text.len());
            (Spot { number, byte: 0 }, Spot { number, byte: bytes })
        };
        let begun =
            self.selection.map_or(here, |selection| sheet.view.index(sheet.rows, selection.anchor.number));
        let ((start, end), (to_start, to_end)) = (ends(begun), ends(wanted));
        let selection = if wanted >= begun {
            Selection { anchor: start, head: to_end }
        } else {
            Selection { anchor: end, head: to_start }
        };
        self.selection = Some(selection);
    }

    fn extend_by_character(&mut self, sheet: &Sheet<'_>, is_right: bool) {
        let start = self.chosen.map(|number| Spot { number, byte: 0 });
        let Some(mut selection) = self.selection.or(start.map(|spot| Selection { anchor: spot, head: spot }))
        else {
            return;
        };
        let text = sheet.rows.get(selection.head.number).map_or("", |row| row.line.text);
        let byte = selection.head.byte.min(text.len());
        selection.head.byte = if is_right {
            text.ceil_char_boundary((byte + 1).min(text.len()))
        } else {
            text.floor_char_boundary(byte.saturating_sub(1))
        };
        self.selection = Some(selection);
    }
}
