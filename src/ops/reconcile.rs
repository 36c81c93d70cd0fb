//! What became of a change whose answer is lost: given what the journal recorded and
//! what a list shows, is it there, which tokens can it be, and when to look next. The
//! screens drive a search by wake-ups, the commands by a loop.

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

/// When the list is read again, after a change went wrong. A server may show a new
/// token only after a while.
pub const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
];

/// A token that can be what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: TokenId,
    pub name: SafeText,
    pub likeness: Likeness,
    /// Why it can be it, as in "same name, other expiry".
    pub note: String,
}

/// The search for what one change did.
#[derive(Clone, Debug)]
pub struct Search {
    pub entry: Entry,
    /// What can be it, the surest first.
    pub found: Vec<Candidate>,
    /// How often the list was asked for.
    pub looks: usize,
    since: Timestamp,
    /// Whether an answer to the last look has come.
    answered: bool,
    /// An answer said which token it is: no other can be it.
    is_named: bool,
}

impl Search {
    /// For what an entry asked for; `id` if an answer has named it.
    fn new(entry: Entry, id: Option<TokenId>, since: Timestamp) -> Self {
        let (is_named, name) = (id.is_some(), SafeText::from(entry.asked.name()));
        let named = |id| Candidate { id, name, likeness: Likeness::Exact, note: String::new() };
        let found = id.map(named).into_iter().collect();
        Self { entry, found, looks: 0, since, answered: true, is_named }
    }

    /// For a change that went wrong in a way that leaves a doubt.
    #[must_use]
    pub fn after(failure: &Failure, entry: Entry, since: Timestamp) -> Self {
        let id = match &failure.certainty {
            Certainty::SecretUnreadable { id } => id.clone(),
            _ => None,
        };
        Self::new(entry, id, since)
    }

    /// For what an earlier run left open.
    #[must_use]
    pub fn of(open: &Open, since: Timestamp) -> Self {
        Self::new(open.entry.clone(), open.made().cloned(), since)
    }

    /// What is looked for.
    #[must_use]
    pub fn name(&self) -> SafeText {
        SafeText::from(self.entry.asked.name())
    }

    /// Whether it is about a personal token.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        matches!(self.entry.asked, Asked::CreatePersonal { .. } | Asked::DeletePersonal { .. })
    }

    /// The list that can show it.
    #[must_use]
    pub const fn list(&self) -> Call {
        if self.is_personal() { Call::ListPersonalTokens } else { Call::ListTokens }
    }

    /// The id that was to be deleted.
    #[must_use]
    pub const fn delete_target(&self) -> Option<&TokenId> {
        match &self.entry.asked {
            Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether an answer has named it, so that nothing is looked for.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.is_named
    }

    /// Whether it goes on being looked for.
    #[must_use]
    pub fn is_looking(&self) -> bool {
        self.only_possible() && (self.looks < LOOKS.len() || !self.answered)
    }

    /// Whether nothing was found that has the name: what only is new need not be it.
    #[must_use]
    pub fn only_possible(&self) -> bool {
        self.found.iter().all(|c| c.likeness == Likeness::Possible)
    }

    /// How long after the beginning the next look is, if there is one. What was found
    /// first need not be ours: someone else may have made one of the same name, and ours
    /// is not seen yet.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        LOOKS.get(self.looks).filter(|_| !self.is_named).copied()
    }

    /// When that is.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        Some(self.since.checked_add(self.due()?).unwrap_or(Timestamp::MAX))
    }

    /// The list is asked for.
    pub const fn begin_attempt(&mut self) {
        self.looks += 1;
        self.answered = false;
    }

    /// The list did not come: this look is over, and has seen nothing.
    pub const fn missed(&mut self) {
        self.answered = true;
    }

    /// Lists have come. Says whether what was to be deleted is gone. Tokens that are
    /// `explained` were made by other changes.
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
        // Another one of the name may come later: it can be either then. What is
        // offered keeps its row, since keys act on it.
        if self.only_possible() {
            self.found.clear();
        }
        more.retain(|candidate| self.found.iter().all(|c| c.id != candidate.id));
        self.found.append(&mut more);
        false
    }

    /// Looks from the beginning.
    pub const fn again(&mut self, since: Timestamp) {
        (self.since, self.looks) = (since, 0);
    }

    /// A token was deleted or has a new secret: says whether that settles the change. If
    /// it only was a possible result, it may have been someone else's.
    pub fn is_settled_by(&mut self, token: &TokenId) -> bool {
        self.found.retain(|c| c.id != *token || c.likeness != Likeness::Possible);
        self.found.iter().any(|c| c.id == *token)
    }
}

