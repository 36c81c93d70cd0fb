use super::*;

fn parsed(text: &str) -> Result<(String, String), String> {
    Endpoint::parse(text).map(|e| (e.to_string(), e.host().to_owned())).map_err(|e| e.to_string())
}

#[test]
fn the_console_url_is_known_for_axioms_own_hosts() {
    let console = |url| Endpoint::parse(url).unwrap().console_profile();
    let known = Some("https://app.axiom.co/settings/profile".to_owned());
    assert_eq!(console("https://api.axiom.co"), known);
    assert_eq!(console("https://cloud.axiom.co"), known);
    assert_eq!(console("https://api.axiom.co.evil.example"), None);
    assert_eq!(console("http://127.0.0.1:1"), None);
}

#[test]
fn valid_addresses_are_accepted() {
    for (text, url, host) in [
        ("https://api.axiom.co", "https://api.axiom.co", "api.axiom.co"),
        (" https://API.axiom.co// ", "https://api.axiom.co", "api.axiom.co"),
        ("https://cloud.axiom.co/", "https://api.axiom.co", "api.axiom.co"),
        ("https://cloud.eu.axiom.co", "https://api.eu.axiom.co", "api.eu.axiom.co"),
        ("https://cloud.example.org", "https://cloud.example.org", "cloud.example.org"),
        ("https://cloud.notaxiom.co", "https://cloud.notaxiom.co", "cloud.notaxiom.co"),
        ("https://h.example:8443/a/b/", "https://h.example:8443/a/b", "h.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1"),
        ("http://127.9.9.9:8080/x", "http://127.9.9.9:8080/x", "127.9.9.9:8080"),
        ("http://[::1]:9", "http://[::1]:9", "[::1]:9"),
        ("http://localhost:9", "http://localhost:9", "localhost:9"),
    ] {
        assert_eq!(parsed(text), Ok((url.to_owned(), host.to_owned())), "{text}");
    }
}

