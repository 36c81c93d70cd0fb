//! What a preview of a policy counts is what the policy refuses.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::domain::{
    Expiry, Grants, Scope, Target, Verbs,
    policy::{Policy, Rule},
    review::{Inventory, survey},
};

const NOW: &str = "2026-11-23T14:00:00Z";

/// Lines of a policy; any set of them is valid.
const RULES: [&str; 9] = [
    "max-lifetime = \"90d\"",
    "never-expires = \"allow\"",
    "name = \"^[a-z]+(-[a-z]+)*$\"",
    "description = \"required\"",
    "forbid = [\"org:apiTokens:*\", \"dataset:prod-*=data:delete,share:*\", \"view:*=share:*\"]",
    "allow-all-datasets = [\"query:read\"]",
    "allow-all-views = []",
    "[[exempt]]\ntoken = \"ci*\"\nrules = [\"name\", \"forbid\"]\nuntil = 2026-11-23\nreason = \"x\"",
    "[[exempt]]\ntoken = \"*\"\nrules = [\"description\"]\nuntil = 2026-11-22\nreason = \"x\"",
];

fn any_grants() -> impl Strategy<Value = Grants> {
    let target = prop_oneof![
        select(vec!["prod-api", "staging", "*"]).prop_map(|n| Target::Dataset(n.into())),
        select(vec!["prod-view", "*"]).prop_map(|n| Target::View(n.into())),
        Just(Target::Org),
    ];
    let right = (target, any::<prop::sample::Index>(), any::<u8>());
    vec(right, 0..5).prop_map(|rights| {
        let mut grants = Grants::default();
        for (target, at, bits) in rights {
            let capability = at.get(target.scope().capabilities());
            let verbs = Verbs::from_bits(bits & capability.verbs.bits());
            grants.set(&target, capability, verbs).unwrap();
        }
        if grants.is_empty() {
            // A listed token without any right is not known well enough.
            let annotations = Scope::Org.capability("annotations").unwrap();
            grants.set(&Target::Org, annotations, Verbs::R).unwrap();
        }
        grants
    })
}

fn any_tokens() -> impl Strategy<Value = Vec<ApiToken>> {
    let name = select(vec!["ci", "ci-edge", "Grafana", "grafana", "", "日本"]);
    let expiry = select(vec!["never", "1d", "90d", "91d", "2y"]);
    let token = (name, select(vec!["", " ", "for tests"]), expiry, any_grants());
    vec(token, 0..12).prop_map(|tokens| {
        let token =
            |(at, (name, description, expiry, grants)): (usize, (&str, &str, &str, _))| ApiToken {
                id: TokenId::new(format!("id-{at}")),
                name: name.into(),
                description: description.into(),
                expiry: Expiry::parse(expiry, NOW.parse().unwrap()).unwrap().into(),
                grants,
            };
        tokens.into_iter().enumerate().map(token).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_preview_counts_exactly_what_is_refused(
        tokens in any_tokens(), lines in prop::sample::subsequence(RULES.to_vec(), 0..=RULES.len()),
    ) {
        let now = NOW.parse().unwrap();
        let policy = Policy::parse(&lines.join("\n")).unwrap();
        let policies = Policies { all: vec![("p.toml".into(), policy)], unusable: None };
        let items = survey(&tokens, Inventory { policies: &policies, ..Inventory::default() }, now);
        let lists = Lists { tokens: Some(&tokens), ..Lists::default() };
        for (at, token) in tokens.iter().enumerate() {
            let mut counted: Vec<_> = items
                .iter()
                .filter(|item| item.token == at)
                .map(|item| item.finding.code)
                .filter(|code| Rule::ALL.iter().any(|rule| rule.code() == *code))
                .collect();
            counted.sort_unstable();
            let expiry = token.expiry.known().unwrap();
            let (name, description) = (token.name.raw(), token.description.raw());
            let new = NewToken {
                name: name.to_owned(),
                description: description.to_owned(),
                expiry,
                grants: token.grants.clone(),
            };
            let same = Renewal::Same { new_expiry: expiry };
            for change in [Intent::create(new), Intent::regenerate(token, now, same)] {
                let against = objections(&policies, lists, (&change.0, &change.1), now);
                let mut refused: Vec<_> = against.iter().map(|f| f.code).collect();
                refused.sort_unstable();
                prop_assert_eq!(&refused, &counted, "{:?}", token);
            }
            prop_assert_eq!(policies.is_broken_by(token, now), !counted.is_empty());
        }
    }
}

#[test]
fn a_token_whose_rights_are_not_known_cannot_be_checked() {
    let policy = Policy::parse("description = \"required\"").unwrap();
    let policies = Policies { all: vec![("p.toml".into(), policy)], unusable: None };
    let now: Timestamp = NOW.parse().unwrap();
    let mut grants = Grants::default();
    let query = Scope::Dataset.capability("query").unwrap();
    grants.set(&Target::Dataset("a".into()), query, Verbs::R).unwrap();
    let token = ApiToken {
        id: TokenId::new("id"),
        name: "ci".into(),
        description: "for tests".into(),
        expiry: Expiry::Never.into(),
        grants,
    };
    let codes = |policies: &Policies, listed: &[ApiToken]| -> Vec<&'static str> {
        let same = Renewal::Same { new_expiry: Expiry::Never };
        let (intent, call) = Intent::regenerate(&token, now, same);
        let lists = Lists { tokens: Some(listed), ..Lists::default() };
        objections(policies, lists, (&intent, &call), now).iter().map(|f| f.code).collect()
    };
    assert_eq!(codes(&policies, &[]), [policy::UNCHECKED]);
    assert!(codes(&policies, std::slice::from_ref(&token)).is_empty());
    assert!(codes(&Policies::default(), &[]).is_empty(), "no policy");
}
