use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use super::*;
use crate::domain::policy::Rule;

/// Files below a temporary folder, the computer's too.
struct Place {
    folder: tempfile::TempDir,
    files: Files,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::under(folder.path(), None);
        files.system_policy = folder.path().join("etc/policy.toml");
        fs::create_dir_all(files.policy.parent().unwrap()).unwrap();
        fs::create_dir_all(folder.path().join("etc")).unwrap();
        Self { folder, files }
    }

    fn in_force(&self) -> Policies {
        in_force(&self.files, None, None)
    }

    fn why(&self) -> String {
        self.in_force().unusable.unwrap_or_default()
    }
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn without_files_there_is_no_policy() {
    let place = Place::new();
    assert!(place.in_force().is_empty());
    assert!(place.in_force().all.is_empty());
}

#[test]
fn the_computers_rules_and_the_users_are_both_in_force() {
    let place = Place::new();
    write(&place.files.system_policy, "description = \"required\"");
    write(&place.files.policy, "never-expires = \"forbid\"");
    let rules = |policies: Policies| -> Vec<Rule> {
        policies.all.iter().flat_map(|(_, p)| p.rules().map(|(rule, _)| rule)).collect()
    };
    assert_eq!(rules(place.in_force()), [Rule::Description, Rule::NeverExpires]);
    // Another file replaces the user's own, not the computer's.
    let other = place.folder.path().join("other.toml");
    write(&other, "name = \"^ci-\"");
    assert_eq!(rules(in_force(&place.files, Some(&other), None)), [Rule::Description, Rule::Name]);
    let third = place.folder.path().join("third.toml");
    write(&third, "forbid = [\"org:rbac:*\"]");
    let both = in_force(&place.files, Some(&other), Some(&third));
    assert_eq!(rules(both), [Rule::Description, Rule::Forbid]);
}

#[test]
fn a_file_that_cannot_be_used_is_never_taken_for_no_policy() {
    let place = Place::new();
    let own = &place.files.policy;
    for (text, words) in [
        ("name = \"[\"", "line 1: name: invalid regular expression"),
        ("nam = \"x\"", "line 1: unknown field"),
        ("version = 2", "update axtok"),
        ("= = =", "line 1"),
    ] {
        write(own, text);
        assert!(place.why().contains(words), "{}", place.why());
        assert!(place.why().contains("policy.toml"), "{}", place.why());
    }
    fs::remove_file(own).unwrap();
    symlink(place.folder.path().join("gone.toml"), own).unwrap();
    assert!(place.why().contains("a link to something that does not exist"), "{}", place.why());
    fs::remove_file(own).unwrap();
    fs::create_dir(own).unwrap();
    assert!(!place.why().is_empty(), "a folder");
    fs::remove_dir(own).unwrap();
    fs::write(own, b"name = \"\xff\"").unwrap();
    assert!(!place.why().is_empty(), "not UTF-8");
    fs::remove_file(own).unwrap();
    assert!(place.why().is_empty());
    let named = place.folder.path().join("named.toml");
    for policies in [
        in_force(&place.files, Some(&named), None),
        in_force(&place.files, None, Some(&named)),
        only(&named),
    ] {
        assert!(policies.unusable.unwrap().contains("there is no such file"));
    }
}

#[test]
fn rules_that_can_be_read_stay_in_force_beside_a_broken_file() {
    let place = Place::new();
    write(&place.files.system_policy, "description = \"required\"");
    write(&place.files.policy, "broken");
    let policies = place.in_force();
    assert!(policies.unusable.is_some());
    assert_eq!(policies.all.len(), 1);
}

#[test]
fn others_must_not_be_able_to_weaken_the_computers_rules() {
    let place = Place::new();
    write(&place.files.system_policy, "description = \"required\"");
    for mode in [0o664, 0o646] {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(&place.files.system_policy, permissions).unwrap();
        assert!(place.why().contains("others can write it"), "{mode:o}: {}", place.why());
    }
}
