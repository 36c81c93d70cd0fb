//! Background requests: in progress, but not shown by the screen or dialog in front.

use super::{
    effect::Ticket,
    remote::{Load, Remote},
    shared::{Shared, Topic},
};

/// The oldest background request, with a text such as "loading the views". `shown` are
/// the topics of the screen in front; `in_sight` is the ticket that its dialog waits for.
#[must_use]
pub fn behind(
    shared: &Shared,
    shown: &[Topic],
    in_sight: Option<Ticket>,
) -> Option<(Load, String)> {
    let left = shared.in_flight.iter().filter(|f| Some(f.load.ticket) != in_sight);
    let changes = left.map(|f| (f.load, f.intent.describe()));
    let run = shared.rotations.run.as_ref().filter(|_| !shown.contains(&Topic::Rotations));
    let run = run.map(|run| (run.load, run.describe()));
    changes.chain(run).chain(reads(shared, shown)).min_by_key(|(load, _)| load.since)
}

fn reads(shared: &Shared, shown: &[Topic]) -> impl Iterator<Item = (Load, String)> {
    let data = &shared.data;
    let in_front = |topic| shown.contains(&topic);
    let has_tokens = data.tokens.value().is_some();
    // Only the access review shows the audit log.
    let in_review = in_front(Topic::Audit);
    let found = [
        // The token list and the review show it themselves until there is a list.
        (read(&data.tokens, "the API tokens"), !in_front(Topic::Tokens) || in_review && has_tokens),
        // Until there are names, the form shows this instead of its rows.
        (
            read(&data.datasets, "the datasets"),
            in_front(Topic::Datasets) && (in_review || data.datasets.value().is_some()),
        ),
        (
            read(&data.views, "the views"),
            in_front(Topic::Views) && (in_review || data.views.value().is_some()),
        ),
        (read(&data.audit, "the audit log"), in_review),
        (
            read(&data.personal, "the personal tokens"),
            in_front(Topic::Personal) && data.personal.value().is_some(),
        ),
        (read(&data.user, "your profile"), has_tokens),
        (read(&data.orgs, "the organisations"), has_tokens),
    ];
    found.into_iter().filter(|(_, matters)| *matters).filter_map(|(read, _)| read)
}

fn read<T>(remote: &Remote<T>, what: &str) -> Option<(Load, String)> {
    let verb = if remote.value().is_some() { "refreshing" } else { "loading" };
    Some((remote.load()?, format!("{verb} {what}")))
}
