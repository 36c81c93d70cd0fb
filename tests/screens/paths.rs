//! Tab completes a path: what all names have in common is added, and several names are shown. An
//! answer that comes too late, or that has names with control sequences, changes nothing.

use axtok::{
    app::{Effect, Msg},
    domain::paths::{Entry, Listing},
    input::{Change, Keymap, Position, Word},
};

use crate::{app::App, snapshots::compare};

/// The paths whose folders are to be read.
fn asked(app: &App) -> Vec<&str> {
    let mut paths = Vec::new();
    for effect in &app.waiting {
        if let Effect::ListFolder { path, .. } = effect {
            paths.push(path.as_str());
        }
    }
    paths
}

/// Answers the first pending read of a folder with these names; a folder ends in `/`.
#[track_caller]
pub fn listed<'a>(app: &'a mut App, names: &[&str]) -> &'a mut App {
    let entry = |name: &&str| Entry {
        name: name.trim_end_matches('/').to_owned(),
        is_folder: name.ends_with('/'),
    };
    read(app, &Listing::Read(names.iter().map(entry).collect()))
}

#[track_caller]
fn read<'a>(app: &'a mut App, listing: &Listing) -> &'a mut App {
    app.told(|effect| match effect {
        Effect::ListFolder { asker, path } => {
            let (asker, path) = (*asker, path.clone());
            Some(Msg::Listed { asker, path, listing: listing.clone() })
        }
        _ => None,
    })
}

/// The dialog that saves a new secret to a file, with this path typed.
fn saving(path: &str, width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    app.press("n").answer_reads().types("ci-x").press("Tab Down Space Ctrl-s Enter").answer();
    app.later(600).press("f").types(path);
    app
}

/// The dialog that chooses the destination before the token is created.
fn choosing() -> App {
    let mut app = App::ready(80, 24);
    app.press("n").answer_reads().types("ci-x").press("Tab Down Space Ctrl-s Ctrl-o Tab");
    app.see("Never overwrites");
    app
}

#[test]
fn what_names_have_in_common_is_added_and_several_are_shown() {
    let mut app = saving("/etc/h", 80, 24);
    app.see("Tab complete").press("Tab").see("│ /etc/h ");
    assert_eq!(asked(&app), ["/etc/h"]);
    listed(&mut app, &["hosts", "passwd", "hosted/", "host.conf"]);
    app.see("│ /etc/host ").see("│ hosted/  host.conf  hosts ").not_see("Tab ");
    // Pressed again as in a shell, Tab keeps the names.
    app.press("Tab").see("│ hosted/  host.conf  hosts ");
    assert_eq!(asked(&app), [""; 0]);
    app.types("e").see("│ /etc/hoste ").not_see("host.conf").see("Tab complete").press("Tab");
    listed(&mut app, &["hosts", "passwd", "hosted/"]).see("│ /etc/hosted/ ").see("Tab complete");
}

#[test]
fn the_names_go_away_at_the_next_key_or_click() {
    let names = |app: &mut App| {
        listed(app.press("Tab"), &["ab", "ac"]).see("│ ab  ac ");
    };
    for key in ["Left", "Ctrl-e", "Backspace", "b", "Ctrl-l", "F1"] {
        let mut app = saving("/x/", 80, 24);
        names(&mut app);
        app.press(key).not_see("ab  ac");
    }
    let mut app = saving("/x/", 80, 24);
    names(&mut app);
    app.msg(Msg::Paste("d".to_owned())).see("│ /x/ad ").not_see("ab  ac");
}

