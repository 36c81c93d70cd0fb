//! The check of what is installed: other programs of the same name, the manual page and the
//! shell completions. After an update, an old one may be left in another folder.

use std::{
    collections::HashSet,
    env, fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{Check, State, surroundings::RawEnv};
use crate::{
    programs,
    version::{VERSION, WITH_COMMIT},
};

/// The version is in the first lines of a file; no more is read, in bytes.
const HEAD: u64 = 4096;

/// Before the version, in manual pages and in completions.
const MARK: &str = "axtok ";

/// An installed file, below a folder for shared files.
const SHARED: [(&str, &str); 7] = [
    (MANUAL, "man/man1/axtok.1"),
    (MANUAL, "man/man1/axtok.1.gz"),
    ("bash completion", "bash-completion/completions/axtok"),
    ("zsh completion", "zsh/site-functions/_axtok"),
    ("zsh completion", "zsh/vendor-completions/_axtok"),
    ("fish completion", "fish/vendor_completions.d/axtok.fish"),
    ("fish completion", "fish/completions/axtok.fish"),
];

/// An installed file, below the home directory.
const AT_HOME: [(&str, &str); 2] = [
    ("zsh completion", ".zfunc/_axtok"),
    ("fish completion", ".config/fish/completions/axtok.fish"),
];

const MANUAL: &str = "manual page";

/// Compares the running program with what is installed.
#[must_use]
pub fn check(env: RawEnv<'_>, running: io::Result<PathBuf>) -> Check {
    let mut says = vec![WITH_COMMIT.to_owned()];
    let mut fixes = Vec::new();
    if let Ok(running) = running.and_then(fs::canonicalize) {
        says.push(format!("this program: {}", shown(&running)));
        let path = env("PATH");
        let first = programs::find_in("axtok", path.as_deref()).ok();
        if let Some(first) = first.filter(|f| fs::canonicalize(f).is_ok_and(|f| f != running)) {
            says.push(format!("PATH has another program first: {}", shown(&first)));
            fixes.push(format!("remove {}, or change the order of PATH", shown(&first)));
        }
    }
    let mut same = Vec::new();
    for (what, file) in installed(env) {
        // A file that cannot be read is no fault of the version.
        let Ok(head) = head(&file) else { continue };
        match version_in(&head) {
            Some(VERSION) => same.push(what),
            other => {
                let version = other.unwrap_or("without a version");
                says.push(format!("{what} {version}: {}", shown(&file)));
                fixes.push(fix(what, &file));
            }
        }
    }
    same.dedup();
    if !same.is_empty() {
        says.push(format!("same version: {}", same.join(", ")));
    }
    let state = if fixes.is_empty() { State::Fine } else { State::Warning };
    let check = Check::new("version", state, says.join("\n"));
    if fixes.is_empty() { check } else { check.fix(fixes.join("\n")) }
}

/// The command that writes a file again.
fn fix(what: &str, file: &Path) -> String {
    match (what.split_once(' '), file.parent()) {
        _ if file.starts_with("/usr") && !file.starts_with("/usr/local") => {
            format!("update the package of {}, or remove the file", shown(file))
        }
        (Some((shell, "completion")), _) => format!("axtok completions {shell} > {}", shown(file)),
        (_, Some(folder)) if file.extension().is_some_and(|e| e == "1") => {
            format!("axtok man --dir {}", shown(folder))
        }
        _ => format!("remove {}, or replace it with the page from axtok man", shown(file)),
    }
}

/// The files that exist, each once.
fn installed(env: RawEnv<'_>) -> Vec<(&'static str, PathBuf)> {
    let home = env("HOME").map(PathBuf::from);
    let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
    let mut shares: Vec<PathBuf> = Vec::new();
    shares.extend(env("XDG_DATA_HOME").map(PathBuf::from).or_else(|| below_home(".local/share")));
    let path = env("PATH").unwrap_or_default();
    shares.extend(env::split_paths(&path).filter_map(|f| Some(f.parent()?.join("share"))));
    let data = env("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    shares.extend(env::split_paths(&data));
    let in_shares = SHARED.iter().flat_map(|(what, file)| {
        shares.iter().filter(|f| f.is_absolute()).map(move |share| (*what, share.join(file)))
    });
    let at_home = AT_HOME.iter().filter_map(|(what, file)| Some((*what, below_home(file)?)));
    let mut seen = HashSet::new();
    let mut all: Vec<_> = in_shares.chain(at_home).collect();
    all.retain(|(_, file)| fs::canonicalize(file).is_ok_and(|file| seen.insert(file)));
    all
}

/// The beginning of a file. A compressed one is decompressed by `gzip`, which every system
/// that compresses manual pages has.
fn head(file: &Path) -> io::Result<String> {
    let mut head = Vec::new();
    // A named pipe would block.
    if !fs::metadata(file)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    if file.extension().is_some_and(|e| e == "gz") {
        let gzip = programs::find("gzip").map_err(|_| io::ErrorKind::NotFound)?;
        let mut child = Command::new(gzip)
            .arg("-dc")
            .stdin(fs::File::open(file)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let read = child.stdout.take().map(|out| out.take(HEAD).read_to_end(&mut head));
        // It may still be writing.
        let _ = child.kill();
        child.wait()?;
        read.transpose()?;
    } else {
        fs::File::open(file)?.take(HEAD).read_to_end(&mut head)?;
    }
    if head.is_empty() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The version after the program's name. A manual page has its section there too.
fn version_in(head: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || ".+-".contains(c);
    head.split(MARK).skip(1).find_map(|text| {
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        let version = &text[..end];
        (version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.'))
            .then_some(version)
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, ffi::OsString, os::unix::fs::PermissionsExt as _};

    use super::*;

    /// A home directory with files, and a check of what is installed there.
    struct Home(tempfile::TempDir);

    impl Home {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self, name: &str) -> PathBuf {
            fs::canonicalize(self.0.path()).unwrap().join(name)
        }

        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        }

        fn check(&self) -> Check {
            let vars: HashMap<_, _> = [
                ("HOME", self.path("")),
                ("PATH", self.path("first/bin")),
                ("XDG_DATA_DIRS", self.path("data")),
            ]
            .into();
            let path = env::join_paths([self.path("first/bin"), self.path("second/bin")]).unwrap();
            let env = |name: &str| match name {
                "PATH" => Some(path.clone()),
                _ => vars.get(name).map(|p| OsString::from(p.as_os_str())),
            };
            check(&env, Ok(self.path("second/bin/axtok")))
        }
    }

    #[test]
    fn files_of_this_version_need_no_attention() {
        let home = Home::new();
        home.write("second/bin/axtok", "");
        let page = format!(".ie \\n(.g .ds Aq\n.TH axtok 1  \"axtok {VERSION}\" \n");
        home.write("second/share/man/man1/axtok.1", &page);
        home.write(".zfunc/_axtok", &format!("#compdef axtok\n# zsh … axtok {VERSION}, written"));
        let check = home.check();
        assert_eq!(check.state, State::Fine, "{check:?}");
        assert!(check.says.contains(WITH_COMMIT), "{check:?}");
        assert!(check.says.ends_with("same version: manual page, zsh completion"), "{check:?}");
    }

    #[test]
    fn files_of_another_version_are_named_with_a_fix() {
        let home = Home::new();
        home.write("second/bin/axtok", "");
        let page = home.write("second/share/man/man1/axtok.1", ".TH axtok 1  \"axtok 0.0.9\" \n");
        let bash = home.write(
            "data/bash-completion/completions/axtok",
            "# bash completion for axtok, written by `axtok completions bash`.\n",
        );
        let check = home.check();
        assert_eq!(check.state, State::Warning, "{check:?}");
        let lines = [
            format!("manual page 0.0.9: {}", page.display()),
            format!("bash completion without a version: {}", bash.display()),
        ];
        assert!(lines.iter().all(|line| check.says.contains(line)), "{check:?}");
        let fixes = [
            format!("axtok man --dir {}", page.parent().unwrap().display()),
            format!("axtok completions bash > {}", bash.display()),
        ];
        assert_eq!(check.fix, Some(fixes.join("\n")));
    }

    #[test]
    fn a_compressed_page_is_read_too() {
        let home = Home::new();
        home.write("second/bin/axtok", "");
        let page = home.write("data/man/man1/axtok.1", ".TH axtok 1  \"axtok 0.0.9\" \n");
        assert!(Command::new("gzip").arg(&page).status().unwrap().success());
        let check = home.check();
        assert!(check.says.contains("manual page 0.0.9: "), "{check:?}");
        assert!(check.says.ends_with("/axtok.1.gz"), "{check:?}");
    }

    #[test]
    fn another_program_that_the_shell_finds_first_is_named() {
        let home = Home::new();
        home.write("second/bin/axtok", "");
        let other = home.write("first/bin/axtok", "");
        let check = home.check();
        assert_eq!(check.state, State::Warning, "{check:?}");
        assert!(check.says.contains(&format!("first: {}", other.display())), "{check:?}");
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let home = Home::new();
        home.write("second/bin/axtok", "");
        home.write("data/man/man1/axtok.1.gz", "not compressed");
        fs::create_dir_all(home.path(".zfunc/_axtok")).unwrap();
        let check = home.check();
        assert_eq!(check.state, State::Fine, "{check:?}");
    }
}
