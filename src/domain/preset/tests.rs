//! What presets grant, and that writing and reading them loses nothing.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::{Capability, Expiry, Verbs, grants::UnknownScope};

fn dataset(name: &str) -> Target {
    Target::Dataset(name.into())
}

fn grants(rows: &[(Target, &str, Verbs)]) -> Grants {
    let mut grants = Grants::default();
    for (target, wire, verbs) in rows {
        let capability = target.scope().capability(wire).unwrap();
        let verbs = grants.verbs(target, capability).union(*verbs);
        grants.set(target, capability, verbs).unwrap();
    }
    grants
}

#[test]
fn the_built_in_presets_can_be_parsed() {
    let presets = built_in().unwrap();
    let labels: Vec<_> = presets.iter().map(|p| p.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "Ingest only",
            "Query only",
            "Read-only",
            "Full dataset access",
            "Evaluations",
            "AI agent",
            "Terraform"
        ]
    );
    let full = presets.iter().find(|p| p.id == "full-dataset").unwrap();
    assert_eq!(full.dataset, Rights::full(Scope::Dataset));
    for preset in &presets {
        assert!(preset.datasets.is_empty() && preset.views.is_empty(), "{}", preset.id);
        assert!(!preset.about.is_empty(), "{}", preset.id);
        if let Some(expires) = &preset.expires {
            assert!(Expiry::parse(expires, Timestamp::UNIX_EPOCH).is_ok());
        }
    }
}

#[test]
fn the_read_only_preset_grants_no_changes() {
    let presets = built_in().unwrap();
    let read_only = presets.iter().find(|p| p.id == "read-only").unwrap();
    for (scope, rights) in [
        (Scope::Dataset, &read_only.dataset),
        (Scope::View, &read_only.view),
        (Scope::Org, &read_only.org),
    ] {
        for c in scope.capabilities() {
            assert!(rights.verbs(c).minus(Verbs::R).is_empty(), "{}", c.wire);
        }
    }
}

#[test]
fn errors_name_the_line_and_the_fix() {
    let text = |rest: &str| format!("[[preset]]\nid = 'x'\nlabel = 'X'\n{rest}");
    for (rest, words) in [
        (
            "dataset = ['ingest:create',\n 'query:delete']",
            "line 5: preset x: unknown right query:delete for datasets: use query:read",
        ),
        (
            "[preset.views]\nv = ['tail']",
            "line 5: preset x: unknown right tail for views: use one of query, share",
        ),
        (
            "dataset = ['query:raed']",
            "unknown right query:raed for datasets: did you mean query:read?",
        ),
        ("dataset = ['qury:read']", "unknown right qury:read for datasets: did you mean query?"),
        ("expires = 'soon'", "line 4: preset x: expires: not understood: try 90d"),
        ("[[preset]]\nid = 'x'\nlabel = ''", "line 5: preset x already exists"),
        ("about = \"\n", "line 4: "),
        ("colour = 'red'", "line 4: unknown field `colour`"),
        ("org = [\"\\u001b:read\"]", "unknown right <U+001B>:read for the organisation"),
    ] {
        let error = parse(&text(rest)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains('\u{1b}'), "{error}");
    }
}

#[test]
fn explicit_rows_are_parsed() {
    let text = "[[preset]]\nid = 'x'\nlabel = 'X'\n\n[preset.datasets]\n\
                prod-api = ['query:read', 'trim:*']\n'*' = ['ingest:*']\nnone = []\n\n\
                [preset.views]\n'errors by day' = ['query:read']\n";
    let presets = parse(text).unwrap();
    let expected = grants(&[
        (dataset("*"), "ingest", Verbs::C),
        (dataset("prod-api"), "query", Verbs::R),
        (dataset("prod-api"), "trim", Verbs::U),
        (Target::View("errors by day".into()), "query", Verbs::R),
    ]);
    assert_eq!(presets[0].apply(&[]), expected);
}

#[test]
fn rows_with_equal_rights_become_rights_for_any_name() {
    let same = grants(&[
        (dataset("a"), "query", Verbs::R),
        (dataset("b"), "query", Verbs::R),
        (Target::Org, "monitors", Verbs::R),
    ]);
    let (preset, left_out) = Preset::of("Ops: read & look", &same);
    assert_eq!(preset.id, "ops-read-look");
    assert_eq!(preset.dataset, *same.datasets.get("a").unwrap());
    assert!(preset.datasets.is_empty() && left_out.is_empty());
    let applied = preset.apply(&[dataset("c"), Target::Org, Target::View("v".into())]);
    assert_eq!(
        applied,
        grants(&[(dataset("c"), "query", Verbs::R), (Target::Org, "monitors", Verbs::R)])
    );
}

#[test]
fn rows_with_different_rights_keep_their_names() {
    let different =
        grants(&[(dataset("a"), "query", Verbs::R), (dataset("b"), "ingest", Verbs::C)]);
    let (preset, _) = Preset::of("!", &different);
    assert_eq!(preset.id, "preset");
    assert_eq!(preset.datasets, different.datasets);
    assert!(preset.dataset.is_empty());
    assert_eq!(preset.apply(&[dataset("c")]), different, "c gets nothing");
}

