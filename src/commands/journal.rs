//! `axtok journal`: the unconfirmed changes of earlier runs. Listing and closing them uses only
//! the journal; looking for their results signs in.

use std::process::ExitCode;

use super::{
    CommandResult, ExitError, exit,
    json::{self, Found},
    personal, print_array, print_text,
    start::Start,
    table::{Cell, OutputStyle, table},
    tokens,
    words::tell,
};
use crate::{
    api::call::Call,
    cli::{JournalCommand, args::Form, tokens::Delete},
    domain::{SafeText, review::accepted, when},
    journal::{Contents, Likeness, Mark, Open, RecordedChange},
    ops::{
        Listed, SignedIn,
        reconcile::{Candidate, Search},
    },
};

/// What there is to say about the journal of the demo.
pub const NO_DEMO: &str = "The demo keeps no journal, so it has no history.";

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
            JournalCommand::List(form) | JournalCommand::Look { form, .. } if form.json => {
                print_array::<json::JournalEntry<'_>>([])
            }
            _ => Ok(ExitCode::SUCCESS),
        };
    }
    if let JournalCommand::Delete { entry, yes, sending, form } = command {
        // The deletion opens the journal itself, and closes the entry.
        let contents = contents(start).await?;
        let left = |change: RecordedChange| {
            let is_left = !change.is_over() && !change.is_running;
            is_left.then_some(Open { entry: change.entry, last: change.last })
        };
        let open: Vec<_> = contents.changes.into_iter().filter_map(left).collect();
        let args = Delete { tokens: Vec::new(), yes: *yes, sending: *sending, form: *form };
        return delete(one(entry, &open)?, args, start).await;
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
        JournalCommand::Close { entries, reason, .. } => {
            let reason = reason.as_deref().map(checked).transpose()?;
            let mut open = open;
            if !entries.is_empty() {
                // What is stuck can be given up too, but only by its name.
                let changes = contents(start).await?.changes.into_iter();
                let stuck = changes.filter(RecordedChange::is_unfinished_rotation);
                open.extend(stuck.map(|change| Open { entry: change.entry, last: change.last }));
            }
            for open in chosen(entries, &open)? {
                let closed = start.ops.close_change(&open.entry.id, reason.clone()).await;
                closed.map_err(|why| ExitError::new(exit::FAILED, why))?;
                tell([format!("closed: {}", describe(open)).as_str()]);
            }
            Ok(ExitCode::SUCCESS)
        }
        JournalCommand::Look { entries, form, .. } => {
            look(&chosen(entries, &open)?, entries.is_empty(), *form, start).await
        }
        JournalCommand::Delete { .. } => Ok(ExitCode::SUCCESS),
    }
}

/// The entries that the arguments name; all without arguments.
fn chosen<'a>(entries: &[String], open: &'a [Open]) -> Result<Vec<&'a Open>, ExitError> {
    if entries.is_empty() { Ok(open.iter().collect()) } else { all(entries, open) }
}

/// A reason that can be kept.
fn checked(reason: &str) -> Result<String, ExitError> {
    let reason = accepted::reason(reason);
    reason
        .map(|reason| reason.raw().to_owned())
        .map_err(|why| ExitError::usage(format!("--reason: {why}")))
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
        Some(Mark::Delivered { .. } | Mark::Proven | Mark::Probed) => {
            "secret delivered, rotation not finished".to_owned()
        }
        _ => "outcome unknown".to_owned(),
    }
}

/// The entries that the arguments name, without duplicates.
fn all<'a>(wanted: &[String], open: &'a [Open]) -> Result<Vec<&'a Open>, ExitError> {
    let mut found: Vec<&Open> = Vec::new();
    for text in wanted {
        let entry = one(text, open)?;
        if !found.contains(&entry) {
            found.push(entry);
        }
    }
    Ok(found)
}

