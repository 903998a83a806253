//! Sums as people ask for them, in signs or in words, in English and Chinese.

mod fraction;

use super::language::Language;
use super::skills::after_one_of;
use fraction::Fraction;

/// Longest sum that is read, in characters: this bounds how deep its brackets can go, too.
const MAX_CHARS: usize = 200;

const QUESTIONS: &str = "what is|what's|whats|how much is|how much are";

/// What can ask for a sum only.
const ORDERS: &str = "calculate|compute|work out|solve|计算一下|计算|算一下";

const ENDS: [&str; 11] =
    ["等于多少", "等于几", "是多少", "得多少", "得几", "equals", "equal", "=", "＝", "?", "？"];

/// Words and the signs they stand for; longer ones first where one begins another.
const SIGNS: [(&str, &str); 20] = [
    ("**", "^"),
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

const NUMBERS: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen \
    fifteen sixteen seventeen eighteen nineteen twenty";

/// Why a sum has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
enum SumError {
    TooLong,
    /// The numbers outgrow 128 bits.
    TooBig,
    DivisionByZero,
    /// A power that is not a whole number, or too large.
    Power,
    Unexpected(char),
    /// The sum ends too early.
    Unfinished,
}

impl SumError {
    fn sentence(&self, language: Language) -> String {
        let max_power = fraction::MAX_POWER;
        let (english, chinese) = match self {
            Self::TooLong => {
                (format!("it has more than {MAX_CHARS} characters"), format!("超过了{MAX_CHARS}个字符"))
            }
            Self::TooBig => ("its numbers get too big for me".to_owned(), "数字太大".to_owned()),
            Self::DivisionByZero => ("it divides by zero".to_owned(), "除数是零".to_owned()),
            Self::Power => (
                format!("a power needs a whole number from -{max_power} to {max_power}"),
                format!("指数必须是-{max_power}到{max_power}的整数"),
            ),
            Self::Unexpected(sign) => {
                (format!("\"{sign}\" does not belong there"), format!("“{sign}”不该出现在那里"))
            }
            Self::Unfinished => ("something is missing at its end".to_owned(), "算式不完整".to_owned()),
        };
        language.pick(
            format!("I cannot work out that sum: {english}."),
            format!("这个算式我算不出来：{chinese}。"),
        )
    }
}

/// The answer to a question for a sum, where it is one.
pub(super) fn answer(question: &str, language: Language) -> Option<String> {
    let order = after_one_of(question, ORDERS);
    let sum = order.or_else(|| after_one_of(question, QUESTIONS)).unwrap_or(question);
    let mut sum = sum.trim_start_matches([' ', ':', '：']).trim_end();
    while let Some(rest) = ENDS.iter().find_map(|end| sum.strip_suffix(end)) {
        sum = rest.trim_end();
    }
    if order.is_some() && sum.is_empty() {
        return Some(language.pick(
            "Which sum? Write it after the word: calculate 2 * (3 + 4)".to_owned(),
            "哪个算式？请写在后面：计算 2*(3+4)".to_owned(),
        ));
    }
    // A longer text is no sum, and is not read as one.
    let signs = (sum.chars().count() <= MAX_CHARS).then(|| signs(sum));
    let is_sum = signs.as_ref().is_some_and(|signs| {
        let is_sign = |c: char| c.is_whitespace() || c.is_ascii_digit() || "+-*/^().".contains(c);
        let has_both =
            signs.contains(|c: char| c.is_ascii_digit()) && signs.contains(['+', '-', '*', '/', '^']);
        has_both && signs.chars().all(is_sign) && !is_date(signs)
    });
    let is_meant = order.is_some() && sum.contains(|c: char| c.is_numeric() || han_value(c).is_some());
    (is_sum || is_meant).then(|| match signs.ok_or(SumError::TooLong).and_then(|signs| work_out(&signs)) {
        Ok(result) => format!("{sum} = {result}"),
        Err(error) => error.sentence(language),
    })
}

/// `sum` with ASCII digits and signs for its words.
fn signs(sum: &str) -> String {
    let mut text: String = sum.to_lowercase().chars().map(ascii).collect();
    if text.contains("次方") {
        // 2的10次方: the sign stands in the middle.
        text = text.replace('的', "^");
    }
    for (word, sign) in SIGNS {
        text = text.replace(word, sign);
    }
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphabetic()).map(|piece| {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        let number = NUMBERS.split(' ').position(|number| number == word).map(|number| number.to_string());
        number.map_or_else(|| piece.to_owned(), |number| piece.replacen(word, &number, 1))
    });
    let text = han_numbers(&words.collect::<String>());
    let mut signs = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_after_value = signs.trim_end().ends_with(|c: char| c.is_ascii_digit() || c == ')');
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            'x' if is_after_value && rest.contains(|c: char| c.is_ascii_digit()) => signs.push('*'),
            // 1,000
            ',' if is_after_value && rest.chars().take_while(char::is_ascii_digit).count() == 3 => (),
            c => signs.push(c),
        }
    }
    signs
}

