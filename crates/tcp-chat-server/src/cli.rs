//! The command line.

use std::ops::RangeInclusive;
use std::time::Duration;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use common::cli::OutputArgs;
use common::net::Host;

use crate::bot::{BOTS, BotKind, BotList, BotOptionError, bot_kind};
use crate::engine::{Limits, Settings};
use crate::kept::Kept;
use crate::keys::KeyWish;

// clap wraps each paragraph to the width of the terminal.
const BEFORE_BOTS: &str = "\
Without --headless a window opens. It remembers what was set in it; the command line holds for one run. With it the server listens at once and prints one line for each event: \
where it listens, who connects, what is asked and answered. Ctrl-C and SIGTERM end it.";

const AFTER_BOTS: &str = "\
Exit codes: 0 after Ctrl-C, SIGTERM or a closed window; 2 for a wrong command line or an address that \
cannot be listened on; 1 for anything else.

Examples:
  tcp-chat-server                                      a window; its button starts the server
  tcp-chat-server --headless --bot builtin             no window, nobody else is asked
  tcp-chat-server --headless --json --port 0           JSON lines; the first names the port
  tcp-chat-server --headless --stats 60                and a line of counters every minute
  tcp-chat-server --listen any --start                 clients of every network may connect
  tcp-chat-server --bot-url http://127.0.0.1:8123/api.php";

/// Chat server: takes TCP connections and has a bot answer what their clients say
#[derive(Debug, Parser)]
#[command(version, after_help = after_help())]
pub struct Args {
    /// Listen on this address: IPv4, IPv6, a host name, localhost or any [default: 127.0.0.1]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<Host>,

    /// Listen on this port; 0 takes one that is free [default: 6666]
    #[arg(long)]
    pub port: Option<u16>,

    /// Who answers: one of the bots below, or several with commas between; the next answers where one fails
    /// [default: qingyun,builtin]
    #[arg(long, value_name = "LIST")]
    pub bot: Option<BotList>,

    /// Address of a bot's service: of BOT, or of the first bot of the list that has one
    #[arg(long, value_name = "[BOT=]URL")]
    pub bot_url: Vec<String>,

    /// Model that a bot asks: BOT, or the first bot of the list that has models
    #[arg(long, value_name = "[BOT=]NAME")]
    pub bot_model: Vec<String>,

    /// File whose first line is the key of a bot: of BOT, or of the first bot of the list that has one
    #[arg(long, value_name = "[BOT=]FILE")]
    pub bot_key_file: Vec<String>,

    /// Keep the key of BOT in the system's key store: the first line of standard input; then end
    #[arg(long, value_name = "BOT", value_parser = bot_with_key, exclusive = true)]
    pub bot_key_save: Option<&'static BotKind>,

    /// Let the system's key store forget the key of BOT; then end
    #[arg(long, value_name = "BOT", value_parser = bot_with_key, exclusive = true)]
    pub bot_key_forget: Option<&'static BotKind>,

    /// Sets an option of a bot: those below
    #[arg(long, value_name = "BOT.NAME=VALUE")]
    pub bot_option: Vec<String>,

    /// File that stands in for what the built-in bot says by itself, see docs/bots.md
    #[arg(long, value_name = "FILE")]
    pub brain: Option<String>,

    /// Listen at once, without a press of the button (--headless always does)
    #[arg(long)]
    pub start: bool,

    /// Clients at once, 1 to 50000; each takes a descriptor, see "ulimit -Hn" [default: 1024]
    #[arg(long, value_name = "COUNT", value_parser = count(&Limits::CLIENTS))]
    pub max_clients: Option<u16>,

    /// Clients of one address at once, 1 to 50000; this computer's own may be more [default: 64]
    #[arg(long, value_name = "COUNT", value_parser = count(&Limits::CLIENTS))]
    pub max_clients_per_address: Option<u16>,

    /// Calls to bots at once, 1 to 1000; further messages wait for their turn [default: 16]
    #[arg(long, value_name = "COUNT", value_parser = count(&Limits::BOT_CALLS))]
    pub max_bot_calls: Option<u16>,

    /// Print the counters every so many seconds, 1 to 86400; with --headless
    #[arg(long, value_name = "SECONDS", requires = "headless", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub stats: Option<u32>,

    /// Where the program shows what it does.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The bots and their options: as each tells of itself.
fn after_help() -> String {
    let mut help = format!("{BEFORE_BOTS}\n\nBots (--bot):\n");
    for kind in BOTS {
        help.extend(["  ", kind.word, ": ", kind.about, "\n"]);
        if let Some(key) = kind.key {
            help.extend(["    key (", &kind.key_variable(), "): ", key.about, "\n"]);
        }
        for option in kind.options {
            let default = if option.default.is_empty() { "" } else { " (default " };
            let end = if option.default.is_empty() { "" } else { ")" };
            help.extend(["    ", option.name, ": ", option.about, default, option.default, end, "\n"]);
        }
    }
    help + "\n" + AFTER_BOTS
}

fn bot_with_key(word: &str) -> Result<&'static BotKind, String> {
    bot_kind(word).filter(|kind| kind.key.is_some()).ok_or_else(|| {
        let words: Vec<_> = BOTS.iter().filter(|kind| kind.key.is_some()).map(|kind| kind.word).collect();
        format!("no bot with a key has this name, use {}", words.join(", "))
    })
}

