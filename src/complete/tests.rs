//! Requests and candidates, without a real shell.

use std::{fs, path::PathBuf};

use clap::ArgAction;

use super::*;
use crate::{
    config::{Environment, Files},
    names::{self, Named, NamesScope, What},
};

fn asked(variable: &str, args: &[&str]) -> Option<Question> {
    Question::of(Some(variable.into()), args.iter().map(|a| OsString::from(*a)))
}

/// The candidates that bash receives for a line, with these settings and variables.
fn answers(home: &Path, settings: &str, env: &[(&str, &str)], line: &str) -> Vec<String> {
    let files = Files::under(home, None);
    fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
    fs::write(&files.settings, settings).unwrap();
    let get = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    let config = Config { files, environment: Environment::read(get) };
    let question = asked("bash", &["axtok", "--", line]).unwrap();
    question.answer(Some(config)).lines().map(str::to_owned).collect()
}

#[expect(clippy::disallowed_methods, reason = "kept names are valid for some minutes")]
fn keep(home: &Path, deployment: &str, org: Option<&str>, name: &str) {
    let place = NamesScope {
        deployment: deployment.to_owned(),
        url: crate::config::DEFAULT_URL.to_owned(),
        org: org.map(str::to_owned),
    };
    let names = vec![Named { id: Some(format!("id-{name}")), name: name.to_owned() }];
    let file = Files::under(home, None).names;
    names::keep(&file, &place, What::Tokens, names, jiff::Timestamp::now()).unwrap();
}

const SETTINGS: &str = "complete-names = true\ndeployment = 'prod'\n\
    [deployments.prod]\norg-id = 'acme'\ntoken-command = ['touch', 'asked']\n\
    [deployments.labs]\ntoken-command = ['touch', 'asked']\n";

#[test]
fn only_our_scripts_request_completions() {
    let given = |args: &[&str]| asked("bash", args).map(|q| q.given);
    assert_eq!(given(&["axtok", "--", "axtok to"]).unwrap(), ["axtok to"]);
    assert_eq!(given(&["axtok"]), None);
    assert_eq!(given(&["axtok", "tokens", "--", "x"]), None);
    assert_eq!(asked("1", &["axtok", "--", "x"]), None);
    assert_eq!(Question::of(None, std::iter::empty()), None);
}

#[test]
fn commands_and_flags_need_no_settings() {
    let say = |line: &str| asked("bash", &["axtok", "--", line]).unwrap().answer(None);
    assert_eq!(say("axtok rev"), "review\n");
    assert!(say("axtok ").lines().any(|l| l == "tokens"));
    assert!(!say("axtok ").contains("--"), "flags are offered after a dash");
    assert_eq!(say("axtok tokens list --expiring"), "--expiring-within\n");
    assert_eq!(say("axtok review --fail-on h"), "high\n");
    assert_eq!(say("axtok tokens create x --org users:r"), "read\n");
    assert_eq!(say("axtok tokens create x --dataset '*=vac"), "*=vacuum:update\n");
    let flags = say("axtok tokens show ");
    assert!(flags.lines().all(|l| l.starts_with("--")), "no token is known: {flags}");
    assert_eq!(say("axtok tokens show x"), "");
    assert_eq!(say("axtok --log-file "), "", "the shell completes files");
    assert_eq!(say("axtok tokens list > "), "");
    let fish = asked("fish", &["axtok", "--", "axtok", "tokens", "sh"]).unwrap().answer(None);
    assert_eq!(fish, "show\tShow tokens: rights, findings, expiry\n");
    let zsh = asked("zsh", &["axtok", "--", "axtok", "review", "--org", "users"]).unwrap();
    assert_eq!(zsh.answer(None), "+users:Users\n");
}

