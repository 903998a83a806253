//! Sums, worked out exactly: fractions of whole numbers, no rounding on the way.

use std::fmt;

/// Longest sum that is read, in characters: this bounds how deep its brackets can go, too.
pub(super) const MAX_CHARS: usize = 200;

/// Largest power, either way.
pub(super) const MAX_POWER: u32 = 1000;

/// Digits after the point of a number that does not end.
const ABOUT_DIGITS: usize = 10;

/// Why a sum has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SumError {
    /// Longer than [`MAX_CHARS`].
    TooLong,
    /// The numbers outgrow 128 bits.
    TooBig,
    /// A division by zero.
    DivisionByZero,
    /// A power that is not a whole number, or over [`MAX_POWER`].
    Power,
    /// This character does not belong there.
    Unexpected(char),
    /// The sum ends too early.
    Unfinished,
}

/// A fraction in lowest terms; the denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exact {
    over: i128,
    under: i128,
}

/// Works out `sum`: `+ - * / ^`, brackets, decimals, and the signs that people write for these.
pub(super) fn work_out(sum: &str) -> Result<Exact, SumError> {
    if sum.chars().count() > MAX_CHARS {
        return Err(SumError::TooLong);
    }
    let symbols: Vec<char> = sum.replace("**", "^").chars().map(usual).collect();
    let mut sum = Sum { symbols: &symbols };
    let result = sum.terms()?;
    sum.skip_spaces();
    match sum.symbols.first() {
        None => Ok(result),
        Some(symbol) => Err(SumError::Unexpected(*symbol)),
    }
}

/// Whether `c` can stand in a sum.
pub(super) fn is_symbol(c: char) -> bool {
    c.is_whitespace()
        || matches!(usual(c), '.')
        || usual(c).is_ascii_digit()
        || is_operator(c)
        || matches!(usual(c), '(' | ')')
}

/// Whether `c` works on two numbers.
pub(super) fn is_operator(c: char) -> bool {
    matches!(usual(c), '+' | '-' | '*' | '/' | '^')
}

fn usual(c: char) -> char {
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

struct Sum<'a> {
    /// What is still to be read.
    symbols: &'a [char],
}

