//! Rotations: tokens that are due, and pairs of an old and a new token until the old one ends.

mod promise;

use crate::{
    app::{
        effect::{CopyText, Effect},
        layer::{
            Cx, DeleteTarget, Event, Hint, Layer, Leaving, Nav, Open, Order, Page, Question, Step,
            granted, writable,
        },
        list::List,
        mouse::HitTarget,
        remote::Remote,
        rotation,
        shared::{Shared, Topic},
    },
    domain::{ApiToken, TokenId, Verb},
    input::{Action, Context},
    ops::rotation::{
        Work,
        overview::{Row, State},
    },
};

pub use promise::{Part, parts, program};

/// The screen with all rotations, and the cursor in its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationScreen {
    /// The cursor and scroll position.
    pub list: List,
    /// The first old token of the row under the cursor, to find the row again.
    here: Option<TokenId>,
}

impl RotationScreen {
    /// The row under the cursor.
    #[must_use]
    pub fn row<'a>(&self, shared: &'a Shared) -> Option<&'a Row> {
        shared.rotations.rows.get(self.list.cursor)
    }

    fn put(&mut self, at: usize, shared: &Shared) {
        self.list.cursor = at.min(shared.rotations.rows.len().saturating_sub(1));
        self.here = self.row(shared).and_then(Row::old).cloned();
    }

    /// Keeps the cursor on its row, or on its row number if the row has gone.
    fn update_rows(&mut self, shared: &Shared) {
        let mut rows = shared.rotations.rows.iter();
        let at = rows.position(|row| row.old() == self.here.as_ref());
        let at = at.filter(|_| self.here.is_some());
        self.put(at.unwrap_or(self.list.cursor), shared);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let shared = &mut *cx.shared;
        if self.list.step(action, shared.rotations.rows.len()) {
            self.put(self.list.cursor, shared);
            return Step::none();
        }
        match action {
            Action::Back => return Step::back(),
            Action::Refresh => {
                shared.refused.clear();
                return fetch(shared);
            }
            _ => {}
        }
        let Some(row) = self.row(shared) else { return Step::none() };
        let copy = |what, text: String| Step::effect(Effect::Copy(CopyText::Plain { what, text }));
        match action {
            Action::Open => {
                let id = subject(row, shared).cloned();
                id.map_or_else(Step::none, |id| Step::show(Page::TokenDetail(id)))
            }
            Action::Rotate => rotate(row, shared),
            Action::Prove => {
                let id = row.new.as_ref().or_else(|| row.old()).cloned();
                let Some(id) = id else { return Step::none() };
                rotation::begin(shared, Work::Prove(id), row.name.clone())
            }
            Action::Delete => {
                let olds: Vec<ApiToken> = old_tokens(row, shared).cloned().collect();
                Step::open(Open::Delete(Box::new(DeleteTarget::Api(olds))))
            }
            Action::CopyId => {
                subject(row, shared).map_or_else(Step::none, |id| copy("id", id.raw().to_owned()))
            }
            Action::CopyName => copy("name", row.name.raw().to_owned()),
            _ => Step::none(),
        }
    }
}

/// The token that a row is mainly about: the new one, or the one that is due.
fn subject<'a>(row: &'a Row, shared: &Shared) -> Option<&'a TokenId> {
    let new = row.new.as_ref().filter(|id| shared.data.token(id).is_some());
    new.or_else(|| row.old())
}

/// The old tokens of a row that are still listed.
fn old_tokens<'a>(row: &'a Row, shared: &'a Shared) -> impl Iterator<Item = &'a ApiToken> {
    row.olds.iter().filter_map(|id| shared.data.token(id))
}

/// Asks before a rotation with proof. Without a rule, opens the dialog that regenerates.
fn rotate(row: &Row, shared: &Shared) -> Step {
    let Some(old) = row.old() else { return Step::none() };
    let Some(rule) = &row.rule else {
        let token = shared.data.token(old).cloned();
        return token.map_or_else(Step::none, |token| Step::open(Open::Regenerate(vec![token])));
    };
    let go = Order::Rotate(Work::Rotate(vec![old.clone()]), row.name.clone());
    let (verb, go_on) = match row.state {
        State::Stuck { .. } => ("Continue the rotation of", "Continue"),
        _ => ("Rotate", "Rotate"),
    };
    let lines = promise::lines(row, rule, shared);
    let choices = vec![("Cancel", Vec::new()), (go_on, vec![Nav::Order(go)])];
    let title = format!("{verb} {}?", row.name);
    Step::open(Open::Confirm(Box::new(Question::new(&title, lines, choices))))
}

