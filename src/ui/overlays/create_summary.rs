//! Describes a new token before the request is sent.

use ratatui::{layout::Rect, text::Line};

use crate::{
    app::{
        Model,
        layout_info::Window,
        overlays::create_summary::{CreateSummary, Field},
    },
    domain::{SafeText, Scope, Target, WILDCARD},
    ui::{
        Canvas,
        widgets::{clock, destination, dialog, form::Content, overriding},
    },
};

/// Maximum width of the dialog, in columns.
const WIDEST: u16 = 110;

/// Draws the description, with warnings and findings. Returns the visible part
/// of the names.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &CreateSummary,
) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, WIDEST);
    let token = &state.token;
    let mut content = Content::new(&state.form, columns, theme);
    content.fact("Name", SafeText::from(token.name.as_str()).shown());
    if !token.description.is_empty() {
        content.fact("Description", SafeText::from(token.description.as_str()).shown());
    }
    content.fact("Expires", &token.expiry.describe(model.shared.server_now()));
    content.fact("Access", &token.grants.summary());
    let parts = [("Datasets", Scope::Dataset), ("Views", Scope::View)];
    let names = parts.map(|(label, scope)| (label, names(state, scope)));
    let names: Vec<_> = names.iter().filter(|(_, names)| !names.is_empty()).collect();
    let lines: Vec<_> = names
        .iter()
        .flat_map(|(label, names)| dialog::fact(label, names, columns, theme))
        .collect();
    content.scrolled(&state.list, lines);
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
        let mark = format!("! {}:", finding.severity.label());
        let words = format!("{} ({})", finding.why, finding.fix);
        content.lines(dialog::marked(&mark, &words, columns, theme.warning));
    }
    if state.findings.is_empty() && !state.duplicate && !state.is_unconfirmed {
        let words = "No findings.";
        content.line(Line::styled(words, theme.good));
    }
    if !state.objections.is_empty() {
        overriding::add(&mut content, Field::Reason, theme);
    }
    content.sent(model, state.sending.ticket(), "Creating");
    content.dialog(frame, area, "Review")
}

/// The names of the datasets or views, after what `*` grants.
fn names(state: &CreateSummary, scope: Scope) -> String {
    let of_scope = |target: &Target| match target {
        Target::Dataset(name) if scope == Scope::Dataset => Some(name.shown().to_owned()),
        Target::View(name) if scope == Scope::View => Some(name.shown().to_owned()),
        _ => None,
    };
    let mut names: Vec<_> =
        state.token.grants.rows().filter_map(|(target, _)| of_scope(&target)).collect();
    if let Some(all) = names.iter().position(|name| name == WILDCARD) {
        names.remove(all);
        let things = if scope == Scope::View { "views" } else { "datasets" };
        names.insert(0, format!("all {things}, including future ones"));
    }
    names.join(", ")
}
