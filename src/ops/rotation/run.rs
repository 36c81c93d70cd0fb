//! Goes over the tokens that a plan covers. Reads list and journal again before each token that may
//! be changed: another machine, or the console, may have changed them meanwhile.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::{
    End, Options, Report, Stop, Work,
    half::{Failed, Half, Steps},
    overview::{Facts, Recorded, Row, State, overview},
    store,
};
use crate::{
    api::error::FailureKind,
    domain::{
        ApiToken, SafeText, TokenId,
        grace::capped,
        rotation::{Pair, Plan, Rule},
        token::Renewal,
        when,
    },
    journal::{Asked, Contents, EntryId, Likeness, Mark, Open, Stage, Step},
    ops::{
        Interrupt, Listed, Made, Outcome, SignedIn, Unconfirmed,
        change::Intent,
        reconcile::{Candidate, Search},
        undelivered,
    },
};

/// After this long, a request whose connection ended can no longer be carried out.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(10);
/// Expiries that differ by less than this are equal: servers round them.
const ROUNDING: SignedDuration = SignedDuration::from_secs(60);

/// A run over a plan.
pub(super) struct Run<T> {
    signed_in: SignedIn,
    plan: Plan,
    options: Options,
    interrupt: Interrupt,
    tell: T,
    /// The rows that had their turn.
    done: HashSet<Turn>,
    /// The lines of the rules with a token whose rotation failed in this run.
    failed: HashSet<usize>,
    /// No other token may be regenerated: a secret is lost, or the server refuses all requests.
    is_over: bool,
    reports: Vec<Report>,
}

/// What identifies a row's turn: its journal entry, or the token that is due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Turn {
    Entry(EntryId),
    Token(TokenId),
}

/// What is there before a token's turn.
pub(super) struct Now {
    pub at: Timestamp,
    pub tokens: Vec<ApiToken>,
    contents: Contents,
    pub rows: Vec<Row>,
}

/// Reads the list and the journal.
pub(super) async fn now(signed_in: &SignedIn, plan: &Plan) -> Result<Now, Stop> {
    let tokens = signed_in.tokens().await.map_err(Stop::Failed)?;
    let contents = signed_in.ops.journal_contents().await.map_err(Stop::Files)?;
    let (at, session) = (signed_in.now(), &signed_in.session);
    let rows = overview(Facts {
        plan,
        tokens: &tokens,
        contents: &contents,
        url: &session.url,
        org: session.org.as_ref().map(SafeText::raw),
        now: at,
    });
    Ok(Now { at, tokens, contents, rows })
}

/// Whether a row belongs to a run over everything that is due.
pub(super) fn is_ours(row: &Row) -> bool {
    row.rule.is_some() || is_planned(row)
}

impl<T: FnMut(String)> Run<T> {
    pub fn new(
        signed_in: SignedIn,
        plan: Plan,
        options: Options,
        interrupt: Interrupt,
        tell: T,
    ) -> Self {
        let (done, failed, reports) = Default::default();
        Self { signed_in, plan, options, interrupt, tell, done, failed, is_over: false, reports }
    }

    /// Gives each row its turn.
    pub async fn all(mut self) -> Result<Vec<Report>, Stop> {
        undelivered::prepare().map_err(Stop::Files)?;
        let mut now = self::now(&self.signed_in, &self.plan).await?;
        self.plan.check(&now.tokens, now.at).map_err(Stop::Misfit)?;
        let before: HashSet<TokenId> = now.tokens.iter().map(|t| t.id.clone()).collect();
        let mut is_fresh = true;
        loop {
            match self.next(&now) {
                Some(row) if is_fresh || !row.state.may_send() => {
                    is_fresh &= !row.state.may_send();
                    self.done.insert(turn(&row));
                    let report = self.turn(row, &now).await;
                    self.reports.extend(report);
                }
                None if is_fresh => break,
                // Another machine, or this run, may have changed what comes next.
                _ => match self::now(&self.signed_in, &self.plan).await {
                    Ok(again) => (now, is_fresh) = (again, true),
                    // What was done so far must be reported.
                    Err(stop) => {
                        (self.tell)(stop.to_string());
                        break;
                    }
                },
            }
        }
        self.doubles(&before).await;
        Ok(self.reports)
    }

