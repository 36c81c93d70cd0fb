//! Checks the layers by reading the sources as text: imports run downward only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The crate modules that each module may import. Paths below a module, such as `api::call`, are
/// listed for `app` and `ui`, which may know what a call is but not how it is sent, and what the
/// journal stores but not its file. `fuzzing` is a top layer that nothing imports: it checks
/// properties across layers, such as that a clone sends what was read.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("disk", &[]),
    ("programs", &["domain"]),
    ("accepted", &["disk", "domain"]),
    ("choices", &["disk", "domain"]),
    ("told", &["disk", "domain"]),
    ("input", &[]),
    ("log", &[]),
    ("names", &["disk"]),
    ("process", &[]),
    ("clock", &[]),
    ("version", &[]),
    ("api", &["clock", "domain"]),
    ("simulator", &["clock", "domain"]),
    ("sink", &["clock", "domain", "programs"]),
    // Compares addresses only; sends nothing.
    ("config", &["api::Endpoint", "api::EndpointError", "disk", "domain", "programs"]),
    ("doctor", &["api", "config", "domain", "process", "programs", "version"]),
    // The commands use `ops`, as the screens do: `ops` sends, records and reconciles changes.
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
    // Parses addresses only; sends nothing.
    ("complete", &["api::Endpoint", "cli", "clock", "config", "domain", "names", "version"]),
    // Plain mode prompts for what a command line would contain. It changes rights on the matrix of
    // the screens, which is pure: the palette's commands, undo and presets are the same.
    (
        "plain",
        &["api", "app::matrix", "cli", "commands", "config", "domain", "journal", "ops", "sink"],
    ),
    (
        "ops",
        &[
            "accepted",
            "api",
            "choices",
            "clock",
            "config",
            "disk",
            "domain",
            "journal",
            "log",
            "names",
            "programs",
            "simulator",
            "sink",
            "told",
        ],
    ),
    ("journal", &["clock", "domain"]),
    ("cli", &["domain", "version"]),
    (
        "app",
        &[
            "api::call",
            "api::error",
            "input",
            "domain",
            "journal::Asked",
            "journal::Contents",
            "journal::Difference",
            "journal::Entry",
            "journal::Known",
            "journal::Likeness",
            "journal::Mark",
            "journal::Open",
            "journal::Location",
            "journal::RecordedChange",
            "journal::Rotation",
            "journal::Stage",
            "journal::Step",
            "journal::candidates",
            "journal::differences",
            "journal::personal_candidates",
            "journal::personal_differences",
            "journal::replaced",
            "journal::summary",
            "ops::change",
            "ops::reconcile",
            "ops::rotation::End",
            "ops::rotation::Report",
            "ops::rotation::Work",
            "ops::rotation::overview",
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
            "journal::Outcome",
            "journal::RecordedChange",
            "journal::Stage",
            "ops::reconcile",
            "ops::rotation::overview",
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
            "accepted", "choices", "told",
        ],
    ),
];

/// Words that must not appear in the pure layers: no runtime, network, terminal, clock or files.
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
/// The parts of `ops` that `app` may use: types and rules. They are pure too, and import nothing
/// from `ops` but each other.
const PURE_OPS: &[&str] =
    &["src/ops/change.rs", "src/ops/reconcile.rs", "src/ops/rotation/overview.rs"];

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

/// A file without its tests, which may import more.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// The lines of a file without comments.
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
    assert!(files.len() > 30, "too few source files found");
    let mut upward = Vec::new();
    for path in files {
        let layer = layer(&path);
        if layer == "lib" {
            continue;
        }
        let below = allowed
            .get(layer.as_str())
            .unwrap_or_else(|| panic!("{} is in no layer: add it to ALLOWED", path.display()));
        let text = fs::read_to_string(&path).unwrap();
        for name in imports(&code(without_tests(&text)), &module(&path)) {
            let first = name.split("::").next().unwrap();
            let fine = first == layer || below.iter().any(|b| *b == first || name.starts_with(b));
            if !fine {
                upward.push(format!("{} imports {name}", path.display()));
            }
        }
    }
    assert!(upward.is_empty(), "imports run upward:\n{}", upward.join("\n"));
}

