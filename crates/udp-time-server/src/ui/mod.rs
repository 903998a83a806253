//! The panels of the window.

mod clock;
mod destinations;
mod settings;

pub use clock::clock_ui;
pub use destinations::destinations_ui;
pub use settings::settings_ui;
