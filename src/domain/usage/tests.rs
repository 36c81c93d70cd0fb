use std::collections::HashSet;

use jiff::SignedDuration;

use super::*;
use crate::domain::{
    audit::{AuditEvent, Rows, Window},
    capability::{Capability, Scope, Verb, Verbs},
    expiry::{Expiry, TokenExpiry},
    grants::{Grants, Target, WILDCARD},
};

const NOW: &str = "2026-11-23T14:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn window(days: i64) -> Window {
    Window { since: now() - SignedDuration::from_hours(24 * days), until: now() }
}

fn capability(scope: Scope, wire: &str) -> &'static Capability {
    scope.capability(wire).unwrap()
}

fn dataset(name: &str) -> Target {
    Target::Dataset(name.into())
}

/// A token with these rights, such as `("prod", "query", Verbs::R)`.
fn token(id: &str, name: &str, rights: &[(&str, &str, Verbs)]) -> ApiToken {
    let mut grants = Grants::default();
    for (place, wire, verbs) in rights {
        let target = if place.is_empty() { Target::Org } else { dataset(place) };
        grants.set(&target, capability(target.scope(), wire), *verbs).unwrap();
    }
    ApiToken {
        id: TokenId::new(id),
        name: name.into(),
        description: "".into(),
        expiry: TokenExpiry::Known(Expiry::Never),
        grants,
    }
}

fn deed(actor: (&str, &str, &str), action: &str, datasets: &[&str]) -> Deed {
    Deed {
        actor: Actor { id: actor.0.into(), name: actor.1.into(), email: actor.2.into() },
        action: Action::named(action).unwrap(),
        datasets: datasets.iter().map(|&name| name.into()).collect(),
        times: 3,
        last: now() - SignedDuration::from_hours(2),
    }
}

fn evidence(deeds: Vec<Deed>, received: &[(&str, f64)]) -> Evidence {
    let row =
        |(dataset, bytes): &(&str, f64)| Received { dataset: (*dataset).into(), bytes: *bytes };
    Evidence {
        window: window(30),
        deeds: Rows { rows: deeds, is_complete: true },
        received: Some(Rows { rows: received.iter().map(row).collect(), is_complete: true }),
        events: Some(log(Vec::new())),
        users: None,
    }
}

fn log(rows: Vec<AuditEvent>) -> AuditLog {
    AuditLog::new(Rows { rows, is_complete: true }, window(30))
}

fn unknown(why: Unknowable) -> Verdict {
    Verdict::Unknown(why)
}

/// The verdict on a token's `query:read` of a dataset.
fn query(usage: &Usage, token: &ApiToken, name: &str) -> Verdict {
    usage.verdict(token, &dataset(name), capability(Scope::Dataset, "query"), Verb::Read)
}

const READS: &[(&str, &str, Verbs)] = &[("a", "query", Verbs::R), ("b", "query", Verbs::R)];

#[test]
fn a_token_is_recognised_by_its_id_or_by_a_name_that_only_it_has() {
    let tokens = [token("1", "one", READS), token("2", "two", READS)];
    let deeds = vec![
        deed(("1", "", ""), "runAPLQuery", &["a"]),
        deed(("x", "two", ""), "runAPLQuery", &["b"]),
        // A person of the same name.
        deed(("u", "two", "two@acme.test"), "runAPLQuery", &["a"]),
    ];
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds, &[]));
    assert_eq!(usage.naming, Naming::ById);
    let last = now() - SignedDuration::from_hours(2);
    assert_eq!(query(&usage, &tokens[0], "a"), Verdict::Used { times: 3, last });
    assert_eq!(query(&usage, &tokens[0], "b"), Verdict::NotSeen);
    assert_eq!(query(&usage, &tokens[1], "a"), Verdict::NotSeen);
    assert_eq!(query(&usage, &tokens[1], "b"), Verdict::Used { times: 3, last });
    assert_eq!(usage.last(&tokens[1]).unwrap().action.label, "queried");
}

