//! Every validation rule, without a store.

use serde_json::json;

use super::*;
use crate::simulator::scenario::ScopeName;

fn tail() -> [Extra; 1] {
    let actions = vec!["read".to_owned()];
    [Extra { scope: ScopeName::Dataset, name: "tail".to_owned(), actions }]
}

fn draft(body: &Value) -> Result<Draft, (u16, String)> {
    let reader = Reader { extra: &tail(), exclusive_renewal: true };
    reader.draft(body.as_object().unwrap()).map_err(|r| (r.code, r.message))
}

fn renewal(body: &Value) -> Result<Renewal, (u16, String)> {
    let reader = Reader { extra: &tail(), exclusive_renewal: true };
    reader.renewal(body.as_object().unwrap()).map_err(|r| (r.code, r.message))
}

fn body_of(bytes: &[u8], content_type: Option<&str>) -> Result<Map<String, Value>, (u16, u16)> {
    let mut request = Request { body: bytes.to_vec(), ..Request::new("POST", "/v2/tokens") };
    if let Some(content_type) = content_type {
        request = request.with("content-type", content_type);
    }
    body(&request).map_err(|r| (r.status, r.code))
}

#[test]
fn only_json_objects_are_accepted_as_bodies() {
    assert!(body_of(b"{}", None).is_ok());
    assert!(body_of(b"{}", Some("application/json; charset=utf-8")).is_ok());
    assert!(body_of(b"{}", Some("Application/Merge-Patch+JSON")).is_ok());
    assert_eq!(body_of(b"{}", Some("text/plain")), Err((415, 415)));
    assert_eq!(body_of(b"", Some("text/plain")), Err((422, 602)), "an empty body has no type");
    assert_eq!(body_of(b"null", None), Err((422, 602)));
    assert_eq!(body_of(b"[1]", None), Err((422, 601)));
    assert_eq!(body_of(b"{", None), Err((400, 400)));
    assert_eq!(body_of(b"{\"a\":\"\xff\"}", None), Err((400, 400)));
    assert_eq!(body_of(&b"[".repeat(100_000), None), Err((400, 400)), "too deep");
    assert_eq!(body_of(&vec![b' '; MAX_BODY + 1], None), Err((413, 413)));
}

#[test]
fn a_full_draft_is_parsed() {
    let draft = draft(&json!({
        "name": "", "description": null, "expiresAt": "2027-01-01T00:00:00Z",
        "datasetCapabilities": {
            "prod": { "ingest": ["create", "create"], "query": null, "tail": ["read"] },
            "none": null, "empty": { "query": [] },
        },
        "viewCapabilities": null,
        "orgCapabilities": { "billing": ["update", "read"], "warp": ["drive"], "users": [] },
        "whoever": { "is": "this" },
    }))
    .unwrap();
    assert_eq!((draft.name.as_str(), draft.description.as_str()), ("", ""));
    assert_eq!(draft.expires, Some("2027-01-01T00:00:00Z".parse().unwrap()));
    let dataset = json!({ "prod": { "ingest": ["create"], "tail": ["read"] } });
    assert_eq!(Value::Object(draft.grants.dataset), dataset, "each verb once, nothing empty");
    assert_eq!(Value::Object(draft.grants.org), json!({ "billing": ["update", "read"] }));
}

#[test]
fn no_expiry_has_three_spellings() {
    for expires in [json!(null), json!("0001-01-01T00:00:00Z"), json!("0001-01-01T01:00:00+01:00")]
    {
        let body =
            json!({ "name": "a", "expiresAt": expires, "orgCapabilities": { "views": ["read"] } });
        assert_eq!(draft(&body).unwrap().expires, None, "{expires}");
    }
}

