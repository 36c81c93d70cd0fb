//! The layers: imports run downward only. Reads the sources as text.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Which of our modules a module may name. `api::call` and the like would be
/// `api` here, were it not for `app`, which may know what a call is, but not
/// how it is sent; and what the journal keeps, but not its
/// file. `fuzzing` stands on top like a front, and nothing names it: it checks
/// what crosses layers, such as that a clone of the core's sends what was read.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("disk", &[]),
    ("programs", &[]),
    ("accepted", &["disk", "domain"]),
    ("input", &[]),
    ("log", &[]),
    ("names", &["disk"]),
    ("process", &[]),
    ("clock", &[]),
    ("api", &["clock", "domain"]),
    ("simulator", &["clock", "domain"]),
    ("sink", &["clock", "domain", "programs"]),
    // It sends nothing: it compares addresses.
    ("config", &["api::Endpoint", "api::EndpointError", "disk", "domain", "programs"]),
    ("doctor", &["api", "config", "domain", "process"]),
    // The fronts without a screen stand where the screens do, on `ops`: what is sent,
    // recorded and looked for is its.
    (
        "commands",
        &[
            "api",
            "cli",
            "clock",
            "complete",
            "config",
            "disk",
            "doctor",
            "domain",
            "input",
            "journal",
            "ops",
            "simulator",
            "sink",
        ],
    ),
    // It sends nothing: of the API it needs to know how an address is written.
    ("complete", &["api::Endpoint", "cli", "clock", "config", "domain", "names"]),
    // Plain mode asks for what a command line would say.
    ("plain", &["api", "cli", "commands", "config", "domain", "journal", "ops", "sink"]),
    (
        "ops",
        &[
            "accepted",
            "api",
            "clock",
            "config",
            "domain",
            "journal",
            "log",
            "names",
            "simulator",
            "sink",
        ],
    ),
    ("journal", &["clock", "domain"]),
    ("cli", &["domain"]),
    (
        "app",
        &[
            "api::call",
            "api::error",
            "input",
            "domain",
            "journal::Asked",
            "journal::Difference",
            "journal::Entry",
            "journal::Known",
            "journal::Likeness",
            "journal::Mark",
            "journal::Open",
            "journal::Place",
            "journal::Rotation",
            "journal::candidates",
            "journal::differences",
            "journal::personal_candidates",
            "journal::personal_differences",
            "journal::summary",
            "ops::change",
            "ops::reconcile",
        ],
    ),
    (
        "ui",
        &[
            "app",
            "api::call",
            "api::error",
            "input",
            "domain",
            "journal::Asked",
            "journal::Likeness",
        ],
    ),
    ("effects", &["api", "app", "config", "domain", "journal", "ops"]),
    ("term", &["runtime", "app", "ui", "input", "domain", "programs"]),
    ("runtime", &["clock", "effects", "app", "ops", "ui"]),
    ("fuzzing", &["api", "app", "domain", "input", "journal", "term"]),
    (
        "main",
        &[
            "app", "cli", "commands", "complete", "config", "doctor", "journal", "log", "effects",
            "input", "log", "ops", "plain", "process", "runtime", "term", "ui", "domain",
            "accepted",
        ],
    ),
];

/// Words that the pure layers may not say: no runtime, no network, no
/// terminal, no clock, no files.
const IMPURE: &[&str] = &[
    "tokio",
    "reqwest",
    "axum",
    "ratatui",
    "crossterm",
    "std::fs",
    "std::env",
    "std::net",
    "::now()",
];
const PURE: &[&str] = &["domain", "input", "app"];
/// What `app` may know of `ops`: its types and its rules. So these are pure too, and
/// name nothing of `ops` but each other.
const PURE_OPS: &[&str] = &["src/ops/change.rs", "src/ops/reconcile.rs"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The program's own part of a file: its tests may reach further.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// The file's lines without comments.
fn code(text: &str) -> String {
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The layer that a file belongs to: the first part of its path.
fn layer(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Every path that starts at our crate, such as `api::call`, with the items of
/// a nested `use crate::{...}` spelled out.
fn named(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for root in ["crate::", "axtok::"] {
        for (at, _) in code.match_indices(root) {
            let rest = &code[at + root.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                paths.extend(members(group));
            } else {
                paths.push(head(rest));
            }
        }
    }
    paths
}

/// The members of a brace group, two parts deep.
fn members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut item = String::new();
    let mut items = Vec::new();
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                item.push(c);
            }
        }
    }
    items.push(item);
    let mut paths = Vec::new();
    for item in items.iter().map(|i| i.trim()).filter(|i| !i.is_empty()) {
        match item.split_once("::{") {
            Some((module, inner)) if !module.contains("::") => {
                paths.extend(members(inner).iter().map(|m| head(&format!("{module}::{m}"))));
            }
            _ => paths.push(head(item)),
        }
    }
    paths
}