#[test]
fn a_log_that_names_no_tokens_gives_no_verdict() {
    let tokens = [token("1", "one", READS)];
    let deeds = vec![deed(("u", "jo", "jo@acme.test"), "runAPLQuery", &["a"])];
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds, &[("a", 0.0)]));
    assert_eq!(query(&usage, &tokens[0], "b"), unknown(Unknowable::NotNamed));
    assert_eq!(usage.naming.label(), None);
    assert!(!usage.is_unused(&tokens[0]) && usage.narrowed(&tokens[0]).is_none());
}

#[test]
fn what_somebody_else_may_have_done_is_not_unused() {
    let tokens = [token("1", "one", READS), token("2", "twin", READS), token("3", "twin", READS)];
    let deeds = vec![
        deed(("1", "", ""), "createMonitor", &[]),
        deed(("", "", ""), "runAPLQuery", &["a"]),
        deed(("", "twin", ""), "runAPLQuery", &["b"]),
    ];
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds, &[]));
    assert_eq!(query(&usage, &tokens[0], "a"), unknown(Unknowable::Nameless));
    assert_eq!(query(&usage, &tokens[0], "b"), Verdict::NotSeen);
    assert_eq!(query(&usage, &tokens[1], "b"), unknown(Unknowable::SharedName));
    assert!(!usage.is_unused(&tokens[2]));
}

#[test]
fn young_tokens_and_a_log_that_ends_early_have_no_unused_rights() {
    let tokens = [token("1", "one", READS), token("2", "two", READS)];
    let deeds = || vec![deed(("1", "", ""), "runAPLQuery", &["a"])];
    let made = AuditEvent {
        at: now(),
        action: AuditAction::Regenerated,
        actor: "".into(),
        token: TokenId::new("2"),
        name: "".into(),
    };
    let mut young = evidence(deeds(), &[]);
    young.events = Some(log(vec![made]));
    let usage = Usage::new(&tokens, Some(&[]), young);
    assert_eq!(query(&usage, &tokens[1], "a"), unknown(Unknowable::Young));
    assert_eq!(query(&usage, &tokens[0], "b"), Verdict::NotSeen);

    let mut cut = evidence(deeds(), &[]);
    cut.deeds.is_complete = false;
    let usage = Usage::new(&tokens, Some(&[]), cut);
    assert_eq!(query(&usage, &tokens[0], "b"), unknown(Unknowable::Incomplete));

    let mut ageless = evidence(deeds(), &[]);
    ageless.events = None;
    let usage = Usage::new(&tokens, Some(&[]), ageless);
    assert_eq!(query(&usage, &tokens[0], "b"), unknown(Unknowable::Young));
}

#[test]
fn only_a_dataset_without_events_shows_that_no_token_ingests() {
    let rights = &[("a", "ingest", Verbs::C), ("b", "ingest", Verbs::C)];
    let tokens = [token("1", "one", rights), token("2", "two", READS)];
    let deeds = || vec![deed(("2", "", ""), "runAPLQuery", &["a"])];
    let ingest = |usage: &Usage, name| {
        usage.verdict(
            &tokens[0],
            &dataset(name),
            capability(Scope::Dataset, "ingest"),
            Verb::Create,
        )
    };
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds(), &[("a", 12.0)]));
    assert_eq!(ingest(&usage, "a"), unknown(Unknowable::AnyToken));
    assert_eq!(ingest(&usage, "b"), Verdict::NotSeen);
    assert_eq!(ingest(&usage, WILDCARD), unknown(Unknowable::AnyToken));
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds(), &[]));
    assert_eq!(ingest(&usage, "b"), unknown(Unknowable::NoIngest));
}

