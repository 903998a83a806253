use proptest::prelude::*;

use super::*;

/// The answer at a fixed time, with dice that show their highest side.
fn reply(question: &str) -> Option<String> {
    let now = DateTime::parse_from_rfc3339("2026-11-22T14:03:27+01:00").unwrap();
    let mut below = |count: usize| count.saturating_sub(1);
    answer(question, &mut SkillContext { language: Language::of(question), now: &now, below: &mut below })
}

#[test]
fn a_question_is_known_by_its_form() {
    for (question, text) in [
        ("1+1", "1+1 = 2"),
        ("2+2?", "2+2 = 4"),
        ("what is 3*4", "3*4 = 12"),
        ("What's 2 * (3 + 4)?", "2 * (3 + 4) = 14"),
        ("please calculate 0.1+0.2 =", "0.1+0.2 = 0.3"),
        ("how much is 1,000 + 2,500?", "1,000 + 2,500 = 3500"),
        ("2 to the power of 10", "2 to the power of 10 = 1024"),
        ("what is two plus three?", "two plus three = 5"),
        ("6 divided by 4", "6 divided by 4 = 1.5"),
        ("3x4", "3x4 = 12"),
        ("-2^2", "-2^2 = -4"),
        ("计算1+1", "1+1 = 2"),
        ("3×4等于多少？", "3×4 = 12"),
        ("3加4乘5等于几", "3加4乘5 = 23"),
        ("8除以2", "8除以2 = 4"),
        ("一加一等于几？", "一加一 = 2"),
        ("二十三减五是多少", "二十三减五 = 18"),
        ("2的10次方", "2的10次方 = 1024"),
        ("1/0", "I cannot work out that sum: it divides by zero."),
        ("计算1/0", "这个算式我算不出来：除数是零。"),
        ("calculate 2 apples", "I cannot work out that sum: \"a\" does not belong there."),
        ("calculate", "Which sum? Write it after the word: calculate 2 * (3 + 4)"),
        ("1+", "I cannot work out that sum: something is missing at its end."),
        ("2^0.5", "I cannot work out that sum: a power needs a whole number from -1000 to 1000."),
        ("9^999", "I cannot work out that sum: its numbers get too big for me."),
        ("time", "It is 14:03:27 (UTC+01:00) by the server's clock."),
        ("时间", "服务器的时钟是14:03:27（UTC+01:00）。"),
        ("Date?", "Today is Sunday 22 November 2026 by the server's clock."),
        ("日期", "按服务器的时钟，今天是2026年11月22日，星期日。"),
        ("coin", "Tails."),
        ("硬币", "反面。"),
        ("roll 2d6", "2d6: 6 + 6 = 12"),
        ("Roll d20!", "d20: 20"),
        ("roll a die", "d6: 6"),
        ("roll two dice", "2d6: 6 + 6 = 12"),
        ("roll 3 dice please", "3d6: 6 + 6 + 6 = 18"),
        ("3d8", "3d8: 8 + 8 + 8 = 24"),
        ("roll 0d6", "I roll 1 to 100 dice with 2 to 1000 sides each: roll 2d6"),
        ("roll 99999999999999999999d6", "I roll 1 to 100 dice with 2 to 1000 sides each: roll 2d6"),
        ("掷骰子", "d6：6"),
        ("请掷两个骰子", "2d6：6 + 6 = 12"),
        ("掷3d8", "3d8：8 + 8 + 8 = 24"),
        ("掷0个骰子", "我可以掷1到100个骰子，每个2到1000面，例如：掷 2d6"),
        ("reverse Hello, World!", "!dlroW ,olleH"),
        ("reverse: e\u{301}a", "ae\u{301}"),
        ("反转 你好吗", "吗好你"),
        ("倒过来说：一二三", "三二一"),
        ("reverse", "Which text? Write it after the word: reverse hello"),
        (
            "length of \"e\u{301}a \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\"",
            "“e\u{301}a \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}” has 4 characters.",
        ),
        ("length x", "“x” has 1 character."),
        ("how many characters are in hello?", "“hello?” has 6 characters."),
        ("字数：你好", "“你好”有2个字符。"),
        ("echo Hello, World!", "Hello, World!"),
        ("repeat after me: I am {@x}", "I am {@x}"),
        ("跟我说：你好！", "你好！"),
    ] {
        assert_eq!(reply(question).as_deref(), Some(text), "{question}");
    }
}

#[test]
fn other_questions_are_not_for_a_skill() {
    for question in [
        "",
        "hello",
        "2024",
        "2026-11-22",
        "what is love",
        "reversed",
        "echoes of the past",
        "lengthy",
        "roll over",
        "roll with it",
        "what is x",
        "你好",
        "加油",
        "一二三",
        "我减肥",
        "d",
        "-",
        "c++",
        "a/b",
    ] {
        assert_eq!(reply(question), None, "{question}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered_or_not(text: String, prefix in "(reverse|echo|roll|length of|calculate|计算|掷|字数|) ?") {
        let _reply = reply(&text).is_some() || reply(&format!("{prefix}{text}")).is_some();
    }

    #[test]
    fn a_text_reversed_twice_is_itself(text in "[a-zé你好 ]{1,20}") {
        prop_assert_eq!(reverse(&reverse(&text)), text);
    }
}
