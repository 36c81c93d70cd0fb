//! The user's own presets: one file in the configuration folder, which people
//! also write by hand, so that saving one preset leaves all else as it was
//! (`edit`).

mod edit;

use std::{
    env,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::domain::preset::{Preset, PresetError, parse};

/// The file below the configuration folder.
const FILE: &str = "axtok/presets.toml";

/// Why presets cannot be read or saved. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PresetsError {
    #[error("{}, {error}", .file.display())]
    Content { file: PathBuf, error: PresetError },
    #[error("{} is not UTF-8 text: save it as such in an editor", .file.display())]
    NotText { file: PathBuf },
    #[error("{} cannot be read ({kind}): check that it is a file that you may read", .file.display())]
    Unreadable { file: PathBuf, kind: io::ErrorKind },
    #[error(
        "{} cannot be written ({kind}): check its folder's permissions and free space",
        .file.display()
    )]
    Unwritable { file: PathBuf, kind: io::ErrorKind },
    #[error("{} would not read back as it should: nothing was written, add it by hand", .file.display())]
    Garbled { file: PathBuf },
}

/// Where the file is: `axtok/presets.toml` in `XDG_CONFIG_HOME`, by default in
/// `~/.config`, on macOS too, where people of the terminal keep such files.
/// `None` without a home folder.
#[must_use]
pub fn file() -> Option<PathBuf> {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    file_in(env::var_os("XDG_CONFIG_HOME"), home)
}

/// The specification wants a relative folder to be ignored.
fn file_in(config_home: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let config = config_home.map(PathBuf::from).filter(|path| path.is_absolute());
    Some(config.or_else(|| home.map(|home| home.join(".config")))?.join(FILE))
}

/// The presets of the file, in its order; none if there is no file.
///
/// # Errors
/// With the file, the line, and what to do.
pub fn load(file: &Path) -> Result<Vec<Preset>, PresetsError> {
    parse(&read(file)?).map_err(|error| PresetsError::Content { file: file.to_owned(), error })
}

/// Puts a preset into the file in place of the one with its id, or else at the
/// end. All else stays as it was, comments too. The file is written whole or
/// not at all.
///
/// # Errors
/// With the file, the line where there is one, and what to do. Nothing has
/// changed then.
pub fn save(file: &Path, preset: &Preset) -> Result<(), PresetsError> {
    let text = edit::with(file, &read(file)?, preset)?;
    // Who keeps settings in a repository has a link here: it stays one.
    let real = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    replace(&real, text.as_bytes())
        .map_err(|e| PresetsError::Unwritable { file: file.to_owned(), kind: e.kind() })
}

fn read(file: &Path) -> Result<String, PresetsError> {
    match fs::read(file) {
        Ok(bytes) => {
            String::from_utf8(bytes).map_err(|_| PresetsError::NotText { file: file.to_owned() })
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(PresetsError::Unreadable { file: file.to_owned(), kind: e.kind() }),
    }
}

/// Writes a new file beside it and puts it in its place, so that a full disk
/// or a crash leaves the old one. Keeps the permissions that it had.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let new = folder.join(format!(".presets-{}.tmp", Uuid::new_v4().simple()));
    let result = write_new(&new, file, bytes).and_then(|()| fs::rename(&new, file));
    match result {
        // The name is safe on disk only when its folder is; not all systems can.
        Ok(()) => drop(File::open(folder).and_then(|folder| folder.sync_all())),
        Err(_) => drop(fs::remove_file(&new)),
    }
    result
}

fn write_new(new: &Path, like: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut to = OpenOptions::new().write(true).create_new(true).open(new)?;
    to.write_all(bytes)?;
    if let Ok(old) = fs::metadata(like) {
        to.set_permissions(old.permissions())?;
    }
    to.sync_all()
}

#[cfg(test)]
mod tests;
