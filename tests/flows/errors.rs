//! Failures: a plain message, the program continues, and the form keeps what was typed.

use axtok::{
    api::Endpoint,
    simulator::{Fault, Hangup, Scenario},
};

use crate::flow::{Flow, local};

fn fault(route: &str) -> Fault {
    Fault { route: route.to_owned(), times: Some(1), ..Fault::default() }
}

/// A filled-in form, one Enter before the request.
async fn review(flow: &mut Flow) {
    flow.see("API tokens 40").await;
    flow.keys("n").see("0 of 60").await;
    flow.types("ci-x").keys("Tab Down Space").see("1 of 60 chosen").await;
    flow.keys("Ctrl-s").see("[▸ Create ]").await;
}

#[tokio::test]
async fn a_wrong_credential_leads_to_signing_in() {
    local(async {
        let simulator = Flow::demo().await.simulator;
        let mut flow = Flow::signed_in(simulator, "xaat-not-a-token", 80, 24);
        flow.see("Sign in to Axiom").await;
        flow.see("accepts this credential (401)").await;
        flow.keys("F1").see("Keys that work here").await;
    })
    .await;
}

#[tokio::test]
async fn a_network_failure_is_reported_and_the_program_continues() {
    local(async {
        let mut flow = Flow::nowhere().await;
        flow.see("x Failed").await;
        flow.see("to retry").await;
        flow.keys("n").see("New API token").await;
    })
    .await;
}

#[tokio::test]
async fn missing_rights_are_named() {
    local(async {
        let scenario = Scenario::parse(
            "[role]\nid = 'r'\nname = 'viewer'\norg = ['apiTokens:read']\n\
             [[org]]\nid = 'acme'\nname = 'Acme'\n[org.datasets.events]\nprod = 'x'\n\
             [[org.token]]\nid = 't1'\nname = 'only'\nexpires = 'never'\ningest_into = ['prod']\n",
        );
        let mut flow = Flow::with(scenario.unwrap(), 80, 24).await;
        flow.see("API tokens 1").await;
        flow.keys("d").see("This cannot be undone").await;
        flow.types("only").keys("Enter").see("Refused").await;
        flow.see("apiTokens").await;
        flow.keys("Enter").see("This cannot be undone").await;
        flow.keys("Esc").see("API tokens 1").await;
    })
    .await;
}

#[tokio::test]
async fn a_rate_limit_keeps_the_form() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault {
            status: Some(429),
            body: Some(r#"{"message":"rate limit exceeded"}"#.to_owned()),
            ..fault("POST /v2/tokens")
        });
        review(&mut flow).await;
        flow.keys("Enter").see("rate limit").await;
        flow.keys("Enter").see("[▸ Create ]").await;
        flow.keys("Enter").see("ci-x was created").await;
        assert_eq!(
            flow.requests("POST", "/v2/tokens"),
            2,
            "a request was sent without being asked for"
        );
    })
    .await;
}

#[tokio::test]
async fn a_broken_server_is_an_unknown_outcome() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault { status: Some(500), ..fault("POST /v2/tokens") });
        review(&mut flow).await;
        flow.keys("Enter").see("Outcome unknown").await;
        flow.keys("Enter Esc").see("ci-x").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1, "the request was sent again");
    })
    .await;
}

#[tokio::test]
async fn a_lost_reply_shows_the_token_in_the_list() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault { drop: Some(Hangup::After), ..fault("POST /v2/tokens") });
        review(&mut flow).await;
        flow.keys("Enter").see("Outcome unknown").await;
        flow.see("This token matches").await;
        flow.keys("Enter").see("Still unconfirmed").await;
        flow.keys("Esc Tab Enter").see("API tokens 41").await;
        flow.keys("/").types("ci-x").see("> ").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reply_cut_after_the_secret_still_shows_it() {
    local(async {
        let mut flow = Flow::demo().await;
        let secret = "xaat-00000000-1111-2222-3333-444444444444";
        flow.simulator.inject(Fault {
            body: Some(format!(r#"{{"id":"id-9","token":"{secret}","name":"ci"#)),
            ..fault("POST /v2/tokens")
        });
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("Warning: the response was not as expected").await;
        flow.see("r reveal").await;
        flow.keys("r").see(secret).await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_is_not_json_does_not_replace_the_list() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.simulator.inject(Fault {
            body: Some("<h1>Welcome to the hotel</h1>".to_owned()),
            content_type: Some("text/html".to_owned()),
            ..fault("GET /v2/tokens")
        });
        flow.keys("Ctrl-r");
        let screen = flow.see("! ").await;
        assert!(!screen.contains("hotel"), "{screen}");
        assert!(screen.contains("API tokens 40"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn waiting_for_a_slow_reply_is_visible() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault { latency_ms: 1_200, ..fault("POST /v2/tokens") });
        review(&mut flow).await;
        flow.keys("Enter").see("Creating").await;
        flow.keys("Esc").see("No longer waiting").await;
        // The secret is still shown, whatever the user has done since.
        flow.see("ci-x was created").await;
    })
    .await;
}

#[test]
fn plain_http_is_refused_unless_it_is_loopback() {
    for (url, accepted) in [
        ("http://api.axiom.co", false),
        ("https://api.axiom.co", true),
        ("http://127.0.0.1:8080", true),
        ("http://192.168.1.2", false),
        ("api.axiom.co", false),
        ("https://jo:pw@api.axiom.co", false),
    ] {
        assert_eq!(Endpoint::parse(url).is_ok(), accepted, "{url}");
    }
}

#[tokio::test]
async fn a_token_that_appears_only_in_the_third_list_is_found() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault {
            drop: Some(Hangup::After),
            late: 2,
            ..fault("POST /v2/tokens")
        });
        review(&mut flow).await;
        flow.keys("Enter").see("Searching the list").await;
        flow.see("This token matches").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_delete_whose_reply_is_lost_is_confirmed_by_the_list() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.simulator
            .inject(Fault { drop: Some(Hangup::After), ..fault("DELETE /v2/tokens/{id}") });
        flow.keys("d").types("load-tests").keys("Enter").see("load-tests was deleted").await;
        flow.see("API tokens 39").await;
        assert_eq!(flow.requests("DELETE", "/v2/tokens"), 1);
    })
    .await;
}
