//! Folders: the names of files in them, and what is refused.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::*;
use crate::domain::Secret;

fn file_for(name: &str, id: &str) -> String {
    let Sink::File(path) = sink_for(Path::new("/f"), name, id) else { panic!("it is a file") };
    assert_eq!(path.parent(), Some(Path::new("/f")), "{name} {id} stays in its folder");
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn file_names_combine_name_and_id_without_special_characters() {
    for (name, id, file) in [
        ("ci-edge", "7f3c-a91f", "ci-edge-7f3c-a91f"),
        ("Orders (EU) / daily", "1", "Orders-EU-daily-1"),
        ("../../etc/passwd", "1", "etc-passwd-1"),
        ("..", "..", "token"),
        ("", "x", "x"),
        ("日本", "x", "x"),
        ("café", "9", "caf-9"),
        (".ssh", "-rf", "ssh-rf"),
        ("$(reboot)\n;`x`", "a\0b", "reboot-x-a-b"),
        ("a\u{202e}b", "c", "a-b-c"),
    ] {
        assert_eq!(file_for(name, id), file);
    }
    assert!(file_for(&"n".repeat(500), &"i".repeat(500)).len() <= 2 * 80 + 1);
}

#[test]
fn a_folder_path_is_parsed_like_a_file_path() {
    let home = Some(Path::new("/home/me"));
    assert_eq!(parse(" ~/new/ ", home), Ok("/home/me/new".into()));
    assert_eq!(parse("/x//", home), Ok("/x".into()));
    for none in ["", "/", "~", "~/", "/x/.."] {
        assert_eq!(parse(none, home), Err(SinkError::NoFolderNamed), "{none}");
    }
}

#[tokio::test]
async fn a_new_folder_is_private_and_accepts_new_files() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new");
    prepare(&folder).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    prepare(&folder).unwrap();
    let sink = sink_for(&folder, "ci", "1");
    sink.deliver(&Secret::new("xaat-1".to_owned())).await.unwrap();
    let again = sink.deliver(&Secret::new("xaat-2".to_owned())).await;
    assert!(matches!(again, Err(SinkError::Exists(_))), "{again:?}");
    let file = folder.join("ci-1");
    assert_eq!(fs::read(&file).unwrap(), b"xaat-1\n");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_unusable_folder_is_rejected() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(prepare(&file), Err(SinkError::NotAFolder(_))));
    let deep = parent.path().join("no/such");
    assert!(matches!(prepare(&deep), Err(SinkError::NoFolder(_))), "only one is made");
}
