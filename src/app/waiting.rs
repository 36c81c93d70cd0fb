//! What is waited for behind the scenes: on its way, and neither the screen in
//! front nor a dialog says so.

use super::{
    model::Model,
    overlays::Overlay,
    remote::{Load, Remote},
    screens::Screen,
};

/// The one that is waited for longest, in words as in "loading the views".
#[must_use]
pub fn behind(model: &Model) -> Option<(Load, String)> {
    changes(model).chain(reads(model)).min_by_key(|(load, _)| load.since)
}

/// Changes whose dialog was left.
fn changes(model: &Model) -> impl Iterator<Item = (Load, String)> {
    let is_in_sight =
        |load: Load| model.overlays.last().and_then(Overlay::sent) == Some(load.ticket);
    let left = model.flights.iter().filter(move |f| !is_in_sight(f.load));
    left.map(|f| (f.load, f.intent.words()))
}

fn reads(model: &Model) -> impl Iterator<Item = (Load, String)> {
    let data = &model.data;
    let screen = model.screen();
    let in_form = matches!(screen, Some(Screen::NewToken(_)));
    let in_list = matches!(screen, Some(Screen::ApiTokens(_)));
    let in_review = matches!(screen, Some(Screen::Review(_)));
    let in_profile = matches!(screen, Some(Screen::Profile(_)));
    let has_tokens = data.tokens.value().is_some();
    let found = [
        // The review says so itself while it has none.
        (read(&data.tokens, "the API tokens"), !in_list && (!in_review || has_tokens)),
        // Without any, the form says so in place of its rows.
        (
            read(&data.datasets, "the datasets"),
            in_review || in_form && data.datasets.value().is_some(),
        ),
        (read(&data.views, "the views"), in_review || in_form && data.views.value().is_some()),
        (read(&data.audit, "the audit log"), in_review),
        (
            read(&data.personal, "the personal tokens"),
            in_profile && data.personal.value().is_some(),
        ),
        (read(&data.user, "who you are"), has_tokens),
        (read(&data.orgs, "the organisations"), has_tokens),
    ];
    found.into_iter().filter(|(_, matters)| *matters).filter_map(|(read, _)| read)
}

fn read<T>(remote: &Remote<T>, what: &str) -> Option<(Load, String)> {
    let verb = if remote.value().is_some() { "refreshing" } else { "loading" };
    Some((remote.load()?, format!("{verb} {what}")))
}
