//! Exports a review as a table in JSON, CSV or Markdown, or as a report in SARIF, `JUnit`'s XML or
//! `OpenMetrics`.
//!
//! Cells are in their shown form: control and invisible characters are spelled out, as on
//! screen.

mod json;
mod junit;
mod openmetrics;
mod report;
mod sarif;

use std::{borrow::Cow, fmt::Write as _};

use super::{
    Item, Question,
    accepted::Accepted,
    anywhere::AccessEntry,
    reach::{Grantee, Reach, describe_rights},
};
use crate::domain::{
    capability::Scope,
    expiry::{Expiry, TokenExpiry},
    token::ApiToken,
};

pub use report::Report;

/// Most rows that a table can have; nobody reviews more.
pub const MAX_ROWS: usize = 100_000;

/// A table with a title. Contains no secret, since listed tokens have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The heading of the Markdown page.
    pub title: String,
    /// A line below the heading: which organisation, and when.
    pub about: String,
    /// The columns; each row has a cell for each.
    pub columns: Vec<Column>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// A column. Its JSON member has the same name as in the commands' JSON output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    heading: &'static str,
    member: &'static str,
    kind: Kind,
}

/// How a column's cells are written in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// A string; an empty cell is null.
    OrNull,
    /// An RFC 3339 time; `never` is null.
    Time,
    /// A boolean.
    YesNo,
    /// An array of the cell's words.
    Words,
}

impl Column {
    const fn new(heading: &'static str, member: &'static str, kind: Kind) -> Self {
        Self { heading, member, kind }
    }

    const fn text(heading: &'static str, member: &'static str) -> Self {
        Self::new(heading, member, Kind::Text)
    }

    const fn or_null(heading: &'static str, member: &'static str) -> Self {
        Self::new(heading, member, Kind::OrNull)
    }
}

const EXPIRES: Column = Column::new("expires", "expiresAt", Kind::Time);
/// The cell that `Kind::Time` writes as null.
const NEVER: &str = "never";

/// The file format of an exported table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An array of objects.
    Json,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// A page with one table.
    Markdown,
}

impl Format {
    /// The format's name on screens.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
        }
    }

    /// The format that a file name's extension stands for.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let (_, end) = name.trim().rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// A table with a row for each finding.
#[must_use]
pub fn findings_table<'a>(
    items: impl Iterator<Item = &'a Item>,
    tokens: &[ApiToken],
    accepted: &Accepted<'_>,
) -> Table {
    let row = |item: &Item| {
        let token = tokens.get(item.token)?;
        let finding = &item.finding;
        let acceptance = accepted.of_item(item, tokens);
        Some(vec![
            finding.severity.label().to_owned(),
            finding.code.to_owned(),
            token.name.to_string(),
            token.id.to_string(),
            token.kind().label().to_owned(),
            expires(&token.expiry),
            finding.why.clone(),
            finding.fix.to_owned(),
            acceptance.map_or_else(String::new, |a| a.at.to_string()),
            acceptance.map_or_else(String::new, |a| a.reason.to_string()),
        ])
    };
    Table {
        title: "Findings".to_owned(),
        about: String::new(),
        columns: vec![
            Column::text("severity", "severity"),
            Column::text("finding", "code"),
            Column::text("token", "tokenName"),
            Column::text("token_id", "tokenId"),
            Column::text("type", "type"),
            EXPIRES,
            Column::text("message", "message"),
            Column::text("fix", "fix"),
            Column::or_null("accepted_at", "acceptedAt"),
            Column::or_null("reason", "acceptedReason"),
        ],
        rows: items.filter_map(row).collect(),
    }
}

/// A table with a row for each token.
#[must_use]
pub fn tokens_table<'a>(tokens: impl Iterator<Item = (&'a ApiToken, Vec<&'a Item>)>) -> Table {
    let row = |(token, items): (&ApiToken, Vec<&Item>)| {
        let codes: Vec<_> = items.iter().map(|i| i.finding.code).collect();
        let worst = items.iter().map(|i| i.finding.severity).max();
        vec![
            token.name.to_string(),
            token.id.to_string(),
            token.kind().label().to_owned(),
            expires(&token.expiry),
            token.grants.summary(),
            worst.map_or("", super::Severity::label).to_owned(),
            codes.join(" "),
        ]
    };
    Table {
        title: "Tokens".to_owned(),
        about: String::new(),
        columns: vec![
            Column::text("token", "name"),
            Column::text("token_id", "id"),
            Column::text("type", "type"),
            EXPIRES,
            Column::text("access", "summary"),
            Column::or_null("worst", "worst"),
            Column::new("findings", "codes", Kind::Words),
        ],
        rows: tokens.map(row).collect(),
    }
}

