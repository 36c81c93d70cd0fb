//! The rotation plan: which tokens may be rotated, when, and where their secrets go.

mod file;

use std::fmt;

use jiff::Timestamp;

use super::{ApiToken, Expiry, SafeText, TokenId, filter::Filter, grace::Grace, pattern};

/// The rules for rotating tokens, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The rules. No token may fit two of them.
    pub rules: Vec<Rule>,
}

/// Which tokens to rotate when, and what to do with their secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The rule's line in the file, from 1.
    pub line: usize,
    /// Patterns of token names; one must match the whole name.
    pub tokens: Vec<String>,
    /// Exact terms of the list's filter, which must match too.
    pub filter: Option<String>,
    /// The only deployment that it applies to.
    pub deployment: Option<String>,
    /// The only organisation that it applies to, by its id.
    pub organisation: Option<String>,
    /// A token is rotated when it expires within this length.
    pub due: String,
    /// How long new tokens work.
    pub expires: String,
    /// How long old tokens still work.
    pub grace: String,
    /// The program that reads the secret from its standard input, with its arguments.
    pub deliver: Vec<String>,
    /// Whether a newline follows the secret.
    pub newline: bool,
    /// The program that prints the stored secret, if the store can be read.
    pub prove: Option<Vec<String>>,
    /// The program that succeeds if the users of the token are well.
    pub probe: Option<Vec<String>>,
    /// When the old token ends.
    pub end_old: EndOld,
    /// How long each program may run, in seconds.
    pub timeout: u64,
}

/// When the old token of a rotation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndOld {
    /// When its grace period ends.
    #[default]
    Grace,
    /// As soon as every step has succeeded.
    AfterProof,
}

/// The text that the arguments of a rule's programs can contain in place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The token's name.
    Name,
    /// The new token's id.
    Id,
    /// The old token's id.
    OldId,
}

impl Placeholder {
    /// All placeholders.
    pub const ALL: [Self; 3] = [Self::Name, Self::Id, Self::OldId];

    /// As it is written in an argument.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Name => "{name}",
            Self::Id => "{id}",
            Self::OldId => "{old-id}",
        }
    }
}

/// The tokens of one rotation, for the arguments and the environment of its programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The token's name.
    pub name: SafeText,
    /// The old token's id.
    pub old: TokenId,
    /// The new token's id, if it is known.
    pub new: Option<TokenId>,
}

/// Why a plan does not fit the listed tokens. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Two rules fit the same token.
    TwoRules {
        /// The token's name.
        name: SafeText,
        /// The token's id.
        id: TokenId,
        /// The lines of the two rules.
        lines: (usize, usize),
    },
    /// The secrets of several tokens would go to the same place.
    SamePlace {
        /// The line of the rule.
        line: usize,
        /// The names of two of the tokens.
        names: (SafeText, SafeText),
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwoRules { name, id, lines: (one, other) } => write!(
                f,
                "the rules on lines {one} and {other} both fit {name} {id}: narrow one of them"
            ),
            Self::SamePlace { line, names: (one, other) } => write!(
                f,
                "the rule on line {line} fits {one} and {other}, and would deliver both to the \
                 same place: add {{name}} to the arguments of deliver"
            ),
        }
    }
}

impl Plan {
    /// The rules for a deployment and an organisation. Without the id of the organisation, which
    /// an API token does not reveal, those for an organisation do not apply.
    #[must_use]
    pub fn of(&self, deployment: &str, organisation: Option<&str>) -> Self {
        let fits = |rule: &&Rule| {
            rule.deployment.as_deref().is_none_or(|wanted| wanted == deployment)
                && rule.organisation.as_deref().is_none_or(|wanted| organisation == Some(wanted))
        };
        Self { rules: self.rules.iter().filter(fits).cloned().collect() }
    }

