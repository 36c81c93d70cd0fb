use std::{fs, os::unix::fs::PermissionsExt as _};

use super::*;

const FILE: &str = "# my deployments\nactive_deployment = \"prod\"\n\n\
    [deployments.prod] # the real one\nurl = \"https://api.axiom.co\"\ntoken = \"xapt-old\" # jo's\n\
    org_id = \"acme\"\nedge_region = \"eu\"\n\n[deployments.dev]\r\nurl = 'http://127.0.0.1:1'\n\
    token = '''xaat-2'''\n";

fn entry<'a>(name: &'a str, token: &'a Secret) -> Entry<'a> {
    Entry { name, url: "https://api.axiom.co", token, org: Some("acme"), replaces: true }
}

fn saved(text: &str, name: &str) -> (Result<Saved, ConfigError>, String, u32) {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".axiom.toml");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let token = Secret::new("xapt-new".to_owned());
    let result = save(&file, &entry(name, &token));
    let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    (result, fs::read_to_string(&file).unwrap(), mode)
}

#[test]
fn changing_one_value_keeps_every_other_byte() {
    let (result, text, mode) = saved(FILE, "prod");
    assert_eq!(result.unwrap().other_active, None);
    assert_eq!(text, FILE.replace("xapt-old", "xapt-new"));
    assert_eq!(mode, 0o600);
}

#[test]
fn adding_an_entry_keeps_the_other_ones() {
    let (result, text, _) = saved(FILE, "work");
    assert_eq!(result.unwrap().other_active.as_deref(), Some("prod"));
    assert!(text.starts_with(FILE), "{text}");
    let rest = &text[FILE.len()..];
    let wanted = "\n[deployments.work]\nurl = \"https://api.axiom.co\"\ntoken = \"xapt-new\"\norg_id = \"acme\"\n";
    assert_eq!(rest, wanted);
}

#[test]
fn an_existing_name_gets_a_number_unless_it_may_be_replaced() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".axiom.toml");
    fs::write(&file, FILE).unwrap();
    let save_as = |token: &str| {
        let token = Secret::new(token.to_owned());
        save(&file, &Entry { replaces: false, ..entry("prod", &token) }).unwrap().name
    };
    assert_eq!(save_as("xapt-new"), "prod-2");
    assert_eq!(save_as("xapt-newer"), "prod-3");
    assert_eq!(save_as("xapt-new"), "prod-2", "already saved");
    assert_eq!(save_as("xapt-old"), "prod");
    assert!(fs::read_to_string(&file).unwrap().starts_with(FILE));
}

#[test]
fn the_first_entry_becomes_active() {
    for text in ["", "# nothing yet\n", "active_deployment = \"gone\"\n"] {
        let (result, after, _) = saved(text, "axiom");
        assert_eq!(result.unwrap().other_active, None, "{text}");
        assert!(after.contains("active_deployment = \"axiom\""), "{after}");
        assert!(after.contains("[deployments.axiom]"), "{after}");
        assert!(!after.contains("[deployments]\n"), "{after}");
    }
}

#[test]
fn a_missing_file_is_created_private_to_the_user() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".axiom.toml");
    let token = Secret::new("xapt-new".to_owned());
    save(&file, &entry("axiom", &token)).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(CliFile::read(&file).unwrap().active(), Some("axiom"));
}

/// One deployment in the forms people write: dotted keys, inline tables, CRLF, odd spacing, no
/// newline at the end, unknown members.
const OTHERS: [&str; 6] = [
    "[deployments.other]\ntoken = \"t\"\nurl=\"u\"   # c\n",
    "[deployments.'other']\r\n# t\r\n  token = \"t\"\r\n\r\n",
    "deployments.other.token = \"t\" # dotted\n",
    "[deployments]\nother = { token = \"t\" , url = \"u\" } # inline\n",
    "[deployments.other]\nunknown = [1, 2,\n  3]\ntoken = \"t\"",
    "[deployments.other]\norg_id = 'o'\ntoken = '''\nt'''\n[deployments.other.more]\nx = 1\n",
];
const HEADS: [&str; 4] = ["", "# top\n\n", "active_deployment = \"other\"\n", "key = 1 # kept\n"];

#[test]
fn adding_an_entry_keeps_other_bytes_in_every_toml_style() {
    for head in HEADS {
        for other in OTHERS {
            for name in ["work", "a.b", "ü", "a \"b\""] {
                let text = format!("{head}{other}");
                let (result, after, _) = saved(&text, name);
                result.unwrap();
                assert!(after.starts_with(&text), "{text:?} is not the start of\n{after:?}");
                let read: CliFile = toml::from_str(&after).unwrap();
                assert_eq!(read.deployments[name].token.as_deref(), Some("xapt-new"));
            }
        }
    }
}

#[test]
fn changing_an_entry_changes_only_its_values_in_every_toml_style() {
    for head in HEADS {
        for other in OTHERS {
            let more = if other.ends_with('\n') { "[x]\ny = 1 # z\n" } else { "" };
            let text = format!("{head}{other}{more}");
            let (result, after, _) = saved(&text, "other");
            result.unwrap_or_else(|e| panic!("{e}\n{text}"));
            let (old, mut new): (toml::Table, toml::Table) =
                (toml::from_str(&text).unwrap(), toml::from_str(&after).unwrap());
            let members = new["deployments"]["other"].as_table_mut().unwrap();
            assert_eq!(members["token"].as_str(), Some("xapt-new"));
            assert_eq!(members["org_id"].as_str(), Some("acme"));
            // With the three members restored, it equals the old file.
            for member in ["url", "token", "org_id"] {
                match old["deployments"]["other"].get(member) {
                    Some(value) => drop(members.insert(member.to_owned(), value.clone())),
                    None => drop(members.remove(member)),
                }
            }
            assert_eq!(new, old, "{after}");
            for comment in ["# c", "# t", "# dotted", "# inline", "# z", "# kept", "# top"] {
                assert_eq!(text.contains(comment), after.contains(comment), "{comment} in {after}");
            }
        }
    }
}

#[test]
fn an_organisation_that_no_longer_applies_is_cleared() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".axiom.toml");
    fs::write(&file, FILE).unwrap();
    let token = Secret::new("xaat-new".to_owned());
    save(&file, &Entry { org: None, ..entry("prod", &token) }).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, FILE.replace("xapt-old", "xaat-new").replace("\"acme\"", "\"\""));
}

#[test]
fn a_broken_file_is_left_alone() {
    for text in ["[deployments", "[deployments.prod]\ntoken = xapt-canary\n", "deployments = 3\n"] {
        let (result, after, mode) = saved(text, "prod");
        let said = result.unwrap_err().to_string();
        assert_eq!(after, text);
        assert_eq!(mode, 0o644);
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn the_active_deployment_is_found_in_both_spellings() {
    let two = "[deployments.a]\ntoken='1'\n[deployments.b]\ntoken='2'\n";
    for (head, active) in [
        ("active_deployment = 'b'\n", Some("b")),
        ("active_deployments = 'b'\n", Some("b")),
        ("active_deployments = ['b', 'a']\n", Some("b")),
        ("active_deployment = ''\n", None),
        ("", None),
    ] {
        let file: CliFile = toml::from_str(&format!("{head}{two}")).unwrap();
        assert_eq!(file.active(), active, "{head}");
    }
}
