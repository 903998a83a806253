//! The real windows on a real display, read as a screen reader reads them, driven by keyboard and
//! pointer.

use std::process::Command;

use crate::support::desktop::Desktop;
use crate::support::network::Network;
use crate::support::qingyun::{Answer, Qingyun};
use crate::support::{Program, Stuck, binary, eventually, reserve_port, skip};

#[test]
fn a_message_typed_in_a_client_window_comes_back_as_the_bots_reply() {
    let bot = Qingyun::start(|question| Answer::Content(format!("you said{{br}}{question}")));
    let (_reserved, port) = reserve_port();
    let port = port.to_string();
    let desktop = Desktop::start();
    let mut server = desktop.launch("tcp-chat-server", &["--port", &port, "--bot-url", &bot.url]);
    server.click("Start Server");
    server.tree.find(&format!("Listening on 127.0.0.1:{port}, this computer only"));

    let mut first = desktop.launch("tcp-chat-client", &["--port", &port]);
    let mut second = desktop.launch("tcp-chat-client", &["--port", &port]);
    for client in [&first, &second] {
        client.tree.find("Connected! Ready to chat! :)");
        client.tree.find("Qingyun answers");
    }
    server.tree.find("Clients on this computer connect to");
    server.tree.find("Log").press();
    server.tree.find("Connected with address 127.0.0.1, port ");

    // The text box has the focus from the start; the button is pressed with the pointer.
    first.type_text("hello there");
    first.click("Send");
    first.tree.find("hello there");
    first.tree.find("you said");
    // Enter sends, too.
    second.type_text("enter");
    second.press("Return");
    second.tree.find("you said\nenter");
    assert!(!first.tree.texts().iter().any(|text| text.contains("you said\nenter")), "a reply went astray");

    assert!(first.close().success());
    server.tree.find("Disconnected with address 127.0.0.1, port ");
    assert!(second.close().success());
    assert!(server.close().success());
}

#[test]
fn a_chat_is_had_by_keyboard_alone_through_a_lost_server_and_a_restart() {
    let (_reserved, port) = reserve_port();
    let port = port.to_string();
    let desktop = Desktop::start();
    let mut client = desktop.launch("tcp-chat-client", &["--port", &port]);
    client.tree.find(&format!("No server at 127.0.0.1:{port}"));
    client.tree.find("Not connected, trying again in ");
    client.type_text("written early");
    client.press("Return");
    client.tree.find("not sent, there is no connection");
    // To the message, and what its first button does.
    client.press("ctrl+Up");
    client.press("Return");
    client.tree.find("will be sent when the connection is back");
    client.press("Escape");

    let mut server = desktop.launch("tcp-chat-server", &["--port", &port, "--bot", "echo", "--start"]);
    client.tree.find("Connected! Ready to chat! :)");
    client.tree.find("Copy message");
    client.press("Up");
    client.type_text(" and again");
    client.press("Return");
    client.tree.find("written early and again");

    client.press("ctrl+f");
    client.type_text("AGAIN");
    client.tree.find("2 of 2");
    client.press("Escape");
    client.press("ctrl+l");
    client.tree.find("The conversation is cleared");
    client.press("ctrl+l");
    client.tree.find("written early and again");
    client.press("F1");
    client.tree.find("From message to message");
    client.press("Escape");

    // What is written is there again after the end, whoever ends the window.
    client.type_text("not finished");
    let drafts = desktop.home().join(".config/tcp-chat-client/draft-1.json");
    eventually("the draft is written", || {
        std::fs::read_to_string(&drafts).ok().filter(|text| text.contains("not finished"))
    });
    assert!(client.program.terminate().success());
    let mut client = desktop.launch("tcp-chat-client", &["--port", &port]);
    client.tree.find("Connected! Ready to chat! :)");
    client.press("Return");
    client.tree.find("not finished");
    assert!(server.close().success());
    client.tree.find(&format!("No server at 127.0.0.1:{port}"));
    assert!(client.close().success());
}

