//! Tests of the states of rotations. The journal is written and read as in the program.

use tempfile::TempDir;

use super::*;
use crate::{
    domain::{Expiry, Grants, Scope, Secret, Target, TokenExpiry, Verbs, retention::Retention},
    journal::{Entry, Journal, Known, Location, Mark},
};

const URL: &str = "https://api.example.test";
const NOW: &str = "2026-11-27T12:00:00Z";
/// When the old token of a rotation stops.
const ENDS: &str = "2026-11-29T12:00:00Z";

const PLAN: &str = r#"
[[rotate]]
tokens = "ci-*"
deliver = ["vault", "put", "{name}"]
prove = ["vault", "get", "{name}"]

[[rotate]]
tokens = "web-*"
deliver = ["gh", "secret", "set", "{name}"]

[[rotate]]
tokens = "app-*"
deliver = ["vault", "put", "{name}"]
prove = ["vault", "get", "{name}"]
probe = ["is-well"]
"#;

struct World {
    folder: TempDir,
    journal: Journal,
    plan: Plan,
    tokens: Vec<ApiToken>,
    now: Timestamp,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(text: &str) -> TokenId {
    TokenId::new(text)
}

fn grants(dataset: &str) -> Grants {
    let mut grants = Grants::default();
    let query = Scope::Dataset.capability("query").unwrap();
    grants.set(&Target::Dataset(dataset.into()), query, Verbs::R).unwrap();
    grants
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let journal =
            Journal::open(&folder.path().join("journal"), &Retention::default()).unwrap().journal;
        let plan = Plan::parse(PLAN).unwrap();
        Self { folder, journal, plan, tokens: Vec::new(), now: at(NOW) }
    }

    /// Lists a token that expires then; never without a time.
    fn lists(&mut self, id: &str, name: &str, expires: Option<&str>) -> &mut Self {
        let expiry = expires.map_or(Expiry::Never, |time| Expiry::At(at(time)));
        let (id, grants) = (TokenId::new(id), grants("logs"));
        let expiry = TokenExpiry::Known(expiry);
        let (name, description) = (name.into(), SafeText::from(""));
        self.tokens.push(ApiToken { id, name, description, expiry, grants });
        self
    }

    /// Records that a token was regenerated a day ago, with these marks.
    fn records(&mut self, name: &str, old: &str, is_rotation: bool, marks: &[Mark]) -> EntryId {
        self.records_in(Some("acme"), name, old, is_rotation, marks)
    }

    fn records_in(
        &mut self,
        org: Option<&str>,
        name: &str,
        old: &str,
        is_rotation: bool,
        marks: &[Mark],
    ) -> EntryId {
        let entry = Entry {
            id: EntryId::new(),
            at: at("2026-11-26T12:00:00Z"),
            location: Location {
                deployment: "prod".to_owned(),
                url: URL.to_owned(),
                org: org.map(str::to_owned),
            },
            asked: Asked::Regenerate {
                old: id(old),
                old_ends: at(ENDS),
                name: name.to_owned(),
                description: String::new(),
                expiry: Expiry::At(at("2027-02-24T12:00:00Z")),
                grants: grants("logs"),
            },
            known: Known::from(vec![id(old)]),
            is_rotation,
            overridden: None,
        };
        self.journal.begin(&entry).unwrap();
        for mark in marks {
            self.journal.mark(&entry.id, mark).unwrap();
        }
        entry.id
    }

    fn rows(&self) -> Vec<Row> {
        self.rows_in(Some("acme"))
    }

    fn rows_in(&self, org: Option<&str>) -> Vec<Row> {
        let contents = Journal::read(&self.folder.path().join("journal")).unwrap();
        overview(Facts {
            plan: &self.plan,
            tokens: &self.tokens,
            contents: &contents,
            url: URL,
            org,
            now: self.now,
        })
    }

    /// Each row as `state name olds -> new`.
    fn told(&self) -> Vec<String> {
        self.rows().iter().map(told).collect()
    }
}