#[test]
fn a_query_of_a_view_uses_the_view_and_its_datasets() {
    let mut one = token("1", "one", READS);
    one.grants.set(&Target::View("v".into()), capability(Scope::View, "query"), Verbs::R).unwrap();
    let view = View { name: "v".into(), description: "".into(), datasets: vec!["b".into()] };
    let tokens = [one];
    let on_view = |usage: &Usage| {
        usage.verdict(
            &tokens[0],
            &Target::View("v".into()),
            capability(Scope::View, "query"),
            Verb::Read,
        )
    };
    for logged in ["v", "b"] {
        let deeds = vec![deed(("1", "", ""), "runAPLQuery", &[logged])];
        let usage = Usage::new(&tokens, Some(std::slice::from_ref(&view)), evidence(deeds, &[]));
        assert!(matches!(on_view(&usage), Verdict::Used { .. }), "{logged}");
        assert!(matches!(query(&usage, &tokens[0], "b"), Verdict::Used { .. }), "{logged}");
        assert_eq!(query(&usage, &tokens[0], "a"), Verdict::NotSeen, "{logged}");
    }
    let deeds = vec![deed(("1", "", ""), "runAPLQuery", &["b"])];
    let usage = Usage::new(&tokens, None, evidence(deeds, &[]));
    assert!(matches!(on_view(&usage), Verdict::Used { .. }), "the views are not known");
}

#[test]
fn narrowing_takes_the_unused_away_and_names_what_all_datasets_were_used_for() {
    let rights = &[
        (WILDCARD, "query", Verbs::R),
        (WILDCARD, "trim", Verbs::U),
        (WILDCARD, "share", Verbs::R),
        ("", "monitors", Verbs::ALL),
    ];
    let tokens = [token("1", "one", rights)];
    let deeds = vec![
        deed(("1", "", ""), "runAPLQuery", &["b", "a"]),
        deed(("1", "", ""), "createMonitor", &[]),
    ];
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds, &[]));
    let wanted = token(
        "1",
        "one",
        &[
            ("a", "query", Verbs::R),
            ("b", "query", Verbs::R),
            (WILDCARD, "share", Verbs::R),
            // Reading monitors leaves no trace.
            ("", "monitors", Verbs::C.union(Verbs::R)),
        ],
    );
    assert_eq!(usage.narrowed(&tokens[0]), Some(wanted.grants));
}

#[test]
fn a_token_is_unused_if_all_that_can_be_judged_was_not_seen() {
    let unused = token("1", "one", &[("a", "query", Verbs::R), ("a", "share", Verbs::R)]);
    let unknown = token("2", "two", &[("a", "share", Verbs::R)]);
    let tokens = [unused, unknown, token("3", "three", READS)];
    let deeds = vec![deed(("3", "", ""), "runAPLQuery", &["b"])];
    let usage = Usage::new(&tokens, Some(&[]), evidence(deeds, &[]));
    assert_eq!(tokens.iter().map(|t| usage.is_unused(t)).collect::<Vec<_>>(), [true, false, false]);
}

/// Numbers that look random; the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// A right of a token on one dataset or the organisation.
type Right = (usize, Option<usize>, &'static str, Verb);

/// How a generated log names tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Id,
    Name,
    /// As the person who created them.
    Person,
    /// Half of the entries have no name.
    Half,
}

