//! Choosing tokens: a search, then numbers.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::{
    PlainUi,
    menu::Sort,
    pick::{Pick, Picked},
    prompter::PromptAbort,
};
use crate::domain::{ApiToken, filter::Filter, token::State};

const SEARCH: &str = "Words are searched for in names and descriptions. Terms are type:basic, \
                      type:advanced, expires<30d, never, expired, ds:NAME and can:CAPABILITY. An \
                      empty line finds all tokens. q goes back.";
const CHOOSE: &str = "sort changes the order. An empty line, q or back goes back.";
const SORT: [&str; 1] = ["sort"];

/// The order of lists of tokens.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    by: Sort,
    reversed: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { by: Sort::Expiry, reversed: false }
    }
}

impl Order {
    fn change(&mut self, to: Sort) {
        if to == Sort::Reverse {
            self.reversed = !self.reversed;
        } else {
            *self = Self { by: to, reversed: false };
        }
    }

    /// Compares by the chosen column, then by name and id.
    fn compare(self, a: &ApiToken, b: &ApiToken, now: Timestamp) -> Ordering {
        let name = |t: &ApiToken| t.name.shown().to_lowercase();
        let by = match self.by {
            Sort::Expiry => a.expiry.order(now).cmp(&b.expiry.order(now)),
            Sort::Kind => a.kind().label().cmp(b.kind().label()),
            Sort::Name | Sort::Reverse => Ordering::Equal,
        };
        let order = by.then_with(|| name(a).cmp(&name(b))).then_with(|| a.id.cmp(&b.id));
        if self.reversed { order.reverse() } else { order }
    }
}

/// A token in short sentences.
#[must_use]
pub fn line(token: &ApiToken, now: Timestamp) -> String {
    let state = match token.state(now) {
        State::Expired => "expired",
        State::Expiring => "expires soon",
        State::Active => "active",
        State::Unknown => "expiry cannot be read",
    };
    format!(
        "{}. {state}. Expires: {}. {}, {}. Id {}.",
        token.name,
        token.expiry.describe(now).replace(" · ", ", "),
        token.kind().label(),
        token.grants.access(),
        token.id
    )
}

impl PlainUi<'_> {
    /// Asks for a filter, and returns the tokens that match.
    async fn search(&mut self, tokens: &[ApiToken]) -> Result<Vec<ApiToken>, PromptAbort> {
        let now = self.signed_in.now();
        loop {
            let text = self.prompter.ask("Search (empty for all):", Some(""), SEARCH).await?;
            if let Some(term) = Filter::mistake(&text) {
                self.prompter.say(&Filter::usage(term));
                continue;
            }
            let filter = Filter::parse(&text, now);
            if let Some(gap) = filter.usage_gap() {
                let reason = gap.reason();
                self.prompter.say(&format!("unused and seen match nothing here: {reason}."));
            }
            let found: Vec<_> =
                tokens.iter().filter(|t| filter.score(t, now).is_some()).cloned().collect();
            if !found.is_empty() {
                return Ok(found);
            }
            if tokens.is_empty() {
                self.prompter.say("There are no API tokens.");
                return Err(PromptAbort::Back);
            }
            self.prompter.say("No tokens match.");
        }
    }

    /// Asks for tokens, in the order in which the user names them.
    pub(super) async fn tokens_of(
        &mut self,
        tokens: &[ApiToken],
        question: &str,
        many: bool,
    ) -> Result<Vec<ApiToken>, PromptAbort> {
        let mut found = self.search(tokens).await?;
        let now = self.signed_in.now();
        let question = format!("{} of {} tokens. {question}", found.len(), tokens.len());
        loop {
            found.sort_by(|a, b| self.order.compare(a, b, now));
            let lines: Vec<_> = found.iter().map(|t| line(t, now)).collect();
            let pick = Pick { many, words: &SORT, ..Pick::one(&question, &lines, CHOOSE) };
            match self.prompter.pick(&pick).await? {
                Picked::Items(items) => {
                    return Ok(items.into_iter().filter_map(|at| found.get(at).cloned()).collect());
                }
                Picked::Word(_) => {
                    let order = self.prompter.choose("Sort by what?", "The list follows.").await;
                    match order {
                        Ok(order) => self.order.change(order),
                        Err(PromptAbort::Back) => {}
                        Err(abort) => return Err(abort),
                    }
                }
            }
        }
    }

    /// Asks for one token.
    pub(super) async fn token_of(&mut self, tokens: &[ApiToken]) -> Result<ApiToken, PromptAbort> {
        let mut chosen = self.tokens_of(tokens, "Which token?", false).await?;
        chosen.pop().ok_or(PromptAbort::Back)
    }
}
