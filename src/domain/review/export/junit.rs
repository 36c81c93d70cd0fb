//! Writes a review as a test report in the XML format of `JUnit`.
//!
//! A test suite is a token and a test case one of its findings, because CI systems read only
//! the first failure of a case. They identify a case by its class and name.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
};

use super::report::Report;
use crate::domain::{review::Item, token::ApiToken};

pub(super) fn write(report: &Report<'_>) -> String {
    let mut by_token: HashMap<usize, Vec<&Item>> = HashMap::new();
    for item in report.items {
        by_token.entry(item.token).or_default().push(item);
    }
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    if !report.not_checked.is_empty() {
        let suite = Suite::not_checked(report);
        tests += suite.tests;
        suite.write(&mut suites);
    }
    for (at, token) in report.reviewed() {
        let items = by_token.get(&at).map_or(&[][..], Vec::as_slice);
        let suite = Suite::of(report, token, items);
        (tests, failures) = (tests + suite.tests, failures + suite.failures);
        suite.write(&mut suites);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"0\">\n{suites}</testsuites>\n",
        Xml(&format!("axtok review: {}", report.org))
    )
}

/// A test suite, which is also the class of its cases.
struct Suite {
    name: String,
    timestamp: String,
    cases: String,
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Suite {
    fn new(report: &Report<'_>, name: String) -> Self {
        let timestamp = report.now.strftime("%FT%TZ").to_string();
        Self { name, timestamp, cases: String::new(), tests: 0, failures: 0, skipped: 0 }
    }

    fn of(report: &Report<'_>, token: &ApiToken, items: &[&Item]) -> Self {
        let mut suite = Self::new(report, format!("{} ({})", token.name, token.id));
        for item in items {
            let finding = &item.finding;
            let what = format!("{}: {}", finding.severity.label(), finding.why);
            if report.fails(item) {
                suite.failures += 1;
                let (code, what, fix) = (Xml(finding.code), Xml(&what), Xml(finding.fix));
                let failure = format!(
                    "<failure type=\"{code}\" message=\"{what}\">{what}\nFix: {fix}</failure>"
                );
                suite.case(finding.code, &failure);
                continue;
            }
            let why = match report.acceptance(item) {
                Some(a) => format!("{what}; accepted {}: {}", a.at.strftime("%F"), a.reason),
                None => format!("{what}; not counted by --fail-on"),
            };
            suite.skip(finding.code, &why);
        }
        if items.is_empty() {
            suite.case("no findings", "");
        }
        suite
    }

    fn not_checked(report: &Report<'_>) -> Self {
        let mut suite = Self::new(report, "not checked".to_owned());
        for code in report.not_checked {
            suite.skip(code, "axtok could not read what this check needs");
        }
        suite
    }

    /// Adds a case that is neither passed nor failed. CI systems read the reason from the
    /// attribute or from the text.
    fn skip(&mut self, name: &str, why: &str) {
        self.skipped += 1;
        let why = Xml(why);
        self.case(name, &format!("<skipped message=\"{why}\">{why}</skipped>"));
    }

    /// Adds a case; it has passed if its outcome is empty.
    fn case(&mut self, name: &str, outcome: &str) {
        self.tests += 1;
        // Writing to a String cannot fail.
        let _ = writeln!(
            self.cases,
            "<testcase classname=\"{}\" name=\"{}\">{outcome}</testcase>",
            Xml(&self.name),
            Xml(name)
        );
    }

    fn write(&self, out: &mut String) {
        let Self { timestamp, cases, tests, failures, skipped, .. } = self;
        let _ = writeln!(
            out,
            "<testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
             skipped=\"{skipped}\" timestamp=\"{timestamp}\">\n{cases}</testsuite>",
            Xml(&self.name)
        );
    }
}

/// A text in XML 1.0, between tags or in a quoted attribute. Characters that XML cannot
/// contain, not even as a reference, are spelled out like those in shown text.
pub(super) struct Xml<'a>(pub(super) &'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                // `]]>` is not allowed in text.
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // A parser would change these to blanks in an attribute.
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {
                    write!(f, "&lt;U+{:04X}&gt;", u32::from(c))?;
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
