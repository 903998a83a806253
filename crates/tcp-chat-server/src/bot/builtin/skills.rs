//! What the built-in bot does exactly, known by the form of a question or by a word that a brain redirects
//! to.

use chrono::{DateTime, Datelike as _, FixedOffset};
use unicode_segmentation::UnicodeSegmentation as _;

use super::language::Language;
use super::sums;

/// Words that people put before what they want.
const POLITE: &str = "please|can you|could you|would you|can u|hey|bot|请你|请|麻烦你|帮我|你能";

const ROLL: &str = "roll|throw|掷|扔|摇|投|丢";
const REVERSE: &str = "reverse|倒过来说|倒过来|反过来说|反过来|反转|倒序";
const LENGTH: &str = "length of|length|how many characters are in|how many characters are there in|\
    how many characters in|how many letters are in|how many characters has|count the characters of|\
    count characters in|字数|长度|数一数";
const ECHO: &str = "echo|repeat after me|say after me|repeat|跟我说|跟我念|重复一遍|复述";

const QUOTES: [(char, char); 5] = [('"', '"'), ('“', '”'), ('\'', '\''), ('「', '」'), ('‘', '’')];

const MAX_DICE: usize = 100;
const MAX_SIDES: usize = 1000;

/// Longest question for dice, in bytes.
const MAX_DICE_BYTES: usize = 100;

/// Characters of a text that are said again beside its length.
const SHOWN_CHARS: usize = 40;

/// What a skill needs beside the question.
pub(super) struct SkillContext<'a> {
    pub(super) language: Language,
    pub(super) now: &'a DateTime<FixedOffset>,
    /// A random number below its argument.
    pub(super) below: &'a mut dyn FnMut(usize) -> usize,
}

/// The answer to a question that is for a skill.
pub(super) fn answer(question: &str, context: &mut SkillContext<'_>) -> Option<String> {
    let mut asked = question.trim();
    while let Some(rest) = after_one_of(asked, POLITE) {
        asked = rest.trim_start_matches([' ', ',', '，']);
    }
    let language = context.language;
    sums::answer(asked, language)
        .or_else(|| of_a_word(asked, context))
        .or_else(|| dice(asked, context))
        .or_else(|| of_a_text(asked, REVERSE, language.pick("reverse hello", "反转 你好"), language, reverse))
        .or_else(|| {
            let length = |text: &str| length(text, language);
            of_a_text(asked, LENGTH, language.pick("length of hello", "字数 你好"), language, length)
        })
        .or_else(|| {
            of_a_text(asked, ECHO, language.pick("echo hello", "跟我说 你好"), language, str::to_owned)
        })
}

/// What follows one of `prefixes`, where that is a whole word, or Chinese.
pub(super) fn after_one_of<'a>(text: &'a str, prefixes: &str) -> Option<&'a str> {
    prefixes.split('|').find_map(|prefix| {
        let (head, rest) = text.split_at_checked(prefix.len())?;
        let goes_on = prefix.is_ascii() && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '\'');
        (head.eq_ignore_ascii_case(prefix) && !goes_on).then_some(rest)
    })
}

fn of_a_word(asked: &str, context: &mut SkillContext<'_>) -> Option<String> {
    let word = asked.trim_end_matches(['.', '!', '?', '。', '！', '？']).to_lowercase();
    Some(match word.as_str() {
        "time" | "时间" => time(context),
        "date" | "日期" => date(context),
        "date and time" | "日期和时间" => format!("{} {}", date(context), time(context)),
        "coin" | "硬币" => match (context.below)(2) {
            0 => context.language.pick("Heads.", "正面。").to_owned(),
            _ => context.language.pick("Tails.", "反面。").to_owned(),
        },
        _ => return None,
    })
}

fn time(context: &SkillContext<'_>) -> String {
    let english = "It is %H:%M:%S (UTC%:z) by the server's clock.";
    context.now.format(context.language.pick(english, "服务器的时钟是%H:%M:%S（UTC%:z）。")).to_string()
}

