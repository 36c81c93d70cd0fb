//! Entries and marks read back as they were written, also by newer versions.

use super::*;
use crate::domain::policy::Override;
use crate::journal::{
    grants::meaning,
    line::{self, Line},
    process::Process,
};

fn back(entry: &Entry) -> Entry {
    let process = Process { pid: 7, started: Some(4711) };
    let text = line::entry(entry, process).unwrap();
    assert!(!text.contains('\n'), "{text}");
    match Line::read(text.as_bytes()) {
        Line::Entry(read, by) => {
            assert_eq!(by, process);
            *read
        }
        other => panic!("{text} is {other:?}"),
    }
}

fn every_asked(grants: &Grants, text: &str, expiry: Expiry) -> [Asked; 5] {
    let (name, description, grants) = (text.to_owned(), text.to_owned(), grants.clone());
    let old_ends = "2026-11-25T14:00:00.5Z".parse().unwrap();
    let id = || TokenId::new(text);
    [
        Asked::Delete { id: id(), name: name.clone() },
        Asked::DeletePersonal { id: id(), name: name.clone() },
        Asked::CreatePersonal { name: name.clone(), description: description.clone() },
        Asked::Create {
            name: name.clone(),
            description: description.clone(),
            expiry,
            grants: grants.clone(),
        },
        Asked::Regenerate { old: id(), old_ends, name, description, expiry, grants },
    ]
}

#[test]
fn every_mark_survives_a_round_trip() {
    let id = EntryId::new();
    for token in [None, Some(TokenId::new("a\nb"))] {
        for mark in [
            Mark::NotSent,
            Mark::Rejected,
            Mark::Unknown,
            Mark::Unreadable { id: token.clone() },
            Mark::Done { id: token.clone() },
            Mark::Delivering { print: Fingerprint::parse(&"0a".repeat(32)).unwrap() },
            Mark::Delivered { id: token.clone(), to: None },
            Mark::Delivered { id: token.clone(), to: Some("a \"file\"\n".to_owned()) },
            Mark::Proven,
            Mark::Probed,
            Mark::Stuck { step: Step::Prove, why: "other\nvalue".to_owned() },
            Mark::Settled { why: None },
            Mark::Settled { why: Some("not needed".to_owned()) },
        ] {
            let text = line::mark(&id, &mark, None).unwrap();
            let Line::Mark(entry, read, None) = Line::read(text.as_bytes()) else {
                panic!("{text}")
            };
            assert_eq!((entry, read), (id.clone(), mark));
        }
    }
}

#[test]
fn the_line_format_is_stable() {
    let mut entry = create("ci");
    entry.id = EntryId("e1".to_owned());
    assert_eq!(
        line::entry(&entry, Process { pid: 7, started: Some(9) }).unwrap(),
        concat!(
            r#"{"v":1,"kind":"entry","entry":"e1","at":"2026-11-23T14:00:00.123456789Z","#,
            r#""process":{"pid":7,"started":9},"place":{"deployment":"production","#,
            r#""url":"https://api.example.com","org":"acme"},"asked":{"change":"create","#,
            r#""name":"ci","description":"for tests","expires":"2027-02-21T00:00:00Z","#,
            r#""grants":{"datasetCapabilities":{"logs":{"query":["read"]}}}},"#,
            r#""known":["before"]}"#
        )
    );
    assert_eq!(
        line::mark(&entry.id, &done("t2"), None).unwrap(),
        r#"{"v":1,"kind":"mark","entry":"e1","mark":"done","id":"t2"}"#
    );
}

#[test]
fn a_command_reports_an_entry_once() {
    let folder = folder();
    let file = file_of(&folder);
    let entry = create("ci");
    let mut first = opened(&file);
    first.journal.begin(&entry).unwrap();
    first.journal.mark(&entry.id, &Mark::Unreadable { id: Some(TokenId::new("x")) }).unwrap();
    assert!(first.journal.mark_reported(&entry.id));
    assert!(!first.journal.mark_reported(&entry.id));
    let mut later = opened(&file);
    assert!(!later.journal.mark_reported(&entry.id), "it is recorded");
    assert_eq!(later.open[0].made(), Some(&TokenId::new("x")), "the last mark is unchanged");
    assert!(later.set_aside.is_none());
}

