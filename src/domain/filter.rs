//! The token list's filter: words in the name or description, and a few exact terms
//! (`type:basic`, `expires<30d`, `ds:prod`, `can:query`, `never`, `expired`, `severity:high`,
//! `attention`, `unused`, `seen>30d`).
//!
//! Bulk actions apply to the filtered rows, so the words match exactly, unless the filter
//! begins with `~`.

mod words;

use std::collections::HashSet;

use jiff::Timestamp;

use super::{
    ApiToken, Expiry, Kind, SafeText, Scope, TokenExpiry, TokenId, WILDCARD,
    audit::Window,
    expiry::{self, EXPIRED_DAYS},
    review::{Severity, Standards},
    token::State,
    usage::{Naming, Unknowable, Usage},
};
pub use words::Words;

/// One part of a filter; a token must match all parts.
#[derive(Debug)]
enum Term {
    Kind(Kind),
    /// Expires before this moment.
    ExpiresBefore(Timestamp),
    Never,
    Expired,
    /// Has rights on a dataset whose name contains this, or on all datasets.
    Dataset(String),
    /// Has a capability whose JSON name or label starts with this.
    Can(String),
    Words(Words),
    /// Has an open finding of this severity or a higher one.
    Finding(Severity),
    /// Breaks a rule of the organisation.
    Policy,
    /// Needs attention, see [`Filter::needs_attention`].
    Attention,
    /// Nothing was seen of it in the audit log, see [`Usage::is_unused`].
    Unused,
    /// Nothing was seen of it since this moment, see [`Usage::idle_since`].
    SeenBefore(Timestamp),
    /// A term that is still being typed; it matches every token.
    Unfinished,
}

/// The term for tokens that need attention.
pub const ATTENTION: &str = "attention";

/// The term for tokens that break a rule of the organisation.
pub const POLICY: &str = "policy";

/// The beginnings of terms, as a user would begin to type them.
const TERMS: [&str; 13] = [
    "type:basic",
    "type:advanced",
    "expires<30d",
    "expired",
    "never",
    "ds:",
    "can:",
    "severity:high",
    "severity:medium",
    ATTENTION,
    POLICY,
    "unused",
    "seen>30d",
];

/// Why terms about use match nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageGap {
    /// The audit log was not queried.
    NotLoaded,
    /// The log does not name tokens.
    NotNamed,
    /// The log does not go back that far: only this far.
    ShortLog(Window),
}

impl UsageGap {
    /// What is missing, as in "seen>30d matches nothing: the log only goes back 3 days".
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::NotLoaded => "the audit log was not queried".to_owned(),
            Self::NotNamed => Unknowable::NotNamed.reason().to_owned(),
            Self::ShortLog(window) => format!("the log only goes back {}", window.length()),
        }
    }
}

/// A parsed filter; parsed once per change of its text.
#[derive(Debug)]
pub struct Filter<'a> {
    terms: Vec<Term>,
    replaced: HashSet<&'a TokenId>,
    standards: Standards<'a>,
    usage: Option<&'a Usage>,
}

impl<'a> Filter<'a> {
    /// Parses a filter. Cannot fail: whatever is not an exact term is a word to match.
    #[must_use]
    pub fn parse(text: &str, now: Timestamp) -> Self {
        let mut terms = Vec::new();
        let mut words = Vec::new();
        let fuzzy = fuzzy_part(text);
        for part in fuzzy.unwrap_or(text).split_whitespace() {
            match term(part, now) {
                Some(term) => terms.push(term),
                None => words.push(part),
            }
        }
        if !words.is_empty() {
            let words = if fuzzy.is_some() { Words::fuzzy(&words) } else { Words::exact(words) };
            terms.push(Term::Words(words));
        }
        Self { terms, replaced: HashSet::new(), standards: Standards::default(), usage: None }
    }

    /// Also considers which working tokens a regeneration has replaced, the organisation's own
    /// rules and the accepted findings, and what tokens do. Without usage, terms about it match nothing.
    #[must_use]
    pub fn knowing(
        self,
        replaced: HashSet<&'a TokenId>,
        standards: Standards<'a>,
        usage: Option<&'a Usage>,
    ) -> Self {
        Self { replaced, standards, usage, ..self }
    }

