use std::fs;

use super::{super::credentials::PATIENCE, *};

async fn sh(script: &str) -> Result<String, String> {
    let command = ["sh", "-c", script].map(str::to_owned);
    let token = run(&command, Duration::from_secs(20)).await;
    token.map(|t| t.expose().to_owned()).map_err(|e| e.to_string())
}

#[tokio::test]
async fn a_command_must_print_exactly_one_token() {
    assert_eq!(sh("printf '  xapt-1\\n\\n'").await.unwrap(), "xapt-1");
    for (script, words) in [
        ("true", "is empty"),
        ("printf 'xapt-canary\\nUser: jo\\n'", "has 2 lines"),
        ("yes xapt-canary", "is too long"),
        ("printf 'xapt-canary jo'", "white space"),
        ("printf 'xapt-canary\\377'", "characters that no token has"),
        ("echo no such entry >&2; exit 3", "failed with status 3: no such entry"),
        ("kill -9 $$", "signal 9"),
    ] {
        let said = sh(script).await.unwrap_err();
        assert!(said.contains(words), "{script}: {said}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[tokio::test]
async fn error_output_that_may_contain_a_token_is_hidden() {
    for script in [
        "echo bad xapt-canary >&2; exit 1",
        "echo bad XAAPT-canary >&2; exit 1",
        "echo bad >&2; echo xaat-canary >&2; exit 1",
        "echo bad 01234567-89ab-cdef-0123-canary >&2; exit 1",
        "echo canary; echo 'not canary' >&2; exit 1",
        "echo '{\"data\": \"eGFhdC0wMTIzNDU2Ny1jYW5hcnktODlhYg==\"}' >&2; exit 1",
    ] {
        let said = sh(script).await.unwrap_err();
        let words = "failed with status 1 (its message is not shown: it may contain the token)";
        assert!(said.ends_with(words), "{script}: {said}");
    }
}

#[tokio::test]
async fn a_background_process_that_keeps_the_pipe_open_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; echo xapt-1", pid.display());
    let begun = std::time::Instant::now();
    assert_eq!(sh(&script).await.unwrap(), "xapt-1");
    assert!(begun.elapsed() < Duration::from_secs(8), "it does not wait for the child");
    is_gone(&pid).await;
    // A process that closed the pipe is left alone: it may be an agent.
    let script = format!("sleep 600 >/dev/null 2>&1 & echo $! > {}; echo xapt-1", pid.display());
    assert_eq!(sh(&script).await.unwrap(), "xapt-1");
    let agent: i32 = fs::read_to_string(&pid).unwrap().trim().parse().unwrap();
    let agent = rustix::process::Pid::from_raw(agent).unwrap();
    rustix::process::kill_process(agent, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn child_processes_are_killed_with_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
    let command = ["sh", "-c", &script].map(str::to_owned);
    let said = run(&command, Duration::from_millis(700)).await.unwrap_err().to_string();
    assert!(said.contains("did not finish within"), "{said}");
    is_gone(&pid).await;
}

#[tokio::test]
async fn a_program_is_not_searched_for_in_the_working_directory() {
    let relative = run(&["./token".to_owned()], PATIENCE).await.unwrap_err().to_string();
    assert!(relative.contains("is a relative path"), "{relative}");
}

/// Waits until the process is gone: the runtime or the system reaps it.
async fn is_gone(pid: &std::path::Path) {
    let pid: i32 = fs::read_to_string(pid).unwrap().trim().parse().unwrap();
    let gone = async {
        let stat = format!("/proc/{pid}/stat");
        // A zombie counts as gone.
        while fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
}

#[tokio::test]
async fn a_command_that_hangs_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("echo $$ > {}; exec sleep 600", pid.display());
    let command = ["sh", "-c", &script].map(str::to_owned);
    let patience = Duration::from_millis(300);
    let said = run(&command, patience).await.unwrap_err().to_string();
    assert!(said.contains("did not finish within"), "{said}");
    // The runtime reaps it: wait until it is gone.
    let pid: i32 = fs::read_to_string(pid).unwrap().trim().parse().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let gone = async {
        while rustix::process::test_kill_process(pid).is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
}

#[tokio::test]
async fn a_missing_program_is_named() {
    let said = run(&["axtok-no-such-program".to_owned()], PATIENCE).await;
    let said = said.unwrap_err().to_string();
    assert!(said.contains("axtok-no-such-program was not found"), "{said}");
}
