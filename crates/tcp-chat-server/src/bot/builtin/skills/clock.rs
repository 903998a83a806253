//! The time and the date.

use chrono::Datelike as _;

use super::Aids;

const DAYS: [char; 7] = ['一', '二', '三', '四', '五', '六', '日'];

/// The time of day, by the server's clock.
pub(super) fn time(aids: &Aids<'_>) -> String {
    let english = "It is %H:%M:%S (UTC%:z) by the server's clock.";
    aids.now.format(aids.language.pick(english, "服务器的时钟是%H:%M:%S（UTC%:z）。")).to_string()
}

/// The date, by the server's clock.
pub(super) fn date(aids: &Aids<'_>) -> String {
    let day = DAYS.iter().cycle().nth(aids.now.weekday() as usize).copied().unwrap_or_default();
    let chinese = format!("按服务器的时钟，今天是%Y年%-m月%-d日，星期{day}。");
    let english = "Today is %A %-d %B %Y by the server's clock.";
    aids.now.format(aids.language.pick(english, &chinese)).to_string()
}
