//! Policies on the command line: what breaks one is reported, and refused without a reason.

use std::{collections::BTreeSet, fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::script::{Script, snapshot};

/// An organisation in which each of these tokens breaks one rule of [`RULES`], and `fine` none.
const ORG: &str = r#"
seed = 1
[[org]]
id = "acme"
name = "Acme"
[org.datasets.events]
prod-api = ""
[[org.token]]
id = "id-fine"
name = "fine"
description = "x"
expires = "30d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-long"
name = "long"
description = "x"
expires = "200d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-forever"
name = "forever"
description = "x"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-name"
name = "Name"
description = "x"
expires = "30d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-silent"
name = "silent"
expires = "30d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-admin"
name = "admin"
description = "x"
expires = "30d"
org = ["apiTokens:create"]
[[org.token]]
id = "id-wide"
name = "wide"
description = "x"
expires = "30d"
dataset = { "*" = ["ingest:create"] }
[[org.token]]
id = "id-views"
name = "views"
description = "x"
expires = "30d"
view = { "*" = ["query:read"] }
[[org.token]]
id = "id-exempt"
name = "exempt"
expires = "30d"
dataset = { prod-api = ["query:read"] }
[[org.token]]
id = "id-gone"
name = "Gone"
expires = "-3d"
dataset = { "*" = ["ingest:create"] }
"#;

const RULES: &str = r#"
max-lifetime = "90d"
name = "^[a-z-]+$"
description = "required"
forbid = ["org:apiTokens:*"]
allow-all-datasets = ["query:read"]
allow-all-views = []
[[exempt]]
token = "exempt"
rules = ["description"]
until = "2099-12-31"
reason = "older than the rule"
"#;

fn under(rules: &str) -> Script {
    let script = Script::serving(ORG);
    write(&script, ".config/axtok/policy.toml", rules);
    script
}

fn write(script: &Script, name: &str, text: &str) -> String {
    let file = script.path(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

/// The findings about the policy: token and code.
fn broken(found: &Value) -> BTreeSet<(String, String)> {
    let text = |f: &Value, key: &str| f[key].as_str().unwrap().to_owned();
    let all = found.as_array().unwrap().iter();
    let all = all.map(|f| (text(f, "tokenName"), text(f, "code")));
    all.filter(|(_, code)| code.starts_with("policy/")).collect()
}

fn pairs(all: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    all.iter().map(|(name, rule)| ((*name).to_owned(), format!("policy/{rule}"))).collect()
}

const EACH: [(&str, &str); 7] = [
    ("long", "max-lifetime"),
    ("forever", "never-expires"),
    ("Name", "name"),
    ("silent", "description"),
    ("admin", "forbid"),
    ("wide", "allow-all-datasets"),
    ("views", "allow-all-views"),
];

#[test]
fn the_review_reports_each_rule_and_only_what_breaks_it() {
    let script = under(RULES);
    let found = script.run(&["review", "--json"]).ends(0).json();
    assert_eq!(broken(&found), pairs(&EACH));
    script.run(&["review", "--fail-on", "policy"]).ends(1).says("7 findings about the policy");
    let shown = script.run(&["tokens", "show", "long"]).ends(0).out;
    assert!(shown.contains("medium: expires in 200 days, and the policy allows 90d"), "{shown}");
    let listed = script.run(&["tokens", "list", "policy", "--json"]).ends(0).names();
    assert_eq!(listed.len(), 7, "{listed:?}");
}

#[test]
fn without_a_policy_nothing_is_reported_about_one() {
    let script = Script::serving(ORG);
    assert!(broken(&script.run(&["review", "--json"]).ends(0).json()).is_empty());
    script.run(&["review", "--fail-on", "policy"]).ends(0);
    script.run(&["policy", "check"]).ends(0).says("no policy is in force");
}

#[test]
fn what_the_preview_counts_is_what_would_be_refused() {
    let script = Script::serving(ORG);
    let file = write(&script, "draft.toml", RULES);
    let preview = |more: &[&str]| {
        let args: Vec<_> =
            ["review", "--policy", &file, "--preview"].iter().chain(more).copied().collect();
        script.run(&args).ends(0)
    };
    let found = broken(&preview(&["--json"]).json());
    assert_eq!(found, pairs(&EACH), "nothing but what is about the policy");
    let text = preview(&[]).says("7 of 9 tokens that work").out;
    // The dates in the table of findings are those of today.
    snapshot("policy_preview", text.split("\n\n").next().unwrap());
    // Adopted, it refuses a new token like each of these, and no other.
    write(&script, ".config/axtok/policy.toml", RULES);
    let tokens = script.run(&["tokens", "list", "--json"]).ends(0).json();
    for token in tokens.as_array().unwrap() {
        let name = token["name"].as_str().unwrap();
        if name == "Gone" {
            // Expired, so it cannot be made again as it is.
            continue;
        }
        let expires = token["expiresAt"].as_str().unwrap_or("never");
        let draft = write(&script, "draft.json", &token.to_string());
        let args = ["tokens", "create", "--from", &draft, "--expires", expires, "--dry-run"];
        let is_broken = found.iter().any(|(broken, _)| broken == name);
        script.run(&args).ends(if is_broken { 4 } else { 0 });
    }
}

#[test]
fn a_new_token_against_the_policy_needs_a_reason_which_the_history_keeps() {
    let script = under(RULES);
    let before = script.server.ids();
    let new = ["tokens", "create", "Edge", "--dataset", "prod-api=query:read", "--show-secret"];
    let refused = script.run(&new).ends(4);
    assert!(refused.err.contains("policy/name") && refused.err.contains("policy/description"));
    let refused = refused.says("Nothing was sent; --override-policy REASON");
    assert_eq!(refused.out, "");
    assert_eq!(script.server.ids(), before);
    assert_eq!(script.journal(), "");
    let with = |reason| [&new[..], &["--override-policy", reason]].concat();
    script.run(&with("  ")).ends(2).says("--override-policy: enter a reason");
    let token = "xaat-910a2dec-8902-4cc1-beeb-8da1658eec67";
    script.run(&with(token)).ends(2).says("contains a token");
    // Without the journal, nothing would keep the reason.
    let unkept = [&with("why")[..], &["--without-journal"]].concat();
    script.run(&unkept).ends(2).says("cannot be used with");
    script.run(&with("agreed with Kim")).ends(0).says("policy overridden: Edge");
    assert_eq!(script.server.ids().len(), before.len() + 1);
    let history = script.run(&["history", "--json"]).ends(0).json();
    assert_eq!(history[0]["override"]["reason"], "agreed with Kim");
    let rules = ["policy/name", "policy/description"];
    assert_eq!(history[0]["override"]["rules"], serde_json::json!(rules));
    let text = script.run(&["history"]).ends(0).out;
    assert!(text.contains("policy overridden (policy/name, policy/description: agreed with Kim)"));
    // A change that breaks nothing has no such note.
    let fine = ["tokens", "regenerate", "fine", "--show-secret", "--override-policy", "not needed"];
    script.run(&fine).ends(0);
    assert!(script.run(&["history", "--json"]).json()[0]["override"].is_null());
}

#[test]
fn regenerating_and_replacing_make_new_tokens_too() {
    let script = under(RULES);
    let before = script.server.ids();
    for (args, code) in [
        (&["tokens", "regenerate", "fine", "--expires", "1y"][..], "policy/max-lifetime"),
        (&["tokens", "regenerate", "fine", "--expires", "never"], "policy/never-expires"),
        (&["tokens", "regenerate", "fine", "silent"], "silent: has no description"),
        (&["tokens", "regenerate", "admin", "--dry-run"], "policy/forbid"),
        (&["tokens", "replace", "fine", "--org", "apiTokens:read"], "policy/forbid"),
    ] {
        let secret = ["--secret-file", "new-{id}"];
        script.run(&[args, &secret].concat()).ends(4).says(code);
    }
    assert_eq!(script.server.ids(), before);
    // Deleting makes none.
    script.run(&["tokens", "delete", "admin", "--yes"]).ends(0);
}

#[test]
fn a_policy_that_cannot_be_used_is_an_error() {
    let script = Script::serving(ORG);
    let file = script.path(".config/axtok/policy.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let new = ["tokens", "create", "edge", "--dataset", "prod-api=query:read", "--show-secret"];
    let fails = |words: &str| {
        for args in [
            &["review"][..],
            &["review", "--fail-on", "high"],
            &["tokens", "list"],
            &["tokens", "show", "fine"],
            &["policy", "check"],
        ] {
            script.run(args).ends(2).says("the policy cannot be used").says(words);
        }
        script.run(&new).ends(4).says("cannot be checked against the policy").says(words);
    };
    fs::write(&file, "max-lifetime = \"soon\"").unwrap();
    fails("policy.toml, line 1: max-lifetime");
    fs::write(&file, "version = 2").unwrap();
    fails("update axtok");
    fs::remove_file(&file).unwrap();
    symlink(script.path("gone"), &file).unwrap();
    fails("a link to something that does not exist");
    // In an emergency, a token can still be deleted, and made with a reason.
    script.run(&[&new[..], &["--override-policy", "the policy is broken"]].concat()).ends(0);
    script.run(&["tokens", "delete", "edge", "--yes"]).ends(0);
    fs::remove_file(&file).unwrap();
    script.run(&["review"]).ends(0);
    // A file that is named has to be there.
    let gone = script.path("gone.toml");
    let gone = gone.to_str().unwrap();
    script.run(&["review", "--policy", gone]).ends(2).says("there is no such file");
    script.run(&["policy", "check", gone]).ends(2).says("there is no such file");
    write(&script, ".config/axtok/settings.toml", &format!("policy = {gone:?}"));
    fails("there is no such file");
}

#[test]
fn a_policy_is_written_once_and_says_what_it_demands() {
    let script = Script::serving(ORG);
    let file = script.path(".config/axtok/policy.toml");
    let written = script.run(&["policy", "init"]).ends(0);
    assert_eq!(written.out.trim(), file.to_str().unwrap());
    let checked = script.run(&["policy", "check"]).ends(0).out;
    assert!(checked.contains("no rule is set"), "{checked}");
    script.run(&["policy", "init"]).ends(2).says("already exists: nothing was changed");
    fs::write(&file, format!("{RULES}\n[[exempt]]\ntoken = \"old-*\"\nrules = [\"name\"]\nuntil = 2020-01-31\nreason = \"renamed\"")).unwrap();
    let checked = script.run(&["policy", "check"]).ends(0).out;
    snapshot("policy_check", &checked.replace(script.home.path().to_str().unwrap(), "HOME"));
}

#[test]
fn reports_have_the_policys_findings() {
    let script = under(RULES);
    let sarif = script.run(&["review", "--format", "sarif"]).ends(0).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let of_policy = results.iter().filter(|r| r["ruleId"].as_str().unwrap().starts_with("policy/"));
    assert_eq!(of_policy.count(), EACH.len());
    let args = ["review", "--format", "junit", "--fail-on", "policy"];
    let junit = script.run(&args).ends(1).out;
    assert!(junit.contains(&format!("failures=\"{}\"", EACH.len())), "{junit}");
    let metrics = script.run(&["review", "--format", "openmetrics"]).ends(0).out;
    assert!(metrics.contains("policy/name"), "{metrics}");
    let without = Script::serving(ORG).run(&["review", "--format", "openmetrics"]).ends(0).out;
    assert!(!without.contains("policy/"), "rules that are not in force are not counted as kept");
}

#[test]
fn the_demo_breaks_each_rule_once() {
    let script = Script::serving("");
    let found = broken(&script.run(&["--demo", "review", "--json"]).ends(0).json());
    let mut codes: Vec<_> = found.iter().map(|(_, code)| code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "policy/allow-all-datasets",
            "policy/allow-all-views",
            "policy/description",
            "policy/exemption-ended",
            "policy/forbid",
            "policy/max-lifetime",
            "policy/name",
            "policy/never-expires",
        ]
    );
}

#[test]
fn a_rotation_gives_no_longer_life_than_the_policy_allows() {
    let script = under(RULES);
    let plan = "[[rotate]]\ntokens = \"fine\"\ndue = \"40d\"\nexpires = \"180d\"\ndeliver = \
                [\"cat\"]\n";
    write(&script, ".config/axtok/rotation.toml", plan);
    let plan = script.path(".config/axtok/rotation.toml");
    fs::set_permissions(&plan, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let before = script.server.ids();
    let planned = script.run(&["rotate", "--dry-run"]).ends(0);
    planned.says("fine: would not be rotated: expires in 180 days, and the policy allows 90d");
    let refused = script.run(&["rotate"]).ends(1);
    refused.says("and the policy allows 90d").says("correct expires in the plan");
    assert_eq!(script.server.ids(), before);
    // The rest of the token is not checked: what works must not end.
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace("180d", "80d").replace("fine", "silent")).unwrap();
    script.run(&["rotate"]).ends(0);
    assert_eq!(script.server.ids().len(), before.len() + 1);
    write(&script, ".config/axtok/policy.toml", "broken");
    fs::write(&plan, text.replace("180d", "80d")).unwrap();
    script.run(&["rotate"]).ends(1).says("mend the policy first");
}
