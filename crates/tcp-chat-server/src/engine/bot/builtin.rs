//! The bot that needs nobody: greeting, time, sums, help, in English and Chinese.

use std::sync::Arc;

use chrono::{DateTime, Datelike, FixedOffset};
use common::engine::Clock;
use futures_util::future::BoxFuture;

use super::sums::{SumError, is_operator, is_symbol, work_out};
use super::{Bot, BotError, BotKind, Parts, Question};

pub(super) static KIND: BotKind = BotKind {
    word: "builtin",
    about: "needs nobody and knows the time, sums and a greeting",
    options: &[],
    key: None,
    check: |_choice| Ok(()),
    build: |setup| Box::new(Builtin { clock: Arc::clone(setup.clock) }),
};

struct Builtin {
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Builtin")
    }
}

impl Bot for Builtin {
    fn name(&self) -> &'static str {
        "Built-in"
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
        _parts: &'a Parts,
    ) -> BoxFuture<'a, Result<String, BotError>> {
        Box::pin(async { Ok(answer(&question.text, &self.clock.now())) })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    Chinese,
}

fn answer(question: &str, now: &DateTime<FixedOffset>) -> String {
    let language = if question.chars().any(is_han) { Language::Chinese } else { Language::English };
    let lower = question.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
    let has_word = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let has = |list: &[&str]| list.iter().any(|part| lower.contains(part));
    if let Some(sum) = sum_in(&lower) {
        sum_text(language, sum)
    } else if lower.trim() == "?" || has_word(&["help"]) || has(&["帮助", "你会什么", "怎么用"]) {
        help(language)
    } else if has_word(&["time", "date", "clock"])
        || has(&["what day", "几点", "时间", "日期", "星期几", "几号"])
    {
        time_text(language, now)
    } else if words.first().is_some_and(|word| ["hello", "hi", "hey", "good", "greetings"].contains(word))
        || has(&["你好", "您好", "嗨", "早上好", "晚上好", "大家好"])
    {
        greeting(language)
    } else {
        fallback(language)
    }
}

/// The blocks of Chinese characters: CJK unified ideographs, extension A, the supplementary planes.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// The sum in a question, if that is what it is.
fn sum_in(question: &str) -> Option<&str> {
    const BEFORE: [&str; 6] = ["what is", "what's", "calculate", "compute", "请计算", "计算"];
    const AFTER: [&str; 6] = ["等于多少", "等于几", "是多少", "=", "?", "？"];
    let mut sum = question.trim();
    let mut is_asked_for = false;
    for before in BEFORE {
        if let Some(rest) = sum.strip_prefix(before) {
            is_asked_for |= before.starts_with('c') || before.ends_with("计算");
            sum = rest.trim_start();
        }
    }
    while let Some(rest) = AFTER.iter().find_map(|after| sum.strip_suffix(after)) {
        sum = rest.trim_end();
    }
    let has_digit = sum.contains(|c: char| c.is_ascii_digit());
    let is_sum = sum.chars().all(is_symbol) && sum.contains(is_operator);
    (has_digit && (is_sum || is_asked_for)).then_some(sum)
}

fn sum_text(language: Language, sum: &str) -> String {
    let error = match work_out(sum) {
        Ok(result) => return format!("{sum} = {result}"),
        Err(error) => error,
    };
    match language {
        Language::English => {
            let why = match error {
                SumError::TooLong => "it has more than 200 characters".to_owned(),
                SumError::TooBig => "its numbers get too big for me".to_owned(),
                SumError::DivisionByZero => "it divides by zero".to_owned(),
                SumError::Unexpected(symbol) => format!("\"{symbol}\" does not belong there"),
                SumError::Unfinished => "something is missing at its end".to_owned(),
            };
            format!("I cannot work out that sum: {why}.")
        }
        Language::Chinese => {
            let why = match error {
                SumError::TooLong => "超过了200个字符".to_owned(),
                SumError::TooBig => "数字太大".to_owned(),
                SumError::DivisionByZero => "除数是零".to_owned(),
                SumError::Unexpected(symbol) => format!("“{symbol}”不该出现在那里"),
                SumError::Unfinished => "算式不完整".to_owned(),
            };
            format!("这个算式我算不出来：{why}。")
        }
    }
}

