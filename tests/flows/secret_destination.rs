//! Destinations of a secret: a new file, a command, or the screen. They are checked before the
//! request is sent, and an undelivered secret is kept.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{PermissionsExt as _, symlink},
    },
};

use axtok::{app::Msg, runtime::Input};

use crate::flow::{Flow, local, status_of};

/// A filled-in form, one Enter before the request.
async fn review(flow: &mut Flow) {
    flow.see("API tokens 40").await;
    flow.keys("n").see("0 of 60").await;
    flow.types("ci-x").keys("Tab Down Space").see("1 of 60 chosen").await;
    flow.keys("Ctrl-s").see("[▸ Create ]").await;
}

#[tokio::test]
async fn a_secret_saved_to_a_new_file_needs_one_enter_to_close() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Ctrl-o").see("Where should the secret go?").await;
        flow.keys("Tab").see("Never overwrites").await;
        // An unusable destination is reported before anything is sent.
        fs::write(&file, "old").unwrap();
        flow.types(file.to_str().unwrap()).keys("Enter").see("already exists and is never").await;
        fs::remove_file(&file).unwrap();
        flow.keys("Enter").see("goes to the new file").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 0);
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("Enter to close").await;
        let secret = fs::read_to_string(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(status_of(&flow.simulator.url(), secret.trim()).await, 200);
        let screen = flow.see("v check").await;
        assert!(!screen.contains(secret.trim()), "the secret is on the screen");
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}

#[tokio::test]
async fn tab_completes_the_path_of_a_file_from_the_disk() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("secrets-2026")).unwrap();
        fs::write(at("secrets-2026/old"), "").unwrap();
        symlink(at("secrets-2026"), at("secrets-now")).unwrap();
        fs::write(at(".secrets"), "").unwrap();
        fs::write(at("secrets-\u{1b}[31mred"), "").unwrap();
        // Not every file system takes such a name.
        let _ = fs::write(folder.path().join(OsStr::from_bytes(b"secrets-\xff")), "");
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("r reveal").await;
        flow.keys("f").types(&format!("{}/s", folder.path().display())).see("Tab complete").await;
        let screen = flow.keys("Tab").see("secrets-2026/  secrets-now/").await;
        assert!(!screen.contains("31m") && !screen.contains(".secrets"), "{screen}");
        let path = |name: &str| format!("│ {}/{name} ", folder.path().display());
        flow.types("n").keys("Tab").see(&path("secrets-now/")).await;
        flow.types("o").keys("Tab").see(&path("secrets-now/old")).await;
        flow.types("er").keys("Enter").see("Saved to").await;
        assert!(fs::read_to_string(at("secrets-2026/older")).unwrap().starts_with("xaat-"));
        flow.see("r reveal").await;
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}

#[tokio::test]
async fn a_command_receives_the_secret_on_standard_input() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taken");
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Ctrl-o Tab Tab").see("A command such as").await;
        flow.types(&format!("sh -c 'cat > {}'", file.display())).keys("Enter");
        flow.see("goes to the command sh").await;
        flow.keys("Enter").see("Sent to `sh`").await;
        let secret = fs::read_to_string(&file).unwrap();
        assert!(secret.starts_with("xaat-") && secret.ends_with('\n'));
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_command_leaves_the_secret_in_the_dialog() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Ctrl-o Tab Tab").types("sh -c 'cat > /dev/null; exit 3'").keys("Enter");
        flow.see("goes to the command sh").await;
        flow.keys("Enter").see("it is still here").await;
        flow.see("r reveal").await;
        flow.keys("Esc").see("Have you stored the secret?").await;
        flow.keys("Esc f").see("Save the secret to a file").await;
        flow.types(file.to_str().unwrap()).keys("Enter").see("Saved to").await;
        flow.see("r reveal").await;
        assert!(fs::read_to_string(&file).unwrap().starts_with("xaat-"));
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}

#[tokio::test]
async fn a_secret_can_be_tried_and_compared() {
    local(async {
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("r reveal").await;
        flow.keys("t").see("The secret works: it can list").await;
        flow.keys("y").see("not confirmed").await;
        let secret = flow.copied().pop().unwrap();
        flow.keys("v").see("Paste the secret from where you stored it").await;
        flow.send(Input::Msg(Msg::Paste("xaat-else".to_owned()))).keys("Enter");
        flow.see("This does not match").await;
        flow.send(Input::Msg(Msg::Paste(format!("{secret}\n")))).keys("Enter");
        let screen = flow.see("Checked: it matches").await;
        assert!(!screen.contains(&secret));
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}

/// Keys typed before the path has been checked change neither the path nor the destination.
#[tokio::test]
async fn keys_typed_during_the_check_do_not_change_the_destination() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("token"), folder.path().join("token-typed-on"));
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("r reveal").await;
        flow.keys("f").types(file.to_str().unwrap()).keys("Enter").types("-typed-on");
        let screen = flow.see("Saved to").await;
        assert!(!screen.contains("r reveal"), "further typing acted as a command");
        flow.see("r reveal").await;
        assert!(file.exists(), "the file that was checked does not exist");
        assert!(!other.exists(), "another file was written");
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}

/// Leaving the dialog and opening it again cancels the first destination.
#[tokio::test]
async fn a_reopened_dialog_ignores_the_check_of_the_previous_one() {
    local(async {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("token"), folder.path().join("other"));
        let mut flow = Flow::demo().await;
        review(&mut flow).await;
        flow.keys("Enter").see("ci-x was created").await;
        flow.see("r reveal").await;
        flow.keys("f").types(file.to_str().unwrap()).keys("Enter Esc f");
        flow.types(other.to_str().unwrap()).see("other").await;
        flow.see("Save the secret to a file").await;
        assert!(!file.exists() && !other.exists(), "a file was written before Enter");
        flow.keys("Enter").see("Saved to").await;
        flow.see("r reveal").await;
        assert!(!file.exists() && other.exists());
        flow.keys("Enter").see("API tokens 41").await;
    })
    .await;
}
