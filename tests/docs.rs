//! The documentation: its generated parts are what the program prints today, its
//! links lead somewhere, and its commands are commands.
//!
//! To write the generated parts again: `DOCS=write cargo test --test docs`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
    fs,
    path::{Component, Path, PathBuf},
};

use axtok::{
    cli::Cli,
    domain::{Scope, usage::Action as LogAction},
    input::{Action, Context, Keymap, key},
};
use clap::CommandFactory as _;

/// Pages outside `docs/`.
const PAGES: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CODE_OF_CONDUCT.md",
    "CHANGELOG.md",
    "fuzz/README.md",
];

/// All pages with their texts.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut files: Vec<PathBuf> = PAGES.iter().map(PathBuf::from).collect();
    add_markdown(Path::new("docs"), &mut files);
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect()
}

fn add_markdown(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_markdown(&path, files);
        } else if path.extension().is_some_and(|end| end == "md") {
            files.push(path);
        }
    }
}

/// A line of a page, and what it belongs to.
enum Line<'a> {
    Text(&'a str),
    /// In a block of code in this language.
    Code(&'a str, &'a str),
}

/// The lines of a page with their numbers, without the lines that begin and end
/// blocks of code.
fn lines(text: &str) -> Vec<(usize, Line<'_>)> {
    let mut language = None;
    let mut all = Vec::new();
    for (at, line) in text.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), language) {
            (Some(begun), None) => language = Some(begun.trim()),
            (Some(_), Some(_)) => language = None,
            (None, None) => all.push((at + 1, Line::Text(line))),
            (None, Some(language)) => all.push((at + 1, Line::Code(language, line))),
        }
    }
    assert!(language.is_none(), "a block of code is not closed: {text}");
    all
}

/// Keys by context, in the order in which contexts are looked up.
fn key_table() -> String {
    let keymap = Keymap::built_in().unwrap();
    let mut out = String::from("| where | keys |\n|---|---|\n");
    for context in Context::ALL {
        let rows: Vec<_> = keymap.bindings().iter().filter(|b| b.context == context).collect();
        let cells = Action::ALL.iter().filter_map(|action| {
            let keys: Vec<_> = rows
                .iter()
                .filter(|b| b.action == *action)
                .map(|b| format!("`{}`", key::show(&b.keys).replace('|', "\\|")))
                .collect();
            (!keys.is_empty()).then(|| format!("{} {}", keys.join(" "), action.label()))
        });
        let cells: Vec<_> = cells.collect();
        writeln!(out, "| {} | {} |", context.name(), cells.join(" · ")).unwrap();
    }
    out
}

/// All rights that exist.
fn permission_table() -> String {
    let mut out = String::from("| scope | capability | wire name | verbs |\n|---|---|---|---|\n");
    for scope in Scope::ALL {
        for c in scope.capabilities() {
            let verbs: Vec<_> = c.verbs.iter().map(axtok::domain::Verb::wire).collect();
            let row = [scope.label(), c.label, &format!("`{}`", c.wire), &verbs.join(", ")];
            writeln!(out, "| {} |", row.join(" | ")).unwrap();
        }
    }
    out
}

/// The rights that the audit log shows, and the actions that show them.
fn trace_table() -> String {
    let mut out = String::from("| scope | right | in the log | |\n|---|---|---|---|\n");
    for scope in Scope::ALL {
        for c in scope.capabilities() {
            for verb in c.verbs.iter() {
                let shows = |a: &&LogAction| a.rights().any(|right| right == (c, verb));
                let actions: Vec<_> = LogAction::ALL.iter().filter(shows).collect();
                if actions.is_empty() {
                    continue;
                }
                let names: Vec<_> = actions.iter().map(|a| format!("`{}`", a.name)).collect();
                let is_judged = actions.iter().any(|a| a.is_always_logged());
                let judged = if is_judged { "judged" } else { "shown" };
                let right = format!("`{}`", c.right(verb));
                writeln!(out, "| {} | {right} | {} | {judged} |", scope.label(), names.join(", "))
                    .unwrap();
            }
        }
    }
    out
}

