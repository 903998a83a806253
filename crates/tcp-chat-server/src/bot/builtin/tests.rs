use std::io::Write as _;

use proptest::prelude::*;

use super::*;

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").unwrap()
}

/// A talk with the shipped brain, in which the first of several replies is always drawn.
fn talk(said: &[&str]) -> Vec<String> {
    let (brain, mut memory) = (file::shipped(), Memory::default());
    said.iter().map(|text| answer(&brain, &mut memory, text, &now(), &mut |_| 0)).collect()
}

fn reply(question: &str) -> String {
    talk(&[question]).remove(0)
}

/// Part of every reply to what was not understood.
fn is_lost(reply: &str) -> bool {
    let brain = file::shipped();
    let mut memory = Memory::default();
    let lost = ["xyzzy plugh", "魑魅魍魉"];
    (0..20).any(|draw| {
        lost.iter()
            .any(|text| answer(&brain, &mut memory, text, &now(), &mut |count| draw % count.max(1)) == reply)
    })
}

#[test]
fn the_shipped_brain_is_good() {
    for name in ["built-in", "skills"] {
        let path = format!("{}/brain/{name}.rive", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(Brain::read(&[&text]).map(drop), Ok(()), "{name}");
    }
}

#[test]
fn it_says_what_it_is() {
    for question in [
        "hello",
        "Hi there!",
        "good morning",
        "help",
        "Who are you?",
        "what's your name",
        "hello there, bot",
        "are you human?",
    ] {
        let reply = reply(question);
        assert!(reply.contains("built-in bot") || reply.contains("one built into"), "{question}: {reply}");
    }
    for question in ["你好", "早上好！", "帮助", "你是谁？", "你叫什么名字", "老师你好"]
    {
        assert!(reply(question).contains("内置机器人"), "{question}: {}", reply(question));
    }
    assert!(reply("你是机器人吗？").contains("机器人"));
}

#[test]
fn help_lists_the_skills_in_the_language_of_the_question() {
    for question in ["help", "Help!", " ? ", "please help me", "what can you do?", "commands"] {
        let reply = reply(question);
        for part in
            ["time", "2 * (3 + 4)^2", "roll 2d6", "reverse hello", "length of hello", "echo hello", "帮助"]
        {
            assert!(reply.contains(part), "{question} / {part}: {reply}");
        }
    }
    for question in ["帮助", "？", "你会什么？", "怎么用"] {
        let reply = reply(question);
        for part in ["现在几点", "2*(3+4)^2", "掷 2d6", "反转 你好", "字数 你好", "跟我说 你好", "help"]
        {
            assert!(reply.contains(part), "{question} / {part}: {reply}");
        }
    }
}

#[test]
fn what_help_names_works() {
    let examples = [
        "what time is it?",
        "2 * (3 + 4)^2",
        "roll 2d6",
        "reverse hello",
        "length of hello",
        "echo hello",
        "hello",
        "who are you",
        "flip a coin",
        "tell me a joke",
        "帮助",
        "现在几点？",
        "今天几号？",
        "2*(3+4)^2",
        "3加4等于几",
        "掷 2d6",
        "反转 你好",
        "字数 你好",
        "跟我说 你好",
        "你好",
        "你是谁",
        "抛硬币",
        "讲个笑话",
        "help",
    ];
    let help = format!("{}{}", reply("help"), reply("帮助"));
    for example in examples {
        assert!(help.contains(example), "help does not name it: {example}");
        assert!(!is_lost(&reply(example)), "{example}");
    }
}

#[test]
fn the_time_and_the_date_are_told_when_they_are_asked_for() {
    for question in [
        "What time is it?",
        "what's the time",
        "time",
        "Please tell me the time",
        "tell me what time it is",
        "do you have the time?",
        "could you please tell me what time it is now?",
        "what is the time please",
    ] {
        assert_eq!(reply(question), "It is 14:03:27 (UTC+01:00) by the server's clock.", "{question}");
    }
    for question in
        ["what day is it today?", "What is the date?", "date", "what's today's date?", "what date is today"]
    {
        assert_eq!(reply(question), "Today is Sunday 22 November 2026 by the server's clock.", "{question}");
    }
    for question in ["现在几点了", "几点？", "请问现在几点钟", "现在是什么时间", "时间"]
    {
        assert_eq!(reply(question), "服务器的时钟是14:03:27（UTC+01:00）。", "{question}");
    }
    for question in ["今天星期几？", "今天几号", "今天是几月几号？", "日期"] {
        assert_eq!(reply(question), "按服务器的时钟，今天是2026年11月22日，星期日。", "{question}");
    }
    for question in ["I had a good time", "time flies like an arrow", "she is my date", "浪费时间的人"]
    {
        assert!(!reply(question).contains("14:03"), "{question}");
    }
}

#[test]
fn small_talk_is_answered_in_english() {
    for (said, reply) in [
        (
            "my name is ada lovelace",
            "Nice to meet you, ada lovelace. I keep no names, though: each message is new to me.",
        ),
        ("what's my name?", "I do not know: I keep nothing of what I am told."),
        ("how are you?", "All my parts are working, thank you. How are you?"),
        ("fine, thanks", "Good to hear."),
        ("I'm good, thank you", "Good to hear."),
        ("flip a coin", "Heads."),
    ] {
        assert_eq!(talk(&[said])[0], reply, "{said}");
    }
}

#[test]
fn who_greets_and_asks_in_one_breath_is_answered() {
    for (question, part) in [
        ("hello, what time is it?", "14:03:27"),
        ("Hi, my name is Bo", "Nice to meet you, Bo"),
        ("hi, who won the war", "help"),
        ("你好，现在几点？", "14:03:27"),
        ("你好，我叫小明，你呢？", "小明。我是内置机器人"),
        ("what time is it in Tokyo?", "only where I run"),
    ] {
        assert!(reply(question).contains(part), "{question}: {}", reply(question));
    }
}

#[test]
fn the_example_in_the_documents_works() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/bots.md");
    let documents = std::fs::read_to_string(path).unwrap();
    let (_, example) = documents.split_once("```\n+ hello").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let brain = Brain::read(&[&format!("+ hello{example}")]).unwrap();
    let mut memory = Memory::default();
    let mut said = |text| answer(&brain, &mut memory, text, &now(), &mut |_| 0);
    assert_eq!(said("Hello, you!"), "Ahoy!");
    assert_eq!(said("my name is Anne Bonny"), "Welcome aboard, Anne Bonny!");
    assert_eq!(said("which hour be it?"), "It is 14:03:27 (UTC+01:00) by the server's clock.");
    assert_eq!(said("what?"), "I know nothing of that.");
}

