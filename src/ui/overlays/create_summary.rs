//! Describes a new token before the request is sent.

use ratatui::{layout::Rect, text::Line};

use crate::{
    app::{Model, overlays::create_summary::CreateSummary},
    domain::{Kind, SafeText, Target, WILDCARD},
    ui::{
        Canvas,
        widgets::{clock, destination, dialog, form::Content},
    },
};

/// Names of datasets to list; the others are counted.
const NAMED: usize = 6;

/// Draws the description, with warnings and findings.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &CreateSummary) {
    let theme = frame.theme();
    let columns = dialog::columns(area, 76);
    let token = &state.token;
    let mut content = Content::new(&state.form, columns, theme);
    content.fact("Name", SafeText::from(token.name.as_str()).shown());
    if !token.description.is_empty() {
        content.fact("Description", SafeText::from(token.description.as_str()).shown());
    }
    content.fact("Expires", &token.expiry.describe(model.shared.server_now()));
    content.fact("Access", &token.grants.summary());
    if Kind::of(&token.grants) == Kind::Basic {
        content.fact("Datasets", &names(state));
    }
    let destination = destination::text(model, state.sending.destination.as_ref());
    content.fact("The secret", &destination);
    content.blank();
    content.lines(clock::lines(model, columns, theme));
    if state.duplicate {
        let words = "! another token already has this name: only the id tells them apart";
        content.paragraph(words, theme.warning);
    }
    if state.is_unconfirmed {
        let words = "! a change to a token of this name is unconfirmed: check it before you \
                     create another";
        content.paragraph(words, theme.warning);
    }
    for finding in &state.findings {
        let words = format!("! {}: {} ({})", finding.severity.label(), finding.why, finding.fix);
        content.paragraph(&words, theme.warning);
    }
    if state.findings.is_empty() && !state.duplicate && !state.is_unconfirmed {
        let words = "No findings.";
        content.line(Line::styled(words, theme.good));
    }
    content.sent(model, state.sending.ticket(), "Creating");
    content.dialog(frame, area, "Review");
}

fn names(state: &CreateSummary) -> String {
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
        1 if names[0] == WILDCARD => "all datasets, including future ones".to_owned(),
        n if n > NAMED => format!("{} and {} more", names[..NAMED].join(", "), n - NAMED),
        _ => names.join(", "),
    }
}
