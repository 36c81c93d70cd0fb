//! Broken files and environment variables: a value that is set but cannot be read is an error with
//! its reason, and never treated as unset.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// Longer than any of these commands takes; a hang fails the test.
const PATIENCE: Duration = Duration::from_secs(40);

const LOCKED: &str = "read-only = \"locked\"\n";

/// The program with its own home directory and no other environment.
fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap())
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end. One that hangs is killed and fails the test.
fn run(command: &mut Command) -> Output {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    ended.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        panic!("{command:?} hangs");
    })
}

fn axtok(home: &Path, args: &[&str]) -> Output {
    run(&mut command(home, args))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn stderr(output: &Output) -> String {
    text(&output.stderr)
}

/// A home directory with an empty settings folder.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(home.settings().parent().unwrap()).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn settings(&self) -> PathBuf {
        self.path().join(".config/axtok/settings.toml")
    }

    fn cli(&self) -> PathBuf {
        self.path().join(".axiom.toml")
    }

    fn write_settings(&self, text: &str) {
        fs::write(self.settings(), text).unwrap();
    }
}

fn mkfifo(file: &Path) {
    assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
}

/// A name, how to create the file, and a part of the error message.
type BadFile = (&'static str, fn(&Path), &'static str);

/// Everything that can be at a path instead of a readable text file.
fn bad_files() -> Vec<BadFile> {
    vec![
        ("dangling", |at| symlink("/nowhere/settings", at).unwrap(), "link to something that"),
        ("loop", |at| symlink(at, at).unwrap(), "cannot be read"),
        ("folder", |at| fs::create_dir(at).unwrap(), "folder"),
        ("pipe", mkfifo, "pipe"),
        ("socket", |at| drop(UnixListener::bind(at).unwrap()), "socket"),
        ("device", |at| symlink("/dev/zero", at).unwrap(), "device"),
        (
            "utf-16",
            |at| {
                let text = "read-only = true\n".encode_utf16().flat_map(u16::to_le_bytes);
                fs::write(at, [0xff, 0xfe].into_iter().chain(text).collect::<Vec<_>>()).unwrap();
            },
            "UTF-16",
        ),
        ("latin-1", |at| fs::write(at, b"# caf\xe9\n").unwrap(), "UTF-8"),
    ]
}

#[test]
fn unreadable_settings_are_an_error_and_never_lift_a_lock() {
    for (kind, make, words) in bad_files() {
        let home = Home::new();
        make(&home.settings());
        for args in [&["config", "show"][..], &["tokens", "list"], &["tokens", "delete", "x"]] {
            let output = axtok(home.path(), args);
            let stderr = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{kind} {args:?}: {stderr}");
            assert!(stderr.contains(words) && stderr.contains("settings.toml"), "{kind}: {stderr}");
        }
        let doctor = axtok(home.path(), &["doctor", "--offline"]);
        assert_eq!(doctor.status.code(), Some(1), "{kind}");
        assert!(text(&doctor.stdout).contains(words), "{kind}: {}", text(&doctor.stdout));
    }
}

#[test]
fn a_dangling_link_as_settings_folder_is_an_error() {
    for below in [".config/axtok", ".config"] {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(below);
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        symlink("/nowhere/config", &folder).unwrap();
        let output = axtok(home.path(), &["config", "show"]);
        assert_eq!(output.status.code(), Some(2), "{below}");
        assert!(stderr(&output).contains("link to something that"), "{}", stderr(&output));
    }
    // Without any file the defaults are used. A link to an existing folder is followed.
    let home = tempfile::tempdir().unwrap();
    assert!(axtok(home.path(), &["config", "show"]).status.success());
    fs::create_dir_all(home.path().join("dotfiles")).unwrap();
    fs::write(home.path().join("dotfiles/settings.toml"), LOCKED).unwrap();
    fs::create_dir(home.path().join(".config")).unwrap();
    symlink(home.path().join("dotfiles"), home.path().join(".config/axtok")).unwrap();
    let shown = axtok(home.path(), &["config", "show"]);
    assert!(text(&shown.stdout).contains("read-only = \"locked\""));
}

#[test]
fn an_invalid_variable_is_an_error_and_not_treated_as_unset() {
    let home = Home::new();
    home.write_settings("[deployments.prod]\ntoken-command = ['echo', 'xaat-1']\n");
    for name in ["AXIOM_DEPLOYMENT", "AXIOM_URL", "AXIOM_ORG_ID", "AXIOM_TOKEN"] {
        for value in [&b"staging\xff"[..], b"stag\x1bing"] {
            for args in [&["tokens", "list"][..], &["config", "show"]] {
                let mut command = command(home.path(), args);
                let output = run(command.env(name, OsStr::from_bytes(value)));
                let stderr = stderr(&output);
                assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
                assert!(stderr.contains(name) && !stderr.contains("stag"), "{stderr}");
            }
        }
    }
}

