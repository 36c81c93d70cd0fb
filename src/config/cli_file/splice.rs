//! Edits a few values in a TOML text and leaves every other byte unchanged: people write such
//! files by hand, with comments, and other programs read them.

use std::{fmt::Write as _, ops::Range};

use toml_edit::{Document, Item, TableLike, Value};

const DEPLOYMENTS: &str = "deployments";
const ACTIVE: &str = "active_deployment";

/// A replacement for a range of the text.
struct Piece {
    at: Range<usize>,
    text: String,
}

/// A text as a TOML value.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The text with these members (name, TOML value) set in the deployment `name`, which is added at
/// the end if it does not exist. An empty string is written only over an existing value. `active`
/// also makes it the active deployment. `None` if the text cannot be parsed.
pub(super) fn entry(
    text: &str,
    name: &str,
    members: &[(&str, String)],
    active: bool,
) -> Option<String> {
    let document = Document::parse(text).ok()?;
    let root = document.as_table();
    let deployments = root.get(DEPLOYMENTS).and_then(Item::as_table_like);
    let old = deployments.and_then(|d| d.get(name));
    let mut pieces = match old {
        Some(item) => update(text, item, members)?,
        None => vec![addition(text, name, members)],
    };
    if active {
        let gap = newline(text).repeat(if text.is_empty() { 2 } else { 1 });
        let first = || Piece { at: 0..0, text: format!("{ACTIVE} = {}{gap}", quoted(name)) };
        let old = root.get(ACTIVE).and_then(Item::span);
        pieces.push(old.map_or_else(first, |at| Piece { at, text: quoted(name) }));
    }
    Some(applied(text, pieces))
}

/// A new section at the end of the text.
fn addition(text: &str, name: &str, members: &[(&str, String)]) -> Piece {
    let newline = newline(text);
    let mut section = match text {
        "" => String::new(),
        text if text.ends_with('\n') => newline.to_owned(),
        _ => newline.repeat(2),
    };
    let _ = write!(section, "[{DEPLOYMENTS}.{}]{newline}", key(name));
    for (member, value) in members.iter().filter(|(_, value)| *value != quoted("")) {
        let _ = write!(section, "{member} = {value}{newline}");
    }
    Piece { at: text.len()..text.len(), text: section }
}

/// The replacements in an existing entry, in whichever TOML form it is written.
fn update(text: &str, item: &Item, members: &[(&str, String)]) -> Option<Vec<Piece>> {
    let table = item.as_table_like()?;
    let mut pieces = Vec::new();
    let mut missing = Vec::new();
    for (member, value) in members {
        match table.get(member) {
            Some(item) => {
                let old = item.as_str().map(quoted);
                if old.as_ref() != Some(value) {
                    pieces.push(Piece { at: item.span()?, text: value.clone() });
                }
            }
            None if *value == quoted("") => {}
            None => missing.push((member, value)),
        }
    }
    if missing.is_empty() {
        return Some(pieces);
    }
    // Add them after the last member, in the same form.
    let last = last_value(table)?;
    if item.is_inline_table() {
        let text: String = missing.iter().map(|(m, v)| format!(", {m} = {v}")).collect();
        pieces.push(Piece { at: last.value.end..last.value.end, text });
        return Some(pieces);
    }
    let line = text[..last.key].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..last.key];
    let end = text[last.value.end..].find(['\r', '\n']);
    let end = end.map_or(text.len(), |at| last.value.end + at);
    let newline = newline(text);
    let lines = missing.iter().map(|(m, v)| format!("{newline}{before}{m} = {v}")).collect();
    pieces.push(Piece { at: end..end, text: lines });
    Some(pieces)
}

/// The position of a member: where its key starts, and the range of its value.
struct Spans {
    key: usize,
    value: Range<usize>,
}

fn last_value(table: &dyn TableLike) -> Option<Spans> {
    table
        .iter()
        .filter(|(_, item)| item.is_value())
        .filter_map(|(name, item)| {
            Some(Spans { key: table.key(name)?.span()?.start, value: item.span()? })
        })
        .max_by_key(|spans| spans.value.end)
}

/// Applies the replacements from the end, so that the earlier ranges stay valid.
fn applied(text: &str, mut pieces: Vec<Piece>) -> String {
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.at.start));
    let mut out = text.to_owned();
    for Piece { at, text } in pieces {
        out.replace_range(at, &text);
    }
    out
}

/// The line ending of this text.
fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// A name as a TOML key, quoted if necessary.
fn key(name: &str) -> String {
    toml_edit::Key::new(name).display_repr().into_owned()
}
