//! Any schedule, drawn from a seed: what the tests of both chat engines share, which include this file. A failing seed is printed,
//! and `SEED=...` plays it again; `SEEDS=10000` tries that many.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// Schedules in every run of the tests.
const SEEDS: u64 = 300;

/// The numbers of a seed: `SplitMix64` of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). The same for ever,
/// which those of a library need not be.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.throw() % (range.end - range.start)
    }

    pub(crate) fn size(&mut self, range: Range<u64>) -> usize {
        usize::try_from(self.within(range)).unwrap()
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.size(0..choices.len() as u64)]
    }

    /// Cuts what is sent anywhere, with a pause behind each piece: of at most so many milliseconds `between` two, or `behind` the last.
    pub(crate) fn pieces(&mut self, bytes: &[u8], between: u64, behind: u64) -> Vec<(Vec<u8>, Duration)> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(self.size(1..rest.len() as u64 + 1));
            rest = after;
            let most = if rest.is_empty() { behind } else { between };
            let pause = self.one_of(&[0, 0, 1, most]);
            pieces.push((piece.to_vec(), Duration::from_millis(pause)));
        }
        pieces
    }
}

/// Plays the schedules of all seeds, each in a time that stands still while nobody waits.
pub(crate) fn play(schedule: impl AsyncFn(Dice)) {
    let number = |name: &str| std::env::var(name).ok().map(|number| number.parse().expect("a number"));
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let played = catch_unwind(AssertUnwindSafe(|| runtime.block_on(schedule(Dice(seed)))));
        if let Err(panic) = played {
            println!("this was seed {seed}: SEED={seed} plays it again");
            resume_unwind(panic);
        }
    }
}
