//! The two ways to draw a window, on displays of several kinds.

use std::process::Command;

use crate::support::desktop::{App, Desktop};
use crate::support::{binary, eventually};

/// The share of all pixels that differ by more than rounding does, and the most that a channel differs by.
#[expect(clippy::cast_precision_loss, reason = "pixels of a window")]
fn difference(one: &[u8], other: &[u8]) -> (f64, u8) {
    assert_eq!(one.len(), other.len(), "pictures of two sizes");
    let channels = || one.iter().zip(other).map(|(one, other)| one.abs_diff(*other));
    let differing = channels().filter(|difference| *difference > 1).count();
    (differing as f64 / one.len() as f64, channels().max().unwrap_or(0))
}

/// A window that stands still.
fn open<'d>(desktop: &'d Desktop, renderer: &str, scale: &str) -> App<'d> {
    let mut command = Command::new(binary("tcp-chat-server"));
    command.args(["--renderer", renderer]).env("WINIT_X11_SCALE_FACTOR", scale);
    let app = desktop.launch_command("tcp-chat-server", &mut command);
    app.tree.find("Stopped");
    app
}

/// A picture that stays as it is.
fn picture(app: &App<'_>) -> Vec<u8> {
    let mut seen = (app.picture(), 0);
    eventually("the window stands still", || {
        let now = app.picture();
        let is_empty = now.chunks_exact(3).all(|pixel| pixel == &now[..3]);
        seen = if now == seen.0 && !is_empty { (now, seen.1 + 1) } else { (now, 0) };
        (seen.1 == 4).then(|| seen.0.clone())
    })
}

/// Waits until the window shows that picture; no channel differs by more than `most`.
fn shows(app: &App<'_>, expected: &[u8], most: u8, when: &str) {
    eventually(&format!("the same picture {when}"), || {
        let now = app.picture();
        (now.len() == expected.len() && difference(&now, expected).1 <= most).then_some(())
    });
}

#[test]
fn the_processor_draws_what_opengl_does_at_every_scale() {
    let desktop = Desktop::start();
    for scale in ["1", "1.25", "1.5", "2"] {
        let mut app = open(&desktop, "cpu", scale);
        let processor = picture(&app);
        assert!(app.close().success());
        let mut app = open(&desktop, "gl", scale);
        // In software its first frames take so long on a busy computer that one of them seems to stand still.
        let (share, most) = eventually(&format!("the same picture at scale {scale}"), || {
            let now = app.picture();
            let same_size = now.len() == processor.len();
            same_size
                .then(|| difference(&processor, &now))
                .filter(|(share, most)| *share <= 0.001 && *most <= 7)
        });
        println!("scale {scale}: {:.3} % of the pixels differ, by {most} of 255 at most", share * 100.0);
        assert!(app.close().success());
    }
}

#[test]
fn every_display_shows_the_same_picture() {
    let expected = {
        let desktop = Desktop::start();
        picture(&open(&desktop, "cpu", "1"))
    };
    for (depth, missing, most) in [
        // No OpenGL.
        (24, &["GLX"][..], 0),
        // No memory is shared, and no request may be longer than 256 KiB.
        (24, &["GLX", "MIT-SHM", "BIG-REQUESTS"], 0),
        (16, &["GLX"], 7),
        (30, &["GLX"], 1),
    ] {
        let desktop = Desktop::start_on(depth, missing);
        let mut app = open(&desktop, "auto", "1");
        shows(&app, &expected, most, &format!("on {depth} bits without {missing:?}"));
        assert!(app.close().success());
    }
}

#[test]
fn a_display_that_nothing_can_draw_on_is_said_in_one_line() {
    let desktop = Desktop::start_on(8, &["GLX"]);
    let mut command = Command::new(binary("udp-time-server"));
    desktop.place(&mut command);
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    let line = error.lines().last().unwrap_or_default();
    assert!(line.contains("8 bits a pixel") && line.contains("libgl1-mesa-dri"), "{error}");
    assert_eq!(output.status.code(), Some(1));
    let output = command.args(["--version", "--verbose"]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("8 bits a pixel"));
}

#[test]
fn a_window_that_was_resized_covered_or_hidden_is_whole_again() {
    for missing in [&[][..], &["MIT-SHM"]] {
        let desktop = Desktop::start_on(24, missing);
        let app = open(&desktop, "cpu", "1");
        let before = picture(&app);
        app.xdotool(&["windowsize", "700", "500"]);
        app.xdotool(&["windowsize", "860", "600"]);
        shows(&app, &before, 0, "after a resize");
        let mut other = desktop.launch("udp-time-server", &[]);
        other.tree.find("Stopped");
        assert!(other.close().success());
        shows(&app, &before, 0, "after another window lay over it");
        app.xdotool(&["windowminimize"]);
        // The window manager takes its time, and would hide what is shown again before.
        eventually("the window is hidden", || (!app.is_visible()).then_some(()));
        app.xdotool(&["windowmap"]);
        shows(&app, &before, 0, "after it was minimized");
    }
}
