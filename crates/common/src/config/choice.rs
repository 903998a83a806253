//! A setting that the command line can override.

/// What the file says, and what holds for this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    kept: T,
    /// From the command line; until the user chooses in the window.
    of_run: Option<T>,
}

impl<T> Choice<T> {
    /// What the file says, and the command line where it does.
    pub fn new(kept: T, of_run: Option<T>) -> Self {
        Self { kept, of_run }
    }

    /// What holds.
    pub fn get(&self) -> &T {
        self.of_run.as_ref().unwrap_or(&self.kept)
    }

    /// What goes into the file.
    pub fn kept(&self) -> &T {
        &self.kept
    }
}

impl<T: PartialEq> Choice<T> {
    /// The user chose `value` in the window, which is remembered. To leave what the command line
    /// says as it is is no choice.
    pub fn choose(&mut self, value: T) {
        if *self.get() != value {
            self.kept = value;
            self.of_run = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_not_written_back() {
        let mut port = Choice::new(6666, Some(7));
        assert_eq!((*port.get(), *port.kept()), (7, 6666));
        port.choose(7);
        assert_eq!((*port.get(), *port.kept()), (7, 6666), "nothing was chosen");
        port.choose(8);
        assert_eq!((*port.get(), *port.kept()), (8, 8));
    }
}
