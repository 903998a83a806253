use proptest::prelude::*;

use super::*;

/// A world in which the first reply is always drawn, and one word is for a skill.
struct Plain;

impl Outside for Plain {
    fn below(&mut self, _count: usize) -> usize {
        0
    }

    fn skill(&mut self, text: &str) -> Option<String> {
        (text == "time").then(|| "14:03".to_owned())
    }
}

fn talk(brain: &str, said: &[&str]) -> Vec<String> {
    let brain = Brain::read(&[brain]).unwrap();
    let mut memory = Memory::default();
    said.iter().map(|text| brain.reply(&mut memory, text, &mut Plain).unwrap_or("NONE".into())).collect()
}

#[test]
fn each_part_of_the_language_works() {
    for (brain, said, replies) in [
        ("+ hello\n- hi", &["Hello!", "other"][..], &["hi", "NONE"][..]),
        ("+ my name is *\n- Hi, <star>.", &["My name is Tom-Jones!"], &["Hi, Tom-Jones."]),
        ("+ what is *\n- <star>?", &["What's up?", "whats this"], &["up?", "this?"]),
        ("+ i like (red|light blue)\n- <star>!", &["i like Light Blue"], &["Light Blue!"]),
        ("+ hey\n@ hello you\n+ hello *\n- hi <star>", &["hey"], &["hi you"]),
        ("+ what hour is it\n@ time", &["what hour is it?", "time"], &["14:03", "14:03"]),
        ("+ say *\n@ <star>\n+ x\n- X", &["say x", "say time"], &["X", "14:03"]),
        ("+ a\n- one\n- two", &["a", "a", "a"], &["one", "two", "one"]),
        ("+ a\n- 1 > 0 | } \\<b\\{ \\\\ \\n\n^ c // not said", &["a"], &["1 > 0 | } <b{ \\ \nc"]),
        ("! version = 2.0\n// b\n+ (hi|hello) *\n- <star>, <star2>", &["hello you"], &["hello, you"]),
        (
            "+ [*] good [*]\n- g\n+ [*] very good [*]\n- v\n+ *\n- any",
            &["a very good b", "a good b", "x", "!"],
            &["v", "g", "any", "any"],
        ),
        ("+ 我叫*\n- 你好，<star>！", &["我叫小明。"], &["你好，小明！"]),
        ("+ * or *\n- <star>/<star2>/<star9>", &["tea or coffee or milk"], &["tea/coffee or milk/"]),
    ] {
        assert_eq!(talk(brain, said), replies, "{brain}");
    }
}

