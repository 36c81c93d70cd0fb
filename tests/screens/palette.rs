//! The palette: actions by name, commands with arguments, and the history.

use axtok::{
    app::{CopyText, Effect},
    domain::Access,
};

use crate::app::App;

#[test]
fn a_match_shows_its_key_and_is_chosen_with_down() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("generate").see("  regenerate ").see("r ").see("choose a row with Down");
    app.keys("Down").see("> regenerate ").keys("Ctrl-u").types("rgnrt").not_see("  regenerate ");
    app.keys("Ctrl-u").types("~rgnrt").see("  regenerate ").see("choose a row with Down");
    app.keys("Down").see("> regenerate ").see("Enter: regenerate.");
    app.keys("Enter").see("Regenerate load-tests").not_see("Palette");
}

#[test]
fn a_unique_prefix_is_enough() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("regen").see("> regenerate ").see("Enter: regenerate.");
    app.keys("Enter").see("Regenerate load-tests").not_see("Palette");
    app.keys("Esc :").types("QUIT").see("> quit ").keys("Enter");
    assert!(app.wants_quit());
}

/// A match that is not the beginning of a name runs nothing: it must be selected first.
#[test]
fn unknown_input_runs_nothing_and_says_so() {
    for line in [
        "foo",
        "o",
        "rd",
        "zzzz",
        "!q",
        "^ro",
        "ro'",
        "delte",
        "~delete",
        "é",
        "\u{1b}[2J",
        "  ",
        "",
    ] {
        for access in [Access::Full, Access::ReadOnly] {
            let mut app = App::ready(80, 24);
            app.model.shared.session.access = access;
            app.keys(":").types(line).not_see("> ").not_see("Enter:");
            app.keys("Enter").see("Palette");
            assert_eq!(app.model.shared.session.access, access, "{line:?}");
            assert!(app.waiting.is_empty(), "{line:?}: {:?}", app.waiting);
            assert_eq!(app.model.stack.overlays().len(), 1, "{line:?}");
            assert!(app.model.shared.notice.is_some(), "{line:?} gets a notice");
        }
    }
}

#[test]
fn a_misspelt_name_gets_a_suggestion() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("delte").see("Unknown command: delte. Did you mean delete?");
}

#[test]
fn matches_in_a_name_come_before_matches_in_a_description() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("organisation");
    let all = app.screen();
    let line = |text: &str| all.lines().position(|line| line.contains(text)).expect(&all);
    let (name, description) = (line(" organisations "), line("switch to another organisation"));
    assert!(name < description, "{all}");
}

#[test]
fn an_ambiguous_prefix_asks_for_a_choice() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("copy").see("copy WHAT").see("copy the id");
    app.keys("Esc :").types("re").see("Several names begin with re").keys("Enter");
    app.see("Several names begin with re").see("Palette");
    app.keys("Esc :").keys("Enter").see("Type a name, or choose a row with Down");
    app.keys("Down").see("> ").see("Enter:");
}

#[test]
fn a_refused_action_says_why_and_keeps_the_palette_open() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.access = Access::ReadOnly;
    app.keys(":").types("delete").see("x Read-only session").see("! Read-only session: :rw allows");
    app.keys("Enter").see("Palette").not_see("Delete hackday");
    app.keys("Ctrl-u").types("rw").keys("Enter").see("Type acme-4x1k");
}

#[test]
fn an_exact_name_comes_first() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("q").see("> quit ").keys("Enter");
    assert!(app.wants_quit());
}

#[test]
fn commands_take_arguments_and_list_them() {
    let mut app = App::ready(80, 24);
    app.keys(":")
        .types("filter ingest-edge")
        .see("Enter: show rows matching ingest-edge.")
        .keys("Enter");
    app.see("/ ingest-edge").see("API tokens 1 of 40");
    app.keys(":").types("filter").keys("Enter").see(":filter ").see("show all rows").keys("Enter");
    app.see("API tokens 40 ");

    app.keys(":").types("sort ").see("  sort expiry").see("  sort name").see("  sort type");
    app.keys("Down Down Enter").see("NAME↓");
    app.keys(":").types("sort type reverse").see("Enter: sort by type, reversed.").keys("Enter");
    app.see("TYPE↑");
    app.keys(":").types("sort size").see("! sort: expiry, name, type").keys("Enter").see("Palette");
    app.keys("Esc");

    app.keys(":").types("cop").keys("Tab").see(":copy ").see("copy json").types("id").keys("Enter");
    let copied =
        app.waiting.iter().any(|e| matches!(e, Effect::Copy(CopyText::Plain { what: "id", .. })));
    assert!(copied, "{:?}", app.waiting);
}

#[test]
fn only_commands_that_apply_here_are_offered_and_others_say_why() {
    let mut app = App::ready(80, 24);
    app.keys("g p :").see("copy WHAT").not_see("sort COLUMN").not_see("grant NAMES");
    app.types("sort name").see("! There is nothing to sort here.").keys("Enter").see("Palette");
    app.keys("Esc :").types("grant prod-api query:read").see("! No draft is open: grant changes");
    app.see("token list begins one.").keys("Enter").see("Palette");
    app.keys("Esc : ").types("copy ").see("copy organisation").not_see("copy json");
}

#[test]
fn the_matrix_offers_its_own_commands() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter : ");
    app.see("  grant NAMES RIGHTS").see("  revoke NAMES RIGHTS").see("  only NAMES");
    app.keys("Down")
        .see("> grant NAMES RIGHTS")
        .keys("Enter")
        .see(":grant ")
        .see("grant view:pay* query:read")
        .keys("Esc");
    app.keys(":").types("toggle whole column").see("> toggle whole column").see("A ").keys("Esc");
    app.keys(":").types("filter prod-").keys("Enter").see("/ prod-").see("24 of");
}

#[test]
fn over_a_dialog_only_its_own_actions_are_offered() {
    let mut app = App::ready(80, 24);
    app.keys("j r")
        .see("Regenerate notebook-ana")
        .keys(":")
        .see("Palette")
        .not_see("org ")
        .not_see("ro ");
    app.types("next choice").keys("Enter").see("Regenerate notebook-ana").see("[7d]");
    // In a text field, `:` is a letter.
    app.keys("Esc d").types(":").see("Delete notebook-ana").not_see("Palette");
}

#[test]
fn the_history_recalls_earlier_commands() {
    let mut app = App::ready(80, 24);
    for line in ["sort name", "filter graf", "sort name"] {
        app.keys(":").types(line).keys("Enter");
    }
    app.keys(": Up").see(":sort name").keys("Up").see(":filter graf");
    app.keys("Ctrl-p").see(":filter graf").keys("Ctrl-n").see(":sort name");
    app.keys("Ctrl-n").not_see(":sort name").keys("Esc");
    app.keys(": Ctrl-p Ctrl-p Enter").see("/ graf");
}

#[test]
fn the_smallest_terminal_still_shows_the_list() {
    let mut app = App::ready(40, 10);
    app.keys(":").see("  filter WORDS").types("delete").see("> delete").see("Enter: delete.");
}

#[test]
fn closing_the_palette_runs_nothing() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("delete").keys("Esc").not_see("Palette").not_see("Delete hackday");
    app.keys(":").keys("Ctrl-c").not_see("Palette");
    assert!(!app.wants_quit());
}

#[test]
fn a_command_of_a_screen_says_so_in_a_dialog() {
    let mut app = App::ready(80, 24);
    app.keys("j j j j r :").types("filter x").keys("Enter");
    app.see("filter works on a screen: close the dialog first.").see("Palette");
}
