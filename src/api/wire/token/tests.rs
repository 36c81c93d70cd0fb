use super::*;

fn expiry_of(json: &str) -> TokenExpiry {
    token(format!(r#"{{"id":"x","expiresAt":{json}}}"#).as_bytes()).unwrap().expiry
}

#[test]
fn null_absent_and_zero_time_mean_never() {
    for json in ["null", r#""0001-01-01T00:00:00Z""#, r#""0001-01-01T02:00:00.000+02:00""#] {
        assert_eq!(expiry_of(json), Expiry::Never.into(), "{json}");
    }
    assert_eq!(token(br#"{"id":"x"}"#).unwrap().expiry, Expiry::Never.into());
}

#[test]
fn times_are_instants_in_every_notation() {
    let at: Timestamp = "2027-02-21T00:00:00Z".parse().unwrap();
    for json in [
        r#""2027-02-21T00:00:00Z""#,
        r#""2027-02-21t00:00:00z""#,
        r#""2027-02-21 00:00:00Z""#,
        r#""2027-02-21T02:00:00.000+02:00""#,
        r#""2027-02-20T23:30:00-00:30""#,
        r#""2027-02-21T00:00:00.000000000Z""#,
        r#""2027-02-21T00:00:00-00:00""#,
        r#""2027\u002d02-21T00:00:00Z""#,
    ] {
        assert_eq!(expiry_of(json), Expiry::At(at).into(), "{json}");
    }
}

#[test]
fn an_unreadable_expiry_is_kept_and_is_neither_never_nor_a_time() {
    for json in [
        r#""2026-11-27""#,
        "1795000000",
        "1795000000000",
        "1.795e9",
        "0",
        "-1",
        r#""1795000000""#,
        r#""2026-11-27 10:00:00 +0000 UTC""#,
        r#""2026-11-27T10:00:00""#,
        r#""2026-11-27T10:00Z""#,
        r#""2026-11-27T10:00:00+01""#,
        r#""2026-11-27T10:00:00Z[Europe/Berlin]""#,
        r#""20261127T100000Z""#,
        r#""2026-11-27T10:00:00,5Z""#,
        r#""2026-11-27T10:00:00.Z""#,
        r#""2026-11-27T25:00:00Z""#,
        r#""2026-02-30T00:00:00Z""#,
        r#""10000-01-01T00:00:00Z""#,
        r#""9999-12-31T23:59:59Z""#,
        r#""0001-12-31T23:59:59Z""#,
        r#""0001-01-01T00:00:00+02:00""#,
        r#""0000-00-00T00:00:00Z""#,
        r#""1970-01-01T00:00:00Z""#,
        r#""Fri, 27 Nov 2026 10:00:00 GMT""#,
        r#"" 2026-11-27T10:00:00Z""#,
        r#""""#,
        r#""never""#,
        r#""soon""#,
        r#""\ud800""#,
        "true",
        "false",
        "[]",
        "{}",
        r#"{"at":"2026-11-27T10:00:00Z"}"#,
    ] {
        assert_eq!(expiry_of(json), TokenExpiry::Unread(json.into()), "{json}");
    }
}

#[test]
fn two_different_expiries_are_unreadable() {
    let twice = |a: &str, b: &str| {
        let body = format!(r#"{{"id":"x","expiresAt":{a},"expiresAt":{b}}}"#);
        token(body.as_bytes()).unwrap().expiry
    };
    let time = r#""2027-02-21T00:00:00Z""#;
    assert!(twice("null", time).is_unread());
    assert!(twice(time, "null").is_unread());
    assert_eq!(twice("null", "null"), Expiry::Never.into());
}

#[test]
fn a_broken_element_does_not_break_the_list() {
    let body = br#"[{"name":"no id"},null,{"id":7,"name":8,"description":[]},{"id":"b"}]"#;
    let tokens = tokens(body).unwrap();
    let ids: Vec<_> = tokens.iter().map(|t| t.id.raw()).collect();
    assert_eq!(ids, ["", "7", "b"]);
    assert_eq!(tokens[0].name.raw(), "no id");
    assert_eq!(tokens[1].name.raw(), "8");
    assert_eq!(tokens[1].description.raw(), "");
}

#[test]
fn an_invalid_list_is_not_an_empty_list() {
    for body in [&b"{}"[..], b"[1,2]", b"[\"a\"]", b"", b"<html>", b"[] trailing", b"[{\"id\":"] {
        assert!(tokens(body).is_none(), "{}", String::from_utf8_lossy(body));
    }
    assert_eq!(tokens(b"null").unwrap(), []);
    assert_eq!(tokens(b" [] ").unwrap(), []);
}

#[test]
fn a_single_token_needs_an_id() {
    assert!(token(br#"{"name":"a"}"#).is_none());
    assert!(token(br#"{"id":"","name":"a"}"#).is_none());
    assert!(token(b"null").is_none());
}

/// A token as in the API description, with additions of a newer server.
const USUAL: &str = r#"{"id":"a","name":"caf\u00e9 é","description":null,
     "samlAuthenticated":false,"expiresAt":"2027-02-21T00:00:00Z",
     "datasetCapabilities":{"b":{"query":["read"],"ingest":["create"]},"*":{"share":["read"]}},
     "viewCapabilities":null,"orgCapabilities":{"users":["read","delete"],"trim":[]},
     "futureCapabilities":{"x":{"y":["z"]}}}"#;

/// Tokens of other shapes.
const ODD: [&str; 12] = [
    "null",
    r#"{"id":7}"#,
    r#"{"expiresAt":"2026-11-27"}"#,
    r#"{"expiresAt":1795000000}"#,
    r#"{"id":"a","id":"b","name":"\ud800"}"#,
    r#"{"datasetCapabilities":{"a":["query"]}}"#,
    r#"{"datasetCapabilities":{"a":{"query":{"read":true}}}}"#,
    r#"{"viewCapabilities":["all"]}"#,
    r#"{"orgCapabilities":{"users":["read","audit", {"x" : 1.0e5}]}}"#,
    r#"{"orgCapabilities":{"sharedAccessKeys":["delete"]}}"#,
    r#"{"orgCapabilities":{"users":{}},"orgCapabilities":{"users":["read"]}}"#,
    r#"{"future":[[[{"a":"]}"}]]],"expiresAt":null,"expiresAt":""}"#,
];

#[test]
fn an_unusual_token_does_not_affect_the_others() {
    let usual = tokens(format!("[{USUAL}]").as_bytes()).unwrap();
    assert_eq!((usual[0].name.raw(), usual[0].grants.unknown.len()), ("café é", 1));
    for odd in ODD {
        let alone = tokens(format!("[{odd}]").as_bytes()).unwrap();
        let all = tokens(format!("[{USUAL},{odd},{USUAL}]").as_bytes()).unwrap();
        assert_eq!(all, [&usual[..], &alone, &usual].concat(), "{odd}");
    }
}

#[test]
fn the_fast_path_and_the_careful_path_agree() {
    let value = serde_json::from_str(USUAL).unwrap();
    let with_care = parse_lenient(value, &mut Reader::default()).ok().flatten();
    assert_eq!(with_care, tokens(format!("[{USUAL}]").as_bytes()).unwrap().pop());
}

#[test]
fn a_repeated_unknown_part_is_kept_once() {
    let body = r#"{"id":"a","orgCapabilities":{"future":7,"future":7}}"#;
    let listed = tokens(format!("[{body}]").as_bytes()).unwrap().pop();
    assert_eq!(listed.as_ref().unwrap().grants.org.unknown().len(), 1);
    assert_eq!(listed, token(body.as_bytes()));
}

/// Parses a list that is received in chunks of this length, a few tokens at a time.
fn in_parts(text: &[u8], length: usize) -> Option<Vec<ApiToken>> {
    let mut list = TokenList::default();
    for part in text.chunks(length) {
        list.push(part);
        while list.read(2)? == 2 {}
    }
    list.finish()
}

#[test]
fn a_list_is_parsed_the_same_in_chunks_of_any_size() {
    let list = format!(" [{USUAL} ,\n{}\t,{USUAL}]\r\n", ODD.join(" , "));
    let whole = tokens(list.as_bytes()).unwrap();
    for length in 1..=list.len() {
        assert_eq!(in_parts(list.as_bytes(), length).as_ref(), Some(&whole), "{length}");
    }
    for length in 1..5 {
        assert_eq!(in_parts(b" null ", length), Some(Vec::new()));
    }
}

#[test]
fn a_truncated_list_or_trailing_text_is_rejected() {
    let list = format!("[{USUAL},null]");
    for (before, after) in
        [("", "x"), ("", "]"), ("", "\u{c}"), ("", ",1]"), ("[", ""), (",", ""), ("[,", "]")]
    {
        let text = format!("{before}{list}{after}");
        for length in [1, 7, text.len()] {
            assert_eq!(in_parts(text.as_bytes(), length), None, "{text}");
        }
    }
    for end in 1..list.len() {
        assert_eq!(in_parts(&list.as_bytes()[..end], 7), None, "{end}");
    }
    for broken in [&b"[]\xc3"[..], b"[{\"name\":\"\xff\"}]", b"[{},]", b"null null", b"nul"] {
        assert_eq!(in_parts(broken, 3), None);
    }
}

#[test]
fn dataset_names_are_shared_within_a_list() {
    let one = r#"{"id":"a","datasetCapabilities":{"logs":{"query":["read"]}}}"#;
    let tokens = tokens(format!("[{one},{one}]").as_bytes()).unwrap();
    let name = |i: usize| tokens[i].grants.datasets.iter().next().unwrap().0.raw();
    assert!(std::ptr::eq(name(0), name(1)));
}
