//! Whether an action can be carried out now, and if not, why. Keys, footer and
//! help all ask here, so they cannot disagree.

use super::{model::Model, remote::Remote, screens::Screen};
use crate::input::Action;

/// Asks whether the action can be carried out.
///
/// # Errors
/// With the reason why not, as a short sentence.
pub fn enabled(action: Action, model: &Model) -> Result<(), String> {
    if !model.overlays.is_empty() {
        return Ok(());
    }
    match action {
        Action::Open
        | Action::Regenerate
        | Action::Delete
        | Action::Clone
        | Action::Replace
        | Action::CopyId
        | Action::CopyName
        | Action::CopyJson
            if model.selected_token().is_none() =>
        {
            Err(match model.data.tokens {
                Remote::Loading(_) | Remote::Idle => "The tokens are not here yet.".to_owned(),
                Remote::Failed(..) => "There is no list of tokens: Ctrl-r tries again.".to_owned(),
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
        Action::Filter if matches!(model.screen(), Some(Screen::TokenDetail(_))) => {
            Err("There is nothing to filter here.".to_owned())
        }
        _ => Ok(()),
    }
}
