//! Keys on the token list, in the form and in the dialogs.

use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::{Copied, CopyText, Effect, Msg},
    domain::{Expiry, Kind, TokenExpiry, token::Renewal},
};

use ratatui::style::Modifier;

use crate::app::App;

/// Fills in the form for a basic token; the datasets have the focus.
fn filled_form(app: &mut App) -> &mut App {
    app.keys("n").types("ci-new").keys("Enter").types("prod-api");
    app.keys("Space Enter Ctrl-u").types("30d")
}

fn created(app: &mut App) -> &mut App {
    filled_form(app).keys("Ctrl-s Enter").see("ci-new was created").later(600)
}

#[test]
fn startup_fetches_what_the_screen_shows() {
    let mut app = App::new(80, 24);
    assert_eq!(app.calls(), [Call::ListTokens, Call::ListOrgs, Call::CurrentUser]);
}

#[test]
fn a_filter_narrows_while_typing_and_esc_clears_it() {
    let mut app = App::ready(80, 24);
    let all = app.model.shared.data.tokens.value().unwrap().len();
    app.see(&format!("API tokens {all}"));
    app.keys("/").types("ingest-edge").see("ci-ingest-edge").not_see("notebook-ana");
    app.keys("Enter").see("/ ingest-edge").keys("d").see("Delete ci-ingest-edge");
    app.keys("Esc").keys("Esc").see("notebook-ana").see(&format!("API tokens {all}"));
}

#[test]
fn a_filter_keeps_the_order_and_selects_the_best_match() {
    let mut app = App::ready(80, 24);
    // In the description of the token that expires sooner, in the name of the other.
    app.keys("/").types("token").see("vector-prod").see("> H token-rotator");
    let screen = app.screen();
    let row = |name: &str| screen.lines().position(|line| line.contains(name)).unwrap();
    assert!(row("vector-prod") < row("token-rotator"), "{screen}");
}

#[test]
fn an_unknown_filter_term_says_what_to_write() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("expires>").see("expires> is not a filter term: use expires<30d");
    app.types("100d").see("expires>100d is not a filter term");
    app.keys("Ctrl-u").types("type:").see("use type:basic or type:advanced");
    app.types("basic").not_see("is not a filter term").see("basic");
    app.keys("Ctrl-u").types("can:x ds:").see("ds: is not a filter term: use ds:NAME");
}

#[test]
fn a_filter_that_hides_everything_says_so() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("zzzz").see("No token matches \"zzzz\"").see("Esc clears the filter");
    app.keys("Enter d").see("No token is selected");
}

#[test]
fn a_key_from_another_keyboard_layout_is_explained() {
    let mut app = App::ready(80, 24);
    app.press("т").see("\"т\" is not a key here. Is another keyboard layout active?");
    app.press("j").not_see("keyboard layout");
    app.press("d").see("Delete ");
    app.types("т").not_see("keyboard layout");
    app.keys("Esc n").see("New API token").types("имя").see("имя").not_see("keyboard layout");
}

#[test]
fn the_cursor_stays_on_its_token_when_the_order_changes() {
    let mut app = App::ready(80, 24);
    app.keys("j j j");
    let id = app.model.selected_token().unwrap().id.clone();
    app.keys("s S s").press("Ctrl-r").answer();
    assert_eq!(app.model.selected_token().unwrap().id, id);
}

#[test]
fn what_expires_soon_comes_first_and_what_expired_long_ago_last() {
    let mut app = App::ready(80, 24);
    let order: Vec<_> = {
        let axtok::app::stack::Screen::ApiTokens(state) = app.model.screen() else { panic!() };
        let token = |id| app.model.shared.data.token(id).unwrap();
        state.rows.iter().map(|id| token(id).expiry.clone()).collect()
    };
    let now = app.model.shared.server_now();
    let week_ago = now.as_second() - 7 * 86_400;
    let seconds = |e: &TokenExpiry| e.at().map_or(i64::MAX, jiff::Timestamp::as_second);
    let long_expired = order.iter().position(|e| seconds(e) <= week_ago).unwrap();
    let (near, past) = order.split_at(long_expired);
    assert!(near.is_sorted_by_key(seconds), "{near:?}");
    assert!(near[0].is_past(now), "what expired in the last days is not hidden");
    assert_eq!(near.last(), Some(&Expiry::Never.into()));
    assert!(past.iter().rev().is_sorted_by_key(seconds), "{past:?}");
    assert!(past.iter().all(|e| seconds(e) <= week_ago), "{past:?}");
    app.see("EXPIRES↓").press("S g g").see("EXPIRES↑").see(">x  hackday-2025");
}

