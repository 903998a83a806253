//! What must hold for any brain and whatever is said to it: called by a test for the corpus and by the fuzzer (`fuzz/`).

use super::brain::{Brain, MAX_REPLY_BYTES, Memory, Outside};

/// What is behind the first NUL is said, line by line.
pub(super) fn brain(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (text, said) = text.split_once('\0').unwrap_or((&text, "hello\nyes"));
    let brain = match Brain::read(&[text]) {
        Ok(brain) => brain,
        Err(error) => {
            assert!((1..=text.lines().count().max(1)).contains(&error.line), "{error:?}");
            return;
        }
    };
    // What stands alone stands beside others too, and before them.
    assert!(Brain::read(&["+ a\n- b", text]).is_ok() && Brain::read(&[text, "+ a\n- b"]).is_ok());
    let mut memory = Memory::default();
    // Each twice: no reply comes again at once where there is another.
    for line in said.lines().flat_map(|line| [line, line]) {
        let reply = brain.reply(&mut memory, line, &mut Fixed);
        assert!(reply.is_none_or(|reply| !reply.trim().is_empty() && reply.len() <= MAX_REPLY_BYTES));
        assert!(memory.bytes() <= 1024);
    }
}

/// Always draws the last, and has an answer to nothing.
struct Fixed;

impl Outside for Fixed {
    fn below(&mut self, count: usize) -> usize {
        count.saturating_sub(1)
    }

    fn skill(&mut self, _text: &str) -> Option<String> {
        None
    }
}