#[test]
fn rights_for_chosen_rows_add_to_explicit_ones() {
    let mut preset = Preset { dataset: Rights::full(Scope::Dataset), ..Preset::default() };
    let own = grants(&[(dataset("a"), "query", Verbs::R)]);
    preset.datasets = own.datasets;
    let applied = preset.apply(&[dataset("a")]);
    assert_eq!(applied.datasets.get("a"), Some(&Rights::full(Scope::Dataset)));
    preset.dataset = Rights::default();
    assert_eq!(preset.apply(&[dataset("a")]).datasets, preset.datasets);
}

#[test]
fn unknown_rights_are_left_out_and_reported() {
    let mut grants = grants(&[(dataset("a"), "query", Verbs::R)]);
    let mut rights = grants.datasets.get("a").unwrap().clone();
    let capability = Scope::Dataset.capability("query").unwrap();
    rights.keep_unknown(Unknown::Verb { capability, json: "\"stream\"".into() });
    rights.keep_unknown(Unknown::Capability { name: "tail".into(), json: "[]".into() });
    grants.put(&dataset("a"), rights);
    let only = Unknown::Capability { name: "x\u{202e}".into(), json: "1".into() };
    let mut newer = Rights::default();
    newer.keep_unknown(only);
    grants.put(&Target::View("v".into()), newer);
    grants.unknown.push(UnknownScope { name: "edgeCapabilities".into(), json: "{}".into() });

    let (preset, left_out) = Preset::of("x", &grants);
    assert_eq!(left_out, ["edgeCapabilities", "a: query:stream", "a: tail", "view v: x<U+202E>"]);
    assert!(!preset.apply(&[dataset("a"), Target::View("v".into())]).has_unknown());
    assert_eq!(parse(&to_toml(&preset)).unwrap(), [preset]);
}

#[test]
fn presets_are_written_as_if_by_hand() {
    let different = grants(&[
        (dataset("prod-api"), "query", Verbs::R),
        (dataset("*"), "ingest", Verbs::C),
        (Target::View("errors by day".into()), "query", Verbs::R),
    ]);
    let (mut preset, _) = Preset::of("Mine", &different);
    preset.expires = Some("7d".to_owned());
    assert_eq!(
        to_toml(&preset),
        "[[preset]]\nid = \"mine\"\nlabel = \"Mine\"\nexpires = \"7d\"\n\
         view = [\"query:read\"]\n\n[preset.datasets]\n\"*\" = [\"ingest:create\"]\n\
         prod-api = [\"query:read\"]\n"
    );
}

fn any_rights(scope: Scope) -> impl Strategy<Value = Rights> {
    let bits = prop::collection::vec(0..16u8, scope.capabilities().len());
    bits.prop_map(move |bits| {
        let mut rights = Rights::default();
        for (c, bits) in scope.capabilities().iter().zip(bits) {
            let c: &'static Capability = c;
            rights.set(c, Verbs::from_bits(bits & c.verbs.bits())).unwrap();
        }
        rights
    })
}

fn any_rows(scope: Scope) -> impl Strategy<Value = Resources> {
    let row = (any::<String>().prop_map(SafeText::from), any_rights(scope));
    prop::collection::vec(row, 0..4).prop_map(|rows| rows.into_iter().collect())
}

fn any_preset() -> impl Strategy<Value = Preset> {
    let texts = (any::<String>(), any::<String>(), any::<String>());
    let expires = prop::option::of(prop::sample::select(vec!["never", "90d", "2027-01-01"]));
    let rights = (any_rights(Scope::Dataset), any_rights(Scope::View), any_rights(Scope::Org));
    let rows = (any_rows(Scope::Dataset), any_rows(Scope::View));
    (texts, expires, rights, rows).prop_map(|(texts, expires, rights, rows)| Preset {
        id: texts.0,
        label: texts.1,
        about: texts.2,
        expires: expires.map(str::to_owned),
        dataset: rights.0,
        view: rights.1,
        org: rights.2,
        datasets: rows.0,
        views: rows.1,
    })
}

proptest! {
    #[test]
    fn presets_survive_a_round_trip(preset in any_preset()) {
        let text = to_toml(&preset);
        prop_assert_eq!(parse(&text), Ok(vec![preset]), "{}", text);
    }

    #[test]
    fn a_preset_from_grants_reproduces_them(
        datasets in any_rows(Scope::Dataset),
        views in any_rows(Scope::View),
        org in any_rights(Scope::Org),
    ) {
        let grants = Grants { datasets, views, org, unknown: Vec::new() };
        let (preset, left_out) = Preset::of("x", &grants);
        prop_assert!(left_out.is_empty());
        let targets: Vec<_> = grants.rows().map(|(target, _)| target).collect();
        prop_assert_eq!(preset.apply(&targets), grants);
    }
}
