//! The organisations and deployments to switch to, the current one marked.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        mouse::HitTarget,
        overlays::orgs::{BOUND, OrgRow, Orgs},
        unconfirmed::UnconfirmedChange,
    },
    domain::{Access, SecretKind, filter::Words},
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, rows::Rows, spinner},
    },
};

/// Width of a name, in columns.
const NAME: usize = 24;

/// Draws the list, with its filter above and notes below. Returns the visible part.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Orgs) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 76);
    let notes = notes(model, state, columns, theme);
    let rows = state.shown().len().max(1);
    let wished = rows + notes.len() + 3;
    let rows = wished.min(usize::from(area.height.saturating_sub(4)));
    let title = match model.shared.session.connection {
        _ if state.choosing => "Which organisation?",
        None => "Which deployment?",
        Some(_) => "Organisations and deployments",
    };
    let inner = dialog::open(frame, area, title, columns, rows);
    let row = |y: u16| Rect { y: inner.y + y, height: u16::from(y < inner.height), ..inner };
    frame.render_widget(Span::styled("/ ", theme.key), row(0));
    let at = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2).min(30), ..row(0) };
    field::draw(frame, at, &state.filter, true);

    let notes_height = u16::try_from(notes.len()).unwrap_or(0).min(inner.height.saturating_sub(3));
    let height = inner.height.saturating_sub(2 + notes_height);
    let list = Rect { y: inner.y + 2, height, ..inner };
    let shown: Vec<_> = state.shown().collect();
    let words = Words::parse(state.filter.text());
    let rows = Rows {
        list: &state.list,
        len: shown.len(),
        cursor: Some(theme.focused),
        found: Some(&words),
    };
    let window =
        rows.draw(frame, list, |at| line(model, shown[at], columns, theme), HitTarget::Row);
    if shown.is_empty() {
        let none = Line::styled("Nothing matches.", theme.faint);
        frame.render_widget(none, Rect { height: list.height.min(1), ..list });
    }
    let below = Rect { y: list.bottom(), height: inner.bottom() - list.bottom(), ..inner };
    frame.render_widget(Paragraph::new(notes), below);
    window
}

fn line(model: &Model, row: &OrgRow, columns: usize, theme: &Theme) -> Line<'static> {
    let (here, name, rest) = match row {
        OrgRow::Org(org) => {
            let role = org.role.as_ref().map_or(String::new(), |role| format!("  {role}"));
            let here = model.shared.org().is_some_and(|o| o.id == org.id);
            (here, org.name.to_string(), format!("{}{role}", org.id))
        }
        OrgRow::Deployment(deployment) => {
            let access = match deployment.access {
                Access::Full => "",
                Access::ReadOnly => "[RO]  ",
                Access::Locked => "[RO, locked]  ",
            };
            let host = deployment.url.trim_start_matches("https://");
            (false, deployment.name.to_string(), format!("{access}{host}  {}", deployment.source))
        }
        OrgRow::SignIn if model.shared.session.connection.is_none() => {
            (false, "Sign in with a token".to_owned(), String::new())
        }
        OrgRow::SignIn => (false, "Sign in with another token".to_owned(), String::new()),
    };
    let open = unconfirmed(model, row);
    let rest = match open {
        0 => rest,
        open => format!("! {open} unconfirmed  {rest}"),
    };
    let sign = if here { "•" } else { " " };
    let rest = if here { format!("{rest}  (current)") } else { rest };
    let name_width = if rest.is_empty() { text::width(&name) } else { NAME };
    let rest = text::cut(&rest, columns.saturating_sub(NAME + 5));
    Line::from(vec![
        Span::raw(format!(" {sign} ")),
        Span::styled(text::fit(&name, name_width), theme.strong),
        Span::raw(" "),
        Span::styled(rest, if open > 0 { theme.warning } else { theme.faint }),
    ])
}

/// How many changes are unconfirmed in an organisation, or in a deployment with another
/// address.
fn unconfirmed(model: &Model, row: &OrgRow) -> usize {
    let here = &model.shared.session.url;
    let is_there = |there: &&UnconfirmedChange| {
        let there = &there.search.entry.location;
        match row {
            OrgRow::Org(org) => there.url == *here && there.org.as_deref() == Some(org.id.raw()),
            OrgRow::Deployment(deployment) => {
                there.url != *here && there.deployment == deployment.name.raw()
            }
            OrgRow::SignIn => false,
        }
    };
    model.shared.unconfirmed.iter().filter(is_there).count()
}

/// Lines below the list: the progress of a switch, an error or a hint.
fn notes(model: &Model, state: &Orgs, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let waiting = model.shared.pending_switch.as_ref().and_then(|e| e.load);
    let waiting = waiting.and_then(|load| spinner::text(load, model.shared.now, "Signing in"));
    let (words, style) = match (&state.error, waiting) {
        (_, Some(words)) => (words, Style::new()),
        (Some(error), None) => (format!("! {}", text::sentence(error)), theme.warning),
        (None, None) if state.choosing => (
            "This token has access to several organisations. Each has its own tokens.".to_owned(),
            theme.faint,
        ),
        (None, None) if model.shared.session.credential == SecretKind::Api => {
            (BOUND.to_owned(), theme.faint)
        }
        (None, None) => return Vec::new(),
    };
    let mut lines = vec![Line::default()];
    lines.extend(dialog::paragraph(&words, columns, style));
    lines
}
