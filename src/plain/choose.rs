//! Which token is meant: words to search for, then a number.

use jiff::Timestamp;

use super::prompter::{PromptAbort, Prompter};
use crate::domain::{ApiToken, filter::Filter, token::State};

const HELP: &str = "Words are looked for in names and descriptions. Terms are kind:basic, \
                    kind:advanced, expires<30d, never, expired, ds:NAME and can:CAPABILITY. An \
                    empty line means all tokens.";

/// A token in a sentence; its state in words.
#[must_use]
pub fn line(token: &ApiToken, now: Timestamp) -> String {
    let state = match token.state(now) {
        State::Expired => "expired",
        State::Expiring => "expires soon",
        State::Active => "active",
        State::Unknown => "the expiry cannot be read",
    };
    format!(
        "{}. {state}. Ends: {}. {}, {}. Id {}.",
        token.name,
        token.expiry.describe(now).replace(" · ", ", "),
        token.kind().label(),
        token.grants.access(),
        token.id
    )
}

/// Asks for a filter; what passes comes back.
pub async fn search(
    prompter: &mut Prompter,
    tokens: &[ApiToken],
    now: Timestamp,
) -> Result<Vec<ApiToken>, PromptAbort> {
    loop {
        let text = prompter.ask("Search (empty for all):", Some(""), HELP).await?;
        if let Some(term) = Filter::mistake(&text) {
            prompter.say(&format!("{term} is not finished or not understood."));
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
        prompter.say("Nothing is like that.");
    }
}

/// Asks for one token.
pub async fn one(prompter: &mut Prompter, tokens: &[ApiToken], now: Timestamp) -> Result<ApiToken, PromptAbort> {
    let found = search(prompter, tokens, now).await?;
    let lines: Vec<_> = found.iter().map(|t| line(t, now)).collect();
    let at = prompter.menu("Which token?", &lines, "Type the number of the token.").await?;
    found.get(at).cloned().ok_or(PromptAbort::Back)
}
