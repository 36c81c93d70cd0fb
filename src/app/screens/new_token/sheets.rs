//! Texts about a draft: its changes, the meaning of a cell, and its request.

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

/// The differences from the preset or token that the draft started from.
pub(super) fn difference(form: &NewTokenForm) -> Text {
    let matrix = form.matrix();
    let label = &matrix.base().label;
    let lines = difference_lines(&matrix.difference());
    let lines = if lines.is_empty() { vec![format!("No changes from {label}.")] } else { lines };
    text(format!("Changes from {label}"), lines)
}

/// Explains the cell under the cursor; `None` where there is no cell.
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
            () if !capability.verbs.has(verb) => "not available",
            () if own.has(verb) => "granted here",
            () if inherited.has(verb) => "granted by *",
            () => "off",
        };
        lines.push(format!("{}  {:<7} {state}", verb.letter(), verb.wire()));
    }
    lines.push(String::new());
    lines.push(format!("In the API: {}, {}", matrix.part.wire(), capability.wire));
    Some(text(format!("{title} / {}", capability.label), lines))
}

/// The request that the draft would send now.
///
/// # Errors
/// What the draft lacks for a request.
pub(super) fn request(form: &NewTokenForm, shared: &Shared) -> Result<Text, &'static str> {
    const MISSING: &str = "Set the expiry first: the request depends on it.";
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
        lines.push("(the next step asks when the old token stops working)".to_owned());
    }
    if form.draft(now).is_none() {
        lines.push("(the form is not complete yet)".to_owned());
    }
    lines.push(String::new());
    lines.extend(preview.body.lines().map(|l| SafeText::from(l).to_string()));
    let curl = preview.curl(&session.url, session.org.as_ref().map(SafeText::raw));
    let (mut block, cannot) = terraform(&draft);
    if !cannot.is_empty() {
        lines.push(String::new());
        lines.push(format!("Terraform cannot express: {}", cannot.join("; ")));
        for line in &cannot {
            // Say so in the copied text too: it would grant less than this draft.
            let _ = write!(block, "\n# not expressible in Terraform: {line}");
        }
    }
    lines.push(String::new());
    lines.push("Sent with curl, the response shows the secret in the terminal.".to_owned());
    let copies = vec![
        ("Copy JSON", "JSON", preview.body.clone()),
        ("Copy as curl", "curl command", curl),
        ("Copy as Terraform", "Terraform block", block),
    ];
    Ok(Text { copies, ..text("The request".to_owned(), lines) })
}
