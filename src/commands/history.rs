//! `axtok history`: what axtok changed from this computer. Uses only the journal.

use std::process::ExitCode;

use super::{
    CommandResult, ExitError, exit, find, journal, json, print_array, print_text,
    start::Start,
    table::{OutputStyle, table},
    words::tell,
};
use crate::{
    cli::HistoryArgs,
    domain::{SafeText, TokenId, text, when},
    journal::{Asked, RecordedChange},
};

/// Runs the command.
///
/// # Errors
/// When the journal cannot be read, or has no change of the token.
pub async fn run(args: &HistoryArgs, start: &Start) -> CommandResult {
    if start.demo {
        tell([journal::NO_DEMO.trim_end_matches('.')]);
        return if args.form.json {
            print_array::<json::RecordedChange<'_>>([])
        } else {
            Ok(ExitCode::SUCCESS)
        };
    }
    let contents = start.ops.journal_contents().await;
    let contents = contents.map_err(|why| ExitError::new(exit::FAILED, why))?;
    if contents.is_damaged {
        tell(["some lines of the journal cannot be read: their changes are missing here"]);
    }
    let newest_first = contents.changes.iter().rev();
    let about: Vec<_> = match &args.token {
        None => newest_first.collect(),
        Some(wanted) => newest_first.filter(|change| is_about(change, wanted.trim())).collect(),
    };
    if let (Some(wanted), true) = (&args.token, about.is_empty()) {
        let words = format!("the journal has no change of {}", SafeText::from(wanted.trim()));
        return Err(ExitError::new(exit::NOT_FOUND, words));
    }
    let open = about.iter().filter(|change| change.is_open()).count();
    if open > 0 && !args.form.json {
        let s = if open == 1 { " is" } else { "s are" };
        tell([format!("{open} change{s} not finished: see `axtok journal list`").as_str()]);
    }
    let shown = about.into_iter().filter(|change| !args.open || change.is_open());
    if args.form.json {
        return print_array(shown.map(json::RecordedChange::from));
    }
    print_text(&as_table(shown, OutputStyle::here()))
}

/// Whether a change is about the token that an argument names, by its id or by its name.
fn is_about(change: &RecordedChange, wanted: &str) -> bool {
    let name = SafeText::from(change.entry.asked.name());
    let old = match &change.entry.asked {
        Asked::Delete { id, .. } | Asked::DeletePersonal { id, .. } => Some(id),
        Asked::Regenerate { old, .. } => Some(old),
        Asked::Create { .. } | Asked::CreatePersonal { .. } => None,
    };
    let has_id = |id: &TokenId| id.raw() == wanted || find::word(id) == wanted;
    name.raw().trim() == wanted
        || name.shown().trim() == wanted
        || old.into_iter().chain(&change.made).any(has_id)
}

/// A change in one sentence, for plain mode.
#[must_use]
pub fn describe(change: &RecordedChange) -> String {
    let entry = &change.entry;
    let secret = change.secret().map_or_else(String::new, |place| format!(" Secret: {place}."));
    format!(
        "{}: {} {} at {}: {}.{secret}",
        when::date_time(entry.at),
        entry.asked.verb(),
        SafeText::from(entry.asked.name()),
        change.location(),
        outcome(change)
    )
}

/// The outcome, with the reason if there is one.
fn outcome(change: &RecordedChange) -> String {
    let words = match &change.entry.overridden {
        Some(given) => format!("{}, policy overridden ({given})", change.describe_outcome()),
        None => change.describe_outcome().to_owned(),
    };
    let why = change.stuck.as_ref().map(|(_, why)| why.as_str());
    match why.or_else(|| change.reason()) {
        Some(why) => format!("{words}: {}", SafeText::from(why)),
        None => words,
    }
}

fn as_table<'a>(changes: impl Iterator<Item = &'a RecordedChange>, style: OutputStyle) -> String {
    // A narrow terminal gets shortened names.
    let is_narrow = style.width.is_some_and(|width| width < 150);
    let fit = |text: &str, columns| {
        if is_narrow { text::cut(text, columns) } else { text.to_owned() }
    };
    let row = |change: &RecordedChange| {
        let name = SafeText::from(change.entry.asked.name());
        let secret = change.secret().map_or_else(|| "-".to_owned(), |place| place.to_string());
        vec![
            when::date_time(change.entry.at).into(),
            change.entry.asked.verb().into(),
            fit(name.shown(), 28).into(),
            fit(change.location().shown(), 24).into(),
            fit(&outcome(change), 40).into(),
            fit(&secret, 30).into(),
        ]
    };
    let rows: Vec<_> = changes.map(row).collect();
    table(&["WHEN", "CHANGE", "TOKEN", "WHERE", "OUTCOME", "SECRET"], &rows, style)
}
