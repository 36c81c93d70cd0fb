//! Goes over the tokens that a plan covers. Reads list and journal again before each token that may
//! be changed: another machine, or the console, may have changed them meanwhile.

mod resume;
mod send;

use std::collections::HashSet;

use jiff::Timestamp;

use super::{
    End, Options, Report, Stop, Work,
    half::{Failed, Half, Steps},
    overview::{Facts, Recorded, Row, State, next_step, overview},
    store,
};
use crate::{
    domain::{ApiToken, SafeText, TokenId, rotation::Plan},
    journal::{Contents, EntryId, Stage, Step},
    ops::{Interrupt, SignedIn, undelivered},
};

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
}

impl<T: FnMut(String)> Run<T> {
    /// Reports tokens that appeared during the run with the name of one that it rotated: another
    /// machine has probably rotated the same token.
    async fn doubles(&mut self, before: &HashSet<TokenId>) {
        if self.reports.iter().all(|report| report.new.is_none()) {
            return;
        }
        let Ok(now) = self::now(&self.signed_in, &self.plan).await else { return };
        for report in &mut self.reports {
            let Some(new) = report.new.clone() else { continue };
            // A token whose secret was lost during the run belongs to the same rotation.
            let own = now.rows.iter().find(|row| row.has(&new));
            let is_own = |id: &TokenId| *id == new || own.is_some_and(|row| row.has(id));
            let is_other = |token: &&ApiToken| {
                token.name == report.name && !is_own(&token.id) && !before.contains(&token.id)
            };
            let Some(other) = now.tokens.iter().find(is_other) else { continue };
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
