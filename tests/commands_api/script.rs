//! The environment of a script: a home directory, a server, and runs of the program.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::simulate::Simulate;

/// An organisation that is the same in every run.
pub const ACME: &str = r#"
seed = 1
[user]
id = "usr_1"
name = "Jo"
email = "jo@acme.test"
[[org]]
id = "acme"
name = "Acme"
[org.datasets.events]
prod-api = "Requests."
prod-web = "Browsers."
[[org.token]]
id = "id-forever"
name = "forever"
description = "Reads everything."
dataset = { "*" = ["query:read"], prod-api = ["ingest:create", "data:*"] }
org = ["users:read"]
[[org.token]]
id = "id-old"
name = "old"
expires = "2020-01-02T03:04:05Z"
dataset = { prod-web = ["ingest:create"] }
[[org.token]]
id = "id-twin-1"
name = "twin"
expires = "3d"
dataset = { prod-web = ["ingest:create"] }
[[org.token]]
id = "id-twin-2"
name = "twin"
expires = "200d"
dataset = { prod-web = ["ingest:create"] }
[[org.token]]
id = "id-soon"
name = "soon"
expires = "5d"
dataset = { prod-api = ["query:read"] }
"#;

/// A home directory and a server.
pub struct Script {
    pub home: TempDir,
    pub server: Simulate,
    token: String,
}

impl Script {
    /// The usual organisation with these faults.
    pub fn with(faults: &str) -> Self {
        Self::serving(&(ACME.to_owned() + faults))
    }

    pub fn serving(scenario: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let server = Simulate::start(home.path(), scenario);
        let token = server.token.clone();
        Self { home, server, token }
    }

    /// Signed in with another token.
    pub fn signed_in_with(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The program, ready to run, with nothing on its standard input.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"));
        command.args(args).env_clear().stdin(Stdio::null());
        for (name, value) in self.env() {
            command.env(name, value);
        }
        command
    }

    pub fn env(&self) -> Vec<(String, String)> {
        let mut env: Vec<_> =
            self.server.env().iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        env.retain(|(name, _)| name != "AXIOM_TOKEN");
        env.push(("AXIOM_TOKEN".to_owned(), self.token.clone()));
        env.push(("HOME".to_owned(), self.home.path().to_str().unwrap().to_owned()));
        env.push(("PATH".to_owned(), std::env::var("PATH").unwrap()));
        env
    }

    /// A `PATH` in which the program is found as `axtok`.
    pub fn with_program_in_path(&self) -> String {
        let bin = self.path("bin");
        fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_axtok"), bin.join("axtok")).unwrap();
        format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&self.command(args).output().unwrap())
    }

    /// Runs the program with this text on its standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        Ran::fed(self.command(args), input)
    }

    /// The journal's text.
    pub fn journal(&self) -> String {
        let file = self.path(".local/state/axtok/journal.jsonl");
        fs::read_to_string(file).unwrap_or_default()
    }
}

/// The exit status and output of a run.
#[derive(Debug)]
pub struct Ran {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Runs a command with this text on its standard input.
    pub fn fed(mut command: Command, input: &str) -> Self {
        let (out, err) = (Stdio::piped(), Stdio::piped());
        let mut child = command.stdin(Stdio::piped()).stdout(out).stderr(err).spawn().unwrap();
        // The program may have ended without reading.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Self::of(&child.wait_with_output().unwrap())
    }

    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Asserts the exit status.
    #[track_caller]
    pub fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    /// Asserts that standard error contains this text.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        // The text may be wrapped anywhere.
        let err = self.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(err.contains(words), "{words:?} is not in {self:#?}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:#?}"))
    }

    /// The `name` of each element of an array.
    #[track_caller]
    pub fn names(&self) -> Vec<String> {
        let value = self.json();
        let name = |v: &Value| v["name"].as_str().unwrap().to_owned();
        value.as_array().unwrap().iter().map(name).collect()
    }
}

/// Compares a text with a snapshot in `tests/snapshots`.
pub fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), text));
}

/// Indented JSON with a newline at the end.
pub fn readable(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap();
    text.push('\n');
    text
}