#[test]
fn tab_moves_on_when_nothing_can_be_added() {
    let folder = || {
        let mut app = App::ready(80, 24);
        app.press("Space Space r").see(">  folder").see("Tab next");
        app
    };
    // As before while the proposed path is selected.
    folder().press("Tab").see("[▸ Cancel ]");
    let mut app = folder();
    app.types("~/t").see("Tab complete").not_see("Tab next").press("Tab").see(">  folder");
    // Only folders count.
    listed(&mut app, &["tokens/", "token.txt", "t"]).see("~/tokens/ ").see(">  folder");
    listed(app.press("Tab"), &["notes"]).see("~/tokens/ ").see("[▸ Cancel ]");
    for path in ["/no/such", "/root/x"] {
        let mut app = folder();
        app.types(path).press("Tab");
        read(&mut app, &Listing::Unreadable).see("[▸ Cancel ]");
        // It is known now that nothing fits.
        app.press("Shift-Tab").see("Tab next").press("Tab").see("[▸ Cancel ]");
        assert_eq!(asked(&app), [""; 0]);
    }
}

#[test]
fn tab_does_not_leave_the_last_field_when_nothing_can_be_added() {
    let mut app = choosing();
    listed(app.types("/tmp/new").press("Tab"), &[]).see("│ /tmp/new").see("Never overwrites");
    // What is typed now still belongs to the path.
    app.see("Tab next").types("er").see("│ /tmp/newer").see("Tab complete").press("Tab");
    listed(&mut app, &[]).press("Tab").see("A command such as");
    assert_eq!(asked(&app), [""; 0]);
}

#[test]
fn tab_keeps_its_meaning_elsewhere_in_the_text() {
    for keys in ["Left", "Home", "Ctrl-u"] {
        let mut app = choosing();
        app.types("/tmp/a").press(keys).not_see("Tab complete").press("Tab");
        assert_eq!(asked(&app), [""; 0], "{keys}");
        app.see("A command such as").press("Shift-Tab").see("Never overwrites");
    }
    // A proposed path is replaced by typing, so it is not completed before a key accepts it.
    let mut app = choosing();
    app.press("Tab").see("A command such as");
    assert_eq!(asked(&app), [""; 0]);
    app.types("/bin/c").not_see("Tab complete").press("Shift-Tab End").see("Tab complete");
}

#[test]
fn what_may_be_a_secret_is_not_looked_up() {
    for path in ["xaat-3f", "/tmp/xapt-3f", "~/xaat-3f/x", "~root/x"] {
        let mut app = saving(path, 80, 24);
        app.not_see("Tab complete").press("Tab").see(path);
        assert_eq!(asked(&app), [""; 0], "{path}");
    }
}

#[test]
fn a_late_answer_changes_nothing() {
    let late = |between: &dyn Fn(&mut App)| {
        let mut app = saving("/x/a", 80, 24);
        app.press("Tab");
        between(&mut app);
        let before = app.screen();
        listed(&mut app, &["abc"]);
        assert_eq!(app.screen(), before);
    };
    late(&|app| _ = app.types("d").see("/x/ad "));
    late(&|app| _ = app.types("d").press("Backspace"));
    late(&|app| _ = app.press("Left Right"));
    late(&|app| _ = app.msg(Msg::Paste("d".to_owned())));
    late(&|app| _ = app.press("Enter").see("Checking").not_see("Tab complete"));
    late(&|app| _ = app.press("F1").see("Keys that work here"));
    late(&|app| _ = app.press("Esc").see("ci-x was created"));
    // The dialog was opened again.
    late(&|app| _ = app.press("Esc f").types("/x/a").press("Tab"));
    let mut app = saving("/x/a", 80, 24);
    app.press("Tab");
    listed(app.press("Left Right Tab"), &["abc"]).see("│ /x/abc ");
    listed(&mut app, &["abcd"]).see("│ /x/abc ");
}

#[test]
fn a_folder_that_does_not_respond_lets_tab_move_on() {
    let mut app = App::ready(80, 24);
    app.press("Space Space r").types("/mnt/gone/").press("Tab Tab").see(">  folder");
    assert_eq!(asked(&app), ["/mnt/gone/"], "a second press does not ask again");
    app.later(1_000).press("Tab").see("[▸ Cancel ]").see("This folder does not respond");
    // The answer, if it ever comes.
    listed(&mut app, &["a/"]).see("/mnt/gone/ ").see("[▸ Cancel ]");
}

