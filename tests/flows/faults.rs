//! Every fault between the program and the server: what the user sees, and what must never happen.

use std::{fs, sync::Arc, time::Duration};

use crate::flow::{Flow, as_another, local, status_of};
use axtok::{
    api::{Call, Endpoint, Limits},
    app::{Msg, Ticket},
    domain::{Expiry, Grants, NewToken, Secret, session::ConnectionId},
    effects::{Connection, Effects, Recorder},
    journal::Asked,
    ops::{Ops, change::Record},
    runtime::Input,
    simulator::{Fault, Hangup, Scenario, Simulator},
};
use serde_json::{Value, json};

const CREATE: &str = "POST /v2/tokens";
const REGENERATE: &str = "POST /v2/tokens/{id}/regenerate";
const LIST: &str = "GET /v2/tokens";
const SECRET: &str = "xaat-00000000-1111-2222-3333-444444444444";

fn once(route: &str) -> Fault {
    Fault { times: Some(1), ..Fault::on(route) }
}

/// A filled-in form, one Enter before the request.
async fn review(flow: &mut Flow) {
    flow.see("API tokens 40").await;
    flow.keys("n").see("0 of 60").await;
    flow.types("ci-x").keys("Tab Down Space").see("1 of 60 chosen").await;
    flow.keys("Ctrl-s").see("[▸ Create ]").await;
}

/// Goes back to the form, which must be unchanged.
async fn form_is_kept(flow: &mut Flow) {
    flow.keys("Esc");
    let form = flow.see("1 of 60 chosen").await;
    assert!(form.contains("ci-x"), "{form}");
}

fn posts(flow: &Flow) -> usize {
    flow.requests("POST", "/v2/tokens")
}

async fn tokens(flow: &Flow) -> Vec<Value> {
    let (status, list) = as_another(&flow.simulator, LIST, None).await;
    assert_eq!(status, 200);
    list.as_array().unwrap().clone()
}

async fn named(flow: &Flow, name: &str) -> Vec<Value> {
    let mut all = tokens(flow).await;
    all.retain(|token| token["name"] == name);
    all
}

