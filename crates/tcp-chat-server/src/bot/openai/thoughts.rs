//! Thoughts that a model writes before its reply: `<think>...</think>`. Pure: pieces in, pieces out.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// White space before the thoughts that is waited for, in bytes.
const MAX_BLANK_BYTES: usize = 64;

/// Tells thoughts from reply, however the text is cut.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    place: Place,
    /// What may be the beginning of a tag, or is white space that may belong to neither.
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Start,
    Thought,
    /// Between the thoughts and the reply.
    Between,
    Reply,
}

/// A piece of each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) reply: String,
    pub(super) thought: String,
}

impl Thoughts {
    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &str) -> Split {
        let mut split = Split::default();
        self.held.push_str(piece);
        if self.place == Place::Start {
            let start = self.held.trim_start();
            if let Some(thought) = start.strip_prefix(OPEN) {
                self.place = Place::Thought;
                self.held = thought.to_owned();
            } else if OPEN.starts_with(start) && self.held.len() <= MAX_BLANK_BYTES {
                return split;
            } else {
                self.place = Place::Reply;
            }
        }
        if self.place == Place::Thought {
            if let Some((thought, rest)) = self.held.split_once(CLOSE) {
                thought.clone_into(&mut split.thought);
                self.place = Place::Between;
                self.held = rest.to_owned();
            } else {
                let may_begin =
                    |len: &usize| CLOSE.get(..*len).is_some_and(|start| self.held.ends_with(start));
                let len = (1..CLOSE.len()).rev().find(may_begin).unwrap_or_default();
                let rest = self.held.split_off(self.held.len().saturating_sub(len));
                split.thought = std::mem::replace(&mut self.held, rest);
            }
        }
        if self.place == Place::Between {
            self.held = self.held.trim_start().to_owned();
            if !self.held.is_empty() {
                self.place = Place::Reply;
            }
        }
        if self.place == Place::Reply {
            split.reply = std::mem::take(&mut self.held);
        }
        split
    }

    /// What was held back, once nothing more comes.
    pub(super) fn end(&mut self) -> Split {
        let held = std::mem::take(&mut self.held);
        match self.place {
            Place::Thought => Split { thought: held, ..Split::default() },
            _ => Split { reply: held, ..Split::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let mut thoughts = Thoughts::default();
        let mut splits: Vec<Split> = pieces.into_iter().map(|piece| thoughts.push(piece)).collect();
        splits.push(thoughts.end());
        let (reply, thought) =
            splits.iter().map(|split| (split.reply.as_str(), split.thought.as_str())).unzip();
        (reply, thought)
    }

    #[test]
    fn what_is_thought_before_the_reply_is_no_part_of_it() {
        for (text, reply, thought) in [
            ("<think>hm</think>yes", "yes", "hm"),
            ("\n <think>\nhm</thin </think>\n\n yes </think>", "yes </think>", "\nhm</thin "),
            ("<think></think>", "", ""),
            ("<think>hm", "", "hm"),
            ("<think>hm</thi", "", "hm</thi"),
            ("yes <think>no</think>", "yes <think>no</think>", ""),
            ("  yes", "  yes", ""),
            ("<thi", "<thi", ""),
            ("<thing>", "<thing>", ""),
            (" ", " ", ""),
        ] {
            assert_eq!(split([text]), (reply.to_owned(), thought.to_owned()), "{text}");
        }
        let blank = " ".repeat(MAX_BLANK_BYTES + 1);
        assert_eq!(Thoughts::default().push(&blank).reply, blank, "it is not kept without end");
    }

    proptest! {
        #[test]
        fn any_segmentation_gives_the_same(
            tokens in prop::collection::vec(
                prop::sample::select(vec!["<think>", "</think>", "<", "/", "think", ">", " ", "\n", "a", "好"]),
                0..20,
            ),
        ) {
            let text = tokens.concat();
            let chars: Vec<String> = text.chars().map(String::from).collect();
            prop_assert_eq!(split(chars.iter().map(String::as_str)), split([text.as_str()]));
        }
    }
}
