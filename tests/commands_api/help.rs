//! Help, manual pages and completions; and a script that uses printed ids.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use axtok::cli::{Cli, manual};
use clap::{CommandFactory as _, Parser as _};

use crate::script::{Ran, Script};

pub fn alone(args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"));
    command.args(args).env_clear().env("HOME", "/nowhere");
    Ran::fed(command, "")
}

/// Every command with its path, such as `tokens list`; the program itself comes first.
fn commands() -> Vec<(String, clap::Command)> {
    fn add(path: &str, command: &clap::Command, all: &mut Vec<(String, clap::Command)>) {
        all.push((path.to_owned(), command.clone()));
        for below in command.get_subcommands() {
            add(format!("{path} {}", below.get_name()).trim_start(), below, all);
        }
    }
    let mut all = Vec::new();
    add("", &Cli::command(), &mut all);
    all
}

/// The examples in a help text, with continued lines joined.
fn examples(help: &str) -> Vec<String> {
    let start = help.find("\nExample:\n").or_else(|| help.find("\nExamples:\n"));
    let Some(start) = start else { return Vec::new() };
    let block = help[start..].trim_start().split("\n\n").next().unwrap();
    let block = block.replace("\\\n", " ");
    block.lines().skip(1).map(|line| line.trim().to_owned()).collect()
}

/// The arguments of each call of the program in a shell command.
fn calls(line: &str) -> Vec<Vec<String>> {
    let mut calls = vec![Vec::new()];
    for word in shell_words::split(line).unwrap() {
        match word.as_str() {
            "|" | "||" | "&&" | "&" => calls.push(Vec::new()),
            ">" | "2>" => calls.last_mut().unwrap().push("> ".to_owned()),
            word => calls.last_mut().unwrap().push(word.to_owned()),
        }
    }
    for call in &mut calls {
        call.truncate(call.iter().position(|word| word == "> ").unwrap_or(call.len()));
    }
    calls.retain(|call| call.first().is_some_and(|program| program == "axtok"));
    calls
}

#[test]
fn every_command_has_help_with_examples() {
    let all = commands();
    assert!(all.len() > 25, "{}", all.len());
    for (path, _) in &all {
        let args: Vec<_> = path.split_whitespace().chain(["--help"]).collect();
        let help = alone(&args).ends(0).out;
        let examples = examples(&help);
        let lines: Vec<_> = examples.iter().filter(|line| line.starts_with("axtok")).collect();
        assert!(!lines.is_empty(), "axtok {path} --help has no Example:\n{help}");
        for line in lines {
            assert!(
                line.starts_with(format!("axtok {path}").trim()),
                "an example of another command: {line}"
            );
            assert!(!calls(line).is_empty(), "{line}");
            for call in calls(line) {
                if let Err(e) = Cli::try_parse_from(&call) {
                    panic!("{line}\n{e}");
                }
            }
        }
    }
    for group in [&["tokens"][..], &["personal"], &["datasets"], &["orgs"], &["review"], &[]] {
        let help = alone(&[group, &["--help"]].concat()).ends(0).out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for status in ["0 success", "1 the command failed", "3 not signed in", "7 rate limit"] {
            assert!(help.contains(status), "{group:?} {status}: {help}");
        }
        let changes = matches!(group, [] | ["tokens" | "personal"]);
        assert_eq!(help.contains("6 outcome unknown"), changes, "{group:?}: {help}");
    }
    alone(&["tokens"]).ends(2);
    assert!(alone(&["--version"]).ends(0).out.starts_with("axtok "));
    alone(&["tokens", "create", "x", "--secret-file", "a", "--show-secret"]).ends(2);
}

#[test]
fn shells_can_read_the_completions() {
    for (shell, check) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        let script = alone(&["completions", shell]).ends(0).out;
        assert!(script.contains(&format!("COMPLETE={shell} ")), "{script}");
        // Skips shells that are not installed.
        let checked = Command::new(check).args(["-n", "/dev/stdin"]).stdin(Stdio::piped()).spawn();
        if let Ok(mut child) = checked {
            use std::io::Write as _;
            child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success(), "{shell}");
        }
    }
    alone(&["completions", "tcsh"]).ends(2);
}

/// The section headings of a manual page.
fn headings(page: &str) -> Vec<&str> {
    page.lines()
        .filter_map(|line| line.strip_prefix(".SH "))
        .map(|heading| heading.trim_matches('"'))
        .collect()
}