fn told(row: &Row) -> String {
    let olds: Vec<&str> = row.olds.iter().map(TokenId::raw).collect();
    let new = row.new.as_ref().map_or(String::new(), |new| format!(" -> {}", new.raw()));
    let guess = if row.is_inferred() { "?" } else { "" };
    let step = match &row.state {
        State::Stuck { step, .. } => format!(" at {}", step.label()),
        _ => String::new(),
    };
    format!("{}{guess}{step} {} {}{new}", row.state.label(), row.name, olds.join("+"))
}

fn done(new: &str) -> Mark {
    Mark::Done { id: Some(id(new)) }
}

fn delivering() -> Mark {
    Mark::Delivering { print: Secret::new("xaat-1".to_owned()).fingerprint("salt") }
}

fn delivered(new: &str) -> Mark {
    Mark::Delivered { id: Some(id(new)), to: Some("`vault`".to_owned()) }
}

fn stuck(step: Step, why: &str) -> Mark {
    Mark::Stuck { step, why: why.to_owned() }
}

#[test]
fn what_expires_soon_is_due_and_needs_most_attention_first() {
    let mut world = World::new();
    world
        .lists("1", "ci-soon", Some("2026-12-10T12:00:00Z"))
        .lists("2", "ci-later", Some("2027-01-10T12:00:00Z"))
        .lists("3", "ci-never", None)
        .lists("4", "other-soon", Some("2026-12-01T12:00:00Z"))
        .lists("5", "ci-over", Some("2026-11-26T12:00:00Z"))
        .lists("6", "ci-long-over", Some("2026-10-01T12:00:00Z"))
        .lists("7", "other-over", Some("2026-11-26T12:00:00Z"));
    assert_eq!(world.told(), ["expired ci-over 5", "due other-soon 4", "due ci-soon 1"]);
    let rows = world.rows();
    // Without a rule a token is listed, but cannot be rotated.
    let lines: Vec<_> = rows.iter().map(|row| row.rule.as_ref().map(|rule| rule.line)).collect();
    assert_eq!(lines, [Some(2), None, Some(2)]);
}

#[test]
fn an_expiry_that_cannot_be_read_matters_only_under_a_rule() {
    let mut world = World::new();
    for (id, name) in [("1", "ci-a"), ("2", "other")] {
        world.lists(id, name, None);
        let unread = crate::domain::TokenExpiry::Unread(SafeText::from("soon"));
        world.tokens.last_mut().unwrap().expiry = unread;
    }
    assert_eq!(world.told(), ["unreadable ci-a 1"]);
}

#[test]
fn each_mark_of_a_rotation_leads_to_its_state() {
    let steps = [
        (vec![], "stuck at regenerate ci-a old"),
        (vec![Mark::Unknown], "stuck at regenerate ci-a old"),
        (vec![done("new")], "stuck at deliver ci-a old -> new"),
        (vec![done("new"), delivering()], "stuck at deliver ci-a old -> new"),
        (vec![done("new"), delivering(), delivered("new")], "stuck at prove ci-a old -> new"),
        (vec![done("new"), delivered("new"), Mark::Proven], "proven ci-a old -> new"),
        (vec![done("new"), Mark::Settled { why: None }], "rotating ci-a old -> new"),
    ];
    for (marks, expected) in steps {
        let mut world = World::new();
        world.lists("old", "ci-a", Some(ENDS)).lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
        world.records("ci-a", "old", true, &marks);
        assert!(world.told().contains(&expected.to_owned()), "{marks:?}: {:?}", world.told());
    }
}

#[test]
fn a_refused_or_unsent_request_leaves_the_token_due() {
    for mark in [Mark::Rejected, Mark::NotSent] {
        let mut world = World::new();
        world.lists("old", "ci-a", Some("2026-12-01T12:00:00Z"));
        world.records("ci-a", "old", true, &[mark]);
        assert_eq!(world.told(), ["due ci-a old"]);
    }
}

