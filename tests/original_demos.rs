//! The four `PyQt` demos at the other end, played by raw sockets that send and expect exactly what
//! the demos do (`docs/protocol.md`): one test for each of our programs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};

use crate::support::qingyun::Qingyun;
use crate::support::{PATIENCE, Program, RawChat};

#[test]
fn the_original_time_client_hears_our_server() {
    // QUdpSocket::bind(127.0.0.1, port): exclusive, one address.
    let original = UdpSocket::bind("127.0.0.1:0").unwrap();
    original.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = original.local_addr().unwrap().port().to_string();
    let mut server = Program::headless("udp-time-server", &["--port", &port]);
    for _ in 0..2 {
        let printed = server.line();
        let mut buffer = [0; 2048];
        let (len, from) = original.recv_from(&mut buffer).unwrap();
        let text = std::str::from_utf8(&buffer[..len]).unwrap();
        assert_eq!(text, printed);
        assert!(from.ip().is_loopback());
        let is_text_date = common::time::read(text.as_bytes()).recognised;
        assert!(matches!(is_text_date, common::time::Recognised::Text(_)), "{text}");
    }
}

#[test]
fn our_time_client_hears_the_original_server() {
    let mut client = Program::headless("udp-time-client", &["--port", "0"]);
    let port = client.listening_port();
    // An ephemeral port of any interface, one datagram a second to 127.0.0.1.
    let original = UdpSocket::bind("0.0.0.0:0").unwrap();
    let own_port = original.local_addr().unwrap().port();
    for text in ["Wed Jan 5 03:04:05 2022", "Mi. Jan. 5 03:04:06 2022"] {
        original.send_to(text.as_bytes(), ("127.0.0.1", port)).unwrap();
        assert_eq!(client.line(), format!("Date time: {text}"));
        assert_eq!(client.line(), "Host: 127.0.0.1");
        assert_eq!(client.line(), format!("Port: {own_port}"));
        assert_eq!(client.line(), "");
    }
}

#[test]
fn the_original_chat_client_talks_to_our_server() {
    let bot = Qingyun::friendly();
    let mut server = Program::headless("tcp-chat-server", &["--port", "0", "--bot-url", &bot.url]);
    let port = server.listening_port();
    let mut original = RawChat::connect(port);
    let own_port = original.0.local_addr().unwrap().port();
    server.line_with(&format!("Connected with address 127.0.0.1, port {own_port}"));
    // The bare text, nothing before or after it; line breaks kept.
    for text in ["hello", "两行\nof text"] {
        original.send(text);
        original.expect(format!("hello: {text}"));
        assert_eq!(bot.question(), text);
    }
    drop(original);
    server.line_with(&format!("Disconnected with address 127.0.0.1, port {own_port}"));
}

#[test]
fn our_chat_client_talks_to_the_original_server() {
    let original = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = original.local_addr().unwrap().port().to_string();
    let mut client = Program::headless("tcp-chat-client", &["--port", &port]);
    let (mut stream, _) = original.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // Whatever a read returns is one question to the bot: our hello is one, too.
    let mut buffer = [0; 4096];
    let len = stream.read(&mut buffer).unwrap();
    assert!(buffer[..len].starts_with(common::chat::HELLO_START));
    stream.write_all("bot: what a strange question".as_bytes()).unwrap();
    client.line_with("Connected! Ready to chat! :)");
    for text in ["hello", "你好"] {
        client.type_line(text);
        let len = stream.read(&mut buffer).unwrap();
        assert_eq!(std::str::from_utf8(&buffer[..len]).unwrap(), text);
        stream.write_all(format!("bot: {text}\nsecond line").as_bytes()).unwrap();
        assert_eq!(client.line_with("Client: "), format!("Client: {text}"));
        assert_eq!(client.line(), format!("Server: bot: {text}\\nsecond line"));
    }
    client.end_input();
    assert!(client.exit().success());
}
