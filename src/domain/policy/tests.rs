use super::*;
use crate::domain::{Target, TokenId, Unknown, Verbs, review};

const NOW: &str = "2026-11-23T14:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn policies(texts: &[&str]) -> Policies {
    let one = |text: &&str| ("policy.toml".into(), Policy::parse(text).unwrap());
    Policies { all: texts.iter().map(one).collect(), unusable: None }
}

fn grants(rows: &[(&str, &str, &str, Verbs)]) -> Grants {
    let mut grants = Grants::default();
    for (scope, name, wire, verbs) in rows {
        let (scope, target) = match *scope {
            "view" => (Scope::View, Target::View((*name).into())),
            "org" => (Scope::Org, Target::Org),
            _ => (Scope::Dataset, Target::Dataset((*name).into())),
        };
        grants.set(&target, scope.capability(wire).unwrap(), *verbs).unwrap();
    }
    grants
}

/// A token that satisfies every rule of [`STRICT`].
fn good(name: &str) -> ApiToken {
    ApiToken {
        id: TokenId::new(format!("id-{name}")),
        name: name.into(),
        description: "for the tests".into(),
        expiry: Expiry::parse("30d", now()).unwrap().into(),
        grants: grants(&[("dataset", "prod-api", "query", Verbs::R)]),
    }
}

/// Every rule.
const STRICT: &str = r#"
    version = 1
    max-lifetime = "90d"
    never-expires = "forbid"
    name = "^[a-z0-9-]+$"
    description = "required"
    forbid = ["org:apiTokens:*", "dataset:prod-*=data:delete", "view:secret=query:read"]
    allow-all-datasets = ["query:read"]
    allow-all-views = []
    [[exempt]]
    token = "old-*"
    rules = ["name"]
    until = "2026-10-31"
    reason = "renamed in October"
"#;

/// Each code, and a token that breaks only this.
fn mutants() -> Vec<(&'static str, ApiToken)> {
    let with = |change: &dyn Fn(&mut ApiToken)| {
        let mut token = good("ci");
        change(&mut token);
        token
    };
    vec![
        ("policy/max-lifetime", with(&|t| t.expiry = Expiry::parse("91d", now()).unwrap().into())),
        ("policy/max-lifetime", with(&|t| t.expiry = TokenExpiry::Unread("\"soon\"".into()))),
        ("policy/never-expires", with(&|t| t.expiry = Expiry::Never.into())),
        ("policy/name", with(&|t| t.name = "CI".into())),
        ("policy/name", with(&|t| t.name = "".into())),
        ("policy/description", with(&|t| t.description = " ".into())),
        ("policy/forbid", with(&|t| t.grants = grants(&[("org", "", "apiTokens", Verbs::R)]))),
        ("policy/forbid", with(&|t| t.grants = grants(&[("dataset", "prod-x", "data", Verbs::D)]))),
        ("policy/forbid", with(&|t| t.grants = grants(&[("view", "secret", "query", Verbs::R)]))),
        (
            "policy/allow-all-datasets",
            with(&|t| t.grants = grants(&[("dataset", "*", "ingest", Verbs::C)])),
        ),
        (
            "policy/allow-all-views",
            with(&|t| t.grants = grants(&[("view", "*", "share", Verbs::R)])),
        ),
        (EXEMPTION_ENDED, with(&|t| t.name = "old-ci".into())),
    ]
}

#[test]
fn each_rule_is_broken_by_its_mutant_and_by_no_other() {
    let all = policies(&[STRICT]);
    assert!(all.findings(&good("ci"), now()).is_empty());
    for (code, token) in mutants() {
        let found: Vec<_> = all.findings(&token, now()).iter().map(|f| f.code).collect();
        assert_eq!(found, [code], "{token:?}");
        assert_eq!(all.is_broken_by(&token, now()), code != EXEMPTION_ENDED, "{code}");
    }
    let codes: std::collections::BTreeSet<_> = mutants().iter().map(|(code, _)| *code).collect();
    let mut known: Vec<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    known.push(EXEMPTION_ENDED);
    assert!(known.iter().all(|code| codes.contains(code)), "{codes:?}");
    assert!(all.unset().is_empty());
}

#[test]
fn a_policy_with_one_rule_catches_only_that_rule() {
    for line in STRICT.lines().map(str::trim).filter(|line| line.contains(" = ")) {
        let (key, _) = line.split_once(" = ").unwrap();
        let Some(rule) = Rule::parse(key) else { continue };
        let alone = match rule {
            // Implies the other rule otherwise.
            Rule::MaxLifetime => format!("{line}\nnever-expires = \"allow\""),
            _ => line.to_owned(),
        };
        let one = policies(&[&alone]);
        for (code, token) in mutants() {
            let found: Vec<_> = one.findings(&token, now()).iter().map(|f| f.code).collect();
            let wanted: Vec<_> = [rule.code()].into_iter().filter(|c| *c == code).collect();
            assert_eq!(found, wanted, "{alone}: {code}");
        }
    }
}

