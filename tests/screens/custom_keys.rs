//! Custom key bindings, counts, hints after a prefix, and the help.

use axtok::input::{Change, Keymap, Position, Word};

use crate::app::App;

/// The app with these bindings from the settings: context, action, keys.
fn with_keys(rows: &[(&str, &str, &[&str])]) -> App {
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
fn texts_show_the_custom_keys() {
    let mut app = with_keys(&[
        ("tokens", "delete", &["x", "g d"]),
        ("tokens", "new", &[]),
        ("anywhere", "help", &["F2"]),
        ("anywhere", "palette", &["Ctrl-p"]),
        ("anywhere", "refresh", &["F5"]),
        ("form", "back", &["F9"]),
    ]);
    app.see("x delete").not_see("n new").see("F2 all keys").keys("n").not_see("New API token");
    app.keys("F2").see("x  g d").not_see(" new\n").keys("q");
    app.keys("g d").see("Delete load-tests").see("F9 cancel").keys("Enter").see("or F9 to keep it");
    app.keys("Esc").see("Delete load-tests").keys("F9").not_see("Delete load-tests");
    // An action without a key can still be run by name.
    app.keys("Ctrl-p").types("new").keys("Enter").see("New API token").keys("F9");
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    app.keys("x").see("Read-only session: Ctrl-p rw allows changes");
}

#[test]
fn the_quit_rules_hold_with_custom_keys() {
    let mut app = with_keys(&[
        ("anywhere", "back", &["Backspace"]),
        ("anywhere", "interrupt", &["Ctrl-g"]),
        ("anywhere", "back-or-quit", &["Q"]),
    ]);
    // Esc is unbound now and never quits.
    app.keys("Esc Esc q Ctrl-c");
    assert!(!app.wants_quit());
    app.keys("Enter").see("What it can do").keys("Backspace").see("API tokens 40");
    app.keys("Backspace Backspace");
    assert!(!app.wants_quit());
    // The second press right after closing a screen does not quit.
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
fn esc_drops_a_count_and_only_movements_use_it() {
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
fn in_the_matrix_the_tab_digits_do_not_start_a_count() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter");
    app.keys("4 j");
    assert_eq!(cursor(&mut app), 4);
    app.keys("2").see("[2 Views 6]").keys("1").see("[1 Datasets 60]");
    // Once a count has started, every digit extends it.
    app.keys("4 1 j");
    assert_eq!(cursor(&mut app), 45);
    app.keys("4 l").see("/ Data management");
    app.keys("? Ctrl-d").see("4 … 9").see("a count, as in 9 j and 9 G");
}

#[test]
fn a_count_does_not_carry_into_a_dialog() {
    let mut app = App::ready(80, 24);
    app.press("4").keys("r").see("Regenerate load-tests").keys("Esc j");
    assert_eq!(cursor(&mut app), 1);
}

#[test]
fn an_ellipsis_marks_hints_that_do_not_fit() {
    let mut app = App::ready(40, 20);
    app.press("g").see("…");
    let screen = app.screen();
    let last = screen.lines().last().unwrap();
    assert!(last.trim_end().ends_with('…'), "{last}");
}

#[test]
fn the_help_can_be_filtered_by_words_and_by_keys() {
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
fn the_help_says_why_an_action_is_refused() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    app.keys("? /").types("regenerate").see("Read-only session: :rw allows");
}

#[test]
fn the_matrix_help_lists_its_keys() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter ?").see("Rights");
    app.see("toggle whole column");
}
