//! One token in full: its facts, rights and findings.

use crate::{
    app::{
        audit,
        layer::{Cx, Event, Hint, Layer, Leaving, Step, about_token, refusal},
        list::List,
        mouse::HitTarget,
        shared::Shared,
        usage,
    },
    domain::TokenId,
    input::{Action, Context},
};

/// The details of one token and their scroll position.
#[derive(Debug)]
pub struct TokenDetail {
    /// The token that is shown.
    pub id: TokenId,
    /// The scroll position of the text.
    pub list: List,
}

impl TokenDetail {
    /// The screen for this token, scrolled to the top.
    #[must_use]
    pub fn new(id: TokenId) -> Self {
        Self { id, list: List::default() }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.list.scroll(action) {
            return Step::none();
        }
        match action {
            Action::Back => Step::back(),
            Action::AuditLog => cx.shared.fetch_audit(cx.me).into(),
            Action::Usage => usage::ask(cx.shared),
            Action::Narrow => usage::narrow(Some(&self.id), cx.shared),
            Action::Refresh => {
                audit::forget_refusal(cx.shared);
                cx.shared.fetch_tokens().into()
            }
            _ => about_token(action, Some(&self.id), cx.shared),
        }
    }
}

impl Layer for TokenDetail {
    fn context(&self) -> Context {
        Context::Detail
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::Back, "back"),
            (A::Regenerate, "regenerate"),
            (A::Delete, "delete"),
            (A::Clone, "clone"),
            (A::Replace, "replace"),
            (A::CopyId, "copy id"),
            (A::AuditLog, "audit log"),
            (A::Usage, "usage"),
            (A::Narrow, "narrow"),
            (A::Down, "scroll"),
        ]
    }

    fn stays(&self, leaving: Leaving) -> bool {
        leaving == Leaving::Credential
    }

    fn token<'a>(&'a self, shared: &'a Shared) -> Option<&'a TokenId> {
        shared.data.token(&self.id).map(|token| &token.id)
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        self.list.is_cut() || !List::moves(action)
    }

    fn refuses(&self, action: Action, shared: &Shared) -> Option<String> {
        match action {
            Action::Filter => Some("There is nothing to filter here.".to_owned()),
            _ => refusal(action, self.token(shared), None, shared),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            Event::Click(HitTarget::Row(row), _) => {
                self.list.cursor = row;
                Step::none()
            }
            Event::Audited => {
                audit::notify_if_empty(cx.shared);
                Step::none()
            }
            // Close when the token is deleted; follow it when it is replaced.
            Event::Deleted(id) if id == self.id => Step::back(),
            Event::Replaced(old, new) if old == self.id => {
                self.id = new;
                Step::none()
            }
            _ => Step::none(),
        }
    }
}
