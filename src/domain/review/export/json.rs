//! Writes a table as JSON, with the member names that the commands use.

use std::fmt::Write as _;

use super::{Column, Kind, NEVER, Table};

/// An array of objects, one per line.
pub(super) fn write(table: &Table) -> String {
    let object = |row: &Vec<String>| {
        let cells = table.columns.iter().zip(row);
        let members: Vec<_> = cells.map(|(column, text)| member(*column, text)).collect();
        format!("{{{}}}", members.join(","))
    };
    if table.rows.is_empty() {
        return "[]\n".to_owned();
    }
    let rows: Vec<_> = table.rows.iter().map(object).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

fn member(column: Column, text: &str) -> String {
    let value = match (column.kind, text) {
        (Kind::OrNull, "") | (Kind::Time, NEVER) => "null".to_owned(),
        (Kind::YesNo, text) => (text == "yes").to_string(),
        (Kind::Words, text) => {
            let words: Vec<_> = text.split_whitespace().map(quoted).collect();
            format!("[{}]", words.join(","))
        }
        (_, text) => quoted(text),
    };
    format!("{}:{value}", quoted(column.member))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
