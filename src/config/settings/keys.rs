//! The sections `[keys.<context>]` of the settings, as words with their positions. Whether the
//! contexts, actions and keys exist is checked elsewhere.

use toml_edit::{Item, Key};

use super::{ConfigError, Reader, entries};

/// A word in the file and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, without quotes.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// One row: the keys bound to an action in a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// The context's name.
    pub context: Word,
    /// The action's name.
    pub action: Word,
    /// The keys; empty to unbind the action.
    pub keys: Vec<Word>,
}

/// Reads all rows, in the file's order.
pub(super) fn read(
    reader: &Reader<'_>,
    key: &Key,
    item: &Item,
) -> Result<Vec<KeyRow>, ConfigError> {
    let mut rows = Vec::new();
    for (context, item) in entries(reader.table(key, item)?) {
        for (action, item) in entries(reader.table(context, item)?) {
            let keys = keys(reader, item).ok_or_else(|| {
                reader.wrong(
                    action,
                    item,
                    "a list of keys such as [\"x\", \"g x\"], or [] for none",
                )
            })?;
            rows.push(KeyRow {
                context: name(reader, context),
                action: name(reader, action),
                keys,
            });
        }
    }
    Ok(rows)
}

fn keys(reader: &Reader<'_>, item: &Item) -> Option<Vec<Word>> {
    item.as_array()?.iter().map(|v| Some(word(reader, v.as_str()?, v.span()))).collect()
}

fn name(reader: &Reader<'_>, key: &Key) -> Word {
    word(reader, key.get(), key.span())
}

fn word(reader: &Reader<'_>, text: &str, span: Option<std::ops::Range<usize>>) -> Word {
    let (line, column) = super::super::position(reader.text, span);
    Word { text: text.to_owned(), line, column }
}
