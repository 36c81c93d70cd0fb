//! Sends the changes of a command one after another and reports a result for each. Messages
//! go to standard error; standard output has only the secret, or the results as JSON.

mod out;
mod permitted;
mod report;

use std::{process::ExitCode, time::Duration};

use jiff::Timestamp;

use out::Out;
pub use permitted::Permitted;
pub use report::Report;
use report::{deliver, unconfirmed_report};

use super::{
    CommandResult, ExitError, exit, journal, json as shape, print, print_text, secret::To,
    words::tell,
};
use crate::{
    api::call::{Call, Preview},
    cli::args::{Form, Sending},
    domain::{
        ApiToken, Expiry, Policies, SafeText, TokenExpiry, TokenId, policy::Override,
        review::Finding, token::Renewal, when,
    },
    journal::Open,
    ops::{
        Interrupt, Listed, Made, Outcome, SignedIn,
        change::{Intent, objections},
    },
};

/// A change to send.
#[derive(Clone, Debug)]
pub struct Job {
    /// The change as the journal records it.
    pub intent: Intent,
    /// The request.
    pub call: Call,
    /// The token's name.
    pub name: SafeText,
    /// The destination of the new secret, if there is one.
    pub to: Option<To>,
    /// Which of the organisation's rules the new token breaks, and why it is sent anyway.
    pub overridden: Option<Override>,
}

impl Job {
    /// A change whose secret has no destination yet.
    #[must_use]
    pub fn new((intent, call): (Intent, Call)) -> Self {
        Self { name: intent.name(), intent, call, to: None, overridden: None }
    }

    /// What the organisation's rules have against the new token.
    #[must_use]
    pub fn objections(&self, policies: &Policies, listed: &Listed, now: Timestamp) -> Vec<Finding> {
        objections(policies, listed.lists(), (&self.intent, &self.call), now)
    }

    /// The token that the change regenerates or deletes.
    #[must_use]
    pub const fn old(&self) -> Option<&TokenId> {
        self.intent.old()
    }

    /// The new token's expiry: from the response, or else from the request.
    fn made_expiry(&self, made: &Made) -> Option<TokenExpiry> {
        made.expiry.clone().or_else(|| self.expiry().map(TokenExpiry::Known))
    }

    /// The expiry in the request.
    fn expiry(&self) -> Option<Expiry> {
        match &self.call {
            Call::CreateToken(new) => Some(new.expiry),
            Call::RegenerateToken(_, how) => Some(match &how.renewal {
                Renewal::Same { new_expiry } => *new_expiry,
                Renewal::Replaced(new) => new.expiry,
            }),
            _ => None,
        }
    }
}

/// Prints the requests without sending them.
///
/// # Errors
/// When an id or a name cannot be part of a request.
pub fn preview(jobs: &[Job], personal_path: &str, form: Form, alone: bool) -> CommandResult {
    let previews = jobs.iter().map(|job| {
        let preview = Preview::of_change(&job.call, personal_path);
        preview.ok_or_else(|| ExitError::usage("the id or the name cannot be part of a request"))
    });
    let previews = previews.collect::<Result<Vec<_>, _>>()?;
    if !form.json {
        let text = |p: &Preview| {
            let body = p.body.trim_end();
            // JSON does not escape every character that can harm a terminal.
            let lines = body.lines().map(|line| SafeText::from(line).to_string() + "\n");
            format!("{} {}\n{}", p.method, p.path, lines.collect::<String>())
        };
        return print_text(&previews.iter().map(text).collect::<Vec<_>>().join("\n"));
    }
    let values: Vec<_> = previews.iter().map(shape::PlannedRequest::from).collect();
    print(&match values.as_slice() {
        [only] if alone => shape::line(only) + "\n",
        all => shape::array(all),
    })
}

/// Prints the requests without sending them, then fails if the real run would.
///
/// # Errors
/// The error in `checked`, or as [`preview`].
pub fn dry_run(
    jobs: &[Job],
    personal_path: &str,
    form: Form,
    alone: bool,
    checked: Result<(), ExitError>,
) -> CommandResult {
    let printed = preview(jobs, personal_path, form, alone)?;
    checked.map(|()| printed)
}

/// Sends the changes. With `alone`, for a command with exactly one token, the JSON is one
/// object instead of an array.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn run_jobs(
    signed_in: &SignedIn,
    Permitted(jobs): &Permitted,
    listed: &Listed,
    sending: &Sending,
    form: Form,
    alone: bool,
) -> CommandResult {
    let open = recall(signed_in, listed).await;
    for job in jobs {
        if let Some(words) = replaced_words(signed_in, &job.intent, &listed.tokens) {
            tell([words.as_str()]);
        }
    }
    let interrupt = Interrupt::listen();
    let patience = Duration::from_secs(sending.look_for);
    let mut out = Out::new(form.json, alone);
    let run = Run { signed_in, listed, open: &open, patience, interrupt: &interrupt };
    let reports = run.each(jobs, async |job, report| out.tell(signed_in, job, report).await).await;
    let mut statuses: Vec<_> = reports.iter().map(|report| report.status).collect();
    // A script that misses the results must not see success.
    if let Err(why) = out.end() {
        tell([format!("standard output: {why}").as_str()]);
        statuses.push(exit::FAILED);
    }
    let interrupted = interrupt.signal().filter(|_| statuses.iter().any(|s| *s != exit::DONE));
    let status = match interrupted {
        Some(signal) => u8::try_from(128 + signal).unwrap_or(exit::FAILED),
        None => exit::of_all(&statuses),
    };
    Ok(ExitCode::from(status))
}

