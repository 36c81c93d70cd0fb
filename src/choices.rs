//! The file of what the user chose on the screens, next to the journal. The choices are only
//! a convenience: a file that cannot be read or is not valid counts as empty.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{
    disk::{self, Unreplaced},
    domain::{
        Theme,
        choices::{Choice, Choices},
        sort::Sort,
    },
};

/// The file's name; it is in the journal's folder.
pub const FILE: &str = "choices.json";

/// The whole file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<ThemeChoice>,
    sort: Sort,
    reverse: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThemeChoice {
    name: String,
    instead_of: String,
}

impl From<Content> for Choices {
    fn from(Content { theme, sort, reverse, folder, told }: Content) -> Self {
        let parse = |name: &str| Theme::parse(name).ok();
        let theme = theme.and_then(|t| Some((parse(&t.name)?, parse(&t.instead_of)?)));
        let told = told.and_then(|at| at.parse().ok());
        Self { theme, sort, reverse, folder, told }
    }
}

impl From<Choices> for Content {
    fn from(Choices { theme, sort, reverse, folder, told }: Choices) -> Self {
        let name = |theme: Theme| theme.name().to_owned();
        let theme = theme
            .map(|(theme, setting)| ThemeChoice { name: name(theme), instead_of: name(setting) });
        Self { theme, sort, reverse, folder, told: told.map(|at| at.to_string()) }
    }
}

fn parse(bytes: Option<&[u8]>) -> Choices {
    let content: Option<Content> = bytes.and_then(|bytes| serde_json::from_slice(bytes).ok());
    content.unwrap_or_default().into()
}

/// The choices of earlier sessions.
#[must_use]
pub fn load(file: &Path) -> Choices {
    parse(disk::read(file, disk::BY_HAND).ok().flatten().as_deref())
}

/// Saves a choice. The other choices stay as they are in the file, where another session may
/// have saved them.
///
/// # Errors
/// When the file cannot be read or written; the text says why. Then it is unchanged.
pub fn keep(file: &Path, choice: Choice) -> Result<(), String> {
    let old = disk::read(file, disk::BY_HAND).map_err(|why| why.to_string())?;
    let mut choices = parse(old.as_deref());
    choices.set(choice);
    let new = serde_json::to_vec_pretty(&Content::from(choices)).map_err(|e| e.to_string())?;
    disk::replace(file, old.as_deref(), &new, None).map_err(|e| match e {
        Unreplaced::Failed(kind) => kind.to_string(),
        Unreplaced::Changed => "another process changed the file".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("axtok").join(FILE);
        (folder, file)
    }

    #[test]
    fn choices_are_kept_one_by_one() {
        let (_folder, file) = file();
        assert_eq!(load(&file), Choices::default());
        keep(&file, Choice::Order(Sort::Kind, true)).unwrap();
        keep(&file, Choice::Theme { theme: Theme::Light, setting: Theme::Auto }).unwrap();
        keep(&file, Choice::Folder("~/tokens".to_owned())).unwrap();
        let told = "2026-11-23T14:00:00.5Z".parse().unwrap();
        keep(&file, Choice::Told(told)).unwrap();
        keep(&file, Choice::Told("2026-11-22T14:00:00Z".parse().unwrap())).unwrap();
        let expected = Choices {
            theme: Some((Theme::Light, Theme::Auto)),
            sort: Sort::Kind,
            reverse: true,
            folder: Some("~/tokens".to_owned()),
            told: Some(told),
        };
        assert_eq!(load(&file), expected);
    }

    #[test]
    fn a_damaged_file_counts_as_empty_and_is_replaced() {
        let (_folder, file) = file();
        keep(&file, Choice::Order(Sort::Name, true)).unwrap();
        for damaged in ["", "{", "[]", "\u{0}", r#"{"sort":"colour"}"#, r#"{"theme":7}"#] {
            std::fs::write(&file, damaged).unwrap();
            assert_eq!(load(&file), Choices::default(), "{damaged}");
        }
        keep(&file, Choice::Order(Sort::Name, false)).unwrap();
        assert_eq!(load(&file).sort, Sort::Name);
    }

    #[test]
    fn a_theme_of_a_newer_version_is_ignored() {
        let (_folder, file) = file();
        keep(&file, Choice::Order(Sort::Name, false)).unwrap();
        let newer = r#"{"theme":{"name":"sepia","insteadOf":"auto"},"sort":"type","more":1}"#;
        std::fs::write(&file, newer).unwrap();
        assert_eq!(load(&file), Choices { sort: Sort::Kind, ..Choices::default() });
    }
}
