//! The bots as they are being set: who answers, in which order, and how each is asked.

use std::collections::BTreeMap;

use common::secret::Hidden;
use common::texts::sentence;
use common::undo::UndoStack;

use crate::bot::{BOTS, BotChoice, BotKind, BotList, BotOption, KeySource, Secret, may_be_secret};

/// The list as it is being changed.
#[derive(Debug)]
pub(crate) struct ChainForm {
    rows: Vec<Row>,
    /// The rows that were removed, and where they stood.
    removed: UndoStack<(usize, Row)>,
    /// The bot that was added last, until something is moved.
    added: Option<&'static BotKind>,
}

/// One bot of the list.
#[derive(Debug)]
pub(crate) struct Row {
    /// The bot with all that is typed and can be used.
    choice: BotChoice,
    /// The bot as it was remembered, or as it was set when all of it fitted together since.
    usable: Option<BotChoice>,
    /// What is typed for an option, by its name, while it cannot be used.
    faulty: BTreeMap<&'static str, Hidden>,
    /// Where the key comes from if none is typed.
    key: KeySource,
    /// The key that is typed.
    pub(super) typed_key: Hidden,
    /// Its settings are shown.
    pub(super) is_open: bool,
    /// What gets the keyboard.
    pub(super) wants_focus: Option<Part>,
    /// How the bot was set when it was tested, while the outcome is shown.
    pub(super) tested: Option<BotChoice>,
    /// The user is asked whether the key store is to forget its key.
    pub(super) asks_to_forget: bool,
}

impl Row {
    fn new(choice: BotChoice) -> Self {
        let key = choice.key.clone();
        Self {
            usable: Some(choice.clone()),
            choice,
            faulty: BTreeMap::new(),
            key,
            typed_key: Hidden::default(),
            is_open: false,
            wants_focus: None,
            tested: None,
            asks_to_forget: false,
        }
    }

    fn note_usable(&mut self) {
        if self.conflict().is_none() {
            self.usable = Some(self.choice.clone());
        }
    }

    pub(super) fn kind(&self) -> &'static BotKind {
        self.choice.kind
    }

    pub(super) fn choice(&self) -> &BotChoice {
        &self.choice
    }

    /// What is typed, or set.
    pub(super) fn text(&self, option: &BotOption) -> &str {
        self.faulty.get(option.name).map_or_else(|| self.choice.value(option), |text| &text.0)
    }

    /// What is typed, or set; nothing where the default holds.
    pub(super) fn own_text(&self, option: &BotOption) -> &str {
        self.faulty.get(option.name).map_or_else(|| self.choice.own_value(option), |text| &text.0)
    }

    /// Whether the value stays out of the settings file because it may hold a secret.
    pub(super) fn is_forgotten(&self, option: &BotOption) -> bool {
        may_be_secret(&self.choice, option)
    }

    /// Takes what is typed.
    pub(super) fn type_in(&mut self, option: &'static BotOption, text: String) {
        if self.choice.replace(option.name, &text).is_ok() {
            self.faulty.remove(option.name);
            self.note_usable();
        } else {
            self.faulty.insert(option.name, Hidden(text));
        }
    }

    /// Why what is typed cannot be used.
    pub(super) fn fault(&self, option: &BotOption) -> Option<String> {
        option.check(&self.faulty.get(option.name)?.0).err().map(|fault| sentence(&fault))
    }

    /// Takes the key that is typed. Without one, the key comes from where it came before.
    pub(super) fn take_key(&mut self) {
        self.choice.key = Secret::new(&self.typed_key.0).map_or_else(|| self.key.clone(), KeySource::Typed);
    }

    /// Why the settings of the bot do not fit together, in a sentence; the fault of a single option is said beside it.
    pub(super) fn conflict(&self) -> Option<String> {
        let list = BotList::from(self.choice.clone());
        list.check().err().map(|error| sentence(&error))
    }

    /// Whether something that is typed cannot be used.
    pub(super) fn is_faulty(&self) -> bool {
        !self.faulty.is_empty()
    }

    /// Whether all that is typed can be used.
    pub(super) fn is_usable(&self) -> bool {
        !self.is_faulty() && self.conflict().is_none()
    }

    /// The bot as it was set last when that could be used, with its key from where it came before one was typed.
    fn kept(&self) -> Option<BotChoice> {
        let mut kept = self.usable.clone()?;
        kept.key = self.key.clone();
        Some(kept)
    }
}