#[test]
fn one_key_shows_only_what_needs_attention() {
    let mut app = App::ready(80, 24);
    let shown = |app: &mut App| -> Vec<String> {
        let axtok::app::stack::Screen::ApiTokens(state) = app.model.screen() else { panic!() };
        let name = |id| app.model.shared.data.token(id).unwrap().name.to_string();
        state.rows.iter().map(name).collect()
    };
    app.press("!").see("16 of 40").see("/ attention").see("! all");
    let names = shown(&mut app);
    let has = |name: &str| names.iter().any(|n| n == name);
    // Expires soon, expired this week, or has a high finding.
    assert!(has("notebook-ana") && has("load-tests") && has("break-glass"), "{names:?}");
    // Expired long ago, only a medium finding, nothing.
    assert!(!has("hackday-2025") && !has("browser-sdk") && !has("grafana-reader"), "{names:?}");
    app.press("!").see("API tokens 40").see("/ filter");
}

#[test]
fn a_term_is_completed_with_tab() {
    let mut app = App::ready(80, 24);
    app.press("/").see("words, type: ds: can:").types("ty").see("/ type:basic").see("Tab complete");
    app.press("Tab").see("15 of 40").see("/ type:basic").not_see("Tab complete");
    app.press("Ctrl-u").types("ci ex").press("Tab").see("/ ci expires<30d");
    app.press("Enter").see("ci-ingest-edge").not_see("ci-tests");
}

#[test]
fn a_tilde_makes_the_filter_fuzzy_and_marks_nothing() {
    let mut app = App::ready(80, 24);
    app.press("/").types("cig").see("No token matches \"cig\"");
    app.press("Ctrl-u").types("~cig").see("ci-ingest-edge").press("Enter *");
    app.see("Nothing was marked").see("Remove the ~").not_see(" marked ·");
    app.press("d").see("Delete ");
}

/// What is underlined in the first row that contains a text.
fn underlined(app: &App, text: &str) -> String {
    let buffer = app.buffer();
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let mut rows = rows.map(|row| row.iter().map(|c| (c.symbol(), c.modifier)));
    let row =
        rows.find(|row| row.clone().map(|(symbol, _)| symbol).collect::<String>().contains(text));
    let row = row.unwrap_or_else(|| panic!("no row with {text}\n{}", app.screen()));
    row.filter(|(_, modifier)| modifier.contains(Modifier::UNDERLINED))
        .map(|(symbol, _)| symbol)
        .collect()
}

#[test]
fn a_token_is_found_and_opened_with_two_keys_and_its_name() {
    let mut app = App::ready(80, 24);
    app.press("/").types("grafana").see("Ctrl-s open").press("Ctrl-s");
    app.see("Name         grafana-reader").press("Esc").see("/ grafana").see("1 of 40");
    app.press("/").types("-none").press("Ctrl-s").see("No token is selected");
}

#[test]
fn what_the_filter_found_is_highlighted() {
    let mut app = App::ready(320, 40);
    app.press("/").types("EDGE logs").press("Enter");
    let row = ">!  ci-ingest";
    assert_eq!(underlined(&app, row), "edgeedgelogs", "in the name and the description");
    app.press("Esc");
    assert_eq!(underlined(&app, row), "");
}

#[test]
fn every_list_highlights_what_its_filter_found() {
    let mut app = App::ready(80, 24);
    app.keys("n Tab").types("D-ap");
    assert_eq!(underlined(&app, "[ ] prod-api "), "d-ap", "in the list of datasets");
    let mut app = App::ready(80, 24);
    app.keys("n").types("x").keys("Shift-Tab Space Tab Tab Enter /").types("~pdapi");
    assert_eq!(underlined(&app, " prod-api "), "pdapi", "in the matrix");
    app.keys("Enter p").types("terra");
    assert_eq!(underlined(&app, "Terraform"), "Terra", "in the presets");
    let mut app = App::ready(80, 24);
    app.keys("g o").types("me in");
    assert_eq!(underlined(&app, "(current)"), "meIn", "in the organisations");
    let mut app = App::ready(80, 24);
    app.press(":").types("hem");
    assert_eq!(underlined(&app, "theme NAME"), "hem", "in the palette");
    let mut app = App::ready(80, 24);
    app.keys("g a /").types("-api");
    assert_eq!(underlined(&app, "prod-api "), "-api", "in the access review");
    let mut app = App::ready(80, 24);
    app.keys("? /").types("d elete");
    assert_eq!(underlined(&app, "delete "), "elete", "in the help, where d is a key");
}

