//! Completion in real shells: the candidates, the names stored for them, and that a name from a
//! server never acts as a command.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use portable_pty::CommandBuilder;
use serde_json::Value;

use crate::{
    pty::Pty,
    script::{ACME, Ran, Script},
};

/// A name with every character that is special in a shell.
const EVIL: &str =
    r#"ev $(touch pwned) `touch pwned`; touch pwned & 'q' "d" !x ~ \ *?[a] {b,c} #é"#;

/// The usual organisation with additional, malicious names.
fn script() -> Script {
    let evil = toml::Value::from(EVIL);
    Script::serving(&format!(
        "{ACME}[[org.token]]\nid = 'id-evil'\nname = {evil}\n[[org.token]]\nid = 'id-colon'\n\
         name = 'team:ci'\n[[org.token]]\nid = 'id-hidden'\nname = \"hid\\u200bden\"\n"
    ))
}

fn set(script: &Script, settings: &str) {
    fs::create_dir_all(script.path(".config/axtok")).unwrap();
    fs::write(script.path(".config/axtok/settings.toml"), settings).unwrap();
}

fn cache(script: &Script) -> PathBuf {
    script.path(".cache/axtok/names.json")
}

/// A script whose names have been stored.
fn with_stored_names() -> Script {
    let script = script();
    set(&script, "complete-names = true\n");
    script.run(&["tokens", "list"]).ends(0);
    script.run(&["datasets", "list"]).ends(0);
    script
}

/// The candidates that bash offers at the end of a line with our completion script.
fn offered(script: &Script, line: &str) -> Vec<String> {
    offered_with(script, line, &[])
}

fn offered_with(script: &Script, line: &str, env: &[(&str, &str)]) -> Vec<String> {
    let printed = in_bash(script, env, "COMP_LINE=$1; COMP_POINT=${#1}", line);
    printed.lines().map(str::to_owned).collect()
}

/// Calls the completion function in bash.
fn in_bash(script: &Script, env: &[(&str, &str)], given: &str, line: &str) -> String {
    fs::write(script.path("axtok.bash"), script.run(&["completions", "bash"]).ends(0).out).unwrap();
    let code = format!(
        "source ./axtok.bash; {given}; _axtok; [[ ${{#COMPREPLY[@]}} -eq 0 ]] || \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-c", &code, "bash", line]);
    bash.current_dir(script.home.path()).env_clear().envs(script.env());
    bash.envs(env.iter().copied());
    let ran = Ran::fed(bash, "").ends(0);
    assert_eq!(ran.err, "", "completion printed an error: {line}");
    ran.out
}

#[test]
fn tokens_and_datasets_are_offered_for_their_deployment() {
    let script = with_stored_names();
    let all = offered(&script, "axtok tokens show ");
    let escaped = all.iter().find(|name| name.starts_with("ev")).unwrap();
    let rest: Vec<_> = all.iter().filter(|name| *name != escaped).collect();
    // Names, or ids for names that are ambiguous or have hidden characters.
    assert_eq!(rest, ["forever", "id-hidden", "old", "soon", "team:ci", "id-twin-1", "id-twin-2"]);
    for command in ["tokens regenerate", "tokens replace", "tokens delete", "review --token"] {
        assert_eq!(offered(&script, &format!("axtok {command} so")), ["soon"], "{command}");
    }
    assert_eq!(offered(&script, "axtok tokens show soon id-t"), ["id-twin-1", "id-twin-2"]);
    // bash replaces only the part after the colon.
    assert_eq!(offered(&script, "axtok tokens show team:"), ["ci"]);
    assert_eq!(offered(&script, "axtok review --dataset prod-"), ["prod-api", "prod-web"]);
    let create = "axtok tokens create x --dataset";
    assert_eq!(offered(&script, &format!("{create} prod-a")), ["prod-api="]);
    assert_eq!(offered(&script, &format!("{create}=prod-a")), ["prod-api="]);
    assert_eq!(offered(&script, &format!("{create} prod-api=que")), ["query:read"]);
    assert_eq!(offered(&script, &format!("{create} prod-api=share:r")), ["read"]);
    assert_eq!(offered(&script, &format!("{create} 'prod-api=trim:")), ["prod-api=trim:update"]);
    assert!(offered(&script, "axtok personal delete so").is_empty());
    // Some programs call the function without a line.
    let words = "COMP_WORDS=(axtok tokens show \"$1\"); COMP_CWORD=3";
    assert_eq!(in_bash(&script, &[], words, "so"), "soon\n");
}

#[test]
fn inserted_text_is_the_name_and_never_a_command() {
    let script = with_stored_names();
    for (line, before) in
        [("axtok tokens show ev", ""), ("axtok tokens show 'ev", "'"), ("… show \"ev", "\"")]
    {
        let line = line.replace('…', "axtok tokens");
        let offered = offered(&script, &line);
        let [text] = offered.as_slice() else { panic!("{line}: {offered:?}") };
        let code = format!("set -f; printf '%s|' {before}{text}{before}");
        let mut bash = Command::new("bash");
        bash.args(["-c", &code]).current_dir(script.home.path());
        assert_eq!(Ran::fed(bash, "").ends(0).out, format!("{EVIL}|"), "{code}");
    }
    assert!(!script.path("pwned").exists());
}

