use std::{fs, os::unix::fs::PermissionsExt as _};

use super::*;

fn parse(text: &str) -> Result<Settings, String> {
    Settings::parse(Path::new("settings.toml"), text, Path::new("/home/jo"))
        .map_err(|e| e.to_string())
}

#[test]
fn the_documented_file_contains_only_defaults() {
    assert_eq!(parse(DOCUMENTED), Ok(Settings::default()));
}

/// Parses each example of the documented file, in its section.
#[test]
fn every_example_is_valid() {
    let examples = DOCUMENTED.lines().filter_map(|l| l.strip_prefix("# "));
    let is_line = |l: &&str| {
        let name = l.split(" = ").next().unwrap();
        (l.starts_with('[') && l.ends_with(']'))
            || l.contains(" = ") && TOP.iter().chain(&DEPLOYMENT).any(|k| *k == name)
            || l.ends_with(']') && l.contains(" = [")
    };
    let mut section = "";
    let mut seen = Vec::new();
    for line in examples.filter(is_line) {
        if line.starts_with('[') {
            section = line;
        }
        let settings = parse(&format!("{}\n{line}\n", if line == section { "" } else { section }));
        assert!(settings.is_ok(), "{line}: {settings:?}");
        seen.push(line.split(" = ").next().unwrap());
        if line.starts_with("[keys.") {
            seen.push("keys");
        }
    }
    for key in TOP.iter().chain(&DEPLOYMENT).filter(|k| **k != "deployments") {
        assert!(seen.contains(key), "{key} has no example");
    }
}

#[test]
fn settings_are_parsed() {
    let settings = parse(
        "deployment = 'prod'\nread-only = true\ncomplete-names = true\n[deployments.prod]\nurl = 'https://h'\n\
         org-id = 'acme'\ntoken-command = ['pass', 'show', 'x y']\nread-only = 'locked'\n\
         personal-tokens-path = '/p'\naudit-dataset = 'logs'\n\
         [deployments.dev]\ntoken-file = '~/t'\n",
    )
    .unwrap();
    assert_eq!(settings.deployment.as_deref(), Some("prod"));
    assert_eq!(settings.read_only, Some(Access::ReadOnly));
    assert_eq!(settings.complete_names, Some(true));
    let prod = &settings.deployments["prod"];
    assert_eq!(prod.read_only, Some(Access::Locked));
    let command = ["pass", "show", "x y"].map(str::to_owned).to_vec();
    assert_eq!(prod.token, Some(TokenFrom::Command(command)));
    assert_eq!(prod.routes.personal.as_deref(), Some("/p"));
    assert_eq!(prod.routes.audit_dataset.as_deref(), Some("logs"));
    let dev = &settings.deployments["dev"];
    assert_eq!(dev.token, Some(TokenFrom::File("/home/jo/t".into())));
}

#[test]
fn the_program_for_due_tokens_is_found_from_home_or_in_path() {
    for (written, program) in [
        ("page", "page"),
        ("/opt/page on-call", "/opt/page on-call"),
        ("~/bin/page", "/home/jo/bin/page"),
    ] {
        let settings = parse(&format!("on-due = ['{written}', '~/x']\ndue-within = ' 2w '\n"));
        let settings = settings.unwrap();
        assert_eq!(settings.on_due, Some(vec![program.to_owned(), "~/x".to_owned()]));
        assert_eq!(settings.due_within, Within::parse("2w"));
    }
}

