//! The list of API tokens, with its filter and sort order. Rows are token ids, so they
//! stay valid when the list changes.

use std::sync::{Arc, Weak};

use jiff::{SignedDuration, Timestamp};

use crate::{
    app::command::Command,
    app::{
        effect::Effect,
        field::Field,
        layer::{
            Cx, DeleteTarget, Draft, Event, Hint, Layer, Leaving, Nav, Open, Page, Step,
            about_token,
        },
        list::List,
        marked::Marked,
        mouse::HitTarget,
        notice::NoticeKind,
        shared::{Shared, Topic},
        switch, usage,
    },
    domain::{
        ApiToken, Kind, TokenId,
        choices::{Choice, Choices},
        filter::{ATTENTION, Filter, UsageGap, Words},
        sort::Sort,
        token::State,
        usage::Usage,
    },
    input::{Action, Context},
};

/// How often to recount: tokens expire while the list stays the same.
const RECOUNT_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The list of API tokens: its rows, filter, order and marks.
#[derive(Debug, Default)]
pub struct ApiTokens {
    /// The cursor and scroll position.
    pub list: List,
    /// The text of the filter.
    pub filter: Field,
    /// Whether the filter line has the focus.
    pub editing: bool,
    /// The words of the filter, to highlight what they found.
    pub words: Option<Words>,
    /// Why a term about use matches nothing.
    usage_gap: Option<UsageGap>,
    /// The tokens that the filter shows, in order.
    pub rows: Vec<TokenId>,
    order: Order,
    /// How many of the shown tokens are in each state.
    pub counts: Counts,
    /// The marked tokens.
    pub marked: Marked,
}

/// How many of the shown tokens are in each state. Counted when the rows change and every
/// minute rather than for each frame, because there can be many tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tokens that expire soon.
    pub expiring: usize,
    /// Expired tokens.
    pub expired: usize,
    /// Tokens whose expiry cannot be read.
    pub unreadable: usize,
    at: Timestamp,
}

impl Counts {
    fn of<'a>(tokens: impl Iterator<Item = &'a ApiToken>, now: Timestamp) -> Self {
        let (mut expiring, mut expired, mut unreadable) = (0, 0, 0);
        for token in tokens {
            match token.state(now) {
                State::Expiring => expiring += 1,
                State::Expired => expired += 1,
                State::Unknown => unreadable += 1,
                State::Active => {}
            }
        }
        Self { expiring, expired, unreadable, at: now }
    }
}

/// The sorted order of all tokens, as positions in the list. Kept while the filter is
/// edited, because filtering does not change it.
#[derive(Debug, Default)]
struct Order {
    of: Weak<Vec<ApiToken>>,
    positions: Vec<usize>,
}

impl ApiTokens {
    /// The token under the cursor.
    #[must_use]
    pub fn here(&self) -> Option<&TokenId> {
        self.rows.get(self.list.cursor)
    }

    /// Recounts if the counts are a minute old.
    pub fn recount(&mut self, shared: &Shared) {
        let now = shared.server_now();
        let is_old = self.counts.at.duration_until(now).abs() >= RECOUNT_AFTER;
        if is_old && shared.data.tokens.value().is_some() {
            let shown = self.rows.iter().filter_map(|id| shared.data.token(id));
            self.counts = Counts::of(shown, now);
        }
    }

    /// Recomputes order and filter. The cursor stays on its token, or on its row
    /// number if the token has gone.
    fn update_rows(&mut self, shared: &Shared) {
        if shared.data.tokens.value().is_none() {
            return;
        }
        self.order = Order::default();
        self.marked.keep(&shared.data);
        self.filter(shared, None);
    }

