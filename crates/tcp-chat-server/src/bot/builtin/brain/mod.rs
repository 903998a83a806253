//! What the built-in bot says: triggers and replies in a text file, in a large part of the language
//! `RiveScript` 2. Pure: text in, text out.
//!
//! All of a file is checked when it is read, so that a fault has its line and none turns up later. What
//! a client says is data: it never becomes a tag. Each reply costs a bounded number of steps.

mod compile;
mod error;
mod matcher;
mod memory;
mod pattern;
mod source;
mod speak;
mod template;
#[cfg(test)]
mod tests;
mod topic;
mod words;

use std::collections::HashMap;

pub use error::{BrainError, BrainFault, BrainName, PatternFault};
use matcher::Matcher;
pub(super) use memory::Memory;
pub(super) use speak::Outside;
use template::{Piece, Template};
use topic::Topic;
use words::Word;
pub(super) use words::is_han;

/// Triggers and their replies.
#[derive(Debug, Default)]
pub(super) struct Brain {
    triggers: Vec<Trigger>,
    topics: HashMap<Box<str>, Topic>,
    /// What words are replaced by before triggers are looked for, longest first.
    substitutions: Vec<(Vec<Word>, Vec<Word>)>,
    /// "my" becomes "your".
    person: HashMap<Box<str>, String>,
}

/// A trigger and what is said to it.
#[derive(Debug)]
struct Trigger {
    matcher: Matcher,
    previous: Option<Matcher>,
    redirect: Option<Vec<Piece>>,
    conditions: Vec<Condition>,
    replies: Vec<Template>,
}

/// A reply for when something holds.
#[derive(Debug)]
struct Condition {
    left: Vec<Piece>,
    test: Test,
    right: Vec<Piece>,
    reply: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}
