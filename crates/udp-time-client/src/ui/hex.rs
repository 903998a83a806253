//! The bytes of one datagram, as hex and as text.

use std::fmt::Write as _;

use common::encoding::Encoding;
use common::tr;
use eframe::egui::{Label, RichText, ScrollArea, TextStyle, Ui};

use crate::event::Datagram;

/// How many bytes a line shows.
const WIDTH: usize = 16;

/// How many lines are in view.
const HEIGHT_LINES: f32 = 6.0;

/// Lays out the bytes. Returns `true` when the user closes them.
pub(super) fn bytes_ui(ui: &mut Ui, datagram: &Datagram) -> bool {
    ui.separator();
    let mut heading = tr!(
        "udp-time-client-datagram",
        time = datagram.time.format("%H:%M:%S%.3f").to_string(),
        source = datagram.source.to_string(),
        bytes = datagram.payload.len()
    );
    if let Some(encoding) = datagram.reading().encoding.filter(|encoding| *encoding != Encoding::UTF_8) {
        heading.extend([" · ", encoding.name()]);
    }
    let is_closed = ui
        .horizontal_wrapped(|ui| {
            ui.strong(heading);
            if ui
                .button(tr!("udp-time-client-copy-bytes"))
                .on_hover_text(tr!("udp-time-client-copy-bytes-hint"))
                .clicked()
            {
                let lines = (0..line_count(&datagram.payload)).map(|line| dump_line(&datagram.payload, line));
                ui.ctx().copy_text(lines.collect::<Vec<_>>().join("\n"));
            }
            ui.button(tr!("udp-time-client-close-bytes")).clicked()
        })
        .inner;
    let row_height = ui.text_style_height(&TextStyle::Monospace);
    let gap = ui.spacing().item_spacing.y;
    ScrollArea::both()
        .id_salt("bytes")
        .auto_shrink([false, true])
        .max_height((row_height + gap) * HEIGHT_LINES)
        .show_rows(ui, row_height, line_count(&datagram.payload), |ui, lines| {
            for line in lines {
                let text = RichText::new(dump_line(&datagram.payload, line)).monospace();
                ui.add(Label::new(text).extend());
            }
        });
    is_closed
}

fn line_count(bytes: &[u8]) -> usize {
    bytes.len().div_ceil(WIDTH)
}

/// `00000010  32 30 32 36 ..  2026`: the address, the bytes, and those that are printable ASCII.
fn dump_line(bytes: &[u8], line: usize) -> String {
    let start = line * WIDTH;
    let part = bytes.get(start..(start + WIDTH).min(bytes.len())).unwrap_or_default();
    let mut out = format!("{start:08x} ");
    for place in 0..WIDTH {
        let gap = if place == WIDTH / 2 { "  " } else { " " };
        // Writing to a String cannot fail.
        let _ok = match part.get(place) {
            Some(byte) => write!(out, "{gap}{byte:02x}"),
            None => write!(out, "{gap}  "),
        };
    }
    out.push_str("  ");
    out.extend(part.iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_hex_and_text() {
        let bytes = b"Wed Jan 5 03:04:05 2022\xFF\n";
        assert_eq!(line_count(bytes), 2);
        assert_eq!(
            dump_line(bytes, 0),
            "00000000  57 65 64 20 4a 61 6e 20  35 20 30 33 3a 30 34 3a  Wed Jan 5 03:04:"
        );
        assert_eq!(
            dump_line(bytes, 1),
            "00000010  30 35 20 32 30 32 32 ff  0a                       05 2022.."
        );
    }
}
