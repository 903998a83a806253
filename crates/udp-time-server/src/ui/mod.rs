//! The panels of the window.

mod addresses;
mod clock;
mod destinations;
mod settings;
mod zone;

pub use addresses::addresses_ui;
pub use clock::clock_ui;
pub use destinations::destinations_ui;
pub use settings::settings_ui;
