//! The layers: imports run downward only. Reads the sources as text.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
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
            "journal::Location",
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
            "ops::reconcile",
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
        for name in taken(&code(without_tests(&text)), &module(&path)) {
            let first = name.split("::").next().unwrap();
            let fine = first == layer || below.iter().any(|b| *b == first || name.starts_with(b));
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
            taken(&code, &module(Path::new(path)))
                .into_iter()
                .filter(|n| !fine(n))
                .map(|n| format!("{path} names {n}")),
        );
    }
    assert!(further.is_empty(), "{}", further.join("\n"));
}

/// The module that a file is, such as `app::overlays::delete`.
fn module(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix("src").unwrap().with_extension("");
    inside.iter().map(|part| part.to_string_lossy().into_owned()).collect()
}

/// The members of a path with braces in it, written out.
fn written_out(path: &str) -> Vec<String> {
    let path: String = path.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((head, group)) = path.split_once('{') else {
        return vec![path.split(" as ").next().unwrap().trim().to_owned()];
    };
    let mut depth = 0;
    let mut items = vec![String::new()];
    for c in group.rsplit_once('}').map_or(group, |(inside, _)| inside).chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 {
            items.push(String::new());
        } else {
            items.last_mut().unwrap().push(c);
        }
    }
    let members = items.iter().filter(|item| !item.trim().is_empty());
    members.flat_map(|item| written_out(&format!("{}{}", head.trim(), item.trim()))).collect()
}

/// What a file takes from others of our crate, as whole paths.
fn taken(code: &str, module: &[String]) -> BTreeSet<String> {
    let mut taken = Vec::new();
    for statement in code.split(';') {
        let uses = statement.rsplit_once("use ").filter(|(before, _)| {
            let line = before.rsplit('\n').next().unwrap();
            line.trim_start().is_empty() || line.trim_start().starts_with("pub")
        });
        let Some((_, path)) = uses else { continue };
        taken.extend(written_out(path));
    }
    // And what is named by its path where it is used.
    for root in ["crate::", "axtok::", "super::"] {
        taken.extend(code.match_indices(root).filter_map(|(at, _)| {
            let rest = &code[at..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')?;
            (!rest[end..].starts_with('{')).then(|| rest[..end].trim_end_matches(':').to_owned())
        }));
    }
    let whole = |path: String| {
        let mut parts: Vec<&str> = path.split("::").collect();
        let mut here: Vec<&str> = module.iter().map(String::as_str).collect();
        if matches!(parts.first(), Some(&"crate" | &"axtok")) {
            return parts[1..].join("::");
        }
        while parts.first() == Some(&"super") {
            here.pop();
            parts.remove(0);
        }
        // Of a path that begins with a name, only a module of the file's own is ours.
        here.extend(parts);
        here.join("::")
    };
    taken.into_iter().map(whole).collect()
}

/// Which files of a folder take something from which others of it.
fn takers(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut files = vec![PathBuf::from(format!("{folder}.rs"))];
    sources(Path::new(folder), &mut files);
    let names: BTreeMap<String, PathBuf> =
        files.into_iter().map(|path| (module(&path).join("::"), path)).collect();
    let file_of = |path: &str| {
        let mut path = path;
        loop {
            if names.contains_key(path) {
                return Some(path.to_owned());
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    let taken_by = |(name, path): (&String, &PathBuf)| {
        let text = fs::read_to_string(path).unwrap();
        let paths = taken(&code(without_tests(&text)), &module(path));
        let others = paths.iter().filter_map(|path| file_of(path)).filter(|other| other != name);
        (name.clone(), others.collect())
    };
    names.iter().map(taken_by).collect()
}

/// All that can be reached from a file.
fn reached(from: &str, takers: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        for other in &takers[&name] {
            if seen.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    seen
}

/// Files that all need each other can only be understood together.
#[test]
#[expect(clippy::print_stdout, reason = "whoever runs it wants to know how large it is")]
fn the_core_is_no_knot() {
    let takers = takers("src/app");
    assert!(takers.len() > 60, "the sources were found");
    let reach: BTreeMap<_, _> = takers.keys().map(|name| (name, reached(name, &takers))).collect();
    let circle = |name: &String| -> Vec<&String> {
        reach[name].iter().filter(|other| reach[other].contains(name)).collect()
    };
    let largest = takers.keys().map(circle).max_by_key(Vec::len).unwrap();
    println!("the largest circle within app has {} files: {largest:?}", largest.len());
    assert!(largest.len() <= 12, "{} files need each other: {largest:?}", largest.len());
}

#[test]
fn no_dialog_and_no_screen_names_another() {
    let takers = takers("src/app");
    let layer = |name: &str| {
        let rest = ["app::overlays::", "app::screens::"].iter().find_map(|f| name.strip_prefix(f));
        rest.map(|rest| rest.split("::").next().unwrap().to_owned())
    };
    let mut found = Vec::new();
    for (name, others) in &takers {
        let Some(own) = layer(name) else { continue };
        let foreign = others.iter().filter(|other| layer(other).is_some_and(|o| o != own));
        found.extend(foreign.map(|other| format!("{name} names {other}")));
        // Nor does one look about among all that are open.
        let above = ["overlays", "screens", "stack", "model", "dispatch", "update"];
        let above = above.map(|file| format!("app::{file}"));
        found.extend(above.iter().filter(|a| others.contains(*a)).map(|a| format!("{name}: {a}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Where a kind of layer is told from others, a new kind has to be thought of.
#[test]
fn kinds_are_told_apart_where_layers_are_opened_and_drawn() {
    let mut files = Vec::new();
    sources(Path::new("src/app"), &mut files);
    sources(Path::new("src/ui"), &mut files);
    let tells = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = code(without_tests(&text));
        ["Overlay::", "Screen::"].iter().any(|kind| {
            code.match_indices(kind).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                let is_whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
                is_whole && code[at + kind.len()..].starts_with(char::is_uppercase)
            })
        })
    };
    files.retain(tells);
    files.sort();
    // Where they are opened, in `app/overlays.rs` and `app/screens.rs`, they are `Self`.
    assert_eq!(files, ["src/ui/overlays.rs", "src/ui/screens.rs"].map(PathBuf::from));
}

#[test]
fn the_reader_of_paths_can_read() {
    let code = "use super::{a::{B, c}, d};\npub use e::F;\nuse crate::app::x;\nfn g() { crate::app::h::i() }";
    let module = ["app", "m"].map(str::to_owned);
    let wanted = ["app::a::B", "app::a::c", "app::d", "app::h::i", "app::m::e::F", "app::x"];
    assert_eq!(taken(code, &module), wanted.map(str::to_owned).into());
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
