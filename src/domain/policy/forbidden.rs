//! Rights that no token may have: `org:apiTokens:*`, `dataset:prod-*=data:delete`.

use std::fmt;

use super::rights::{UNKNOWN, is_strange, names, rights_of};
use crate::domain::{
    Grants, Resources, Rights, SafeText, Scope, Target, Unknown, WILDCARD, pattern,
};

/// Rights, and where a token may not have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forbidden {
    scope: Scope,
    /// The datasets or views, as a pattern; empty for the organisation.
    names: String,
    rights: Rights,
    /// As written.
    text: String,
}

impl Forbidden {
    /// Parses `org:RIGHTS`, `dataset:NAMES=RIGHTS` or `view:NAMES=RIGHTS`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let usage = || {
            format!(
                "{}: write \"org:apiTokens:*\", \"dataset:NAMES=data:delete\" or \
                 \"view:NAMES=query:read\"",
                SafeText::from(text)
            )
        };
        let (scope, rest) = text.trim().split_once(':').ok_or_else(usage)?;
        let (scope, names, rights) = match scope {
            "org" => (Scope::Org, "", rest),
            "dataset" | "view" => {
                let (names, rights) = rest.rsplit_once('=').ok_or_else(usage)?;
                let scope = if scope == "view" { Scope::View } else { Scope::Dataset };
                (scope, names.trim(), rights)
            }
            _ => return Err(usage()),
        };
        if scope != Scope::Org && names.is_empty() {
            return Err(usage());
        }
        Ok(Self {
            scope,
            names: names.to_owned(),
            rights: rights_of(scope, rights)?,
            text: text.trim().to_owned(),
        })
    }

    /// Whether this alone forbids every right of its scope.
    pub fn is_everything(&self, scope: Scope) -> bool {
        let everywhere = scope == Scope::Org || self.names == WILDCARD;
        self.scope == scope && everywhere && Rights::full(scope).minus(&self.rights).is_empty()
    }

    /// Adds the names of the forbidden rights in these grants.
    pub fn add_found(&self, grants: &Grants, found: &mut Vec<String>) {
        if self.is_every_right() && is_strange(grants, self.scope) {
            found.push(UNKNOWN.to_owned());
        }
        if self.scope == Scope::Org {
            found.extend(self.found_in(&grants.org));
            return;
        }
        for (name, rights) in self.rows(grants).iter() {
            let both = self.found_in(rights);
            if both.is_empty() || !self.is_about(name.raw()) {
                continue;
            }
            let place = match (self.scope, name.raw()) {
                (Scope::View, WILDCARD) => "all views".to_owned(),
                (Scope::View, _) => format!("view {name}"),
                (_, WILDCARD) => "all datasets".to_owned(),
                _ => name.to_string(),
            };
            let words = format!("{} on {place}", both.join(", "));
            if !found.contains(&words) {
                found.push(words);
            }
        }
    }

    /// Whether it forbids every right of its scope, those that axtok does not know too.
    fn is_every_right(&self) -> bool {
        Rights::full(self.scope).minus(&self.rights).is_empty()
    }

    /// The names of the forbidden rights among these.
    fn found_in(&self, rights: &Rights) -> Vec<String> {
        let is_forbidden = |unknown: &Unknown| match unknown {
            Unknown::Capability { .. } => self.is_every_right(),
            Unknown::Verb { capability, .. } => self.rights.verbs(capability) == capability.verbs,
        };
        let unknown = rights.unknown().iter().any(is_forbidden).then(|| UNKNOWN.to_owned());
        names(&rights.both(&self.rights), self.scope).into_iter().chain(unknown).collect()
    }

    /// Takes the forbidden rights away.
    pub fn remove(&self, grants: &mut Grants) {
        let targets: Vec<Target> = match self.scope {
            Scope::Org => vec![Target::Org],
            scope => {
                let named = self.rows(grants).iter().filter(|(name, _)| self.is_about(name.raw()));
                named.filter_map(|(name, _)| Target::named(scope, name.clone())).collect()
            }
        };
        if self.is_every_right() {
            grants.unknown.retain(|scope| scope.name.raw() != self.scope.wire());
        }
        for target in targets {
            if self.is_every_right() {
                grants.put(&target, Rights::default());
            }
            for capability in self.scope.capabilities() {
                let verbs = grants.verbs(&target, capability);
                // Fewer verbs are always possible.
                let _ = grants.set(&target, capability, verbs.minus(self.rights.verbs(capability)));
            }
        }
    }

    const fn rows<'a>(&self, grants: &'a Grants) -> &'a Resources {
        match self.scope {
            Scope::View => &grants.views,
            _ => &grants.datasets,
        }
    }

    /// Rights on `*` are rights on whatever the pattern means.
    fn is_about(&self, name: &str) -> bool {
        name == WILDCARD || pattern::matches(&self.names, name)
    }
}

/// The rule as written.
impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SafeText::from(self.text.as_str()).fmt(f)
    }
}
