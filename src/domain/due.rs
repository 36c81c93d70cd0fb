//! Tokens that are due: they expire soon or have just expired, and nothing has replaced them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    ApiToken, Expiry, SafeText, TokenId,
    expiry::{self, EXPIRED_DAYS},
    text,
    token::State,
};

/// The default of `due-within`, which is [`EXPIRING_DAYS`](super::token::EXPIRING_DAYS).
const DEFAULT: &str = "14d";

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Days after its expiry for which a report about a token is remembered. Longer than a token is
/// due, so that a clock that is set back causes no second report.
const REMEMBERED_DAYS: i64 = 30;

/// The longest name that a program gets, in columns: a variable has a size limit.
const NAME: usize = 1_000;

/// How long before its expiry a token is due: a length such as `14d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within(String);

impl Default for Within {
    fn default() -> Self {
        Self(DEFAULT.to_owned())
    }
}

impl Within {
    /// Parses a length such as `14d`. `None` if the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        matches!(expiry::parse_length(text), Some(Ok(_))).then(|| Self(text.to_owned()))
    }

    /// The text that it is parsed from.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The end of the time within which a token is due.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Timestamp {
        // A length that reaches too far covers every expiry.
        Expiry::parse(&self.0, now).ok().and_then(Expiry::at).unwrap_or(Timestamp::MAX)
    }
}

/// What to do about tokens that become due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The program to run once for each token, and its arguments.
    pub program: Vec<String>,
    /// How long before its expiry a token is due.
    pub within: Within,
}

/// The tokens that may have replaced others: they expire after a moment, or never.
#[derive(Debug)]
pub struct Successors<'a>(HashMap<&'a str, Vec<&'a ApiToken>>);

impl<'a> Successors<'a> {
    /// Those of these tokens that expire after `until`.
    #[must_use]
    pub fn of(tokens: &'a [ApiToken], until: Timestamp) -> Self {
        let is_later =
            |t: &&ApiToken| t.expiry.known().is_some_and(|e| e.at().is_none_or(|at| at > until));
        let mut by_name: HashMap<&str, Vec<&ApiToken>> = HashMap::new();
        for token in tokens.iter().filter(is_later) {
            by_name.entry(token.name.raw()).or_default().push(token);
        }
        Self(by_name)
    }

    /// Whether one of them has the name and the rights of this token. If so, this token was
    /// regenerated, and is in its grace period.
    #[must_use]
    pub fn has_for(&self, token: &ApiToken) -> bool {
        let others = self.0.get(token.name.raw()).map_or(&[][..], Vec::as_slice);
        others.iter().any(|other| other.id != token.id && other.grants == token.grants)
    }
}

/// A token that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueToken {
    /// The token's id.
    pub id: TokenId,
    /// The token's name.
    pub name: SafeText,
    /// When it stops working, or has stopped.
    pub expires: Timestamp,
}

impl DueToken {
    /// Whole days until the expiry, rounded down: negative as soon as the token has expired.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        (self.expires.as_second() - now.as_second()).div_euclid(DAY)
    }
}

/// The tokens that expire within a time or have expired in the last seven days, by their expiry.
/// Leaves out those that `is_replaced` names, those with a successor, and those whose expiry cannot be read.
#[must_use]
pub fn due_tokens(
    tokens: &[ApiToken],
    is_replaced: impl Fn(&TokenId) -> bool,
    within: &Within,
    now: Timestamp,
) -> Vec<DueToken> {
    let until = within.until(now);
    let successors = Successors::of(tokens, until);
    let due = tokens.iter().filter_map(|token| {
        let expires = token.expiry.at().filter(|at| *at <= until)?;
        let is_old = token.expiry.is_past_by_days(now, EXPIRED_DAYS) == Some(true);
        let is_over = is_old || is_replaced(&token.id) || successors.has_for(token);
        let (id, name) = (token.id.clone(), token.name.clone());
        (!is_over).then_some(DueToken { id, name, expires })
    });
    let mut due: Vec<_> = due.collect();
    due.sort_by(|a, b| (a.expires, &a.id).cmp(&(b.expires, &b.id)));
    due
}

/// Where tokens were listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The deployment's name.
    pub deployment: SafeText,
    /// The API's address.
    pub url: String,
    /// The organisation's id, if it is known.
    pub org: Option<String>,
}

/// Due tokens to report, with everything that the program is told about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The program and its arguments.
    pub program: Vec<String>,
    /// Where the tokens were listed.
    pub place: Place,
    /// The tokens.
    pub due: Vec<DueToken>,
    /// The time on the server's clock.
    pub now: Timestamp,
}

impl Batch {
    /// The environment variables for the program. Names and ids are in their displayed form: they
    /// have no control characters, which could harm a script and of which a variable cannot
    /// contain every one.
    #[must_use]
    pub fn facts(&self, due: &DueToken) -> [(&'static str, String); 8] {
        let Place { deployment, url, org } = &self.place;
        let state = if due.expires <= self.now { State::Expired } else { State::Expiring };
        let org = SafeText::from(org.as_deref().unwrap_or_default());
        [
            ("AXTOK_TOKEN_NAME", text::cut(due.name.shown(), NAME)),
            ("AXTOK_TOKEN_ID", due.id.to_string()),
            ("AXTOK_TOKEN_EXPIRES", whole_seconds(due.expires).to_string()),
            ("AXTOK_TOKEN_STATE", state.label().to_owned()),
            ("AXTOK_DAYS_LEFT", due.days_left(self.now).to_string()),
            ("AXTOK_ORG", org.to_string()),
            ("AXTOK_DEPLOYMENT", deployment.to_string()),
            ("AXTOK_URL", SafeText::from(url.as_str()).to_string()),
        ]
    }
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// A report that the program has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The API's address.
    pub url: String,
    /// The organisation's id, if it was known.
    pub org: Option<String>,
    /// The token.
    pub token: TokenId,
    /// The expiry that it was about: with a new one, the token can become due again.
    pub expires: Timestamp,
    /// When the program accepted it.
    pub at: Timestamp,
}

impl Reported {
    /// A report about a token of this batch.
    #[must_use]
    pub fn new(batch: &Batch, due: &DueToken) -> Self {
        Self {
            url: batch.place.url.clone(),
            org: batch.place.org.clone(),
            token: due.id.clone(),
            expires: due.expires,
            at: whole_seconds(batch.now),
        }
    }

    /// Whether it is about this token and expiry. An API token does not always reveal its
    /// organisation, so an unknown one is like any other.
    #[must_use]
    pub fn is_about(&self, place: &Place, due: &DueToken) -> bool {
        let orgs = self.org.as_deref().zip(place.org.as_deref());
        self.url == place.url
            && self.token == due.id
            && self.expires == due.expires
            && orgs.is_none_or(|(there, here)| there == here)
    }

    /// Whether the token cannot be due any more with this expiry.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_second() - self.expires.as_second() > REMEMBERED_DAYS * DAY
    }
}

#[cfg(test)]
mod tests;