    /// The next row that this run is about and that had no turn yet.
    fn next(&self, now: &Now) -> Option<Row> {
        let is_new = |row: &&Row| !self.done.contains(&turn(row));
        match &self.options.work {
            Work::Due => now.rows.iter().filter(|row| is_ours(row)).find(is_new).cloned(),
            Work::Prove(id) => now.rows.iter().filter(|row| row.has(id)).find(is_new).cloned(),
            Work::Rotate(ids) => ids.iter().find_map(|id| {
                let row = now.rows.iter().find(|row| row.has(id) && !is_delivered_new(row, id));
                let row = row.cloned().or_else(|| self.not_due(id, now));
                row.filter(|row| is_new(&row))
            }),
        }
    }

    /// A row for a token that is to be rotated although it is not due.
    fn not_due(&self, id: &TokenId, now: &Now) -> Option<Row> {
        let token = now.tokens.iter().find(|t| t.id == *id)?;
        Some(Row {
            name: token.name.clone(),
            olds: vec![id.clone()],
            new: None,
            old_ends: token.expiry.at(),
            state: State::Due,
            rule: self.plan.rule(token, now.at).cloned(),
            recorded: None,
        })
    }

    async fn turn(&mut self, row: Row, now: &Now) -> Option<Report> {
        if let Some(recorded) = &row.recorded {
            self.signed_in.ops.recorder.adopt(&recorded.entry).await;
        }
        if let Work::Prove(_) = self.options.work {
            return Some(self.prove(row).await);
        }
        if self.interrupt.signal().is_some() {
            return match row.state {
                State::Due | State::Stuck { .. } => Some(self.skipped(row, "stopped by a signal")),
                _ => None,
            };
        }
        let is_named = matches!(self.options.work, Work::Rotate(_));
        match (&row.state, row.recorded.clone()) {
            (State::Stuck { .. }, Some(recorded)) => self.resume(row, recorded, now).await,
            (State::Rotating | State::Proven, Some(recorded)) if recorded.is_planned => {
                self.finish(row).await
            }
            (State::Rotating, None) => Some(self.unproven(row)),
            // Regenerated by hand: whoever did it has the secret.
            (State::Rotating | State::Proven | State::Stuck { .. }, _) => None,
            (State::Due, _) => self.begin(row, now).await,
            (State::Expired | State::Unreadable, _) if is_named => self.begin(row, now).await,
            (State::Expired | State::Unreadable, _) => Some(self.not_automatic(row)),
        }
    }

    /// Regenerates a token, and makes the steps that follow.
    async fn begin(&mut self, row: Row, now: &Now) -> Option<Report> {
        let Some(rule) = row.rule.clone() else {
            let why = "no rule of the plan fits it";
            return Some(self.refused(row, why, "add a rule for it to the plan"));
        };
        if self.is_over || self.failed.contains(&rule.line) {
            return Some(self.skipped(row, "an earlier rotation failed"));
        }
        let token = row.old().and_then(|id| now.tokens.iter().find(|t| t.id == *id));
        let Some(token) = token else {
            return Some(self.refused(row, "it is not listed", "look again"));
        };
        let pair = Pair { name: token.name.clone(), old: token.id.clone(), new: None };
        if let Err(why) = store::check(&rule, &pair, self.signed_in.ops.home()) {
            self.failed.insert(rule.line);
            return Some(self.refused(row, &why, "correct the plan; nothing was sent"));
        }
        if let Some(other) = namesake(token, now, &rule) {
            let why = format!("{other} has the same name and other rights");
            let advice = "both would be delivered to the same place: rename one";
            return Some(self.refused(row, &why, advice));
        }
        let olds = row.olds.clone();
        self.regenerate(token.clone(), rule, olds, row.old_ends, now).await.0
    }

