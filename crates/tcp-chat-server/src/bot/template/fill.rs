//! Placeholders in a template, and what takes their place.

use serde_json::Value;

/// What takes the place of `{text}`, `{key}` and `{user}`.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    /// The question.
    pub(super) text: &'a str,
    /// The service's key; empty where there is none.
    pub(super) key: &'a str,
    /// The client's id.
    pub(super) user: &'a str,
}

/// Each placeholder, by name.
const NAMES: [&str; 3] = ["{text}", "{key}", "{user}"];

impl<'a> Values<'a> {
    fn of(&self, name: &str) -> &'a str {
        match name {
            "{text}" => self.text,
            "{key}" => self.key,
            _ => self.user,
        }
    }

    /// `template` with every placeholder filled in, through `encode`.
    ///
    /// In one pass: a question that holds `{key}` is just a question.
    pub(super) fn fill(&self, template: &str, encode: fn(&str) -> String) -> String {
        let mut filled = String::with_capacity(template.len().saturating_add(self.text.len()));
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            let (before, from_brace) = rest.split_at(at);
            filled.push_str(before);
            rest = if let Some(name) = NAMES.into_iter().find(|name| from_brace.starts_with(name)) {
                filled.push_str(&encode(self.of(name)));
                from_brace.strip_prefix(name).unwrap_or_default()
            } else {
                filled.push('{');
                from_brace.strip_prefix('{').unwrap_or_default()
            };
        }
        filled + rest
    }

    /// Fills in every text of `template`: what is put there cannot end the text it stands in.
    pub(super) fn fill_json(&self, template: &Value) -> Value {
        match template {
            Value::String(text) => Value::String(self.fill(text, str::to_owned)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.fill_json(item)).collect()),
            Value::Object(fields) => {
                let fill = |(name, value): (&String, &Value)| (name.clone(), self.fill_json(value));
                Value::Object(fields.iter().map(fill).collect())
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::url::percent_encode;

    const VALUES: Values<'_> = Values { text: "a {key}\"&你", key: "s3cret", user: "u1" };

    #[test]
    fn a_question_is_data_wherever_it_goes() {
        assert_eq!(
            VALUES.fill("?q={text}&k={key}&u={user}{", percent_encode),
            "?q=a%20%7Bkey%7D%22%26%E4%BD%A0&k=s3cret&u=u1{"
        );
        assert_eq!(VALUES.fill("Bearer {key} {x}", str::to_owned), "Bearer s3cret {x}");
        let template = serde_json::json!({ "q": ["{text}", 1], "{key}": { "k": "<{key}>" } });
        let expected = serde_json::json!({ "q": ["a {key}\"&你", 1], "{key}": { "k": "<s3cret>" } });
        assert_eq!(VALUES.fill_json(&template), expected);
    }

    proptest::proptest! {
        #[test]
        fn no_question_brings_the_key_out(text in "([{}a-z/\"\\\\ ]|[{]key[}]){0,12}") {
            let values = Values { text: &text, key: "S3CRET", user: "u" };
            let url = values.fill("http://a/{text}?q={text}", percent_encode);
            let body = values.fill_json(&serde_json::json!({ "q": "{text}" }));
            proptest::prop_assert!(!url.contains("S3CRET") && body["q"] == text.as_str());
        }
    }
}
