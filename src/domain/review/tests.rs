//! A test for each kind of finding, and tests for tokens without findings.

use super::*;
use crate::domain::{Rights, SafeText, Scope, Target, Unknown, preset};

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn soon() -> TokenExpiry {
    Expiry::parse("90d", now()).unwrap().into()
}

/// `("prod", "query", "r")` rows; `org` is the organisation, `view/` a view.
fn grants(rows: &[(&str, &str, &str)]) -> Grants {
    let mut grants = Grants::default();
    for (name, capability, letters) in rows {
        let target = match (*name, name.strip_prefix("view/")) {
            ("org", _) => Target::Org,
            (_, Some(view)) => Target::View(view.into()),
            (name, None) => Target::Dataset(name.into()),
        };
        let capability = target.scope().capability(capability).unwrap();
        let verbs = capability.verbs.iter().filter(|v| letters.contains(v.letter()));
        grants.set(&target, capability, verbs.collect()).unwrap();
    }
    grants
}

/// The findings without a policy.
fn of_rights(grants: &Grants, expiry: &TokenExpiry, now: Timestamp) -> Vec<Finding> {
    with_expiry(about_grants(grants), Vec::new(), expiry, now)
}

fn found(rows: &[(&str, &str, &str)]) -> Vec<Finding> {
    of_rights(&grants(rows), &soon(), now())
}

/// The only finding, as `severity code: why`.
#[track_caller]
fn only(rows: &[(&str, &str, &str)]) -> String {
    match found(rows).as_slice() {
        [f] => format!("{} {}: {}", f.severity.label(), f.code, f.why),
        other => panic!("not one finding: {other:?}"),
    }
}

fn codes(rows: &[(&str, &str, &str)]) -> Vec<&'static str> {
    found(rows).iter().map(|f| f.code).collect()
}

/// The findings of a token with every right and no expiry.
fn everything() -> Vec<Finding> {
    let mut grants = Grants::default();
    grants.put(&Target::Dataset("*".into()), Rights::full(Scope::Dataset));
    grants.put(&Target::View("*".into()), Rights::full(Scope::View));
    grants.put(&Target::Org, Rights::full(Scope::Org));
    let json = SafeText::from("[\"read\"]");
    grants.org.keep_unknown(Unknown::Capability { name: "future".into(), json });
    of_rights(&grants, &Expiry::Never.into(), now())
}

#[test]
fn a_clean_token_has_no_findings() {
    for rows in [
        &[("a", "ingest", "c"), ("b", "ingest", "c")][..],
        &[("a", "query", "r"), ("view/v", "query", "r")],
        &[("a", "ingest", "c"), ("b", "query", "r"), ("a", "share", "r")],
        &[("org", "apiTokens", "r"), ("org", "rbac", "r"), ("org", "users", "r")],
        &[("org", "billing", "r"), ("org", "sharedAccessKeys", "r"), ("org", "monitors", "cru")],
    ] {
        assert_eq!(found(rows), [], "{rows:?}");
    }
}

#[test]
fn rights_that_can_grant_any_right() {
    for (wire, code, noun) in [
        ("apiTokens", "mints-api-tokens", "API tokens"),
        ("rbac", "mints-access-control", "access control"),
        ("users", "mints-users", "users"),
    ] {
        for (letters, verbs) in [("c", "create"), ("u", "update")] {
            assert_eq!(
                only(&[("org", wire, letters)]),
                format!("high {code}: can {verbs} {noun}, so it can grant itself any right")
            );
        }
        assert_eq!(codes(&[("org", wire, "crud")]), [code], "deleting is not reported twice");
    }
}

#[test]
fn deleting_access_can_lock_others_out() {
    assert_eq!(
        only(&[("org", "apiTokens", "rd"), ("org", "users", "d")]),
        "medium locks-out: can delete API tokens, users, so it can lock others out"
    );
}

#[test]
fn deleting_settings_is_a_low_finding() {
    assert_eq!(only(&[("org", "monitors", "crud")]), "low deletes-settings: can delete monitors");
    assert_eq!(
        only(&[
            ("org", "annotations", "d"),
            ("org", "dashboards", "d"),
            ("org", "flows", "d"),
            ("org", "monitors", "d"),
            ("org", "views", "d"),
        ]),
        "low deletes-settings: can delete annotations, dashboards, flows and 2 more"
    );
}

#[test]
fn billing_and_shared_keys() {
    assert_eq!(only(&[("org", "billing", "ru")]), "high changes-billing: can change billing");
    assert!(only(&[("org", "sharedAccessKeys", "u")]).starts_with("medium changes-shared-keys: "));
}

#[test]
fn writing_everywhere() {
    assert_eq!(
        only(&[("*", "ingest", "c"), ("*", "virtualFields", "r")]),
        "high writes-all-datasets: can write to all datasets, future ones too (ingest)"
    );
    let views = codes(&[("view/*", "share", "d")]);
    assert_eq!(views, ["writes-all-views", "ends-sharing"]);
}

#[test]
fn sharing_with_other_organisations() {
    for name in ["a", "view/a"] {
        assert_eq!(
            only(&[(name, "share", "crd")]),
            "high shares-data: can share data with other organisations"
        );
        assert!(only(&[(name, "share", "d")]).starts_with("low ends-sharing: "));
    }
}

#[test]
fn destroying_stored_data() {
    assert_eq!(
        only(&[("a", "data", "d"), ("b", "vacuum", "u")]),
        "medium destroys-data: can destroy stored data (data, vacuum)"
    );
    assert_eq!(
        only(&[("a", "trim", "u"), ("org", "datasets", "crud")]),
        "medium destroys-data: can destroy stored data (trim, whole datasets)"
    );
}