#[tokio::test]
async fn a_refused_connection_sends_nothing_and_keeps_the_form() {
    local(async {
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.simulator.refuse(true).await;
        flow.keys("Enter").see("could not connect to the server").await;
        flow.see("Nothing was sent").await;
        flow.keys("Enter").see("[▸ Create ]").await;
        form_is_kept(&mut flow).await;
        flow.simulator.refuse(false).await;
        assert_eq!(posts(&flow), 0);
        flow.keys("Ctrl-s").see("[▸ Create ]").await;
        flow.keys("Enter").see("ci-x was created").await;
        assert_eq!((posts(&flow), named(&flow, "ci-x").await.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_connection_dropped_before_the_change_is_unconfirmed_too() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault { drop: Some(Hangup::Before), ..once(CREATE) });
        review(&mut flow).await;
        flow.keys("Enter").see("Outcome unknown").await;
        // The token is never reported as not created, and the request is not sent again.
        flow.see("Searching the list, attempt 2 of 5").await;
        flow.keys("Esc").see("Still unconfirmed").await;
        form_is_kept(&mut flow).await;
        assert_eq!((posts(&flow), named(&flow, "ci-x").await.len()), (1, 0));
    })
    .await;
}

/// A reply whose connection breaks after this part.
fn cut_after(part: &str) -> Fault {
    let body = format!(r#"{{"id":"id-9","name":"ci-x","token":"{SECRET}","description":"x"}}"#);
    let cut = body.find(part).map(|at| at + part.len());
    assert!(cut.is_some());
    Fault { body: Some(body), cut, ..once(CREATE) }
}

#[tokio::test]
async fn a_reply_cut_after_the_secret_causes_only_a_warning() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(cut_after(&format!("{SECRET}\"")));
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("Warning: incomplete response. Try the secret").await;
        flow.see("id-9").await;
        flow.see("r reveal").await;
        flow.keys("r").see(SECRET).await;
        assert_eq!(posts(&flow), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reply_cut_inside_the_secret_leaves_the_id() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(cut_after("xaat-00000000-1111"));
        review(&mut flow).await;
        flow.keys("Enter").see("the secret could not be read").await;
        let screen = flow.see("ci-x  id id-9").await;
        assert!(!screen.contains("xaat-"), "a part of the secret is shown: {screen}");
        assert_eq!(posts(&flow), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reply_cut_before_the_id_finds_the_token_in_the_list() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.simulator.inject(Fault { cut: Some(1), ..once(CREATE) });
        review(&mut flow).await;
        flow.keys("Enter").see("the secret could not be read").await;
        let screen = flow.see("This token matches").await;
        let id = named(&flow, "ci-x").await[0]["id"].as_str().unwrap().to_owned();
        assert!(screen.contains(&id), "{id}\n{screen}");
        assert_eq!(posts(&flow), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reply_with_an_unexpected_type_or_shape_still_gives_the_secret() {
    for (fault, warning) in [
        (
            Fault { content_type: Some("text/html".to_owned()), ..once(CREATE) },
            "the response was not marked as JSON",
        ),
        (
            Fault { wrap: Some("data".to_owned()), ..once(CREATE) },
            "the response was not as expected",
        ),
        // More than the size limit of a reply to a change.
        (Fault { flood: 5 << 20, ..once(CREATE) }, "incomplete response"),
    ] {
        local(async {
            let mut flow = Flow::demo().await;
            flow.simulator.inject(fault);
            review(&mut flow).await;
            flow.keys("Enter").see("ci-x was created").await;
            flow.see(warning).await;
            flow.see("r reveal").await;
            flow.keys("y").see("not confirmed").await;
            let secret = flow.copied().pop().unwrap();
            assert_eq!(status_of(&flow.simulator.url(), &secret).await, 200, "{warning}");
            assert_eq!(posts(&flow), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn server_errors_are_an_unknown_outcome_and_never_retried() {
    for (status, commit) in [(500, false), (502, true), (504, true), (408, false)] {
        local(async {
            let mut flow = Flow::demo().await;
            flow.simulator.inject(Fault { status: Some(status), commit, ..once(CREATE) });
            review(&mut flow).await;
            flow.keys("Enter").see("Outcome unknown").await;
            if commit {
                flow.see("This token matches").await;
            } else {
                flow.see("Searching the list, attempt 2 of 5").await;
            }
            assert_eq!((posts(&flow), named(&flow, "ci-x").await.len()), (1, commit.into()));
        })
        .await;
    }
}

#[tokio::test]
async fn a_rate_limit_counts_down_and_keeps_the_form() {
    for status in [429, 430] {
        local(async {
            let mut flow = Flow::demo().await;
            // Its headers give the end of the minute.
            flow.simulator.inject(Fault { status: Some(status), ..once(CREATE) });
            review(&mut flow).await;
            flow.keys("Enter").see(&format!("the server returned {status}")).await;
            let screen = flow.see("accepts requests again in").await;
            let left = seconds(&screen);
            assert!((1..=60).contains(&left), "{screen}");
            if left > 1 {
                let what = "the countdown to continue";
                flow.until(what, |s| s.contains("again in") && seconds(s) < left).await;
            }
            flow.keys("Enter").see("[▸ Create ]").await;
            form_is_kept(&mut flow).await;
            assert_eq!(posts(&flow), 1, "the request was retried automatically");
        })
        .await;
    }
}

/// The seconds of "accepts requests again in 42 s".
fn seconds(screen: &str) -> i64 {
    let rest = screen.split("requests again in ").nth(1).unwrap();
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    number.parse().unwrap_or_else(|_| panic!("{rest}"))
}

#[tokio::test]
async fn two_candidates_with_one_name_are_both_shown_and_neither_is_deleted() {
    local(async {
        let mut flow = Flow::demo().await;
        let late = Fault { drop: Some(Hangup::After), latency_ms: 600, ..once(CREATE) };
        flow.simulator.inject(late);
        review(&mut flow).await;
        flow.keys("Enter").see("Creating").await;
        // Another admin creates an identical token before our reply is lost.
        let ours = loop {
            if let Some(ours) = named(&flow, "ci-x").await.pop() {
                break ours;
            }
        };
        let mut same = json!({});
        for member in ["name", "description", "expiresAt", "datasetCapabilities"] {
            same[member] = ours[member].clone();
        }
        assert_eq!(as_another(&flow.simulator, CREATE, Some(&same)).await.0, 200);
        let screen = flow.see("2 tokens match").await;
        let both = named(&flow, "ci-x").await;
        assert_eq!(both.len(), 2);
        for token in &both {
            assert!(screen.contains(token["id"].as_str().unwrap()), "{screen}");
        }
        flow.keys("Esc").see("Still unconfirmed").await;
        assert_eq!(
            (posts(&flow), flow.requests("DELETE", "/")),
            (2, 0),
            "not exactly our POST and theirs"
        );
    })
    .await;
}

#[tokio::test]
async fn a_regeneration_whose_reply_is_lost_says_how_long_the_old_token_works() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.simulator.inject(Fault { drop: Some(Hangup::After), ..once(REGENERATE) });
        let old = named(&flow, "ci-ingest-edge").await.remove(0);
        flow.keys("/").types("ci-ingest-edge").keys("Enter").see("1 of 40").await;
        flow.keys("r").see("Regenerate ci-ingest-edge").await;
        flow.keys("Left Ctrl-s").see("Outcome unknown").await;
        let screen = flow.see("This token matches").await;
        let new = named(&flow, "ci-ingest-edge").await;
        let new = new.iter().find(|t| t["id"] != old["id"]).unwrap();
        assert!(screen.contains(new["id"].as_str().unwrap()), "{screen}");
        // The expiry is the server's, not the one requested.
        assert!(screen.contains("The old token 9d2c…0001 works until"), "{screen}");
        assert!(screen.contains("in 24 hours"), "{screen}");
        assert_eq!(flow.requests("POST", "/v2/tokens"), 1);
    })
    .await;
}

#[tokio::test]
async fn without_a_journal_nothing_is_sent_unless_confirmed() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("state"), "").unwrap();
        let journal = folder.path().join("state/journal.jsonl");
        let mut flow = Flow::journalled(journal).await;
        flow.see("the journal /").await;
        review(&mut flow).await;
        flow.keys("Enter").see("No journal").await;
        flow.see("path is a file").await;
        assert_eq!(posts(&flow), 0);
        // Going back changes nothing.
        flow.keys("Enter").see("[▸ Create ]").await;
        flow.keys("Enter").see("No journal").await;
        assert_eq!(posts(&flow), 0);
        flow.keys("Tab Enter").see("ci-x was created").await;
        assert_eq!(posts(&flow), 1);
    })
    .await;
}

#[tokio::test]
async fn a_corrupt_journal_is_set_aside_and_reported() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.jsonl");
        fs::write(&journal, "not a journal\n\x00\x01\n").unwrap();
        let mut flow = Flow::journalled(journal.clone()).await;
        flow.see("The journal was damaged and was moved to").await;
        let kept =
            fs::read_dir(folder.path()).unwrap().map(|e| fs::read(e.unwrap().path()).unwrap());
        assert!(kept.into_iter().any(|bytes| bytes.starts_with(b"not a journal")));
        // A new journal is used from then on.
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        assert!(fs::read_to_string(journal).unwrap().contains("ci-x"));
    })
    .await;
}

