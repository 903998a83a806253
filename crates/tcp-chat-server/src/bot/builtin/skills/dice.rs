//! Dice.

use super::{Aids, after};

const MAX_DICE: u32 = 100;
const MAX_SIDES: u32 = 1000;

/// Longest question for dice, in bytes.
const MAX_BYTES: usize = 100;

/// Words for counts.
const COUNTS: [(&str, &str); 10] = [
    ("a", "1"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("the", "1"),
    ("some", "2"),
    ("一", "1"),
    ("两", "2"),
    ("二", "2"),
    ("三", "3"),
];

const VERBS: [&str; 7] = ["roll", "throw", "掷", "扔", "摇", "投", "丢"];

/// The answer to "roll 2d6", "roll a die" and the like.
pub(super) fn asked(question: &str, aids: &mut Aids<'_>) -> Option<String> {
    if question.len() > MAX_BYTES {
        return None;
    }
    let verb = VERBS.iter().find_map(|verb| after(question, verb));
    let dice = verb.unwrap_or(question).trim();
    let dice = dice.trim_end_matches(['.', '!', '?', '。', '！', '？']).trim_end();
    let dice = dice.strip_suffix("please").unwrap_or(dice).trim_end();
    let dice = ["dice", "die", "个骰子", "骰子", "色子"]
        .iter()
        .find_map(|noun| {
            let count = dice.strip_suffix(noun)?.trim();
            let word = COUNTS.iter().find(|(word, _)| count.eq_ignore_ascii_case(word));
            let count = word.map_or(count, |(_, digits)| *digits);
            let is_count = count.chars().all(|c| c.is_ascii_digit());
            (verb.is_some() && is_count).then(|| format!("{}d6", if count.is_empty() { "1" } else { count }))
        })
        .or_else(|| notation(dice).map(|_| dice.to_owned()))?;
    Some(roll(&dice, aids))
}

/// The digits before and after the `d`, if that is what `dice` is.
fn notation(dice: &str) -> Option<(&str, &str)> {
    let (count, sides) = dice.split_once(['d', 'D'])?;
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    (is_digits(count) && is_digits(sides) && !sides.is_empty()).then_some((count, sides))
}

/// Rolls dice as `2d6`; nothing is one with six sides.
pub(super) fn roll(dice: &str, aids: &mut Aids<'_>) -> String {
    let rolled = match dice.trim() {
        "" => Some((1, 6)),
        dice => notation(dice).and_then(|(count, sides)| {
            let count = if count.is_empty() { Ok(1) } else { count.parse() };
            Some((count.ok()?, sides.parse().ok()?))
        }),
    };
    let usable =
        rolled.filter(|(count, sides)| (1..=MAX_DICE).contains(count) && (2..=MAX_SIDES).contains(sides));
    let Some((count, sides)) = usable else {
        return aids.language.pick(
            format!("I roll 1 to {MAX_DICE} dice with 2 to {MAX_SIDES} sides each: roll 2d6"),
            format!("我可以掷1到{MAX_DICE}个骰子，每个2到{MAX_SIDES}面，例如：掷 2d6"),
        );
    };
    let shown: Vec<u32> = (0..count).map(|_| (aids.below)(sides) + 1).collect();
    let name = if count == 1 { format!("d{sides}") } else { format!("{count}d{sides}") };
    let colon = aids.language.pick(": ", "：");
    let each = shown.iter().map(u32::to_string).collect::<Vec<_>>().join(" + ");
    match shown.as_slice() {
        [_] => format!("{name}{colon}{each}"),
        shown => format!("{name}{colon}{each} = {}", shown.iter().sum::<u32>()),
    }
}
