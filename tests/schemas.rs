//! The JSON Schemas in `docs/schemas` are made from the types that the commands print and
//! from the settings, and they match what the program does.
//!
//! To write them: `SCHEMAS=write cargo test --test schemas`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "commands_api/logged.rs"]
mod logged;
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "commands_api/script.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod script;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

#[path = "schemas/outputs.rs"]
mod outputs;
#[path = "schemas/policy.rs"]
mod policy;
#[path = "schemas/published.rs"]
mod published;
#[path = "schemas/settings.rs"]
mod settings;

use std::fs;

use jsonschema::Validator;
use serde_json::Value;

use published::Published;

const FOLDER: &str = "docs/schemas";

/// Judges by the schema of this file.
fn validator(name: &str) -> Validator {
    let schema = published::ALL.iter().find(|schema| schema.name == name);
    let schema = schema.unwrap_or_else(|| panic!("no schema {name}")).schema();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// What is wrong with a document; empty if it is as described.
fn wrong(judge: &Validator, document: &Value) -> Vec<String> {
    judge.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn the_published_schemas_are_current() {
    let write = std::env::var_os("SCHEMAS").is_some();
    let mut stale = Vec::new();
    for schema in published::ALL {
        let file = format!("{FOLDER}/{}.json", schema.name);
        let text = serde_json::to_string_pretty(&schema.schema()).unwrap() + "\n";
        if write {
            fs::create_dir_all(FOLDER).unwrap();
            fs::write(&file, text).unwrap();
        } else if fs::read_to_string(&file).ok() != Some(text) {
            stale.push(file);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; SCHEMAS=write cargo test --test schemas");
    let files = fs::read_dir(FOLDER).unwrap();
    assert_eq!(files.count(), published::ALL.len(), "every file is one of these");
}

#[test]
fn every_member_and_word_is_described() {
    for Published { name, .. } in published::ALL {
        let schema = published::ALL.iter().find(|s| s.name == *name).unwrap().schema();
        let mut silent = Vec::new();
        undescribed(&schema, name, &mut silent);
        assert!(silent.is_empty(), "{silent:#?}");
    }
}

/// Collects the members without a description, and descriptions that are meant for Rust.
fn undescribed(schema: &Value, at: &str, silent: &mut Vec<String>) {
    let text = |schema: &Value| schema["description"].as_str().unwrap_or_default().to_owned();
    if ["[`", "Self", "crate"].iter().any(|word| text(schema).contains(word)) {
        silent.push(format!("{at}: {}", text(schema)));
    }
    if let Some(members) = schema["properties"].as_object() {
        for (name, member) in members {
            if text(member).is_empty() {
                silent.push(format!("{at}.{name}"));
            }
        }
    }
    match schema {
        Value::Object(parts) => {
            for (name, part) in parts {
                undescribed(part, &format!("{at}.{name}"), silent);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|part| undescribed(part, at, silent)),
        _ => {}
    }
}
