//! The service's markup, made plain text.

/// Longest entity that is looked for, between `&` and `;`.
const MAX_ENTITY_BYTES: usize = 8;

/// Takes the markup out, in one pass: what an entity stands for is never markup itself.
///
/// `{br}` is a line break, and `{face:14}` becomes `[face 14]`: the numbers stand for different
/// pictures in different lists. Named and numbered entities of HTML become their character.
pub(super) fn plain(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find(['{', '&']) {
        let (before, markup) = rest.split_at(at);
        text.push_str(before);
        rest = if let Some(after) = markup.strip_prefix("{br}") {
            text.push('\n');
            after
        } else if let Some((face, after)) = face(markup) {
            text.extend(["[face ", face, "]"]);
            after
        } else if let Some((c, after)) = entity(markup) {
            text.push(c);
            after
        } else {
            let (first, after) = markup.split_at(1);
            text.push_str(first);
            after
        };
    }
    text.push_str(rest);
    text
}

/// The number in `{face:14}...`, and what follows it.
fn face(markup: &str) -> Option<(&str, &str)> {
    let (face, after) = markup.strip_prefix("{face:")?.split_once('}')?;
    let is_number = !face.is_empty() && face.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((face, after))
}

/// The character that `&amp;...` stands for, and what follows it.
fn entity(markup: &str) -> Option<(char, &str)> {
    let (name, after) = markup.strip_prefix('&')?.split_once(';')?;
    if name.len() > MAX_ENTITY_BYTES {
        return None;
    }
    let c = match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "middot" => '·',
        "times" => '×',
        "divide" => '÷',
        "deg" => '°',
        "hellip" => '…',
        "mdash" => '—',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        _ => numbered(name.strip_prefix('#')?)?,
    };
    Some((c, after))
}

fn numbered(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    match char::from_u32(code.ok()?)? {
        '\u{a0}' => Some(' '),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_becomes_text() {
        for (content, text) in [
            ("★ 上饶天气{br}阴,30℃{br}", "★ 上饶天气\n阴,30℃\n"),
            ("a{face:14}b&nbsp;c", "a[face 14]b c"),
            ("{br}{br}{face:0}", "\n\n[face 0]"),
            ("&lt;b&gt; &amp; &quot;&#39;&apos;&#x4f60;&#22909;&deg;", "<b> & \"''你好°"),
            ("&#160;&hellip;", " …"),
            ("<b>菲菲</b>", "<b>菲菲</b>"),
        ] {
            assert_eq!(plain(content), text);
        }
    }

    #[test]
    fn what_is_no_markup_stays() {
        for content in [
            "{face:}",
            "{face:x}",
            "{face:1",
            "{bra}",
            "{",
            "&",
            "&;",
            "&#;",
            "&#x;",
            "a & b; c",
            "&nbsp",
            "&xyz;",
            "&#xD800;",
            "&#99999999;",
            "{{}}",
        ] {
            assert_eq!(plain(content), content);
        }
    }

    #[test]
    fn an_entity_makes_no_markup() {
        assert_eq!(plain("&amp;nbsp;"), "&nbsp;");
        assert_eq!(plain("&#123;br}"), "{br}");
    }

    proptest! {
        #[test]
        fn any_text_has_an_end(content: String) {
            // A break is four characters, an entity at least four: nothing grows but by a face's two.
            prop_assert!(plain(&content).chars().count() <= 2 * content.chars().count());
        }
    }
}