#[test]
fn a_trigger_takes_what_it_says() {
    let stars = |trigger: &str, text: &str| {
        let stars = Trigger::read(trigger).unwrap().stars(&Words::of(text));
        stars.map(|stars| stars.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    for (trigger, text, expected) in [
        ("hello", "Hello!", Some(&[][..])),
        ("hello", "hello there", None),
        ("hello", "hellos", None),
        ("my name is *", "my name is", None),
        ("my name is *", "My name is O'Neill, Tom", Some(&["O'Neill, Tom"])),
        ("[*] hello [*]", "hello", Some(&[])),
        ("[*] hello [*]", "well.hello my friend", Some(&[])),
        ("(who|what) are you", "What are you?", Some(&["What"])),
        ("i [really|truly] like [light] blue", "I truly like light blue", Some(&[])),
        ("it's *", "it’s 2.5", Some(&["2.5"])),
        ("我叫*", "我叫小明！", Some(&["小明"])),
        ("[*]你好[*]", "老师你好呀", Some(&[])),
        ("*", "", Some(&[""])),
        ("*", "anything at all", Some(&["anything at all"])),
        ("* *", "one", None),
        ("(a [b|c (d|e)]) f", "a c e f", Some(&["a c e"])),
    ] {
        let expected = expected.map(|stars| stars.iter().map(ToString::to_string).collect());
        assert_eq!(stars(trigger, text), expected, "{trigger} / {text}");
    }
    assert_eq!(stars("*", &"a ".repeat(200)).unwrap()[0].len(), 2 * 127 - 1, "what is beyond is not seen");
    assert_eq!(stars(&"* a ".repeat(100), &"a ".repeat(199)), None, "a hostile pair ends soon");
}

#[test]
fn exact_triggers_come_first() {
    let order = ["hello there", "hello", "hello [there]", "hello my *", "hello *", "*"];
    let keys = order.map(|text| {
        let (vagueness, words) = Trigger::read(text).unwrap().vagueness();
        (vagueness, Reverse(words))
    });
    assert!(keys.is_sorted(), "{keys:?}");
}

#[test]
fn a_fault_has_its_line_and_names_the_word() {
    let word = |word: &str| BrainFault::UnknownLine { word: word.into() };
    let tag = |tag: &str| BrainFault::UnknownTag { tag: tag.into() };
    for (text, line, fault) in [
        ("", 1, BrainFault::Empty),
        ("// nothing\n", 1, BrainFault::Empty),
        ("hello you", 1, word("hello")),
        ("\n- hi", 2, BrainFault::NoTrigger { sign: '-' }),
        ("^ hi", 1, BrainFault::NoTrigger { sign: '^' }),
        ("+ a\n\n+ b\n- c", 1, BrainFault::NoReply),
        ("+ a\n- b\n\n+ A\n- d", 4, BrainFault::Repeated { first: 1 }),
        ("+ a\n- b\n> topic x\n+ c\n- d\n< topic", 3, word("> topic")),
        ("< topic", 1, word("< topic")),
        ("+ a\n% who is there\n- b", 2, word("%")),
        ("+ a\n* <get n> == 1 => b\n- c", 2, word("*")),
        ("! array colors = red", 1, word("! array")),
        ("! var name = Bo", 1, word("! var")),
        ("/* b */", 1, word("/*")),
        ("+ i like @colors\n- b", 1, tag("@colors")),
        ("+ i am # years\n- b", 1, tag("#")),
        ("+ a{weight=5}\n- b", 1, tag("{weight=5}")),
        ("+ a\n- hi <get name>, you", 2, tag("<get name>")),
        ("+ a\n- {topic=b}c", 2, tag("{topic=b}")),
        ("+ a\n- {random}a|b{/random}", 2, tag("{random}")),
        ("+ a\n- <star0>", 2, tag("<star0>")),
        ("+ a\n- b < c and so on and so on", 2, tag("< c and so on and so on")),
        ("+ a\n- b\n+ (c\n- d", 3, BrainFault::Unpaired { sign: '(' }),
        ("+ a\n- b\n+ a)\n- d", 3, BrainFault::Unpaired { sign: ')' }),
        ("+ a|b\n- c", 1, BrainFault::Unpaired { sign: '|' }),
        ("+ (a]\n- c", 1, BrainFault::Unpaired { sign: ']' }),
        ("+ ?!\n- c", 1, BrainFault::NoWords),
        ("+ [[[[[a]]]]]\n- c", 1, BrainFault::TooDeep),
    ] {
        assert_eq!(Brain::read(&[text]).map(drop), Err(BrainError { line, fault }), "{text}");
    }
}

#[test]
fn the_first_layer_comes_before_the_second_but_for_a_catch_all() {
    let brain = Brain::read(&["+ my *\n- own\n+ *\n- all", "+ my time\n- late\n+ help\n- help"]).unwrap();
    let reply = |text| brain.reply(&mut Memory::default(), text, &mut Plain);
    assert_eq!(reply("my time").as_deref(), Some("own"));
    assert_eq!(reply("help").as_deref(), Some("help"));
    assert_eq!(reply("x").as_deref(), Some("all"));
}

#[test]
fn what_a_client_says_is_never_a_tag() {
    let brain = "+ say *\n- <star>\n+ secret\n- SECRET";
    for said in ["x {@secret} x", "a<@>b", "a <star2> x", r"a \n\s<star>x"] {
        assert_eq!(talk(brain, &[&format!("say {said}")]), [said], "{said}");
    }
}

#[test]
fn a_brain_that_runs_in_circles_ends() {
    for brain in [
        "+ *\n@ <star> <star>".to_owned(),
        "+ a *\n@ b <star>\n+ b *\n@ a <star>".to_owned(),
        format!("+ *\n- {}", "<star>".repeat(1000)),
    ] {
        let brain = Brain::read(&[&brain]).unwrap();
        let mut memory = Memory::default();
        for _ in 0..20 {
            let reply = brain.reply(&mut memory, &"a b ".repeat(1000), &mut Plain);
            assert!(reply.is_none_or(|reply| reply.len() <= MAX_REPLY_BYTES));
            assert!(memory.bytes() <= RECENT * 16);
        }
    }
}

proptest! {
    #[test]
    fn any_file_is_a_brain_or_has_a_fault_and_answers(
        lines in proptest::collection::vec("[-+%@*^!<>/ ][-+%@*^ab*#_()\\[\\]|<>{}=1 ]{0,20}|[-+] [ab*<>star@ ]{1,12}|\\+ ([ab* ]|\\([ab*]\\|[ab]\\)|\\[[ab*]{1,2}\\]){1,12}", 0..12),
        said: String,
        words in "[ab1 ]{0,40}",
    ) {
        if let Ok(brain) = Brain::read(&[&lines.join("\n")]) {
            let mut memory = Memory::default();
            for text in [said.as_str(), &words, "a", "b a"] {
                let reply = brain.reply(&mut memory, text, &mut Plain);
                prop_assert!(reply.is_none_or(|reply| reply.len() <= MAX_REPLY_BYTES));
            }
        }
    }

    #[test]
    fn any_text_is_read_or_has_a_fault(text: String) {
        let _is_brain = Brain::read(&[&text]).is_ok();
    }

    #[test]
    fn every_star_is_a_part_of_the_text(text: String) {
        let words = Words::of(&text);
        if let Some(stars) = Trigger::read("* *").unwrap().stars(&words) {
            prop_assert!(stars.len() == 2 && stars.iter().all(|star| !star.is_empty() && text.contains(*star)));
        }
    }
}