#[tokio::test]
async fn a_credential_revoked_while_a_secret_is_open_loses_nothing() {
    local(async {
        let mut flow = Flow::demo().await;
        let token = flow.simulator.personal_token().to_owned();
        review(&mut flow).await;
        // The list is read again after the create.
        flow.simulator.inject(Fault { status: Some(401), ..once(LIST) });
        flow.keys("Enter").see("ci-x was created").await;
        flow.answered("/v2/tokens", 3).await;
        let screen = flow.see("r reveal").await;
        assert!(screen.contains("ci-x was created"), "{screen}");
        flow.keys("y").see("not confirmed").await;
        let secret = flow.copied().pop().unwrap();
        assert_eq!(status_of(&flow.simulator.url(), &secret).await, 200);
        flow.keys("Esc").see("Have you stored the secret?").await;
        flow.types("stored").keys("Enter").see("no longer accepts this credential (401)").await;
        flow.send(Input::Msg(Msg::Paste(token))).keys("Enter").see("API tokens 41").await;
        assert_eq!(posts(&flow), 1);
    })
    .await;
}

#[tokio::test]
async fn the_expiry_is_right_on_the_server_with_a_clock_a_day_off() {
    for offset in [86_400, -86_400] {
        local(async {
            let scenario = format!(
                "clock_offset_s = {offset}\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
                 [org.datasets.events]\nprod = 'x'\n"
            );
            let mut flow = Flow::with(Scenario::parse(&scenario).unwrap(), 80, 24).await;
            let side = if offset > 0 { "behind" } else { "ahead of" };
            flow.see(&format!("{side} the server's")).await;
            flow.keys("n").see("of 1 chosen").await;
            flow.types("ci-x").keys("Tab Down Space").see("1 of 1 chosen").await;
            flow.keys("Tab Ctrl-u").types("30d").see("in 30 days").await;
            flow.keys("Ctrl-s").see("[▸ Create ]").await;
            flow.keys("Enter").see("ci-x was created").await;
            let token = named(&flow, "ci-x").await.remove(0);
            let expires: jiff::Timestamp = token["expiresAt"].as_str().unwrap().parse().unwrap();
            #[expect(
                clippy::disallowed_methods,
                reason = "the server's clock is the real one, off"
            )]
            let there = jiff::Timestamp::now().as_second() + offset;
            let days = (expires.as_second() - there + 43_200).div_euclid(86_400);
            assert_eq!(days, 30, "by the server's clock: {expires}");
        })
        .await;
    }
}

