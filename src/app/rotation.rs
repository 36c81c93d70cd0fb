//! Rotations with proof: reads the plan and the journal, starts a rotation, and handles its
//! progress and its end.

use std::collections::HashSet;

use super::{
    effect::{Effect, Ticket},
    layer::{Nav, Step},
    msg::Msg,
    notice::NoticeKind,
    replies,
    shared::{Shared, Topic, rotations::Rotating},
};
use crate::{
    domain::{SafeText, rotation::Plan, session::ConnectionId, text::sentence},
    input::{Action, Context},
    journal::{Contents, EntryId, Mark, Open, Rotation},
    ops::rotation::{End, Report, Work},
};

/// The effect that reads the plan and the journal. The demo has neither.
#[must_use]
pub fn load(shared: &Shared) -> Option<Effect> {
    (!shared.session.demo).then_some(Effect::LoadRotations)
}

/// Takes the pairs that the journal had at the start, and says what is wrong with it.
pub(super) fn recalled(shared: &mut Shared, rotations: Vec<Rotation>, warning: Option<String>) {
    if let Some(warning) = warning {
        shared.notify(NoticeKind::Warning, warning);
    }
    let changes = std::mem::take(&mut shared.rotations.contents.changes);
    shared.rotations.remember(Contents { changes, rotations, ..Contents::default() });
    shared.touch(Topic::Rotations);
}

/// Removes unfinished rotations whose new token exists: a later rotation continues them. Says how
/// many there are, and closes those of which a token was deleted.
pub(super) fn without_rotations(shared: &mut Shared, open: &[Open]) -> (Vec<Open>, Vec<Effect>) {
    let is_made = |open: &Open| {
        let last = open.last.as_ref();
        open.entry.is_rotation && !last.is_none_or(|last| matches!(last, Mark::Unknown))
    };
    let (made, rest): (Vec<Open>, Vec<Open>) = open.iter().cloned().partition(is_made);
    let pairs = &shared.rotations.contents.rotations;
    let known: HashSet<&EntryId> = pairs.iter().filter_map(|pair| pair.entry.as_ref()).collect();
    let (stuck, gone): (Vec<Open>, Vec<Open>) =
        made.into_iter().partition(|open| known.contains(&open.entry.id));
    let org = shared.session.org.as_ref().map(SafeText::raw);
    let here = stuck.iter().filter(|open| open.entry.location.is_at(&shared.session.url, org));
    let rotations = match here.count() {
        0 => None,
        1 => Some("1 rotation is".to_owned()),
        count => Some(format!("{count} rotations are")),
    };
    if let Some(rotations) = rotations {
        let key = shared.key_in(Context::Anywhere, Action::GoRotations);
        let text = format!("{rotations} not finished ({key} to continue).");
        shared.notify(NoticeKind::Warning, text);
    }
    let close = |open: Open| {
        let why = Some("a token of the pair was deleted".to_owned());
        Effect::Mark { entry: open.entry.id, mark: Mark::Settled { why } }
    };
    (rest, gone.into_iter().map(close).collect())
}

/// Handles a message about rotations.
pub(super) fn take(shared: &mut Shared, msg: Msg) -> Step {
    match msg {
        Msg::Rotations { plan, contents } => {
            loaded(shared, plan, contents);
            return report_due(shared);
        }
        Msg::RotationTold { ticket, words } => told(shared, ticket, &words),
        Msg::Rotated { ticket, result } => return ended(shared, ticket, result),
        _ => {}
    }
    Step::none()
}

/// Takes the plan and the journal.
fn loaded(
    shared: &mut Shared,
    plan: Result<Option<Plan>, String>,
    contents: Result<Contents, String>,
) {
    shared.rotations.plan = Some(plan);
    match contents {
        Ok(contents) => {
            shared.rotations.unread = None;
            shared.rotations.remember(contents);
        }
        Err(why) => shared.rotations.unread = Some(why),
    }
    shared.touch(Topic::Rotations);
}

/// Reports the tokens that have become due. The journal says which ones were replaced, so this
/// follows each reading of both.
pub(super) fn report_due(shared: &mut Shared) -> Step {
    let due = shared.take_due();
    due.map_or_else(Step::none, |due| Step::effect(Effect::ReportDue(Box::new(due))))
}

