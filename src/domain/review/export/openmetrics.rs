//! Writes a review as metrics: `OpenMetrics` 1.0, with nothing that Prometheus's older text
//! format refuses, since `node_exporter`'s textfile collector reads that.
//!
//! Samples have no timestamps, which the collector rejects. Each has the organisation as a
//! label, so that the files of several organisations do not collide.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
};

use super::report::Report;
use crate::domain::{
    expiry::{Expiry, TokenExpiry},
    token::{Kind, State},
};

pub(super) fn write(report: &Report<'_>) -> String {
    let mut out = Metrics { org: report.org, text: String::new() };
    tokens(report, &mut out);
    expiries(report, &mut out);
    findings(report, &mut out);
    let name = "axtok_answer_timestamp_seconds";
    out.family(name, "seconds", "When the tokens were listed, by the server's clock.");
    out.sample(name, &[], report.now.as_second());
    out.text.push_str("# EOF\n");
    out.text
}

/// Every combination has a sample, so that a count that falls to 0 does not disappear.
fn tokens(report: &Report<'_>, out: &mut Metrics<'_>) {
    let mut counts: HashMap<(&str, &str), i64> = HashMap::new();
    for (_, token) in report.reviewed() {
        *counts.entry((token.kind().label(), token.state(report.now).label())).or_default() += 1;
    }
    let name = "axtok_tokens";
    out.family(name, "", "API tokens by type and state.");
    for kind in [Kind::Basic, Kind::Advanced].map(Kind::label) {
        for state in [State::Active, State::Expiring, State::Expired, State::Unknown] {
            let state = state.label();
            let count = counts.get(&(kind, state)).copied().unwrap_or(0);
            out.sample(name, &[("type", kind), ("state", state)], count);
        }
    }
}

/// A token that never expires, or whose expiry cannot be read, has no sample.
fn expiries(report: &Report<'_>, out: &mut Metrics<'_>) {
    let name = "axtok_token_expiry_timestamp_seconds";
    out.family(name, "seconds", "When an API token expires.");
    for (_, token) in report.reviewed() {
        if let TokenExpiry::Known(Expiry::At(at)) = token.expiry {
            let labels = [("name", token.name.shown()), ("id", &token.id.to_string())];
            out.sample(name, &labels, at.as_second());
        }
    }
}

/// Kinds that were not checked have no samples: 0 would be a claim.
fn findings(report: &Report<'_>, out: &mut Metrics<'_>) {
    let mut counts: HashMap<(&str, bool), i64> = HashMap::new();
    for item in report.items {
        let is_accepted = report.acceptance(item).is_some();
        *counts.entry((item.finding.code, is_accepted)).or_default() += 1;
    }
    let name = "axtok_findings";
    out.family(name, "", "Findings of the access review.");
    for (code, severity, _) in report.kinds() {
        if report.not_checked.contains(&code) || report.not_asked.contains(&code) {
            continue;
        }
        for (accepted, label) in [(false, "false"), (true, "true")] {
            let count = counts.get(&(code, accepted)).copied().unwrap_or(0);
            let labels = [("severity", severity.label()), ("code", code), ("accepted", label)];
            out.sample(name, &labels, count);
        }
    }
}

/// The text, with the organisation that is a label of each sample.
struct Metrics<'a> {
    org: &'a str,
    text: String,
}

impl Metrics<'_> {
    /// Begins a family of gauges. A unit must be the end of the name.
    fn family(&mut self, name: &str, unit: &str, help: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
        if !unit.is_empty() {
            let _ = writeln!(self.text, "# UNIT {name} {unit}");
        }
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: i64) {
        let _ = write!(self.text, "{name}{{org=\"{}\"", Label(self.org));
        for (label, text) in labels {
            let _ = write!(self.text, ",{label}=\"{}\"", Label(text));
        }
        let _ = writeln!(self.text, "}} {value}");
    }
}

/// The value of a label. Both formats know these three escapes and no others.
pub(super) struct Label<'a>(pub(super) &'a str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
