//! Plots offset and jitter of one sender over the last ten minutes.

use common::status::Tone;
use common::tr;
use common::window::{focus_ring_ui, tone_color};
use eframe::egui::{Color32, RichText, Ui, Vec2b, vec2};
use egui_plot::{FilledArea, GridMark, HoverPosition, Line, LineStyle, MarkerShape, Plot, Points, VLine};

use crate::engine::quality::{Offset, POINT_US, Point};
use crate::figures::{in_unit, offset, plot_unit, time};

/// How far the plots reach back, and the distance of the marks below them, in seconds. The shortest span that
/// shows all points is used.
const SPANS: [[f64; 2]; 4] = [[60.0, 15.0], [120.0, 30.0], [300.0, 60.0], [600.0, 120.0]];

/// On each side that much is left free, in points, for the half of a mark's label.
const EDGE: f32 = 28.0;

/// Between two marks below a plot there is room for a label.
const MIN_MARK_WIDTH: f32 = 56.0;

/// Between two figures beside a plot there is room for a line of small text.
const MIN_MARK_HEIGHT: f32 = 18.0;

/// More steps than that beside a plot would be noise.
const MOST_STEPS: f64 = 6.0;

/// What the labels below a plot take of its height.
const AXIS_HEIGHT: f32 = 18.0;

/// A plot is as high as there is room, within limits.
const MIN_HEIGHT: f32 = 56.0;
const MAX_HEIGHT: f32 = 220.0;

/// In less width the plots stand one below the other.
const MIN_BESIDE: f32 = 480.0;

/// With more marks their labels would hide one another.
const MAX_MARKS: usize = 8;

/// The width of the figures on the left, so that both plots begin at the same position.
const AXIS_WIDTH: f32 = 56.0;

/// Of a line.
const LINE: f32 = 1.0;

/// At least so much jitter is in view, in the unit of the plot.
const LEAST_JITTER: f64 = 0.1;

/// Lays out both plots for the points of a sender, as they are at `now_us`.
pub(super) fn plot_ui(ui: &mut Ui, points: &[Point], interval_us: i64, now_us: i64, bottom: f32) {
    let oldest = points.first().map_or(0.0, |point| -seconds(point.at_us, now_us));
    let [span, step] = SPANS.into_iter().find(|[span, _]| oldest <= *span).unwrap_or(SPANS[SPANS.len() - 1]);
    let gap = seconds_of(interval_us.saturating_mul(3).max(4 * POINT_US));
    let moments = |is_one: fn(&Point) -> bool| -> Vec<f64> {
        points.iter().filter(|point| is_one(point)).map(|point| seconds(point.at_us, now_us)).collect()
    };
    let resumed = moments(|point| point.is_resumed);
    let curves = [
        Curve {
            name: tr!("udp-time-client-column-offset"),
            samples: samples(points, now_us, span, |point| point.offset.map(|offset| offset.newest)),
            color: tone_color(ui, Tone::Accent),
            lost: moments(|point| point.lost > 0),
            resumed: resumed.clone(),
            gap,
            has_zero: false,
        },
        Curve {
            name: tr!("udp-time-client-column-jitter"),
            samples: samples(points, now_us, span, |point| {
                #[expect(clippy::cast_possible_truncation, reason = "microseconds, below 2^52")]
                let us = point.jitter_us?.round() as i64;
                Some(Offset { low_us: us, high_us: us, is_coarse: false })
            }),
            color: tone_color(ui, Tone::Waiting),
            lost: Vec::new(),
            resumed,
            gap,
            has_zero: true,
        },
    ];
    let curves: Vec<&Curve> = curves.iter().filter(|curve| !curve.samples.is_empty()).collect();
    if curves.is_empty() {
        return;
    }
    let columns = if ui.available_width() < MIN_BESIDE { 1 } else { curves.len() };
    let rows = if columns == 1 { curves.len() } else { 1 };
    let heading = ui.spacing().interact_size.y + 2.0 * ui.spacing().item_spacing.y;
    let room = (bottom - ui.cursor().top()) / f32::from(u8::try_from(rows).unwrap_or(1)) - heading;
    let size = Size { span, step, height: room.clamp(MIN_HEIGHT, MAX_HEIGHT) };
    ui.columns(columns, |columns| {
        for (index, curve) in curves.into_iter().enumerate() {
            let Some(column) = columns.get_mut(index.min(columns.len() - 1)) else { return };
            let unit = curve.unit();
            heading_ui(column, curve, unit.0);
            one_ui(column, curve, size, unit);
        }
    });
}

