//! The commands, run as a user runs them: the built program with its own home directory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use axtok::simulator::{Scenario, Simulator};
use serde_json::Value;
use tempfile::TempDir;

/// Runs `axtok` with only this home directory and environment.
fn axtok(home: &Path, env: &[(&str, &str)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_axtok"))
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// [`axtok`] on another thread, so that a server in this process can respond meanwhile.
async fn axtok_meanwhile(home: &Path, env: &[(&str, &str)], args: &[&str]) -> Output {
    let home = home.to_owned();
    let owned = |s: &str| s.to_owned();
    let env: Vec<_> = env.iter().map(|(n, v)| (owned(n), owned(v))).collect();
    let args: Vec<_> = args.iter().map(|a| owned(a)).collect();
    let run = move || {
        let env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        axtok(&home, &env, &args)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn settings(home: &TempDir) -> std::path::PathBuf {
    home.path().join(".config/axtok/settings.toml")
}

#[test]
fn config_init_creates_a_settings_file_and_never_overwrites_one() {
    let home = tempfile::tempdir().unwrap();
    let path = out(&axtok(home.path(), &[], &["config", "path"]));
    assert_eq!(Path::new(path.trim()), settings(&home));
    let made = axtok(home.path(), &[], &["config", "init"]);
    assert!(made.status.success(), "{}", err(&made));
    assert_eq!(Path::new(out(&made).trim()), settings(&home));
    assert!(err(&made).contains("every setting in it is explained"), "{}", err(&made));
    let text = fs::read_to_string(settings(&home)).unwrap();
    assert!(text.contains("token-command") && text.contains("# read-only = false"));
    assert_eq!(fs::metadata(settings(&home)).unwrap().permissions().mode() & 0o777, 0o600);

    fs::write(settings(&home), "read-only = true\n").unwrap();
    let again = axtok(home.path(), &[], &["config", "init"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(err(&again).contains("already exists: nothing was changed"));
    assert_eq!(fs::read_to_string(settings(&home)).unwrap(), "read-only = true\n");
    let shown = out(&axtok(home.path(), &[], &["config", "show"]));
    assert!(shown.contains("read-only = true") && shown.contains("# used: none"), "{shown}");
}

#[test]
fn xdg_config_home_is_respected() {
    let home = tempfile::tempdir().unwrap();
    let env = [("XDG_CONFIG_HOME", "/somewhere/else")];
    let path = out(&axtok(home.path(), &env, &["config", "path"]));
    assert_eq!(path, "/somewhere/else/axtok/settings.toml\n");
}

#[test]
fn broken_settings_are_an_error_with_their_position() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(settings(&home).parent().unwrap()).unwrap();
    fs::write(settings(&home), "\n readonly = true\n").unwrap();
    let shown = axtok(home.path(), &[], &["config", "show"]);
    assert_eq!(shown.status.code(), Some(2));
    let printed = err(&shown);
    let words = "settings.toml:2:2: unknown key \"readonly\": did you mean \"read-only\"?";
    assert!(printed.contains(words), "{printed}");
    let doctor = axtok(home.path(), &[], &["doctor", "--offline"]);
    assert_eq!(doctor.status.code(), Some(1));
    assert!(out(&doctor).contains(words), "{}", out(&doctor));
}

#[test]
fn invalid_key_bindings_are_reported_with_both_positions() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(settings(&home).parent().unwrap()).unwrap();
    let text = "[keys.tokns]\nnew = ['N']\n[keys.tokens]\ndelete = ['n']\nsrot = ['x']\n\
                [keys.anywhere]\ninterrupt = []\n";
    fs::write(settings(&home), text).unwrap();
    let reported = [
        "settings.toml:1:7: [keys.tokns] is not a context: did you mean tokens?",
        "settings.toml:4:11: [keys.tokens] n is bound twice: delete here, new in the defaults",
        "settings.toml:5:1: [keys.tokens] srot is not an action there: did you mean sort?",
    ];
    for args in [&["config", "show"][..], &["config", "keys"]] {
        let stopped = axtok(home.path(), &[], args);
        assert_eq!(stopped.status.code(), Some(2));
        let printed = err(&stopped);
        assert!(reported.iter().all(|t| printed.contains(t)), "{printed}");
    }
    let doctor = axtok(home.path(), &[("TERM", "xterm")], &["doctor", "--offline"]);
    assert_eq!(doctor.status.code(), Some(1));
    let printed = out(&doctor);
    assert!(
        printed.contains("PROBLEM  keys") && reported.iter().all(|t| printed.contains(t)),
        "{printed}"
    );

    fs::write(settings(&home), "[keys.anywhere]\ninterrupt = []\n").unwrap();
    let printed = err(&axtok(home.path(), &[], &["config", "show"]));
    assert!(printed.contains("settings.toml:2:1: interrupt must stay reachable"), "{printed}");

    fs::write(settings(&home), "[keys.tokens]\ndelete = ['D', 'g d']\n").unwrap();
    let keys = out(&axtok(home.path(), &[], &["config", "keys"]));
    assert!(keys.contains("delete = [\"D\", \"g d\"]"), "{keys}");
    let printed = out(&axtok(home.path(), &[("TERM", "xterm")], &["doctor", "--offline"]));
    assert!(printed.contains("keys         1 action has keys from the settings"), "{printed}");
}

#[test]
fn invalid_toml_is_reported_without_quoting_the_line() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(settings(&home).parent().unwrap()).unwrap();
    for (text, words) in [
        ("[deployments.a]\ntoken-command = [xapt-canary]\n", ":2:"),
        ("[deployments.a]\nurl = \"xapt-canary\n", ":2:"),
        ("[deployments.a]\nxapt-canary\n", ":2:"),
        ("deployment = 'xapt-canary'\ndeployment = 'xapt-canary'\n", ":2:1: invalid TOML: "),
    ] {
        fs::write(settings(&home), text).unwrap();
        let shown = axtok(home.path(), &[], &["config", "show"]);
        assert_eq!(shown.status.code(), Some(2));
        let printed = err(&shown);
        assert!(printed.contains(words) && printed.contains("invalid TOML: "), "{printed}");
        assert!(!printed.contains("canary") && printed.lines().count() == 1, "{printed}");
    }
}

#[test]
fn several_unselected_deployments_are_named() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(settings(&home).parent().unwrap()).unwrap();
    let section = |name| format!("[deployments.{name}]\ntoken-command = ['true']\n");
    fs::write(settings(&home), section("east") + &section("west")).unwrap();
    let text = out(&axtok(home.path(), &[], &["doctor", "--offline"]));
    assert!(text.contains("deployments east, west, but none is selected"), "{text}");
    let text = out(&axtok(home.path(), &[], &["config", "show"]));
    assert!(text.contains("# used: none: found the deployments east, west"), "{text}");
}

#[test]
fn the_doctor_finds_the_program_for_due_tokens() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(settings(&home).parent().unwrap()).unwrap();
    let doctor = |text: &str| {
        fs::write(settings(&home), text).unwrap();
        out(&axtok(home.path(), &[("TERM", "xterm")], &["doctor", "--offline"]))
    };
    let printed = doctor("on-due = ['/bin/sh', '-c', 'true']\n");
    assert!(printed.contains("on-due       /bin/sh\n"), "{printed}");
    let printed = doctor("on-due = ['~/page']\n");
    assert!(printed.contains("warning  on-due       `"), "{printed}");
    assert!(printed.contains("/page` was not found"), "{printed}");
    assert!(!doctor("due-within = '7d'\n").contains("on-due"));
}

/// The state of each check, by name.
fn states(json: &str) -> Vec<(String, String)> {
    let report: Value = serde_json::from_str(json).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap();
    checks.iter().map(|c| (text(&c["name"]), text(&c["state"]))).collect()
}

fn state<'a>(states: &'a [(String, String)], name: &str) -> &'a str {
    &states.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name} in {states:?}")).1
}