fn time_text(language: Language, now: &DateTime<FixedOffset>) -> String {
    match language {
        Language::English => {
            format!("The server's clock says {}.", now.format("%H:%M:%S on %A %-d %B %Y, UTC%:z"))
        }
        Language::Chinese => {
            const DAYS: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];
            let day =
                usize::try_from(now.weekday().num_days_from_sunday()).ok().and_then(|day| DAYS.get(day));
            let date = now.format("%Y年%-m月%-d日");
            format!("服务器的时间是{date}星期{} {}。", day.unwrap_or(&""), now.format("%H:%M:%S，UTC%:z"))
        }
    }
}

fn greeting(language: Language) -> String {
    match language {
        Language::English => {
            "Hello! I am the chat server's built-in bot. Ask me for help to see the few things I know."
        }
        Language::Chinese => "你好！我是聊天服务器的内置机器人。发送“帮助”可以看到我会的几件事。",
    }
    .to_owned()
}

fn help(language: Language) -> String {
    match language {
        Language::English => {
            "I am the built-in bot and know only these things:\n\
             - the time and the date: \"what time is it?\"\n\
             - sums with + - * / and brackets: \"2 * (3 + 4)\"\n\
             - a greeting: \"hello\"\n\
             - this help: \"help\""
        }
        Language::Chinese => {
            "我是内置机器人，只会这几件事：\n\
             - 时间和日期：“现在几点？”\n\
             - 带括号的加减乘除：“计算2*(3+4)”\n\
             - 打招呼：“你好”\n\
             - 这个帮助：“帮助”"
        }
    }
    .to_owned()
}

fn fallback(language: Language) -> String {
    match language {
        Language::English => {
            "I am only the built-in bot and do not understand that. I know the time, sums and a greeting: ask me for help."
        }
        Language::Chinese => "我只是内置机器人，听不懂这句话。我会报时、计算和打招呼：发送“帮助”看看。",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(question: &str) -> String {
        answer(question, &DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").unwrap())
    }

    #[test]
    fn each_skill_answers_in_the_language_of_the_question() {
        use Language::{Chinese, English};
        let time_english = "The server's clock says 14:03:27 on Sunday 22 November 2026, UTC+01:00.";
        let time_chinese = "服务器的时间是2026年11月22日星期日 14:03:27，UTC+01:00。";
        for (question, text) in [
            ("Hello!", greeting(English)),
            ("hi there", greeting(English)),
            ("你好", greeting(Chinese)),
            ("What time is it?", time_english.to_owned()),
            ("现在几点了", time_chinese.to_owned()),
            ("今天星期几？", time_chinese.to_owned()),
            ("help", help(English)),
            (" ? ", help(English)),
            ("帮助", help(Chinese)),
            ("this is nothing", fallback(English)),
            ("天气深圳", fallback(Chinese)),
            ("2024", fallback(English)),
            ("\u{1F600}", fallback(English)),
        ] {
            assert_eq!(reply(question), text, "{question}");
        }
    }

    #[test]
    fn sums_are_found_in_questions() {
        for (question, text) in [
            ("1+1", "1+1 = 2"),
            ("What is 2 * (3 + 4)?", "2 * (3 + 4) = 14"),
            ("calculate 0.1+0.2 =", "0.1+0.2 = 0.3"),
            ("计算1+1", "1+1 = 2"),
            ("3×4等于多少？", "3×4 = 12"),
            ("1/0", "I cannot work out that sum: it divides by zero."),
            ("计算1/0", "这个算式我算不出来：除数是零。"),
            ("calculate 2 apples", "I cannot work out that sum: \"a\" does not belong there."),
            ("1+", "I cannot work out that sum: something is missing at its end."),
        ] {
            assert_eq!(reply(question), text);
        }
    }

    #[test]
    fn it_says_what_it_is() {
        for question in ["hello", "help", "who are you?"] {
            assert!(reply(question).contains("built-in bot"), "{question}");
        }
        for question in ["你好", "帮助", "你是谁"] {
            assert!(reply(question).contains("内置机器人"), "{question}");
        }
    }
}
