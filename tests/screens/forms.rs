//! The fewest keys for common jobs, and the rules of forms: typing filters a list of
//! datasets, Enter moves on, Esc takes back, and destinations are proposed.

use axtok::{
    app::{Effect, overlays::sign_in::Field, stack::Overlay},
    domain::{
        Kind,
        choices::Choice,
        destination::{BulkDestination, Destination},
    },
};

use super::{
    app::App,
    tour::{Organisation, PLACES},
};

/// The destination that a dialog asks to check, if one does.
fn asked(app: &App) -> Option<&Destination> {
    app.waiting.iter().find_map(|effect| match effect {
        Effect::CheckDestination { destination, .. } => Some(destination),
        _ => None,
    })
}

/// The folder that is to be kept for the next session.
fn kept(app: &App) -> Option<&str> {
    app.waiting.iter().find_map(|effect| match effect {
        Effect::KeepChoice(Choice::Folder(folder)) => Some(folder.as_str()),
        _ => None,
    })
}

fn file(path: &str) -> Destination {
    Destination::File(path.to_owned())
}

/// The names of the chosen datasets.
fn chosen(app: &App) -> Vec<String> {
    let grants = app.form().unwrap().matrix().grants();
    grants.datasets.iter().map(|(name, _)| name.to_string()).collect()
}

#[test]
fn a_basic_token_for_one_dataset_is_stored_with_seven_keys() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").keys("Enter").types("prod-api");
    app.keys("Space Ctrl-s Enter").see("ci-x was created").later(600).keys("f Enter");
    assert_eq!(asked(&app), Some(&file("~/tokens/ci-x.token")));
    app.checked(&Ok(())).delivered(&Ok("saved to ~/tokens/ci-x.token".to_owned()));
    app.see("Saved to ~/tokens/ci-x.token. Enter to close.");
}

#[test]
fn an_advanced_token_is_stored_by_a_command_with_nine_keys() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").keys("Shift-Tab Space :").types("grant prod-* query:read");
    app.keys("Enter Ctrl-s Enter").see("ci-x was created").later(600).keys("f Enter");
    assert_eq!(asked(&app), Some(&file("~/tokens/ci-x.token")));
    app.checked(&Ok(())).delivered(&Ok("saved to ~/tokens/ci-x.token".to_owned()));
    app.see("Saved to ~/tokens/ci-x.token. Enter to close.");
}

#[test]
fn five_tokens_are_regenerated_to_a_folder_with_eight_keys() {
    let mut app = App::ready(80, 24);
    app.keys("Space Space Space Space Space r").see("Regenerate 5 tokens").keys("Enter Enter");
    let folder = app.waiting.iter().find_map(|effect| match effect {
        Effect::CheckBulkDestination { destination, .. } => Some(destination.clone()),
        _ => None,
    });
    assert_eq!(folder, Some(BulkDestination::Folder("~/tokens".to_owned())));
    app.bulk_destination_checked(&Ok(())).see("Regenerating 5 tokens");
    assert_eq!(kept(&app), None, "the folder that is proposed anyway is not a choice");
}

#[test]
fn typing_in_the_list_of_datasets_filters_it() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("q").keys("Tab").see("type to filter").types("prod-api");
    app.see("filter: prod-api").see("> [ ] prod-api ").not_see("ci-builds");
    app.press("Backspace").see("filter: prod-ap").press("Space").see("[x] prod-api ");
    // The next letter looks for another dataset; the first one stays chosen.
    app.types("ci-b").see("filter: ci-b").press("Space");
    assert_eq!(chosen(&app), ["ci-builds", "prod-api"]);
    app.press("Down Up /").types("jk").see("filter: jk").see("No dataset matches");
}

#[test]
fn keys_that_no_name_has_keep_their_meaning_in_the_list_of_datasets() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("q").keys("Tab").types("prod").press("?").see("Ctrl-a");
    app.press("Esc")
        .press("Ctrl-d")
        .press("Home")
        .press("Space")
        .see("Choose all datasets, future ones too?")
        .press("Esc");
    app.press(":").see("Palette").press("Esc").press("Tab").see(">Expires").see("filter: prod");
}

#[test]
fn enter_moves_on_from_the_datasets_and_changes_nothing() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("q").keys("Enter").types("prod-api").press("Enter");
    app.see("Space chooses prod-api.").see(">Datasets");
    assert_eq!(chosen(&app), [""; 0]);
    app.press("Space Enter").see(">Expires");
    app.press("Shift-Tab Enter Enter Enter").see("[▸ Review ]");
    assert_eq!(chosen(&app), ["prod-api"]);
    // Without a filter nothing was looked for.
    let mut app = App::ready(80, 24);
    app.keys("n Tab Enter").see(">Expires");
}

