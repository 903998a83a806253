//! One HTTP call: connected in time, answered in time, and never longer than it may be.

use std::error::Error;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use common::engine::Clock;
use common::net::ConnectError;
use futures_util::{Stream, TryStreamExt as _};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header, redirect};

use super::breaker::LONGEST_RETRY_AFTER;
use super::kind::Setup;
use super::proxy::{Proxy, proxy_for};
use super::{BotError, ServiceFault, SetupFault};

/// Longest body that is read: room for a reply of the largest size in JSON escapes.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Longest address that the HTTP library sends.
const MAX_URL_BYTES: usize = 65_534;

/// How long a bot may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadlines {
    pub connect: Duration,
    /// For the whole answer, connecting included.
    pub whole: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), whole: Duration::from_secs(8) }
    }
}

/// Calls one service; keeps its connections.
pub(super) struct Service {
    /// Its address and the client that calls it, or why there is none.
    target: Result<(Url, Client), BotError>,
    host: String,
    /// Host and port of the proxy that it is asked by way of.
    proxy: Option<String>,
    deadlines: Deadlines,
    clock: Arc<dyn Clock>,
}

impl Service {
    /// The service at `url`; where that is an error, every call fails with it.
    pub(super) fn new(url: Result<Url, String>, setup: &Setup<'_>) -> Self {
        let deadlines = setup.deadlines;
        let host = match &url {
            Ok(url) => {
                let name = url.host_str().unwrap_or_default();
                format!("{name}:{}", url.port_or_known_default().unwrap_or_default())
            }
            Err(_) => "its address".to_owned(),
        };
        let of_library =
            |reason| BotError::Unreachable { reason: ServiceFault::Other { reason }, host: host.clone() };
        let clock = Arc::clone(setup.clock);
        let url = url.map_err(of_library);
        let proxy = url
            .clone()
            .and_then(|url| proxy_for(&url, |name| std::env::var(name).ok()).map_err(BotError::Setup));
        let name = proxy.clone().ok().flatten().map(|proxy| proxy.name);
        let target = url.and_then(|url| {
            let client = client(&url, proxy?, deadlines);
            client.map(|client| (url, client)).map_err(|error| of_library(innermost(&error)))
        });
        Self { target, proxy: name, host, deadlines, clock }
    }

    /// The body that the service answers to `query`.
    pub(super) async fn get(&self, query: &[(&str, &str)]) -> Result<Vec<u8>, BotError> {
        let add_query = |mut url: Url| {
            url.query_pairs_mut().extend_pairs(query);
            // Not every service takes a plus for a space.
            let encoded = url.query().unwrap_or_default().replace('+', "%20");
            url.set_query(Some(&encoded));
            url
        };
        self.call(|client, url| client.get(add_query(url))).await?.success()
    }

    /// What the service answers to the request that `request` makes for its address, whatever its
    /// status; never a redirect.
    pub(super) async fn call(
        &self,
        request: impl FnOnce(&Client, Url) -> RequestBuilder,
    ) -> Result<HttpAnswer, BotError> {
        let whole = self.deadlines.whole;
        let call = async {
            let response = self.send(request).await?;
            let (status, retry_after) = (response.status().as_u16(), self.retry_after(&response));
            Ok(HttpAnswer { status, retry_after, body: body(response).await? })
        };
        match tokio::time::timeout(whole, call).await {
            Ok(result) => result,
            Err(_elapsed) => Err(BotError::TimedOut { after: whole }),
        }
    }

    fn unreachable(&self, reason: ServiceFault) -> BotError {
        match &self.proxy {
            // With these the service itself was reached.
            Some(proxy)
                if !matches!(reason, ServiceFault::Certificate { .. } | ServiceFault::NoEncryption) =>
            {
                BotError::ProxyFailed { proxy: proxy.clone(), reason }
            }
            _ => BotError::Unreachable { reason, host: self.host.clone() },
        }
    }

    /// How long the service wants to be left alone.
    pub(super) fn retry_after(&self, response: &Response) -> Option<Duration> {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let wait = header(header::RETRY_AFTER)?.trim();
        if let Ok(secs) = wait.parse::<f64>() {
            return Duration::try_from_secs_f64(secs).ok().map(|wait| wait.min(LONGEST_RETRY_AFTER));
        }
        let date = |text: &str| DateTime::parse_from_rfc2822(text.trim()).ok();
        // The service's own clock is the one that it means.
        let now = header(header::DATE).and_then(date).unwrap_or_else(|| self.clock.now());
        (date(wait)? - now).to_std().ok().map(|wait| wait.min(LONGEST_RETRY_AFTER))
    }

