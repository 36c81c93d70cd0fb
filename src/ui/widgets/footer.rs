//! The last line: the keys that can follow, or the keys that work now. A notice covers it
//! and, if it is long, the line above.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{
        Model,
        layer::Hint as Hinted,
        mouse::HitTarget,
        notice::{Notice, NoticeKind},
    },
    input::{Action, Context},
    ui::{
        Canvas, Theme, text,
        widgets::{next_keys, spinner},
    },
};

/// Draws the line, with clickable keys.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) {
    let theme = frame.theme();
    // The dialog of a new secret shows its keys itself.
    if model.context() == Context::Secret && model.shared.notice.is_none() {
        return;
    }
    let line = if model.count.is_some() || !model.pending.is_empty() {
        next_keys::line(model, usize::from(area.width), theme)
    } else if let Some(notice) = &model.shared.notice {
        draw_notice(frame, area, notice);
        return;
    } else {
        let rest = draw_waiting(frame, area, model);
        let chosen = chosen(model, usize::from(rest.width), theme);
        for (at, action) in places(&chosen, rest) {
            frame.add_target(at, HitTarget::Do(action));
        }
        frame.render_widget(line(chosen), rest);
        return;
    };
    frame.render_widget(line, area);
}

/// Draws a notice. Nothing moves for a second line: it covers the row above.
fn draw_notice(frame: &mut Canvas<'_, '_>, area: Rect, notice: &Notice) {
    let theme = frame.theme();
    let (glyph, style) = match notice.kind {
        NoticeKind::Info => ("·", theme.strong),
        NoticeKind::Warning => ("!", theme.warning.patch(theme.strong)),
    };
    let lines = text::in_two_lines(notice.text.shown(), usize::from(area.width.saturating_sub(3)));
    let height = u16::try_from(lines.len()).unwrap_or(1);
    let at = Rect { y: area.bottom().saturating_sub(height), height, ..area };
    frame.clear(at);
    frame.add_target(at, HitTarget::Notice);
    let glyphs = std::iter::once(glyph).chain(std::iter::repeat(" "));
    let lines = lines.iter().zip(glyphs).map(|(line, glyph)| format!(" {glyph} {line}"));
    frame.render_widget(Paragraph::new(lines.map(Line::from).collect::<Vec<_>>()).style(style), at);
}

/// Draws at the right a request that no other part of the screen mentions. Returns the space
/// that is left for the keys.
fn draw_waiting(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) -> Rect {
    let theme = frame.theme();
    let behind = model.behind();
    let words = behind.and_then(|(load, what)| spinner::text(load, model.shared.now, &what));
    let Some(words) = words else { return area };
    let words = text::cut(&words, usize::from(area.width / 2));
    let width = u16::try_from(text::width(&words) + 1).unwrap_or(area.width).min(area.width);
    let rest = Rect { width: area.width - width, ..area };
    let at = Rect { x: area.x + rest.width, width, ..area };
    frame.render_widget(Span::styled(words, theme.strong), at);
    rest
}

/// As many hints as fit, most useful first. The hint for help always fits.
pub fn hints(model: &Model, width: usize, theme: &Theme) -> Line<'static> {
    line(chosen(model, width, theme))
}

fn line(chosen: Vec<(Action, Hint)>) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    spans.extend(chosen.into_iter().flat_map(|(_, hint)| hint.spans));
    Line::from(spans)
}

/// The area of each hint in the last line.
fn places(chosen: &[(Action, Hint)], area: Rect) -> Vec<(Rect, Action)> {
    let mut x = area.x + 1;
    let mut places = Vec::new();
    for (action, hint) in chosen {
        let width = u16::try_from(hint.width).unwrap_or(0);
        places.push((Rect { x, width: width.saturating_sub(2), ..area }, *action));
        x = x.saturating_add(width);
    }
    places
}

fn chosen(model: &Model, width: usize, theme: &Theme) -> Vec<(Action, Hint)> {
    let context = model.context();
    let mut hints = Vec::new();
    let mut used = 1;
    let help = hint(model, context, Action::Help, "all keys", theme);
    let reserved = help.as_ref().map_or(0, |h| h.width);
    let wanted = wanted(model);
    for (action, label) in wanted {
        let Some(hint) = hint(model, context, action, label, theme) else { continue };
        if used + hint.width + reserved > width {
            break;
        }
        used += hint.width;
        hints.push((action, hint));
    }
    hints.extend(help.map(|help| (Action::Help, help)));
    hints
}

struct Hint {
    spans: [Span<'static>; 2],
    width: usize,
}

fn hint(
    model: &Model,
    context: Context,
    action: Action,
    label: &str,
    theme: &Theme,
) -> Option<Hint> {
    let key = model.shared.keymap.key_for(context, action, model.is_typing())?;
    let label = format!(" {label}  ");
    let width = text::width(&key) + text::width(&label);
    let (key_style, style) = if model.enabled(action).is_ok() {
        (theme.key, Style::new())
    } else {
        (theme.faint, theme.faint)
    };
    Some(Hint { spans: [Span::styled(key, key_style), Span::styled(label, style)], width })
}

/// The hints to choose from, most useful first.
fn wanted(model: &Model) -> Vec<Hinted> {
    let top = model.top();
    if top.sent().is_some() {
        vec![(Action::Back, "stop waiting")]
    } else {
        let mut hints = top.hints(&model.shared);
        // What is being checked is frozen.
        hints.retain(|(action, _)| !top.is_checking() || *action == Action::Back);
        hints
    }
}
