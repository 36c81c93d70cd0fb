//! What came of changes, on standard output and in words. A secret that goes to
//! standard output leaves here.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::{Job, Report, undelivered};
use crate::{
    app::model::Intent,
    commands::{
        exit, json as shape,
        secret::{self, To},
        words::tell,
    },
    domain::TokenId,
    effects::{Errand, Made},
    journal::Mark,
};

/// Standard output, and what has been written to it.
pub struct Out {
    json: bool,
    alone: bool,
    written: usize,
}

impl Out {
    /// Nothing has been written yet. `alone` is one object, not an array.
    pub const fn new(json: bool, alone: bool) -> Self {
        Self { json, alone, written: 0 }
    }

    /// Says what came of a change, and gives the secret out if it goes there. Its
    /// status comes back.
    pub async fn tell(&mut self, errand: &Errand, job: &Job, mut report: Report) -> u8 {
        let to_output = job.to == Some(To::Output);
        if let Some(made) = report.made.take() {
            if to_output {
                let can_be_shown = self.json || secret::can_be_shown(&made.secret);
                let is_out = if self.json {
                    self.value(&object(job, &report, Some(&made)))
                } else {
                    can_be_shown && secret::to_output(&made.secret).is_ok()
                };
                if is_out {
                    report.delivered = Some("written to standard output".to_owned());
                    if let Some(entry) = &made.entry {
                        errand.mark(entry, Mark::Delivered { id: made.id.clone() }).await;
                    }
                } else {
                    let why =
                        if can_be_shown { "standard output is closed" } else { secret::NOT_SHOWN };
                    undelivered(&mut report, &made, why).await;
                }
            } else if self.json {
                self.value(&object(job, &report, Some(&made)));
            }
        } else if self.json {
            self.value(&object(job, &report, None));
        }
        let words = report.words.iter().chain(&report.delivered).chain(&report.advice);
        tell(words.map(String::as_str));
        report.status
    }

    /// One result. Whether it could be written.
    fn value(&mut self, value: &Value) -> bool {
        let open = match (self.alone, self.written) {
            (true, _) => "",
            (false, 0) => "[\n",
            (false, _) => ",\n",
        };
        self.written += 1;
        let end = if self.alone { "\n" } else { "" };
        let line = zeroize::Zeroizing::new(format!("{open}{}{end}", shape::line(value)));
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).is_ok()
    }

    /// Ends the array.
    pub fn end(&self) {
        if self.json && !self.alone {
            let end = if self.written == 0 { "[]\n" } else { "\n]\n" };
            let mut out = io::stdout().lock();
            // What mattered has been written.
            let _ = out.write_all(end.as_bytes()).and_then(|()| out.flush());
        }
    }
}

/// A result as JSON. The secret is in it only if it goes to standard output.
fn object(job: &Job, report: &Report, made: Option<&Made>) -> Value {
    let change = match job.intent {
        Intent::Create { .. } | Intent::CreatePersonal { .. } => "create",
        Intent::Regenerate { .. } => "regenerate",
        Intent::Delete { .. } | Intent::DeletePersonal { .. } => "delete",
    };
    let found = report.found.iter().map(|c| json!({ "id": c.id.raw(), "name": c.name.raw() }));
    let old_ends = match &job.intent {
        Intent::Regenerate { old_ends, .. } if made.is_some() => Some(old_ends.to_string()),
        _ => None,
    };
    let expiry = job.expiry().filter(|_| made.is_some());
    let secret = made.filter(|_| job.to == Some(To::Output)).map(|m| secret::written(&m.secret));
    json!({
        "change": change,
        "name": job.name.raw(),
        "outcome": exit::name(report.status),
        "status": report.status,
        "message": report.words.join("; "),
        "advice": report.advice,
        "oldId": job.old().map(TokenId::raw),
        "oldEndsAt": old_ends,
        "id": made.and_then(|m| m.id.as_ref()).map(TokenId::raw),
        "expiresAt": expiry.map_or(Value::Null, shape::expiry),
        "candidates": found.collect::<Value>(),
        "delivered": report.delivered,
        "secret": secret.as_ref().map(|s| s.as_str()),
    })
}