#[test]
fn a_right_on_all_datasets_counts_for_every_pattern() {
    let all = policies(&["forbid = [\"dataset:prod-*=data:delete,trim:*\"]"]);
    for (name, broken) in [("prod-api", true), ("*", true), ("staging", false)] {
        let mut token = good("ci");
        token.grants = grants(&[("dataset", name, "trim", Verbs::U)]);
        assert_eq!(all.is_broken_by(&token, now()), broken, "{name}");
    }
}

#[test]
fn unknown_rights_on_all_datasets_are_not_allowed_there() {
    let all = policies(&["allow-all-datasets = [\"*\"]"]);
    let mut token = good("ci");
    let mut rights = Rights::full(Scope::Dataset);
    token.grants.put(&Target::Dataset("*".into()), rights.clone());
    assert!(!all.is_broken_by(&token, now()));
    rights.keep_unknown(Unknown::Capability { name: "tail".into(), json: "[\"read\"]".into() });
    token.grants.put(&Target::Dataset("*".into()), rights);
    assert!(all.is_broken_by(&token, now()));
}

#[test]
fn a_longest_lifetime_forbids_tokens_without_expiry_unless_they_are_allowed() {
    let mut token = good("ci");
    token.expiry = Expiry::Never.into();
    assert!(policies(&["max-lifetime = \"90d\""]).is_broken_by(&token, now()));
    let allowed = "max-lifetime = \"90d\"\nnever-expires = \"allow\"";
    assert!(!policies(&[allowed]).is_broken_by(&token, now()));
}

#[test]
fn lengths_count_in_the_calendar_and_tolerate_another_clock() {
    let all = policies(&["max-lifetime = \"3mo\""]);
    let is_broken = |at: &str| {
        let token = ApiToken { expiry: Expiry::At(at.parse().unwrap()).into(), ..good("ci") };
        all.is_broken_by(&token, now())
    };
    assert!(!is_broken("2027-02-23T14:00:00Z"));
    assert!(!is_broken("2027-02-23T14:01:00Z"), "a minute for clocks that differ");
    assert!(is_broken("2027-02-23T14:01:01Z"));
    assert!(!is_broken("2026-11-20T14:00:00Z"), "expired: its rights have no effect");
}

#[test]
fn a_users_policy_cannot_weaken_that_of_the_computer() {
    let computer = "max-lifetime = \"90d\"\nforbid = [\"org:apiTokens:*\"]";
    let own = r#"
        max-lifetime = "5y"
        never-expires = "allow"
        [[exempt]]
        token = "*"
        rules = ["max-lifetime", "never-expires", "forbid"]
        until = "2099-12-31"
        reason = "let me"
    "#;
    let both = policies(&[computer, own]);
    let mut token = good("ci");
    token.expiry = Expiry::Never.into();
    token.grants = grants(&[("org", "", "apiTokens", Verbs::R)]);
    let codes = |all: &Policies| -> Vec<_> {
        all.breaks(&(&token).into(), now()).iter().map(|f| f.code).collect()
    };
    assert_eq!(codes(&both), ["policy/never-expires", "policy/forbid"]);
    assert_eq!(codes(&both), codes(&policies(&[computer])));
    assert!(codes(&policies(&[own])).is_empty());
}

#[test]
fn an_exemption_counts_until_the_end_of_its_last_day() {
    let text = r#"
        description = "required"
        [[exempt]]
        token = "break-*"
        rules = ["description"]
        until = 2027-06-30
        reason = "on-call"
    "#;
    let all = policies(&[text]);
    let token =
        ApiToken { description: "".into(), expiry: Expiry::Never.into(), ..good("break-glass") };
    let at = |at: &str| -> Vec<String> {
        let found = all.findings(&token, at.parse().unwrap());
        found.iter().map(|f| format!("{}: {}", f.code, f.why)).collect()
    };
    assert!(at("2027-06-30T23:59:59Z").is_empty());
    assert_eq!(
        at("2027-07-01T00:00:00Z"),
        [
            "policy/description: has no description, which the policy requires",
            "policy/exemption-ended: was exempt from description until 30 Jun 2027 (on-call)",
        ]
    );
    let other = ApiToken { name: "unbreakable".into(), ..token.clone() };
    assert!(all.is_broken_by(&other, now()), "the pattern matches whole names");
}

