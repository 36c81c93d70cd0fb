//! The main job: list, create, reveal, regenerate and delete.

use axtok::runtime::Exit;

use crate::flow::{Flow, local, status_of};

/// Fills in the form for two datasets and creates the token; returns its secret.
async fn create(flow: &mut Flow, name: &str) -> String {
    flow.see("API tokens 40").await;
    flow.keys("n").see("New API token").await;
    flow.types(name).keys("Enter").see("0 of 60 chosen").await;
    flow.types("prod-api").keys("Space").see("1 of 60 chosen").await;
    flow.types("prod-web").keys("Space").see("2 of 60 chosen").await;
    flow.keys("Enter Ctrl-u").types("30d").see("in 30 days").await;
    flow.keys("Enter").types("made in a test");
    flow.keys("Ctrl-s").see("[▸ Create ]").await;
    flow.keys("Enter").see(&format!("{name} was created")).await;
    reveal(flow).await
}

/// Reveals the secret in the open dialog and returns it.
async fn reveal(flow: &mut Flow) -> String {
    flow.see("r reveal").await;
    flow.keys("r");
    let screen = flow.gone("••••").await;
    let line = screen.lines().find(|l| l.trim_start().starts_with("xaat-"));
    line.unwrap().trim().to_owned()
}

async fn store(flow: &mut Flow) {
    flow.keys("Esc").see("Have you stored the secret?").await;
    flow.types("stored").keys("Enter").gone("Store it now").await;
}

#[tokio::test]
async fn the_whole_life_of_a_token() {
    local(async {
        let mut flow = Flow::demo().await;
        let url = flow.simulator.url();

        let first = create(&mut flow, "ci-flow").await;
        assert_eq!(status_of(&url, &first).await, 200, "the secret does not work");
        store(&mut flow).await;
        flow.see("API tokens 41").await;

        // Regenerate with a grace period of one day: both work.
        flow.keys("/").types("ci-flow").keys("Enter").see("1 of 41").await;
        flow.keys("r").see("Regenerate ci-flow").await;
        flow.keys("Left").see("[24h]").await;
        flow.keys("Enter Enter").see("[▸ Regenerate ]").await;
        flow.keys("Enter").see("ci-flow was regenerated").await;
        let second = reveal(&mut flow).await;
        assert_ne!(first, second);
        assert_eq!(status_of(&url, &first).await, 200, "the old token stopped working");
        assert_eq!(status_of(&url, &second).await, 200, "the new token does not work");
        store(&mut flow).await;
        let screen = flow.see("2 of 42").await;
        assert_eq!(screen.matches("↻  ci-flow").count(), 2, "{screen}");

        // The name means both: delete one by the end of its id, then the other by its name.
        let screen = flow.keys("d").see("This cannot be undone").await;
        assert!(!screen.contains("or ci-flow"), "{screen}");
        let end = screen.split(">Type ").nth(1).and_then(|rest| rest.split(' ').next());
        flow.types(end.unwrap()).keys("Enter").see("1 of 41").await;
        flow.keys("d").see("or ci-flow").await;
        flow.types("ci-flow").keys("Enter").see("0 of 40").await;
        assert_eq!(status_of(&url, &first).await, 401, "the old token still works");
        assert_eq!(status_of(&url, &second).await, 401, "the new token still works");
        assert_eq!(flow.requests("POST", "/v2/tokens"), 2, "one create, one regenerate");
        assert_eq!(flow.requests("DELETE", "/v2/tokens"), 2);

        flow.keys("Esc").see("API tokens 40").await;
        flow.keys("q");
        assert_eq!(flow.ends().await, Exit::Quit);
    })
    .await;
}