    /// Regenerates a token and finishes its rotation. Returns no report if the next turn continues.
    /// Also returns whether there is a new token.
    async fn regenerate(
        &mut self,
        token: ApiToken,
        rule: Rule,
        olds: Vec<TokenId>,
        earlier: Option<Timestamp>,
        now: &Now,
    ) -> (Option<Report>, bool) {
        let own_end = capped(&token.expiry, rule.old_ends(now.at)).at;
        let old_ends = if olds.len() > 1 { earlier.max(Some(own_end)) } else { Some(own_end) };
        let renewal = Renewal::Same { new_expiry: rule.new_expiry(now.at) };
        let (intent, call) = Intent::regenerate(&token, own_end, renewal);
        let listed = Listed { tokens: Some(now.tokens.clone()), ..Listed::default() };
        // A secret that has arrived must not be lost when the program ends.
        let guard = self.signed_in.ops.in_flight.begin();
        let patience = self.options.look_for;
        let outcome = self.signed_in.change(&intent, &call, &listed, patience, &self.interrupt);
        let outcome = Box::pin(outcome).await;
        let mut half = Half {
            pair: Pair { name: token.name.clone(), old: token.id.clone(), new: None },
            rule,
            entry: EntryId::new(),
            olds,
            old_ends,
            stage: Stage::Made,
            print: None,
            secret: None,
            kept: None,
            words: Vec::new(),
        };
        let mut said = |half: Half, end: End, why: String, advice: String| {
            (self.tell)(format!("{}: {why}", half.pair.name));
            let report = half.report(end, Some(advice));
            Some(Report { stage: None, words: vec![why], ..report })
        };
        match outcome {
            Outcome::Made(made) => {
                self.made(&mut half, *made);
                let report = self.steps(half, guard).await;
                (Some(report), true)
            }
            Outcome::Failed(failure) => {
                let (why, advice) = (failure.headline(&call), failure.advice(&call));
                // The next request would be refused for the same reason.
                self.is_over |= matches!(failure.kind, FailureKind::Status(401 | 429 | 430));
                self.failed.insert(half.rule.line);
                let end = End::Refused(Box::new(failure), Box::new(call));
                (said(half, end, why, advice), false)
            }
            Outcome::Unrecorded(why) => {
                self.is_over = true;
                let advice = "make the journal writable: without it, a rotation cannot continue \
                              after a failure";
                let why = format!("nothing was sent: {why}");
                (said(half, End::Stuck(Step::Regenerate), why, advice.to_owned()), false)
            }
            Outcome::Unconfirmed(unconfirmed) => {
                let Unconfirmed { failure, found, open, .. } = *unconfirmed;
                let why = failure.headline(&call);
                if let Some(id) = only(&found) {
                    // The next turn gives it a new secret.
                    let mark = Mark::Unreadable { id: Some(id) };
                    self.signed_in.ops.marked(&open.entry.id, mark).await;
                    return (None, false);
                }
                self.failed.insert(half.rule.line);
                let advice = unknown_advice(&open.entry.id);
                (said(half, End::Unknown, why, advice), false)
            }
            // A regeneration has no such outcome.
            Outcome::Deleted => (said(half, End::Unknown, String::new(), String::new()), false),
        }
    }

    /// Takes over the secret from the response.
    fn made(&mut self, half: &mut Half, made: Made) {
        if let Some(entry) = made.entry {
            half.entry = entry;
        }
        self.done.insert(Turn::Entry(half.entry.clone()));
        half.secret = Some(made.secret);
        half.pair.new = made.id;
        let id = half.pair.new.as_ref().map_or_else(String::new, |id| format!(" as {id}"));
        let ends = half.old_ends.map_or_else(String::new, |at| {
            format!("; the old token works until {}", when::date_time(at))
        });
        let mut words = vec![format!("regenerated{id}{ends}")];
        let differing =
            made.differences.iter().map(|d| format!("not as requested: {}", d.describe()));
        words.extend(differing);
        words.extend(made.warning.map(str::to_owned));
        for words in words {
            (self.tell)(format!("{}: {words}", half.pair.name));
            half.words.push(words);
        }
    }

    /// Makes the steps that are left. The guard is held until the secret is stored.
    async fn steps(&mut self, mut half: Half, guard: crate::ops::Guard) -> Report {
        let line = half.rule.line;
        let mut steps =
            Steps { signed_in: &self.signed_in, interrupt: &self.interrupt, tell: &mut self.tell };
        let finished = Box::pin(steps.finish(&mut half)).await;
        drop(guard);
        match finished {
            Ok(true) => half.report(End::Complete, None),
            Ok(false) => half.report(End::Unchanged, None),
            Err(failed) => {
                steps.stuck(&mut half, &failed).await;
                let Failed { step, advice, is_lost, .. } = failed;
                self.failed.insert(line);
                self.is_over |= is_lost;
                half.report(End::Stuck(step), Some(advice))
            }
        }
    }

