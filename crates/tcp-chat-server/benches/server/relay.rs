//! The least that can stand between the clients and the bot: it reads a record, asks, writes the reply, and knows neither
//! limits nor other clients nor a log. What a server takes beyond this is its own.

use common::chat::{ClientRecord, PROTOCOL, ServerRecord};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Says where it listens, and serves until the process is ended.
pub(super) async fn run(bot_url: String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("Listening on {}", listener.local_addr().expect("an address"));
    let http = reqwest::Client::new();
    let mut clients = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        clients.spawn(serve(stream, http.clone(), bot_url.clone()));
    }
}

/// Answers a client until it is gone.
async fn serve(stream: TcpStream, http: reqwest::Client, bot_url: String) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::with_capacity(512, stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.ok()? > 0 {
        let record = ClientRecord::decode(line.as_bytes()).expect("a record");
        let answer = if let ClientRecord::Say { id, text } = record {
            let query = [("key", "free"), ("appid", "0"), ("msg", text.as_str())];
            let url = reqwest::Url::parse_with_params(&bot_url, query).expect("a URL");
            let response = http.get(url).send().await.expect("the bot answers");
            let body = response.bytes().await.expect("a body");
            let mut body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            let text = body["content"].take().as_str().unwrap_or_default().to_owned();
            ServerRecord::Reply { id, bot: String::new(), text }
        } else {
            let (server, bot) = (String::new(), String::new());
            ServerRecord::Welcome { protocol: PROTOCOL, server, bot, max_text_bytes: 1, tls: None }
        };
        stream.write_all(answer.encode().as_bytes()).await.ok()?;
        line.clear();
    }
    None
}
