//! The first line: the deployment, the organisation and the user.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{Model, time::seconds_left},
    domain::{SecretKind, when},
    ui::{Canvas, text},
};

/// Draws the line. If it is too narrow, the user is cut first.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) {
    let theme = frame.theme();
    let (who, signs) = (identity(model), signs(model));
    let place = format!(" {}", place(model));
    // The program's name, a space at the end, and one between organisation and user.
    let room = usize::from(area.width).saturating_sub(7 + 1 + 1 + text::width(&signs));
    // A long email address must hide neither the organisation nor signs such as [RO].
    let for_who = (room / 2).max(room.saturating_sub(text::width(&place)));
    let who = text::cut(&who, for_who);
    let for_place = room.saturating_sub(text::width(&who));
    let line = Line::from(vec![
        Span::styled(" axtok ", theme.brand),
        Span::styled(text::fit(&place, for_place), theme.strong),
        Span::styled(format!(" {who}{signs} "), theme.faint),
    ]);
    frame.set_style(area, theme.bar);
    frame.render_widget(line, area);
}

/// Deployment and organisation.
fn place(model: &Model) -> String {
    let (deployment, place) = (&model.shared.session.deployment, model.shared.place());
    if place == deployment.shown() { place } else { format!("{deployment} · {place}") }
}

/// The user, or the kind of token if the user is not known.
fn identity(model: &Model) -> String {
    if model.shared.session.connection.is_none() {
        return String::new();
    }
    match (model.shared.data.user.value(), model.shared.session.credential) {
        (Some(user), _) => {
            let role = user.role.as_ref().map_or(String::new(), |r| format!(" · {r}"));
            format!("{}{role}", user.email)
        }
        (None, SecretKind::Personal) => "personal token".to_owned(),
        (None, SecretKind::Api | SecretKind::Ingest) => "API token".to_owned(),
        (None, SecretKind::Other) => "token".to_owned(),
    }
}

/// Signs for the whole session, such as ` [RO]`, and the rate limit.
fn signs(model: &Model) -> String {
    if model.shared.session.connection.is_none() {
        return String::new();
    }
    let wait = model.shared.limited_until().map_or_else(String::new, |at| {
        format!(" [WAIT {}]", when::countdown(seconds_left(at, model.shared.now)))
    });
    let signs = [
        (model.shared.session.access.is_read_only(), " [RO]"),
        (model.shared.session.demo, " [DEMO]"),
        (model.takes_mouse(), " [MOUSE]"),
    ];
    signs.iter().filter(|(on, _)| *on).fold(wait, |words, (_, sign)| words + sign)
}
