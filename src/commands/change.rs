//! Sends the changes of a command one after another and reports a result for each. Messages
//! go to standard error; standard output has only the secret, or the results as JSON.

mod out;

use std::{process::ExitCode, time::Duration};

use jiff::Timestamp;

use out::Out;

use super::{
    CommandResult, ExitError, exit, journal, json as shape, print, print_text, secret::To,
    words::tell,
};
use crate::{
    api::call::{Call, Preview},
    cli::args::{Form, Overriding, Sending},
    domain::{
        ApiToken, Expiry, Policies, SafeText, TokenExpiry, TokenId,
        policy::Override,
        report::Line,
        review::{Finding, accepted},
        token::Renewal,
        when,
    },
    journal::{Difference, Likeness, Open},
    ops::{
        self, Interrupt, Listed, Made, Outcome, SignedIn, Unconfirmed,
        change::{Intent, objections},
        reconcile::Candidate,
        undelivered,
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

/// Changes that the organisation's rules allow, or that the user sends although they do not.
#[derive(Debug)]
pub struct Permitted(Vec<Job>);

impl Permitted {
    /// Checks new tokens against the organisation's rules. `reason` overrides them.
    ///
    /// # Errors
    /// If a new token would break a rule and there is no reason, or none that is valid.
    pub fn check(
        mut jobs: Vec<Job>,
        policies: &Policies,
        listed: &Listed,
        overriding: &Overriding,
        now: Timestamp,
    ) -> Result<Self, ExitError> {
        let reason = overriding.override_policy.as_deref().map(reason_of).transpose()?;
        let mut broken = Vec::new();
        for job in &mut jobs {
            let objections = job.objections(policies, listed, now);
            broken
                .extend(objections.iter().map(|f| format!("{}: {} ({})", job.name, f.why, f.code)));
            job.overridden = reason.as_ref().and_then(|why| Override::of(&objections, why));
        }
        match &reason {
            _ if broken.is_empty() => Ok(Self(jobs)),
            None => {
                let broken = broken.join("; ");
                let words = format!(
                    "refused by the policy: {broken}. Nothing was sent; --override-policy REASON \
                     sends it anyway, and the history keeps the reason"
                );
                Err(ExitError::new(exit::REFUSED, words))
            }
            Some(_) => {
                for words in &broken {
                    tell([format!("policy overridden: {words}").as_str()]);
                }
                Ok(Self(jobs))
            }
        }
    }

    /// Changes that the rules say nothing about: deletions, and personal tokens.
    #[must_use]
    pub const fn without_rules(jobs: Vec<Job>) -> Self {
        Self(jobs)
    }
}

/// The reason in `--override-policy`.
fn reason_of(text: &str) -> Result<SafeText, ExitError> {
    let reason = match accepted::reason(text) {
        Err(_) if text.trim().is_empty() => Err("enter a reason: the history keeps it".to_owned()),
        reason => reason,
    };
    reason.map_err(|why| ExitError::usage(format!("--override-policy: {why}")))
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
    id: Option<TokenId>,
    found: Vec<Candidate>,
    /// The status of the remaining changes, if they would fail for the same reason.
    stops: Option<u8>,
    /// The change was not sent, because an earlier one failed.
    is_skipped: bool,
}

impl Report {
    fn new(status: u8, words: impl Into<String>) -> Self {
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

    fn skipped(job: &Job, status: u8) -> Self {
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

/// The report of a change whose outcome is unknown, or whose secret is lost.
fn unconfirmed_report(job: &Job, unconfirmed: Unconfirmed) -> Report {
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
async fn deliver(signed_in: &SignedIn, job: &Job, made: Box<Made>) -> Report {
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
async fn undelivered(report: &mut Report, made: &Made, why: &str) {
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