#[tokio::test]
async fn the_doctor_reports_what_is_used_and_how_to_fix_problems() {
    let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
    let (url, token, org) =
        (simulator.url(), simulator.personal_token().to_owned(), simulator.org_id().to_owned());
    let home = tempfile::tempdir().unwrap();
    let cli = home.path().join(".axiom.toml");
    let text = format!("[deployments.work]\nurl = '{url}'\ntoken = '{token}'\norg_id = '{org}'\n");
    fs::write(&cli, text).unwrap();
    fs::set_permissions(&cli, fs::Permissions::from_mode(0o644)).unwrap();

    let healthy = axtok_meanwhile(home.path(), &[("TERM", "xterm")], &["doctor"]).await;
    let text = out(&healthy);
    assert!(healthy.status.success(), "{text}");
    for part in [
        "work, from ~/.axiom.toml: the Axiom CLI's active deployment",
        "others can read it: chmod 600",
        "personal token for the organisation acme",
        "responds: 2 organisations",
        "no core files",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains(&token), "the output contains a secret");

    let json =
        out(&axtok_meanwhile(home.path(), &[("TERM", "xterm")], &["doctor", "--json"]).await);
    assert!(!json.contains(&token));
    let seen = states(&json);
    assert_eq!(state(&seen, "server"), "ok");
    assert_eq!(state(&seen, "files"), "warning");
    assert_eq!(state(&seen, "memory"), "ok");

    for (env, check, words) in [
        (("AXIOM_ORG_ID", "nowhere"), "server", "no access to nowhere"),
        (("AXIOM_URL", "api.axiom.co"), "address", "has no scheme"),
        (("AXIOM_DEPLOYMENT", "wrk"), "deployment", "did you mean work?"),
    ] {
        let failing =
            axtok_meanwhile(home.path(), &[env, ("TERM", "xterm")], &["doctor", "--json"]).await;
        assert_eq!(failing.status.code(), Some(1), "{}", out(&failing));
        assert_eq!(state(&states(&out(&failing)), check), "problem");
        assert!(out(&failing).contains(words), "{words}\n{}", out(&failing));
    }
    let env = [("AXIOM_TOKEN", "xapt-canary"), ("AXIOM_URL", url.as_str())];
    let refused = axtok_meanwhile(home.path(), &env, &["doctor"]).await;
    assert_eq!(refused.status.code(), Some(1));
    let text = out(&refused);
    assert!(text.contains("401") && text.contains("AXIOM_TOKEN is set"), "{text}");
    assert!(!text.contains("canary"), "{text}");

    // Unused sources are named too.
    let args = ["doctor", "--offline", "--deployment", "work"];
    let text = out(&axtok_meanwhile(home.path(), &env, &args).await);
    assert!(text.contains("not used: AXIOM_TOKEN"), "{text}");
    let env = [("AXIOM_TOKEN", "xapt-1\nxapt-canary")];
    let text = out(&axtok_meanwhile(home.path(), &env, &["doctor", "--offline"]).await);
    assert!(text.contains("PROBLEM  credential   AXIOM_TOKEN has 2 lines"), "{text}");
    assert!(!text.contains("canary"), "{text}");

    let before = simulator.requests().len();
    let offline =
        axtok_meanwhile(home.path(), &[("TERM", "xterm")], &["doctor", "--offline"]).await;
    assert!(offline.status.success());
    assert_eq!(simulator.requests().len(), before, "a request was sent");
}

