//! Texts that are composed by an input method, and input methods that hang.

use std::process::Command;

use nix::sys::signal::Signal;

use crate::support::desktop::{App, Desktop};
use crate::support::input_method::{InputMethod, Silent, Style};
use crate::support::{Program, binary, eventually};

/// A program that uses the input method of the test.
fn with_input_method(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(binary(name));
    // Without UTF-8 the library of X11 converts what is composed.
    command.args(args).env("XMODIFIERS", InputMethod::MODIFIERS).env("LC_ALL", "C.UTF-8");
    command
}

/// A chat client whose text box uses an input method that has just begun to hang, without a server.
fn client_of_hanging(desktop: &Desktop) -> (InputMethod, App<'_>) {
    let input = InputMethod::start(desktop.display(), Style::AtSpot, Silent::Never);
    let mut command = with_input_method("tcp-chat-client", &["--port", "1"]);
    let client = desktop.launch_command("tcp-chat-client", &mut command);
    input.wait_for("SetIcFocus");
    client.tree.find("Message");
    input.hang();
    (input, client)
}

/// Waits until that text is in the text box of a chat window.
fn draft_becomes(client: &App<'_>, text: &str) {
    let text_box = client.tree.find("Message");
    eventually(&format!("{text:?} in the text box"), || (text_box.text() == text).then_some(()));
}

#[test]
fn a_text_is_composed_at_the_cursor_committed_as_one_and_sent_by_the_next_enter() {
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot", "echo"]);
    let port = server.listening_port().to_string();
    for style in [Style::InProgram, Style::AtSpot] {
        let desktop = Desktop::start();
        let input = InputMethod::start(desktop.display(), style, Silent::Never);
        let mut command = with_input_method("tcp-chat-client", &["--port", &port]);
        let mut client = desktop.launch_command("tcp-chat-client", &mut command);
        client.tree.find("Connected! Ready to chat! :)");
        input.wait_for("SetIcFocus");

        client.type_text("ni");
        if style == Style::InProgram {
            draft_becomes(&client, "ni");
        }
        client.press("Escape");
        draft_becomes(&client, "");
        client.type_text("n");
        if style == Style::InProgram {
            draft_becomes(&client, "n");
        }
        let places = input.count("SetIcValues");
        client.type_text("ihao");
        if style == Style::InProgram {
            draft_becomes(&client, "nihao");
            // The cursor moves with each letter. A program that says so would not see the letter that comes meanwhile.
            assert_eq!(input.count("SetIcValues"), places, "the candidates move while a text is composed");
        }
        // Enter belongs to the input method while it composes.
        client.press("Return");
        draft_becomes(&client, "你好");
        if style == Style::AtSpot {
            // The candidates are drawn below the spot, and must not cover the text. It is told with the next key.
            client.type_text("n");
            let (left, top, width, height) = client.tree.find("Message").extents(1);
            eventually("the spot at the foot of the cursor", || {
                let (x, y) = input.spot();
                (x.abs_diff(left + width) <= 2 && y.abs_diff(top + height) <= 2).then_some(())
            });
            client.press("Escape");
        }
        assert!(!client.tree.texts().iter().any(|text| text == "你好"), "sent before it was wanted");
        client.press("Return");
        client.tree.find("你好");
        draft_becomes(&client, "");
        assert!(client.close().success());
    }
}

#[test]
fn an_input_method_that_hangs_before_the_window_is_open_is_one_line() {
    for silent in [Silent::FromTheStart, Silent::Opened] {
        let desktop = Desktop::start();
        let _input = InputMethod::start(desktop.display(), Style::AtSpot, silent);
        let mut program = desktop.spawn("udp-time-server", &mut with_input_method("udp-time-server", &[]));
        assert_eq!(program.exit().code(), Some(1), "{silent:?}");
        let line = program.stderr();
        assert!(line.contains("input method does not answer") && line.contains("XMODIFIERS"), "{line}");
        // What the line says helps.
        let mut command = with_input_method("udp-time-server", &[]);
        command.env("XMODIFIERS", "@im=none");
        let mut app = desktop.launch_command("udp-time-server", &mut command);
        app.tree.find("Stopped");
        assert!(app.close().success());
    }
}

#[test]
fn an_input_method_that_hangs_does_not_hold_the_process() {
    let desktop = Desktop::start();
    let (_input, mut client) = client_of_hanging(&desktop);
    assert!(client.close().success());
}

#[test]
fn a_window_that_waits_for_its_input_method_ends_at_sigterm() {
    let desktop = Desktop::start();
    let (_input, mut client) = client_of_hanging(&desktop);
    client.type_text("ab");
    client.program.signal(Signal::SIGTERM);
    assert!(client.program.exit().success());
}