/// The parts of a row that can be given the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The first field of its settings.
    Settings,
    Menu,
}

/// What is to be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Up,
    Down,
    Remove,
}

impl ChainForm {
    pub(crate) fn new(list: &BotList) -> Self {
        let rows = list.choices().iter().cloned().map(Row::new).collect();
        Self { rows, removed: UndoStack::default(), added: None }
    }

    /// Closes all settings: the list is in use.
    pub(super) fn close(&mut self) {
        self.rows.iter_mut().for_each(|row| row.is_open = false);
        self.added = None;
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(super) fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }

    /// What is set, where all of it can be used.
    pub(crate) fn list(&self) -> Option<BotList> {
        if self.rows.is_empty() || !self.rows.iter().all(Row::is_usable) {
            return None;
        }
        Some(self.rows.iter().map(|row| row.choice.clone()).collect())
    }

    /// The list without what cannot be used, with each key from where it came before one was typed.
    pub(crate) fn kept(&self) -> Option<BotList> {
        let kept: Vec<_> = self.rows.iter().filter_map(Row::kept).collect();
        (!kept.is_empty()).then(|| kept.into_iter().collect())
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The kinds that are not in the list.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'static BotKind> {
        BOTS.iter().copied().filter(|kind| !self.rows.iter().any(|row| row.kind() == *kind))
    }

    /// A bot before that at `index` which has an answer to everything, so that the one at `index` is never asked.
    pub(super) fn shadows(&self, index: usize) -> Option<&BotChoice> {
        self.rows.iter().take(index).map(Row::choice).find(|choice| choice.kind.always_answers)
    }

    /// The bot that the one at `index` was put in front of just now.
    pub(super) fn put_before(&self, index: usize) -> Option<&BotChoice> {
        self.rows.get(index).filter(|row| Some(row.kind()) == self.added)?;
        self.rows.get(index + 1).map(Row::choice)
    }

    /// Adds a bot where it is asked, with its settings open: first, or, where it always answers, behind those that do not.
    pub(super) fn add(&mut self, kind: &'static BotKind) {
        let place = if kind.always_answers {
            self.rows.iter().position(|row| row.kind().always_answers).unwrap_or(self.rows.len())
        } else {
            0
        };
        self.added = Some(kind);
        let choice = BotChoice::new(kind);
        let (new, usable) = (Row::new(choice), None);
        let mut row = Row { usable, is_open: true, wants_focus: Some(Part::Settings), ..new };
        row.note_usable();
        self.rows.insert(place, row);
        // What is set from now on is not replaced by what was there before.
        self.removed.retain(|(_, removed)| removed.kind() != kind);
    }

    /// The bot that was removed last.
    pub(super) fn removed(&self) -> Option<&str> {
        self.removed.last().map(|(_, row)| row.choice().name())
    }

    /// Puts back the bot that was removed last, as it was.
    pub(super) fn undo_remove(&mut self) {
        if let Some((index, row)) = self.removed.pop() {
            self.added = None;
            let row = Row { wants_focus: Some(Part::Menu), ..row };
            self.rows.insert(index.min(self.rows.len()), row);
        }
    }

