//! A server behind a proxy, a folder as the store of secrets, and programs that store, print and
//! check, and can fail in every way.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jiff::{SignedDuration, Timestamp};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    proxy::{self, Proxy},
    simulate::Simulate,
};

/// The tokens that are due.
pub const DUE: [&str; 2] = ["ci-a", "ci-b"];

/// What a run printed, and its exit status; `None` if a signal ended it.
pub struct Ran {
    pub status: Option<i32>,
    pub said: String,
    pub out: String,
}

/// Everything that a rotation touches.
pub struct World {
    folder: tempfile::TempDir,
    pub server: Simulate,
    pub proxy: Proxy,
    /// The ids of the tokens in [`DUE`] before any rotation.
    pub old: Vec<String>,
    pub runs: usize,
    /// Everything that any run said.
    pub said: String,
}

impl World {
    /// A world with two due tokens, whose secrets are in the store, and a rule for them with this
    /// as its last lines.
    pub fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Simulate::start(
            folder.path(),
            "[[org]]\nid = 'acme'\nname = 'Acme'\n[org.datasets.events]\nprod = 'x'\n",
        );
        let store = folder.path().join("store");
        fs::create_dir(&store).unwrap();
        let proxy = Proxy::start(&server.url, &store);
        let mut world =
            Self { folder, server, proxy, old: Vec::new(), runs: 0, said: String::new() };
        world.write_programs();
        world.plan(more);
        for name in DUE {
            let id = world.create(name);
            world.old.push(id);
        }
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the plan: one rule for both tokens, ending with these lines.
    pub fn plan(&self, more: &str) {
        let program = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let plan = format!(
            "[[rotate]]\ntokens = 'ci-*'\ndeliver = ['{}', '{{name}}']\nprove = ['{}', '{{name}}']\n\
             probe = ['{}', '{{name}}']\n{more}\n",
            program("deliver"),
            program("prove"),
            program("probe"),
        );
        fs::write(self.path("plan.toml"), plan).unwrap();
    }

    /// Creates a token that expires in three days, and stores its secret.
    fn create(&self, name: &str) -> String {
        #[expect(clippy::disallowed_methods, reason = "the program reads the same clock")]
        let now = Timestamp::now();
        let at = now.checked_add(SignedDuration::from_hours(72)).unwrap();
        let body = json!({
            "name": name, "description": "", "expiresAt": at.to_string(),
            "datasetCapabilities": { "prod": { "ingest": ["create"] } },
        });
        let made = self.request("POST", "/v2/tokens", &body.to_string());
        let (id, secret) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
        fs::write(self.path("store").join(name), secret).unwrap();
        self.proxy.knows(secret, id);
        id.to_owned()
    }

    /// A request to the server that does not pass the proxy.
    pub fn request(&self, method: &str, path: &str, body: &str) -> Value {
        let [(_, url), (_, token), (_, org)] = self.server.env();
        let server = url.strip_prefix("http://").unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {token}\r\n\
             X-Axiom-Org-Id: {org}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = proxy::exchange(server, request.as_bytes());
        let text = String::from_utf8(answer).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_default()
    }

