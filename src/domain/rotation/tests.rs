//! Tests of the rotation plan.

use super::*;
use crate::domain::{Grants, Scope, Target, Verbs};

const NOW: &str = "2026-11-27T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn plan(text: &str) -> Plan {
    Plan::parse(text).unwrap()
}

fn mistake(text: &str) -> String {
    Plan::parse(text).unwrap_err().to_string()
}

fn token(id: &str, name: &str) -> ApiToken {
    let mut grants = Grants::default();
    let query = Scope::Dataset.capability("query").unwrap();
    grants.set(&Target::Dataset("logs".into()), query, Verbs::R).unwrap();
    let expiry = Expiry::parse("3d", now()).unwrap().into();
    ApiToken { id: TokenId::new(id), name: name.into(), description: "".into(), expiry, grants }
}

fn pair(name: &str) -> Pair {
    let (old, new) = (TokenId::new("old-1"), Some(TokenId::new("new-1")));
    Pair { name: name.into(), old, new }
}

#[test]
fn a_short_rule_has_careful_defaults() {
    let plan = plan("\n[[rotate]]\ntokens = 'ci-*'\ndeliver = ['cat']\n");
    let [rule] = &plan.rules[..] else { panic!() };
    assert_eq!(rule.line, 2);
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    assert_eq!(rule.due_until(now()), at("2026-12-11T12:00:00Z"));
    assert_eq!(rule.new_expiry(now()), Expiry::At(at("2027-02-25T12:00:00Z")));
    assert_eq!(rule.old_ends(now()), at("2026-11-29T12:00:00Z"));
    assert_eq!((rule.end_old, rule.newline), (EndOld::Grace, false));
}

#[test]
fn a_mistake_is_named_with_its_line_and_a_way_out() {
    let rule = |more: &str| format!("# plan\n[[rotate]]\ntokens = 'ci-*'\n{more}");
    for (text, part) in [
        (String::new(), "line 1: there is no [[rotate]] rule"),
        (rule(""), "missing field `deliver`"),
        (rule("deliver = 'vault kv put'"), "line 4: "),
        (rule("deliver = []"), "line 2: deliver: write a program"),
        (rule("deliver = ['./store']"), "deliver: ./store is a relative path"),
        (
            rule("deliver = ['store', '{nmae}']"),
            "deliver: {nmae} is not known: did you mean {name}?",
        ),
        (
            rule("deliver = ['store', '{secret}']"),
            "{secret} is not known: use {name}, {id}, {old-id}",
        ),
        (rule("deliver = ['x']\nprove = ['a/b']"), "prove: a/b is a relative path"),
        (rule("deliver = ['x']\ndue = '2027-01-01'"), "due: write a length such as \"14d\""),
        (rule("deliver = ['x']\ngrace = 'now'"), "grace: write a length such as \"48h\""),
        (rule("deliver = ['x']\ngrace = '10m'"), "grace: "),
        (rule("deliver = ['x']\nexpires = 'never'"), "expires: write a length"),
        (rule("deliver = ['x']\nexpires = '14d'"), "expires: 14d must be longer than due"),
        (rule("deliver = ['x']\nend-old = 'after-proof'"), "end-old: \"after-proof\" needs prove"),
        (rule("deliver = ['x']\nend-old = 'now'"), "end-old: write \"grace\" or"),
        (rule("deliver = ['x']\nfilter = 'edge'"), "filter: edge is not allowed here"),
        (rule("deliver = ['x']\nfilter = 'type:basic unused'"), "filter: unused is not allowed"),
        (rule("deliver = ['x']\ntimeout = 0"), "timeout: write a number of seconds from 1 to 3600"),
        (rule("deliver = ['x']\nendold = 'grace'"), "unknown field `endold`"),
        ("[[rotate]]\ntokens = []\ndeliver = ['x']".to_owned(), "tokens: write a name"),
        ("[[rotate]]\ntokens = ['a', ' ']\ndeliver = ['x']".to_owned(), "tokens: write a name"),
        ("[[rotate]]\ntokens = 7\ndeliver = ['x']".to_owned(), "a name pattern or a list"),
        ("[[rotate]\n".to_owned(), "line 1: "),
    ] {
        let said = mistake(&text);
        assert!(said.contains(part), "{text}\n{said}");
    }
}

