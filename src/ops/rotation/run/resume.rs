//! Continues what an earlier run left, and proves what is stored.

use jiff::SignedDuration;

use super::{
    End, Half, Now, Recorded, Report, Row, Run, Stage, Step, Steps, next_step,
    send::{only, short, unknown_advice},
    store, turn,
};
use crate::{
    domain::TokenId,
    journal::{Asked, Likeness, Mark, Open},
    ops::{
        reconcile::{Candidate, Search},
        undelivered,
    },
};

/// After this long, a request whose connection ended can no longer be carried out.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(10);
/// Expiries that differ by less than this are equal: servers round them.
const ROUNDING: SignedDuration = SignedDuration::from_secs(60);

impl<T: FnMut(String)> Run<T> {
    /// Continues a rotation that an earlier run did not finish.
    pub(super) async fn resume(
        &mut self,
        row: Row,
        recorded: Recorded,
        now: &Now,
    ) -> Option<Report> {
        let Some(stage) = recorded.stage else { return self.look(row, &recorded, now).await };
        let Some(rule) = row.rule.clone() else {
            let entry = short(&recorded.entry);
            let advice = format!(
                "add a rule for it to the plan, or give it up: `axtok journal close {entry}`"
            );
            let step = next_step(Some(stage), None);
            return Some(self.stuck(row, step, "no rule of the plan fits it", &advice));
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
    pub(super) async fn renew(&mut self, row: Row, half: Half, now: &Now) -> Option<Report> {
        let line = half.rule.line;
        if self.is_over || self.failed.contains(&line) {
            return Some(self.skipped(row, "an earlier rotation failed"));
        }
        let token = half.pair.new.as_ref().and_then(|id| now.tokens.iter().find(|t| t.id == *id));
        let Some(token) = token.cloned() else {
            let why = "the secret of the new token is lost, and the token is not listed";
            let advice = format!(
                "look for it in the Axiom console, then give this rotation up: `axtok journal close \
                 {}`",
                short(&half.entry)
            );
            return Some(self.stuck(row, Step::Deliver, why, &advice));
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
    pub(super) async fn look(
        &mut self,
        row: Row,
        recorded: &Recorded,
        now: &Now,
    ) -> Option<Report> {
        let change = now.contents.changes.iter().find(|c| c.entry.id == recorded.entry)?;
        if change.is_elsewhere() {
            return Some(self.skipped(row, "another process waits for the response"));
        }
        let open = Open { entry: change.entry.clone(), last: change.last.clone() };
        let mut found = self.search(&open).await;
        // What another change has made is not the result of this one.
        let is_others = |id: &TokenId| {
            let mut others = now.contents.changes.iter().filter(|c| c.entry.id != recorded.entry);
            others.any(|change| change.made.as_ref() == Some(id))
        };
        found.retain(|candidate| !is_others(&candidate.id));
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

    pub(super) async fn search(&self, open: &Open) -> Vec<Candidate> {
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
    pub(super) async fn prove(&mut self, row: Row) -> Report {
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
            Ok(()) => {
                steps.clear(&mut half).await;
                half.report(End::Complete, None)
            }
            Err(failed) => {
                steps.stuck(&mut half, &failed).await;
                half.report(End::Stuck(Step::Prove), Some(failed.advice))
            }
        }
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