#[derive(Clone, Copy)]
struct Size {
    span: f64,
    step: f64,
    height: f32,
}

/// A moment in seconds before now, and between what a value was then.
type Sample = (f64, Offset);

struct Curve {
    name: &'static str,
    samples: Vec<Sample>,
    color: Color32,
    /// When ticks were lost.
    lost: Vec<f64>,
    /// When listening began anew.
    resumed: Vec<f64>,
    /// After a longer silence, in seconds, the line is interrupted.
    gap: f64,
    has_zero: bool,
}

impl Curve {
    fn unit(&self) -> (&'static str, f64) {
        let values = self.samples.iter().flat_map(|(_, range)| [range.low_us, range.high_us]);
        let largest = values.map(i64::saturating_abs).max().unwrap_or_default();
        plot_unit(largest, self.samples.iter().any(|(_, range)| range.is_coarse))
    }

    fn value(&self, range: Offset) -> String {
        if self.has_zero { time(range.low_us) } else { offset(range) }
    }

    /// The sample at a moment, else the one before.
    fn at(&self, moment: f64) -> Option<&Sample> {
        self.samples.iter().rev().find(|(at, _)| *at <= moment).or(self.samples.first())
    }

    /// Runs of samples without a gap, as steps: a slope would say what was between two samples, and a spike of a line
    /// with slopes is a wedge.
    fn parts(&self, length: f64) -> impl Iterator<Item = Part> {
        let goes_on = |one: &Sample, next: &Sample| {
            let is_resumed = self.resumed.iter().any(|at| one.0 < *at && *at <= next.0);
            next.0 - one.0 <= self.gap && !is_resumed && one.1.is_exact() == next.1.is_exact()
        };
        self.samples.chunk_by(goes_on).map(move |run| {
            let mut part =
                Part { is_exact: run.iter().all(|(_, range)| range.is_exact()), ..Part::default() };
            for (at, range) in run {
                let before = part.low.last().copied().zip(part.high.last().copied());
                let now = (in_unit(range.low_us, length), in_unit(range.high_us, length));
                for (low, high) in before.into_iter().chain([now]) {
                    part.at.push(*at);
                    part.low.push(low);
                    part.high.push(high);
                }
            }
            part
        })
    }
}

#[derive(Debug, Default, PartialEq)]
struct Part {
    at: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    is_exact: bool,
}

fn heading_ui(ui: &mut Ui, Curve { name, color, lost, resumed, .. }: &Curve, unit: &str) {
    ui.horizontal_wrapped(|ui| {
        let heading = tr!("udp-time-client-plot-heading", name = *name, unit = unit);
        ui.label(RichText::new(heading).small().color(*color));
        if !lost.is_empty() {
            let legend = RichText::new(tr!("udp-time-client-plot-lost")).small();
            ui.label(legend.color(tone_color(ui, Tone::Bad)));
        }
        if !resumed.is_empty() {
            let legend = RichText::new(tr!("udp-time-client-plot-resumed")).small();
            ui.label(legend.color(tone_color(ui, Tone::Quiet)));
        }
    });
}