fn date(context: &SkillContext<'_>) -> String {
    let day = "一二三四五六日".chars().nth(context.now.weekday() as usize).unwrap_or_default();
    let chinese = format!("按服务器的时钟，今天是%Y年%-m月%-d日，星期{day}。");
    let english = "Today is %A %-d %B %Y by the server's clock.";
    context.now.format(context.language.pick(english, &chinese)).to_string()
}

/// Dice as `2d6`, or in words: `roll a die`, `掷两个骰子`.
fn dice(asked: &str, context: &mut SkillContext<'_>) -> Option<String> {
    if asked.len() > MAX_DICE_BYTES {
        return None;
    }
    let ordered = after_one_of(asked, ROLL);
    let dice = ordered.unwrap_or(asked).trim().trim_end_matches(['.', '!', '?', '。', '！', '？']).trim_end();
    let dice = dice.strip_suffix("please").unwrap_or(dice).trim_end();
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let noun = ["dice", "die", "个骰子", "骰子", "色子"].iter().find_map(|noun| dice.strip_suffix(noun));
    let (count, sides) = match noun {
        Some(count) => {
            let count = match count.trim().to_lowercase().as_str() {
                "" | "a" | "one" | "the" | "一" => "1".to_owned(),
                "two" | "some" | "两" | "二" => "2".to_owned(),
                "three" | "三" => "3".to_owned(),
                count => count.to_owned(),
            };
            (Some(count).filter(|count| ordered.is_some() && is_digits(count))?, "6")
        }
        None => dice.split_once(['d', 'D']).map(|(count, sides)| (count.to_owned(), sides))?,
    };
    if !is_digits(&count) || !is_digits(sides) || sides.is_empty() {
        return None;
    }
    let count = if count.is_empty() { Ok(1) } else { count.parse() };
    let usable = count.ok().zip(sides.parse().ok()).filter(|(count, sides): &(usize, usize)| {
        (1..=MAX_DICE).contains(count) && (2..=MAX_SIDES).contains(sides)
    });
    let Some((count, sides)) = usable else {
        return Some(context.language.pick(
            format!("I roll 1 to {MAX_DICE} dice with 2 to {MAX_SIDES} sides each: roll 2d6"),
            format!("我可以掷1到{MAX_DICE}个骰子，每个2到{MAX_SIDES}面，例如：掷 2d6"),
        ));
    };
    let shown: Vec<usize> = (0..count).map(|_| (context.below)(sides) + 1).collect();
    let each = shown.iter().map(usize::to_string).collect::<Vec<_>>().join(" + ");
    let colon = context.language.pick(": ", "：");
    Some(match shown.as_slice() {
        [_] => format!("d{sides}{colon}{each}"),
        shown => format!("{count}d{sides}{colon}{each} = {}", shown.iter().sum::<usize>()),
    })
}

/// What `skill` makes of the text after one of `orders`; without a text, how to ask: as in `example`.
fn of_a_text(
    asked: &str,
    orders: &str,
    example: &str,
    language: Language,
    skill: impl FnOnce(&str) -> String,
) -> Option<String> {
    let text = after_one_of(asked, orders)?.trim_start_matches([':', '：', ',', '，']).trim();
    let inner = QUOTES.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    let text = inner.unwrap_or(text);
    Some(if text.is_empty() {
        language.pick(
            format!("Which text? Write it after the word: {example}"),
            format!("哪段文字？请写在后面：{example}"),
        )
    } else {
        skill(text)
    })
}

/// `text` from its end to its beginning. A character is what a person takes for one, of however many code
/// points.
fn reverse(text: &str) -> String {
    text.graphemes(true).rev().collect()
}

fn length(text: &str, language: Language) -> String {
    let count = text.graphemes(true).count();
    let mut shown: String = text.graphemes(true).take(SHOWN_CHARS).collect();
    if count > SHOWN_CHARS {
        shown.push_str("...");
    }
    let plural = if count == 1 { "" } else { "s" };
    language.pick(format!("“{shown}” has {count} character{plural}."), format!("“{shown}”有{count}个字符。"))
}

#[cfg(test)]
mod tests;
