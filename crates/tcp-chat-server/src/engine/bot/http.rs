//! One HTTP call: connected in time, answered in time, and never longer than it may be.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use common::net::explain_connect;
use reqwest::{Client, Response, Url, redirect};

use super::{BotError, Parts};

/// Longest body that is read: room for a reply of the largest size in JSON escapes.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Longest address that the HTTP library sends.
const MAX_URL_BYTES: usize = 65_534;

/// Connections that are kept open for the next call.
const MAX_KEPT_CONNECTIONS: usize = 16;

/// The times that a bot has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) struct Deadlines {
    /// To be connected.
    pub connect: Duration,
    /// To have answered in full, connecting included.
    pub whole: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), whole: Duration::from_secs(8) }
    }
}

/// Calls one service; keeps its connections.
#[derive(Debug)]
pub(super) struct Service {
    /// Where it is and what calls it, or why that cannot be, in words.
    target: Result<(Url, Client), String>,
    host: String,
    deadlines: Deadlines,
}

impl Service {
    /// The service at `address`, or at what stands in for it.
    pub(super) fn new(address: &str, parts: &Parts<'_>) -> Self {
        let deadlines = parts.deadlines;
        let url = match parts.url {
            Some(url) => url.clone(),
            None => match Url::parse(address) {
                Ok(url) => url,
                Err(error) => {
                    return Self { target: Err(error.to_string()), host: address.to_owned(), deadlines };
                }
            },
        };
        let name = url.host_str().unwrap_or_default();
        let host = format!("{name}:{}", url.port_or_known_default().unwrap_or_default());
        let mut client = Client::builder()
            .connect_timeout(deadlines.connect)
            .pool_max_idle_per_host(MAX_KEPT_CONNECTIONS)
            // A redirect would hand the question to somebody else.
            .redirect(redirect::Policy::none())
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        if url.scheme() == "http" {
            // The system's certificates take time to load, and a bare system has none.
            client = client.tls_certs_only([]);
        }
        if is_this_computer(name) {
            client = client.no_proxy();
        }
        let target = client.build().map(|client| (url, client)).map_err(|error| innermost(&error));
        Self { target, host, deadlines }
    }

    /// The body that the service answers to `query`.
    ///
    /// # Errors
    /// Where there is no whole answer of status 2xx within the deadlines and the size.
    pub(super) async fn get(&self, query: &[(&str, &str)]) -> Result<Vec<u8>, BotError> {
        let (url, client) = self.target.as_ref().map_err(|reason| self.unreachable(reason.clone()))?;
        let mut url = url.clone();
        url.query_pairs_mut().extend_pairs(query);
        // Percent-encoded to the letter: not every service takes a plus for a space.
        let encoded = url.query().unwrap_or_default().replace('+', "%20");
        url.set_query(Some(&encoded));
        let len = url.as_str().len();
        if len > MAX_URL_BYTES {
            return Err(BotError::QuestionTooLong { len, max: MAX_URL_BYTES });
        }
        let whole = self.deadlines.whole;
        match tokio::time::timeout(whole, self.call(client, url)).await {
            Ok(result) => result,
            Err(_elapsed) => Err(BotError::TimedOut { after: whole }),
        }
    }

    fn unreachable(&self, reason: String) -> BotError {
        BotError::Unreachable { reason, host: self.host.clone() }
    }

    async fn call(&self, client: &Client, url: Url) -> Result<Vec<u8>, BotError> {
        let response = client.get(url).send().await.map_err(|error| {
            if error.is_connect() && error.is_timeout() {
                BotError::TimedOut { after: self.deadlines.connect }
            } else if error.is_connect() {
                self.unreachable(explain(&error))
            } else {
                BotError::CutOff { reason: explain(&error) }
            }
        })?;
        let status = response.status();
        if status.is_redirection() {
            return Err(BotError::Redirect(status.as_u16()));
        }
        if !status.is_success() {
            return Err(BotError::Status(status.as_u16()));
        }
        body(response).await
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, BotError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) > MAX_BODY_BYTES => {
                return Err(BotError::TooLong { max: MAX_BODY_BYTES });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(BotError::CutOff { reason: explain(&error) }),
        }
    }
}

/// A proxy is for the network; a service on this computer is behind none.
fn is_this_computer(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn explain(error: &reqwest::Error) -> String {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut is_name = false;
    while let Some(current) = cause {
        is_name |= current.to_string().starts_with("dns error");
        if let Some(io) = current.downcast_ref::<io::Error>().filter(|io| io.raw_os_error().is_some()) {
            return explain_connect(io);
        }
        cause = current.source();
    }
    if is_name { "the name cannot be looked up".to_owned() } else { innermost(error) }
}

/// The innermost cause: the others only say that something within failed.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
