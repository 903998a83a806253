use std::fmt::Display;
use std::time::Duration;

use common::language::set_language;

use super::*;
use crate::bot::{
    BotNotice, BotUrlError, CodeMeaning, MissingKey, OptionFault, ServiceFault, SetupFault, TemplateError,
    UnexpectedBody,
};

fn errors() -> Vec<BotError> {
    let secs = Duration::from_secs(8);
    vec![
        BotError::Unreachable { reason: ServiceFault::Network(ConnectError::Refused), host: "a:1".into() },
        BotError::TimedOut { after: secs },
        BotError::Stalled { after: Duration::from_millis(2500) },
        BotError::CutOff { reason: ServiceFault::EndedEarly },
        BotError::Status(502),
        BotError::Redirect(302),
        BotError::Refused("no".into()),
        BotError::Code { code: 4001, meaning: CodeMeaning::EncryptionOn },
        BotError::NoKey(MissingKey::FileEmpty { file: "/key".into() }),
        BotError::BadKey(None),
        BotError::BadKey(Some(Advice::GiveKey)),
        BotError::Quota(None),
        BotError::Quota(Some(Advice::SeePlan)),
        BotError::Resting { failures: 3, wait: secs, last: Box::new(BotError::Empty) },
        BotError::AskedTooOften { calls: 200, within: secs * 75, wait: secs },
        BotError::Setup(SetupFault::NoModel),
        BotError::NotAReply(UnexpectedBody::WebPage),
        BotError::NotUnderstood,
        BotError::Advert,
        BotError::Empty,
        BotError::TooLong { max: 65_536 },
        BotError::QuestionTooLong { len: 9000, max: 8000 },
        BotError::QuestionUnfit,
        BotError::TooManyCharacters { len: 9, max: 8 },
    ]
}

fn notices() -> Vec<BotNotice> {
    let missing =
        |store| MissingKey::NotGiven { bot: "turing", variable: "TCP_CHAT_BOT_KEY_TURING".into(), store };
    let unreadable = MissingKey::FileUnreadable { reason: "denied".into(), file: "/key".into() };
    let mut notices: Vec<BotNotice> = [
        missing(None),
        missing(Some(KeyStoreError::Locked)),
        unreadable,
        MissingKey::FileEmpty { file: "/key".into() },
    ]
    .map(BotNotice::NoKey)
    .into();
    let after = Duration::from_secs(2);
    notices.extend(
        [
            KeyStoreError::Missing("bus".into()),
            KeyStoreError::Locked,
            KeyStoreError::Late { after },
            KeyStoreError::Unusable,
            KeyStoreError::Failed("bus".into()),
        ]
        .map(BotNotice::KeyStore),
    );
    notices
}

fn template_errors() -> Vec<TemplateError> {
    let text = || "x".to_owned();
    vec![
        TemplateError::NoUrl,
        TemplateError::NotHttp(text()),
        TemplateError::TooMuch,
        TemplateError::MovingHost,
        TemplateError::Placeholder(text()),
        TemplateError::NoText,
        TemplateError::Body(text()),
        TemplateError::BodyOfGet(reqwest::Method::GET),
        TemplateError::Header(text()),
        TemplateError::OpenSecret(text()),
        TemplateError::Pointer(text()),
        TemplateError::ErrorWithoutReply,
        TemplateError::GoodWithoutError,
        TemplateError::NoKey,
    ]
}

fn option_faults() -> Vec<OptionFault> {
    let own = [
        OptionFault::Switch,
        OptionFault::Count { min: 1, max: 9 },
        OptionFault::Choice(&["GET", "POST"]),
        OptionFault::Rate,
        OptionFault::Url(BotUrlError::NotHttp("x".into())),
        OptionFault::Url(BotUrlError::TooMuch),
        OptionFault::Line { max: 40 },
        OptionFault::Language("x".into()),
    ];
    own.into_iter().chain(template_errors().into_iter().map(OptionFault::Template)).collect()
}

fn setup_faults() -> Vec<SetupFault> {
    let own = [SetupFault::KeyInHeader("x-api-key".into()), SetupFault::NoModel];
    own.into_iter().chain(template_errors().into_iter().map(SetupFault::Template)).collect()
}

fn service_faults() -> Vec<ServiceFault> {
    let own = [
        ServiceFault::NoAddress,
        ServiceFault::Certificate("x".into()),
        ServiceFault::NoEncryption,
        ServiceFault::EndedEarly,
    ];
    own.into_iter()
        .chain(
            [ConnectError::Refused, ConnectError::TimedOut, ConnectError::NoNetwork]
                .map(ServiceFault::Network),
        )
        .collect()
}