impl Sum<'_> {
    fn skip_spaces(&mut self) {
        while let [first, rest @ ..] = self.symbols
            && first.is_whitespace()
        {
            self.symbols = rest;
        }
    }

    /// Takes the next symbol, after spaces, where it is one of these.
    fn next_of(&mut self, wanted: &[char]) -> Option<char> {
        self.skip_spaces();
        self.take_of(wanted)
    }

    /// Takes the next symbol where it is one of these.
    fn take_of(&mut self, wanted: &[char]) -> Option<char> {
        let (first, rest) = self.symbols.split_first()?;
        wanted.contains(first).then(|| {
            self.symbols = rest;
            *first
        })
    }

    fn terms(&mut self) -> Result<Exact, SumError> {
        let mut total = self.factors()?;
        while let Some(operator) = self.next_of(&['+', '-']) {
            let term = self.factors()?;
            total = total.plus(if operator == '+' { 1 } else { -1 }, term)?;
        }
        Ok(total)
    }

    fn factors(&mut self) -> Result<Exact, SumError> {
        let mut total = self.factor()?;
        while let Some(operator) = self.next_of(&['*', '/']) {
            let factor = self.factor()?;
            total = total.times(if operator == '*' { factor } else { factor.inverted()? })?;
        }
        Ok(total)
    }

    fn factor(&mut self) -> Result<Exact, SumError> {
        match self.next_of(&['-', '+', '(']) {
            Some('-') => self.factor()?.times(Exact { over: -1, under: 1 }),
            Some('+') => self.factor(),
            Some(_) => {
                let value = self.terms()?;
                self.next_of(&[')']).ok_or_else(|| self.unexpected())?;
                self.power(value)
            }
            None => {
                let value = self.number()?;
                self.power(value)
            }
        }
    }

    /// `value` to the power that follows, if one does: 2^3^2 is 2^9, -2^2 is -4, 2^-1 is a half.
    fn power(&mut self, value: Exact) -> Result<Exact, SumError> {
        if self.next_of(&['^']).is_none() {
            return Ok(value);
        }
        let power = self.factor()?;
        let whole = i32::try_from(power.over)
            .ok()
            .filter(|whole| power.under == 1 && whole.unsigned_abs() <= MAX_POWER);
        value.to_the(whole.ok_or(SumError::Power)?)
    }

    fn number(&mut self) -> Result<Exact, SumError> {
        let (mut over, mut under) = (0_i128, 1_i128);
        let (mut has_digit, mut has_point) = (false, false);
        self.skip_spaces();
        while let Some(symbol) = self.take_of(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.']) {
            if let Some(digit) = symbol.to_digit(10) {
                has_digit = true;
                over =
                    over.checked_mul(10).and_then(|n| n.checked_add(digit.into())).ok_or(SumError::TooBig)?;
                if has_point {
                    under = under.checked_mul(10).ok_or(SumError::TooBig)?;
                }
            } else if has_point {
                return Err(SumError::Unexpected('.'));
            } else {
                has_point = true;
            }
        }
        if has_digit { Exact::new(over, under) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> SumError {
        self.symbols.first().map_or(SumError::Unfinished, |symbol| SumError::Unexpected(*symbol))
    }
}

impl Exact {
    fn new(over: i128, under: i128) -> Result<Self, SumError> {
        let (mut a, mut b) = (over, under);
        while b != 0 {
            (a, b) = (b, a.checked_rem(b).ok_or(SumError::TooBig)?);
        }
        let divisor = if (a < 0) == (under < 0) { a } else { a.checked_neg().ok_or(SumError::TooBig)? };
        let shortened = over.checked_div(divisor).zip(under.checked_div(divisor));
        shortened.map(|(over, under)| Self { over, under }).ok_or(SumError::TooBig)
    }

    fn inverted(self) -> Result<Self, SumError> {
        if self.over == 0 { Err(SumError::DivisionByZero) } else { Self::new(self.under, self.over) }
    }

    fn plus(self, sign: i128, other: Self) -> Result<Self, SumError> {
        let left = self.over.checked_mul(other.under);
        let right = other.over.checked_mul(self.under).and_then(|over| over.checked_mul(sign));
        let over = left.zip(right).and_then(|(left, right)| left.checked_add(right));
        let (over, under) = over.zip(self.under.checked_mul(other.under)).ok_or(SumError::TooBig)?;
        Self::new(over, under)
    }

    fn times(self, other: Self) -> Result<Self, SumError> {
        let parts = self.over.checked_mul(other.over).zip(self.under.checked_mul(other.under));
        let (over, under) = parts.ok_or(SumError::TooBig)?;
        Self::new(over, under)
    }

    fn to_the(self, power: i32) -> Result<Self, SumError> {
        let base = if power < 0 { self.inverted()? } else { self };
        // Nothing grows from these; all else outgrows 128 bits soon.
        let one = Self { over: 1, under: 1 };
        let is_steady = base.under == 1 && matches!(base.over, -1..=1);
        let times = if is_steady && power != 0 { 2 - power.unsigned_abs() % 2 } else { power.unsigned_abs() };
        (0..times).try_fold(one, |total, _| total.times(base))
    }

    /// The digits after the point, and whether there would be more.
    fn decimals(self) -> (String, bool) {
        let mut rest = self.over.unsigned_abs() % self.under.unsigned_abs();
        let mut digits = String::new();
        while rest != 0 && digits.len() < ABOUT_DIGITS {
            // No overflow: what does not fit is cut from both alike.
            let Some(ten_times) = rest.checked_mul(10) else { break };
            digits.extend(
                u32::try_from(ten_times / self.under.unsigned_abs())
                    .ok()
                    .and_then(|d| char::from_digit(d, 10)),
            );
            rest = ten_times % self.under.unsigned_abs();
        }
        (digits, rest != 0)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (digits, is_cut) = self.decimals();
        let sign = if self.over < 0 { "-" } else { "" };
        let whole = self.over.unsigned_abs() / self.under.unsigned_abs();
        match (digits.is_empty(), is_cut) {
            (true, _) => write!(f, "{sign}{whole}"),
            (false, false) => write!(f, "{sign}{whole}.{digits}"),
            (false, true) => write!(f, "{}/{} ({sign}{whole}.{digits}...)", self.over, self.under),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        for (sum, result) in [
            ("1+1", "2"),
            ("2+3*4", "14"),
            ("(2+3)*4", "20"),
            ("10-4-3", "3"),
            ("100/10/5", "2"),
            ("0.1+0.2", "0.3"),
            ("-2*-3", "6"),
            ("2--3", "5"),
            ("-(1.5+.5)", "-2"),
            ("7/4", "1.75"),
            ("-7/4", "-1.75"),
            ("1/3*3", "1"),
            ("1/3", "1/3 (0.3333333333...)"),
            ("-2/3", "-2/3 (-0.6666666666...)"),
            ("6 × (2−1) ÷ 4", "1.5"),
            ("（1＋2）×3", "9"),
            ("1000000007*998244353", "998244359987710471"),
            ("5", "5"),
            ("0/5", "0"),
            ("2^10", "1024"),
            ("2**3", "8"),
            ("2^3^2", "512"),
            ("-2^2", "-4"),
            ("(-2)^3", "-8"),
            ("2^-2", "0.25"),
            ("0^0", "1"),
            ("(-1)^999", "-1"),
            ("1.5^2*2", "4.5"),
            ("(1/2)^2", "0.25"),
            ("２＋３．５", "5.5"),
        ] {
            assert_eq!(work_out(sum).map(|exact| exact.to_string()).as_deref(), Ok(result), "{sum}");
        }
    }

    #[test]
    fn what_cannot_be_worked_out_says_why() {
        let nines = "9".repeat(39);
        for (sum, error) in [
            ("1/0", SumError::DivisionByZero),
            ("1/(2-2)", SumError::DivisionByZero),
            ("1+", SumError::Unfinished),
            ("(1+2", SumError::Unfinished),
            ("", SumError::Unfinished),
            ("1+2)", SumError::Unexpected(')')),
            ("1+*2", SumError::Unexpected('*')),
            ("1.2.3", SumError::Unexpected('.')),
            (".", SumError::Unfinished),
            ("1 2", SumError::Unexpected('2')),
            ("2^0.5", SumError::Power),
            ("2^1001", SumError::Power),
            ("2^(9^9^9)", SumError::Power),
            ("0^-1", SumError::DivisionByZero),
            ("2^200", SumError::TooBig),
            ("2^", SumError::Unfinished),
            ("2x", SumError::Unexpected('x')),
            (nines.as_str(), SumError::TooBig),
            (&"1+".repeat(101), SumError::TooLong),
            (&"(".repeat(200), SumError::Unfinished),
            (&"-".repeat(200), SumError::Unfinished),
        ] {
            assert_eq!(work_out(sum), Err(error), "{sum}");
        }
        assert!(work_out("99999999999999999999*99999999999999999999").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_worked_out_or_refused(sum in "[0-9.+*/^()-]{0,40}") {
            let _result = work_out(&sum).map(|exact| exact.to_string()).is_ok();
        }
    }
}