/// The listed tokens that can be what an entry asked for, the surest first.
fn find(entry: &Entry, lists: Lists<'_>) -> Vec<Candidate> {
    let candidate = |id: &TokenId, name: &SafeText, likeness, differing: &[Difference]| {
        let note = note(likeness, name.raw() == entry.asked.name(), differing);
        Candidate { id: id.clone(), name: name.clone(), likeness, note }
    };
    let told = PresentMembers { name: true, description: true, expiry: true, rights: true };
    let api = candidates(entry, lists.tokens.unwrap_or_default())
        .into_iter()
        .map(|(t, how)| candidate(&t.id, &t.name, how, &differences(&entry.asked, t, told)));
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
        (Likeness::Exact, _) => "as it was asked for".to_owned(),
        (Likeness::Probable, true) if parts.is_empty() => "same name, nearly the same".to_owned(),
        (Likeness::Probable, true) => format!("same name, other {}", parts.join(", ")),
        (Likeness::Probable, false) => "new, similar name".to_owned(),
        (Likeness::Possible, true) => "same name, perhaps older".to_owned(),
        (Likeness::Possible, false) => "new since then, other name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::PersonalToken,
        journal::{EntryId, Known, Mark, Location},
    };

    fn token(id: &str, name: &str) -> PersonalToken {
        let description = "".into();
        PersonalToken { id: TokenId::new(id), name: name.into(), description }
    }

    fn entry(asked: Asked, before: &[PersonalToken]) -> Entry {
        let location = Location { deployment: String::new(), url: String::new(), org: None };
        let known = before.iter().map(|t| (&t.id, t.name.raw()));
        let known = Known::of(Some(known), asked.name());
        Entry { id: EntryId::new(), at: Timestamp::UNIX_EPOCH, location, asked, known }
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
    fn a_search_looks_a_few_times_and_keeps_what_it_has_found() {
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
        assert_eq!(ids(&search), Vec::<&str>::new(), "another change of ours explains it");
        turn(&mut search, &[("x", "other")]);
        assert!(search.is_looking() && search.only_possible(), "it only is new");
        assert!(!search.is_settled_by(&TokenId::new("x")), "it may be someone else's");
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
    fn what_an_answer_has_named_is_not_looked_for() {
        let last = Some(Mark::Done { id: Some(TokenId::new("new")) });
        let open = Open { entry: entry(create(), &[]), last };
        let mut search = Search::of(&open, Timestamp::UNIX_EPOCH);
        assert!(search.is_named() && !search.is_looking() && search.next().is_none());
        search.saw(personal(&[token("other", "ci")]), &[]);
        assert_eq!(ids(&search), ["new"]);
        assert!(search.is_settled_by(&TokenId::new("new")));
    }

    #[test]
    fn what_was_to_be_deleted_is_gone_when_a_list_that_came_lacks_it() {
        let asked = Asked::DeletePersonal { id: TokenId::new("old"), name: "ci".to_owned() };
        let mut search = Search::new(entry(asked, &[]), None, Timestamp::UNIX_EPOCH);
        assert!(!search.saw(Lists { personal: None, tokens: Some(&[]) }, &[]));
        assert!(!search.saw(personal(&[token("old", "ci")]), &[]));
        assert!(search.saw(personal(&[]), &[]));
    }
}
