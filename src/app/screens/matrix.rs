//! The permission matrix over the form: what its keys do.

use super::{Screen, new_token};
use crate::{
    app::{
        effect::Effect,
        matrix::{Edit, Mark, Matrix, Plan},
        model::{Model, NoticeKind},
        overlays::{Overlay, confirm::Confirm, presets, prompt::Prompt, sheet},
        screens::new_token::{Focus, NewTokenForm},
    },
    domain::{Scope, Verb},
    input::Action,
};

/// The form that the matrix belongs to.
fn form_mut(model: &mut Model) -> Option<&mut NewTokenForm> {
    match model.screen_mut() {
        Some(Screen::NewToken(form)) => Some(form),
        _ => None,
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let copy = model.key(Action::CopyRow);
    let Some(form) = form_mut(model) else { return Vec::new() };
    if form.focus == Focus::Filter {
        return in_filter(form, action);
    }
    let matrix = form.matrix_mut();
    let len = matrix.here().shown_len();
    if matrix.list_mut().step(action, len) {
        return Vec::new();
    }
    if let Some(edit) = edit_of(matrix, action, &copy) {
        return match edit {
            Ok(edit) => edit_here(model, &edit),
            Err(why) => say(model, why),
        };
    }
    if navigate(form, action) {
        return Vec::new();
    }
    match action {
        Action::Back => back(form),
        Action::CopyRow => {
            let copied = form.matrix_mut().copy_row();
            let words = if copied {
                let paste = model.key(Action::PasteRow);
                format!("Copied the row's rights: {paste} pastes them.")
            } else {
                "Here is no row to copy.".to_owned()
            };
            model.notify(NoticeKind::Info, words);
        }
        Action::Undo | Action::Redo => {
            let matrix = form.matrix_mut();
            let undo = action == Action::Undo;
            let words = if undo { matrix.undo() } else { matrix.redo() };
            let text = match (words, undo) {
                (Some(words), true) => format!("Undone: {words}"),
                (Some(words), false) => format!("Done again: {words}"),
                (None, true) => "There is nothing to undo.".to_owned(),
                (None, false) => "There is nothing to redo.".to_owned(),
            };
            model.notify(NoticeKind::Info, text);
        }
        Action::Submit => return new_token::review(model),
        Action::Filter => form.focus = Focus::Filter,
        Action::Presets => return presets::open(model),
        Action::SavePreset => model.overlays.push(Overlay::Prompt(Prompt::preset_name())),
        Action::AddName if form.matrix().part == Scope::Org => {
            return say(model, "The organisation has no names.".to_owned());
        }
        Action::AddName => {
            let scope = form.matrix().part;
            model.overlays.push(Overlay::Prompt(Prompt::row_name(scope)));
        }
        Action::Compare => sheet::open_difference(model),
        Action::Explain => sheet::open_explanation(model),
        Action::ShowRequest => sheet::open_request(model),
        Action::Refresh => {
            return vec![
                model.fetch(crate::api::call::Call::ListDatasets),
                model.fetch(crate::api::call::Call::ListViews),
            ];
        }
        _ => {}
    }
    Vec::new()
}

fn in_filter(form: &mut NewTokenForm, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept => form.focus = Focus::Rights,
        Action::Back => {
            form.focus = Focus::Rights;
            form.matrix_mut().filter_mut().set("");
            form.matrix_mut().filter_changed();
        }
        action => {
            let len = form.matrix().here().shown_len();
            form.list_mut().step(action, len);
        }
    }
    Vec::new()
}

/// The edit that an action asks for, if it is one.
fn edit_of(matrix: &Matrix, action: Action, copy: &str) -> Option<Result<Edit, String>> {
    Some(match action {
        Action::Toggle => Ok(Edit::Cell),
        Action::VerbCreate => Ok(Edit::Verb(Verb::Create)),
        Action::VerbRead => Ok(Edit::Verb(Verb::Read)),
        Action::VerbUpdate => Ok(Edit::Verb(Verb::Update)),
        Action::VerbDelete => Ok(Edit::Verb(Verb::Delete)),
        Action::WholeRow => Ok(Edit::Rows),
        Action::WholeColumn => Ok(Edit::Column),
        Action::Grant => Ok(Edit::Grant),
        Action::Revoke => Ok(Edit::Revoke),
        Action::PasteRow => {
            matrix.paste().ok_or_else(|| format!("Nothing was copied: {copy} copies a row."))
        }
        Action::Repeat => matrix.last_edit().ok_or_else(|| "There is nothing to repeat.".into()),
        _ => return None,
    })
}

