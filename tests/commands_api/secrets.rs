//! Where secrets go, and where they must not.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{pty::Pty, script::Script};

const CREATE: [&str; 5] = ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create"];

/// Writes a shell script into a folder; returns its path.
fn program(folder: &Path, name: &str, script: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn terminal(script: &Script, args: &[&str]) -> Pty {
    let env = script.env();
    let env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    Pty::start_in(args, script.home.path(), &env)
}

#[test]
fn a_terminal_receives_no_secret_unless_requested() {
    let script = Script::with("");
    let mut pty = terminal(&script, &CREATE);
    assert_eq!(pty.ends().exit_code(), 2);
    let printed = pty.screen.screen().contents();
    assert!(
        printed.contains("--secret-file FILE") && printed.contains("--show-secret"),
        "{printed}"
    );
    assert_eq!(script.server.ids().len(), 5, "a request was sent");

    let mut pty = terminal(&script, &[&CREATE[..], &["--show-secret"]].concat());
    assert_eq!(pty.ends().exit_code(), 0);
    assert!(pty.screen.screen().contents().contains("xaat-"));

    let file = script.path("new").to_str().unwrap().to_owned();
    let mut pty = terminal(&script, &[&CREATE[..], &["--secret-file", &file]].concat());
    assert_eq!(pty.ends().exit_code(), 0);
    let bytes = String::from_utf8_lossy(&pty.bytes).into_owned();
    assert!(!bytes.contains("xaat-"), "{bytes}");
    assert!(fs::read_to_string(&file).unwrap().starts_with("xaat-"));
}

#[test]
fn tables_fit_the_terminal_and_colour_is_optional() {
    let script = Script::with("");
    let mut pty = terminal(&script, &["tokens", "list"]);
    assert_eq!(pty.ends().exit_code(), 0);
    let text = String::from_utf8_lossy(&pty.bytes).into_owned();
    assert!(text.contains("\x1b[31mexpired "), "{text}");
    assert_eq!(pty.screen.screen().contents().trim_end().lines().count(), 6, "a line is wrapped");
    let mut env = script.env();
    env.push(("NO_COLOR".to_owned(), "1".to_owned()));
    let env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let mut pty = Pty::start_in(&["tokens", "list"], script.home.path(), &env);
    assert_eq!(pty.ends().exit_code(), 0);
    assert!(!pty.bytes.contains(&0x1b));
    let mut pty = terminal(&script, &["tokens", "list", "--json"]);
    assert_eq!(pty.ends().exit_code(), 0);
    assert!(!pty.bytes.contains(&0x1b));
}

#[test]
fn deleting_in_a_terminal_asks_first() {
    let script = Script::with("");
    let mut pty = terminal(&script, &["tokens", "delete", "old"]);
    pty.see("or old to continue");
    pty.send("no\r");
    assert_eq!(pty.ends().exit_code(), 1);
    assert_eq!(script.server.ids().len(), 5);
    let mut pty = terminal(&script, &["tokens", "delete", "old", "soon"]);
    pty.see("id-soon");
    pty.see("Type 2 to continue");
    pty.send("2\r");
    assert_eq!(pty.ends().exit_code(), 0);
    assert_eq!(script.server.ids().len(), 3);
    let mut pty =
        terminal(&script, &["tokens", "regenerate", "forever", "--grace", "now", "--show-secret"]);
    pty.see("Type end 1 now to continue");
    pty.send("\x03");
    pty.ends();
    assert_eq!(script.server.ids().len(), 3);
}

#[test]
fn a_destination_is_checked_before_anything_is_sent() {
    let script = Script::with("");
    let there = script.path("there");
    fs::write(&there, "").unwrap();
    let there = there.to_str().unwrap();
    for (args, words) in [
        (&["--secret-file", there][..], "already exists and is never overwritten"),
        (&["--secret-file", "/nowhere/x"], "the folder /nowhere does not exist"),
        (&["--secret-command", "no-such-program-here x"], "was not found"),
        (&["--secret-command", "cat | tee x"], "a pipe"),
        (&["--secret-file", "{id}"], "needs an old token"),
    ] {
        script.run(&[&CREATE[..], args].concat()).ends(2).says(words);
    }
    let mut nowhere = script.command(&CREATE);
    let ran = nowhere.stdout(Stdio::null()).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8(ran.stderr).unwrap().contains("/dev/null"));
    let files = ["tokens", "regenerate", "soon", "forever", "--secret-file", "/tmp/x"];
    script.run(&files).ends(2).says("add {id} to the name");
    assert_eq!(script.server.ids().len(), 5, "a request was sent");
}

#[test]
fn a_command_receives_each_secret_with_its_name_and_id() {
    let script = Script::with("");
    let vault = script.path("vault");
    fs::create_dir(&vault).unwrap();
    let keep = format!(
        "cat > {}/$AXTOK_TOKEN_NAME; echo $AXTOK_TOKEN_ID >> {0}/ids; env > {0}/env; tr '\\0' ' ' \
         < /proc/$PPID/cmdline > {0}/argv",
        vault.display()
    );
    let keep = program(script.home.path(), "keep", &keep);
    let args = ["tokens", "regenerate", "soon", "forever", "--secret-command", &keep, "--json"];
    let ran = script.run(&args).ends(0);
    let ids: Vec<_> = ran
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap().to_owned())
        .collect();
    let listed = fs::read_to_string(vault.join("ids")).unwrap();
    assert_eq!(listed.lines().collect::<Vec<_>>(), ids);
    for name in ["soon", "forever"] {
        let secret = fs::read_to_string(vault.join(name)).unwrap();
        assert!(secret.starts_with("xaat-"));
        for (what, text) in [
            ("output", ran.out.as_str()),
            ("messages", ran.err.as_str()),
            ("environment", &fs::read_to_string(vault.join("env")).unwrap()),
            ("arguments", &fs::read_to_string(vault.join("argv")).unwrap()),
            ("journal", &script.journal()),
        ] {
            assert!(!text.contains(secret.trim()), "the secret is in the {what}: {text}");
        }
    }
    assert!(
        !fs::read_to_string(vault.join("env")).unwrap().contains("xapt-"),
        "the command received our credential"
    );
    assert_eq!(script.journal().matches("\"delivered\"").count(), 2, "{}", script.journal());
}

