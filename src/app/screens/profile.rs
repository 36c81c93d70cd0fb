//! The profile: the current user and their personal tokens. Axiom documents no API for
//! personal tokens, so a deployment may lack the routes.

use crate::{
    api::call::Call,
    app::{
        effect::{CopyText, Effect},
        layer::{
            Cx, DeleteTarget, Draft, Event, Hint, Layer, Leaving, Nav, Open, Page, Step, granted,
            writable,
        },
        list::List,
        mouse::HitTarget,
        remote::Remote,
        shared::{Shared, Topic},
    },
    domain::{PersonalToken, SecretKind, TokenId, Verb},
    input::{Action, Context},
};

/// The profile and the cursor in its list of personal tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The cursor and scroll position.
    pub list: List,
    /// The token under the cursor, to find it again when the list changes.
    here: Option<TokenId>,
}

impl Profile {
    /// The personal token under the cursor.
    #[must_use]
    pub fn personal<'a>(&self, shared: &'a Shared) -> Option<&'a PersonalToken> {
        shared.data.personal.value()?.get(self.list.cursor)
    }

    fn put(&mut self, row: usize, shared: &Shared) {
        let len = shared.data.personal.value().map_or(0, Vec::len);
        self.list.cursor = row.min(len.saturating_sub(1));
        self.here = self.personal(shared).map(|token| token.id.clone());
    }

    /// Keeps the cursor on its token, or on its row number if the token has gone.
    fn update_rows(&mut self, shared: &Shared) {
        let tokens = shared.data.personal.value().map_or(&[][..], Vec::as_slice);
        let at = tokens.iter().position(|t| Some(&t.id) == self.here.as_ref());
        self.put(at.unwrap_or(self.list.cursor), shared);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let shared = &mut *cx.shared;
        let len = shared.data.personal.value().map_or(0, Vec::len);
        if self.list.step(action, len) {
            self.put(self.list.cursor, shared);
            return Step::none();
        }
        let token = self.personal(shared);
        match action {
            Action::Back => Step::back(),
            Action::New => Step::open(Open::NewPersonal),
            Action::NewApiToken => Step::show(Page::NewToken(Box::new(Draft::Empty))),
            Action::Delete => {
                let delete_target = token.cloned().map(|t| Box::new(DeleteTarget::Personal(t)));
                let open =
                    delete_target.map(|delete_target| Nav::Open(Open::Delete(delete_target)));
                open.into_iter().fold(Step::none(), Step::nav)
            }
            Action::CopyId => copy("id", token.map(|t| t.id.raw().to_owned())),
            Action::CopyName => copy("name", token.map(|t| t.name.raw().to_owned())),
            Action::CopyOrg => copy("organisation id", shared.org_id()),
            Action::CopyAddress => copy("console address", shared.session.console.clone()),
            Action::Refresh => {
                shared.refused.clear();
                fetch(shared)
            }
            _ => Step::none(),
        }
    }
}

/// Fetches the user and the personal tokens; an API token has neither.
fn fetch(shared: &mut Shared) -> Step {
    if shared.session.credential == SecretKind::Api {
        return Step::none();
    }
    vec![shared.fetch(Call::CurrentUser), shared.fetch(Call::ListPersonalTokens)].into()
}

/// Whether personal tokens can be managed in this session.
///
/// # Errors
/// The reason why not, as a short sentence for the user.
pub fn managed(shared: &Shared) -> Result<(), String> {
    if shared.session.credential == SecretKind::Api {
        return Err("Sign in with a personal token to manage personal tokens.".into());
    }
    match &shared.data.personal {
        Remote::Failed(failure, _) if failure.lacks_routes(&Call::ListPersonalTokens) => {
            Err("This deployment has no routes for personal tokens.".to_owned())
        }
        _ => Ok(()),
    }
}

fn copy(what: &'static str, text: Option<String>) -> Step {
    let effects: Vec<Effect> =
        text.map(|text| Effect::Copy(CopyText::Plain { what, text })).into_iter().collect();
    effects.into()
}

impl Layer for Profile {
    fn context(&self) -> Context {
        Context::Profile
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::New, "new"),
            (A::Delete, "delete"),
            (A::NewApiToken, "new API token"),
            (A::CopyOrg, "copy organisation id"),
            (A::Back, "back"),
            (A::CopyAddress, "copy console address"),
        ]
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Personal]
    }

    fn refuses(&self, action: Action, shared: &Shared) -> Option<String> {
        let checked = match action {
            Action::New | Action::Delete => writable(shared).and_then(|()| managed(shared)),
            Action::NewApiToken => {
                writable(shared).and_then(|()| granted(shared, ("apiTokens", Verb::Create)))
            }
            Action::CopyOrg if shared.org_id().is_none() => {
                Err("The organisation is unknown.".to_owned())
            }
            Action::CopyAddress if shared.session.console.is_none() => {
                Err("The console address of this deployment is unknown.".to_owned())
            }
            _ => Ok(()),
        };
        match action {
            Action::Delete | Action::CopyId | Action::CopyName
                if checked.is_ok() && self.personal(shared).is_none() =>
            {
                Some("No personal token is selected.".to_owned())
            }
            _ => checked.err(),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => return fetch(cx.shared),
            Event::Action(action) => return self.act(action, cx),
            Event::Click(HitTarget::Row(row), double) => {
                self.put(row, cx.shared);
                return if double { Step::act(Action::Open) } else { Step::none() };
            }
            Event::Click(HitTarget::RowDo(row, action), _) => {
                self.put(row, cx.shared);
                return Step::act(action);
            }
            Event::Wheeled(_) => self.put(self.list.cursor, cx.shared),
            Event::Changed(Topic::Personal) => self.update_rows(cx.shared),
            Event::ShowPersonal(id) => {
                self.here = Some(id);
                self.update_rows(cx.shared);
            }
            _ => {}
        }
        Step::none()
    }
}
