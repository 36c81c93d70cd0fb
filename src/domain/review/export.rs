//! A review as a table of plain texts, and the table as JSON, CSV or Markdown.
//! Texts are in their shown form: control characters and the like are spelled
//! out, so that no file hides what a screen would show.

mod json;

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

/// Rows that a table has at most: more is no review.
pub const MAX_ROWS: usize = 100_000;

/// A table with a heading. Holds no secret: tokens have none here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

/// A column. Its member of JSON is called as the commands call it, where it says the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    heading: &'static str,
    member: &'static str,
    kind: Kind,
}

/// What a text of a column is for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// None of it is null.
    OrNull,
    /// A time, or `never`, which is null.
    Time,
    YesNo,
    /// Words with blanks between.
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
/// What `Kind::Time` takes for null.
const NEVER: &str = "never";

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    Markdown,
}

impl Format {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
        }
    }

    /// By the end of a file's name.
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

/// One row a finding.
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
            finding.narrower.to_owned(),
            acceptance.map_or_else(String::new, |a| a.at.to_string()),
            acceptance.map_or_else(String::new, |a| a.reason.to_string()),
        ])
    };
    Table {
        title: "Findings".to_owned(),
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

/// One row a token.
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

/// One row for each thing and token that answers the question.
///
/// # Errors
/// With what to do when these would be more than [`MAX_ROWS`].
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
        return Err(format!("{expected} rows are no review: filter first, {MAX_ROWS} at most"));
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
        columns: HOLDER_COLUMNS.to_vec(),
        rows,
    })
}

/// The same of answers about things of one scope.
#[must_use]
pub fn scope_table(
    answers: &[AccessEntry],
    scope: Scope,
    question: Question,
    tokens: &[ApiToken],
) -> Table {
    Table {
        title: format!("{}: who can {}", scope.label(), question.label()),
        columns: HOLDER_COLUMNS.to_vec(),
        rows: answers.iter().filter_map(|answer| answer_row(answer, tokens)).collect(),
    }
}

/// The same of answers about anything, after a column for the scope.
#[must_use]
pub fn anywhere_table(answers: &[AccessEntry], question: Question, tokens: &[ApiToken]) -> Table {
    let row = |answer: &AccessEntry| {
        let mut row = answer_row(answer, tokens)?;
        row.insert(0, answer.scope.label().to_owned());
        Some(row)
    };
    Table {
        title: format!("Who can {}", question.label()),
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

/// What a token can do with a thing besides its rights on it, in words.
#[must_use]
pub fn also(grantee: &Grantee) -> String {
    let mut also = Vec::new();
    if !grantee.whole.is_empty() {
        also.push(format!("as a whole: {}", grantee.whole.letters()));
    }
    also.extend(grantee.mints.then(|| "can mint any right".to_owned()));
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

    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Json => json::write(self),
            Format::Csv => self.csv(),
            Format::Markdown => self.markdown(),
        }
    }

    /// As in RFC 4180, with line ends that every tool takes.
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
        let _ = writeln!(out, "| {} |", self.headings().join(" | "));
        let _ = writeln!(out, "|{}", "---|".repeat(self.columns.len()));
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(|cell| markdown_cell(cell)).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        out
    }
}

/// What a spreadsheet takes for a text: what begins like a formula gets an
/// apostrophe before it.
#[must_use]
pub fn text_cell(text: &str) -> Cow<'_, str> {
    // Some look past blanks, and take wide signs for narrow ones.
    let first = text.trim_start().chars().next();
    let formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
        || text.starts_with(['\t', '\r']);
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A cell of CSV that is a text, in quotation marks where it needs them.
fn csv_cell(text: &str) -> String {
    let text = text_cell(text);
    if matches!(text, Cow::Owned(_)) || text.contains([',', '"', '\n', '\r', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

/// A cell that stays one cell, and shows what it says.
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
