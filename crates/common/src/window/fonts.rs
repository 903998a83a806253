//! The system's fonts for scripts that the built-in one lacks, and what to install where there
//! are none.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use eframe::egui::{self, FallbackRequest, FontInsert, FontProvider, Id};
use egui_system_font_provider::SystemFontProvider;

use super::settings_panel::quiet;
use super::{live, small_button};
use crate::texts::Language;
use crate::tr;

/// Scripts by the package (of Debian and Ubuntu) that has a font for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Cjk,
    Emoji,
    Other,
}

impl Script {
    const ALL: [Self; 3] = [Self::Cjk, Self::Emoji, Self::Other];

    /// Of a character; none for those that no font draws.
    fn of(c: char) -> Option<Self> {
        match u32::from(c) {
            0x1100..=0x11ff
            | 0x2e80..=0x9fff
            | 0xa960..=0xa97f
            | 0xac00..=0xd7ff
            | 0xf900..=0xfaff
            | 0xff00..=0xffef
            | 0x2_0000..=0x3_ffff => Some(Self::Cjk),
            0x2600..=0x27bf | 0x1_f000..=0x1_faff => Some(Self::Emoji),
            _ if c.is_alphabetic() => Some(Self::Other),
            _ => None,
        }
    }

    fn package(self) -> &'static str {
        match self {
            Self::Cjk => "fonts-noto-cjk",
            Self::Emoji => "fonts-noto-color-emoji",
            Self::Other => "fonts-noto-core",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Asked last, when no font has a character: takes note of its script.
struct Missing;

/// Scripts without a font that were in view so far: fonts are the process's, as the window is.
static MISSING: AtomicU8 = AtomicU8::new(0);

impl FontProvider for Missing {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        if let Some(script) = request.cluster.chars().next().and_then(Script::of) {
            MISSING.fetch_or(script.bit(), Ordering::Relaxed);
        }
        None
    }
}

/// Has characters that the built-in font lacks drawn with the system's fonts, those of Han in the
/// way of `language`.
pub(super) fn use_system_fonts(ctx: &egui::Context, language: Language) {
    let mut system = SystemFontProvider::new();
    if let Some(locale) = han_locale(language.tag(), sys_locale::get_locale().as_deref()) {
        system = system.with_locale(Some(locale));
    }
    ctx.set_font_providers(vec![Arc::new(system), Arc::new(Missing)]);
}

/// Han characters look different in China, Japan and Korea. Where neither language nor system
/// says which, as under the locale C, it is the way of the demos.
fn han_locale(language: &'static str, system: Option<&str>) -> Option<&'static str> {
    let is_of = |tag: &str, languages: &[&str]| {
        languages.iter().any(|language| tag.split(['-', '_']).next() == Some(language))
    };
    if is_of(language, &["zh", "ja", "ko"]) {
        Some(language)
    } else if system.is_some_and(|system| is_of(system, &["zh", "ja", "ko"])) {
        None
    } else {
        Some("zh-CN")
    }
}

/// Lays out a quiet line where the system has no font for a character that was to be shown:
/// which package has one. Takes no room otherwise.
pub fn missing_font_hint_ui(ui: &mut egui::Ui) {
    let dismissed = Id::unique("dismissed hints on fonts");
    let hidden: u8 = ui.data(|data| data.get_temp(dismissed)).unwrap_or_default();
    let missing = MISSING.load(Ordering::Relaxed) & !hidden;
    if missing == 0 {
        return;
    }
    let packages: Vec<_> = Script::ALL
        .iter()
        .filter(|script| missing & script.bit() != 0)
        .map(|script| script.package())
        .collect();
    egui::Panel::bottom("hint on fonts").show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let text = tr!("font-missing", packages = packages.join(" "));
            live(&ui.add(quiet(ui, text).wrap()));
            if ui.add(small_button(tr!("notice-dismiss"))).clicked() {
                ui.data_mut(|data| data.insert_temp(dismissed, hidden | missing));
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn a_script_without_a_font_is_named_with_its_package() {
        let show = |ui: &mut egui::Ui, text: &mut String| {
            missing_font_hint_ui(ui);
            ui.label(text.as_str());
        };
        let mut harness = Harness::builder()
            .with_max_steps(30)
            .with_size(egui::vec2(500.0, 200.0))
            .allow_missing_glyphs()
            .with_context_setup(|ctx| ctx.add_font_provider(Arc::new(Missing)))
            .build_ui_state(show, "plain text \u{e000}".to_owned());
        harness.run();
        assert!(harness.query_by_label_contains("fonts-noto").is_none());
        *harness.state_mut() = "好".to_owned();
        harness.run();
        harness.run();
        harness.get_by_label_contains("fonts-noto-cjk");
        harness.get_by_label("Dismiss").click();
        harness.run();
        assert!(harness.query_by_label_contains("fonts-noto").is_none());
        *harness.state_mut() = "مرحبا".to_owned();
        harness.run();
        harness.run();
        harness.get_by_label_contains("fonts-noto-core");
    }

    #[test]
    fn han_is_drawn_as_the_reader_knows_it() {
        for (language, system, locale) in [
            ("zh-CN", Some("C"), Some("zh-CN")),
            ("en", Some("ja-JP"), None),
            ("en", Some("C"), Some("zh-CN")),
            ("en", None, Some("zh-CN")),
        ] {
            assert_eq!(han_locale(language, system), locale);
        }
    }
}
