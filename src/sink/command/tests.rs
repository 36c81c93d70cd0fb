//! Commands: what they receive, how they end, and what is shown of their output.

use std::{fs, time::Instant};

use super::*;
use crate::{
    domain::Secret,
    sink::{CommandOutput, Delivered, Sink},
};

const SECRET: &str = "xaat-canary-0123-4567";
const PATIENCE: Duration = Duration::from_secs(20);

/// A script as a command; `$1` and so on are the arguments after it.
fn script(text: &str, args: &[&str]) -> Vec<String> {
    ["/bin/sh", "-c", text, "sh"].iter().chain(args).map(|s| (*s).to_owned()).collect()
}

async fn ends(text: &str) -> Result<(), SinkError> {
    run(&script(text, &[]), SECRET, true, &[], PATIENCE).await
}

fn name() -> SafeText {
    "/bin/sh".into()
}

#[tokio::test]
async fn standard_input_gets_the_secret_and_a_newline_and_no_argument_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let text =
        "cat > \"$1\"; tr '\\0' '\\n' < /proc/$$/cmdline > \"$2\"; env > \"$3\"; echo \"$@\"";
    let (got, args, env) = (at("got"), at("args"), at("env"));
    let sink = Sink::Command(script(text, &[&got, &args, &env]));
    assert_eq!(sink.check(), Ok(()));
    let delivered = sink.deliver(&Secret::new(SECRET.to_owned())).await.unwrap();
    assert_eq!(delivered, Delivered::Command("/bin/sh".to_owned()));
    assert_eq!(delivered.describe(), "sent to `/bin/sh` (exit 0)");
    assert_eq!(fs::read(&got).unwrap(), format!("{SECRET}\n").as_bytes());
    for file in [&args, &env] {
        let text = fs::read_to_string(file).unwrap();
        assert!(!text.contains("canary"), "{text}");
        assert!(!text.contains("AXIOM_TOKEN"), "{text}");
    }
}

/// Runs itself as a child process, since the environment belongs to the whole process.
#[test]
fn the_credential_is_not_passed_on() {
    if std::env::var_os("AXTOK_TEST_SINK").is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let text = "cat > /dev/null; test -z \"$AXIOM_TOKEN\" && test -n \"$AXTOK_TEST_SINK\"";
        assert_eq!(runtime.block_on(ends(text)), Ok(()));
        return;
    }
    let inner = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sink::command::tests::the_credential_is_not_passed_on"])
        .envs([("AXTOK_TEST_SINK", "1"), ("AXIOM_TOKEN", "xapt-canary")])
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&inner.stdout);
    assert!(inner.status.success() && output.contains("1 passed"), "{output}");
}

#[tokio::test]
async fn a_status_or_signal_is_reported_with_the_first_line() {
    let ended =
        |how: &str, output| Err(SinkError::Ended { program: name(), how: how.to_owned(), output });
    let line = CommandOutput::Line("the store is locked".into());
    let locked = ends("cat > /dev/null; echo 'the store is locked' >&2; echo x >&2; exit 3").await;
    assert_eq!(locked, ended("exit 3", line));
    assert_eq!(
        locked.unwrap_err().to_string(),
        "`/bin/sh` failed with exit 3: the store is locked"
    );
    assert_eq!(ends("exit 1").await, ended("exit 1", CommandOutput::Nothing));
    assert_eq!(
        ends("cat > /dev/null; kill -9 $$").await,
        ended("signal 9", CommandOutput::Nothing)
    );
}

#[tokio::test]
async fn a_secret_that_the_command_prints_is_not_shown() {
    for text in [
        "cat >&2; exit 1",
        "echo refused >&2; cat >&2; exit 1",
        "cut -c 6-14 >&2; exit 1",
        "tr a-z A-Z >&2; exit 1",
        "base64 >&2; exit 1",
        "cat > /dev/null; echo 'another: xapt-1' >&2; exit 1",
    ] {
        let error = ends(text).await.unwrap_err();
        assert!(
            matches!(&error, SinkError::Ended { output: CommandOutput::Hidden, .. }),
            "{text}: {error:?}"
        );
        let words = format!("{error} {error:?}").to_lowercase();
        assert!(!words.contains("canary") && !words.contains("xa"), "{text}: {words}");
    }
}

