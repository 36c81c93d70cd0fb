//! Plain mode, with input from a pipe and in a terminal: text for a screen reader without a single
//! escape byte.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "commands_plain/jobs.rs"]
mod jobs;
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "commands_api/script.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod script;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{
    fs,
    io::Write as _,
    process::Stdio,
    time::{Duration, Instant},
};

use pty::Pty;
use rustix::process::Signal;
use script::{ACME, Ran, Script, snapshot};

/// Runs plain mode with these lines of input. Text for a machine, such as JSON, is not wrapped.
#[track_caller]
fn run_unwrapped(script: &Script, answers: &[&str]) -> Ran {
    let ran = script.run_with(&["--plain-ui"], &(answers.join("\n") + "\n"));
    assert!(!ran.out.contains('\x1b') && !ran.out.contains('\r'), "{}", ran.out);
    ran
}

/// Runs plain mode with these lines of input, which print sentences only.
#[track_caller]
fn session(script: &Script, answers: &[&str]) -> Ran {
    let ran = run_unwrapped(script, answers);
    for line in ran.out.lines() {
        let secret = line.starts_with("xaat-");
        assert!(secret || line.chars().count() <= 72, "too long: {line}");
    }
    ran
}

#[track_caller]
fn has(ran: &Ran, words: &str) {
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(words), "{words:?} is not in:\n{}", ran.out);
}

#[test]
fn tokens_are_listed_and_described_in_sentences() {
    let script = Script::with("");
    let ran = session(&script, &["1", "never", "q", "1", "expired", "q", "2", "soon", "1"]).ends(0);
    has(
        &ran,
        "1. forever. active. Expires: never. advanced, ingest: prod-api, +3 more. Id id-forever.",
    );
    has(&ran, "1. old. expired. Expires: 2 Jan 2020 03:04 UTC");
    has(&ran, "1 of 5 tokens.");
    has(&ran, "On dataset prod-api: query:read.");
    let ran =
        session(&script, &["?", "99", "1", "type:bsic", "unused", "nothing like it", "q", "", "q"])
            .ends(0);
    for words in [
        "Nothing is sent until you type the word",
        "There is no 99. Type a number from 1 to 13, or the first letters",
        "type:bsic is not a filter term: use type:basic",
        "unused and seen match nothing here: the audit log was not queried.",
        "No tokens match.",
    ] {
        has(&ran, words);
    }
}

#[test]
fn a_line_that_is_not_utf_8_is_requested_again() {
    let script = Script::with("");
    let mut command = script.command(&["--plain-ui"]);
    let input = script.path("input");
    fs::write(&input, b"\xff\n3\nca\xe9\nci\n\n1\n1\n\n1\nsend\n\xfe\nshow\nstored\nq\n").unwrap();
    command.stdin(fs::File::open(input).unwrap());
    let ran = command.output().unwrap();
    let out = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(0), "{out}");
    assert_eq!(out.matches("That line is not UTF-8 text. Type it again.").count(), 3, "{out}");
    assert!(out.contains("Done. The secret will not be shown again."), "{out}");
    assert_eq!(script.server.ids().len(), 6);
}

#[test]
fn creating_a_token_step_by_step() {
    let script = Script::with("");
    let answers = [
        "3",
        "ci-edge",
        "Sends builds.",
        "1",
        "1",
        "never",
        "1",
        "send",
        "stored",
        "show",
        "stored",
        "q",
    ];
    let ran = session(&script, &answers).ends(0);
    assert_eq!(script.server.ids().len(), 6);
    let secret = ran.out.lines().find(|l| l.starts_with("xaat-")).unwrap().to_owned();
    assert_eq!(ran.out.matches(&secret).count(), 1);
    let before = ran.out.split(&secret).next().unwrap();
    assert!(before.contains("The secret was not shown yet: type show first."), "{before}");
    assert!(script.journal().contains("\"delivered\""));
    let new = script.server.ids().pop().unwrap();
    let url = script.server.url.clone();
    let text = ran.out.replace(&secret, "xaat-SECRET").replace(&new, "NEW-ID").replace(&url, "URL");
    let port = url.rsplit(':').next().unwrap();
    snapshot("plain_create", &text.replace(port, "PORT"));
}

#[test]
fn drafts_can_use_presets_and_typed_rights() {
    let script = Script::with("");
    // Query only, on two datasets, saved to a file.
    let file = script.path("secret");
    let file = file.to_str().unwrap();
    let preset = ["3", "reader", "", "2", "2", "prod-api, 2", "", "2", file, "send", "q"];
    let ran = session(&script, &preset).ends(0);
    has(&ran, "The token can query 2 datasets.");
    has(&ran, "only you can read it");
    assert!(fs::read_to_string(file).unwrap().starts_with("xaat-"));
    assert!(!ran.out.contains("xaat-"));

    let typed = [
        "3",
        "typed",
        "",
        "3",
        "grant prod-api qury:read",
        "grant =* query:read",
        "apply",
        "grant org users:read",
        "done",
        "7d",
        "3",
        "cat | tee x",
        "3",
        "true",
        "send",
        "q",
    ];
    let ran = session(&script, &typed).ends(0);
    has(&ran, "Unknown right qury:read");
    has(&ran, "This grants rights on all datasets, future ones too.");
    has(&ran, "The token can query all datasets; read users.");
    // `true` reads nothing, so it has not received the secret.
    has(&ran, "the secret was not delivered");
    has(&ran, "which only you can read");
}