    /// Recomputes the rows; the cursor stays on its token, or moves to `select`. Returns the
    /// row of the best match; the rows stay in the chosen order.
    fn filter(&mut self, shared: &Shared, select: Option<&TokenId>) -> usize {
        let now = shared.server_now();
        let keep = select.or_else(|| self.here()).cloned();
        let Some(tokens) = shared.data.tokens.value() else { return 0 };
        let of = Arc::downgrade(tokens);
        if !of.ptr_eq(&self.order.of) {
            self.order = Order { of, positions: order(tokens, shared, now) };
        }
        let filter = Filter::parse(self.filter.text(), now).knowing(
            shared.old_halves(),
            shared.standards(),
            shared.data.usage.value().map(Box::as_ref),
        );
        // Score in memory order: cache misses would otherwise dominate.
        let scores: Vec<Option<u32>> = tokens.iter().map(|t| filter.score(t, now)).collect();
        let score = |at: &usize| Some((scores.get(*at).copied().flatten()?, *at));
        let found: Vec<(u32, usize)> = self.order.positions.iter().filter_map(score).collect();
        let most = found.iter().map(|(score, _)| *score).max();
        let best = found.iter().position(|(score, _)| Some(*score) == most).unwrap_or(0);
        let shown = || found.iter().filter_map(|(_, at)| tokens.get(*at));
        self.rows = shown().map(|token| token.id.clone()).collect();
        self.counts = Counts::of(shown(), now);
        self.usage_gap = filter.usage_gap();
        self.words = filter.into_words();
        self.marked.find(&self.rows);
        let position = keep.and_then(|id| self.rows.iter().position(|row| *row == id));
        // If the token has gone, stay on the row number, or on the last row.
        let stay = self.list.cursor.min(self.rows.len().saturating_sub(1));
        self.list.cursor = position.unwrap_or(stay);
        best
    }

    /// Filters by what was typed and moves the cursor to the best match.
    fn typed(&mut self, shared: &mut Shared) {
        self.list.cursor = self.filter(shared, None);
        if let Some(mistake) = Filter::mistake(self.filter.text()) {
            shared.notify(NoticeKind::Info, Filter::usage(mistake));
        } else if let Some(gap) = self.usage_gap {
            let ask = match gap {
                UsageGap::NotLoaded => {
                    format!(": {} asks it", shared.key_in(Context::Tokens, Action::Usage))
                }
                _ => String::new(),
            };
            let words = format!("This matches nothing: {}{ask}.", gap.reason());
            shared.notify(NoticeKind::Info, words);
        }
    }

    /// Moves the cursor to a token, and clears the filter if that hides it.
    fn show(&mut self, id: &TokenId, shared: &Shared) {
        self.filter(shared, Some(id));
        if self.here() != Some(id) {
            self.filter.set("");
            self.filter(shared, Some(id));
        }
    }

    /// Whether the list shows only what needs attention.
    fn is_attention(&self) -> bool {
        self.filter.text().trim() == ATTENTION
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.mark(action, cx.shared) || self.list.step(action, self.rows.len()) {
            return Step::none();
        }
        match action {
            Action::Filter => self.editing = true,
            Action::Accept => self.editing = false,
            Action::Back => {
                self.editing = false;
                self.filter.set("");
                self.filter(cx.shared, None);
            }
            Action::Complete => {
                if let Some(rest) = Filter::completion(self.filter.text()) {
                    self.filter.set(&format!("{}{rest}", self.filter.text()));
                    self.typed(cx.shared);
                }
            }
            Action::Attention => {
                let text = if self.is_attention() { "" } else { ATTENTION };
                self.filter.set(text);
                self.list.cursor = self.filter(cx.shared, None);
            }
            Action::Sort => {
                let Choices { sort, reverse, .. } = cx.shared.choices;
                let next = match sort.next() {
                    // Without an answer from the log, that order would say nothing.
                    Sort::Seen if cx.shared.data.usage.value().is_none() => Sort::Seen.next(),
                    next => next,
                };
                return self.order_by(next, reverse, cx.shared);
            }
            Action::ReverseSort => {
                let Choices { sort, reverse, .. } = cx.shared.choices;
                return self.order_by(sort, !reverse, cx.shared);
            }
            // Also from the filter line, where Enter only ends typing.
            Action::Open | Action::Submit => {
                self.editing = false;
                let open = self.here().cloned().map(|id| Nav::Show(Page::TokenDetail(id)));
                return open.into_iter().fold(Step::none(), Step::nav);
            }
            Action::New => return Step::show(Page::NewToken(Box::new(Draft::Empty))),
            Action::Refresh => return refresh(cx.shared),
            Action::Regenerate | Action::Replace | Action::Delete if !self.marked.is_empty() => {
                return self.on_marked(action, cx.shared);
            }
            Action::Usage => return usage::ask(cx.shared),
            Action::Narrow => return usage::narrow(self.here(), cx.shared),
            Action::CompareTokens => {
                let ids = self.marked_tokens(cx.shared).into_iter().map(|t| t.id.clone());
                return crate::app::layer::compare(ids.collect(), cx.shared);
            }
            _ => return about_token(action, self.here(), cx.shared),
        }
        Step::none()
    }