#[tokio::test]
async fn a_command_that_does_not_read_has_not_received_the_secret() {
    for text in ["true", "exec <&-; true", "exec < /dev/null; cat", "head -c 5 > /dev/null"] {
        assert_eq!(ends(text).await, Err(SinkError::Unread(name())), "{text}");
    }
    // More than the pipe's buffer holds, so writing does not complete.
    let long = "x".repeat(300_000);
    for text in ["true", "exec <&-; true", "head -c 299999 > /dev/null"] {
        let end = run(&script(text, &[]), &long, true, &[], PATIENCE).await;
        assert_eq!(end, Err(SinkError::Unread(name())), "{text}");
    }
    // The newline may stay unread.
    assert_eq!(ends(&format!("head -c {} > /dev/null", SECRET.len())).await, Ok(()));
    assert_eq!(ends("read -r line; test \"$line\"").await, Ok(()));
}

#[tokio::test]
async fn a_long_secret_and_much_noise_do_not_block_each_other() {
    let long = "x".repeat(300_000);
    let text = "head -c 500000 /dev/zero >&2; test $(cat | wc -c) = 300001";
    assert_eq!(run(&script(text, &[]), &long, true, &[], PATIENCE).await, Ok(()));
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let text = "cat > /dev/null; sleep 1000 & echo $$ $! > \"$1.new\"; mv \"$1.new\" \"$1\"; wait";
    let args = script(text, &[&pids.to_string_lossy()]);
    let end = run(&args, SECRET, true, &[], Duration::from_secs(2)).await;
    assert_eq!(end, Err(SinkError::TimedOut { program: name(), seconds: 2 }));
    for pid in fs::read_to_string(&pids).unwrap().split_whitespace() {
        assert!(is_gone(pid).await, "{pid} lives");
    }
}

#[tokio::test]
async fn a_delivery_that_is_dropped_kills_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let text = "sleep 1000 & echo $$ $! > \"$1.new\"; mv \"$1.new\" \"$1\"; wait";
    let args = script(text, &[&pids.to_string_lossy()]);
    let delivery = tokio::spawn(async move { run(&args, SECRET, true, &[], PATIENCE).await });
    wait_for(|| pids.exists()).await;
    delivery.abort();
    for pid in fs::read_to_string(&pids).unwrap().split_whitespace() {
        assert!(is_gone(pid).await, "{pid} lives");
    }
}

async fn wait_for(mut is_so: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + PATIENCE;
    while !is_so() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    is_so()
}

/// Whether the process has ended; it may still be a zombie.
async fn is_gone(pid: &str) -> bool {
    let stat = format!("/proc/{pid}/stat");
    wait_for(|| fs::read_to_string(&stat).map_or(true, |s| s.contains(") Z "))).await
}

#[tokio::test]
async fn background_processes_do_not_delay_the_delivery() {
    let before = Instant::now();
    assert_eq!(ends("cat > /dev/null; sleep 30 & exit 0").await, Ok(()));
    assert!(before.elapsed() < PATIENCE);
}

#[test]
fn the_program_is_found_in_advance() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().as_os_str();
    let args = |program: &str| vec![program.to_owned()];
    fs::write(folder.path().join("plain"), "").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    std::os::unix::fs::symlink("/bin/sh", folder.path().join("mine")).unwrap();
    assert_eq!(find_in(&args("mine"), Some(path)), Ok(folder.path().join("mine")));
    assert_eq!(find_in(&args("/bin/sh"), None), Ok("/bin/sh".into()));
    for (program, expected) in [
        ("none", SinkError::NotFound("none".into())),
        ("plain", SinkError::NotExecutable("plain".into())),
        ("folder", SinkError::NotExecutable("folder".into())),
        ("/no/where", SinkError::NotFound("/no/where".into())),
    ] {
        assert_eq!(find_in(&args(program), Some(path)), Err(expected));
    }
    assert_eq!(
        find_in(&args("sh"), Some(OsStr::new(".:bin:"))),
        Err(SinkError::NotFound("sh".into()))
    );
    assert_eq!(find_in(&[], Some(path)), Err(SinkError::NoCommand));
    let sink = Sink::command("surely-no-such-program -x").unwrap();
    assert!(matches!(sink.check(), Err(SinkError::NotFound(_))));
}

#[tokio::test]
async fn the_environment_identifies_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("got").to_string_lossy().into_owned();
    let text = "{ cat; echo \"$AXTOK_TOKEN_NAME/$AXTOK_TOKEN_ID\"; } > \"$1\"";
    let sink = Sink::Command(script(text, &[&file]));
    let variables = [("AXTOK_TOKEN_NAME", "ci edge"), ("AXTOK_TOKEN_ID", "id-1")];
    sink.deliver_about(&Secret::new(SECRET.to_owned()), &variables).await.unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{SECRET}\nci edge/id-1\n"));
}