    /// Continues or checks a rotation whose new token exists.
    async fn finish(&mut self, row: Row) -> Option<Report> {
        let rule = row.rule.clone()?;
        let half = Half::of(&row, rule)?;
        let guard = self.signed_in.ops.in_flight.begin();
        Some(self.steps(half, guard).await)
    }

    /// Continues a rotation that an earlier run did not finish.
    async fn resume(&mut self, row: Row, recorded: Recorded, now: &Now) -> Option<Report> {
        let Some(stage) = recorded.stage else { return self.look(row, &recorded, now).await };
        let Some(rule) = row.rule.clone() else {
            let advice = "add a rule for it to the plan, or end it with `axtok journal close`";
            return Some(self.stuck(row, Step::Deliver, "no rule of the plan fits it", advice));
        };
        let mut half = Half::of(&row, rule)?;
        let salt = half.entry.to_string();
        if let Some((file, secret)) = half.print.and_then(|print| undelivered::find(print, &salt)) {
            (half.secret, half.kept) = (Some(secret), Some(file));
            let guard = self.signed_in.ops.in_flight.begin();
            return Some(self.steps(half, guard).await);
        }
        if stage >= Stage::Delivered {
            return self.finish(row).await;
        }
        // It was killed while it delivered the secret, or before. The store may have it.
        if stage == Stage::Delivering && half.rule.prove.is_some() {
            let steps = Steps {
                signed_in: &self.signed_in,
                interrupt: &self.interrupt,
                tell: &mut self.tell,
            };
            match Box::pin(steps.is_stored(&half)).await {
                Ok(true) => {
                    let to = Some("found in the store".to_owned());
                    let mark = Mark::Delivered { id: half.pair.new.clone(), to };
                    self.signed_in.ops.marked(&half.entry, mark).await;
                    half.stage = Stage::Delivered;
                    let guard = self.signed_in.ops.in_flight.begin();
                    return Some(self.steps(half, guard).await);
                }
                Ok(false) => {}
                // Not before the store can be read: it may have the secret.
                Err(why) => {
                    self.failed.insert(half.rule.line);
                    let advice = "make the store readable, then run `axtok rotate` again";
                    return Some(self.stuck(row, Step::Prove, &why, advice));
                }
            }
        }
        self.renew(row, half, now).await
    }

    /// Gives a new token whose secret is lost another secret. The old token stays as it is.
    async fn renew(&mut self, row: Row, half: Half, now: &Now) -> Option<Report> {
        let line = half.rule.line;
        if self.is_over || self.failed.contains(&line) {
            return Some(self.skipped(row, "an earlier rotation failed"));
        }
        let token = half.pair.new.as_ref().and_then(|id| now.tokens.iter().find(|t| t.id == *id));
        let Some(token) = token.cloned() else {
            let why = "the secret of the new token is lost, and the token is not listed";
            let advice = "look for it in the Axiom console, and end this rotation with `axtok \
                          journal close`";
            return Some(self.stuck(row, Step::Deliver, why, advice));
        };
        if let Err(why) = store::check(&half.rule, &half.pair, self.signed_in.ops.home()) {
            self.failed.insert(line);
            return Some(self.stuck(
                row,
                Step::Deliver,
                &why,
                "correct the plan; nothing was sent",
            ));
        }
        (self.tell)(format!("{}: the secret of {} is lost: it gets another", row.name, token.id));
        let mut olds = half.olds.clone();
        olds.push(token.id.clone());
        let (entry, rule, ends) = (half.entry.clone(), half.rule.clone(), half.old_ends);
        let (report, is_made) = self.regenerate(token, rule, olds, ends, now).await;
        if is_made {
            let new = report.as_ref().and_then(|report| report.new.as_ref());
            let new = new.map_or_else(String::new, |id| format!(" as {id}"));
            let why = Some(format!("its secret was lost; regenerated again{new}"));
            self.signed_in.ops.marked(&entry, Mark::Settled { why }).await;
        }
        report
    }

