//! A change in doubt: what is known of it, and what can be done.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{
        Model,
        unconfirmed::{Cause, UnconfirmedChange},
        reconcile,
        mouse::HitTarget,
        overlays::unconfirmed::Dialog,
    },
    domain::{Expiry, TokenExpiry, when},
    journal::{Asked, Likeness},
    ops::reconcile::{Candidate, LOOKS},
    ui::{
        Canvas, text,
        widgets::{dialog, form::Content, rows::Rows},
    },
};

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
    // There can be many that are only new: the chosen one is always among those shown.
    content.own(None, found.len(), move |frame, at| {
        let row = |i| Line::styled(words_of(&found[i], found.len(), columns), theme.strong);
        let cursor = (found.len() > 1).then_some(theme.focused);
        let rows = Rows { list: &state.list, len: found.len(), cursor };
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
        Cause::Undelivered => "Is its secret stored?",
    };
    content.dialog(frame, area, title);
}

/// ` name  id …  what speaks for it`
fn words_of(candidate: &Candidate, count: usize, columns: usize) -> String {
    let row = format!(" {}  id {}", candidate.name, candidate.id);
    // The mark of the cursor has a column of its own.
    let columns = columns.saturating_sub(1);
    if count == 1 && candidate.likeness == Likeness::Exact {
        return text::cut(&row, columns);
    }
    let room = columns.saturating_sub(text::width(&candidate.note) + 2);
    text::cut(&format!("{}  {}", text::cut(&row, room), candidate.note), columns)
}

/// What is known, paragraph by paragraph.
fn body(model: &Model, unconfirmed: &UnconfirmedChange) -> Vec<String> {
    let name = unconfirmed.name();
    let at = when::weekday_time(unconfirmed.search.entry.at);
    let asked = match &unconfirmed.search.entry.asked {
        Asked::Create { .. } => format!("The token {name} was asked for, {at}."),
        Asked::CreatePersonal { .. } => format!("The personal token {name} was asked for, {at}."),
        Asked::Regenerate { .. } => format!("A new secret for {name} was asked for, {at}."),
        Asked::Delete { .. } | Asked::DeletePersonal { .. } => {
            format!("{name} was to be deleted, {at}.")
        }
    };
    let what = match unconfirmed.cause {
        Cause::Unknown => "No reply, or one that could not be read: it may have happened.",
        Cause::Ended => "axtok ended before it knew the outcome: it may have happened.",
        Cause::Unreadable => "It happened, but the secret in the answer could not be read.",
        Cause::Undelivered => {
            "Its secret was shown, and nobody confirmed that it was stored before axtok ended."
        }
    };
    let mut words = vec![format!("{asked} {what}"), String::new()];
    words.push(state(unconfirmed));
    if let Asked::Regenerate { old, .. } = &unconfirmed.search.entry.asked {
        let (now, short) = (model.shared.server_now(), old.short());
        words.push(match model.shared.data.token(old).map(|token| &token.expiry) {
            Some(TokenExpiry::Known(Expiry::Never)) => {
                format!("The old token {short} works on: it has no end.")
            }
            Some(ends) if ends.is_past(now) => {
                format!("The old token {short} has stopped working.")
            }
            Some(ends @ TokenExpiry::Unread(_)) => {
                format!("Until when the old token {short} works is not known: {}.", ends.describe(now))
            }
            Some(ends) => format!("The old token {short} works until {}.", ends.describe(now)),
            None => format!("The old token {short} is not in the list any more."),
        });
    }
    words
}

fn state(unconfirmed: &UnconfirmedChange) -> String {
    let looks = LOOKS.len();
    let deletes =
        matches!(unconfirmed.search.entry.asked, Asked::Delete { .. } | Asked::DeletePersonal { .. });
    let likeness = unconfirmed.search.found.first().map(|c| c.likeness);
    match (unconfirmed.search.found.len(), unconfirmed.search.is_looking()) {
        (1, true) => format!(
            "A token is new since then, and may be it, or someone else's. Looking further, {} of \
             {looks} times …",
            unconfirmed.search.looks.max(1)
        ),
        (n, true) if n > 1 => format!(
            "{n} tokens are new since then. Looking for one of the name, {} of {looks} times …",
            unconfirmed.search.looks.max(1)
        ),
        (_, true) => {
            format!("Looking for it in the list, {} of {looks} times …", unconfirmed.search.looks.max(1))
        }
        (0, false) if deletes => "It is still in the list: delete it again if it should go.".into(),
        (0, false) => "Not seen in the list yet. It may still appear: do not do it again before \
                       you have looked."
            .to_owned(),
        (1, _) if unconfirmed.cause == Cause::Undelivered => {
            "If it is not stored: regenerate the token for a new secret, or delete it.".to_owned()
        }
        (1, _) if likeness == Some(Likeness::Possible) => {
            "Not seen by its name. This token may be it, or someone else's: look at it in the \
             list before you act on it."
                .to_owned()
        }
        (1, _) if likeness == Some(Likeness::Probable) => {
            "This token is probably it: the server may have changed what was asked for, or \
             someone else made it. No reply will show its secret again: regenerate it for a new \
             one, or delete it."
                .to_owned()
        }
        (n, _) if likeness == Some(Likeness::Possible) => format!(
            "Not seen by its name. {n} tokens are new since then: it may be one of them. Look at \
             them in the list before you act on one."
        ),
        (1, _) => "This token is it, as far as can be told. No reply will show its secret again: \
                   regenerate it for a new one, or delete it."
            .to_owned(),
        (n, _) => format!(
            "{n} tokens can be it: someone else may have made one of the same name. Choose one \
             to act on."
        ),
    }
}
