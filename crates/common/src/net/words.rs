//! The network's errors as a window says them.

use super::{BindError, ConnectError, HostError, InterfaceKind, Reach};
use crate::language::InWords;
use crate::tr;

impl InWords for HostError {
    fn in_words(&self) -> String {
        match self {
            Self::Empty => tr!("address-empty").to_owned(),
            Self::NotAHost(typed) => tr!("address-wrong", typed = typed.as_str()),
        }
    }
}

impl InWords for BindError {
    fn in_words(&self) -> String {
        match self {
            Self::PortTaken(address) => tr!("bind-taken", address = address.to_string()),
            Self::NotOurs(address) => tr!("bind-not-ours", address = address.to_string()),
            Self::NotPermitted(address) => tr!("bind-not-permitted", address = address.to_string()),
            Self::NoSuchHost { host, reason } => {
                tr!("bind-no-such-host", host = host.to_string(), reason = reason.as_str())
            }
            Self::Other { addr, reason } => {
                tr!("bind-other", address = addr.to_string(), reason = reason.as_str())
            }
        }
    }
}

impl InWords for ConnectError {
    fn in_words(&self) -> String {
        let text = match self {
            Self::Refused => tr!("connect-refused"),
            Self::Broken => tr!("connect-broken"),
            Self::TimedOut => tr!("connect-timed-out"),
            Self::NoNetwork => tr!("connect-no-network"),
            Self::NoComputer => tr!("connect-no-computer"),
            Self::NotPermitted => tr!("connect-not-permitted"),
            Self::Other(reason) => reason,
        };
        text.to_owned()
    }
}

impl InWords for Reach {
    fn in_words(&self) -> String {
        let text = match self {
            Self::Computer => tr!("reach-computer"),
            Self::Network => tr!("reach-network"),
            Self::EveryNetwork => tr!("reach-every-network"),
        };
        text.to_owned()
    }
}

impl InWords for InterfaceKind {
    fn in_words(&self) -> String {
        let text = match self {
            Self::Wired => tr!("interface-wired"),
            Self::Wireless => tr!("interface-wireless"),
            Self::Loopback => tr!("interface-this-computer"),
            Self::Virtual => tr!("interface-virtual"),
            Self::Vpn => tr!("interface-vpn"),
        };
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, set_language};

    #[test]
    fn windows_and_lines_say_the_same_in_english() {
        let addr = "127.0.0.1:6666".parse().unwrap();
        let reason = "no such thing".to_owned();
        let errors = [
            BindError::PortTaken(addr),
            BindError::NotOurs(addr),
            BindError::NotPermitted(addr),
            BindError::NoSuchHost { host: "x".parse().unwrap(), reason: reason.clone() },
            BindError::Other { addr, reason },
        ];
        for error in errors {
            assert_eq!(error.in_words().to_lowercase(), error.to_string().to_lowercase());
        }
        for error in ["", "1.2.3"].map(|typed| typed.parse::<crate::net::Host>().unwrap_err()) {
            assert_eq!(error.in_words().to_lowercase(), error.to_string().to_lowercase());
        }
        for error in ConnectError::ALL {
            assert_eq!(error.in_words().to_lowercase(), error.to_string());
        }
        for reach in [Reach::Computer, Reach::Network, Reach::EveryNetwork] {
            assert_eq!(reach.in_words(), reach.to_string());
        }
    }

    #[test]
    fn a_window_says_them_in_its_language() {
        set_language(Language::of_tag("zh").unwrap());
        let error = BindError::PortTaken("127.0.0.1:6666".parse().unwrap());
        assert!(
            error.in_words().ends_with("请停止该程序或换一个端口：127.0.0.1:6666"),
            "{}",
            error.in_words()
        );
        assert!(error.to_string().starts_with("the port is taken"), "lines stay English");
    }
}
