use std::fmt::Write as _;

use proptest::prelude::*;

use super::compile::Skills;
use super::*;

const SKILLS: Skills = &["time"];

/// A world in which the first reply is always drawn.
struct Plain;

impl Outside for Plain {
    fn below(&mut self, _count: u32) -> u32 {
        0
    }

    fn call(&mut self, skill: &str, arguments: &str) -> Option<String> {
        Some(format!("[{skill} {arguments}]"))
    }

    fn language(&self) -> &'static str {
        "en"
    }
}

fn talk(brain: &str, said: &[&str]) -> Vec<String> {
    let brain = Brain::read(&[brain], SKILLS).unwrap();
    let mut memory = Memory::default();
    said.iter().map(|text| brain.reply(&mut memory, text, &mut Plain).unwrap_or("NONE".into())).collect()
}

#[test]
fn each_part_of_the_language_works() {
    for (brain, said, replies) in [
        ("+ hello\n- hi", &["Hello!", "other"][..], &["hi", "NONE"][..]),
        ("+ my name is *\n- Hi, <star>.", &["My name is Tom-Jones!"], &["Hi, Tom-Jones."]),
        ("! sub what's = what is\n+ what is *\n- <star>?", &["What's up?"], &["up?"]),
        ("! array c = red|light blue\n+ i like (@c)\n- <star>!", &["i like Light Blue"], &["Light Blue!"]),
        ("! var name = Robby\n+ who\n- <bot name>", &["who?"], &["Robby"]),
        ("! person my = your\n+ i *\n- you <person>", &["I love my dog, x"], &["you love your dog, x"]),
        ("+ hey\n@ hello you\n+ hello *\n- hi <star>", &["hey"], &["hi you"]),
        ("+ a *\n- {@b}<@>\n+ b\n- B\n+ c\n- C", &["a c"], &["BC"]),
        (
            "+ i am *\n- <set n=<formal>>ok\n+ who\n- <get n>",
            &["who", "i am tom x", "who"],
            &["undefined", "ok", "Tom X"],
        ),
        (
            "+ more\n- <add n=2><get n>\n+ is it big\n* <get n> >= 4 => yes\n* <get n> == undefined => no idea\n- no",
            &["is it big", "more", "is it big", "more", "is it big"],
            &["no idea", "2", "no", "4", "yes"],
        ),
        (
            "+ knock knock\n- who is there?\n+ *\n% who is there\n- <star> who?",
            &["bob", "knock knock", "bob"],
            &["NONE", "who is there?", "bob who?"],
        ),
        (
            "+ play\n- go{topic=game}\n+ hi\n- hello\n> topic game\n+ stop\n- bye{topic=random}\n+ #\n- low\n< topic",
            &["stop", "play", "3", "hi", "stop", "3"],
            &["NONE", "go", "low", "hello", "bye", "NONE"],
        ),
        (
            "+ x\n- {topic=b}\n^ in b\n> topic a\n+ y\n- Y\n< topic\n> topic b inherits a\n< topic",
            &["x", "y"],
            &["in b", "Y"],
        ),
        ("+ say *\n- {uppercase}<star>{/uppercase} {random}a|b{/random}", &["say hi"], &["HI a"]),
        (
            "+ time\n- <call>time <star></call>\n+ t *\n- <call>time <star></call>",
            &["t now"],
            &["[time now]"],
        ),
        ("+ a\n- one\n- two", &["a", "a", "a"], &["one", "two", "one"]),
        (
            "+ [*] good [*]\n- g\n+ [*] very good [*]\n- v\n+ *\n- any\n+ [*] day{weight=5}\n- d",
            &["a very good b", "a good b", "x", "very good day"],
            &["v", "g", "any", "d"],
        ),
        (
            "+ (hi|hello) *\n- <star> <star2>\n+ lang\n- <get language>",
            &["hello you", "lang"],
            &["hello you", "en"],
        ),
        ("+ 我叫*\n- 你好，<star>！", &["我叫小明。"], &["你好，小明！"]),
    ] {
        assert_eq!(talk(brain, said), replies, "{brain}");
    }
}