#[test]
fn a_policy_that_cannot_be_used_stands_against_every_new_token() {
    let all = Policies { unusable: Some("/p.toml, line 3: oops".to_owned()), ..policies(&[""]) };
    assert!(!all.is_empty());
    assert!(all.usable().unwrap_err().contains("/p.toml, line 3: oops"));
    let codes: Vec<_> =
        all.objections(&(&good("ci")).into(), now()).iter().map(|f| f.code).collect();
    assert_eq!(codes, [UNCHECKED]);
    assert!(!policies(&[""]).unset().contains(&UNCHECKED));
}

#[test]
fn findings_of_a_policy_cannot_be_accepted() {
    let acceptance = review::accepted::Acceptance {
        org: "acme".to_owned(),
        token: TokenId::new("id-ci"),
        code: "policy/name".to_owned(),
        at: now(),
        reason: "never mind".into(),
    };
    let all = [acceptance];
    let accepted = review::accepted::Accepted::of(&all, "acme");
    assert!(accepted.get(&TokenId::new("id-ci"), "policy/name").is_none());
}

#[test]
fn narrower_rights_are_those_that_the_policy_does_not_forbid() {
    let all = policies(&[STRICT]);
    let mut token = good("ci");
    token.grants = grants(&[
        ("org", "", "apiTokens", Verbs::ALL),
        ("org", "", "users", Verbs::R),
        ("dataset", "prod-api", "data", Verbs::D),
        ("dataset", "prod-api", "query", Verbs::R),
        ("dataset", "staging", "data", Verbs::D),
    ]);
    let wanted = grants(&[
        ("org", "", "users", Verbs::R),
        ("dataset", "prod-api", "query", Verbs::R),
        ("dataset", "staging", "data", Verbs::D),
    ]);
    assert_eq!(all.narrowed(&token.grants), wanted);
}

#[test]
fn a_mistake_has_its_line_and_what_to_write_instead() {
    for (text, words) in [
        ("\nmax-lifetim = \"90d\"", "line 2: unknown field `max-lifetim`"),
        ("max-lifetime = \"soon\"", "line 1: max-lifetime: write a length such as \"90d\""),
        ("max-lifetime = \"0d\"", "max-lifetime: 0 would expire immediately"),
        ("max-lifetime = \"5m\"", "max-lifetime: m is ambiguous"),
        ("max-lifetime = 90", "invalid type: integer"),
        ("never-expires = \"no\"", "line 1: unknown variant `no`"),
        ("description = true", "line 1:"),
        ("\n\nname = \"[a-z\"", "line 3: name: invalid regular expression: unclosed"),
        ("name = \"^a$b\"", "name: no name fits this, so no token could exist"),
        ("name = \"^$\"", "no name fits this"),
        ("name = '[^\\s\\S]'", "no name fits this"),
        ("name = \"^.{300}$\"", "no name fits this"),
        ("name = '^ +$'", "no name fits this"),
        ("name = '(a{1000}){1000}'", "too large"),
        ("name = '\\w{1000}{1000}'", "too large"),
        ("name = '^\\w{100}{30}$'", "too large"),
        ("forbid = [\"apiTokens:*\"]", "forbid: apiTokens:*: write \"org:apiTokens:*\""),
        (
            "forbid = [\n\"org:apiTokens:*\",\n\"org:rbak:*\"]",
            "line 3: forbid: unknown right rbak:*",
        ),
        ("forbid = [\"dataset:query:read\"]", "dataset:query:read: write"),
        ("forbid = [\"dataset:=query:read\"]", "write"),
        (
            "forbid = [\"org:*\", \"dataset:*=*\", \"view:*=*\"]",
            "forbid: every right is forbidden, so no token could exist",
        ),
        ("allow-all-datasets = [\"users:read\"]", "allow-all-datasets: unknown right users:read"),
        ("allow-all-datasets = \"query:read\"", "line 1: invalid type"),
        ("version = 2", "version 2 of the format is newer than this axtok"),
        ("version = 2\nnew-rule = true", "line 1: version 2 of the format is newer"),
        ("version = \"one\"", "version: write version = 1"),
        ("version = 0", "version: write version = 1"),
        ("[[exempt]]\ntoken = \"a\"", "line 1: missing field"),
        (&exempt("a", "[]", "2027-06-30", "r"), "rules: name the rules"),
        (&exempt("a", "[\"forbit\"]", "2027-06-30", "r"), "forbit: did you mean forbid?"),
        (&exempt("a", "[\"max\"]", "2027-06-30", "r"), "use max-lifetime, never-expires"),
        (&exempt("a", "[\"name\"]", "soon", "r"), "until: write the last day"),
        (&exempt("a", "[\"name\"]", "2027-02-30", "r"), "until: write the last day"),
        (&exempt("a", "[\"name\"]", "2027-06-30", " "), "reason: write why"),
        (&exempt(" ", "[\"name\"]", "2027-06-30", "r"), "token: write a name"),
    ] {
        let why = Policy::parse(text).unwrap_err().to_string();
        assert!(why.contains(words), "{text}\n{why}");
        assert!(!why.contains('\n'), "{why}");
    }
}

