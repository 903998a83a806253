//! Sums as people ask for them: with words around and words for signs, in English and Chinese.

use super::super::language::Language;
use super::after;
use super::sums::{MAX_CHARS, MAX_POWER, SumError, is_operator, is_symbol, work_out};

const BEFORE: [&str; 12] = [
    "what is",
    "what's",
    "whats",
    "how much is",
    "how much are",
    "calculate",
    "compute",
    "work out",
    "solve",
    "计算一下",
    "计算",
    "算一下",
];

/// Those of [`BEFORE`] that can ask for a sum only.
const ORDERS: [&str; 7] = ["calculate", "compute", "work out", "solve", "计算一下", "计算", "算一下"];

const AFTER: [&str; 11] =
    ["等于多少", "等于几", "是多少", "得多少", "得几", "equals", "equal", "=", "＝", "?", "？"];

/// Words and the signs they stand for; longer ones first where one begins another.
const WORDS: [(&str, &str); 19] = [
    (" to the power of ", "^"),
    (" multiplied by ", "*"),
    (" divided by ", "/"),
    (" squared", "^2"),
    (" cubed", "^3"),
    (" plus ", "+"),
    (" minus ", "-"),
    (" times ", "*"),
    (" over ", "/"),
    ("加上", "+"),
    ("减去", "-"),
    ("乘以", "*"),
    ("除以", "/"),
    ("加", "+"),
    ("减", "-"),
    ("乘", "*"),
    ("除", "/"),
    ("次方", ""),
    ("点", "."),
];

const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The answer to a question for a sum, if it is one.
pub(super) fn sum(question: &str, language: Language) -> Option<String> {
    let mut sum = question.trim();
    let mut is_order = false;
    if let Some((word, rest)) = BEFORE.iter().find_map(|word| Some((word, after(sum, word)?))) {
        is_order = ORDERS.contains(word);
        sum = rest.trim_start_matches([' ', ':', '：']);
    }
    let ends = |sum: &str| AFTER.iter().find_map(|after| Some(sum.strip_suffix(after)?.trim_end().len()));
    while let Some(len) = ends(sum) {
        sum = sum.get(..len).unwrap_or_default();
    }
    if is_order && sum.is_empty() {
        return Some(language.pick(
            "Which sum? Write it after the word: calculate 2 * (3 + 4)".to_owned(),
            "哪个算式？请写在后面：计算 2*(3+4)".to_owned(),
        ));
    }
    // A long text is no sum but an order: that spares reading it.
    let symbols = if sum.len() > 4 * MAX_CHARS { None } else { Some(symbols(sum)) };
    let is_sum = symbols.as_ref().is_some_and(|symbols| {
        symbols.contains(|c: char| c.is_ascii_digit())
            && symbols.chars().all(is_symbol)
            && symbols.contains(is_operator)
            && !is_date(symbols)
    });
    let is_sum = is_sum || is_order && sum.contains(|c: char| c.is_numeric() || is_han_digit(c));
    is_sum.then(|| worked_out(sum, language))
}

/// `sum = result`, or why there is none.
pub(super) fn worked_out(sum: &str, language: Language) -> String {
    let sum = sum.trim();
    let result = if sum.len() > 4 * MAX_CHARS { Err(SumError::TooLong) } else { work_out(&symbols(sum)) };
    match result {
        Ok(result) => format!("{sum} = {result}"),
        Err(error) => language.pick(
            format!("I cannot work out that sum: {}.", in_english(&error)),
            format!("这个算式我算不出来：{}。", in_chinese(&error)),
        ),
    }
}

fn in_english(error: &SumError) -> String {
    match error {
        SumError::TooLong => format!("it has more than {MAX_CHARS} characters"),
        SumError::TooBig => "its numbers get too big for me".to_owned(),
        SumError::DivisionByZero => "it divides by zero".to_owned(),
        SumError::Power => format!("a power needs a whole number from -{MAX_POWER} to {MAX_POWER}"),
        SumError::Unexpected(symbol) => format!("\"{symbol}\" does not belong there"),
        SumError::Unfinished => "something is missing at its end".to_owned(),
    }
}

