//! Mouse actions, which do the same as keys.

use axtok::{
    api::call::Call,
    app::{
        Msg,
        mouse::{Gesture, Hit, HitTarget, Pointer},
        stack::Screen,
    },
    domain::{Kind, Scope, sort::Sort},
};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    app::App,
    sign_in::signed_out,
    tour::{Organisation, PLACES},
};

/// Longer than the double-click time, in milliseconds.
const PAUSE: i64 = 1_000;

/// The list, with the mouse on.
fn ready(width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    app.model.mouse.on = true;
    app.draw();
    app.later(PAUSE);
    app
}

/// The column and row at which a text starts on the screen.
#[track_caller]
fn position_of(app: &App, text: &str) -> (u16, u16) {
    let screen = app.screen();
    let found = screen.lines().enumerate().find_map(|(y, l)| Some((l[..l.find(text)?].width(), y)));
    let (x, y) = found.unwrap_or_else(|| panic!("\"{text}\" is not on the screen\n{screen}"));
    (u16::try_from(x).unwrap(), u16::try_from(y).unwrap())
}

trait Mouse {
    fn gesture(&mut self, gesture: Gesture, at: (u16, u16)) -> &mut Self;
    fn hover(&mut self, text: &str) -> &mut Self;
    fn click(&mut self, text: &str) -> &mut Self;
    fn double_click(&mut self, text: &str) -> &mut Self;
    fn wheel(&mut self, gesture: Gesture, text: &str) -> &mut Self;
}

impl Mouse for App {
    fn gesture(&mut self, gesture: Gesture, (x, y): (u16, u16)) -> &mut Self {
        self.msg(Msg::Mouse(Pointer { gesture, x, y }))
    }

    #[track_caller]
    fn hover(&mut self, text: &str) -> &mut Self {
        let at = position_of(self, text);
        self.gesture(Gesture::Move, at)
    }

    /// Clicks, then waits long enough that the next click does not make a double click.
    #[track_caller]
    fn click(&mut self, text: &str) -> &mut Self {
        let at = position_of(self, text);
        self.gesture(Gesture::Press, at).later(PAUSE).answer()
    }

    #[track_caller]
    fn double_click(&mut self, text: &str) -> &mut Self {
        let at = position_of(self, text);
        self.gesture(Gesture::Press, at).gesture(Gesture::Press, at).later(PAUSE).answer()
    }

    #[track_caller]
    fn wheel(&mut self, gesture: Gesture, text: &str) -> &mut Self {
        let at = position_of(self, text);
        self.gesture(gesture, at)
    }
}

fn selected(app: &App) -> String {
    app.model.selected_token().unwrap().name.shown().to_owned()
}

#[test]
fn m_toggles_the_mouse_and_the_header_shows_it() {
    let mut app = App::ready(120, 24);
    app.not_see("[MOUSE]").keys("M").see("[MOUSE]").see("The mouse is on");
    app.keys("M").not_see("[MOUSE]").see("Select text with the terminal");
}

#[test]
fn clicks_do_nothing_while_the_mouse_is_off() {
    let mut app = App::ready(80, 24);
    let before = app.screen();
    app.hover("vector-prod").click("vector-prod").double_click("vector-prod");
    assert_eq!(app.screen(), before);
}

#[test]
fn a_click_selects_and_a_double_click_opens() {
    let mut app = ready(80, 24);
    app.click("vector-prod");
    assert_eq!(selected(&app), "vector-prod");
    // Two clicks with a pause between them are not a double click.
    app.click("vector-prod").see("API tokens 40");
    app.double_click("vector-prod").see("Rights can't be changed after creation");
}

#[test]
fn a_row_under_the_pointer_shows_its_buttons() {
    let mut app = ready(80, 24);
    app.not_see("[d").hover("vector-prod").see("[r regenerate] [d delete]");
    let first = selected(&app);
    assert_ne!(first, "vector-prod", "hovering selects nothing");
    app.click("[d delete]").see("Delete vector-prod");
    assert!(app.calls().is_empty(), "a click alone deletes nothing");
    app.click("[  Delete ]").see("Type 0028 to delete it");
    assert!(app.calls().is_empty(), "nor does a second click");
    app.click("[  Cancel ]").not_see("Delete vector-prod").see("API tokens 40");
    app.hover("vector-prod").click("[r regenerate]").see("Regenerate vector-prod");
}

