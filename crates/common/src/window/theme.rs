//! One look for the four windows: type scale, spacing, colours for both themes.

use eframe::egui::{
    self, Color32, FontFamily, FontId, Label, Response, RichText, Stroke, TextStyle, Theme, ThemePreference,
    Visuals,
};

use super::SystemLook;
use super::key_place::KeyPlace;
use super::key_turns::KeyTurns;
use super::menu_keys::MenuKeys;
use crate::config::{ContrastChoice, Look, ThemeChoice, Zoom};
use crate::status::Tone;

/// The colour of `tone`: at least 4.5:1 on the panels of the theme in use, 7:1 in high contrast.
#[must_use]
pub fn tone_color(ui: &egui::Ui, tone: Tone) -> Color32 {
    let visuals = ui.visuals();
    let is_high = visuals.panel_fill == HighContrast::panel(visuals.dark_mode);
    let [light, dark, high_light, high_dark] = match tone {
        Tone::Good => [0x0b_6e_2d, 0x4a_c2_6b, 0x00_50_1a, 0x6c_ff_90],
        Tone::Waiting => [0x85_56_00, 0xe0_a8_30, 0x5c_3a_00, 0xff_d0_50],
        Tone::Bad => [0xb4_1c_28, 0xff_84_7a, 0x8c_00_10, 0xff_a8_a0],
        Tone::Quiet => [0x55_5d_66, 0xa3_ab_b4, 0x30_34_38, 0xd8_dc_e0],
        Tone::Accent => [0x0a_5c_b8, 0x6c_b4_ff, 0x00_3c_90, 0x9c_d0_ff],
    };
    rgb(match (visuals.dark_mode, is_high) {
        (false, false) => light,
        (true, false) => dark,
        (false, true) => high_light,
        (true, true) => high_dark,
    })
}

/// How wide a text is in one line, in points.
#[must_use]
pub fn text_width(ui: &egui::Ui, text: &str, style: &TextStyle) -> f32 {
    let color = ui.visuals().text_color();
    ui.painter().layout_no_wrap(text.to_owned(), style.resolve(ui.style()), color).size().x
}

/// Lays out a text in the colour of what it means.
pub fn toned_ui(ui: &mut egui::Ui, text: impl Into<String>, tone: Tone) -> Response {
    let text = RichText::new(text).color(tone_color(ui, tone));
    ui.add(Label::new(text).wrap())
}

/// Gives the keyboard its rules.
pub(super) fn add_key_rules(ctx: &egui::Context) {
    ctx.add_plugin(KeyTurns::default());
    ctx.add_plugin(MenuKeys::default());
    ctx.add_plugin(KeyPlace::default());
}

/// Gives the keyboard its rules, and the window the look of somebody who chose nothing.
pub fn prepare(ctx: &egui::Context) {
    add_key_rules(ctx);
    apply_look(ctx, &Look::default(), SystemLook::default());
}