#[test]
fn browse_says_where_there_is_no_dialog_for_files() {
    // The bus would start it.
    if std::path::Path::new("/usr/share/dbus-1/services/org.freedesktop.portal.Desktop.service").exists() {
        skip("a portal is installed, which has the dialog");
        return;
    }
    let (_reserved, port) = reserve_port();
    let desktop = Desktop::start();
    let mut command = Command::new(binary("tcp-chat-client"));
    let mut client = desktop.launch_command(
        "tcp-chat-client",
        command.args(["--port", &port.to_string()]).env("PATH", "/nowhere"),
    );
    client.tree.find("Message");
    client.press("ctrl+s");
    client.tree.find("There is no file dialog on this desktop, type the path here");
    // The keyboard is in the field of the path.
    client.press("ctrl+a");
    client.type_text(&desktop.home().join("talk.txt").display().to_string());
    client.press("Return");
    client.tree.find("talk.txt");
    eventually("the conversation is saved", || desktop.home().join("talk.txt").exists().then_some(()));
    assert!(client.close().success());
}

#[test]
fn the_time_windows_show_the_same_second() {
    let mut probe = Program::headless("udp-time-client", &["--port", "0"]);
    let port = probe.listening_port().to_string();
    let desktop = Desktop::start();
    let mut first = desktop.launch("udp-time-client", &["--port", &port]);
    first.tree.find(&format!(":{port}"));
    let mut second = desktop.launch("udp-time-client", &["--port", &port]);
    second.tree.find(&format!(":{port}"));
    let mut server = desktop.launch("udp-time-server", &["--port", &port]);
    server.tree.find("Stopped");
    server.tree.find("Start Server").press();
    server.tree.find("Sending");
    let text = probe.line_with("Date time: ");
    for client in [&first, &second] {
        client.tree.find(text.strip_prefix("Date time: ").unwrap());
    }
    server.tree.find("Stop Server").press();
    server.tree.find("Start Server");
    for app in [&mut first, &mut second, &mut server] {
        assert!(app.close().success());
    }
}

#[test]
fn a_taken_port_is_said_in_the_window_and_recovers() {
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let desktop = Desktop::start();
    let server = desktop.launch("tcp-chat-server", &["--port", &port, "--start"]);
    server.tree.find("is in use");
    drop(holder);
    server.tree.find("Try again").press();
    server.tree.find("Listening on 127.0.0.1:");
}

#[test]
fn sigterm_closes_a_window_with_exit_code_0() {
    let desktop = Desktop::start();
    for name in ["udp-time-server", "udp-time-client", "tcp-chat-server", "tcp-chat-client"] {
        let mut app = desktop.launch(name, &[]);
        assert!(app.program.terminate().success(), "{name}");
    }
}

#[test]
fn a_window_closes_though_the_disk_takes_nothing() {
    let (desktop, stuck) = (Desktop::start(), Stuck::at("fsync"));
    for name in ["udp-time-server", "tcp-chat-client"] {
        let mut command = Command::new(binary(name));
        let mut app = desktop.launch_command(name, command.env("LD_PRELOAD", stuck.library()));
        assert!(app.close().success(), "{name}");
    }
}

#[test]
fn a_display_that_goes_away_takes_its_programs_with_it() {
    for name in ["udp-time-client", "tcp-chat-server"] {
        let desktop = Desktop::start();
        let mut app = desktop.launch(name, &[]);
        desktop.take_display_away();
        assert!(app.program.exit().code().is_some(), "{name} was killed by its own fault");
        let told = app.program.stderr();
        assert!(!told.contains("no window can be opened"), "{name} had a window: {told}");
    }
}

#[test]
fn a_home_that_cannot_be_written_is_said_and_the_window_works() {
    let desktop = Desktop::start();
    let mut command = Command::new("env");
    command.args(["XDG_CONFIG_HOME=/proc", &binary("udp-time-server").display().to_string()]);
    let mut app = desktop.launch_command("udp-time-server", &mut command);
    app.press("ctrl+plus");
    app.tree.find("cannot be saved");
    app.press("ctrl+Return");
    app.tree.find("Sending every second");
    assert!(app.close().success());
}

