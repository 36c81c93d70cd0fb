//! A run: one change of many tokens, one request after the other. What was
//! refused is not sent again by itself; an unknown outcome becomes a doubt, as
//! that of a single change does; each secret goes to the run's depot, and one
//! that does not arrive there is shown.

mod answers;
pub mod report;

use jiff::Timestamp;

pub use answers::{answered, deposited, unrecorded};

use super::{
    doubts,
    effect::{Depot, Effect, Ticket},
    model::{Intent, Model, NoticeKind},
    overlays::{Overlay, confirm::Then, regenerate::capped, reveal::Reveal, run::Dialog},
    replies,
};
use crate::{
    api::call::Call,
    domain::{ApiToken, Expiry, Regeneration, TokenId, token::Renewal},
};

/// What is done with each token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Delete,
    Regenerate {
        /// When the old tokens stop, if they do not before; `None` is at once.
        old_ends: Option<Timestamp>,
        new_expiry: Expiry,
        depot: Depot,
    },
}

/// How it went with one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its turn has not come.
    Waiting,
    Sent,
    /// It is done, and its secret is on its way to the depot.
    Delivering,
    /// Where its secret went, if there was one; and the new token's id.
    Done {
        new: Option<TokenId>,
        place: String,
        /// How the new token differs from what was asked for.
        warning: Option<String>,
    },
    /// Nothing happened, and why.
    Failed(String),
    /// It may have happened; it is among the doubts.
    Unknown(String),
}

/// One token of a run.
#[derive(Clone, Debug)]
pub struct Item {
    pub token: ApiToken,
    pub outcome: Outcome,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Going,
    /// The one that is in hand is the last one.
    Stopping,
    Over,
}

/// How many tokens went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub done: usize,
    /// Of those, the ones that are not what was asked for.
    pub not_as_asked: usize,
    pub failed: usize,
    pub unknown: usize,
    /// Those that wait, or are in hand.
    pub left: usize,
}

/// The whole of it.
#[derive(Debug)]
pub struct Run {
    pub kind: Kind,
    pub items: Vec<Item>,
    pub stage: Stage,
    /// Why it stopped before its end.
    pub why: Option<String>,
    /// Which one is in hand, and its request.
    current: Option<(usize, Ticket)>,
    /// The secret in hand, ready to be shown if it is not delivered.
    held: Option<Box<Reveal>>,
    /// Failures one after the other that the next one would meet too.
    in_a_row: usize,
    /// Its depot is being looked at, before it goes on.
    pub checking: Option<Ticket>,
    /// Where it was asked for, in words.
    place: String,
}

impl Run {
    /// The token in hand.
    #[must_use]
    pub fn current(&self) -> Option<&Item> {
        self.items.get(self.current?.0)
    }

    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for item in &self.items {
            match item.outcome {
                Outcome::Done { ref warning, .. } => {
                    tally.done += 1;
                    tally.not_as_asked += usize::from(warning.is_some());
                }
                Outcome::Failed(_) => tally.failed += 1,
                Outcome::Unknown(_) => tally.unknown += 1,
                Outcome::Waiting | Outcome::Sent | Outcome::Delivering => tally.left += 1,
            }
        }
        tally
    }

    /// As in "3 tokens".
    #[must_use]
    pub fn tokens(&self) -> String {
        tokens(self.items.len())
    }

    fn settle(&mut self, outcome: Outcome) {
        if let Some((at, _)) = self.current.take()
            && let Some(item) = self.items.get_mut(at)
        {
            item.outcome = outcome;
        }
    }

    /// Stops, and says why.
    fn break_off(&mut self, why: String) {
        if self.stage == Stage::Going {
            self.stage = Stage::Stopping;
            self.why = Some(why);
        }
    }
}

/// As in "1 token" and "3 tokens".
#[must_use]
pub fn tokens(count: usize) -> String {
    if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") }
}

/// Begins a run over these tokens.
pub fn begin(model: &mut Model, kind: Kind, tokens: Vec<ApiToken>) -> Vec<Effect> {
    let items = tokens.into_iter().map(|token| Item { token, outcome: Outcome::Waiting }).collect();
    model.run = Some(Run {
        kind,
        items,
        stage: Stage::Going,
        why: None,
        current: None,
        held: None,
        in_a_row: 0,
        checking: None,
        place: model.place(),
    });
    model.overlays.push(Overlay::Run(Dialog::default()));
    go_on(model)
}

/// Whether a request of a run or the secret that it brought is in hand.
#[must_use]
pub fn is_in_hand(model: &Model) -> bool {
    model.run.as_ref().is_some_and(|run| run.current.is_some())
}

/// Whether a run has not come to its end.
#[must_use]
pub fn is_going(model: &Model) -> bool {
    model.run.as_ref().is_some_and(|run| run.stage != Stage::Over)
}

/// Whether the answer with this ticket is one of a run's.
#[must_use]
pub fn awaits(model: &Model, ticket: Ticket) -> bool {
    model.run.as_ref().and_then(|run| run.current).is_some_and(|(_, sent)| sent == ticket)
}

/// Sends the next request, unless one is in hand or the server takes none now.
pub fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some(run) = &model.run else { return Vec::new() };
    if run.current.is_some() || run.stage == Stage::Over {
        return Vec::new();
    }
    let going = run.stage == Stage::Going;
    let next = run.items.iter().position(|i| i.outcome == Outcome::Waiting).filter(|_| going);
    match next {
        None => finish(model),
        Some(_) if model.limited_until().is_some() => Vec::new(),
        Some(at) => send(model, at),
    }
}