#[test]
fn a_folder_with_too_many_names_says_so() {
    let mut app = saving("/x/a", 80, 24);
    app.press("Tab");
    read(&mut app, &Listing::TooLong).see("│ More than 10000 names in this folder: type the path.");
    app.press("Tab").see("More than 10000").types("b").see("/x/ab ").not_see("More than");
}

#[test]
fn a_name_with_a_control_sequence_is_never_typed_or_shown() {
    let hostile = ["a\u{1b}[31mred", "a\u{1b}]52;c;eA==\u{7}", "a\u{9b}2J", "a\rb", "a\u{202e}b"];
    let mut app = saving("/x/a", 80, 24);
    listed(app.press("Tab"), &hostile).see("│ /x/a ").not_see("31m").not_see("52;c");
    app.types("b").press("Backspace Tab");
    let names = [&hostile[..], &["abc1", "abc2"]].concat();
    listed(&mut app, &names).see("│ /x/abc ").see("│ abc1  abc2 ").not_see("<U+");
}

#[test]
fn names_below_a_path_at_each_size() {
    let names: Vec<_> = (1..=40).map(|n| format!("server-{n}.token")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).chain(["services/"]).collect();
    for (width, height) in [(80, 24), (60, 15), (40, 10)] {
        let mut app = saving("~/tokens/s", width, height);
        compare("path_names", listed(app.press("Tab"), &names));
    }
}

#[test]
fn names_are_shown_on_narrow_screens() {
    let many: Vec<_> = (0..200).map(|n| format!("日本語-{n:03}/")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    for (width, height) in [(80, 24), (60, 15), (40, 10)] {
        let mut app = saving("/srv/日", width, height);
        let screen = listed(app.press("Tab"), &many).see("/srv/日本語-").screen();
        let more = screen.rsplit_once(" more").unwrap().0.rsplit_once("and ").unwrap().1;
        let more: usize = more.parse().unwrap();
        let shown = screen.matches("日本語-").count() - 1;
        assert!(shown > 0 && shown + more == 200, "{shown} and {more} of 200\n{screen}");
        app.types("199").press("Tab");
        listed(&mut app, &many).see("日本語-199/").not_see("more");
    }
}

#[test]
fn every_field_for_a_path_completes_it() {
    let mut app = App::ready(80, 24);
    app.keys("g a e f").see("Save the review to a file").see("Enter continue  Esc cancel  F1");
    app.types("~/rev").see("Tab complete").press("Tab");
    listed(&mut app, &["reviews/", "revenue.csv"]).see("│ reviews/  revenue.csv ");
    app.types("i").press("Tab");
    listed(&mut app, &["reviews/"]).see("│ ~/reviews/ ");
    // A field for something else does not.
    app.press("Esc").keys("g t");
    app.press(":").types("ro").press("Enter :").types("rw").press("Enter").see("Allow changes?");
    app.types("/tmp/a").not_see("Tab complete").press("Tab");
    assert_eq!(asked(&app), [""; 0]);
}

#[test]
fn the_key_can_be_changed_and_then_only_completes() {
    let word = |text: &str| Word { text: text.to_owned(), at: Position { line: 1, column: 1 } };
    let change =
        Change { context: word("path"), action: word("complete"), keys: vec![word("Ctrl-t")] };
    let mut app = App::ready(80, 24);
    app.model.shared.keymap = Keymap::built_in().unwrap().changed(&[change]).unwrap();
    app.press("Space Space r").types("/x/a").see("Ctrl-t complete").see("Tab next");
    listed(app.press("Ctrl-t"), &[]).see(">  folder").not_see("Ctrl-t complete");
    app.press("Tab").see("[▸ Cancel ]").press("Shift-Tab").types("b").press("Ctrl-t");
    listed(&mut app, &["abc/"]).see("/x/abc/ ").press("F1").see("Ctrl-t").see("complete");
}
