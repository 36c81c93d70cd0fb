//! Presets: named sets of rights, kept as data (`assets/presets.toml`).

use serde::Deserialize;

use super::{
    capability::{Scope, Verb},
    rights::Rights,
};

/// A named set of rights, to start a draft from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    pub id: String,
    pub label: String,
    pub about: String,
    /// For each dataset that is chosen.
    pub dataset: Rights,
    /// For each view that is chosen.
    pub view: Rights,
    pub org: Rights,
    /// As a person would type it; read by `Expiry::parse` when applied.
    pub expires: Option<String>,
}

/// What is wrong with a file of presets.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    #[error("not a file of presets: {0}")]
    Syntax(String),
    #[error("preset {preset}: {right} is not a right of this scope")]
    Right { preset: String, right: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    preset: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    label: String,
    about: String,
    #[serde(default)]
    dataset: Vec<String>,
    #[serde(default)]
    view: Vec<String>,
    #[serde(default)]
    org: Vec<String>,
    expires: Option<String>,
}

/// Reads presets from TOML.
///
/// # Errors
/// When the text is not TOML of this form, or names a right that does not exist.
pub fn parse(text: &str) -> Result<Vec<Preset>, PresetError> {
    // Only the message: the full error quotes the file.
    let file: File =
        toml::from_str(text).map_err(|e| PresetError::Syntax(e.message().to_owned()))?;
    file.preset.into_iter().map(preset).collect()
}

fn preset(row: Row) -> Result<Preset, PresetError> {
    let rights = |scope, list: &[String]| {
        let mut rights = Rights::default();
        for text in list {
            grant(&mut rights, scope, text).ok_or_else(|| PresetError::Right {
                preset: row.id.clone(),
                right: text.clone(),
            })?;
        }
        Ok(rights)
    };
    Ok(Preset {
        dataset: rights(Scope::Dataset, &row.dataset)?,
        view: rights(Scope::View, &row.view)?,
        org: rights(Scope::Org, &row.org)?,
        id: row.id,
        label: row.label,
        about: row.about,
        expires: row.expires,
    })
}

/// Adds a right written as `query:read` or `query:*`.
fn grant(rights: &mut Rights, scope: Scope, text: &str) -> Option<()> {
    let (wire, verb) = text.split_once(':')?;
    let capability = scope.capability(wire)?;
    let verbs = match verb {
        "*" => capability.verbs,
        verb => rights.verbs(capability).with(Verb::parse(verb)?),
    };
    rights.set(capability, verbs).ok()
}

/// The presets that come with the program.
///
/// # Errors
/// Never in a released program: a test reads the same file.
pub fn built_in() -> Result<Vec<Preset>, PresetError> {
    parse(include_str!("../../assets/presets.toml"))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Expiry, Verbs};

    #[test]
    fn the_built_in_presets_can_be_read() {
        let presets = built_in().unwrap();
        let labels: Vec<_> = presets.iter().map(|p| p.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Ingest only",
                "Query only",
                "Read-only",
                "Full dataset access",
                "Evaluations",
                "AI agent",
                "Terraform"
            ]
        );
        let full = presets.iter().find(|p| p.id == "full-dataset").unwrap();
        assert_eq!(full.dataset, Rights::full(Scope::Dataset));
        for preset in &presets {
            if let Some(expires) = &preset.expires {
                assert!(Expiry::parse(expires, Timestamp::UNIX_EPOCH).is_ok());
            }
        }
    }

    #[test]
    fn read_only_changes_nothing() {
        let presets = built_in().unwrap();
        let read_only = presets.iter().find(|p| p.id == "read-only").unwrap();
        for (scope, rights) in [
            (Scope::Dataset, &read_only.dataset),
            (Scope::View, &read_only.view),
            (Scope::Org, &read_only.org),
        ] {
            for c in scope.capabilities() {
                assert!(rights.verbs(c).minus(Verbs::R).is_empty(), "{}", c.wire);
            }
        }
    }

    #[test]
    fn a_right_that_does_not_exist_is_named() {
        let text = "[[preset]]\nid = 'x'\nlabel = 'X'\nabout = ''\ndataset = ['query:delete']";
        assert_eq!(
            parse(text).unwrap_err().to_string(),
            "preset x: query:delete is not a right of this scope"
        );
    }
}
