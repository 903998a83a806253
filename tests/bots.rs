//! Every bot behind real programs, at services that answer well and badly: the asker gets the reply
//! or a clear line, everything else goes on.

mod llmock;
mod openai;
mod proxy;
mod qingyun;
mod simsimi;
mod template;
mod tls;
mod turing;
mod unreachable;

use crate::support::web::{Answer, response};

/// What any service can do wrong, and what is said about it. Where the timeout is a second the whole
/// table takes two.
pub(crate) const FAULTS: [(&str, Result<&str, &str>); 12] = [
    ("garbage", Err("not UTF-8")),
    ("no JSON", Err("not JSON")),
    ("page", Err("a web page")),
    ("502", Err("HTTP status 502")),
    ("404", Err("HTTP status 404")),
    ("empty", Err("sent nothing")),
    ("too much", Err("longer than")),
    ("cut", Err("broke off")),
    ("closed", Err("broke off")),
    ("redirect", Err("302")),
    ("hang", Err("no answer within 1 s")),
    ("drip", Err("no answer within 1 s")),
];

/// What a service does that is asked one of [`FAULTS`].
pub(crate) fn fault(name: &str) -> Option<Answer> {
    Some(match name {
        "garbage" => Answer::Body(b"\xFF\xFE not json".to_vec()),
        "no JSON" => Answer::Body(b"just some words".to_vec()),
        "page" => response("200 OK", "text/html", "<html><body>busy</body></html>"),
        "502" => response("502 Bad Gateway", "text/html", "<html><h1>502</h1></html>"),
        "404" => response("404 Not Found", "text/plain", ""),
        "empty" => Answer::Body(Vec::new()),
        "too much" => Answer::Body(vec![b' '; 2_000_000]),
        "cut" => Answer::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"resu".to_vec()),
        "closed" => Answer::Raw(Vec::new()),
        "redirect" => Answer::Raw(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                .to_vec(),
        ),
        "hang" => Answer::Hang,
        "drip" => Answer::Drip,
        _ => return None,
    })
}