#[test]
fn invalid_addresses_are_rejected_with_advice() {
    for (text, why) in [
        ("", "an address is required"),
        ("api.axiom.co", "write https://api.axiom.co"),
        ("api.axiom.co:443/x?token=xapt-1", "write https://api.axiom.co:443"),
        ("me:geheim@api.axiom.co", "write https://api.axiom.co"),
        ("http://api.axiom.co", "write https://api.axiom.co"),
        ("http://localhost.example.org", "http would expose the token"),
        ("http://127.0.0.1.example.org", "http would expose the token"),
        ("http://[::ffff:127.0.0.1]", "http would expose the token"),
        ("http://10.0.0.1", "http would expose the token"),
        (
            "ftp://api.axiom.co",
            "only https is supported (http only for this computer): write https://api.axiom.co",
        ),
        ("file:///etc/passwd", "invalid address"),
        ("https://me:geheim@api.axiom.co", "remove the user name and password"),
        ("https://geheim@api.axiom.co", "remove the user name and password"),
        ("https://api.axiom.co?token=geheim", "remove ? or #"),
        ("https://api.axiom.co/#geheim", "remove ? or #"),
        ("https://", "invalid address"),
        ("https://a b", "invalid address"),
        ("https://\u{430}xiom.co", "in ASCII (xn--"),
    ] {
        let error = parsed(text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
        assert!(!error.contains("geheim") && !error.contains("xapt"), "{text}: {error}");
    }
}

#[test]
fn known_mistakes_get_the_correct_address() {
    for (text, part, right) in [
        ("https://app.axiom.co", "app.axiom.co is Axiom's console", "https://api.axiom.co"),
        ("https://APP.axiom.co./acme-4x1k/settings", "console", "https://api.axiom.co"),
        ("app.axiom.co", "has no scheme", "https://api.axiom.co"),
        ("http://app.axiom.co", "console", "https://api.axiom.co"),
        ("https://app.eu.axiom.co", "console", "https://api.eu.axiom.co"),
        ("https://axiom.co", "web site", "https://api.axiom.co"),
        ("https://www.axiom.co/docs", "web site", "https://api.axiom.co"),
        ("axiom.co", "has no scheme", "https://api.axiom.co"),
        ("https://docs.axiom.co", "documentation", "https://api.axiom.co"),
        ("https://mcp.axiom.co/mcp", "MCP server", "https://api.axiom.co"),
        ("https://eu-central-1.aws.edge.axiom.co", "edge", "https://api.axiom.co"),
        ("https://us-east-1.aws.edge.axiom.co/v1/ingest", "edge", "https://api.axiom.co"),
        ("https://edge.axiom.co", "edge", "https://api.axiom.co"),
        ("https://https://api.axiom.co", "two schemes", "https://api.axiom.co"),
        ("https://http://app.axiom.co", "two schemes", "https://api.axiom.co"),
        ("http://https://h.example:8/a", "two schemes", "https://h.example:8"),
        ("https://https:/api.axiom.co", "two schemes", "https://api.axiom.co"),
        ("HTTPS://HTTPS://api.axiom.co/", "two schemes", "https://api.axiom.co"),
        ("https:api.axiom.co", "has no scheme", "https://api.axiom.co"),
        ("https:/api.axiom.co", "has no scheme", "https://api.axiom.co"),
        ("//api.axiom.co", "has no scheme", "https://api.axiom.co"),
        ("http://api.axiom.co:80/v2", "http would expose", "https://api.axiom.co"),
        ("http://cloud.axiom.co", "http would expose", "https://api.axiom.co"),
        ("https://api.axiom.co/v2", "remove the path", "https://api.axiom.co"),
        ("https://api.axiom.co/v1/datasets/", "remove the path", "https://api.axiom.co"),
        ("https://api.axiom.co/datasets", "remove the path", "https://api.axiom.co"),
        ("https://cloud.axiom.co/anything", "remove the path", "https://api.axiom.co"),
        ("https://h.example/v2", "remove the path", "https://h.example"),
        ("https://h.example:8/gate/v2/tokens", "remove the path", "https://h.example:8/gate"),
        ("http://127.0.0.1:9/v2/", "remove the path", "http://127.0.0.1:9"),
        ("https://h.example/datasets", "remove the path", "https://h.example"),
        ("https://api.axiom.co?org=1", "remove ? or #", "https://api.axiom.co"),
        ("https://jo:geheim@app.axiom.co", "user name", "https://api.axiom.co"),
        ("https://jo:ge@heim@h.example", "user name", "https://h.example"),
        ("xaat-geheim", "a token does not belong", "https://api.axiom.co"),
        ("https://xaat-geheim", "a token does not belong", "https://api.axiom.co"),
        ("https://h.example/xaat-geheim", "a token does not", "https://api.axiom.co"),
        ("https://h.example/?u=http://g.example", "remove ? or #", "https://h.example"),
    ] {
        let error = parsed(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
        assert!(
            error.ends_with(&format!("write {right}"))
                || error.ends_with(&format!("such as {right}")),
            "{text}: {error}"
        );
        assert!(!error.contains("heim"), "{text}: {error}");
        if error.contains(": write ") {
            assert!(Endpoint::parse(right).is_ok(), "{right}");
        }
    }
    for text in [
        "https://api.axi\tom.co",
        "https://api.axiom.co\n/x",
        "https:\\\\api.axiom.co",
        "https://evil.example\\@api.axiom.co",
        "\"https://api.axiom.co\"",
        "https://a co",
    ] {
        let error = parsed(text).unwrap_err();
        assert!(error.contains("write"), "{text}: {error}");
    }
}

#[test]
fn addresses_that_only_resemble_axioms_are_left_alone() {
    for text in [
        "https://app.notaxiom.co",
        "https://app.axiom.co.example.org",
        "https://axiom.company.example",
        "https://edge.example",
        "https://h.example/v2/gate",
        "https://h.example/datasets/gate",
        "https://staging.axiom.co",
        "https://api.eu.axiom.co",
    ] {
        assert_eq!(parsed(text).map(|(url, _)| url), Ok(text.to_owned()));
    }
}

#[test]
fn an_id_stays_one_path_segment() {
    let endpoint = Endpoint::parse("https://h.example/pre/").unwrap();
    for (id, path) in [
        ("abc-1", "/pre/v2/tokens/abc-1"),
        ("a/b", "/pre/v2/tokens/a%2Fb"),
        ("a?b#c", "/pre/v2/tokens/a%3Fb%23c"),
        ("%2e%2e", "/pre/v2/tokens/%252e%252e"),
        ("..a", "/pre/v2/tokens/..a"),
        ("a\\..\\b", "/pre/v2/tokens/a%5C..%5Cb"),
        ("é \n", "/pre/v2/tokens/%C3%A9%20%0A"),
    ] {
        let url = endpoint.route(&["v2", "tokens", id]).unwrap();
        assert_eq!(url.path(), path);
        assert_eq!((url.query(), url.fragment()), (None, None));
    }
    for id in ["", ".", ".."] {
        assert_eq!(endpoint.route(&["v2", "tokens", id]), None, "{id:?}");
    }
}
