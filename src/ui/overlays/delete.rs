//! Delete: what will die, and its name to be typed.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::review::waiting;
use crate::{
    app::{
        Model,
        doomed::{Doomed, Focus},
        overlays::delete::Delete,
        round::Round as _,
    },
    domain::SecretKind,
    ui::{
        Canvas, text, theme,
        widgets::{dialog, field},
    },
};

/// Columns of the labels.
const LABEL: usize = 14;

pub fn draw(frame: &mut Canvas<'_>, area: Rect, model: &Model, state: &Delete) {
    let columns = dialog::columns(area, 76);
    let doomed = &state.doomed;
    let mut lines = Vec::new();
    let (ours, kind) = match doomed {
        Doomed::Api(_) => (SecretKind::Api, "an API token"),
        Doomed::Personal(_) => (SecretKind::Personal, "a personal token"),
    };
    if model.shared.session.credential == ours {
        let words = format!(
            "! This session signed in with {kind}. If it is this one, you will be signed out."
        );
        lines.extend(dialog::paragraph(&words, columns, theme::danger()));
    }
    let mut fact = |label: &str, value: &str| {
        let value = text::cut(value, columns.saturating_sub(LABEL));
        lines.push(Line::from(vec![
            Span::styled(text::fit(label, LABEL), theme::faint()),
            Span::raw(value),
        ]));
    };
    fact("Token", doomed.name().shown());
    fact("Id", &doomed.id().to_string());
    match doomed {
        Doomed::Api(token) => {
            fact("Organisation", &model.shared.place());
            fact("It", &token.grants.summary());
            fact("Expires", &token.expiry.words(model.shared.server_now()));
        }
        Doomed::Personal(token) => {
            if let Some(user) = model.shared.data.user.value() {
                fact("User", user.email.shown());
            }
            fact("It", "can do everything that its user can");
            fact("Description", token.description.shown());
        }
    }
    lines.push(Line::default());
    let words = "It stops working at once. This cannot be undone.";
    lines.extend(dialog::paragraph(words, columns, theme::danger()));
    lines.push(Line::default());
    let typed_row = lines.len();
    let prompt = format!("Type {}: ", state.wanted());
    let prompt = text::cut(&prompt, columns.saturating_sub(12));
    lines.push(Line::from(prompt.clone()));
    lines.push(Line::default());
    let mut parts = vec![("Cancel", Focus::Cancel)];
    if let Doomed::Api(_) = doomed {
        parts.push(("Regenerate instead", Focus::Regenerate));
    }
    parts.push(("Delete", Focus::Delete));
    let labels: Vec<_> = parts.iter().map(|(label, f)| (*label, state.focus == *f)).collect();
    let button_row = lines.len();
    lines.push(match state.sending.ticket() {
        Some(ticket) => waiting(model, ticket, "Deleting"),
        None => dialog::buttons(&labels),
    });
    let title = format!("Delete {}", doomed.name());
    let inner = dialog::lines(frame, area, &title, columns, lines);
    let spots = parts.iter().map(|(_, focus)| focus.spot());
    dialog::spots(frame, dialog::row(inner, button_row), &labels, spots);
    let x = u16::try_from(text::width(&prompt)).unwrap_or(0);
    let y = u16::try_from(typed_row).unwrap_or(0);
    if y < inner.height && x < inner.width {
        let at = Rect { x: inner.x + x, y: inner.y + y, width: inner.width - x, height: 1 };
        frame.spot(at, Focus::Typed.spot());
        field::draw(
            frame,
            at,
            &state.typed,
            state.focus == Focus::Typed && state.sending.is_idle(),
        );
    }
}
