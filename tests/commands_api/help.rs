//! What the program says of itself: help, manual pages, completions; and the
//! script in docs/rotation.md, run as it is written there.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::script::{Ran, Script};

pub fn alone(args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"));
    command.args(args).env_clear().env("HOME", "/nowhere");
    Ran::fed(command, "")
}

#[test]
fn every_command_has_help_with_examples() {
    for args in [
        &["tokens", "list"][..],
        &["tokens", "show"],
        &["tokens", "create"],
        &["tokens", "regenerate"],
        &["tokens", "replace"],
        &["tokens", "delete"],
        &["personal", "create"],
        &["review"],
        &["completions"],
        &["man"],
    ] {
        let help = alone(&[args, &["--help"]].concat()).ends(0);
        assert!(help.out.contains("Example"), "{args:?}: {}", help.out);
        assert!(help.out.contains(&args.join(" ")), "{args:?}");
    }
    for group in [&["tokens"][..], &["personal"], &["datasets"], &["orgs"], &[]] {
        let help = alone(&[group, &["--help"]].concat()).ends(0).out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for status in
            ["0 done", "1 some failed", "3 not signed in", "6 the outcome", "7 rate limit"]
        {
            assert!(help.contains(status), "{group:?} {status}: {help}");
        }
    }
    alone(&["tokens"]).ends(2);
    assert!(alone(&["--version"]).ends(0).out.starts_with("axtok "));
    alone(&["tokens", "create", "x", "--secret-file", "a", "--show-secret"]).ends(2);
}

#[test]
fn shells_can_read_the_completions() {
    for (shell, check) in [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")] {
        let script = alone(&["completions", shell]).ends(0).out;
        assert!(script.contains(&format!("COMPLETE={shell} ")), "{script}");
        // Not every machine has every shell.
        let checked = Command::new(check).args(["-n", "/dev/stdin"]).stdin(Stdio::piped()).spawn();
        if let Ok(mut child) = checked {
            use std::io::Write as _;
            child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success(), "{shell}");
        }
    }
    alone(&["completions", "tcsh"]).ends(2);
}

#[test]
fn there_is_a_page_for_each_command() {
    let page = alone(&["man"]).ends(0).out;
    assert!(page.contains(".TH axtok 1") && page.contains("Exit status"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("man1");
    alone(&["man", "--dir", dir.to_str().unwrap()]).ends(0);
    for page in ["axtok.1", "axtok-tokens-regenerate.1", "axtok-personal-create.1"] {
        let text = fs::read_to_string(dir.join(page)).unwrap();
        assert!(text.contains(".SH NAME"), "{page}");
    }
}

/// The script in docs/rotation.md.
fn rotation_script() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rotation.md");
    let text = fs::read_to_string(file).unwrap();
    let (_, rest) = text.split_once("<!-- script rotate -->\n```sh\n").unwrap();
    let (block, _) = rest.split_once("```\n").unwrap();
    block.to_owned()
}

#[test]
fn the_rotation_script_rotates_what_is_due() {
    let script = Script::with("");
    let path = script.with_program_in_path();
    let write = |name: &str, text: &str| {
        let path = script.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    write("rotate", &rotation_script());
    write(
        "store-secret",
        "#!/bin/sh\ncat > \"vault-$AXTOK_TOKEN_ID\"\necho $AXTOK_TOKEN_NAME >> names\n",
    );
    let rotate = |sh: &str| {
        let mut command = Command::new(sh);
        command.arg("rotate").current_dir(script.home.path()).env_clear().envs(script.env());
        command.env("PATH", &path);
        Ran::fed(command, "")
    };
    let first = rotate("sh").ends(0).says("soon was regenerated");
    assert!(!first.out.contains("xaat-") && !first.err.contains("xaat-"), "{first:?}");
    assert_eq!(fs::read_to_string(script.path("names")).unwrap(), "soon\n");
    let new = script.server.ids().pop().unwrap();
    let secret = fs::read_to_string(script.path(&format!("vault-{new}"))).unwrap();
    assert!(secret.starts_with("xaat-"));
    // The old one ends soon, and has been taken over from.
    let second = rotate("sh").ends(0);
    assert!(second.out.contains("nothing is due"), "{second:?}");
    assert_eq!(script.server.ids().len(), 6);
    // What is in the way is not taken for "nothing is due".
    let mut refused = Command::new("sh");
    refused.arg("rotate").current_dir(script.home.path()).env_clear().envs(script.env());
    refused.env("PATH", &path);
    refused.env("AXIOM_TOKEN", "xaat-nobody");
    let refused = Ran::fed(refused, "").ends(3);
    assert!(!refused.out.contains("nothing is due"), "{refused:?}");
}

/// Ids that an option, a pattern, two words or a blank could be taken for.
const ODD: [&str; 6] = ["--look-for=0", "-h", "*", "two words", "$(touch bad)", "a;b'c\"d\\e"];

#[test]
fn the_rotation_script_takes_an_id_for_nothing_else() {
    let token = |id: &str| {
        let id = id.replace('\\', "\\\\").replace('"', "\\\"");
        let (name, rest) = (id.clone(), "expires = '5d'\ndataset = { a = ['query:read'] }");
        format!("[[org.token]]\nid = \"{id}\"\nname = \"name {name}\"\n{rest}\n")
    };
    let tokens: String = ODD.iter().map(|id| token(id)).collect();
    for sh in ["sh", "bash", "dash"] {
        let script = Script::serving(&format!("[[org]]\nid = 'a'\nname = 'A'\n{tokens}"));
        let path = script.with_program_in_path();
        let write = |name: &str, text: &str| {
            fs::write(script.path(name), text).unwrap();
            fs::set_permissions(script.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        };
        write("rotate", &rotation_script());
        let store = "cat > /dev/null\nprintf '%s\\n' \"$AXTOK_TOKEN_NAME\" >> names\n";
        write("store-secret", &format!("#!/bin/sh\n{store}"));
        let mut command = Command::new(sh);
        command.arg("rotate").current_dir(script.home.path()).env_clear().envs(script.env());
        // Not every machine has every shell.
        if command.env("PATH", &path).stdin(Stdio::null()).output().is_err() {
            continue;
        }
        let names = fs::read_to_string(script.path("names")).unwrap();
        let mut names: Vec<_> = names.lines().collect();
        names.sort_unstable();
        let mut expected = ODD.map(|id| format!("name {id}"));
        expected.sort_unstable();
        assert_eq!(names, expected, "each once, by {sh}");
        assert_eq!(script.server.ids().len(), 2 * ODD.len());
        assert!(!script.path("bad").exists());
    }
}
