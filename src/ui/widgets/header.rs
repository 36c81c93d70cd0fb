//! The first line: where we are and who we are.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::Model,
    domain::SecretKind,
    ui::{text, theme},
};

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let right = identity(model);
    let width = usize::from(area.width);
    let right_width = text::width(&right) + 1;
    let left = format!(" {}", place(model));
    let left_width = width.saturating_sub(right_width + 7);
    let line = Line::from(vec![
        Span::styled(" axtok ", theme::strong().patch(theme::focused())),
        Span::styled(text::fit(&left, left_width), theme::strong()),
        Span::styled(format!("{right} "), theme::faint()),
    ]);
    frame.render_widget(line, area);
}

/// Deployment and organisation.
fn place(model: &Model) -> String {
    let (deployment, place) = (&model.session.deployment, model.place());
    if place == *deployment { place } else { format!("{deployment} · {place}") }
}

/// The user, or the kind of token.
fn identity(model: &Model) -> String {
    if model.session.connection.is_none() {
        return String::new();
    }
    let who = match (model.data.user.value(), model.session.credential) {
        (Some(user), _) => {
            let role = user.role.as_ref().map_or(String::new(), |r| format!(" · {r}"));
            format!("{}{role}", user.email)
        }
        (None, SecretKind::Personal) => "personal token".to_owned(),
        (None, SecretKind::Api | SecretKind::Ingest) => "API token".to_owned(),
        (None, SecretKind::Other) => "token".to_owned(),
    };
    let signs = [(model.session.access.is_read_only(), " [RO]"), (model.session.demo, " [DEMO]")];
    signs.iter().filter(|(on, _)| *on).fold(who, |words, (_, sign)| words + sign)
}
