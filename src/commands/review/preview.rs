//! `axtok review --preview`: how many tokens break each rule of the policy.

use crate::{
    commands::table::{OutputStyle, table},
    domain::{
        ApiToken, Policies,
        policy::{EXEMPTION_ENDED, Policy, Rule},
        review::Item,
    },
};

/// A table with the rules in force, and how many tokens break each. `items` are the findings.
pub fn counts(policies: &Policies, items: &[Item], style: OutputStyle) -> String {
    let rules = Rule::ALL.into_iter().filter_map(|rule| {
        let of_file = |(_, policy): &(_, Policy)| {
            policy.rules().find(|(r, _)| *r == rule).map(|(_, words)| words)
        };
        let mut words: Vec<_> = policies.all.iter().filter_map(of_file).collect();
        words.dedup();
        (!words.is_empty()).then(|| (rule, words.join("; ")))
    });
    let row = |(rule, words): (Rule, String)| {
        let count = items.iter().filter(|item| item.finding.code == rule.code()).count();
        vec![rule.key().into(), count.to_string().into(), words.into()]
    };
    let mut rows: Vec<_> = rules.map(row).collect();
    let ended = items.iter().filter(|item| item.finding.code == EXEMPTION_ENDED).count();
    if ended > 0 {
        let words = "exemptions that have ended";
        rows.push(vec!["exempt".into(), ended.to_string().into(), words.into()]);
    }
    table(&["RULE", "TOKENS", "POLICY"], &rows, style)
}

/// How many of these tokens would break the policy: `5 of 33 tokens break the policy`.
pub fn summary(items: &[Item], tokens: &[&ApiToken], now: jiff::Timestamp) -> String {
    let mut broken: Vec<_> = items
        .iter()
        .filter(|item| Rule::ALL.iter().any(|rule| rule.code() == item.finding.code))
        .map(|item| item.token)
        .collect();
    broken.sort_unstable();
    broken.dedup();
    let working = tokens.iter().filter(|token| !token.expiry.is_past(now)).count();
    format!("{} of {working} tokens that work break the policy", broken.len())
}