#[test]
fn the_first_violation_is_reported() {
    let org = json!({ "billing": ["read"] });
    for (body, code, message) in [
        (json!({}), 602, "name in body is required"),
        (json!({ "name": null }), 602, "name in body is required"),
        (json!({ "name": 7 }), 601, "name in body must be of type string: \"number\""),
        (
            json!({ "name": "a", "description": [] }),
            601,
            "description in body must be of type string: \"array\"",
        ),
        (
            json!({ "name": "a", "expiresAt": 7, "orgCapabilities": org }),
            601,
            "expiresAt in body must be of type date-time: \"number\"",
        ),
        (
            json!({ "name": "a", "expiresAt": "x", "orgCapabilities": org }),
            400,
            r#"parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006""#,
        ),
        (
            json!({ "name": "a", "datasetCapabilities": [] }),
            601,
            "datasetCapabilities in body must be of type object: \"array\"",
        ),
        (
            json!({ "name": "a", "datasetCapabilities": { "prod": true } }),
            601,
            "datasetCapabilities.prod in body must be of type object: \"boolean\"",
        ),
        (
            json!({ "name": "a", "datasetCapabilities": { "prod": { "ingest": "create" } } }),
            601,
            "datasetCapabilities.prod.ingest in body must be of type array: \"string\"",
        ),
        (
            json!({ "name": "a", "datasetCapabilities": { "prod": { "ingest": [null] } } }),
            601,
            "datasetCapabilities.prod.ingest.0 in body must be of type string: \"null\"",
        ),
        (
            json!({ "name": "a", "datasetCapabilities": { "prod": { "ingest": ["read"] } } }),
            606,
            "datasetCapabilities.prod.ingest.0 in body should be one of [create]",
        ),
        (
            json!({ "name": "a", "viewCapabilities": { "v": { "share": ["read", "update"] } } }),
            606,
            "viewCapabilities.v.share.1 in body should be one of [create read delete]",
        ),
        (
            json!({ "name": "a", "datasetCapabilities": { "prod": { "tail": ["delete"] } } }),
            606,
            "datasetCapabilities.prod.tail.0 in body should be one of [read]",
        ),
        (
            json!({ "name": "a", "orgCapabilities": { "auditLog": ["delete"] } }),
            606,
            "orgCapabilities.auditLog.0 in body should be one of [read]",
        ),
        (json!({ "name": "a" }), 400, "at least one capability must be set"),
        (
            json!({ "name": "a", "orgCapabilities": { "warp": ["drive"] } }),
            400,
            "at least one capability must be set",
        ),
    ] {
        assert_eq!(draft(&body), Err((code, message.to_owned())), "{body}");
    }
}

#[test]
fn a_regeneration_needs_the_old_expiry_and_one_form_of_new_token() {
    let at = "2027-01-01T00:00:00Z";
    let new = json!({ "name": "b", "orgCapabilities": { "billing": ["read"] } });
    let same = renewal(&json!({ "existingTokenExpiresAt": at })).unwrap();
    assert_eq!(same.new, Renewed::Same { expires: None });
    let replaced = renewal(
        &json!({ "existingTokenExpiresAt": at, "newToken": new, "newTokenExpiresAt": null }),
    )
    .unwrap();
    assert!(matches!(replaced.new, Renewed::Replaced(Draft { name, .. }) if name == "b"));
    for (body, code, message) in [
        (json!({}), 602, "existingTokenExpiresAt in body is required"),
        (
            json!({ "existingTokenExpiresAt": "0001-01-01T00:00:00Z" }),
            602,
            "existingTokenExpiresAt in body is required",
        ),
        (
            json!({ "existingTokenExpiresAt": at, "newToken": new, "newTokenExpiresAt": at }),
            400,
            "newTokenExpiresAt cannot be set together with newToken",
        ),
        (
            json!({ "existingTokenExpiresAt": at, "newToken": {} }),
            602,
            "newToken.name in body is required",
        ),
        (
            json!({ "existingTokenExpiresAt": at, "newToken": 1 }),
            601,
            "newToken in body must be of type object: \"number\"",
        ),
        (
            json!({ "existingTokenExpiresAt": at, "newToken":
                { "name": "b", "orgCapabilities": { "billing": ["create"] } } }),
            606,
            "newToken.orgCapabilities.billing.0 in body should be one of [read update]",
        ),
    ] {
        assert_eq!(renewal(&body), Err((code, message.to_owned())), "{body}");
    }
}