    /// Looks for the outcome of a request whose response was lost in an earlier run.
    async fn look(&mut self, row: Row, recorded: &Recorded, now: &Now) -> Option<Report> {
        let change = now.contents.changes.iter().find(|c| c.entry.id == recorded.entry)?;
        if change.is_elsewhere() {
            return Some(self.skipped(row, "another process waits for the response"));
        }
        let open = Open { entry: change.entry.clone(), last: change.last.clone() };
        let found = self.search(&open).await;
        if let Some(id) = only(&found) {
            let mark = Mark::Unreadable { id: Some(id) };
            self.signed_in.ops.marked(&recorded.entry, mark).await;
            // The next turn continues from there.
            self.done.remove(&turn(&row));
            return None;
        }
        if found.is_empty() && was_not_made(&open, now) {
            let why = Some("it was not made: the old token is unchanged".to_owned());
            self.signed_in.ops.marked(&recorded.entry, Mark::Settled { why }).await;
            (self.tell)(format!("{}: an earlier request was not carried out", row.name));
            return None;
        }
        self.failed.extend(row.rule.as_ref().map(|rule| rule.line));
        let why = if found.is_empty() {
            "the outcome of the request is not known, and no new token is listed".to_owned()
        } else {
            let ids: Vec<_> = found.iter().map(|c| c.id.to_string()).collect();
            format!("the new token may be {}", ids.join(" or "))
        };
        let report = self.stuck(row, Step::Regenerate, &why, &unknown_advice(&recorded.entry));
        Some(Report { end: End::Unknown, ..report })
    }

    async fn search(&self, open: &Open) -> Vec<Candidate> {
        let began = tokio::time::Instant::now();
        let mut search = Search::of(open, open.entry.at);
        while let Some(due) = search.due().filter(|due| *due <= self.options.look_for) {
            tokio::select! {
                () = tokio::time::sleep_until(began + due) => {}
                () = self.interrupt.received() => break,
            }
            let _ = self.signed_in.look_for(&mut search).await;
            if !search.only_possible() {
                break;
            }
        }
        search.found.retain(|candidate| candidate.likeness != Likeness::Possible);
        search.found
    }

    /// Reads the secret of a rotation back and uses it, and nothing else.
    async fn prove(&mut self, row: Row) -> Report {
        let Some(rule) = row.rule.clone() else {
            let advice = "add a rule for it to the plan";
            return self.stuck(row, Step::Prove, "no rule of the plan fits it", advice);
        };
        if rule.prove.is_none() {
            let advice = "add prove to the rule, if the store can be read";
            return self.stuck(row, Step::Prove, "its rule has no prove", advice);
        }
        let Some(mut half) = Half::of(&row, rule).filter(|half| half.print.is_some()) else {
            let why = "axtok did not deliver this secret, so it cannot recognise it";
            return self.stuck(
                row,
                Step::Prove,
                why,
                "rotate the new token to get a secret with proof",
            );
        };
        let mut steps =
            Steps { signed_in: &self.signed_in, interrupt: &self.interrupt, tell: &mut self.tell };
        match Box::pin(steps.prove(&mut half)).await {
            Ok(()) => half.report(End::Complete, None),
            Err(failed) => {
                steps.stuck(&mut half, &failed).await;
                half.report(End::Stuck(Step::Prove), Some(failed.advice))
            }
        }
    }

    /// Reports tokens that appeared during the run with the name of one that it rotated: another
    /// machine has probably rotated the same token.
    async fn doubles(&mut self, before: &HashSet<TokenId>) {
        if self.reports.iter().all(|report| report.new.is_none()) {
            return;
        }
        let Ok(tokens) = self.signed_in.tokens().await else { return };
        for report in &mut self.reports {
            let Some(new) = report.new.clone() else { continue };
            let is_other = |token: &&ApiToken| {
                token.name == report.name && token.id != new && !before.contains(&token.id)
            };
            let Some(other) = tokens.iter().find(is_other) else { continue };
            let words = format!(
                "another token with this name appeared during the run: {}; another machine may \
                 rotate it too",
                other.id
            );
            (self.tell)(format!("{}: {words}", report.name));
            report.words.push(words);
            report.advice.get_or_insert_with(|| {
                "check which one the store has with `axtok rotate`, and delete the other".to_owned()
            });
            if matches!(report.end, End::Complete | End::Unchanged) {
                report.end = End::Stuck(Step::Prove);
            }
        }
    }
}

fn turn(row: &Row) -> Turn {
    match (&row.recorded, row.old()) {
        (Some(recorded), _) => Turn::Entry(recorded.entry.clone()),
        (None, Some(old)) => Turn::Token(old.clone()),
        (None, None) => Turn::Token(TokenId::new("")),
    }
}