    /// Whether the filter has terms that need the usage of tokens.
    #[must_use]
    pub fn asks_for_usage(&self) -> bool {
        self.terms.iter().any(|term| matches!(term, Term::Unused | Term::SeenBefore(_)))
    }

    /// Why a term about use can match nothing. `None` if there is no such term, or it can be
    /// answered.
    #[must_use]
    pub fn usage_gap(&self) -> Option<UsageGap> {
        if !self.asks_for_usage() {
            return None;
        }
        let Some(usage) = self.usage else { return Some(UsageGap::NotLoaded) };
        let is_before = |term: &Term| matches!(term, Term::SeenBefore(moment) if !is_reached(usage.window.since, *moment));
        if usage.naming == Naming::Nobody {
            Some(UsageGap::NotNamed)
        } else {
            self.terms.iter().any(is_before).then_some(UsageGap::ShortLog(usage.window))
        }
    }

    /// The words to match, if the filter has any; without the terms.
    #[must_use]
    pub fn into_words(self) -> Option<Words> {
        self.terms.into_iter().find_map(|term| match term {
            Term::Words(words) => Some(words),
            _ => None,
        })
    }

    /// The first word that does not select tokens by their kind or rights. A plan must not depend
    /// on words in descriptions, on acceptances or on the audit log.
    #[must_use]
    pub fn unfit_for_a_plan(text: &str) -> Option<&str> {
        text.split_whitespace().find(|word| {
            let term = term(word, Timestamp::UNIX_EPOCH);
            !matches!(term, Some(Term::Kind(_) | Term::Dataset(_) | Term::Can(_)))
        })
    }

    /// The rest of the term that the last word of a filter begins; `None` if there is none.
    #[must_use]
    pub fn completion(text: &str) -> Option<&'static str> {
        let word = text.rsplit(char::is_whitespace).next().filter(|word| word.len() > 1)?;
        let term = TERMS.into_iter().find(|term| term.starts_with(word) && *term != word)?;
        Some(&term[word.len()..])
    }

    /// Whether a token needs attention: it expires soon, has expired in the last days, has
    /// an expiry that cannot be read, was replaced and still works, or has an open finding of
    /// high severity.
    fn needs_attention(&self, token: &ApiToken, now: Timestamp) -> bool {
        match token.state(now) {
            State::Expiring | State::Unknown => true,
            State::Expired => token.expiry.is_past_by_days(now, EXPIRED_DAYS) == Some(false),
            State::Active => {
                self.replaced.contains(&token.id)
                    || self.standards.worst(token, now) == Some(Severity::High)
            }
        }
    }

    /// The first word that is an unfinished or misspelt term. Not an error while the user
    /// is still typing.
    #[must_use]
    pub fn mistake(text: &str) -> Option<&str> {
        let known = ["type:", "ds:", "can:", "severity:", "expires", "seen"];
        let is_wrong = |word: &str| match term(word, Timestamp::UNIX_EPOCH) {
            Some(Term::Unfinished) => true,
            Some(_) => false,
            None => known
                .iter()
                .any(|k| word.to_lowercase().starts_with(k) && word.contains(['<', '>', ':', '='])),
        };
        text.split_whitespace().find(|word| is_wrong(word))
    }

    /// What to write in place of a [`mistake`](Self::mistake).
    #[must_use]
    pub fn usage(mistake: &str) -> String {
        let lower = mistake.to_lowercase();
        let usage = match lower.get(..2) {
            Some("ty") => "type:basic or type:advanced",
            Some("ds") => "ds:NAME, such as ds:prod",
            Some("ca") => "can:CAPABILITY, such as can:query",
            Some("se") if lower.starts_with("seen") => "seen>30d or seen>2026-10-31",
            Some("se") => "severity:high or severity:medium",
            _ => "expires<30d or expires<2027-12-31",
        };
        format!("{} is not a filter term: use {usage}.", SafeText::from(mistake))
    }

    /// How well a token's words match (0 if the filter has no words), or `None` if the
    /// token does not pass.
    #[must_use]
    pub fn score(&self, token: &ApiToken, now: Timestamp) -> Option<u32> {
        let mut score = 0;
        for term in &self.terms {
            let holds = match term {
                Term::Kind(kind) => token.kind() == *kind,
                Term::ExpiresBefore(moment) => match &token.expiry {
                    TokenExpiry::Known(expiry) => expiry.at().is_some_and(|at| at < *moment),
                    // An unreadable expiry may be that soon.
                    TokenExpiry::Unread(_) => true,
                },
                Term::Never => token.expiry == Expiry::Never.into(),
                Term::Expired => token.expiry.is_past(now),
                Term::Dataset(part) => reaches(token, part),
                Term::Can(part) => can(token, part),
                Term::Unfinished => true,
                Term::Unused => self.usage.is_some_and(|usage| usage.is_unused(token)),
                Term::SeenBefore(moment) => {
                    let since = self.usage.and_then(|usage| usage.idle_since(token));
                    since.is_some_and(|since| is_reached(since, *moment))
                }
                Term::Policy => self.standards.policies.is_broken_by(token, now),
                Term::Attention => self.needs_attention(token, now),
                Term::Finding(least) => self.standards.worst(token, now) >= Some(*least),
                Term::Words(words) => {
                    let found = words.score(&[token.name.shown(), token.description.shown()]);
                    score += found.unwrap_or(0);
                    found.is_some()
                }
            };
            if !holds {
                return None;
            }
        }
        Some(score)
    }
}

