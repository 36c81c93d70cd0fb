//! Changes the text of a presets file in one place.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table};

use super::PresetsError;
use crate::domain::preset::{Preset, PresetError, parse, to_toml};

const KEY: &str = "preset";

/// The text with the preset in it: in place of the one with its id, or else at
/// the end. Read again before it is given back.
pub(super) fn with(file: &Path, text: &str, preset: &Preset) -> Result<String, PresetsError> {
    let content = |error| PresetsError::Content { file: file.to_owned(), error };
    let garbled = || PresetsError::Garbled { file: file.to_owned() };
    let mut expected = parse(text).map_err(content)?;
    let addition = to_toml(preset);
    // What a file cannot hold is not what it will be read as.
    let preset = parse(&addition).ok().and_then(|mut all| all.pop()).ok_or_else(garbled)?;

    let mut document: DocumentMut = text.parse().map_err(|_| garbled())?;
    let changed = match document.get_mut(KEY) {
        None | Some(Item::None) => {
            expected.push(preset);
            appended(text, &addition)
        }
        Some(Item::ArrayOfTables(tables)) => {
            if let Some(at) = expected.iter().position(|old| old.id == preset.id) {
                let new = table(&addition).ok_or_else(garbled)?;
                update(tables.get_mut(at).ok_or_else(garbled)?, &new);
                expected[at] = preset;
                document.to_string()
            } else {
                expected.push(preset);
                appended(text, &addition)
            }
        }
        // A list in brackets: no [[preset]] can follow it.
        Some(_) => {
            let line = text.lines().position(|l| l.trim_start().starts_with(KEY)).unwrap_or(0) + 1;
            let message = "write each preset as [[preset]] with lines below it".to_owned();
            return Err(content(PresetError::Syntax { line, message }));
        }
    };
    match parse(&changed) {
        Ok(found) if found == expected => Ok(changed),
        _ => Err(garbled()),
    }
}

fn appended(text: &str, addition: &str) -> String {
    match text.trim_end() {
        "" => format!("{text}{addition}"),
        _ if text.ends_with('\n') => format!("{text}\n{addition}"),
        _ => format!("{text}\n\n{addition}"),
    }
}

/// The one table of a text that `to_toml` wrote.
fn table(text: &str) -> Option<Table> {
    let document: DocumentMut = text.parse().ok()?;
    document.get(KEY)?.as_array_of_tables()?.get(0).cloned()
}

/// Makes the old table say what the new one says, value by value, so that
/// comments beside and above them stay.
fn update(old: &mut Table, new: &Table) {
    let gone = |key: &str| !new.contains_key(key);
    old.retain(|key, _| !gone(key));
    for (key, item) in new {
        match (old.get_mut(key), item) {
            (Some(Item::Value(old)), Item::Value(new)) => {
                let decor = old.decor().clone();
                *old = new.clone();
                *old.decor_mut() = decor;
            }
            (Some(Item::Table(old)), Item::Table(new)) => update(old, new),
            (_, item) => {
                let mut item = item.clone();
                if let Item::Table(table) = &mut item {
                    // Its place in the other text means nothing here.
                    table.set_position(None);
                }
                old.insert(key, item);
            }
        }
    }
}
