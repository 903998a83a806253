//! The command line.

use clap::Parser;
use common::cli::OutputArgs;
use common::net::Host;
use common::time::DEFAULT_PORT;
use reqwest::Url;

use crate::engine::{BotList, Settings, parse_bot_url};

// clap wraps each paragraph to the width of the terminal.
const AFTER_HELP: &str = "\
Without --headless a window opens. With it the server listens at once and prints one line for each event: \
where it listens, who connects, what is asked and answered. Ctrl-C and SIGTERM end it.

Bots (--bot): qingyun, a public service that is asked over the internet without encryption; builtin, which \
needs nobody and knows the time, sums and a greeting; echo, which says what it is told. Of several, the \
next answers where one fails.

Exit codes: 0 after Ctrl-C, SIGTERM or a closed window; 2 for a wrong command line or an address that \
cannot be listened on; 1 for anything else.

Examples:
  tcp-chat-server                                      a window; its button starts the server
  tcp-chat-server --headless --bot builtin             no window, nobody else is asked
  tcp-chat-server --headless --json --port 0           JSON lines; the first names the port
  tcp-chat-server --listen any --start                 clients of every network may connect
  tcp-chat-server --bot-url http://127.0.0.1:8123/api.php";

/// Chat server: takes TCP connections and has a bot answer what their clients say
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
pub struct Args {
    /// Listen on this address: IPv4, IPv6, a host name, localhost or any
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub listen: Host,

    /// Listen on this port; 0 takes one that is free
    #[arg(long, default_value_t = DEFAULT_PORT)]
    pub port: u16,

    /// Who answers: qingyun, builtin, echo, or several with commas between
    #[arg(long, value_name = "LIST", default_value = "qingyun,builtin")]
    pub bot: BotList,

    /// Full address that stands in for Qingyun's own, without the query
    #[arg(long, value_name = "URL", value_parser = parse_bot_url)]
    pub bot_url: Option<Url>,

    /// Listen at once, without a press of the button (--headless always does)
    #[arg(long)]
    pub start: bool,

    /// Where the program shows what it does.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Args {
    /// What the engine needs of it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            host: self.listen.clone(),
            port: self.port,
            bots: self.bot.clone(),
            bot_url: self.bot_url.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once("tcp-chat-server").chain(args.iter().copied()))
    }

    #[test]
    fn defaults_are_those_of_the_demo() {
        let settings = parse(&[]).unwrap().settings();
        let expected = Settings {
            host: "127.0.0.1".parse().unwrap(),
            port: 6666,
            bots: "qingyun,builtin".parse().unwrap(),
            bot_url: None,
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for args in [
            &["--bot", "eliza"][..],
            &["--bot", ""],
            &["--bot-url", "ftp://x/"],
            &["--bot-url", "http://x/?key=free"],
            &["--listen", "a b"],
            &["--port", "65536"],
        ] {
            assert!(parse(args).is_err(), "accepted: {args:?}");
        }
        let settings = parse(&["--bot", "echo", "--bot-url", "http://127.0.0.1:1/x"]).unwrap().settings();
        assert_eq!(settings.bots.to_string(), "echo");
        assert_eq!(settings.bot_url.map(String::from).as_deref(), Some("http://127.0.0.1:1/x"));
    }
}
