//! How a created token differs from the request. The same instant in another format,
//! rights in another order and an empty member left out do not count.

use super::{entry::Asked, grants::meaning};
use crate::domain::{
    ApiToken, Capability, Expiry, Grants, PersonalToken, SafeText, Target, TokenExpiry, Verbs,
    grants::Change, token::PresentMembers, when,
};

/// Expiries that differ by less than this many seconds are equal: servers round them.
const ROUNDING: i64 = 60;
/// How many differences a sentence names; any more are only counted.
const NAMED: usize = 4;

/// A difference between a created token and the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `name`, `description`, `expiresAt` or `right`.
    pub what: &'static str,
    /// The requested value; `None` if nothing was requested.
    pub asked: Option<SafeText>,
    /// The token's value; `None` if it is missing.
    pub made: Option<SafeText>,
    words: String,
}

impl Difference {
    /// A phrase such as "expiry is never instead of 21 Feb 2027 00:00 UTC".
    #[must_use]
    pub fn describe(&self) -> &str {
        &self.words
    }

    /// `name`, `description`, `expiry` or `rights`, for a list of what differs.
    #[must_use]
    pub fn subject(&self) -> &'static str {
        match self.what {
            "expiresAt" => "expiry",
            "right" => "rights",
            what => what,
        }
    }

    fn text(what: &'static str, verb: &str, asked: &str, made: &SafeText) -> Option<Self> {
        (asked != made.raw()).then(|| {
            let asked = SafeText::from(asked);
            let shown = |text: &SafeText| {
                if text.is_empty() { "empty".to_owned() } else { format!("\"{text}\"") }
            };
            let words = format!("{verb} {} instead of {}", shown(made), shown(&asked));
            Self { what, asked: Some(asked), made: Some(made.clone()), words }
        })
    }
}

/// A sentence that names the first few differences; `None` if there are none.
#[must_use]
pub fn summary(differences: &[Difference]) -> Option<String> {
    let mut words: Vec<_> = differences.iter().take(NAMED).map(Difference::describe).collect();
    let more = format!("{} more", differences.len().saturating_sub(NAMED));
    if differences.len() > NAMED {
        words.push(&more);
    }
    (!words.is_empty()).then(|| format!("not as requested: {}", words.join("; ")))
}

/// How a created token differs from the request, in the members that the response
/// contains. Empty for changes that create no API token.
#[must_use]
pub fn differences(asked: &Asked, made: &ApiToken, present: PresentMembers) -> Vec<Difference> {
    let (name, description, expiry, grants) = match asked {
        Asked::Create { name, description, expiry, grants }
        | Asked::Regenerate { name, description, expiry, grants, .. } => {
            (name, description, *expiry, grants)
        }
        _ => return Vec::new(),
    };
    // A token regenerated without a listing has an empty request: only its id is known.
    // Every real request has rights.
    let is_known = !grants.is_empty();
    let mut all = Vec::new();
    if is_known && present.name {
        all.extend(Difference::text("name", "name is", name, &made.name));
    }
    if present.expiry {
        all.extend(of_expiry(expiry, &made.expiry));
    }
    if is_known && present.rights {
        all.extend(of_rights(grants, &made.grants));
    }
    if is_known && present.description {
        let verb = "description is";
        all.extend(Difference::text("description", verb, description, &made.description));
    }
    all
}

/// Like [`differences`], for a personal token.
#[must_use]
pub fn personal_differences(asked: &Asked, made: &PersonalToken) -> Vec<Difference> {
    let Asked::CreatePersonal { name, description } = asked else { return Vec::new() };
    // A response may leave out either member.
    let present = |text: &SafeText| !text.is_empty();
    let name = Difference::text("name", "name is", name, &made.name);
    let verb = "description is";
    let description = Difference::text("description", verb, description, &made.description);
    let name = name.filter(|_| present(&made.name));
    name.into_iter().chain(description.filter(|_| present(&made.description))).collect()
}

fn of_expiry(asked: Expiry, made: &TokenExpiry) -> Option<Difference> {
    let same = match (asked.at(), made.known().map(Expiry::at)) {
        (Some(a), Some(Some(b))) => (a.as_second() - b.as_second()).abs() < ROUNDING,
        (None, Some(None)) => true,
        _ => false,
    };
    let date = |expiry: &TokenExpiry| match expiry {
        TokenExpiry::Known(Expiry::Never) => "never".to_owned(),
        TokenExpiry::Known(Expiry::At(at)) => when::date_time(*at),
        TokenExpiry::Unread(_) => expiry.unread_text(),
    };
    let (asked_words, made_words) = (date(&asked.into()), date(made));
    (!same).then(|| Difference {
        what: "expiresAt",
        words: match made {
            TokenExpiry::Known(_) => format!("expiry is {made_words} instead of {asked_words}"),
            TokenExpiry::Unread(_) => {
                format!("expiry is unreadable ({made_words}) instead of {asked_words}")
            }
        },
        asked: Some(iso(&asked.into())),
        made: Some(iso(made)),
    })
}

