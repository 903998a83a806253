//! Saving to a file: where to, on a thread of its own, and what came of it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use common::files::{free_path, write_whole};
use common::tr;

/// What a file is filled with; gives how many rows that were.
pub type Content = Box<dyn FnOnce(&mut dyn Write) -> io::Result<usize> + Send>;

/// The file that the user wants, and what became of it.
#[derive(Debug, Default)]
pub struct Save {
    /// As it is being typed.
    pub path: String,
    /// What came of it, in words.
    pub outcome: String,
    /// Whether that is bad.
    pub is_failed: bool,
    writer: Option<JoinHandle<(String, io::Result<usize>)>>,
    dialog: Option<JoinHandle<Option<PathBuf>>>,
}

impl Save {
    /// Asks for a file of this name in the user's home.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let home = std::env::home_dir().unwrap_or_default();
        Self { path: free_path(&home, name).display().to_string(), ..Self::default() }
    }

    /// Whether nothing more can be asked for right now.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.writer.is_some() || self.dialog.is_some()
    }

    /// Has the system ask for the file with `ask`, which may take its time; `wake` is called then.
    pub fn ask(
        &mut self,
        ask: impl FnOnce() -> Option<PathBuf> + Send + 'static,
        wake: impl FnOnce() + Send + 'static,
    ) {
        let thread = std::thread::Builder::new().name("save dialog".to_owned());
        let asked = thread.spawn(move || {
            let chosen = ask();
            wake();
            chosen
        });
        self.dialog = asked.ok();
    }

    /// Writes `content` to the file; `wake` is called when that is done.
    pub fn write(&mut self, content: Content, wake: impl FnOnce() + Send + 'static) {
        let path = self.path.trim().to_owned();
        if self.is_busy() || path.is_empty() {
            return;
        }
        self.outcome.clear();
        let thread = std::thread::Builder::new().name("save".to_owned());
        let writer = thread.spawn(move || {
            let written = write_whole(Path::new(&path), content);
            wake();
            (path, written)
        });
        self.writer = writer.ok();
    }

    /// Takes what the threads have to say; `true` where the dialog named a file, which is to be written.
    #[must_use]
    pub fn poll(&mut self) -> bool {
        let chosen =
            self.dialog.take_if(|dialog| dialog.is_finished()).and_then(|dialog| dialog.join().ok()?);
        let is_chosen = chosen.is_some();
        if let Some(path) = chosen {
            self.path = path.display().to_string();
        }
        if let Some(writer) = self.writer.take_if(|writer| writer.is_finished())
            && let Ok((path, written)) = writer.join()
        {
            self.is_failed = written.is_err();
            self.outcome = match written {
                Ok(count) => tr!("udp-time-client-saved", count = count, file = path),
                Err(error) => tr!("udp-time-client-not-saved", reason = error.to_string(), file = path),
            };
        }
        is_chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;

    fn saved(path: &str) -> Save {
        let mut save = Save { path: path.to_owned(), ..Save::default() };
        let (done, ended) = sync_channel::<()>(1);
        save.write(Box::new(|out| out.write_all(b"a,b\r\n").map(|()| 1)), move || drop(done));
        assert!(save.is_busy());
        let _ended = ended.recv().is_err();
        while save.is_busy() {
            assert!(!save.poll(), "nobody was asked");
            std::thread::yield_now();
        }
        save
    }

    #[test]
    fn the_file_that_the_dialog_names_is_to_be_written() {
        for named in [Some(PathBuf::from("/x/y.csv")), None] {
            let mut save = Save { path: "/x/z.csv".to_owned(), ..Save::default() };
            let chosen = named.clone();
            save.ask(move || chosen, || ());
            let mut is_to_be_written = false;
            while save.is_busy() {
                is_to_be_written |= save.poll();
                std::thread::yield_now();
            }
            assert_eq!(is_to_be_written, named.is_some());
            assert_eq!(save.path, if named.is_some() { "/x/y.csv" } else { "/x/z.csv" });
        }
    }

    #[test]
    fn what_came_of_it_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.csv");
        let save = saved(&file.display().to_string());
        assert_eq!(save.outcome, format!("Saved 1 row to {}", file.display()));
        assert_eq!(std::fs::read(file).unwrap(), b"a,b\r\n");
        let save = saved(&folder.path().display().to_string());
        assert!(save.is_failed && save.outcome.starts_with("Not saved"), "{}", save.outcome);
    }
}
