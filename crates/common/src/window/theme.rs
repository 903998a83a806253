//! One look for the four windows: type scale, spacing, colours for both themes.

use eframe::egui::{self, Color32, FontFamily, FontId, Stroke, TextStyle, Theme, ThemePreference, Visuals};

/// What a colour means. Never the only sign: a word or a shape stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It works.
    Good,
    /// It will go on by itself.
    Waiting,
    /// It needs the user.
    Bad,
    /// It is off, or less important.
    Quiet,
    /// The one thing to press, and the own voice in a chat.
    Accent,
}

/// The colour of `tone`: at least 4.5:1 on the panels of the theme in use.
#[must_use]
pub fn tone_color(ui: &egui::Ui, tone: Tone) -> Color32 {
    let (light, dark) = match tone {
        Tone::Good => (0x0b_6e_2d, 0x4a_c2_6b),
        Tone::Waiting => (0x85_56_00, 0xe0_a8_30),
        Tone::Bad => (0xb4_1c_28, 0xff_84_7a),
        Tone::Quiet => (0x55_5d_66, 0xa3_ab_b4),
        Tone::Accent => (0x0a_5c_b8, 0x6c_b4_ff),
    };
    rgb(if ui.visuals().dark_mode { dark } else { light })
}

/// Sets fonts, spacing and colours of both themes; which one is used follows the system.
pub fn apply_theme(ctx: &egui::Context) {
    ctx.options_mut(|options| {
        options.theme_preference = ThemePreference::System;
        // X servers name no theme: the demos are light.
        options.fallback_theme = Theme::Light;
    });
    ctx.all_styles_mut(|style| {
        let proportional = |size| FontId::new(size, FontFamily::Proportional);
        style.text_styles.extend([
            (TextStyle::Body, proportional(13.0)),
            (TextStyle::Button, proportional(13.0)),
            (TextStyle::Small, proportional(11.0)),
            (TextStyle::Heading, proportional(18.0)),
            (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
            (clock_text_style(), proportional(48.0)),
        ]);
        style.spacing.item_spacing = egui::vec2(8.0, 8.0);
        style.spacing.button_padding = egui::vec2(12.0, 4.0);
        style.spacing.interact_size.y = 28.0;
        style.spacing.scroll = egui::style::ScrollStyle::solid();
    });
    ctx.style_mut_of(Theme::Light, |style| {
        style.visuals = Visuals::light();
        style.visuals.override_text_color = Some(rgb(0x1b_1f_24));
        outline(style, rgb(0xb4_ba_c2));
    });
    ctx.style_mut_of(Theme::Dark, |style| {
        style.visuals = Visuals::dark();
        style.visuals.override_text_color = Some(rgb(0xe6_e9_ed));
        outline(style, rgb(0x56_5d_66));
    });
}

/// Fields and buttons have an edge: white on nearly white is no field.
fn outline(style: &mut egui::Style, color: Color32) {
    style.visuals.widgets.inactive.bg_stroke = Stroke::new(1.0, color);
}

/// The time server's clock: 48 points.
#[must_use]
pub fn clock_text_style() -> TextStyle {
    TextStyle::Name("clock".into())
}

fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1, relative luminance and contrast ratio.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let linear = egui::Rgba::from(color);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_tone_is_readable_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            let ctx = egui::Context::default();
            apply_theme(&ctx);
            ctx.set_theme(theme);
            let mut checked = 0;
            let mut frame = ctx.run_ui(egui::RawInput::default(), |ui| {
                for tone in [Tone::Good, Tone::Waiting, Tone::Bad, Tone::Quiet, Tone::Accent] {
                    for background in [ui.visuals().panel_fill, ui.visuals().extreme_bg_color] {
                        let ratio = contrast(tone_color(ui, tone), background);
                        assert!(ratio >= 4.5, "{theme:?} {tone:?}: {ratio}");
                        checked += 1;
                    }
                }
            });
            frame.textures_delta.clear();
            assert!(checked >= 10);
        }
    }
}