/// A clock that stands still.
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime<FixedOffset> {
        now()
    }
}

#[tokio::test]
async fn no_reply_is_given_twice_in_a_row_until_the_conversation_ends() {
    let choice = crate::bot::BotChoice::new(&KIND);
    let clock: Arc<dyn Clock> = Arc::new(Still);
    let deadlines = crate::bot::Deadlines::default();
    let bot = (KIND.build)(&Setup { choice: &choice, key: None, deadlines, clock: &clock });
    let ask = async |number, text: &str| {
        let question = Question { text: text.to_owned(), conversation: ConversationId(number) };
        bot.ask(&question, &ReplyStream::default()).await.unwrap()
    };
    for _ in 0..20 {
        assert_ne!(ask(1, "xyzzy").await, ask(1, "xyzzy").await);
    }
    assert_eq!(ask(1, "why").await, ask(1, "why").await, "there is only one");
    bot.forget(ConversationId(1));
    assert_eq!(bot.notice(), None);
}

#[test]
fn small_talk_is_answered_in_chinese() {
    for (said, reply) in [
        ("我叫小明。", "很高兴认识你，小明。不过我记不住名字，每句话对我都是新的。"),
        ("我是谁？", "我不知道，你告诉我的我都记不住。"),
        ("我很好", "那就好。"),
        ("抛个硬币吧", "正面。"),
        ("谢谢你啦", "不客气。"),
        ("再见", "再见！"),
    ] {
        assert_eq!(talk(&[said])[0], reply, "{said}");
    }
}

#[test]
fn what_it_does_not_know_it_says_so_in_several_ways_and_hints_at_help() {
    let unknown = [
        "who won the war",
        "",
        "\u{1F600}",
        "2024",
        "x {@help}",
        "<bot name>",
        "where do babies come from",
        "今年谁是总统",
        "！",
        "红楼梦",
    ];
    for text in unknown {
        let reply = reply(text);
        assert!(is_lost(&reply), "{text}: {reply}");
        assert!(reply.contains("help") || reply.contains("帮助"), "{reply}");
    }
    for text in ["xyzzy", "魑魅魍魉"] {
        let replies = talk(&[text; 2]);
        assert_ne!(replies[0], replies[1]);
        let draws: std::collections::HashSet<_> = (0..5)
            .map(|draw| answer(&file::shipped(), &mut Memory::default(), text, &now(), &mut |_| draw))
            .collect();
        assert_eq!(draws.len(), 5);
    }
    assert!(reply("what is the weather in Paris?").contains("do not know the weather"));
    assert!(reply("天气深圳").contains("不知道天气"));
}

#[test]
fn a_brain_of_ones_own_keeps_the_skills() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.rive");
    std::fs::write(&path, "+ hello\n- Ahoy!\n+ help\n- Own help").unwrap();
    let brain = file::read(&path).unwrap();
    let mut memory = Memory::default();
    let mut said = |text| answer(&brain, &mut memory, text, &now(), &mut |_| 0);
    assert_eq!(said("hello"), "Ahoy!");
    assert_eq!(said("help"), "Own help");
    assert_eq!(said("2+2"), "2+2 = 4");
    assert!(said("what time is it").contains("14:03:27"));
    assert!(said("anything else").contains("built-in bot"));
    assert!(said("别的").contains("内置机器人"));
}

#[test]
fn a_file_that_cannot_be_used_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.rive");
    let read = |bytes: &[u8]| {
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        file::read(&path).map(drop).unwrap_err().to_string()
    };
    assert_eq!(
        read(b"+ a\n- b\noops"),
        "has a fault in line 3: a line begins with one of + - @ ^ or //, not with oops"
    );
    assert_eq!(read(b"+ a\n- \xff"), "cannot be read (not UTF-8 text in line 2)");
    assert_eq!(read(b""), "has a fault in line 1: there is no trigger (+) in it");
    assert_eq!(read(&vec![b'\n'; (1 << 20) + 1]), "cannot be read (longer than 1048576 bytes)");
    for path in [folder.path(), &folder.path().join("none")] {
        assert!(matches!(file::read(path).map(drop), Err(BrainFileError::Unreadable { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_gets_a_reply(texts in proptest::collection::vec(".{0,60}|(hello|my name is|what|你|我叫|是) .{0,9}", 1..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for reply in talk(&texts) {
            prop_assert!(!reply.trim().is_empty());
        }
    }
}

#[test]
fn the_longest_text_gets_a_reply() {
    for text in ["hello ", "你", "(", "1+", "a'", "my name is ", "reverse x", "\u{1F600}\u{200D}", "[*] "] {
        assert!(!reply(&text.repeat(32 * 1024 / text.len())).is_empty());
    }
}

#[test]
fn the_brain_corpus_holds() {
    crate::bot::replay::replay("brain", invariants::brain);
}
