//! `axtok tokens show`.

use std::{fmt::Write as _, io};

use jiff::Timestamp;

use crate::{
    api::call::Call,
    cli::args::Form,
    commands::{
        CommandResult, ExitError, due, exit, find, json, print_array, print_text,
        start::Start,
        words::{broken, columns},
    },
    domain::{ApiToken, Grants, Policies, Target, review, token::State},
    ops::Half,
};

/// Prints the tokens.
///
/// # Errors
/// When a token is not found, or the list cannot be read.
pub async fn run(wanted: &[String], form: Form, start: &Start) -> CommandResult {
    let signed_in = start.signed_in().await?;
    let policies = signed_in.session.policies.usable().map_err(ExitError::usage)?;
    let tokens = signed_in.tokens().await.map_err(|f| exit::failed(&f, &Call::ListTokens))?;
    let (found, now) = (find::all(wanted, &tokens)?, signed_in.now());
    due::report_unreadable(found.iter().copied());
    signed_in.learn_pairs().await;
    if form.json {
        return print_array(found.iter().map(|token| {
            json::Token::at(token, policies, now).with_half(signed_in.half(&token.id).as_ref())
        }));
    }
    let one = |token: &&ApiToken| {
        let half = signed_in.half(&token.id);
        text(token, half.as_ref(), policies, now, columns(&io::stdout()))
    };
    let texts: Vec<_> = found.iter().map(one).collect();
    print_text(&texts.join("\n"))
}

/// The width of the labels, in columns.
const INDENT: usize = 14;

/// A token as lines with labels, wrapped if there is a width.
#[must_use]
pub fn text(
    token: &ApiToken,
    half: Option<&Half>,
    policies: &Policies,
    now: Timestamp,
    width: Option<usize>,
) -> String {
    let state = match token.state(now) {
        State::Expired => "expired",
        State::Expiring => "expires soon",
        State::Active => "active",
        State::Unknown => "unknown: the expiry cannot be read",
    };
    let mut out = String::new();
    let mut say = |what: &str, text: &str| {
        let width = width.map(|width| width.saturating_sub(INDENT));
        for (at, line) in broken(text, width).iter().enumerate() {
            let what = if at == 0 { what } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{}", format!("{what:<13} {line}").trim_end());
        }
    };
    say("name", token.name.shown());
    say("id", &token.id.to_string());
    say("description", token.description.shown());
    say("type", token.kind().label());
    say("state", state);
    if let Some(half) = half {
        let other =
            half.other.as_ref().map_or_else(|| "another token".to_owned(), ToString::to_string);
        let words = if half.is_old { "old: replaced by" } else { "new: replaces" };
        say("rotation", &format!("{words} {other}"));
    }
    say("expires", &token.expiry.describe(now));
    say("summary", &token.grants.summary());
    for (place, rights) in rows(&token.grants) {
        say("rights", &format!("{place}: {rights}"));
    }
    for finding in review::findings(token, policies, now) {
        say(
            "finding",
            &format!("{}: {}. Fix: {}", finding.severity.label(), finding.why, finding.fix),
        );
    }
    out
}

/// The rows of rights: the dataset, view or organisation, and the rights on it.
#[must_use]
pub fn rows(grants: &Grants) -> Vec<(String, String)> {
    let known = grants.rows().map(|(target, rights)| {
        let place = match &target {
            Target::Dataset(name) => format!("dataset {name}"),
            Target::View(name) => format!("view {name}"),
            Target::Org => "organisation".to_owned(),
        };
        let capabilities = target.scope().capabilities().iter();
        let mut words: Vec<String> =
            capabilities.flat_map(|c| rights.verbs(c).iter().map(|verb| c.right(verb))).collect();
        match rights.unknown().len() {
            0 => {}
            n => words.push(format!("{n} unknown to this version")),
        }
        (place, words.join(", "))
    });
    let unknown = grants
        .unknown
        .iter()
        .map(|scope| (scope.name.shown().to_owned(), "unknown to this version".to_owned()));
    known.chain(unknown).collect()
}
