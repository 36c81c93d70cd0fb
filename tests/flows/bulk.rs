//! Bulk changes over real HTTP: the requests, the files, and that each secret works.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _, path::Path};

use axtok::{
    runtime::{Exit, Input},
    simulator::{Fault, Scenario},
};

use crate::flow::{Flow, local, status_of};

const REGENERATE: &str = "POST /v2/tokens/{id}/regenerate";
const DELETE: &str = "DELETE /v2/tokens/{id}";

/// A session with this many tokens.
async fn tokens(count: usize) -> Flow {
    let scenario = format!(
        "[generate]\ntokens = {count}\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
         [org.datasets.events]\nprod = 'x'\n"
    );
    let mut flow = Flow::with(Scenario::parse(&scenario).unwrap(), 80, 24).await;
    flow.see(&format!("API tokens {count}")).await;
    flow
}

/// Regenerates all tokens, with their secrets in this folder.
async fn regenerate_all(flow: &mut Flow, count: usize, folder: &Path) {
    flow.keys("* r").see(&format!("Regenerate {count} tokens")).await;
    flow.types(folder.to_str().unwrap()).keys("Ctrl-s");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let read = |path: std::path::PathBuf| {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::read_to_string(path).unwrap().trim().to_owned()
    };
    entries.map(read).collect()
}

/// The requests that change something, in order.
fn changes(flow: &Flow) -> Vec<(String, Option<u16>)> {
    let all = flow.simulator.requests().into_iter().filter(|r| r.method != "GET");
    all.map(|r| (r.path, r.status)).collect()
}

#[tokio::test]
async fn fifty_regenerations_with_five_refusals_and_a_retry() {
    local(async {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new");
        let mut flow = tokens(50).await;
        for (after, status) in [(0, 409), (10, 429), (20, 422), (29, 409), (49, 400)] {
            let mut fault = Fault { after, times: Some(1), ..Fault::on(REGENERATE) };
            fault.status = Some(status);
            // The shortest possible wait.
            fault.headers.insert("X-RateLimit-Reset".to_owned(), "0".to_owned());
            flow.simulator.inject(fault);
        }
        regenerate_all(&mut flow, 50, &folder).await;
        let screen = flow.see("45 of 50 tokens regenerated").await;
        assert!(screen.contains("45 done · 5 failed"), "{screen}");
        for status in ["409", "422", "429", "400"] {
            assert!(screen.contains(&format!("the server returned {status}")), "{screen}");
        }
        let first = files(&folder);
        assert_eq!(first.len(), 45);
        assert_eq!(changes(&flow).len(), 50);
        flow.keys("r").see("50 of 50 tokens regenerated").await;
        let all = files(&folder);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 50, "two files have the same secret");
        assert!(first.iter().all(|secret| all.contains(secret)), "a file was overwritten");
        for secret in &all {
            assert_eq!(status_of(&flow.simulator.url(), secret).await, 200);
        }
        let changes = changes(&flow);
        assert_eq!(changes.len(), 55, "not exactly the refused ones were sent again");
        let mut done: Vec<_> = changes.iter().filter(|(_, s)| *s == Some(200)).collect();
        assert_eq!(done.len(), 50);
        done.sort();
        done.dedup();
        assert_eq!(done.len(), 50, "a token was regenerated twice");
        // The report: every token, no secret.
        let report = parent.path().join("report.json");
        flow.keys("f").see("Save this list").await;
        flow.types(report.to_str().unwrap()).keys("Enter").see("Saved to").await;
        let text = fs::read_to_string(&report).unwrap();
        let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(rows.as_array().unwrap().len(), 50);
        assert!(all.iter().all(|secret| !text.contains(secret.as_str())));
        flow.keys("Esc").see("API tokens 100").await;
    })
    .await;
}

#[tokio::test]
async fn three_tokens_get_one_more_dataset() {
    local(async {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new");
        let mut flow = tokens(3).await;
        let refusal = Fault { status: Some(409), times: Some(1), ..Fault::on(REGENERATE) };
        flow.simulator.inject(refusal);
        flow.keys("* R").see("Change rights of 3 tokens").await;
        // The list of datasets arrives, and names the mistake.
        flow.types("grant prdo trim:update").see("There is no dataset prdo").await;
        flow.keys("Ctrl-u").types("grant prod trim:update").see("3 of 3 tokens change").await;
        flow.keys("Ctrl-s").see("Replace 3 tokens").await;
        flow.types(folder.to_str().unwrap()).keys("Ctrl-s");
        flow.see("2 of 3 tokens replaced").await;
        flow.keys("r").see("3 of 3 tokens replaced").await;
        let secrets = files(&folder);
        assert_eq!(secrets.len(), 3);
        for secret in &secrets {
            assert_eq!(status_of(&flow.simulator.url(), secret).await, 200);
        }
        flow.keys("Esc").see("API tokens 6").await;
        // Each new token has what the old one had, and the new right.
        flow.keys("/").types("ds:prod can:trim").see("API tokens 3 of 6").await;
    })
    .await;
}

#[tokio::test]
async fn deleting_seven_with_one_already_gone_and_one_refused() {
    local(async {
        let mut flow = tokens(9).await;
        for (after, status) in [(2, 404), (4, 403)] {
            let fault = Fault { after, times: Some(1), ..Fault::on(DELETE) };
            flow.simulator.inject(Fault { status: Some(status), ..fault });
        }
        flow.keys("Space Space Space Space Space Space Space").see("7 marked").await;
        flow.keys("d").see("Delete 7 tokens").await;
        flow.types("7").keys("Enter").see("6 of 7 tokens deleted").await;
        flow.see("the server returned 403").await;
        assert_eq!(changes(&flow).len(), 7);
        flow.keys("r").see("7 of 7 tokens deleted").await;
        assert_eq!(changes(&flow).len(), 8);
        flow.keys("Esc").gone("of 7 tokens").await;
    })
    .await;
}

#[tokio::test]
async fn a_command_receives_each_secret_with_its_token() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let mut flow = tokens(3).await;
        flow.keys("* r").see("Regenerate 3 tokens").await;
        let line = format!(
            "sh -c 'cat > {}/$AXTOK_TOKEN_ID; echo $AXTOK_TOKEN_NAME >> {0}/names'",
            folder.path().display()
        );
        flow.keys("Shift-Tab Right Tab").types(&line).keys("Ctrl-s");
        flow.see("3 of 3 tokens regenerated").await;
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
        let names = fs::read_to_string(folder.path().join("names")).unwrap();
        assert_eq!(names.lines().collect::<BTreeSet<_>>().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_unusable_destination_is_reported_before_anything_is_sent() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let mut flow = tokens(2).await;
        regenerate_all(&mut flow, 2, &file).await;
        flow.see("is not a folder").await;
        flow.keys("Ctrl-u Shift-Tab Right Tab").types("no-such-command-anywhere").keys("Ctrl-s");
        flow.see("was not found").await;
        assert_eq!(changes(&flow), []);
    })
    .await;
}

#[tokio::test]
async fn a_signal_waits_for_the_current_token_and_its_secret() {
    local(async {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new");
        let mut flow = tokens(5).await;
        flow.simulator.inject(Fault { latency_ms: 300, ..Fault::on(REGENERATE) });
        regenerate_all(&mut flow, 5, &folder).await;
        flow.see("0 of 5").await;
        flow.send(Input::Terminate(15));
        assert_eq!(flow.ends().await, Exit::Signal(15));
        assert_eq!(files(&folder).len(), 1);
    })
    .await;
}
