//! A run without a window: each event is a line on standard output, for people or as JSON for programs.

use std::io::{self, Write as _};
use std::time::Duration;

use serde::Serialize;
use tokio::runtime;
use tokio::time::Instant;

use crate::cli::Failure;
use crate::config::Renderer;
use crate::engine::{Clock as _, EngineHandle, Event, LocalZoneError, SystemClock, wait_until};
use crate::status::Level;
use crate::text::escape_json;
use crate::texts::{EventRecord, Value, english};

/// Where a program shows what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct OutputArgs {
    /// Run without a window: one line on standard output for each event
    #[arg(long)]
    pub headless: bool,

    /// With --headless: each line is a JSON object
    #[arg(long, requires = "headless")]
    pub json: bool,

    /// What draws the window: cpu, gl (OpenGL), or auto: cpu, and gl where that cannot
    #[arg(long, conflicts_with = "headless", hide_possible_values = true)]
    pub renderer: Option<Renderer>,

    /// With --version: say what draws windows here, and why
    #[arg(long)]
    pub verbose: bool,
}

/// Most events that are written before they are flushed and the counters get their turn.
const EVENTS_A_FLUSH: usize = 1024;

/// Between two flushes: what happens meanwhile is written in one go. The queue of events holds what a busy
/// engine does in this time many times over.
const FLUSH_PAUSE: Duration = Duration::from_millis(10);

/// The lines of a headless run.
#[derive(Debug)]
pub struct Lines<W: io::Write = io::Stdout> {
    is_json: bool,
    /// Standard output itself is written line by line: a call of the system for each.
    out: io::BufWriter<W>,
}

impl Lines {
    /// Lines on standard output, in the form that the arguments ask for. The first says so where the time zone is not known.
    #[must_use]
    pub fn new(args: OutputArgs) -> Self {
        let mut lines = Self::to(io::stdout(), args.json);
        if let Some(reason) = SystemClock.zone_error() {
            // It is written with the next line, which tells where that fails.
            let _waits = lines.add(&HeadlessEvent::ZoneUnknown { reason }).is_ok();
        }
        lines
    }
}

impl<W: io::Write> Lines<W> {
    /// Lines to somewhere else.
    pub fn to(out: W, is_json: bool) -> Self {
        Self { is_json, out: io::BufWriter::new(out) }
    }

    /// Adds the line of an event: its English sentence, or its record as JSON.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn add(&mut self, event: &impl Event) -> io::Result<()> {
        match (event.is_printed(self.is_json), self.is_json) {
            (false, _) => Ok(()),
            (true, true) => writeln!(self.out, "{}", json(event)?),
            (true, false) => writeln!(self.out, "{}", english(event)),
        }
    }

    /// Adds the line of an event and flushes.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn print(&mut self, event: &impl Event) -> io::Result<()> {
        self.add(event)?;
        self.flush()
    }

    /// Lets everybody see what was added.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// An event as one line of JSON: `event` is its word, then come its fields, then its `level`.
///
/// # Errors
/// Where the event cannot be described: a defect.
pub fn json(event: &impl Event) -> io::Result<String> {
    let Value::Record(record) = Value::of(event) else { return Ok(String::new()) };
    let line = serde_json::to_string(&EventRecord { event: &record, level: event.level() })?;
    Ok(escape_json(&line).into_owned())
}

/// What is told of the run itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
enum HeadlessEvent {
    /// Events came faster than they could be printed.
    Dropped { count: u64 },
    /// The time zone of this computer is not known: times are in UTC.
    ZoneUnknown { reason: LocalZoneError },
}

impl Event for HeadlessEvent {
    fn level(&self) -> Level {
        Level::Warning
    }
}

impl<S> Stats<S, Never> {
    /// No counters.
    #[must_use]
    pub fn never() -> Self {
        Self { every: None, lines: |_, _| Vec::new() }
    }
}

/// A line that is never printed.
#[derive(Debug, Serialize)]
pub enum Never {}

impl Event for Never {}

/// What a program does with its counters every so often.
#[derive(Debug)]
pub struct Stats<S, R> {
    /// How often; never where there is none.
    pub every: Option<Duration>,
    /// Makes the lines of a snapshot and the number of events that were dropped.
    pub lines: fn(&S, u64) -> Vec<R>,
}

/// Asks the engine for `commands` and prints what it does until it ends: by Ctrl-C, SIGTERM, a reader that went away, or a failure that
/// `ends` makes of an event.
///
/// # Errors
/// That failure; an engine that failed; standard output that fails otherwise than by being closed.
pub fn run<C, E: Event, S: Clone, R: Event>(
    mut handle: EngineHandle<C, E, S>,
    commands: impl IntoIterator<Item = C>,
    output: OutputArgs,
    stats: &Stats<S, R>,
    ends: impl FnMut(&E) -> Option<Failure>,
) -> Result<(), Failure> {
    for command in commands {
        if handle.command(command).is_err() {
            return Err(Failure::run(anyhow::anyhow!("the engine ended before it began")));
        }
    }
    let printed = block_on(print(&mut handle, &mut Lines::new(output), stats, ends));
    handle.finish().map_err(Failure::run).and(printed?)
}

