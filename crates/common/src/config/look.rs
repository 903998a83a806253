//! How a window looks and where it stands.

use std::fmt;

use clap::ValueEnum;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Bounded;
use crate::texts::Language;

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

/// How much text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum ContrastChoice {
    /// As the system has it, normal where it does not say.
    #[default]
    #[serde(rename = "system")]
    System,
    /// As the themes have it.
    #[serde(rename = "off")]
    Normal,
    /// Black on white, or white on black, with strong edges.
    #[serde(rename = "on")]
    High,
}

/// Older files have `true` or `false`. `false` was the default, which nobody had chosen.
impl<'de> Deserialize<'de> for ContrastChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContrastWord)
    }
}

struct ContrastWord;

impl Visitor<'_> for ContrastWord {
    type Value = ContrastChoice;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"system\", \"on\" or \"off\"")
    }

    fn visit_bool<E: de::Error>(self, is_high: bool) -> Result<ContrastChoice, E> {
        Ok(if is_high { ContrastChoice::High } else { ContrastChoice::System })
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<ContrastChoice, E> {
        match word {
            "system" => Ok(ContrastChoice::System),
            "off" => Ok(ContrastChoice::Normal),
            "on" => Ok(ContrastChoice::High),
            _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }
}

/// What draws a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renderer {
    /// The processor, and OpenGL where that cannot
    #[default]
    Auto,
    /// The processor
    Cpu,
    /// OpenGL
    Gl,
}

/// The size of everything, in percent.
pub type Zoom = Bounded<50, 300>;

/// How a window looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Normal or high.
    #[serde(rename = "high_contrast")]
    pub contrast: ContrastChoice,
    /// Size of everything.
    pub zoom: Zoom,
    /// A tag by BCP 47; without it, the system's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// From the next start on.
    pub renderer: Renderer,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            contrast: ContrastChoice::System,
            zoom: Zoom::nearest(100),
            language: None,
            renderer: Renderer::Auto,
        }
    }
}

impl Look {
    /// The language chosen, or that of the system.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language.as_deref().and_then(Language::of_tag).unwrap_or_else(Language::of_system)
    }
}

/// Where a window was, in points of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowPlacement {
    /// Width and height inside its frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// Its upper left corner; Wayland does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<[i32; 2]>,
    /// Whether it filled the screen.
    pub is_maximized: bool,
}
