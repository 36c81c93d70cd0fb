//! The names that a shell completes: what was read last of tokens, datasets and
//! views, for some minutes. Kept only where the settings say so.
//!
//! There is no field here for a right, a description or a secret, so none can
//! get into the file. A file that is damaged counts as none: what it held can be
//! read again.

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

/// How long a list counts. Long enough for a few commands one after the other;
/// a name that is gone is not offered for longer.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// Names of a list at most: more cannot be looked at in a shell.
const MOST: usize = 10_000;

/// Largest file that is read, in bytes. What is larger is not ours.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Where names are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesScope {
    pub deployment: String,
    pub url: String,
    /// `None` is the organisation of the deployment's API token.
    pub org: Option<String>,
}

/// What has the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    Tokens,
    Datasets,
    Views,
}

/// A name as it came from the server, and an id where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
}

/// The whole file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    lists: Vec<List>,
}

/// What one answer said.
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

    /// One from the future is of unknown age: the clock was changed.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let at: Option<Timestamp> = self.at.parse().ok();
        at.is_some_and(|at| at <= now && now.duration_since(at) < FRESH)
    }
}

/// Puts a list in the place of the one before; what is too old goes.
///
/// # Errors
/// When the file cannot be written. It is as it was then.
pub fn keep(
    file: &Path,
    place: &NamesScope,
    of: What,
    mut names: Vec<Named>,
    now: Timestamp,
) -> io::Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // Lists are read side by side, and each writes the whole file. The folder is
    // held, since the file becomes another one; some file systems have no locks.
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
    // Made with mode 0600. Not synced: a crash loses what can be read again.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(&serde_json::to_vec(&Content { lists })?)?;
    new.persist(file).map_err(|e| e.error)?;
    Ok(())
}

/// Removes the file, if there is one.
///
/// # Errors
/// When it is there and stays.
pub fn forget(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// What is known at this deployment and address, of the organisations that are
/// taken. Nothing where that could be several: names of one must not be offered
/// for another.
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

/// The lists that count.
fn fresh(file: &Path, now: Timestamp) -> Vec<List> {
    let bytes = disk::read(file, LARGEST).ok().flatten().unwrap_or_default();
    let content: Content = serde_json::from_slice(&bytes).unwrap_or_default();
    content.lists.into_iter().filter(|list| list.is_fresh(now)).collect()
}

#[cfg(test)]
mod tests;