#[test]
fn the_form_sends_what_it_shows() {
    let mut app = App::ready(80, 24);
    filled_form(&mut app).see("1 of 60 chosen").press("Ctrl-s").see("Review").see("ci-new");
    app.press("Enter");
    let calls = app.calls();
    let [Call::CreateToken(new)] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(new.name, "ci-new");
    assert_eq!(new.expiry, Expiry::At("2026-12-23T14:00:00Z".parse().unwrap()));
    assert_eq!(Kind::of(&new.grants), Kind::Basic);
    assert_eq!(new.grants.summary(), "can ingest into prod-api");
}

#[test]
fn an_incomplete_form_is_not_reviewed_and_says_why() {
    let mut app = App::ready(80, 24);
    app.keys("n Ctrl-s").see("! Enter a name").not_see("Review ─");
    app.types("x").keys("Ctrl-s").see("! Choose at least one dataset").not_see("Review ─");
    app.keys("Space Tab Enter").keys("Tab Ctrl-u").types("5m").keys("Ctrl-s");
    app.see("use 5mo (months)").not_see("Review ─");
    assert!(app.calls().is_empty());
}

#[test]
fn a_finding_puts_the_focus_on_back() {
    let mut app = App::ready(80, 24);
    app.keys("n")
        .types("wide")
        .keys("Tab Space Tab Enter Tab Ctrl-u")
        .types("never")
        .keys("Ctrl-s");
    app.see("! high: can write to all datasets").see("! medium: never expires").see("[▸ Back ]");
    app.press("Enter").not_see("Review ─");
    assert!(app.calls().is_empty(), "Enter alone did not create it");
}

#[test]
fn a_duplicate_name_is_pointed_out() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("terraform").keys("Tab Down Space Ctrl-s");
    app.see("another token already has this name").see("[▸ Back ]");
}

#[test]
fn leaving_a_changed_form_asks_first() {
    let mut app = App::ready(80, 24);
    app.keys("n")
        .types("x")
        .keys("Esc")
        .see("Unsaved changes will be lost")
        .see("[▸ Keep editing ]");
    app.keys("Enter").see("New API token").see("x");
    app.keys("Esc Tab Enter").not_see("New API token").see("API tokens 4");
    app.keys("n Esc").see("API tokens 4");
}

#[test]
fn q_in_a_text_field_is_a_letter() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("q?:/").see("q?:/");
    assert!(!app.wants_quit());
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let mut app = App::ready(80, 24);
    app.msg(Msg::Paste("dd\nq".to_owned())).see("API tokens 4").not_see("Delete ");
    assert!(!app.wants_quit());
    app.keys("n").msg(Msg::Paste("two\nlines\n".to_owned())).see("two lines");
}

#[test]
fn the_secret_starts_hidden_and_ignores_early_keys() {
    let mut app = App::ready(80, 24);
    filled_form(&mut app).keys("Ctrl-s Enter").see("ci-new was created").see("xaat-••••");
    app.keys("r q Esc").see("xaat-••••").not_see("Have you stored the secret?");
    app.later(600).keys("r").not_see("xaat-••••").see("xaat-");
    app.later(61_000).see("xaat-••••");
}

#[test]
fn the_secret_stays_open_until_confirmed_as_stored() {
    let mut app = App::ready(80, 24);
    created(&mut app).keys("Esc").see("Have you stored the secret?");
    app.keys("Enter").see("Type \"stored\"").see("Have you stored the secret?");
    app.types("stor").keys("Enter").see("Have you stored the secret?");
    app.keys("Esc").see("Store it now").keys("Ctrl-c").see("Have you stored the secret?");
    app.keys("Ctrl-c Ctrl-c");
    assert!(!app.wants_quit(), "even pressing Ctrl-C twice does not discard a secret");
    app.keys("Esc Esc").types("stored").keys("Enter").not_see("Store it now");
    app.see("ci-new");
}

