//! Numbers of bytes for people; the units are the same in every language.

/// A number of bytes, to three figures.
pub(crate) fn bytes(count: u64) -> String {
    if count < 1024 {
        return format!("{count} B");
    }
    // In tenths, rounded; figures that would round up to the next unit are given in that.
    let (mut unit, mut bytes_a_unit) = (0, 1024_u64);
    let tenths =
        |bytes_a_unit: u64| (count.saturating_mul(10).saturating_add(bytes_a_unit / 2)) / bytes_a_unit;
    while unit < UNITS.len() - 1 && tenths(bytes_a_unit) >= 10_240 {
        unit += 1;
        bytes_a_unit *= 1024;
    }
    let tenths = tenths(bytes_a_unit);
    let word = UNITS[unit];
    if tenths < 1000 {
        format!("{}.{} {word}", tenths / 10, tenths % 10)
    } else {
        format!("{} {word}", tenths / 10)
    }
}

const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_three_figures_and_a_unit() {
        for (count, words) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (102_300, "99.9 KiB"),
            (102_400, "100 KiB"),
            (1_048_575, "1.0 MiB"),
            (5_368_709_120, "5.0 GiB"),
            (5 << 40, "5.0 TiB"),
        ] {
            assert_eq!(bytes(count), words);
        }
    }
}