#[test]
fn a_narrow_terminal_shows_only_the_keys_of_the_buttons() {
    ready(50, 24).hover("vector-prod").see("[r] [d]").not_see("delete]");
}

#[test]
fn a_key_press_hides_the_buttons_until_the_pointer_moves() {
    let mut app = ready(80, 24);
    app.hover("vector-prod").see("[d delete]").keys("j").not_see("[d delete]");
    app.hover("vector-prod").see("[d delete]");
}

/// A message of two lines covers a row; a click there dismisses it and reaches nothing below.
#[test]
fn a_click_on_a_message_selects_nothing() {
    let mut app = ready(60, 15);
    let why = "The settings lock this deployment, so nothing here can be changed now: edit them.";
    app.model.shared.notify(axtok::app::NoticeKind::Warning, why);
    app.draw();
    app.see("edit them.");
    let before = selected(&app);
    let at = position_of(&app, "edit them.");
    app.gesture(Gesture::Press, (at.0, 13)).not_see("edit them.");
    assert_eq!(selected(&app), before);
}

#[test]
fn a_refused_click_says_why() {
    let mut app = ready(80, 24);
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    app.hover("vector-prod").click("[d delete]").see("Read-only session: :rw allows changes");
}

#[test]
fn a_second_click_does_not_reach_a_dialog_that_just_opened() {
    let mut app = ready(80, 24);
    app.hover("vector-prod");
    let at = position_of(&app, "[r regenerate]");
    app.gesture(Gesture::Press, at).see("Regenerate vector-prod");
    for (x, y) in (0..24).flat_map(|y| (0..80).step_by(5).map(move |x| (x, y))) {
        app.gesture(Gesture::Press, (x, y));
    }
    app.see("Regenerate vector-prod");
    assert!(app.calls().is_empty());
    // A later click counts.
    app.later(PAUSE).click("[  Regenerate ]");
    app.later(600).see("vector-prod was regenerated");
}

#[test]
fn clicking_a_heading_sorts_the_list() {
    let mut app = ready(80, 24);
    let sort = |app: &App| (app.model.shared.choices.sort, app.model.shared.choices.reverse);
    app.click("NAME");
    assert_eq!(sort(&app), (Sort::Name, false));
    app.click("NAME");
    assert_eq!(sort(&app), (Sort::Name, true));
    app.click("TYPE").click("TYPE");
    assert_eq!(sort(&app), (Sort::Kind, false));
    app.click("EXPIRES");
    assert_eq!(sort(&app), (Sort::Expiry, false));
}

#[test]
fn the_wheel_scrolls_the_list_and_keeps_the_selection_visible() {
    let mut app = ready(80, 24);
    app.keys("j j j j j");
    let before = selected(&app);
    app.wheel(Gesture::WheelDown, "vector-prod");
    assert_eq!(selected(&app), before, "it is still visible");
    for _ in 0..40 {
        app.gesture(Gesture::WheelDown, (10, 8));
    }
    assert_ne!(selected(&app), before, "it moves to stay visible");
    let shown = selected(&app);
    app.see(&shown);
    // Over the details of the selected token, the wheel does nothing.
    app.gesture(Gesture::Move, (10, 21));
    let screen = app.screen();
    app.gesture(Gesture::WheelUp, (10, 21));
    assert_eq!(app.screen(), screen);
}

#[test]
fn clicks_and_the_wheel_do_nothing_outside_an_open_dialog() {
    let mut app = ready(80, 24);
    app.keys("d");
    app.later(PAUSE);
    let before = app.screen();
    for y in [1, 2, 3, 21] {
        app.gesture(Gesture::Press, (2, y)).later(PAUSE);
        app.gesture(Gesture::WheelDown, (2, y));
    }
    assert_eq!(app.screen(), before);
}

#[test]
fn the_form_can_be_filled_in_with_clicks() {
    let mut app = ready(80, 24);
    app.click("n new").see("New API token");
    app.click("Description").types("by mouse").click(">Description");
    app.click("Name").types("ci-mouse");
    let check = position_of(&app, "[ ] axiom-audit");
    app.gesture(Gesture::Press, check).later(PAUSE);
    app.see("[x] axiom-audit").see("1 of 60 chosen");
    app.click("[  Review ]").see("ci-mouse").see("by mouse").click("[  Back ]");
    app.click("Advanced: set").see("Edit the matrix");
    assert_eq!(app.form().unwrap().kind(), Kind::Advanced);
    app.click("[  Edit the matrix ]").see("Permissions");
}

