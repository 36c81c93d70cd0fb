//! The built program in a pseudo-terminal: the main job by keys, and the state of the terminal
//! afterwards.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use std::process::{Command, Stdio};

use pty::Pty;
use rustix::process::{Pid, Signal, kill_process};

#[test]
fn the_main_job_works_by_keys_and_restores_the_shell() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    assert!(!pty.is_cooked(), "the terminal is not in raw mode");
    pty.send("/").send("ingest-edge").see("/ ingest-edge");
    pty.send("\r").send("\r");
    pty.see("Rights can't be changed after creation");
    pty.send("q").see("API tokens");
    pty.send("\x1b").gone("/ ingest-edge");

    pty.send("n").see("New API token");
    pty.send("ci-pty\t").see("0 of 60 chosen");
    pty.send("\x1b[B \x1b[B ").see("2 of 60 chosen");
    pty.send("\t\x1530d").see("in 30 days");
    pty.send("\tfor the tests").see("for the tests");
    pty.send("\x13").see("[▸ Create ]");
    pty.send("\r").see("r reveal");
    pty.send("r").gone("••••");
    pty.send("\x1b").see("Have you stored the secret?");
    pty.send("stored\r").gone("Store it now");
    let screen = pty.see("API tokens 41");
    assert!(!screen.contains("xaat-"), "{screen}");

    pty.send("d").see("Delete ci-pty");
    pty.send("ci-pty\r").see("API tokens 40");
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
    assert!(pty.is_cooked(), "the terminal is not restored");
}

#[test]
fn a_signal_ends_the_program_and_restores_the_terminal() {
    for (signal, status) in
        [(Signal::TERM, 143), (Signal::INT, 130), (Signal::QUIT, 131), (Signal::HUP, 129)]
    {
        let mut pty = Pty::start(&["--demo"], 80, 24);
        pty.see("API tokens 40");
        let id = Pid::from_raw(i32::try_from(pty.process_id()).unwrap()).unwrap();
        kill_process(id, signal).unwrap();
        assert_eq!(pty.ends().exit_code(), status);
        pty.assert_restored();
        assert!(pty.is_cooked(), "after {signal:?}");
    }
}

#[test]
fn waiting_for_a_slow_token_command_is_announced() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/axtok");
    std::fs::create_dir_all(&folder).unwrap();
    let go = home.path().join("go");
    let script = format!("until [ -e {} ]; do sleep 0.05; done; exit 3", go.display());
    let settings = format!("[deployments.vault]\ntoken-command = ['sh', '-c', '{script}']\n");
    std::fs::write(folder.join("settings.toml"), settings).unwrap();
    let mut pty = Pty::start_in(&[], home.path(), &[]);
    pty.see("axtok: waiting for the token command");
    assert!(pty.is_cooked(), "the command may ask for a password");
    std::fs::write(go, "").unwrap();
    pty.see("Deployment vault: the token command sh failed with status 3");
    pty.send("\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
}

/// Keys as sent by a terminal with kitty's keyboard protocol work the same.
#[test]
fn keys_work_with_the_kitty_keyboard_protocol() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    let printed = String::from_utf8_lossy(&pty.bytes).into_owned();
    let alternate = printed.find("\x1b[?1049h").unwrap();
    assert!(
        printed.find("\x1b[>5u").is_some_and(|at| at > alternate),
        "the protocol must be enabled on the alternate screen"
    );
    assert!(!printed.contains("\x1b[?u"), "a query would be answered among the keys");
    // Ctrl-m, which is Enter; Esc; a key release; a key for the window manager; Ctrl-c with Num
    // Lock on.
    pty.send("\x1b[109;5u").see("What it can do");
    pty.send("\x1b[27u").gone("What it can do");
    pty.send("\x1b[113;9u\x1b[27;1:3u/").send("ingest-edge").see("/ ingest-edge");
    pty.send("\x1b[99;133u").gone("/ ingest-edge");
    pty.send("\x1b[99;5u");
    assert!(pty.ends().success());
    pty.assert_restored();
    // The setting belongs to the alternate screen, so it is reset before leaving that screen.
    let printed = String::from_utf8_lossy(&pty.bytes).into_owned();
    let (reset, left) = (printed.rfind("\x1b[<1u"), printed.rfind("\x1b[?1049l"));
    assert!(reset.is_some() && reset < left);
}