fn head(path: &str) -> String {
    let end =
        path.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(path.len());
    path[..end].split("::").take(2).collect::<Vec<_>>().join("::")
}

#[test]
fn imports_run_downward() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    assert!(files.len() > 30, "the sources were found");
    let mut upward = Vec::new();
    for path in files {
        let layer = layer(&path);
        if layer == "lib" {
            continue;
        }
        let below = allowed.get(layer.as_str()).unwrap_or_else(|| {
            panic!("{} is in no layer: give it one in this test", path.display())
        });
        let text = fs::read_to_string(&path).unwrap();
        for name in named(&code(without_tests(&text))) {
            let module = name.split("::").next().unwrap();
            let fine = module == layer || below.iter().any(|b| *b == module || name.starts_with(b));
            if !fine {
                upward.push(format!("{} names {name}", path.display()));
            }
        }
    }
    assert!(upward.is_empty(), "imports run upward:\n{}", upward.join("\n"));
}

#[test]
fn the_pure_layers_know_nothing_of_the_world() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut found = Vec::new();
    let is_pure = |p: &&PathBuf| {
        PURE.contains(&layer(p).as_str()) || PURE_OPS.iter().any(|pure| p.ends_with(pure))
    };
    for path in files.iter().filter(is_pure) {
        let text = fs::read_to_string(path).unwrap();
        let code = code(without_tests(&text));
        for word in IMPURE.iter().filter(|w| code.contains(**w)) {
            found.push(format!("{} says {word}", path.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_the_core_knows_of_ops_reaches_no_further() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut further = Vec::new();
    for path in PURE_OPS {
        let text = fs::read_to_string(path).unwrap();
        let code = code(without_tests(&text));
        // Its neighbours are named from the root, so that they are seen.
        assert!(!code.contains("super::"), "{path} says super");
        let fine = |name: &String| {
            let module = name.split("::").next().unwrap();
            allowed["app"].iter().any(|b| *b == module || name.starts_with(b))
        };
        further.extend(
            named(&code).into_iter().filter(|n| !fine(n)).map(|n| format!("{path} names {n}")),
        );
    }
    assert!(further.is_empty(), "{}", further.join("\n"));
}

#[test]
fn the_reader_of_imports_can_read() {
    let code = "use crate::{api::{call::Call, client}, app::model::Model, domain};\nlet x = crate::ui::text::cut();";
    let mut found = named(code);
    found.sort();
    assert_eq!(found, ["api::call", "api::client", "app::model", "domain", "ui::text"]);
}

/// Each call is a place where a secret can get out: the `Authorization`
/// header, the dialog, the clipboard, the Axiom CLI's file, a sink, and the
/// standard output of a command.
#[test]
fn few_places_expose_a_secret() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let mut places = Vec::new();
    for path in files.into_iter().filter(|p| !p.ends_with("tests.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        for line in code(without_tests(&text)).lines().filter(|l| l.contains(".expose()")) {
            places.push(format!("{}: {}", path.display(), line.trim()));
        }
    }
    assert!(places.len() <= 6, "too many places expose a secret:\n{}", places.join("\n"));
    assert!(places.len() >= 6, "the places were found:\n{}", places.join("\n"));
}

/// The journal is a file that nobody asked for: no type in it can hold a secret.
#[test]
fn the_journal_knows_no_secret() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    files.retain(|path| layer(path) == "journal");
    assert!(files.len() > 5, "the sources were found");
    for path in files {
        let code = code(&fs::read_to_string(&path).unwrap());
        for word in ["Secret", "secrecy", "domain::*", "zeroize"] {
            assert!(!code.contains(word), "{} says {word}", path.display());
        }
    }
}

/// One file has unsafe code, and the lint allows no second one without a word
/// of its own: this is where that word would show.
#[test]
fn one_file_is_unsafe() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    files.retain(|path| code(&fs::read_to_string(path).unwrap()).contains("unsafe"));
    assert_eq!(files, [Path::new("src/process/environ.rs")]);
}

/// What makes that code sound: it runs before there is a second thread.
#[test]
fn secrets_leave_the_environment_first_thing_in_main() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let calls = |path: &PathBuf| {
        let is_definition = path.starts_with("src/process") || path.ends_with("process.rs");
        !is_definition && fs::read_to_string(path).unwrap().contains("take_secret_env")
    };
    files.retain(calls);
    assert_eq!(files, [Path::new("src/main.rs")]);

    let main = code(&fs::read_to_string("src/main.rs").unwrap());
    let (_, body) = main.split_once("fn main() -> ExitCode {").unwrap();
    let (takes, others): (Vec<_>, Vec<_>) =
        body.lines().skip(1).partition(|line| line.contains("take_secret_env("));
    let first = body.lines().skip(1).take(takes.len());
    assert!(first.eq(takes.iter().copied()), "something runs before:\n{body}");
    assert_eq!(others.first().map(|l| l.trim()), Some("let protection = process::protect();"));
}
