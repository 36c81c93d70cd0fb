//! The result of one change: what happened, and what the user has to do.

use jiff::Timestamp;

use super::{Job, To};
use crate::{
    api::call::Call,
    commands::exit,
    domain::{Expiry, TokenExpiry, TokenId, report::Line, when},
    journal::{Difference, Likeness, Open},
    ops::{self, Made, SignedIn, Unconfirmed, change::Intent, reconcile::Candidate, undelivered},
};

/// The result of one change.
#[derive(Debug)]
pub struct Report {
    /// The exit status.
    pub status: u8,
    /// What happened, one sentence each.
    pub words: Vec<String>,
    /// What the user has to do, if anything.
    pub advice: Option<String>,
    /// The new token. If its secret goes to standard output, it is not written yet.
    pub made: Option<Box<Made>>,
    /// Where the secret was delivered.
    pub delivered: Option<String>,
    /// The change in the journal, if its outcome is unknown or its secret is lost.
    pub unconfirmed: Option<Box<Open>>,
    /// The new token's id, if there is a new token.
    pub(super) id: Option<TokenId>,
    pub(super) found: Vec<Candidate>,
    /// The status of the remaining changes, if they would fail for the same reason.
    pub(super) stops: Option<u8>,
    /// The change was not sent, because an earlier one failed.
    pub(super) is_skipped: bool,
}

impl Report {
    pub(super) fn new(status: u8, words: impl Into<String>) -> Self {
        Self {
            status,
            words: vec![words.into()],
            advice: None,
            made: None,
            delivered: None,
            unconfirmed: None,
            id: None,
            found: Vec::new(),
            stops: None,
            is_skipped: false,
        }
    }

    pub(super) fn skipped(job: &Job, status: u8) -> Self {
        let words = format!("{} was not sent: an earlier change failed", job.intent.describe());
        Self { is_skipped: true, ..Self::new(status, words) }
    }

    /// The same report, after which the run stops.
    #[must_use]
    pub fn stopping(self) -> Self {
        Self { stops: Some(exit::FAILED), ..self }
    }

    /// The report's line in a file of results.
    #[must_use]
    pub fn line(&self, job: &Job) -> Line {
        let result = match self.status {
            _ if self.is_skipped => "not-started",
            exit::DONE => "done",
            exit::UNKNOWN => "unknown",
            _ => "failed",
        };
        let old = job.old().cloned().unwrap_or_else(|| TokenId::new(""));
        let words: Vec<_> = self.words.iter().chain(&self.delivered).map(String::as_str).collect();
        Line { name: job.name.clone(), old, new: self.id.clone(), result, words: words.join("; ") }
    }
}

/// The report of a change whose outcome is unknown, or whose secret is lost.
pub(super) fn unconfirmed_report(job: &Job, unconfirmed: Unconfirmed) -> Report {
    let Unconfirmed { failure, found, looked, open } = unconfirmed;
    let mut report =
        Report::new(exit::UNKNOWN, format!("{}: {}", job.name, failure.headline(&job.call)));
    report.words.extend(failure.trace_id.as_ref().map(|id| format!("trace id {id}")));
    let personal = matches!(job.call, Call::CreatePersonalToken(_) | Call::DeletePersonalToken(_));
    let deletes = matches!(job.call, Call::DeleteToken(_) | Call::DeletePersonalToken(_));
    let group = if personal { "personal" } else { "tokens" };
    let ids: Vec<_> = found.iter().map(|c| c.id.to_string()).collect();
    // The most certain candidate comes first.
    let only = found.first().map(|c| c.likeness);
    report.advice = Some(match (ids.as_slice(), looked) {
        (_, None) => format!(
            "the list could not be read either: check with `axtok {group} list` before you try \
             again"
        ),
        ([], Some(_)) if deletes => {
            format!(
                "the token is still listed: check with `axtok {group} list`; deleting it again is \
                 safe"
            )
        }
        ([], Some(seconds)) => format!(
            "the token is not listed after {seconds} s, but it may still appear: check with \
             `axtok {group} list` before you try again"
        ),
        ([id], _) if only == Some(Likeness::Possible) => format!(
            "no token has this name, but {id} is new since then ({}) and may be this one or \
             someone else's: check with `axtok {group} list` before you try again",
            found[0].name
        ),
        (several, _) if only == Some(Likeness::Possible) => format!(
            "no token has this name, but these are new since then, and one of them may be this \
             one: {}; check with `axtok {group} list` before you try again",
            several.join(", ")
        ),
        ([id], _) if personal && only == Some(Likeness::Probable) => format!(
            "the token probably exists as {id} ({}), but its secret is lost: check with `axtok \
             personal list`, then run `axtok personal delete {id}`",
            found[0].note
        ),
        ([id], _) if personal => {
            format!(
                "the token exists as {id}, but its secret is lost: run `axtok personal delete {id}`"
            )
        }
        ([id], _) if only == Some(Likeness::Probable) => format!(
            "the token probably exists as {id} ({}), but its secret is lost: check with `axtok \
             tokens show {id}`; `axtok tokens regenerate {id}` gives it a new secret, `axtok \
             tokens delete {id}` deletes it",
            found[0].note
        ),
        ([id], _) => format!(
            "the token exists as {id}, but its secret is lost: `axtok tokens regenerate {id}` \
             gives it a new secret, `axtok tokens delete {id}` deletes it"
        ),
        (several, _) => format!(
            "the token is one of {}: someone else may have created the others at the same time; \
             check with `axtok {group} list`",
            several.join(", ")
        ),
    });
    report.found = found;
    report.unconfirmed = Some(Box::new(open));
    report
}