#[test]
fn a_click_selects_a_matrix_cell_and_a_double_click_toggles_it() {
    let mut app = ready(80, 24);
    app.keys("n").keys("Shift-Tab Space Tab Tab Enter");
    app.later(PAUSE);
    app.see("Permissions");
    let (_, y) = position_of(&app, "ci-builds");
    let (x, _) = position_of(&app, "qry");
    app.gesture(Gesture::Press, (x + 1, y)).later(PAUSE);
    app.see("ci-builds / Query").see("read off");
    app.gesture(Gesture::Press, (x + 1, y)).gesture(Gesture::Press, (x + 1, y)).later(PAUSE);
    app.see("read GRANTED").see("~");
    app.click("2 Views").see("VIEW");
    assert_eq!(app.form().unwrap().matrix().part, Scope::View);
}

#[test]
fn the_matrix_panes_scroll_independently() {
    let mut app = ready(200, 20);
    app.keys("n").keys("Shift-Tab Space Tab Tab Enter");
    app.later(PAUSE);
    let first = app.form().unwrap().matrix().here().list.top;
    app.wheel(Gesture::WheelDown, "CAPABILITY");
    let matrix = app.form().unwrap().matrix();
    assert_eq!(matrix.part, Scope::Dataset, "the keyboard focus is unchanged");
    assert_eq!(matrix.here().list.top, first);
    app.wheel(Gesture::WheelDown, "DATASET");
    assert_eq!(app.form().unwrap().matrix().here().list.top, first + 3);
}

#[test]
fn dialogs_take_clicks_on_choices_and_fields() {
    let mut app = ready(80, 24);
    app.keys("/ t e r r a Enter r");
    app.later(PAUSE);
    app.click(" now ").see("Every caller that uses the old token fails immediately");
    app.click(" 7d ").see("in 7 days").click("[  Cancel ]").not_see("Old token works for");
    app.keys("n").types("x").keys("Esc");
    app.later(PAUSE);
    app.see("Leave the form?").click("[  Leave ]").not_see("New API token");
}

#[test]
fn lists_in_dialogs_can_be_clicked() {
    let mut app = ready(80, 24);
    app.keys("n").keys("Shift-Tab Space Tab Tab Enter p");
    app.later(PAUSE);
    app.see("Presets").click("Read-only").see("> Read-only");
    app.click("Merge").see("[▸ Merge ]");
    app.double_click("Read-only").not_see("Presets");
}

#[test]
fn the_mouse_is_off_while_a_secret_is_shown() {
    let mut app = ready(120, 24);
    app.keys("n").types("x").keys("Tab Down Space Ctrl-s Enter").later(600);
    app.see("r reveal").not_see("[MOUSE]");
    assert!(!app.model.takes_mouse());
    let before = app.screen();
    for y in 0..24 {
        app.gesture(Gesture::Press, (30, y));
    }
    assert_eq!(app.screen(), before);
    app.keys("Esc").types("stored").keys("Enter").see("[MOUSE]");
    assert!(app.model.takes_mouse(), "restored afterwards");
}

#[test]
fn moving_within_a_row_needs_no_redraw() {
    let mut app = ready(80, 24);
    app.hover("vector-prod");
    let (x, y) = position_of(&app, "vector-prod");
    let at = |x, y| Msg::Mouse(Pointer { gesture: Gesture::Move, x, y });
    assert!(!app.model.needs_redraw(&at(x + 1, y)));
    assert!(app.model.needs_redraw(&at(x, y + 1)));
    assert!(app.model.needs_redraw(&at(79 - 2, y)), "there is a button");
}

