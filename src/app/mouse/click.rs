//! What a click does: it puts the focus where it was made, and then carries out
//! the action that a key would there.

use super::{Spot, form, shows};
use crate::{
    app::{
        effect::Effect,
        model::Model,
        overlays::{
            Overlay, delete, new_personal, presets, regenerate, regenerate_many, sign_in, unstored,
        },
        screens::{Screen, api_tokens::Sort, new_token::Focus, review},
        update::perform,
    },
    input::Action,
};

/// Carries out a click.
pub fn on(model: &mut Model, spot: Spot, double: bool) -> Vec<Effect> {
    // What waits for an answer can only be left.
    let waits = model.overlays.last().is_some_and(|o| o.sent().is_some());
    if waits && !matches!(spot, Spot::Do(_)) {
        return Vec::new();
    }
    match spot {
        Spot::Do(action) => perform(model, action),
        Spot::Row(row) => {
            select(model, row);
            let opens = if model.overlays.is_empty() { opening(model) } else { Action::Accept };
            if double { perform(model, opens) } else { Vec::new() }
        }
        Spot::RowDo(row, action) => {
            select(model, row);
            perform(model, action)
        }
        Spot::Looked { in_pane, row } => {
            review::select(model, in_pane, row);
            if double { perform(model, Action::Open) } else { Vec::new() }
        }
        Spot::Check(row) => {
            select(model, row);
            perform(model, Action::Toggle)
        }
        Spot::Heading(sort) => heading(model, sort),
        Spot::Cell { scope, row, column } => {
            let effects = perform(model, shows(scope));
            let Some(form) = form(model) else { return effects };
            form.focus = Focus::Rights;
            let here = form.matrix_mut().here_mut();
            here.list.cursor = row.min(here.shown_len().saturating_sub(1));
            here.column = column.unwrap_or(here.column);
            if double { perform(model, Action::Toggle) } else { effects }
        }
        Spot::Form(focus) => {
            let Some(form) = form(model) else { return Vec::new() };
            form.focus = focus;
            match focus {
                Focus::Review => perform(model, Action::Submit),
                Focus::Rights => perform(model, Action::Accept),
                _ => Vec::new(),
            }
        }
        Spot::Kind(kind) => {
            let Some(form) = form(model) else { return Vec::new() };
            form.focus = Focus::Kind;
            if form.kind == kind { Vec::new() } else { perform(model, Action::Toggle) }
        }
        Spot::Scrolls(..) => Vec::new(),
        spot => in_dialog(model, spot),
    }
}