    /// Moves or removes the bot at `index`.
    pub(super) fn change(&mut self, index: usize, change: Change) {
        self.added = None;
        let next = match change {
            Change::Up if index > 0 => index - 1,
            Change::Down => index + 1,
            Change::Up | Change::Remove => index,
        };
        if change == Change::Remove && index < self.rows.len() {
            self.removed.push((index, self.rows.remove(index)));
        } else if index.max(next) < self.rows.len() {
            self.rows.swap(index, next);
        }
        let last = self.rows.len().saturating_sub(1);
        if let Some(row) = self.rows.get_mut(next.min(last)) {
            row.wants_focus = Some(Part::Menu);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(form: &ChainForm) -> String {
        form.list().map(|list| list.to_string()).unwrap_or_default()
    }

    #[test]
    fn bots_are_added_moved_and_removed() {
        let mut form = ChainForm::new(&"qingyun,builtin".parse().unwrap());
        assert!(form.missing().all(|kind| !["qingyun", "builtin"].contains(&kind.word)));
        let echo = form.missing().find(|kind| kind.word == "echo").unwrap();
        form.add(echo);
        assert_eq!(words(&form), "qingyun,echo,builtin", "behind one that always answers it is never asked");
        assert!(form.rows_mut()[1].is_open);
        assert_eq!(form.shadows(1), None);
        let openai = form.missing().find(|kind| kind.word == "openai").unwrap();
        form.add(openai);
        assert_eq!(words(&form), "openai,qingyun,echo,builtin", "what is added is asked");
        assert_eq!([0, 1].map(|at| form.put_before(at).map(BotChoice::name)), [Some("Qingyun"), None]);
        form.change(0, Change::Remove);
        form.add(openai);
        form.change(3, Change::Up);
        assert_eq!(form.put_before(0), None, "it is news no more");
        form.change(2, Change::Down);
        form.change(0, Change::Remove);
        form.change(1, Change::Down);
        assert_eq!(form.shadows(2).map(BotChoice::name), Some("Built-in"));
        form.change(2, Change::Up);
        form.change(1, Change::Up);
        form.change(0, Change::Up);
        form.change(2, Change::Down);
        assert_eq!(words(&form), "echo,qingyun,builtin");
        form.change(1, Change::Remove);
        assert_eq!((words(&form).as_str(), form.removed()), ("echo,builtin", Some("Qingyun")));
        form.undo_remove();
        let first = Some("OpenAI-compatible");
        assert_eq!((words(&form).as_str(), form.removed()), ("echo,qingyun,builtin", first));
        form.change(1, Change::Remove);
        form.change(1, Change::Remove);
        assert_eq!((words(&form).as_str(), form.removed()), ("echo", Some("Built-in")));
        form.undo_remove();
        form.undo_remove();
        assert_eq!((words(&form).as_str(), form.removed()), ("echo,qingyun,builtin", first), "each in turn");
        (0..3).for_each(|_| form.change(0, Change::Remove));
        assert_eq!((form.len(), form.list()), (0, None));
        // One that is there anew is not replaced by what it was.
        form.add(openai);
        let url = openai.option("url").unwrap();
        form.rows_mut()[0].type_in(url, "http://new".to_owned());
        while form.removed().is_some() {
            form.undo_remove();
        }
        let again = form.rows_mut().iter().find(|row| row.kind() == openai).unwrap();
        assert_eq!(again.text(url), "http://new");
        assert_eq!(form.len(), 4);
    }

    #[test]
    fn what_cannot_be_used_is_kept_as_it_is_typed() {
        let mut form = ChainForm::new(&"qingyun".parse().unwrap());
        let row = &mut form.rows_mut()[0];
        let url = row.kind().option("url").unwrap();
        row.type_in(url, "htt".to_owned());
        assert_eq!((row.text(url), row.fault(url).is_some()), ("htt", true));
        assert_eq!(form.list(), None);
        let row = &mut form.rows_mut()[0];
        row.type_in(url, "http://a/".to_owned());
        assert_eq!((row.text(url), row.fault(url)), ("http://a/", None));
        row.type_in(url, String::new());
        assert_eq!(form.list(), "qingyun".parse().ok());
    }

    #[test]
    fn what_can_be_used_is_kept_whatever_cannot() {
        let mut form = ChainForm::new(&"qingyun,turing,builtin".parse().unwrap());
        let http = form.missing().find(|kind| kind.word == "http").unwrap();
        form.add(http);
        form.change(1, Change::Remove);
        form.change(1, Change::Down);
        assert_eq!(form.list(), None, "a bot without an address can be asked");
        let kept = |form: &ChainForm| form.kept().map(|list| list.to_string());
        assert_eq!(kept(&form).as_deref(), Some("builtin,turing"));
        let url = http.option("url").unwrap();
        form.rows_mut()[0].type_in(url, "http://a/?q={text}".to_owned());
        assert_eq!(kept(&form).as_deref(), Some("http,builtin,turing"));
        for unusable in ["", "htt"] {
            form.rows_mut()[0].type_in(url, unusable.to_owned());
            let list = form.kept().unwrap();
            assert_eq!(list.choices()[0].value(url), "http://a/?q={text}", "not as it was set last");
        }
    }

    #[test]
    fn a_key_that_is_typed_goes_first_and_is_never_printed() {
        let mut form = ChainForm::new(&"turing".parse().unwrap());
        let row = &mut form.rows_mut()[0];
        row.typed_key.0 = " k3y ".to_owned();
        row.take_key();
        assert!(matches!(row.choice().key, KeySource::Typed(_)));
        assert!(!format!("{row:?}").contains("k3y"));
        row.typed_key.0.clear();
        row.take_key();
        assert_eq!(row.choice().key, KeySource::EnvironmentOrStore);
    }
}
