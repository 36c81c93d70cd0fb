//! The cache of names for shell completion: the tokens, datasets and views that were
//! listed in the last minutes. Only written if the settings enable it.
//!
//! No type here has a field for a right, a description or a secret, so none can get into
//! the file. A damaged file counts as empty, since the names can be listed again.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::disk;

/// How long a list is used: long enough for a few commands in a row, short enough that a
/// deleted name disappears soon.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// Most names in a list; a shell cannot usefully show more.
const MOST: usize = 10_000;

/// Largest file that is read, in bytes. A larger one was not written by axtok.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Where a list of names came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesScope {
    /// The deployment's name.
    pub deployment: String,
    /// The API's address.
    pub url: String,
    /// The organisation's id. `None` means the organisation of the deployment's API token.
    pub org: Option<String>,
}

/// What the names of a list belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// API tokens.
    Tokens,
    /// Datasets.
    Datasets,
    /// Views.
    Views,
}

/// A name, with an id if it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// A token's id; `None` for datasets and views.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name as the server sent it.
    pub name: String,
}

/// The whole file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    lists: Vec<List>,
}

/// The names from one response.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    deployment: String,
    url: String,
    organisation: Option<String>,
    of: What,
    /// RFC 3339.
    at: String,
    names: Vec<Named>,
}

impl List {
    fn is_from(&self, place: &NamesScope) -> bool {
        self.deployment == place.deployment
            && self.url == place.url
            && self.organisation == place.org
    }

    /// A list from the future is not fresh: the clock was changed, so its age is unknown.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let at: Option<Timestamp> = self.at.parse().ok();
        at.is_some_and(|at| at <= now && now.duration_since(at) < FRESH)
    }
}

/// Stores a list in place of the previous one, and drops lists that are too old.
///
/// # Errors
/// When the file cannot be written. Then it is unchanged.
pub fn keep(
    file: &Path,
    place: &NamesScope,
    of: What,
    mut names: Vec<Named>,
    now: Timestamp,
) -> io::Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Several lists can be stored at the same time, and each rewrites the whole file. The
    // lock is on the folder, since the file is replaced; some file systems have no locks.
    let held = File::open(folder)?;
    let _ = held.lock();
    let mut lists = fresh(file, now);
    lists.retain(|list| list.of != of || !list.is_from(place));
    names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    names.truncate(MOST);
    lists.push(List {
        deployment: place.deployment.clone(),
        url: place.url.clone(),
        organisation: place.org.clone(),
        of,
        at: now.to_string(),
        names,
    });
    // Created with mode 0600. Not synced: what a crash loses can be listed again.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(&serde_json::to_vec(&Content { lists })?)?;
    new.persist(file).map_err(|e| e.error)?;
    Ok(())
}

/// Removes the file, if there is one.
///
/// # Errors
/// When the file exists and cannot be removed.
pub fn forget(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// The fresh names from this deployment and address, of the organisation that `takes`
/// accepts. Empty if it accepts several: one organisation's names must not be offered for
/// another.
#[must_use]
pub fn find(
    file: &Path,
    (deployment, url): (&str, &str),
    takes: impl Fn(Option<&str>) -> bool,
    of: What,
    now: Timestamp,
) -> Vec<Named> {
    let mut lists = fresh(file, now);
    lists.retain(|list| {
        list.deployment == deployment && list.url == url && takes(list.organisation.as_deref())
    });
    let org = lists.first().map(|list| list.organisation.clone());
    if lists.iter().any(|list| Some(&list.organisation) != org.as_ref()) {
        return Vec::new();
    }
    lists.into_iter().find(|list| list.of == of).map(|list| list.names).unwrap_or_default()
}

/// The lists in the file that are not too old.
fn fresh(file: &Path, now: Timestamp) -> Vec<List> {
    let bytes = disk::read(file, LARGEST).ok().flatten().unwrap_or_default();
    let content: Content = serde_json::from_slice(&bytes).unwrap_or_default();
    content.lists.into_iter().filter(|list| list.is_fresh(now)).collect()
}

#[cfg(test)]
mod tests;
