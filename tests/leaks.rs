//! The leak scan: takes a secret through its whole life in the built program and searches for it
//! wherever it must not be. Controls, which must find it, prove that the scan works.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/scan.rs"]
mod scan;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use pty::Pty;
use scan::{Hit, Needle};
use simulate::Simulate;
use uuid::Uuid;

/// A server whose new tokens have this known secret.
fn server(folder: &Path, secret: &str) -> Simulate {
    let scenario = format!(
        "[[fault]]\nroute = 'POST /v2/tokens'\nbody = '{{\"id\":\"id-9\",\"name\":\"ci-leak\",\
         \"description\":\"\",\"token\":\"{secret}\",\"datasetCapabilities\":\
         {{\"prod\":{{\"ingest\":[\"create\"]}}}}}}'\n[[org]]\nid = 'acme'\nname = 'Acme'\n\
         [org.datasets.events]\nprod = 'x'\n"
    );
    Simulate::start(folder, &scenario)
}

/// How many files and bytes were scanned, and how many controls fired.
#[derive(Default)]
struct Scanned {
    files: usize,
    output: usize,
    memory: usize,
    controls: usize,
}

/// Every file below a folder, recursively.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The program's writable memory. `None` if the system denies access, as the program requests.
fn memory(pid: u32) -> Option<Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mem = File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut all = Vec::new();
    for line in maps.lines().filter(|l| l.split(' ').nth(1).is_some_and(|p| p.starts_with("rw"))) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let from = u64::from_str_radix(from, 16).unwrap();
        let to = u64::from_str_radix(to, 16).unwrap();
        let mut part = vec![0; usize::try_from(to - from).unwrap()];
        if mem.read_exact_at(&mut part, from).is_ok() {
            all.append(&mut part);
        }
    }
    (!all.is_empty()).then_some(all)
}

/// Starts the program and creates a token: its secret is in its dialog.
fn created(server: &Simulate, home: &Path, name: &str) -> Pty {
    let log = home.join("requests.log");
    let mut pty = server.program(&["--log-file", log.to_str().unwrap()], home);
    pty.until("the list", |s| s.contains("No API tokens yet") || s.contains("API tokens 1"));
    pty.send("n").see("of 1 chosen");
    pty.send(name).send("\t\x1b[B ").see("1 of 1 chosen");
    pty.send("\x13").see("[▸ Create ]");
    pty.send("\r").see("r reveal");
    pty
}

/// Types the word that closes the dialog, and waits for the next frame.
fn store(pty: &mut Pty) {
    pty.send("\x1b").see("Have you stored the secret?");
    pty.send("stored\r").gone("Have you stored the secret?");
    pty.see("n new");
}

#[track_caller]
fn none(hits: &[Hit], place: &str) {
    assert!(hits.is_empty(), "the secret is in {place}: {hits:?}");
}

#[test]
fn the_scan_finds_planted_secrets() {
    let secret = Uuid::new_v4().to_string();
    let needle = Needle::new(&secret);
    let raw = secret.as_bytes();
    let strided = |n: usize| -> Vec<u8> {
        raw.iter()
            .flat_map(|b| std::iter::once(*b).chain(std::iter::repeat_n(b'.', n - 1)))
            .collect()
    };
    let base64 = |before: usize| {
        use base64::Engine as _;
        let text = [vec![b'x'; before], raw.to_vec(), b"after".to_vec()].concat();
        base64::engine::general_purpose::STANDARD.encode(text).into_bytes()
    };
    let mut planted = vec![raw.to_vec(), strided(2), strided(3), strided(40), strided(96)];
    planted.push(raw.iter().rev().copied().collect());
    planted.push(raw.iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect());
    planted.push(raw.iter().flat_map(|b| [*b, 0]).collect());
    planted.extend((0..3).map(base64));
    for (i, text) in planted.iter().enumerate() {
        let hay = [vec![b'-'; 1000], text.clone(), vec![b'-'; 5000]].concat();
        assert!(!needle.find(&hay).is_empty(), "planted {i} was not found");
    }
    assert!(needle.find(&vec![b'-'; 100_000]).is_empty());
}