/// What all changes of a run share.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The session.
    pub signed_in: &'a SignedIn,
    /// The lists that were read before the run.
    pub listed: &'a Listed,
    /// The unconfirmed changes of earlier runs; a change can resolve some of them.
    pub open: &'a [Open],
    /// How long to check for the outcome after a lost response.
    pub patience: Duration,
    /// A signal stops the run after the change in flight.
    pub interrupt: &'a Interrupt,
}

impl Run<'_> {
    /// Sends the changes one after another, until one fails for a reason that the others would
    /// meet too. `tell` reports each result before the next change is sent; it returns the
    /// report with the result of writing the secret.
    pub async fn each(
        &self,
        jobs: &[Job],
        mut tell: impl AsyncFnMut(&Job, Report) -> Report,
    ) -> Vec<Report> {
        let mut reports = Vec::new();
        let mut rest = None;
        for job in jobs {
            let report = match &rest {
                Some(why) => Report::skipped(job, *why),
                None => one(self, job).await,
            };
            self.interrupt.poll_signals().await;
            let report = tell(job, report).await;
            rest = rest.or(report.stops).or(self.interrupt.signal().map(|_| exit::FAILED));
            if let (exit::DONE, Some(old)) = (report.status, job.old()) {
                self.signed_in.close_entries(self.open, old, self.listed).await;
            }
            reports.push(report);
        }
        reports
    }
}

/// The warning before regenerating a token that already has a replacement, or deleting one of two
/// halves.
pub fn replaced_words(
    signed_in: &SignedIn,
    intent: &Intent,
    listed: &Option<Vec<ApiToken>>,
) -> Option<String> {
    let (old, name) = match intent {
        Intent::Regenerate { old, name, .. } => (old, name),
        Intent::Delete { id, name } => return deleted_words(signed_in, id, name),
        _ => return None,
    };
    let pair = signed_in.replaced(old)?;
    // The new token may have been deleted since.
    let is_gone =
        |new: &TokenId| listed.as_ref().is_some_and(|all| all.iter().all(|t| t.id != *new));
    if pair.new.as_ref().is_some_and(is_gone) {
        return None;
    }
    let by = pair.new.map_or_else(|| "another token".to_owned(), |new| new.to_string());
    Some(format!(
        "{name} {old} was replaced by {by} on {} and stops working {}: regenerating it again \
         creates one more token",
        when::date(pair.at),
        when::date_time(pair.old_ends)
    ))
}

/// Which half of a pair is about to be deleted.
fn deleted_words(signed_in: &SignedIn, id: &TokenId, name: &SafeText) -> Option<String> {
    if let Some(pair) = signed_in.replaced(id) {
        let by = pair.new.map_or_else(|| "another token".to_owned(), |new| new.to_string());
        let ends = when::date_time(pair.old_ends);
        return Some(format!(
            "{name} {id} is the old token: {by} replaced it, and it works until {ends}"
        ));
    }
    let pair = signed_in.replacing(id)?;
    Some(format!(
        "{name} {id} is the new token: the old one, {}, works only until {}, and after that its \
         users have no token",
        pair.old,
        when::date_time(pair.old_ends)
    ))
}

/// Returns the unconfirmed changes in the journal. Reports each of them, but only once.
async fn recall(signed_in: &SignedIn, listed: &Listed) -> Vec<Open> {
    let (open, warning) = signed_in.recall().await;
    let open = signed_in.without_deleted(open, listed).await;
    if let Some(warning) = warning {
        tell([warning.as_str()]);
    }
    for open in signed_in.unreported(open.clone()).await {
        let words = format!(
            "unconfirmed: {}; reported only once, see `axtok journal list`",
            journal::describe(&open)
        );
        tell([words.as_str()]);
    }
    open
}

/// Sends a change and delivers its secret, unless that goes to standard output. After a lost
/// response, checks for the outcome.
async fn one(run: &Run<'_>, job: &Job) -> Report {
    let Run { signed_in, listed, patience, interrupt, .. } = *run;
    let outcome = {
        let change = (&job.intent, &job.call);
        signed_in.change(change, job.overridden.as_ref(), listed, patience, interrupt).await
    };
    match outcome {
        Outcome::Deleted => Report::new(exit::DONE, format!("{} was deleted", job.name)),
        Outcome::Failed(failure) => {
            let status = exit::of(&failure, &job.call);
            let words = format!("{}: {}", job.name, failure.headline(&job.call));
            let mut report = Report::new(status, words);
            report.words.extend(failure.trace_id.as_ref().map(|id| format!("trace id {id}")));
            report.advice = Some(failure.advice(&job.call));
            // The next change would be refused for the same reason.
            let passes = !matches!(status, exit::LIMITED | exit::NOT_SIGNED_IN);
            report.stops = (!passes).then_some(status);
            report
        }
        Outcome::Unrecorded(why) => {
            let mut report =
                Report::new(exit::FAILED, format!("{}: nothing was sent: {why}", job.name));
            report.advice = Some("--without-journal sends it anyway".to_owned());
            report.stops = Some(exit::FAILED);
            report
        }
        Outcome::Unconfirmed(unconfirmed) => unconfirmed_report(job, *unconfirmed),
        Outcome::Made(made) => deliver(signed_in, job, made).await,
    }
}
