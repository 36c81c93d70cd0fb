use super::*;
use crate::domain::{
    Grants, Target, TokenId, Verbs,
    usage::example::{deed, log},
};

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

fn token(name: &str, expires: &str, dataset: &str, capability: &str) -> ApiToken {
    let mut grants = Grants::default();
    let capability = Scope::Dataset.capability(capability).unwrap();
    let verbs: Verbs = capability.verbs;
    grants.set(&Target::Dataset(dataset.into()), capability, verbs).unwrap();
    ApiToken {
        id: TokenId::new(name),
        name: name.into(),
        description: "used by the billing job".into(),
        expiry: Expiry::parse(expires, now()).unwrap().into(),
        grants,
    }
}

fn passing(filter: &str) -> Vec<&'static str> {
    let tokens = [
        ("ci-edge", token("ci-edge", "4d", "prod-api", "ingest")),
        ("grafana", token("grafana", "80d", "prod-web", "query")),
        ("exporter", token("exporter", "never", "*", "query")),
    ];
    let filter = Filter::parse(filter, now());
    let passes = |(name, t): &(&'static str, ApiToken)| filter.score(t, now()).map(|_| *name);
    tokens.iter().filter_map(passes).collect()
}

#[test]
fn words_and_terms_match_exactly() {
    assert_eq!(passing(""), ["ci-edge", "grafana", "exporter"]);
    assert_eq!(passing("graf"), ["grafana"]);
    assert_eq!(passing("ci edge"), ["ci-edge"]);
    assert_eq!(passing("CI-E"), ["ci-edge"]);
    assert_eq!(passing("edge billing"), ["ci-edge"], "one in the name, one in the description");
    for scattered in ["cedge", "c-e-e", "edgeci", "ci edge x", "!ci", "^ci", "'ci", "ci$"] {
        assert_eq!(passing(scattered), Vec::<&str>::new(), "{scattered}");
    }
    assert_eq!(passing("billing"), ["ci-edge", "grafana", "exporter"]);
    assert_eq!(passing("illing"), Vec::<&str>::new(), "within a word of the description");
    assert_eq!(passing("rafan"), ["grafana"], "within the name");
    assert_eq!(passing("type:basic"), ["ci-edge"]);
    assert_eq!(passing("type:adv"), ["grafana", "exporter"]);
    assert_eq!(passing("expires<30d"), ["ci-edge"]);
    assert_eq!(passing("never"), ["exporter"]);
    assert_eq!(passing("expired"), Vec::<&str>::new());
    assert_eq!(passing("ds:web"), ["grafana", "exporter"]);
    assert_eq!(passing("can:ing"), ["ci-edge"]);
    assert_eq!(passing("can:query never"), ["exporter"]);
}

#[test]
fn an_unfinished_term_hides_nothing() {
    let all = passing("");
    for unfinished in ["type:", "expires<", "expires<3", "can:"] {
        assert_eq!(passing(unfinished), all, "{unfinished}");
    }
}

#[test]
fn invalid_terms_are_reported_outside_interactive_typing() {
    let mistake = |text: &'static str| Filter::mistake(text);
    for fine in ["", "graf", "type:basic expires<30d", "expires<2027-01-01", "a:b", "expires"] {
        assert_eq!(mistake(fine), None, "{fine}");
    }
    for (text, word) in [
        ("type:", "type:"),
        ("type:bsic x", "type:bsic"),
        ("never expires<30", "expires<30"),
        ("expires>30d", "expires>30d"),
        ("seen>x", "seen>x"),
        ("seen<30d", "seen<30d"),
        ("seen>2027-01-01", "seen>2027-01-01"),
    ] {
        assert_eq!(mistake(text), Some(word), "{text}");
    }
}

#[test]
fn a_token_needs_attention_until_its_finding_is_accepted() {
    use crate::domain::review::accepted::Acceptance;

    let filter = || Filter::parse(ATTENTION, now());
    let needs = |filter: &Filter<'_>, t: &ApiToken| filter.score(t, now()).is_some();
    for (expiry, wanted) in [("4d", true), ("15d", false), ("never", false)] {
        let token = token("a", expiry, "prod", "query");
        assert_eq!(needs(&filter(), &token), wanted, "{expiry}");
    }
    for (days, wanted) in [(1, true), (6, true), (7, false), (300, false)] {
        let mut token = token("a", "4d", "prod", "query");
        let at = Timestamp::from_second(now().as_second() - days * 86_400).unwrap();
        token.expiry = Expiry::At(at).into();
        assert_eq!(needs(&filter(), &token), wanted, "expired {days} days ago");
    }
    // The old token of a regeneration, until it expires.
    let old = token("old", "80d", "prod", "query");
    assert!(needs(&filter().knowing([&old.id].into(), Standards::default(), None), &old));
    // Ingest into all datasets is a finding of high severity.
    let open = token("b", "80d", "*", "ingest");
    assert!(needs(&filter(), &open));
    let accepted = [Acceptance {
        org: "acme".to_owned(),
        token: open.id.clone(),
        code: "writes-all-datasets".to_owned(),
        at: now(),
        reason: "until May".into(),
    }];
    let accepted = crate::domain::review::accepted::Accepted::of(&accepted, "acme");
    let standards = Standards { accepted, ..Standards::default() };
    let knowing = filter().knowing([].into(), standards, None);
    assert!(!needs(&knowing, &open));
}

/// What a log of this many days says: `busy` queried 2 days ago, `idle` 9 days ago, `unused`
/// did nothing, and `ingest` may have sent what its dataset received.
fn usage(days: i64, tokens: &[ApiToken], names_tokens: bool) -> Usage {
    let all = [("busy", 2), ("idle", 9)];
    let seen = all.iter().filter(|(_, at)| names_tokens && *at <= days);
    let deeds = seen.map(|(id, at)| deed(id, "runAPLQuery", &["prod"], *at)).collect();
    Usage::new(tokens, Some(&[]), log(days, deeds))
}