/// A token that is typed or pasted, to compare a new secret or to sign in, is wiped when its dialog
/// closes and stays in no input queue.
#[test]
fn a_typed_secret_is_wiped_when_its_dialog_closes() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let secret = Uuid::new_v4().to_string();
    let server = server(home, &format!("xaat-{secret}"));
    // Not the server's secret, which stays in the dialog all the time.
    let typed = Uuid::new_v4().to_string();
    // A ring buffer can be split in the middle, but then one half is contiguous.
    let needles = [&typed[..], &typed[..18], &typed[18..]].map(Needle::new);
    let find = |bytes: &[u8]| -> Vec<Hit> { needles.iter().flat_map(|n| n.find(bytes)).collect() };
    let mut looked = 0;
    for bracketed in [false, true] {
        let mut pty = created(&server, home, if bracketed { "pasted" } else { "typed" });
        let pid = pty.process_id();
        let sent = if bracketed { format!("\x1b[200~{typed}\x1b[201~") } else { typed.clone() };
        pty.send("v").see("nothing pasted yet");
        pty.send(&sent).see("36 characters");
        if let Some(memory) = memory(pid) {
            assert!(!find(&memory).is_empty(), "control: the field does not contain it");
            looked += 1;
        }
        // The comparison wipes it; the dialog stays open.
        pty.send("\r").see("This does not match");
        pty.see("nothing pasted yet");
        if let Some(memory) = memory(pid) {
            none(&find(&memory), &format!("the memory, bracketed: {bracketed}"));
        }
        // Typed character by character, and left without a comparison.
        for letter in typed.chars() {
            pty.send(&letter.to_string());
        }
        pty.see("36 characters");
        pty.send("\x1b").gone("36 characters");
        if let Some(memory) = memory(pid) {
            none(&find(&memory), "the memory, letter by letter");
        }
        none(&find(&pty.bytes), "the terminal's bytes");
        store(&mut pty);
        pty.send("q").ends();
    }
    let note = if looked == 0 { " (memory: not allowed to look)" } else { "" };
    let _ = writeln!(std::io::stdout(), "typed secrets: {looked} controls fired{note}");
}

/// A secret that is never revealed leaves no trace. One that is revealed is on the screen while it
/// is shown, and nowhere else.
#[test]
fn a_secret_is_only_where_the_user_put_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    // Makes the program write every kind of file that it can leave behind.
    fs::create_dir_all(home.join(".config/axtok")).unwrap();
    fs::write(home.join(".config/axtok/settings.toml"), "complete-names = true\n").unwrap();
    let secret = Uuid::new_v4().to_string();
    let server = server(home, &format!("xaat-{secret}"));
    let needle = Needle::new(&secret);
    let credential = Needle::new(&server.token["xapt-".len()..]);
    let mut scanned = Scanned::default();

    // Hidden all the time.
    let mut pty = created(&server, home, "first");
    let pid = pty.process_id();
    store(&mut pty);
    none(&needle.find(&pty.bytes), "the terminal's bytes");
    scanned.output += pty.bytes.len();
    if let Some(memory) = memory(pid) {
        none(&needle.find(&memory), "the memory, never revealed");
        scanned.memory += memory.len();
    }
    for place in ["cmdline", "environ"] {
        if let Ok(bytes) = fs::read(format!("/proc/{pid}/{place}")) {
            none(&needle.find(&bytes), place);
            none(&credential.find(&bytes), place);
            scanned.files += 1;
        }
    }
    pty.send("q").ends();

    // Revealed, copied, and closed.
    let mut pty = created(&server, home, "second");
    let pid = pty.process_id();
    let before = pty.bytes.len();
    pty.send("r").see(&secret);
    assert!(!needle.find(&pty.bytes[before..]).is_empty(), "control: it is not on the screen");
    scanned.controls += 1;
    if let Some(memory) = memory(pid) {
        assert!(!needle.find(&memory).is_empty(), "control: it is not in the memory");
        scanned.controls += 1;
    }
    pty.send("y").see("not confirmed");
    let copied = needle.find(&pty.bytes[before..]);
    assert!(copied.iter().any(|h| h.how.starts_with("base64")), "control: it was not copied");
    scanned.controls += 1;
    pty.send("r").gone(&secret);
    let after = pty.bytes.len();
    store(&mut pty);
    // One more frame, so that both screen buffers have been redrawn.
    pty.send("?").see("Keys that work here");
    pty.send("\x1b").gone("Keys that work here");
    none(&needle.find(&pty.bytes[after..]), "the terminal's bytes after it was hidden");
    none(&credential.find(&pty.bytes), "the terminal's bytes");
    scanned.output += pty.bytes.len();
    if let Some(memory) = memory(pid) {
        none(&needle.find(&memory), "the memory after the dialog closed");
        scanned.memory += memory.len();
    }
    pty.send("q").ends();

    let left = files(home);
    for name in ["journal.jsonl", "requests.log", "names.json"] {
        assert!(left.iter().any(|file| file.ends_with(name)), "no {name} in {left:?}");
    }
    for file in left {
        let bytes = fs::read(&file).unwrap();
        none(&needle.find(&bytes), &file.display().to_string());
        none(&credential.find(&bytes), &file.display().to_string());
        scanned.files += 1;
    }
    let Scanned { files, output, memory, controls } = scanned;
    let note = if memory == 0 { " (memory: not allowed to look)" } else { "" };
    let line = format!(
        "leak scan: {files} files, {output} bytes of output, {memory} bytes of memory{note}, \
         {} ways of writing it: 0 hits; {controls} controls fired",
        needle.ways()
    );
    let _ = writeln!(std::io::stdout(), "{line}");
}