#[test]
fn lines_from_newer_versions_are_read_or_left_alone() {
    let text = line::entry(&create("ci"), Process { pid: 7, started: None }).unwrap();
    let newer = text.replacen(r#""v":1"#, r#""v":2,"more":[1]"#, 1);
    assert!(matches!(Line::read(newer.as_bytes()), Line::Entry(..)));

    let other_change = text.replacen(r#""change":"create""#, r#""change":"rename""#, 1);
    let newer_shape = newer.replacen(r#""known":["#, r#""known":[[],"#, 1);
    for foreign in [&*other_change, &*newer_shape, r#"{"v":1,"kind":"note","text":"x"}"#] {
        let read = Line::read(foreign.as_bytes());
        assert!(matches!(read, Line::Foreign), "{foreign} is {read:?}");
    }
    let foreign = Line::read(br#"{"v":1,"kind":"mark","entry":"e","mark":"paused"}"#);
    assert!(matches!(&foreign, Line::ForeignMark(id) if id.0 == "e"), "{foreign:?}");
    let our_shape = text.replacen(r#""known":["#, r#""known":[[],"#, 1);
    for broken in
        [&*our_shape, "{}", "[]", "7", "\0\0", r#"{"v":1,"kind":"mark","entry":7}"#, "{} {}"]
    {
        let read = Line::read(broken.as_bytes());
        assert!(matches!(read, Line::Broken), "{broken} is {read:?}");
    }
}

#[test]
fn capabilities_from_newer_versions_are_kept_as_unknown() {
    let text = line::entry(&create("ci"), Process { pid: 7, started: None }).unwrap();
    let newer =
        text.replacen(r#"{"query":["read"]}"#, r#"{"dream":["read"],"query":["read","lucid"]}"#, 1);
    let Line::Entry(entry, _) = Line::read(newer.as_bytes()) else { panic!("{newer}") };
    let Asked::Create { grants, .. } = entry.asked else { panic!("{newer}") };
    let query = Scope::Dataset.capability("query").unwrap();
    let row = grants.datasets.get("logs").unwrap();
    assert_eq!(row.verbs(query), Verbs::R);
    let kept = [
        Unknown::Capability { name: "dream".into(), json: r#"["read"]"#.into() },
        Unknown::Verb { capability: query, json: r#""lucid""#.into() },
    ];
    assert_eq!(row.unknown(), kept);
}

proptest! {
    #[test]
    fn every_entry_survives_a_round_trip(
        grants in any_grants(), text in any::<String>(), org in any::<Option<String>>(),
        nanos in -377_705_023_201_000_000_000_i128..253_402_207_200_000_000_000, ends in any::<bool>(),
        known in prop::collection::vec(any::<String>(), 0..3),
        before in prop::option::of(prop::collection::btree_set(any::<u32>(), 0..4)),
        is_rotation in any::<bool>(), is_overridden in any::<bool>(),
    ) {
        let before = before.map_or(Before::Named, |all| Before::All(all.into_iter().collect()));
        let at = jiff::Timestamp::from_nanosecond(nanos).unwrap();
        let expiry = if ends { Expiry::At(at) } else { Expiry::Never };
        for asked in every_asked(&grants, &text, expiry) {
            let location = Location { deployment: text.clone(), url: text.clone(), org: org.clone() };
            let known = known.iter().map(|id| TokenId::new(id.as_str())).collect();
            let known = Known { named: known, before: before.clone() };
            let overridden = is_overridden
                .then(|| Override { codes: vec![text.clone()], reason: text.as_str().into() });
            let entry =
                Entry { id: EntryId::new(), at, location, asked, known, is_rotation, overridden };
            prop_assert_eq!(back(&entry), entry);
        }
    }

    #[test]
    fn grants_keep_their_meaning_in_a_round_trip(grants in any_grants()) {
        let (name, description) = (String::new(), String::new());
        let asked = Asked::Create { name, description, expiry: Expiry::Never, grants };
        let (before, after) = (entry(asked.clone()), back(&entry(asked)));
        let (Asked::Create { grants: a, .. }, Asked::Create { grants: b, .. }) =
            (before.asked, after.asked) else { panic!() };
        prop_assert_eq!(meaning(&a), meaning(&b));
    }
}