#[test]
fn enter_on_a_choice_moves_on_in_every_form() {
    let mut choices = 0;
    for place in PLACES {
        let mut app = place.visit(Organisation::Demo);
        app.model.shared.notice = None;
        for parts in 0..6 {
            app.draw();
            let before = app.screen();
            let is_choice = before.lines().last().is_some_and(|hints| hints.contains("Enter next"));
            let (asked, depth) = (app.waiting.len(), app.model.stack.overlays().len());
            if is_choice {
                choices += 1;
                app.press("Enter");
                let at = format!("{} after {parts} parts", place.name);
                assert_ne!(app.screen(), before, "{at}: the focus stays");
                assert_eq!(app.waiting.len(), asked, "{at}: something was asked for");
                assert_eq!(app.model.stack.overlays().len(), depth, "{at}: a dialog changed");
            } else {
                app.press("Tab");
            }
        }
    }
    assert!(choices > 10, "only {choices}");
}

#[test]
fn esc_clears_the_filter_before_it_leaves() {
    let mut app = App::ready(80, 24);
    app.keys("n Tab").types("ci-b").press("Esc").see("type to filter").see("> [ ] ci-builds");
    app.press("Esc").see("API tokens 40");
    app.keys("g o").types("labs").see("Esc clear filter");
    app.press("Esc").see("Esc cancel").press("Esc").see("API tokens 40");
}

#[test]
fn one_key_chooses_all_shown_datasets_but_not_future_ones() {
    let mut app = App::ready(80, 24);
    app.keys("n Tab").types("ci-").press("Ctrl-a");
    assert_eq!(chosen(&app), ["ci-builds", "ci-tests"]);
    app.types("ci-b").press("Ctrl-a");
    assert_eq!(chosen(&app), ["ci-tests"], "the second time it takes them back");
    app.types("nothing").press("Ctrl-a");
    assert_eq!(chosen(&app), ["ci-tests"]);
    app.press("Esc Ctrl-a").see("60 of 60 chosen").not_see("future ones too");
}

#[test]
fn the_type_is_above_the_name_and_keeps_its_rights() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("q").keys("Tab").types("prod-api").press("Space Shift-Tab Shift-Tab");
    app.press("Enter").see(">Name").see("[Basic: send events]");
    app.press("Shift-Tab Right").see("[Advanced: set rights]").see("can ingest into prod-api");
    app.press("Tab Tab Enter").see("1 row changed").see("prod-api");
}

#[test]
fn enter_on_where_to_keep_the_token_never_writes_it_to_disk() {
    let mut app = App::ready(80, 24);
    app.keys("g o").types("sign in").keys("Enter").press("Tab Tab").see(">Keep token");
    app.press("Enter");
    let Some(Overlay::SignIn(page)) = app.model.overlay() else { panic!("the page is open") };
    assert!(!page.is_kept());
    assert_eq!(page.form.focused(), Some(Field::SignIn));
    app.press("Shift-Tab Space");
    let Some(Overlay::SignIn(page)) = app.model.overlay() else { panic!("the page is open") };
    assert!(page.is_kept());
}

#[test]
fn replacing_a_basic_token_starts_with_its_datasets() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter R").see("Replace ci-ingest-edge");
    assert_eq!(app.form().unwrap().kind(), Kind::Basic);
    app.see("[Basic: send events]").see("3 of 60 chosen").see(">Datasets");
    app.press("Esc").press("Esc /").press("Ctrl-u").types("grafana-re").keys("Enter R");
    assert_eq!(app.form().unwrap().kind(), Kind::Advanced, "a basic token cannot query");
}

#[test]
fn the_last_folder_and_the_last_command_are_proposed() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("never").keys("Enter r Ctrl-s").see("was regenerated").later(600);
    app.keys("f").see("~/tokens/break-glass-2026-11-23.token");
    app.types("/srv/new/a").press("Enter").checked(&Ok(()));
    assert_eq!(kept(&app), Some("/srv/new"));
    app.delivered(&Ok("saved to /srv/new/a".to_owned())).later(600);
    app.press("f").see("/srv/new/break-glass-2026-11-23.token");
    app.press("Esc").later(600).press("|").types("pass insert ci").press("Enter").checked(&Ok(()));
    app.delivered(&Ok("sent to `pass` (exit 0)".to_owned())).later(600);
    app.press("|").see("pass insert ci").press("Esc").later(600).press("Enter");
    // A proposal can be edited, and typing replaces it.
    app.keys("G r Ctrl-o Tab").press("Backspace").types("x").press("Enter");
    assert_eq!(asked(&app), Some(&file("/srv/new/hackday-2025-2026-11-23.tokex")));
    app.press("Esc Esc").press("g g Space Space r").see(">  folder").see(" /srv/new ");
}

#[test]
fn nothing_of_a_path_that_cannot_be_used_is_remembered() {
    let mut app = App::ready(80, 24);
    app.keys("r Ctrl-o Tab").types("/srv/new/a").press("Enter");
    app.checked(&Err("it exists".to_owned())).press("Esc");
    assert_eq!(kept(&app), None);
    app.press("Ctrl-o Tab").see("~/tokens/");
}
