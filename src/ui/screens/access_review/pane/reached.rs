//! What a token reaches, its findings, and its entries in the audit log.

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
        mouse::{HitTarget, Scrolled},
        screens::access_review::AccessReview,
    },
    domain::{ApiToken, Rights, Target, WILDCARD, review::reach::letters},
    ui::{
        Canvas, Theme,
        screens::access_review::list::severity_style,
        widgets::{audit, dialog},
    },
};

/// Draws what a token reaches, its findings, and its entries in the audit log.
pub fn of_token(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &AccessReview,
    tokens: &[ApiToken],
) -> Window {
    let theme = frame.theme();
    let Some(thing) = state.thing() else { return Window::default() };
    let Some(token) = tokens.get(thing) else { return Window::default() };
    let lines =
        token_lines(model, state, thing, token, usize::from(area.width.saturating_sub(4)), theme);
    let window = state.pane.offset(lines.len(), usize::from(area.height));
    let indented = |mut line: Line<'static>| {
        line.spans.insert(0, Span::raw("   "));
        line
    };
    let shown: Vec<_> =
        lines.into_iter().skip(window.top).take(window.height).map(indented).collect();
    frame.render_widget(Paragraph::new(shown), area);
    dialog::more(frame, area, window);
    frame.add_target(area, HitTarget::Scrolls(Scrolled::AccessReview { in_pane: true }, window));
    window
}

fn token_lines(
    model: &Model,
    state: &AccessReview,
    thing: usize,
    token: &ApiToken,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut add =
        |words: &str, style: Style| lines.extend(dialog::paragraph(words, columns, style));
    if token.expiry.is_past(model.shared.server_now()) {
        add("x expired: it can no longer do any of this", theme.danger);
    }
    let nothing = Rights::default();
    for (target, rights) in token.grants.rows() {
        let scope = target.scope();
        if !state.question.is_answered_by(scope, rights) {
            continue;
        }
        let can = letters(scope, rights, &nothing);
        let place = match &target {
            Target::Dataset(n) if n.raw() == WILDCARD => "all datasets".to_owned(),
            Target::View(n) if n.raw() == WILDCARD => "all views".to_owned(),
            Target::Dataset(n) => n.to_string(),
            Target::View(n) => format!("view {n}"),
            Target::Org => "organisation".to_owned(),
        };
        add(&format!("{place}: {can}"), Style::new());
    }
    add("", Style::new());
    let index = &state.index;
    for at in index.by_token.get(thing).into_iter().flatten() {
        let Some(item) = index.items.get(*at) else { continue };
        let finding = &item.finding;
        let accepted = index.accepted.get(*at).and_then(Option::as_ref);
        lines.extend(if let Some(a) = accepted {
            let words = format!("accepted: {} ({})", finding.why, a.reason);
            dialog::paragraph(&words, columns, theme.faint)
        } else {
            let mark = format!("! {}:", finding.severity.label());
            let style = severity_style(Some(finding.severity), theme);
            dialog::marked(&mark, &finding.why, columns, style)
        });
    }
    let mut add =
        |words: &str, style: Style| lines.extend(dialog::paragraph(words, columns, style));
    if index.by_token.get(thing).is_none_or(Vec::is_empty) {
        add("no findings", theme.faint);
    }
    for words in audit::lines(token, model) {
        add(&format!("audit log: {words}"), Style::new());
    }
    lines
}
