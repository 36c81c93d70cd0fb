//! `axtok tokens list`.

use std::process::ExitCode;

use jiff::Timestamp;

use crate::{
    api::call::Call,
    cli::tokens::List,
    commands::{
        CommandResult, ExitError, due, exit, find, json, print, print_array, print_text,
        start::Start,
        table::{Cell, OutputStyle, Tone, table},
    },
    domain::{ApiToken, filter::Filter, text, token::State},
};

/// Prints the tokens that match the filter.
///
/// # Errors
/// When the filter is invalid, or the list cannot be read.
pub async fn run(args: &List, start: &Start) -> CommandResult {
    let filter = args.filter.join(" ");
    let signed_in = start.signed_in().await?;
    // Before the request by this computer's clock, which is enough to find mistakes.
    check(&filter, args.expiring_within.as_deref(), signed_in.now())?;
    let mut tokens = signed_in.tokens().await.map_err(|f| exit::failed(&f, &Call::ListTokens))?;
    let now = signed_in.now();
    let within = check(&filter, args.expiring_within.as_deref(), now)?;
    let all = if within.is_some() { tokens.clone() } else { Vec::new() };
    let filter = Filter::parse(&filter, now);
    tokens.retain(|token| filter.score(token, now).is_some());
    let mut taken_over = Vec::new();
    if let Some(until) = within {
        (tokens, taken_over) = due::split_due(tokens, &all, now, until);
    }
    sort(&mut tokens, now);
    if args.ids {
        // A script would regenerate a token with an unreadable expiry each time, so this leaves
        // it out. The exit status and standard error report it.
        let certain = tokens.iter().filter(|t| within.is_none() || !t.expiry.is_unread());
        let ids = certain.map(|t| find::word(&t.id) + "\n");
        print(&ids.collect::<String>())?;
    } else if args.form.json {
        print_array(tokens.iter().map(|token| json::Token::at(token, now)))?;
    } else {
        print_text(&as_table(&tokens, now, OutputStyle::here()))?;
    }
    due::report_replaced(&taken_over);
    due::report_unreadable(&tokens);
    let is_due = within.is_some() && !tokens.is_empty();
    Ok(if is_due { ExitCode::from(exit::FAILED) } else { ExitCode::SUCCESS })
}

/// Checks the filter, and returns the end of the time in `--expiring-within`.
fn check(
    filter: &str,
    within: Option<&str>,
    now: Timestamp,
) -> Result<Option<Timestamp>, ExitError> {
    if let Some(term) = Filter::mistake(filter) {
        // The screens ignore such a term while it is typed; here it is a mistake.
        return Err(ExitError::usage(format!("filter: {}", Filter::usage(term))));
    }
    within.map(|text| due::until(text, now)).transpose()
}

/// Sorts as the screens do: by how soon the expiry matters, then by name.
pub fn sort(tokens: &mut [ApiToken], now: Timestamp) {
    let key = |t: &ApiToken| t.expiry.order(now);
    tokens.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name)));
}

fn as_table(tokens: &[ApiToken], now: Timestamp, style: OutputStyle) -> String {
    // A narrow terminal gets shortened ids.
    let is_narrow = style.width.is_some_and(|width| width < 120);
    let rows: Vec<_> = tokens
        .iter()
        .map(|token| {
            let state = match token.state(now) {
                state @ State::Expired => Cell::toned(state.label(), Tone::Bad),
                state @ (State::Expiring | State::Unknown) => {
                    Cell::toned(state.label(), Tone::Warning)
                }
                state @ State::Active => state.label().into(),
            };
            let expires = token.expiry.date();
            let cut = |text: &str, width| {
                if is_narrow { text::cut(text, width) } else { text.to_owned() }
            };
            let id = if is_narrow { token.id.short() } else { token.id.to_string() };
            vec![
                cut(token.name.shown(), 24).into(),
                state,
                expires.into(),
                token.kind().label().into(),
                id.into(),
                token.grants.access().into(),
            ]
        })
        .collect();
    table(&["NAME", "STATE", "EXPIRES", "TYPE", "ID", "ACCESS"], &rows, style)
}
