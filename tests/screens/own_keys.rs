//! Keys of the user's own, counts, what can follow, and the help over all of
//! them.

use axtok::input::{Change, Keymap, Position, Word};

use crate::app::App;

/// Started with these rows, as the settings give them.
fn with(rows: &[(&str, &str, &[&str])]) -> App {
    let word = |text: &str| Word { text: text.to_owned(), at: Position { line: 1, column: 1 } };
    let changes: Vec<_> = rows
        .iter()
        .map(|(context, action, keys)| Change {
            context: word(context),
            action: word(action),
            keys: keys.iter().map(|k| word(k)).collect(),
        })
        .collect();
    let mut app = App::ready(80, 24);
    app.model.shared.keymap = Keymap::built_in().unwrap().changed(&changes).unwrap();
    app.draw();
    app
}

fn cursor(app: &mut App) -> usize {
    app.model.stack.screen_mut().list_mut().unwrap().cursor
}

#[test]
fn what_one_reads_follows_the_keys() {
    let mut app = with(&[
        ("tokens", "delete", &["x", "g d"]),
        ("tokens", "new", &[]),
        ("anywhere", "help", &["F2"]),
        ("anywhere", "palette", &["Ctrl-p"]),
        ("anywhere", "refresh", &["F5"]),
        ("form", "back", &["F9"]),
    ]);
    app.see("x delete").not_see("n new").see("F2 all keys").keys("n").not_see("New API token");
    app.keys("F2").see("x  g d").not_see(" new\n").keys("q");
    app.keys("g d").see("Delete hackday").see("F9 cancel").keys("Enter").see("or F9 to keep it");
    app.keys("Esc").see("Delete hackday").keys("F9").not_see("Delete hackday");
    // Without a key it is still there by its name.
    app.keys("Ctrl-p").types("new").keys("Enter").see("New API token").keys("F9");
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    app.keys("x").see("Read-only session: Ctrl-p rw allows changes");
}

#[test]
fn the_rules_hold_with_other_keys() {
    let mut app = with(&[
        ("anywhere", "back", &["Backspace"]),
        ("anywhere", "interrupt", &["Ctrl-g"]),
        ("anywhere", "back-or-quit", &["Q"]),
    ]);
    // Esc is nothing now, and quits nowhere.
    app.keys("Esc Esc q Ctrl-c");
    assert!(!app.wants_quit());
    app.keys("Enter").see("What it can do").keys("Backspace").see("API tokens 40");
    app.keys("Backspace Backspace");
    assert!(!app.wants_quit());
    // A child that was left by its key, and a second press that was meant for it.
    app.keys("Enter Q Q").see("API tokens 40");
    assert!(!app.wants_quit());
    app.keys("Enter Ctrl-g").see("API tokens 40").later(400).keys("Ctrl-g");
    assert!(app.wants_quit());
}

#[test]
fn a_count_repeats_a_movement() {
    let mut app = App::ready(80, 24);
    app.keys("5 j");
    assert_eq!(cursor(&mut app), 5);
    app.press("1 2").see("12 …").see("j down").see("G to row 12").keys("G");
    assert_eq!(cursor(&mut app), 11);
    app.keys("3 k 2 0 g g");
    assert_eq!(cursor(&mut app), 19);
    app.keys("9 9 9 9 9 9 j");
    assert_eq!(cursor(&mut app), 39);
}

#[test]
fn a_count_is_dropped_by_escape_and_means_nothing_to_what_is_no_movement() {
    let mut app = App::ready(80, 24);
    app.press("5").see("5 …").keys("Esc").not_see("5 …").keys("j");
    assert_eq!(cursor(&mut app), 1);
    app.press("g").see("g …").see("a access review").keys("Esc").not_see("g …");
    app.keys("5 d").see("Delete ").types("5").keys("Esc").keys("j");
    assert_eq!(cursor(&mut app), 2);
    // Digits in a filter are text.
    app.keys("/").types("2025").see("/ 2025").see("hackday-2025");
}

#[test]
fn in_the_matrix_the_digits_of_the_parts_begin_no_count() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Tab Tab Tab Space Tab Enter");
    app.keys("4 j");
    assert_eq!(cursor(&mut app), 4);
    app.keys("2").see("[2 Views 6]").keys("1").see("[1 Datasets 60]");
    // Once begun, every digit counts.
    app.keys("4 1 j");
    assert_eq!(cursor(&mut app), 45);
    app.keys("4 l").see("/ Data management");
    app.keys("? Ctrl-d").see("4 … 9").see("a count, as in 9 j and 9 G");
}

#[test]
fn a_movement_with_a_count_never_moves_a_dialog() {
    let mut app = App::ready(80, 24);
    app.press("4").keys("r").see("Regenerate hackday").keys("Esc j");
    assert_eq!(cursor(&mut app), 1);
}

#[test]
fn where_not_all_that_follows_fits_a_mark_says_so() {
    let mut app = App::ready(40, 20);
    app.press("g").see("…");
    let screen = app.screen();
    let last = screen.lines().last().unwrap();
    assert!(last.trim_end().ends_with('…'), "{last}");
}

#[test]
fn the_help_is_filtered_by_words_and_by_keys() {
    let mut app = App::ready(80, 24);
    app.keys("?").see("Tokens").see("/ filter");
    app.keys("/").types("copy js").see("copy as JSON").not_see("copy the id").see("y j");
    app.keys("Ctrl-u").types("Ctrl-r").see("refresh").not_see("copy as JSON");
    app.keys("Ctrl-u").types("r").see("regenerate").not_see("refresh");
    app.keys("Ctrl-u").types("zzzz").see("No key here matches \"zzzz\". Esc clears the filter.");
    app.keys("Esc").see("regenerate").keys("Esc").not_see("Keys that work here");
    app.keys("? /").types("rows").keys("Enter").keys("q").see("Keys that work here");
    app.keys("q").not_see("Keys that work here");
    assert!(!app.wants_quit());
}

#[test]
fn the_help_says_why_something_is_refused() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    app.keys("? /").types("regenerate").see("Read-only session: :rw allows");
}

#[test]
fn the_help_of_the_matrix_has_its_keys() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Tab Tab Tab Space Tab Enter ?").see("Rights");
    app.see("toggle whole column");
}
