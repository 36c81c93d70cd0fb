//! The palette: every action by its name, commands with arguments, and what
//! was said before.

use axtok::{
    app::{CopyText, Effect},
    domain::Access,
};

use crate::app::App;

#[test]
fn an_action_is_found_by_some_of_its_letters_and_shows_its_key() {
    let mut app = App::ready(80, 24);
    app.keys(":")
        .types("rgnrt")
        .see("  regenerate ")
        .see("r ")
        .see("Press Down to choose a similar one");
    app.keys("Down").see("> regenerate ").see("Enter: regenerate.");
    app.keys("Enter").see("Regenerate hackday-2025").not_see("Palette");
}

#[test]
fn a_beginning_that_fits_one_name_is_enough() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("regen").see("> regenerate ").see("Enter: regenerate.");
    app.keys("Enter").see("Regenerate hackday-2025").not_see("Palette");
    app.keys("Esc :").types("QUIT").see("> quit ").keys("Enter");
    assert!(app.wants_quit());
}

/// Letters that occur in a name in their order are no name: nothing is run by them.
#[test]
fn nonsense_runs_nothing_and_says_so() {
    for line in ["foo", "o", "rd", "zzzz", "!q", "^ro", "ro'", "delte", "é", "\u{1b}[2J", "  ", ""]
    {
        for access in [Access::Full, Access::ReadOnly] {
            let mut app = App::ready(80, 24);
            app.model.shared.session.access = access;
            app.keys(":").types(line).not_see("> ").not_see("Enter:");
            app.keys("Enter").see("Palette");
            assert_eq!(app.model.shared.session.access, access, "{line:?}");
            assert!(app.waiting.is_empty(), "{line:?}: {:?}", app.waiting);
            assert_eq!(app.model.stack.overlays().len(), 1, "{line:?}");
            assert!(app.model.shared.notice.is_some(), "{line:?} is answered");
        }
    }
}

#[test]
fn several_names_that_begin_so_are_to_be_chosen_from() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("copy").see("copy WHAT").see("copy the id");
    app.keys("Esc :").types("re").see("Several names begin with re").keys("Enter");
    app.see("Several names begin with re").see("Palette");
    app.keys("Esc :").keys("Enter").see("Type a name, or choose a row with Down");
    app.keys("Down").see("> ").see("Enter:");
}

#[test]
fn what_is_refused_says_why_and_stays() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.access = Access::ReadOnly;
    app.keys(":").types("delete").see("x Read-only session").see("! Read-only session: :rw allows");
    app.keys("Enter").see("Palette").not_see("Delete hackday");
    app.keys("Ctrl-u").types("rw").keys("Enter").see("Type acme-4x1k");
}

#[test]
fn an_exact_name_goes_first() {
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
    app.keys("Down Down Enter").see("sort: name");
    app.keys(":").types("sort type reverse").see("Enter: sort by type, reversed.").keys("Enter");
    app.see("sort: type ↑");
    app.keys(":").types("sort size").see("! sort: expiry, name, type").keys("Enter").see("Palette");
    app.keys("Esc");

    app.keys(":").types("cop").keys("Tab").see(":copy ").see("copy json").types("id").keys("Enter");
    let copied =
        app.waiting.iter().any(|e| matches!(e, Effect::Copy(CopyText::Plain { what: "id", .. })));
    assert!(copied, "{:?}", app.waiting);
}

#[test]
fn only_what_fits_the_place_is_offered_and_the_rest_says_where() {
    let mut app = App::ready(80, 24);
    app.keys("g p :").see("copy WHAT").not_see("sort COLUMN").not_see("grant NAMES");
    app.types("sort name").see("! There is nothing to sort here.").keys("Enter").see("Palette");
    app.keys("Esc : ").types("copy ").see("copy organisation").not_see("copy json");
}

#[test]
fn the_matrix_has_its_commands_in_it() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Tab Tab Tab Space Tab Enter : ");
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
fn over_a_dialog_there_are_its_own_actions_only() {
    let mut app = App::ready(80, 24);
    app.keys("j j j j r")
        .see("Regenerate notebook-ana")
        .keys(":")
        .see("Palette")
        .not_see("org ")
        .not_see("ro ");
    app.types("next choice").keys("Enter").see("Regenerate notebook-ana").see("[7d]");
    // A text field keeps its letters, and the secret takes no palette.
    app.keys("Esc d").types(":").see("Delete notebook-ana").not_see("Palette");
}

#[test]
fn what_was_said_comes_back() {
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
fn on_the_smallest_screen_there_still_is_a_list() {
    let mut app = App::ready(40, 10);
    app.keys(":").see("  filter WORDS").types("delete").see("> delete").see("Enter: delete.");
}

#[test]
fn it_can_be_left_and_nothing_has_happened() {
    let mut app = App::ready(80, 24);
    app.keys(":").types("delete").keys("Esc").not_see("Palette").not_see("Delete hackday");
    app.keys(":").keys("Ctrl-c").not_see("Palette");
    assert!(!app.wants_quit());
}