fn exempt(token: &str, rules: &str, until: &str, reason: &str) -> String {
    format!(
        "\n[[exempt]]\ntoken = \"{token}\"\nrules = {rules}\nuntil = \"{until}\"\nreason = \
         \"{reason}\""
    )
}

#[test]
fn a_rule_for_names_has_an_example_that_fits() {
    for (text, example) in [
        ("^[a-z0-9-]+$", "a"),
        ("^(ci|prod)-", "ci-"),
        ("^[A-Z]{3}-\\d{2}$", "AAA-00"),
        ("日本", "日本"),
        ("(?i)^TEAM_", "team_"),
        ("", "a"),
        ("^ ?x$", "x"),
        (" prod$", "a prod"),
        ("^.* (ci|app)$", "a ci"),
        ("^( |ab)c$", "abc"),
        ("\\s", "a a"),
    ] {
        let rule = NameRule::parse(text).unwrap();
        assert_eq!(rule.example(), Some(example), "{text}");
        assert!(rule.fits(example), "{text}");
    }
    let rule = NameRule::parse("^[a-z0-9-]+$").unwrap();
    assert!(rule.fits("ci-edge") && !rule.fits("ci edge") && !rule.fits("Ci") && !rule.fits(""));
    assert!(NameRule::parse("edge").unwrap().fits("ci-edge-2"), "anywhere without ^ and $");
}

#[test]
fn the_documented_policy_has_no_rule_and_every_rule_is_in_it() {
    assert!(Policy::parse(DOCUMENTED).unwrap().is_empty());
    let text: String = DOCUMENTED
        .lines()
        .map(|line| match line.strip_prefix('#') {
            // Examples follow the sign at once, sentences after a space.
            Some(example) if !example.starts_with(' ') => format!("{example}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let policy = Policy::parse(&text).unwrap();
    let rules: Vec<_> = policy.rules().map(|(rule, _)| rule).collect();
    assert_eq!(rules, Rule::ALL);
    assert_eq!(policy.exemptions().len(), 1);
}

#[test]
fn the_demos_policy_is_valid() {
    let demo = Policies::of_demo();
    assert_eq!(demo.all.len(), 1);
    assert!(demo.unset().is_empty());
}

#[test]
fn every_right_includes_those_that_axtok_does_not_know() {
    let unknown = |json: &str| Unknown::Capability { name: "tail".into(), json: json.into() };
    let mut on_dataset = good("ci");
    let mut rights = Rights::default();
    rights.keep_unknown(unknown("[\"read\"]"));
    on_dataset.grants.put(&Target::Dataset("prod-x".into()), rights.clone());
    let mut in_org = good("ci");
    in_org.grants.org = rights;
    let mut odd = good("ci");
    odd.grants.unknown.push(crate::domain::grants::UnknownScope {
        name: "orgCapabilities".into(),
        json: "\"all\"".into(),
    });
    for (rule, token, broken) in [
        ("dataset:prod-x=*", &on_dataset, true),
        ("dataset:prod-x=data:*", &on_dataset, false),
        ("dataset:staging=*", &on_dataset, false),
        ("org:*", &in_org, true),
        ("org:*", &odd, true),
        ("org:rbac:*", &odd, false),
        ("view:*=*", &odd, false),
    ] {
        let all = policies(&[&format!("forbid = [\"{rule}\"]")]);
        assert_eq!(all.is_broken_by(token, now()), broken, "{rule}");
        let narrowed = ApiToken { grants: all.narrowed(&token.grants), ..token.clone() };
        assert!(!all.is_broken_by(&narrowed, now()), "{rule}");
    }
}

#[test]
fn too_many_rules_are_refused() {
    let many = vec!["\"org:rbac:read\""; 1_001].join(",");
    let why = Policy::parse(&format!("forbid = [{many}]")).unwrap_err().to_string();
    assert!(why.contains("1001 are too many: at most 1000"), "{why}");
}
