//! The log as somebody uses it.

use super::*;
use eframe::egui::accesskit::{Live, Role};
use eframe::egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

type Window = Harness<'static, LogPane>;

fn window(lines: usize) -> Window {
    let mut pane = LogPane::new(1000);
    (0..lines).for_each(|line| pane.push(format!("line {line}")));
    window_of(pane)
}

fn window_of(pane: LogPane) -> Window {
    let mut harness = Harness::builder()
        .with_max_steps(30)
        .with_size(vec2(500.0, 240.0))
        .with_context_setup(crate::window::prepare)
        .build_ui_state(|ui, pane: &mut LogPane| pane.ui(ui, "Log", |ui| ui.strong("Log"), |_| ()), pane);
    harness.run();
    harness
}

fn scroll_up(harness: &mut Window) {
    harness.hover_at(pos2(100.0, 160.0));
    harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        source: egui::MouseWheelSource::Unknown,
        delta: vec2(0.0, 400.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::default(),
    });
    harness.run();
}

fn in_view(harness: &Window) -> Vec<String> {
    harness.query_all_by_role(Role::ListItem).filter_map(|row| row.accesskit_node().label()).collect()
}

fn is_in_view(harness: &Window, line: &str) -> bool {
    in_view(harness).iter().any(|label| label == line)
}

