//! The server without a window: each event is a line on standard output.

use common::cli::{Failure, Lines};
use common::engine::{Flavor, Waker, start};

use crate::cli::Args;
use crate::engine::{self, Event, Handle, Snapshot};
use crate::lines::{self, Json};

/// Listens and prints until the program is asked to end.
///
/// # Errors
/// Where the address cannot be listened on, or the system gives no thread.
pub fn run(args: &Args) -> Result<(), Failure> {
    let settings = args.settings();
    let run = move |link| engine::run(link, Some(settings));
    let mut handle = start("engine", Flavor::MultiThread, Waker::none(), Snapshot::default(), run)
        .map_err(|error| Failure::run(anyhow::Error::new(error).context("the server cannot be started")))?;
    let result = print(&mut handle, &mut Lines::new(args.output));
    handle.stop();
    result
}

fn print(handle: &mut Handle, lines: &mut Lines) -> Result<(), Failure> {
    let mut known_drops = 0;
    while let Some(event) = handle.wait_event() {
        if let Event::ListenFailed(error) = &event {
            return Err(Failure::usage(error.clone()));
        }
        let drops = handle.dropped();
        let told = if drops > known_drops {
            let count = drops - known_drops;
            known_drops = drops;
            lines.print(&lines::dropped(count), &Json::Dropped { count })
        } else {
            Ok(())
        };
        // A closed standard output: nobody listens any more, which is no failure.
        if told.and_then(|()| lines.print(&lines::text(&event), &lines::json(&event))).is_err() {
            break;
        }
    }
    Ok(())
}
