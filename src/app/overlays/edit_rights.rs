//! Changes the rights of several tokens: one line of changes, and the difference that it makes
//! for each token. The next dialog replaces the tokens that change. This one stays open below
//! it, so that going back loses nothing.

use crate::{
    app::{
        effect::{Effect, Ticket},
        form::{Completion, Form, Outcome as Pressed, Part, Parts as _},
        layer::{Cx, Event, Hint, Layer, Open, Settled, Step, has_form},
        list::List,
        notice::NoticeKind,
        remote::Remote,
        shared::{Shared, Topic},
    },
    domain::{
        ApiToken, Grants, Kind, Resources, SafeText, Scope, SecretKind, TokenId, WILDCARD,
        edit::{Edit, Ending, Existing, Outcome, Plan, Planned, SEPARATOR, Vocabulary, endings},
        preset::{self, Preset},
        text::common,
    },
    input::{Action, Context},
};

/// Why there is no plan as long as a list of names is missing.
const LOADING: &str = "the names of datasets and views are still loading";

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The line of changes.
    Line,
    /// Closes the dialog without changing anything.
    Cancel,
    /// Opens the dialog that replaces the tokens.
    Continue,
}

/// Why a line makes no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong or missing, and what to type.
    pub words: String,
    /// Nothing is wrong so far: the line is not complete.
    pub is_unfinished: bool,
}

/// The dialog that changes the rights of several tokens.
#[derive(Debug)]
pub struct EditRights {
    ids: Vec<TokenId>,
    /// The tokens as last listed. Deleted ones are dropped.
    pub tokens: Vec<ApiToken>,
    /// What the line does to each of them.
    pub plan: Result<Plan, Problem>,
    /// The line and the buttons.
    pub form: Form<Field>,
    /// The scroll position in the plan.
    pub list: List,
    /// The order in which the plan is shown, as places in it.
    order: Vec<usize>,
    /// How the last word of the line can end.
    endings: Vec<Ending>,
    presets: Vec<Preset>,
    /// The datasets and views that exist, as far as they are listed.
    existing: Existing,
    /// These and the rows of the tokens, to complete names.
    words: Existing,
    /// Whether a list of names is still to come.
    is_loading: bool,
    /// The request of a single token, and the line that it was made from.
    sent: Option<(Ticket, String)>,
}

impl EditRights {
    /// Changes the rights of these tokens. The line is the last one, for typing over.
    #[must_use]
    pub fn new(ids: Vec<TokenId>, shared: &Shared) -> Self {
        let line = match shared.edit_line.as_str() {
            "" => Part::text(Field::Line, "Change", ""),
            last => Part::proposed(Field::Line, "Change", last),
        };
        let form = Form::new([
            line,
            Part::back(Field::Cancel, "Cancel"),
            Part::button(Field::Continue, "Continue"),
        ]);
        let mut state = Self {
            ids,
            tokens: Vec::new(),
            plan: Ok(Plan::default()),
            form,
            list: List::default(),
            order: Vec::new(),
            endings: Vec::new(),
            existing: Existing::default(),
            words: Existing::default(),
            is_loading: false,
            presets: preset::built_in().unwrap_or_default(),
            sent: None,
        };
        state.take_lists(shared);
        state
    }

    /// The line of changes.
    #[must_use]
    pub fn line(&self) -> &str {
        self.form.text(Field::Line)
    }

    /// The tokens with what happens to them: first those that change, then those that cannot,
    /// then the others. Empty without a plan.
    pub fn rows(&self) -> impl Iterator<Item = (&ApiToken, &Planned)> {
        let planned = self.plan.as_ref().map_or(&[][..], |plan| plan.tokens.as_slice());
        self.order.iter().filter_map(|at| Some((self.tokens.get(*at)?, planned.get(*at)?)))
    }

