//! `axtok audit`: who created, changed and deleted tokens.

use super::{
    CommandResult, ExitError, exit, find, json, print_array, print_text,
    start::Start,
    table::{OutputStyle, table},
    words::tell,
};
use crate::{
    api::{
        call::{Call, LogAnswer, Reply},
        error::{Failure, FailureKind},
    },
    cli::AuditArgs,
    domain::{
        ApiToken, SafeText, TokenId,
        audit::{AuditEvent, AuditLog, LogQuery, LogQuestion},
        text, when,
    },
    ops::SignedIn,
};

/// Prints the events.
///
/// # Errors
/// When the log cannot be queried, or there is no such token.
pub async fn run(args: &AuditArgs, start: &Start) -> CommandResult {
    let signed_in = start.signed_in().await?;
    let log = read(&signed_in).await?;
    let events: Vec<_> = match &args.token {
        None => log.events().iter().collect(),
        Some(wanted) => {
            let id = listed(wanted, &signed_in).await?;
            let events = log.events().iter();
            let found: Vec<_> = events.filter(|event| is_about(event, wanted, &id)).collect();
            match id {
                // The log may only have a token that was deleted since.
                Err(unknown) if found.is_empty() => return Err(unknown),
                _ => found,
            }
        }
    };
    let count = events.len();
    let s = if count == 1 { "" } else { "s" };
    tell([format!("{count} event{s} in the last {}", log.window.length()).as_str()]);
    if !log.is_complete {
        tell(["the log was not read to its end: there may be more"]);
    }
    if args.form.json {
        return print_array(events.into_iter().map(json::TokenEvent::from));
    }
    print_text(&as_table(&events, OutputStyle::here()))
}

async fn read(signed_in: &SignedIn) -> Result<AuditLog, ExitError> {
    let window = signed_in.log_window().await;
    let call = Call::AuditLog(LogQuery { window, question: LogQuestion::Events });
    match signed_in.read(&call).await {
        Ok(Reply::AuditLog(window, LogAnswer::Events(rows))) => Ok(AuditLog::new(rows, window)),
        Ok(_) => Err(exit::failed(&Failure::new(FailureKind::Unreadable), &call)),
        Err(failure) => Err(exit::failed(&failure, &call)),
    }
}

/// The id of the listed token that an argument names, or why none is meant. Of several tokens
/// with this name, each is meant.
async fn listed(
    wanted: &str,
    signed_in: &SignedIn,
) -> Result<Result<TokenId, ExitError>, ExitError> {
    match signed_in.tokens().await {
        Ok(tokens) => Ok(find::one::<ApiToken>(wanted, &tokens).map(|token| token.id.clone())),
        // Reading the log takes another right than listing the tokens.
        Err(failure) if failure.kind == FailureKind::Status(403) => {
            Ok(Err(exit::failed(&failure, &Call::ListTokens)))
        }
        Err(failure) => Err(exit::failed(&failure, &Call::ListTokens)),
    }
}

/// Whether an event is about the token that an argument names, by its id or by its name.
fn is_about(event: &AuditEvent, wanted: &str, id: &Result<TokenId, ExitError>) -> bool {
    let wanted = wanted.trim();
    let is_it = |text: &SafeText| text.raw().trim() == wanted || text.shown().trim() == wanted;
    event.token.raw() == wanted
        || find::word(&event.token) == wanted
        || is_it(&event.name)
        || id.as_ref().is_ok_and(|id| event.token == *id)
}

fn as_table(events: &[&AuditEvent], style: OutputStyle) -> String {
    // A narrow terminal gets shortened ids.
    let is_narrow = style.width.is_some_and(|width| width < 120);
    let row = |event: &&AuditEvent| {
        let or_dash = |text: &SafeText| match text.shown() {
            "" => "-".to_owned(),
            text => text.to_owned(),
        };
        let name = or_dash(&event.name);
        vec![
            when::date_time(event.at).into(),
            event.action.label().into(),
            if is_narrow { text::cut(&name, 24) } else { name }.into(),
            if is_narrow { event.token.short() } else { event.token.to_string() }.into(),
            or_dash(&event.actor).into(),
        ]
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    table(&["TIME", "EVENT", "TOKEN", "ID", "BY"], &rows, style)
}
