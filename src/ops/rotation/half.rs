//! The steps after a token was regenerated: deliver, prove, probe, end the old token.

mod proof;

use std::{path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    End, Report,
    overview::{Row, State, goal},
    store,
};
use crate::{
    api::{call::Call, error::FailureKind},
    domain::{
        Fingerprint, Secret, TokenId,
        rotation::{EndOld, Pair, Rule},
        when,
    },
    journal::{EntryId, Mark, Stage, Step},
    ops::{Interrupt, Listed, Outcome, SignedIn, change::Intent, undelivered},
};

/// A rotation whose new token exists.
pub(super) struct Half {
    pub rule: Rule,
    pub pair: Pair,
    pub entry: EntryId,
    /// The old tokens, the first one first.
    pub olds: Vec<TokenId>,
    pub old_ends: Option<Timestamp>,
    pub stage: Stage,
    /// Whether the journal says that a step failed.
    pub is_stuck: bool,
    /// Where the secret went, in words.
    pub place: Option<String>,
    /// Recognises the secret; `None` only if nothing was delivered yet.
    pub print: Option<Fingerprint>,
    /// The secret, if this run has it.
    pub secret: Option<Arc<Secret>>,
    /// The file that keeps the secret until it is proven to be stored.
    pub kept: Option<PathBuf>,
    pub words: Vec<String>,
}

/// The step that failed, why, and what to do.
pub(super) struct Failed {
    pub step: Step,
    pub why: String,
    pub advice: String,
    /// Nobody has the secret any more.
    pub is_lost: bool,
}

impl Half {
    /// The rotation of a row in the journal.
    pub fn of(row: &Row, rule: Rule) -> Option<Self> {
        let (recorded, old) = (row.recorded.clone()?, row.olds.last()?.clone());
        Some(Self {
            rule,
            pair: Pair { name: row.name.clone(), old, new: row.new.clone() },
            entry: recorded.entry,
            olds: row.olds.clone(),
            old_ends: row.old_ends,
            stage: recorded.stage?,
            is_stuck: matches!(row.state, State::Stuck { .. }),
            place: recorded.place,
            print: recorded.print,
            secret: None,
            kept: None,
            words: Vec::new(),
        })
    }

    /// The report about it.
    pub fn report(self, end: End, advice: Option<String>) -> Report {
        Report {
            name: self.pair.name,
            old: self.olds.into_iter().next(),
            new: self.pair.new,
            old_ends: self.old_ends,
            stage: Some(self.stage),
            end,
            words: self.words,
            advice,
        }
    }

    fn until(&self) -> String {
        self.old_ends.map_or_else(String::new, |at| {
            format!(" The old token works until {}.", when::date_time(at))
        })
    }
}

/// Makes the steps of one rotation.
pub(super) struct Steps<'a, T> {
    pub signed_in: &'a SignedIn,
    pub interrupt: &'a Interrupt,
    pub tell: &'a mut T,
}