    /// Takes the tokens and the names from the lists.
    fn take_lists(&mut self, shared: &Shared) {
        if shared.data.tokens.value().is_some() {
            let listed = self.ids.iter().filter_map(|id| shared.data.token(id));
            self.tokens = listed.cloned().collect();
        }
        // An API token gets an incomplete list.
        let is_whole = shared.session.credential == SecretKind::Personal;
        let (datasets, views) = (shared.data.datasets.value(), shared.data.views.value());
        self.existing = Existing {
            datasets: datasets.filter(|_| is_whole).map(|all| names(all, |d| &d.name)),
            views: views.filter(|_| is_whole).map(|all| names(all, |v| &v.name)),
        };
        self.is_loading = matches!(shared.data.datasets, Remote::Loading(_))
            || matches!(shared.data.views, Remote::Loading(_));
        // Patterns match the rows of the tokens too, so these can end a word as well.
        let all = |scope: Scope, rows: fn(&Grants) -> &Resources| {
            let rows = self.tokens.iter().flat_map(|token| rows(&token.grants).iter());
            let rows = rows.map(|(name, _)| name).filter(|name| name.raw() != WILDCARD);
            let mut all: Vec<SafeText> = self.existing.names(scope).chain(rows).cloned().collect();
            all.sort_unstable();
            all.dedup();
            Some(all)
        };
        self.words = Existing {
            datasets: all(Scope::Dataset, |grants| &grants.datasets),
            views: all(Scope::View, |grants| &grants.views),
        };
        self.update();
    }

    /// Applies the line to the tokens.
    fn update(&mut self) {
        let vocabulary = Vocabulary { presets: Some(&self.presets), kind: Kind::Advanced };
        let line = self.form.text(Field::Line);
        let (before, last) = line.rsplit_once(SEPARATOR).unwrap_or(("", line));
        let last = last.trim_start();
        self.endings = endings(last, vocabulary, |scope| self.words.names(scope));
        let tokens: Vec<&ApiToken> = self.tokens.iter().collect();
        let edits = Edit::parse_all(line, vocabulary);
        let is_waiting = self.is_loading && edits.is_ok();
        let plan = edits.and_then(|edits| Plan::new(&edits, &tokens, &self.existing));
        let is_mistaken_before =
            !before.trim().is_empty() && Edit::parse_all(before, vocabulary).is_err();
        let lacks_end = !self.endings.is_empty() || Edit::lacks_words(last);
        let is_unfinished = lacks_end && !is_mistaken_before;
        self.plan = plan.map_err(|words| {
            let words = if is_waiting { LOADING.to_owned() } else { words };
            Problem { words, is_unfinished: is_unfinished || is_waiting }
        });
        let wrong = self.plan.as_ref().err().filter(|problem| !problem.is_unfinished);
        self.form.complain(Field::Line, wrong.map(|problem| problem.words.clone()));
        self.order = self.plan.as_ref().map_or_else(|_| Vec::new(), order);
    }

    /// Whether the completion key would change the line or show how it can end.
    fn completes(&self) -> bool {
        self.form.is_on(Field::Line) && self.form.is_at_end(Field::Line) && !self.endings.is_empty()
    }