#[test]
fn without_the_setting_nothing_is_stored_or_offered() {
    let script = script();
    script.run(&["tokens", "list"]).ends(0);
    assert!(!script.path(".cache").exists(), "names were stored without the setting");
    assert!(offered(&script, "axtok tokens show so").is_empty());
    // When turned off again, stored names are not offered, and the next list deletes them.
    for list in ["tokens", "datasets"] {
        set(&script, "complete-names = true\n");
        script.run(&["tokens", "list"]).ends(0);
        assert_eq!(offered(&script, "axtok tokens show so"), ["soon"]);
        set(&script, "complete-names = false\n");
        assert!(offered(&script, "axtok tokens show so").is_empty());
        assert!(cache(&script).exists(), "completion changed the cache");
        script.run(&[list, "list"]).ends(0);
        assert!(!cache(&script).exists(), "{list}");
    }
    script.run(&["--demo", "tokens", "list"]).ends(0);
    assert!(!cache(&script).exists());
    // Completions that need no names always work.
    assert_eq!(offered(&script, "axtok tokens create x --org users:r"), ["read"]);
    assert_eq!(offered(&script, "axtok review --fail-on m"), ["medium"]);
}

#[test]
fn only_names_and_ids_are_stored_private_to_the_owner() {
    let script = with_stored_names();
    let file = cache(&script);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    let text = fs::read_to_string(&file).unwrap();
    for word in ["xapt-", "xaat-", "query", "Reads everything", "Requests."] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let value: Value = serde_json::from_str(&text).unwrap();
    let lists = value["lists"].as_array().unwrap();
    assert_eq!(lists.len(), 2);
    for list in lists {
        assert_eq!(list["organisation"], "acme");
        for named in list["names"].as_array().unwrap() {
            let members = named.as_object().unwrap().keys();
            assert!(members.into_iter().all(|m| m == "id" || m == "name"), "{named}");
        }
    }
    // The demo's names are not stored.
    script.run(&["--demo", "tokens", "list"]).ends(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn old_deleted_and_foreign_names_are_not_offered() {
    let script = with_stored_names();
    assert_eq!(offered(&script, "axtok tokens show so"), ["soon"]);
    let other = [("AXIOM_ORG_ID", "labs")];
    assert!(offered_with(&script, "axtok tokens show so", &other).is_empty());
    let other = [("AXIOM_URL", "https://api.axiom.co")];
    assert!(offered_with(&script, "axtok tokens show so", &other).is_empty());
    assert!(offered(&script, "axtok --demo tokens show so").is_empty());
    // A quarter of an hour later.
    let text = fs::read_to_string(cache(&script)).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    for list in value["lists"].as_array_mut().unwrap() {
        let at: jiff::Timestamp = list["at"].as_str().unwrap().parse().unwrap();
        list["at"] = (at - jiff::SignedDuration::from_mins(15)).to_string().into();
    }
    fs::write(cache(&script), value.to_string()).unwrap();
    assert!(offered(&script, "axtok tokens show so").is_empty());
    script.run(&["datasets", "list"]).ends(0);
    assert!(
        !fs::read_to_string(cache(&script)).unwrap().contains("id-soon"),
        "old names are still stored"
    );
    // The next list removes a deleted token's name.
    script.run(&["tokens", "delete", "soon", "--yes"]).ends(0);
    script.run(&["tokens", "list"]).ends(0);
    assert!(offered(&script, "axtok tokens show so").is_empty());
    assert_eq!(offered(&script, "axtok tokens show fo"), ["forever"]);
}

#[test]
fn completion_does_not_run_the_token_command() {
    let script = Script::serving(&format!(
        "api_token = 'admin'\n{ACME}[[org.token]]\nid = 'id-admin'\nname = 'admin'\n\
         org = ['apiTokens:*']\n"
    ));
    let script = script.signed_in_with("");
    let Script { server, .. } = &script;
    fs::write(script.path("token"), &server.api_token).unwrap();
    let (asked, token, url) = (script.path("asked"), script.path("token"), &server.url);
    let command = format!("echo asked >> {}; cat {}", asked.display(), token.display());
    set(
        &script,
        &format!(
            "complete-names = true\n[deployments.work]\nurl = '{url}'\n\
             token-command = ['sh', '-c', '{command}']\n"
        ),
    );
    script.run(&["tokens", "list"]).ends(0);
    assert_eq!(fs::read_to_string(&asked).unwrap(), "asked\n");
    assert_eq!(offered(&script, "axtok tokens show so"), ["soon"]);
    assert_eq!(offered(&script, "axtok tokens show --deployment work so"), ["soon"]);
    assert_eq!(offered(&script, "axtok --deployment w"), ["work"]);
    assert!(offered(&script, "axtok --deployment wrk tokens show so").is_empty());
    assert_eq!(fs::read_to_string(&asked).unwrap(), "asked\n", "not only the list ran the command");
    // The organisation of another API token is unknown.
    let env = [("AXIOM_TOKEN", server.api_token.as_str())];
    assert!(offered_with(&script, "axtok tokens show so", &env).is_empty());
}

#[test]
fn an_unwritable_cache_does_not_affect_commands() {
    let script = script();
    set(&script, "complete-names = true\n");
    fs::write(script.path(".cache"), "a file").unwrap();
    let log = script.path("requests.log");
    let listed = script.run(&["--log-file", log.to_str().unwrap(), "tokens", "list"]).ends(0);
    assert_eq!(listed.err, "");
    assert!(listed.out.contains("id-soon"));
    let log = fs::read_to_string(log).unwrap();
    assert!(log.lines().nth(1).is_some_and(|l| l.contains("names not saved: ")), "{log}");
    assert!(!log.contains("soon") && !log.contains(".cache"), "{log}");
    assert!(offered(&script, "axtok tokens show so").is_empty());
}

/// Whether a shell is installed.
fn has(shell: &str) -> bool {
    let mut version = Command::new(shell);
    let found = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        let _ =
            writeln!(std::io::stderr(), "{shell} is not installed: its completion was not tested");
    }
    is_there
}

/// An interactive shell in a terminal.
fn typing(script: &Script, shell: &str, args: &[&str], begin: &str) -> Pty {
    let path = script.path(&format!("axtok.{shell}"));
    fs::write(&path, script.run(&["completions", shell]).ends(0).out).unwrap();
    let mut command = CommandBuilder::new(shell);
    command.args(args);
    command.cwd(script.home.path());
    let env = script.env();
    let mut env: Vec<_> = env.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    env.extend([("INPUTRC", "/dev/null"), ("PS1", "ready> "), ("LC_ALL", "C.UTF-8")]);
    let mut pty = Pty::run(command, script.home.path(), &env, (200, 40));
    pty.see("ready>");
    let axtok = env!("CARGO_BIN_EXE_axtok");
    // The shell joins the marker from two parts, so that the echoed command does not contain it.
    pty.send(&format!("axtok() {{ {axtok} \"$@\"; }}; {begin}; echo be'gun'\r")).see("begun");
    pty
}

/// Types the beginnings of names and completes them, plain and quoted, including the malicious one.
fn completes(script: &Script, mut pty: Pty) {
    for (typed, shown) in [
        ("axtok tokens show so\t", "id-soon"),
        ("axtok tokens show --json \"so\t", "id-soon"),
        ("axtok tokens show team:\t", "id-colon"),
        ("axtok tokens show ev\t", "id-evil"),
        ("axtok tokens show 'ev\t", "id-evil"),
        ("axtok tokens show \"ev\t", "id-evil"),
        ("axtok review --dataset prod-w\t --can write --json", "id-twin-1"),
        ("axtok tokens create x --expires 90d --org use\tr\t --dry-run", "\"users\""),
        ("axtok tokens create x --expires 90d --dataset=prod-w\tq\t --dry-run", "\"prod-web\""),
    ] {
        pty.send("clear\r").gone("begun");
        pty.send(&format!("{typed}\r")).see(shown);
        pty.send("echo be'gun'\r").see("begun");
    }
    assert!(!script.path("pwned").exists(), "a name was run as a command");
    pty.send("exit\r").ends();
}

#[test]
fn bash_completes_typed_words() {
    let script = with_stored_names();
    let pty = typing(&script, "bash", &["--norc", "--noprofile", "-i"], "source ./axtok.bash");
    completes(&script, pty);
}

#[test]
fn zsh_completes_typed_words() {
    if !has("zsh") {
        return;
    }
    let script = with_stored_names();
    let begin = "autoload -Uz compinit; compinit -u -D; source ./axtok.zsh";
    completes(&script, typing(&script, "zsh", &["-f", "-i"], begin));
}

#[test]
fn fish_is_offered_names_with_their_ids() {
    if !has("fish") {
        return;
    }
    let script = with_stored_names();
    let path = script.path("axtok.fish");
    fs::write(&path, script.run(&["completions", "fish"]).ends(0).out).unwrap();
    let offered = |line: &str| {
        let mut fish = Command::new("fish");
        fish.args(["--no-config", "-c", "source ./axtok.fish; complete -C $argv[1]", line]);
        fish.current_dir(script.home.path()).env_clear().envs(script.env());
        Ran::fed(fish, "").ends(0).out
    };
    assert_eq!(offered("axtok tokens show so"), "soon\tid-soon\n");
    assert_eq!(offered("axtok tokens show id-tw"), "id-twin-1\ttwin\nid-twin-2\ttwin\n");
    assert_eq!(offered("axtok tokens show 'ev "), format!("{EVIL}\tid-evil\n"));
    assert_eq!(offered("axtok review --dataset=prod-w"), "--dataset=prod-web\n");
    assert_eq!(offered("axtok tokens create x --org users:re"), "users:read\tUsers\n");
    assert_eq!(
        offered("axtok --log-file axtok.f"),
        "axtok.fish\n",
        "fish must complete file names itself"
    );
}
