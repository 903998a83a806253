//! Which columns of a table there is room for, and how wide they are.

/// What stands behind the name of a sender, as the columns are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Time,
    Offset,
    Jitter,
    Lost,
    Heard,
}

impl Column {
    pub(super) const ALL: [Self; 5] = [Self::Time, Self::Offset, Self::Jitter, Self::Lost, Self::Heard];

    /// Those that go where the window is narrow, the first one first. When a sender was heard is always seen.
    const GOING: [Self; 4] = [Self::Jitter, Self::Lost, Self::Time, Self::Offset];

    /// Its place in [`Self::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// What each column needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs {
    /// The whole name.
    pub name: f32,
    /// What is enough of it: it gets that before there are columns, and what is left after them.
    pub enough_name: f32,
    /// The columns behind it.
    pub columns: [f32; 5],
    /// The last of these in a few words, where some have gone.
    pub short_heard: f32,
    /// Between two columns.
    pub gap: f32,
}

/// What there is room for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub name: f32,
    pub columns: Vec<(Column, f32)>,
    /// Whether some columns have gone.
    pub is_short: bool,
}

impl Plan {
    /// As many columns as `width` has room for.
    pub(super) fn new(needs: &Needs, width: f32) -> Self {
        let enough = needs.name.min(needs.enough_name);
        let mut columns: Vec<_> = Column::ALL.into_iter().zip(needs.columns).collect();
        let taken =
            |columns: &[(Column, f32)]| -> f32 { columns.iter().map(|(_, column)| column + needs.gap).sum() };
        let mut is_short = false;
        for going in Column::GOING {
            if enough + taken(&columns) <= width {
                break;
            }
            is_short = true;
            columns.retain(|(column, _)| *column != going);
            if let Some((_, heard)) = columns.last_mut() {
                *heard = needs.short_heard;
            }
        }
        let name = (width - taken(&columns)).min(needs.name).max(0.0);
        Self { name, columns, is_short }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: Needs = Needs {
        name: 210.0,
        enough_name: 110.0,
        columns: [72.0, 100.0, 60.0, 24.0, 90.0],
        short_heard: 50.0,
        gap: 12.0,
    };

    #[test]
    fn the_least_important_columns_go_first_and_nothing_is_beyond_the_edge() {
        let mut before = Column::ALL.to_vec();
        for width in (140_u16..800).rev() {
            let width = f32::from(width);
            let Plan { name, columns, is_short } = Plan::new(&NEEDS, width);
            let whole: f32 = name + columns.iter().map(|(_, column)| column + NEEDS.gap).sum::<f32>();
            assert!(whole <= width + 0.01, "{whole} in {width}");
            let now: Vec<_> = columns.iter().map(|(column, _)| *column).collect();
            assert!(now.iter().all(|column| before.contains(column)), "{now:?} after {before:?}");
            assert_eq!(is_short, now.len() < Column::ALL.len(), "{width}");
            before = now;
        }
        assert_eq!(before, [Column::Heard]);
    }

    #[test]
    fn the_name_gets_what_is_left() {
        assert!((Plan::new(&NEEDS, 800.0).name - 210.0).abs() < 0.1);
        let Plan { name, columns, .. } = Plan::new(&NEEDS, 320.0);
        let shown: Vec<_> = columns.into_iter().map(|(column, _)| column).collect();
        assert_eq!(shown, [Column::Offset, Column::Heard]);
        assert!((name - 146.0).abs() < 0.1, "{name}");
    }
}
