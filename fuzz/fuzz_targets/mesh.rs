//! Any triangles, drawn by the processor. What draws is included by path: its crate would bring the rest of a window.
#![no_main]

extern crate self as common;
extern crate self as eframe;

pub use egui;

#[path = "../../crates/common/src/window/draw/area.rs"]
mod area;
#[path = "../../crates/common/src/window/draw/changes.rs"]
mod changes;
#[path = "../../crates/common/tests/invariants/mesh.rs"]
mod mesh;
#[path = "../../crates/common/src/window/draw/painter.rs"]
mod painter;
#[path = "../../crates/common/src/window/draw/pictures.rs"]
mod pictures;
#[path = "../../crates/common/src/window/draw/raster.rs"]
mod raster;
#[path = "../../crates/common/src/window/draw/triangle.rs"]
mod triangle;

pub mod window {
    pub use crate::pictures::Pictures;
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mesh::mesh(bytes));
