//! Plots offset and jitter of one sender over the last ten minutes.

use common::status::Tone;
use common::tr;
use common::window::tone_color;
use eframe::egui::{Color32, RichText, Ui, Vec2b, vec2};
use egui_plot::{GridMark, HoverPosition, Line, MarkerShape, Plot, Points};

use crate::engine::quality::{POINT_US, Point};
use crate::figures::{signed, time};

/// How far the plots reach back, and the distance of the marks below them, in seconds. The shortest span that
/// shows all points is used.
const SPANS: [[f64; 2]; 4] = [[60.0, 15.0], [120.0, 30.0], [300.0, 60.0], [600.0, 120.0]];

/// The part of the width that is left free on the right, for the label of now.
const EDGE: f64 = 1.0 / 14.0;

/// The height of a plot is this part of the available height, within limits.
const PART: f32 = 0.27;
const MIN_HEIGHT: f32 = 84.0;
const MAX_HEIGHT: f32 = 220.0;

/// In less width the plots stand one below the other.
const MIN_BESIDE: f32 = 480.0;

/// With more marks their labels would hide one another.
const MAX_MARKS: usize = 8;

/// The width of the figures on the left, so that both plots begin at the same position.
const AXIS_WIDTH: f32 = 56.0;

/// Lays out both plots for the points of a sender, as they are at `now_us`.
pub(super) fn plot_ui(ui: &mut Ui, points: &[Point], interval_us: i64, now_us: i64, room: f32) {
    let oldest = points.first().map_or(0.0, |point| -seconds(point.at_us, now_us));
    let [span, step] = SPANS.into_iter().find(|[span, _]| oldest <= *span).unwrap_or(SPANS[SPANS.len() - 1]);
    let size = Size { span, step, height: (room * PART).clamp(MIN_HEIGHT, MAX_HEIGHT) };
    let gap = seconds_of(interval_us.saturating_mul(3).max(4 * POINT_US));
    let lost: Vec<f64> =
        points.iter().filter(|point| point.lost > 0).map(|point| seconds(point.at_us, now_us)).collect();
    let curves = [
        Curve {
            name: tr!("udp-time-client-column-offset"),
            samples: samples(points, now_us, span, |point| {
                point.offset_us.map(|[_, _, newest]| to_ms(newest))
            }),
            color: tone_color(ui, Tone::Accent),
            lost,
            gap,
            has_zero: false,
        },
        Curve {
            name: tr!("udp-time-client-column-jitter"),
            samples: samples(points, now_us, span, |point| point.jitter_us.map(|jitter| jitter / 1000.0)),
            color: tone_color(ui, Tone::Waiting),
            lost: Vec::new(),
            gap,
            has_zero: true,
        },
    ];
    let curves: Vec<&Curve> = curves.iter().filter(|curve| !curve.samples.is_empty()).collect();
    if curves.is_empty() {
        return;
    }
    let columns = if ui.available_width() < MIN_BESIDE { 1 } else { curves.len() };
    ui.columns(columns, |columns| {
        for (index, curve) in curves.into_iter().enumerate() {
            let Some(column) = columns.get_mut(index.min(columns.len() - 1)) else { return };
            heading_ui(column, curve);
            one_ui(column, curve, size);
        }
    });
}

#[derive(Clone, Copy)]
struct Size {
    span: f64,
    step: f64,
    height: f32,
}

/// A moment in seconds before now, and a value in milliseconds.
type Sample = [f64; 2];

struct Curve {
    name: &'static str,
    samples: Vec<Sample>,
    color: Color32,
    /// When ticks were lost.
    lost: Vec<f64>,
    /// After a longer silence, in seconds, the line is interrupted.
    gap: f64,
    has_zero: bool,
}

fn heading_ui(ui: &mut Ui, Curve { name, color, lost, .. }: &Curve) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(tr!("udp-time-client-plot-heading", name = *name)).small().color(*color));
        if !lost.is_empty() {
            let legend = RichText::new(tr!("udp-time-client-plot-lost")).small();
            ui.label(legend.color(tone_color(ui, Tone::Bad)));
        }
    });
}