/// The entry that an argument names.
fn one<'a>(text: &str, open: &'a [Open]) -> Result<&'a Open, ExitError> {
    let text = text.trim();
    let is_it = |o: &&Open| {
        let id = o.entry.id.to_string();
        id == text || text.len() >= SHORTEST && id.starts_with(text)
    };
    let mut fitting = open.iter().filter(is_it);
    let shown = SafeText::from(text);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(ExitError::usage(format!(
            "several open entries start with {shown}: type more characters"
        ))),
        (None, _) => Err(ExitError::new(
            exit::NOT_FOUND,
            format!("no open entry {shown}: see `axtok journal list`"),
        )),
    }
}

/// Searches the lists once for the results of changes. Entries of deletions whose token is gone
/// are closed. With `is_all`, leaves out changes of other organisations.
async fn look(entries: &[&Open], is_all: bool, form: Form, start: &Start) -> CommandResult {
    if entries.is_empty() {
        return if form.json { print_array::<json::Looked<'_>>([]) } else { Ok(ExitCode::SUCCESS) };
    }
    let signed_in = start.signed_in().await?;
    let mut here = Vec::new();
    for open in entries.iter().copied() {
        match is_here(open, &signed_in) {
            Ok(()) => here.push(open),
            Err(_) if is_all => {}
            Err(why) => return Err(why),
        }
    }
    let elsewhere = entries.len() - here.len();
    if elsewhere > 0 {
        let s = if elsewhere == 1 { " was" } else { "s were" };
        tell([format!(
            "{elsewhere} change{s} made elsewhere: see `axtok journal list`, and use --deployment"
        )
        .as_str()]);
    }
    explain(&here, &signed_in, start).await?;
    let mut searches: Vec<_> = here.iter().map(|open| Search::of(open, open.entry.at)).collect();
    let listed = listed(searches.iter(), &signed_in).await?;
    let mut all = Vec::new();
    for search in &mut searches {
        let found = found(search, &listed, &signed_in);
        if found == Found::Deleted {
            signed_in.deleted(&search.entry.id).await;
        }
        all.push(found);
    }
    if form.json {
        return print_array(searches.iter().zip(all).map(|(search, found)| json::Looked {
            entry: search.entry.id.to_string(),
            name: search.entry.asked.name(),
            found,
            candidates: search.found.iter().map(json::Candidate::from).collect(),
        }));
    }
    let rows = searches.iter().zip(all).flat_map(|(search, found)| found_rows(search, found));
    let rows: Vec<_> = rows.collect();
    print_text(&table(&["ENTRY", "NAME", "FOUND", "ID", "WHY"], &rows, OutputStyle::here()))
}

/// What the lists show about a change.
fn found(search: &mut Search, listed: &Listed, signed_in: &SignedIn) -> Found {
    let is_gone = signed_in.search_in(search, listed);
    if search.delete_target().is_some() {
        return if is_gone { Found::Deleted } else { Found::StillListed };
    }
    if search.is_named() {
        let is_listed = search.found.first().is_some_and(|found| listed.has(&found.id));
        if !is_listed {
            search.found.clear();
        }
    }
    match search.found.as_slice() {
        [] => Found::Nothing,
        [only] if only.likeness == Likeness::Exact => Found::One,
        _ => Found::Candidates,
    }
}

/// A row for each candidate, or one that says what else the list shows.
fn found_rows(search: &Search, found: Found) -> Vec<Vec<Cell>> {
    let entry: String = search.entry.id.to_string().chars().take(8).collect();
    let row = |name: &SafeText, found: &str, id: String, why: &str| {
        vec![entry.clone().into(), name.shown().into(), found.into(), id.into(), why.into()]
    };
    let name = search.name();
    let id = || search.delete_target().map_or_else(|| "-".to_owned(), ToString::to_string);
    match found {
        Found::Deleted => vec![row(&name, "deleted", id(), "no longer listed; entry closed")],
        Found::StillListed => vec![row(&name, "still listed", id(), "the deletion had no effect")],
        Found::Nothing => vec![row(&name, "nothing", "-".to_owned(), "it may still appear")],
        Found::One | Found::Candidates => {
            let candidate = |c: &Candidate| {
                let why = if c.note.is_empty() { "named by the response" } else { &c.note };
                row(&c.name, c.likeness.label(), c.id.to_string(), why)
            };
            search.found.iter().map(candidate).collect()
        }
    }
}

/// Deletes the one token that is certainly the result of a change, or that the change was to
/// delete. Deleting it closes the entry.
async fn delete(open: &Open, args: Delete, start: &Start) -> CommandResult {
    let signed_in = start.signed_in().await?;
    is_here(open, &signed_in)?;
    explain(&[open], &signed_in, start).await?;
    let mut search = Search::of(open, open.entry.at);
    let listed = listed([&search].into_iter(), &signed_in).await?;
    let found = found(&mut search, &listed, &signed_in);
    let id = match found {
        Found::StillListed => search.delete_target().cloned(),
        Found::One => search.found.first().map(|candidate| candidate.id.clone()),
        Found::Deleted | Found::Nothing | Found::Candidates => None,
    };
    let name = search.name();
    let entry: String = open.entry.id.to_string().chars().take(8).collect();
    let Some(id) = id else {
        let why = match found {
            Found::Deleted => {
                format!("{name} is no longer listed: `axtok journal look {entry}` closes the entry")
            }
            Found::Nothing => format!(
                "no listed token can be {name}: nothing to delete; `axtok journal close {entry}` \
                 closes the entry"
            ),
            _ => format!(
                "no token is certainly {name}: `axtok journal look {entry}` lists the candidates, \
                 and `axtok tokens delete ID` deletes one"
            ),
        };
        let status = if found == Found::Candidates { exit::REFUSED } else { exit::NOT_FOUND };
        return Err(ExitError::new(status, why));
    };
    let args = Delete { tokens: vec![id.raw().to_owned()], ..args };
    if search.is_personal() {
        return personal::delete(&args, signed_in, start).await;
    }
    tokens::delete::run_signed_in(&args, signed_in, start).await
}

async fn contents(start: &Start) -> Result<Contents, ExitError> {
    let contents = start.ops.journal_contents().await;
    contents.map_err(|why| ExitError::new(exit::FAILED, why))
}

/// Rules out the tokens that other changes in the journal have created.
async fn explain(about: &[&Open], signed_in: &SignedIn, start: &Start) -> Result<(), ExitError> {
    let is_about = |change: &RecordedChange| about.iter().any(|o| o.entry.id == change.entry.id);
    let others = contents(start).await?.changes.into_iter().filter(|change| !is_about(change));
    signed_in.explain(others.filter_map(|change| change.made));
    Ok(())
}

/// The lists that these searches need, each read once.
async fn listed(
    searches: impl Iterator<Item = &Search> + Clone,
    signed_in: &SignedIn,
) -> Result<Listed, ExitError> {
    let mut listed = Listed::default();
    if searches.clone().any(|search| !search.is_personal()) {
        let tokens = signed_in.tokens().await;
        listed.tokens = Some(tokens.map_err(|f| exit::failed(&f, &Call::ListTokens))?);
    }
    if searches.clone().any(Search::is_personal) {
        let tokens = signed_in.personal().await;
        listed.personal = Some(tokens.map_err(|f| exit::failed(&f, &Call::ListPersonalTokens))?);
    }
    Ok(listed)
}

/// Checks that a change was made at this deployment and in this organisation.
fn is_here(open: &Open, signed_in: &SignedIn) -> Result<(), ExitError> {
    if signed_in.is_here(open) {
        return Ok(());
    }
    let location = &open.entry.location;
    let deployment = SafeText::from(location.deployment.as_str());
    let org = location.org.as_deref().map_or_else(String::new, |org| {
        format!(", and AXIOM_ORG_ID or org-id for the organisation {}", SafeText::from(org))
    });
    Err(ExitError::usage(format!(
        "{} was changed at {}: use --deployment {deployment}{org}",
        SafeText::from(open.entry.asked.name()),
        place(open),
    )))
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
