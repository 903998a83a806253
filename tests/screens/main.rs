//! Pictures of the windows in their main states, each fed by hand: they are compared with those in `images`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo nextest run --workspace --test screens` makes those anew that differ: look at each. What differs in
//! a failing run is in `images/*.diff.png`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod chat_client;
mod chat_server;
mod renderer;
mod stage;
mod time_client;
mod time_server;

use eframe::egui::{Context, FontFamily, FontId, RawInput};

#[test]
fn the_font_of_the_pictures_has_every_character_of_the_languages() {
    let ctx = Context::default();
    stage::set_fonts(&ctx);
    ctx.run_ui(RawInput::default(), |_| ()).textures_delta.clear();
    let texts = include_str!("../../crates/common/languages/zh-CN.ftl");
    let font = FontId::new(13.0, FontFamily::Proportional);
    let mut missing: Vec<char> = ctx.fonts_mut(|fonts| {
        texts.chars().filter(|c| !c.is_control() && !fonts.has_glyph(&font, *c)).collect()
    });
    missing.sort_unstable();
    missing.dedup();
    assert!(missing.is_empty(), "run scripts/test-font.sh, the font of the tests lacks {missing:?}");
}