#[test]
fn the_rule_decides_when_a_rotation_is_complete() {
    let goals = [
        ("ci-a", Stage::Delivered, "stuck at prove"),
        ("web-a", Stage::Delivered, "rotating"),
        ("app-a", Stage::Proven, "stuck at probe"),
        ("app-a", Stage::Probed, "proven"),
        ("no-rule", Stage::Delivered, "stuck at prove"),
    ];
    for (name, stage, expected) in goals {
        let mut world = World::new();
        world.lists("old", name, Some(ENDS)).lists("new", name, Some("2027-02-24T12:00:00Z"));
        let marks = [done("new"), delivered("new"), Mark::Proven, Mark::Probed];
        let count = match stage {
            Stage::Delivered => 2,
            Stage::Proven => 3,
            _ => 4,
        };
        world.records(name, "old", true, &marks[..count]);
        assert_eq!(world.told(), [format!("{expected} {name} old -> new")]);
    }
}

#[test]
fn a_failed_step_is_shown_until_it_succeeds_even_after_the_grace_period() {
    let mut world = World::new();
    world.lists("old", "ci-a", Some(ENDS)).lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
    let entry = world.records("ci-a", "old", true, &[done("new"), delivered("new")]);
    world.journal.mark(&entry, &stuck(Step::Prove, "vault: exit 2")).unwrap();
    let why = |world: &World| match &world.rows()[0].state {
        State::Stuck { why, .. } => why.clone(),
        _ => String::new(),
    };
    assert_eq!(why(&world), "vault: exit 2");
    world.now = at("2026-12-01T12:00:00Z");
    assert_eq!(why(&world), "vault: exit 2");
    world.journal.mark(&entry, &Mark::Proven).unwrap();
    world.now = at(NOW);
    assert_eq!(world.told(), ["proven ci-a old -> new"]);
    world.now = at("2026-12-01T12:00:00Z");
    assert_eq!(world.told(), Vec::<String>::new(), "nothing is left to do");
}

#[test]
fn a_regeneration_by_hand_is_never_stuck() {
    let mut world = World::new();
    world.lists("old", "ci-a", Some(ENDS)).lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
    world.records("ci-a", "old", false, &[done("new")]);
    assert_eq!(world.told(), ["rotating ci-a old -> new"]);
    assert!(!world.rows()[0].is_inferred());
    let recorded = world.rows()[0].recorded.clone().unwrap();
    assert_eq!((recorded.stage, recorded.is_planned), (Some(Stage::Made), false));
}

#[test]
fn a_lost_secret_makes_a_chain_of_old_tokens() {
    let mut world = World::new();
    world.lists("1", "ci-a", Some(ENDS)).lists("2", "ci-a", Some(ENDS)).lists(
        "3",
        "ci-a",
        Some("2027-02-24T12:00:00Z"),
    );
    world.records("ci-a", "1", true, &[Mark::Unreadable { id: Some(id("2")) }]);
    world.records("ci-a", "2", true, &[done("3"), delivered("3"), Mark::Proven]);
    assert_eq!(world.told(), ["proven ci-a 1+2 -> 3"]);
}

#[test]
fn a_finished_rotation_begins_no_chain() {
    let mut world = World::new();
    world.lists("1", "ci-a", Some(ENDS)).lists("2", "ci-a", Some(ENDS)).lists(
        "3",
        "ci-a",
        Some("2027-02-24T12:00:00Z"),
    );
    world.records("ci-a", "1", true, &[done("2"), delivered("2"), Mark::Proven]);
    world.records("ci-a", "2", true, &[done("3"), delivered("3"), Mark::Proven]);
    assert_eq!(world.told(), ["proven ci-a 1 -> 2", "proven ci-a 2 -> 3"]);
}

#[test]
fn a_pair_from_elsewhere_is_a_guess_and_needs_the_same_rights() {
    let mut world = World::new();
    world
        .lists("1", "ci-a", Some(ENDS))
        .lists("2", "ci-a", Some("2027-02-24T12:00:00Z"))
        .lists("3", "ci-b", Some(ENDS))
        .lists("4", "ci-b", Some("2027-02-24T12:00:00Z"));
    world.tokens.last_mut().unwrap().grants = grants("others");
    assert_eq!(world.told(), ["due ci-b 3", "rotating? ci-a 1 -> 2"]);
    // The journal knows better than a guess.
    world.records("ci-a", "1", false, &[done("2")]);
    assert_eq!(world.told(), ["due ci-b 3", "rotating ci-a 1 -> 2"]);
    // A guess ends when the old token does.
    world.now = at("2026-11-30T12:00:00Z");
    assert!(world.told().iter().all(|row| !row.contains("ci-a")), "{:?}", world.told());
}