fn navigate(form: &mut NewTokenForm, action: Action) -> bool {
    let matrix = form.matrix_mut();
    let columns = matrix.columns(matrix.part).len();
    let next = |part: Scope, by: usize| {
        let at = Scope::ALL.iter().position(|s| *s == part).unwrap_or(0);
        Scope::ALL[(at + by) % Scope::ALL.len()]
    };
    match action {
        Action::Left => {
            let part = matrix.here_mut();
            part.column = part.column.saturating_sub(1);
        }
        Action::Right => {
            let part = matrix.here_mut();
            part.column = (part.column + 1).min(columns.saturating_sub(1));
        }
        Action::Datasets => matrix.part = Scope::Dataset,
        Action::Views => matrix.part = Scope::View,
        Action::Organisation => matrix.part = Scope::Org,
        Action::NextPart => matrix.part = next(matrix.part, 1),
        Action::PreviousPart => matrix.part = next(matrix.part, 2),
        Action::SelectBlock | Action::SelectRows => {
            let rows_only = action == Action::SelectRows;
            let part = matrix.here_mut();
            part.mark = match part.mark {
                Some(mark) if mark.rows_only == rows_only => None,
                _ => Some(Mark { row: part.list.cursor, column: part.column, rows_only }),
            };
        }
        _ => return false,
    }
    true
}

/// Back: first the selection, then the filter, then to the form.
fn back(form: &mut NewTokenForm) {
    let part = form.matrix_mut().here_mut();
    if part.mark.take().is_some() {
        return;
    }
    if part.filter.is_empty() {
        form.in_matrix = false;
        form.focus = Focus::Rights;
        return;
    }
    part.filter.set("");
    form.matrix_mut().filter_changed();
}

fn say(model: &mut Model, why: String) -> Vec<Effect> {
    model.notify(NoticeKind::Warning, why);
    Vec::new()
}

/// An edit of the matrix, remembered for `.`.
fn edit_here(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = form_mut(model) {
        form.matrix_mut().remember(edit.clone());
    }
    self::edit(model, edit)
}

/// Plans an edit of the cells it is about, and makes it.
pub fn edit(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let Some(form) = form_mut(model) else { return Vec::new() };
    match form.matrix().plan(edit) {
        Ok(plan) => offer(model, plan),
        Err(why) => {
            model.notify(NoticeKind::Warning, why);
        }
    }
    Vec::new()
}

/// Makes a change, or asks first where much hangs on it.
pub fn offer(model: &mut Model, plan: Plan) {
    let undo = model.key(Action::Undo);
    let Some(form) = form_mut(model) else { return };
    if form.matrix().asks(&plan) {
        model.overlays.push(Overlay::Confirm(Confirm::change_rights(plan, &undo)));
    } else {
        make(model, plan);
    }
}

/// Makes a change, says what it did, and what `*` still grants.
pub fn make(model: &mut Model, plan: Plan) {
    let Some(form) = form_mut(model) else { return };
    let matrix = form.matrix_mut();
    let many = plan.rows.len() > 1;
    let words = plan.words.clone();
    let still = plan.still.clone();
    let nothing = plan.rows.is_empty();
    let source = plan.source.clone();
    matrix.apply(plan);
    matrix.here_mut().mark = None;
    if source.is_some() {
        // Rows may be granted now that are not listed.
        for scope in [Scope::Dataset, Scope::View] {
            matrix.set_names(scope, None);
        }
    }
    let expansion = (!still.is_empty()).then(|| matrix.plan_expand(&still));
    let expires = source.and_then(|source| source.expires).filter(|_| !nothing);
    if let Some(expires) = &expires {
        form.expiry.set(expires);
    }
    if let Some(expand) = expansion {
        model.overlays.push(Overlay::Confirm(Confirm::still_granted(&still, &words, expand)));
    } else if let Some(expires) = expires {
        let text = format!("Expires in {expires} now, as the preset has it.");
        model.notify(NoticeKind::Info, text);
    } else if nothing {
        model.notify(NoticeKind::Info, "Nothing changes by that.");
    } else if many {
        let mut text = words;
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let undo = model.key(Action::Undo);
        model.notify(NoticeKind::Info, format!("{text}. {undo} undoes it."));
    }
}
