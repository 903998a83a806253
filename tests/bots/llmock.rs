//! The bot `openai` at llmock, a service that we did not write and that errs on purpose.
//! `scripts/test.sh` installs it, and names it in the variable `LLMOCK`.

use std::process::Command;

use crate::support::Program;
use crate::support::talk::{Answered, Talk};

const QUESTION: &str = "one two three four five six seven eight nine ten eleven twelve";

/// llmock with these options, and a talk with the bot that asks it. It is killed with the test.
fn start(options: &[&str], more: &[&str]) -> (Program, Talk) {
    let mut command = Command::new("sh");
    // Where it listens it says on standard error.
    command.args(["-c", "exec \"$0\" serve --host 127.0.0.1 --port 0 --response-style echo \"$@\" 2>&1"]);
    command.arg(std::env::var_os("LLMOCK").expect("LLMOCK is not set: scripts/test.sh installs llmock"));
    let mut llmock = Program::spawn("llmock", {
        command.args(options);
        command
    });
    let line = llmock.line_with("Uvicorn running on ");
    let url =
        line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
    let args =
        ["--bot", "openai", "--bot-url", &url, "--bot-model", "gpt-4o", "--bot-option", "openai.next-secs=1"];
    (llmock, Talk::start_with(&[&args, more].concat(), Some("sk-0123456789abcdef")))
}

/// A reply that is cut, or a failure, for this reason.
fn is_cut(answered: &Answered, why: &str) -> bool {
    match answered {
        Ok(reply) => {
            reply.lines().last().is_some_and(|note| note.starts_with("[cut: ") && note.contains(why))
        }
        Err(failure) => failure.contains(why),
    }
}

#[test]
#[ignore = "needs llmock, which scripts/test.sh installs"]
fn a_stream_that_breaks_is_cut_and_the_reason_told() {
    for (fault, why) in [
        ("disconnect=1.0", "the answer broke off: "),
        ("truncate=1.0", "the answer broke off: the service ended it early"),
        ("stall=1.0", "within 1 s"),
        ("malformed=1.0", "an event that is not JSON"),
    ] {
        let options =
            ["--stream-fault", fault, "--stream-stall-seconds", "30", "--stream-chunk-delay-ms", "5"];
        let (_llmock, mut talk) = start(&options, &["--bot-option", "openai.first-secs=2"]);
        for _ in 0..2 {
            let answered = talk.ask(QUESTION);
            assert!(is_cut(&answered, why), "{fault}: {answered:?}");
        }
        talk.end();
    }
}

#[test]
#[ignore = "needs llmock, which scripts/test.sh installs"]
fn errors_and_limits_are_told_and_kept_to() {
    let (_llmock, mut talk) = start(&["--error-rate-503", "1.0"], &[]);
    let told = talk.ask(QUESTION).unwrap_err();
    assert!(told.contains("(HTTP status 503)"), "{told}");
    talk.end();

    // A request every half minute, after the first two.
    let (_llmock, mut talk) = start(&["--rpm", "2"], &[]);
    for _ in 0..2 {
        assert!(talk.ask(QUESTION).unwrap().contains("seven"));
    }
    let told = talk.ask(QUESTION).unwrap_err();
    assert!(told.contains("Rate limit reached") && told.contains("paused for "), "{told}");
    let told = talk.ask_as_another(QUESTION).unwrap_err();
    assert!(
        told.contains("was not asked (it failed: the service said that it failed; next try in "),
        "{told}"
    );
    talk.end();
}

#[test]
#[ignore = "needs llmock, which scripts/test.sh installs"]
fn a_slow_service_is_waited_for_and_a_small_one_is_told_less() {
    let (_llmock, mut talk) = start(&["--latency-ms", "200", "--context-window", "150"], &[]);
    let long = [QUESTION; 3].join(" ");
    for _ in 0..4 {
        assert!(talk.ask(&long).unwrap().contains("seven"));
    }
    let told = talk.ask(&[QUESTION; 40].join(" ")).unwrap_err();
    assert!(told.contains("context"), "{told}");
    assert!(talk.ask(QUESTION).unwrap().contains("seven"));
    talk.end();
}
