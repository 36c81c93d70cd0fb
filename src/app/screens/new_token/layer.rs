//! The form among the layers: what its keys and clicks do, and what it is told.

use super::{Focus, NewTokenForm, Origin, hints, shows};
use crate::{
    app::{
        command::Command,
        effect::{Effect, Ticket},
        field::Field,
        layer::{Cx, Drafted, Event, Hint, Layer, Leaving, Open, Question, Settled, Step, Wanted},
        list::List,
        matrix::{Edit, command::Preview},
        mouse::{Scrolled, Spot},
        notice::NoticeKind,
        round::Round as _,
        shared::{Shared, Topic},
    },
    domain::{
        Kind, SafeText,
        lifetime::{self, DEFAULT_EXPIRY},
        preset::Preset,
    },
    input::{Action, Context},
};

impl NewTokenForm {
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.in_matrix {
            return self.act_in_matrix(action, cx);
        }
        match (action, self.focus) {
            (Action::Submit, _) | (Action::Accept | Action::Toggle, Focus::Review) => {
                return self.review(cx);
            }
            (Action::NextField, focus) => self.focus = focus.next(true),
            (Action::PreviousField, focus) => self.focus = focus.next(false),
            (Action::Accept | Action::Down, Focus::Filter) => self.focus = Focus::Rights,
            (Action::Toggle | Action::NextChoice | Action::PreviousChoice, Focus::Kind) => {
                self.choose_kind(match self.kind {
                    Kind::Basic => Kind::Advanced,
                    Kind::Advanced => Kind::Basic,
                });
            }
            (Action::Accept | Action::Toggle | Action::NextChoice, Focus::Rights)
                if self.kind == Kind::Advanced =>
            {
                self.in_matrix = true;
            }
            (Action::Accept | Action::Toggle, Focus::Rights) => {
                return self.edit(&Edit::Cell, cx);
            }
            (Action::Accept, focus) => self.focus = focus.next(true),
            (Action::Filter, Focus::Rights | Focus::Review) if self.kind == Kind::Basic => {
                self.focus = Focus::Filter;
            }
            (Action::Down | Action::Up, Focus::Expiry) => {
                let next = lifetime::next_choice(self.expiry.text(), action == Action::Down);
                self.expiry.set(next);
            }
            (Action::Down, Focus::Name | Focus::Description | Focus::Kind) => {
                self.focus = self.focus.next(true);
            }
            (Action::Up, Focus::Description | Focus::Kind | Focus::Review) => {
                self.focus = self.focus.next(false);
            }
            (Action::Up, Focus::Rights)
                if self.kind == Kind::Advanced || self.matrix().here().list.cursor == 0 =>
            {
                self.focus = Focus::Kind;
            }
            (Action::Back, Focus::Filter) => {
                self.matrix_mut().filter_mut().set("");
                self.focus = Focus::Rights;
                self.matrix_mut().filter_changed();
            }
            (Action::Back, _) if self.is_changed() => {
                return Step::open(Open::Confirm(Box::new(Question::discard_form(cx.me))));
            }
            (Action::Back, _) => return Step::back(),
            (Action::Refresh, _) => return cx.shared.fetch_names().into(),
            (action, Focus::Rights | Focus::Filter) => {
                let len = self.matrix().here().shown_len();
                self.matrix_mut().list_mut().step(action, len);
            }
            _ => {}
        }
        Step::none()
    }

    /// Opens Review, or goes to the first thing that is wrong.
    pub(super) fn review(&mut self, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        self.tried = true;
        if let Some(token) = self.draft(now) {
            let draft = Box::new(Drafted { token, destination: self.destination.clone() });
            return Step::open(match &self.origin {
                Origin::Replace(token) => Open::Replace(token.clone(), draft),
                Origin::New | Origin::Clone(_) => Open::Review(draft),
            });
        }
        if let Some((focus, error)) = self.errors(now).into_iter().next() {
            self.focus = focus;
            // In the matrix one is where rights are missing already.
            self.in_matrix &= focus == Focus::Rights;
            cx.shared.notify(NoticeKind::Warning, error);
        }
        Step::none()
    }

    fn clicked(&mut self, spot: Spot, double: bool, cx: &mut Cx<'_>) -> Step {
        match spot {
            Spot::Kind(kind) => {
                self.focus = Focus::Kind;
                if self.kind != kind {
                    self.choose_kind(kind);
                }
            }
            Spot::Row(row) | Spot::RowDo(row, _) | Spot::Check(row) => {
                self.focus = Focus::Rights;
                self.matrix_mut().list_mut().cursor = row;
                return match spot {
                    Spot::RowDo(_, action) => Step::act(action),
                    Spot::Check(_) => Step::act(Action::Toggle),
                    _ if double => Step::act(Action::Toggle),
                    _ => Step::none(),
                };
            }
            Spot::Cell { scope, row, column } => {
                let step = self.act(shows(scope), cx);
                self.focus = Focus::Rights;
                let here = self.matrix_mut().here_mut();
                here.list.cursor = row.min(here.shown_len().saturating_sub(1));
                here.column = column.unwrap_or(here.column);
                return if double { step.and(Step::act(Action::Toggle)) } else { step };
            }
            _ => {}
        }
        Step::none()
    }

    /// Saves the rights as a preset.
    fn save_preset(&self, label: &str, cx: &mut Cx<'_>) -> Step {
        let (preset, left_out) = Preset::of(label, self.matrix().grants());
        if !left_out.is_empty() {
            let text = format!("Not in the preset, since unknown here: {}", left_out.join(", "));
            cx.shared.notify(NoticeKind::Warning, text);
        }
        Step::effect(Effect::SavePreset(Box::new(preset)))
    }

    /// A change that was sent from it has this fate.
    fn settled(&mut self, ticket: Ticket, settled: Settled) -> Step {
        if !self.was_sent_by(ticket) {
            return Step::none();
        }
        match settled {
            Settled::Done if !self.was_changed_since() => return Step::back(),
            // One that was changed since then is not what was sent: its secret goes to
            // the screen unless one says where anew.
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
    fn context(&self) -> Context {
        match (self.in_matrix, self.focus) {
            (true, Focus::Filter) => Context::Filter,
            _ => self.home(),
        }
    }

    fn home(&self) -> Context {
        if self.in_matrix { Context::Matrix } else { Context::Form }
    }

    fn is_typing(&self) -> bool {
        self.focus == Focus::Filter || (!self.in_matrix && self.focus.is_text())
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Filter => Some(self.matrix_mut().filter_mut()),
            _ if self.in_matrix => None,
            Focus::Name => Some(&mut self.name),
            Focus::Description => Some(&mut self.description),
            Focus::Expiry => Some(&mut self.expiry),
            Focus::Kind | Focus::Rights | Focus::Review => None,
        }
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

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        if self.in_matrix {
            hints::of_matrix(self.focus)
        } else {
            hints::of_form(self.focus, self.kind)
        }
    }

    /// Whether leaving would lose something.
    fn is_changed(&self) -> bool {
        self.name.text() != self.start[0]
            || self.description.text() != self.start[1]
            || self.basic.is_changed()
            || self.advanced.is_changed()
            || self.expiry.text() != DEFAULT_EXPIRY
    }

    fn goes_back_by_steps(&self) -> bool {
        true
    }

    fn stays(&self, leaving: Leaving) -> bool {
        matches!(leaving, Leaving::Credential | Leaving::Place { drafts: true })
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Datasets, Topic::Views]
    }

    fn unfit(&self, command: Command) -> Option<&'static str> {
        let rights = [Command::Grant, Command::Revoke, Command::Only, Command::Filter];
        command.misplaced().filter(|_| !self.in_matrix || !rights.contains(&command))
    }

    fn preview(&self, line: &str) -> Option<Result<Preview, String>> {
        Some(self.matrix().command(line))
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        matches!(self.focus, Focus::Review | Focus::Rights)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => {
                self.take_names(cx.shared);
                return cx.shared.fetch_names().into();
            }
            Event::Action(action) => return self.act(action, cx),
            Event::Click(spot, double) => return self.clicked(spot, double, cx),
            Event::Plan(plan) => return self.offer(*plan, cx),
            Event::Make(plan) => return self.make(*plan, cx),
            Event::Typed(Wanted::PresetName, label) => return self.save_preset(&label, cx),
            Event::Settled(ticket, settled) => return self.settled(ticket, settled),
            Event::Typed(Wanted::RowName(_), name) => {
                self.matrix_mut().add_name(SafeText::from(name));
            }
            Event::Sent(ticket) => self.is_sent_by(ticket),
            Event::Destination(destination) => self.destination = destination,
            // What was typed filters the rows, if it was typed there.
            Event::Edited if self.focus == Focus::Filter => self.matrix_mut().filter_changed(),
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
