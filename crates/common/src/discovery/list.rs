//! `--find`: the servers that are heard, as lines.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::found::DiscoveryEvent;
use super::{Browser, DiscoveryError, Found, Service};
use crate::cli::Failure;
use crate::headless::{self, Lines, OutputArgs};

/// How long it is listened.
const SECONDS: u64 = 3;

/// Prints each server that is heard within 3 s, once; where it is heard otherwise afterwards, once more.
///
/// # Errors
/// Where none is heard, nothing can be heard here, or standard output fails.
pub fn list_found(service: Service, output: OutputArgs) -> Result<(), Failure> {
    let mut lines = Lines::new(output);
    let listening = async {
        let mut browser = Browser::new(service);
        let mut told: Vec<Found> = Vec::new();
        let end = Instant::now() + Duration::from_secs(SECONDS);
        while let Ok(changed) = timeout_at(end, browser.changed()).await {
            for found in changed.map_err(Failure::run)? {
                if !told.contains(&found) {
                    headless::printed(lines.print(&DiscoveryEvent::from(&found)))?;
                    told.push(found);
                }
            }
        }
        if told.is_empty() {
            return Err(Failure::run(DiscoveryError::NothingHeard { seconds: SECONDS }));
        }
        Ok(())
    };
    headless::block_on(listening)?
}
