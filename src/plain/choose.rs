//! Choosing a token: a search, then a number.

use jiff::Timestamp;

use super::prompter::{PromptAbort, Prompter};
use crate::domain::{ApiToken, filter::Filter, token::State};

const HELP: &str = "Words are searched for in names and descriptions. Terms are type:basic, \
                    type:advanced, expires<30d, never, expired, ds:NAME and can:CAPABILITY. An \
                    empty line finds all tokens.";

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

/// Asks for a filter, and returns the tokens that match.
pub async fn search(
    prompter: &mut Prompter,
    tokens: &[ApiToken],
    now: Timestamp,
) -> Result<Vec<ApiToken>, PromptAbort> {
    loop {
        let text = prompter.ask("Search (empty for all):", Some(""), HELP).await?;
        if let Some(term) = Filter::mistake(&text) {
            prompter.say(&Filter::usage(term));
            continue;
        }
        let filter = Filter::parse(&text, now);
        let found: Vec<_> =
            tokens.iter().filter(|t| filter.score(t, now).is_some()).cloned().collect();
        if !found.is_empty() {
            return Ok(found);
        }
        if tokens.is_empty() {
            prompter.say("There are no API tokens.");
            return Err(PromptAbort::Back);
        }
        prompter.say("No tokens match.");
    }
}

/// Asks for a token.
pub async fn one(
    prompter: &mut Prompter,
    tokens: &[ApiToken],
    now: Timestamp,
) -> Result<ApiToken, PromptAbort> {
    let found = search(prompter, tokens, now).await?;
    let lines: Vec<_> = found.iter().map(|t| line(t, now)).collect();
    let at = prompter.menu("Which token?", &lines, "Type the number of the token.").await?;
    found.get(at).cloned().ok_or(PromptAbort::Back)
}
