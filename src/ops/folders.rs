//! Reads a folder, to complete a path.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::Ops;
use crate::domain::paths::{Entry, Listing, MOST, split};

impl Ops {
    /// The names in the folder of a path that begin like its last part. Reads this one folder.
    /// Blocks as long as the disk does.
    #[must_use]
    pub fn list_folder(&self, path: &str) -> Listing {
        let (folder, begun) = split(path);
        let folder = match (folder.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest.trim_start_matches('/')),
            (Some(_), None) => return Listing::Unreadable,
            (None, _) if folder.is_empty() => PathBuf::from("."),
            (None, _) => PathBuf::from(folder),
        };
        read(&folder, begun)
    }
}

fn read(folder: &Path, begun: &str) -> Listing {
    let Ok(entries) = fs::read_dir(folder) else { return Listing::Unreadable };
    let mut found = Vec::new();
    for (at, entry) in entries.enumerate() {
        if at == MOST {
            return Listing::TooLong;
        }
        let Ok(entry) = entry else { return Listing::Unreadable };
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(begun) {
            let is_folder = entry.file_type().is_ok_and(|kind| {
                kind.is_dir()
                    || kind.is_symlink() && fs::metadata(entry.path()).is_ok_and(|to| to.is_dir())
            });
            found.push(Entry { name, is_folder });
        }
    }
    Listing::Read(found)
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _, os::unix::fs::symlink};

    use super::*;

    fn names(folder: &Path, begun: &str) -> Vec<(String, bool)> {
        let Listing::Read(found) = read(folder, begun) else { panic!("not read") };
        let mut names: Vec<_> = found.into_iter().map(|e| (e.name, e.is_folder)).collect();
        names.sort();
        names
    }

    #[test]
    fn links_to_folders_are_folders_and_names_that_are_not_text_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("folder")).unwrap();
        fs::write(at("file"), "").unwrap();
        // Not every file system takes such a name.
        let _ = fs::write(folder.path().join(OsStr::from_bytes(b"f\xff")), "");
        fs::write(at("other"), "").unwrap();
        symlink(at("folder"), at("fa")).unwrap();
        symlink(at("file"), at("fb")).unwrap();
        symlink(at("nowhere"), at("fc")).unwrap();
        let all = [("fa", true), ("fb", false), ("fc", false), ("file", false), ("folder", true)];
        assert_eq!(names(folder.path(), "f"), all.map(|(name, is)| (name.to_owned(), is)));
    }

    #[test]
    fn a_large_folder_is_not_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..MOST {
            fs::write(folder.path().join(n.to_string()), "").unwrap();
        }
        assert_eq!(names(folder.path(), "9999").len(), 1);
        fs::write(folder.path().join("one-more"), "").unwrap();
        assert_eq!(read(folder.path(), "9999"), Listing::TooLong);
    }

    #[test]
    fn what_is_no_folder_is_unreadable() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [file, folder.path().join("none"), PathBuf::from("a\0b")] {
            assert_eq!(read(&path, ""), Listing::Unreadable, "{path:?}");
        }
    }
}
