//! A new secret, hidden until the user reveals it. The value has its lines to itself, so
//! that a selection by mouse takes nothing else.

use ratatui::{layout::Rect, style::Style, text::Line, widgets::Paragraph};

use crate::{
    app::{Model, overlays::reveal::Reveal, shared::Held},
    input::{Action, Code, Found, Key, key},
    ui::{
        Canvas, text,
        widgets::{dialog, footer},
    },
};

/// Draws the dialog: the value, what happened to it so far, and the keys.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Reveal) {
    let theme = frame.theme();
    let Some(state) = model.shared.secrets.get(state.secret) else { return };
    let columns = dialog::columns(area, 76);
    let value = value_lines(state, model, usize::from(area.width));
    let mut above = match &state.stored {
        Some(words) => {
            // Name Enter if it closes the dialog: the user has just pressed it.
            let enter = model.shared.keymap.find(model.context(), &[Key::new(Code::Enter)]);
            let key = match enter {
                Found::Action(Action::CloseSecret) => key::show(&[Key::new(Code::Enter)]),
                _ => model.key_here(Action::CloseSecret),
            };
            let words = format!("{} {key} to close.", text::sentence(words));
            dialog::paragraph(&words, columns, theme.good)
        }
        None => dialog::paragraph(
            "You won't be able to see this token again. Store it now.",
            columns,
            theme.warning,
        ),
    };
    above.push(Line::default());
    let mut below = vec![Line::default()];
    if let Some(warning) = &state.warning {
        let words = format!("! {}", text::sentence(warning));
        below.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    for note in &state.notes {
        below.extend(dialog::paragraph(note, columns, Style::new()));
    }
    let told = state.is_delivering.then(|| ("Storing …".to_owned(), Style::new()));
    let tried = state.tried.as_ref().map(|result| match result {
        Ok(words) => (words.clone(), theme.good),
        Err(why) => (format!("! {}", text::sentence(why)), theme.warning),
    });
    for (words, style) in told.into_iter().chain(tried) {
        below.extend(dialog::paragraph(&words, columns, style));
    }
    if let Some(id) = &state.id {
        below.push(Line::styled(text::cut(&format!("id {id}"), columns), theme.faint));
    }
    below.push(Line::default());
    below.push(if state.is_armed(model.shared.now) {
        footer::hints(model, columns, theme)
    } else {
        // Keys typed ahead for the previous screen must not act here.
        Line::styled(" …", theme.faint)
    });
    let rows = above.len() + value.len() + below.len();
    let inner = dialog::open(frame, area, &state.title, columns, rows);
    let value_y = inner.y + u16::try_from(above.len()).unwrap_or(0);
    let value_rows = u16::try_from(value.len()).unwrap_or(0);
    let mut lines = above;
    lines.extend(value.iter().map(|_| Line::default()));
    lines.extend(below);
    frame.render_widget(Paragraph::new(lines), inner);
    // The value has its rows to itself: no frame beside it.
    let band = Rect { x: area.x, y: value_y, width: area.width, height: value_rows };
    let band = band.intersection(area);
    frame.clear(band);
    let indent = if value.len() == 1 { inner.x - area.x } else { 0 };
    let band = Rect { x: band.x + indent, width: band.width - indent, ..band };
    frame.render_widget(Paragraph::new(value), band);
}

/// Draws only the value, if the user asked for that. Returns whether it did.
pub fn value_only(frame: &mut Canvas<'_, '_>, model: &Model, state: &Reveal) -> bool {
    let held = model.shared.secrets.get(state.secret);
    let held = held.filter(|held| held.is_alone(model.shared.now));
    held.map(|held| alone(frame, model, held)).is_some()
}

/// Draws only the value, for a terminal that is too small for dialogs. Returns whether there
/// is a secret.
pub fn tiny(frame: &mut Canvas<'_, '_>, model: &Model, state: &Reveal) -> bool {
    let held = model.shared.secrets.get(state.secret);
    held.map(|held| alone(frame, model, held)).is_some()
}

fn alone(frame: &mut Canvas<'_, '_>, model: &Model, state: &Held) {
    let area = frame.area();
    let lines = value_lines(state, model, usize::from(area.width));
    frame.clear(area);
    frame.render_widget(Paragraph::new(lines), area);
}

/// The value, masked while it is hidden, in lines of the terminal's width.
fn value_lines(state: &Held, model: &Model, width: usize) -> Vec<Line<'static>> {
    let value = if state.is_uncovered(model.shared.now) {
        state.secret.expose().to_owned()
    } else {
        state.secret.masked()
    };
    // The server may have sent control characters: draw them spelled out.
    let value = crate::domain::SafeText::from(value);
    let letters: Vec<char> = value.shown().chars().collect();
    letters.chunks(width.max(1)).map(|part| Line::from(part.iter().collect::<String>())).collect()
}
