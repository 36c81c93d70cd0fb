//! Runs real programs: how often, with what, and what becomes of failures.

use std::{fs, time::Instant};

use super::*;
use crate::domain::{TokenId, due::Place};

const PATIENCE: Duration = Duration::from_secs(20);
const LIMITS: Limits = Limits { run: PATIENCE, turn: PATIENCE, shown: 80 };

/// A folder with the program, its notes and the file of reports.
struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("state").join(told::FILE)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// Tokens, and a script that gets the path of its notes as `$1`.
    fn batch(&self, script: &str, names: &[&str]) -> Batch {
        let place = Place {
            deployment: "prod".into(),
            url: "https://api.axiom.co".to_owned(),
            org: Some("acme".to_owned()),
        };
        let due = names.iter().map(|name| DueToken {
            id: TokenId::new(format!("id-{name}")),
            name: (*name).into(),
            expires: "2026-12-01T00:00:00Z".parse().unwrap(),
        });
        Batch {
            program: ["/bin/sh", "-c", script, "sh", &self.path("notes")].map(str::to_owned).into(),
            place,
            due: due.collect(),
            now: "2026-11-23T14:00:00Z".parse().unwrap(),
        }
    }

    async fn report(&self, script: &str, names: &[&str]) -> Option<String> {
        report(&self.file(), self.batch(script, names), LIMITS, || false).await
    }

    /// What the scripts have written.
    fn notes(&self) -> String {
        fs::read_to_string(self.path("notes")).unwrap_or_default()
    }
}

const NOTE: &str = "echo \"$AXTOK_TOKEN_NAME\" >> \"$1\"";

#[tokio::test]
async fn each_token_is_reported_once() {
    let world = World::new();
    assert_eq!(world.report(NOTE, &["a", "b"]).await, None);
    assert_eq!(world.report(NOTE, &["a", "b", "c"]).await, None);
    assert_eq!(world.report(NOTE, &["a", "b", "c"]).await, None);
    assert_eq!(world.notes(), "a\nb\nc\n");
}

#[tokio::test]
async fn the_program_has_no_input_and_its_output_goes_nowhere() {
    let world = World::new();
    let script = "cat > \"$1\"; out=$(readlink /proc/$$/fd/1); \
                  readlink /proc/$$/fd/0 >> \"$1\"; echo \"$out\" >> \"$1\"; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2";
    assert_eq!(world.report(script, &["a"]).await, None);
    assert_eq!(world.notes(), "/dev/null\n/dev/null\n");
}

#[tokio::test]
async fn a_failure_is_said_and_tried_again() {
    let world = World::new();
    let script = "echo trying >&2; echo 'no \u{1b}[31mroute' >&2; exit 7";
    let said = world.report(script, &["ci-edge"]).await.unwrap();
    assert_eq!(
        said,
        "1 due token was not reported (ci-edge): `sh` failed with status 7: no \
         <U+001B>[31mroute. The next run tries again"
    );
    assert_eq!(world.report(NOTE, &["ci-edge"]).await, None);
    assert_eq!(world.notes(), "ci-edge\n");
    let said = world.report("kill -9 $$", &["b"]).await.unwrap();
    assert!(said.contains("`sh` failed with signal 9. The next"), "{said}");
    let said = world.report("echo xaat-canary-0123-4567 >&2; exit 1", &["b"]).await.unwrap();
    assert!(said.contains("it may contain a secret") && !said.contains("canary"), "{said}");
    let said = world.report(&format!("echo {} >&2; exit 1", "x".repeat(5_000)), &["b"]).await;
    assert!(said.unwrap().len() < 300, "a long line is cut");
}

#[tokio::test]
async fn a_program_that_cannot_be_run_is_said() {
    let world = World::new();
    let mut batch = world.batch("", &["a", "b"]);
    batch.program = vec!["/no/such/pager".to_owned()];
    let said = report(&world.file(), batch, LIMITS, || false).await.unwrap();
    assert!(said.starts_with("2 due tokens were not reported (a and 1 more)"), "{said}");
    assert!(said.contains("`/no/such/pager` was not found"), "{said}");
    let file = world.path("plain");
    fs::write(&file, "").unwrap();
    let mut batch = world.batch("", &["a"]);
    batch.program = vec![file];
    let said = report(&world.file(), batch, LIMITS, || false).await.unwrap();
    assert!(said.contains("is not executable"), "{said}");
}