fn is_planned(row: &Row) -> bool {
    row.recorded.as_ref().is_some_and(|recorded| recorded.is_planned)
}

/// Whether the token is the new one of a rotation whose secret was delivered, or was made
/// elsewhere: who names it wants another secret in the store.
fn is_delivered_new(row: &Row, id: &TokenId) -> bool {
    let stage = row.recorded.as_ref().map_or(Some(Stage::Delivered), |recorded| recorded.stage);
    row.new.as_ref() == Some(id) && stage >= Some(Stage::Delivered)
}

/// The only token that is certainly or probably the result.
fn only(found: &[Candidate]) -> Option<TokenId> {
    match found {
        [one] if one.likeness != Likeness::Possible => Some(one.id.clone()),
        _ => None,
    }
}

/// Whether a request that got no response was certainly not carried out: it was long ago, and the
/// old token does not end when the request would have ended it.
fn was_not_made(open: &Open, now: &Now) -> bool {
    let Asked::Regenerate { old, old_ends, .. } = &open.entry.asked else { return false };
    let Some(token) = now.tokens.iter().find(|t| t.id == *old) else { return false };
    let Some(expiry) = token.expiry.known() else { return false };
    let is_unchanged = expiry.at().is_none_or(|at| at.duration_since(*old_ends) > ROUNDING);
    is_unchanged && now.at.duration_since(open.entry.at) > TOO_LATE
}

/// Another working token with the same name under the same rule: not the other half of a rotation,
/// since its rights differ.
fn namesake(token: &ApiToken, now: &Now, rule: &Rule) -> Option<TokenId> {
    let is_it = |other: &&ApiToken| {
        other.id != token.id
            && other.name == token.name
            && other.grants != token.grants
            && !other.expiry.is_past(now.at)
            && rule.fits(other, now.at)
    };
    now.tokens.iter().find(is_it).map(|other| other.id.clone())
}

fn unknown_advice(entry: &EntryId) -> String {
    let entry: String = entry.to_string().chars().take(8).collect();
    format!(
        "run `axtok rotate` again after some minutes; if no new token appears, `axtok journal \
         close {entry}` lets it be regenerated"
    )
}

/// Reports on rows that make no step.
impl<T: FnMut(String)> Run<T> {
    fn report(&mut self, row: Row, end: End, why: &str, advice: Option<&str>) -> Report {
        (self.tell)(format!("{}: {why}", row.name));
        let stage = row.recorded.as_ref().and_then(|recorded| recorded.stage);
        Report {
            old: row.old().cloned(),
            name: row.name,
            new: row.new,
            old_ends: row.old_ends,
            stage,
            end,
            words: vec![why.to_owned()],
            advice: advice.map(str::to_owned),
        }
    }

    fn stuck(&mut self, row: Row, step: Step, why: &str, advice: &str) -> Report {
        self.report(row, End::Stuck(step), why, Some(advice))
    }

    fn refused(&mut self, row: Row, why: &str, advice: &str) -> Report {
        self.stuck(row, Step::Regenerate, why, advice)
    }

    fn skipped(&mut self, row: Row, why: &str) -> Report {
        self.report(row, End::Skipped, &format!("not started: {why}"), None)
    }

    /// A pair that the journal does not know.
    fn unproven(&mut self, row: Row) -> Report {
        let new = row.new.as_ref().map_or_else(String::new, ToString::to_string);
        let why = "there is a newer token with the same name and rights, which this computer did \
                   not deliver";
        let advice = format!(
            "check that the store has the secret of {new}, or run `axtok rotate {new}` to put a \
             new one there"
        );
        self.stuck(row, Step::Prove, why, &advice)
    }

    fn not_automatic(&mut self, row: Row) -> Report {
        let id = row.old().map_or_else(String::new, ToString::to_string);
        let (why, advice) = match row.state {
            State::Expired => (
                "it has expired and was not replaced",
                format!("`axtok rotate {id}` rotates it now; delete it if it is not used any more"),
            ),
            _ => (
                "its expiry cannot be read",
                format!("check it in the Axiom console; `axtok rotate {id}` rotates it now"),
            ),
        };
        self.stuck(row, Step::Regenerate, why, &advice)
    }
}
