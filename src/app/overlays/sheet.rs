//! A text to look at: what differs, what a cell allows, the request before it
//! is sent; with what can be copied from it.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::{
    api::call::{Call, terraform},
    app::{
        effect::{CopyText, Effect},
        list::List,
        matrix::Row,
        model::{Model, NoticeKind},
        overlays::Overlay,
        screens::new_token::Origin,
    },
    domain::{
        Change, Expiry, Regeneration, Target, Verb, Verbs, WILDCARD,
        audit::{AuditEvent, AuditLog, DAYS},
        token::Renewal,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Sheet {
    pub title: String,
    pub lines: Vec<String>,
    pub list: List,
    /// What can be copied: a button's label, what it is, and the text.
    pub copies: Vec<(&'static str, &'static str, String)>,
    /// Which button has the focus; the one behind the last closes.
    pub focus: usize,
}

impl Sheet {
    fn new(title: String, lines: Vec<String>) -> Self {
        Self { title, lines, list: List::default(), copies: Vec::new(), focus: 0 }
    }
}

impl Sheet {
    /// Where credentials are looked for.
    #[must_use]
    pub fn credentials() -> Self {
        let lines = [
            "The first of these that is there is used:",
            "",
            "1  axtok --deployment NAME: a deployment of 3 or 4 by its name",
            "2  AXIOM_TOKEN, with AXIOM_ORG_ID for a personal token, and AXIOM_URL for another \
             address; or AXIOM_DEPLOYMENT, which names a deployment of 3 or 4",
            "3  axtok's settings: a command or a file that gives the token (axtok config path)",
            "4  the Axiom CLI's ~/.axiom.toml, its active deployment",
            "",
            "A credential is only sent to its own address: AXIOM_URL alone does not redirect a \
             stored one.",
            "",
            "axtok doctor shows which one is used, and why.",
            "",
            "A personal token (xapt-) can do everything that its user can, in every \
             organisation: make one in the console under Settings > Profile. An API token \
             (xaat-) that may create, read, update and delete API tokens is enough for one \
             organisation.",
            "",
            "There is no argument for a token: arguments are visible to every user of the \
             machine.",
        ];
        let lines = lines.iter().map(|l| (*l).to_owned()).collect();
        Self::new("Where credentials are looked for".to_owned(), lines)
    }
}

impl Sheet {
    /// What the audit log says, line by line.
    #[must_use]
    pub fn audit_log(log: &AuditLog, now: Timestamp) -> Self {
        let line = |event: &AuditEvent| {
            let name = if event.name.is_empty() { "(no name)" } else { event.name.shown() };
            format!("{name}  {}  {}", event.token.short(), event.words(now))
        };
        let mut lines: Vec<_> = log.events().iter().map(line).collect();
        if lines.is_empty() {
            lines.push("Nothing was done with API tokens in this time.".to_owned());
        }
        Self::new(format!("Audit log: API tokens, {DAYS} days back"), lines)
    }
}

/// What differs from the preset or the token that the draft began with.
pub fn open_difference(model: &mut Model) {
    let Some(form) = model.form() else { return };
    let matrix = form.matrix();
    let label = &matrix.base().label;
    let lines = difference_lines(&matrix.difference());
    let lines =
        if lines.is_empty() { vec![format!("Nothing differs from {label}.")] } else { lines };
    let sheet = Sheet::new(format!("Changes since {label}"), lines);
    model.overlays.push(Overlay::Sheet(Box::new(sheet)));
}

/// One line for each capability that differs.
#[must_use]
pub fn difference_lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let place = match &change.target {
            Target::Dataset(name) if name.raw() == WILDCARD => "all datasets (*)".to_owned(),
            Target::View(name) if name.raw() == WILDCARD => "all views (*)".to_owned(),
            Target::Dataset(name) => name.to_string(),
            Target::View(name) => format!("view {name}"),
            Target::Org => "organisation".to_owned(),
        };
        let verbs = |sign: char, verbs: Verbs| {
            verbs.iter().map(|v| format!("{sign}{}", v.wire())).collect::<Vec<_>>()
        };
        let mut parts = verbs('+', change.added);
        parts.extend(verbs('-', change.removed));
        format!("{place}  {}: {}", change.capability.label, parts.join(" "))
    };
    changes.iter().map(line).collect()
}

/// What the cell under the cursor allows.
pub fn open_explanation(model: &mut Model) {
    let Some(form) = model.form() else { return };
    let matrix = form.matrix();
    let part = matrix.here();
    let Some(row) = part.row(part.list.cursor) else { return };
    let (title, capability) = match row {
        Row::Capability(capability) => ("Organisation".to_owned(), *capability),
        Row::Named { name, .. } => match matrix.columns(matrix.part).get(part.column) {
            Some(capability) => (name.to_string(), capability),
            None => return,
        },
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
    let sheet = Sheet::new(format!("{title} / {}", capability.label), lines);
    model.overlays.push(Overlay::Sheet(Box::new(sheet)));
}

/// The request as it would be sent now.
pub fn open_request(model: &mut Model) {
    let now = model.server_now();
    let Some(form) = model.form() else { return };
    let Some(draft) = form.unfinished(now) else {
        let text = "Write when the token expires first: the request depends on it.";
        model.notify(NoticeKind::Warning, text.to_owned());
        return;
    };
    let call = match &form.origin {
        Origin::Replace(token) => {
            let old_ends = token.expiry.at().unwrap_or(now);
            let renewal = Renewal::Replaced(Box::new(draft.clone()));
            let how = Regeneration { old_ends, renewal };
            Call::RegenerateToken(token.id.clone(), Box::new(how))
        }
        Origin::New | Origin::Clone(_) => Call::CreateToken(Box::new(draft.clone())),
    };
    let Some(preview) = call.preview() else { return };
    let mut lines = vec![format!("{} {}{}", preview.method, model.session.url, preview.path)];
    if let Origin::Replace(_) = form.origin {
        lines.push("(when the old token ends is asked for in the next step)".to_owned());
    }
    if form.draft(now).is_none() || draft.expiry == Expiry::Never && form.errors(now).len() > 1 {
        lines.push("(the form is not finished yet)".to_owned());
    }
    lines.push(String::new());
    lines.extend(preview.body.lines().map(|l| crate::domain::SafeText::from(l).to_string()));
    let org = model.session.org.as_ref().map(crate::domain::SafeText::raw);
    let curl = preview.curl(&model.session.url, org);
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
    let mut sheet = Sheet::new("The request".to_owned(), lines);
    sheet.copies = vec![
        ("Copy JSON", "JSON", preview.body.clone()),
        ("Copy as curl", "curl command", curl),
        ("Copy as Terraform", "Terraform block", block),
    ];
    sheet.focus = sheet.copies.len();
    model.overlays.push(Overlay::Sheet(Box::new(sheet)));
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Sheet(state)) = model.overlays.last_mut() else { return Vec::new() };
    if state.list.scroll(action) {
        return Vec::new();
    }
    let buttons = state.copies.len() + 1;
    match action {
        Action::NextField | Action::NextChoice => state.focus = (state.focus + 1) % buttons,
        Action::PreviousField | Action::PreviousChoice => {
            state.focus = (state.focus + buttons - 1) % buttons;
        }
        Action::Back => drop(model.overlays.pop()),
        Action::Accept | Action::Toggle => match state.copies.get(state.focus) {
            Some((_, what, text)) => {
                let text = text.clone();
                return vec![Effect::Copy(CopyText::Plain { what, text })];
            }
            None => drop(model.overlays.pop()),
        },
        _ => {}
    }
    Vec::new()
}
