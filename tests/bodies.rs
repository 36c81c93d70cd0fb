//! Random requests checked by two validators that are independent of the client's table of
//! capabilities: a schema written by hand from the published API description, and the simulator
//! with the client's own parser.
//!
//! The schema is stricter than the description: it allows no unknown members, no empty lists and no
//! repeated verbs. These requests contain nothing that only a newer server knows.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use axtok::{
    api::wire,
    domain::{
        ApiToken, Capability, Expiry, Grants, NewPersonalToken, NewToken, Regeneration, Resources,
        Rights, SafeText, Scope, Verb, Verbs, token::Renewal,
    },
    simulator::{Request, Scenario, Store},
};
use jiff::Timestamp;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

static CREATE: LazyLock<Validator> = LazyLock::new(|| validator("create"));
static REGENERATE: LazyLock<Validator> = LazyLock::new(|| validator("regenerate"));
static PERSONAL: LazyLock<Validator> = LazyLock::new(|| validator("personal"));

/// A validator for one of the schema's definitions.
fn validator(definition: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(include_str!("golden/schema.json")).unwrap();
    schema["$ref"] = json!(format!("#/$defs/{definition}"));
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// The validation errors of a body.
fn errors(validator: &Validator, body: &Value) -> Vec<String> {
    validator.iter_errors(body).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn json(body: Option<Vec<u8>>) -> Value {
    serde_json::from_slice(&body.unwrap()).unwrap()
}

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

/// Any combination of rights. Impossible ones are tried too, and change nothing.
fn any_rights(scope: Scope) -> impl Strategy<Value = Rights> {
    // Mostly none, so that few rows are full, as in practice.
    let verbs = prop_oneof![2 => Just(0), 1 => 0..16u8];
    prop::collection::vec(verbs, scope.capabilities().len()).prop_map(move |all| {
        let mut rights = Rights::default();
        for (capability, verbs) in scope.capabilities().iter().zip(all) {
            let capability: &'static Capability = capability;
            for verb in Verbs::from_bits(verbs).iter() {
                let _ = rights.toggle(capability, verb);
            }
        }
        rights
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}(-[a-z]{1,8})?", any::<String>()]
}

fn any_rows(scope: Scope) -> impl Strategy<Value = Resources> {
    let name = prop_oneof![1 => Just("*".to_owned()), 4 => any_text()];
    let row = (name.prop_map(SafeText::from), any_rights(scope));
    prop::collection::vec(row, 0..5).prop_map(|rows| rows.into_iter().collect())
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    // From now to the last year with four digits.
    let seconds = now().as_second() + 1..253_370_764_800;
    let nanoseconds = prop_oneof![3 => Just(0), 1 => 0..1_000_000_000];
    (seconds, nanoseconds).prop_map(|(s, ns)| Timestamp::new(s, ns).unwrap())
}

fn any_expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![1 => Just(Expiry::Never), 3 => any_time().prop_map(Expiry::At)]
}

fn any_draft() -> impl Strategy<Value = NewToken> {
    let grants = (any_rows(Scope::Dataset), any_rows(Scope::View), any_rights(Scope::Org))
        .prop_map(|(datasets, views, org)| Grants { datasets, views, org, unknown: Vec::new() });
    (any_text(), any_text(), any_expiry(), grants).prop_map(
        |(name, description, expiry, grants)| NewToken { name, description, expiry, grants },
    )
}

fn any_regeneration() -> impl Strategy<Value = Regeneration> {
    let same = any_expiry().prop_map(|new_expiry| Renewal::Same { new_expiry });
    let replaced = any_draft().prop_map(|draft| Renewal::Replaced(Box::new(draft)));
    (any_time(), prop_oneof![same, replaced])
        .prop_map(|(old_ends, renewal)| Regeneration { old_ends, renewal })
}

/// An organisation with any of the allowed ways to omit values.
fn any_store() -> impl Strategy<Value = Store> {
    let no_expiry = prop::sample::select(vec!["null", "zero", "absent"]);
    (no_expiry, any::<bool>()).prop_map(|(no_expiry, sparse)| {
        let scenario = format!(
            "seed = 1\nno_expiry = '{no_expiry}'\nsparse = {sparse}\n\
             [[org]]\nid = 'acme'\nname = 'Acme'\n"
        );
        Store::new(&Scenario::parse(&scenario).unwrap(), now())
    })
}

/// Sends a body; returns the response's body, which must be a success.
fn ask(store: &mut Store, method: &str, path: &str, body: Option<Vec<u8>>) -> Vec<u8> {
    let mut request = Request::new(method, path)
        .bearer(store.personal_token())
        .with("X-Axiom-Org-Id", store.org_id());
    if let Some(body) = body {
        request = request.with("Content-Type", "application/json");
        request.body = body;
    }
    let response = store.handle(&request, now());
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    response.body
}

/// Checks that the token matches the draft.
fn same(token: &ApiToken, draft: &NewToken) -> Result<(), TestCaseError> {
    prop_assert_eq!(token.name.raw(), &draft.name);
    prop_assert_eq!(token.description.raw(), &draft.description);
    prop_assert_eq!(&token.expiry, &draft.expiry.into());
    prop_assert_eq!(&token.grants, &draft.grants);
    Ok(())
}

/// The number of verbs in a body, over all scopes.
fn verbs_in(value: &Value) -> usize {
    match value {
        Value::Array(verbs) => verbs.len(),
        Value::Object(members) => members.values().map(verbs_in).sum(),
        _ => 0,
    }
}

proptest! {
    #[test]
    fn a_create_request_matches_the_schema(draft in any_draft()) {
        let body = json(wire::create(&draft));
        prop_assert_eq!(errors(&CREATE, &body), Vec::<String>::new(), "{}", body);
        // Every right is there, and no other.
        let granted: u32 = draft.grants.rows().map(|(_, rights)| rights.count()).sum();
        prop_assert_eq!(verbs_in(&body), granted as usize);
    }

    #[test]
    fn a_regenerate_request_matches_the_schema(regeneration in any_regeneration()) {
        let body = json(wire::regenerate(&regeneration));
        prop_assert_eq!(errors(&REGENERATE, &body), Vec::<String>::new(), "{}", body);
    }

    #[test]
    fn a_created_token_is_listed_unchanged(draft in any_draft(), mut store in any_store()) {
        prop_assume!(!draft.grants.is_empty());
        let response = ask(&mut store, "POST", "/v2/tokens", wire::create(&draft));
        same(&wire::token(&response).unwrap(), &draft)?;
        let listed = wire::tokens(&ask(&mut store, "GET", "/v2/tokens", None)).unwrap();
        prop_assert_eq!(listed.len(), 1);
        same(&listed[0], &draft)?;
    }

    #[test]
    fn a_personal_token_request_matches_the_schema_and_is_listed(
        name in any_text(), description in any_text(), mut store in any_store(),
    ) {
        let new = NewPersonalToken { name, description };
        let body = wire::create_personal(&new);
        let sent = json(body.clone());
        prop_assert_eq!(errors(&PERSONAL, &sent), Vec::<String>::new(), "{}", sent);
        let path = "/v1/tokens/personal";
        let made = wire::personal_token(&ask(&mut store, "POST", path, body)).unwrap();
        prop_assert_eq!(made.name.raw(), &new.name);
        prop_assert_eq!(made.description.raw(), &new.description);
        let listed = wire::personal_tokens(&ask(&mut store, "GET", path, None)).unwrap();
        prop_assert_eq!(listed.last(), Some(&made));
    }

    #[test]
    fn a_regenerated_token_is_listed_unchanged(
        old in any_draft(), regeneration in any_regeneration(), mut store in any_store(),
    ) {
        let (new, expiry) = match &regeneration.renewal {
            Renewal::Same { new_expiry } => (&old, *new_expiry),
            Renewal::Replaced(new) => (&**new, new.expiry),
        };
        prop_assume!(!old.grants.is_empty() && !new.grants.is_empty());
        let created = ask(&mut store, "POST", "/v2/tokens", wire::create(&old));
        let id = wire::token(&created).unwrap().id;
        let path = format!("/v2/tokens/{}/regenerate", id.raw());
        let response = ask(&mut store, "POST", &path, wire::regenerate(&regeneration));
        let new_id = wire::token(&response).unwrap().id;
        prop_assert_ne!(&new_id, &id);
        let listed = wire::tokens(&ask(&mut store, "GET", "/v2/tokens", None)).unwrap();
        let token = listed.iter().find(|token| token.id == new_id).unwrap();
        same(token, &NewToken { expiry, ..new.clone() })?;
    }
}

/// A create request with one right.
fn with_right(scope: Scope, capability: &str, verb: &str) -> Value {
    let rights = json!({ capability: [verb] });
    let rights = if scope == Scope::Org { rights } else { json!({ "name": rights }) };
    json!({ "name": "n", scope.wire(): rights })
}

#[test]
fn the_table_and_the_schema_have_the_same_rights() {
    let mut allowed_count = 0;
    for scope in Scope::ALL {
        for capability in scope.capabilities() {
            for verb in Verb::ALL {
                let body = with_right(scope, capability.wire, verb.wire());
                let allowed = CREATE.is_valid(&body);
                assert_eq!(allowed, capability.verbs.has(verb), "{body}");
                allowed_count += usize::from(allowed);
            }
        }
    }
    assert_eq!(allowed_count, 16 + 4 + 53);
    // And the schema has none that the table lacks.
    let schema: Value = serde_json::from_str(include_str!("golden/schema.json")).unwrap();
    for (scope, definition) in
        [(Scope::Dataset, "dataset"), (Scope::View, "view"), (Scope::Org, "org")]
    {
        let members = schema["$defs"][definition]["properties"].as_object().unwrap();
        assert_eq!(members.len(), scope.capabilities().len());
    }
}

/// Control: the validators reject invalid bodies.
#[test]
fn slips_are_found() {
    for body in [
        json!({}),
        json!({ "name": 1 }),
        json!({ "name": "n", "expiresAt": null }),
        json!({ "name": "n", "expiresAt": "tomorrow" }),
        json!({ "name": "n", "expiresAt": "2027-02-21T00:00:00" }),
        json!({ "name": "n", "datasetCapabilities": [] }),
        json!({ "name": "n", "datasetCapabilities": { "ingest": ["create"] } }),
        json!({ "name": "n", "orgCapabilities": { "users": [] } }),
        json!({ "name": "n", "orgCapabilities": { "users": ["read", "read"] } }),
        json!({ "name": "n", "orgCapabilities": { "users": "read" } }),
        json!({ "name": "n", "dataset_capabilities": {} }),
        with_right(Scope::Dataset, "starred_queries", "read"),
        with_right(Scope::View, "ingest", "create"),
        with_right(Scope::Org, "users", "manage"),
    ] {
        assert!(!errors(&CREATE, &body).is_empty(), "{body}");
    }
    for body in [
        json!({ "name": "n" }),
        json!({ "name": "n", "description": null }),
        json!({ "name": "n", "description": "", "scopes": ["*"] }),
    ] {
        assert!(!errors(&PERSONAL, &body).is_empty(), "{body}");
    }
    let time = "2026-11-25T14:00:00Z";
    for body in [
        json!({}),
        json!({ "newTokenExpiresAt": time }),
        json!({ "existingTokenExpiresAt": "0h" }),
        json!({ "existingTokenExpiresAt": time, "newToken": {} }),
        json!({
            "existingTokenExpiresAt": time, "newTokenExpiresAt": time, "newToken": { "name": "n" }
        }),
    ] {
        assert!(!errors(&REGENERATE, &body).is_empty(), "{body}");
    }
}