/// Runs what waits for an engine and for other things on this thread.
///
/// # Errors
/// Where the system gives no runtime.
pub fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().map_err(Failure::run)?;
    Ok(runtime.block_on(work))
}

/// How printing ended: a closed standard output means that nobody listens any more, which is no failure.
///
/// # Errors
/// Where printing failed otherwise.
pub fn printed<T: Default>(result: io::Result<T>) -> Result<T, Failure> {
    match result {
        Err(error) if is_closed(&error) => Ok(T::default()),
        result => result.map_err(Failure::run),
    }
}

fn is_closed(error: &io::Error) -> bool {
    /// Windows has several errors for a pipe without a reader. This one, of a named pipe, has no kind in Rust.
    const ERROR_PIPE_NOT_CONNECTED: i32 = 233;
    error.kind() == io::ErrorKind::BrokenPipe
        || cfg!(windows) && error.raw_os_error() == Some(ERROR_PIPE_NOT_CONNECTED)
}

async fn print<C, E: Event, S: Clone, R: Event>(
    handle: &mut EngineHandle<C, E, S>,
    lines: &mut Lines,
    stats: &Stats<S, R>,
    mut ends: impl FnMut(&E) -> Option<Failure>,
) -> Result<(), Failure> {
    let mut known_drops = 0;
    let mut stats_at = stats.every.map(|pause| Instant::now() + pause);
    loop {
        let event = tokio::select! {
            // However many events there are, the counters are due.
            biased;
            () = wait_until(stats_at) => {
                let records = (stats.lines)(&handle.snapshot(), handle.dropped());
                let added = records.iter().try_for_each(|record| lines.add(record));
                if !is_open(added.and_then(|()| lines.flush()))? {
                    return Ok(());
                }
                // Late or not, the next one keeps to the beat.
                stats_at = stats_at.zip(stats.every).map(|(at, pause)| (at + pause).max(Instant::now()));
                continue;
            }
            event = handle.next_event() => event,
        };
        let Some(event) = event else { return Ok(()) };
        let drops = handle.dropped();
        let mut added = match drops - std::mem::replace(&mut known_drops, drops) {
            0 => Ok(()),
            count => lines.add(&HeadlessEvent::Dropped { count }),
        };
        // What waits already goes out in one go: thousands of events a second are thousands of lines.
        let waiting = std::iter::from_fn(|| handle.waiting_event()).take(EVENTS_A_FLUSH);
        let mut taken = 0;
        for event in std::iter::once(event).chain(waiting) {
            taken += 1;
            if let Some(failure) = ends(&event) {
                return is_open(lines.flush()).and(Err(failure));
            }
            added = added.and_then(|()| lines.add(&event));
        }
        if !is_open(added.and_then(|()| lines.flush()))? {
            return Ok(());
        }
        // Whoever is behind does not pause.
        if taken <= EVENTS_A_FLUSH {
            tokio::time::sleep(FLUSH_PAUSE).await;
        }
    }
}

/// Whether there is somebody to print for.
fn is_open(result: io::Result<()>) -> Result<bool, Failure> {
    printed(result.map(|()| true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::BindError;

    #[derive(Debug, Serialize)]
    enum Sample {
        ListenFailed { reason: BindError, tries: u32 },
        Asked { text: &'static str },
        Quiet,
    }

    impl Event for Sample {
        fn level(&self) -> Level {
            Level::Error
        }

        fn is_printed(&self, _is_json: bool) -> bool {
            !matches!(self, Self::Quiet)
        }
    }

    fn lines(is_json: bool, events: &[Sample]) -> String {
        let mut out = Vec::new();
        let mut lines = Lines::to(&mut out, is_json);
        events.iter().try_for_each(|event| lines.add(event)).unwrap();
        lines.flush().unwrap();
        drop(lines);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_record_has_the_word_of_a_reason_its_data_and_its_sentence() {
        let reason = BindError::PortTaken { address: "127.0.0.1:6666".parse().unwrap() };
        let message = reason.to_string();
        assert_eq!(
            lines(true, &[Sample::ListenFailed { reason, tries: 2 }, Sample::Quiet]),
            format!(
                "{{\"event\":\"listen_failed\",\"reason\":\"port_taken\",\"address\":\"127.0.0.1:6666\",\
                 \"message\":\"{message}\",\"tries\":2,\"level\":\"error\"}}\n"
            )
        );
    }

    #[test]
    fn one_event_is_one_line_whatever_is_in_it() {
        for is_json in [true, false] {
            let text = lines(is_json, &[Sample::Asked { text: "a\u{85}b\u{2028}c\nd" }]);
            assert_eq!(text.matches(['\n', '\u{85}', '\u{2028}']).count(), 1, "{text:?}");
        }
    }

    #[test]
    fn a_closed_output_is_no_failure_and_a_full_one_is() {
        assert!(printed::<()>(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        assert!(printed::<()>(Err(io::ErrorKind::StorageFull.into())).is_err());
    }
}