/// The text of a section, with the escapes of hyphens, fonts, apostrophes and backslashes removed.
fn section(page: &str, heading: &str) -> String {
    let page = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "");
    let page = page.replace("\\*(Aq", "'").replace("\\\\", "\\");
    let start = [format!(".SH {heading}\n"), format!(".SH \"{heading}\"\n")]
        .iter()
        .find_map(|line| page.find(line).map(|at| at + line.len()))
        .unwrap_or_else(|| panic!("no {heading} in {page}"));
    page[start..].split("\n.SH ").next().unwrap().to_owned()
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("man1");
    alone(&["man", "--dir", dir.to_str().unwrap()]).ends(0);
    let all = commands();
    assert_eq!(
        fs::read_dir(&dir).unwrap().count(),
        all.len(),
        "not exactly one page for each command"
    );
    for (path, command) in &all {
        let name = ["axtok"].into_iter().chain(path.split_whitespace()).collect::<Vec<_>>();
        let file = dir.join(name.join("-") + ".1");
        let page = fs::read_to_string(&file).unwrap();
        let headings = headings(&page);
        assert_eq!(headings[..3], ["NAME", "SYNOPSIS", "DESCRIPTION"], "{path}");
        let last = ["ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES"];
        assert!(headings.ends_with(&last), "{path}: {headings:?}");
        let help = command.clone().render_help().to_string();
        let written = section(&page, "EXAMPLES");
        // Joins continued lines.
        let written = written.replace("\\\n", " ");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for example in examples(&help) {
            assert!(words(&written).contains(&words(&example)), "{path}: {example}\n{written}");
        }
        renders(&file);
    }
    let page = alone(&["man"]).ends(0).out;
    assert!(page.contains(".TH axtok 1"), "{page}");
    assert_eq!(page, fs::read_to_string(dir.join("axtok.1")).unwrap());
    for (heading, table) in [
        ("ENVIRONMENT", manual::VARIABLES),
        ("FILES", manual::FILES),
        ("EXIT STATUS", manual::STATUSES),
    ] {
        let text = section(&page, heading);
        for name in table.iter().flat_map(|entry| entry.name.split(", ")) {
            assert!(text.contains(name), "{name}: {text}");
        }
    }
    let of = |file: &str, heading| section(&fs::read_to_string(dir.join(file)).unwrap(), heading);
    assert!(of("axtok-tokens-create.1", "FILES").contains("undelivered"));
    assert!(!of("axtok-tokens-list.1", "FILES").contains("undelivered"));
    assert!(!of("axtok-man.1", "ENVIRONMENT").contains("AXIOM_TOKEN"));
    assert!(of("axtok-man.1", "FILES").contains("None."));
}

/// Renders a page with the programs installed here; they must not warn.
fn renders(page: &Path) {
    let programs: [&[&str]; 2] =
        [&["groff", "-man", "-ww", "-Tutf8", "-z"], &["mandoc", "-Tlint", "-Werror"]];
    for program in programs {
        let (program, args) = program.split_first().unwrap();
        // Skips programs that are not installed.
        let Ok(ran) = Command::new(program).args(args).arg(page).output() else { continue };
        let printed = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        assert!(
            ran.status.success() && printed.is_empty(),
            "{program} {}: {printed}",
            page.display()
        );
    }
}

/// The program's sources, without tests and the table itself.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests");
        if is_test || path.ends_with("cli/manual.rs") {
            continue;
        }
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|e| e == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

#[test]
fn the_manual_lists_the_variables_that_the_sources_read() {
    let text = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let names: Vec<_> = manual::VARIABLES.iter().flat_map(|v| v.name.split(", ")).collect();
    for name in &names {
        // The library for directories reads this one.
        let is_read = text.contains(&format!("\"{name}\"")) || *name == "HOME";
        assert!(is_read, "{name} is not in the sources");
    }
    let prefixes = ["AXIOM_", "AXTOK_", "XDG_", "SSL_", "SSH_", "LC_", "CLICOLOR", "COLOR"];
    // What the compiler reads is no variable of the program.
    let text = text.replace("env!(\"", "");
    let words = text.split('"').filter(|word| prefixes.iter().any(|p| word.starts_with(p)));
    let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    for word in words.filter(is_name) {
        assert!(names.contains(&word), "{word} is not in the manual's table");
    }
}

/// A script that regenerates what is due, by the ids that a command prints.
const SCRIPT: &str = "#!/bin/sh
due=$(axtok tokens list --expiring-within 14d --ids)
exec axtok tokens regenerate --secret-command ./store-secret -- $due
";

/// Ids that a shell or the program could misread as an option, a pattern or several words.
const ODD: [&str; 6] = ["--look-for=0", "-h", "*", "two words", "$(touch bad)", "a;b'c\"d\\e"];

#[test]
fn a_script_passes_printed_ids_unchanged() {
    let token = |id: &str| {
        let id = id.replace('\\', "\\\\").replace('"', "\\\"");
        let (name, rest) = (id.clone(), "expires = '5d'\ndataset = { a = ['query:read'] }");
        format!("[[org.token]]\nid = \"{id}\"\nname = \"name {name}\"\n{rest}\n")
    };
    let tokens: String = ODD.iter().map(|id| token(id)).collect();
    for sh in ["sh", "bash", "dash"] {
        let script = Script::serving(&format!("[[org]]\nid = 'a'\nname = 'A'\n{tokens}"));
        let path = script.with_program_in_path();
        let write = |name: &str, text: &str| {
            fs::write(script.path(name), text).unwrap();
            fs::set_permissions(script.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        };
        write("rotate", SCRIPT);
        let store = "cat > /dev/null\nprintf '%s\\n' \"$AXTOK_TOKEN_NAME\" >> names\n";
        write("store-secret", &format!("#!/bin/sh\n{store}"));
        let mut command = Command::new(sh);
        command.arg("rotate").current_dir(script.home.path()).env_clear().envs(script.env());
        // Skips shells that are not installed.
        if command.env("PATH", &path).stdin(Stdio::null()).output().is_err() {
            continue;
        }
        let names = fs::read_to_string(script.path("names")).unwrap();
        let mut names: Vec<_> = names.lines().collect();
        names.sort_unstable();
        let mut expected = ODD.map(|id| format!("name {id}"));
        expected.sort_unstable();
        assert_eq!(names, expected, "not each exactly once with {sh}");
        assert_eq!(script.server.ids().len(), 2 * ODD.len());
        assert!(!script.path("bad").exists());
    }
}
