//! Whether an action can be carried out now, and if not, why. Keys, footer and
//! help all ask here, so they cannot disagree.

use super::{
    audit, marked,
    model::Model,
    remote::Remote,
    screens::{Screen, profile},
};
use crate::{
    domain::{Access, ApiToken, Verb},
    input::Action,
};

/// Asks whether the action can be carried out.
///
/// # Errors
/// With the reason why not, as a short sentence.
pub fn enabled(action: Action, model: &Model) -> Result<(), String> {
    if model.overlays.is_empty() { on_screen(action, model) } else { Ok(()) }
}

/// The same for the screen on top, whatever stands over it.
///
/// # Errors
/// With the reason why not, as a short sentence.
pub fn on_screen(action: Action, model: &Model) -> Result<(), String> {
    if let Some(Screen::Profile(_)) = model.screen() {
        return on_profile(action, model);
    }
    if let Some(right) = right(action) {
        writable(model)?;
        granted(model, right)?;
    }
    match action {
        // What is marked is what they are about, whatever the filter shows.
        Action::Regenerate | Action::Delete if marked::any(model) => {
            let is_busy = |t: &&ApiToken| model.flights.iter().any(|f| f.intent.is_about(&t.id));
            if model.flights.is_empty() {
                return Ok(());
            }
            match marked::tokens(model).into_iter().find(is_busy) {
                Some(token) => Err(format!("A change of {} is on its way.", token.name)),
                None => Ok(()),
            }
        }
        Action::Open
        | Action::Mark
        | Action::MarkRange
        | Action::MarkShown
        | Action::Regenerate
        | Action::Delete
        | Action::Clone
        | Action::Replace
        | Action::CopyId
        | Action::CopyName
        | Action::CopyJson
            if model.selected_token().is_none() && !enters_pane(action, model) =>
        {
            Err(match model.data.tokens {
                Remote::Loading(_) | Remote::Idle => "The tokens are not here yet.".to_owned(),
                Remote::Failed(..) => {
                    let key = model.key(Action::Refresh);
                    format!("There is no list of tokens: {key} tries again.")
                }
                Remote::Ready(..) => "No token is selected.".to_owned(),
            })
        }
        Action::Regenerate | Action::Delete | Action::Replace => {
            let busy = model
                .selected_token()
                .is_some_and(|token| model.flights.iter().any(|f| f.intent.is_about(&token.id)));
            if busy {
                return Err("A change of this token is on its way.".to_owned());
            }
            Ok(())
        }
        Action::AuditLog => audit::refused(model).map_or(Ok(()), Err),
        Action::Filter if matches!(model.screen(), Some(Screen::TokenDetail(_))) => {
            Err("There is nothing to filter here.".to_owned())
        }
        _ => Ok(()),
    }
}

/// In the access review one goes from a thing to its tokens by the same key.
fn enters_pane(action: Action, model: &Model) -> bool {
    action == Action::Open && matches!(model.screen(), Some(Screen::Review(_)))
}

/// The organisation right that an action ends in needing.
const fn right(action: Action) -> Option<(&'static str, Verb)> {
    match action {
        Action::New | Action::Clone => Some(("apiTokens", Verb::Create)),
        Action::Regenerate | Action::Replace => Some(("apiTokens", Verb::Update)),
        Action::Delete => Some(("apiTokens", Verb::Delete)),
        _ => None,
    }
}

fn on_profile(action: Action, model: &Model) -> Result<(), String> {
    match action {
        Action::New | Action::Delete => {
            writable(model)?;
            profile::managed(model)?;
        }
        Action::NewApiToken => {
            writable(model)?;
            granted(model, ("apiTokens", Verb::Create))?;
        }
        Action::CopyOrg if profile::org_id(model).is_none() => {
            return Err("The organisation is not known.".to_owned());
        }
        Action::CopyAddress if model.session.console.is_none() => {
            return Err("The console's address is not known for this deployment.".to_owned());
        }
        _ => {}
    }
    match action {
        Action::Delete | Action::CopyId | Action::CopyName
            if model.selected_personal().is_none() =>
        {
            Err("No personal token is selected.".to_owned())
        }
        _ => Ok(()),
    }
}

/// Whether this session may change anything.
fn writable(model: &Model) -> Result<(), String> {
    match model.session.access {
        Access::Full => Ok(()),
        Access::ReadOnly => Err(format!("Read-only session: {} lifts that.", model.said("rw"))),
        Access::Locked => Err("Read-only session, locked by the settings.".to_owned()),
    }
}

/// Whether the server has not refused this right before.
fn granted(model: &Model, right: (&'static str, Verb)) -> Result<(), String> {
    if !model.refused.contains(&right) {
        return Ok(());
    }
    let (capability, verb) = right;
    Err(format!("Needs the right {capability}|{}, which this credential lacks (403).", verb.wire()))
}