#[test]
fn an_unreadable_axiom_cli_file_is_reported() {
    let mut cases = bad_files();
    cases.push(("broken", |at| fs::write(at, "[deployments\n").unwrap(), "correct it by hand"));
    for (kind, make, words) in cases {
        let home = Home::new();
        make(&home.cli());
        let output = axtok(home.path(), &["tokens", "list"]);
        let stderr = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{kind}: {stderr}");
        assert!(stderr.contains(words) && stderr.contains(".axiom.toml"), "{kind}: {stderr}");
    }
}

#[test]
fn unreadable_drafts_and_scenarios_are_an_error() {
    for (kind, make, words) in bad_files() {
        let home = Home::new();
        let file = home.path().join("file");
        make(&file);
        let at = file.to_str().unwrap();
        // A pipe is allowed: another process may write the draft.
        if kind == "pipe" {
            continue;
        }
        for args in
            [&["simulate", "--scenario", at][..], &["tokens", "create", "--from", at, "--demo"]]
        {
            let output = axtok(home.path(), args);
            let stderr = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{kind} {args:?}: {stderr}");
            assert!(stderr.contains(words), "{kind} {args:?}: {stderr}");
        }
    }
}

#[test]
fn reading_from_a_pipe_works_and_times_out() {
    let home = Home::new();
    let script = "exec \"$0\" tokens create --demo --dry-run --json --from <(cat \"$1\")";
    let draft = home.path().join("draft");
    fs::write(&draft, "\u{feff}{\"name\":\"ci\",\"description\":\"x\",\"orgCapabilities\":{\"users\":[\"read\"]}}")
        .unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", script, env!("CARGO_BIN_EXE_axtok")]).arg(&draft);
    let output = run(bash.env("HOME", home.path()).env_remove("AXIOM_TOKEN"));
    assert!(output.status.success(), "{}", stderr(&output));

    let pipe = home.path().join("pipe");
    mkfifo(&pipe);
    fs::set_permissions(&pipe, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let url = "url = 'http://127.0.0.1:9'";
    home.write_settings(&format!("[deployments.a]\n{url}\ntoken-file = {pipe:?}\n"));
    let output = axtok(home.path(), &["tokens", "list"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("no data arrived from"), "{}", stderr(&output));
}

#[test]
fn a_huge_file_is_refused_without_reading_it() {
    let home = Home::new();
    let token = home.path().join("token");
    let file = fs::File::create(&token).unwrap();
    file.set_len(3 << 30).unwrap();
    fs::set_permissions(&token, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    home.write_settings(&format!("[deployments.a]\ntoken-file = {token:?}\n"));
    // The memory limit would be exceeded by reading the file.
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -v 1500000; exec \"$0\" tokens list"]);
    let output = run(limited.arg(env!("CARGO_BIN_EXE_axtok")).env("HOME", home.path()));
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("larger than"), "{}", stderr(&output));
    for file in [home.settings(), home.cli()] {
        let file = fs::File::create(file).unwrap();
        file.set_len(3 << 30).unwrap();
    }
    let output = axtok(home.path(), &["config", "show"]);
    assert!(stderr(&output).contains("larger than"), "{}", stderr(&output));
}

#[test]
fn a_byte_order_mark_is_ignored() {
    let home = Home::new();
    home.write_settings(&format!("\u{feff}{LOCKED}"));
    let shown = axtok(home.path(), &["config", "show"]);
    assert!(text(&shown.stdout).contains("read-only = \"locked\""), "{}", stderr(&shown));
}

#[test]
fn manual_pages_are_not_written_through_a_link() {
    let home = Home::new();
    let (pages, theirs) = (home.path().join("man"), home.path().join("theirs"));
    let at = pages.to_str().unwrap();
    assert!(axtok(home.path(), &["man", "--dir", at]).status.success());
    let page = pages.join("axtok-tokens-list.1");
    let text = fs::read_to_string(&page).unwrap();
    // An old page is replaced; another hard link to it keeps its content.
    fs::write(&page, "old").unwrap();
    fs::hard_link(&page, &theirs).unwrap();
    assert!(axtok(home.path(), &["man", "--dir", at]).status.success());
    assert_eq!(fs::read_to_string(&page).unwrap(), text);
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "old");

    fs::remove_file(&page).unwrap();
    symlink(&theirs, &page).unwrap();
    let refused = axtok(home.path(), &["man", "--dir", at]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("axtok-tokens-list.1"), "{}", stderr(&refused));
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "old");
}

