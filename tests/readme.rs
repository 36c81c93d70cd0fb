//! The README's generated parts are what the program prints today.
//!
//! To write them anew: `README=write cargo test --test readme`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use axtok::{
    domain::Scope,
    input::{Action, Context, Keymap, key},
};

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

/// The capability table.
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

#[test]
fn generated_parts_are_current() {
    let mut text = std::fs::read_to_string("README.md").unwrap();
    let before = text.clone();
    let mut parts =
        vec![("keys".to_owned(), key_table()), ("permissions".to_owned(), permission_table())];
    let settings = std::fs::read_to_string("assets/settings.toml").unwrap();
    parts.push(("settings".to_owned(), format!("```toml\n{settings}```\n")));
    for (name, part) in parts {
        let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let start = text.find(&open).unwrap() + open.len();
        let end = text.find(&close).unwrap();
        text.replace_range(start..end, &part);
    }
    if std::env::var_os("README").is_some() {
        std::fs::write("README.md", text).unwrap();
        return;
    }
    assert!(before == text, "README.md is stale: README=write cargo test --test readme");
}