/// An organisation whose true use is known.
struct World {
    mode: Mode,
    tokens: Vec<ApiToken>,
    used: HashSet<Right>,
    evidence: Evidence,
    /// Tokens created in the window.
    young: HashSet<usize>,
    /// Rights that actors without a name used.
    nameless: HashSet<(Option<usize>, &'static str, Verb)>,
}

/// The rights that generated tokens have, with the action that logs each.
const KINDS: &[(Scope, &str, Verb, Option<&str>)] = &[
    (Scope::Dataset, "query", Verb::Read, Some("runAPLQuery")),
    (Scope::Dataset, "ingest", Verb::Create, None),
    (Scope::Dataset, "trim", Verb::Update, Some("trimDataset")),
    (Scope::Dataset, "share", Verb::Read, None),
    (Scope::Org, "monitors", Verb::Create, Some("createMonitor")),
    (Scope::Org, "monitors", Verb::Read, None),
    (Scope::Org, "dashboards", Verb::Delete, Some("deleteDashboard")),
    (Scope::Org, "users", Verb::Read, None),
];

const DATASETS: usize = 5;

impl World {
    fn generate(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mode = [Mode::Id, Mode::Name, Mode::Person, Mode::Half][dice.roll(4)];
        let names = ["ci", "grafana", "deploy", "agent", "etl", "edge", "probe", "billing"];
        let (mut tokens, mut used, mut young) = (Vec::new(), HashSet::new(), HashSet::new());
        let (mut deeds, mut events, mut nameless) = (Vec::new(), Vec::new(), HashSet::new());
        let mut bytes = [0.0; DATASETS];
        for at in 0..4 + dice.roll(12) {
            let name = if dice.chance(70) {
                format!("{}-{at}", names[dice.roll(names.len())])
            } else {
                names[dice.roll(names.len())].to_owned()
            };
            let mut one = token(&format!("id-{at}"), &name, &[]);
            if dice.chance(10) {
                young.insert(at);
                events.push(AuditEvent {
                    at: now(),
                    action: AuditAction::Created,
                    actor: "jo@acme.test".into(),
                    token: one.id.clone(),
                    name: one.name.clone(),
                });
            }
            let is_idle = dice.chance(20);
            for (scope, wire, verb, action) in KINDS {
                let capability = capability(*scope, wire);
                let is_all = *scope == Scope::Dataset && dice.chance(15);
                let places: Vec<_> = match scope {
                    Scope::Dataset => (0..DATASETS).map(Some).collect(),
                    _ => vec![None],
                };
                for place in places {
                    if !is_all && !dice.chance(40) {
                        continue;
                    }
                    let target = match place {
                        Some(_) if is_all => dataset(WILDCARD),
                        Some(d) => dataset(&format!("d{d}")),
                        None => Target::Org,
                    };
                    let verbs = one.grants.verbs(&target, capability).with(*verb);
                    one.grants.set(&target, capability, verbs).unwrap();
                    if is_idle || !dice.chance(50) {
                        continue;
                    }
                    used.insert((at, place, *wire, *verb));
                    let Some(action) = action else {
                        if let (Some(d), "ingest") = (place, *wire) {
                            bytes[d] += 10.0;
                        }
                        continue;
                    };
                    let is_nameless = mode == Mode::Half && dice.chance(50);
                    let id = format!("id-{at}");
                    let actor = match mode {
                        _ if is_nameless => ("", "", ""),
                        Mode::Id | Mode::Half => (id.as_str(), name.as_str(), ""),
                        Mode::Name => ("internal", name.as_str(), ""),
                        Mode::Person => ("u1", "Jo", "jo@acme.test"),
                    };
                    if is_nameless {
                        // Without a dataset in the log, it may have been any.
                        let logged = place.filter(|_| *action == "runAPLQuery");
                        nameless.insert((logged, *wire, *verb));
                    }
                    let dataset_name = place.map(|d| format!("d{d}"));
                    let datasets: Vec<_> = match *action {
                        "runAPLQuery" => dataset_name.iter().map(String::as_str).collect(),
                        _ => Vec::new(),
                    };
                    deeds.push(deed(actor, action, &datasets));
                }
            }
            tokens.push(one);
        }
        let received: Vec<_> = (0..DATASETS).map(|d| (format!("d{d}"), bytes[d])).collect();
        let received: Vec<_> = received.iter().map(|(d, b)| (d.as_str(), *b)).collect();
        let mut evidence = evidence(deeds, &received);
        evidence.events = Some(log(events));
        evidence.deeds.is_complete = dice.chance(90);
        if !evidence.deeds.is_complete {
            evidence.deeds.rows.retain(|_| dice.chance(50));
        }
        if dice.chance(20) {
            evidence.received = None;
        }
        Self { mode, tokens, used, evidence, young, nameless }
    }