    /// The rule for a token.
    #[must_use]
    pub fn rule(&self, token: &ApiToken, now: Timestamp) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.fits(token, now))
    }

    /// The rule for a token that is not listed, by its name.
    #[must_use]
    pub fn rule_by_name(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.fits_name(name))
    }

    /// Checks that no two rules fit one token, and that no rule delivers the secrets of tokens
    /// with different names to the same place.
    ///
    /// # Errors
    /// The first misfit.
    pub fn check(&self, tokens: &[ApiToken], now: Timestamp) -> Result<(), Misfit> {
        for token in tokens {
            let mut fitting = self.rules.iter().filter(|rule| rule.fits(token, now));
            if let (Some(one), Some(other)) = (fitting.next(), fitting.next()) {
                let (name, id) = (token.name.clone(), token.id.clone());
                return Err(Misfit::TwoRules { name, id, lines: (one.line, other.line) });
            }
        }
        for rule in self.rules.iter().filter(|rule| !rule.separates()) {
            let mut fitting = tokens.iter().filter(|t| rule.fits(t, now)).map(|t| &t.name);
            let Some(one) = fitting.next() else { continue };
            if let Some(other) = fitting.find(|name| *name != one) {
                let names = (one.clone(), other.clone());
                return Err(Misfit::SamePlace { line: rule.line, names });
            }
        }
        Ok(())
    }

    /// The rules that fit no listed token.
    #[must_use]
    pub fn idle(&self, tokens: &[ApiToken], now: Timestamp) -> Vec<&Rule> {
        self.rules.iter().filter(|rule| tokens.iter().all(|t| !rule.fits(t, now))).collect()
    }
}

impl Rule {
    fn fits_name(&self, name: &str) -> bool {
        self.tokens.iter().any(|pattern| pattern::matches(pattern, name))
    }

    /// Whether the rule is for this token.
    #[must_use]
    pub fn fits(&self, token: &ApiToken, now: Timestamp) -> bool {
        let passes = |filter: &String| Filter::parse(filter, now).score(token, now).is_some();
        self.fits_name(token.name.raw()) && self.filter.as_ref().is_none_or(passes)
    }

    /// Whether each token has its own place.
    fn separates(&self) -> bool {
        Placeholder::ALL.iter().any(|p| self.deliver.iter().any(|arg| arg.contains(p.text())))
    }

    /// The end of the time within which a token is due.
    #[must_use]
    pub fn due_until(&self, now: Timestamp) -> Timestamp {
        after(&self.due, now)
    }

    /// When new tokens expire.
    #[must_use]
    pub fn new_expiry(&self, now: Timestamp) -> Expiry {
        Expiry::At(after(&self.expires, now))
    }

    /// When old tokens stop, unless they expire before.
    #[must_use]
    pub fn old_ends(&self, now: Timestamp) -> Timestamp {
        let end = Grace::of(&self.grace).end(&self.grace, now);
        end.ok().flatten().unwrap_or(Timestamp::MAX)
    }

    /// The arguments with their placeholders filled in.
    ///
    /// # Errors
    /// When a value is missing or could change the meaning of an argument.
    pub fn filled(args: &[String], pair: &Pair) -> Result<Vec<String>, String> {
        args.iter().map(|arg| fill(arg, pair)).collect()
    }

    /// Checks that the secret of this token can be delivered, before it is regenerated.
    ///
    /// # Errors
    /// As [`Self::filled`].
    pub fn check_pair(&self, pair: &Pair) -> Result<(), String> {
        // The new id is not known yet.
        let pair = Pair { new: Some(pair.old.clone()), ..pair.clone() };
        let programs = [Some(&self.deliver), self.prove.as_ref(), self.probe.as_ref()];
        programs.into_iter().flatten().try_for_each(|args| Self::filled(args, &pair).map(drop))
    }
}

/// The moment a checked length after `now`.
fn after(length: &str, now: Timestamp) -> Timestamp {
    Expiry::parse(length, now).ok().and_then(Expiry::at).unwrap_or(Timestamp::MAX)
}

fn fill(arg: &str, pair: &Pair) -> Result<String, String> {
    let mut filled = arg.to_owned();
    for placeholder in Placeholder::ALL {
        let text = placeholder.text();
        if !filled.contains(text) {
            continue;
        }
        let value = match placeholder {
            Placeholder::Name => Some(pair.name.raw()),
            Placeholder::Id => pair.new.as_ref().map(TokenId::raw),
            Placeholder::OldId => Some(pair.old.raw()),
        };
        let value = value.ok_or("the response did not say the new token's id")?;
        if !is_plain(value) {
            return Err(format!(
                "{} cannot replace {text}: only letters, digits, `-`, `_` and `.` are safe there",
                SafeText::from(value)
            ));
        }
        filled = filled.replace(text, value);
    }
    Ok(filled)
}

/// Whether a text can be part of an argument or a file name without changing its meaning.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.len() <= 100
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.chars().all(is_fine)
}

#[cfg(test)]
mod tests;
