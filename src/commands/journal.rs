//! `axtok journal`: the unconfirmed changes of earlier runs. Uses only the journal.

use std::process::ExitCode;

use super::{
    CommandResult, ExitError, exit, json, print_array, print_text,
    start::Start,
    table::{OutputStyle, table},
    words::tell,
};
use crate::{
    cli::JournalCommand,
    domain::{SafeText, when},
    journal::{Mark, Open},
};

/// The least number of characters that identify an entry.
const SHORTEST: usize = 4;

/// Runs the command.
///
/// # Errors
/// When an entry is not found, or the journal cannot be read or written.
pub async fn run(command: &JournalCommand, start: &Start) -> CommandResult {
    if start.demo {
        // The demo has no journal.
        return match command {
            JournalCommand::List(form) if form.json => print_array::<json::JournalEntry<'_>>([]),
            _ => Ok(ExitCode::SUCCESS),
        };
    }
    let opened = start.ops.open_changes().await;
    let (open, warning) = opened.map_err(|why| ExitError::new(exit::FAILED, why))?;
    if let Some(warning) = warning {
        tell([warning.as_str()]);
    }
    match command {
        JournalCommand::List(form) if form.json => {
            print_array(open.iter().map(json::JournalEntry::from))
        }
        JournalCommand::List(_) => print_text(&as_table(&open)),
        JournalCommand::Close { entries, .. } => {
            let found =
                if entries.is_empty() { open.iter().collect() } else { all(entries, &open)? };
            for open in found {
                let closed = start.ops.close_change(&open.entry.id, None).await;
                closed.map_err(|why| ExitError::new(exit::FAILED, why))?;
                tell([format!("closed: {}", describe(open)).as_str()]);
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// An unconfirmed change in words: "creating ci on 26 Nov 2026 12:00 UTC at default (acme)".
#[must_use]
pub fn describe(open: &Open) -> String {
    let entry = &open.entry;
    let name = SafeText::from(entry.asked.name());
    let at = when::date_time(entry.at);
    format!("{} {name} on {at} at {}: {}", entry.asked.describe(), place(open), known(open))
}

fn place(open: &Open) -> String {
    let place = &open.entry.location;
    let org = place.org.as_deref().map(SafeText::from);
    let org = org.map_or_else(String::new, |org| format!(" ({org})"));
    format!("{}{org}", SafeText::from(place.deployment.as_str()))
}

/// What is known about the outcome.
fn known(open: &Open) -> String {
    let id = open.made().map_or_else(String::new, |id| format!(" as {id}"));
    match open.last {
        Some(Mark::Unreadable { .. }) => format!("created{id}, secret lost"),
        Some(Mark::Done { .. }) => format!("created{id}, secret not confirmed as stored"),
        _ => "outcome unknown".to_owned(),
    }
}

/// The entries that the arguments name, without duplicates.
fn all<'a>(wanted: &[String], open: &'a [Open]) -> Result<Vec<&'a Open>, ExitError> {
    let mut found: Vec<&Open> = Vec::new();
    for text in wanted {
        let text = text.trim();
        let is_it = |o: &&Open| {
            let id = o.entry.id.to_string();
            id == text || text.len() >= SHORTEST && id.starts_with(text)
        };
        let mut fitting = open.iter().filter(is_it);
        let shown = SafeText::from(text);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) if !found.contains(&only) => found.push(only),
            (Some(_), None) => {}
            (Some(_), Some(_)) => {
                return Err(ExitError::usage(format!(
                    "several open entries start with {shown}: type more characters"
                )));
            }
            (None, _) => {
                return Err(ExitError::new(
                    exit::NOT_FOUND,
                    format!("no open entry {shown}: see `axtok journal list`"),
                ));
            }
        }
    }
    Ok(found)
}

fn as_table(open: &[Open]) -> String {
    let row = |open: &Open| {
        let entry = &open.entry;
        vec![
            entry.id.to_string().chars().take(8).collect::<String>().into(),
            when::date_time(entry.at).into(),
            entry.asked.describe().into(),
            SafeText::from(entry.asked.name()).to_string().into(),
            place(open).into(),
            known(open).into(),
        ]
    };
    let rows: Vec<_> = open.iter().map(row).collect();
    table(&["ENTRY", "SENT", "CHANGE", "NAME", "WHERE", "OUTCOME"], &rows, OutputStyle::here())
}
