//! Replaces or appends one preset in the text of a presets file.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table};

use super::PresetsError;
use crate::domain::preset::{Preset, PresetError, parse, to_toml};

const KEY: &str = "preset";

/// The text with the preset in place of the one with its id, or else at the end. The result is
/// parsed again to check it.
pub(super) fn with(file: &Path, text: &str, preset: &Preset) -> Result<String, PresetsError> {
    let content = |error| PresetsError::Content { file: file.to_owned(), error };
    let garbled = || PresetsError::Garbled { file: file.to_owned() };
    let mut expected = parse(text).map_err(content)?;
    let addition = to_toml(preset);
    // Compare with what the file can hold: the TOML form may drop details.
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
        // An inline array, after which no [[preset]] may follow.
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

/// The single preset table in a text from `to_toml`.
fn table(text: &str) -> Option<Table> {
    let document: DocumentMut = text.parse().ok()?;
    document.get(KEY)?.as_array_of_tables()?.get(0).cloned()
}

/// Gives the old table the values of the new one, key by key, so that comments beside and above
/// them stay.
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
                    // Its position belongs to the other document.
                    table.set_position(None);
                }
                old.insert(key, item);
            }
        }
    }
}