/// Without the protocol the terminal would send Ctrl-c even on a keyboard with other letters.
#[test]
fn ctrl_c_works_on_every_keyboard() {
    for key in [
        "\x1b[1089;5u",
        "\x1b[1089::99;5u",
        "\x1b[1089:1057:99;6u",
        "\x1b[968;5u",
        "\x1b[27;5;1089~",
    ] {
        let mut pty = Pty::start(&["--demo"], 80, 24);
        pty.see("API tokens 40");
        pty.send("т").see("\"т\" is not a key here");
        pty.send(key);
        assert!(pty.ends().success(), "{key:?}");
        pty.assert_restored();
    }
}

#[test]
fn consoles_without_the_protocol_are_not_sent_its_sequences() {
    let home = tempfile::tempdir().unwrap();
    for term in ["linux", "screen", "vt220"] {
        let mut pty = Pty::start_in(&["--demo"], home.path(), &[("TERM", term)]);
        pty.see("API tokens 40");
        pty.send("q");
        assert!(pty.ends().success());
        assert!(!String::from_utf8_lossy(&pty.bytes).contains("\x1b[>5u"), "{term}");
    }
}

/// The parameters of all SGR sequences, which set colours and text attributes.
fn sgr_parameters(bytes: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let sequences = text.split("\x1b[").skip(1).filter_map(|part| {
        let (numbers, _) = part.split_once('m')?;
        numbers.bytes().all(|b| b.is_ascii_digit() || b == b';').then(|| numbers.to_owned())
    });
    sequences
        .flat_map(|s| s.split(';').filter_map(|n| n.parse().ok()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn a_terminal_without_colours_receives_none() {
    let home = tempfile::tempdir().unwrap();
    let coloured = |term| {
        let env = [("TERM", term), ("COLORTERM", "truecolor")];
        let mut pty = Pty::start_in(&["--demo"], home.path(), &env);
        pty.see("API tokens 40");
        pty.send("j\r").see("What it can do");
        pty.send("q").gone("What it can do");
        pty.send("n").see("New API token");
        pty.send("\x03\x03");
        assert!(pty.ends().success());
        let sgr_parameters = sgr_parameters(&pty.bytes);
        assert!(
            sgr_parameters.contains(&7) || sgr_parameters.contains(&1),
            "{term}: the important rows are not marked"
        );
        sgr_parameters.iter().any(|n| matches!(n, 30..=49 | 58..=59 | 90..=107))
    };
    for term in ["xterm-mono", "vt100", "vt220", "linux-m"] {
        assert!(!coloured(term), "{term}");
    }
    assert!(coloured("xterm-256color"));
}

#[test]
fn without_a_utf8_locale_only_ascii_is_sent() {
    let home = tempfile::tempdir().unwrap();
    for (env, is_ascii) in [
        (&[("LANG", "C")][..], true),
        (&[("LANG", "")], true),
        (&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "en_GB.ISO-8859-1")], true),
        (&[("LANG", "C"), ("LC_CTYPE", "C.UTF-8")], false),
    ] {
        let mut pty = Pty::start_in(&["--demo"], home.path(), env);
        // A name with a non-ASCII character of one column and one of two.
        pty.see("API tokens 40");
        pty.see(if is_ascii { "caf?-orders ?" } else { "café-orders ☕" });
        pty.send("n").see("New API token");
        pty.send("\x03\x03");
        assert!(pty.ends().success());
        assert_eq!(pty.bytes.is_ascii(), is_ascii, "the screens with {env:?}");
        for args in
            [&["--demo", "tokens", "list"][..], &["--demo", "tokens", "show", "hackday-2025"]]
        {
            let mut pty = Pty::start_in(args, home.path(), env);
            assert!(pty.ends().success());
            assert_eq!(pty.bytes.is_ascii(), is_ascii, "{args:?} with {env:?}");
        }
    }
}

#[test]
fn a_paste_into_the_list_triggers_nothing() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.send("\x1b[200~dq\rn\n\x1b[201~").send("?").see("Keys that work here");
    pty.send("\x1b").gone("Keys that work here");
    pty.send("n").see("New API token");
    pty.send("\x1b[200~two\nlines\x1b[201~").see("two lines");
    pty.send("\x1b").see("[▸ Keep editing ]");
    pty.send("\t\r").gone("New API token");
    // Waits out the time in which a second key is ignored.
    pty.send("?").see("Keys that work here");
    pty.send("\x03").gone("Keys that work here");
    pty.send("\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn resizing_redraws_at_every_size() {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.resize(20, 5);
    pty.see("axtok needs");
    pty.resize(1, 1);
    pty.resize(120, 40);
    pty.see("? all keys");
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn the_background_colour_is_queried_and_the_reply_is_not_a_key() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/axtok");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("settings.toml"), "theme = 'auto'\n").unwrap();
    let mut pty = Pty::start_in(&["--demo"], home.path(), &[("COLORTERM", "truecolor")]);
    // The program does not wait for the reply.
    pty.see("API tokens 40");
    assert!(String::from_utf8_lossy(&pty.bytes).contains("\x1b]11;?\x1b\\"), "no query was sent");
    let background = |pty: &Pty| pty.screen.screen().cell(10, 70).unwrap().bgcolor();
    assert_eq!(background(&pty), vt100::Color::Rgb(0x14, 0x17, 0x1c));
    // Read as keys, the reply would open several dialogs.
    pty.send("\x1b]11;rgb:fbfb/fbfb/d9d9\x1b\\").send("/").send("ingest-edge").see("/ ingest-edge");
    assert_eq!(background(&pty), vt100::Color::Rgb(0xfb, 0xfb, 0xf9));
    pty.send("\r\x03");
    assert!(pty.ends().success());
    pty.assert_restored();
}

/// Runs the program without a terminal.
fn without_terminal(args: &[&str], env: &[(&str, &str)]) -> (Option<i32>, Vec<u8>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_axtok"))
        .args(args)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn without_a_terminal_the_error_is_one_line_without_escapes() {
    for env in [&[("TERM", "xterm")][..], &[("TERM", "dumb")], &[]] {
        let (status, out, err) = without_terminal(&["--demo"], env);
        assert_eq!(status, Some(2), "{err}");
        assert!(out.is_empty());
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(!err.contains('\x1b'));
    }
}

#[test]
fn without_a_credential_the_sign_in_page_is_shown() {
    let home = tempfile::tempdir().unwrap();
    let mut pty = Pty::start_in(&[], home.path(), &[]);
    pty.see("Sign in to Axiom");
    // Presses the third button, which shows where axtok looks for credentials.
    pty.send("\x1b[Z\r").see("AXIOM_TOKEN, with AXIOM_ORG_ID");
    pty.send("\x1b").gone("AXIOM_TOKEN, with");
    pty.send("\x03");
    assert!(pty.ends().success());
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let env = [("AXIOM_TOKEN", "xaat-canary"), ("AXIOM_URL", "http://192.0.2.1")];
    let mut pty = Pty::start_in(&[], home.path(), &env);
    pty.see("http would expose the token to the network");
    pty.send("\x03");
    assert!(pty.ends().success());
    assert!(!String::from_utf8_lossy(&pty.bytes).contains("canary"));
}

#[test]
fn read_only_is_shown_in_the_header_and_enforced() {
    let mut pty = Pty::start(&["--demo", "--read-only"], 80, 24);
    pty.see("[RO] [DEMO]");
    pty.send("n").see("Read-only session: :rw allows changes");
    pty.send("q");
    assert!(pty.ends().success());
}

#[test]
fn configured_keys_work_and_invalid_ones_are_an_error() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/axtok");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |text: &str| std::fs::write(folder.join("settings.toml"), text).unwrap();
    write("[keys.tokens]\ndelete = ['D']\n");
    let mut pty = Pty::start_in(&["--demo"], home.path(), &[]);
    pty.see("API tokens 40");
    pty.see("D delete");
    pty.send("d").send("D").see("Delete load-tests");
    pty.send("\x1b").gone("Delete load-tests");
    pty.send("3j:").see("Palette");
    pty.send("quit\r");
    assert!(pty.ends().success());
    pty.assert_restored();

    write("[keys.tokens]\ndelete = ['n']\n");
    let mut pty = Pty::start_in(&["--demo"], home.path(), &[]);
    assert_eq!(pty.ends().exit_code(), 2);
    // In a terminal the message is wrapped.
    let printed = String::from_utf8_lossy(&pty.bytes).into_owned();
    let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(printed.contains("settings.toml:2:11: [keys.tokens] n is bound twice"), "{printed}");
    assert!(!printed.contains('\x1b'), "the terminal was set up: {printed:?}");
}

#[test]
fn an_unknown_deployment_is_a_usage_error() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".axiom.toml");
    std::fs::write(file, "[deployments.prod]\ntoken = 'xapt-canary'\n").unwrap();
    let mut pty = Pty::start_in(&["--deployment", "prd"], home.path(), &[]);
    assert_eq!(pty.ends().exit_code(), 2);
    let printed = String::from_utf8_lossy(&pty.bytes).into_owned();
    assert!(printed.contains("there is no deployment prd: did you mean prod?"), "{printed}");
    assert!(!printed.contains('\x1b') && !printed.contains("canary"), "{printed:?}");
}