/// A table with a row for each thing and each token that answers the question for it.
///
/// # Errors
/// When there would be more than [`MAX_ROWS`] rows; a message for the user.
pub fn reach_table(
    reach: &Reach,
    scope: Scope,
    things: &[usize],
    question: Question,
    tokens: &[ApiToken],
) -> Result<Table, String> {
    let counts = reach.counts(scope, question, tokens);
    let expected: usize = things.iter().filter_map(|i| counts.get(*i)).sum();
    if expected > MAX_ROWS {
        return Err(format!("{expected} rows are too many: filter first (at most {MAX_ROWS})"));
    }
    let mut rows = Vec::new();
    for thing in things {
        for grantee in reach.grantees(scope, *thing, question, tokens) {
            let Some(token) = tokens.get(grantee.token) else { continue };
            rows.push(grantee_row(scope, reach.name(scope, *thing), &grantee, token));
        }
    }
    Ok(Table {
        title: format!("{}: who can {}", scope.label(), question.label()),
        about: String::new(),
        columns: HOLDER_COLUMNS.to_vec(),
        rows,
    })
}

/// A table with a row for each entry. All entries must be of one scope.
#[must_use]
pub fn scope_table(
    answers: &[AccessEntry],
    scope: Scope,
    question: Question,
    tokens: &[ApiToken],
) -> Table {
    Table {
        title: format!("{}: who can {}", scope.label(), question.label()),
        about: String::new(),
        columns: HOLDER_COLUMNS.to_vec(),
        rows: answers.iter().filter_map(|answer| answer_row(answer, tokens)).collect(),
    }
}

/// A table with a row for each entry, with the scope in the first column.
#[must_use]
pub fn anywhere_table(answers: &[AccessEntry], question: Question, tokens: &[ApiToken]) -> Table {
    let row = |answer: &AccessEntry| {
        let mut row = answer_row(answer, tokens)?;
        row.insert(0, answer.scope.label().to_owned());
        Some(row)
    };
    Table {
        title: format!("Who can {}", question.label()),
        about: String::new(),
        columns: std::iter::once(Column::text("scope", "scope")).chain(HOLDER_COLUMNS).collect(),
        rows: answers.iter().filter_map(row).collect(),
    }
}

fn answer_row(answer: &AccessEntry, tokens: &[ApiToken]) -> Option<Vec<String>> {
    let token = tokens.get(answer.grantee.token)?;
    Some(grantee_row(answer.scope, answer.label(), &answer.grantee, token))
}

const HOLDER_COLUMNS: [Column; 7] = [
    Column::text("resource", "resource"),
    Column::text("token", "tokenName"),
    Column::text("token_id", "tokenId"),
    Column::text("rights", "summary"),
    Column::or_null("also", "also"),
    EXPIRES,
    Column::new("expired", "expired", Kind::YesNo),
];

fn grantee_row(scope: Scope, thing: &str, grantee: &Grantee, token: &ApiToken) -> Vec<String> {
    vec![
        thing.to_owned(),
        token.name.to_string(),
        token.id.to_string(),
        describe_rights(scope, &grantee.own, &grantee.everywhere),
        also(grantee),
        expires(&token.expiry),
        if grantee.expired { "yes" } else { "no" }.to_owned(),
    ]
}

/// Access that a token has to a thing besides its rights on it: updating or deleting it,
/// or granting itself rights. Empty if there is none.
#[must_use]
pub fn also(grantee: &Grantee) -> String {
    let mut also = Vec::new();
    if !grantee.whole.is_empty() {
        also.push(format!("as a whole: {}", grantee.whole.letters()));
    }
    also.extend(grantee.mints.then(|| "can grant itself any right".to_owned()));
    also.join("; ")
}

fn expires(expiry: &TokenExpiry) -> String {
    match expiry {
        TokenExpiry::Known(Expiry::Never) => NEVER.to_owned(),
        TokenExpiry::Known(Expiry::At(at)) => at.to_string(),
        TokenExpiry::Unread(json) => json.shown().to_owned(),
    }
}

impl Table {
    fn headings(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.heading).collect()
    }

    /// The table as text in this format.
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Json => json::write(self),
            Format::Csv => self.csv(),
            Format::Markdown => self.markdown(),
        }
    }

    /// CSV as in RFC 4180, with CRLF line ends.
    fn csv(&self) -> String {
        let mut out = self.headings().join(",") + "\r\n";
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(|cell| csv_cell(cell)).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
        out
    }

    fn markdown(&self) -> String {
        let mut out = format!("## {}\n\n", markdown_cell(&self.title));
        if !self.about.is_empty() {
            let _ = write!(out, "{}\n\n", markdown_cell(&self.about));
        }
        let _ = writeln!(out, "| {} |", self.headings().join(" | "));
        let _ = writeln!(out, "|{}", "---|".repeat(self.columns.len()));
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(|cell| markdown_cell(cell)).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        out
    }
}

/// A cell that a spreadsheet reads as text: an apostrophe is put before anything that
/// looks like a formula.
#[must_use]
pub fn text_cell(text: &str) -> Cow<'_, str> {
    // Some spreadsheets skip leading blanks and accept full-width signs.
    let first = text.trim_start().chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
        || text.starts_with(['\t', '\r']);
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A CSV cell, quoted where necessary.
fn csv_cell(text: &str) -> String {
    let text = text_cell(text);
    if matches!(text, Cow::Owned(_)) || text.contains([',', '"', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

/// A Markdown cell: line ends become blanks, and markup is escaped.
fn markdown_cell(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '!' | '&' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
