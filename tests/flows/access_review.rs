//! The access review over HTTP: narrowing a token from a finding, accepting findings, and saving
//! the review to a file.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use axtok::{accepted, simulator::Scenario};

use crate::flow::{Flow, local};

async fn start(folder: &Path) -> Flow {
    let scenario = Scenario::demo();
    let mut flow = Flow::keeping(scenario, folder.join(accepted::FILE)).await;
    flow.see("API tokens 40").await;
    flow.keys("g a").see("14 high · 12 medium · 16 low").await;
    flow.see("[1 Datasets 61]").await;
    flow
}

#[tokio::test]
async fn from_a_finding_to_a_narrower_token() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let mut flow = start(folder.path()).await;
        flow.keys("5 /").types("mints-api").keys("Enter Enter j j").see(">  token-rotator").await;
        flow.keys("R").see("Replace token-rotator").await;
        flow.keys("Ctrl-s").see("- apiTokens:create").await;
        flow.keys("Ctrl-s").see("token-rotator was regenerated").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1);
        flow.see("r reveal").await;
        flow.keys("Esc").see("Have you stored the secret?").await;
        // Both exist for a while; their shared name is not a finding.
        flow.types("stored").keys("Enter").see("14 high · 12 medium · 16 low").await;
        flow.see("4 Tokens 41").await;
        flow.see(">↻ token-rotator").await;
    })
    .await;
}

#[tokio::test]
async fn accepted_findings_are_kept_between_sessions() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(accepted::FILE);
        let mut flow = start(folder.path()).await;
        flow.keys("5 Enter a").see("Accept this finding?").await;
        flow.types("in the safe, with two keys").keys("Enter").see("1 accepted").await;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("in the safe, with two keys") && !text.contains("xa"), "{text}");
        drop(flow);

        let mut flow = Flow::keeping(Scenario::demo(), file.clone()).await;
        flow.see("API tokens 40").await;
        flow.keys("g a").see("13 high").await;
        flow.keys("5 Enter G").see("accepted: in the safe").await;
        flow.keys("a").see("14 high").await;
        assert!(accepted::load(&file).unwrap().is_empty());
        // A broken file is reported and kept.
        fs::write(&file, "{").unwrap();
        flow.keys("a").see("Accept this finding?").await;
        flow.types("x").keys("Enter").see("is invalid, nothing was written").await;
        assert_eq!(fs::read_to_string(&file).unwrap(), "{");
    })
    .await;
}

#[tokio::test]
async fn the_review_is_saved_only_to_a_new_file() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("review.csv");
        let mut flow = start(folder.path()).await;
        flow.keys("5 e f").see("Save the review to a file").await;
        flow.types(file.to_str().unwrap()).keys("Enter").see("The review was saved to").await;
        let csv = fs::read_to_string(&file).unwrap();
        assert_eq!(csv.lines().count(), 43);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        flow.keys("e f").see("Save the review to a file").await;
        flow.types(file.to_str().unwrap()).keys("Enter").see("Not written").await;
        assert_eq!(fs::read_to_string(&file).unwrap(), csv);
        flow.keys("e j").see("review as JSON").await;
        let json: serde_json::Value = serde_json::from_str(&flow.copied().pop().unwrap()).unwrap();
        assert_eq!(json.as_array().unwrap().len(), 42);
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_is_requested_on_demand_and_shows_changes() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let mut flow = start(folder.path()).await;
        assert_eq!(
            flow.requests("POST", "/v1/datasets/_apl"),
            0,
            "the log was requested too early"
        );
        flow.keys("L").see("Audit log: tokens").await;
        flow.see("deleted by ana@acme.test").await;
        assert_eq!(flow.requests("POST", "/v1/datasets/_apl"), 1);
        flow.keys("Esc 4 /").types("hackday").keys("Enter").see("hackday-2025").await;
        flow.keys("d").see("Delete hackday-2025").await;
        flow.types("hackday-2025").keys("Enter").see("hackday-2025 was deleted").await;
        flow.keys("L").see("9d2c…0022  deleted by jo@acme.test").await;
    })
    .await;
}
