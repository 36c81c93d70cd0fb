//! Secrets that could not be delivered. The server does not send them again, so they are kept in
//! a folder next to the journal, where only the user can read them.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use zeroize::Zeroizing;

use crate::{
    disk,
    domain::{Fingerprint, SafeText, Secret, TokenId, rotation::is_plain},
    journal,
    sink::{self, Sink},
};

/// The end of the files' names.
const ENDING: &str = ".secret";
/// Size limit of a secret, in bytes.
const CAP: u64 = 64 * 1024;

/// The folder, after a check that it is writable. Creates it.
///
/// # Errors
/// When it cannot be created or is not writable.
pub fn prepare() -> Result<PathBuf, String> {
    let folder = folder().ok_or("there is no home directory")?;
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    made.map_err(|e| format!("{} cannot be created ({})", folder.display(), e.kind()))?;
    sink::folder::prepare(&folder).map_err(|e| e.to_string())?;
    Ok(folder)
}

fn folder() -> Option<PathBuf> {
    journal::file().map(|journal| journal.with_file_name("undelivered"))
}

/// Keeps a secret in a new file. Returns its path.
///
/// # Errors
/// When that fails too.
pub async fn keep(secret: &Secret, id: Option<&TokenId>) -> Result<PathBuf, String> {
    let folder = prepare()?;
    let id = id.map(TokenId::raw).filter(|id| is_plain(id)).unwrap_or("token");
    // A file for this id may already exist.
    let file = folder.join(format!("{id}-{}{ENDING}", uuid::Uuid::new_v4().simple()));
    let kept = Sink::File(file.clone()).deliver(secret).await;
    kept.map(|_| file).map_err(|e| e.to_string())
}

/// The file with the secret that has this fingerprint, and the secret.
#[must_use]
pub fn find(print: Fingerprint, salt: &str) -> Option<(PathBuf, Arc<Secret>)> {
    let files = fs::read_dir(folder()?).ok()?;
    files.flatten().map(|file| file.path()).find_map(|file| {
        file.to_str().filter(|name| name.ends_with(ENDING))?;
        let bytes = Zeroizing::new(disk::read(&file, CAP).ok()??);
        let secret = Secret::new(std::str::from_utf8(&bytes).ok()?.trim_end().to_owned());
        (secret.fingerprint(salt) == print).then(|| (file, Arc::new(secret)))
    })
}

/// Deletes the file of a secret that is proven to be stored elsewhere.
pub fn forget(file: &Path) {
    // If this fails, the secret stays where only the user can read it.
    let _ = fs::remove_file(file);
}

/// The message about an undelivered secret in this file.
#[must_use]
pub fn kept_words(file: &Path) -> String {
    format!(
        "the secret was saved to {}, which only you can read: store it, then delete the file",
        SafeText::from(file.to_string_lossy().into_owned())
    )
}
