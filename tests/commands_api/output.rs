//! Standard output: complete on every kind of pipe, and valid however a command ends.

use std::{
    io::{PipeReader, Read as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::ioctl_fionread,
};

use crate::script::{ACME, Ran, Script};

/// A pipe with a non-blocking end for writing.
fn nonblocking() -> (PipeReader, std::io::PipeWriter) {
    let (reader, writer) = std::io::pipe().unwrap();
    let flags = fcntl_getfl(&writer).unwrap();
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
    (reader, writer)
}

/// Reads all of a program's output, but only once the pipe is full.
fn read_late(mut reader: PipeReader, child: &mut std::process::Child) -> String {
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut before = 0;
    let mut since = Instant::now();
    // Full: nothing has been written for a while, or the program has ended.
    while child.try_wait().unwrap().is_none() {
        let there = ioctl_fionread(&reader).unwrap();
        if there != before {
            (before, since) = (there, Instant::now());
        }
        if there > 0 && since.elapsed() > Duration::from_millis(300) {
            break;
        }
        assert!(Instant::now() < deadline, "the program writes nothing");
        std::thread::yield_now();
    }
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_non_blocking_output_receives_everything() {
    let script = Script::serving("[[org]]\nid = 'a'\nname = 'A'\n[generate]\ntokens = 3000\n");
    for args in [
        &["tokens", "list", "--json"][..],
        &["tokens", "list"],
        &["tokens", "list", "--ids"],
        &["review", "--json"],
    ] {
        let usual = script.run(args).ends(0).out;
        assert!(usual.len() > 100_000, "{args:?}: no more than fits into a pipe");
        let (reader, writer) = nonblocking();
        let mut command = script.command(args);
        let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        // The command holds an end for writing, too.
        drop(command);
        let text = read_late(reader, &mut child);
        let ended = child.wait_with_output().unwrap();
        let printed = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(0), "{args:?}: {printed}");
        assert!(text == usual, "{args:?}: {} bytes of {}", text.len(), usual.len());
    }
}

#[test]
fn plain_mode_also_waits_for_its_output() {
    let token = |n: usize| {
        let dataset = "dataset = { prod-web = [\"ingest:create\"] }";
        format!("[[org.token]]\nid = 'late-{n}'\nname = 't'\nexpires = '3d'\n{dataset}\n")
    };
    let script = Script::serving(&(ACME.to_owned() + &(0..1500).map(token).collect::<String>()));
    let (reader, writer) = nonblocking();
    let mut command = script.command(&["--plain-ui"]);
    let mut child = command.stdin(Stdio::piped()).stdout(writer).spawn().unwrap();
    drop(command);
    std::io::Write::write_all(
        &mut child.stdin.take().unwrap(),
        ("1\n\n".to_owned() + &"more\n".repeat(80)).as_bytes(),
    )
    .unwrap();
    let text = read_late(reader, &mut child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(text.contains("1505 of 1505 tokens."), "{} bytes", text.len());
}

#[test]
fn a_failure_is_also_one_json_value() {
    let script = Script::with("[[fault]]\nroute = 'GET /v2/datasets'\nstatus = 403\n");
    let there = script.path("there");
    std::fs::write(&there, "").unwrap();
    let create = ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create", "--json"];
    let existing = [&create[..], &["--secret-file", there.to_str().unwrap()]].concat();
    let read_only = [&create[..], &["--read-only"]].concat();
    for (args, status, outcome) in [
        (&["datasets", "list", "--json"][..], 4, "refused"),
        (&["tokens", "show", "nobody", "--json"], 5, "notFound"),
        (&["tokens", "list", "type:", "--json"], 2, "usage"),
        (&["tokens", "list", "--json", "--expiring-within", "soon"], 2, "usage"),
        (&["tokens", "list", "--json", "--deployment", "nowhere"], 2, "usage"),
        // Errors of the command-line parser.
        (&["tokens", "show", "--json"], 2, "usage"),
        (&["tokens", "list", "--json", "--no-such-thing"], 2, "usage"),
        (&["tokens", "create", "x", "--json"], 2, "usage"),
        (&["tokens", "create", "x", "--json", "--dry-run", "--from", "/nowhere"], 2, "usage"),
        (&["tokens", "delete", "soon", "--json"], 2, "usage"),
        (&["personal", "delete", "nobody", "--yes", "--json"], 5, "notFound"),
        (&["review", "--json", "--token", "nobody"], 5, "notFound"),
        (&existing, 2, "usage"),
        (&read_only, 4, "refused"),
    ] {
        let ran = script.run(args).ends(status);
        let error = ran.json()["error"].clone();
        assert_eq!((&error["status"], &error["outcome"]), (&status.into(), &outcome.into()));
        // The same message is on standard error.
        let message = error["message"].as_str().unwrap().to_owned();
        let first = message.split([':', '\n']).next().unwrap();
        assert!(!first.is_empty() && ran.err.contains(first), "{args:?}: {ran:#?}");
    }
    // Without `--json` there is only the message.
    assert_eq!(script.run(&["datasets", "list"]).ends(4).out, "");
    let after = ["tokens", "show", "--", "--json"];
    assert_eq!(script.run(&after).ends(5).out, "", "after -- this is a name");
    let signed_out = Script::with("").signed_in_with("");
    let ran = signed_out.run(&["tokens", "list", "--json"]).ends(3);
    assert_eq!(ran.json()["error"]["outcome"], "notSignedIn");
}

#[test]
fn a_wrong_address_is_a_usage_error() {
    let script = Script::with("");
    for url in ["api.axiom.co", "http://axiom.test", "https://", "https://a b", "ftp://a"] {
        for args in [&["tokens", "list", "--json"][..], &["orgs", "list", "--json"]] {
            let mut command: Command = script.command(args);
            command.env("AXIOM_URL", url);
            let ran = Ran::fed(command, "").ends(2);
            assert_eq!(ran.json()["error"]["status"], 2, "{url}");
        }
        let mut plain = script.command(&["--plain-ui"]);
        plain.env("AXIOM_URL", url);
        Ran::fed(plain, "").ends(2);
    }
}