    /// Opens the dialog that deletes, regenerates or changes the marked tokens.
    fn on_marked(&self, action: Action, shared: &Shared) -> Step {
        let tokens = self.marked_tokens(shared).into_iter();
        Step::open(match action {
            Action::Replace => Open::EditRights(tokens.map(|token| token.id.clone()).collect()),
            Action::Delete => Open::Delete(Box::new(DeleteTarget::Api(tokens.cloned().collect()))),
            _ => Open::Regenerate(tokens.cloned().collect()),
        })
    }

    /// Sorts the list. An open range of marks keeps the tokens it covered.
    fn order_by(&mut self, sort: Sort, reverse: bool, shared: &mut Shared) -> Step {
        self.close_range();
        let save = shared.choose(Choice::Order(sort, reverse));
        self.update_rows(shared);
        Step::effect(save)
    }

    fn clicked(&mut self, target: HitTarget, double: bool, cx: &mut Cx<'_>) -> Step {
        match target {
            HitTarget::Row(row) | HitTarget::RowDo(row, _) => {
                // A click ends typing but keeps the filter.
                self.editing = false;
                self.list.cursor = row.min(self.rows.len().saturating_sub(1));
                match target {
                    HitTarget::RowDo(_, action) => Step::act(action),
                    _ if double => Step::act(Action::Open),
                    _ => Step::none(),
                }
            }
            // A click on the column of the current order reverses it.
            HitTarget::Heading(sort) if sort == cx.shared.choices.sort => {
                Step::act(Action::ReverseSort)
            }
            HitTarget::Heading(sort) => self.order_by(sort, cx.shared.choices.reverse, cx.shared),
            _ => Step::none(),
        }
    }
}

/// Fetches the list again, and forgets refusals: rights may have been granted since.
fn refresh(shared: &mut Shared) -> Step {
    shared.refused.clear();
    let effects: Vec<Effect> = if shared.session.lacks_org() {
        switch::choose_org(shared)
    } else {
        vec![shared.reload_policies(), shared.fetch_tokens()]
    };
    effects.into()
}

impl Layer for ApiTokens {
    fn context(&self) -> Context {
        if self.editing { Context::Filter } else { Context::Tokens }
    }

    fn home(&self) -> Context {
        Context::Tokens
    }

