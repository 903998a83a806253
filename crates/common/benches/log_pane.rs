//! What a frame of a log costs: a million lines, 10,000 new ones a second, sixty frames a second.
//!
//! All of a frame is measured: taking the lines in, laying out, drawing what changed. What the window
//! system does with the pixels is not.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::time::{Duration, Instant};

use common::window::{LogPane, Pictures, prepare};
use eframe::egui::{self, Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

const LINES: usize = 1_000_000;
const NEW_A_FRAME: usize = 10_000 / 60;
const FRAMES: usize = 600;

struct Case {
    name: &'static str,
    size: [u16; 2],
    line: fn(usize) -> String,
    prepare: fn(&mut Window),
    /// Lines that come in each frame.
    new_a_frame: usize,
    /// What the user does in each frame.
    input: fn() -> Vec<Event>,
}

struct Window {
    ctx: egui::Context,
    pane: LogPane,
    pictures: Pictures,
    pixels: Vec<u32>,
    size: [u16; 2],
    time: f64,
    next: usize,
}

impl Window {
    /// A log with a million lines.
    fn new(size: [u16; 2], line: fn(usize) -> String) -> Self {
        let ctx = egui::Context::default();
        ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
        prepare(&ctx);
        let pixels = vec![0; usize::from(size[0]) * usize::from(size[1])];
        let mut pane = LogPane::new(LINES);
        (0..LINES).for_each(|index| pane.push(line(index)));
        Self { ctx, pane, pictures: Pictures::default(), pixels, size, time: 0.0, next: LINES }
    }

    /// Gives whether the next frame should come at once.
    fn frame(&mut self, events: Vec<Event>) -> bool {
        self.time += 1.0 / 60.0;
        let [width, height] = self.size;
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(width.into(), height.into())));
        let input =
            RawInput { screen_rect, time: Some(self.time), events, focused: true, ..RawInput::default() };
        let pane = &mut self.pane;
        let mut output = self.ctx.run_ui(input, |ui| pane.ui(ui, "Log", |ui| ui.strong("Log"), |_| ()));
        self.pictures.update(&mut output.textures_delta);
        let size = self.size.map(u32::from);
        self.pictures.draw_changes(&self.ctx, &output, &mut self.pixels, size);
        std::hint::black_box(&self.pixels);
        output.viewport_output.values().any(|viewport| viewport.repaint_delay.is_zero())
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
        window.frame(wheel(300.0));
    }
}

fn wheel(up: f32) -> Vec<Event> {
    vec![Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        source: egui::MouseWheelSource::Unknown,
        delta: vec2(0.0, up),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::default(),
    }]
}

fn find(window: &mut Window) {
    window.press(Key::F, Modifiers::COMMAND);
    window.frame(vec![Event::Text("port: 6".to_owned())]);
}

/// How long a window that draws 60 frames a second takes to find what stands in the last line alone.
fn first_hit() {
    let mut window = Window::new([760, 480], datagram);
    window.pane.push("a needle");
    window.press(Key::F, Modifiers::COMMAND);
    let (start, mut frames) = (Instant::now(), 1);
    let mut goes_on = window.frame(vec![Event::Text("needle".to_owned())]);
    while goes_on {
        goes_on = window.frame(Vec::new());
        frames += 1;
    }
    println!(
        "{:40} {frames} frames, {:.0?} of work",
        "a hit in the last of a million lines",
        start.elapsed()
    );
}

fn main() {
    let case = |name, size, line, prepare| Case {
        name,
        size,
        line,
        prepare,
        new_a_frame: NEW_A_FRAME,
        input: Vec::new,
    };
    let cases = [
        case("following, 760 x 480", [760, 480], datagram, |_| ()),
        Case {
            new_a_frame: 1,
            ..case("following one line a frame, 1600 x 1000", [1600, 1000], datagram, |_| ())
        },
        case("following, 1920 x 1080", [1920, 1080], datagram, |_| ()),
        case("scrolled away, 1920 x 1080", [1920, 1080], datagram, wheel_up),
        Case {
            input: || wheel(30.0),
            ..case("while scrolling, 1600 x 1000", [1600, 1000], datagram, wheel_up)
        },
        case("wrapped lines, 760 x 480", [760, 480], long, |_| ()),
        case("finding among them, 760 x 480", [760, 480], datagram, find),
    ];
    for case in cases {
        let start = Instant::now();
        let mut window = Window::new(case.size, case.line);
        let filled = start.elapsed();
        window.frame(Vec::new());
        (case.prepare)(&mut window);
        let mut frames: Vec<Duration> = (0..FRAMES)
            .map(|_| {
                let lines: Vec<String> =
                    (0..case.new_a_frame).map(|new| (case.line)(window.next + new)).collect();
                window.next += case.new_a_frame;
                let start = Instant::now();
                for line in lines {
                    window.pane.push(line);
                }
                window.frame((case.input)());
                start.elapsed()
            })
            .collect();
        frames.sort();
        let part = |part: usize| frames.get(FRAMES * part / 100).copied().unwrap_or_default();
        let worst = frames.last().copied().unwrap_or_default();
        println!(
            "{:40} p50 {:>7.2?}  p99 {:>7.2?}  worst {worst:>7.2?}  (a million lines taken in: {filled:.0?})",
            case.name,
            part(50),
            part(99),
        );
    }
    first_hit();
}
