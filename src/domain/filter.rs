//! The token list's filter: words in the name or description, and a few exact terms
//! (`type:basic`, `expires<30d`, `ds:prod`, `can:query`, `never`, `expired`).
//!
//! Bulk actions apply to the filtered rows, so the filter does no fuzzy matching.

use jiff::Timestamp;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};

use super::{ApiToken, Expiry, Kind, SafeText, Scope, TokenExpiry, WILDCARD};

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
    /// A term that is still being typed; it matches every token.
    Unfinished,
}

/// A parsed filter; parsed once per change of its text.
#[derive(Debug)]
pub struct Filter {
    terms: Vec<Term>,
}

/// Words that a text must all contain, ignoring case.
#[derive(Debug)]
struct Words(Vec<String>);

impl Words {
    fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: Vec<String> = words.into_iter().map(str::to_lowercase).collect();
        // A paste can repeat one word a thousand times; search for it once.
        words.sort_unstable();
        words.dedup();
        Self(words)
    }

    /// How well the texts match; `None` if one of the words is in none of them. The first
    /// text is the name and weighs more. In the others the match must start a word, since
    /// prose contains short words everywhere, such as "ci" in "incident".
    fn score(&self, texts: &[&str]) -> Option<u32> {
        let mut score = 0;
        for word in &self.0 {
            let mut found = None;
            for (text, (weight, least)) in texts.iter().zip([(8, 1), (1, 2)]) {
                let place = place(text, word).filter(|place| *place >= least);
                found = found.max(place.map(|place| place * weight));
            }
            score += found?;
        }
        Some(score)
    }
}

/// Rates where a text contains a lower-case word: 4 if it is the whole text, 3 at the
/// start, 2 at the start of another word, 1 elsewhere.
fn place(text: &str, word: &str) -> Option<u32> {
    // Only text that is not ASCII, which is rare, needs a copy.
    let lower;
    let text = if text.is_ascii() {
        text
    } else {
        lower = text.to_lowercase();
        &lower
    };
    let (bytes, wanted) = (text.as_bytes(), word.as_bytes());
    let mut best = None;
    for at in 0..(bytes.len() + 1).saturating_sub(wanted.len()) {
        if !bytes[at..at + wanted.len()].eq_ignore_ascii_case(wanted) {
            continue;
        }
        let place = match at.checked_sub(1) {
            None if wanted.len() == bytes.len() => 4,
            None => 3,
            Some(before) if bytes[before].is_ascii() && !bytes[before].is_ascii_alphanumeric() => 2,
            Some(_) => 1,
        };
        best = best.max(Some(place));
        if place > 2 {
            break;
        }
    }
    best
}

impl Filter {
    /// Parses a filter. Cannot fail: whatever is not an exact term is a word to match.
    #[must_use]
    pub fn parse(text: &str, now: Timestamp) -> Self {
        let mut terms = Vec::new();
        let mut words = Vec::new();
        for part in text.split_whitespace() {
            match term(part, now) {
                Some(term) => terms.push(term),
                None => words.push(part),
            }
        }
        if !words.is_empty() {
            terms.push(Term::Words(Words::parse(words)));
        }
        Self { terms }
    }

    /// The first word that is an unfinished or misspelt term. Not an error while the user
    /// is still typing.
    #[must_use]
    pub fn mistake(text: &str) -> Option<&str> {
        let known = ["type:", "ds:", "can:", "expires"];
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

/// Converts a text for the matcher. Shown text has no line ends, so ASCII needs none of
/// the checks that `Utf32Str::new` makes for them.
fn letters<'a>(text: &'a str, buffer: &'a mut Vec<char>) -> Utf32Str<'a> {
    if text.is_ascii() { Utf32Str::Ascii(text.as_bytes()) } else { Utf32Str::new(text, buffer) }
}

fn term(part: &str, now: Timestamp) -> Option<Term> {
    let lower = part.to_lowercase();
    match lower.as_str() {
        "never" => return Some(Term::Never),
        "expired" => return Some(Term::Expired),
        _ => {}
    }
    if let Some(length) = lower.strip_prefix("expires<") {
        let at = Expiry::parse(length, now).ok().and_then(Expiry::at);
        return Some(at.map_or(Term::Unfinished, Term::ExpiresBefore));
    }
    let (key, value) = lower.split_once(':')?;
    match (key, value) {
        ("type" | "ds" | "can", "") => Some(Term::Unfinished),
        ("type", value) if "basic".starts_with(value) => Some(Term::Kind(Kind::Basic)),
        ("type", value) if "advanced".starts_with(value) => Some(Term::Kind(Kind::Advanced)),
        ("ds", value) => Some(Term::Dataset(value.to_owned())),
        ("can", value) => Some(Term::Can(value.to_owned())),
        _ => None,
    }
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
    if let Some(text) = fuzzy_part(text) {
        return fuzzy(text, names);
    }
    let words = Words::parse(text.split_whitespace());
    let score = |(i, name): (usize, &str)| Some((words.score(&[name])?, i));
    let mut found: Vec<(u32, usize)> = names.enumerate().filter_map(score).collect();
    // A stable sort: equally good matches keep their order.
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, i)| i).collect()
}

/// The positions of the names that have the letters of each word in order, best first.
fn fuzzy<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let (case, marks) = (CaseMatching::Ignore, Normalization::Smart);
    let pattern = Pattern::new(text, case, marks, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize)> = names
        .enumerate()
        .filter_map(|(i, name)| {
            let score = pattern.score(letters(name, &mut buffer), &mut matcher)?;
            Some((score, i))
        })
        .collect();
    found.sort_unstable_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
    found.into_iter().map(|(_, i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Grants, Target, TokenId, Verbs};

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
        ] {
            assert_eq!(mistake(text), Some(word), "{text}");
        }
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
}