#[test]
fn the_key_that_reveals_a_secret_hides_it_again() {
    let mut app = App::ready(80, 24);
    created(&mut app).see("r reveal").keys("r").not_see("••••").see("r hide");
    app.keys("r").see("xaat-••••").see("r reveal");
    app.keys("r").later(61_000).see("xaat-••••").see("r reveal");
}

#[test]
fn leaving_the_value_alone_hides_it() {
    for leave in ["w", "Esc", "Enter"] {
        let mut app = App::ready(80, 24);
        created(&mut app).keys("r w").not_see("Store it now").not_see("••••");
        app.keys(leave).see("Store it now").see("xaat-••••");
        // After the time it is the dialog that the keys belong to.
        app.keys("w").later(61_000).see("Store it now").keys("w").not_see("Store it now");
        app.later(61_000).keys("Esc").see("Have you stored the secret?");
    }
}

#[test]
fn a_stored_secret_is_no_longer_warned_about() {
    let mut app = App::ready(80, 24);
    created(&mut app).keys("f").types("/tmp/new").keys("Enter").checked(&Ok(()));
    app.see("Storing").see("Store it now");
    app.delivered(&Ok("saved to /tmp/new".to_owned()));
    app.see("Saved to /tmp/new. Enter to close.").not_see("Store it now");
    app.later(600).keys("Enter").not_see("was created");
}

#[test]
fn losing_focus_hides_the_secret() {
    let mut app = App::ready(80, 24);
    created(&mut app).keys("r").not_see("••••").msg(Msg::FocusLost).see("xaat-••••");
    app.keys("w").not_see("Store it now").not_see("┌");
    app.keys("w").see("Store it now");
}

#[test]
fn a_copied_secret_is_reported_as_confirmed_only_if_it_is() {
    let mut app = App::ready(80, 24);
    created(&mut app).keys("y");
    assert!(app.waiting.iter().any(|e| matches!(e, Effect::Copy(CopyText::Secret(_)))));
    app.msg(Msg::Copied { what: "secret", result: Ok(Copied::Sent) });
    app.see("sent to the clipboard (not confirmed)");
    app.msg(Msg::Copied { what: "secret", result: Ok(Copied::Confirmed) });
    app.see("The secret was copied.").not_see("not confirmed");
}

#[test]
fn a_copied_secret_is_cleared_from_the_clipboard_later() {
    let mut app = App::ready(80, 24);
    created(&mut app).keys("y");
    app.msg(Msg::Copied { what: "secret", result: Ok(Copied::For { seconds: 30 }) });
    app.see("The secret was copied; the clipboard is cleared after 30 s");
    let clears = |app: &App| app.waiting.iter().any(|e| matches!(e, Effect::ClearClipboard));
    // Even after other keys, and after the notice is gone.
    app.keys("Esc").types("stored").keys("Enter").later(20_000);
    assert!(!clears(&app));
    let left =
        app.model.next_wake().unwrap().as_millisecond() - app.model.shared.now.as_millisecond();
    assert_eq!(left, 10_000, "the loop wakes up for it");
    app.later(left);
    assert!(clears(&app));
    assert_eq!(app.next_tick(), None, "cleared only once");
}

#[test]
fn regenerate_sends_both_expiries() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter r").see("Regenerate ci-ingest-edge");
    app.see("[48h]").keys("Left").see("[24h]").see("stops   24 Nov 2026 14:00 UTC · in 24 hours");
    app.press("Enter Enter").see("[▸ Regenerate ]").press("Enter");
    let calls = app.calls();
    let [Call::RegenerateToken(_, how)] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(how.old_ends, "2026-11-24T14:00:00Z".parse().unwrap());
    let Renewal::Same { new_expiry } = how.renewal else { panic!("the permissions change") };
    assert_eq!(new_expiry, Expiry::At("2027-02-21T14:00:00Z".parse().unwrap()));
}

#[test]
fn a_regenerated_pair_is_shown_as_rotating() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter r Enter Enter Enter").later(600);
    app.see("ci-ingest-edge was regenerated")
        .see("works until 25 Nov 2026 14:00 UTC · in 48 hours");
    app.keys("Esc").types("stored").keys("Enter");
    let screen = app.screen();
    let pair: Vec<_> = screen.lines().filter(|l| l.contains("↻  ci-ingest-edge")).collect();
    assert_eq!(pair.len(), 2, "{screen}");
    assert!(pair[0].contains("in 48 h") && pair[1].contains("in 90 d"), "{pair:?}");
}

