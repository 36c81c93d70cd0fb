//! The setting `on-due`: a program is run once for each token that becomes due.

use std::{
    fs,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use crate::{
    pty::Pty,
    script::{ACME, Ran, Script},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// A script whose settings run this program, which writes its notes to the file in `$NOTES`.
/// In [`ACME`] only `soon` is due: a twin that expires later has replaced
/// the other one.
fn alarmed(program: &str) -> Script {
    alarmed_on(ACME, program)
}

fn alarmed_on(scenario: &str, program: &str) -> Script {
    let script = Script::serving(scenario);
    set_program(&script, program);
    let settings = script.path(".config/axtok/settings.toml");
    fs::create_dir_all(settings.parent().unwrap()).unwrap();
    fs::write(settings, "on-due = ['~/page', 'two words']\n").unwrap();
    script
}

fn set_program(script: &Script, text: &str) {
    let program = script.path("page");
    let notes = script.path("notes");
    let text = format!("#!/bin/sh\nNOTES='{}'\n{text}\n", notes.display());
    fs::write(&program, text).unwrap();
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
}

const NOTE: &str = "echo \"$AXTOK_TOKEN_ID\" >> \"$NOTES\"; echo noise; echo noise >&2";

fn notes(script: &Script) -> String {
    fs::read_to_string(script.path("notes")).unwrap_or_default()
}

/// Waits until this many lines were noted.
fn wait_for_notes(script: &Script, lines: usize) {
    let deadline = Instant::now() + PATIENCE;
    while notes(script).lines().count() < lines {
        assert!(Instant::now() < deadline, "{}", notes(script));
        std::thread::yield_now();
    }
}

#[test]
fn the_program_runs_once_and_changes_nothing_else() {
    let plain = Script::with("");
    let script = alarmed(NOTE);
    for args in [&["review"][..], &["review", "--json"], &["review", "--fail-on", "medium"]] {
        let (with, without) = (script.run(args), plain.run(args));
        assert_eq!((&with.status, &with.err), (&without.status, &without.err));
        assert_eq!(with.out, without.out, "the program's output is not shown");
    }
    assert_eq!(notes(&script), "id-soon\n");
}

#[test]
fn the_program_gets_the_facts_and_no_credential() {
    let script = alarmed("env > \"$NOTES\"; echo \"ARGS=$#:$1\" >> \"$NOTES\"");
    script.run(&["review", "--read-only"]).ends(0);
    let notes = notes(&script);
    let fact = |name: &str| {
        let mut values = notes.lines().filter_map(|l| l.strip_prefix(name)?.strip_prefix('='));
        values.next().unwrap_or_else(|| panic!("no {name} in {notes}")).to_owned()
    };
    assert_eq!(fact("ARGS"), "1:two words");
    assert_eq!(fact("AXTOK_TOKEN_NAME"), "soon");
    assert_eq!(fact("AXTOK_TOKEN_ID"), "id-soon");
    assert_eq!(fact("AXTOK_TOKEN_STATE"), "expiring");
    // 5 within the second in which the server began.
    assert!(["4", "5"].contains(&fact("AXTOK_DAYS_LEFT").as_str()), "{notes}");
    assert_eq!(fact("AXTOK_ORG"), "acme");
    assert_eq!(fact("AXTOK_DEPLOYMENT"), "environment");
    assert_eq!(fact("AXTOK_URL"), script.server.url);
    let expires: jiff::Timestamp = fact("AXTOK_TOKEN_EXPIRES").parse().unwrap();
    let listed = script.run(&["tokens", "list", "soon", "--json"]).json();
    assert_eq!(
        listed[0]["expiresAt"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap(),
        expires
    );
    assert!(!notes.contains("AXIOM_TOKEN="), "{notes}");
    assert!(!notes.contains(&script.server.token), "{notes}");
}

#[test]
fn an_api_token_names_its_organisation() {
    let scenario = format!(
        "api_token = 'admin'\n{ACME}[[org.token]]\nid = 'id-admin'\nname = 'admin'\n\
         org = ['apiTokens:read']\n"
    );
    let script = alarmed_on(&scenario, "echo \"$AXTOK_ORG\" >> \"$NOTES\"");
    let token = script.server.api_token.clone();
    let script = script.signed_in_with(&token);
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "acme\n");
    // The same token, seen by another credential, is not reported again.
    let token = script.server.token.clone();
    let script = script.signed_in_with(&token);
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "acme\n");
}

#[test]
fn only_reviewed_tokens_are_reported_and_only_findings_are_a_review() {
    let script = alarmed(NOTE);
    script.run(&["review", "--token", "forever"]).ends(0);
    script.run(&["review", "--can", "read"]).ends(0);
    script.run(&["review", "--dataset", "prod-api"]).ends(0);
    script.run(&["tokens", "list", "--expiring-within", "14d"]).ends(1);
    script.run(&["review", "--demo"]).ends(0);
    assert_eq!(notes(&script), "");
    script.run(&["review", "--token", "soon"]).ends(0);
    assert_eq!(notes(&script), "id-soon\n");
}

#[test]
fn the_length_decides_what_is_due() {
    let script = alarmed(NOTE);
    let settings = script.path(".config/axtok/settings.toml");
    let on_due = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{on_due}due-within = '4d'\n")).unwrap();
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "");
    // The second twin, which expires in 200 days, replaces nothing that expires later.
    fs::write(&settings, format!("{on_due}due-within = '201d'\n")).unwrap();
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "id-twin-1\nid-soon\nid-twin-2\n");
}

