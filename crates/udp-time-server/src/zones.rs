//! Time zones by a part of their name.

use std::sync::{Once, OnceLock};

use crate::engine::Zone;

/// How many time zones are suggested at most.
pub(crate) const MAX_SUGGESTIONS: usize = 8;

/// All that can be typed, once they are known: they are read from files, on a thread of its own, which calls `wake` then.
pub(crate) fn names(wake: impl FnOnce() + Send + 'static) -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    static READING: Once = Once::new();
    READING.call_once(|| {
        let thread = std::thread::Builder::new().name("time zones".to_owned());
        let reading = thread.spawn(move || {
            NAMES.get_or_init(all);
            wake();
        });
        // Without a thread nothing is suggested; names can be typed all the same.
        drop(reading);
    });
    NAMES.get().map_or(&[], Vec::as_slice)
}

fn all() -> Vec<String> {
    let is_zone = |name: &String| !matches!(name.as_str(), "localtime" | "posixrules" | "Factory");
    let own = [Zone::Local, Zone::Utc].map(|zone| zone.to_string());
    let named = Zone::names().into_iter().filter(|name| is_zone(name) && !own.contains(name));
    own.iter().cloned().chain(named).collect()
}

/// Those of `names` that hold `typed`, the likeliest first. Case does not matter, and a space is as good as `_`.
pub(crate) fn suggestions<'a>(names: &'a [String], typed: &str) -> Vec<&'a str> {
    let typed = plain(typed.trim());
    let mut found: Vec<(MatchRank, &str)> =
        names.iter().filter_map(|name| Some((match_rank(&plain(name), &typed)?, name.as_str()))).collect();
    // Names in the same place stay in their order.
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, name)| name).take(MAX_SUGGESTIONS).collect()
}

/// Where a name holds what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum MatchRank {
    Whole,
    Start,
    Part,
    Word,
    Within,
}

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', " ")
}

fn match_rank(name: &str, typed: &str) -> Option<MatchRank> {
    if name == typed {
        return Some(MatchRank::Whole);
    }
    let place = |(at, _)| match name.get(..at).and_then(|before: &str| before.chars().next_back()) {
        None => MatchRank::Start,
        Some('/') => MatchRank::Part,
        Some(before) if before.is_ascii_alphanumeric() => MatchRank::Within,
        Some(_) => MatchRank::Word,
    };
    name.match_indices(typed).map(place).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(typed: &str) -> Vec<String> {
        let names = [
            "local",
            "UTC",
            "America/Argentina/Buenos_Aires",
            "America/New_York",
            "America/St_Johns",
            "Asia/Tokyo",
            "Europe/Berlin",
            "Europe/Busingen",
        ];
        suggestions(&names.map(str::to_owned), typed).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_name_is_found_by_any_part_of_it() {
        for (typed, expected) in [
            ("new york", &["America/New_York"][..]),
            ("NEW_Y", &["America/New_York"]),
            ("york", &["America/New_York"]),
            ("utc", &["UTC"]),
            (" berlin ", &["Europe/Berlin"]),
            ("Mars", &[]),
            // Where a part begins, before the middle of a word.
            ("b", &["America/Argentina/Buenos_Aires", "Europe/Berlin", "Europe/Busingen"]),
            ("as", &["Asia/Tokyo"]),
        ] {
            let found = suggested(typed);
            assert_eq!(found, expected, "{typed}");
        }
        assert_eq!(suggested("")[..2], ["local", "UTC"]);
    }

    #[test]
    fn there_are_a_few_of_the_many_and_each_can_be_used() {
        let names = all();
        assert!(names.len() > 100, "{}", names.len());
        assert_eq!(suggestions(&names, "a").len(), MAX_SUGGESTIONS);
        assert_eq!(suggestions(&names, "europe/berlin"), ["Europe/Berlin"]);
        for typed in ["a", "e", "o", "u", ""] {
            for name in suggestions(&names, typed) {
                assert!(name.parse::<Zone>().is_ok(), "{name}");
            }
        }
    }
}