#[test]
fn names_come_from_the_selected_organisation() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    keep(home, "prod", Some("acme"), "of-acme");
    keep(home, "prod", Some("other"), "of-other");
    keep(home, "labs", None, "of-labs");
    let say = |env: &[(&str, &str)], line: &str| answers(home, SETTINGS, env, line);
    assert_eq!(say(&[], "axtok tokens show of"), ["of-acme"]);
    assert_eq!(say(&[], "axtok review --token of"), ["of-acme"]);
    assert_eq!(say(&[("AXIOM_ORG_ID", "other")], "axtok tokens show of"), ["of-other"]);
    for typed in ["--deployment labs tokens show", "tokens show --deployment=labs"] {
        assert_eq!(say(&[], &format!("axtok {typed} of")), ["of-labs"], "{typed}");
    }
    assert!(say(&[], "axtok --deployment nowhere tokens show of").is_empty());
    assert!(say(&[], "axtok --demo tokens show of").is_empty());
    assert!(say(&[("AXIOM_URL", "https://api.example.com")], "axtok tokens show of").is_empty());
    assert!(say(&[("AXIOM_TOKEN", "xapt-1")], "axtok tokens show of").is_empty());
    assert_eq!(say(&[], "axtok --deployment "), ["labs", "prod"]);
    assert!(say(&[], "axtok personal delete of").is_empty(), "personal tokens are not kept");
    // Two organisations, and none is selected.
    let silent = SETTINGS.replace("org-id = 'acme'\n", "");
    assert!(answers(home, &silent, &[], "axtok tokens show of").is_empty());
    let off = SETTINGS.replace("complete-names = true\n", "");
    assert!(answers(home, &off, &[], "axtok tokens show of").is_empty());
    let broken = format!("{SETTINGS}nonsense = 1\n");
    assert!(answers(home, &broken, &[], "axtok tokens show of").is_empty());
    assert!(!home.join("asked").exists() && !Path::new("asked").exists(), "no command was run");
}

#[test]
fn an_api_token_from_the_environment_has_no_names() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    keep(home, "prod", Some("acme"), "of-acme");
    keep(home, "environment", Some("acme"), "of-env");
    let say = |token: &str| {
        let env = [("AXIOM_TOKEN", token), ("AXIOM_ORG_ID", "acme")];
        answers(home, SETTINGS, &env, "axtok tokens show of")
    };
    assert_eq!(say("xapt-1"), ["of-env"]);
    assert!(say("xaat-1").is_empty(), "it may belong to another organisation");
}

#[test]
fn every_completed_argument_exists() {
    let mut command = Cli::command();
    command.build();
    for (path, id, _) in arguments::ALL {
        let found = path.split(' ').filter(|p| !p.is_empty());
        let found = found.fold(&command, |c, name| c.find_subcommand(name).unwrap());
        let arg = found.get_arguments().find(|a| a.get_id() == *id);
        assert!(arg.is_some_and(|a| a.get_action().takes_values()), "{path} {id}");
    }
    // Every argument that takes a token is in the table.
    let mut missing = Vec::new();
    for command in command.find_subcommand("tokens").unwrap().get_subcommands() {
        for arg in command.get_arguments() {
            let takes = matches!(arg.get_action(), ArgAction::Append | ArgAction::Set);
            let is_token = arg.get_value_names().is_some_and(|n| n[0] == "TOKEN");
            let path = format!("tokens {}", command.get_name());
            let is_known = arguments::ALL.iter().any(|(p, id, _)| *p == path && arg.get_id() == id);
            if takes && is_token && !is_known {
                missing.push(format!("{path} {}", arg.get_id()));
            }
        }
    }
    assert!(missing.is_empty() || missing.iter().all(|m| m.contains(" help ")), "{missing:?}");
}

#[test]
fn a_script_calls_the_program_that_printed_it() {
    for shell in Shell::ALL {
        let by_name = script(shell, Path::new("axtok"));
        assert!(by_name.replace('\'', "").contains(" axtok -- "), "{by_name}");
        let odd = PathBuf::from("/opt/it's here/axtok");
        let by_path = script(shell, &odd);
        assert!(by_path.contains("/opt/it") && by_path.contains("here/axtok' -- "), "{by_path}");
        assert!(!by_path.contains("AXTOK-PROGRAM"));
        assert!(script(shell, Path::new("./axtok")).contains("/axtok"), "a path becomes absolute");
    }
}