#[tokio::test]
async fn a_stored_credential_stays_with_its_address() {
    let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
    let url = simulator.url();
    let stored = [
        (".axiom.toml", "[deployments.work]\ntoken = 'xapt-canary'\n".to_owned()),
        (
            ".config/axtok/settings.toml",
            "[deployments.work]\ntoken-command = ['echo', 'xapt-canary']\n".to_owned(),
        ),
        (
            ".config/axtok/settings.toml",
            "[deployments.work]\ntoken-file = '~/token'\nurl = 'https://api.axiom.co'\n".to_owned(),
        ),
    ];
    for (file, text) in stored {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".config/axtok")).unwrap();
        for (file, text) in [(file, text.as_str()), ("token", "xapt-canary")] {
            fs::write(home.path().join(file), text).unwrap();
            fs::set_permissions(home.path().join(file), fs::Permissions::from_mode(0o600)).unwrap();
        }
        for env in [
            &[("AXIOM_URL", url.as_str())][..],
            &[("AXIOM_URL", url.as_str()), ("AXIOM_DEPLOYMENT", "work"), ("AXIOM_ORG_ID", "o")],
        ] {
            for args in [&["tokens", "list"][..], &["tokens", "list", "--json"], &["--plain-ui"]] {
                let refused = axtok_meanwhile(home.path(), env, args).await;
                assert_eq!(refused.status.code(), Some(2), "{args:?} {text}");
                let printed = err(&refused);
                assert!(printed.contains("credential of the deployment work is for"), "{printed}");
                assert!(
                    printed.contains("unset AXIOM_URL") && !printed.contains("canary"),
                    "{printed}"
                );
            }
            let doctor = axtok_meanwhile(home.path(), env, &["doctor"]).await;
            assert_eq!(doctor.status.code(), Some(1));
            let printed = out(&doctor);
            assert!(printed.contains("PROBLEM  address      AXIOM_URL is"), "{printed}");
        }
    }
    assert_eq!(simulator.requests().len(), 0);
}

