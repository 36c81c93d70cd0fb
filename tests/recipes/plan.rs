//! A recipe's plan file, and its commands run without the program.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use axtok::domain::{
    SafeText, TokenId,
    rotation::{Pair, Plan, Rule},
};

/// The folder of the recipes.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes")
}

/// The text of a recipe.
pub fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name).with_extension("toml")).unwrap()
}

/// The only rule of a plan.
pub fn rule(plan: &str) -> Rule {
    let mut rules = Plan::parse(plan).unwrap().rules;
    assert_eq!(rules.len(), 1, "{plan}");
    rules.remove(0)
}

/// Where a rule's commands are run.
pub struct Bench {
    pub rule: Rule,
    pub env: BTreeMap<String, String>,
}

impl Bench {
    /// Stores a value for a token.
    pub fn deliver(&self, token: &str, value: &str) -> Output {
        self.run(&self.rule.deliver, token, value)
    }

    /// Prints the stored value. `None` if the store cannot be read.
    pub fn prove(&self, token: &str) -> Option<Output> {
        Some(self.run(self.rule.prove.as_ref()?, token, ""))
    }

    fn run(&self, words: &[String], token: &str, input: &str) -> Output {
        let id = TokenId::new("id");
        let pair = Pair { name: SafeText::from(token), old: id.clone(), new: Some(id) };
        let words = Rule::filled(words, &pair).unwrap();
        run(&self.env, &words.iter().map(String::as_str).collect::<Vec<_>>(), input)
    }
}

/// Runs a command with nothing but this environment, and this text on its standard input.
pub fn run(env: &BTreeMap<String, String>, words: &[&str], input: &str) -> Output {
    let program = find(words[0], &env["PATH"]).next().unwrap();
    let mut command = Command::new(program);
    command.args(&words[1..]).env_clear().envs(env).current_dir(&env["HOME"]);
    let (out, err) = (Stdio::piped(), Stdio::piped());
    let mut child = command.stdin(Stdio::piped()).stdout(out).stderr(err).spawn().unwrap();
    // A command that fails need not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Where a program is found.
fn find(name: &str, path: &str) -> impl Iterator<Item = PathBuf> {
    let candidates = std::env::split_paths(path).map(|folder| folder.join(name));
    let candidates: Vec<_> = candidates.filter(|file| file.is_file()).collect();
    candidates.into_iter()
}

/// A program of this machine that works.
pub struct Program {
    file: PathBuf,
    /// The line in which it says its version.
    pub version: String,
}

impl Program {
    /// Looks for a program by asking for its version. A name may be found more than once, for
    /// instance as a shim that does not work.
    pub fn find(
        env: &BTreeMap<String, String>,
        name: &'static str,
        version: &[&str],
    ) -> Option<Self> {
        find(name, &env["PATH"]).find_map(|file| {
            let asked = [&[file.to_str().unwrap()], version].concat();
            let ran = run(env, &asked, "");
            let said = String::from_utf8_lossy(&ran.stdout).into_owned();
            let is_version = |line: &&str| line.contains(|c: char| c.is_ascii_digit());
            let line = said.lines().find(is_version)?;
            let line = line.trim_matches(|c| c == '=' || c == ' ');
            let version = line.chars().take(60).collect();
            ran.status.success().then_some(Self { file, version })
        })
    }

    /// Writes a command into a folder that notes its arguments in a file and then becomes the
    /// program.
    pub fn record(&self, name: &str, folder: &Path, notes: &Path) {
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"{name} $*\" >>{}\nexec {} \"$@\"\n",
            notes.display(),
            self.file.display()
        );
        let file = folder.join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
}
