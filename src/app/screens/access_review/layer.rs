//! The review as a layer: its keys, clicks and events.

use super::{AccessReview, Tab, fixes};
use crate::{
    app::{
        audit,
        field::Field,
        layer::{
            Cx, Event, Hint, Layer, Leaving, Page, Step, Wanted, about_token, compare, refusal,
        },
        list::List,
        mouse::{HitTarget, Scrolled},
        notice::NoticeKind,
        shared::{Shared, Topic},
        switch, usage,
    },
    domain::{SafeText, TokenId, review::accepted::Acceptance},
    input::{Action, Context},
};

impl AccessReview {
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let moved = match (self.in_pane, self.pane_len()) {
            (true, Some(len)) => self.pane.step(action, len),
            (true, None) => self.pane.scroll(action),
            (false, _) => {
                let len = self.shown.len();
                self.focused_mut().step(action, len)
            }
        };
        if moved {
            if !self.in_pane {
                self.at_cursor();
            }
            return Step::none();
        }
        let shared = &mut *cx.shared;
        if let Some(tab) = Tab::of(action) {
            self.choose(tab, shared);
            return Step::none();
        }
        match action {
            Action::Filter => (self.editing, self.in_pane) = (true, false),
            Action::Accept => self.editing = false,
            Action::Back => return self.back(shared),
            Action::NextPart | Action::PreviousPart if self.in_pane => self.in_pane = false,
            Action::NextPart | Action::PreviousPart => self.enter_pane(shared),
            Action::Left => self.in_pane = false,
            Action::Open => match self.about() {
                None => self.enter_pane(shared),
                Some(id) => return Step::show(Page::TokenDetail(id.clone())),
            },
            Action::NextQuestion | Action::PreviousQuestion => {
                self.question = self.question.step(action == Action::NextQuestion);
                self.in_pane = false;
                self.again(shared);
            }
            Action::Toggle => self.mark(shared),
            Action::CompareTokens => return compare(self.marks.clone(), shared),
            Action::AuditLog => return shared.fetch_audit(cx.me).into(),
            Action::Usage => return usage::ask(shared),
            Action::Narrow => return usage::narrow(self.about(), shared),
            Action::AcceptFinding => return self.toggle_accepted(shared),
            Action::Replace => return self.replace(shared),
            Action::ExportFile => return self.ask_file(shared),
            Action::ExportJson | Action::ExportCsv | Action::ExportMarkdown => {
                return self.copy(action, shared);
            }
            Action::Refresh => return refresh(shared),
            _ => return about_token(action, self.about(), shared),
        }
        Step::none()
    }

    /// Switches to a tab. Another tab starts without a filter.
    fn choose(&mut self, tab: Tab, shared: &Shared) {
        if self.tab != tab {
            self.tab = tab;
            self.filter.set("");
        }
        self.in_pane = false;
        self.rebuild(shared);
    }

    fn enter_pane(&mut self, shared: &mut Shared) {
        if self.pane_len() == Some(0) || self.thing().is_none() {
            shared.notify(NoticeKind::Info, "There is no token here to select.");
            return;
        }
        self.in_pane = true;
    }

    /// Leaves the pane; outside it clears the filter; without a filter leaves the screen.
    fn back(&mut self, shared: &Shared) -> Step {
        if self.in_pane {
            self.in_pane = false;
        } else if self.editing || !self.filter.is_empty() {
            self.editing = false;
            self.filter.set("");
            self.again(shared);
        } else {
            return Step::back();
        }
        Step::none()
    }

    /// Marks or unmarks the token under the cursor.
    fn mark(&mut self, shared: &mut Shared) {
        let Some(id) = self.about().cloned() else {
            let key = shared.key_in(Context::Review, Action::Open);
            let text = format!("Only tokens can be marked. Press {key} to go to the tokens.");
            shared.notify(NoticeKind::Info, text);
            return;
        };
        match self.marks.iter().position(|m| *m == id) {
            Some(at) => drop(self.marks.remove(at)),
            None => self.marks.push(id),
        }
    }

    /// Moves the cursor of the list or the pane to a row, gives it the focus, and ends
    /// typing in the filter.
    fn select(&mut self, in_pane: bool, row: usize) {
        (self.in_pane, self.editing) = (in_pane, false);
        let len = if in_pane { self.pane_len().unwrap_or(0) } else { self.shown.len() };
        self.focused_mut().cursor = row.min(len.saturating_sub(1));
        if !in_pane {
            self.at_cursor();
        }
    }
}