#[test]
fn a_token_that_was_replaced_is_not_reported() {
    let script = alarmed(NOTE);
    // With other rights: only the journal knows that they belong together.
    let args = ["tokens", "replace", "soon", "--dataset", "prod-web=query:read", "--grace", "1h"];
    script.run(&[&args[..], &["--expires", "90d"]].concat()).ends(0);
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "");
    fs::remove_file(script.path(".local/state/axtok/journal.jsonl")).unwrap();
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "id-soon\n", "the journal made the difference");
}

#[test]
fn a_failure_is_a_warning_and_is_tried_again() {
    let script = alarmed("echo first >&2; echo 'no \u{1b}[2Jroute' >&2; exit 3");
    let said = script.run(&["review"]).ends(0);
    let program = script.path("page");
    assert_eq!(
        said.err,
        "axtok: 1 due token was not reported (soon): `page` failed with status 3: no \
         <U+001B>[2Jroute. The next run tries again\n"
    );
    script.run(&["review", "--fail-on", "medium"]).ends(1).says("1 due token was not reported");
    fs::remove_file(&program).unwrap();
    script.run(&["review"]).ends(0).says("was not found");
    set_program(&script, NOTE);
    assert_eq!(script.run(&["review"]).ends(0).err, "");
    assert_eq!(notes(&script), "id-soon\n");
}

#[test]
fn nothing_runs_if_the_file_of_reports_is_not_understood() {
    let script = alarmed(NOTE);
    let file = script.path(".local/state/axtok/told.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for (text, words) in [
        ("{", "due tokens are not reported: line 1 of the list of reports is invalid; fix it, or"),
        ("{\"version\":2}", "a newer axtok"),
    ] {
        fs::write(&file, text).unwrap();
        let ran = script.run(&["review"]).ends(0).says(words);
        ran.says("told.json");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    assert_eq!(notes(&script), "");
}

/// A review that has printed its report.
fn reviewing(script: &Script) -> Child {
    let mut command = script.command(&["review"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    child
}

#[test]
fn two_processes_report_a_token_once() {
    let script = alarmed("echo begun >> \"$NOTES\"; read -r go < \"$0.pipe\"");
    let pipe = script.path("page.pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let first = reviewing(&script);
    wait_for_notes(&script, 1);
    let others = [reviewing(&script), reviewing(&script)];
    // Opening the pipe waits for its reader.
    fs::write(&pipe, "go\n").unwrap();
    for child in std::iter::once(first).chain(others) {
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0));
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    }
    assert_eq!(notes(&script), "begun\n");
}

#[test]
fn settings_that_others_can_write_run_nothing() {
    let script = alarmed(NOTE);
    let settings = script.path(".config/axtok/settings.toml");
    fs::set_permissions(&settings, fs::Permissions::from_mode(0o666)).unwrap();
    let ran: Ran = script.run(&["review"]).ends(2);
    ran.says("others can write it and so make you run their commands");
    assert_eq!(notes(&script), "");
}

/// The screens of this script.
fn screens(script: &Script, args: &[&str]) -> Pty {
    let env = script.env();
    let env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    Pty::start_in(args, script.home.path(), &env)
}

#[test]
fn the_screens_report_tokens_too() {
    let script = alarmed(NOTE);
    let mut pty = screens(&script, &[]);
    pty.see("soon");
    wait_for_notes(&script, 1);
    let shown = pty.send("\u{12}").see("soon");
    assert!(!shown.contains("noise") && !shown.contains("not reported"), "{shown}");
    pty.send("q").ends();
    script.run(&["review"]).ends(0);
    assert_eq!(notes(&script), "id-soon\n");
}

#[test]
fn the_screens_say_what_failed() {
    let script = alarmed("echo 'no route' >&2; exit 1");
    let mut pty = screens(&script, &[]);
    pty.see("1 due token was not reported (soon)");
    pty.see("tries again");
    pty.send("q").ends();
}

#[test]
fn the_demo_reports_nothing() {
    let script = alarmed(NOTE);
    let mut pty = screens(&script, &["--demo"]);
    // The list of tokens and that of organisations.
    pty.see("ci-ingest-edge");
    pty.see("Acme Inc (acme-4x1k)");
    pty.send("q").ends();
    assert_eq!(notes(&script), "");
}
