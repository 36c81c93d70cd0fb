use super::*;
use crate::domain::{
    ApiToken, Expiry, Grants, Rights, TokenId, Unknown, grants::UnknownScope, preset::built_in,
};

fn existing(datasets: &[&str], views: &[&str]) -> Existing {
    let list = |names: &[&str]| Some(names.iter().map(|name| (*name).into()).collect());
    Existing { datasets: list(datasets), views: list(views) }
}

fn all() -> Existing {
    existing(&["prod-api", "prod-new", "prod-web", "tmp"], &["errors"])
}

/// A token with rights written as lines: `grant prod-api query:read`.
fn token(lines: &str) -> ApiToken {
    let mut grants = Grants::default();
    if !lines.is_empty() {
        let edits = Edit::parse_all(lines, vocabulary(&[])).unwrap();
        let empty = with(grants);
        let planned =
            Plan::applied(&edits, &[&empty], &Existing::default()).unwrap().tokens.remove(0);
        grants = planned.grants;
    }
    with(grants)
}

fn with(grants: Grants) -> ApiToken {
    ApiToken {
        id: TokenId::new("1"),
        name: "t".into(),
        description: "".into(),
        expiry: Expiry::Never.into(),
        grants,
    }
}

const fn vocabulary(presets: &[Preset]) -> Vocabulary<'_> {
    Vocabulary { presets: Some(presets), kind: Kind::Advanced }
}

fn plan_of(line: &str, tokens: &[&ApiToken], existing: &Existing) -> Result<Plan, String> {
    let presets = built_in().unwrap();
    Plan::new(&Edit::parse_all(line, vocabulary(&presets))?, tokens, existing)
}

fn one(line: &str, token: &ApiToken) -> Planned {
    plan_of(line, &[token], &all()).unwrap().tokens.remove(0)
}

fn described(planned: &Planned) -> Vec<String> {
    planned.changes.iter().map(Difference::describe).collect()
}

#[test]
fn each_token_keeps_its_own_rights() {
    let (reader, writer) = (token("grant prod-api query:read"), token("grant tmp ingest:create"));
    let plan = plan_of("grant prod-new query:read", &[&reader, &writer], &all()).unwrap();
    let summaries: Vec<_> = plan.tokens.iter().map(|t| t.grants.summary()).collect();
    assert_eq!(summaries, ["can query 2 datasets", "can ingest into tmp; query prod-new"]);
    assert_eq!(described(&plan.tokens[1]), ["+ query:read on prod-new"]);
}

#[test]
fn lines_apply_one_after_another() {
    let old = token("grant prod-api query:read ingest:create; grant org users:read");
    let line = "grant prod-* virtualFields:read virtualFields:update; revoke prod-api ingest:create; \
                revoke org users:*";
    let planned = one(line, &old);
    assert_eq!(
        described(&planned),
        [
            "+ virtualFields:read+update on prod-api, prod-new, prod-web",
            "- ingest:create on prod-api",
            "- users:read on the organisation",
        ]
    );
    assert_eq!(planned.changes[0].brief(), "+ virtualFields:read+update on 3 datasets");
    assert_eq!(planned.outcome, Outcome::Changed);
}

#[test]
fn a_token_that_has_the_rights_already_is_unchanged() {
    let old = token("grant prod-api query:read");
    for line in ["grant prod-api query:read", "revoke tmp query:read", "only prod-*"] {
        let planned = one(line, &old);
        assert_eq!((planned.outcome, planned.changes.len()), (Outcome::Unchanged, 0), "{line}");
    }
}

#[test]
fn a_token_without_any_rights_left_is_refused() {
    let old = token("grant prod-api query:read");
    assert_eq!(one("revoke prod-* *", &old).outcome, Outcome::Empty);
    assert_eq!(one("only tmp", &old).outcome, Outcome::Empty);
    let old = token("grant prod-api query:read; grant org users:read");
    assert_eq!(one("only tmp", &old).outcome, Outcome::Changed, "only is about datasets");
}

#[test]
fn what_the_row_for_all_still_grants_is_said() {
    let old = token("grant =* query:read; grant prod-api query:read ingest:create");
    let planned = one("revoke prod-* query:read ingest:create", &old);
    assert_eq!(
        described(&planned),
        ["- ingest:create query:read on prod-api"],
        "the row * is no match for a pattern"
    );
    assert_eq!(planned.notes, ["* still grants query:read on prod-*"]);
    // Nothing changes, but the token can do it all the same.
    let planned = one("revoke tmp query:read", &old);
    assert_eq!(planned.outcome, Outcome::Unchanged);
    assert_eq!(planned.notes, ["* still grants query:read on tmp"]);
    let planned = one("revoke =*,tmp query:read", &old);
    assert_eq!(described(&planned), ["- query:read on all datasets (*)"]);
    assert!(planned.notes.is_empty());
    let planned = one("revoke tmp query:read; revoke =* query:read", &old);
    assert!(planned.notes.is_empty(), "the end of all lines counts");
}

