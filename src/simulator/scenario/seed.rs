//! Creates the store's initial content from a scenario.

use jiff::Timestamp;
use serde_json::{Map, Value};
use toml::Spanned;

use super::{
    Generate, Scenario,
    notation::{Expires, rights},
    org::{DatasetSeeds, MemberSeed, OrgSeed, TokenSeed, ViewSeed},
};
use crate::{
    domain::Scope,
    simulator::{
        audit::{self, Actor},
        check::Grants,
        ids::{self, Ids},
        store::{Dataset, Member, Org, PersonalToken, Token, View},
    },
};

impl Scenario {
    /// The organisations; the first is the default one.
    pub(in crate::simulator) fn orgs(&self, ids: &mut Ids, now: Timestamp) -> Vec<Org> {
        let mut orgs: Vec<_> = self.org.iter().map(|seed| org(seed.get_ref(), ids, now)).collect();
        if let Some(first) = orgs.first_mut() {
            generate(self.generate, first, ids, now);
        }
        for (seed, org) in self.org.iter().zip(&mut orgs) {
            self.log(seed.get_ref(), org, now);
        }
        orgs
    }

    /// Fills the audit log.
    fn log(&self, seed: &OrgSeed, org: &mut Org, now: Timestamp) {
        let user = &self.user;
        let own = Actor { id: user.id.clone(), name: user.name.clone(), email: user.email.clone() };
        let others = org.users.iter().map(|user| Actor {
            id: user.id.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
        });
        let people: Vec<_> = std::iter::once(own).chain(others).collect();
        org.audit = seed.audit.iter().flat_map(|line| line.events(org, &people, now)).collect();
        if let Some(traffic) = &seed.traffic {
            audit::generate(traffic.traffic(), org, &people, now);
        }
    }

    /// The user's personal tokens; the first one is for the client to sign in with.
    pub(in crate::simulator) fn personal(&self, ids: &mut Ids) -> Vec<PersonalToken> {
        let mut make =
            |id: Option<&String>, name: &str, description: &str, secret: &Option<String>| {
                PersonalToken {
                    id: id.cloned().unwrap_or_else(|| ids.id()),
                    name: name.to_owned(),
                    description: description.to_owned(),
                    secret: secret.clone().unwrap_or_else(|| ids.secret("xapt-")),
                }
            };
        let mut all = vec![make(None, "simulator", "Handed out at the start.", &self.user.secret)];
        for seed in &self.personal {
            all.push(make(
                seed.id.as_ref().map(Spanned::get_ref),
                &seed.name,
                &seed.description,
                &seed.secret,
            ));
        }
        all
    }

    /// The user's rights; `None` means all.
    pub(in crate::simulator) fn user_rights(&self) -> Option<Map<String, Value>> {
        let org = self.role.org.as_ref()?;
        Some(rights(Scope::Org, org.iter().map(String::as_str)))
    }
}

fn org(seed: &OrgSeed, ids: &mut Ids, now: Timestamp) -> Org {
    Org {
        id: seed.id.clone(),
        name: seed.name.clone(),
        plan: seed.plan,
        datasets: datasets(&seed.datasets),
        views: seed.view.iter().map(view).collect(),
        tokens: seed.token.iter().map(|t| token(t, ids, now)).collect(),
        audit: Vec::new(),
        audit_window: seed.audit_window.seconds(),
        truth: Vec::new(),
        users: seed.user.iter().map(member).collect(),
    }
}

fn member(seed: &MemberSeed) -> Member {
    Member {
        id: seed.id.clone(),
        name: seed.name.clone(),
        email: seed.email.clone(),
        role_id: format!("role_{}", seed.role),
        role: seed.role.clone(),
    }
}