fn one_ui(ui: &mut Ui, curve: &Curve, Size { span, step: marks_every, height }: Size) {
    let Curve { name, samples, color, lost, gap, has_zero } = curve;
    let (name, color, gap, has_zero) = (*name, *color, *gap, *has_zero);
    let red = tone_color(ui, Tone::Bad);
    let level = |at: f64| {
        let before = samples.iter().rev().find(|sample| sample[0] <= at).or(samples.first());
        [at, before.map_or(0.0, |sample| sample[1])]
    };
    let missing: Vec<Sample> = lost.iter().map(|at| level(*at)).collect();
    let mut plot = Plot::new(("quality", has_zero, span.to_bits()))
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_crosshair(false)
        .auto_bounds(Vec2b::new(false, true))
        .default_x_bounds(-span, span * EDGE)
        .set_margin_fraction(vec2(0.0, 0.15))
        .y_axis_min_width(AXIS_WIDTH)
        .grid_color(ui.visuals().widgets.noninteractive.bg_stroke.color)
        .x_grid_spacer(move |_| marks(-span, 0.0, marks_every))
        .y_grid_spacer(|input| {
            let (low, high) = input.bounds;
            marks(low, high, step(high - low))
        })
        .y_axis_formatter(|mark, bounds| {
            let digits = digits(step(bounds.end() - bounds.start()));
            format!("{:.digits$}", mark.value)
        })
        .x_axis_formatter(|mark, _| minutes(mark.value))
        .label_formatter(|position| match position {
            HoverPosition::NearDataPoint { position, .. } => {
                #[expect(clippy::cast_possible_truncation, reason = "for people")]
                let us = (position.y * 1000.0) as i64;
                let value = if has_zero { time(us) } else { signed(us) };
                let seconds = format!("{:.0}", -position.x);
                Some(tr!("udp-time-client-plot-point", name = name, value = value, seconds = seconds))
            }
            HoverPosition::Elsewhere { .. } => None,
        });
    if has_zero {
        plot = plot.include_y(0.0);
    }
    let shown = plot.show(ui, |plot| {
        for part in samples.chunk_by(|one, next| next[0] - one[0] <= gap) {
            match part {
                [one] => plot.points(Points::new(name, vec![*one]).color(color).radius(1.5)),
                part => plot.line(Line::new(name, part.to_vec()).color(color)),
            }
        }
        if !missing.is_empty() {
            plot.points(
                Points::new(tr!("udp-time-client-column-lost"), missing)
                    .shape(MarkerShape::Cross)
                    .color(red)
                    .radius(3.5),
            );
        }
    });
    let newest = samples.last().map_or(0.0, |sample| sample[1]);
    let label = tr!("udp-time-client-plot-label", name = name, value = format!("{newest:.2}"));
    ui.ctx().accesskit_node_builder(shown.response.id, |node| node.set_label(label));
}

fn samples(points: &[Point], now_us: i64, span: f64, value: impl Fn(&Point) -> Option<f64>) -> Vec<Sample> {
    points
        .iter()
        .filter_map(|point| Some([seconds(point.at_us, now_us), value(point)?]))
        .filter(|sample| sample[0] >= -span)
        .collect()
}

fn seconds(at_us: i64, now_us: i64) -> f64 {
    seconds_of(at_us.saturating_sub(now_us)).min(0.0)
}

fn seconds_of(us: i64) -> f64 {
    to_ms(us) / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn to_ms(us: i64) -> f64 {
    us as f64 / 1000.0
}

/// Marks at the multiples of `step`, all with the same weight.
fn marks(low: f64, high: f64, step: f64) -> Vec<GridMark> {
    let mut marks = Vec::new();
    let mut value = (low / step).ceil() * step;
    while value <= high && marks.len() < MAX_MARKS {
        // Marks with a step as wide as the plot are not faded. Adding 0 turns -0 into 0.
        marks.push(GridMark { value: value + 0.0, step_size: high - low });
        value += step;
    }
    marks
}

/// A step of 1, 2 or 5 times a power of ten, so that three or four fit into `span`.
fn step(span: f64) -> f64 {
    let rough = (span / 3.0).max(1e-6);
    let power = 10_f64.powf(rough.log10().floor());
    let nice = [1.0, 2.0, 5.0].into_iter().rfind(|nice| nice * power <= rough).unwrap_or(1.0);
    nice * power
}

/// How many digits after the point it takes to tell marks apart.
fn digits(step: f64) -> usize {
    [1.0, 0.1, 0.01].iter().take_while(|unit| step < **unit * 0.999).count()
}

fn minutes(seconds: f64) -> String {
    match seconds.round() {
        0.0 => tr!("udp-time-client-now").to_owned(),
        seconds if seconds % 60.0 == 0.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{seconds:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_a_few_round_marks_whatever_the_span() {
        for (span, expected) in [(0.1, 0.02), (1.0, 0.2), (30.0, 10.0), (7.0, 2.0), (900_000.0, 200_000.0)] {
            assert!((step(span) - expected).abs() < expected / 1000.0, "{span}: {}", step(span));
            assert!((3..=6).contains(&marks(0.0, span, step(span)).len()), "{span}");
        }
        assert_eq!([200.0, 1.0, 0.5, 0.1, 0.02].map(digits), [0, 0, 1, 1, 2]);
        assert!(marks(0.0, 0.0, step(0.0)).len() <= 1);
        assert_eq!([0.0, -120.0, -90.0].map(minutes), ["now", "-2 min", "-90 s"]);
    }
}
