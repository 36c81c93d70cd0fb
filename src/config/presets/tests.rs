//! Reading hand-written files, and what saving leaves unchanged.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use super::*;
use crate::domain::{Grants, Scope, Target, Verbs};

/// A hand-written file with comments wherever TOML allows them.
const BY_HAND: &str = "# Mine, do not touch.\n\
    \n\
    # For the on-call team.\n\
    [[preset]] # first\n\
    id = \"on-call\"\n\
    label = 'On call' # as they call it\n\
    # two of them\n\
    dataset = [\n  \"query:read\", # all\n]\n\
    \n\
    [preset.views] # and one view\n\
    \"errors by day\" = [\"query:read\"]\n\
    \n\
    # The other one.\n\
    [[preset]]\n\
    id   =   'ship'\n\
    label = \"Ship\"\n\
    dataset = ['ingest:*']\n\
    # The end.\n";

struct Folder {
    folder: tempfile::TempDir,
    file: PathBuf,
}

fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/axtok/presets.toml");
    Folder { folder, file }
}

fn with(text: &str) -> Folder {
    let folder = folder();
    fs::create_dir_all(folder.file.parent().unwrap()).unwrap();
    fs::write(&folder.file, text).unwrap();
    folder
}

/// A preset with rights for two named datasets.
fn rows(label: &str) -> Preset {
    let mut grants = Grants::default();
    for (name, wire, verbs) in [("a b", "query", Verbs::R), ("*", "ingest", Verbs::C)] {
        let capability = Scope::Dataset.capability(wire).unwrap();
        grants.set(&Target::Dataset(name.into()), capability, verbs).unwrap();
    }
    Preset::of(label, &grants).0
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn without_a_file_there_are_no_presets() {
    assert!(load(&folder().file).unwrap().is_empty());
}

#[test]
fn the_first_save_creates_the_folder_and_the_file() {
    let Folder { file, folder } = folder();
    save(&file, &rows("Mine")).unwrap();
    assert_eq!(load(&file).unwrap(), [rows("Mine")]);
    assert_eq!(names(file.parent().unwrap()), ["presets.toml"], "no temporary file is left");
    let mode = fs::metadata(file.parent().unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "others can open the folder");
    drop(folder);
}

#[test]
fn a_new_preset_is_appended_and_nothing_else_changes() {
    for text in [BY_HAND, BY_HAND.trim_end(), "# only a comment\n", ""] {
        let Folder { file, folder } = with(text);
        let before = load(&file).unwrap().len();
        save(&file, &rows("Mine")).unwrap();
        let after = fs::read_to_string(&file).unwrap();
        assert!(after.starts_with(text), "{after}");
        assert!(after.contains("[preset.datasets]\n\"*\" = [\"ingest:create\"]\n"), "{after}");
        let all = load(&file).unwrap();
        assert_eq!((all.len(), all.last()), (before + 1, Some(&rows("Mine"))));
        drop(folder);
    }
}

#[test]
fn an_existing_preset_is_replaced_in_place() {
    let Folder { file, folder } = with(BY_HAND);
    let before = load(&file).unwrap();
    let mut new = rows("On call");
    new.about = "Nights".to_owned();
    save(&file, &new).unwrap();
    let after = load(&file).unwrap();
    assert_eq!(after, [new, before[1].clone()]);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "# Mine, do not touch.\n\
         \n\
         # For the on-call team.\n\
         [[preset]] # first\n\
         id = \"on-call\"\n\
         label = \"On call\" # as they call it\n\
         about = \"Nights\"\n\
         \n\
         [preset.datasets]\n\
         \"*\" = [\"ingest:create\"]\n\
         \"a b\" = [\"query:read\"]\n\
         \n\
         # The other one.\n\
         [[preset]]\n\
         id   =   'ship'\n\
         label = \"Ship\"\n\
         dataset = ['ingest:*']\n\
         # The end.\n"
    );
    drop(folder);
}

#[test]
fn saving_an_unchanged_preset_changes_nothing() {
    let Folder { file, folder } = with(BY_HAND);
    let before = load(&file).unwrap();
    for preset in before.iter().chain(&before) {
        save(&file, preset).unwrap();
    }
    assert_eq!(load(&file).unwrap(), before);
    let text = fs::read_to_string(&file).unwrap();
    for comment in BY_HAND.lines().filter_map(|l| l.split_once('#')).map(|(_, c)| c) {
        // A comment inside a list is replaced with the list.
        assert!(text.contains(comment) || comment == " all", "{comment} in\n{text}");
    }
    drop(folder);
}

#[test]
fn errors_name_the_file_the_line_and_the_fix() {
    for (text, words) in [
        (
            "[[preset]]\nid = 'x'\nlabel = 'X'\norg = ['trim:*']",
            "line 4: preset x: unknown right trim:*",
        ),
        ("[[preset]]\nid = 3", "line 2: invalid type"),
        ("x = ", "line 1: "),
    ] {
        let Folder { file, folder } = with(text);
        for error in [load(&file).unwrap_err(), save(&file, &rows("Mine")).unwrap_err()] {
            let error = error.to_string();
            assert!(error.starts_with(&format!("{}, {words}", file.display())), "{error}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "unchanged");
        drop(folder);
    }
    let Folder { file, folder } = with("\n preset = [{ id = 'x', label = 'X' }]\n");
    assert_eq!(load(&file).unwrap().len(), 1);
    let error = save(&file, &rows("Mine")).unwrap_err().to_string();
    assert!(error.ends_with("line 2: write each preset as [[preset]] with lines below it"));
    drop(folder);

    let Folder { file, folder } = with("");
    fs::write(&file, [0xff]).unwrap();
    assert!(load(&file).unwrap_err().to_string().contains("is not UTF-8 text: save it as"));
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(load(&file).unwrap_err().to_string().contains("it is a folder"));
    drop(folder);
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    let Folder { file, folder } = folder();
    fs::write(folder.path().join("deep"), "a file where a folder should be").unwrap();
    let error = save(&file, &rows("Mine")).unwrap_err().to_string();
    assert!(error.contains("presets.toml cannot be"), "{error}");
    assert_eq!(names(folder.path()), ["deep"]);
}

#[test]
fn links_and_permissions_are_preserved() {
    let Folder { file, folder } = with(BY_HAND);
    let real = folder.path().join("in-a-repository.toml");
    fs::rename(&file, &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &file).unwrap();
    save(&file, &rows("Mine")).unwrap();
    assert!(fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(load(&real).unwrap().len(), 3);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}
