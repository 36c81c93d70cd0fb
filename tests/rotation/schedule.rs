//! The lines of docs/rotation.md for cron and systemd, run as written.

use std::{fs, path::Path, process::Command};

use crate::world::{DUE, World};

fn page() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rotation.md");
    fs::read_to_string(file).unwrap()
}

/// The command of the crontab's only job.
fn cron() -> String {
    let page = page();
    let job = page.lines().find(|line| line.ends_with(" axtok rotate") && line.contains("* * *"));
    // Five fields of time, then the command.
    job.unwrap().splitn(6, ' ').last().unwrap().to_owned()
}

/// The block of the page that begins with this line.
fn unit(first: &str, with: &str) -> String {
    let page = page();
    let blocks = page.split("```ini\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    blocks.filter(|block| block.starts_with(first)).find(|b| b.contains(with)).unwrap().to_owned()
}

fn exec_start() -> String {
    let service = unit("[Unit]", "[Service]");
    let line = service.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap().to_owned();
    // As a package installs it.
    line.replacen("/usr/bin/axtok", "axtok", 1)
}

#[test]
fn the_jobs_of_the_documentation_rotate_what_is_due() {
    for job in [cron(), exec_start()] {
        let world = World::new("");
        let home = world.path("home");
        let folder = home.join(".config/axtok");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(world.path("plan.toml"), folder.join("rotation.toml")).unwrap();
        let bin = world.path("bin");
        fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_axtok"), bin.join("axtok")).unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let before: Vec<_> = DUE.iter().map(|name| world.stored(name)).collect();
        let [_, (_, token), (_, org)] = world.server.env();
        let output = Command::new("sh")
            .args(["-c", &job])
            .env_clear()
            .env("PATH", path)
            .env("HOME", &home)
            .env("AXIOM_URL", &world.proxy.url)
            .env("AXIOM_TOKEN", token)
            .env("AXIOM_ORG_ID", org)
            .output()
            .unwrap();
        assert!(output.status.success(), "{job}: {output:?}");
        for (name, before) in DUE.iter().zip(before) {
            assert_ne!(world.stored(name), before, "{job}: {name}");
        }
        assert_eq!(world.proxy.checked().1, Vec::<String>::new());
    }
}

/// Skipped where systemd is not installed.
#[test]
fn systemd_accepts_the_units() {
    let folder = tempfile::tempdir().unwrap();
    let service = unit("[Unit]", "[Service]")
        .replace("/usr/bin/axtok", env!("CARGO_BIN_EXE_axtok"))
        .replace("User=axtok\n", "");
    fs::write(folder.path().join("axtok-rotation.service"), service).unwrap();
    fs::write(folder.path().join("axtok-rotation.timer"), unit("[Unit]", "[Timer]")).unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no", "axtok-rotation.timer", "axtok-rotation.service"]);
    let Ok(output) = verify.current_dir(folder.path()).output() else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<_> = said.lines().filter(|line| line.contains("axtok-rotation")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}
