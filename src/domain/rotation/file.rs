//! The format of the plan: TOML, with a `[[rotate]]` table for each rule.

use serde::Deserialize;
use toml::Spanned;

use super::{EndOld, Placeholder, Plan, Rule};
use crate::domain::{
    LineError, SafeText,
    expiry::{self, Expiry},
    filter::Filter,
    line_error::line_at,
    program,
    words::nearest,
};

/// How long each program may run without a `timeout`, in seconds.
const TIMEOUT: u64 = 60;
/// The longest `timeout`, in seconds.
const LONGEST: u64 = 3_600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rotate: Vec<Spanned<RuleToml>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RuleToml {
    tokens: Patterns,
    filter: Option<String>,
    deployment: Option<String>,
    organisation: Option<String>,
    due: Option<String>,
    expires: Option<String>,
    grace: Option<String>,
    deliver: Vec<String>,
    #[serde(default)]
    newline: bool,
    prove: Option<Vec<String>>,
    probe: Option<Vec<String>>,
    end_old: Option<String>,
    timeout: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a name pattern or a list of them")]
enum Patterns {
    One(String),
    Many(Vec<String>),
}

impl Plan {
    /// Parses a plan.
    ///
    /// # Errors
    /// The first mistake, with its line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let file: File = toml::from_str(text).map_err(|e| LineError::of_toml(text, &e))?;
        if file.rotate.is_empty() {
            return Err(LineError { line: 1, message: "there is no [[rotate]] rule".to_owned() });
        }
        let rule = |rule: Spanned<RuleToml>| {
            let line = line_at(text, rule.span().start);
            rule_of(rule.into_inner(), line).map_err(|message| LineError { line, message })
        };
        Ok(Self { rules: file.rotate.into_iter().map(rule).collect::<Result<_, _>>()? })
    }
}

fn rule_of(rule: RuleToml, line: usize) -> Result<Rule, String> {
    let tokens = match rule.tokens {
        Patterns::One(pattern) => vec![pattern],
        Patterns::Many(all) => all,
    };
    if tokens.is_empty() || tokens.iter().any(|pattern| pattern.trim().is_empty()) {
        return Err("tokens: write a name such as \"deploy\" or a pattern such as \"ci-*\"".into());
    }
    if let Some(word) = rule.filter.as_deref().and_then(Filter::unfit_for_a_plan) {
        return Err(format!(
            "filter: {} is not allowed here: use type:, ds: and can:",
            SafeText::from(word)
        ));
    }
    let end_old = match rule.end_old.as_deref() {
        None | Some("grace") => EndOld::Grace,
        Some("after-proof") if rule.prove.is_some() => EndOld::AfterProof,
        Some("after-proof") => {
            return Err("end-old: \"after-proof\" needs prove: without it there is no proof".into());
        }
        Some(_) => return Err("end-old: write \"grace\" or \"after-proof\"".into()),
    };
    let timeout = rule.timeout.unwrap_or(TIMEOUT);
    if !(1..=LONGEST).contains(&timeout) {
        return Err(format!("timeout: write a number of seconds from 1 to {LONGEST}"));
    }
    let due = length("due", rule.due, "14d")?;
    let expires = length("expires", rule.expires, "90d")?;
    let grace = length("grace", rule.grace, "48h")?;
    if reach(&expires) <= reach(&due) {
        return Err(format!(
            "expires: {expires} must be longer than due = \"{due}\": a new token would be due at \
             once"
        ));
    }
    let programs = [
        ("deliver", Some(&rule.deliver)),
        ("prove", rule.prove.as_ref()),
        ("probe", rule.probe.as_ref()),
    ];
    for (key, args) in programs {
        args.map_or(Ok(()), |args| check_program(args)).map_err(|why| format!("{key}: {why}"))?;
    }
    Ok(Rule {
        line,
        tokens,
        filter: rule.filter,
        deployment: rule.deployment,
        organisation: rule.organisation,
        due,
        expires,
        grace,
        deliver: rule.deliver,
        newline: rule.newline,
        prove: rule.prove,
        probe: rule.probe,
        end_old,
        timeout,
    })
}

/// A length such as `14d`; the default without one.
fn length(key: &str, text: Option<String>, default: &str) -> Result<String, String> {
    let Some(text) = text else { return Ok(default.to_owned()) };
    match expiry::parse_length(&text) {
        Some(Ok(_)) => Ok(text),
        Some(Err(why)) => Err(format!("{key}: {why}")),
        None => Err(format!("{key}: write a length such as \"{default}\"")),
    }
}

/// How far a checked length reaches from a fixed moment, for comparing two of them.
fn reach(length: &str) -> Option<jiff::Timestamp> {
    Expiry::parse(length, jiff::Timestamp::UNIX_EPOCH).ok().and_then(Expiry::at)
}

fn check_program(args: &[String]) -> Result<(), String> {
    program::check(args)?;
    match args.iter().find_map(|arg| unknown_placeholder(arg)) {
        None => Ok(()),
        Some(word) => {
            let known = Placeholder::ALL.map(Placeholder::text);
            let near = nearest(word, &known).map_or_else(
                || format!("use {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            Err(format!("{word} is not known: {near}"))
        }
    }
}

/// A word in braces that looks like a placeholder and is none. Braces of shells and templates,
/// such as `${x}` and `{.data.x}`, are left alone.
fn unknown_placeholder(arg: &str) -> Option<&str> {
    arg.match_indices('{').find_map(|(open, _)| {
        let close = open + arg[open..].find('}')?;
        let word = &arg[open..=close];
        let inner = &word[1..word.len() - 1];
        let is_word = !inner.is_empty()
            && inner.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_'));
        let is_shell = arg[..open].ends_with(['$', '{']);
        let is_known = Placeholder::ALL.iter().any(|p| p.text() == word);
        (is_word && !is_shell && !is_known).then_some(word)
    })
}