const INSTEAD: [UnexpectedBody; 12] = [
    UnexpectedBody::Nothing,
    UnexpectedBody::NotUtf8,
    UnexpectedBody::WebPage,
    UnexpectedBody::NotJson,
    UnexpectedBody::EventNotJson,
    UnexpectedBody::NoResult,
    UnexpectedBody::NoCode,
    UnexpectedBody::NoStatus,
    UnexpectedBody::NoChoices,
    UnexpectedBody::NoReply,
    UnexpectedBody::NoErrorField,
    UnexpectedBody::NoModels,
];

const ADVICE: [Advice; 7] = [
    Advice::BadCharacters,
    Advice::CompareWithProject,
    Advice::CompareWithRobot,
    Advice::GiveKey,
    Advice::SeePlan,
    Advice::WaitForTomorrow,
    Advice::UseOtherKey,
];

const MEANINGS: [CodeMeaning; 10] = [
    CodeMeaning::Unreadable,
    CodeMeaning::Incomplete,
    CodeMeaning::EncryptionOn,
    CodeMeaning::NoPermission,
    CodeMeaning::BadUser,
    CodeMeaning::TooManyUsers,
    CodeMeaning::NoText,
    CodeMeaning::TooLong,
    CodeMeaning::OwnFault,
    CodeMeaning::Refuses,
];

/// In English the window says what lines say; in Chinese there is no sentence of another language in it.
fn check<T: InWords + Display>(reasons: impl IntoIterator<Item = T>) {
    for reason in reasons {
        let english = reason.to_string();
        set_language(Language::ENGLISH);
        assert_eq!(reason.in_words().to_lowercase(), english.to_lowercase());
        set_language(Language::of_tag("zh-CN").unwrap());
        let chinese = reason.in_words();
        let is_han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
        assert!(chinese != english && chinese.contains(is_han), "{english} is {chinese}");
        let words: Vec<&str> = chinese.split(' ').collect();
        let is_latin = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        assert!(!words.windows(3).any(|words| words.iter().all(is_latin)), "{chinese}");
    }
}

#[test]
fn a_missing_key_and_every_notice_are_said_in_the_windows_language() {
    check(notices());
}

#[test]
fn what_a_service_answers_instead_is_said_in_the_windows_language() {
    check(INSTEAD);
    check(INSTEAD.map(BotError::NotAReply));
}

#[test]
fn what_to_do_is_said_in_the_windows_language() {
    check(ADVICE);
    check(MEANINGS);
    check(service_faults());
    check(errors());
}

#[test]
fn what_is_wrong_with_settings_is_said_in_the_windows_language() {
    check(setup_faults());
    check(option_faults());
}

#[test]
fn words_of_a_library_stay_as_they_are() {
    set_language(Language::of_tag("zh-CN").unwrap());
    assert_eq!(ServiceFault::Other("odd".into()).in_words(), "odd");
    assert_eq!(SetupFault::Other("odd".into()).in_words(), "odd");
}

#[test]
fn windows_and_lines_say_the_same_in_english() {
    for error in errors() {
        assert_eq!(error.in_words(), error.to_string());
        for rests_for in [None, Some(Duration::from_secs(10))] {
            let failure = BotFailure { bot: "Qingyun".into(), error: error.clone(), rests_for };
            assert_eq!(failure.in_words(), failure.to_string());
        }
    }
    for refusal in [Refusal::TooManyClients { max: 7 }, Refusal::TooManyOfAddress { max: 7 }] {
        assert_eq!(refusal.in_words(), refusal.to_string());
    }
    for reason in [
        DisconnectReason::ClosedByClient,
        DisconnectReason::AtFault { reason: ErrorReason::Idle, message: "too quiet".into() },
        DisconnectReason::SlowReader,
        DisconnectReason::Broken("reset".into()),
        DisconnectReason::Stopped,
        DisconnectReason::ByUser,
        DisconnectReason::Internal,
    ] {
        assert_eq!(reason.in_words(), reason.to_string());
    }
}

#[test]
fn what_a_client_is_told_is_english_and_the_window_says_it_in_its_language() {
    let failure = BotFailure { bot: "Qingyun".into(), error: BotError::Status(502), rests_for: None };
    let message = failure.to_string();
    let trouble = Trouble { reason: FailReason::BotFailed, message, failures: vec![failure] };
    assert_eq!(trouble.in_words(), "Qingyun failed (the service answered with HTTP status 502)");
    set_language(Language::of_tag("zh-CN").unwrap());
    assert_eq!(trouble.in_words(), "Qingyun 失败（服务返回 HTTP 状态 502）");
    let blank =
        Trouble { reason: FailReason::Blank, message: "the message is blank".into(), failures: vec![] };
    assert_eq!(blank.in_words(), "消息是空白的");
    let reason = ServiceFault::Network(ConnectError::Refused);
    let gone = BotError::Unreachable { reason, host: "a:1".into() };
    assert_eq!(gone.in_words(), "对方没有程序在监听：a:1");
}
