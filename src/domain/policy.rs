//! An organisation's own rules for its tokens. A token that breaks one has a finding, and a new
//! token that would break one is only sent with a reason, which the journal keeps.
//!
//! `file` reads a policy, `name` has the rule for names, `forbidden` the rules for rights. There
//! can be several policies: a token has to satisfy each of them, so that a user's own policy
//! cannot weaken that of the computer. An exemption counts for its own policy only.

mod file;
mod forbidden;
mod name;

use std::{collections::BTreeMap, fmt};

use jiff::{SignedDuration, Span, Timestamp, civil, tz::TimeZone};

#[cfg(feature = "schemas")]
pub use file::schema;
pub use file::{DOCUMENTED, VERSION};
pub use name::NameRule;

use super::{
    ApiToken, Capability, Expiry, Grants, NewToken, Rights, SafeText, Scope, TokenExpiry, pattern,
    review::{Finding, FindingKind},
    when,
};
use forbidden::Forbidden;

/// The code of the finding about an exemption that has ended.
pub const EXEMPTION_ENDED: &str = "policy/exemption-ended";
/// The code of what is wrong with a new token if a policy cannot be used.
pub const UNCHECKED: &str = "policy/unchecked";

/// Clock differences up to this many seconds do not break a rule.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

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

/// A length of time, as written: `90d`.
#[derive(Clone, Debug)]
struct Length {
    text: String,
    span: Span,
}

/// Tokens that need not satisfy some rules until a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The token's name, or a pattern with `*` and `?`.
    pub token: String,
    /// The rules that do not apply.
    pub rules: Vec<Rule>,
    /// The last day, in UTC.
    pub until: civil::Date,
    /// Why, in the words of the policy.
    pub reason: SafeText,
}

impl Exemption {
    /// Whether the last day is over.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        now.to_zoned_datetime(TimeZone::UTC).date() > self.until
    }

    /// The token, the rules, the last day and the reason.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} from {} {self}", SafeText::from(self.token.as_str()), self.keys())
    }

    fn is_of(&self, name: &str) -> bool {
        pattern::matches(&self.token, name)
    }

    fn keys(&self) -> String {
        let keys: Vec<_> = self.rules.iter().map(|rule| rule.key()).collect();
        keys.join(", ")
    }
}

/// The last day and the reason: `until 30 Jun 2027 (on-call)`.
impl fmt::Display for Exemption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.until.to_zoned_datetime(TimeZone::UTC);
        let day = day.map(|at| when::date(at.timestamp()));
        write!(f, "until {} ({})", day.unwrap_or_default(), self.reason)
    }
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
                    let all: Vec<_> = self.forbid.iter().map(ToString::to_string).collect();
                    (!all.is_empty()).then(|| format!("no token has {}", all.join(", ")))?
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
        let exempt = |rule: Rule| {
            let mut of_token = self.exempt.iter().filter(|e| e.rules.contains(&rule));
            of_token.any(|e| e.is_of(token.name) && !e.has_ended(now))
        };
        let mut broken = |rule: Rule, why: String| {
            if !exempt(rule) {
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
        if self.needs_description && token.description.trim().is_empty() {
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

impl Length {
    /// Whether the expiry is later than that, or may be.
    fn is_less(&self, expiry: &TokenExpiry, now: Timestamp) -> bool {
        let now = now.to_zoned_datetime(TimeZone::UTC);
        let last = now.checked_add(self.span).ok().and_then(|at| at.checked_add(TOLERANCE).ok());
        match (expiry.known(), last) {
            (Some(expiry), Some(last)) => expiry.at().is_some_and(|at| at > last.timestamp()),
            // Beyond the years that a time can have.
            (Some(_), None) => false,
            (None, _) => true,
        }
    }

    fn why(&self, expiry: &TokenExpiry, now: Timestamp) -> String {
        let max = &self.text;
        match expiry.at() {
            Some(at) => format!("expires {}, and the policy allows {max}", when::relative(at, now)),
            None => format!("has an unreadable expiry, and the policy allows {max}"),
        }
    }
}

fn allowed(rights: &Rights, scope: Scope, things: &str) -> String {
    let rights = names(rights, scope);
    if rights.is_empty() {
        return format!("no rights on all {things}");
    }
    format!("rights on all {things} are only {}", rights.join(", "))
}

/// The names of rights, such as `query:read`, and `apiTokens:*` for all of several verbs.
fn names(rights: &Rights, scope: Scope) -> Vec<String> {
    let names = |c: &Capability| -> Vec<String> {
        let verbs = rights.verbs(c);
        if verbs == c.verbs && verbs.len() > 1 {
            return vec![format!("{}:*", c.wire)];
        }
        verbs.iter().map(|verb| c.right(verb)).collect()
    };
    scope.capabilities().iter().flat_map(names).collect()
}

/// The rights of the row `*` that are not allowed there.
fn beyond(grants: &Grants, scope: Scope, allowed: &Rights) -> Vec<String> {
    let rows = if scope == Scope::View { &grants.views } else { &grants.datasets };
    let Some(rights) = rows.wildcard() else { return Vec::new() };
    let mut all = names(&rights.minus(allowed), scope);
    if !rights.unknown().is_empty() {
        all.push("rights that axtok does not know".to_owned());
    }
    all
}

fn listed(all: &[String]) -> String {
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    super::review::listed(&all)
}

/// Why a new token is sent although it breaks rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The codes of what stood against it.
    pub codes: Vec<String>,
    /// The reason, in the words of whoever sent it.
    pub reason: SafeText,
}

impl Override {
    /// Overrides these objections, if there are any.
    #[must_use]
    pub fn of(objections: &[Finding], reason: &SafeText) -> Option<Self> {
        let codes: Vec<_> = objections.iter().map(|f| f.code.to_owned()).collect();
        (!codes.is_empty()).then(|| Self { codes, reason: reason.clone() })
    }
}

/// The codes and the reason: `policy/name, policy/forbid: agreed with security`.
impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", SafeText::from(self.codes.join(", ")), self.reason)
    }
}