    /// Gets the head of the answer. Its only deadline is the one for connecting.
    pub(super) async fn send(
        &self,
        request: impl FnOnce(&Client, Url) -> RequestBuilder,
    ) -> Result<Response, BotError> {
        let (url, client) = self.target.as_ref().map_err(BotError::clone)?;
        let request = request(client, url.clone()).build();
        let request =
            request.map_err(|error| BotError::Setup(SetupFault::Other { reason: innermost(&error) }))?;
        let len = request.url().as_str().len();
        if len > MAX_URL_BYTES {
            return Err(BotError::QuestionTooLong { len, max: MAX_URL_BYTES });
        }
        let response = client.execute(request).await.map_err(|error| {
            if error.is_connect() && error.is_timeout() && self.proxy.is_some() {
                self.unreachable(ServiceFault::Network(ConnectError::TimedOut))
            } else if error.is_connect() && error.is_timeout() {
                BotError::TimedOut { after: self.deadlines.connect }
            } else if error.is_connect() {
                self.unreachable(explain(&error))
            } else {
                BotError::CutOff { reason: explain(&error) }
            }
        })?;
        let status = response.status();
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED && self.proxy.is_some() {
            Err(self.unreachable(ServiceFault::ProxyLogin))
        } else if status.is_redirection() {
            Err(BotError::Redirect { status: status.as_u16() })
        } else {
            Ok(response)
        }
    }
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    /// The HTTP status: not 3xx.
    pub(super) status: u16,
    /// How long the service wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

impl HttpAnswer {
    /// The body, where the status is one of success.
    pub(super) fn success(self) -> Result<Vec<u8>, BotError> {
        if (200..300).contains(&self.status) {
            Ok(self.body)
        } else {
            Err(BotError::Status { status: self.status }.retry_after(self.retry_after))
        }
    }
}

/// The bytes of an answer as they come.
pub(super) fn chunks(response: Response) -> impl Stream<Item = Result<Bytes, BotError>> {
    response.bytes_stream().map_err(|error| BotError::CutOff { reason: explain(&error) })
}

/// A whole answer.
pub(super) async fn body(response: Response) -> Result<Vec<u8>, BotError> {
    let (mut body, mut chunks) = (Vec::new(), pin!(chunks(response)));
    while let Some(chunk) = chunks.try_next().await? {
        if body.len().saturating_add(chunk.len()) > MAX_BODY_BYTES {
            return Err(BotError::TooLong { max: MAX_BODY_BYTES });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The client for the service at `url`.
fn client(url: &Url, proxy: Option<Proxy>, deadlines: Deadlines) -> reqwest::Result<Client> {
    let mut client = Client::builder()
        .connect_timeout(deadlines.connect)
        // Every connection is kept for the next call: the pool connects anew while an old one is on its
        // way back, so a limit near the number of calls has it connect and close all the time.
        // A redirect would hand the question to somebody else.
        .redirect(redirect::Policy::none())
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
    let is_encrypted = |address: &str| address.starts_with("https");
    if !is_encrypted(url.scheme()) && !proxy.as_ref().is_some_and(|proxy| is_encrypted(&proxy.address)) {
        // The system's certificates take time to load, and a bare system has none.
        client = client.tls_certs_only([]);
    }
    match proxy {
        Some(proxy) => client.proxy(reqwest::Proxy::all(proxy.address)?),
        None => client.no_proxy(),
    }
    .build()
}

fn explain(error: &reqwest::Error) -> ServiceFault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut is_name = false;
    while let Some(current) = cause {
        is_name |= current.to_string().starts_with("dns error");
        if let Some(io) = current.downcast_ref::<io::Error>().filter(|io| io.raw_os_error().is_some()) {
            return ServiceFault::Network(ConnectError::from(io));
        }
        cause = current.source();
    }
    if is_name { ServiceFault::NoAddress } else { of_library(innermost(error)) }
}

/// What the library says; its errors about encryption are named for people.
fn of_library(words: String) -> ServiceFault {
    if let Some(why) = words.strip_prefix("invalid peer certificate: ") {
        ServiceFault::Certificate { reason: why.to_owned() }
    } else if words.contains("proxy authorization required") || words.starts_with("SOCKS error: auth") {
        ServiceFault::ProxyLogin
    } else if words == "SOCKS error: failed to create underlying connection" {
        ServiceFault::NotThere
    } else if words.starts_with("tunnel error: ") {
        ServiceFault::NoTunnel
    } else if words == "tls handshake eof" || words.starts_with("received corrupt message") {
        ServiceFault::NoEncryption
    } else {
        ServiceFault::Other { reason: words }
    }
}

/// The innermost cause: the outer ones only say that something inside failed.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    // The text ends with the address, which may hold a key by way of a template.
    let words = cause.to_string();
    words.split(" for url (").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
