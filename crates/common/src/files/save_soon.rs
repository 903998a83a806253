//! A file that follows a value: written soon after each change, without holding up who changes the value.

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// From the beginning of one write to that of the next, in seconds.
const PAUSE: f64 = 1.0;

/// From the beginning of a write that failed to that of the next, in seconds.
const RETRY_PAUSE: f64 = 5.0;

/// How soon to ask whether a write has ended.
const POLL: Duration = Duration::from_millis(100);

type Write<T, E> = Arc<dyn Fn(&T) -> Result<(), E> + Send + Sync>;

/// Writes a value on a thread of its own, at most once a second, and tries again what failed.
pub struct SaveSoon<T, E> {
    write: Write<T, E>,
    saved: T,
    writer: Option<(T, JoinHandle<Result<(), E>>)>,
    /// When the next write may begin, in seconds.
    next_at: f64,
    has_failed: bool,
    error: Option<E>,
}

impl<T: fmt::Debug, E> fmt::Debug for SaveSoon<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (saved, has_failed) = (&self.saved, self.has_failed);
        f.debug_struct("SaveSoon")
            .field("saved", saved)
            .field("has_failed", &has_failed)
            .finish_non_exhaustive()
    }
}

impl<T: Clone + Send + 'static, E: Send + 'static> SaveSoon<T, E> {
    /// Has `write` write what is no longer `saved`, the value that the file has now.
    pub fn new(saved: T, write: impl Fn(&T) -> Result<(), E> + Send + Sync + 'static) -> Self {
        Self { write: Arc::new(write), saved, writer: None, next_at: PAUSE, has_failed: false, error: None }
    }

    /// Whether the last write failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Why writing began to fail, told once.
    pub fn take_error(&mut self) -> Option<E> {
        self.error.take()
    }

    /// Begins to write `newest`, where `is_behind` says that the saved value is another one and it is time.
    /// Gives how long to wait before the next call; `None`: until something changes. `now` is in seconds.
    pub fn save(
        &mut self,
        now: f64,
        is_behind: impl FnOnce(&T) -> bool,
        newest: impl FnOnce() -> T,
    ) -> Option<Duration> {
        if self.writer.as_ref().is_some_and(|(_, writer)| !writer.is_finished()) {
            return Some(POLL);
        }
        self.join();
        if !is_behind(&self.saved) {
            return None;
        }
        let wait = self.next_at - now;
        if wait > 0.0 {
            return Some(Duration::from_secs_f64(wait.min(RETRY_PAUSE)).max(POLL));
        }
        self.next_at = now + PAUSE;
        let (value, write) = (newest(), Arc::clone(&self.write));
        let copy = value.clone();
        let thread = std::thread::Builder::new().name("save soon".into());
        match thread.spawn(move || write(&copy)) {
            Ok(writer) => self.writer = Some((value, writer)),
            Err(_) => self.note_failed(None),
        }
        Some(POLL)
    }

    /// Writes `newest` at once, where `is_behind` says that the saved value is another one.
    ///
    /// # Errors
    /// Where `write` fails.
    pub fn save_now(
        &mut self,
        is_behind: impl FnOnce(&T) -> bool,
        newest: impl FnOnce() -> T,
    ) -> Result<(), E> {
        self.join();
        if is_behind(&self.saved) {
            let value = newest();
            let written = (self.write)(&value);
            self.has_failed = written.is_err();
            written?;
            self.saved = value;
        }
        Ok(())
    }

    /// Waits for the writer, and notes what came of its work.
    fn join(&mut self) {
        let Some((value, writer)) = self.writer.take() else { return };
        match writer.join() {
            Ok(Ok(())) => (self.saved, self.has_failed) = (value, false),
            Ok(Err(error)) => self.note_failed(Some(error)),
            Err(_) => self.note_failed(None),
        }
    }

    fn note_failed(&mut self, error: Option<E>) {
        if !std::mem::replace(&mut self.has_failed, true) {
            self.error = error;
        }
        self.next_at += RETRY_PAUSE - PAUSE;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    struct Fixture {
        soon: SaveSoon<u32, &'static str>,
        file: Arc<Mutex<Vec<u32>>>,
        is_broken: Arc<AtomicBool>,
    }

    impl Fixture {
        fn new() -> Self {
            let (file, is_broken) = (Arc::<Mutex<Vec<u32>>>::default(), Arc::<AtomicBool>::default());
            let (written, fails) = (Arc::clone(&file), Arc::clone(&is_broken));
            let soon = SaveSoon::new(0, move |value| {
                if fails.load(Ordering::Relaxed) {
                    return Err("full");
                }
                written.lock().unwrap().push(*value);
                Ok(())
            });
            Self { soon, file, is_broken }
        }

        fn save(&mut self, now: f64, value: u32) -> Option<Duration> {
            let wait = self.soon.save(now, |saved| *saved != value, || value);
            self.soon.join();
            wait
        }

        fn save_now(&mut self, value: u32) -> Result<(), &'static str> {
            self.soon.save_now(|saved| *saved != value, || value)
        }

        fn file(&self) -> Vec<u32> {
            self.file.lock().unwrap().clone()
        }
    }

    #[test]
    fn what_changes_is_written_once_a_second() {
        let mut fixture = Fixture::new();
        assert_eq!(fixture.save(0.5, 0), None, "nothing has changed");
        assert_eq!(fixture.save(0.5, 1), Some(Duration::from_millis(500)));
        for (now, value) in [(1.0, 2), (1.5, 3), (1.75, 4), (2.0, 5), (2.5, 5)] {
            fixture.save(now, value);
        }
        assert_eq!(fixture.file(), [2, 5]);
        fixture.save(2.5, 6);
        assert_eq!(fixture.save_now(7), Ok(()), "the window closes");
        assert_eq!((fixture.save_now(7), fixture.file()), (Ok(()), vec![2, 5, 7]));
    }

    #[test]
    fn what_fails_is_told_once_and_tried_again() {
        let mut fixture = Fixture::new();
        fixture.is_broken.store(true, Ordering::Relaxed);
        fixture.save(10.0, 1);
        assert_eq!((fixture.soon.take_error(), fixture.soon.has_failed()), (Some("full"), true));
        assert_eq!(fixture.save(11.0, 1), Some(Duration::from_secs(4)));
        fixture.save(15.0, 2);
        assert_eq!((fixture.soon.take_error(), fixture.soon.saved), (None, 0), "it is known");
        assert_eq!(fixture.save_now(2), Err("full"));
        fixture.is_broken.store(false, Ordering::Relaxed);
        fixture.save(20.0, 3);
        assert_eq!((fixture.soon.has_failed(), fixture.file()), (false, vec![3]));
    }
}
