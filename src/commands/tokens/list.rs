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
        usage,
        words::tell,
    },
    domain::{
        ApiToken,
        filter::Filter,
        review::Standards,
        text,
        token::State,
        usage::{Overall, Usage},
        when,
    },
    ops::Half,
};

/// Prints the tokens that match the filter.
///
/// # Errors
/// When the filter is invalid, or the list cannot be read.
pub async fn run(args: &List, start: &Start) -> CommandResult {
    let filter = args.filter.join(" ");
    if args.usage {
        usage::may_ask(start)?;
    }
    let signed_in = start.signed_in().await?;
    // Before the request by this computer's clock, which is enough to find mistakes.
    check(&filter, args, signed_in.now())?;
    let mut tokens = signed_in.tokens().await.map_err(|f| exit::failed(&f, &Call::ListTokens))?;
    signed_in.learn_pairs().await;
    let usage = if args.usage {
        let asked = usage::ask(&signed_in, &tokens).await;
        Some(asked.map_err(|(call, failure)| exit::failed(&failure, &call))?)
    } else {
        None
    };
    let now = signed_in.now();
    let within = check(&filter, args, now)?;
    let all = if within.is_some() { tokens.clone() } else { Vec::new() };
    let filter = Filter::parse(&filter, now);
    let policies = signed_in.session.policies.usable().map_err(ExitError::usage)?;
    let standards = Standards { policies, ..Standards::default() };
    let filter = filter.knowing([].into(), standards, usage.as_ref());
    if let Some(gap) = filter.usage_gap() {
        tell([format!("the filter can match nothing: {}", gap.reason()).as_str()]);
    }
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
        print_array(tokens.iter().map(|token| {
            let half = signed_in.half(&token.id);
            json::Token::at(token, &signed_in.session.policies, now)
                .with_half(half.as_ref())
                .with_usage(token, usage.as_ref())
        }))?;
    } else {
        let half = |token: &ApiToken| signed_in.half(&token.id);
        print_text(&as_table(&tokens, &half, usage.as_ref(), now, OutputStyle::here()))?;
    }
    due::report_replaced(&taken_over);
    due::report_unreadable(&tokens);
    let is_due = within.is_some() && !tokens.is_empty();
    Ok(if is_due { ExitCode::from(exit::FAILED) } else { ExitCode::SUCCESS })
}

/// Checks the filter, and returns the end of the time in `--expiring-within`.
fn check(filter: &str, args: &List, now: Timestamp) -> Result<Option<Timestamp>, ExitError> {
    if let Some(term) = Filter::mistake(filter) {
        // The screens ignore such a term while it is typed; here it is a mistake.
        return Err(ExitError::usage(format!("filter: {}", Filter::usage(term))));
    }
    if !args.usage && Filter::parse(filter, now).asks_for_usage() {
        // Printing nothing could be taken for "none".
        let why = "filter: unused and seen need the audit log: add --usage";
        return Err(ExitError::usage(why));
    }
    let within = args.expiring_within.as_deref();
    within.map(|text| due::until(text, now)).transpose()
}

/// Sorts as the screens do: by how soon the expiry matters, then by name.
pub fn sort(tokens: &mut [ApiToken], now: Timestamp) {
    let key = |t: &ApiToken| t.expiry.order(now);
    tokens.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name)));
}

fn as_table(
    tokens: &[ApiToken],
    half: &dyn Fn(&ApiToken) -> Option<Half>,
    usage: Option<&Usage>,
    now: Timestamp,
    style: OutputStyle,
) -> String {
    // A narrow terminal gets shortened ids.
    let is_narrow = style.width.is_some_and(|width| width < 120);
    // With usage, 80 columns end at the id.
    let has_type = usage.is_none() || !is_narrow;
    let rows: Vec<_> = tokens
        .iter()
        .map(|token| {
            let state = token.state(now);
            let tone = match state {
                State::Expired => Tone::Bad,
                State::Expiring | State::Unknown => Tone::Warning,
                State::Active => Tone::Plain,
            };
            let half = half(token).map_or_else(String::new, |half| format!(", {}", half.label()));
            let state = Cell::toned(format!("{}{half}", state.label()), tone);
            let expires = token.expiry.date();
            let cut = |text: &str, width| {
                if is_narrow { text::cut(text, width) } else { text.to_owned() }
            };
            let id = if is_narrow { token.id.short() } else { token.id.to_string() };
            let mut row = vec![cut(token.name.shown(), 24).into(), state, expires.into()];
            if let Some(usage) = usage {
                row.extend(use_cells(token, usage, is_narrow));
            }
            if has_type {
                row.push(token.kind().label().into());
            }
            row.extend([id.into(), token.grants.access().into()]);
            row
        })
        .collect();
    let mut head = vec!["NAME", "STATE", "EXPIRES"];
    head.extend(usage.map(|_| ["LAST SEEN", "USAGE"]).into_iter().flatten());
    head.extend(has_type.then_some("TYPE"));
    head.extend(["ID", "ACCESS"]);
    table(&head, &rows, style)
}

/// When the log last shows a token, and whether it is used; the reason only if there is room.
fn use_cells(token: &ApiToken, usage: &Usage, is_narrow: bool) -> [Cell; 2] {
    let seen = usage.last(token).map_or_else(|| "-".to_owned(), |last| when::date(last.at));
    let overall = usage.overall(token);
    let usage = match overall {
        Overall::Used => overall.label().into(),
        Overall::Unknown(_) if is_narrow => overall.label().into(),
        Overall::Unused => Cell::toned(overall.label(), Tone::Warning),
        Overall::Unknown(why) => format!("{}: {}", overall.label(), why.short()).into(),
    };
    [seen.into(), usage]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Expiry, Grants, TokenId,
        usage::example::{deed, log, now},
    };

    #[test]
    fn eighty_columns_show_the_usage_and_the_id() {
        let token = |id: &str| ApiToken {
            id: TokenId::new(id),
            name: "a-name-that-is-longer-than-24-columns".into(),
            description: "".into(),
            expiry: Expiry::At("2026-12-23T14:00:00Z".parse().unwrap()).into(),
            grants: Grants::default(),
        };
        let tokens = [token("9d2c5a10-6f3b-4c7e-8a41-0c5e7b910020"), token("b")];
        let deeds = vec![deed(tokens[0].id.raw(), "createMonitor", &[], 2)];
        let usage = Usage::new(&tokens, Some(&[]), log(30, deeds));
        let style = OutputStyle { colour: false, width: Some(80) };
        let text = as_table(&tokens, &|_| None, Some(&usage), now(), style);
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split_whitespace().collect()).collect();
        assert!(text.lines().all(|line| text::width(line) <= 80), "{text}");
        assert!(text.starts_with("NAME ") && rows[0].ends_with(&["SEEN", "USAGE", "ID"]), "{text}");
        assert!(rows[1].ends_with(&["Nov", "2026", "used", "9d2c…0020"]), "{text}");
        assert!(rows[2].ends_with(&["-", "unknown", "b"]), "{text}");
        let wide =
            as_table(&tokens, &|_| None, Some(&usage), now(), OutputStyle { width: None, ..style });
        assert!(wide.contains("unknown: leaves no trace"), "{wide}");
    }
}