    /// The three programs. Each does what a file of its name in `faults/` says, once.
    fn write_programs(&self) {
        let store = self.path("store").to_str().unwrap().to_owned();
        let faults = self.path("faults").to_str().unwrap().to_owned();
        fs::create_dir(&faults).unwrap();
        let script = |name: &str, rest: &str| {
            let text = format!(
                "#!/bin/sh\nat='{store}'/\"$1\"\nfault=; how=KILL\n\
                 if [ -e '{faults}/{name}' ]; then\n  read -r fault how < '{faults}/{name}'\n  \
                 mv '{faults}/{name}' '{faults}/{name}.done'\nfi\n{rest}"
            );
            let file = self.path(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        };
        // The new value replaces the old one in one step, as in every store worth its name.
        script(
            "deliver",
            r#"new="${at%/*}/.new-$1"
save() { printf %s "$1" > "$new" && mv "$new" "$at"; }
case $fault in
kill) kill -"$how" "$PPID"; exit 1 ;;
kill-then-store) secret=$(cat); kill -"$how" "$PPID"; save "$secret" ;;
store-then-kill) save "$(cat)"; kill -"$how" "$PPID" ;;
refuse) cat > /dev/null; echo 'permission denied' >&2; exit 3 ;;
lie) cat > /dev/null ;;
unread) exit 0 ;;
newline) save "$(cat)
" ;;
hang) cat > /dev/null; exec sleep 600 ;;
journal) rm -f "$how"; save "$(cat)" ;;
*) save "$(cat)" ;;
esac
"#,
        );
        script(
            "prove",
            r#"case $fault in
kill) kill -"$how" "$PPID"; exit 1 ;;
fail) echo 'sealed' >&2; exit 2 ;;
hang) exec sleep 600 ;;
other) echo 'hunter2' ;;
token) echo 'xaat-00000000-0000-0000-0000-000000000000' ;;
nothing) ;;
spaces) printf ' %s \n' "$(cat "$at")" ;;
newline) printf '%s\n' "$(cat "$at")" ;;
crlf) printf '%s\r\n' "$(cat "$at")" ;;
binary) printf '\377\376' ;;
long) head -c 100000 /dev/zero | tr '\0' x ;;
*) cat "$at" ;;
esac
"#,
        );
        script(
            "probe",
            r#"case $fault in
kill) kill -"$how" "$PPID"; exit 1 ;;
fail) exit 3 ;;
hang) exec sleep 600 ;;
esac
"#,
        );
    }

    /// Makes a program fail once.
    pub fn fault(&self, program: &str, fault: &str) {
        fs::write(self.path("faults").join(program), format!("{fault}\n")).unwrap();
    }

    /// Whether a program has failed as told; forgets it.
    pub fn has_failed(&self, program: &str) -> bool {
        fs::remove_file(self.path("faults").join(format!("{program}.done"))).is_ok()
    }

    /// Runs `axtok rotate` as one machine would.
    pub fn rotate(&mut self) -> Ran {
        self.run("home", &["rotate", "--look-for", "0"])
    }

    /// Runs the program with a home folder of this name.
    pub fn run(&mut self, home: &str, args: &[&str]) -> Ran {
        let ran = self.start(home, args);
        self.runs += 1;
        self.said.push_str(&ran.said);
        self.said.push_str(&ran.out);
        ran
    }

    /// Like [`Self::run`], from any thread.
    pub fn start(&self, home: &str, args: &[&str]) -> Ran {
        let home = self.path(home);
        fs::create_dir_all(&home).unwrap();
        let [_, (_, token), (_, org)] = self.server.env();
        let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &home)
            .env("AXIOM_URL", &self.proxy.url)
            .env("AXIOM_TOKEN", token)
            .env("AXIOM_ORG_ID", org)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if args.first() == Some(&"rotate") {
            command.arg("--plan").arg(self.path("plan.toml"));
        }
        self.proxy.program(0);
        let child = command.spawn().unwrap();
        self.proxy.program(child.id());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        self.proxy.check("after a run");
        Ran { status: output.status.code(), said: text(output.stderr), out: text(output.stdout) }
    }

    /// The journal of a machine.
    pub fn journal(&self, home: &str) -> PathBuf {
        self.path(home).join(".local/state/axtok/journal.jsonl")
    }

    /// Makes the journal's entries 20 minutes older.
    pub fn wait(&self, home: &str) {
        let file = self.journal(home);
        let Ok(text) = fs::read_to_string(&file) else { return };
        let older = |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if let Some(at) = line["at"].as_str() {
                let at: Timestamp = at.parse().unwrap();
                let at = at.checked_sub(SignedDuration::from_mins(20)).unwrap();
                line["at"] = at.to_string().into();
            }
            format!("{line}\n")
        };
        let text: String = text.lines().map(older).collect();
        fs::write(file, text).unwrap();
    }

    /// The secret that the store has for a token.
    pub fn stored(&self, name: &str) -> String {
        fs::read_to_string(self.path("store").join(name)).unwrap().trim_end().to_owned()
    }

    /// Tokens of the server that no store has and no run has named: their ids.
    pub fn orphans(&self) -> Vec<String> {
        let list = self.request("GET", "/v2/tokens", "");
        let stored: Vec<_> = DUE.iter().filter_map(|n| self.proxy.id_of(&self.stored(n))).collect();
        let ids = list.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned());
        ids.filter(|id| !stored.contains(id) && !self.said.contains(id.as_str()))
            .filter(|id| !self.old.contains(id))
            .collect()
    }

    /// How often the server made the change that was made most often.
    pub fn most_repeated(&self) -> usize {
        let changes = self.proxy.changes();
        changes.iter().map(|one| changes.iter().filter(|c| *c == one).count()).max().unwrap_or(0)
    }
}

/// The name of a signal for `kill`.
pub fn word(signal: Signal) -> &'static str {
    match signal {
        Signal::KILL => "KILL",
        Signal::TERM => "TERM",
        Signal::INT => "INT",
        _ => "HUP",
    }
}

/// Whether a file with a secret is left in the folder for undelivered ones.
pub fn is_kept(world: &World, home: &str) -> bool {
    let folder = world.path(home).join(".local/state/axtok/undelivered");
    files(&folder) > 0
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}
