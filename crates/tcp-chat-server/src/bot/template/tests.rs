use super::*;

const SPEC: Spec<'_> = Spec {
    url: "http://bot.example:81/talk?q={text}",
    method: "",
    headers: &[],
    body: "",
    reply: "/reply",
    error: "",
    good: "",
    line_break: "",
};

fn values(text: &str) -> Values<'_> {
    Values { text, key: "s3cret", user: "u1" }
}

fn refusal(spec: Spec<'_>) -> String {
    Template::new(spec).err().unwrap().to_string()
}

#[test]
fn an_address_has_the_question_percent_encoded() {
    let template = Template::new(SPEC).unwrap();
    let request = template.request(values("a+b &c=你{key}")).unwrap();
    assert_eq!(request.url.as_str(), "http://bot.example:81/talk?q=a%2Bb%20%26c%3D%E4%BD%A0%7Bkey%7D");
    assert_eq!((template.method, request.body, request.headers.len()), (Method::GET, None, 0));
}

#[test]
fn a_body_has_the_question_escaped_and_headers_the_key() {
    let template = Template::new(Spec {
        url: "https://bot.example/{user}",
        headers: &["X-Api-Key: {key}", "accept: text/plain"],
        body: r#"{"q":"{text}","n":1.5}"#,
        ..SPEC
    });
    let template = template.unwrap();
    assert!(template.uses_key());
    let request = template.request(values("say \"{key}\"\n\\")).unwrap();
    assert_eq!(template.method, Method::POST);
    assert_eq!(request.url.as_str(), "https://bot.example/u1");
    assert_eq!(request.body.as_deref(), Some(&br#"{"n":1.5,"q":"say \"{key}\"\n\\"}"#[..]));
    assert_eq!(request.headers["x-api-key"], "s3cret");
    assert!(!format!("{:?}", request.headers).contains("s3cret"));
    assert_eq!(
        (&request.headers["accept"], &request.headers["content-type"]),
        (&HeaderValue::from_static("text/plain"), &HeaderValue::from_static("application/json"))
    );
}

#[test]
fn a_question_leaves_the_path_as_it_is() {
    let template = Template::new(Spec { url: "http://bot.example/talk/{text}", ..SPEC }).unwrap();
    for text in ["../admin", "a/b", "a?b#c", "...", "%2e%2e"] {
        let url = template.request(values(text)).unwrap().url;
        assert!(url.path().starts_with("/talk/") && url.query().is_none(), "{url}");
    }
    for text in ["..", "."] {
        assert!(matches!(template.request(values(text)), Err(BotError::QuestionUnfit)), "{text}");
    }
}

#[test]
fn a_key_that_fits_into_no_header_is_said() {
    let template = Template::new(Spec { headers: &["x-api-key: {key}"], ..SPEC }).unwrap();
    let request = template.request(Values { text: "hi", key: "a\nb", user: "u" });
    assert!(
        matches!(request, Err(BotError::Setup(SetupFault::KeyInHeader { name: header })) if header == "x-api-key")
    );
}

#[test]
fn templates_that_do_not_work_are_refused() {
    for (spec, part) in [
        (Spec { url: "", ..SPEC }, "the address of its service"),
        (Spec { url: "bot.example/{text}", ..SPEC }, "not an http"),
        (Spec { url: "ftp://a/{text}", ..SPEC }, "not an http"),
        (Spec { url: "http://{text}/", ..SPEC }, "host and port"),
        (Spec { url: "http://bot.{user}.example/{text}", ..SPEC }, "host and port"),
        (Spec { url: "http://me:pw@a/{text}", ..SPEC }, "user name"),
        (Spec { url: "http://a/{text}#x", ..SPEC }, "fragment"),
        (Spec { url: "http://a/?q={txet}", ..SPEC }, "no placeholder"),
        (Spec { url: "http://a/?q={text", ..SPEC }, "no placeholder"),
        (Spec { url: "http://a/", ..SPEC }, "goes nowhere"),
        (Spec { url: "http://a/", body: "{}", ..SPEC }, "goes nowhere"),
        (Spec { body: "{\"q\":{text}}", ..SPEC }, "not JSON"),
        (Spec { body: "{}", method: "GET", ..SPEC }, "no body"),
        (Spec { headers: &["nothing"], ..SPEC }, "NAME: VALUE"),
        (Spec { headers: &["a b: c"], ..SPEC }, "NAME: VALUE"),
        (Spec { headers: &["Host: a"], ..SPEC }, "HTTP sets itself"),
        (Spec { headers: &["x: {text}"], ..SPEC }, "without {text}"),
        (Spec { headers: &["Authorization: Bearer abc"], ..SPEC }, "a secret"),
        (Spec { headers: &["X-SessionToken: abc"], ..SPEC }, "a secret"),
        (Spec { headers: &["X-Password: abc"], ..SPEC }, "a secret"),
        (Spec { reply: "reply", ..SPEC }, "JSON pointer"),
        (Spec { error: "/e", reply: "", ..SPEC }, "needs a reply field"),
        (Spec { good: "0", ..SPEC }, "needs an error field"),
    ] {
        let refusal = refusal(spec);
        assert!(refusal.contains(part), "{part}: {refusal}");
    }
    assert!(!refusal(Spec { headers: &["Authorization: Bearer abc"], ..SPEC }).contains("abc"));
}
