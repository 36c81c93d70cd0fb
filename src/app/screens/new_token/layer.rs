//! The form as a layer: its keys, clicks and events.

use super::{Field, NewTokenForm, Origin, hints, shows};
use crate::{
    app::{
        command::Command,
        effect::{Effect, Ticket},
        field,
        form::{Outcome, Parts as _},
        layer::{
            Cx, Drafted, Event, Hint, Layer, Leaving, Open, Question, Settled, Step, Wanted,
            has_form,
        },
        list::List,
        matrix::{Edit, MatrixRow, command::Typed},
        mouse::{HitTarget, Scrolled},
        notice::NoticeKind,
        shared::{Shared, Topic},
    },
    domain::{Kind, SafeText, lifetime::DEFAULT_EXPIRY, preset::Preset, text::sentence},
    input::{Action, Code, Context, Found, Key},
};

impl NewTokenForm {
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.in_matrix {
            return self.act_in_matrix(action, cx);
        }
        match action {
            Action::Refresh => return cx.shared.fetch_names().into(),
            Action::Submit => return self.review(cx),
            Action::Filter if self.kind() == Kind::Basic => {
                self.form.focus(Field::Rights);
                self.matrix_mut().filter_mut().select();
                return Step::none();
            }
            Action::Accept if self.is_on_list() => {
                self.leave_list(cx.shared);
                return Step::none();
            }
            Action::MarkShown if self.is_on_list() => {
                self.basic.filter_mut().select();
                match self.basic.plan(&Edit::Column) {
                    Ok(plan) => self.basic.apply(plan),
                    Err(why) => cx.shared.notify(NoticeKind::Warning, why),
                }
                return Step::none();
            }
            Action::Back if self.is_on_list() && !self.basic.here().filter.is_empty() => {
                self.basic.clear_filter();
                return Step::none();
            }
            _ => {}
        }
        match self.form.act(action) {
            Outcome::Pressed(Field::Rights) if self.kind() == Kind::Basic => {
                // The next letter looks for another dataset.
                self.basic.filter_mut().select();
                return self.edit(&Edit::Cell, cx);
            }
            Outcome::Pressed(Field::Rights) => self.in_matrix = true,
            Outcome::Pressed(_) => return self.review(cx),
            Outcome::Changed(Field::Kind) => self.take_along(),
            Outcome::Back if self.is_changed() => {
                return Step::open(Open::Confirm(Box::new(Question::discard_form(cx.me))));
            }
            Outcome::Back => return Step::back(),
            Outcome::Ignored if self.form.is_on(Field::Rights) => self.act_in_list(action),
            _ => {}
        }
        Step::none()
    }

    /// Moves on from the list of datasets, unless that would leave a dataset behind that was
    /// looked for and not chosen.
    fn leave_list(&mut self, shared: &mut Shared) {
        let part = self.basic.here();
        let found = part.row(part.list.cursor).filter(|_| !part.filter.is_empty());
        match found {
            Some(MatrixRow::Named { name, .. }) if self.basic.grants().is_empty() => {
                let key = shared.key_in(Context::Form, Action::Toggle);
                shared.notify(NoticeKind::Info, format!("{key} chooses {name}."));
            }
            _ => self.form.leave(),
        }
    }

    /// Moves in the list of datasets; Up on the first row moves to the field above. For an
    /// advanced token there is only the button that opens the matrix.
    fn act_in_list(&mut self, action: Action) {
        let is_list = self.kind() == Kind::Basic;
        let len = self.matrix().here().shown_len();
        match action {
            Action::Up if !is_list || self.matrix().here().list.cursor == 0 => {
                self.form.step(false);
            }
            Action::Down if !is_list => self.form.step(true),
            Action::NextChoice if !is_list => self.in_matrix = true,
            action => {
                self.matrix_mut().list_mut().step(action, len);
            }
        }
    }

    /// Handles keys of the filter line in the matrix.
    pub(super) fn act_in_filter(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let len = self.matrix().here().shown_len();
        match action {
            Action::Back => {
                self.is_filtering = false;
                self.matrix_mut().clear_filter();
            }
            Action::Accept => self.is_filtering = false,
            Action::Submit => return self.review(cx),
            action => {
                self.matrix_mut().list_mut().step(action, len);
            }
        }
        Step::none()
    }

    /// Opens Review, or moves to the first field with an error.
    pub(super) fn review(&mut self, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        self.tried = true;
        if let Some(token) = self.draft(now) {
            let draft = Box::new(Drafted { token, destination: self.destination.clone() });
            return Step::open(match &self.origin {
                Origin::Replace(token) => Open::Replace(token.clone(), draft),
                Origin::New | Origin::Clone(_) => Open::CreateSummary(draft),
            });
        }
        if let Some((field, error)) = self.first_wrong(now) {
            self.is_filtering = false;
            self.form.focus(field);
            // Stay in the matrix if the missing rights are the error.
            self.in_matrix &= field == Field::Rights;
            if self.in_matrix {
                cx.shared.notify(NoticeKind::Warning, sentence(&error));
            }
        }
        Step::none()
    }

    fn clicked(&mut self, target: HitTarget, double: bool, cx: &mut Cx<'_>) -> Step {
        match target {
            HitTarget::Row(row) | HitTarget::RowDo(row, _) | HitTarget::Check(row) => {
                self.is_filtering = false;
                self.form.focus(Field::Rights);
                self.matrix_mut().list_mut().cursor = row;
                return match target {
                    HitTarget::RowDo(_, action) => Step::act(action),
                    HitTarget::Check(_) => Step::act(Action::Toggle),
                    _ if double => Step::act(Action::Toggle),
                    _ => Step::none(),
                };
            }
            HitTarget::Cell { scope, row, column } => {
                self.is_filtering = false;
                let step = self.act(shows(scope), cx);
                let here = self.matrix_mut().here_mut();
                here.list.cursor = row.min(here.shown_len().saturating_sub(1));
                here.column = column.unwrap_or(here.column);
                return if double { step.and(Step::act(Action::Toggle)) } else { step };
            }
            _ => {}
        }
        Step::none()
    }

    /// Saves the rights as a preset with this label.
    fn save_preset(&self, label: &str, cx: &mut Cx<'_>) -> Step {
        let (preset, left_out) = Preset::of(label, self.matrix().grants());
        if !left_out.is_empty() {
            let text =
                format!("Left out of the preset, unknown to this version: {}", left_out.join(", "));
            cx.shared.notify(NoticeKind::Warning, text);
        }
        Step::effect(Effect::SavePreset(Box::new(preset)))
    }

    /// Handles the outcome of a change that the form sent.
    fn settled(&mut self, ticket: Ticket, settled: Settled) -> Step {
        if !self.was_sent_by(ticket) {
            return Step::none();
        }
        match settled {
            Settled::Done if !self.was_changed_since() => return Step::back(),
            // The draft was edited after it was sent, so it is another token now. Its
            // secret goes to the screen unless a destination is chosen again.
            Settled::Done => self.destination = None,
            Settled::Refused(Some(message)) => self.matrix_mut().refused(&message),
            Settled::Resent(again) => {
                if let Some((sent, ..)) = &mut self.sent {
                    *sent = again;
                }
            }
            _ => {}
        }
        Step::none()
    }
}

