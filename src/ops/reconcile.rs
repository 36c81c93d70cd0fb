//! Finds the outcome of a change whose response was lost. From the journal's entry and the token
//! list, decides whether the change happened, which tokens may be its result, and when to read
//! the list again. The screens drive a search by wake-ups, the commands by a loop.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    api::{
        call::Call,
        error::{Certainty, Failure},
    },
    domain::{SafeText, TokenId, token::PresentMembers},
    journal::{
        Asked, Difference, Entry, Likeness, Open, candidates, differences, personal_candidates,
        personal_differences,
    },
    ops::change::Lists,
};

/// When the list is read after a change failed. A server may list a new token with a delay.
pub const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
];

/// A token that may be the result of the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The token's id.
    pub id: TokenId,
    /// The token's name.
    pub name: SafeText,
    /// How well the token matches the request.
    pub likeness: Likeness,
    /// Why the token is a candidate, as in "same name, different expiry".
    pub note: String,
}

/// The search for the result of one change.
#[derive(Clone, Debug)]
pub struct Search {
    /// The journal's entry for the change.
    pub entry: Entry,
    /// The candidates, best match first.
    pub found: Vec<Candidate>,
    /// How often the list was requested.
    pub looks: usize,
    since: Timestamp,
    /// Whether the last request has completed.
    answered: bool,
    /// The response to the change named the token, so there is nothing to search for.
    is_named: bool,
}

impl Search {
    /// The search for an entry's result; `id` if a response has named it.
    fn new(entry: Entry, id: Option<TokenId>, since: Timestamp) -> Self {
        let (is_named, name) = (id.is_some(), SafeText::from(entry.asked.name()));
        let named = |id| Candidate { id, name, likeness: Likeness::Exact, note: String::new() };
        let found = id.map(named).into_iter().collect();
        Self { entry, found, looks: 0, since, answered: true, is_named }
    }

    /// The search for a change that failed with an unknown outcome or a lost secret.
    #[must_use]
    pub fn after(failure: &Failure, entry: Entry, since: Timestamp) -> Self {
        let id = match &failure.certainty {
            Certainty::SecretUnreadable { id } => id.clone(),
            _ => None,
        };
        Self::new(entry, id, since)
    }

    /// The search for a change that an earlier run left unconfirmed.
    #[must_use]
    pub fn of(open: &Open, since: Timestamp) -> Self {
        Self::new(open.entry.clone(), open.made().cloned(), since)
    }

    /// The name of the token that is searched for.
    #[must_use]
    pub fn name(&self) -> SafeText {
        SafeText::from(self.entry.asked.name())
    }

    /// Whether the change is about a personal token.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        self.entry.asked.is_personal()
    }

    /// The call that lists the kind of token in question.
    #[must_use]
    pub const fn list(&self) -> Call {
        if self.is_personal() { Call::ListPersonalTokens } else { Call::ListTokens }
    }

    /// The token that the change was meant to delete.
    #[must_use]
    pub const fn delete_target(&self) -> Option<&TokenId> {
        match &self.entry.asked {
            Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether a response has named the token, so that there is nothing to search for.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.is_named
    }

    /// Whether the search continues.
    #[must_use]
    pub fn is_looking(&self) -> bool {
        self.only_possible() && (self.looks < LOOKS.len() || !self.answered)
    }

    /// Whether no candidate is better than "possible", such as one that is merely new.
    #[must_use]
    pub fn only_possible(&self) -> bool {
        self.found.iter().all(|c| c.likeness == Likeness::Possible)
    }

    /// When to read the list next, as the time since the start of the search. Continues even after
    /// a match: someone else may have created a token with the same name while ours is not listed
    /// yet.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        LOOKS.get(self.looks).filter(|_| !self.is_named).copied()
    }

    /// The time at which to read the list next.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        Some(self.since.checked_add(self.due()?).unwrap_or(Timestamp::MAX))
    }

    /// Notes that the list was requested.
    pub const fn begin_attempt(&mut self) {
        self.looks += 1;
        self.answered = false;
    }

    /// Notes that the list could not be read this time.
    pub const fn missed(&mut self) {
        self.answered = true;
    }

    /// Searches lists that were read. Returns true if the change was a deletion and the token is
    /// gone. Tokens in `explained` are known results of other changes.
    pub fn saw(&mut self, lists: Lists<'_>, explained: &[TokenId]) -> bool {
        self.answered = true;
        if let Some(target) = self.delete_target() {
            return if self.is_personal() {
                lists.personal.is_some_and(|all| all.iter().all(|t| t.id != *target))
            } else {
                lists.tokens.is_some_and(|all| all.iter().all(|t| t.id != *target))
            };
        }
        if self.is_named {
            return false;
        }
        let mut more = find(&self.entry, lists);
        more.retain(|candidate| !explained.contains(&candidate.id));
        // A second token with the name may be listed later; then either may be ours. Existing
        // candidates keep their rows, since keys act on them.
        if self.only_possible() {
            self.found.clear();
        }
        more.retain(|candidate| self.found.iter().all(|c| c.id != candidate.id));
        self.found.append(&mut more);
        false
    }

    /// Restarts the schedule.
    pub const fn again(&mut self, since: Timestamp) {
        (self.since, self.looks) = (since, 0);
    }

    /// Handles that a token was deleted or has a new secret. Returns whether that resolves the
    /// change. A merely possible result is removed but does not resolve it, since it may have
    /// been someone else's token.
    pub fn is_settled_by(&mut self, token: &TokenId) -> bool {
        self.found.retain(|c| c.id != *token || c.likeness != Likeness::Possible);
        self.found.iter().any(|c| c.id == *token)
    }
}

