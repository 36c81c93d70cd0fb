//! The keys that can follow the ones pressed so far; replaces the footer.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{Model, counts},
    input::{Action, key},
    ui::{Theme, text},
};

const ESC: &str = "Esc";
const DROPS: &str = " cancel";

/// As many keys as fit, and `…` if there are more.
pub fn line(model: &Model, width: usize, theme: &Theme) -> Line<'static> {
    let mut pressed: Vec<String> = model.count.map(|n| n.to_string()).into_iter().collect();
    if !model.pending.is_empty() {
        pressed.push(key::show(&model.pending));
    }
    let begin = format!(" {} …  ", pressed.join(" "));
    let mut used = text::width(&begin);
    let mut spans = vec![Span::styled(begin, theme.strong)];
    for (key, label, works) in following(model) {
        let label = format!(" {label}  ");
        let wide = text::width(&key) + text::width(&label);
        // Keeps one column for the `…`.
        if used + wide + 1 > width {
            spans.push(Span::styled("…", theme.faint));
            return Line::from(spans);
        }
        used += wide;
        let (key_style, style) =
            if works { (theme.key, Style::new()) } else { (theme.faint, theme.faint) };
        spans.extend([Span::styled(key, key_style), Span::styled(label, style)]);
    }
    // Esc is not in the keymap here: it always drops the pending keys.
    if used + text::width(ESC) + text::width(DROPS) <= width {
        spans.extend([Span::styled(ESC, theme.key), Span::raw(DROPS)]);
    }
    Line::from(spans)
}

/// The keys, what they do, and whether that is possible now.
fn following(model: &Model) -> Vec<(String, String, bool)> {
    let context = model.context();
    let works = |action| model.enabled(action).is_ok();
    let mut all = Vec::new();
    if let (Some(count), true) = (model.count, model.pending.is_empty()) {
        for action in counts::COUNTED {
            let Some(key) = model.shared.keymap.key_for(context, action, false) else { continue };
            let label = match action {
                Action::Top | Action::Bottom => format!("to row {count}"),
                action => action.label().to_owned(),
            };
            all.push((key, label, works(action)));
        }
    } else {
        for row in model.shared.keymap.reachable(context) {
            if let Some(rest) = row.keys.strip_prefix(model.pending.as_slice()) {
                all.push((key::show(rest), row.action.label().to_owned(), works(row.action)));
            }
        }
    }
    all
}
