//! How a window looks and where it stands.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// The light or the dark theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// As the system has it, light where it does not say.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How a window looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Black on white, or white on black, with strong edges.
    pub high_contrast: bool,
    /// Size of everything, in percent.
    pub zoom: u16,
    /// A tag by BCP 47; without it, the system's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: ThemeChoice::System, high_contrast: false, zoom: 100, language: None }
    }
}

impl Look {
    /// Percent that a zoom may have.
    pub const ZOOMS: std::ops::RangeInclusive<u16> = 50..=300;

    /// The language chosen, or that of the system.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language.as_deref().and_then(Language::of_tag).unwrap_or_else(Language::of_system)
    }

    pub(super) fn correct(&mut self) {
        self.zoom = self.zoom.clamp(*Self::ZOOMS.start(), *Self::ZOOMS.end());
    }
}

/// Where a window was, in points of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Width and height inside its frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// Its upper left corner; Wayland does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<[i32; 2]>,
    /// Whether it filled the screen.
    pub is_maximized: bool,
}
