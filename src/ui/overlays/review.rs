//! Review: what a new token will be, before anything is sent.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        overlays::review::{Button, Review},
        round::Round,
    },
    domain::{Kind, SafeText, Target, WILDCARD},
    input::Action,
    ui::{
        Canvas, text,
        widgets::{clock, destination, dialog, spinner},
    },
};

/// Columns of the labels.
const LABEL: usize = 13;
/// Names that are listed one by one; more are counted.
const NAMED: usize = 6;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Review) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 76);
    let token = &state.token;
    let mut lines = Vec::new();
    let mut fact = |label: &str, value: &str| {
        for (i, part) in text::wrapped(value, columns.saturating_sub(LABEL)).into_iter().enumerate()
        {
            let label = if i == 0 { label } else { "" };
            lines.push(Line::from(vec![
                Span::styled(text::fit(label, LABEL), theme.faint),
                Span::raw(part),
            ]));
        }
    };
    fact("Name", SafeText::from(token.name.as_str()).shown());
    if !token.description.is_empty() {
        fact("Description", SafeText::from(token.description.as_str()).shown());
    }
    fact("Expires", &token.expiry.words(model.shared.server_now()));
    fact("It", &token.grants.summary());
    if Kind::of(&token.grants) == Kind::Basic {
        fact("Datasets", &names(state));
    }
    fact("Its secret", &destination::words(model, state.sending.destination.as_ref()));
    lines.push(Line::default());
    lines.extend(clock::lines(model, columns, theme));
    if state.duplicate {
        let words = "! another token has this name already: they can only be told apart by id";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    }
    if state.in_doubt {
        let words = "! one of this name was asked for, and its outcome is not known yet: look \
                     before you make another";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    }
    for finding in &state.findings {
        let words =
            format!("! {}: {} ({})", finding.severity.label(), finding.why, finding.narrower);
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    if state.findings.is_empty() && !state.duplicate && !state.in_doubt {
        lines.push(Line::styled("No finding: nothing here is wider than it looks.", theme.good));
    }
    let labels = [("Back", state.focus == Button::Back), ("Create", state.focus == Button::Create)];
    let buttons = match state.sending.ticket() {
        Some(ticket) => waiting(model, ticket, "Creating"),
        None => dialog::buttons(&labels, theme),
    };
    let inner = dialog::with_buttons(frame, area, "Review", columns, lines, buttons);
    let spots = [Button::Back, Button::Create].map(Round::spot);
    dialog::spots(frame, dialog::button_row(inner), &labels, spots);
}

/// What stands in place of the buttons while a request is on its way.
pub fn waiting(model: &Model, ticket: crate::app::Ticket, what: &str) -> Line<'static> {
    let load = model.shared.flights.iter().find(|f| f.load.ticket == ticket).map(|f| f.load);
    let words = load.and_then(|load| spinner::words(load, model.shared.now, what));
    let words = words.unwrap_or_else(|| format!("{what}…"));
    let back = model.key_here(Action::Back);
    Line::from(format!("{words}   {back} stops waiting, not the request"))
}

fn names(state: &Review) -> String {
    let names: Vec<_> = state
        .token
        .grants
        .rows()
        .filter_map(|(target, _)| match target {
            Target::Dataset(name) => Some(name.shown().to_owned()),
            Target::View(_) | Target::Org => None,
        })
        .collect();
    match names.len() {
        0 => "none".to_owned(),
        1 if names[0] == WILDCARD => "all of them, later ones too".to_owned(),
        n if n > NAMED => format!("{} and {} more", names[..NAMED].join(", "), n - NAMED),
        _ => names.join(", "),
    }
}