/// Delivers a new secret to its destination, if that is not standard output.
pub(super) async fn deliver(signed_in: &SignedIn, job: &Job, made: Box<Made>) -> Report {
    let mut report = Report::new(exit::DONE, made_words(job, &made, signed_in.now()));
    let differing = made.differences.iter().map(Difference::describe);
    report.words.extend(differing.map(|words| format!("not as requested: {words}")));
    report
        .words
        .extend(made.warning.map(|w| format!("{w}: test the secret before you rely on it")));
    let id = made.id.as_ref().map(ToString::to_string).unwrap_or_default();
    match &job.to {
        Some(To::Sink(sink)) => {
            let name = made.name.as_ref().unwrap_or(&job.name).to_string();
            match signed_in.deliver(&made, sink, &ops::about(&name, &id)).await {
                Ok(delivered) => report.delivered = Some(delivered.describe()),
                Err(e) => undelivered(&mut report, &made, &e.to_string()).await,
            }
        }
        // Written together with the result.
        Some(To::Output) | None => {}
    }
    report.id.clone_from(&made.id);
    report.made = Some(made);
    report
}

/// Keeps a secret whose delivery failed, and reports it.
pub(super) async fn undelivered(report: &mut Report, made: &Made, why: &str) {
    report.status = exit::FAILED;
    // The next secret has the same destination.
    report.stops = Some(exit::FAILED);
    report.words.push(format!("the secret was not delivered: {why}"));
    report.advice = Some(match undelivered::keep(&made.secret, made.id.as_ref()).await {
        Ok(file) => undelivered::kept_words(&file),
        Err(why) => format!("the secret is lost ({why}): regenerate the token to get a new one"),
    });
}

fn made_words(job: &Job, made: &Made, now: Timestamp) -> String {
    let id = made.id.as_ref().map_or_else(String::new, |id| format!(" as {id}"));
    let ends = match job.made_expiry(made) {
        Some(TokenExpiry::Known(Expiry::At(at))) => format!("; expires {}", when::date_time(at)),
        Some(TokenExpiry::Known(Expiry::Never)) => "; never expires".to_owned(),
        Some(expiry @ TokenExpiry::Unread(_)) => {
            format!("; the expiry cannot be read ({})", expiry.unread_text())
        }
        None => String::new(),
    };
    let name = made.name.as_ref().filter(|name| !name.is_empty()).unwrap_or(&job.name);
    match &job.intent {
        Intent::Regenerate { old, old_ends, .. } if *old_ends <= now => {
            format!("{} was regenerated{id}{ends}; the old token, {old}, no longer works", job.name)
        }
        Intent::Regenerate { old, old_ends, .. } => format!(
            "{} was regenerated{id}{ends}; the old token, {old}, works until {}",
            job.name,
            when::date_time(*old_ends)
        ),
        _ => format!("{name} was created{id}{ends}"),
    }
}