#[test]
fn a_right_that_the_row_for_all_grants_is_not_worth_a_new_secret() {
    let old = token("grant =* query:read; grant prod-api ingest:create");
    let planned = one("grant prod-api,prod-new query:read", &old);
    assert_eq!((planned.outcome, &planned.grants), (Outcome::Unchanged, &old.grants));
    assert_eq!(planned.notes, ["* already grants query:read on prod-api, prod-new"]);
    // Narrowing from all datasets to one is a change, in either order.
    for line in [
        "grant prod-new query:read; revoke =* query:read",
        "revoke =* query:read; grant prod-new query:read",
    ] {
        let summary = one(line, &old).grants.summary();
        assert_eq!(summary, "can ingest into prod-api; query prod-new", "{line}");
    }
}

#[test]
fn only_takes_the_rights_of_the_row_for_all() {
    let old = token("grant =*,prod-api query:read; grant view:errors query:read");
    let planned = one("only prod-api", &old);
    assert_eq!(described(&planned), ["- query:read on all datasets (*)"]);
    assert_eq!(planned.grants.summary(), "can query prod-api; query errors");
}

#[test]
fn rights_that_this_version_does_not_know_stay() {
    let mut old = token("grant prod-api,tmp query:read");
    let capability = Scope::Dataset.capability("query").unwrap();
    let mut row = old.grants.datasets.get("prod-api").unwrap().clone();
    row.keep_unknown(Unknown::Verb { capability, json: "\"stream\"".into() });
    old.grants.datasets.put("prod-api".into(), row.clone());
    old.grants.unknown.push(UnknownScope { name: "newCapabilities".into(), json: "{}".into() });
    let planned = one("grant prod-new query:read; revoke tmp *", &old);
    assert_eq!(planned.grants.datasets.get("prod-api"), Some(&row));
    assert_eq!(planned.grants.unknown, old.grants.unknown);
    assert!(planned.notes.is_empty());
    let planned = one("revoke prod-* *", &old);
    assert_eq!(planned.notes, ["rights unknown to this version stay on prod-api"]);
    // A line that takes a whole row says so.
    let planned = one("only tmp", &old);
    assert_eq!(
        described(&planned),
        ["- query:read on prod-api", "- rights unknown to this version on prod-api"]
    );
}

#[test]
fn a_preset_adds_its_rights() {
    let old = token("grant prod-api ingest:create");
    let planned = one("apply query-only prod-api,prod-new", &old);
    assert_eq!(planned.grants.summary(), "can ingest into prod-api; query 2 datasets");
    // The beginning of an id is enough, as for --preset.
    assert_eq!(one("apply query prod-new", &old).grants.summary(), {
        one("apply query-only prod-new", &old).grants.summary()
    });
    let org = Preset { id: "admin".to_owned(), org: Rights::full(Scope::Org), ..Preset::default() };
    let presets = [org];
    let edits = Edit::parse_all("apply admin", vocabulary(&presets)).unwrap();
    let plan = Plan::new(&edits, &[&old], &Existing::default()).unwrap();
    assert_eq!(plan.tokens[0].grants.org, Rights::full(Scope::Org), "needs no names");
    let why = Edit::parse("apply admin prod-api", vocabulary(&presets)).unwrap_err();
    assert_eq!(why, "the preset admin has no rights for datasets by name");
}