#[test]
fn querying_everything() {
    assert_eq!(
        only(&[("*", "query", "r")]),
        "medium queries-all-datasets: can query all datasets, future ones too"
    );
    assert_eq!(
        only(&[("view/*", "query", "r")]),
        "medium queries-all-views: can query all views, future ones too"
    );
    // The right to write everywhere is worse, and its fix removes both.
    assert!(
        only(&[("*", "query", "r"), ("*", "virtualFields", "c")]).starts_with("high writes-all")
    );
}

#[test]
fn two_purposes_on_one_dataset() {
    let why = "low two-purposes: serves two purposes: ingest into and query";
    assert_eq!(only(&[("a", "ingest", "c"), ("a", "query", "r")]), format!("{why} a"));
    let by_all = found(&[("a", "ingest", "c"), ("b", "ingest", "c"), ("*", "query", "r")]);
    assert_eq!(by_all[1].code, "two-purposes");
    assert!(by_all[1].why.ends_with("query a, b"), "what * adds counts: {by_all:?}");
    let everywhere = found(&[("*", "ingest", "c"), ("*", "query", "r"), ("a", "trim", "u")]);
    let last = everywhere.last().unwrap();
    assert!(last.why.ends_with("query all datasets"), "{last:?}");
}

#[test]
fn full_sets_of_rights_are_a_finding() {
    let mut grants = Grants::default();
    grants.put(&Target::Dataset("a".into()), Rights::full(Scope::Dataset));
    let found = of_rights(&grants, &soon(), now());
    let codes: Vec<_> = found.iter().map(|f| f.code).collect();
    assert_eq!(codes, ["shares-data", "destroys-data", "full-dataset"]);
    assert_eq!(found[2].why, "has every right on a, which few jobs need");

    let mut grants = Grants::default();
    grants.put(&Target::Org, Rights::full(Scope::Org));
    assert!(of_rights(&grants, &soon(), now()).iter().any(|f| f.code == "full-org"));
}

#[test]
fn a_distant_expiry_is_low_and_no_expiry_is_worse() {
    let grants = grants(&[("a", "query", "r")]);
    let found = |expiry: Expiry| {
        let found = of_rights(&grants, &expiry.into(), now());
        found.iter().map(|f| (f.severity, f.code)).collect::<Vec<_>>()
    };
    assert_eq!(found(Expiry::parse("2y", now()).unwrap()), [(Severity::Low, "long-life")]);
    assert_eq!(found(Expiry::parse("1y", now()).unwrap()), []);
    assert_eq!(found(Expiry::At("2020-01-01T00:00:00Z".parse().unwrap())), []);
    assert_eq!(found(Expiry::Never), [(Severity::Medium, "never-expires")]);
}

#[test]
fn an_unreadable_expiry_is_a_finding_and_not_never() {
    let grants = grants(&[("a", "query", "r")]);
    let found = of_rights(&grants, &TokenExpiry::Unread(r#""2026-11-27""#.into()), now());
    let told: Vec<_> = found.iter().map(|f| (f.severity, f.code, f.why.as_str())).collect();
    let why = r#"has an unreadable expiry: "2026-11-27""#;
    assert_eq!(told, [(Severity::Medium, "unreadable-expiry", why)]);
}

#[test]
fn unknown_rights_cannot_be_judged() {
    let mut grants = grants(&[("a", "query", "r")]);
    let json = SafeText::from("[\"read\"]");
    grants.org.keep_unknown(Unknown::Capability { name: "future".into(), json });
    let found = of_rights(&grants, &soon(), now());
    assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), ["unknown-rights"]);
}

#[test]
fn names_from_the_server_are_shown_safely() {
    let why = only(&[("a\u{202e}", "ingest", "c"), ("a\u{202e}", "query", "r")]);
    assert!(why.ends_with("a<U+202E>"), "{why}");
}

#[test]
fn the_most_severe_findings_come_first() {
    let found = everything();
    assert!(found.is_sorted_by_key(|f| std::cmp::Reverse(f.severity)));
}

/// Files and scripts refer to these codes, so renaming one is a breaking change.
#[test]
fn codes_are_stable_and_unique() {
    let codes: Vec<_> = everything().iter().map(|f| f.code).collect();
    assert_eq!(
        codes,
        [
            "mints-api-tokens",
            "mints-access-control",
            "mints-users",
            "changes-billing",
            "writes-all-datasets",
            "writes-all-views",
            "shares-data",
            "changes-shared-keys",
            "full-org",
            "destroys-data",
            "never-expires",
            "deletes-settings",
            "full-dataset",
            "unknown-rights",
        ]
    );
}

/// Each finding has two lines in a dialog of 80 columns.
#[test]
fn descriptions_are_short() {
    for f in everything() {
        assert!(f.why.len() <= 100, "{}", f.why);
        assert!(f.fix.len() <= 70, "{}", f.fix);
        assert!(f.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", f.code);
    }
}

/// The narrow built-in presets, applied to one dataset, cause no findings.
#[test]
fn narrow_presets_have_no_findings() {
    for id in ["ingest-only", "query-only", "read-only", "ai-agent"] {
        let preset = preset::built_in().unwrap().into_iter().find(|p| p.id == id).unwrap();
        let mut grants = Grants { org: preset.org, ..Grants::default() };
        grants.put(&Target::Dataset("a".into()), preset.dataset);
        grants.put(&Target::View("v".into()), preset.view);
        assert_eq!(of_rights(&grants, &soon(), now()), [], "{id}");
    }
}