#[test]
fn revoking_the_old_token_now_requires_its_name() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("grafana-re").keys("Enter r Left Left Left").see("[now]");
    app.see("fails immediately")
        .press("Ctrl-s")
        .see("Type a91f or grafana-reader to end the old token now");
    assert!(app.calls().is_empty());
    app.types("grafana-reader").press("Ctrl-s");
    assert_eq!(app.calls().len(), 1);
}

#[test]
fn a_grace_period_beyond_the_old_expiry_is_pointed_out() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter r Right").see("[7d]").see("its own expiry");
    app.press("Ctrl-s");
    let calls = app.calls();
    let [Call::RegenerateToken(id, how)] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(Some(how.old_ends), app.model.shared.data.token(id).unwrap().expiry.at());
}

#[test]
fn delete_requires_the_name_and_removes_the_row_after_the_answer() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter d").see("Delete ci-ingest-edge").see("9d2c");
    app.press("Enter").see("Type 0001 or ci-ingest-edge to delete it");
    app.types("ci-ingest-edg").press("Enter");
    assert!(app.calls().is_empty());
    app.types("e").press("Enter").see("Deleting").see("ci-ingest-edge");
    app.answer().see("ci-ingest-edge was deleted").see("0 of 39");
}

#[test]
fn delete_takes_the_end_of_the_id_for_the_name() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter d").types("0001").keys("Enter");
    app.see("ci-ingest-edge was deleted");
}

#[test]
fn delete_requires_the_id_where_the_name_does_not_tell_which_token_is_meant() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("vector-prod").keys("Enter d").types("vector-prod").press("Enter");
    app.see("Type 0028 to delete it");
    assert!(app.calls().is_empty());
    app.press("Ctrl-u").types("0005").press("Enter").see("Type 0028 to delete it");
    assert!(app.calls().is_empty(), "the id of the other token");
    app.press("Ctrl-u").types("0028").keys("Enter").see("vector-prod was deleted");
}

#[test]
fn the_delete_dialog_offers_to_regenerate_instead() {
    let mut app = App::ready(80, 24);
    app.keys("d Tab Tab").see("[▸ Regenerate instead ]").keys("Enter").see("Regenerate load-tests");
}

#[test]
fn a_refused_create_keeps_the_form() {
    let mut app = App::ready(80, 24);
    filled_form(&mut app).press("Ctrl-s Enter").see("Creating");
    app.fail(
        Certainty::Rejected,
        FailureKind::Status(403),
        Some("missing capability apiTokens|create"),
    );
    app.see("Refused").see("apiTokens").see("trace-1");
    app.keys("Enter").see("Review").keys("Esc").see("ci-new").see("1 of 60 chosen");
}

#[test]
fn an_unknown_outcome_is_reported_and_nothing_is_resent() {
    let mut app = App::ready(80, 24);
    filled_form(&mut app).press("Ctrl-s Enter");
    app.fail(Certainty::Unknown, FailureKind::Broken, None).see("Outcome unknown");
    assert_eq!(app.calls(), [Call::ListTokens], "it only reads the list");
}

#[test]
fn a_failed_list_says_why_and_can_be_retried() {
    let mut app = App::new(80, 24);
    app.fail(Certainty::NotSent, FailureKind::Connect, None).see("x Failed").see("Ctrl-r to retry");
    app.keys("d").see("The token list could not be loaded");
    app.keys("Ctrl-r").see("API tokens 40");
}

#[test]
fn a_forbidden_list_shows_permission_denied() {
    let mut app = App::new(80, 24);
    let message = Some("missing capability apiTokens|read");
    app.fail(Certainty::Rejected, FailureKind::Status(403), message)
        .see("x Permission denied")
        .see("apiTokens");
}

#[test]
fn a_failed_refresh_keeps_the_list() {
    let mut app = App::ready(80, 24);
    app.press("Ctrl-r").fail(Certainty::Unknown, FailureKind::Timeout, None);
    app.see("! could not list the API tokens").see("load-tests");
}

