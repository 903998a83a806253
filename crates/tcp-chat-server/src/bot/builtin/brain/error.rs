//! What is wrong with a brain, and where.

/// The first fault of a brain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct BrainError {
    /// Its line, the first is 1.
    pub line: usize,
    /// What is wrong.
    pub fault: BrainFault,
}

/// What can be wrong with a brain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrainFault {
    /// A line that begins with none of the signs.
    #[error("a line begins with one of + - % @ * ^ ! > < or //, not with {0:?}")]
    UnknownSign(char),
    /// A part of the language that this bot does not have.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// Anything that belongs to a trigger, before the first.
    #[error("{0:?} needs a trigger (+) before it")]
    NoTrigger(char),
    /// A trigger that says nothing.
    #[error("this trigger has no reply (-)")]
    NoReply,
    /// The same trigger twice in a topic.
    #[error("this trigger stands in line {0} already")]
    Twice(usize),
    /// A trigger that is not one.
    #[error("the trigger {0}")]
    Pattern(PatternFault),
    /// A tag that is not known, or not whole.
    #[error("the tag {0:?} is not known or not complete")]
    Tag(String),
    /// Tags within tags within tags.
    #[error("too many tags within one another")]
    TooDeep,
    /// A name that stands for nothing.
    #[error("there is no {kind} of this name: {name}")]
    Unknown {
        /// What it should be.
        kind: BrainName,
        /// The name.
        name: String,
    },
    /// A `*` line that is not "left sign right => reply".
    #[error("a condition is written: * <get name> == value => reply")]
    Condition,
    /// A `!` line that is not "! kind name = value".
    #[error("a definition is written: ! var name = value")]
    Definition,
    /// A version of the language that came later.
    #[error("version {0} of the brain language is not known, use 2.0")]
    Version(String),
    /// A topic that does not end.
    #[error("this topic does not end (< topic)")]
    OpenTopic,
    /// An end where nothing began.
    #[error("there is no topic to end here")]
    NoTopic,
    /// No trigger at all.
    #[error("there is no trigger (+) in it")]
    Empty,
    /// A number over what it may be.
    #[error("the number is not 1 to {0}")]
    Number(u32),
}

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrainName {
    /// Words that mean the same to a trigger.
    #[error("array")]
    Array,
    /// Triggers that belong together.
    #[error("topic")]
    Topic,
    /// What the bot knows.
    #[error("variable of the bot (! var)")]
    Variable,
    /// What the bot can do.
    #[error("skill to call")]
    Skill,
}

/// What can be wrong with a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    /// No word and no wildcard.
    #[error("has no words")]
    Empty,
    /// An opening bracket alone.
    #[error("has a bracket that is not closed")]
    Open,
    /// A closing bracket, or a bar, alone.
    #[error("has a {0:?} without its opening bracket")]
    Stray(char),
    /// Brackets within brackets within brackets.
    #[error("has too many brackets within one another")]
    TooDeep,
    /// Too large, with its arrays.
    #[error("is too long, with its arrays")]
    TooLong,
}
