//! The schema of the settings file, and what the program reads.

use std::path::Path;

use axtok::config::{DOCUMENTED, Settings};
use serde_json::Value;

use crate::{script::Script, validator, wrong};

/// A settings file as JSON; `None` if it is not TOML.
fn as_json(text: &str) -> Option<Value> {
    let table: toml::Table = toml::from_str(text).ok()?;
    serde_json::to_value(table).ok()
}

/// The documented file with its examples in force.
fn uncommented() -> String {
    let is_code = |line: &&str| {
        line.starts_with('[')
            || line
                .split_once(" = ")
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    };
    let lines = DOCUMENTED.lines().filter_map(|line| line.strip_prefix("# ")).filter(is_code);
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn the_documented_settings_are_as_described() {
    let judge = validator("settings");
    let text = uncommented();
    let without =
        |name: &str| text.lines().filter(|l| !l.starts_with(name)).collect::<Vec<_>>().join("\n");
    for text in [without("token-file"), without("token-command"), DOCUMENTED.to_owned()] {
        let json = as_json(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(wrong(&judge, &json), Vec::<String>::new(), "{text}");
    }
    assert!(!judge.is_valid(&as_json(&text).unwrap()), "token-file and token-command");
    // Every member has an example.
    let json = as_json(&without("token-file")).unwrap();
    let schema = crate::published::ALL.iter().find(|s| s.name == "settings").unwrap().schema();
    for name in schema["properties"].as_object().unwrap().keys() {
        assert!(json.get(name).is_some(), "{name} is not documented");
    }
    for name in schema["$defs"]["Deployment"]["properties"].as_object().unwrap().keys() {
        assert!(text.contains(&format!("{name} = ")), "{name} is not documented");
    }
}

/// The keys in use, in the format of the settings.
#[test]
fn the_printed_keys_are_as_described() {
    let keys = Script::with("").run(&["config", "keys"]).ends(0).out;
    let json = as_json(&keys).unwrap();
    assert_eq!(wrong(&validator("settings"), &json), Vec::<String>::new());
    assert!(json["keys"].as_object().unwrap().len() > 5);
}

/// The program takes what the schema allows, and refuses the rest.
#[test]
fn the_schema_and_the_program_agree() {
    let judge = validator("settings");
    for (text, is_good) in [
        ("", true),
        ("deployment = 'prod'", true),
        ("deployment = ' '", false),
        ("deployment = 3", false),
        ("read-only = true", true),
        ("read-only = 'locked'", true),
        ("read-only = 'yes'", false),
        ("readonly = true", false),
        ("read_only = true", false),
        ("title = false", true),
        ("title = 'no'", false),
        ("complete-names = true", true),
        ("complete-names = 'yes'", false),
        ("history = '1y'", true),
        ("history = ' 90 days '", true),
        ("history = 'forever'", true),
        ("history = '0d'", false),
        ("history = '5m'", false),
        ("history = 90", false),
        ("on-due = ['page']", true),
        ("on-due = ['/opt/page', 'a/b', '']", true),
        ("on-due = ['~/bin/page']", true),
        ("on-due = ['bin/page']", false),
        ("on-due = ['./page']", false),
        ("on-due = ['']", false),
        ("on-due = [' ']", false),
        ("on-due = []", false),
        ("on-due = 'page'", false),
        ("on-due = ['page', 1]", false),
        ("due-within = '2w'", true),
        ("due-within = ' 30 days '", true),
        ("due-within = 'forever'", false),
        ("due-within = '0d'", false),
        ("due-within = '5m'", false),
        ("due-within = 14", false),
        ("usage = 'always'", true),
        ("usage = 'sometimes'", false),
        ("usage = true", false),
        ("mouse = 'on'", true),
        ("mouse = true", false),
        ("mouse = 'maybe'", false),
        ("clipboard = 'native'", true),
        ("clipboard = 'x11'", false),
        ("theme = 'colour-blind'", true),
        ("theme = 'drak'", false),
        ("theme = 1", false),
        ("[keys.tokens]\ndelete = ['D', 'g d']\nclone = []", true),
        ("[keys.tokens]\ndelete = 'd'", false),
        ("[keys.tokens]\ndelete = [3]", false),
        ("keys = ['d']", false),
        ("[keys]\ntokens = ['d']", false),
        ("deployments = 3", false),
        ("[deployments.a]", true),
        (
            "[deployments.a]\nurl = 'https://h'\norg-id = 'acme'\nread-only = 'locked'\n\
             token-command = ['pass', 'show', 'x y']\npersonal-tokens-path = '/p/q'\n\
             [deployments.b]\ntoken-file = '~/t'\n[deployments.c]\ntoken-file = '/t'",
            true,
        ),
        ("[deployments.a]\norg_id = 'x'", false),
        ("[deployments.a]\ntoken = 'xapt-canary'", false),
        ("[deployments.a]\ntoken-command = 'pass show'", false),
        ("[deployments.a]\ntoken-command = []", false),
        ("[deployments.a]\ntoken-command = ['']", false),
        ("[deployments.a]\ntoken-command = ['pass', 1]", false),
        ("[deployments.a]\ntoken-file = 'x'", false),
        ("[deployments.a]\ntoken-file = '/x'\ntoken-command = ['x']", false),
        ("[deployments.a]\npersonal-tokens-path = 'v1'", false),
        ("[deployments.a]\npersonal-tokens-path = '/'", false),
        ("[deployments.a]\npersonal-tokens-path = '/v1/'", true),
        ("[deployments.a]\npersonal-tokens-path = '/v1/../v2'", false),
        ("[deployments.a]\npersonal-tokens-path = '/v1/..x'", true),
        ("[deployments.a]\npersonal-tokens-path = 'https://h.test:8443/v1/mine'", true),
        ("[deployments.a]\npersonal-tokens-path = 'http://127.0.0.1:1/mine'", true),
        ("[deployments.a]\npersonal-tokens-path = 'https://h.test'", false),
        ("[deployments.a]\npersonal-tokens-path = 'https://h.test/?x'", false),
        ("[deployments.a]\npersonal-tokens-path = 'ftp://h.test/x'", false),
        ("[deployments.a]\naudit-dataset = 'audit-logs'", true),
        ("[deployments.a]\naudit-dataset = ' '", false),
    ] {
        let parsed = Settings::parse(Path::new("settings.toml"), text, Path::new("/home/jo"));
        assert_eq!(parsed.is_ok(), is_good, "the program: {text}\n{parsed:?}");
        let wrong = wrong(&judge, &as_json(text).unwrap());
        assert_eq!(wrong.is_empty(), is_good, "the schema: {text}\n{wrong:#?}");
    }
    // Names that only the keymap knows, and an address without its scheme.
    for text in [
        "[keys.tokns]\nnew = ['N']",
        "[keys.tokens]\nsrot = ['x']",
        "[deployments.a]\nurl = 'api.axiom.co'",
    ] {
        assert!(!judge.is_valid(&as_json(text).unwrap()), "{text}");
    }
}
