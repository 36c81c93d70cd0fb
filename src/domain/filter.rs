//! The token list's filter: words in the name or description, and a few exact terms
//! (`type:basic`, `expires<30d`, `ds:prod`, `can:query`, `never`, `expired`, `severity:high`,
//! `attention`).
//!
//! Bulk actions apply to the filtered rows, so the words match exactly, unless the filter
//! begins with `~`.

mod words;

use jiff::Timestamp;

use super::{
    ApiToken, Expiry, Kind, SafeText, Scope, TokenExpiry, TokenId, WILDCARD,
    expiry::EXPIRED_DAYS,
    review::{Severity, accepted::Accepted, worst},
    token::State,
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
    /// Needs attention, see [`Filter::needs_attention`].
    Attention,
    /// A term that is still being typed; it matches every token.
    Unfinished,
}

/// The term for tokens that need attention.
pub const ATTENTION: &str = "attention";

/// The beginnings of terms, as a user would begin to type them.
const TERMS: [&str; 10] = [
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
];

/// A parsed filter; parsed once per change of its text.
#[derive(Debug)]
pub struct Filter<'a> {
    terms: Vec<Term>,
    replaced: Vec<&'a TokenId>,
    accepted: Accepted<'a>,
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
        Self { terms, replaced: Vec::new(), accepted: Accepted::default() }
    }

    /// Also considers which working tokens a regeneration has replaced, and which findings are
    /// accepted.
    #[must_use]
    pub fn knowing(self, replaced: Vec<&'a TokenId>, accepted: Accepted<'a>) -> Self {
        Self { replaced, accepted, ..self }
    }

    /// The words to match, if the filter has any; without the terms.
    #[must_use]
    pub fn into_words(self) -> Option<Words> {
        self.terms.into_iter().find_map(|term| match term {
            Term::Words(words) => Some(words),
            _ => None,
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
                self.replaced.contains(&&token.id)
                    || worst(token, now, &self.accepted) == Some(Severity::High)
            }
        }
    }

    /// The first word that is an unfinished or misspelt term. Not an error while the user
    /// is still typing.
    #[must_use]
    pub fn mistake(text: &str) -> Option<&str> {
        let known = ["type:", "ds:", "can:", "severity:", "expires"];
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
                Term::Attention => self.needs_attention(token, now),
                Term::Finding(least) => worst(token, now, &self.accepted) >= Some(*least),
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
        _ => {}
    }
    if let Some(length) = lower.strip_prefix("expires<") {
        let at = Expiry::parse(length, now).ok().and_then(Expiry::at);
        return Some(at.map_or(Term::Unfinished, Term::ExpiresBefore));
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
    fn a_token_needs_attention_until_its_finding_is_accepted() {
        use crate::domain::review::accepted::Acceptance;

        let filter = || Filter::parse(ATTENTION, now());
        let needs = |filter: &Filter<'_>, t: &ApiToken| filter.score(t, now()).is_some();
        for (expiry, wanted) in [("4d", true), ("15d", false), ("never", false)] {
            let token = token("a", expiry, "prod", "query");
            assert_eq!(needs(&filter(), &token), wanted, "{expiry}");
        }
        for (days, wanted) in [(1, true), (6, true), (7, false), (300, false)] {
            let mut token = token("a", "4d", "prod", "query");
            let at = Timestamp::from_second(now().as_second() - days * 86_400).unwrap();
            token.expiry = Expiry::At(at).into();
            assert_eq!(needs(&filter(), &token), wanted, "expired {days} days ago");
        }
        // The old token of a regeneration, until it expires.
        let old = token("old", "80d", "prod", "query");
        assert!(needs(&filter().knowing(vec![&old.id], Accepted::default()), &old));
        // Ingest into all datasets is a finding of high severity.
        let open = token("b", "80d", "*", "ingest");
        assert!(needs(&filter(), &open));
        let accepted = [Acceptance {
            org: "acme".to_owned(),
            token: open.id.clone(),
            code: "writes-all-datasets".to_owned(),
            at: now(),
            reason: "until May".into(),
        }];
        let knowing = filter().knowing(Vec::new(), Accepted::of(&accepted, "acme"));
        assert!(!needs(&knowing, &open));
    }

    #[test]
    fn a_severity_includes_higher_ones() {
        let (high, medium) = (token("a", "9d", "*", "ingest"), token("b", "9d", "*", "query"));
        for (term, wanted) in [
            ("severity:high", (true, false)),
            ("severity:med", (true, true)),
            ("severity:low", (true, true)),
        ] {
            let filter = Filter::parse(term, now());
            let has = |t: &ApiToken| filter.score(t, now()).is_some();
            assert_eq!((has(&high), has(&medium)), wanted, "{term}");
        }
        assert!(!passing("severity:low").contains(&"ci-edge"));
        assert_eq!(Filter::mistake("severity:big"), Some("severity:big"));
    }

    #[test]
    fn the_last_word_is_completed_to_a_term() {
        assert_eq!(Filter::completion("ty"), Some("pe:basic"));
        assert_eq!(Filter::completion("x type:a"), Some("dvanced"));
        for none in ["", "t", "ty ", "type:basic", "graf", "ds:"] {
            assert_eq!(Filter::completion(none), None, "{none}");
        }
    }

    #[test]
    fn what_was_found_is_known_by_position() {
        let found = |text: &str, name| Words::parse(text).found_in(name, true);
        assert_eq!(found("CI edge", "ci-edge-ci"), [0..2, 3..7, 8..10]);
        assert_eq!(found("~cde", "ci-edge"), [0..1, 4..5, 6..7]);
        assert_eq!(found("x", "ci-edge"), []);
        assert_eq!(Words::parse("dent").found_in("an incident", false), [], "within a word");
        assert_eq!(Words::parse("inc a").found_in("an incident", false), [0..1, 3..6]);
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