/// Fetches all data of the review again, and forgets refusals: rights may have been
/// granted since.
fn refresh(shared: &mut Shared) -> Step {
    shared.refused.clear();
    audit::forget_refusal(shared);
    if shared.session.lacks_org() {
        return switch::choose_org(shared).into();
    }
    let policies = Step::effect(shared.reload_policies());
    policies.and(Step::effect(shared.fetch_tokens())).and(fetch(shared))
}

/// Fetches the names, which may have changed since the last visit, and the acceptances.
fn fetch(shared: &mut Shared) -> Step {
    let mut effects = shared.fetch_names();
    effects.extend(fixes::load_accepted(shared));
    effects.into()
}

impl Layer for AccessReview {
    fn context(&self) -> Context {
        if self.editing { Context::Filter } else { Context::Review }
    }

    fn is_typing(&self) -> bool {
        self.editing
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.editing.then_some(&mut self.filter)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(self.focused_mut())
    }

    fn scrolled_mut(&mut self, what: Scrolled) -> Option<&mut List> {
        Some(match what {
            Scrolled::AccessReview { in_pane } => self.part_mut(in_pane),
            _ => self.focused_mut(),
        })
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        if self.editing {
            return vec![(A::Accept, "keep filter"), (A::Back, "clear filter"), (A::Down, "move")];
        }
        let on_token = self.in_pane || self.tab == Tab::Tokens;
        let mut all = match (on_token, self.tab) {
            (true, Tab::Findings) => vec![
                (A::Replace, "narrow"),
                (A::Regenerate, "regenerate"),
                (A::Delete, "delete"),
                (A::AcceptFinding, "accept"),
                (A::Open, "details"),
            ],
            (true, _) => vec![
                (A::Open, "details"),
                (A::Replace, "replace"),
                (A::Regenerate, "regenerate"),
                (A::Delete, "delete"),
                (A::Toggle, "mark"),
                (A::CompareTokens, "compare"),
            ],
            (false, _) => vec![
                (A::Open, "show tokens"),
                (A::NextQuestion, "who can"),
                (A::Filter, "filter"),
                (A::ExportFile, "export"),
                (A::AuditLog, "audit log"),
            ],
        };
        all.push((A::Back, "back"));
        all
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Tokens, Topic::Datasets, Topic::Views, Topic::Audit, Topic::Usage]
    }

    fn token<'a>(&'a self, _shared: &'a Shared) -> Option<&'a TokenId> {
        self.about()
    }

    fn refuses(&self, action: Action, shared: &Shared) -> Option<String> {
        // The same key moves from an item of the list to its tokens.
        if action == Action::Open {
            return None;
        }
        refusal(action, self.about(), None, shared)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => {
                self.update_rows(cx.shared);
                return fetch(cx.shared);
            }
            Event::Action(action) => return self.act(action, cx),
            Event::Click(HitTarget::Looked { in_pane, row }, double) => {
                self.select(in_pane, row);
                return if double { Step::act(Action::Open) } else { Step::none() };
            }
            Event::Wheeled(Scrolled::AccessReview { in_pane: false }) => self.at_cursor(),
            // Select the best match while typing.
            Event::Edited => {
                self.focused_mut().cursor = 0;
                self.rebuild(cx.shared);
            }
            Event::Typed(Wanted::Reason(draft), reason) => {
                let reason = SafeText::from(reason);
                return fixes::set_accepted(cx.shared, Acceptance { reason, ..*draft }, true);
            }
            Event::Typed(Wanted::ReviewFile, path) => return self.export_to(path, cx.shared),
            Event::Audited => return audit::sheet(cx),
            // Acceptances belong to an organisation, which may only become known now.
            Event::Changed(Topic::Accepted | Topic::Orgs) => self.take_accepted(cx.shared),
            Event::Changed(
                Topic::Tokens | Topic::Datasets | Topic::Views | Topic::Usage | Topic::Clock,
            ) => self.update_rows(cx.shared),
            // In another organisation, keep tab and question but drop all data.
            Event::Left => {
                *self = Self { tab: self.tab, question: self.question, ..Self::default() };
            }
            _ => {}
        }
        Step::none()
    }
}
