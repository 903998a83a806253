//! The proxy for a service, as the environment names it.

use std::net::IpAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::SetupFault;

/// Where a service is asked by way of a proxy.
#[derive(Clone)]
pub(super) struct Proxy {
    /// With its name and password, where it wants them.
    pub(super) address: String,
    /// Host and port, for people.
    pub(super) name: String,
}

/// The proxy for `url`, by the variables that curl reads: in capitals first, `ALL_PROXY` last.
pub(super) fn proxy_for(
    url: &Url,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, SetupFault> {
    let find = |names: &[String]| {
        let found = |name: &String| variable(name).map(|value| value.trim().to_owned());
        names.iter().find_map(|name| Some((name.clone(), found(name).filter(|value| !value.is_empty())?)))
    };
    let both = |name: &str| [name.to_uppercase(), name.to_lowercase()];
    let names = [both(&format!("{}_proxy", url.scheme())), both("all_proxy")].concat();
    let Some((variable, value)) = find(&names) else { return Ok(None) };
    if url.host_str().is_some_and(is_this_computer) {
        return Ok(None);
    }
    // So the settings of desktops write it; names are left to the proxy, which sees more of them.
    let address = match value.strip_prefix("socks://") {
        Some(rest) => format!("socks5h://{rest}"),
        None => value,
    };
    let (_, exempt) = find(&both("no_proxy")).unwrap_or_default();
    let target = url.as_str().parse();
    let matched = |exempt: &str| {
        let matcher = Matcher::builder().all(address.as_str()).no(exempt).build();
        matcher.intercept(target.as_ref().ok()?)
    };
    if matched("").is_none() {
        return Err(SetupFault::Proxy { variable });
    }
    Ok(matched(&exempt).map(|proxy| Proxy {
        name: proxy.uri().authority().map(ToString::to_string).unwrap_or_default(),
        address,
    }))
}

/// A service on this computer is asked without a proxy.
pub(super) fn is_this_computer(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    let is_name = bare == "localhost" || bare.ends_with(".localhost");
    is_name
        || bare.parse::<IpAddr>().is_ok_and(|ip| {
            let ip = ip.to_canonical();
            ip.is_loopback() || ip.is_unspecified()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(url: &str, variables: &[(&str, &str)]) -> Result<Option<(String, String)>, SetupFault> {
        let url = Url::parse(url).unwrap();
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Ok(proxy_for(&url, variable)?.map(|proxy| (proxy.address, proxy.name)))
    }

    #[test]
    fn the_environment_names_the_proxy() {
        let (web, tls) = ("http://bot.example/v1", "https://bot.example/v1");
        let all = [("all_proxy", "socks://10.0.0.1:1080/"), ("no_proxy", "x.example, 10.0.0.0/8")];
        for (url, variables, address, name) in [
            (
                web,
                &[("http_proxy", "http://me:pass@10.0.0.1:3128")][..],
                "http://me:pass@10.0.0.1:3128",
                "10.0.0.1:3128",
            ),
            (
                web,
                &[("HTTP_PROXY", "10.0.0.2:3128"), ("http_proxy", "http://x:1")],
                "10.0.0.2:3128",
                "10.0.0.2:3128",
            ),
            (tls, &[("https_proxy", ""), ("ALL_PROXY", "http://p:1")], "http://p:1", "p:1"),
            (tls, &all, "socks5h://10.0.0.1:1080/", "10.0.0.1:1080"),
            (tls, &[("all_proxy", "socks5://p:1080")], "socks5://p:1080", "p:1080"),
        ] {
            assert_eq!(
                proxy(url, variables),
                Ok(Some((address.to_owned(), name.to_owned()))),
                "{variables:?}"
            );
        }
        for url in ["http://x.example/", "http://a.x.example/", "http://10.1.2.3/", "http://localhost/"] {
            assert_eq!(proxy(url, &all), Ok(None), "{url}");
        }
        assert_eq!(proxy(web, &[("https_proxy", "http://p:1")]), Ok(None));
        for bad in ["ftp://p:1", "http://", "socks9://p:1"] {
            let variable = "all_proxy".to_owned();
            assert_eq!(proxy(web, &[("all_proxy", bad)]), Err(SetupFault::Proxy { variable }), "{bad}");
        }
    }

    #[test]
    fn this_computer_has_many_names() {
        for url in [
            "http://localhost",
            "http://LOCALHOST.",
            "http://bot.localhost",
            "http://127.0.0.1",
            "http://127.1.2.3",
            "http://[::1]",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0",
            "http://[::]",
        ] {
            let url = Url::parse(url).unwrap();
            assert!(is_this_computer(url.host_str().unwrap()), "{url}");
        }
        for host in ["localhost.example", "notlocalhost", "10.0.0.1", "[::ffff:10.0.0.1]", "[::2]"] {
            assert!(!is_this_computer(host), "{host}");
        }
    }
}
