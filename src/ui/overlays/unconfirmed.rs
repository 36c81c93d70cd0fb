//! An unconfirmed change: what is known about it, and what the user can do.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{
        Model,
        mouse::HitTarget,
        overlays::unconfirmed::Dialog,
        reconcile,
        unconfirmed::{Cause, UnconfirmedChange},
    },
    domain::{Expiry, TokenExpiry, when},
    journal::{Asked, Likeness},
    ops::reconcile::{Candidate, LOOKS},
    ui::{
        Canvas, text,
        widgets::{dialog, form::Content, rows::Rows},
    },
};

/// Draws the dialog, if the change is still unconfirmed.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Dialog) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 76);
    let Some(unconfirmed) = reconcile::get(&model.shared, &state.entry) else { return };
    let mut content = Content::new(&state.form, columns, theme);
    if !unconfirmed.headline.is_empty() {
        content.paragraph(&format!("! {}", text::sentence(&unconfirmed.headline)), theme.warning);
        content.blank();
    }
    for words in body(model, unconfirmed) {
        content.paragraph(&words, Style::new());
    }
    if !unconfirmed.search.found.is_empty() {
        content.blank();
    }
    let found = &unconfirmed.search.found;
    // The list of candidates can be long: it always shows the selected one.
    content.own(None, found.len(), move |frame, at| {
        let row = |i| Line::styled(words_of(&found[i], found.len(), columns), theme.strong);
        let cursor = (found.len() > 1).then_some(theme.focused);
        let rows = Rows { list: &state.list, len: found.len(), cursor, found: None };
        rows.draw(frame, at, row, HitTarget::Row)
    });
    if !unconfirmed.details.is_empty() {
        content.blank();
    }
    for detail in &unconfirmed.details {
        content.line(Line::styled(text::cut(detail, columns), theme.faint));
    }
    let title = match unconfirmed.cause {
        Cause::Unknown | Cause::Ended => "Outcome unknown",
        Cause::Unreadable => "Done, but the secret could not be read",
        Cause::Undelivered => "Is the secret stored?",
    };
    content.dialog(frame, area, title);
}

/// ` name  id …  why it is a candidate`
fn words_of(candidate: &Candidate, count: usize, columns: usize) -> String {
    let row = format!(" {}  id {}", candidate.name, candidate.id);
    // The cursor's marker takes one column.
    let columns = columns.saturating_sub(1);
    if count == 1 && candidate.likeness == Likeness::Exact {
        return text::cut(&row, columns);
    }
    let room = columns.saturating_sub(text::width(&candidate.note) + 2);
    text::cut(&format!("{}  {}", text::cut(&row, room), candidate.note), columns)
}

/// What is known about the change, one paragraph each.
fn body(model: &Model, unconfirmed: &UnconfirmedChange) -> Vec<String> {
    let name = unconfirmed.name();
    let at = when::date_time(unconfirmed.search.entry.at);
    let asked = match &unconfirmed.search.entry.asked {
        Asked::Create { .. } => format!("axtok requested the token {name} on {at}."),
        Asked::CreatePersonal { .. } => {
            format!("axtok requested the personal token {name} on {at}.")
        }
        Asked::Regenerate { .. } => format!("axtok requested a new secret for {name} on {at}."),
        Asked::Delete { .. } | Asked::DeletePersonal { .. } => {
            format!("axtok requested the deletion of {name} on {at}.")
        }
    };
    let what = match unconfirmed.cause {
        Cause::Unknown => "The response was missing or unreadable: the change may have happened.",
        Cause::Ended => "axtok stopped before it knew the outcome: the change may have happened.",
        Cause::Unreadable => {
            "The change succeeded, but the secret in the response could not be read."
        }
        Cause::Undelivered => {
            "axtok received the secret, but stopped before anyone confirmed that it was stored. \
             A command that could not deliver it saved it in undelivered/ beside the journal."
        }
    };
    let mut words = vec![format!("{asked} {what}"), String::new()];
    words.push(state(unconfirmed));
    if let Asked::Regenerate { old, .. } = &unconfirmed.search.entry.asked {
        let (now, short) = (model.shared.server_now(), old.short());
        words.push(match model.shared.data.token(old).map(|token| &token.expiry) {
            Some(TokenExpiry::Known(Expiry::Never)) => {
                format!("The old token {short} still works and never expires.")
            }
            Some(ends) if ends.is_past(now) => {
                format!("The old token {short} has stopped working.")
            }
            Some(ends @ TokenExpiry::Unread(_)) => {
                format!("The expiry of the old token {short} is {}.", ends.describe(now))
            }
            Some(ends) => format!("The old token {short} works until {}.", ends.describe(now)),
            None => format!("The old token {short} is no longer in the list."),
        });
    }
    words
}

fn state(unconfirmed: &UnconfirmedChange) -> String {
    let looks = LOOKS.len();
    let deletes = matches!(
        unconfirmed.search.entry.asked,
        Asked::Delete { .. } | Asked::DeletePersonal { .. }
    );
    let likeness = unconfirmed.search.found.first().map(|c| c.likeness);
    match (unconfirmed.search.found.len(), unconfirmed.search.is_looking()) {
        (1, true) => format!(
            "A new token has appeared since, but someone else may have created it. Still \
             searching, attempt {} of {looks} …",
            unconfirmed.search.looks.max(1)
        ),
        (n, true) if n > 1 => format!(
            "{n} new tokens have appeared since. Searching for the name, attempt {} of {looks} …",
            unconfirmed.search.looks.max(1)
        ),
        (_, true) => {
            format!("Searching the list, attempt {} of {looks} …", unconfirmed.search.looks.max(1))
        }
        (0, false) if deletes => {
            "The token is still in the list. Delete it again if necessary.".into()
        }
        (0, false) => "Not in the list yet, but it may still appear. Search again before you \
                       repeat the change."
            .to_owned(),
        (1, _) if unconfirmed.cause == Cause::Undelivered => {
            "If it is not stored, regenerate the token for a new secret, or delete the token."
                .to_owned()
        }
        (1, _) if likeness == Some(Likeness::Possible) => {
            "No token of that name found. This may be the one, or someone else's: check it in \
             the list before you change it."
                .to_owned()
        }
        (1, _) if likeness == Some(Likeness::Probable) => {
            "This is probably the token: the server may have changed the request, or someone else \
             created it. Its secret cannot be shown again: regenerate it for a new one, or \
             delete it."
                .to_owned()
        }
        (n, _) if likeness == Some(Likeness::Possible) => format!(
            "No token of that name found. {n} new tokens have appeared since, and one may be it. \
             Check them in the list before you change one."
        ),
        (1, _) => {
            "This token matches. Its secret cannot be shown again: regenerate it for a new one, \
             or delete it."
                .to_owned()
        }
        (n, _) => format!(
            "{n} tokens match: someone else may have created one of the same name. Choose one to \
             change."
        ),
    }
}
