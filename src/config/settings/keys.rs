//! The sections `[keys.<context>]` of the settings, as words with their places.
//! Which contexts, actions and keys there are is not known here.

use toml_edit::{Item, Key};

use super::{ConfigError, Reader, entries};

/// A word of the file and where it stands, counted from 1; columns in letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub line: usize,
    pub column: usize,
}

/// One row: the keys that an action is to have in a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    pub context: Word,
    pub action: Word,
    pub keys: Vec<Word>,
}

/// Reads all of them, in the file's order.
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