#[test]
fn a_wrong_address_gets_the_correct_one_before_anything_is_sent() {
    for (url, right) in [
        ("https://app.axiom.co", "write https://api.axiom.co"),
        ("https://axiom.co/", "write https://api.axiom.co"),
        ("https://us-east-1.aws.edge.axiom.co", "write https://api.axiom.co"),
        ("https://mcp.axiom.co/mcp", "write https://api.axiom.co"),
        ("https://https://api.axiom.co", "write https://api.axiom.co"),
        ("http://api.axiom.co", "write https://api.axiom.co"),
        ("https://api.axiom.co/v2/tokens", "write https://api.axiom.co"),
        ("http://127.0.0.1:9/v2", "write http://127.0.0.1:9"),
        ("https://jo:canary@api.axiom.co?canary#canary", "write https://api.axiom.co"),
        ("https://xaat-canary", "write an address such as https://api.axiom.co"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".axiom.toml");
        fs::write(&file, format!("[deployments.work]\nurl = '{url}'\ntoken = 'xaat-canary'\n"))
            .unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let padded = format!(" {url} ");
        let env = [("AXIOM_TOKEN", "xaat-canary"), ("AXIOM_URL", padded.as_str())];
        for (env, of) in [(&env[..], "AXIOM_URL: "), (&[], "the address of work: ")] {
            let refused = axtok(home.path(), env, &["tokens", "list"]);
            let printed = err(&refused);
            assert_eq!(refused.status.code(), Some(2), "{url}: {printed}");
            assert!(printed.starts_with(&format!("axtok: {of}")), "{url}: {printed}");
            assert!(printed.trim_end().ends_with(right), "{url}: {printed}");
            let doctor = axtok(home.path(), env, &["doctor"]);
            assert_eq!(doctor.status.code(), Some(1));
            let reported = out(&doctor);
            assert!(
                reported.contains("PROBLEM  address") && reported.contains(right),
                "{url}: {reported}"
            );
            assert!(!reported.contains(" server  "), "a request was sent: {reported}");
            assert!(!(printed + &reported).contains("canary"), "{url}: {reported}");
        }
    }
}

#[test]
fn without_a_credential_the_doctor_names_the_options() {
    let home = tempfile::tempdir().unwrap();
    let failing = axtok(home.path(), &[("TERM", "dumb")], &["doctor"]);
    assert_eq!(failing.status.code(), Some(1));
    let text = out(&failing);
    for part in ["no credential was found", "axtok config init", "TERM is unset or dumb"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
