//! A failed request for data, shown in place of the data.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    api::{
        call::Call,
        error::{Failure, FailureKind},
    },
    app::Model,
    input::Action,
    ui::{
        Canvas, text,
        widgets::{countdown, dialog},
    },
};

/// Draws what happened, what to do, and the details that support may ask for.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, call: &Call, failure: &Failure) {
    let theme = frame.theme();
    let columns = usize::from(area.width.saturating_sub(6)).min(90);
    let forbidden = matches!(failure.kind, FailureKind::Status(403));
    let title = if forbidden { "Permission denied" } else { "Failed" };
    let mut lines =
        vec![Line::styled(format!("x {title}"), theme.danger.patch(theme.strong)), Line::default()];
    lines.extend(dialog::paragraph(
        &text::sentence(&failure.headline(call)),
        columns,
        Style::new(),
    ));
    lines.push(Line::default());
    let advice = match model.shared.inaccessible_org().filter(|_| forbidden) {
        Some(org) => {
            let key = model.key(Action::GoOrgs);
            format!(
                "this credential has no access to the organisation {org}: {key} lists those it has"
            )
        }
        None => failure.advice(call),
    };
    lines.extend(dialog::paragraph(&text::sentence(&advice), columns, Style::new()));
    lines.push(Line::default());
    if let Some(at) = failure.retry_at {
        lines.extend(countdown::lines(at, model.shared.now, columns, theme));
        lines.push(Line::default());
    }
    for detail in failure.details() {
        lines.push(Line::styled(text::cut(&detail, columns), theme.faint));
    }
    if let Some(key) = model.shared.keymap.key_for(model.context(), Action::Refresh, false) {
        lines.push(Line::default());
        lines.push(Line::from(vec![Span::styled(key, theme.key), Span::raw(" to retry")]));
    }
    let inside = Rect { x: area.x + 3, width: area.width.saturating_sub(3), ..area };
    let inside = Rect {
        y: inside.y + u16::from(inside.height > 14),
        height: inside.height.saturating_sub(u16::from(inside.height > 14)),
        ..inside
    };
    frame.render_widget(Paragraph::new(lines), inside);
}
