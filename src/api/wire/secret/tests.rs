use proptest::prelude::*;

use super::*;

fn found_in(body: &[u8], is_whole: bool) -> (Option<String>, Option<String>) {
    let Find { secret, id } = find(body, is_whole);
    (secret.map(|s| s.expose().to_owned()), id.map(|id| id.raw().to_owned()))
}

/// What is found in the outermost object of a body that may be truncated.
fn found(body: &str) -> (Option<String>, Option<String>) {
    found_in(body.as_bytes(), false)
}

fn pair(secret: &str, id: &str) -> (Option<String>, Option<String>) {
    let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    (some(secret), some(id))
}

#[test]
fn the_secret_and_the_id_are_found_at_any_position() {
    for (body, secret, id) in [
        (r#"{"id":"i","token":"s"}"#, "s", "i"),
        (" {\n\"token\" : \"s\" , \"id\" : \"i\" }", "s", "i"),
        ("\u{feff}{\"token\":\"s\"}", "s", ""),
        (r#"{"n":-1.5e3,"l":[1,{"token":"no"}],"t":true,"z":null,"token":"s"}"#, "s", ""),
        (r#"{"token":"a\u002db\\\"c"}"#, "a-b\\\"c", ""),
        (r#"{"token":"first","token":"second"}"#, "first", ""),
        (r#"{"token":null,"id":"i"}"#, "", "i"),
        (r#"{"token":17,"id":"i"}"#, "", "i"),
        (r#"{"token":"","id":""}"#, "", ""),
        (r#"{"token":"s","id":"i",]"#, "s", "i"),
    ] {
        assert_eq!(found(body), pair(secret, id), "{body}");
    }
}

#[test]
fn lookalikes_do_not_count() {
    for body in [
        r#"{"name":"\"token\":\"no\"","datasetCapabilities":{"token":{"id":"no","token":"no"}}}"#,
        r#"{"description":"x\\","a":["token","no",{"token":"no"}]}"#,
        r#"[{"token":"no"}]"#,
        r#""token":"no""#,
        r#"{"Token":"no","token2":"no"}"#,
        r#"<html>{"token":"no"}"#,
        "",
    ] {
        assert_eq!(found_in(body.as_bytes(), false), pair("", ""), "{body}");
        assert_eq!(found_in(body.as_bytes(), true), pair("", ""), "{body}");
    }
}

#[test]
fn a_nested_secret_in_a_complete_response_is_found_by_its_prefix() {
    for (body, id) in [
        (r#"{"data":{"id":"i","token":"xaat-1"}}"#, "i"),
        (r#"{"id":"o","token":null,"data":{"token":"xaat-1"}}"#, "o"),
        (r#"{"id":"o","data":{"id":"o","token":"xaat-1"}}"#, "o"),
        (r#"[{"token":"xaat-1"}]"#, ""),
    ] {
        assert_eq!(found_in(body.as_bytes(), true), pair("xaat-1", id), "{body}");
        assert_eq!(found_in(body.as_bytes(), false).0, None, "it may be truncated: {body}");
    }
}

#[test]
fn a_secret_that_may_belong_to_another_token_is_rejected() {
    for (body, id) in [
        // Complete, but with two tokens.
        (r#"{"id":"new","replaces":{"id":"old","token":"xaat-OLD"}}"#, "new"),
        (r#"{"replaces":{"token":"xaat-OLD"},"data":{"token":"xaat-NEW"}}"#, ""),
        // Incomplete JSON, although the transfer was complete.
        (r#"{"id":"new","replaces":{"id":"old","token":"xaat-OLD"},"name":"n""#, "new"),
        (r#"{"replaces":{"token":"xaat-OLD"}"#, ""),
        (r#"<p>x</p>{"data":{"token":"xaat-OLD"}}"#, ""),
    ] {
        assert_eq!(found_in(body.as_bytes(), true), pair("", id), "{body}");
    }
}

#[test]
fn a_truncated_response_never_yields_the_secret_of_a_nested_token() {
    let body = r#"{"id":"new-1","replaces":{"id":"id-1","token":"xaat-OLD"},"name":"n","token":"xaat-NEW"}"#;
    let id_there = body.find(",\"replaces\"").unwrap();
    let secret_there = body.len() - 1;
    for cut in 0..=body.len() {
        for is_whole in [false, true] {
            let id = if cut >= id_there { "new-1" } else { "" };
            let secret = if cut >= secret_there { "xaat-NEW" } else { "" };
            assert_eq!(found_in(&body.as_bytes()[..cut], is_whole), pair(secret, id), "at {cut}");
        }
    }
}

#[test]
fn a_value_counts_only_with_its_closing_quote() {
    let body = r#"{"name":"é","id":"tok-1","o":{"a":["b"]},"token":"xaat-0","rest":{}}"#;
    let (id_end, token_end) = (body.find(",\"o\"").unwrap(), body.find(",\"rest\"").unwrap());
    for cut in 0..=body.len() {
        let Find { secret, id } = find(&body.as_bytes()[..cut], false);
        assert_eq!(id.is_some(), cut >= id_end, "at {cut}");
        assert_eq!(secret.is_some(), cut >= token_end, "at {cut}");
    }
}

proptest! {
    #[test]
    fn every_value_survives_a_round_trip(secret in ".{1,40}", noise in any::<String>()) {
        let text = |s: &str| serde_json::to_string(s).unwrap();
        let body = format!(
            r#"{{{}:{{"token":{}}},"token":{}}}"#,
            text(&format!("x{noise}")), text(&noise), text(&secret)
        );
        prop_assert_eq!(found(&body).0, Some(secret));
    }

    #[test]
    fn chunks_of_any_size_give_the_same_result(body in r#"\{("(token|id|x|\\)+"|[:,{}\[\] ]){0,24}"#, size in 1..9_usize) {
        let mut finder = Finder::default();
        body.as_bytes().chunks(size).for_each(|piece| finder.push(piece));
        let Find { secret, id } = finder.finish(None);
        let (secret, id) = (secret.map(|s| s.expose().to_owned()), id.map(|id| id.raw().to_owned()));
        prop_assert_eq!((secret, id), found(&body));
    }

    #[test]
    fn arbitrary_bytes_are_handled(bytes in any::<Vec<u8>>(), is_whole in any::<bool>()) {
        let _ = find(&bytes, is_whole);
    }

    #[test]
    fn almost_valid_json_is_handled(text in r#"\{("(token|id|x|\\)+"|[:,{}\[\] ]){0,24}"#) {
        let _ = find(text.as_bytes(), true);
    }
}
