//! The result of `axtok doctor`, as text and as JSON. The checks receive no secrets.

use std::fmt::Write as _;

use serde::Serialize;

use crate::domain::{
    safe_text::{safe_json, safe_lines},
    text::wrapped,
};

/// Columns before the text of a check.
const INDENT: usize = 22;

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing to do.
    #[serde(rename = "ok")]
    Fine,
    /// axtok works, but something deserves attention.
    Warning,
    /// axtok cannot be used until this is fixed.
    Problem,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Warning => "warning",
            Self::Problem => "PROBLEM",
        }
    }
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Check {
    /// What was checked, in one word.
    pub name: &'static str,
    /// How the check went.
    pub state: State,
    /// What was found; may have several lines.
    #[serde(rename = "message")]
    pub says: String,
    /// How to fix it; may have several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Check {
    /// A result without a fix.
    #[must_use]
    pub fn new(name: &'static str, state: State, says: impl Into<String>) -> Self {
        Self { name, state, says: says.into(), fix: None }
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn fix(mut self, how: impl Into<String>) -> Self {
        self.fix = Some(how.into());
        self
    }
}

/// The results of all checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Report {
    /// The program's version.
    pub version: &'static str,
    /// The first digits of the commit that the program was built from, if the build knew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<&'static str>,
    /// The results, in the order in which they are printed.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether any check found a problem, which the exit status reports.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.checks.iter().any(|c| c.state == State::Problem)
    }

    /// The report for people: each check's lines, then how to fix it after `->`. Wraps at
    /// `columns`.
    #[must_use]
    pub fn text(&self, columns: usize) -> String {
        let columns = columns.saturating_sub(INDENT);
        let wrapped = |text: &str, columns: usize| -> Vec<String> {
            text.lines().flat_map(|line| wrapped(line, columns)).collect()
        };
        let mut out = format!("axtok {}\n", self.version);
        for Check { name, state, says, fix } in &self.checks {
            let says = safe_lines(says);
            let fix = fix.as_deref().map(safe_lines);
            let mut lines = wrapped(&says, columns).into_iter();
            let first = lines.next().unwrap_or_default();
            let _ = writeln!(out, "{:<8} {name:<12} {first}", state.word());
            for line in lines {
                let _ = writeln!(out, "{:INDENT$}{line}", "");
            }
            let mut arrow = "->";
            for line in fix.iter().flat_map(|fix| wrapped(fix, columns.saturating_sub(3))) {
                let _ = writeln!(out, "{:INDENT$}{arrow} {line}", "");
                arrow = "  ";
            }
        }
        out
    }

    /// The report for programs.
    #[must_use]
    pub fn json(&self) -> String {
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        // Messages may quote anything from files and variables.
        safe_json(&json).into_owned() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_contains_no_terminal_control_sequences() {
        let says = "one \u{1b}]0;x\u{7}\ntwo \u{9b}2J\u{202e}\u{7f}";
        let check = Check::new("files", State::Problem, says).fix(says);
        let report = Report { version: "1.2.3", commit: None, checks: vec![check] };
        let is_harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!report.text(200).contains(is_harmful), "{}", report.text(200));
        assert!(!report.json().contains(is_harmful), "{}", report.json());
        let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(json["checks"][0]["message"], says);
    }

    #[test]
    fn a_report_names_the_fix_for_each_problem() {
        let report = Report {
            version: "1.2.3",
            commit: None,
            checks: vec![
                Check::new("proxy", State::Fine, "none"),
                Check::new("terminal", State::Problem, "dumb").fix("ssh -t"),
            ],
        };
        assert!(report.has_problem());
        let lines = ["axtok 1.2.3", "ok       proxy        none", "PROBLEM  terminal     dumb"];
        let text = report.text(200);
        assert!(text.starts_with(&(lines.join("\n") + "\n")), "{text}");
        assert!(text.ends_with(" -> ssh -t\n"), "{text}");
        let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(json["checks"][1]["state"], "problem");
        assert_eq!(json["checks"][1]["fix"], "ssh -t");
        assert!(json["checks"][0].get("fix").is_none());
    }

    #[test]
    fn the_report_fits_the_terminal() {
        let long = "a text that is longer than what is left of the line beside its check's name";
        let checks = vec![Check::new("terminal", State::Problem, long).fix(long)];
        let text = Report { version: "1.2.3", commit: None, checks }.text(60);
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
        assert_eq!(text.matches("->").count(), 1, "{text}");
        let words: Vec<_> = text.split_whitespace().collect();
        assert!(words.join(" ").contains(long), "{text}");
    }
}
