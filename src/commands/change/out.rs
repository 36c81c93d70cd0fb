//! Reports the results of changes: as JSON or secrets on standard output, and as messages on
//! standard error.

use std::io::{self, Write as _};

use super::{Job, Report, report::undelivered};
use crate::{
    commands::{
        json::{self, ChangeKind, ChangeResult, Outcome, Time},
        output,
        secret::{self, To},
        words::tell,
    },
    domain::TokenId,
    ops::{Made, SignedIn, change::Intent},
};

/// Standard output, and how many results it has.
pub struct Out {
    json: bool,
    alone: bool,
    written: usize,
    /// The first error of writing.
    failed: Option<io::ErrorKind>,
}

impl Out {
    /// An output without results. With `alone`, its JSON is one object instead of an array.
    pub const fn new(json: bool, alone: bool) -> Self {
        Self { json, alone, written: 0, failed: None }
    }

    /// Reports a change, and writes its secret if it goes to standard output. The report that
    /// it returns includes the result of that.
    pub async fn tell(&mut self, signed_in: &SignedIn, job: &Job, mut report: Report) -> Report {
        let to_output = job.to == Some(To::Output);
        if let Some(made) = report.made.take() {
            if to_output {
                let can_be_shown = self.json || secret::can_be_shown(&made.secret);
                let is_out = if self.json {
                    let secret = secret::written(&made.secret);
                    self.value(&object(job, &report, Some(&made), Some(&secret)))
                } else {
                    can_be_shown && secret::to_output(&made.secret).is_ok()
                };
                if is_out {
                    report.delivered = Some("written to standard output".to_owned());
                    signed_in.stored(&made, Some("standard output".to_owned())).await;
                } else {
                    let why =
                        if can_be_shown { "standard output is closed" } else { secret::NOT_SHOWN };
                    undelivered(&mut report, &made, why).await;
                }
            } else if self.json {
                self.value(&object(job, &report, Some(&made), None));
            }
        } else if self.json {
            self.value(&object(job, &report, None, None));
        }
        let words = report.words.iter().chain(&report.delivered).chain(&report.advice);
        tell(words.map(String::as_str));
        report
    }

    /// Writes one result as JSON. Returns whether that worked.
    fn value(&mut self, value: &ChangeResult<'_>) -> bool {
        let open = match (self.alone, self.written) {
            (true, _) => "",
            (false, 0) => "[\n",
            (false, _) => ",\n",
        };
        self.written += 1;
        let end = if self.alone { "\n" } else { "" };
        let line = zeroize::Zeroizing::new(format!("{open}{}{end}", json::line(value)));
        self.write(&line)
    }

    fn write(&mut self, text: &str) -> bool {
        let mut out = output::lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        self.failed = self.failed.or(written.as_ref().err().map(io::Error::kind));
        written.is_ok()
    }

    /// Ends the array.
    ///
    /// # Errors
    /// When a result could not be written.
    pub fn end(&mut self) -> Result<(), io::ErrorKind> {
        if self.json && !self.alone {
            let end = if self.written == 0 { "[]\n" } else { "\n]\n" };
            self.write(end);
        }
        self.failed.map_or(Ok(()), Err)
    }
}

/// A result as JSON, with the secret only if that goes to standard output.
fn object<'a>(
    job: &'a Job,
    report: &'a Report,
    made: Option<&'a Made>,
    secret: Option<&'a str>,
) -> ChangeResult<'a> {
    let change = match job.intent {
        Intent::Create { .. } | Intent::CreatePersonal { .. } => ChangeKind::Create,
        Intent::Regenerate { .. } => ChangeKind::Regenerate,
        Intent::Delete { .. } | Intent::DeletePersonal { .. } => ChangeKind::Delete,
    };
    let old_ends = match &job.intent {
        Intent::Regenerate { old_ends, .. } if made.is_some() => Some(Time(*old_ends)),
        _ => None,
    };
    let name = made.and_then(|made| made.name.as_ref()).filter(|name| !name.is_empty());
    let differences = made.into_iter().flat_map(|made| &made.differences);
    ChangeResult {
        change,
        name: name.unwrap_or(&job.name).raw(),
        outcome: if report.is_skipped { Outcome::NotSent } else { Outcome::of(report.status) },
        status: report.status,
        message: report.words.join("; "),
        advice: report.advice.as_deref(),
        old_id: job.old().map(TokenId::raw),
        old_expires_at: old_ends,
        id: made.and_then(|m| m.id.as_ref()).map(TokenId::raw),
        expires_at: made.and_then(|made| job.made_expiry(made)).as_ref().map(Into::into),
        differences: differences.map(Into::into).collect(),
        candidates: report.found.iter().map(Into::into).collect(),
        delivered: report.delivered.as_deref(),
        secret,
    }
}