fn count(range: &RangeInclusive<u16>) -> RangedU64ValueParser<u16> {
    RangedU64ValueParser::new().range(u64::from(*range.start())..=u64::from(*range.end()))
}

impl Args {
    /// What the engine needs of it; what is not said is the default.
    ///
    /// # Errors
    /// Where a setting is for no bot of the list, or not one of its values.
    pub fn settings(&self) -> Result<Settings, BotOptionError> {
        let settings = self.settings_over(Kept::default().settings())?;
        settings.bots.check().map(|()| settings)
    }

    /// What the engine needs of it, as far as each setting goes by itself; what is not said is as in
    /// `kept`.
    ///
    /// # Errors
    /// Where a setting is for no bot of the list, or not one of its values.
    pub fn settings_over(&self, kept: Settings) -> Result<Settings, BotOptionError> {
        let mut bots = self.bot.as_ref().map_or_else(|| kept.bots.clone(), |list| list.set_as(&kept.bots));
        self.bot_option.iter().try_for_each(|typed| bots.set_option(typed))?;
        self.bot_url.iter().try_for_each(|typed| bots.set_flag("url", typed))?;
        self.brain.iter().try_for_each(|path| bots.choice_mut("builtin")?.set("brain", path))?;
        self.bot_model.iter().try_for_each(|typed| bots.set_flag("model", typed))?;
        self.bot_key_file.iter().try_for_each(|typed| bots.set_key_file(typed))?;
        Ok(Settings {
            host: self.listen.clone().unwrap_or(kept.host),
            port: self.port.unwrap_or(kept.port),
            bots,
            limits: Limits {
                max_clients: self.max_clients.unwrap_or(kept.limits.max_clients),
                max_clients_per_address: self
                    .max_clients_per_address
                    .unwrap_or(kept.limits.max_clients_per_address),
                max_bot_calls: self.max_bot_calls.unwrap_or(kept.limits.max_bot_calls),
            },
        })
    }

    /// What is to be done with a key in the key store, where that is all.
    #[must_use]
    pub fn key_wish(&self) -> Option<KeyWish> {
        let keep = self.bot_key_save.map(KeyWish::Keep);
        keep.or_else(|| self.bot_key_forget.map(KeyWish::Forget))
    }

    /// How often the counters are printed, where they are.
    #[must_use]
    pub fn stats_every(&self) -> Option<Duration> {
        self.stats.map(|secs| Duration::from_secs(secs.into()))
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
        let settings = parse(&[]).unwrap().settings().unwrap();
        let expected = Settings {
            host: "127.0.0.1".parse().unwrap(),
            port: 6666,
            bots: "qingyun,builtin".parse().unwrap(),
            limits: Limits { max_clients: 1024, max_clients_per_address: 64, max_bot_calls: 16 },
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for args in [
            &["--bot", "eliza"][..],
            &["--bot", ""],
            &["--listen", "a b"],
            &["--port", "65536"],
            &["--max-clients", "0"],
            &["--max-clients", "50001"],
            &["--max-clients-per-address", "0"],
            &["--max-bot-calls", "1001"],
            &["--headless", "--stats", "0"],
            &["--stats", "10"],
        ] {
            assert!(parse(args).is_err(), "accepted: {args:?}");
        }
        for args in [
            &["--bot-url", "ftp://x/"][..],
            &["--bot-url", "http://x/?key=free"],
            &["--bot", "echo", "--bot-url", "http://x/"],
            &["--bot-model", "llama"],
            &["--bot", "echo", "--brain", "x.rive"],
            &["--bot-option", "echo"],
        ] {
            assert!(parse(args).unwrap().settings().is_err(), "accepted: {args:?}");
        }
        let settings =
            parse(&["--bot", "qingyun", "--bot-url", "http://127.0.0.1:1/x"]).unwrap().settings().unwrap();
        let choice = &settings.bots.choices()[0];
        assert_eq!(choice.value(choice.kind.option("url").unwrap()), "http://127.0.0.1:1/x");
        let builtin = &parse(&["--brain", "a=b.rive"]).unwrap().settings().unwrap().bots.choices()[1].clone();
        assert_eq!(builtin.value(builtin.kind.option("brain").unwrap()), "a=b.rive");
        let limits = ["--max-clients", "50000", "--max-clients-per-address", "1", "--max-bot-calls", "1000"];
        let expected = Limits { max_clients: 50_000, max_clients_per_address: 1, max_bot_calls: 1000 };
        assert_eq!(parse(&limits).unwrap().settings().unwrap().limits, expected);
        let stats = parse(&["--headless", "--stats", "10"]).unwrap().stats_every();
        assert_eq!(stats, Some(Duration::from_secs(10)));
    }
}