#[test]
fn each_secret_gets_a_file_of_its_own() {
    let script = Script::with("");
    let path = script.path("new-{id}").to_str().unwrap().to_owned();
    script.run(&["tokens", "regenerate", "soon", "forever", "--secret-file", &path]).ends(0);
    for id in ["id-soon", "id-forever"] {
        let file = script.path(&format!("new-{id}"));
        assert!(fs::read_to_string(&file).unwrap().starts_with("xaat-"));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn an_undelivered_secret_is_kept() {
    let script = Script::with("");
    let refuse = program(script.home.path(), "refuse", "cat > /dev/null; exit 3");
    let ran = script.run(&[&CREATE[..], &["--secret-command", &refuse]].concat()).ends(1);
    let folder = script.path(".local/state/axtok/undelivered");
    let kept: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    assert!(fs::read_to_string(&kept[0]).unwrap().starts_with("xaat-"));
    assert_eq!(fs::metadata(&kept[0]).unwrap().permissions().mode() & 0o777, 0o600);
    let ran = ran.says("exit 3").says("which only you can read");
    assert!(!ran.err.contains("xaat-") && ran.out.is_empty(), "{ran:?}");
    assert!(
        !script.journal().contains("\"delivered\""),
        "the entry must stay open for the next start"
    );

    // The reader of the output is gone.
    for json in [&[][..], &["--json"]] {
        let args = [&CREATE[..], json].concat();
        let mut child =
            script.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        let printed = String::from_utf8(ended.stderr).unwrap();
        assert!(
            printed.contains("standard output is closed") && !printed.contains("xaat-"),
            "{printed}"
        );
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
}

#[test]
fn a_signal_waits_for_the_delivery_and_stops_further_changes() {
    let script = Script::with("");
    // Receives the secret, then waits for permission to exit.
    let hold = "cat > vault; mkfifo go; : > begun; read x < go; :";
    let hold = program(script.home.path(), "hold", hold);
    let args = ["tokens", "regenerate", "soon", "forever", "--secret-command", &hold];
    let mut command = script.command(&args);
    let child = command.current_dir(script.home.path()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !script.path("begun").exists() {
        assert!(Instant::now() < deadline, "the command did not start");
        std::thread::yield_now();
    }
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    // Opening the pipe waits for its reader.
    fs::write(script.path("go"), "go\n").unwrap();
    let ended = child.wait_with_output().unwrap();
    let printed = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(130), "{printed}");
    assert!(printed.contains("regenerating forever was not sent"), "{printed}");
    assert!(fs::read_to_string(script.path("vault")).unwrap().starts_with("xaat-"));
    assert_eq!(script.server.ids().len(), 6);
    assert!(script.journal().contains("\"delivered\""));
}

#[test]
fn sigquit_also_waits_for_the_reply() {
    let script = Script::with("[[fault]]\nroute = 'POST /v2/tokens'\nlatency_ms = 1000\n");
    let before = script.server.ids().len();
    let args = ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create"];
    let mut command = script.command(&args);
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while script.server.ids().len() == before {
        assert!(Instant::now() < deadline, "no request was sent");
        std::thread::yield_now();
    }
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::QUIT).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(ended.stdout.starts_with(b"xaat-"));
}

/// Writing to a full pipe blocks the program, and a signal must still end it.
#[test]
fn a_signal_ends_a_command_whose_output_is_not_read() {
    use std::fmt::Write as _;

    let mut scenario = crate::script::ACME.to_owned();
    for n in 0..600 {
        let _ = write!(
            scenario,
            "[[org.token]]\nid = 'id-{n}'\nname = 'many-{n}'\nexpires = '300d'\n\
             dataset = {{ prod-api = ['query:read'] }}\n"
        );
    }
    let script = Script::serving(&scenario);
    let ids: Vec<_> = (0..600).map(|n| format!("id-{n}")).collect();
    let ids = ids.iter().map(String::as_str);
    let args: Vec<_> = ["tokens", "delete", "--yes", "--json"].into_iter().chain(ids).collect();
    let mut child = script.command(&args).stdout(Stdio::piped()).spawn().unwrap();
    // The program writes until the pipe is full.
    let mut left = script.server.ids().len();
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        std::thread::park_timeout(Duration::from_secs(1));
        let now = script.server.ids().len();
        if now == left && now < 600 {
            break;
        }
        assert!(Instant::now() < deadline, "the program is not blocked");
        left = now;
    }
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the program does not end");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn a_clock_difference_is_reported() {
    for (offset, words) in [
        (7200, "this computer's clock is 2 hours behind"),
        (-7200, "this computer's clock is 2 hours ahead"),
    ] {
        let acme = crate::script::ACME;
        let script = Script::serving(&format!("clock_offset_s = {offset}\n{acme}"));
        script.run(&["tokens", "list", "--json"]).ends(0).says(words);
        let args = ["tokens", "create", "ci", "--dataset", "prod-api=ingest:create"];
        script.run(&args).ends(0).says(words);
    }
    let right = Script::with("").run(&["tokens", "list"]).ends(0);
    assert!(!right.err.contains("clock"), "{}", right.err);
}