fn press(harness: &mut Window, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

fn click(harness: &mut Window, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

/// What the next copy gives.
fn copied(harness: &mut Window) -> String {
    harness.event(Event::Copy);
    harness.step();
    let copied = harness.output().platform_output.commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    copied.unwrap_or_default()
}

fn focus_rows(harness: &mut Window) {
    harness.get_by_role_and_label(Role::List, "Log").focus();
    harness.run();
}

fn drag(harness: &mut Window, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::default(),
    };
    harness.hover_at(from);
    harness.step();
    harness.event(button(from, true));
    harness.step();
    harness.hover_at(from.lerp(to, 0.5));
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.event(button(to, false));
    harness.run();
}

#[test]
fn a_high_row_is_cut_rather_than_left_out_at_the_upper_edge() {
    let mut pane = LogPane::new(100);
    pane.push("a short one");
    let high = "high ".repeat(300);
    pane.push(&high);
    pane.push("the newest");
    let harness = window_of(pane);
    assert_eq!(in_view(&harness), [high.as_str(), "the newest"]);
}

#[test]
fn what_had_to_go_is_counted_and_shown() {
    let mut pane = LogPane::new(3);
    (0..5).for_each(|line| pane.push(format!("line {line}")));
    let mut harness = window_of(pane);
    harness.get_by_role_and_label(Role::Label, "Log").hover();
    harness.run();
    harness.get_by_label("2 older lines were dropped");
}

#[test]
fn only_the_newest_lines_are_kept() {
    let mut pane = LogPane::new(3);
    (0..5).for_each(|line| pane.push(line.to_string()));
    assert_eq!(pane.lines().collect::<Vec<_>>(), ["2", "3", "4"]);
}

#[test]
fn the_end_is_followed_until_the_user_scrolls_away() {
    let mut harness = window(500);
    assert!(is_in_view(&harness, "line 499"), "the end is not in view");
    assert!(in_view(&harness).len() < 20, "all rows are laid out");

    scroll_up(&mut harness);
    assert!(!is_in_view(&harness, "line 499"), "the wheel did nothing");
    for line in 500..503 {
        harness.state_mut().push(format!("line {line}"));
    }
    harness.run();
    assert!(!is_in_view(&harness, "line 502"), "the view jumped");
    click(&mut harness, "3 new");
    assert!(is_in_view(&harness, "line 502"));
}

#[test]
fn the_end_can_be_held_and_followed_again() {
    let mut harness = window(500);
    click(&mut harness, "Follow");
    harness.state_mut().push("line 500");
    harness.run();
    assert!(!is_in_view(&harness, "line 500"), "it is followed still");
    harness.get_by_label("1 new");
    click(&mut harness, "Follow");
    assert!(is_in_view(&harness, "line 500"));
}

#[test]
fn the_view_stays_with_its_lines_when_old_ones_go() {
    let mut harness = window(1000);
    scroll_up(&mut harness);
    let before = in_view(&harness);
    (1000..1100).for_each(|line| harness.state_mut().push(format!("line {line}")));
    harness.run();
    assert_eq!(in_view(&harness), before, "the view jumped");
}

#[test]
fn the_bar_reaches_each_row_of_millions() {
    for wanted in [0_u32, 1, 777_777, 999_000] {
        let (row, _) = body::row_at(f64::from(wanted) / (1_000_000.0 - 5.0), 1_000_000.0, 5.0);
        assert!(row.abs_diff(wanted as usize) <= 1, "{wanted} {row}");
    }
    let mut harness = window(1000);
    let bar = harness.get_by_role_and_label(Role::List, "Log").rect().right_center() + vec2(5.0, 0.0);
    drag(&mut harness, bar, bar + vec2(0.0, 10.0));
    let first = in_view(&harness)[0].clone();
    let number: u32 = first.trim_start_matches("line ").parse().unwrap();
    assert!((300..800).contains(&number), "{first}");
}

#[test]
fn the_handle_of_the_bar_moves_with_the_pointer_and_reaches_the_end() {
    let mut harness = window(1000);
    let bar = harness.get_by_role_and_label(Role::List, "Log").rect().right_bottom() + vec2(5.0, 0.0);
    // At the end it is the lowest 24 points of the bar. It is held near its upper edge.
    let held = bar - vec2(0.0, 22.0);
    drag(&mut harness, held, held - vec2(0.0, 8.0));
    let first = in_view(&harness)[0].clone();
    let number: u32 = first.trim_start_matches("line ").parse().unwrap();
    assert!((930..970).contains(&number), "it leapt: {first}");
    drag(&mut harness, bar - vec2(0.0, 100.0), bar);
    assert!(is_in_view(&harness, "line 999"), "{:?}", in_view(&harness));
}

#[test]
fn clear_can_be_undone() {
    let mut harness = window(5);
    press(&mut harness, Modifiers::COMMAND, Key::L);
    assert_eq!(harness.state().lines().len(), 0);
    harness.state_mut().push("later");
    harness.run();
    click(&mut harness, "Undo clear");
    assert_eq!(harness.state().lines().last(), Some("later"));
    assert_eq!(harness.state().lines().len(), 6);
    assert!(is_in_view(&harness, "line 0") && is_in_view(&harness, "later"));
}

#[test]
fn a_second_clear_keeps_what_the_first_one_took() {
    let mut harness = window(5);
    press(&mut harness, Modifiers::COMMAND, Key::L);
    harness.state_mut().push("between");
    press(&mut harness, Modifiers::COMMAND, Key::L);
    harness.state_mut().push("later");
    harness.run();
    click(&mut harness, "Undo clear");
    let lines: Vec<_> = harness.state().lines().collect();
    assert_eq!(lines, ["line 0", "line 1", "line 2", "line 3", "line 4", "between", "later"]);
}

#[test]
fn each_escape_closes_one_thing() {
    let mut harness = window(5);
    press(&mut harness, Modifiers::COMMAND, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Find").type_text("line 3");
    harness.run();
    press(&mut harness, Modifiers::default(), Key::Enter);
    harness.get_by_label("Next").focus();
    harness.run();
    let escape = |harness: &mut Window, found: bool, chosen, keeps_rows: bool| {
        press(harness, Modifiers::default(), Key::Escape);
        assert_eq!(harness.query_by_role(Role::TextInput).is_some(), found);
        assert_eq!(harness.state().chosen(), chosen);
        // The chosen row, or all of them.
        let focused =
            harness.query_by(|node| node.is_focused() && [Role::List, Role::ListItem].contains(&node.role()));
        assert_eq!(focused.is_some(), keeps_rows);
    };
    escape(&mut harness, false, Some(3), true);
    escape(&mut harness, false, None, true);
    escape(&mut harness, false, None, false);
    press(&mut harness, Modifiers::COMMAND, Key::F);
    click(&mut harness, "line 1");
    escape(&mut harness, true, None, true);
    escape(&mut harness, false, None, true);
    press(&mut harness, Modifiers::COMMAND, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Find").type_text("line");
    harness.run();
    click(&mut harness, "Next");
    let chosen = harness.state().chosen();
    escape(&mut harness, false, chosen, true);
}

#[test]
fn the_keyboard_goes_to_the_rows_where_its_button_goes() {
    let mut harness = window(5);
    for label in ["Clear", "Undo clear"] {
        harness.get_by_label(label).focus();
        harness.run();
        press(&mut harness, Modifiers::default(), Key::Enter);
        assert!(harness.get_by_role_and_label(Role::List, "Log").is_focused(), "{label}");
    }
}

#[test]
fn what_was_cleared_goes_once_later_lines_have_to_go() {
    let mut pane = LogPane::new(3);
    (0..3).for_each(|line| pane.push(format!("line {line}")));
    pane.clear();
    (3..6).for_each(|line| pane.push(format!("line {line}")));
    let mut harness = window_of(pane);
    harness.get_by_label("Undo clear");
    let number = harness.state_mut().add(LogLine { text: "line 6", ..LogLine::default() });
    harness.run();
    assert!(harness.query_by_label("Undo clear").is_none(), "line 3 would get the number of line 4");
    assert_eq!((number, harness.state().first_kept()), (6, 4));
}

#[test]
fn long_lines_are_wrapped_and_cost_what_is_seen_of_them() {
    let mut pane = LogPane::new(1000);
    pane.push("first");
    pane.push("x".repeat(1 << 20));
    pane.push("last");
    let harness = window_of(pane);
    let rows = in_view(&harness);
    assert!(rows.iter().map(String::len).sum::<usize>() < 5000, "{} rows", rows.len());
    assert_eq!(rows.last().map(String::as_str), Some("last"));
    let screen = egui::Rect::from_min_size(Pos2::ZERO, vec2(500.0, 240.0));
    for row in harness.query_all_by_role(Role::ListItem) {
        assert!(screen.contains_rect(row.rect()), "{:?} is beside the window", row.rect());
    }
}

#[test]
fn everything_selected_is_copied_in_view_or_not() {
    let mut harness = window(500);
    focus_rows(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::A);
    let all = copied(&mut harness);
    assert_eq!(all.lines().count(), 500);
    assert!(all.starts_with("line 0\nline 1\n") && all.ends_with("\nline 499"), "{all}");
    press(&mut harness, Modifiers::default(), Key::Escape);
    press(&mut harness, Modifiers::default(), Key::Home);
    press(&mut harness, Modifiers::default(), Key::ArrowDown);
    assert_eq!(copied(&mut harness), "line 1", "the chosen line");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(copied(&mut harness), "line 1\nline 2\nline 3");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(copied(&mut harness), "line 1\nline 2");
    press(&mut harness, Modifiers::SHIFT, Key::End);
    assert!(copied(&mut harness).ends_with("\nline 499"));
}

#[test]
fn the_pointer_selects_across_rows_and_chooses_one() {
    let mut harness = window(5);
    let (first, third) = (harness.get_by_label("line 0").rect(), harness.get_by_label("line 2").rect());
    let glyph = 7.5;
    drag(
        &mut harness,
        first.left_center() + vec2(glyph * 2.2, 0.0),
        third.left_center() + vec2(glyph * 4.1, 0.0),
    );
    let text = copied(&mut harness);
    let parts: Vec<&str> = text.split('\n').collect();
    let [start, "line 1", end] = parts[..] else { panic!("{parts:?}") };
    assert!("line 0".ends_with(start) && start.len() < 6, "{start}");
    assert!("line 2".starts_with(end) && end.len() < 6, "{end}");

    click(&mut harness, "line 3");
    assert_eq!(harness.state().chosen(), Some(3));
    assert_eq!(copied(&mut harness), "line 3");
    let row = harness.get_by_label("line 3");
    assert_eq!(row.accesskit_node().is_selected(), Some(true));
}

#[test]
fn the_keyboard_reaches_every_line() {
    let mut harness = window(500);
    focus_rows(&mut harness);
    press(&mut harness, Modifiers::default(), Key::ArrowUp);
    assert_eq!(harness.state().chosen(), Some(499), "it begins with what is in view");
    press(&mut harness, Modifiers::default(), Key::Home);
    assert_eq!(harness.state().chosen(), Some(0));
    assert!(is_in_view(&harness, "line 0"));
    press(&mut harness, Modifiers::default(), Key::PageDown);
    let page = harness.state().chosen().unwrap();
    assert!((3..30).contains(&page), "{page}");
    assert!(is_in_view(&harness, &format!("line {page}")));
    press(&mut harness, Modifiers::default(), Key::PageUp);
    assert_eq!(harness.state().chosen(), Some(0));
    press(&mut harness, Modifiers::default(), Key::End);
    harness.state_mut().push("line 500");
    harness.run();
    assert!(is_in_view(&harness, "line 500"), "the end is followed again");
}

#[test]
fn a_text_is_found_by_keyboard_alone() {
    let mut harness = window(500);
    press(&mut harness, Modifiers::COMMAND, Key::F);
    harness.get_by_role_and_label(Role::TextInput, "Find").type_text("LINE 4");
    harness.run();
    harness.get_by_label("111 found");
    press(&mut harness, Modifiers::default(), Key::Enter);
    harness.get_by_label_contains(" of 111");
    press(&mut harness, Modifiers::SHIFT, Key::Enter);
    press(&mut harness, Modifiers::SHIFT, Key::Enter);
    let chosen = harness.state().chosen().unwrap();
    assert!(is_in_view(&harness, &format!("line {chosen}")), "{chosen}");
    assert!(chosen.to_string().starts_with('4'), "{chosen}");
    press(&mut harness, Modifiers::default(), Key::Escape);
    assert!(harness.query_by_role(Role::TextInput).is_none(), "Esc leaves it open");
    let found = format!("line {chosen}");
    assert!(harness.get_by_label(&found).is_focused(), "the line that was found is dropped");
}

#[test]
fn a_filter_hides_lines_and_keeps_them() {
    let mut pane = LogPane::new(1000);
    for tag in 0..10 {
        pane.add(LogLine { text: &format!("line {tag}"), tag, ..LogLine::default() });
    }
    pane.set_filter(Some(Box::new(|line| line.tag > 7)));
    let mut harness = window_of(pane);
    assert_eq!(in_view(&harness), ["line 8", "line 9"]);
    focus_rows(&mut harness);
    assert_eq!(copied(&mut harness), "line 8\nline 9");
    harness.state_mut().set_filter(None);
    harness.run();
    assert!(is_in_view(&harness, "line 0"));
    // Only what is shown counts as new.
    let mut lines = Lines::new(Rows::new(10, usize::MAX, 0));
    lines.set_filter(Some(Box::new(|line| line.tag > 7)));
    assert_eq!([8, 7, 9].map(|tag| lines.push(LogLine { tag, ..LogLine::default() })), [true, false, true]);
}

#[test]
fn a_log_is_saved_to_the_file_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let mut harness = window(3);
    let mut save = SaveBar::new("Log");
    save.path = path.display().to_string();
    harness.state_mut().save = Some(save);
    harness.run();
    press(&mut harness, Modifiers::default(), Key::Enter);
    let start = std::time::Instant::now();
    while harness.query_by_label_contains("3 lines saved to").is_none() {
        assert!(start.elapsed().as_secs() < 10, "nothing is said");
        harness.step();
    }
    assert!(std::fs::read_to_string(path).unwrap().ends_with("{\"text\":\"line 2\"}\n"));
}

#[test]
fn the_newest_line_is_said_once_and_not_too_often() {
    let mut harness = window(3);
    let live = |harness: &Window, label: &str| harness.get_by_label(label).accesskit_node().live();
    assert_eq!(live(&harness, "line 1"), Live::Off);
    harness.state_mut().push("unheard");
    harness.step();
    assert_eq!(live(&harness, "unheard"), Live::Off, "read out though the keyboard is elsewhere");
    harness.get_by_role(Role::List).focus();
    harness.step();
    // A second of the window's time.
    (0..8).for_each(|_| harness.step());
    harness.state_mut().push("new");
    harness.step();
    assert_eq!(live(&harness, "new"), Live::Polite);
    harness.state_mut().push("newer");
    harness.step();
    assert_eq!(live(&harness, "newer"), Live::Off, "a flood of lines is not read out");
}

/// What has been drawn once is moved: letters are most of the work of a frame.
#[test]
fn rows_that_go_up_are_moved_and_not_drawn_again() {
    let (ctx, mut pictures) = (egui::Context::default(), crate::window::Pictures::default());
    crate::window::prepare(&ctx);
    let size = [400_u16, 240];
    let mut pixels = vec![0; usize::from(size[0]) * usize::from(size[1])];
    let mut draw = |pane: &mut LogPane, pixels: &mut Vec<u32>| {
        let screen_rect = Some(egui::Rect::from_min_size(Pos2::ZERO, vec2(size[0].into(), size[1].into())));
        let input = egui::RawInput { screen_rect, ..egui::RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| pane.ui(ui, "Log", |ui| ui.strong("Log"), |_| ()));
        pictures.update(&mut output.textures_delta);
        pictures.draw_changes(&ctx, &output, pixels, size.map(u32::from));
    };
    let mut pane = LogPane::new(1000);
    (100..200).for_each(|line| pane.push(format!("line {line}")));
    // All letters are known then.
    for _ in 0..3 {
        draw(&mut pane, &mut pixels);
    }
    let mark = 0x0012_3456;
    pixels[120 * usize::from(size[0]) + 5] = mark;
    pane.push("line 201");
    draw(&mut pane, &mut pixels);
    let marked: Vec<_> = pixels.iter().enumerate().filter(|(_, pixel)| **pixel == mark).collect();
    let [(at, _)] = marked[..] else { panic!("{} pixels are marked", marked.len()) };
    let (column, line) = (at % usize::from(size[0]), at / usize::from(size[0]));
    assert!(column == 5 && (100..115).contains(&line), "{column}, {line}");
}

#[test]
fn a_day_is_said_where_it_changes_and_something_of_it_is_shown() {
    let mut pane = LogPane::new(1000);
    for (text, tag, day) in [("a", 1, 22), ("b", 1, 22), ("c", 0, 23), ("d", 1, 24)] {
        let time = chrono::DateTime::parse_from_rfc3339(&format!("2026-11-{day}T14:03:27+01:00")).ok();
        pane.add(LogLine { text, tag, time, tone: None });
    }
    let mut harness = window_of(pane);
    assert_eq!(in_view(&harness), ["a", "b", "2026-11-23", "c", "2026-11-24", "d"]);
    harness.state_mut().set_filter(Some(Box::new(|line| line.tag == 1)));
    harness.run();
    assert_eq!(in_view(&harness), ["a", "b", "2026-11-24", "d"]);
}

#[test]
fn a_day_is_not_counted_as_a_new_line() {
    let line = |text, day| LogLine {
        text,
        time: chrono::DateTime::parse_from_rfc3339(&format!("2026-11-{day}T14:03:27+01:00")).ok(),
        ..LogLine::default()
    };
    let mut pane = LogPane::new(1000);
    (0..500).for_each(|_| _ = pane.add(line("old", 22)));
    let mut harness = window_of(pane);
    scroll_up(&mut harness);
    harness.state_mut().add(line("new", 23));
    harness.run();
    harness.get_by_label("1 new");
}
