//! The Axiom CLI's `~/.axiom.toml`: its deployments, and writing one of them
//! with everything else left as it is (`splice`).

mod splice;

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::{ConfigError, files};
use crate::{disk, domain::Secret};

/// What the file says; members that we do not need are ignored.
#[derive(Deserialize, Default)]
pub(super) struct CliFile {
    active_deployment: Option<String>,
    /// As another client writes it.
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

/// One deployment of the file.
#[derive(Deserialize, PartialEq, Eq)]
pub(super) struct Deployment {
    pub url: Option<String>,
    pub token: Option<String>,
    pub org_id: Option<String>,
}

impl CliFile {
    /// Reads the file; an empty one if there is none.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        // What a process left that was killed while it wrote.
        disk::clean_up(file);
        let text = files::read(file)?.map(Zeroizing::new).unwrap_or_default();
        parse(file, &text)
    }

    /// The deployment that is used unless another one is named.
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
    // Where, not what: the parser's words quote values, which may be tokens.
    toml::from_str(text).map_err(|e| {
        let message = "this is not as the Axiom CLI writes it: correct it by hand".to_owned();
        ConfigError::at(file, text, e.span(), message)
    })
}

/// A deployment that is to be written.
#[derive(Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub url: &'a str,
    pub token: &'a Secret,
    pub org: Option<&'a str>,
    /// Another token of this name may be replaced.
    pub replaces: bool,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The entry's name: another one than was asked for if that was taken.
    pub name: String,
    /// The deployment that is used unless another one is named, if it is
    /// another one.
    pub other_active: Option<String>,
}

/// Writes one deployment. All else stays as it was, byte by byte; the file is
/// replaced whole or not at all, and is the user's alone afterwards. It becomes
/// the active one where none was. Unless it is to be replaced, a token that is
/// there under the same name stays, and this one gets a number to its name.
///
/// # Errors
/// With what is wrong with the file. Nothing was changed then.
pub fn save(file: &Path, entry: &Entry<'_>) -> Result<Saved, ConfigError> {
    files::change(file, Some(0o600), |text| with(file, text, entry))
}

/// The text with the deployment in it, and what there is to say of that.
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
    // Read again before it is trusted: this file holds all the credentials.
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