/// Sets fonts, spacing, zoom, and the colours of both themes. What is left to the system is as `system` has it, or
/// as the windowing library says.
pub fn apply_look(ctx: &egui::Context, look: &Look, system: SystemLook) {
    ctx.options_mut(|options| {
        options.theme_preference = match (look.theme, system.theme) {
            (ThemeChoice::System, None) => ThemePreference::System,
            (ThemeChoice::Light, _) | (ThemeChoice::System, Some(Theme::Light)) => ThemePreference::Light,
            (ThemeChoice::Dark, _) | (ThemeChoice::System, Some(Theme::Dark)) => ThemePreference::Dark,
        };
        // Where nobody names a theme: the demos are light.
        options.fallback_theme = Theme::Light;
    });
    let is_high_contrast = match look.contrast {
        ContrastChoice::System => system.is_high_contrast,
        ContrastChoice::Normal => false,
        ContrastChoice::High => true,
    };
    // Keys may have gone beyond what is remembered: that stays until another zoom is chosen.
    if zoom_percent(ctx.zoom_factor()) != look.zoom {
        ctx.set_zoom_factor(factor(look.zoom));
    }
    ctx.all_styles_mut(|style| {
        let proportional = |size| FontId::new(size, FontFamily::Proportional);
        style.text_styles.extend([
            (TextStyle::Body, proportional(13.0)),
            (TextStyle::Button, proportional(13.0)),
            (TextStyle::Small, proportional(11.0)),
            (TextStyle::Heading, proportional(18.0)),
            (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
        ]);
        style.spacing.item_spacing = egui::vec2(8.0, 8.0);
        style.spacing.button_padding = egui::vec2(12.0, 4.0);
        style.spacing.interact_size.y = 28.0;
        style.spacing.scroll = egui::style::ScrollStyle::solid();
    });
    ctx.style_mut_of(Theme::Light, |style| {
        style.visuals = Visuals::light();
        color(style, 0x1b_1f_24, 0xb4_ba_c2, 0x0a_5c_b8, 0xbf_dc_fb);
        if is_high_contrast {
            HighContrast::apply(style);
        }
    });
    ctx.style_mut_of(Theme::Dark, |style| {
        style.visuals = Visuals::dark();
        color(style, 0xe6_e9_ed, 0x56_5d_66, 0x6c_b4_ff, 0x1f_4a_7a);
        if is_high_contrast {
            HighContrast::apply(style);
        }
    });
}

#[expect(clippy::cast_precision_loss, reason = "at most 300")]
fn factor(zoom: Zoom) -> f32 {
    zoom.get() as f32 / 100.0
}

/// The zoom next to this factor.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 500")]
pub(super) fn zoom_percent(factor: f32) -> Zoom {
    Zoom::nearest((factor * 100.0).round() as u32)
}

/// Fields and buttons have an edge, as white on nearly white is no field; the one with the focus
/// has a ring that cannot be missed.
fn color(style: &mut egui::Style, text: u32, edge: u32, accent: u32, selection: u32) {
    let visuals = &mut style.visuals;
    visuals.override_text_color = Some(rgb(text));
    // A blinking cursor draws frames for as long as a field has the focus: about 1 % of a core.
    visuals.text_cursor.blink = false;
    visuals.widgets.inactive.bg_stroke = Stroke::new(1.0, rgb(edge));
    visuals.widgets.hovered.bg_stroke = Stroke::new(1.0, rgb(accent));
    visuals.widgets.active.bg_stroke = Stroke::new(2.0, rgb(accent));
    visuals.widgets.open.bg_stroke = Stroke::new(1.0, rgb(accent));
    // Focus has the same style as being pressed: the ring says it, without a dark surface.
    visuals.widgets.active.weak_bg_fill = visuals.widgets.hovered.weak_bg_fill;
    visuals.selection.bg_fill = rgb(selection);
    visuals.selection.stroke = Stroke::new(2.0, rgb(accent));
}

/// Black on white, or white on black.
struct HighContrast;

impl HighContrast {
    fn panel(is_dark: bool) -> Color32 {
        if is_dark { Color32::BLACK } else { Color32::WHITE }
    }

    fn apply(style: &mut egui::Style) {
        let visuals = &mut style.visuals;
        let is_dark = visuals.dark_mode;
        let (panel, text) = (Self::panel(is_dark), Self::panel(!is_dark));
        visuals.override_text_color = Some(text);
        visuals.panel_fill = panel;
        visuals.window_fill = panel;
        visuals.extreme_bg_color = panel;
        visuals.faint_bg_color = panel;
        visuals.window_stroke = Stroke::new(2.0, text);
        let widgets = &mut visuals.widgets;
        widgets.noninteractive.bg_stroke = Stroke::new(1.0, text);
        for widget in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active, &mut widgets.open] {
            widget.bg_stroke = Stroke::new(widget.bg_stroke.width + 1.0, text);
            widget.fg_stroke = Stroke::new(2.0, text);
            widget.bg_fill = panel;
            widget.weak_bg_fill = panel;
        }
        let ring = rgb(if is_dark { 0xff_d0_50 } else { 0x00_3c_90 });
        widgets.active.bg_stroke = Stroke::new(3.0, ring);
        visuals.selection.bg_fill = rgb(if is_dark { 0x00_50_a0 } else { 0xa0_d0_ff });
        visuals.selection.stroke = Stroke::new(3.0, ring);
        visuals.disabled_alpha = 0.7;
    }
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

    /// Calls `check` in the look of what is chosen and what the system wants.
    fn in_look((theme, contrast): Chosen, system: SystemLook, check: impl Fn(&egui::Ui)) {
        let ctx = egui::Context::default();
        apply_look(&ctx, &Look { theme, contrast, ..Look::default() }, system);
        let mut frame = ctx.run_ui(egui::RawInput::default(), |ui| check(ui));
        frame.textures_delta.clear();
    }

    type Chosen = (ThemeChoice, ContrastChoice);

    /// Calls `check` in each of the four looks.
    fn in_each_look(check: impl Fn(&egui::Ui, f32)) {
        for theme in [ThemeChoice::Light, ThemeChoice::Dark] {
            for (contrast, least) in [(ContrastChoice::Normal, 4.5), (ContrastChoice::High, 7.0)] {
                in_look((theme, contrast), SystemLook::default(), |ui| {
                    assert_eq!(ui.visuals().dark_mode, theme == ThemeChoice::Dark);
                    check(ui, least);
                });
            }
        }
    }

    #[test]
    fn the_system_has_its_way_where_it_is_left_to_it() {
        use ContrastChoice as Contrast;
        let (dark, high) = (Some(Theme::Dark), true);
        for (chosen, theme, is_high_contrast, expected) in [
            ((ThemeChoice::System, Contrast::System), None, false, (false, false)),
            ((ThemeChoice::System, Contrast::System), dark, false, (true, false)),
            ((ThemeChoice::System, Contrast::System), Some(Theme::Light), high, (false, true)),
            ((ThemeChoice::Light, Contrast::Normal), dark, high, (false, false)),
            ((ThemeChoice::Dark, Contrast::High), Some(Theme::Light), false, (true, true)),
        ] {
            in_look(chosen, SystemLook { theme, is_high_contrast }, |ui| {
                let visuals = ui.visuals();
                let is_high = visuals.panel_fill == HighContrast::panel(visuals.dark_mode);
                assert_eq!(
                    (visuals.dark_mode, is_high),
                    expected,
                    "{chosen:?}, {theme:?} {is_high_contrast}"
                );
            });
        }
    }

    #[test]
    fn every_tone_is_readable_in_each_look() {
        in_each_look(|ui, least| {
            for background in [ui.visuals().panel_fill, ui.visuals().extreme_bg_color] {
                for tone in [Tone::Good, Tone::Waiting, Tone::Bad, Tone::Quiet, Tone::Accent] {
                    let ratio = contrast(tone_color(ui, tone), background);
                    assert!(ratio >= least, "{tone:?}: {ratio}");
                }
                assert!(contrast(ui.visuals().text_color(), background) >= 7.0);
            }
        });
    }

    #[test]
    fn selected_text_is_readable_and_the_focus_is_seen() {
        in_each_look(|ui, least| {
            let visuals = ui.visuals();
            assert!(contrast(visuals.text_color(), visuals.selection.bg_fill) >= least);
            // WCAG 2.2, 2.4.13: two points wide, 3:1 against what is around.
            let ring = visuals.widgets.active.bg_stroke;
            assert!(ring.width >= 2.0 && contrast(ring.color, visuals.panel_fill) >= 3.0);
            assert_ne!(ring, visuals.widgets.inactive.bg_stroke);
        });
    }
}
