//! Regenerates a token and makes the steps that follow.

use jiff::Timestamp;

use super::{End, Failed, Half, Now, Report, Row, Run, Stage, Step, Steps, Turn, store};
use crate::{
    api::error::FailureKind,
    domain::{
        ApiToken, TokenId,
        grace::capped,
        policy,
        rotation::{Pair, Rule},
        token::Renewal,
        when,
    },
    journal::{EntryId, Likeness, Mark},
    ops::{
        Guard, Listed, Made, Outcome, Unconfirmed, change::Intent, reconcile::Candidate,
        rotation::against_policy,
    },
};

impl<T: FnMut(String)> Run<T> {
    /// Regenerates a token, and makes the steps that follow.
    pub(super) async fn begin(&mut self, row: Row, now: &Now) -> Option<Report> {
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
        let policies = &self.signed_in.session.policies;
        if let Some(finding) = against_policy(policies, &token.name, &rule, now.at) {
            let why = format!("the new token {}", finding.why);
            let advice = match finding.code {
                policy::UNCHECKED => finding.fix,
                _ => "correct expires in the plan; nothing was sent",
            };
            return Some(self.refused(row, &why, advice));
        }
        let olds = row.olds.clone();
        self.regenerate(token.clone(), rule, olds, row.old_ends, now).await.0
    }

    /// Regenerates a token and finishes its rotation. Returns no report if the next turn continues.
    /// Also returns whether there is a new token.
    pub(super) async fn regenerate(
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
        let outcome =
            self.signed_in.change((&intent, &call), None, &listed, patience, &self.interrupt);
        let outcome = Box::pin(outcome).await;
        let mut half = Half {
            pair: Pair { name: token.name.clone(), old: token.id.clone(), new: None },
            rule,
            entry: EntryId::new(),
            olds,
            old_ends,
            stage: Stage::Made,
            is_stuck: false,
            place: None,
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
    pub(super) fn made(&mut self, half: &mut Half, made: Made) {
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
    pub(super) async fn steps(&mut self, mut half: Half, guard: Guard) -> Report {
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
    pub(super) async fn finish(&mut self, row: Row) -> Option<Report> {
        let rule = row.rule.clone()?;
        let half = Half::of(&row, rule)?;
        let guard = self.signed_in.ops.in_flight.begin();
        Some(self.steps(half, guard).await)
    }
}

/// The only token that is certainly or probably the result.
pub(super) fn only(found: &[Candidate]) -> Option<TokenId> {
    match found {
        [one] if one.likeness != Likeness::Possible => Some(one.id.clone()),
        _ => None,
    }
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

pub(super) fn unknown_advice(entry: &EntryId) -> String {
    format!(
        "run `axtok rotate` again after some minutes; if no new token appears, `axtok journal \
         close {}` lets it be regenerated",
        short(entry)
    )
}

/// Enough of an entry's id to name it.
pub(super) fn short(entry: &EntryId) -> String {
    entry.to_string().chars().take(8).collect()
}