    fn is_typing(&self) -> bool {
        self.editing
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.editing.then_some(&mut self.filter)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        if self.editing {
            let mut wanted =
                vec![(A::Accept, "keep filter"), (A::Submit, "open"), (A::Back, "clear filter")];
            let completes = Filter::completion(self.filter.text()).is_some();
            wanted.extend(completes.then_some((A::Complete, "complete")));
            wanted.push((A::Down, "move"));
            return wanted;
        }
        if self.marked.is_range() {
            return vec![
                (A::Down, "extend"),
                (A::MarkRange, "end range"),
                (A::Back, "drop range"),
                (A::Regenerate, "regenerate marked"),
                (A::Delete, "delete marked"),
                (A::Replace, "change rights"),
            ];
        }
        if !self.marked.is_empty() {
            let mut wanted = vec![
                (A::Regenerate, "regenerate marked"),
                (A::Delete, "delete marked"),
                (A::Replace, "change rights"),
            ];
            wanted.extend((self.marked_count().all == 2).then_some((A::CompareTokens, "compare")));
            wanted.extend([
                (A::Mark, "mark"),
                (A::Back, "unmark"),
                (A::MarkRange, "range"),
                (A::MarkShown, "mark shown"),
                (A::Filter, "filter"),
            ]);
            return wanted;
        }
        vec![
            (A::New, "new"),
            (A::Regenerate, "regenerate"),
            (A::Delete, "delete"),
            (A::Open, "details"),
            (A::Attention, if self.is_attention() { "all" } else { "attention" }),
            (A::Filter, "filter"),
            (A::Clone, "clone"),
            (A::Replace, "replace"),
            (A::Sort, "sort"),
            (A::Mark, "mark"),
            (A::Usage, "usage"),
            (A::BackOrQuit, "quit"),
            (A::GoProfile, "profile"),
            (A::GoReview, "review"),
            (A::GoOrgs, "organisations"),
        ]
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        true
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Tokens, Topic::Accepted]
    }

    fn token<'a>(&'a self, _shared: &'a Shared) -> Option<&'a TokenId> {
        self.here()
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        match action {
            Action::GoTokens => false,
            Action::Back => !self.filter.is_empty() || !self.marked.is_empty(),
            _ => true,
        }
    }

    fn refuses(&self, action: Action, shared: &Shared) -> Option<String> {
        let is_about_marked =
            matches!(action, Action::Regenerate | Action::Replace | Action::Delete);
        // Every frame asks for several actions, and there can be many tokens. Look up the
        // marked ones only if a change is in flight for some token.
        let marked = (is_about_marked && !self.marked.is_empty()).then(|| {
            if shared.in_flight.is_empty() { Vec::new() } else { self.marked_tokens(shared) }
        });
        crate::app::layer::refusal(action, self.here(), marked.as_deref(), shared)
    }

    fn unfit(&self, command: Command) -> Option<&'static str> {
        match command {
            Command::Filter | Command::Sort => None,
            other => other.misplaced(),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => return self.act(action, cx),
            Event::Click(target, double) => return self.clicked(target, double, cx),
            Event::Edited => self.typed(cx.shared),
            Event::Filter(text) => {
                self.filter.set(&text);
                self.typed(cx.shared);
            }
            Event::Sort(sort, reverse) => return self.order_by(sort, reverse, cx.shared),
            Event::Changed(Topic::Tokens) => {
                let line = self.list.line();
                self.update_rows(cx.shared);
                self.list.hold(line);
            }
            Event::Changed(Topic::Clock | Topic::Accepted | Topic::Usage | Topic::Rotations) => {
                self.update_rows(cx.shared);
            }
            Event::Show(id) => self.show(&id, cx.shared),
            Event::Unmark(id) => {
                self.marked.unmark(&id);
                self.marked.find(&self.rows);
            }
            Event::Left => *self = Self::default(),
            _ => {}
        }
        Step::none()
    }
}

fn push_lowercase(names: &mut String, name: &str) {
    let start = names.len();
    if name.is_ascii() {
        names.push_str(name);
        names[start..].make_ascii_lowercase();
    } else {
        names.push_str(&name.to_lowercase());
    }
}

/// Where a token comes by its last use: unused ones first, then the longest unseen, then those
/// that cannot be judged.
fn seen(token: &ApiToken, usage: &Usage) -> (u8, i64) {
    match usage.last(token) {
        None if usage.is_unused(token) => (0, 0),
        Some(last) => (1, last.at.as_second()),
        None => (2, 0),
    }
}

/// The positions of all tokens, sorted.
fn order(tokens: &[ApiToken], shared: &Shared, now: Timestamp) -> Vec<usize> {
    let (choices, usage) = (&shared.choices, shared.data.usage.value());
    let first = |token: &ApiToken| match choices.sort {
        Sort::Seen => usage.map_or((0, 0), |usage| seen(token, usage)),
        Sort::Expiry => token.expiry.order(now),
        Sort::Kind => (u8::from(token.kind() == Kind::Advanced), 0),
        Sort::Name => (0, 0),
    };
    // Keep all names in one buffer: ten thousand small allocations would take longer
    // than the sort.
    let mut names = String::new();
    let mut end = |token: &ApiToken| {
        push_lowercase(&mut names, token.name.shown());
        names.len()
    };
    let ends: Vec<_> = tokens.iter().map(&mut end).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let parts = starts.zip(&ends).map(|(start, end)| &names[start..*end]);
    let numbered = tokens.iter().enumerate().zip(parts);
    let mut keys: Vec<_> =
        numbered.map(|((i, token), name)| (first(token), name, &token.id, i)).collect();
    keys.sort_unstable();
    let mut order: Vec<_> = keys.into_iter().map(|(.., i)| i).collect();
    if choices.reverse {
        order.reverse();
    }
    order
}
