//! An organisation's own rules for its tokens. A token that breaks one has a finding, and a new
//! token that would break one is only sent with a reason, which the journal keeps.
//!
//! `file` reads a policy; `name`, `length` and `forbidden` have rules of their own. There can be
//! several policies (`in_force`): a token has to satisfy each of them, so that a user's own policy
//! cannot weaken that of the computer. An exemption counts for its own policy only.

mod exemption;
mod file;
mod forbidden;
mod in_force;
mod length;
mod name;
mod rights;

use std::{cell::OnceCell, collections::BTreeMap};

use jiff::Timestamp;

pub use exemption::Exemption;
#[cfg(feature = "schemas")]
pub use file::schema;
pub use file::{DOCUMENTED, VERSION};
pub use in_force::{Override, Policies, unchecked};
pub use name::NameRule;

use super::{ApiToken, Expiry, Grants, NewToken, Rights, Scope, TokenExpiry};
use forbidden::Forbidden;
use length::Length;
use rights::{allowed, beyond};

/// The code of the finding about an exemption that has ended.
pub const EXEMPTION_ENDED: &str = "policy/exemption-ended";
/// The code of what is wrong with a new token if a policy cannot be used.
pub const UNCHECKED: &str = "policy/unchecked";

/// How many forbidden rights a description lists.
const SHOWN: usize = 20;

/// One rule of a policy. Its name is its key in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// How far ahead a token may expire.
    MaxLifetime,
    /// Whether a token may have no expiry.
    NeverExpires,
    /// What names look like.
    Name,
    /// Whether a description is needed.
    Description,
    /// Rights that no token may have.
    Forbid,
    /// The rights that a token may have on all datasets.
    AllowAllDatasets,
    /// The rights that a token may have on all views.
    AllowAllViews,
}

impl Rule {
    /// Every rule, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::MaxLifetime,
        Self::NeverExpires,
        Self::Name,
        Self::Description,
        Self::Forbid,
        Self::AllowAllDatasets,
        Self::AllowAllViews,
    ];

    /// The code of its finding: `policy/` and the rule's key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MaxLifetime => "policy/max-lifetime",
            Self::NeverExpires => "policy/never-expires",
            Self::Name => "policy/name",
            Self::Description => "policy/description",
            Self::Forbid => "policy/forbid",
            Self::AllowAllDatasets => "policy/allow-all-datasets",
            Self::AllowAllViews => "policy/allow-all-views",
        }
    }

    /// The key in the file.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.code().trim_start_matches("policy/")
    }

    fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.key() == key)
    }

    /// How to satisfy it, in a short imperative.
    const fn fix(self) -> &'static str {
        match self {
            Self::MaxLifetime => "choose a shorter expiry",
            Self::NeverExpires => "set an expiry",
            Self::Name => "choose a name that fits",
            Self::Description => "describe what it is for, and who owns it",
            Self::Forbid => "remove these rights",
            Self::AllowAllDatasets => "name the datasets that it needs",
            Self::AllowAllViews => "name the views that it needs",
        }
    }
}

/// Whether a finding with this code is about a policy.
#[must_use]
pub fn is_policy(code: &str) -> bool {
    code.starts_with("policy/")
}

/// The rules of one file.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The file's text; policies with the same text are equal.
    text: String,
    max_lifetime: Option<Length>,
    forbids_never: bool,
    name: Option<NameRule>,
    needs_description: bool,
    forbid: Vec<Forbidden>,
    all_datasets: Option<Rights>,
    all_views: Option<Rights>,
    exempt: Vec<Exemption>,
}

/// What the rules of a policy are about: a listed token or a new one.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The token's name.
    pub name: &'a str,
    /// The token's description.
    pub description: &'a str,
    /// When the token stops working.
    pub expiry: TokenExpiry,
    /// What the token may do.
    pub grants: &'a Grants,
}

impl<'a> From<&'a ApiToken> for Subject<'a> {
    fn from(token: &'a ApiToken) -> Self {
        Self {
            name: token.name.raw(),
            description: token.description.raw(),
            expiry: token.expiry.clone(),
            grants: &token.grants,
        }
    }
}

impl<'a> From<&'a NewToken> for Subject<'a> {
    fn from(new: &'a NewToken) -> Self {
        Self {
            name: &new.name,
            description: &new.description,
            expiry: new.expiry.into(),
            grants: &new.grants,
        }
    }
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Policy {}

