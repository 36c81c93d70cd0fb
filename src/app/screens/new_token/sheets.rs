//! Texts about a draft: what differs from where it began, what a cell allows, and
//! the request as it would be sent.

use std::fmt::Write as _;

use super::{NewTokenForm, Origin};
use crate::{
    api::call::{Call, terraform},
    app::{layer::Text, matrix::MatrixRow, shared::Shared},
    domain::{Regeneration, SafeText, Verb, summary::difference_lines, token::Renewal},
};

fn text(title: String, lines: Vec<String>) -> Text {
    Text { title, lines, copies: Vec::new() }
}

/// What differs from the preset or the token that the draft began with.
pub(super) fn difference(form: &NewTokenForm) -> Text {
    let matrix = form.matrix();
    let label = &matrix.base().label;
    let lines = difference_lines(&matrix.difference());
    let lines =
        if lines.is_empty() { vec![format!("Nothing differs from {label}.")] } else { lines };
    text(format!("Changes since {label}"), lines)
}

/// What the cell under the cursor allows; `None` where there is no cell.
pub(super) fn explanation(form: &NewTokenForm) -> Option<Text> {
    let matrix = form.matrix();
    let part = matrix.here();
    let row = part.row(part.list.cursor)?;
    let (title, capability) = match row {
        MatrixRow::Capability(capability) => ("Organisation".to_owned(), *capability),
        MatrixRow::Named { name, .. } => {
            (name.to_string(), matrix.columns(matrix.part).get(part.column)?)
        }
    };
    let (own, inherited) = matrix.verbs(&row.target(matrix.part), capability);
    let mut lines = vec![format!("{}: {}.", capability.label, capability.about), String::new()];
    for verb in Verb::ALL {
        let state = match () {
            () if !capability.verbs.has(verb) => "does not exist for this",
            () if own.has(verb) => "granted here",
            () if inherited.has(verb) => "granted by *, the row for all",
            () => "off",
        };
        lines.push(format!("{}  {:<7} {state}", verb.letter(), verb.wire()));
    }
    lines.push(String::new());
    lines.push(format!("In the API: {}, {}", matrix.part.wire(), capability.wire));
    Some(text(format!("{title} / {}", capability.label), lines))
}

/// The request as it would be sent now.
///
/// # Errors
/// With what is missing for one.
pub(super) fn request(form: &NewTokenForm, shared: &Shared) -> Result<Text, &'static str> {
    const MISSING: &str = "Write when the token expires first: the request depends on it.";
    let (now, session) = (shared.server_now(), &shared.session);
    let draft = form.unfinished(now).ok_or(MISSING)?;
    let call = match &form.origin {
        Origin::Replace(token) => {
            let old_ends = token.expiry.at().unwrap_or(now);
            let renewal = Renewal::Replaced(Box::new(draft.clone()));
            let how = Regeneration { old_ends, renewal };
            Call::RegenerateToken(token.id.clone(), Box::new(how))
        }
        Origin::New | Origin::Clone(_) => Call::CreateToken(Box::new(draft.clone())),
    };
    let preview = call.preview().ok_or(MISSING)?;
    let mut lines = vec![format!("{} {}{}", preview.method, session.url, preview.path)];
    if let Origin::Replace(_) = form.origin {
        lines.push("(when the old token ends is asked for in the next step)".to_owned());
    }
    if form.draft(now).is_none() {
        lines.push("(the form is not finished yet)".to_owned());
    }
    lines.push(String::new());
    lines.extend(preview.body.lines().map(|l| SafeText::from(l).to_string()));
    let curl = preview.curl(&session.url, session.org.as_ref().map(SafeText::raw));
    let (mut block, cannot) = terraform(&draft);
    if !cannot.is_empty() {
        lines.push(String::new());
        lines.push(format!("Terraform cannot express: {}", cannot.join("; ")));
        for line in &cannot {
            // The copy says so as well: it would grant less than this draft.
            let _ = write!(block, "\n# cannot be expressed here: {line}");
        }
    }
    lines.push(String::new());
    lines.push("Sent by curl, the answer prints the secret on the terminal.".to_owned());
    let copies = vec![
        ("Copy JSON", "JSON", preview.body.clone()),
        ("Copy as curl", "curl command", curl),
        ("Copy as Terraform", "Terraform block", block),
    ];
    Ok(Text { copies, ..text("The request".to_owned(), lines) })
}
