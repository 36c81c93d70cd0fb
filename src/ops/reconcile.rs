//! What became of a change whose answer is lost: given what the journal recorded and
//! what a list shows.

use crate::{
    domain::{ApiToken, PersonalToken, SafeText, TokenId, token::Told},
    journal::{
        Difference, Entry, Likeness, candidates, differences, personal_candidates,
        personal_differences,
    },
};

/// When the list is read again, in seconds after a change went wrong. A server
/// may show a new token only after a while.
pub const LOOKS: [i64; 5] = [0, 2, 5, 15, 30];

/// A token that can be what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: TokenId,
    pub name: SafeText,
    pub likeness: Likeness,
    /// Why it can be it, as in "same name, other expiry".
    pub note: String,
}

impl Candidate {
    /// The token that an answer has named.
    #[must_use]
    pub fn named(id: TokenId, name: SafeText) -> Self {
        Self { id, name, likeness: Likeness::Exact, note: String::new() }
    }
}

/// The listed tokens that can be what an entry asked for, the surest first.
#[must_use]
pub fn find(entry: &Entry, api: &[ApiToken], personal: &[PersonalToken]) -> Vec<Candidate> {
    let of_api = candidates(entry, api).into_iter().map(|(token, likeness)| {
        let told = Told { name: true, description: true, expiry: true, rights: true };
        let differing = differences(&entry.asked, token, told);
        (token.id.clone(), token.name.clone(), likeness, differing)
    });
    let personal = personal_candidates(entry, personal).into_iter().map(|(token, likeness)| {
        let differing = personal_differences(&entry.asked, token);
        (token.id.clone(), token.name.clone(), likeness, differing)
    });
    let found = of_api.chain(personal).map(|(id, name, likeness, differing)| {
        let note = note(likeness, name.raw() == entry.asked.name(), &differing);
        Candidate { id, name, likeness, note }
    });
    found.collect()
}

fn note(likeness: Likeness, has_name: bool, differing: &[Difference]) -> String {
    let mut parts: Vec<_> = differing.iter().map(Difference::subject).collect();
    parts.dedup();
    match (likeness, has_name) {
        (Likeness::Exact, _) => "as it was asked for".to_owned(),
        (Likeness::Probable, true) if parts.is_empty() => "same name, nearly the same".to_owned(),
        (Likeness::Probable, true) => format!("same name, other {}", parts.join(", ")),
        (Likeness::Probable, false) => "new, similar name".to_owned(),
        (Likeness::Possible, true) => "same name, perhaps older".to_owned(),
        (Likeness::Possible, false) => "new since then, other name".to_owned(),
    }
}