#[tokio::test]
async fn three_failures_in_a_row_end_the_attempts() {
    let world = World::new();
    let failing = format!("{NOTE}; exit 1");
    let said = world.report(&failing, &["a", "b", "c", "d", "e"]).await.unwrap();
    assert!(said.starts_with("5 due tokens were not reported (a and 4 more)"), "{said}");
    assert_eq!(world.notes(), "a\nb\nc\n");
    // A success in between begins the count again.
    let world = World::new();
    let mixed = format!("{NOTE}; test $AXTOK_TOKEN_NAME = c");
    let said = world.report(&mixed, &["a", "b", "c", "d", "e", "f", "g"]).await.unwrap();
    assert!(said.starts_with("6 due tokens were not reported"), "{said}");
    assert_eq!(world.notes(), "a\nb\nc\nd\ne\nf\n");
}

#[tokio::test]
async fn a_program_that_takes_too_long_is_killed_with_its_children() {
    let world = World::new();
    let script = "sleep 1000 & echo $$ $! > \"$1.new\"; mv \"$1.new\" \"$1\"; wait";
    let limits = Limits { run: Duration::from_secs(2), ..LIMITS };
    let said = report(&world.file(), world.batch(script, &["a"]), limits, || false).await.unwrap();
    assert!(said.contains("`/bin/sh` was still running after 2 s and was killed"), "{said}");
    let pids = world.notes();
    assert_eq!(pids.split_whitespace().count(), 2, "{pids}");
    for pid in pids.split_whitespace() {
        assert!(is_gone(pid).await, "{pid} lives");
    }
}

#[tokio::test]
async fn what_a_program_leaves_running_is_not_killed() {
    let world = World::new();
    let pipe = world.path("pipe");
    let script = format!(
        "mkfifo '{pipe}'; {{ read -r line < '{pipe}'; echo \"$line\" >> \"$1.new\"; \
         mv \"$1.new\" \"$1\"; }} &"
    );
    assert_eq!(world.report(&script, &["a"]).await, None);
    // Opening the pipe waits for the process that reads it.
    let written = tokio::task::spawn_blocking(move || fs::write(pipe, "delivered\n"));
    tokio::time::timeout(PATIENCE, written).await.unwrap().unwrap().unwrap();
    assert!(wait_for(|| world.notes() == "delivered\n").await);
}

#[tokio::test]
async fn nothing_runs_while_it_cannot_be_recorded() {
    let world = World::new();
    let folder = world.file().parent().unwrap().to_owned();
    fs::create_dir(&folder).unwrap();
    fs::write(world.file(), "{").unwrap();
    let said = world.report(NOTE, &["a", "b"]).await.unwrap();
    assert!(said.starts_with("due tokens are not reported: line 1 of the list"), "{said}");
    fs::remove_file(world.file()).unwrap();
    // A folder in its place cannot be replaced, whoever runs the test.
    fs::create_dir(world.file()).unwrap();
    let said = world.report(NOTE, &["a"]).await.unwrap();
    assert!(said.contains("it is a folder"), "{said}");
    assert_eq!(world.notes(), "");
}

#[tokio::test]
async fn a_report_that_cannot_be_recorded_is_said() {
    let world = World::new();
    let file = world.file();
    let script = format!("{NOTE}; echo damaged > '{}'", file.display());
    let said = world.report(&script, &["a", "b"]).await.unwrap();
    assert!(said.starts_with("a was reported, but will be again: line 1 of the list"), "{said}");
    assert_eq!(world.notes(), "a\n", "no other token is reported");
}

#[tokio::test]
async fn another_process_that_does_not_finish_is_not_waited_for() {
    let world = World::new();
    let it = world.batch(NOTE, &["a"]);
    let turn = Turn::take(&world.file(), &it, &it.due[0]).unwrap().unwrap();
    let limits = Limits { turn: Duration::from_millis(300), ..LIMITS };
    let said = report(&world.file(), it.clone(), limits, || false).await.unwrap();
    assert!(said.contains("another axtok is reporting one"), "{said}");
    assert_eq!(world.notes(), "");
    drop(turn);
    assert_eq!(world.report(NOTE, &["a"]).await, None);
    assert_eq!(world.notes(), "a\n");
}

#[tokio::test]
async fn no_further_token_is_reported_when_the_program_exits() {
    let world = World::new();
    let notes = world.path("notes");
    let ends = || fs::exists(&notes).unwrap();
    let said = report(&world.file(), world.batch(NOTE, &["a", "b"]), LIMITS, ends).await;
    assert_eq!((said, world.notes()), (None, "a\n".to_owned()));
    assert_eq!(world.report(NOTE, &["a", "b"]).await, None);
    assert_eq!(world.notes(), "a\nb\n");
}

async fn wait_for(mut is_so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + PATIENCE;
    while !is_so() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    is_so()
}

/// Whether the process has ended; it may still be a zombie.
async fn is_gone(pid: &str) -> bool {
    let stat = format!("/proc/{pid}/stat");
    wait_for(|| fs::read_to_string(&stat).map_or(true, |s| s.contains(") Z "))).await
}