fn ascii(c: char) -> char {
    match c {
        '×' | '·' | '＊' | '✕' | '⋅' => '*',
        '÷' | '／' => '/',
        '−' | '－' => '-',
        '＋' => '+',
        '（' => '(',
        '）' => ')',
        '＾' => '^',
        '．' => '.',
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        c => c,
    }
}

/// What a Chinese digit, or a unit as 十, stands for.
fn han_value(c: char) -> Option<u64> {
    match c {
        '〇' => Some(0),
        '两' => Some(2),
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        '万' => Some(10_000),
        c => "零一二三四五六七八九".chars().zip(0..).find_map(|(digit, value)| (digit == c).then_some(value)),
    }
}

/// Chinese numbers as digits: 二十三 is 23, and so is 二三.
fn han_numbers(text: &str) -> String {
    let mut digits = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c| han_value(c).is_none()).unwrap_or(rest.len());
        let (number, others) = rest.split_at(if end == 0 { c.len_utf8() } else { end });
        rest = others;
        let values = number.chars().filter_map(han_value);
        if end == 0 {
            digits.push(c);
        } else if values.clone().all(|value| value < 10) {
            digits.extend(values.map(|digit| digit.to_string()));
        } else {
            let (mut total, mut digit) = (0_u64, None);
            for value in values {
                match value {
                    0..10 => digit = Some(value),
                    10_000 => total = total.saturating_add(digit.take().unwrap_or(0)).saturating_mul(value),
                    unit => total = total.saturating_add(digit.take().unwrap_or(1) * unit),
                }
            }
            digits.push_str(&total.saturating_add(digit.unwrap_or(0)).to_string());
        }
    }
    digits
}

/// A date as 2026-11-22 is no sum.
fn is_date(signs: &str) -> bool {
    let parts: Vec<&str> = signs.trim().split(['-', '/']).collect();
    let lens: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_digits = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit()));
    is_digits && matches!(lens.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
}

/// Works out `+ - * / ^`, brackets and decimals.
fn work_out(signs: &str) -> Result<Fraction, SumError> {
    let mut sum = Sum { rest: signs };
    let result = sum.terms()?;
    if sum.rest.trim_start().is_empty() { Ok(result) } else { Err(sum.unexpected()) }
}

/// What of a sum is still to be read.
struct Sum<'a> {
    rest: &'a str,
}

impl Sum<'_> {
    /// Takes the next sign, after spaces, where it is one of these.
    fn next_of(&mut self, wanted: &[char]) -> Option<char> {
        self.rest = self.rest.trim_start();
        let sign = self.rest.chars().next().filter(|sign| wanted.contains(sign))?;
        self.rest = self.rest.strip_prefix(sign)?;
        Some(sign)
    }

    fn unexpected(&self) -> SumError {
        self.rest.trim_start().chars().next().map_or(SumError::Unfinished, SumError::Unexpected)
    }

    fn terms(&mut self) -> Result<Fraction, SumError> {
        let mut total = self.factors()?;
        while let Some(sign) = self.next_of(&['+', '-']) {
            let term = self.factors()?;
            total = total.plus(if sign == '+' { term } else { term.times(Fraction::MINUS_ONE)? })?;
        }
        Ok(total)
    }

    fn factors(&mut self) -> Result<Fraction, SumError> {
        let mut total = self.factor()?;
        while let Some(sign) = self.next_of(&['*', '/']) {
            let factor = self.factor()?;
            total = total.times(if sign == '*' { factor } else { factor.inverted()? })?;
        }
        Ok(total)
    }

    /// A value with its power: 2^3^2 is 2^9, -2^2 is -4, 2^-1 is a half.
    fn factor(&mut self) -> Result<Fraction, SumError> {
        let value = match self.next_of(&['-', '+', '(']) {
            Some('-') => return self.factor()?.times(Fraction::MINUS_ONE),
            Some('+') => return self.factor(),
            Some(_) => {
                let value = self.terms()?;
                self.next_of(&[')']).ok_or_else(|| self.unexpected())?;
                value
            }
            None => self.number()?,
        };
        match self.next_of(&['^']) {
            Some(_) => value.to_the(self.factor()?),
            None => Ok(value),
        }
    }

    fn number(&mut self) -> Result<Fraction, SumError> {
        let is_digit = |c: char| c.is_ascii_digit();
        let end = self.rest.find(|c| !is_digit(c) && c != '.').unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        if decimals.contains('.') {
            return Err(SumError::Unexpected('.'));
        }
        self.rest = rest;
        if whole.is_empty() && decimals.is_empty() {
            return Err(self.unexpected());
        }
        Fraction::of_digits(whole, decimals)
    }
}

#[cfg(test)]
mod tests;
