//! Exact numbers: fractions of whole numbers, without rounding on the way.

use std::fmt;

use super::SumError;

/// Largest power, either way.
pub(super) const MAX_POWER: u32 = 1000;

/// Digits after the point of a number that does not end.
const SHOWN_DECIMALS: usize = 10;

/// A fraction in lowest terms; the denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    pub(super) const MINUS_ONE: Self = Self { numerator: -1, denominator: 1 };

    fn new(numerator: Option<i128>, denominator: Option<i128>) -> Result<Self, SumError> {
        let (numerator, denominator) = numerator.zip(denominator).ok_or(SumError::TooBig)?;
        let (mut a, mut b) = (numerator, denominator);
        while b != 0 {
            (a, b) = (b, a.checked_rem(b).ok_or(SumError::TooBig)?);
        }
        let divisor = if (a < 0) == (denominator < 0) { Some(a) } else { a.checked_neg() };
        let shortened = |n: i128| divisor.and_then(|divisor| n.checked_div(divisor)).ok_or(SumError::TooBig);
        Ok(Self { numerator: shortened(numerator)?, denominator: shortened(denominator)? })
    }

    /// The number with these digits before and after its point.
    pub(super) fn of_digits(whole: &str, decimals: &str) -> Result<Self, SumError> {
        let power = u32::try_from(decimals.len()).ok().and_then(|len| 10_i128.checked_pow(len));
        Self::new(format!("0{whole}{decimals}").parse().ok(), power)
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, SumError> {
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        let sum = left.zip(right).and_then(|(left, right)| left.checked_add(right));
        Self::new(sum, self.denominator.checked_mul(other.denominator))
    }

    pub(super) fn times(self, other: Self) -> Result<Self, SumError> {
        let numerator = self.numerator.checked_mul(other.numerator);
        Self::new(numerator, self.denominator.checked_mul(other.denominator))
    }

    pub(super) fn inverted(self) -> Result<Self, SumError> {
        if self.numerator == 0 {
            return Err(SumError::DivisionByZero);
        }
        Self::new(Some(self.denominator), Some(self.numerator))
    }

    pub(super) fn to_the(self, power: Self) -> Result<Self, SumError> {
        let times = u32::try_from(power.numerator.unsigned_abs()).ok();
        let times = times.filter(|times| power.denominator == 1 && *times <= MAX_POWER);
        let times = times.ok_or(SumError::Power)?;
        let base = if power.numerator < 0 { self.inverted()? } else { self };
        Self::new(base.numerator.checked_pow(times), base.denominator.checked_pow(times))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numerator, denominator) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        let sign = if self.numerator < 0 { "-" } else { "" };
        write!(f, "{sign}{}", numerator / denominator)?;
        let mut rest = numerator % denominator;
        let mut decimals = String::new();
        while rest != 0 && decimals.len() < SHOWN_DECIMALS {
            // A denominator of this size has digits beyond those that are shown.
            let Some(ten_times) = rest.checked_mul(10) else { break };
            decimals.push_str(&(ten_times / denominator).to_string());
            rest = ten_times % denominator;
        }
        let point = if decimals.is_empty() { "" } else { "." };
        write!(f, "{point}{decimals}{}", if rest == 0 { "" } else { "..." })
    }
}