fn datasets(seeds: &DatasetSeeds) -> Vec<Dataset> {
    let kinds = [
        ("axiom:events:v1", &seeds.events),
        ("otel:traces:v1", &seeds.traces),
        ("otel:logs:v1", &seeds.logs),
        ("otel:metrics:v1", &seeds.metrics),
    ];
    let mut all: Vec<_> = kinds
        .into_iter()
        .flat_map(|(kind, seeds)| {
            seeds.iter().map(move |(name, description)| Dataset {
                name: name.clone(),
                description: description.clone(),
                kind,
            })
        })
        .collect();
    all.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    all.dedup_by(|a, b| a.name == b.name);
    all
}

fn view(seed: &ViewSeed) -> View {
    View {
        name: seed.name.clone(),
        description: seed.description.clone(),
        apl: seed.apl.clone(),
        datasets: seed.datasets.clone(),
    }
}

fn token(seed: &TokenSeed, ids: &mut Ids, now: Timestamp) -> Token {
    let mut rows = seed.dataset.clone();
    for (names, right) in [(&seed.ingest_into, "ingest:create"), (&seed.query_on, "query:read")] {
        for name in names {
            rows.entry(name.clone()).or_default().push(right.to_owned());
        }
    }
    Token {
        id: seed.id.as_ref().map_or_else(|| ids.id(), |id| id.get_ref().clone()),
        name: seed.name.clone(),
        description: seed.description.clone(),
        expires: seed.expires.at(now),
        grants: Grants {
            dataset: by_name(Scope::Dataset, &rows),
            view: by_name(Scope::View, &seed.view),
            org: rights(Scope::Org, seed.org.iter().map(String::as_str)),
        },
        raw: seed.raw.clone(),
        secret: seed.secret.clone().unwrap_or_else(|| ids.secret("xaat-")),
        late: 0,
        replaced: false,
    }
}

fn by_name(
    scope: Scope,
    rows: &std::collections::BTreeMap<String, Vec<String>>,
) -> Map<String, Value> {
    rows.iter()
        .map(|(name, short)| {
            (name.clone(), Value::Object(rights(scope, short.iter().map(String::as_str))))
        })
        .collect()
}

/// Adds many datasets and tokens, the same in every run.
fn generate(wanted: Generate, org: &mut Org, ids: &mut Ids, now: Timestamp) {
    const TEAMS: [&str; 8] = ["api", "edge", "billing", "search", "mobile", "auth", "ml", "ops"];
    const USES: [&str; 6] = ["ingest", "reader", "exporter", "ci", "alerts", "backup"];
    let mut state = 0;
    let mut pick = |n: usize| usize::try_from(ids::next(&mut state) % n as u64).unwrap_or(0);

    for i in 0..wanted.datasets {
        let team = TEAMS[pick(TEAMS.len())];
        org.datasets.push(Dataset {
            name: format!("gen-{team}-{i:05}"),
            description: format!("Generated dataset of team {team}."),
            kind: "axiom:events:v1",
        });
    }
    org.datasets.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    for i in 0..wanted.tokens {
        let (team, purpose) = (TEAMS[pick(TEAMS.len())], USES[pick(USES.len())]);
        let mut seed = TokenSeed {
            id: Some(Spanned::new(0..0, format!("00000000-0000-4000-8000-{i:012x}"))),
            name: format!("{team}-{purpose}-{i:05}"),
            description: format!("Generated token of team {team}."),
            ..TokenSeed::default()
        };
        let days = i64::try_from(pick(400)).unwrap_or(0) - 30;
        if pick(5) > 0 {
            seed.expires = Expires::In(days * 86_400);
        }
        let rows = pick(6);
        for _ in 0..wanted.rows_per_token.unwrap_or(rows + 1) {
            let name = match org.datasets.len() {
                0 => format!("gen-{team}"),
                n => org.datasets[pick(n)].name.clone(),
            };
            if purpose == "reader" { &mut seed.query_on } else { &mut seed.ingest_into }.push(name);
        }
        if purpose == "ci" {
            seed.org.push("apiTokens:read".to_owned());
        }
        org.tokens.push(token(&seed, ids, now));
    }
}