static NONE: Policies = Policies { all: Vec::new(), unusable: None };

/// No policies.
impl Default for &Policies {
    fn default() -> Self {
        &NONE
    }
}

/// The policies in force, each with the file that it is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Each file's path, and its rules.
    pub all: Vec<(SafeText, Policy)>,
    /// Why a policy cannot be used, although there is one.
    pub unusable: Option<String>,
}

impl Policies {
    /// The rules of the demo organisation.
    #[must_use]
    pub fn of_demo() -> Self {
        // A test parses it.
        let policy = Policy::parse(include_str!("../../assets/demo-policy.toml"));
        let all = policy.ok().map(|policy| ("the demo's policy".into(), policy));
        Self { all: all.into_iter().collect(), unusable: None }
    }

    /// Whether there is no rule at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unusable.is_none() && self.all.iter().all(|(_, policy)| policy.is_empty())
    }

    /// The policies, if all of them can be used.
    ///
    /// # Errors
    /// Why one of them cannot be used.
    pub fn usable(&self) -> Result<&Self, String> {
        match &self.unusable {
            Some(why) => Err(format!("the policy cannot be used: {why}")),
            None => Ok(self),
        }
    }

    /// The codes of the rules that no policy has.
    #[must_use]
    pub fn unset(&self) -> Vec<&'static str> {
        let is_set = |rule| self.all.iter().any(|(_, p)| p.rules().any(|(set, _)| set == rule));
        let unset = Rule::ALL.into_iter().filter(|rule| !is_set(*rule)).map(Rule::code);
        let no_exemption = self.all.iter().all(|(_, policy)| policy.exempt.is_empty());
        unset.chain(no_exemption.then_some(EXEMPTION_ENDED)).collect()
    }

    /// The rules that this token breaks, in the order of [`Rule::ALL`].
    #[must_use]
    pub fn breaks(&self, token: &Subject<'_>, now: Timestamp) -> Vec<Finding> {
        let mut found = Found::new();
        self.all.iter().for_each(|(_, policy)| policy.check(token, now, &mut found));
        found.into_iter().map(|(rule, why)| finding(rule.code(), why, rule.fix())).collect()
    }

    /// What stands against sending this new token: the rules that it breaks, or that a policy
    /// cannot be used.
    #[must_use]
    pub fn objections(&self, new: &Subject<'_>, now: Timestamp) -> Vec<Finding> {
        let unchecked = self.unusable.as_ref().map(|why| unchecked(why));
        unchecked.into_iter().chain(self.breaks(new, now)).collect()
    }

    /// The findings about a listed token: the rules that it breaks, and exemptions that have
    /// ended. None about a token that has expired, since its rights have no effect.
    #[must_use]
    pub fn findings(&self, token: &ApiToken, now: Timestamp) -> Vec<Finding> {
        if self.all.is_empty() || token.expiry.is_past(now) {
            return Vec::new();
        }
        let mut all = self.breaks(&token.into(), now);
        let name = token.name.raw();
        let ended = self.all.iter().flat_map(|(_, policy)| policy.ended(name, now));
        let ended: Vec<_> = ended.map(|e| format!("{} {e}", e.keys())).collect();
        if !ended.is_empty() {
            let why = format!("was exempt from {}", ended.join("; "));
            all.push(finding(EXEMPTION_ENDED, why, "remove the exemption, or give it a later day"));
        }
        all
    }

    /// Whether this listed token still works and breaks a rule.
    #[must_use]
    pub fn is_broken_by(&self, token: &ApiToken, now: Timestamp) -> bool {
        !self.all.is_empty()
            && !token.expiry.is_past(now)
            && !self.breaks(&token.into(), now).is_empty()
    }

    /// These rights without those that a policy forbids.
    #[must_use]
    pub fn narrowed(&self, grants: &Grants) -> Grants {
        let mut narrowed = grants.clone();
        for (_, policy) in &self.all {
            policy.forbid.iter().for_each(|rule| rule.remove(&mut narrowed));
        }
        narrowed
    }
}

/// What is said about a new token if a policy cannot be used, for this reason.
#[must_use]
pub fn unchecked(why: &str) -> Finding {
    Finding {
        code: UNCHECKED,
        severity: super::review::Severity::High,
        why: format!("cannot be checked against the policy: {why}"),
        fix: "mend the policy first",
    }
}

fn finding(code: &'static str, why: String, fix: &'static str) -> Finding {
    let kind = FindingKind::of(code);
    let severity = kind.map_or(super::review::Severity::High, |kind| kind.severity);
    Finding { code, severity, why, fix }
}

#[cfg(test)]
mod tests;