impl Layer for NewTokenForm {
    has_form!();

    fn context(&self) -> Context {
        if self.in_matrix && self.is_filtering { Context::Filter } else { self.home() }
    }

    fn home(&self) -> Context {
        if self.in_matrix { Context::Matrix } else { Context::Form }
    }

    fn is_typing(&self) -> bool {
        self.is_filtering || !self.in_matrix && self.form.is_typing()
    }

    fn field_mut(&mut self) -> Option<&mut field::Field> {
        match (self.is_filtering || self.is_on_list(), self.in_matrix) {
            (true, _) => Some(self.matrix_mut().filter_mut()),
            (false, true) => None,
            (false, false) => self.form.field_mut(),
        }
    }

    /// In the list of datasets, only the characters of names are text: the other keys move,
    /// choose, or open something.
    fn types(&self, key: Key, shared: &Shared) -> bool {
        let is_toggle =
            || shared.keymap.find(self.context(), &[key]) == Found::Action(Action::Toggle);
        let is_text = match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => c.is_alphanumeric() || "-_.".contains(c),
            (Code::Backspace, ..) | (Code::Char('w'), true, false) => true,
            // Without a filter it moves up, as in other lists.
            (Code::Char('u'), true, false) => !self.basic.here().filter.is_empty(),
            _ => false,
        };
        !self.is_on_list() || is_text && !is_toggle()
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(self.matrix_mut().list_mut())
    }

    fn scrolled_mut(&mut self, what: Scrolled) -> Option<&mut List> {
        match what {
            Scrolled::Matrix(scope) => Some(&mut self.matrix_mut().part_of_mut(scope).list),
            _ => self.list_mut(),
        }
    }

    fn hints(&self, shared: &Shared) -> Vec<Hint> {
        if self.in_matrix { hints::of_matrix(self, shared) } else { hints::of_form(self) }
    }

    /// Whether leaving the form would lose input.
    fn is_changed(&self) -> bool {
        self.form.text(Field::Name) != self.start[0]
            || self.form.text(Field::Description) != self.start[1]
            || self.basic.is_changed()
            || self.advanced.is_changed()
            || self.form.text(Field::Expiry) != DEFAULT_EXPIRY
    }

    fn goes_back_by_steps(&self) -> bool {
        true
    }

    fn stays(&self, leaving: Leaving) -> bool {
        matches!(leaving, Leaving::Credential | Leaving::Organisation { drafts: true })
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Datasets, Topic::Views]
    }

    fn unfit(&self, command: Command) -> Option<&'static str> {
        match command {
            Command::Grant | Command::Revoke | Command::Only if self.kind() == Kind::Basic => {
                Some("This is a basic token: choose Advanced at Permissions first.")
            }
            Command::Grant | Command::Revoke | Command::Only => None,
            Command::Filter if self.in_matrix => None,
            command => command.misplaced(),
        }
    }

    fn typed(&self, line: &str) -> Option<Typed> {
        Some(self.matrix().typed(line))
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.is_filtering = false;
        let is_button = self.form.click(part);
        is_button || self.form.is_on(Field::Rights) && self.kind() == Kind::Advanced
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        let is_list = self.kind() == Kind::Basic;
        match action {
            _ if self.in_matrix => true,
            Action::Refresh => true,
            Action::Filter | Action::MarkShown => is_list,
            action => is_list && List::moves(action) || self.form.offers(action),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        let step = self.take(event, cx);
        self.complain(cx.shared.server_now());
        step
    }
}

