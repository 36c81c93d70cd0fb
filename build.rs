//! Passes the commit that a release build is made from to the program, for `axtok --version`.

use std::{env, fs, path::Path, process::Command};

/// Digits of a commit in `axtok --version`.
const SHORT: usize = 12;

/// Set by a build without Git, such as that of a package.
const VARIABLE: &str = "AXTOK_COMMIT";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-env-changed=PROFILE");
    // A development build has no commit: each commit would build the program again.
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if is_release { given().or_else(packaged).or_else(checked_out) } else { None };
    let commit = commit.map(|commit| match commit.split_at_checked(SHORT) {
        Some((short, rest)) if rest.ends_with(CHANGED) => format!("{short}{CHANGED}"),
        Some((short, _)) => short.to_owned(),
        None => commit,
    });
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let origin = match &commit {
        Some(commit) => format!("commit {commit}"),
        None if is_release => "unknown commit".to_owned(),
        None => "development build".to_owned(),
    };
    println!("cargo::rustc-env=AXTOK_COMMIT={}", commit.unwrap_or_default());
    println!("cargo::rustc-env=AXTOK_LONG_VERSION={version} ({origin})");
}

/// After the commit if files differ from it.
const CHANGED: &str = "-dirty";

fn given() -> Option<String> {
    env::var(VARIABLE).ok().filter(|commit| !commit.is_empty())
}

/// The commit that Cargo wrote into the package of the registry.
fn packaged() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    let (commit, _) = rest.split_once('"')?;
    Some(commit.to_owned())
}

/// The commit of the checkout, if the package is its root.
fn checked_out() -> Option<String> {
    let root = git(&["rev-parse", "--show-toplevel"])?;
    let here = env::var_os("CARGO_MANIFEST_DIR")?;
    if fs::canonicalize(root).ok()? != fs::canonicalize(here).ok()? {
        return None;
    }
    // The log of HEAD changes with each commit and checkout. A file that is missing would
    // run this script each time.
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", file])?;
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=Cargo.lock");
    git(&["describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=-dirty"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let ran = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(ran.stdout).ok()?;
    ran.status.success().then(|| text.trim_end().to_owned())
}