    /// Completes the last word: as in a shell, as much as all its ends have in common.
    fn complete(&mut self) {
        let line = self.line();
        let start = line.rfind(SEPARATOR).map_or(0, |at| at + SEPARATOR.len_utf8());
        let start = line.len() - line[start..].trim_start().len();
        let (before, last) = line.split_at(start);
        let lines = || self.endings.iter().map(|ending| ending.line.as_str());
        let begun = lines().filter(|end| end.starts_with(last)).reduce(|a, b| common(a, b));
        let whole = match (&self.endings[..], begun) {
            ([only], _) => Some(only.line.as_str()),
            (_, Some(begun)) if begun.len() > last.len() => Some(begun),
            _ => None,
        };
        if let Some(whole) = whole {
            let line = format!("{before}{whole}");
            self.form.set(Field::Line, &line);
            self.form.edited();
            self.update();
        } else {
            let words =
                self.endings.iter().map(|end| SafeText::from(end.word.as_str()).to_string());
            *self.form.completion_mut() = Completion::Names(words.collect());
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match action {
            Action::PageUp | Action::PageDown if self.list.scroll(action) => return Step::none(),
            Action::Complete => {
                self.complete();
                return Step::none();
            }
            _ => {}
        }
        match self.form.act(action) {
            Pressed::Back => {
                // Proposed when the dialog is opened again.
                self.line().clone_into(&mut cx.shared.edit_line);
                Step::back()
            }
            Pressed::Pressed(_) | Pressed::Submit => self.go_on(cx.shared),
            _ => Step::none(),
        }
    }

    /// Opens the dialog that replaces the tokens that change.
    fn go_on(&mut self, shared: &mut Shared) -> Step {
        let changed = || self.rows().filter(|(_, planned)| planned.outcome == Outcome::Changed);
        let busy = changed().find(|(token, _)| shared.is_busy(&token.id));
        let refusal = match &self.plan {
            Err(problem) => Some(problem.words.clone()),
            // A misspelt name would be accepted.
            Ok(_) if self.is_loading => Some(LOADING.to_owned()),
            Ok(_) if changed().next().is_none() => Some("This changes no token.".to_owned()),
            Ok(_) => busy.map(|(token, _)| format!("A change to {} is in progress.", token.name)),
        };
        if let Some(why) = refusal {
            self.form.refuse(Field::Line, why);
            return Step::none();
        }
        self.line().clone_into(&mut shared.edit_line);
        let new = changed().map(|(token, planned)| (token.clone(), planned.grants.clone()));
        Step::open(Open::ReplaceAll(new.collect()))
    }

    /// Handles the outcome of the request for a single token.
    fn settled(&mut self, ticket: Ticket, settled: &Settled) -> Step {
        let Some((sent, line)) = &mut self.sent else { return Step::none() };
        if *sent != ticket {
            return Step::none();
        }
        match settled {
            // Another line has been typed meanwhile.
            Settled::Done | Settled::Unresolved if *line != self.form.text(Field::Line) => {}
            Settled::Done | Settled::Unresolved => return Step::back(),
            Settled::Resent(again) => *sent = *again,
            Settled::Refused(_) | Settled::NotSent => self.sent = None,
        }
        Step::none()
    }
}

/// The places of a plan in the order in which they are shown.
fn order(plan: &Plan) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.tokens.len()).collect();
    order.sort_by_key(|at| match plan.tokens[*at].outcome {
        Outcome::Changed => 0,
        Outcome::Empty => 1,
        Outcome::Unchanged => 2,
    });
    order
}

fn names<T>(all: &[T], name: impl Fn(&T) -> &SafeText) -> Vec<SafeText> {
    all.iter().map(|thing| name(thing).clone()).collect()
}

impl Layer for EditRights {
    has_form!();

    fn context(&self) -> Context {
        if self.completes() { Context::Path } else { Context::Form }
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        let mut hints = self.form.hints();
        if self.completes() {
            hints.retain(|(action, _)| *action != Action::NextField);
            hints.push((Action::Complete, "complete"));
        }
        hints.extend(self.list.is_cut().then_some((Action::PageDown, "scroll")));
        hints
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        match action {
            Action::Complete => self.completes(),
            Action::PageUp | Action::PageDown => self.list.is_cut(),
            action => self.form.offers(action),
        }
    }

    fn is_over(&self, _shared: &Shared) -> bool {
        self.tokens.is_empty()
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Tokens, Topic::Datasets, Topic::Views]
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => {
                let names = cx.shared.fetch_names();
                self.take_lists(cx.shared);
                return Step::from(names).and(Step::effect(Effect::LoadPresets(cx.me)));
            }
            Event::Action(action) => return self.act(action, cx),
            Event::Edited => {
                self.list = List::default();
                self.update();
            }
            Event::Presets(Err(why)) => cx.shared.notify(NoticeKind::Warning, why),
            Event::Presets(Ok(mut own)) => {
                // A preset of the user comes before a built-in one with the same id.
                own.append(&mut self.presets);
                self.presets = own;
                self.update();
            }
            Event::Changed(Topic::Tokens | Topic::Datasets | Topic::Views) => {
                self.take_lists(cx.shared);
            }
            Event::Sent(ticket) => self.sent = Some((ticket, self.line().to_owned())),
            Event::Settled(ticket, settled) => return self.settled(ticket, &settled),
            _ => {}
        }
        Step::none()
    }
}
