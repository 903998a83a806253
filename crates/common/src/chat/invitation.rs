//! One line that holds all that a client needs to know about a server.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;

use super::ServerKey;
use crate::secret::Hidden;

/// What an invitation begins with.
const SCHEME: &str = "tcp-chat://";

/// Most addresses that are tried.
const MOST_ADDRESSES: usize = 16;

/// What stands for itself: RFC 3986, section 2.3, and what addresses are made of.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// An invitation to a server: `tcp-chat://HOST:PORT/?key=HEX&pass=WORDS&at=HOST:PORT`, see `docs/protocol.md`, part 3. Its
/// text form contains the pass phrase: never log it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// `HOST:PORT` of the same server, each to be tried in turn; never empty.
    pub addresses: Vec<String>,
    /// The server's key; without one the connection is plain unless a key is known.
    pub key: Option<ServerKey>,
    /// What the server wants to be told.
    pub pass: Option<Hidden>,
}

/// A text is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum InvitationError {
    /// It begins otherwise.
    NoInvitation,
    /// It names no address.
    NoAddress,
    /// Its key is none.
    BadKey,
    /// Its pass phrase is no text.
    BadPass,
}

impl Invitation {
    /// Whether a text wants to be one.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.trim().get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
    }
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |text| utf8_percent_encode(text, ESCAPED);
        let mut addresses = self.addresses.iter();
        write!(f, "{SCHEME}{}/", addresses.next().map_or("", String::as_str))?;
        let key = self.key.iter().map(|key| format!("key={key}"));
        let pass = self.pass.iter().map(|pass| format!("pass={}", escaped(&pass.0)));
        let others = addresses.map(|address| format!("at={}", escaped(address)));
        let mut separator = '?';
        for parameter in key.chain(pass).chain(others) {
            write!(f, "{separator}{parameter}")?;
            separator = '&';
        }
        Ok(())
    }
}

impl FromStr for Invitation {
    type Err = InvitationError;

    fn from_str(text: &str) -> Result<Self, InvitationError> {
        let text = text.trim();
        if !Self::is_meant(text) {
            return Err(InvitationError::NoInvitation);
        }
        let rest = text.get(SCHEME.len()..).unwrap_or_default();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (address, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let query = rest.split('#').next().unwrap_or_default().split_once('?').map_or("", |(_, query)| query);
        let mut invitation = Self { addresses: vec![address.to_owned()], key: None, pass: None };
        for (name, value) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
            let value = percent_decode_str(value).decode_utf8();
            match name {
                "key" => {
                    let key = value.ok().and_then(|key| key.parse().ok());
                    invitation.key = Some(key.ok_or(InvitationError::BadKey)?);
                }
                "pass" => {
                    let pass = value.ok().ok_or(InvitationError::BadPass)?;
                    invitation.pass = (!pass.is_empty()).then(|| Hidden(pass.into_owned()));
                }
                "at" => invitation.addresses.extend(value.ok().map(std::borrow::Cow::into_owned)),
                _ => (),
            }
        }
        invitation.addresses.retain(|address| is_address(address));
        invitation.addresses.truncate(MOST_ADDRESSES);
        if invitation.addresses.is_empty() { Err(InvitationError::NoAddress) } else { Ok(invitation) }
    }
}

/// Whether a text could be `HOST:PORT`: nothing in it ends an address, or is a control character.
fn is_address(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-._~:[]%".contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> ServerKey {
        ServerKey::of_hash([0xab; 32])
    }

    #[test]
    fn an_invitation_is_one_line_that_is_read_again() {
        let key = Some(key());
        let addresses = |addresses: &[&str]| addresses.iter().copied().map(str::to_owned).collect();
        let digits = "ab".repeat(32);
        for (invitation, line) in [
            (
                Invitation { addresses: addresses(&["192.168.1.20:6666"]), key: None, pass: None },
                "tcp-chat://192.168.1.20:6666/".to_owned(),
            ),
            (
                Invitation {
                    addresses: addresses(&["192.168.1.20:6666", "[fe80::1%2]:6666"]),
                    key,
                    pass: Some(Hidden("correct horse & 電池 100%".to_owned())),
                },
                format!(
                    "tcp-chat://192.168.1.20:6666/?key={digits}&pass=correct%20horse%20%26%20%E9%9B%BB%E6%B1%A0%20100%25&at=%5Bfe80::1%252%5D:6666"
                ),
            ),
        ] {
            assert_eq!(invitation.to_string(), line);
            assert_eq!(line.parse(), Ok(invitation));
        }
    }

    #[test]
    fn what_others_write_is_understood_or_refused() {
        let read = |line: &str| line.parse::<Invitation>();
        let plain = read(" TCP-Chat://host:7?x=1&pass=&key2=3#top \n").unwrap();
        assert_eq!(
            (plain.addresses.as_slice(), plain.key, plain.pass),
            (&["host:7".to_owned()][..], None, None)
        );
        assert_eq!(read("http://host/"), Err(InvitationError::NoInvitation));
        assert_eq!(read("tcp-chat:///?key=1"), Err(InvitationError::BadKey));
        assert_eq!(read("tcp-chat:///"), Err(InvitationError::NoAddress));
        assert_eq!(read("tcp-chat://h:1/?pass=%FF"), Err(InvitationError::BadPass));
        assert_eq!(read("tcp-chat:///?at=h:1").unwrap().addresses, ["h:1"]);
        assert_eq!(read("tcp-chat:///?at=h:1/&at=h%0A:1&at=g:1").unwrap().addresses, ["g:1"]);
    }

    #[test]
    fn a_pass_phrase_is_in_no_log() {
        let invitation = "tcp-chat://h:1/?pass=s3cr3t".parse::<Invitation>().unwrap();
        assert!(!format!("{invitation:?}").contains("s3cr3t"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(tcp-chat://)?\\PC{0,60}") {
            if let Ok(invitation) = text.parse::<Invitation>() {
                prop_assert_eq!(invitation.to_string().parse(), Ok(invitation));
            }
        }

        #[test]
        fn any_pass_phrase_comes_through(pass in "\\PC{1,40}") {
            let addresses = vec!["h:1".to_owned()];
            let invitation = Invitation { addresses, key: Some(key()), pass: Some(Hidden(pass)) };
            prop_assert_eq!(invitation.to_string().parse(), Ok(invitation));
        }
    }
}