fn term(part: &str, now: Timestamp) -> Option<Term> {
    let lower = part.to_lowercase();
    match lower.as_str() {
        "never" => return Some(Term::Never),
        "expired" => return Some(Term::Expired),
        ATTENTION => return Some(Term::Attention),
        POLICY => return Some(Term::Policy),
        "unused" => return Some(Term::Unused),
        _ => {}
    }
    if let Some(length) = lower.strip_prefix("expires<") {
        let at = Expiry::parse(length, now).ok().and_then(Expiry::at);
        return Some(at.map_or(Term::Unfinished, Term::ExpiresBefore));
    }
    if let Some(length) = lower.strip_prefix("seen>") {
        return Some(expiry::past(length, now).map_or(Term::Unfinished, Term::SeenBefore));
    }
    let (key, value) = lower.split_once(':')?;
    match (key, value) {
        ("type" | "ds" | "can" | "severity", "") => Some(Term::Unfinished),
        ("severity", value) => Severity::parse(value).map(Term::Finding),
        ("type", value) if "basic".starts_with(value) => Some(Term::Kind(Kind::Basic)),
        ("type", value) if "advanced".starts_with(value) => Some(Term::Kind(Kind::Advanced)),
        ("ds", value) => Some(Term::Dataset(value.to_owned())),
        ("can", value) => Some(Term::Can(value.to_owned())),
        _ => None,
    }
}

/// Whether `since` is not after the moment. A minute is tolerated: the server's time is an
/// estimate, and `seen>30d` of a log of 30 days has to find what is unused.
fn is_reached(since: Timestamp, moment: Timestamp) -> bool {
    since.as_second() <= moment.as_second() + 60
}

fn reaches(token: &ApiToken, part: &str) -> bool {
    token
        .grants
        .datasets
        .iter()
        .any(|(name, _)| name.raw() == WILDCARD || name.raw().to_lowercase().contains(part))
}

fn can(token: &ApiToken, part: &str) -> bool {
    let named = |wire: &str, label: &str| {
        wire.to_lowercase().starts_with(part) || label.to_lowercase().starts_with(part)
    };
    Scope::ALL
        .iter()
        .flat_map(|s| s.capabilities())
        .filter(|c| named(c.wire, c.label))
        .any(|c| token.grants.rows().any(|(t, r)| t.scope() == c.scope && !r.verbs(c).is_empty()))
}

/// What a fuzzy filter searches for: the text after its `~`. `None` for other filters.
///
/// A fuzzy filter finds suggestions. It must not select what an action applies to.
#[must_use]
pub fn fuzzy_part(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('~')
}

/// The positions of the names that contain all words, or match a fuzzy filter; best match
/// first. Without words, all positions in order.
#[must_use]
pub fn matching<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let words = Words::parse(text);
    let score = |(i, name): (usize, &str)| Some((words.score(&[name])?, i));
    let mut found: Vec<(u32, usize)> = names.enumerate().filter_map(score).collect();
    // A stable sort: equally good matches keep their order.
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, i)| i).collect()
}

#[cfg(test)]
mod tests;
