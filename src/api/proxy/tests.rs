use std::os::unix::ffi::OsStringExt as _;

use super::*;

const API: &str = "https://api.axiom.co";

fn route(url: &str, env: &[(&str, &str)]) -> Result<Route, ProxyFailure> {
    let get = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into());
    Route::to(&Endpoint::parse(url).unwrap(), get)
}

fn fault(env: &[(&str, &str)]) -> (&'static str, ProxyFault) {
    let kind = route(API, env).unwrap_err();
    (kind.variable.name(), kind.fault)
}

#[test]
fn the_first_variable_that_is_set_names_the_proxy() {
    let all = [
        ("HTTPS_PROXY", "http://a:1"),
        ("https_proxy", "https://b:2/"),
        ("ALL_PROXY", "c:3"),
        ("all_proxy", "http://d"),
        ("HTTP_PROXY", "http://e:5"),
        ("REQUEST_METHOD", "GET"),
    ];
    let seen = |from: usize| {
        let route = route(API, &all[from..]).unwrap();
        route.proxy().map(|p| format!("{} {}", p.variable.name(), p.shown()))
    };
    assert_eq!(seen(0).unwrap(), "HTTPS_PROXY http://a:1");
    assert_eq!(seen(1).unwrap(), "https_proxy https://b:2");
    assert_eq!(seen(2).unwrap(), "ALL_PROXY http://c:3");
    assert_eq!(seen(3).unwrap(), "all_proxy http://d:80");
    assert_eq!(seen(4), None, "HTTP_PROXY is for http addresses");
    // A blank variable counts as not set.
    let blank = [("HTTPS_PROXY", " "), ("https_proxy", ""), ("ALL_PROXY", "http://c:3")];
    assert_eq!(route(API, &blank).unwrap().proxy().unwrap().variable, ProxyVariable::All);
}

#[test]
fn an_unusable_setting_is_an_error() {
    use ProxyFault as P;
    for (value, wanted) in [
        ("socks5://p:1080", P::Socks),
        ("SOCKS5H://p:1080", P::Socks),
        ("socks://p", P::Socks),
        ("ftp://p:21", P::Scheme),
        ("quic://p", P::Scheme),
        ("http://", P::NotAddress),
        ("http://p:port", P::NotAddress),
        ("http://p:99999", P::NotAddress),
        ("http://p:0", P::NotAddress),
        ("http://p q:1", P::NotAddress),
        ("http:\\\\p:1", P::NotAddress),
        ("p:1:2", P::NotAddress),
        ("http://user:pa#ss@p:1", P::NotAddress),
        ("http://p:1/proxy.pac", P::Path),
        ("http://p:1?x", P::Path),
        ("http://p:1#x", P::Path),
    ] {
        assert_eq!(fault(&[("https_proxy", value)]), ("https_proxy", wanted), "{value}");
        // An invalid variable is not skipped in favour of another.
        let both = [("HTTPS_PROXY", value), ("ALL_PROXY", "http://p:1")];
        assert_eq!(fault(&both), ("HTTPS_PROXY", wanted), "{value}");
    }
    let endpoint = Endpoint::parse(API).unwrap();
    for name in ["HTTPS_PROXY", "NO_PROXY"] {
        let get = |asked: &str| match asked {
            _ if asked == name => Some(OsString::from_vec(b"http://p\xff".to_vec())),
            "HTTPS_PROXY" => Some("http://p".into()),
            _ => None,
        };
        let kind = Route::to(&endpoint, get).unwrap_err();
        assert_eq!((kind.variable.name(), kind.fault), (name, P::NotText));
    }
}

#[test]
fn this_computer_is_always_reached_directly() {
    let env = [("HTTPS_PROXY", "socks5://p"), ("ALL_PROXY", "::"), ("NO_PROXY", "/")];
    for url in ["http://127.0.0.1:1", "https://127.1.2.3", "https://[::1]", "https://localhost:2"] {
        assert_eq!(route(url, &env).unwrap(), Route::Loopback, "{url}");
    }
}

#[test]
fn exceptions_are_names_addresses_and_networks() {
    let excepted = |url: &str, list: &str| {
        let env = [("HTTPS_PROXY", "http://p"), ("no_proxy", list)];
        matches!(route(url, &env).unwrap(), Route::Excepted { by: ProxyVariable::NoLower, .. })
    };
    for list in [
        "*",
        "axiom.co",
        ".axiom.co",
        "*.axiom.co",
        "API.AXIOM.CO",
        "api.axiom.co.",
        "localhost, 127.0.0.1 ,api.axiom.co:443",
        "a.example b.example axiom.co",
        "<local>,169.254/16,[::1]:80,axiom.co",
    ] {
        assert!(excepted(API, list), "{list}");
    }
    for list in ["", " , ", "xiom.co", "co.axiom.co", "api.axiom.co:8443", "10.0.0.0/8", "<local>"]
    {
        assert!(!excepted(API, list), "{list}");
    }
    for (url, list, wanted) in [
        ("https://10.1.2.3", "10.0.0.0/8", true),
        ("https://10.1.2.3", "10.1.2.3", true),
        ("https://10.1.2.3:8", "10.1.2.3:8", true),
        ("https://10.1.2.3:8", "10.1.2.3:9", false),
        ("https://10.1.2.3", "10.1.2.2/31", true),
        ("https://10.1.2.4", "10.1.2.2/31", false),
        ("https://169.254.9.9", "169.254/16", true),
        ("https://1.2.3.4", "0.0.0.0/0", true),
        ("https://[fe80::1]", "fe80::/10", true),
        ("https://[fe80::1]:9", "[fe80::1]:9", true),
        ("https://[2001:db8::1]", "fe80::/10", false),
        ("https://intranet", "<local>", true),
    ] {
        assert_eq!(excepted(url, list), wanted, "{url} {list}");
    }
}

#[test]
fn an_unreadable_exception_is_reported_by_position() {
    for (list, at) in [
        ("https://api.axiom.co", 1),
        ("localhost,api.axiom.co/v2", 2),
        ("*,10.0.0.0/33", 2),
        ("axiom.co,10.", 2),
        ("10.1", 1),
        ("a,b,*axiom*", 3),
        ("a;b", 1),
        ("a..b", 1),
        ("a:port", 1),
        ("[axiom.co]", 1),
        ("axiom.co:", 1),
    ] {
        let env = [("HTTPS_PROXY", "http://p"), ("NO_PROXY", list)];
        assert_eq!(fault(&env), ("NO_PROXY", ProxyFault::Exception(at)), "{list}");
        // Without a proxy, exceptions are not parsed.
        assert_eq!(route(API, &env[1..]).unwrap(), Route::Direct, "{list}");
    }
}

#[test]
fn proxy_credentials_are_not_shown() {
    for value in ["http://jo:canary@p:3128", "jo:can%61ry@p:3128", "http://canary@p:3128"] {
        let route = route(API, &[("HTTPS_PROXY", value)]).unwrap();
        let proxy = route.proxy().unwrap();
        assert_eq!(proxy.shown(), "http://…@p:3128");
        assert_eq!(proxy.url().as_str(), "http://p:3128/");
        assert!(!format!("{route:?}").contains("canary"), "{route:?}");
    }
    let route = route(API, &[("HTTPS_PROXY", "http://jo:p%40ss@p")]).unwrap();
    let header = route.proxy().unwrap().authorization().unwrap();
    assert_eq!(header, "Basic am86cEBzcw==");
}
