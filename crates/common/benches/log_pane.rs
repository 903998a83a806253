//! What a frame of a log costs: a million lines, 10,000 new ones a second, sixty frames a second.
//!
//! All that runs on the processor is measured: taking the lines in, laying out, painting into
//! triangles. What the driver makes of these is not.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::time::{Duration, Instant};

use common::window::{LogPane, apply_theme};
use eframe::egui::{self, Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

const LINES: usize = 1_000_000;
const NEW_A_FRAME: usize = 10_000 / 60;
const FRAMES: usize = 600;

struct Case {
    name: &'static str,
    size: [f32; 2],
    line: fn(usize) -> String,
    prepare: fn(&mut Window),
}

struct Window {
    ctx: egui::Context,
    pane: LogPane,
    size: [f32; 2],
    time: f64,
    next: usize,
}

impl Window {
    fn frame(&mut self, events: Vec<Event>) {
        self.time += 1.0 / 60.0;
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(self.size[0], self.size[1])));
        let input =
            RawInput { screen_rect, time: Some(self.time), events, focused: true, ..RawInput::default() };
        let pane = &mut self.pane;
        let mut output = self.ctx.run_ui(input, |ui| pane.ui(ui, "Log"));
        output.textures_delta.clear();
        let shapes = std::mem::take(&mut output.shapes);
        std::hint::black_box(self.ctx.tessellate(shapes, output.pixels_per_point));
    }

    fn press(&mut self, key: Key, modifiers: Modifiers) {
        let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.frame(vec![event(true), event(false)]);
        self.frame(Vec::new());
    }
}

fn datagram(index: usize) -> String {
    format!(
        "14:03:27.{:03}  Host: 127.0.0.1  Port: {}  Date time: Sun Nov 22 14:03:27 2026",
        index % 1000,
        index % 65_535
    )
}

fn long(index: usize) -> String {
    format!("{index} {}", "word after word, 汉字 ".repeat(12))
}

fn wheel_up(window: &mut Window) {
    window.frame(vec![Event::PointerMoved(egui::pos2(200.0, 300.0))]);
    for _ in 0..30 {
        window.frame(vec![Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            source: egui::MouseWheelSource::Unknown,
            delta: vec2(0.0, 300.0),
            phase: egui::TouchPhase::Move,
            modifiers: Modifiers::default(),
        }]);
    }
}

fn find(window: &mut Window) {
    window.press(Key::F, Modifiers::COMMAND);
    window.frame(vec![Event::Text("port: 6".to_owned())]);
}

fn main() {
    let cases = [
        Case { name: "following, 760 x 480", size: [760.0, 480.0], line: datagram, prepare: |_| () },
        Case { name: "following, 1920 x 1080", size: [1920.0, 1080.0], line: datagram, prepare: |_| () },
        Case {
            name: "scrolled away, 1920 x 1080",
            size: [1920.0, 1080.0],
            line: datagram,
            prepare: wheel_up,
        },
        Case { name: "wrapped lines, 760 x 480", size: [760.0, 480.0], line: long, prepare: |_| () },
        Case { name: "finding among them, 760 x 480", size: [760.0, 480.0], line: datagram, prepare: find },
    ];
    for case in cases {
        let ctx = egui::Context::default();
        ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
        apply_theme(&ctx);
        let mut window = Window { ctx, pane: LogPane::new(LINES), size: case.size, time: 0.0, next: 0 };
        let start = Instant::now();
        for _ in 0..LINES {
            window.pane.push((case.line)(window.next));
            window.next += 1;
        }
        let filled = start.elapsed();
        window.frame(Vec::new());
        (case.prepare)(&mut window);
        let mut frames: Vec<Duration> = (0..FRAMES)
            .map(|_| {
                let lines: Vec<String> = (0..NEW_A_FRAME).map(|new| (case.line)(window.next + new)).collect();
                window.next += NEW_A_FRAME;
                let start = Instant::now();
                for line in lines {
                    window.pane.push(line);
                }
                window.frame(Vec::new());
                start.elapsed()
            })
            .collect();
        frames.sort();
        let part = |part: usize| frames.get(FRAMES * part / 100).copied().unwrap_or_default();
        let worst = frames.last().copied().unwrap_or_default();
        println!(
            "{:32} p50 {:>7.2?}  p99 {:>7.2?}  worst {worst:>7.2?}  (a million lines taken in: {filled:.0?})",
            case.name,
            part(50),
            part(99),
        );
    }
}