#[test]
fn a_mistake_says_what_to_type() {
    let old = token("grant prod-api query:read");
    for (line, why) in [
        ("", "use grant, revoke, only or apply"),
        (" ; ", "use grant, revoke, only or apply"),
        ("grnat prod-api query:read", "unknown command grnat: did you mean grant?"),
        ("dance", "unknown command dance: use grant, revoke, only or apply"),
        ("grant prod-api", "usage: grant NAMES RIGHTS, such as grant prod-* query:read"),
        ("only", "usage: only NAMES, such as only prod-api,prod-auth"),
        ("only view:errors", "only is about datasets: name no views and not org"),
        ("apply", "usage: apply PRESET NAMES, such as apply query-only prod-new"),
        ("apply query-only", "query-only needs names, such as apply query-only prod-new"),
        (
            "apply query-only org",
            "the rights of query-only in the organisation are always added: \
                                  name datasets or views",
        ),
        ("grant prod-api fly:read", "unknown right fly:read: use one of "),
        ("grant prod-api query:raed", "unknown right query:raed: did you mean query:read?"),
        ("grant prod-nwe query:read", "there is no dataset prod-nwe: did you mean prod-new?"),
        ("revoke prod-nwe query:read", "there is no dataset prod-nwe: did you mean prod-new?"),
        ("grant stage-* query:read", "no dataset matches stage-*"),
        ("grant view:eror query:read", "there is no view eror: did you mean errors?"),
        ("grant prod-new query:read; revoke x *", "there is no dataset x"),
        ("grant , query:read", "type at least one name"),
    ] {
        let found = plan_of(line, &[&old], &all()).unwrap_err();
        assert!(found.starts_with(why), "{line}: {found}");
    }
    assert!(plan_of("apply none prod-api", &[&old], &all()).unwrap_err().contains("query-only"));
}

#[test]
fn without_the_list_names_must_be_written_out() {
    let (old, unknown) = (token("grant gone query:read"), Existing::default());
    let line = |line| plan_of(line, &[&old], &unknown);
    assert!(line("grant prod-new query:read").is_ok());
    assert!(line("revoke go* query:read").is_ok(), "matches a row of the token");
    assert!(line("grant go* query:read").is_err(), "the names that exist are not known");
    assert_eq!(
        line("grant prod-* query:read").unwrap_err(),
        "the list of datasets was not read, so prod-* matches nothing: write the names out"
    );
    assert_eq!(
        line("grant prod/new query:read").unwrap_err(),
        "prod/new: names have letters, digits, - _ . and :, not \"/\""
    );
    assert_eq!(
        line("revoke prod-new query:read").unwrap_err(),
        "none of these tokens has a row for prod-new"
    );
}

#[test]
fn a_dataset_that_is_gone_can_still_be_named() {
    let old = token("grant gone,prod-api query:read");
    let planned = one("revoke gone *", &old);
    assert_eq!(described(&planned), ["- query:read on gone"]);
}

#[test]
fn the_last_word_can_be_completed() {
    let presets = built_in().unwrap();
    let existing = all();
    let words = |line: &str| -> Vec<String> {
        let ends = endings(line, vocabulary(&presets), |scope| existing.names(scope));
        ends.into_iter().map(|end| end.line).collect()
    };
    assert_eq!(words("re"), ["revoke "]);
    assert!(words("grant").is_empty());
    assert_eq!(words("grant prod-n"), ["grant prod-new"]);
    assert_eq!(words("grant tmp,view:e"), ["grant tmp,view:errors"]);
    assert_eq!(words("grant tmp query:"), ["grant tmp query:read"]);
    assert_eq!(words("apply query-o"), ["apply query-only "]);
    assert_eq!(words("apply query-only prod-n"), ["apply query-only prod-new"]);
    assert!(words("apply query-only prod-new ").is_empty());
    assert!(words("grant prod-new query:read").is_empty(), "it is complete");
}

#[test]
fn a_name_that_cannot_be_typed_is_completed_with_a_pattern() {
    let existing = existing(&["prod-api"], &["my, view"]);
    let ends = endings("grant view:m", vocabulary(&[]), |scope| existing.names(scope));
    assert_eq!(ends[0].line, "grant view:my??view");
    let old = token("grant prod-api query:read");
    let plan = plan_of("grant view:my??view query:read", &[&old], &existing).unwrap();
    assert_eq!(plan.tokens[0].grants.summary(), "can query prod-api; query my, view");
}

proptest::proptest! {
    #[test]
    fn no_line_is_too_odd(line in "[a-z;,:=*?+ é-]{0,30}|(grant|revoke|only|apply) .{0,20}") {
        let old = token("grant prod-api query:read");
        let presets = built_in().unwrap();
        let existing = all();
        let _ = endings(&line, vocabulary(&presets), |scope| existing.names(scope));
        if let Ok(edits) = Edit::parse_all(&line, vocabulary(&presets)) {
            // What a line means does not depend on its spaces.
            let shown = edits.iter().map(|e| e.line.raw().to_owned()).collect::<Vec<_>>().join(";");
            proptest::prop_assert_eq!(&Edit::parse_all(&shown, vocabulary(&presets)).unwrap(), &edits);
            let _ = Plan::new(&edits, &[&old], &existing);
        }
    }
}