#[test]
fn generated_parts_are_current() {
    let settings = fs::read_to_string("assets/settings.toml").unwrap();
    let parts = [
        ("docs/keys.md", "keys", key_table()),
        ("docs/api.md", "permissions", permission_table()),
        ("docs/usage.md", "traces", trace_table()),
        ("docs/settings.md", "settings", format!("```toml\n{settings}```\n")),
    ];
    let mut stale = Vec::new();
    for (file, name, part) in parts {
        let before = fs::read_to_string(file).unwrap();
        let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let start = before.find(&open).unwrap() + open.len();
        let end = before.find(&close).unwrap();
        let mut text = before.clone();
        text.replace_range(start..end, &part);
        if text == before {
            continue;
        }
        if std::env::var_os("DOCS").is_some() {
            fs::write(file, text).unwrap();
        } else {
            stale.push(file);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; DOCS=write cargo test --test docs");
}

/// The anchor that GitHub makes for a heading: lower case, without punctuation,
/// hyphens in place of spaces.
fn slug(heading: &str) -> String {
    // The text of a link counts, its address does not.
    let mut text = String::new();
    let mut rest = heading;
    while let Some((before, (label, after))) = next_link(rest) {
        text.push_str(before);
        text.push_str(label.0);
        rest = after;
    }
    text.push_str(rest);
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let kept = text.trim().to_lowercase();
    kept.chars().filter(is_kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// What comes before the first link of a text, its label and address, and the rest.
type Found<'a> = (&'a str, ((&'a str, &'a str), &'a str));

fn next_link(text: &str) -> Option<Found<'_>> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    let link = (&text[start + 1..middle], &text[middle + 2..end]);
    Some((&text[..start], (link, &text[end + 1..])))
}

/// A text without its spans of code.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// The anchors of a page.
fn anchors(text: &str) -> HashSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut all = HashSet::new();
    for (_, line) in lines(text) {
        let Line::Text(line) = line else { continue };
        let heading = line.trim_start_matches('#');
        let depth = line.len() - heading.len();
        if !(1..=6).contains(&depth) || !heading.starts_with(' ') {
            continue;
        }
        let slug = slug(heading);
        let count = seen.entry(slug.clone()).or_default();
        all.insert(if *count == 0 { slug } else { format!("{slug}-{count}") });
        *count += 1;
    }
    all
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(out.pop(), "{} leads out", path.display()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let anchors: HashMap<_, _> = pages.iter().map(|(file, text)| (file, anchors(text))).collect();
    let mut broken = Vec::new();
    for (file, text) in &pages {
        // A link may be broken over two lines.
        let mut prose = String::new();
        for (_, line) in lines(text) {
            if let Line::Text(line) = line {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        let prose = without_code(&prose);
        let mut rest = prose.as_str();
        while let Some((_, ((_, to), after))) = next_link(rest) {
            rest = after;
            if to.contains("://") || to.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = to.split_once('#').unwrap_or((to, ""));
            let folder = file.parent().unwrap();
            let target = if path.is_empty() { file.clone() } else { normal(&folder.join(path)) };
            let is_there = target.exists();
            let has_anchor = anchor.is_empty()
                || anchors.get(&target).is_some_and(|anchors| anchors.contains(anchor));
            if !is_there || !has_anchor {
                broken.push(format!("{}: {to}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn an_anchor_is_made_as_github_makes_it() {
    for (heading, anchor) in [
        (" Exit status", "exit-status"),
        (" 3. Try it with a simulator", "3-try-it-with-a-simulator"),
        (" axtok datasets list, axtok orgs list", "axtok-datasets-list-axtok-orgs-list"),
        (" `token-command` and [more](x.md#y)", "token-command-and-more"),
        (" Ask who can …", "ask-who-can-"),
    ] {
        assert_eq!(slug(heading), anchor);
    }
    let twice = anchors("# A\n```sh\n# no heading\n```\n## A\n");
    assert_eq!(twice, HashSet::from(["a".to_owned(), "a-1".to_owned()]));
}

#[test]
fn the_readme_is_short_and_begins_with_what_to_run() {
    let text = fs::read_to_string("README.md").unwrap();
    assert!(text.lines().count() <= 200, "{} lines", text.lines().count());
    let first: Vec<_> = text.lines().take(40).collect();
    let first = first.join("\n");
    for command in ["cargo run --release -- --demo", "cargo test"] {
        assert!(first.contains(&format!("```sh\n{command}\n```")), "{command}");
    }
    assert!(first.contains("](assets/pictures/tokens.svg)"));
}

/// A command of a shell up to the first sign that has a meaning for the shell and
/// is not quoted.
fn before_signs(line: &str) -> &str {
    let mut quote = None;
    let mut begins_word = true;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => drop(chars.next()),
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '|' | '>' | '<' | '&' | ';') => return &line[..at],
            (None, '#') if begins_word => return &line[..at],
            (None, '$') if line[at..].starts_with("$(") => return &line[..at],
            _ => {}
        }
        begins_word = c == ' ';
    }
    line
}

/// What is wrong with a command line.
fn mistake(command: &str) -> Option<String> {
    let words = match shell_words::split(before_signs(command)) {
        Ok(words) => words,
        Err(why) => return Some(why.to_string()),
    };
    let parsed = Cli::command().try_get_matches_from(words);
    // Help and the version end parsing too.
    parsed.err().filter(clap::Error::use_stderr).map(|why| why.to_string())
}

#[test]
fn every_command_is_one() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, text) in pages() {
        if !(file.starts_with("docs") || file == Path::new("README.md")) {
            continue;
        }
        let lines = lines(&text);
        let mut lines = lines.iter();
        while let Some((at, line)) = lines.next() {
            let Line::Code("sh", line) = line else { continue };
            let line = line.trim_start();
            if !line.starts_with("axtok ") {
                continue;
            }
            let mut command = line.to_owned();
            while let Some(begun) = command.strip_suffix('\\') {
                let Some((_, Line::Code(_, next))) = lines.next() else { break };
                command = format!("{begun}{}", next.trim_start());
            }
            count += 1;
            if let Some(why) = mistake(&command) {
                wrong.push(format!("{}:{at}: {command}\n{why}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "only {count} commands were found");
}

#[test]
fn signs_of_a_shell_end_a_command() {
    for (line, expected) in [
        ("axtok man | man -l -", "axtok man "),
        ("axtok tokens list 'expires<30d' # a comment", "axtok tokens list 'expires<30d' "),
        ("axtok simulate > sim.env &", "axtok simulate "),
        ("axtok a \\| \"x > y\" b#c", "axtok a \\| \"x > y\" b#c"),
        ("axtok tokens show $(cat id)", "axtok tokens show "),
        ("axtok a; axtok b", "axtok a"),
    ] {
        assert_eq!(before_signs(line), expected);
    }
}