#[test]
fn errors_name_the_position_and_the_fix() {
    for (text, words) in [
        (
            "readonly = true",
            "settings.toml:1:1: unknown key \"readonly\": did you mean \"read-only\"?",
        ),
        (
            "\n\n  deploymnt = 'x'",
            "settings.toml:3:3: unknown key \"deploymnt\": did you mean \"deployment\"?",
        ),
        (
            "colour = 1",
            "settings.toml:1:1: unknown key \"colour\": use one of deployment, read-only",
        ),
        (
            "[deployments.a]\norg_id = 'x'",
            "settings.toml:2:1: unknown key \"org_id\": did you mean \"org-id\"?",
        ),
        (
            "[deployments.a]\ntoken = 'xapt-canary'",
            "settings.toml:2:1: settings must not contain tokens",
        ),
        ("read-only = 'yes'", "settings.toml:1:13: read-only must be true, false or \"locked\""),
        ("deployment = 3", "settings.toml:1:14: deployment must be a text in quotes"),
        ("title = 'no'", "settings.toml:1:9: title must be true or false"),
        ("complete-names = 'yes'", "settings.toml:1:18: complete-names must be true or false"),
        ("usage = 'never'", "settings.toml:1:9: usage must be ask, always or off"),
        ("history = '5m'", "settings.toml:1:11: history must be a length such as 90d, or forever"),
        ("history = 90", "settings.toml:1:11: history must be a text in quotes"),
        (
            "policy = 'rules.toml'",
            "settings.toml:1:10: policy must be a path that begins with / or ~/",
        ),
        ("on-due = 'page'", "settings.toml:1:10: on-due must be a list of arguments such as"),
        ("on-due = ['page', 1]", "settings.toml:1:10: on-due must be a list of arguments such as"),
        ("on-due = []", "settings.toml:1:10: on-due: write a program and its arguments"),
        ("on-due = [' ']", "settings.toml:1:10: on-due: write a program and its arguments"),
        ("on-due = ['bin/page']", "settings.toml:1:10: on-due: bin/page is a relative path"),
        ("on-due = ['xaat-canary/x']", "is a relative path"),
        ("due-within = '5m'", "settings.toml:1:14: due-within must be a length such as 14d"),
        ("due-within = 'never'", "settings.toml:1:14: due-within must be a length such as 14d"),
        ("due-within = 14", "settings.toml:1:14: due-within must be a text in quotes"),
        ("usage = true", "settings.toml:1:9: usage must be a text in quotes"),
        ("mouse = true", "settings.toml:1:9: mouse must be a text in quotes"),
        ("mouse = 'maybe'", "settings.toml:1:9: mouse must be auto, on or off"),
        (
            "[keys.tokens]\ndelete = 'd'",
            "settings.toml:2:10: delete must be a list of keys such as",
        ),
        (
            "[keys.tokens]\ndelete = [3]",
            "settings.toml:2:10: delete must be a list of keys such as",
        ),
        ("keys = ['d']", "settings.toml:1:8: keys must be a section"),
        ("[keys]\ntokens = ['d']", "settings.toml:2:10: tokens must be a section"),
        ("clipboard = 'x11'", "settings.toml:1:13: clipboard must be auto, osc52, native or off"),
        ("theme = 'drak'", "settings.toml:1:9: unknown theme \"drak\": did you mean \"dark\"?"),
        ("theme = 'x'", "settings.toml:1:9: unknown theme \"x\": use one of terminal, auto"),
        ("theme = 1", "settings.toml:1:9: theme must be a text in quotes"),
        ("deployments = 3", "settings.toml:1:15: deployments must be a section"),
        (
            "[deployments.a]\ntoken-command = 'pass show'",
            "settings.toml:2:17: token-command must be a list",
        ),
        ("[deployments.a]\ntoken-command = []", "must be a list of arguments"),
        ("[deployments.a]\ntoken-command = ['']", "must be a list of arguments"),
        ("[deployments.a]\ntoken-file = 'x'", "must be a path that begins with / or ~/"),
        (
            "[deployments.a]\ntoken-file = '/x'\ntoken-command = ['x']",
            "settings.toml:3:1: use token-command or token-file, not both",
        ),
        ("[deployments.a]\npersonal-tokens-path = 'v1'", "must be a path such as"),
        ("[deployments.a]\npersonal-tokens-path = '/v1/../v2'", "must be a path such as"),
        (
            "[deployments.a]\npersonal-tokens-path = 'http://h.test/p'",
            "personal-tokens-path: http would expose the token to the network",
        ),
        (
            "[deployments.a]\npersonal-tokens-path = 'https://canary@h.test/p'",
            "personal-tokens-path: remove the user name and password",
        ),
        ("[deployments.a]\npersonal-tokens-path = 'https://h.test'", "must be a path such as"),
        ("[deployments.a]\npersonal-tokens-path = 'https://h.test/a/../b'", "must be a path such"),
        (
            "[deployments.a]\npersonal-tokens-path = 'https://h.test/xapt-canary'",
            "a token does not",
        ),
        ("[deployments.a]\naudit-dataset = ''", "audit-dataset must be a text in quotes"),
        ("[deployments.a]\naudit-dataset = 'xaat-canary'", "looks like a token"),
        ("deployment = xapt-canary", "settings.toml:1:14: invalid TOML"),
    ] {
        let said = parse(text).unwrap_err();
        assert!(said.contains(words), "{text}\n{said}\n{words}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn a_file_that_others_can_write_runs_no_command() {
    let home = tempfile::tempdir().unwrap();
    let files = Files::under(home.path(), None);
    fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
    let with_mode = |mode| {
        fs::set_permissions(&files.settings, fs::Permissions::from_mode(mode)).unwrap();
        Settings::load(&files).map_err(|e| e.to_string())
    };
    for text in ["[deployments.a]\ntoken-command = ['true']\n", "on-due = ['true']\n"] {
        fs::write(&files.settings, text).unwrap();
        assert!(with_mode(0o644).is_ok());
        let said = with_mode(0o664).unwrap_err();
        assert!(said.contains("others can write it") && said.contains("chmod 600"), "{said}");
    }
    fs::write(&files.settings, "due-within = '7d'\n").unwrap();
    assert!(with_mode(0o666).is_ok(), "nothing is run");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let home = tempfile::tempdir().unwrap();
    let files = Files::under(home.path(), None);
    assert_eq!(Settings::load(&files), Ok(Settings::default()));
    fs::create_dir_all(&files.settings).unwrap();
    let said = Settings::load(&files).unwrap_err().to_string();
    assert!(said.contains("settings.toml") && said.contains("it is a folder"), "{said}");
    fs::remove_dir(&files.settings).unwrap();
    fs::write(&files.settings, b"\xff").unwrap();
    let said = Settings::load(&files).unwrap_err().to_string();
    assert!(said.contains("not UTF-8"), "{said}");
}