#[test]
fn a_leftover_next_to_the_axiom_cli_file_is_removed_on_start() {
    let home = Home::new();
    let left = home.path().join(".axiom.toml.axtok-new");
    fs::write(&left, "[deployments.prod]\ntoken = 'xaat-canary'\n").unwrap();
    assert!(axtok(home.path(), &["config", "show"]).status.success());
    assert!(!left.exists());
}

#[test]
fn the_folder_for_undelivered_secrets_is_checked_before_sending() {
    let home = Home::new();
    let state = home.path().join(".local/state/axtok");
    fs::create_dir_all(&state).unwrap();
    fs::write(state.join("undelivered"), "in the way").unwrap();
    let args = [
        "tokens",
        "create",
        "--demo",
        "x",
        "--org",
        "users:read",
        "--description",
        "for the tests",
        "--secret-command",
        "false",
    ];
    let output = axtok(home.path(), &args);
    let stderr = stderr(&output);
    let at = |words: &str| stderr.find(words).unwrap_or_else(|| panic!("no {words:?} in {stderr}"));
    let beforehand = "if the delivery of the secret fails, the secret will be lost";
    assert!(at(beforehand) < at("the secret is lost"), "{stderr}");
    assert!(!stderr.contains("still here"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_program_in_the_working_directory_is_not_run() {
    let home = Home::new();
    let script = format!("#!/bin/sh\ntouch {}\necho xaat-1\n", home.path().join("ran").display());
    for name in ["my-token", "my-store"] {
        fs::write(home.path().join(name), &script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(home.path().join(name), mode).unwrap();
    }
    home.write_settings(
        "[deployments.a]\nurl = 'http://127.0.0.1:9'\ntoken-command = ['my-token']\n",
    );
    let create =
        ["tokens", "create", "--demo", "x", "--org", "users:read", "--secret-command", "my-store"];
    for path in ["", ".", ":/usr/bin:/bin", "/usr/bin:/bin:", "/usr/bin:.:/bin", "./"] {
        for args in [&["tokens", "list"][..], &create] {
            let mut command = command(home.path(), args);
            let output = run(command.env("PATH", path).current_dir(home.path()));
            assert!(stderr(&output).contains("was not found"), "{path:?}: {}", stderr(&output));
            assert!(!home.path().join("ran").exists(), "{path:?} {args:?}");
        }
    }
}

/// Tokens with surrounding text that people copy along, from each source of a token.
#[test]
fn a_token_is_cleaned_or_refused_before_it_is_sent() {
    let home = Home::new();
    let file = home.path().join("token");
    let cases: [(&str, Result<&str, &str>); 12] = [
        ("\u{feff}T\r\n", Ok("credential   API token")),
        ("\"T\"", Ok("credential   API token")),
        ("'T'", Ok("credential   API token")),
        ("Bearer T", Ok("credential   API token")),
        ("export AXIOM_TOKEN=T", Ok("credential   API token")),
        ("\u{200b}T\u{200b}", Ok("credential   API token")),
        ("xaapt-0123-canary", Ok("credential   personal token")),
        ("\"T", Err("a quotation mark at one end")),
        ("T T", Err("white space")),
        ("T\nT", Err("2 lines")),
        ("$AXIOM_TOKEN", Err("the name of a variable")),
        ("T\u{fc}", Err("no token has")),
    ];
    for (pasted, wanted) in cases {
        let pasted = pasted
            .replace("AXIOM_TOKEN", "@")
            .replace('T', "xaat-0123-canary")
            .replace('@', "AXIOM_TOKEN");
        fs::write(&file, &pasted).unwrap();
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let sources = [
            Some(format!("token-file = {file:?}")),
            Some(format!("token-command = ['cat', {file:?}]")),
            None,
        ];
        for source in sources {
            let mut doctor = command(home.path(), &["doctor", "--offline"]);
            if let Some(source) = &source {
                home.write_settings(&format!("[deployments.a]\n{source}\n"));
            } else {
                let _ = fs::remove_file(home.settings());
                doctor.env("AXIOM_TOKEN", &pasted);
            }
            let shown = text(&run(&mut doctor).stdout);
            let words = wanted.unwrap_or_else(|why| why);
            assert!(shown.contains(words), "{pasted:?} {source:?}: {shown}");
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}

/// Control characters that a terminal acts on, and bidirectional controls that reorder the line.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_external_text_reaches_the_terminal_as_a_control_sequence() {
    let bad = "x\u{1b}]0;own\u{7}\u{9b}2J\u{202e}y\u{7f}";
    let key = "\"x\\u001b]0;own\\u0007\\u009b2J\\u202ey\\u007f\"";
    let home = Home::new();
    let scenario = home.path().join("scenario.toml");
    fs::write(&scenario, format!("[{key}]\n{key} = 1\n")).unwrap();
    fs::create_dir(home.path().join(bad)).unwrap();
    let path = home.path().join(bad);
    let path = path.to_str().unwrap();
    let settings = [
        format!("{key} = 1\n"),
        format!("deployment = {key}\n"),
        format!("[keys.{key}]\nnew = ['N']\n"),
        format!("[keys.tokens]\n{key} = ['N']\n"),
        format!("[keys.tokens]\nnew = [{key}]\n"),
        format!("theme = {key}\n"),
        format!("[deployments.{key}]\nurl = {key}\norg-id = {key}\ntoken-command = [{key}]\n"),
        format!("[deployments.{key}]\ntoken-file = {:?}\n", "/nowhere/x")
            .replace("/nowhere/x", "/nowhere/\\u001b[2J"),
        format!("[deployments.a]\nread-only = 'locked'\n[deployments.{key}]\n{key} = 1\n"),
    ];
    let args: [&[&str]; 9] = [
        &["config", "show"],
        &["config", "keys"],
        &["doctor", "--offline"],
        &["doctor", "--offline", "--json"],
        &["tokens", "list"],
        &["tokens", "list", "--deployment", bad],
        &["simulate", "--scenario", scenario.to_str().unwrap()],
        &["simulate", "--scenario", path],
        &["tokens", "create", "--demo", "x", "--from", path],
    ];
    for settings in &settings {
        home.write_settings(settings);
        for args in args {
            let output = axtok(home.path(), args);
            for shown in [text(&output.stdout), stderr(&output)] {
                assert!(!shown.contains(is_harmful), "{settings:?} {args:?}: {shown:?}");
            }
        }
    }
    fs::remove_file(home.settings()).unwrap();
    for name in ["AXIOM_DEPLOYMENT", "AXIOM_URL", "AXIOM_ORG_ID"] {
        let bidi = "x\u{202e}y\u{2066}";
        for args in [&["doctor", "--offline"][..], &["tokens", "list"], &["config", "show"]] {
            let mut command = command(home.path(), args);
            let output = run(command.env(name, bidi).env("AXIOM_TOKEN", "xaat-1"));
            for shown in [text(&output.stdout), stderr(&output)] {
                assert!(!shown.contains(is_harmful), "{name} {args:?}: {shown:?}");
            }
        }
    }
}

#[test]
fn a_misplaced_token_is_not_printed() {
    for token in ["xaat-canary-0123", "XAPT-canary", "xaapt-0123canary"] {
        for name in ["AXIOM_URL", "AXIOM_DEPLOYMENT", "AXIOM_ORG_ID"] {
            for args in [
                &["config", "show"][..],
                &["doctor", "--offline"],
                &["doctor", "--offline", "--json"],
                &["tokens", "list"],
            ] {
                let home = Home::new();
                home.write_settings("[deployments.a]\ntoken-command = ['echo', 'xaat-1']\n");
                let mut command = command(home.path(), args);
                let output = run(command.env(name, token).env("HTTPS_PROXY", "http://127.0.0.1:9"));
                let shown = text(&output.stdout) + &stderr(&output);
                assert!(!shown.contains("canary"), "{name} {args:?}: {shown}");
            }
        }
        let home = Home::new();
        for member in ["url", "org-id", "token-file", "theme", "read-only"] {
            home.write_settings(&format!("[deployments.a]\n{member} = '{token}'\n"));
            let output = axtok(home.path(), &["tokens", "list"]);
            assert!(!stderr(&output).contains("canary"), "{}", stderr(&output));
        }
        fs::remove_file(home.settings()).unwrap();
        let output = axtok(home.path(), &["tokens", "list", "--deployment", token]);
        assert!(!stderr(&output).contains("canary"), "{}", stderr(&output));
    }
    let home = Home::new();
    home.write_settings(
        "[deployments.a]\nurl = 'https://jo:canary@api.example.test/x'\ntoken-command = ['true']\n",
    );
    for args in [&["config", "show"][..], &["doctor", "--offline"], &["tokens", "list"]] {
        let output = axtok(home.path(), args);
        let shown = text(&output.stdout) + &stderr(&output);
        assert!(!shown.contains("canary"), "{args:?}: {shown}");
    }
    let shown = text(&axtok(home.path(), &["config", "show"]).stdout);
    assert!(shown.contains("https://…@api.example.test/x"), "{shown}");
}
