//! A change in doubt: what is known of it, and what can be done.

use ratatui::{layout::Rect, style::Style, text::Line};

use crate::{
    app::{
        Model,
        doubt::{Cause, Doubt},
        doubts,
        mouse::Spot,
        overlays::doubt::{Dialog, choices},
    },
    domain::{Expiry, TokenExpiry, when},
    journal::{Asked, Likeness},
    ops::reconcile::LOOKS,
    ui::{Canvas, text, widgets::dialog},
};

/// Rows of the dialog that are not candidates, at 80 columns.
const OTHER_ROWS: u16 = 15;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Dialog) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 76);
    let Some(doubt) = doubts::get(&model.shared, &state.entry) else { return };
    let mut lines = Vec::new();
    if !doubt.headline.is_empty() {
        let words = format!("! {}", text::sentence(&doubt.headline));
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
        lines.push(Line::default());
    }
    for words in words(model, doubt) {
        lines.extend(dialog::paragraph(&words, columns, Style::new()));
    }
    if !doubt.search.found.is_empty() {
        lines.push(Line::default());
    }
    let several = doubt.search.found.len() > 1;
    let first = lines.len();
    // There can be many that are only new: the chosen one is always among those shown.
    let cursor = state.list.cursor.min(doubt.search.found.len().saturating_sub(1));
    let rows = usize::from(area.height.saturating_sub(OTHER_ROWS)).max(1);
    let from = (cursor + 1).saturating_sub(rows);
    let shown = doubt.search.found.len().saturating_sub(from).min(rows);
    for (i, candidate) in doubt.search.found.iter().enumerate().skip(from).take(rows) {
        let chosen = i == cursor;
        let marker = if several && chosen { ">" } else { " " };
        let mut row = format!("{marker} {}  id {}", candidate.name, candidate.id);
        if several || candidate.likeness != Likeness::Exact {
            let room = columns.saturating_sub(text::width(&candidate.note) + 2);
            row = format!("{}  {}", text::cut(&row, room), candidate.note);
        }
        let style = if several && chosen { theme.focused } else { theme.strong };
        lines.push(Line::styled(text::cut(&row, columns), style));
    }
    if !doubt.details.is_empty() {
        lines.push(Line::default());
    }
    for detail in &doubt.details {
        lines.push(Line::styled(text::cut(detail, columns), theme.faint));
    }
    let choices = choices(doubt);
    let focus = state.focus.min(choices.len() - 1);
    let labels: Vec<_> = choices.iter().enumerate().map(|(i, c)| (c.label(), i == focus)).collect();
    let title = match doubt.cause {
        Cause::Unknown | Cause::Ended => "Outcome unknown",
        Cause::Unreadable => "Done, but the secret could not be read",
        Cause::Undelivered => "Is its secret stored?",
    };
    let buttons = dialog::buttons(&labels, theme);
    let inner = dialog::with_buttons(frame, area, title, columns, lines, buttons);
    for at in 0..shown {
        // The last two rows are the buttons', and a blank.
        let row = dialog::row(inner, first + at).filter(|r| r.y + 2 < inner.y + inner.height);
        if let Some(row) = row {
            frame.spot(row, Spot::Row(from + at));
        }
    }
    dialog::spots(frame, dialog::button_row(inner), &labels, (0..).map(Spot::Part));
}

/// What is known, paragraph by paragraph.
fn words(model: &Model, doubt: &Doubt) -> Vec<String> {
    let name = doubt.name();
    let at = when::weekday_time(doubt.search.entry.at);
    let asked = match &doubt.search.entry.asked {
        Asked::Create { .. } => format!("The token {name} was asked for, {at}."),
        Asked::CreatePersonal { .. } => format!("The personal token {name} was asked for, {at}."),
        Asked::Regenerate { .. } => format!("A new secret for {name} was asked for, {at}."),
        Asked::Delete { .. } | Asked::DeletePersonal { .. } => {
            format!("{name} was to be deleted, {at}.")
        }
    };
    let what = match doubt.cause {
        Cause::Unknown => "The answer did not come, or made no sense: it may have happened.",
        Cause::Ended => "axtok ended before it knew the outcome: it may have happened.",
        Cause::Unreadable => "It happened, but the secret in the answer could not be read.",
        Cause::Undelivered => {
            "Its secret was shown, and nobody confirmed that it was stored before axtok ended."
        }
    };
    let mut words = vec![format!("{asked} {what}"), String::new()];
    words.push(state(doubt));
    if let Asked::Regenerate { old, .. } = &doubt.search.entry.asked {
        let (now, short) = (model.shared.server_now(), old.short());
        words.push(match model.shared.data.token(old).map(|token| &token.expiry) {
            Some(TokenExpiry::Known(Expiry::Never)) => {
                format!("The old token {short} works on: it has no end.")
            }
            Some(ends) if ends.is_past(now) => {
                format!("The old token {short} has stopped working.")
            }
            Some(ends @ TokenExpiry::Unread(_)) => {
                format!("Until when the old token {short} works is not known: {}.", ends.words(now))
            }
            Some(ends) => format!("The old token {short} works until {}.", ends.words(now)),
            None => format!("The old token {short} is not in the list any more."),
        });
    }
    words
}

fn state(doubt: &Doubt) -> String {
    let looks = LOOKS.len();
    let deletes =
        matches!(doubt.search.entry.asked, Asked::Delete { .. } | Asked::DeletePersonal { .. });
    let likeness = doubt.search.found.first().map(|c| c.likeness);
    match (doubt.search.found.len(), doubt.search.is_looking()) {
        (1, true) => format!(
            "A token is new since then, and may be it, or someone else's. Looking further, {} of \
             {looks} times …",
            doubt.search.looks.max(1)
        ),
        (n, true) if n > 1 => format!(
            "{n} tokens are new since then. Looking for one of the name, {} of {looks} times …",
            doubt.search.looks.max(1)
        ),
        (_, true) => {
            format!("Looking for it in the list, {} of {looks} times …", doubt.search.looks.max(1))
        }
        (0, false) if deletes => "It is still in the list: delete it again if it should go.".into(),
        (0, false) => "Not seen in the list yet. It may still appear: do not do it again before \
                       you have looked."
            .to_owned(),
        (1, _) if doubt.cause == Cause::Undelivered => {
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
