//! The Axiom CLI's `~/.axiom.toml`: reading its deployments, and writing one of them while
//! leaving everything else unchanged (`splice`).

mod splice;

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::{ConfigError, files};
use crate::{disk, domain::Secret};

/// The content of the file; unknown keys are ignored.
#[derive(Deserialize, Default)]
pub(super) struct CliFile {
    active_deployment: Option<String>,
    /// Another client's spelling of the key.
    active_deployments: Option<Active>,
    #[serde(default)]
    pub deployments: BTreeMap<String, Deployment>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Active {
    One(String),
    Several(Vec<String>),
}

/// A deployment in the file.
#[derive(Deserialize, PartialEq, Eq)]
pub(super) struct Deployment {
    pub url: Option<String>,
    pub token: Option<String>,
    pub org_id: Option<String>,
}

impl CliFile {
    /// Reads the file; empty if it does not exist.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        // A process that was killed while writing may have left its temporary file.
        disk::clean_up(file);
        let text = files::read(file)?.map(Zeroizing::new).unwrap_or_default();
        parse(file, &text)
    }

    /// The deployment that is used unless another one is selected.
    pub fn active(&self) -> Option<&str> {
        let other = match &self.active_deployments {
            Some(Active::One(name)) => Some(name),
            Some(Active::Several(names)) => names.first(),
            None => None,
        };
        let named = self.active_deployment.as_ref().filter(|n| !n.is_empty());
        let named = named.or(other.filter(|n| !n.is_empty())).map(String::as_str);
        let only = || self.deployments.keys().next().filter(|_| self.deployments.len() == 1);
        named.or_else(|| only().map(String::as_str))
    }
}

fn parse(file: &Path, text: &str) -> Result<CliFile, ConfigError> {
    // Report the position only: the parser's message quotes values, which may be tokens.
    toml::from_str(text).map_err(|e| {
        let message = "not in the Axiom CLI's format: correct it by hand".to_owned();
        ConfigError::at(file, text, e.span(), message)
    })
}

/// A deployment to write.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The deployment's name.
    pub name: &'a str,
    /// The API's address.
    pub url: &'a str,
    /// The token, written in plain text.
    pub token: &'a Secret,
    /// The organisation that a personal token acts for.
    pub org: Option<&'a str>,
    /// Whether a different token under this name may be replaced.
    pub replaces: bool,
}

/// The result of [`save`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The name that was used: with a number appended if the name was taken.
    pub name: String,
    /// The active deployment, if it is not this one.
    pub other_active: Option<String>,
}

/// Writes one deployment. The rest of the file stays the same, byte by byte; the write is atomic
/// and leaves the file with mode 600. The deployment becomes the active one if there was none.
/// Unless [`Entry::replaces`] is set, a different token under the same name is kept, and the new
/// deployment's name gets a number.
///
/// # Errors
/// Says what is wrong with the file, which is then unchanged.
pub fn save(file: &Path, entry: &Entry<'_>) -> Result<Saved, ConfigError> {
    files::change(file, Some(0o600), |text| with(file, text, entry))
}

/// The text with the deployment added or updated, and the result to report.
fn with(
    file: &Path,
    text: &str,
    entry: &Entry<'_>,
) -> Result<(Zeroizing<String>, Saved), ConfigError> {
    let before = parse(file, text)?;
    let garbled = || ConfigError::Garbled { file: file.to_owned() };
    let has_active = before.active().is_some_and(|name| before.deployments.contains_key(name));
    let token = Zeroizing::new(splice::quoted(entry.token.expose()));
    let is_free = |name: &str| {
        let there = before.deployments.get(name).and_then(|d| d.token.as_deref());
        entry.replaces || there.is_none_or(|t| t.is_empty() || splice::quoted(t) == *token)
    };
    let numbered = (2..).map(|n| format!("{}-{n}", entry.name));
    let mut names = std::iter::once(entry.name.to_owned()).chain(numbered);
    let name = names.find(|name| is_free(name)).ok_or_else(garbled)?;
    let members = [
        ("url", splice::quoted(entry.url)),
        ("token", token.as_str().to_owned()),
        ("org_id", splice::quoted(entry.org.unwrap_or_default())),
    ];
    let changed = splice::entry(text, &name, &members, !has_active).ok_or_else(garbled)?;
    let changed = Zeroizing::new(changed);
    let after = parse(file, &changed)?;
    // Verify the result before it is written: this file holds all credentials.
    let new = after.deployments.get(&name).is_some_and(|d| {
        d.token.as_deref().map(splice::quoted).as_deref() == Some(token.as_str())
            && d.url.as_deref() == Some(entry.url)
            && d.org_id.as_deref().filter(|o| !o.is_empty()) == entry.org
    });
    let others = |f: &CliFile| f.deployments.keys().filter(|n| **n != name).count();
    let kept = others(&before) == others(&after)
        && before
            .deployments
            .iter()
            .filter(|(n, _)| **n != name)
            .all(|(n, old)| after.deployments.get(n) == Some(old));
    if !new || !kept {
        return Err(garbled());
    }
    let other_active = after.active().filter(|n| *n != name).map(str::to_owned);
    Ok((changed, Saved { name, other_active }))
}

#[cfg(test)]
mod tests;
