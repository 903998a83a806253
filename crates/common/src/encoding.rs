//! How peers write text that are not ours: UTF-8, or what a tool of some country and time writes.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use encoding_rs::DecoderResult;
use serde::{Serialize, Serializer};

/// A way to write text in bytes, of those that the WHATWG's Encoding Standard names, in which ASCII is ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// What this project itself writes.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// What Chinese tools write: it holds GBK and GB 2312.
    pub const GB18030: Self = Self(encoding_rs::GB18030);

    /// The name that the standard gives it: `UTF-8`, `gb18030`, `windows-1252`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// `text` in it; a question mark stands for a character that it does not have.
    #[must_use]
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        let (bytes, _, lacks_some) = self.0.encode(text);
        if !lacks_some {
            return bytes;
        }
        let has = |c: char| !self.0.encode(c.encode_utf8(&mut [0; 4])).2;
        let known: String = text.chars().map(|c| if has(c) { c } else { '?' }).collect();
        Cow::Owned(self.0.encode(&known).0.into_owned())
    }

    /// The text of `bytes`, or where they stop being one, counted from 0.
    fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
        if self == Self::UTF_8 {
            return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| error.valid_up_to());
        }
        let text = self.0.decode_without_bom_handling_and_without_replacement(bytes);
        text.ok_or_else(|| self.valid_up_to(bytes, true))
    }

    /// How many bytes are text; of the last character more may come unless they are all (`is_whole`).
    fn valid_up_to(self, bytes: &[u8], is_whole: bool) -> usize {
        let mut decoder = self.0.new_decoder_without_bom_handling();
        let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or_default());
        match decoder.decode_to_string_without_replacement(bytes, &mut text, is_whole) {
            (DecoderResult::Malformed(bad, after), read) => {
                read.saturating_sub(usize::from(bad)).saturating_sub(usize::from(after))
            }
            (DecoderResult::InputEmpty | DecoderResult::OutputFull, read) => read,
        }
    }

    /// How many bytes at the end of `bytes`, which are text up to there, begin a character and do not end it.
    fn unfinished(self, bytes: &[u8]) -> usize {
        if self == Self::UTF_8 {
            return match std::str::from_utf8(bytes) {
                Err(error) if error.error_len().is_none() => bytes.len().saturating_sub(error.valid_up_to()),
                _ => 0,
            };
        }
        if self.valid_up_to(bytes, false) < bytes.len() {
            return 0;
        }
        bytes.len().saturating_sub(self.valid_up_to(bytes, true))
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// How a peer's bytes are read, and ours are written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EncodingChoice {
    /// UTF-8, and GB18030 where the bytes are no UTF-8 but sound as that.
    #[default]
    Auto,
    /// This one, whatever comes.
    Fixed(Encoding),
}

/// No such encoding is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnknownEncoding;

impl EncodingChoice {
    /// What is written to a peer that has written nothing but ASCII.
    #[must_use]
    pub fn first(self) -> Encoding {
        match self {
            Self::Auto => Encoding::UTF_8,
            Self::Fixed(encoding) => encoding,
        }
    }

    /// Whether the byte 255 can be text by itself, so that it begins no command of Telnet.
    #[must_use]
    pub fn has_letter_255(self) -> bool {
        self.first().decode(&[255]).is_ok()
    }

    /// The text of `bytes`, and in which encoding it is: none where all of it is ASCII.
    ///
    /// # Errors
    /// Where they stop being text, counted from 0.
    pub fn decode(self, bytes: &[u8]) -> Result<(Cow<'_, str>, Option<Encoding>), usize> {
        let decoded = self.first().decode(bytes);
        let (text, encoding) = match decoded {
            Err(at) if self == Self::Auto && !is_cut_utf_8(bytes, at) && is_sound_gb18030(bytes) => {
                (Encoding::GB18030.decode(bytes)?, Encoding::GB18030)
            }
            decoded => (decoded?, self.first()),
        };
        Ok((text, Some(encoding).filter(|_| !bytes.is_ascii())))
    }

    /// How many bytes at the end of `bytes` begin a character and do not end it, so that more has to come.
    #[must_use]
    pub fn unfinished(self, bytes: &[u8]) -> usize {
        match (self, self.first().unfinished(bytes)) {
            (Self::Auto, 0) if std::str::from_utf8(bytes).is_err() => {
                let len = Encoding::GB18030.unfinished(bytes);
                let whole = bytes.get(..bytes.len().saturating_sub(len)).unwrap_or_default();
                let at = Encoding::UTF_8.decode(bytes).err().unwrap_or_default();
                if !is_cut_utf_8(bytes, at) && is_sound_gb18030(whole) { len } else { 0 }
            }
            (_, len) => len,
        }
    }
}

/// Whether bytes that stop being UTF-8 at `at` are so up to there by more than chance: they hold a character of three or
/// four bytes, or only their last character is cut.
fn is_cut_utf_8(bytes: &[u8], at: usize) -> bool {
    let (text, rest) = bytes.split_at_checked(at).unwrap_or_default();
    let is_end_cut = matches!(std::str::from_utf8(rest), Err(error) if error.error_len().is_none());
    text.iter().any(|byte| *byte >= 0xE0) || is_end_cut && !text.is_ascii()
}