#[test]
fn braces_of_shells_and_templates_are_no_placeholders() {
    let args = ["sh", "-c", "{ echo ${name}; }", "{.data.token}", "{{name}}", "{a:b}", "{}", "{"];
    let list = args.map(|arg| format!("{arg:?}")).join(", ");
    let plan = plan(&format!("[[rotate]]\ntokens = 'a'\ndeliver = [{list}]"));
    assert_eq!(plan.rules[0].deliver, args);
}

#[test]
fn placeholders_are_filled_only_with_plain_values() {
    let args: Vec<String> = ["put", "kv/{name}", "{id}={old-id}"].map(str::to_owned).into();
    assert_eq!(Rule::filled(&args, &pair("ci-1")).unwrap(), ["put", "kv/ci-1", "new-1=old-1"]);
    for name in ["../x", "-rf", ".", "a b", "a/b", "", "a\n", "é", "$(x)", &"a".repeat(101)] {
        let why = Rule::filled(&args, &pair(name)).unwrap_err();
        assert!(why.contains("cannot replace {name}"), "{name}: {why}");
    }
    // Nothing is filled in, so the name does not matter.
    let fixed = ["put".to_owned()];
    assert_eq!(Rule::filled(&fixed, &pair("../x")).unwrap(), fixed);
    let unnamed = Pair { new: None, ..pair("ci-1") };
    assert!(Rule::filled(&args, &unnamed).unwrap_err().contains("new token's id"));
}

#[test]
fn a_rule_fits_whole_names_and_its_filter() {
    let plan = plan(
        "[[rotate]]\ntokens = ['ci-*', 'deploy']\nfilter = 'ds:logs'\ndeliver = ['x', '{name}']",
    );
    let fits = |name: &str| plan.rule(&token("1", name), now()).is_some();
    assert!(fits("ci-edge") && fits("deploy"));
    assert!(!fits("my-ci-edge") && !fits("deploy-2") && !fits("CI-edge"));
    let mut other = token("1", "ci-edge");
    other.grants = Grants::default();
    assert!(plan.rule(&other, now()).is_none());
}

#[test]
fn rules_apply_only_in_their_deployment_and_organisation() {
    let plan = plan(
        "[[rotate]]\ntokens = 'a'\ndeliver = ['x']\n\
         [[rotate]]\ntokens = 'b'\ndeliver = ['x']\ndeployment = 'prod'\n\
         [[rotate]]\ntokens = 'c'\ndeliver = ['x']\norganisation = 'acme'\n",
    );
    let lines = |deployment: &str, org: Option<&str>| -> Vec<usize> {
        plan.of(deployment, org).rules.iter().map(|r| r.line).collect()
    };
    assert_eq!(lines("prod", Some("acme")), [1, 4, 8]);
    assert_eq!(lines("staging", Some("acme")), [1, 8]);
    assert_eq!(lines("prod", Some("other")), [1, 4]);
    assert_eq!(lines("prod", None), [1, 4], "the organisation is not known");
}

#[test]
fn a_token_with_two_rules_and_a_shared_place_are_refused() {
    let tokens = [token("1", "ci-a"), token("2", "ci-b")];
    let two = plan(
        "[[rotate]]\ntokens = 'ci-*'\ndeliver = ['x', '{name}']\n\
         [[rotate]]\ntokens = 'ci-b'\ndeliver = ['y', '{name}']\n",
    );
    let said = two.check(&tokens, now()).unwrap_err().to_string();
    assert_eq!(said, "the rules on lines 1 and 4 both fit ci-b 2: narrow one of them");
    assert_eq!(two.check(&tokens[..1], now()), Ok(()));

    let shared = plan("[[rotate]]\ntokens = 'ci-*'\ndeliver = ['x']\n");
    let said = shared.check(&tokens, now()).unwrap_err().to_string();
    assert!(said.contains("fits ci-a and ci-b") && said.contains("{name}"), "{said}");
    // The two halves of one rotation have the same name.
    let halves = [token("1", "ci-a"), token("2", "ci-a")];
    assert_eq!(shared.check(&halves, now()), Ok(()));

    let idle = plan("[[rotate]]\ntokens = 'no-such-*'\ndeliver = ['x']\n");
    assert_eq!(idle.idle(&tokens, now()).len(), 1);
    assert_eq!(shared.idle(&tokens, now()).len(), 0);
}