/// Reads the list, and with it the plan and the journal.
fn fetch(shared: &mut Shared) -> Step {
    let mut effects = vec![shared.fetch_tokens()];
    effects.extend(rotation::load(shared));
    effects.into()
}

/// Why an action on a row is not possible.
fn check(action: Action, row: Option<&Row>, shared: &Shared) -> Result<(), String> {
    match action {
        Action::Rotate => {
            writable(shared)?;
            granted(shared, ("apiTokens", Verb::Update))?;
        }
        Action::Delete => {
            writable(shared)?;
            granted(shared, ("apiTokens", Verb::Delete))?;
        }
        Action::Prove | Action::Open | Action::CopyId | Action::CopyName => {}
        _ => return Ok(()),
    }
    let row = row.ok_or_else(|| match shared.data.tokens {
        Remote::Loading(_) | Remote::Idle => "The tokens are still loading.".to_owned(),
        _ => "No rotation is selected.".to_owned(),
    })?;
    let key = |action| shared.key_in(Context::Rotations, action);
    if matches!(action, Action::Rotate | Action::Prove)
        && let Some(run) = &shared.rotations.run
    {
        return Err(format!("Still {}: wait until it has ended.", run.describe()));
    }
    if let (Action::Rotate | Action::Prove, Some(Err(_))) = (action, &shared.rotations.plan) {
        return Err("The plan cannot be used: correct it first.".to_owned());
    }
    match (action, &row.state) {
        (Action::Rotate, State::Rotating | State::Proven) => Err(format!(
            "It has been replaced: {} proves the new secret, {} revokes the old token.",
            key(Action::Prove),
            key(Action::Delete)
        )),
        (Action::Rotate, State::Stuck { .. }) if row.rule.is_none() => {
            Err("No rule of the plan fits this token: add one to continue.".to_owned())
        }
        (Action::Rotate, _) if row.olds.iter().any(|id| shared.is_busy(id)) => {
            Err("A change to this token is in progress.".to_owned())
        }
        (Action::Prove, State::Due | State::Expired | State::Unreadable) => {
            Err(format!("Nothing has replaced it yet: {} rotates it.", key(Action::Rotate)))
        }
        (Action::Prove, _) if row.recorded.is_none() => {
            Err("This pair is a guess: only a rotation by axtok can be proven.".to_owned())
        }
        (Action::Prove, _) if row.rule.as_ref().is_none_or(|rule| rule.prove.is_none()) => {
            Err("No rule of the plan says how to read its secret back (prove).".to_owned())
        }
        (Action::Delete, State::Due | State::Unreadable) => {
            Err(format!("Nothing has replaced it yet: {} rotates it.", key(Action::Rotate)))
        }
        (Action::Delete, State::Stuck { .. }) if row.new.is_none() => {
            Err("It is not known whether it was replaced.".to_owned())
        }
        (Action::Delete, _) if old_tokens(row, shared).next().is_none() => {
            Err("The old token is no longer listed.".to_owned())
        }
        (Action::Delete, _) if old_tokens(row, shared).any(|t| shared.is_busy(&t.id)) => {
            Err("A change to this token is in progress.".to_owned())
        }
        _ => Ok(()),
    }
}

impl Layer for RotationScreen {
    fn context(&self) -> Context {
        Context::Rotations
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::Rotate, "rotate"),
            (A::Prove, "prove"),
            (A::Delete, "revoke old"),
            (A::Open, "details"),
            (A::Refresh, "refresh"),
            (A::Back, "back"),
            (A::CopyId, "copy id"),
        ]
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Tokens, Topic::Rotations]
    }

    fn token<'a>(&'a self, shared: &'a Shared) -> Option<&'a TokenId> {
        subject(self.row(shared)?, shared)
    }

    fn refuses(&self, action: Action, shared: &Shared) -> Option<String> {
        check(action, self.row(shared), shared).err()
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => {
                self.update_rows(cx.shared);
                let load = rotation::load(cx.shared);
                return load.map_or_else(Step::none, Step::effect);
            }
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
            Event::Changed(Topic::Tokens | Topic::Rotations | Topic::Orgs | Topic::Clock) => {
                self.update_rows(cx.shared);
            }
            Event::Left => *self = Self::default(),
            _ => {}
        }
        Step::none()
    }
}