    /// Whether a token's unused right can be known from the log.
    fn can_be_known(&self, at: usize, place: Option<usize>, wire: &str, verb: Verb) -> bool {
        let name = &self.tokens[at].name;
        let others = |of: &dyn Fn(usize) -> bool| (0..self.tokens.len()).any(of);
        let is_used_by =
            |other| self.used.iter().any(|u| (u.0, u.1, u.2, u.3) == (other, place, wire, verb));
        // The log has no dataset for a trim.
        let is_used_anywhere =
            |other| self.used.iter().any(|u| u.0 == other && (u.2, u.3) == (wire, verb));
        if self.mode == Mode::Person
            || others(&|o| self.young.contains(&o) && self.tokens[o].name == *name)
        {
            return false;
        }
        match wire {
            "ingest" => self.evidence.received.is_some() && !others(&is_used_by),
            "share" | "users" => false,
            _ if !self.evidence.deeds.is_complete => false,
            "monitors" if verb == Verb::Read => false,
            _ => {
                let is_twin = |o: usize| {
                    o != at
                        && self.tokens[o].name == *name
                        && if wire == "trim" { is_used_anywhere(o) } else { is_used_by(o) }
                };
                let by_name = self.mode == Mode::Name && others(&is_twin);
                let nameless = self.nameless.contains(&(place, wire, verb))
                    || self.nameless.contains(&(None, wire, verb));
                let own = wire == "trim" && is_used_anywhere(at);
                !by_name && !nameless && !own
            }
        }
    }
}

/// Whether rights allow a verb on a dataset or for the organisation.
fn allows(grants: &Grants, place: Option<usize>, capability: &Capability, verb: Verb) -> bool {
    let on = |target: &Target| grants.verbs(target, capability).has(verb);
    place.map_or_else(
        || on(&Target::Org),
        |d| on(&dataset(&format!("d{d}"))) || on(&dataset(WILDCARD)),
    )
}

#[test]
#[expect(clippy::print_stdout, reason = "the documentation quotes the figures")]
fn no_used_right_is_taken_away_and_most_unused_ones_are_found() {
    const WORLDS: u64 = 1000;
    let (mut used, mut can_be_known, mut found, mut without_names) = (0, 0, 0, 0);
    for seed in 0..WORLDS {
        let world = World::generate(seed);
        let usage = Usage::new(&world.tokens, Some(&[]), world.evidence.clone());
        for (at, token) in world.tokens.iter().enumerate() {
            let narrowed = usage.narrowed(token).unwrap_or_else(|| token.grants.clone());
            for (_, place, wire, verb) in world.used.iter().filter(|u| u.0 == at) {
                let scope = if place.is_some() { Scope::Dataset } else { Scope::Org };
                let is_left = allows(&narrowed, *place, capability(scope, wire), *verb);
                assert!(is_left, "seed {seed}, {}: {place:?} {wire}:{verb:?}", token.name);
                used += 1;
            }
            for right in usage.of(token) {
                let is_judged = !matches!(right.verdict, Verdict::Unknown(_));
                assert!(!is_judged || world.mode != Mode::Person, "seed {seed}: {right:?}");
                without_names += usize::from(world.mode == Mode::Person);
                let place = match right.target.name() {
                    Some(name) if name.raw() == WILDCARD => continue,
                    name => name.map(|name| name.raw()[1..].parse::<usize>().unwrap()),
                };
                let (wire, verb) = (right.capability.wire, right.verb);
                let is_used =
                    world.used.iter().any(|u| (u.0, u.1, u.2, u.3) == (at, place, wire, verb));
                if !is_used && world.can_be_known(at, place, wire, verb) {
                    can_be_known += 1;
                    found += usize::from(right.verdict == Verdict::NotSeen);
                }
            }
        }
    }
    println!(
        "{WORLDS} organisations: 0 of {used} used rights taken away; {found} of {can_be_known} \
         unused rights found; 0 verdicts on {without_names} rights where tokens are not named"
    );
    assert!(used > 10_000 && without_names > 1_000);
    assert!(found * 100 >= can_be_known * 95, "{found} of {can_be_known}");
}