#[tokio::test]
async fn the_server_has_what_the_screen_showed() {
    local(async {
        let mut flow = Flow::demo().await;
        create(&mut flow, "ci-read-back").await;
        store(&mut flow).await;
        flow.keys("/").types("ci-read-back").keys("Enter Enter");
        let screen = flow.see("can't be changed after creation").await;
        for part in ["made in a test", "prod-api ", "prod-webhooks ", "in 30 days", "Basic"] {
            assert!(screen.contains(part), "{part}\n{screen}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_advanced_token_can_be_created_by_keys_alone() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.keys("n").see("New API token").await;
        flow.types("ci-advanced").keys("Shift-Tab Space Tab Tab Enter").see("Datasets 60").await;
        // Query every existing prod- dataset.
        flow.keys(":").types("grant prod-* query:read").see("24 would change").await;
        flow.keys("Enter").see("can query 24 datasets").await;
        // Ingest into two datasets.
        flow.keys("j c j c").see("can ingest into 2 datasets").await;
        // Read one view, and users.
        flow.keys("2 j r 3 /").types("users").keys("Enter r").see("[3 Organisation]").await;
        let shown = flow.see("read GRANTED").await;
        flow.keys("Ctrl-s").see("Review").await;
        let review = flow.see("[▸ Create ]").await;
        flow.keys("Enter").see("ci-advanced was created").await;
        reveal(&mut flow).await;
        store(&mut flow).await;

        // The server has what the screen showed.
        flow.keys("/").types("ci-advanced").keys("Enter").see("1 of 41").await;
        flow.keys("Ctrl-r").keys("Enter").see("can't be changed after creation").await;
        for phrase in
            ["ingest into 2 datasets", "query 24 datasets", "query checkout-funnel", "read users"]
        {
            flow.see(phrase).await;
        }
        for part in ["can ingest into 2 datasets; query 24 datasets", "read users"] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
        assert!(review.contains("read users"), "{review}");
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1);
    })
    .await;
}

#[tokio::test]
async fn replacing_changes_the_rights_and_keeps_the_old_token_for_a_while() {
    local(async {
        let mut flow = Flow::demo().await;
        let url = flow.simulator.url();
        let first = create(&mut flow, "ci-replaced").await;
        store(&mut flow).await;
        flow.keys("/").types("ci-replaced").keys("Enter R").see("2 of 60 chosen").await;
        // For other rights than to send events it must become advanced.
        flow.keys("Shift-Tab Shift-Tab Space").see("Edit the matrix").await;
        flow.keys("Tab Tab Enter").see("Datasets 60").await;
        flow.keys("/").types("prod-api").keys("Enter l r").see("query prod-api").await;
        flow.keys("Ctrl-s").see("Changes, besides a new id").await;
        flow.see("+ query:read on prod-api").await;
        flow.keys("Enter Enter").see("ci-replaced was regenerated").await;
        let second = reveal(&mut flow).await;
        assert_eq!(status_of(&url, &first).await, 200);
        assert_eq!(status_of(&url, &second).await, 200);
        store(&mut flow).await;
        let screen = flow.see("2 of 42").await;
        assert_eq!(screen.matches("↻  ci-replaced").count(), 2, "{screen}");
        assert!(screen.contains("advanced"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn a_grace_period_of_now_ends_the_old_token_immediately() {
    local(async {
        let mut flow = Flow::demo().await;
        let url = flow.simulator.url();
        let first = create(&mut flow, "ci-now").await;
        store(&mut flow).await;
        flow.keys("/").types("ci-now").keys("Enter").see("1 of 41").await;
        flow.keys("r").see("Regenerate ci-now").await;
        flow.keys("Left Left Left").see("[now]").await;
        flow.keys("Tab Tab").types("ci-now").keys("Ctrl-s");
        flow.see("has stopped working").await;
        let second = reveal(&mut flow).await;
        assert_eq!(status_of(&url, &first).await, 401);
        assert_eq!(status_of(&url, &second).await, 200);
    })
    .await;
}

#[tokio::test]
async fn the_secret_goes_to_the_clipboard_and_nowhere_else() {
    local(async {
        let mut flow = Flow::demo().await;
        let secret = create(&mut flow, "ci-copy").await;
        flow.keys("y").see("not confirmed").await;
        assert_eq!(flow.copied(), [secret]);
    })
    .await;
}

#[tokio::test]
async fn on_a_desktop_the_clipboard_is_cleared_again() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.on_a_desktop();
        let secret = create(&mut flow, "ci-copy").await;
        flow.keys("y").see("the clipboard is cleared after").await;
        assert_eq!(flow.copied(), [secret]);
        store(&mut flow).await;
        flow.clipboard_is_empty().await;
    })
    .await;
}

#[tokio::test]
async fn an_api_token_signs_in_as_well() {
    local(async {
        let flow = Flow::demo().await;
        let simulator = flow.simulator;
        let token = simulator.api_token().to_owned();
        let mut flow = Flow::signed_in(simulator, &token, 80, 24);
        let screen = flow.see("API tokens 40").await;
        assert!(screen.contains("API token"), "{screen}");
        flow.see("Acme Inc (acme-4x1k)").await;
        flow.keys("d").see("This session uses an API token").await;
    })
    .await;
}
