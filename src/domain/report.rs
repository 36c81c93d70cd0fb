//! A bulk run's report for a file: one line for each token, without secrets.

use std::path::Path;

use super::{SafeText, TokenId, review::export::text_cell, safe_text::safe_json};

/// The outcome of a bulk run, and the file to write it to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The path as typed: JSON if it ends in `.json`, otherwise tab-separated.
    pub path: String,
    /// One line for each token of the run.
    pub lines: Vec<Line>,
}

/// One token of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The token's name.
    pub name: SafeText,
    /// The token's id before the run.
    pub old: TokenId,
    /// The new token's id, if one was created.
    pub new: Option<TokenId>,
    /// The outcome in one word; stable, so that scripts can rely on it.
    pub result: &'static str,
    /// Where the secret is, or why there is none.
    pub words: String,
}

impl Report {
    /// The file's contents, in the format that the path's extension asks for.
    #[must_use]
    pub fn text(&self, path: &Path) -> String {
        let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        if is_json { json(&self.lines) } else { tsv(&self.lines) }
    }
}

/// A header, then a line for each token. Names are in their shown form, which has no tab
/// or line end, and no cell starts like a formula.
fn tsv(lines: &[Line]) -> String {
    let mut out = "name\told id\tnew id\tresult\tdetails\n".to_owned();
    for Line { name, old, new, result, words } in lines {
        let new = new.as_ref().map(ToString::to_string).unwrap_or_default();
        let words = SafeText::from(words.as_str()).to_string();
        let cells = [name.to_string(), old.to_string(), new, (*result).to_owned(), words];
        let cells = cells.map(|cell| text_cell(&cell).into_owned());
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}

/// An array with an object for each token; names and ids in their raw form.
fn json(lines: &[Line]) -> String {
    let row = |line: &Line| {
        serde_json::json!({
            "name": line.name.raw(),
            "oldId": line.old.raw(),
            "newId": line.new.as_ref().map(TokenId::raw),
            "result": line.result,
            "details": line.words,
        })
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    let json = format!("{:#}\n", serde_json::Value::Array(rows));
    safe_json(&json).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        vec![
            Line {
                name: "a\tb\n".into(),
                old: TokenId::new("o1"),
                new: Some(TokenId::new("n1")),
                result: "done",
                words: "/x/a-b-n1".to_owned(),
            },
            Line {
                name: "c".into(),
                old: TokenId::new("o2"),
                new: None,
                result: "failed",
                words: "could not\u{202e}".to_owned(),
            },
        ]
    }

    #[test]
    fn a_table_has_one_line_per_token_for_any_name() {
        let text = tsv(&lines());
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row.len() == 5), "{text}");
        assert_eq!(rows[1][0], "a<U+0009>b<U+000A>");
        assert_eq!(rows[2][2..4], ["", "failed"]);
        assert!(rows[2][4].ends_with("<U+202E>"));
    }

    #[test]
    fn cells_are_never_formulas() {
        let line = |name: &str, words: &str| Line {
            name: name.into(),
            old: TokenId::new("-1"),
            new: Some(TokenId::new("@x")),
            result: "done",
            words: words.to_owned(),
        };
        let text = tsv(&[line("=HYPERLINK(\"http://x\")", " +1"), line("plain", "－1")]);
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows[1], ["'=HYPERLINK(\"http://x\")", "'-1", "'@x", "done", "' +1"]);
        assert_eq!(rows[2], ["plain", "'-1", "'@x", "done", "'－1"]);
    }

    #[test]
    fn json_keeps_names_unchanged() {
        let rows: serde_json::Value = serde_json::from_str(&json(&lines())).unwrap();
        assert_eq!(rows[0]["name"], "a\tb\n");
        assert_eq!(rows[1]["newId"], serde_json::Value::Null);
    }
}