fn send(model: &mut Model, at: usize) -> Vec<Effect> {
    let now = model.server_now();
    let Some(run) = &model.run else { return Vec::new() };
    let token = &run.items[at].token;
    let (id, name) = (token.id.clone(), token.name.clone());
    let (intent, call) = match &run.kind {
        Kind::Delete => (Intent::Delete { id: id.clone(), name }, Call::DeleteToken(id)),
        Kind::Regenerate { old_ends, new_expiry, .. } => {
            let old_ends = capped(&token.expiry, old_ends.unwrap_or(now)).at;
            let renewal = Renewal::Same { new_expiry: *new_expiry };
            let how = Regeneration { old_ends, renewal };
            let intent = Intent::Regenerate { old: id.clone(), name, old_ends };
            (intent, Call::RegenerateToken(id, Box::new(how)))
        }
    };
    // What was chosen for another secret is not this one's.
    let destination = model.destination.take();
    let (ticket, effect) = model.change(intent, call);
    model.destination = destination;
    if let Some(run) = &mut model.run {
        run.current = Some((at, ticket));
        run.items[at].outcome = Outcome::Sent;
    }
    vec![effect]
}

/// No further request is sent. The one in hand goes on.
pub fn stop(model: &mut Model) -> Vec<Effect> {
    if let Some(run) = &mut model.run {
        run.break_off("you stopped it".to_owned());
    }
    go_on(model)
}

/// Its place is being left: what is in hand comes to its end.
pub fn leave(model: &mut Model) {
    if let Some(run) = &mut model.run {
        run.break_off("its place was left".to_owned());
    }
    if !is_in_hand(model) {
        model.run = None;
    }
}

/// Tries again what failed, and goes on with what was not begun. What is unknown
/// or done is left alone. The depot is looked at first.
pub fn retry(model: &mut Model) -> Vec<Effect> {
    let (now, ticket) = (model.server_now(), model.new_ticket());
    let Some(run) = &mut model.run else { return Vec::new() };
    if run.stage != Stage::Over || run.checking.is_some() {
        return Vec::new();
    }
    let again = |i: &Item| matches!(i.outcome, Outcome::Failed(_) | Outcome::Waiting);
    if !run.items.iter().any(again) {
        model.notify(NoticeKind::Info, "There is nothing to try again.");
        return Vec::new();
    }
    match &run.kind {
        Kind::Regenerate { old_ends: Some(at), .. } if *at <= now => {
            let text = "The time for the old tokens is over: mark them and begin anew.";
            model.notify(NoticeKind::Warning, text);
            Vec::new()
        }
        Kind::Regenerate { depot, .. } => {
            run.checking = Some(ticket);
            vec![Effect::CheckDepot { ticket, depot: depot.clone() }]
        }
        Kind::Delete => restart(model),
    }
}

/// The depot of a run that is to go on was looked at.
pub fn checked(model: &mut Model, ticket: Ticket, result: Result<(), String>) -> Vec<Effect> {
    let asked = model.run.as_mut().and_then(|run| run.checking.take_if(|t| *t == ticket));
    if asked.is_none() {
        return Vec::new();
    }
    match result {
        Ok(()) => restart(model),
        Err(why) => {
            model.notify(NoticeKind::Warning, format!("Not begun: {why}"));
            Vec::new()
        }
    }
}

fn restart(model: &mut Model) -> Vec<Effect> {
    let Some(run) = &mut model.run else { return Vec::new() };
    for item in &mut run.items {
        if matches!(item.outcome, Outcome::Failed(_)) {
            item.outcome = Outcome::Waiting;
        }
    }
    (run.stage, run.why, run.in_a_row) = (Stage::Going, None, 0);
    go_on(model)
}

/// Nothing is left to send: the list shows what came of it.
fn finish(model: &mut Model) -> Vec<Effect> {
    let Some(run) = &mut model.run else { return Vec::new() };
    run.stage = Stage::Over;
    let gone: Vec<TokenId> = match run.kind {
        Kind::Regenerate { .. } => Vec::new(),
        Kind::Delete => {
            let done = run.items.iter().filter(|i| matches!(i.outcome, Outcome::Done { .. }));
            done.map(|i| i.token.id.clone()).collect()
        }
    };
    // The question whether to stop is settled.
    model.overlays.retain(|o| match o {
        Overlay::Confirm(c) => !c.choices.iter().any(|(_, then)| *then == Then::StopRun),
        _ => true,
    });
    if !model.overlays.iter().any(|o| matches!(o, Overlay::Run(_))) {
        // Its place was left: nobody looks at it any more.
        model.run = None;
        return Vec::new();
    }
    replies::drop_tokens(model, &gone);
    vec![model.fetch_tokens()]
}

/// Its summary was looked at.
pub fn close(model: &mut Model) {
    model.run = None;
    doubts::tell(model);
}

/// The report was saved at a path, or not.
pub fn report_saved(model: &mut Model, result: Result<String, String>) {
    match result {
        Ok(path) => model.notify(NoticeKind::Info, format!("Saved to {path}.")),
        Err(why) => model.notify(NoticeKind::Warning, format!("Not saved: {why}")),
    }
}
