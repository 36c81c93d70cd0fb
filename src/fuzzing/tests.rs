//! Runs the checks over the corpus. It is kept small: inputs that fuzzing finds are minimised
//! first, and it must not contain real secrets.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::TARGETS;

fn fuzz() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz"))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let name = |file: PathBuf| file.file_stem().unwrap().to_str().unwrap().to_owned();
    files_in(folder).into_iter().map(name).collect()
}

#[test]
fn every_invariant_holds_for_the_whole_corpus() {
    for (name, check) in TARGETS {
        let files = files_in(&fuzz().join("corpus").join(name));
        assert!(files.len() >= 5, "{name} has a corpus");
        for file in files {
            let bytes = fs::read(&file).unwrap();
            let holds = std::panic::catch_unwind(|| check(&bytes)).is_ok();
            assert!(holds, "{} breaks it, see the message above", file.display());
        }
    }
}

#[test]
fn every_target_has_a_binary_and_a_corpus() {
    let names: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names_in(&fuzz().join("fuzz_targets")), names);
    assert_eq!(names_in(&fuzz().join("corpus")), names);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in names {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let target = fuzz().join("fuzz_targets").join(format!("{name}.rs"));
        let target = fs::read_to_string(target).unwrap();
        assert!(target.contains(&format!("axtok::fuzzing::{name}(")), "{name}");
    }
}

#[test]
fn the_corpus_is_small_and_contains_no_real_secret() {
    let folders = files_in(&fuzz().join("corpus"));
    let files: Vec<_> = folders.iter().flat_map(|folder| files_in(folder)).collect();
    let bodies: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    // At most twenty per target.
    assert!(files.len() < 20 * TARGETS.len(), "{} files", files.len());
    assert!(bodies.iter().map(Vec::len).sum::<usize>() < 200_000);
    for (file, body) in files.iter().zip(bodies) {
        // A real secret is a prefix and 36 characters.
        let long = |part: &[u8]| part.iter().take_while(|b| is_part(**b)).count() >= 20;
        let starts = |at: &usize| [b"xaat-", b"xapt-", b"xait-"].contains(&&take(&body, *at));
        let found = (0..body.len()).filter(starts).any(|at| long(&body[at + 5..]));
        assert!(!found, "{} could hold a secret", file.display());
    }
}

fn take(body: &[u8], at: usize) -> [u8; 5] {
    std::array::from_fn(|i| body.get(at + i).copied().unwrap_or_default())
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}