/// The listed tokens that may be the result of an entry, best match first.
fn find(entry: &Entry, lists: Lists<'_>) -> Vec<Candidate> {
    let candidate = |id: &TokenId, name: &SafeText, likeness, differing: &[Difference]| {
        let note = note(likeness, name.raw() == entry.asked.name(), differing);
        Candidate { id: id.clone(), name: name.clone(), likeness, note }
    };
    let present = PresentMembers { name: true, description: true, expiry: true, rights: true };
    let api = candidates(entry, lists.tokens.unwrap_or_default())
        .into_iter()
        .map(|(t, how)| candidate(&t.id, &t.name, how, &differences(&entry.asked, t, present)));
    let personal = personal_candidates(entry, lists.personal.unwrap_or_default());
    let personal = personal
        .into_iter()
        .map(|(t, how)| candidate(&t.id, &t.name, how, &personal_differences(&entry.asked, t)));
    api.chain(personal).collect()
}

fn note(likeness: Likeness, has_name: bool, differing: &[Difference]) -> String {
    let mut parts: Vec<_> = differing.iter().map(Difference::subject).collect();
    parts.dedup();
    match (likeness, has_name) {
        (Likeness::Exact, _) => "as requested".to_owned(),
        (Likeness::Probable, true) if parts.is_empty() => "same name, nearly identical".to_owned(),
        (Likeness::Probable, true) => format!("same name, different {}", parts.join(", ")),
        (Likeness::Probable, false) => "new, similar name".to_owned(),
        (Likeness::Possible, true) => "same name, possibly older".to_owned(),
        (Likeness::Possible, false) => "new since then, different name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::PersonalToken,
        journal::{EntryId, Known, Location, Mark},
    };

    fn token(id: &str, name: &str) -> PersonalToken {
        let description = "".into();
        PersonalToken { id: TokenId::new(id), name: name.into(), description }
    }

    fn entry(asked: Asked, before: &[PersonalToken]) -> Entry {
        let location = Location { deployment: String::new(), url: String::new(), org: None };
        let known = before.iter().map(|t| (&t.id, t.name.raw()));
        let known = Known::of(Some(known), asked.name());
        Entry {
            id: EntryId::new(),
            at: Timestamp::UNIX_EPOCH,
            location,
            asked,
            known,
            is_rotation: false,
            overridden: None,
        }
    }

    fn create() -> Asked {
        Asked::CreatePersonal { name: "ci".to_owned(), description: String::new() }
    }

    fn personal(all: &[PersonalToken]) -> Lists<'_> {
        Lists { personal: Some(all), tokens: None }
    }

    fn ids(search: &Search) -> Vec<&str> {
        search.found.iter().map(|c| c.id.raw()).collect()
    }

    #[test]
    fn a_search_retries_a_few_times_and_keeps_its_candidates() {
        let before = [token("old", "ci")];
        let mut all = before.to_vec();
        let mut search = Search::new(entry(create(), &before), None, Timestamp::UNIX_EPOCH);
        let mut turn = |search: &mut Search, new: &[(&str, &str)]| {
            all.extend(new.iter().map(|(id, name)| token(id, name)));
            search.begin_attempt();
            assert!(!search.saw(personal(&all), &[TokenId::new("ours")]));
        };
        assert_eq!(search.next(), Some(Timestamp::UNIX_EPOCH));
        turn(&mut search, &[("ours", "ci")]);
        assert_eq!(ids(&search), Vec::<&str>::new(), "the token is another change's result");
        turn(&mut search, &[("x", "other")]);
        assert!(search.is_looking() && search.only_possible(), "the token is merely new");
        assert!(!search.is_settled_by(&TokenId::new("x")), "the token may be someone else's");
        turn(&mut search, &[("new", "ci")]);
        assert_eq!((ids(&search), search.is_looking()), (vec!["new"], false));
        assert_eq!(search.due(), Some(Duration::from_secs(15)), "ours may come later");
        turn(&mut search, &[("late", "ci")]);
        search.begin_attempt();
        search.missed();
        assert_eq!((ids(&search), search.due()), (vec!["new", "late"], None));
        assert!(search.is_settled_by(&TokenId::new("late")));
    }

    #[test]
    fn a_token_that_the_response_named_is_not_searched_for() {
        let last = Some(Mark::Done { id: Some(TokenId::new("new")) });
        let open = Open { entry: entry(create(), &[]), last };
        let mut search = Search::of(&open, Timestamp::UNIX_EPOCH);
        assert!(search.is_named() && !search.is_looking() && search.next().is_none());
        search.saw(personal(&[token("other", "ci")]), &[]);
        assert_eq!(ids(&search), ["new"]);
        assert!(search.is_settled_by(&TokenId::new("new")));
    }

    #[test]
    fn a_deletion_is_confirmed_when_a_list_no_longer_has_the_token() {
        let asked = Asked::DeletePersonal { id: TokenId::new("old"), name: "ci".to_owned() };
        let mut search = Search::new(entry(asked, &[]), None, Timestamp::UNIX_EPOCH);
        assert!(!search.saw(Lists { personal: None, tokens: Some(&[]) }, &[]));
        assert!(!search.saw(personal(&[token("old", "ci")]), &[]));
        assert!(search.saw(personal(&[]), &[]));
    }
}