#[test]
fn an_outdated_answer_is_dropped() {
    let mut app = App::ready(80, 24);
    app.press("Ctrl-r");
    let is_call = |e: &Effect| matches!(e, Effect::Call { .. });
    let at = app.waiting.iter().position(is_call).unwrap();
    let first = app.waiting.remove(at);
    app.press("Ctrl-r").answer();
    let Effect::Call { ticket, .. } = first else { panic!() };
    let answer = Ok(axtok::api::call::Reply::Tokens(Vec::new()));
    app.msg(Msg::Replied { ticket, answer, entry: None }).see("API tokens 40");
}

#[test]
fn a_secret_is_shown_over_any_screen() {
    let mut app = App::ready(80, 24);
    filled_form(&mut app).press("Ctrl-s Enter").press("Esc").see("No longer waiting");
    app.press("Esc Tab Enter ?").see("Keys that work here");
    app.answer().see("ci-new was created").see("xaat-••••");
}

#[test]
fn quitting_with_a_change_in_flight_asks_first() {
    let mut app = App::ready(80, 24);
    filled_form(&mut app).press("Ctrl-s Enter Esc Esc Tab Enter").later(400);
    app.press("q")
        .see("Still creating ci-new")
        .see("its secret")
        .see("will be lost")
        .see("[▸ Wait ]");
    app.press("Enter");
    assert!(!app.wants_quit());
    app.press("q Tab Enter");
    assert!(app.wants_quit());
}

#[test]
fn a_second_q_right_after_closing_a_screen_does_not_quit() {
    let mut app = App::ready(80, 24);
    app.keys("Enter").see("Rights can't be changed").keys("q q").see("API tokens 40");
    assert!(!app.wants_quit());
    app.later(400).keys("q");
    assert!(app.wants_quit());
}

#[test]
fn esc_never_quits_and_ctrl_c_does() {
    let mut app = App::ready(80, 24);
    app.keys("Esc Esc Esc");
    assert!(!app.wants_quit());
    app.keys("Ctrl-c");
    assert!(app.wants_quit());
}

#[test]
fn after_a_prefix_the_next_keys_are_shown() {
    let mut app = App::ready(80, 24);
    app.press("y").see("y …").see("i copy the id").see("n copy the name");
    app.press("i");
    let copies = app.waiting.iter().any(|e| {
        matches!(e, Effect::Copy(CopyText::Plain { what: "id", text }) if text.starts_with("9d2c"))
    });
    assert!(copies);
}

#[test]
fn loading_is_shown_after_a_moment_and_nothing_ticks_when_idle() {
    let mut app = App::new(80, 24);
    app.not_see("Loading");
    app.later(400).see("Loading the API tokens");
    app.later(3_000).see("3 seconds");
    app.answer();
    assert_eq!(app.next_tick(), None);
}

#[test]
fn the_details_show_every_right_including_unknown_ones() {
    let mut app = App::ready(120, 60);
    let unknown = {
        let tokens = app.model.shared.data.tokens.value().unwrap();
        tokens.iter().find(|t| t.grants.has_unknown()).expect("the demo has one").name.clone()
    };
    app.keys("/").types(unknown.raw()).keys("Enter Enter");
    app.see("Unknown to this version (kept unchanged)").see("can't be changed after creation");
}

#[test]
fn copied_json_keeps_the_name_and_the_rights() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("ingest-edge").keys("Enter y j");
    let token = app.waiting.iter().find_map(|e| match e {
        Effect::Copy(CopyText::Json(token)) => Some(token.clone()),
        _ => None,
    });
    let json: serde_json::Value =
        serde_json::from_str(&axtok::effects::as_json(&token.unwrap())).unwrap();
    assert_eq!(json["name"], "ci-ingest-edge");
    assert_eq!(json["datasetCapabilities"].as_object().unwrap().len(), 3);
}

#[test]
fn deleting_in_an_api_token_session_shows_a_warning() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.credential = axtok::domain::SecretKind::Api;
    app.keys("d").see("This session uses an API token");
}

#[test]
fn an_error_stays_below_its_field_until_it_is_edited() {
    let mut app = App::ready(80, 24);
    app.keys("d Enter").see("! Type 0020 or load-tests to delete it, or Esc to keep it.");
    app.keys("Tab Shift-Tab").see("to delete it").types("l").not_see("to delete it");
    app.keys("Esc g p n Enter Enter Enter").see("! Enter a name").see(">Name");
    app.msg(Msg::Paste("laptop".to_owned())).not_see("enter a name");
    assert!(app.calls().is_empty());
}
