//! Suspending, resizing, focus changes and the title of the window.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;

use portable_pty::CommandBuilder;
use pty::Pty;
use vt100::MouseProtocolMode;

/// The list, with everything from the start on the screen.
fn ready() -> Pty {
    let mut pty = Pty::start(&["--demo"], 80, 24);
    pty.see("API tokens 40");
    pty.see("Acme Inc (acme-4x1k)");
    pty
}

fn text(pty: &Pty) -> String {
    String::from_utf8_lossy(&pty.bytes).into_owned()
}

/// Under a shell with job control.
#[test]
fn suspending_returns_the_terminal_and_continuing_restores_everything() {
    let mut command = CommandBuilder::new("/usr/bin/env");
    let script = "\"$0\" --demo; echo the shell has it; read -r x; fg; echo over: $?";
    command.args(["bash", "--norc", "--noprofile", "-m", "-c", script]);
    command.arg(env!("CARGO_BIN_EXE_axtok"));
    let path = std::env::var("PATH").unwrap();
    let mut pty = Pty::run(command, &std::env::temp_dir(), &[("PATH", &path)], (80, 24));
    pty.see("API tokens 40");
    pty.send("jjj").until("the cursor to move", |s| s.lines().nth(6).unwrap().starts_with('>'));
    let before = pty.see("Acme Inc (acme-4x1k)");
    pty.send("\x1a").see("the shell has it");
    pty.assert_restored();
    assert!(pty.is_cooked());
    assert!(text(&pty).contains("\x1b[23;2t"), "the window's title is not restored");
    pty.send("\n");
    let after = pty.until("the list", |screen| screen.contains("? all keys"));
    let rows = |screen: &str| screen.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(rows(&after), rows(&before));
    let screen = pty.screen.screen();
    assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::AnyMotion);
    assert!(!pty.is_cooked());
    pty.send("q").see("over: 0");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn a_burst_of_resizes_draws_only_whole_frames() {
    let mut pty = ready();
    for n in 0..60u16 {
        pty.resize(20 + n * 7 % 160, 5 + n * 5 % 50);
    }
    pty.resize(100, 30);
    pty.until("all of it", |screen| {
        let lines: Vec<_> = screen.lines().collect();
        lines.len() == 30 && lines[0].contains("Acme Inc") && lines[29].contains("? all keys")
    });
    // The clearing is part of a synchronised frame, so nothing flickers.
    let text = text(&pty);
    assert!(text.contains("\x1b[2J"));
    for part in text.split("\x1b[?2026l") {
        let outside = part.split("\x1b[?2026h").next().unwrap();
        assert!(!outside.contains("\x1b[2J"), "{outside:?}");
    }
    pty.send("q");
    assert!(pty.ends().success());
    pty.assert_restored();
}

#[test]
fn focus_changes_send_nothing() {
    let mut pty = ready();
    let mut step = |before: &str| {
        pty.send("k")
            .until("the cursor at the top", |s| s.lines().nth(3).unwrap().starts_with('>'));
        let sent = pty.bytes.len();
        pty.send(before).taken();
        pty.send("j").until("the cursor to move", |s| s.lines().nth(4).unwrap().starts_with('>'));
        pty.bytes.len() - sent
    };
    let _ = step("");
    let alone = step("");
    assert_eq!(step("\x1b[O\x1b[I"), alone);
    pty.send("q");
    assert!(pty.ends().success());
}

#[test]
fn the_window_title_names_the_deployment_and_is_restored() {
    let mut pty = ready();
    pty.send("q");
    assert!(pty.ends().success());
    let text = text(&pty);
    let titles: Vec<_> = text.match_indices("\x1b]").collect();
    assert_eq!(titles.len(), 1, "the title must be the only OSC sequence");
    assert!(text.contains("\x1b[22;2t\x1b]2;axtok: demo\x1b\\"));
    assert_eq!(text.matches("\x1b[22;2t").count(), 1);
    assert_eq!(text.matches("\x1b[23;2t").count(), 1);
    assert!(text.rfind("\x1b[23;2t") > text.rfind("\x1b]2;"));
}

#[test]
fn the_title_is_not_set_if_disabled_or_on_consoles() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/axtok");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("settings.toml"), "title = false\n").unwrap();
    let mut without = Pty::start_in(&["--demo"], home.path(), &[]);
    without.see("API tokens 40");
    std::fs::remove_file(folder.join("settings.toml")).unwrap();
    let mut console = Pty::start_in(&["--demo"], home.path(), &[("TERM", "linux")]);
    for pty in [&mut without, &mut console] {
        pty.see("API tokens 40");
        pty.send("q");
        assert!(pty.ends().success());
        let text = text(pty);
        assert!(!text.contains("\x1b]") && !text.contains(";2t"), "{text:?}");
    }
}