impl<T: FnMut(String)> Steps<'_, T> {
    /// Says and keeps a sentence about a rotation.
    fn say(&mut self, half: &mut Half, words: String) {
        (self.tell)(format!("{}: {words}", half.pair.name));
        half.words.push(words);
    }

    async fn mark(&self, half: &mut Half, mark: Mark) {
        self.signed_in.ops.marked(&half.entry, mark).await;
    }

    /// Makes all steps that are left. `Ok(false)` if there was nothing to do but to check.
    pub async fn finish(&mut self, half: &mut Half) -> Result<bool, Failed> {
        let is_new = half.stage < goal(Some(&half.rule));
        if half.stage < Stage::Delivered || self.was_not_taken(half).await? {
            self.deliver(half).await?;
        }
        // What is delivered is safe: a later run can make the other steps.
        if let Some(signal) = self.interrupt.signal() {
            let why = format!("stopped by signal {signal}");
            return Err(failed(Step::Prove, why, "run `axtok rotate` again".to_owned()));
        }
        self.prove(half).await?;
        self.probe(half, is_new).await?;
        let has_ended = self.end_old(half).await?;
        self.clear(half).await;
        Ok(is_new || has_ended)
    }

    /// Records that the step which failed has succeeded since, if no mark of this run says so.
    pub async fn clear(&mut self, half: &mut Half) {
        if !std::mem::take(&mut half.is_stuck) {
            return;
        }
        let mark = match half.stage {
            Stage::Made | Stage::Delivering => return,
            Stage::Delivered => {
                Mark::Delivered { id: half.pair.new.clone(), to: half.place.clone() }
            }
            Stage::Proven => Mark::Proven,
            Stage::Probed => Mark::Probed,
        };
        self.mark(half, mark).await;
    }

    /// Whether the store accepted the secret earlier and does not have it, but this run does.
    async fn was_not_taken(&self, half: &Half) -> Result<bool, Failed> {
        if half.kept.is_none() {
            return Ok(false);
        }
        let is_stored = self.is_stored(half).await;
        is_stored.map(|yes| !yes).map_err(|why| failed(Step::Prove, why, try_again(half)))
    }

    async fn deliver(&mut self, half: &mut Half) -> Result<(), Failed> {
        let Some(secret) = half.secret.clone() else {
            let advice = "run `axtok rotate` again".to_owned();
            return Err(failed(Step::Deliver, "the secret is lost".to_owned(), advice));
        };
        let print = secret.fingerprint(&half.entry.to_string());
        half.print = Some(print);
        self.mark(half, Mark::Delivering { print }).await;
        half.stage = Stage::Delivering;
        // The program waits for it on exit, as for a change.
        let guard = self.signed_in.ops.in_flight.begin();
        let home = self.signed_in.ops.home();
        let delivered = store::deliver(&half.rule, &half.pair, &secret, home).await;
        match delivered {
            Ok(to) => {
                self.mark(
                    half,
                    Mark::Delivered { id: half.pair.new.clone(), to: Some(to.clone()) },
                )
                .await;
                half.stage = Stage::Delivered;
                half.place = Some(to.clone());
                self.say(half, format!("delivered to {to}"));
                drop(guard);
                Ok(())
            }
            Err(why) => {
                let failed = self.keep(half, &secret, why).await;
                drop(guard);
                Err(failed)
            }
        }
    }

    /// Keeps a secret that its store did not take.
    async fn keep(&mut self, half: &mut Half, secret: &Secret, why: String) -> Failed {
        let again = "then run `axtok rotate` again";
        if half.kept.is_some() {
            let advice = format!("the secret is still kept: correct deliver or the store, {again}");
            return failed(Step::Deliver, why, advice);
        }
        match undelivered::keep(secret, half.pair.new.as_ref()).await {
            Ok(file) => {
                let file = file.display();
                let advice = format!(
                    "the secret is kept in {file}, which only you can read: correct deliver or the \
                     store, {again}, which delivers it and deletes the file"
                );
                failed(Step::Deliver, why, advice)
            }
            Err(other) => Failed {
                is_lost: true,
                ..failed(
                    Step::Deliver,
                    format!("{why}; the secret could not be kept either ({other})"),
                    format!("make room for the secret, {again}: it regenerates the new token"),
                )
            },
        }
    }

    async fn probe(&mut self, half: &mut Half, is_new: bool) -> Result<(), Failed> {
        // Users that were well once are not checked on every run.
        let Some(args) = half.rule.probe.clone().filter(|_| is_new) else { return Ok(()) };
        let home = self.signed_in.ops.home();
        store::probe(&half.rule, &args, &half.pair, home).await.map_err(|why| {
            let advice = format!(
                "the new secret is stored; look at its users, then run `axtok rotate` again.{}",
                half.until()
            );
            failed(Step::Probe, why, advice)
        })?;
        self.mark(half, Mark::Probed).await;
        half.stage = Stage::Probed;
        self.say(half, "its users are well".to_owned());
        Ok(())
    }

    /// Ends the old tokens if the rule says so. Returns whether that was left to do.
    async fn end_old(&mut self, half: &mut Half) -> Result<bool, Failed> {
        if half.rule.end_old == EndOld::Grace || half.stage < Stage::Proven {
            return Ok(false);
        }
        for old in half.olds.clone() {
            let (id, name) = (old.clone(), half.pair.name.clone());
            let (intent, call) = (Intent::Delete { id, name }, Call::DeleteToken(old.clone()));
            let none = Listed::default();
            let signed_in = self.signed_in.rotating(false);
            let outcome =
                signed_in.change((&intent, &call), None, &none, Duration::ZERO, self.interrupt);
            let why = match Box::pin(outcome).await {
                Outcome::Deleted => {
                    self.say(half, format!("the old token {old} was deleted"));
                    continue;
                }
                // It is not there any more.
                Outcome::Failed(failure) if failure.kind == FailureKind::Status(404) => continue,
                Outcome::Failed(failure) => failure.headline(&call),
                Outcome::Unconfirmed(lost) => lost.failure.headline(&call),
                Outcome::Unrecorded(why) => why,
                Outcome::Made(_) => continue,
            };
            let advice = format!(
                "the new secret is stored and works; delete {old}, or run `axtok rotate` again.{}",
                half.until()
            );
            return Err(failed(Step::EndOld, why, advice));
        }
        half.old_ends = None;
        Ok(true)
    }

    /// Records that a step failed.
    pub async fn stuck(&mut self, half: &mut Half, failed: &Failed) {
        let (step, why) = (failed.step, failed.why.clone());
        self.mark(half, Mark::Stuck { step, why: why.clone() }).await;
        self.say(half, format!("stuck at {}: {why}", step.label()));
    }
}

fn try_again(half: &Half) -> String {
    format!("correct the store or prove, then run `axtok rotate` again.{}", half.until())
}

fn failed(step: Step, why: String, advice: String) -> Failed {
    Failed { step, why, advice, is_lost: false }
}