#[test]
fn the_pure_layers_do_no_input_or_output() {
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
            found.push(format!("{} contains {word}", path.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_parts_of_ops_that_the_core_uses_import_nothing_more() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut further = Vec::new();
    for path in PURE_OPS {
        let text = fs::read_to_string(path).unwrap();
        let code = code(without_tests(&text));
        // Neighbours must be named from the root, so that this test sees them.
        assert!(!code.contains("super::"), "{path} contains super::");
        let fine = |name: &String| {
            let module = name.split("::").next().unwrap();
            allowed["app"].iter().any(|b| *b == module || name.starts_with(b))
        };
        further.extend(
            imports(&code, &module(Path::new(path)))
                .into_iter()
                .filter(|n| !fine(n))
                .map(|n| format!("{path} imports {n}")),
        );
    }
    assert!(further.is_empty(), "{}", further.join("\n"));
}

/// The path of a file's module, such as `app::overlays::delete`.
fn module(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix("src").unwrap().with_extension("");
    inside.iter().map(|part| part.to_string_lossy().into_owned()).collect()
}

/// The paths that a path with braces stands for.
fn expand_braces(path: &str) -> Vec<String> {
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
    members.flat_map(|item| expand_braces(&format!("{}{}", head.trim(), item.trim()))).collect()
}

/// The paths that a file imports or names, from the crate root.
fn imports(code: &str, module: &[String]) -> BTreeSet<String> {
    let mut imports = Vec::new();
    for statement in code.split(';') {
        let uses = statement.rsplit_once("use ").filter(|(before, _)| {
            let line = before.rsplit('\n').next().unwrap();
            line.trim_start().is_empty() || line.trim_start().starts_with("pub")
        });
        let Some((_, path)) = uses else { continue };
        imports.extend(expand_braces(path));
    }
    // Also paths that are written out where they are used.
    for root in ["crate::", "axtok::", "super::"] {
        imports.extend(code.match_indices(root).filter_map(|(at, _)| {
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
        // A path that begins with a name is ours only if that is a submodule of this file.
        here.extend(parts);
        here.join("::")
    };
    imports.into_iter().map(whole).collect()
}

/// For each file of a folder, the other files of it that it imports from.
fn dependencies(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
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
    let imports_of = |(name, path): (&String, &PathBuf)| {
        let text = fs::read_to_string(path).unwrap();
        let paths = imports(&code(without_tests(&text)), &module(path));
        let others = paths.iter().filter_map(|path| file_of(path)).filter(|other| other != name);
        (name.clone(), others.collect())
    };
    names.iter().map(imports_of).collect()
}

/// All files that a file depends on, directly or not.
fn reached(from: &str, dependencies: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(name) = next.pop() {
        for other in &dependencies[&name] {
            if seen.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    seen
}

/// Files in an import cycle can only be understood together.
#[test]
#[expect(clippy::print_stdout, reason = "shows the size of the largest cycle")]
fn import_cycles_in_the_core_stay_small() {
    let dependencies = dependencies("src/app");
    assert!(dependencies.len() > 60, "too few source files found");
    let reach: BTreeMap<_, _> =
        dependencies.keys().map(|name| (name, reached(name, &dependencies))).collect();
    let circle = |name: &String| -> Vec<&String> {
        reach[name].iter().filter(|other| reach[other].contains(name)).collect()
    };
    let largest = dependencies.keys().map(circle).max_by_key(Vec::len).unwrap();
    println!("the largest circle within app has {} files: {largest:?}", largest.len());
    assert!(largest.len() <= 12, "{} files need each other: {largest:?}", largest.len());
}

#[test]
fn dialogs_and_screens_do_not_import_each_other() {
    let dependencies = dependencies("src/app");
    let layer = |name: &str| {
        let rest = ["app::overlays::", "app::screens::"].iter().find_map(|f| name.strip_prefix(f));
        rest.map(|rest| rest.split("::").next().unwrap().to_owned())
    };
    let mut found = Vec::new();
    for (name, others) in &dependencies {
        let Some(own) = layer(name) else { continue };
        let foreign = others.iter().filter(|other| layer(other).is_some_and(|o| o != own));
        found.extend(foreign.map(|other| format!("{name} imports {other}")));
        // Nor do they import the modules that see all open layers.
        let above = ["overlays", "screens", "stack", "model", "dispatch", "update"];
        let above = above.map(|file| format!("app::{file}"));
        found.extend(above.iter().filter(|a| others.contains(*a)).map(|a| format!("{name}: {a}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Each match on the kinds of layers must be extended for a new kind, so there are few.
#[test]
fn kinds_of_layers_are_matched_only_where_they_are_opened_and_drawn() {
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
    // `app/overlays.rs` and `app/screens.rs`, which open them, name them `Self`.
    assert_eq!(files, ["src/ui/overlays.rs", "src/ui/screens.rs"].map(PathBuf::from));
}

#[test]
fn the_import_parser_handles_every_form() {
    let code = "use super::{a::{B, c}, d};\npub use e::F;\nuse crate::app::x;\nfn g() { crate::app::h::i() }";
    let module = ["app", "m"].map(str::to_owned);
    let wanted = ["app::a::B", "app::a::c", "app::d", "app::h::i", "app::m::e::F", "app::x"];
    assert_eq!(imports(code, &module), wanted.map(str::to_owned).into());
}

/// Each call of `expose` is a place where a secret can leave axtok: the `Authorization` header, the
/// dialog, the clipboard, the Axiom CLI's file, a sink, and the standard output of a command.
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
    assert!(places.len() >= 6, "too few places found:\n{}", places.join("\n"));
}

/// The journal is written without asking, so no type in it may hold a secret.
#[test]
fn the_journal_cannot_hold_a_secret() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    files.retain(|path| layer(path) == "journal");
    assert!(files.len() > 5, "too few source files found");
    for path in files {
        let code = code(&fs::read_to_string(&path).unwrap());
        for word in ["Secret", "secrecy", "domain::*", "zeroize"] {
            assert!(!code.contains(word), "{} contains {word}", path.display());
        }
    }
}

/// Only one file has unsafe code. An attribute can override the lint; this test would notice.
#[test]
fn only_one_file_has_unsafe_code() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    files.retain(|path| code(&fs::read_to_string(path).unwrap()).contains("unsafe"));
    assert_eq!(files, [Path::new("src/process/environ.rs")]);
}

/// The unsafe code is sound because it runs before there is a second thread.
#[test]
fn main_first_removes_secrets_from_the_environment() {
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
