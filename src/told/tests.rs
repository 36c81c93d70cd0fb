//! Which tokens were reported, and files that cannot be used.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;
use crate::domain::due::Place;

const NOW: &str = "2026-11-23T14:00:00Z";

fn token(id: &str, expires: &str) -> DueToken {
    DueToken { id: TokenId::new(id), name: id.into(), expires: expires.parse().unwrap() }
}

fn batch(due: &[DueToken], now: &str) -> Batch {
    let (url, org) = ("https://api.axiom.co".to_owned(), Some("acme".to_owned()));
    let place = Place { deployment: "prod".into(), url, org };
    Batch { program: Vec::new(), place, due: due.to_vec(), now: now.parse().unwrap() }
}

/// Reports all tokens of a batch; returns how many were not reported before.
fn report(file: &Path, batch: &Batch) -> usize {
    let mut count = 0;
    for due in &batch.due {
        if let Some(turn) = Turn::take(file, batch, due).unwrap() {
            turn.report(batch, due).unwrap();
            count += 1;
        }
    }
    count
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state/axtok").join(FILE);
    (folder, file)
}

#[test]
fn a_token_is_reported_once_for_each_expiry() {
    let (_folder, file) = file();
    let (a, b) = (token("a", "2026-12-01T00:00:00.25Z"), token("b", "2026-12-02T00:00:00Z"));
    let both = batch(&[a.clone(), b.clone()], NOW);
    assert_eq!(unreported(&file, &both).unwrap(), [a.clone(), b.clone()]);
    assert_eq!(report(&file, &batch(std::slice::from_ref(&a), NOW)), 1);
    assert_eq!(unreported(&file, &both).unwrap(), [b]);
    assert_eq!(report(&file, &both), 1);
    assert_eq!(report(&file, &both), 0);
    let extended = batch(&[token("a", "2027-01-01T00:00:00Z")], NOW);
    assert_eq!(report(&file, &extended), 1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&file.with_file_name(LOCK)), 0o600);
}

#[test]
fn a_turn_that_ends_without_a_report_records_nothing() {
    let (_folder, file) = file();
    let it = batch(&[token("a", "2026-12-01T00:00:00Z")], NOW);
    drop(Turn::take(&file, &it, &it.due[0]).unwrap().unwrap());
    assert_eq!(unreported(&file, &it).unwrap(), it.due);
}

#[test]
fn reports_about_tokens_that_are_long_past_are_dropped() {
    let (_folder, file) = file();
    report(&file, &batch(&[token("past", "2026-11-22T00:00:00Z")], NOW));
    report(&file, &batch(&[token("a", "2026-12-25T00:00:00Z")], "2026-12-20T00:00:00Z"));
    assert!(fs::read_to_string(&file).unwrap().contains("\"past\""), "28 days after its expiry");
    report(&file, &batch(&[token("b", "2026-12-25T00:00:00Z")], "2026-12-24T00:00:00Z"));
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        !text.contains("\"past\"") && text.contains("\"a\"") && text.contains("\"b\""),
        "{text}"
    );
}

#[test]
fn a_file_that_is_not_understood_is_kept_and_nothing_is_reported() {
    let (_folder, file) = file();
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let it = batch(&[token("a", "2026-12-01T00:00:00Z")], NOW);
    for (text, words) in [
        ("", "line 1 of the list of reports is invalid; fix it, or delete it"),
        ("{\n\"version\": 1,\n\"told\": [{}]}", "line 3 of the list"),
        ("{\"version\":1,\"told\":[],\"more\":1}", "line 1 of the list"),
        ("{\"told\":[]}", "line 1 of the list"),
        ("\u{0}geheim", "line 1 of the list"),
        (
            "{\"version\":2,\"tokens\":{}}",
            "a newer axtok wrote the list of reports; update this one",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let errors = [
            unreported(&file, &it).unwrap_err().to_string(),
            Turn::take(&file, &it, &it.due[0]).unwrap_err().to_string(),
        ];
        for error in errors {
            assert!(error.contains(words) && error.contains("told.json"), "{text}: {error}");
            assert!(!error.contains("geheim"));
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_found_before_the_program_runs() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let it = batch(&[token("a", "2026-12-01T00:00:00Z")], NOW);
    let error = Turn::take(&blocked.join(FILE), &it, &it.due[0]).unwrap_err().to_string();
    assert!(error.contains("cannot be written") && error.contains("permissions"), "{error}");
}

#[test]
fn each_token_is_reported_by_one_of_several_processes() {
    let (_folder, file) = file();
    let due: Vec<_> = (0..5).map(|n| token(&n.to_string(), "2026-12-01T00:00:00Z")).collect();
    let it = batch(&due, NOW);
    // Locks belong to the open file, so threads that open it are like processes.
    let (reported, running) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for due in &it.due {
                    let Some(turn) = Turn::take(&file, &it, due).unwrap() else { continue };
                    assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0, "two at the same time");
                    std::thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                    turn.report(&it, due).unwrap();
                    reported.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(reported.into_inner(), 5);
    assert_eq!(unreported(&file, &it).unwrap(), []);
}
