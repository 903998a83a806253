//! A window with its shell, in a look that does not depend on the computer, and its picture.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use common::config::{self, ContrastChoice, Loaded, Settings, Store, ThemeChoice, WindowPlacement};
use common::engine::{Clock, EngineHandle};
use common::texts::{Language, set_language};
use common::window::{SystemLook, Window, apply_look, shell};
use eframe::egui::accesskit::Role;
use eframe::egui::{Context, FontData, FontDefinitions, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions, SnapshotResults};
use image::ColorType;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};

use crate::renderer::Renderer;

/// Theme, contrast, language and pixels a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    theme: ThemeChoice,
    contrast: ContrastChoice,
    language: &'static str,
    scale: u8,
}

const fn look(theme: ThemeChoice, language: &'static str, scale: u8) -> Look {
    Look { theme, contrast: ContrastChoice::Normal, language, scale }
}

pub(crate) const LIGHT: Look = look(ThemeChoice::Light, "en", 1);
pub(crate) const LIGHT_CHINESE: Look = look(ThemeChoice::Light, "zh-CN", 1);
pub(crate) const DARK: Look = look(ThemeChoice::Dark, "en", 1);
pub(crate) const DARK_CHINESE: Look = look(ThemeChoice::Dark, "zh-CN", 1);

/// In high contrast.
pub(crate) const LIGHT_HIGH: Look = Look { contrast: ContrastChoice::High, ..LIGHT };
pub(crate) const DARK_HIGH: Look = Look { contrast: ContrastChoice::High, ..DARK };

/// Each theme with each language, scale and scale with each of both; both themes in high contrast.
pub(crate) const LOOKS: [Look; 6] = [
    LIGHT,
    DARK_CHINESE,
    look(ThemeChoice::Dark, "en", 2),
    look(ThemeChoice::Light, "zh-CN", 2),
    LIGHT_HIGH,
    DARK_HIGH,
];

/// Every window can be used at this size.
pub(crate) const SMALLEST: [f32; 2] = [320.0, 240.0];

const FONT: &[u8] = include_bytes!("font/NotoSansCJKsc-subset.otf");

/// 14:03:27 on the 22nd of November 2026.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<FixedOffset> {
        time("14:03:27.001")
    }
}

/// That time of the day.
pub(crate) fn time(of_day: &str) -> DateTime<FixedOffset> {
    format!("2026-11-22T{of_day}+01:00").parse().unwrap()
}

/// The built-in fonts, and one for Chinese.
pub(crate) fn set_fonts(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert("Chinese".to_owned(), Arc::new(FontData::from_static(FONT)));
    for names in fonts.families.values_mut() {
        names.push("Chinese".to_owned());
    }
    ctx.set_fonts(fonts);
}

/// A window of `size`, as it opens at noon.
pub(crate) fn open_shell<P: shell::Program>(
    look: Look,
    size: [f32; 2],
    config: P::Config,
    handle: EngineHandle<P::Command, P::Event, P::Snapshot>,
    create: impl FnOnce(&P::Config, &mut shell::Engine<P::Command>) -> P,
) -> Harness<'static, shell::Shell<P>> {
    open_shell_at(look, size, config, handle, Noon, create)
}

/// The same with a clock of the test.
pub(crate) fn open_shell_at<P: shell::Program>(
    Look { theme, contrast, language, scale }: Look,
    size: [f32; 2],
    config: P::Config,
    handle: EngineHandle<P::Command, P::Event, P::Snapshot>,
    clock: impl Clock,
    create: impl FnOnce(&P::Config, &mut shell::Engine<P::Command>) -> P,
) -> Harness<'static, shell::Shell<P>> {
    let look =
        config::Look { theme, contrast, language: Some(language.to_owned()), ..config::Look::default() };
    set_language(Language::of_tag(language).unwrap());
    let first = look.clone();
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(f32::from(scale))
        .with_max_steps(20)
        .with_render_cursor(false)
        .with_context_setup(move |ctx| {
            set_fonts(ctx);
            apply_look(ctx, &first, SystemLook::default());
        })
        .renderer(Renderer::default())
        .build_eframe(|_| {
            let settings = Settings { look, window: WindowPlacement::default(), program: config.clone() };
            let loaded = Loaded { settings, error: None, store: Store::default() };
            let window = Window { app_id: "screens", title: "settings-title", size, icon: &[] };
            shell::Shell::with_clock(window, loaded, config, handle, clock, create)
        });
    harness.run();
    harness
}

/// Opens what lies over the window: the settings, or the list of keys.
pub(crate) fn open_dialog<P>(harness: &mut Harness<'_, P>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

/// The pictures of a test: it fails at its end, where they are not as they were.
#[derive(Default)]
pub(crate) struct Album(SnapshotResults);

impl Album {
    pub(crate) fn add<P>(
        &mut self,
        name: &str,
        Look { theme, contrast, language, scale }: Look,
        harness: &mut Harness<'_, P>,
    ) {
        harness.run();
        let theme = if theme == ThemeChoice::Dark { "dark" } else { "light" };
        let contrast = if contrast == ContrastChoice::High { "-high" } else { "" };
        let name = format!("{name}-{theme}{contrast}-{language}-{scale}00");
        // From the folder of the package, where tests run: a copied build must not write to where it was built.
        let folder = "screens/images";
        let options = SnapshotOptions::new().output_path(folder);
        self.0.add(harness.try_snapshot_options(&name, &options));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            pack(&Path::new(folder).join(name).with_extension("png"));
        }
    }
}

/// Writes a picture that is new again, in a third of the bytes.
fn pack(path: &Path) {
    let picture = image::open(path).unwrap();
    if picture.color() == ColorType::Rgb8 {
        return;
    }
    let picture = picture.into_rgb8();
    let file = BufWriter::new(File::create(path).unwrap());
    picture
        .write_with_encoder(PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::NoFilter))
        .unwrap();
}

/// Types `text` into the field of that label, in place of what it has.
pub(crate) fn retype<P>(harness: &mut Harness<'_, P>, label: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, label).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_role_and_label(Role::TextInput, label).type_text(text);
    harness.run();
}

/// Presses the button of that label, wherever it is scrolled to.
pub(crate) fn press<P>(harness: &mut Harness<'_, P>, label: &str) {
    harness.get_by_label(label).click_accesskit();
    harness.run();
}