/// Whether bytes are GB18030 that somebody may have written, and not some other text of bytes above 127, of which two after
/// one another are a pair of GB18030 often enough. In Chinese text at least every other pair is one of GB 2312, where both
/// bytes are above 160.
fn is_sound_gb18030(bytes: &[u8]) -> bool {
    let (mut common, mut rare, mut rest) = (0_usize, 0_usize, bytes);
    loop {
        rest = match rest {
            [] => return common > 0 && common >= rare && Encoding::GB18030.decode(bytes).is_ok(),
            [0..=0x7F, rest @ ..] => rest,
            [0xA1..=0xF7, 0xA1..=0xFE, rest @ ..] => {
                common = common.saturating_add(1);
                rest
            }
            [_, b'0'..=b'9', _, _, rest @ ..] | [_, _, rest @ ..] => {
                rare = rare.saturating_add(1);
                rest
            }
            [_] => return false,
        }
    }
}

impl FromStr for EncodingChoice {
    type Err = UnknownEncoding;

    fn from_str(text: &str) -> Result<Self, UnknownEncoding> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        // A browser takes GBK for GB18030 when it reads, and so do we when we write.
        let known =
            encoding_rs::Encoding::for_label(text.as_bytes()).filter(|known| known.is_ascii_compatible());
        let known = known.map(|known| if known == encoding_rs::GBK { encoding_rs::GB18030 } else { known });
        known.map(Encoding).map(Self::Fixed).ok_or(UnknownEncoding)
    }
}

impl fmt::Display for EncodingChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Fixed(encoding) => encoding.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AUTO: EncodingChoice = EncodingChoice::Auto;

    #[test]
    fn what_is_no_utf_8_but_sounds_as_gb18030_is_that() {
        for text in ["你好", "1+1等于几？", "hi 你", "镕基你好", "天气：晴，12℃\n"] {
            let bytes = Encoding::GB18030.encode(text);
            assert_eq!(AUTO.decode(&bytes), Ok((text.into(), Some(Encoding::GB18030))), "{text}");
            assert_eq!(AUTO.decode(text.as_bytes()), Ok((text.into(), Some(Encoding::UTF_8))));
        }
        assert_eq!(AUTO.decode(b"hi"), Ok(("hi".into(), None)));
        // Western text of one byte a letter, bytes of nothing, half a character.
        for (bytes, at) in [
            (&b"caf\xE9s"[..], 3),
            (b"na\xEFve \xE0 la", 2),
            (b"\xFF\xFEA", 0),
            (b"\x80\x80", 0),
            (b"a\xC4", 1),
        ] {
            assert_eq!(AUTO.decode(bytes), Err(at), "{bytes:?}");
        }
    }

    #[test]
    fn utf_8_of_which_the_end_is_missing_is_no_gb18030() {
        for (text, len, at) in [("你好吗", 8, 6), ("你好你", 8, 6), ("é你", 4, 2)] {
            assert_eq!(AUTO.decode(&text.as_bytes()[..len]), Err(at), "{text}");
        }
    }

    #[test]
    fn a_fixed_one_holds_whatever_comes() {
        let choice = |name: &str| name.parse::<EncodingChoice>().unwrap();
        assert_eq!(choice("latin1").decode(b"caf\xE9s").unwrap().0, "cafés");
        assert_eq!(choice("GBK"), EncodingChoice::Fixed(Encoding::GB18030));
        assert_eq!(choice("utf8").decode(b"\xC4\xE3"), Err(0));
        assert_eq!(choice("Shift_JIS").decode(b"\x82\xA0\xFF"), Err(2));
        assert_eq!(choice("koi8-r").first().encode("Ъ好!").as_ref(), b"\xFF?!");
        for name in ["utf-16", "iso-2022-jp", "eliza", ""] {
            assert_eq!(name.parse::<EncodingChoice>(), Err(UnknownEncoding), "{name}");
        }
        for name in ["auto", "UTF-8", "gb18030", "windows-1252"] {
            assert_eq!(choice(name).to_string(), name);
        }
    }

    proptest! {
        #[test]
        fn a_cut_character_is_unfinished_and_no_other(text in "[你好a。1]{1,12}", cut: prop::sample::Index) {
            for encoding in [Encoding::UTF_8, Encoding::GB18030] {
                let bytes = encoding.encode(&text);
                let cut = cut.index(bytes.len());
                let whole = text.chars().map(|c| encoding.encode(c.encode_utf8(&mut [0; 4])).len());
                let ends = whole.scan(0, |end, len| { *end += len; Some(*end) });
                let last = ends.take_while(|end| *end <= cut).last().unwrap_or(0);
                let fixed = EncodingChoice::Fixed(encoding);
                prop_assert_eq!(fixed.unfinished(&bytes[..cut]), cut - last);
                // One byte of the first character could be of any encoding.
                if encoding == Encoding::UTF_8 || AUTO.decode(&bytes[..last]).is_ok_and(|(_, told)| told.is_some()) {
                    prop_assert_eq!(AUTO.unfinished(&bytes[..cut]), cut - last);
                }
            }
        }

        #[test]
        fn any_bytes_are_text_or_not(bytes: Vec<u8>) {
            for choice in [AUTO, EncodingChoice::Fixed(Encoding::GB18030), "shift_jis".parse().unwrap()] {
                match choice.decode(&bytes) {
                    Ok((text, encoding)) => {
                        prop_assert_eq!(encoding.is_none(), bytes.is_ascii());
                        prop_assert!(text.len() <= bytes.len() * 3);
                    }
                    Err(at) => prop_assert!(at < bytes.len()),
                }
                prop_assert!(choice.unfinished(&bytes) <= 3);
            }
        }
    }
}
