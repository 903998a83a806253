//! What the command line said is not written back.

use toml::{Table, Value};

use super::{Config, Stored};

/// What the file says, and what the run began with: the same but for what the command line said.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline<C> {
    file: C,
    began: C,
    /// The settings that [`Self::kept`] was asked about last, and what goes into the file for them.
    newest: Option<(C, C)>,
}

impl<C: Config> Baseline<C> {
    /// A run that begins with `began`, where the file says `file`.
    #[must_use]
    pub fn new(file: C, began: C) -> Self {
        Self { file, began, newest: None }
    }

    /// Has the file take these keys as `now` has them, whatever the run began with.
    pub fn follow(&mut self, now: &C, keys: &[&str]) {
        self.file = with_keys(&self.file, now, keys);
        self.began = with_keys(&self.began, now, keys);
        self.newest = None;
    }

    /// What goes into the file where the run now has `now`: a key that still has the value that the run began with
    /// keeps the file's. It is asked for in every frame, and worked out when anything has changed.
    pub fn kept(&mut self, now: C) -> &C {
        let newest = self.newest.take().filter(|(asked, _)| *asked == now);
        let newest = newest.unwrap_or_else(|| {
            let kept = self.worked_out(&now);
            (now, kept)
        });
        &self.newest.insert(newest).1
    }

    fn worked_out(&self, now: &C) -> C {
        if self.file == self.began {
            return now.clone();
        }
        let tables = [&self.file, &self.began, now].map(Table::try_from);
        let [Ok(file), Ok(began), Ok(now_table)] = tables else { return now.clone() };
        let mut kept = file.clone();
        for key in now_table.keys().chain(file.keys()) {
            let (before, after) = (began.get(key), now_table.get(key));
            if before == after {
                continue;
            }
            let list = C::LISTS.iter().find(|(name, _)| name == key);
            match (list, kept.get_mut(key), before, after) {
                (
                    Some((_, name)),
                    Some(Value::Array(file)),
                    Some(Value::Array(before)),
                    Some(Value::Array(after)),
                ) => {
                    merge(file, before, after, name);
                }
                (_, _, _, Some(after)) => _ = kept.insert(key.clone(), after.clone()),
                (_, _, _, None) => _ = kept.remove(key),
            }
        }
        kept.try_into().unwrap_or_else(|_| now.clone())
    }
}

/// Does to the list of the file what was done to the list of the run: items added, changed and taken away.
fn merge(file: &mut Vec<Value>, before: &[Value], after: &[Value], key: &str) {
    let find =
        |items: &[Value], item: &Value| items.iter().find(|other| other.get(key) == item.get(key)).cloned();
    file.retain(|item| find(before, item).is_none() || find(after, item).is_some());
    for item in after {
        let old = find(before, item);
        match file.iter_mut().find(|other| other.get(key) == item.get(key)) {
            Some(kept) if old.as_ref() != Some(item) => kept.clone_from(item),
            None if old.is_none() => file.push(item.clone()),
            _ => (),
        }
    }
}

/// `config` with the values that `other` has for these keys.
pub(crate) fn with_keys<C: Stored>(config: &C, other: &C, keys: &[impl AsRef<str>]) -> C {
    let tables = [config, other].map(Table::try_from);
    let [Ok(mut table), Ok(mut other)] = tables else { return config.clone() };
    for key in keys.iter().map(AsRef::as_ref) {
        match other.remove(key) {
            Some(value) => _ = table.insert(key.to_owned(), value),
            None => _ = table.remove(key),
        }
    }
    table.try_into().unwrap_or_else(|_| config.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Bounded, CommandLine, ProgramArgs, defaults};
    use crate::headless::OutputArgs;
    use clap::Parser;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, clap::Args, Serialize, Deserialize)]
    #[serde(default)]
    struct Sample {
        /// Port to listen on.
        #[arg(long, default_value = "6666")]
        port: Bounded<1, 65_535>,
        /// Start at once.
        #[arg(long)]
        start: bool,
        /// A name.
        #[arg(long)]
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Not on the command line.
        #[arg(skip)]
        items: Vec<Item>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Item {
        to: String,
        on: bool,
    }

    impl Default for Sample {
        fn default() -> Self {
            defaults()
        }
    }

    impl Config for Sample {
        const LISTS: &'static [(&'static str, &'static str)] = &[("items", "to")];
    }

    #[derive(Debug, Parser)]
    struct Args {
        #[command(flatten)]
        config: Sample,
        #[command(flatten)]
        output: OutputArgs,
    }

    impl ProgramArgs for Args {
        type Config = Sample;

        fn parts(&self) -> (&Sample, OutputArgs) {
            (&self.config, self.output)
        }
    }

    fn item(to: &str, on: bool) -> Item {
        Item { to: to.into(), on }
    }

    #[test]
    fn defaults_are_those_of_the_command_line() {
        let sample = Sample::default();
        assert_eq!((sample.port.get(), sample.start, sample.name), (6666, false, None));
    }

    #[test]
    fn what_is_given_beats_the_file_and_is_not_written_back() {
        let line = CommandLine::<Args>::of(["program", "--port", "6666", "--name", "x"]).unwrap();
        let file = Sample { port: Bounded::nearest(7000), start: true, ..Sample::default() };
        let began = line.over(&file);
        assert_eq!((began.port.get(), began.start, began.name.as_deref()), (6666, true, Some("x")));

        let mut baseline = Baseline::new(file.clone(), began.clone());
        assert_eq!(*baseline.kept(began.clone()), file);
        let now = Sample { start: false, ..began.clone() };
        assert_eq!(*baseline.kept(now), Sample { start: false, ..file.clone() });
        let now = Sample { port: Bounded::nearest(8000), name: None, ..began.clone() };
        assert_eq!(*baseline.kept(now), Sample { port: Bounded::nearest(8000), ..file.clone() });

        // The user wants the default back, which the run began with.
        assert_eq!(*baseline.kept(began.clone()), file);
        baseline.follow(&began, &["port"]);
        assert_eq!(*baseline.kept(began), Sample { port: Bounded::nearest(6666), ..file });
    }

    #[test]
    fn what_is_done_to_a_list_of_the_run_is_done_to_that_of_the_file() {
        let sample = |items: &[Item]| Sample { items: items.to_vec(), ..Sample::default() };
        let [a, b, c] = ["a", "b", "c"].map(|to| item(to, true));
        let off = item("b", false);
        let table = [
            // The file, as the run began, now, what is kept.
            (vec![&a, &b], vec![&b], vec![&b, &c], vec![&a, &b, &c]),
            (vec![&a, &b], vec![&b], vec![&off], vec![&a, &off]),
            (vec![&a, &b], vec![&b], vec![], vec![&a]),
            (vec![&a], vec![&c], vec![&c], vec![&a]),
            (vec![&a], vec![&a], vec![], vec![]),
        ];
        for lists in table {
            let [file, began, now, kept] = <[Vec<&Item>; 4]>::from(lists)
                .map(|items| sample(&items.into_iter().cloned().collect::<Vec<_>>()));
            assert_eq!(*Baseline::new(file, began).kept(now), kept);
        }
    }
}