fn in_chinese(error: &SumError) -> String {
    match error {
        SumError::TooLong => format!("超过了{MAX_CHARS}个字符"),
        SumError::TooBig => "数字太大".to_owned(),
        SumError::DivisionByZero => "除数是零".to_owned(),
        SumError::Power => format!("指数必须是-{MAX_POWER}到{MAX_POWER}的整数"),
        SumError::Unexpected(symbol) => format!("“{symbol}”不该出现在那里"),
        SumError::Unfinished => "算式不完整".to_owned(),
    }
}

/// `sum` with digits and signs for its words.
fn symbols(sum: &str) -> String {
    let mut text = sum.to_lowercase();
    for (word, sign) in WORDS {
        if text.contains(word) {
            // 2的10次方: the sign stands in the middle.
            text = if word == "次方" {
                text.replace('的', "^").replace(word, sign)
            } else {
                text.replace(word, sign)
            };
        }
    }
    let text = numerals(&named(&text));
    let characters: Vec<char> = text.chars().collect();
    let mut symbols = String::with_capacity(text.len());
    for (index, c) in characters.iter().enumerate() {
        let before =
            || symbols.trim_end().chars().next_back().is_some_and(|c| c.is_ascii_digit() || c == ')');
        let rest = characters.get(index + 1..).unwrap_or_default();
        match c {
            'x' if before() && rest.iter().any(char::is_ascii_digit) => symbols.push('*'),
            ',' if before() && is_group(rest) => (),
            c => symbols.push(*c),
        }
    }
    symbols
}

/// Three digits and no more: what comes after a comma in 1,000.
fn is_group(rest: &[char]) -> bool {
    rest.iter().take_while(|c| c.is_ascii_digit()).count() == 3
}

/// English words for numbers as digits.
fn named(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphabetic()).map(|piece| {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        let rest = piece.get(word.len()..).unwrap_or_default();
        match NUMBERS.iter().position(|number| *number == word) {
            Some(number) => format!("{number}{rest}"),
            None => piece.to_owned(),
        }
    });
    words.collect()
}

fn han_digit(c: char) -> Option<u64> {
    let digit = "零一二三四五六七八九".chars().position(|digit| digit == c);
    digit
        .or(match c {
            '两' => Some(2),
            '〇' => Some(0),
            _ => None,
        })
        .and_then(|digit| u64::try_from(digit).ok())
}

fn han_unit(c: char) -> Option<u64> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        '万' => Some(10_000),
        _ => None,
    }
}

fn is_han_digit(c: char) -> bool {
    han_digit(c).is_some() || han_unit(c).is_some()
}

/// Chinese numbers as digits: 二十三 is 23, 二三 too.
fn numerals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !is_han_digit(c) {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c| !is_han_digit(c)).unwrap_or(rest.len());
        let (number, others) = rest.split_at(end);
        rest = others;
        if number.chars().any(|c| han_unit(c).is_some()) {
            let (mut total, mut part, mut digit) = (0_u64, 0_u64, None);
            for c in number.chars() {
                match han_unit(c) {
                    Some(10_000) => {
                        total = total.saturating_add(
                            part.saturating_add(digit.take().unwrap_or(0)).saturating_mul(10_000),
                        );
                        part = 0;
                    }
                    Some(unit) => part = part.saturating_add(digit.take().unwrap_or(1).saturating_mul(unit)),
                    None => digit = han_digit(c),
                }
            }
            out.push_str(&total.saturating_add(part).saturating_add(digit.unwrap_or(0)).to_string());
        } else {
            out.extend(number.chars().filter_map(han_digit).map(|digit| digit.to_string()));
        }
    }
    out
}

/// A date as 2026-11-22 is no sum.
fn is_date(symbols: &str) -> bool {
    let parts: Vec<&str> = symbols.trim().split(['-', '/']).collect();
    let lens: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_digits = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit()));
    is_digits && matches!(lens.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
}
