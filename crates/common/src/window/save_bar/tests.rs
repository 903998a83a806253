//! What becomes of a file that is there already.

use std::fs;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

use super::*;

type Window = Harness<'static, (SaveBar, Vec<bool>, bool)>;

/// A row for a file that holds "old"; what is closed is noted, and a dialog lies over it where that is wanted.
fn window() -> (Window, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.txt");
    fs::write(&path, "old").unwrap();
    let mut bar = SaveBar::new("x");
    bar.path = path.display().to_string();
    let mut harness = Harness::builder()
        // The thread that writes asks for frames as well.
        .with_max_steps(30)
        .with_size(egui::vec2(480.0, 200.0))
        .with_context_setup(crate::window::prepare)
        .build_ui_state(
            |ui, (bar, closed, is_covered): &mut (SaveBar, Vec<bool>, bool)| {
                let action = bar.ui(ui);
                if action.is_saved {
                    bar.write(ui.ctx(), |out, _| out.write_all(b"new").map(|()| 1));
                }
                closed.extend(action.is_closed.then_some(true));
                if *is_covered {
                    egui::Modal::new(egui::Id::unique("over it")).show(ui.ctx(), |ui| ui.label("over it"));
                }
            },
            (bar, Vec::new(), false),
        );
    harness.run();
    (harness, folder)
}

fn press(harness: &mut Window, key: Key) {
    harness.key_press(key);
    harness.run();
}

fn wait_for(harness: &mut Window, label: &str) {
    let start = Instant::now();
    while harness.query_by_label_contains(label).is_none() {
        assert!(start.elapsed() < Duration::from_secs(10), "{label} is not said");
        harness.step();
    }
    harness.run();
}

/// Each file of the folder, and what is in it.
fn files(folder: &TempDir) -> Vec<(String, String)> {
    let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap());
    let mut files: Vec<_> = files
        .map(|file| (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn are(files: &[(String, String)], expected: &[(&str, &str)]) -> bool {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).eq(expected.iter().copied())
}

#[test]
fn enter_twice_saves_beside_the_file_that_is_there() {
    let (mut harness, folder) = window();
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, "x.txt already exists");
    assert!(are(&files(&folder), &[("x.txt", "old")]), "{:?}", files(&folder));
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, "x-2.txt");
    wait_for(&mut harness, "1 line saved to");
    assert!(are(&files(&folder), &[("x-2.txt", "new"), ("x.txt", "old")]), "{:?}", files(&folder));
    assert!(harness.query_by_label("Replace").is_none(), "still asking");
}

#[test]
fn replace_replaces_and_the_next_time_asks_again() {
    let (mut harness, folder) = window();
    for _ in 0..2 {
        harness.get_by_label("Save").click();
        harness.run();
        wait_for(&mut harness, "already exists");
        harness.get_by_label("Replace").click();
        harness.run();
        wait_for(&mut harness, "1 line saved to");
        assert!(are(&files(&folder), &[("x.txt", "new")]), "{:?}", files(&folder));
    }
}

#[test]
fn escape_leaves_the_file_and_gives_the_name_back() {
    let (mut harness, folder) = window();
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, "already exists");
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Replace").is_none(), "still asking");
    assert!(harness.state().1.is_empty(), "the row is closed");
    assert!(harness.get_by_role_and_label(Role::TextInput, "File").is_focused());
    assert!(are(&files(&folder), &[("x.txt", "old")]), "{:?}", files(&folder));
    // Another name is another file.
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, "already exists");
    harness.get_by_role_and_label(Role::TextInput, "File").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "File").type_text("y");
    harness.run();
    assert!(harness.query_by_label("Replace").is_none(), "asks about a file that is not named");
}

#[test]
fn what_the_dialog_of_the_system_asked_is_not_asked_again() {
    let (mut harness, folder) = window();
    let path = folder.path().join("x.txt");
    let dialog = std::thread::Builder::new().spawn(move || Chosen::File(path)).unwrap();
    harness.state_mut().0.dialog = Some(dialog);
    wait_for(&mut harness, "1 line saved to");
    assert!(are(&files(&folder), &[("x.txt", "new")]), "{:?}", files(&folder));
}