/// The expiry in the API's format; `never` for no expiry.
fn iso(expiry: &TokenExpiry) -> SafeText {
    match expiry {
        TokenExpiry::Known(Expiry::Never) => "never".into(),
        TokenExpiry::Known(Expiry::At(at)) => at.to_string().into(),
        TokenExpiry::Unread(json) => json.clone(),
    }
}

fn of_rights(asked: &Grants, made: &Grants) -> Vec<Difference> {
    let mut all = Vec::new();
    for Change { target, capability, added, removed } in asked.difference(made) {
        if !added.is_empty() {
            let right = right(&target, capability, added);
            let words = format!("also grants {right}");
            all.push(Difference { what: "right", asked: None, made: Some(right.into()), words });
        }
        if !removed.is_empty() {
            let right = right(&target, capability, removed);
            let words = format!("does not grant {right}");
            all.push(Difference { what: "right", asked: Some(right.into()), made: None, words });
        }
    }
    if all.is_empty() && meaning(asked) != meaning(made) {
        let (what, asked, made) = ("right", None, None);
        let words = "rights unknown to this version differ from those requested";
        all.push(Difference { what, asked, made, words: words.to_owned() });
    }
    all
}

/// `users:delete` or `query:read on dataset prod-api`.
fn right(target: &Target, capability: &'static Capability, verbs: Verbs) -> String {
    let rights: Vec<_> = verbs.iter().map(|verb| capability.right(verb)).collect();
    let location = match target {
        Target::Dataset(name) => format!(" on dataset {name}"),
        Target::View(name) => format!(" on view {name}"),
        Target::Org => String::new(),
    };
    format!("{}{location}", rights.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Scope, TokenId};

    const ALL: PresentMembers =
        PresentMembers { name: true, description: true, expiry: true, rights: true };

    fn grants(org: &[(&str, Verbs)]) -> Grants {
        let mut grants = Grants::default();
        for (capability, verbs) in org {
            let capability = Scope::Org.capability(capability).unwrap();
            grants.set(&Target::Org, capability, *verbs).unwrap();
        }
        grants
    }

    fn at(text: &str) -> Expiry {
        Expiry::At(text.parse().unwrap())
    }

    fn asked() -> Asked {
        Asked::Create {
            name: "ci".to_owned(),
            description: "for tests".to_owned(),
            expiry: at("2027-02-21T00:00:00Z"),
            grants: grants(&[("users", Verbs::R)]),
        }
    }

    fn made(change: impl FnOnce(&mut ApiToken)) -> ApiToken {
        let mut token = ApiToken {
            id: TokenId::new("new"),
            name: "ci".into(),
            description: "for tests".into(),
            expiry: at("2027-02-21T00:00:00Z").into(),
            grants: grants(&[("users", Verbs::R)]),
        };
        change(&mut token);
        token
    }

    fn describe(change: impl FnOnce(&mut ApiToken)) -> Option<String> {
        summary(&differences(&asked(), &made(change), ALL))
    }

    #[test]
    fn a_token_that_matches_the_request_has_no_difference() {
        assert_eq!(describe(|_| {}), None);
        assert_eq!(describe(|t| t.expiry = at("2027-02-21T01:00:00.9+01:00").into()), None);
        assert_eq!(describe(|t| t.expiry = at("2027-02-21T00:00:01Z").into()), None);
    }

    #[test]
    fn every_difference_is_reported() {
        for (change, present) in [
            (
                (|t| t.expiry = Expiry::Never.into()) as fn(&mut ApiToken),
                "not as requested: expiry is never instead of 21 Feb 2027 00:00 UTC",
            ),
            (
                |t| t.expiry = TokenExpiry::Unread("7".into()),
                "not as requested: expiry is unreadable (7) instead of 21 Feb 2027 00:00 UTC",
            ),
            (|t| t.name = "other".into(), "not as requested: name is \"other\" instead of \"ci\""),
            (
                |t| t.description = "".into(),
                "not as requested: description is empty instead of \"for tests\"",
            ),
            (
                |t| t.grants = grants(&[("users", Verbs::R.union(Verbs::D))]),
                "not as requested: also grants users:delete",
            ),
            (
                |t| t.grants = grants(&[("apiTokens", Verbs::R)]),
                "not as requested: also grants apiTokens:read; does not grant users:read",
            ),
            (
                |t| {
                    let unknown = crate::domain::grants::UnknownScope {
                        name: "edgeCapabilities".into(),
                        json: "[1]".into(),
                    };
                    t.grants.unknown.push(unknown);
                },
                "not as requested: rights unknown to this version differ from those requested",
            ),
        ] {
            assert_eq!(describe(change).as_deref(), Some(present));
        }
    }

    #[test]
    fn fields_missing_from_the_response_are_not_compared() {
        let bare = made(|t| {
            (t.name, t.description) = ("".into(), "".into());
            (t.expiry, t.grants) = (Expiry::Never.into(), Grants::default());
        });
        assert_eq!(differences(&asked(), &bare, PresentMembers::default()), []);
        let present = PresentMembers { expiry: true, ..PresentMembers::default() };
        assert_eq!(differences(&asked(), &bare, present).len(), 1);
    }
}