impl Policy {
    /// Whether no rule is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules().next().is_none()
    }

    /// The rules that are set, each in words.
    pub fn rules(&self) -> impl Iterator<Item = (Rule, String)> {
        let has = |rule| {
            let words = match rule {
                Rule::MaxLifetime => {
                    let length = self.max_lifetime.as_ref()?;
                    format!("tokens expire within {}", length.text)
                }
                Rule::NeverExpires => {
                    self.forbids_never.then(|| "every token has an expiry".to_owned())?
                }
                Rule::Name => format!("names match {}", self.name.as_ref()?),
                Rule::Description => {
                    self.needs_description.then(|| "every token has a description".to_owned())?
                }
                Rule::Forbid => {
                    let (shown, more) = self.forbid.split_at(self.forbid.len().min(SHOWN));
                    let all: Vec<_> = shown.iter().map(ToString::to_string).collect();
                    let more = match more.len() {
                        0 => String::new(),
                        more => format!(" and {more} more"),
                    };
                    (!all.is_empty()).then(|| format!("no token has {}{more}", all.join(", ")))?
                }
                Rule::AllowAllDatasets => {
                    allowed(self.all_datasets.as_ref()?, Scope::Dataset, "datasets")
                }
                Rule::AllowAllViews => allowed(self.all_views.as_ref()?, Scope::View, "views"),
            };
            Some((rule, words))
        };
        Rule::ALL.into_iter().filter_map(has)
    }

    /// The exemptions.
    #[must_use]
    pub fn exemptions(&self) -> &[Exemption] {
        &self.exempt
    }

    /// Adds what this token breaks, exemptions considered.
    fn check(&self, token: &Subject<'_>, now: Timestamp, found: &mut Found) {
        // Most tokens break nothing, and a policy can have many exemptions.
        let exempt: OnceCell<Vec<Rule>> = OnceCell::new();
        let exempt = || {
            exempt.get_or_init(|| {
                let here = self.exempt.iter().filter(|e| !e.has_ended(now) && e.is_of(token.name));
                here.flat_map(|e| e.rules.iter().copied()).collect()
            })
        };
        let mut broken = |rule: Rule, why: String| {
            if !exempt().contains(&rule) {
                found.entry(rule).or_insert(why);
            }
        };
        match &token.expiry {
            TokenExpiry::Known(Expiry::Never) if self.forbids_never => {
                broken(Rule::NeverExpires, "never expires, which the policy forbids".to_owned());
            }
            TokenExpiry::Known(Expiry::Never) => {}
            expiry => {
                if let Some(max) = self.max_lifetime.as_ref().filter(|max| max.is_less(expiry, now))
                {
                    broken(Rule::MaxLifetime, max.why(expiry, now));
                }
            }
        }
        if let Some(rule) = self.name.as_ref().filter(|rule| !rule.fits(token.name)) {
            broken(Rule::Name, format!("has a name that breaks the policy: {}", rule.text()));
        }
        let says_something = |c: char| c.is_alphanumeric();
        if self.needs_description && !token.description.contains(says_something) {
            let why = "has no description, which the policy requires";
            broken(Rule::Description, why.to_owned());
        }
        let mut forbidden = Vec::new();
        self.forbid.iter().for_each(|rule| rule.add_found(token.grants, &mut forbidden));
        if !forbidden.is_empty() {
            let why = format!("has rights that the policy forbids: {}", listed(&forbidden));
            broken(Rule::Forbid, why);
        }
        for (rule, scope, allowed, things) in [
            (Rule::AllowAllDatasets, Scope::Dataset, &self.all_datasets, "datasets"),
            (Rule::AllowAllViews, Scope::View, &self.all_views, "views"),
        ] {
            let Some(allowed) = allowed else { continue };
            let beyond = beyond(token.grants, scope, allowed);
            if !beyond.is_empty() {
                let rights = listed(&beyond);
                let why = format!("has rights on all {things} beyond the policy's: {rights}");
                broken(rule, why);
            }
        }
    }

    /// The exemptions of a token that have ended.
    fn ended<'a>(&'a self, name: &'a str, now: Timestamp) -> impl Iterator<Item = &'a Exemption> {
        self.exempt.iter().filter(move |e| e.has_ended(now) && e.is_of(name))
    }
}

/// Why each broken rule is broken.
type Found = BTreeMap<Rule, String>;

fn listed(all: &[String]) -> String {
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    super::review::listed(&all)
}

#[cfg(test)]
mod tests;