#[test]
fn a_desktop_without_a_dialog_is_told_from_one_that_was_cancelled() {
    let (mut harness, _folder) = window();
    let field = |harness: &Window| harness.get_by_role_and_label(Role::TextInput, "File").is_focused();
    for (chosen, says) in [(Chosen::Nothing, false), (Chosen::NoDialog, true)] {
        harness.get_by_label("Browse...").focus();
        harness.run();
        let dialog = std::thread::Builder::new().spawn(move || chosen).unwrap();
        while !dialog.is_finished() {
            std::thread::yield_now();
        }
        harness.state_mut().0.dialog = Some(dialog);
        harness.run();
        let shown = harness.query_by_label("There is no file dialog on this desktop, type the path here");
        assert_eq!((shown.is_some(), field(&harness)), (says, says));
    }
}

#[test]
fn what_fails_is_said_and_the_name_says_the_kind() {
    let (mut harness, folder) = window();
    harness.state_mut().0.path = folder.path().display().to_string();
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, "was not saved (that is a folder, add the name of a file)");
    let file = folder.path().join("none/x.txt").display().to_string();
    harness.state_mut().0.path.clone_from(&file);
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, &format!("{file} was not saved (there is no such folder)"));
    let mut bar = SaveBar::of("a b", "File", &[FileKind::Csv, FileKind::JsonLines]);
    assert!(bar.path.ends_with("a-b.csv"), "{}", bar.path);
    for (path, kind) in [("x.JSON", FileKind::JsonLines), ("x.csv ", FileKind::Csv), ("x", FileKind::Csv)] {
        path.clone_into(&mut bar.path);
        assert_eq!(bar.kind(), kind, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nobody_reads_holds_no_row() {
    let (mut harness, folder) = window();
    let pipe = folder.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    harness.state_mut().0.path = pipe.display().to_string();
    harness.state_mut().0.wait = Duration::from_secs(1);
    harness.get_by_label("Save").click();
    wait_for(&mut harness, "Saving...");
    wait_for(&mut harness, "nothing could be written for 1 s");
    assert!(!harness.get_by_label("Save").accesskit_node().is_disabled());
}

#[test]
fn escape_closes_the_row_also_after_a_file_was_saved() {
    // By its name, from the button, and with a question before.
    for (path, from_button, asks) in [("y.txt", false, false), ("y.txt", true, false), ("x.txt", false, true)]
    {
        let (mut harness, folder) = window();
        harness.state_mut().0.path = folder.path().join(path).display().to_string();
        if from_button {
            harness.get_by_label("Save").focus();
            harness.run();
        }
        press(&mut harness, Key::Enter);
        if asks {
            wait_for(&mut harness, "already exists");
            press(&mut harness, Key::Enter);
        }
        wait_for(&mut harness, "1 line saved to");
        press(&mut harness, Key::Escape);
        assert_eq!(harness.state().1, [true], "{path} {from_button}");
    }
}

#[test]
fn a_key_for_what_lies_over_the_window_is_not_for_the_question() {
    let (mut harness, _folder) = window();
    press(&mut harness, Key::Enter);
    wait_for(&mut harness, "already exists");
    harness.state_mut().2 = true;
    harness.run();
    press(&mut harness, Key::Escape);
    harness.get_by_label("Replace");
}

#[test]
fn a_file_that_is_being_written_is_waited_for_and_named_where_that_takes_too_long() {
    let (mut harness, folder) = window();
    let path = folder.path().join("y.txt");
    let file = path.display().to_string();
    let bar = &mut harness.state_mut().0;
    bar.path.clone_from(&file);
    let (go_on, told) = std::sync::mpsc::sync_channel(1);
    bar.write(&egui::Context::default(), move |out, _| {
        _ = told.recv();
        out.write_all(&vec![b'x'; 16 << 20]).map(|()| 1)
    });
    assert_eq!(finish_writing(Duration::ZERO), [file]);
    go_on.send(()).unwrap();
    assert_eq!(finish_writing(Duration::from_secs(10)), [""; 0]);
    assert_eq!(fs::metadata(path).unwrap().len(), 16 << 20);
}
