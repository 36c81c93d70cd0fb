//! Where the user's files are, and how they are read and replaced.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::ConfigError;

/// The Axiom CLI's file, in the home directory.
const CLI_FILE: &str = ".axiom.toml";
/// axtok's own folder in the configuration folder.
const FOLDER: &str = "axtok";
/// The file of names, in the cache folder.
const NAMES: &str = "axtok/names.json";

/// The files that axtok knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    pub home: PathBuf,
    pub settings: PathBuf,
    pub presets: PathBuf,
    /// The Axiom CLI's file.
    pub cli: PathBuf,
    /// Names for the shell's completion, which can be removed at any time.
    pub names: PathBuf,
}

impl Files {
    /// The files of this user: settings in `XDG_CONFIG_HOME`, by default in
    /// `~/.config`, on macOS too, where people of the terminal keep such files; and
    /// so with `XDG_CACHE_HOME` and `~/.cache`.
    /// `None` without a home directory.
    #[must_use]
    pub fn find() -> Option<Self> {
        let dirs = directories::BaseDirs::new()?;
        let files = Self::under(dirs.home_dir(), std::env::var_os("XDG_CONFIG_HOME"));
        Some(files.caching_in(std::env::var_os("XDG_CACHE_HOME")))
    }

    /// The same for a given home directory. The specification wants a relative
    /// configuration folder to be ignored.
    #[must_use]
    pub fn under(home: &Path, config_home: Option<OsString>) -> Self {
        let config = config_home.map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = config.unwrap_or_else(|| home.join(".config")).join(FOLDER);
        Self {
            home: home.to_owned(),
            settings: folder.join("settings.toml"),
            presets: folder.join("presets.toml"),
            cli: home.join(CLI_FILE),
            names: home.join(".cache").join(NAMES),
        }
    }

    /// The same with another cache folder; a relative one is ignored.
    #[must_use]
    pub fn caching_in(self, cache_home: Option<OsString>) -> Self {
        match cache_home.map(PathBuf::from).filter(|path| path.is_absolute()) {
            Some(cache) => Self { names: cache.join(NAMES), ..self },
            None => self,
        }
    }
}

/// The text of a file; `None` if there is no such file.
pub(super) fn read(file: &Path) -> Result<Option<String>, ConfigError> {
    match fs::read(file) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(ConfigError::NotText { file: file.to_owned() }),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(ConfigError::Unreadable { file: file.to_owned(), kind: e.kind() }),
    }
}

/// Who else may do something with a file, by the bits of its mode.
pub(super) fn others_may(file: &Path, bits: u32) -> bool {
    fs::metadata(file).is_ok_and(|m| m.permissions().mode() & bits != 0)
}

/// Bits of a mode: the group or others may read, or write.
pub(super) const READ: u32 = 0o044;
/// See [`READ`].
pub(super) const WRITE: u32 = 0o022;

/// Puts these bytes in the place of a file, whole or not at all: a full disk or
/// a crash leaves the old one. A link stays a link. With `mode`, or with the
/// mode that the old file had; a new one is the user's alone.
pub(super) fn replace(file: &Path, bytes: &[u8], mode: Option<u32>) -> Result<(), ConfigError> {
    // Who keeps settings in a repository has a link here.
    let real = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    write(&real, bytes, mode)
        .map_err(|e| ConfigError::Unwritable { file: file.to_owned(), kind: e.kind() })
}

fn write(file: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // Made with mode 0600.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    let old = fs::metadata(file).ok().map(|m| m.permissions());
    if let Some(permissions) = mode.map(fs::Permissions::from_mode).or(old) {
        new.as_file().set_permissions(permissions)?;
    }
    new.as_file().sync_all()?;
    new.persist(file).map_err(|e| e.error)?;
    // The name is safe on disk only when its folder is; not all systems can.
    drop(File::open(folder).and_then(|folder| folder.sync_all()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_where_people_of_the_terminal_keep_them() {
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

    #[test]
    fn a_file_is_replaced_whole_and_a_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"new", Some(0o600)).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(!others_may(&real, READ | WRITE));
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "nothing else is left: {left:?}");
    }
}
