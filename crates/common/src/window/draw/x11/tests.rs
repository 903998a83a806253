//! Pixels of other sizes than 24 bits.

use super::*;

fn layout(masks: [u32; 3], bytes: usize, is_big_endian: bool) -> Layout {
    Layout { channels: masks.map(Channel::of_mask), bytes, pad: 4, is_big_endian }
}

fn written(layout: Layout, row: &[u32]) -> Vec<u8> {
    let mut out = Vec::new();
    layout.write(row, &mut out);
    assert_eq!(out.len(), layout.row_bytes(row.len()));
    out
}

#[test]
fn colours_are_written_as_the_screen_has_them() {
    let high = layout([0xf800, 0x07e0, 0x001f], 2, false);
    // Red, then a white one that needs a padding of two bytes.
    assert_eq!(written(high, &[0xff_0000, 0x00_ff00, 0xff_ffff]), [0x00, 0xf8, 0xe0, 0x07, 0xff, 0xff, 0, 0]);
    let deep = layout([0x3ff0_0000, 0x000f_fc00, 0x0000_03ff], 4, false);
    assert_eq!(written(deep, &[0xff_ffff]), 0x3fff_ffff_u32.to_le_bytes());
    assert_eq!(written(deep, &[0x80_0000]), (0b10_0000_0010_u32 << 20).to_le_bytes());
    let swapped = layout([0xff, 0xff00, 0xff_0000], 4, true);
    assert_eq!(written(swapped, &[0x01_0203]), [0, 3, 2, 1]);
    assert_eq!(written(layout([0xff_0000, 0xff00, 0xff], 3, false), &[0x01_0203]), [3, 2, 1, 0]);
}

#[test]
fn a_display_of_another_computer_is_told_by_its_name() {
    for (display, is_far) in [
        (":0", false),
        (":1.0", false),
        ("unix:0", false),
        ("/private/tmp/socket:0", false),
        ("localhost:10.0", true),
        ("192.168.1.20:0", true),
        ("", false),
    ] {
        assert_eq!(is_remote(display), is_far, "{display}");
    }
}
