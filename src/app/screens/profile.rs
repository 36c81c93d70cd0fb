//! Profile: who one is, and one's personal tokens. Nothing official describes
//! an API for those, so a deployment without it is nothing unusual.

use super::{
    Screen,
    new_token::{self, NewTokenForm},
};
use crate::{
    api::call::Call,
    app::{
        effect::{CopyText, Effect},
        list::List,
        model::Model,
        overlays::{
            Overlay,
            delete::{Delete, Doomed},
        },
        remote::Remote,
    },
    domain::{SecretKind, TokenId},
    input::Action,
};

/// The screen's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub list: List,
}

/// Opens it, and fetches what it shows.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.screens.truncate(1);
    model.screens.push(Screen::Profile(Profile::default()));
    fetch(model)
}

/// Asks for the user and the personal tokens, which only a user has.
pub fn fetch(model: &mut Model) -> Vec<Effect> {
    if model.session.credential == SecretKind::Api {
        return Vec::new();
    }
    vec![model.fetch(Call::CurrentUser), model.fetch(Call::ListPersonalTokens)]
}

/// Whether personal tokens can be managed here.
///
/// # Errors
/// With the reason why not, as a short sentence.
pub fn managed(model: &Model) -> Result<(), String> {
    if model.session.credential == SecretKind::Api {
        return Err("Personal tokens belong to a user: sign in with one to manage them.".into());
    }
    match &model.data.personal {
        Remote::Failed(failure, _) if failure.lacks_routes(&Call::ListPersonalTokens) => {
            Err("This deployment has no routes for personal tokens.".to_owned())
        }
        _ => Ok(()),
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let len = model.data.personal.value().map_or(0, Vec::len);
    let Some(Screen::Profile(state)) = model.screen_mut() else { return Vec::new() };
    if state.list.step(action, len) {
        return Vec::new();
    }
    match action {
        Action::New => {
            model.overlays.push(Overlay::NewPersonal(Box::default()));
            Vec::new()
        }
        Action::NewApiToken => new_token::open(model, NewTokenForm::empty()),
        Action::Delete => {
            if let Some(token) = model.selected_personal() {
                let overlay = Delete::new(Doomed::Personal(token.clone()));
                model.overlays.push(Overlay::Delete(Box::new(overlay)));
            }
            Vec::new()
        }
        Action::CopyId => copy("id", model.selected_personal().map(|t| t.id.raw().to_owned())),
        Action::CopyName => {
            copy("name", model.selected_personal().map(|t| t.name.raw().to_owned()))
        }
        Action::CopyOrg => copy("organisation's id", org_id(model)),
        Action::CopyAddress => copy("console's address", model.session.console.clone()),
        Action::Refresh => {
            model.refused.clear();
            fetch(model)
        }
        _ => Vec::new(),
    }
}

/// The id of the organisation whose tokens are shown.
#[must_use]
pub fn org_id(model: &Model) -> Option<String> {
    let known = model.org().map(|org| org.id.raw().to_owned());
    known.or_else(|| model.session.org.as_ref().map(|id| id.raw().to_owned()))
}

fn copy(what: &'static str, text: Option<String>) -> Vec<Effect> {
    text.map(|text| Effect::Copy(CopyText::Plain { what, text })).into_iter().collect()
}

/// The id under the cursor, whatever screen is on top.
#[must_use]
pub fn selection(model: &Model) -> Option<TokenId> {
    let cursor = model.screens.iter().find_map(|screen| match screen {
        Screen::Profile(state) => Some(state.list.cursor),
        _ => None,
    })?;
    Some(model.data.personal.value()?.get(cursor)?.id.clone())
}

/// Puts the cursor on a token; without it, the cursor stays on a row.
pub fn arrange(model: &mut Model, selected: Option<&TokenId>) {
    let tokens = model.data.personal.value().map_or(&[][..], Vec::as_slice);
    let at = tokens.iter().position(|t| Some(&t.id) == selected);
    let last = tokens.len().saturating_sub(1);
    for screen in &mut model.screens {
        if let Screen::Profile(state) = screen {
            state.list.cursor = at.unwrap_or(state.list.cursor).min(last);
        }
    }
}