/// In every place, a single click neither panics nor deletes: at most it opens the confirmation
/// that a key would open.
#[test]
fn no_single_click_deletes_anything() {
    let deletes = |app: &mut App| {
        let kind = |c: &&Call| matches!(c, Call::DeleteToken(_) | Call::DeletePersonalToken(_));
        app.calls().iter().filter(kind).count()
    };
    for place in PLACES {
        let mut app = place.visit(Organisation::Demo);
        app.model.mouse.on = true;
        app.draw();
        app.later(PAUSE);
        // Targets that only move the cursor, or that have a key, are tested elsewhere.
        let is_special = |h: &&Hit| {
            use HitTarget as S;
            let moves =
                matches!(h.target, S::Row(_) | S::Check(_) | S::Cell { .. } | S::Scrolls(..));
            !moves && !matches!(h.target, S::Do(_) | S::Heading(_))
        };
        let hits: Vec<_> = app.places.hits.iter().filter(is_special).copied().collect();
        for hit in hits {
            let mut app = place.visit(Organisation::Demo);
            app.model.mouse.on = true;
            app.draw();
            app.later(PAUSE);
            // A run that is already confirmed has a delete in flight.
            let before = deletes(&mut app);
            app.gesture(Gesture::Press, (hit.area.x, hit.area.y));
            assert!(deletes(&mut app) <= before, "{} {hit:?}", place.name);
        }
    }
}

#[test]
fn bulk_dialogs_can_be_clicked_and_still_require_the_count() {
    let mut app = ready(80, 24);
    app.press("j j j Space Space d").see("Delete 2 tokens").later(PAUSE);
    app.click("[  Delete ]").see("Type 2 to delete them");
    assert!(app.calls().is_empty());
    app.click("Regenerate instead").see("Regenerate 2 tokens").later(PAUSE);
    app.click(" 24h ").see("[24h]");
    app.click(" a command ").see("[a command]").see("Runs once per token");
    app.click(" a folder ").see("[a folder]");
    app.click("[  Cancel ]").not_see("Regenerate 2 tokens").see("2 marked");
}

#[test]
fn palette_and_theme_rows_can_be_clicked() {
    let mut app = ready(80, 24);
    app.press(":").types("choose-theme").later(PAUSE);
    app.double_click("  T").see("colour-blind").later(PAUSE);
    app.double_click("colour-blind").see("Theme colour-blind, now and when axtok starts.");
}

#[test]
fn enter_runs_the_clicked_palette_row() {
    let mut app = ready(80, 24);
    app.press(":").types("generate").later(PAUSE);
    app.click("  regenerate ").see("> regenerate ").see("Palette");
    app.press("Enter").see("Regenerate load-tests");
}

#[test]
fn the_access_review_can_be_clicked_through() {
    let mut app = ready(80, 24);
    app.press("g a").see("who reaches all datasets").later(PAUSE);
    app.click("ci-builds").see("who reaches ci-builds");
    app.click("5 Findings").see("can mint API tokens");
    app.click("can add or change users").see("scim-bridge");
    app.click("1 Datasets").click("w who can").see("who can read");
    app.wheel(Gesture::WheelDown, "axiom-audit").not_see("* all datasets");
    app.click("5 Findings").later(PAUSE);
    app.double_click("scim-bridge").see("Rights can't be changed after creation");
    assert!(app.calls().is_empty());
}

#[test]
fn sorting_by_click_keeps_the_marked_range() {
    let mut app = ready(80, 24);
    let marked = |app: &App| {
        let Screen::ApiTokens(list) = app.model.screen() else { panic!("the list is not open") };
        let mut names: Vec<String> = list
            .marked_tokens(&app.model.shared)
            .iter()
            .map(|token| token.name.raw().to_owned())
            .collect();
        names.sort();
        names
    };
    app.press("v j j j");
    let before = marked(&app);
    assert_eq!(before.len(), 4);
    app.click("NAME");
    assert_eq!(marked(&app), before);
}

#[test]
fn clicks_do_not_change_a_sign_in_that_is_in_progress() {
    let mut app = signed_out(80, 24);
    app.model.mouse.on = true;
    app.draw();
    app.later(PAUSE).see("[for this session]");
    let token = app.store.personal_token().to_owned();
    app.msg(Msg::Paste(token)).press("Enter");
    app.later(PAUSE).see("Trying the token");
    let at = position_of(&app, "in ~/.axiom.toml");
    app.gesture(Gesture::Press, at).see("[for this session]");
    app.press("Esc").later(PAUSE).gesture(Gesture::Press, at).see("[in ~/.axiom.toml]");
}