#[test]
fn the_old_token_of_a_known_pair_replaces_no_other() {
    let mut world = World::new();
    world.lists("old", "ci-a", Some("2027-06-01T12:00:00Z"));
    world.lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
    world.records("ci-a", "old", false, &[done("new")]);
    assert_eq!(world.told(), ["rotating ci-a old -> new"]);
}

#[test]
fn of_several_later_tokens_the_last_one_counts() {
    let mut world = World::new();
    world.lists("1", "x", Some(ENDS)).lists("2", "x", None).lists("3", "x", Some(ENDS));
    world.lists("4", "x", Some("2026-11-01T12:00:00Z"));
    assert_eq!(world.told(), ["rotating? x 1 -> 2", "rotating? x 3 -> 2"]);
}

#[test]
fn another_organisation_or_server_is_left_out() {
    let mut world = World::new();
    world.lists("old", "ci-a", Some(ENDS));
    world.records_in(Some("labs"), "ci-a", "old", true, &[done("new"), delivered("new")]);
    assert_eq!(world.told(), ["due ci-a old"]);
    world.lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
    assert_eq!(world.told(), ["rotating? ci-a old -> new"], "no more than a guess");
    // An API token does not say its organisation.
    for org in [Some("labs"), None] {
        let rows = world.rows_in(org);
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), ["stuck at prove ci-a old -> new"]);
    }
}

#[test]
fn a_pair_outlives_a_list_without_its_old_token() {
    let mut world = World::new();
    world.lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
    world.records("ci-a", "old", true, &[done("new"), delivered("new"), Mark::Proven]);
    assert_eq!(world.told(), ["proven ci-a old -> new"]);
}

#[test]
fn a_new_token_may_be_listed_late_but_not_for_long() {
    let mut world = World::new();
    world.lists("old", "ci-a", Some(ENDS));
    world.records("ci-a", "old", true, &[done("new"), delivered("new"), Mark::Proven]);
    world.now = at("2026-11-26T12:00:30Z");
    assert_eq!(world.told(), ["proven ci-a old -> new"]);
    world.now = at(NOW);
    assert_eq!(world.told(), ["due ci-a old"], "somebody deleted the new token");
}

#[test]
fn a_deleted_half_ends_the_pair() {
    for gone in ["old", "new"] {
        let mut world = World::new();
        world.lists(
            if gone == "old" { "new" } else { "old" },
            "ci-a",
            Some("2027-02-24T12:00:00Z"),
        );
        world.records("ci-a", "old", true, &[done("new"), delivered("new"), Mark::Proven]);
        let asked = Asked::Delete { id: id(gone), name: "ci-a".to_owned() };
        let (id, at, known) = (EntryId::new(), at(NOW), Known::default());
        let location = Location {
            deployment: "prod".to_owned(),
            url: URL.to_owned(),
            org: Some("acme".to_owned()),
        };
        let entry = Entry { id, at, location, asked, known, is_rotation: false, overridden: None };
        world.journal.begin(&entry).unwrap();
        world.journal.mark(&entry.id, &Mark::Done { id: None }).unwrap();
        assert_eq!(world.told(), Vec::<String>::new(), "{gone} was deleted");
    }
}

#[test]
fn the_latest_attempt_for_a_token_counts() {
    let mut world = World::new();
    world.lists("old", "ci-a", Some(ENDS)).lists("new", "ci-a", Some("2027-02-24T12:00:00Z"));
    world.records("ci-a", "old", true, &[Mark::Unknown, Mark::Settled { why: None }]);
    world.records("ci-a", "old", true, &[done("new"), delivered("new"), Mark::Proven]);
    assert_eq!(world.told(), ["proven ci-a old -> new"]);
}

#[test]
fn many_tokens_of_one_name_are_paired_quickly() {
    let mut world = World::new();
    for n in 0..10_000 {
        world.lists(&format!("t{n}"), &format!("name-{}", n / 2), Some(ENDS));
    }
    // Comparing all with all would take minutes in a debug build.
    assert_eq!(world.rows().len(), 10_000, "each is due: its twin does not expire later");
}