impl NewTokenForm {
    fn take(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => {
                self.take_names(cx.shared);
                return cx.shared.fetch_names().into();
            }
            Event::Action(action) => return self.act(action, cx),
            Event::Click(target, double) => return self.clicked(target, double, cx),
            Event::Plan(plan) => {
                // A command on the form shows in the matrix what it did.
                self.in_matrix = self.kind() == Kind::Advanced;
                return self.offer(*plan, cx);
            }
            Event::Make(plan) => return self.make(*plan, cx),
            Event::Typed(Wanted::PresetName, label) => return self.save_preset(&label, cx),
            Event::Settled(ticket, settled) => return self.settled(ticket, settled),
            Event::Typed(Wanted::RowName(_), name) => {
                self.matrix_mut().add_name(SafeText::from(name));
            }
            Event::Sent(ticket) => self.is_sent_by(ticket),
            Event::Destination(destination) => self.destination = destination,
            Event::Edited if self.is_filtering || self.is_on_list() => {
                self.matrix_mut().filter_changed();
            }
            Event::Edited if self.form.is_on(Field::Kind) => self.take_along(),
            Event::Filter(text) => {
                self.matrix_mut().filter_mut().set(&text);
                self.matrix_mut().filter_changed();
            }
            Event::Changed(Topic::Datasets | Topic::Views) => self.take_names(cx.shared),
            _ => {}
        }
        Step::none()
    }
}