/// Looks which tokens have become due, once a minute.
pub(super) fn recount(shared: &mut Shared) {
    let is_listed = shared.data.tokens.value().is_some();
    if is_listed && shared.rotations.are_old(shared.server_now()) {
        shared.touch(Topic::Rotations);
    }
}

/// Starts a rotation.
pub(super) fn begin(shared: &mut Shared, work: Work, name: SafeText) -> Step {
    let Some(Ok(Some(plan))) = shared.rotations.plan.clone() else { return Step::none() };
    if shared.session.demo || shared.rotations.run.is_some() {
        return Step::none();
    }
    let load = shared.new_load();
    let (session, place) = (shared.session.clone(), shared.place());
    shared.rotations.reports.clear();
    shared.rotations.run = Some(Rotating {
        load,
        work: work.clone(),
        name,
        words: String::new(),
        session: session.clone(),
        place,
        unused: None,
    });
    shared.touch(Topic::Rotations);
    Step::effect(Effect::Rotate { ticket: load.ticket, session: Box::new(session), plan, work })
}

/// Whether the rotation in progress needs this connection. It is then closed when that ends.
pub(super) fn keeps(shared: &mut Shared, connection: ConnectionId) -> bool {
    let run = shared.rotations.run.as_mut();
    let run = run.filter(|run| run.session.connection == Some(connection));
    run.is_some_and(|run| {
        run.unused = Some(connection);
        true
    })
}

/// Takes what the rotation in progress has just done.
fn told(shared: &mut Shared, ticket: Ticket, words: &str) {
    let run = shared.rotations.run.as_mut().filter(|run| run.load.ticket == ticket);
    if let Some(run) = run {
        // The row shows the name already.
        let own = format!("{}: ", run.name);
        words.strip_prefix(&own).unwrap_or(words).clone_into(&mut run.words);
    }
}

/// Takes the outcome of the rotation.
fn ended(shared: &mut Shared, ticket: Ticket, result: Result<Vec<Report>, String>) -> Step {
    let Some(run) = shared.rotations.run.take_if(|run| run.load.ticket == ticket) else {
        return Step::none();
    };
    shared.touch(Topic::Rotations);
    let (here, there) = (&shared.session, &run.session);
    let is_here = here.connection == there.connection && here.org == there.org
        || here.is_same_deployment(there);
    let mut step = Step::from(run.unused.map(Effect::Disconnect).into_iter().collect::<Vec<_>>());
    let (kind, words) = match &result {
        Ok(reports) => outcome(&run, reports),
        Err(why) => (NoticeKind::Warning, sentence(why)),
    };
    let place = if is_here { String::new() } else { format!("In {}: ", run.place) };
    shared.notify(kind, format!("{place}{words}"));
    if is_here {
        step = step.and(shared.fetch_tokens().into());
        let reports = result.unwrap_or_default();
        for report in &reports {
            if let End::Refused(failure, call) = &report.end {
                let open = replies::learn(shared, call, failure);
                step.navs.extend(open.map(Nav::Open));
            }
        }
        shared.rotations.reports = reports;
    }
    step.effects.extend(load(shared));
    step
}

/// What to say about a rotation that has ended.
fn outcome(run: &Rotating, reports: &[Report]) -> (NoticeKind, String) {
    let Some(report) = reports.first() else {
        return (NoticeKind::Info, format!("Nothing was left to do for {}.", run.name));
    };
    let (name, last) = (&report.name, report.words.last());
    let last = |otherwise: &str| last.cloned().unwrap_or_else(|| otherwise.to_owned());
    let words = match report.end {
        End::Complete => {
            let words = if matches!(run.work, Work::Prove(_)) {
                format!("{name}: the stored secret is the new one, and the server accepts it.")
            } else {
                format!("{name} was rotated: {}.", last("every step succeeded"))
            };
            return (NoticeKind::Info, words);
        }
        End::Unchanged => {
            let words = last("the stored secret is the new one and works");
            return (NoticeKind::Info, format!("{name}: {words}."));
        }
        End::Stuck(step) => last(&format!("stuck at {}", step.label())),
        End::Unknown => last("the outcome is not known"),
        End::Refused(..) => last("the server refused the request"),
        End::Skipped => last("not started"),
    };
    let advice = report.advice.as_deref().map(|advice| format!(" {}", sentence(advice)));
    let words = words.trim_end_matches('.');
    (NoticeKind::Warning, format!("{name}: {words}.{}", advice.unwrap_or_default()))
}