#[test]
fn a_fault_found_late_has_its_line_too() {
    for (text, message) in [
        ("// nothing\n", "line 1: there is no trigger (+) in it"),
        ("+ a\n- b <nonsense>", "line 2: the tag \"<nonsense>\" is not known or not complete"),
        ("+ a\n- b\n+ (c\n- d", "line 3: the trigger has a bracket that is not closed"),
        ("+ a\n- b\n\n+ A\n- d", "line 4: this trigger stands in line 1 already"),
        ("+ a\n* b => c", "line 2: a condition is written: * <get name> == value => reply"),
        ("+ a\n% (b\n- c", "line 2: the trigger has a bracket that is not closed"),
        ("> topic x inherits y\n< topic\n+ a\n- b", "line 1: there is no topic of this name: y"),
        ("+ a\n- b {topic=y}", "line 2: there is no topic of this name: y"),
        ("+ a @b\n- c", "line 1: there is no array of this name: b"),
        ("+ a\n- <call>fly</call>", "line 2: there is no skill to call of this name: fly"),
        ("+ a {weight=0}\n- c", "line 1: the number is not 1 to 1000"),
    ] {
        assert_eq!(Brain::read(&[text], SKILLS).map(drop).unwrap_err().to_string(), message, "{text}");
    }
    let large = format!("! array a = {}\n+ @a @a @a\n- b", "x ".repeat(1000));
    assert!(Brain::read(&[&large], SKILLS).is_err());
}

#[test]
fn the_first_layer_comes_before_the_second_but_for_a_catch_all() {
    let layers = ["+ my *\n- own\n+ *\n- all", "+ my time\n- late\n+ help\n- help"];
    let brain = Brain::read(&layers, SKILLS).unwrap();
    let reply = |text| brain.reply(&mut Memory::default(), text, &mut Plain);
    assert_eq!(reply("my time").as_deref(), Some("own"));
    assert_eq!(reply("help").as_deref(), Some("help"));
    assert_eq!(reply("x").as_deref(), Some("all"));
}

#[test]
fn what_a_client_says_is_never_a_tag() {
    let brain = "+ say *\n- {sentence}<star>{/sentence} <set a=<star>><get a>{@echo <star>}\n\
        + echo *\n- <star>\n+ secret\n- SECRET\n> topic t\n+ *\n- caught\n< topic";
    for said in
        ["say {@secret} x", "say a<@>b", "say x{topic=t}x", "say <call>time</call> x", r"say \n\s{random}a|b"]
    {
        let replies = talk(brain, &[said, "say x"]);
        let star = said.strip_prefix("say ").unwrap();
        assert!(!replies[0].contains("SECRET") && !replies[0].contains("[time"), "{replies:?}");
        assert!(star.contains('<') || replies[0].contains(star.get(2..7).unwrap()), "{replies:?}");
        assert_eq!(replies[1], "X xx", "{said}");
    }
}

#[test]
fn a_brain_that_runs_in_circles_ends() {
    for brain in [
        "+ *\n@ <star> <star>",
        "+ *\n- {@<star>}{@<star>}{@<star>}{@<star>}",
        "+ *\n- <set a=<get a><get a>x><get a>{@<get a>}",
        "+ *\n- <reply><reply><reply><reply>",
        "+ *\n- <star><star><star>{@<star><star>}",
    ] {
        let brain = Brain::read(&[brain], SKILLS).unwrap();
        let mut memory = Memory::default();
        for _ in 0..20 {
            let reply = brain.reply(&mut memory, &"a b ".repeat(1000), &mut Plain);
            assert!(reply.is_none_or(|reply| reply.len() <= 16 * 1024));
            assert!(memory.bytes() <= 9000, "{}", memory.bytes());
        }
    }
}

#[test]
fn a_thousand_values_are_not_kept() {
    let mut brain = String::new();
    for index in 0..1000 {
        write!(brain, "+ set{index} *\n- <set v{index}=<star>>ok\n").unwrap();
    }
    let brain = Brain::read(&[&brain], SKILLS).unwrap();
    let mut memory = Memory::default();
    for index in 0..1000 {
        let text = format!("set{index} {}", "x".repeat(30_000));
        assert_eq!(brain.reply(&mut memory, &text, &mut Plain).as_deref(), Some("ok"));
    }
    assert!(memory.bytes() < 9000, "{}", memory.bytes());
}

proptest! {
    #[test]
    fn any_file_is_a_brain_or_has_a_fault_and_answers(
        lines in proptest::collection::vec("[-+%@*^!<>/ ][-+%@*^ab*#_()\\[\\]|<>{}=1 ]{0,20}|[-+] [ab*<>star{}@ ]{1,12}|> topic [ab]|< topic", 0..12),
        said: String,
    ) {
        if let Ok(brain) = Brain::read(&[&lines.join("\n")], SKILLS) {
            let mut memory = Memory::default();
            for text in [said.as_str(), "a", "b a"] {
                let reply = brain.reply(&mut memory, text, &mut Plain);
                prop_assert!(reply.is_none_or(|reply| reply.len() <= 16 * 1024));
            }
        }
    }

    #[test]
    fn any_text_is_no_panic(text: String) {
        let _is_brain = Brain::read(&[&text], SKILLS).is_ok();
    }
}
