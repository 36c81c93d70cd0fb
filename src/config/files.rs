//! The locations of the user's files, and reading and replacing them.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::ConfigError;
use crate::disk::{self, Unreplaced};

/// The Axiom CLI's file in the home directory.
const CLI_FILE: &str = ".axiom.toml";
/// axtok's folder in the configuration directory.
const FOLDER: &str = "axtok";
/// The computer's rules for tokens.
const SYSTEM_POLICY: &str = "/etc/axtok/policy.toml";
/// The names for shell completion, in the cache directory.
const NAMES: &str = "axtok/names.json";

/// The paths of the files that axtok reads and writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The home directory.
    pub home: PathBuf,
    /// The settings file.
    pub settings: PathBuf,
    /// The user's presets.
    pub presets: PathBuf,
    /// The user's rotation plan.
    pub rotation: PathBuf,
    /// The user's own rules for tokens, unless the settings name another file.
    pub policy: PathBuf,
    /// The computer's rules for tokens, which apply to every user.
    pub system_policy: PathBuf,
    /// The Axiom CLI's file.
    pub cli: PathBuf,
    /// Names for shell completion; can be deleted at any time.
    pub names: PathBuf,
}

impl Files {
    /// The current user's files: settings in `XDG_CONFIG_HOME`, by default `~/.config` (on macOS
    /// too, as command line tools do), names in `XDG_CACHE_HOME`, by default `~/.cache`. `None`
    /// without a home directory.
    #[must_use]
    pub fn find() -> Option<Self> {
        let dirs = directories::BaseDirs::new()?;
        let files = Self::under(dirs.home_dir(), std::env::var_os("XDG_CONFIG_HOME"));
        Some(files.caching_in(std::env::var_os("XDG_CACHE_HOME")))
    }

    /// The files below a given home directory. A relative `config_home` is ignored, as the XDG
    /// specification requires.
    #[must_use]
    pub fn under(home: &Path, config_home: Option<OsString>) -> Self {
        let config = config_home.map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = config.unwrap_or_else(|| home.join(".config")).join(FOLDER);
        Self {
            home: home.to_owned(),
            settings: folder.join("settings.toml"),
            presets: folder.join("presets.toml"),
            rotation: folder.join("rotation.toml"),
            policy: folder.join("policy.toml"),
            system_policy: PathBuf::from(SYSTEM_POLICY),
            cli: home.join(CLI_FILE),
            names: home.join(".cache").join(NAMES),
        }
    }

    /// Uses another cache directory; a relative one is ignored.
    #[must_use]
    pub fn caching_in(self, cache_home: Option<OsString>) -> Self {
        match cache_home.map(PathBuf::from).filter(|path| path.is_absolute()) {
            Some(cache) => Self { names: cache.join(NAMES), ..self },
            None => self,
        }
    }
}

/// A file's text; `None` if the file does not exist.
pub(super) fn read(file: &Path) -> Result<Option<String>, ConfigError> {
    disk::read_text(file, disk::BY_HAND)
        .map_err(|why| ConfigError::Unreadable { file: file.to_owned(), why })
}

/// A file's text together with its exact bytes.
pub(super) fn read_exactly(file: &Path) -> Result<Option<Exact>, ConfigError> {
    let unreadable = |why| ConfigError::Unreadable { file: file.to_owned(), why };
    let Some(bytes) = disk::read(file, disk::BY_HAND).map_err(unreadable)? else {
        return Ok(None);
    };
    let bytes = Zeroizing::new(bytes);
    let text = Zeroizing::new(disk::text(bytes.to_vec()).map_err(unreadable)?);
    Ok(Some(Exact { bytes, text }))
}

/// A file about to be changed.
pub(super) struct Exact {
    pub bytes: Zeroizing<Vec<u8>>,
    /// Without a byte order mark.
    pub text: Zeroizing<String>,
}

impl Exact {
    /// The bytes of a new text, with a byte order mark if the file had one.
    pub fn with_mark(&self, text: &str) -> Zeroizing<Vec<u8>> {
        let mark = if self.bytes.starts_with(disk::BOM.as_bytes()) { disk::BOM } else { "" };
        Zeroizing::new([mark.as_bytes(), text.as_bytes()].concat())
    }
}

/// Whether the file's mode has any of these bits set.
pub(super) fn others_may(file: &Path, bits: u32) -> bool {
    fs::metadata(file).is_ok_and(|m| m.permissions().mode() & bits != 0)
}

/// Mode bits: readable by the group or by others.
pub(super) const READ: u32 = 0o044;
/// Mode bits: writable by the group or by others.
pub(super) const WRITE: u32 = 0o022;

/// How often a change is tried again when another program changed the file meanwhile.
const ATTEMPTS: usize = 5;

/// Changes a file by applying `change` to its text. If another program writes to it meanwhile,
/// starts again from the new text instead of overwriting it; see [`disk::replace`].
pub(super) fn change<T, E: From<ConfigError>>(
    file: &Path,
    mode: Option<u32>,
    mut change: impl FnMut(&str) -> Result<(Zeroizing<String>, T), E>,
) -> Result<T, E> {
    for _ in 0..ATTEMPTS {
        let old = read_exactly(file)?;
        let (new, result) = change(old.as_ref().map_or("", |old| &old.text))?;
        let new = match &old {
            Some(old) => old.with_mark(&new),
            None => Zeroizing::new(new.as_bytes().to_vec()),
        };
        let bytes = old.as_ref().map(|old| old.bytes.as_slice());
        match disk::replace(file, bytes, &new, mode) {
            Ok(()) => return Ok(result),
            Err(Unreplaced::Changed) => {}
            Err(Unreplaced::Failed(kind)) => {
                return Err(ConfigError::Unwritable { file: file.to_owned(), kind }.into());
            }
        }
    }
    Err(ConfigError::Changing { file: file.to_owned() }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_in_the_usual_place_for_terminal_programs() {
        let home = Path::new("/home/jo");
        let at = |config: Option<&str>| Files::under(home, config.map(OsString::from)).settings;
        assert_eq!(at(None), Path::new("/home/jo/.config/axtok/settings.toml"));
        assert_eq!(at(Some("/etc/jo")), Path::new("/etc/jo/axtok/settings.toml"));
        assert_eq!(at(Some("etc")), at(None), "a relative folder is ignored");
        assert_eq!(Files::under(home, None).cli, Path::new("/home/jo/.axiom.toml"));
        let names = |cache: Option<&str>| {
            Files::under(home, None).caching_in(cache.map(OsString::from)).names
        };
        assert_eq!(names(None), Path::new("/home/jo/.cache/axtok/names.json"));
        assert_eq!(names(Some("/tmp/jo")), Path::new("/tmp/jo/axtok/names.json"));
        assert_eq!(names(Some("tmp")), names(None), "a relative folder is ignored");
    }
}