fn one_ui(ui: &mut Ui, curve: &Curve, Size { span, step: marks_every, height }: Size, unit: (&str, f64)) {
    let (name, color, has_zero, length) = (curve.name, curve.color, curve.has_zero, unit.1);
    let [red, quiet] = [Tone::Bad, Tone::Quiet].map(|tone| tone_color(ui, tone));
    let missing: Vec<[f64; 2]> = curve
        .lost
        .iter()
        .filter_map(|at| {
            let (_, range) = curve.at(*at)?;
            Some([*at, f64::midpoint(in_unit(range.low_us, length), in_unit(range.high_us, length))])
        })
        .collect();
    let width = (ui.available_width() - AXIS_WIDTH).max(2.0 * MIN_MARK_WIDTH);
    let edge = span * f64::from(EDGE / (width - 2.0 * EDGE).max(EDGE));
    let marks_every = mark_step(span, marks_every, width - 2.0 * EDGE);
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
        .default_x_bounds(-span - edge, edge)
        .set_margin_fraction(vec2(0.0, 0.15))
        .y_axis_min_width(AXIS_WIDTH)
        .grid_color(ui.visuals().widgets.noninteractive.bg_stroke.color)
        .x_grid_spacer(move |_| marks(-span, 0.0, marks_every))
        .y_grid_spacer(move |input| {
            let (low, high) = input.bounds;
            marks(low, high, step(high - low, height - AXIS_HEIGHT))
        })
        .y_axis_formatter(move |mark, bounds| {
            let digits = digits(step(bounds.end() - bounds.start(), height - AXIS_HEIGHT));
            format!("{:.digits$}", mark.value)
        })
        .x_axis_formatter(|mark, _| minutes(mark.value))
        .label_formatter(|position| match position {
            HoverPosition::NearDataPoint { position, .. } => {
                let (_, range) = curve.at(position.x)?;
                let seconds = format!("{:.0}", -position.x);
                let value = curve.value(*range);
                Some(tr!("udp-time-client-plot-point", name = name, value = value, seconds = seconds))
            }
            HoverPosition::Elsewhere { .. } => None,
        });
    if has_zero {
        plot = plot.include_y(0.0).include_y(LEAST_JITTER);
    }
    let line = |at: &[f64], values: Vec<f64>, width: f32| {
        let line: Vec<[f64; 2]> = at.iter().copied().zip(values).map(<[f64; 2]>::from).collect();
        Line::new(name, line).color(color).width(width)
    };
    let shown = plot.show(ui, |plot| {
        for at in &curve.resumed {
            plot.vline(
                VLine::new("", *at)
                    .color(quiet)
                    .width(1.0)
                    .style(LineStyle::dashed_dense())
                    .allow_hover(false),
            );
        }
        for Part { at, low, high, is_exact } in curve.parts(length) {
            if let (false, [at], [low], [high]) = (is_exact, &at[..], &low[..], &high[..]) {
                plot.line(line(&[*at; 2], vec![*low, *high], LINE));
            } else if !is_exact {
                let fill = FilledArea::new(name, &at, &low, &high).fill_color(color.gamma_multiply(0.3));
                plot.add(fill.allow_hover(false));
                plot.line(line(&at, low, LINE / 2.0));
                plot.line(line(&at, high, LINE / 2.0));
            } else if let ([at], [low]) = (&at[..], &low[..]) {
                plot.points(Points::new(name, vec![[*at, *low]]).color(color).radius(1.5));
            } else {
                plot.line(line(&at, low, LINE));
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
    let newest = curve.samples.last().map_or_else(String::new, |(_, range)| curve.value(*range));
    let label = tr!("udp-time-client-plot-label", name = name, value = newest);
    ui.ctx().accesskit_node_builder(shown.response.id, |node| node.set_label(label));
    focus_ring_ui(ui, &shown.response, shown.response.rect);
}

fn samples(
    points: &[Point],
    now_us: i64,
    span: f64,
    value: impl Fn(&Point) -> Option<Offset>,
) -> Vec<Sample> {
    points
        .iter()
        .filter_map(|point| Some((seconds(point.at_us, now_us), value(point)?)))
        .filter(|(at, _)| *at >= -span)
        .collect()
}

fn seconds(at_us: i64, now_us: i64) -> f64 {
    seconds_of(at_us.saturating_sub(now_us)).min(0.0)
}

fn seconds_of(us: i64) -> f64 {
    in_unit(us, 1e6)
}

/// The distance of the marks below a plot, so that their labels have room in `width`.
fn mark_step(span: f64, usual: f64, width: f32) -> f64 {
    let fits = |step: &f64| f64::from(width) * step / span >= f64::from(MIN_MARK_WIDTH);
    [1.0, 2.0, 4.0].into_iter().map(|times| times * usual).find(fits).unwrap_or(span)
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

/// A step of 1, 2 or 5 times a power of ten, the smallest with which the figures beside `height` points of curve have room above one
/// another.
fn step(span: f64, height: f32) -> f64 {
    let most = f64::from(height / MIN_MARK_HEIGHT).clamp(1.0, MOST_STEPS);
    let least = (span / most).max(1e-6);
    let power = 10_f64.powf(least.log10().floor());
    let nice = [1.0, 2.0, 5.0].into_iter().find(|nice| nice * power >= least).unwrap_or(10.0);
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

    fn curve(samples: Vec<Sample>, resumed: Vec<f64>) -> Curve {
        let (name, color, lost) = ("", Color32::BLACK, Vec::new());
        Curve { name, samples, color, lost, resumed, gap: 3.0, has_zero: false }
    }

    #[test]
    fn a_coarse_offset_is_a_band_and_a_fine_one_a_line() {
        let coarse = Offset { low_us: -400, high_us: 999_600, is_coarse: true };
        let fine = Offset { low_us: 1000, high_us: 1001, is_coarse: false };
        let samples = [(-5.0, coarse), (-4.0, coarse), (-3.0, fine), (-2.0, fine)];
        let drawn = curve(samples.to_vec(), vec![-4.5]);
        assert_eq!(drawn.unit(), ("s", 1e6));
        let parts: Vec<Part> = drawn.parts(1e6).collect();
        let band = |at| Part { at: vec![at], low: vec![-0.0004], high: vec![0.9996], is_exact: false };
        assert_eq!(
            (&parts[0], &parts[1]),
            (&band(-5.0), &band(-4.0)),
            "interrupted where listening began anew"
        );
        assert!(parts[2].is_exact && parts[2].at == [-3.0, -2.0, -2.0]);
        assert_eq!(drawn.value(coarse), "0.0 to +1.0 s");
    }

    #[test]
    fn the_unit_stays_while_an_offset_swings_about_a_second() {
        let unit =
            |us| curve(vec![(0.0, Offset { low_us: us, high_us: us, is_coarse: false })], vec![]).unit().0;
        assert_eq!([400, 999_000, 1_001_000, -9_000_000].map(unit), ["ms"; 4]);
        assert_eq!([-20_000_000, 60_000_000].map(unit), ["s"; 2]);
    }

    #[test]
    fn labels_below_a_plot_have_room_beside_one_another() {
        for width in [120.0, 180.0, 260.0, 400.0_f32] {
            for [span, usual] in SPANS {
                let step = mark_step(span, usual, width);
                assert!(f64::from(width) * step / span >= 56.0, "{span} in {width}");
                assert!(marks(-span, 0.0, step).len() >= 2, "{span} in {width}");
            }
        }
    }

    #[test]
    fn there_are_a_few_round_marks_whatever_the_span() {
        for height in [MIN_HEIGHT, 100.0, MAX_HEIGHT] {
            for span in [0.1, 0.12, 1.0, 7.0, 30.0, 999.0, 900_000.0] {
                let step = step(span, height);
                assert!(
                    f64::from(height) * step / span >= 18.0,
                    "labels hide one another: {span} in {height}, {step}"
                );
                assert!(
                    (1..=7).contains(&marks(step * 0.01, step * 0.01 + span, step).len()),
                    "{span} in {height}"
                );
            }
        }
        let nice = [0.1, 1.0, 7.0, 900_000.0].map(|span| step(span, MIN_HEIGHT).to_string());
        assert_eq!(nice, ["0.05", "0.5", "5", "500000"]);
        assert_eq!([1.0, 30.0].map(|span| step(span, MAX_HEIGHT).to_string()), ["0.2", "5"]);
        assert_eq!([200.0, 1.0, 0.5, 0.1, 0.02].map(digits), [0, 0, 1, 1, 2]);
        assert!(marks(0.0, 0.0, step(0.0, MIN_HEIGHT)).len() <= 1);
        assert_eq!([0.0, -120.0, -90.0].map(minutes), ["now", "-2 min", "-90 s"]);
    }
}