#[test]
fn going_back_sends_nothing() {
    let script = Script::with("");
    for answers in [
        &["3", "", "q"][..],
        &["3", "x", "", "1", "1", "", "1", "no", "q"],
        &["3", "x", "", "1", "1", "", "1"],
        &["4", "soon", "1", "48h", "90d", "1", "", "q"],
        &["5", "soon", "1", "sooner", "q"],
        &["5", "soon", "q", "q"],
    ] {
        session(&script, answers).ends(0);
    }
    assert_eq!(script.server.ids().len(), 5);
    assert_eq!(script.journal(), "");
}

#[test]
fn tokens_are_regenerated_and_deleted() {
    let script = Script::with("");
    let answers =
        ["4", "soon", "1", "never", "", "1h", "30d", "1", "regenerate", "show", "stored", "q"];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "the old token must expire");
    has(&ran, "the old token, id-soon, works until");
    let answers = ["4", "forever", "1", "now", "", "1", "forever", "show", "stored", "q"];
    let ran = session(&script, &answers).ends(0);
    has(&ran, "The old token stops working immediately");
    let ran = session(&script, &["5", "old", "1", "old", "q"]).ends(0);
    has(&ran, "old was deleted.");
    assert!(!script.server.ids().contains(&"id-old".to_owned()));
}

#[test]
fn end_of_input_keeps_the_secret() {
    let script = Script::with("");
    let ran = session(&script, &["3", "ci", "", "1", "1", "", "1", "send"]).ends(1);
    has(&ran, "which only you can read");
    let folder = script.path(".local/state/axtok/undelivered");
    let kept = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    assert!(fs::read_to_string(kept).unwrap().starts_with("xaat-"));
    assert!(!ran.out.contains("xaat-"));
    let ran = session(&script, &["q"]).ends(0);
    has(&ran, "Unconfirmed: creating ci on");
}

#[test]
fn errors_are_reported_and_the_session_continues() {
    let script = Script::with(
        "[[fault]]\nroute = 'POST /v2/tokens'\nstatus = 403\n\
         [[fault]]\nroute = 'DELETE /v2/tokens/{id}'\ndrop = 'after'\n",
    );
    let create = ["3", "ci", "", "1", "1", "", "1", "send"];
    let after = ["cancel", "5", "old", "1", "old", "q"];
    let ran = session(&script, &[&create[..], &after].concat()).ends(0);
    has(&ran, "needs the organisation right apiTokens:create");
    // A refused draft is not lost.
    has(&ran, "Type send to create the token, ? for other answers: Discarded.");
    has(&ran, "old was deleted.");

    let lost = Script::with("[[fault]]\nroute = 'POST /v2/tokens'\ndrop = 'after'\n");
    let resolve = ["unconfirmed", "1", "token", "delete", "ci", "unconfirmed"];
    let ran = session(&lost, &[&create[..], &resolve].concat()).ends(0);
    has(&ran, "its secret is lost");
    has(&ran, "outcome unknown Number: It is ci, id");
    has(&ran, "There are no unconfirmed changes.");

    let input = "3\n5\nread\nacme\n5\nold\n1\nold\nq\n";
    let read_only = script.run_with(&["--plain-ui", "--read-only"], input).ends(0);
    has(&read_only, "Refused: this session is read-only: nothing was sent.");
    has(&read_only, "Changes are allowed.");
    Script::with("").signed_in_with("").run(&["--plain-ui"]).ends(3);
}

#[test]
fn the_user_chooses_between_several_organisations() {
    let script = Script::serving(&format!("{ACME}\n[[org]]\nid = 'labs'\nname = 'Labs'\n"));
    let mut command = script.command(&["--plain-ui"]);
    command.env_remove("AXIOM_ORG_ID");
    let ran = Ran::fed(command, "2\n1\n\nq\n").ends(0);
    has(&ran, "1. Acme, id acme 2. Labs, id labs");
    has(&ran, "There are no API tokens.");
}

fn terminal(script: &Script) -> Pty {
    let mut env = script.env();
    env.push(("TERM".to_owned(), "dumb".to_owned()));
    let env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    Pty::start_in(&["--plain-ui"], script.home.path(), &env)
}