#[test]
fn a_missing_library_is_one_line_that_names_its_package() {
    let folder = "/usr/lib/x86_64-linux-gnu";
    // In a mount namespace of its own the library is an empty file.
    let hide = |libraries: &[&str]| {
        let mounts = libraries.iter().map(|library| format!("mount --bind /dev/null {folder}/{library} && "));
        mounts.collect::<Vec<_>>().concat()
    };
    let permitted =
        Command::new("unshare").args(["-m", "sh", "-c", &(hide(&["libX11.so.6"]) + "true")]).status();
    if !permitted.is_ok_and(|status| status.success()) {
        skip(&format!("no library can be hidden (that takes root and {folder})"));
        return;
    }
    let desktop = Desktop::start();
    let without = |libraries: &[&str], renderer: &str| {
        let mut command = Command::new("unshare");
        let script = hide(libraries) + "exec \"$0\" --renderer \"$1\"";
        command.args(["-m", "sh", "-c", &script]).arg(binary("udp-time-server")).arg(renderer);
        command
    };
    let opengl = ["libEGL.so.1", "libGL.so.1"];
    for (libraries, renderer, package) in [
        (&["libxkbcommon-x11.so.0"][..], "auto", "libxkbcommon-x11-0"),
        (&["libXcursor.so.1"], "auto", "libxcursor1"),
        (&["libXi.so.6"], "cpu", "libxi6"),
        (&["libX11-xcb.so.1"], "gl", "libx11-xcb1"),
        (&opengl, "gl", "libgl1-mesa-dri"),
    ] {
        let mut command = without(libraries, renderer);
        desktop.place(&mut command);
        let mut program = Program::spawn("udp-time-server", command);
        assert_eq!(program.exit().code(), Some(1), "without {libraries:?}");
        let line = program.stderr();
        assert_eq!(line.matches('\n').count(), 1, "not one line: {line}");
        assert!(line.contains(package) && line.contains("--headless"), "without {libraries:?}: {line}");
    }
    // OpenGL is no library that a window needs.
    let mut app = desktop.launch_command("udp-time-server", &mut without(&opengl, "auto"));
    app.tree.find("Stopped");
    assert!(app.close().success());
}

#[test]
fn a_server_on_another_computer_is_found_by_name_and_goes_when_it_stops() {
    let Some(network) = Network::star(1) else { return };
    let desktop = Desktop::start();
    let on = |computer: &str, name: &str, args: &[&str]| {
        desktop.launch_command(name, network.command(computer).arg(binary(name)).args(args))
    };
    let mut server = on("beacon", "tcp-chat-server", &["--listen", "any", "--bot", "echo", "--start"]);
    let mut client = on("near0", "tcp-chat-client", &[]);
    let said = server.tree.find("Announced on the network as ").label;
    let name = said.rsplit(' ').next().unwrap();
    let offer = format!("{name}, 10.66.0.1:6666, encrypted");
    // The address is in the field then, and so is the keyboard.
    client.tree.find(&offer).press();
    client.tree.find("Connect");
    client.press("Return");
    client.tree.find("Compare this key with the one in the server's window");
    // Not at once: a key was just struck.
    eventually("the keyboard at the answer", || {
        client.tree.find("It is the same: connect").is_focused().then_some(())
    });
    client.press("Return");
    client.tree.find("Connected to 10.66.0.1:6666, Echo answers, encrypted");
    client.type_text("hello from afar");
    client.press("Return");
    client.tree.find("Copy message");
    server.click("Stop Server");
    client.tree.find("The server at 10.66.0.1:6666 stopped");
    eventually("the end of the offer", || {
        let texts = client.tree.texts();
        let is_sought = texts.iter().any(|text| text == "Server");
        (is_sought && !texts.contains(&offer)).then_some(())
    });
    assert!(client.close().success() && server.close().success());
}
