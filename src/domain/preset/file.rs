//! The form in which presets are written: TOML, one `[[preset]]` for each.

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
};

/// What is wrong with a text of presets, and in which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    #[error("line {line}: {message}")]
    Syntax { line: usize, message: String },
    #[error("line {line}: preset {preset}: {right} is no right of {scope}: {instead}")]
    Right { line: usize, preset: String, right: String, scope: &'static str, instead: String },
    #[error("line {line}: preset {preset}: expires: {error}")]
    Expires { line: usize, preset: String, error: ExpiryError },
    #[error("line {line}: there is a preset {preset} already: give it another id")]
    Twice { line: usize, preset: String },
}

impl PresetError {
    /// The line that it is about, from 1.
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

/// `S` is a text: with its place in the file when it is read, plain when written.
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

/// Reads presets from TOML.
///
/// # Errors
/// When the text is not TOML of this form, names a right that does not exist,
/// or has two presets of one id.
pub fn parse(text: &str) -> Result<Vec<Preset>, PresetError> {
    let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    // Only the message: the full error quotes the file.
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
        // Whether a date has passed is not known here, only what it says.
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

/// Adds a right written as `query:read` or `query:*`, or says what there is.
///
/// # Errors
/// With what to write instead.
pub fn grant(rights: &mut Rights, scope: Scope, text: &str) -> Result<(), String> {
    let (wire, verb) = text.split_once(':').unwrap_or((text, ""));
    let Some(capability) = scope.capability(wire) else {
        let all: Vec<_> = scope.capabilities().iter().map(|c| c.wire).collect();
        return Err(format!("there are {}", all.join(", ")));
    };
    let verbs = match verb {
        "*" => Some(capability.verbs),
        verb => Verb::parse(verb).map(|verb| rights.verbs(capability).with(verb)),
    };
    verbs.and_then(|verbs| rights.set(capability, verbs).ok()).ok_or_else(|| {
        let all: Vec<_> = capability.verbs.iter().map(|verb| capability.right(verb)).collect();
        format!("write {}", all.join(", "))
    })
}

/// One `[[preset]]` as TOML, which [`parse`] reads back as the same. What this
/// version does not know about a right is left out.
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
    // Texts, lists and tables can always be written.
    toml::to_string(&File { preset: vec![row] }).unwrap_or_default()
}

/// Each right by itself: `query:*` would grow with the table.
fn list(scope: Scope, rights: &Rights) -> Vec<String> {
    scope
        .capabilities()
        .iter()
        .flat_map(|c| rights.verbs(c).iter().map(|verb| c.right(verb)))
        .collect()
}