#[test]
fn terms_about_use_match_what_the_log_can_tell() {
    let reader = |name: &str| token(name, "80d", "prod", "query");
    let ingest = token("ingest", "80d", "sent-to", "ingest");
    let tokens = [reader("busy"), reader("idle"), reader("unused"), ingest];
    let found = |text: &str, usage: Option<&Usage>| {
        let filter = Filter::parse(text, now()).knowing([].into(), Standards::default(), usage);
        let passes = |t: &&ApiToken| filter.score(t, now()).is_some();
        let names: Vec<_> = tokens.iter().filter(passes).map(|t| t.name.shown()).collect();
        (names, filter.usage_gap())
    };
    let month = usage(30, &tokens, true);
    for (text, names) in [
        ("unused", &["unused"][..]),
        ("UNUSED", &["unused"]),
        ("seen>1d", &["busy", "idle", "unused"]),
        ("seen>8d", &["idle", "unused"]),
        ("seen>30d", &["unused"]),
        ("seen>2026-11-14", &["unused"]),
        ("seen>2026-11-15", &["idle", "unused"]),
        ("seen>1d i", &["idle"]),
    ] {
        assert_eq!(found(text, Some(&month)), (names.to_vec(), None), "{text}");
    }
    // What lies before the log is not known.
    let gap = UsageGap::ShortLog(month.window);
    assert_eq!(found("seen>31d", Some(&month)), (vec![], Some(gap)));
    assert_eq!(gap.reason(), "the log only goes back 30 days");
    let three = usage(3, &tokens, true);
    assert_eq!(found("unused", Some(&three)), (vec!["idle", "unused"], None));
    let nameless = usage(30, &tokens, false);
    assert_eq!(found("unused", Some(&nameless)), (vec![], Some(UsageGap::NotNamed)));
    assert_eq!(found("seen>8d", None), (vec![], Some(UsageGap::NotLoaded)));
    assert_eq!(found("never", None), (vec![], None));
}

#[test]
fn a_severity_includes_higher_ones() {
    let (high, medium) = (token("a", "9d", "*", "ingest"), token("b", "9d", "*", "query"));
    for (term, wanted) in [
        ("severity:high", (true, false)),
        ("severity:med", (true, true)),
        ("severity:low", (true, true)),
    ] {
        let filter = Filter::parse(term, now());
        let has = |t: &ApiToken| filter.score(t, now()).is_some();
        assert_eq!((has(&high), has(&medium)), wanted, "{term}");
    }
    assert!(!passing("severity:low").contains(&"ci-edge"));
    assert_eq!(Filter::mistake("severity:big"), Some("severity:big"));
}

#[test]
fn the_last_word_is_completed_to_a_term() {
    assert_eq!(Filter::completion("ty"), Some("pe:basic"));
    assert_eq!(Filter::completion("x type:a"), Some("dvanced"));
    assert_eq!(Filter::completion("see"), Some("n>30d"));
    for none in ["", "t", "ty ", "type:basic", "graf", "ds:"] {
        assert_eq!(Filter::completion(none), None, "{none}");
    }
}

#[test]
fn what_was_found_is_known_by_position() {
    let found = |text: &str, name| Words::parse(text).found_in(name, true);
    assert_eq!(found("CI edge", "ci-edge-ci"), [0..2, 3..7, 8..10]);
    assert_eq!(found("~cde", "ci-edge"), [0..1, 4..5, 6..7]);
    assert!(found("x", "ci-edge").is_empty());
    assert!(Words::parse("dent").found_in("an incident", false).is_empty(), "within a word");
    assert_eq!(Words::parse("inc a").found_in("an incident", false), [0..1, 3..6]);
}

#[test]
fn names_are_ranked() {
    let names = ["staging-api", "prod-api", "prod-web"];
    assert_eq!(matching("prod", names.into_iter()), [1, 2]);
    assert_eq!(matching("", names.into_iter()), [0, 1, 2]);
    assert_eq!(matching("api", ["xapi", "my-api", "api-x", "api"].into_iter()), [3, 2, 1, 0]);
}

#[test]
fn a_tilde_makes_the_search_fuzzy() {
    let names = ["break-glass-ci", "ci-ingest-edge", "cargo-index-gc"];
    let found = |text| matching(text, names.into_iter());
    assert_eq!(found("cig"), [] as [usize; 0]);
    assert_eq!(found("~cig"), [1, 2]);
    assert_eq!(found(" ~CI EDGE"), [1], "each word, ignoring case");
    assert_eq!(found("~"), [0, 1, 2]);
    assert_eq!(found("ci~"), [] as [usize; 0], "only at the start");
    for literal in ["~^ci", "~'ci", "~!ci", "~ci$"] {
        assert_eq!(found(literal), [] as [usize; 0], "{literal}");
    }
    assert_eq!((fuzzy_part("~a b"), fuzzy_part("a ~b")), (Some("a b"), None));
}

#[test]
fn letters_of_every_script_are_matched() {
    let names = ["Größe-ÄÖ", "grosse", "jose\u{301}", "日本語-ci", "\u{130}stanbul"];
    for (words, found) in [
        ("größe", &[0][..]),
        ("GRÖSSE", &[]),
        ("äö", &[0]),
        ("e\u{301}", &[2]),
        ("本語", &[3]),
        ("CI", &[3]),
        ("stan", &[4]),
        ("é", &[]),
    ] {
        assert_eq!(matching(words, names.into_iter()), found, "{words}");
    }
}