/// A click on a part of the dialog in front: text fields and choices take the
/// focus, buttons are pressed too.
fn in_dialog(model: &mut Model, spot: Spot) -> Vec<Effect> {
    let busy = model.passage.is_some();
    let Some(overlay) = model.overlays.last_mut() else { return Vec::new() };
    let pressed = match (spot, overlay) {
        (Spot::Answer(at), Overlay::Confirm(state)) => {
            state.focus = at;
            true
        }
        (Spot::Answer(at), Overlay::Sheet(state)) => {
            state.focus = at;
            true
        }
        (Spot::Answer(at), Overlay::Doubt(state)) => {
            state.focus = at;
            true
        }
        (Spot::Answer(_), Overlay::Trouble(_)) => true,
        (Spot::Review(button), Overlay::Review(state)) => {
            state.focus = button;
            true
        }
        (Spot::Delete(focus), Overlay::Delete(state)) => {
            state.focus = focus;
            focus != delete::Focus::Typed
        }
        (Spot::Delete(focus), Overlay::DeleteMany(state)) => {
            state.focus = focus;
            focus != delete::Focus::Typed
        }
        (Spot::RegenerateMany(focus), Overlay::RegenerateMany(state))
            if state.checking.is_none() =>
        {
            state.focus = focus;
            matches!(focus, regenerate_many::Focus::Cancel | regenerate_many::Focus::Go)
        }
        (Spot::Grace(at), Overlay::RegenerateMany(state)) if state.checking.is_none() => {
            (state.focus, state.grace) = (regenerate_many::Focus::Grace, at);
            false
        }
        (Spot::Depot { by_command }, Overlay::RegenerateMany(state))
            if state.checking.is_none() =>
        {
            state.focus = regenerate_many::Focus::Depot;
            let other = state.by_command != by_command;
            return if other { perform(model, Action::NextChoice) } else { Vec::new() };
        }
        (Spot::Regenerate(focus), Overlay::Regenerate(state)) => {
            state.focus = focus;
            matches!(focus, regenerate::Focus::Cancel | regenerate::Focus::Go)
        }
        (Spot::Grace(at), Overlay::Regenerate(state)) => {
            (state.focus, state.grace) = (regenerate::Focus::Grace, at);
            false
        }
        (Spot::NewPersonal(focus), Overlay::NewPersonal(state)) => {
            state.focus = focus;
            matches!(focus, new_personal::Focus::Cancel | new_personal::Focus::Create)
        }
        (Spot::Unstored(focus), Overlay::Unstored(state)) => {
            state.focus = focus;
            focus != unstored::Focus::Typed
        }
        (Spot::SignIn(focus), Overlay::SignIn(state)) if !busy => {
            state.focus = focus;
            focus.is_button()
        }
        (Spot::Keep(keep), Overlay::SignIn(state)) if !busy => {
            (state.focus, state.keep) = (sign_in::Focus::Keep, keep);
            false
        }
        (Spot::Handover(kind), Overlay::Handover(state)) if state.checking.is_none() => {
            state.kind = kind;
            false
        }
        (Spot::Merge(merge), Overlay::Presets(state)) => {
            let other = state.merge != merge;
            return if other { perform(model, Action::NextField) } else { Vec::new() };
        }
        _ => false,
    };
    if pressed { perform(model, Action::Accept) } else { Vec::new() }
}

/// Puts the cursor of the list in front on a row.
fn select(model: &mut Model, row: usize) {
    if let Some(overlay) = model.overlays.last_mut() {
        if let Overlay::Palette(state) = overlay {
            state.chosen = true;
        }
        if let Some(list) = overlay.list_mut() {
            list.cursor = row;
        } else if let Overlay::Doubt(state) = overlay {
            state.list.cursor = row;
        }
        moved(model);
        return;
    }
    match model.screen_mut() {
        Some(Screen::ApiTokens(state)) => {
            // The filter is kept, and no longer typed.
            state.editing = false;
            state.list.cursor = row.min(state.rows.len().saturating_sub(1));
        }
        Some(Screen::NewToken(form)) => {
            form.focus = Focus::Rights;
            form.list_mut().cursor = row;
        }
        Some(screen) => screen.list_mut().cursor = row,
        None => {}
    }
}

/// The cursor of the overlay's list moved: what is said of its row follows.
pub(super) fn moved(model: &mut Model) {
    if matches!(model.overlays.last(), Some(Overlay::Presets(_))) {
        presets::arrange(model);
    }
}

/// What a double click on a row of the screen does.
const fn opening(model: &Model) -> Action {
    match model.screens.as_slice() {
        [.., Screen::NewToken(_)] => Action::Toggle,
        _ => Action::Open,
    }
}

/// Orders by a column; a column that it is ordered by already, the other way round.
fn heading(model: &mut Model, wanted: Sort) -> Vec<Effect> {
    let sort = |model: &Model| match model.screen() {
        Some(Screen::ApiTokens(state)) => Some(state.sort),
        _ => None,
    };
    if sort(model) == Some(wanted) {
        return perform(model, Action::ReverseSort);
    }
    let mut effects = Vec::new();
    for _ in Sort::ALL {
        if sort(model) != Some(wanted) {
            effects.extend(perform(model, Action::Sort));
        }
    }
    effects
}