#[test]
fn a_dumb_terminal_works_and_receives_no_escape_sequences() {
    let script = Script::with("");
    let mut pty = terminal(&script);
    pty.see("Number:");
    pty.send("1\rexpired\r");
    pty.see("1 of 5 tokens.");
    pty.send("q\rq\r");
    assert_eq!(pty.ends().exit_code(), 0);
    assert!(!pty.bytes.contains(&0x1b), "{}", String::from_utf8_lossy(&pty.bytes));
}

#[test]
fn ctrl_c_quits_but_not_with_an_undelivered_secret() {
    let script = Script::with("");
    let mut pty = terminal(&script);
    pty.see("Number:");
    pty.send("\x03");
    assert_eq!(pty.ends().exit_code(), 130);

    let mut pty = terminal(&script);
    pty.see("Number:");
    pty.send("3\rci\r\r1\r1\r\r1\rsend\r");
    pty.see("or keep:");
    pty.send("\x03");
    pty.see("Press Ctrl-C again");
    pty.send("show\r");
    pty.see("xaat-");
    pty.send("\x03");
    assert_eq!(pty.ends().exit_code(), 130);
    assert_eq!(fs::read_dir(script.path(".local/state/axtok/undelivered")).unwrap().count(), 1);
    assert!(!pty.bytes.contains(&0x1b));
}

/// After a signal there may be nobody to answer a question.
#[test]
fn a_signal_during_a_create_keeps_the_secret_and_exits() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
        let script = Script::with("[[fault]]\nroute = 'POST /v2/tokens'\nlatency_ms = 1000\n");
        let mut command = script.command(&["--plain-ui"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut keyboard = child.stdin.take().unwrap();
        keyboard.write_all(b"3\nci\n\n1\n1\n\n1\nsend\n").unwrap();
        let before = script.server.ids().len();
        let deadline = Instant::now() + Duration::from_secs(30);
        while script.server.ids().len() == before {
            assert!(Instant::now() < deadline, "no request was sent");
            std::thread::yield_now();
        }
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(status));
        let printed = String::from_utf8(ended.stdout).unwrap();
        let kept = script.path(".local/state/axtok/undelivered");
        assert_eq!(fs::read_dir(kept).map_or(0, Iterator::count), 1, "{printed}");
        drop(keyboard);
    }
}

#[test]
fn a_clock_difference_is_reported() {
    let script = Script::serving(&format!("clock_offset_s = 7200\n{ACME}"));
    let ran = session(&script, &["1", "never", "q"]).ends(0);
    has(&ran, "Warning: this computer's clock is 2 hours behind the server's.");
}

/// The line is echoed by the terminal, so only the terminal can hide it.
#[test]
fn a_terminal_does_not_show_a_pasted_token() {
    let script = Script::with("");
    let mut pty = terminal(&script);
    pty.see("Number:");
    pty.send("3\rci\r\r1\r1\r\r1\rsend\rcheck\r");
    pty.see("Paste what you stored:");
    pty.send("xaat-11111111-2222-3333-4444-555555555555\r");
    pty.see("This does not match.");
    pty.send("visible again\r");
    pty.see("not one of the choices");
    pty.send("keep\rq\r");
    assert_eq!(pty.ends().exit_code(), 0);
    let text = String::from_utf8_lossy(&pty.bytes);
    assert!(!text.contains("11111111-2222") && text.contains("visible again"), "{text}");
}

#[test]
fn a_token_against_the_policy_is_only_sent_with_a_reason() {
    let script = Script::with("");
    let file = script.path(".config/axtok/policy.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "description = \"required\"\nmax-lifetime = \"30d\"").unwrap();
    let create = ["create", "ci", "", "1", "prod-api", "", "1", "send"];
    let before = script.server.ids().len();
    // q, and a reason that is missing, send nothing.
    let ran = session(&script, &[&create[..], &["q", "cancel"]].concat());
    has(&ran, "Policy: ci expires in 90 days, and the policy allows 30d.");
    has(&ran, "Policy: ci has no description, which the policy requires.");
    assert_eq!(script.server.ids().len(), before);
    session(&script, &[&create[..], &["agreed with Kim", "keep"]].concat());
    assert_eq!(script.server.ids().len(), before + 1);
    let history = script.run(&["history", "--json"]).ends(0).json();
    assert_eq!(history[0]["override"]["reason"], "agreed with Kim");
    // Regenerating with an expiry that the policy allows breaks one rule less.
    let again = ["regenerate", "soon", "1", "48h", "20d", "1", "regenerate"];
    let ran = session(&script, &[&again[..], &["older", "keep"]].concat());
    has(&ran, "Policy: soon has no description");
    assert!(!ran.out.contains("the policy allows 30d"), "{}", ran.out);
    let history = script.run(&["history", "--json"]).ends(0).json();
    assert_eq!(history[0]["override"]["rules"], serde_json::json!(["policy/description"]));
}
