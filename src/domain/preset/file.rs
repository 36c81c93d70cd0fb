//! The file format of presets: TOML, with a `[[preset]]` table for each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::Preset;
use crate::domain::{
    capability::{Scope, Verb},
    expiry::{Expiry, ExpiryError},
    grants::Resources,
    rights::Rights,
    safe_text::SafeText,
    words::nearest,
};

/// Why a preset file is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// The text is not TOML, or has unknown or missing members.
    #[error("line {line}: {message}")]
    Syntax {
        /// From 1.
        line: usize,
        /// What the parser reports, without quoting the file.
        message: String,
    },
    /// A right does not exist in its scope.
    #[error("line {line}: preset {preset}: unknown right {right} for {scope}: {instead}")]
    Right {
        /// From 1.
        line: usize,
        /// The preset's id.
        preset: String,
        /// The right as the file has it.
        right: String,
        /// `datasets`, `views` or `the organisation`.
        scope: &'static str,
        /// What to write instead.
        instead: String,
    },
    /// The expiry cannot be read.
    #[error("line {line}: preset {preset}: expires: {error}")]
    Expires {
        /// From 1.
        line: usize,
        /// The preset's id.
        preset: String,
        /// Why not.
        error: ExpiryError,
    },
    /// Two presets have the same id.
    #[error("line {line}: preset {preset} already exists: use another id")]
    Twice {
        /// The line of the second one, from 1.
        line: usize,
        /// The id.
        preset: String,
    },
}

impl PresetError {
    /// The line of the mistake, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        match self {
            Self::Syntax { line, .. }
            | Self::Right { line, .. }
            | Self::Expires { line, .. }
            | Self::Twice { line, .. } => *line,
        }
    }
}

/// `S` is a string: with its position in the file for reading, plain for writing.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>"))]
struct File<S> {
    #[serde(default)]
    preset: Vec<PresetToml<S>>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Deserialize<'de>"))]
struct PresetToml<S> {
    id: S,
    label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<S>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dataset: Vec<S>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    view: Vec<S>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    org: Vec<S>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    datasets: BTreeMap<String, Vec<S>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    views: BTreeMap<String, Vec<S>>,
}

/// Parses presets from TOML.
///
/// # Errors
/// When the text is not TOML in this format, names a right that does not exist, has an
/// invalid expiry, or has two presets with the same id.
pub fn parse(text: &str) -> Result<Vec<Preset>, PresetError> {
    let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    // Only the message, since the full error quotes the file.
    let file: File<Spanned<String>> = toml::from_str(text).map_err(|e| PresetError::Syntax {
        line: line(e.span().map_or(0, |span| span.start)),
        message: shown(e.message()),
    })?;
    let mut presets: Vec<Preset> = Vec::new();
    for row in &file.preset {
        if presets.iter().any(|p| p.id == *row.id.get_ref()) {
            let preset = shown(row.id.get_ref());
            return Err(PresetError::Twice { line: line(row.id.span().start), preset });
        }
        presets.push(preset(row, &line)?);
    }
    Ok(presets)
}

fn shown(text: &str) -> String {
    SafeText::from(text).shown().to_owned()
}

fn preset(
    row: &PresetToml<Spanned<String>>,
    line: &dyn Fn(usize) -> usize,
) -> Result<Preset, PresetError> {
    let rights = |scope, list: &[Spanned<String>]| {
        let mut rights = Rights::default();
        for text in list {
            grant(&mut rights, scope, text.get_ref()).map_err(|instead| PresetError::Right {
                line: line(text.span().start),
                preset: shown(row.id.get_ref()),
                right: shown(text.get_ref()),
                scope: things(scope),
                instead,
            })?;
        }
        Ok(rights)
    };
    let rows = |scope, table: &BTreeMap<String, Vec<Spanned<String>>>| {
        table
            .iter()
            .map(|(name, list)| Ok((SafeText::from(name.as_str()), rights(scope, list)?)))
            .collect::<Result<Resources, _>>()
    };
    if let Some(text) = &row.expires {
        // Checks the format only: whether a date has passed depends on when it is applied.
        Expiry::parse(text.get_ref(), Timestamp::MIN).map_err(|error| PresetError::Expires {
            line: line(text.span().start),
            preset: shown(row.id.get_ref()),
            error,
        })?;
    }
    Ok(Preset {
        id: row.id.get_ref().clone(),
        label: row.label.clone(),
        about: row.about.clone(),
        dataset: rights(Scope::Dataset, &row.dataset)?,
        view: rights(Scope::View, &row.view)?,
        org: rights(Scope::Org, &row.org)?,
        expires: row.expires.as_ref().map(|text| text.get_ref().clone()),
        datasets: rows(Scope::Dataset, &row.datasets)?,
        views: rows(Scope::View, &row.views)?,
    })
}

const fn things(scope: Scope) -> &'static str {
    match scope {
        Scope::Dataset => "datasets",
        Scope::View => "views",
        Scope::Org => "the organisation",
    }
}

/// Adds a right written as `query:read` or `query:*`.
///
/// # Errors
/// When there is no such right in the scope. The message says what to write instead.
pub fn grant(rights: &mut Rights, scope: Scope, text: &str) -> Result<(), String> {
    let (wire, verb) = text.split_once(':').unwrap_or((text, ""));
    let Some(capability) = scope.capability(wire) else {
        let all: Vec<_> = scope.capabilities().iter().map(|c| c.wire).collect();
        return Err(match nearest(wire, &all) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("use one of {}", all.join(", ")),
        });
    };
    let verbs = match verb {
        "*" => Some(capability.verbs),
        verb => Verb::parse(verb).map(|verb| rights.verbs(capability).with(verb)),
    };
    verbs.and_then(|verbs| rights.set(capability, verbs).ok()).ok_or_else(|| {
        let verbs: Vec<_> = capability.verbs.iter().map(Verb::wire).collect();
        if let Some(near) = nearest(verb, &verbs) {
            format!("did you mean {wire}:{near}?")
        } else {
            let all = capability.verbs.iter().map(|verb| capability.right(verb));
            format!("use {}", all.collect::<Vec<_>>().join(", "))
        }
    })
}

/// One `[[preset]]` as TOML that [`parse`] reads back unchanged. Rights that this version
/// does not know are left out.
#[must_use]
pub fn to_toml(preset: &Preset) -> String {
    let rows = |scope, rows: &Resources| {
        let known = rows.iter().filter(|(_, rights)| rights.bits() != 0);
        known.map(|(name, rights)| (name.raw().to_owned(), list(scope, rights))).collect()
    };
    let row = PresetToml {
        id: preset.id.clone(),
        label: preset.label.clone(),
        about: preset.about.clone(),
        expires: preset.expires.clone(),
        dataset: list(Scope::Dataset, &preset.dataset),
        view: list(Scope::View, &preset.view),
        org: list(Scope::Org, &preset.org),
        datasets: rows(Scope::Dataset, &preset.datasets),
        views: rows(Scope::View, &preset.views),
    };
    // Strings, lists and tables can always be serialised.
    toml::to_string(&File { preset: vec![row] }).unwrap_or_default()
}

/// Lists each right: `query:*` would grant more once the table has more verbs.
fn list(scope: Scope, rights: &Rights) -> Vec<String> {
    scope
        .capabilities()
        .iter()
        .flat_map(|c| rights.verbs(c).iter().map(|verb| c.right(verb)))
        .collect()
}
