//! The plan files in `docs/recipes`, run with the real programs of the stores. A program that is
//! not installed is skipped with a line that says so. `RECIPES=pass,gh` names the recipes that must
//! not be skipped.
//!
//! Which ran, and with which version: `cargo test --test recipes 2>&1 | grep '^recipe '`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "recipes/fake.rs"]
mod fake;
#[path = "recipes/plan.rs"]
mod plan;
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "commands_api/script.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod script;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;
#[path = "recipes/stores.rs"]
mod stores;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use plan::{Bench, text};
use script::{Ran, Script};
use stores::{Held, Store};

/// Two tokens for the recipes with a pattern, one for the recipe of a single token, and one that
/// no recipe may touch.
const ACME: &str = r#"
seed = 1
[user]
id = "usr_1"
name = "Jo"
email = "jo@acme.test"
[[org]]
id = "acme"
name = "Acme"
[org.datasets.events]
prod-api = "Requests."
[[org.token]]
id = "id-edge"
name = "ci-edge"
expires = "5d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-web"
name = "ci-web.2"
expires = "5d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-deploy"
name = "deploy-app"
expires = "5d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-other"
name = "other"
expires = "5d"
dataset = { prod-api = ["query:read"] }
"#;

/// A value that the store holds before the rotation.
const EARLIER: &str = "xaat-00000000-0000-0000-0000-000000000000";

/// Rotates a recipe's tokens into its store.
fn rotates(tokens: &[&str], set_up: impl FnOnce(&Script) -> Option<Store>) {
    let script = Script::serving(ACME);
    let Some(store) = set_up(&script) else { return };
    let bench = Bench { rule: plan::rule(&store.plan), env: store.env.clone() };
    let held = || tokens.iter().map(|token| (store.read)(token)).collect::<Option<Vec<_>>>();

    // The recipe's commands replace one value by another, and print exactly what is stored.
    for token in tokens {
        for value in ["xaat-first", EARLIER] {
            let ran = bench.deliver(token, value);
            assert!(ran.status.success(), "{ran:?}");
            (store.read)(token).unwrap().is(value);
            let Some(ran) = bench.prove(token) else { continue };
            assert!(ran.status.success(), "{ran:?}");
            let printed = String::from_utf8(ran.stdout).unwrap();
            assert_eq!(printed.strip_suffix('\n').unwrap_or(&printed), value);
        }
    }
    let earlier = held().unwrap();

    let plan = script.path("plan.toml");
    fs::write(&plan, &store.plan).unwrap();
    let rotate = |more: &[&str]| {
        let args = [&["rotate", "--json", "--plan", plan.to_str().unwrap()], more].concat();
        let mut command = script.command(&args);
        command.envs(&store.env);
        Ran::fed(command, "")
    };
    let ran = rotate(&[]).ends(0);
    assert_eq!(ran.names(), tokens);
    let results = ran.json();
    let stage = if bench.rule.prove.is_some() { "proven" } else { "delivered" };
    assert!(results.as_array().unwrap().iter().all(|r| r["stage"] == stage), "{results:#}");
    assert_eq!(script.server.ids().len(), 4 + tokens.len(), "an old token is gone: {results:#}");
    let arguments = fs::read_to_string(&store.arguments).unwrap();
    let rotated = held().unwrap();
    for (rotated, earlier) in rotated.iter().zip(&earlier) {
        assert_ne!(rotated, earlier);
        // As long as a secret, and no longer.
        let Held::Value(secret) = rotated else {
            rotated.is(EARLIER);
            continue;
        };
        assert_eq!(status_with(&script, secret), 200);
        for (place, text) in [
            ("arguments", &arguments),
            ("output", &ran.out),
            ("messages", &ran.err),
            ("journal", &script.journal()),
        ] {
            assert!(!text.contains(secret), "the secret is in the {place}: {text}");
        }
    }

    // Nothing is due any more.
    let ran = rotate(&[]).ends(0);
    assert_eq!(script.server.ids().len(), 4 + tokens.len(), "{ran:?}");
    assert_eq!(held().unwrap(), rotated);

    // A store that refuses makes `deliver` fail. What it holds still works.
    (store.close)();
    let ran = rotate(&[results[0]["id"].as_str().unwrap()]).ends(1);
    assert_eq!(ran.json()[0]["failed"], "deliver", "{ran:?}");
    let Some(kept) = (store.read)(tokens[0]) else { return };
    assert_eq!(kept, rotated[0]);
    if let Held::Value(secret) = kept {
        assert_eq!(status_with(&script, &secret), 200);
    }
}

/// The status of a request with this API token.
fn status_with(script: &Script, token: &str) -> u16 {
    let address = script.server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    write!(
        connection,
        "GET /v2/datasets HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The tokens that match the pattern of most recipes.
const CI: [&str; 2] = ["ci-edge", "ci-web.2"];

#[test]
fn tokens_are_rotated_into_pass() {
    rotates(&CI, stores::pass);
}

#[test]
fn tokens_are_rotated_into_systemd_credentials() {
    rotates(&CI, stores::systemd_creds);
}

#[test]
fn tokens_are_rotated_into_kubernetes_secrets() {
    rotates(&CI, stores::kubectl);
}

#[test]
fn tokens_are_rotated_into_secrets_manager() {
    rotates(&CI, stores::aws);
}

#[test]
fn a_token_is_rotated_into_github_actions() {
    rotates(&["deploy-app"], stores::gh);
}

#[test]
fn tokens_are_rotated_into_vault() {
    rotates(&CI, stores::vault);
}

#[test]
fn each_recipe_is_a_plan_without_a_place_for_the_secret_in_its_arguments() {
    let mut names: Vec<_> = fs::read_dir(plan::folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names, ["aws-secretsmanager", "gh", "kubectl", "pass", "systemd-creds", "vault"]);
    for name in names {
        let rule = plan::rule(&text(&name));
        let commands = [Some(&rule.deliver), rule.prove.as_ref(), rule.probe.as_ref()];
        for word in commands.into_iter().flatten().flatten() {
            for place in ["{secret", "{token", "$(cat", "`", "read "] {
                assert!(!word.contains(place), "{name}: {word}");
            }
        }
    }
}
