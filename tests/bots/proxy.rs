//! Services behind a proxy that the environment names.

use std::process::Command;

use crate::support::talk::Talk;
use crate::support::web::{Answer, WebService, response};
use crate::support::{Program, binary, reserve_port};

/// A service that nobody but the proxy knows.
const ELSEWHERE: &str = "http://service.invalid/?q={text}";

/// Asks the service at `url` with these variables.
fn talk(url: &str, variables: &[(&str, &str)]) -> Talk {
    let mut command = Command::new(binary("tcp-chat-server"));
    command.args(["--headless", "--json", "--port", "0", "--bot", "http", "--bot-url", url]);
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command.envs(variables.iter().copied());
    Talk::with(Program::spawn("tcp-chat-server", command))
}

#[test]
fn a_proxy_passes_questions_on() {
    let proxy = WebService::start(|request| {
        assert_eq!(request.target, "http://service.invalid/?q=hello");
        assert_eq!(request.header("proxy-authorization"), "Basic bWU6cGFzcw==");
        Answer::Body(b"hello to you".to_vec())
    });
    let address = format!("http://me:pass@{}", proxy.address);
    assert_eq!(talk(ELSEWHERE, &[("http_proxy", &address)]).ask("hello").as_deref(), Ok("hello to you"));
}

#[test]
fn a_socks_proxy_passes_questions_on_whatever_it_is_called() {
    for scheme in ["socks", "socks5h"] {
        let proxy = WebService::behind_socks(|request| {
            assert_eq!((request.target.as_str(), request.header("host")), ("/?q=hello", "service.invalid"));
            Answer::Body(b"hello to you".to_vec())
        });
        let address = format!("{scheme}://{}/", proxy.address);
        assert_eq!(talk(ELSEWHERE, &[("all_proxy", &address)]).ask("hello").as_deref(), Ok("hello to you"));
    }
}

#[test]
fn what_a_proxy_does_wrong_names_it_to_the_server_alone() {
    let (_held, port) = reserve_port();
    let nobody = format!("127.0.0.1:{port}");
    let strict = WebService::start(|_| response("407 Proxy Authentication Required", "text/html", "<html>"));
    let closed = WebService::start(|_| response("403 Forbidden", "text/html", "<html>"));
    let secret = "http://service.invalid/?q={text}".replace("http", "https");
    for (url, variable, scheme, proxy, why) in [
        (ELSEWHERE, "http_proxy", "http://me:pass@", &nobody, "no program is listening there"),
        (ELSEWHERE, "http_proxy", "http://me:pass@", &strict.address, "it asks for a user name and password"),
        (&secret, "https_proxy", "http://", &strict.address, "it asks for a user name and password"),
        (&secret, "https_proxy", "http://", &closed.address, "it does not connect to the service"),
        (ELSEWHERE, "ALL_PROXY", "socks5h://", &nobody, "it cannot be reached"),
    ] {
        let (told, said) = talk(url, &[(variable, &format!("{scheme}{proxy}"))]).failure("hello");
        assert!(told.ends_with("failed (the bot cannot be reached)"), "{told}");
        assert!(said.contains(&format!("the proxy {proxy}: {why}")), "{variable}: {said}");
        assert!(!said.contains("pass@"), "{said}");
    }
    let (told, said) = talk(ELSEWHERE, &[("all_proxy", "ftp://127.0.0.1:1")]).failure("hello");
    assert!(told.ends_with("failed (the bot is not set up)"), "{told}");
    assert!(said.contains("the proxy in the variable all_proxy cannot be used"), "{said}");
}

#[test]
fn no_proxy_is_asked_for_a_service_on_this_computer() {
    let service = WebService::start(|_| Answer::Body(b"hello to you".to_vec()));
    let port = service.address.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{port}/?q={{text}}");
        let proxies = [("http_proxy", "http://127.0.0.1:1"), ("all_proxy", "ftp://127.0.0.1:1")];
        assert_eq!(talk(&url, &proxies).ask("hello").as_deref(), Ok("hello to you"), "{host}");
    }
}
