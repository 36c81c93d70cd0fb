//! A cloned token keeps rights that only a newer server knows, from decoding through draft and
//! review to the request.

use axtok::{
    api::{
        call::{Call, Reply},
        wire,
    },
    app::{Effect, Msg},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::app::App;

/// Any JSON except `null`, `[]` and `{}`, which grant nothing and count as absent.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let leaf = leaf.prop_filter("not null", |value| !value.is_null());
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from),
            prop::collection::btree_map("\\PC{1,6}", inner, 1..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The request body for a clone of the only token in this list.
fn cloned_body(list: &Value) -> Value {
    let mut app = App::ready(80, 24);
    app.press("Ctrl-r");
    let Some(Effect::Call { ticket, call: Call::ListTokens, .. }) = app.waiting.pop() else {
        panic!("the list is not fetched")
    };
    let tokens = wire::tokens(list.to_string().as_bytes()).unwrap();
    app.msg(Msg::Replied { ticket, answer: Ok(Reply::Tokens(tokens)), entry: None });
    app.keys("c Ctrl-s").see("Review");
    if !app.screen().contains("[▸ Create ]") {
        app.press("Tab");
    }
    app.press("Enter");
    let calls = app.calls();
    let [Call::CreateToken(new)] = calls.as_slice() else { panic!("{calls:?}") };
    serde_json::from_slice(&wire::create(new).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn unknown_rights_are_sent_unchanged(
        dataset in "\\PC{1,8}", capability in "x\\PC{0,8}", scope in "x[a-zA-Z]{0,6}",
        a in any_json(), b in any_json(), c in any_json(), d in any_json(),
    ) {
        // An object, because a plain string could be a known verb.
        let verb = json!({ "verb": b });
        let token = json!({
            "id": "t", "name": "source", "description": "",
            "datasetCapabilities": {
                dataset: { "query": ["read", verb], capability.clone(): a },
            },
            "orgCapabilities": { capability: c },
            format!("{scope}Capabilities"): d,
        });
        // Parsed once, because a parser may round the last digit of a number.
        let token: Value = serde_json::from_str(&token.to_string()).unwrap();
        let sent = cloned_body(&json!([token]));
        for (name, value) in token.as_object().unwrap() {
            if name.ends_with("Capabilities") {
                prop_assert_eq!(&sent[name], value, "{}", name);
            }
        }
        prop_assert_eq!(&sent["name"], &json!("source-copy"));
    }
}