#[test]
fn simulate_prints_shell_variables_and_serves_until_sigterm() {
    use std::io::{BufRead, BufReader, Read, Write};

    let mut child = Command::new(env!("CARGO_BIN_EXE_axtok"))
        .arg("simulate")
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut value = |name: &str| {
        let line = lines.next().unwrap();
        line.strip_prefix(&format!("{name}=")).unwrap_or_else(|| panic!("{line}")).to_owned()
    };
    let url = value("AXIOM_URL");
    let personal = value("AXIOM_TOKEN");
    let org = value("AXIOM_ORG_ID");
    let api = value("AXIOM_API_TOKEN");
    assert!(personal.starts_with("xapt-") && api.starts_with("xaat-"));

    let address = url.strip_prefix("http://").unwrap();
    let get = |token: &str| {
        let mut connection = std::net::TcpStream::connect(address).unwrap();
        write!(
            connection,
            "GET /v2/tokens HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             X-Axiom-Org-Id: {org}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(get(&personal).starts_with("HTTP/1.1 200"));
    assert!(get(&api).starts_with("HTTP/1.1 200"));
    assert!(get("xaat-unknown").starts_with("HTTP/1.1 401"));

    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn simulate_listens_only_on_loopback() {
    let (status, out, err) = without_terminal(&["simulate", "--listen", "0.0.0.0:0"], &[]);
    assert_eq!(status, Some(2), "{err}");
    assert!(out.is_empty());
    assert!(err.contains("loopback"), "{err}");
}

#[test]
fn a_chosen_theme_and_order_are_kept_for_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let mut pty = Pty::start_in(&["--demo"], home.path(), &[]);
    pty.see("API tokens 40").contains("EXPIRES↓");
    pty.send("T").see("the terminal's own 16 colours");
    pty.send("jj\r").see("Theme dark");
    pty.send("s").see("NAME↓");
    pty.send("q");
    assert!(pty.ends().success());

    let mut pty = Pty::start_in(&["--demo"], home.path(), &[]);
    pty.see("NAME↓");
    pty.send("T").see(">• dark");
}