#[tokio::test]
async fn rights_that_only_the_server_knows_are_shown_and_cloned() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.keys("/").types("live-tail-beta").keys("Enter").see("1 of 40").await;
        flow.keys("Enter").see("tail").await;
        flow.keys("c").see("live-tail-beta").await;
        flow.keys("Ctrl-s").see("[▸ Create ]").await;
        flow.keys("Enter").see("was created").await;
        let all = tokens(&flow).await;
        let with_tail: Vec<_> = all
            .iter()
            .filter(|t| t["datasetCapabilities"]["prod-workers"]["tail"].is_array())
            .collect();
        let [one, other] = with_tail.as_slice() else { panic!("{with_tail:?}") };
        assert_eq!(one["datasetCapabilities"], other["datasetCapabilities"]);
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_tokens_can_be_listed_and_searched() {
    local(async {
        let scenario = Scenario::parse("[generate]\ntokens = 10000\ndatasets = 100\n").unwrap();
        let mut flow = Flow::with(scenario, 80, 24).await;
        flow.see("API tokens 10000").await;
        flow.keys("G").see("10000").await;
        let (_, list) = as_another(&flow.simulator, LIST, None).await;
        let name = list[9_000]["name"].as_str().unwrap().to_owned();
        flow.keys("/").types(&name).keys("Enter").see("1 of 10000").await;
        flow.keys("Enter").see("Rights can't be changed").await;
    })
    .await;
}

#[tokio::test]
async fn a_body_that_never_ends_times_out() {
    local(async {
        let limits = Limits {
            whole: Duration::from_millis(700),
            backoff: Duration::from_millis(2),
            ..Limits::default()
        };
        let mut flow = Flow::limited(limits).await;
        let endless = |route| Fault { drip_ms: 3_600_000, ..once(route) };
        review(&mut flow).await;
        flow.simulator.inject(endless(CREATE));
        flow.keys("Enter").see("the secret could not be read").await;
        flow.see("was not received: the request").await;
        flow.see("This token matches").await;
        assert_eq!(posts(&flow), 1);
        flow.keys("Esc").see("1 of 60 chosen").await;
        flow.keys("Esc Tab Enter").see("API tokens 41").await;
        // Reading the list is retried a few times.
        flow.simulator.inject(Fault { times: Some(4), ..endless(LIST) });
        flow.keys("Ctrl-r").see("the request timed out").await;
        flow.see("API tokens 41").await;
        flow.keys("Ctrl-r ?").see("Keys that work here").await;
    })
    .await;
}

/// An exiting program waits a limited time for a create that is never answered.
#[tokio::test]
async fn the_exit_waits_for_a_change_but_not_forever() {
    let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
    simulator.inject(Fault { latency_ms: 3_600_000, ..once(CREATE) });
    let (effects, _replies) = Effects::new(None, Recorder::default());
    let secret = Arc::new(Secret::new(simulator.personal_token().to_owned()));
    let endpoint = Endpoint::parse(&simulator.url()).unwrap();
    let (id, name) = (ConnectionId::default(), "test".to_owned());
    effects.open(
        id,
        Connection::new(endpoint, secret, axtok::config::Routes::default(), name.clone(), false),
    );
    let (expiry, grants) = (Expiry::Never, Grants::default());
    let description = String::new();
    let call = Call::CreateToken(Box::new(NewToken {
        name: name.clone(),
        description: description.clone(),
        expiry,
        grants: grants.clone(),
    }));
    let asked = Asked::Create { name, description, expiry, grants };
    let record = Record {
        asked,
        known: Vec::new().into(),
        without_journal: false,
        is_rotation: false,
        overridden: None,
    };
    let org = Some(simulator.org_id().into());
    effects.call(Ticket(1), id, org, call, Some(Box::new(record)));
    let bound = Duration::from_millis(300);
    let before = std::time::Instant::now();
    tokio::time::timeout(Duration::from_secs(20), effects.finish(bound)).await.unwrap();
    assert!(before.elapsed() >= bound, "it did not wait for the change");
    // With no change in flight, it does not wait.
    let (effects, _replies) = Effects::new(None, Recorder::default());
    let long = Duration::from_secs(3600);
    tokio::time::timeout(Duration::from_secs(20), effects.finish(long)).await.unwrap();
}

#[tokio::test]
async fn a_blocked_disk_delays_only_its_own_message() {
    let (effects, mut replies) = Effects::new(None, Recorder::default());
    let (answer, answers) = std::sync::mpsc::channel::<()>();
    let work = move |_: &Ops| {
        let _ = answers.recv();
        Msg::Wake
    };
    effects.on_disk(work);
    effects.on_disk(|_| Msg::Resumed);
    assert!(
        matches!(replies.recv().await, Some(Msg::Resumed)),
        "the blocked message delayed another one"
    );
    answer.send(()).unwrap();
    assert!(matches!(replies.recv().await, Some(Msg::Wake)));
}
