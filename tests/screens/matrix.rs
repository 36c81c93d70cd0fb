//! Editing the permission matrix with keys.

use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::{Effect, screens::new_token::Field},
    domain::{Grants, preset, token::Renewal},
};

use crate::app::App;

/// An open, empty matrix of an advanced draft.
fn matrix() -> App {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter").see("[1 Datasets 60]");
    app
}

fn grants(app: &App) -> &Grants {
    app.form().unwrap().matrix().grants()
}

#[test]
fn a_right_can_be_turned_on_and_off() {
    let mut app = matrix();
    app.keys("j l r").see("axiom-audit / Query   read GRANTED").see("can query axiom-audit");
    app.keys("r").see("read off").see("can do nothing");
}

#[test]
fn an_impossible_right_changes_nothing_and_says_so() {
    let mut app = matrix();
    app.keys("j l d").see("Query: only read can be granted.");
    assert!(grants(&app).is_empty());
}

#[test]
fn space_fills_a_partly_granted_cell_and_then_empties_it() {
    let mut app = matrix();
    app.keys("j l l r").see("-r--");
    app.keys("Space").see("[▸ Cancel ]").keys("Tab Enter").see("crud");
    app.keys("Space").not_see("crud");
    assert!(grants(&app).is_empty());
}

#[test]
fn granting_delete_rights_asks_once() {
    let mut app = matrix();
    app.keys("j l l d").see("This grants delete rights").keys("Enter");
    assert!(grants(&app).is_empty(), "the safe answer has the focus");
    app.keys("d Tab Enter").see("---d");
    app.keys("j d").not_see("This grants delete rights");
}

#[test]
fn granting_rights_on_all_datasets_asks_once() {
    let mut app = matrix();
    app.keys("l r").see("This grants rights on all datasets, future ones too").keys("Esc");
    assert!(grants(&app).is_empty());
    app.keys(":").types("grant =* query:read").keys("Enter").see("all datasets, future ones too");
    app.keys("Tab Enter");
    assert_eq!(grants(&app).summary(), "can query all datasets");
    app.keys("l c").see("*---").not_see("future ones too");
    // Views are other data than datasets.
    app.keys("2 r").see("This grants rights on all views, future ones too").keys("Tab Enter");
    assert!(grants(&app).summary().contains("query all views"));
}

/// The same question in a basic token's list.
#[test]
fn choosing_all_datasets_in_the_list_asks_once() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("x").keys("Tab Space").see("Choose all datasets, future ones too?");
    app.see("Space on * takes it back").not_see(":undo").see("[▸ Cancel ]");
    app.keys("Tab Enter").see("[x] * all datasets").keys("Space Space").see("[x] * all datasets");
}

#[test]
fn inherited_rights_are_shown_and_the_wildcard_can_be_expanded() {
    let mut app = matrix();
    app.keys("l r Tab Enter j").see("axiom-audit / Query   read by *");
    app.keys("-").see("Still granted by *").see("still grants").see("[▸ Keep * ]").keys("Enter");
    assert_eq!(grants(&app).datasets.len(), 1, "unchanged");
    app.keys("- Tab Enter");
    assert_eq!(grants(&app).datasets.len(), 59, "one row for each other dataset");
    assert!(grants(&app).datasets.wildcard().is_none());
    assert!(grants(&app).datasets.get("axiom-audit").is_none());
    app.see("future ones are not included");
    app.keys("z").see("Undone");
    assert_eq!(grants(&app).datasets.len(), 1);
}

#[test]
fn a_bulk_change_applies_to_shown_rows_and_counts_hidden_ones() {
    let mut app = matrix();
    app.keys("/").types("prod-").keys("Enter l A");
    app.see("Done: grant query:read on 24 shown rows; 36 hidden unchanged. z undoes it.");
    assert_eq!(grants(&app).datasets.len(), 24);
    assert!(
        grants(&app).datasets.wildcard().is_none(),
        "the wildcard row is not part of the column"
    );
    app.keys("A");
    assert!(grants(&app).is_empty());
    app.keys("z");
    assert_eq!(grants(&app).datasets.len(), 24);
}

/// The rows keep their order, so a range is what it looks like; the cursor is on the best
/// match.
#[test]
fn the_filter_keeps_the_order_of_the_rows() {
    let mut app = matrix();
    app.keys("/").types("api");
    let all: Vec<_> = app.screen().lines().map(str::to_owned).collect();
    let at = |name: &str| all.iter().position(|line| line.contains(name)).unwrap();
    assert!(at("otel-logs-api") < at("prod-api ") && at("prod-api ") < at("staging-api"));
    app.keys("Ctrl-u").types("prod-w").see(">  prod-web");
    app.keys("Ctrl-u").see(">  * all datasets");
}

#[test]
fn a_bulk_change_takes_only_what_was_typed() {
    for words in ["ci", "web", "PROD", "pa", "o a"] {
        let mut app = matrix();
        app.keys("/").types(words).keys("Enter l A");
        for (name, _) in grants(&app).datasets.iter() {
            let contains = |word: &str| name.raw().to_lowercase().contains(word);
            assert!(words.to_lowercase().split(' ').all(contains), "{words} is not in {name}");
        }
    }
    let mut app = matrix();
    app.keys("/").types("pdapi").keys("Enter l A").see("There is nothing to change here");
    assert!(grants(&app).is_empty());
    // A preset also applies only to the rows shown.
    app.keys("Esc /").types("pdapi").keys("Enter p").see("the 0 rows shown");
}

/// A fuzzy filter finds rows to look at and to change one by one, but not all of them.
#[test]
fn a_fuzzy_filter_is_not_the_base_of_a_bulk_change() {
    let mut app = matrix();
    app.keys("/").types("~pdapi").see(">  prod-api").keys("Enter l A");
    app.see("A fuzzy filter only suggests rows: remove ~");
    assert!(grants(&app).is_empty());
    app.keys("p").types("Query only").see("apply to the row under the cursor").keys("Esc Esc");
    app.keys("r").see("can query prod-api");
    app.keys("/ Ctrl-u").types("prod-ap").keys("Enter A");
    assert!(grants(&app).datasets.len() > 1);
}

/// Rights, the changes that `~` marks, and the expiry all stay as they were.
#[test]
fn a_cancelled_preset_changes_nothing() {
    let mut app = matrix();
    app.keys("j c").see("1 row changed");
    let open = |app: &mut App| {
        // It sets an expiry, and grants a right to delete.
        let preset = preset::parse(
            "[[preset]]\nid='x'\nlabel='Everything'\nexpires='7d'\ndataset=['query:read','data:delete']",
        );
        app.keys("p").presets(&Ok(preset.unwrap())).types("Everything").keys("Enter");
        app.see("Change the rights?");
    };
    let before = grants(&app).clone();
    for answer in ["Esc", "Enter"] {
        open(&mut app);
        app.keys(answer).see("1 row changed");
        assert_eq!(*grants(&app), before, "{answer}");
        assert_eq!(expiry(&app), "90d");
        app.keys("=").see("Changes from an empty draft").see("axiom-audit  Ingest: +create");
        app.keys("Esc");
    }
    open(&mut app);
    app.keys("Tab Enter");
    assert_eq!(expiry(&app), "7d");
}

/// `z` takes back all of a preset, and what `~` marks is always the difference from the
/// draft's start.
#[test]
fn a_preset_is_undone_with_its_expiry() {
    let mut app = matrix();
    app.keys("j c").keys("p").types("AI agent").keys("Enter");
    app.see("Expiry set to 7d. z undoes it").see("1 row changed").see("~>  axiom-audit");
    app.keys("=").see("axiom-audit  Query: +read").not_see("Ingest:").keys("Esc");
    assert_eq!(expiry(&app), "7d");
    app.keys("z").see("1 row changed");
    assert_eq!(
        (grants(&app).summary().as_str(), expiry(&app)),
        ("can ingest into axiom-audit", "90d")
    );
    app.keys("Z");
    assert_eq!((grants(&app).summary().as_str(), expiry(&app)), ("can query axiom-audit", "7d"));
    // An expiry that was typed since then is not taken back.
    app.keys("Esc Tab Ctrl-u").types("30d").keys("Shift-Tab Enter z");
    assert_eq!(
        (grants(&app).summary().as_str(), expiry(&app)),
        ("can ingest into axiom-audit", "30d")
    );
}

/// A clone is compared with its original, whatever was done in between.
#[test]
fn a_clone_is_compared_with_the_original() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("grafana-reader").keys("Enter c Tab Enter").see("0 rows changed");
    app.keys("p").types("Ingest only").keys("Enter").see("12 rows changed");
    app.keys("=").see("Changes from grafana-reader").see("Ingest: +create").see("Query: -read");
    // A basic token as well, although the form has two matrices.
    let mut app = App::ready(80, 24);
    app.keys("/").types("ci-ingest-edge").keys("Enter c Shift-Tab Space Tab Tab Enter");
    app.see("0 rows changed");
}

#[test]
fn the_view_goes_to_a_changed_row() {
    let mut app = matrix();
    app.not_see("  staging-search ")
        .keys(":")
        .types("grant staging-search query:read")
        .keys("Enter");
    app.see("~>  staging-search");
    app.keys("g g").not_see("  staging-search ").keys("z").see(" >  staging-search").not_see("~>");
    // In another part, and where the filter hides it.
    app.keys(":")
        .types("grant org users:read")
        .keys("Enter")
        .see("[3 Organisation]")
        .see("~>  Users");
    app.keys("1 /").types("ci-").keys("Enter 3 :").types("grant dev-playground query:read");
    app.keys("Enter").see("[1 Datasets 60]").see("~>  dev-playground").not_see("/ ci-");
    // A visible row is enough: the cursor stays.
    app.keys("g g :").types("grant axiom-audit,staging-search query:read").keys("Enter");
    app.see(" >  * all datasets").see("~   axiom-audit").keys("z").see(" >  * all datasets");
}

fn expiry(app: &App) -> &str {
    app.form().unwrap().form.text(Field::Expiry)
}

#[test]
fn rows_and_blocks_can_be_selected() {
    let mut app = matrix();
    app.keys("j l v j j r");
    assert_eq!(grants(&app).datasets.len(), 3);
    assert_eq!(grants(&app).summary(), "can query 3 datasets");
    app.keys("z").keys("g g j h v j l +");
    assert_eq!(grants(&app).summary(), "can ingest into 2 datasets; query 2 datasets");
}

#[test]
fn a_mixed_selection_is_turned_on_first() {
    let mut app = matrix();
    app.keys("j l r j j r k k v j j r");
    assert_eq!(grants(&app).datasets.len(), 3, "all on");
    app.keys("v k k r");
    assert!(grants(&app).is_empty(), "then all off");
}

#[test]
fn a_row_can_be_copied_and_pasted_and_a_change_repeated() {
    let mut app = matrix();
    app.keys("j l r h c y j P");
    assert_eq!(grants(&app).summary(), "can ingest into 2 datasets; query 2 datasets");
    app.keys("j l r j .");
    assert_eq!(grants(&app).summary(), "can ingest into 2 datasets; query 4 datasets");
    app.keys("z z z Z");
    assert_eq!(grants(&app).summary(), "can ingest into 2 datasets; query 2 datasets");
}

#[test]
fn views_and_organisation_rights_have_their_own_tabs() {
    let mut app = matrix();
    app.keys("2").see("[2 Views 6]").keys("j r").keys("3").see("[3 Organisation]");
    app.keys("/").types("users").keys("Enter r");
    let summary = grants(&app).summary();
    assert!(summary.starts_with("can query ") && summary.ends_with("read users"), "{summary}");
}

#[test]
fn the_command_line_counts_before_it_applies() {
    let mut app = matrix();
    app.keys(":").types("grant prod-* query:read ingest:create").see("24 matched, 24 would change");
    app.see("future ones are not").keys("Enter").see("Done: ").see("z undoes it");
    assert_eq!(grants(&app).summary(), "can ingest into 24 datasets; query 24 datasets");
    app.keys(":").types("only prod-api,prod-auth").see("2 matched, 22 would change");
    app.keys("Enter");
    assert_eq!(grants(&app).summary(), "can ingest into 2 datasets; query 2 datasets");
    app.keys(":").types("revoke prod-api *").keys("Enter");
    assert_eq!(grants(&app).summary(), "can ingest into prod-auth; query prod-auth");
    app.keys(":").types("grant org users:read").keys("Enter");
    assert!(grants(&app).summary().ends_with("; read users"));
}

#[test]
fn an_invalid_command_says_what_to_type() {
    let mut app = matrix();
    for (line, why) in [
        ("grant prod-api", "Usage: grant NAMES RIGHTS"),
        ("grant nope-* query:read", "No row matches nope-*."),
        ("grant prod-* query:delete", "Query: only read can be granted"),
        ("grant prod-* fly:read", "Unknown right fly:read"),
        ("grant prod-* query:", "Unknown right query:"),
        ("o prod-api", "o can be only or org: type more of it"),
        ("r prod-* *", "r can be revoke or ro: type more of it"),
        ("dance", "Unknown command: dance"),
    ] {
        app.keys(":").types(line).keys("Enter").see(why).keys("Esc");
    }
    assert!(grants(&app).is_empty());
}

#[test]
fn a_command_may_be_shortened() {
    let mut app = matrix();
    app.keys(":").types("gr prod* query:read").see("grant query:read on 24 rows").keys("Enter");
    app.keys(":").types("rev prod-c* *").keys("Enter").keys(":").types("on prod-api,prod-cdn");
    app.see("2 matched").keys("Enter");
    assert_eq!(grants(&app).summary(), "can query prod-api");
}

#[test]
fn tab_completes_names_and_rights() {
    let mut app = matrix();
    app.keys(":").types("grant ").see("  axiom-audit").see("  ci-builds");
    // As much as the names have in common, then the first of them, then it.
    app.types("pr").keys("Tab").see(":grant prod- ").see("  prod-api-errors");
    app.types("ap").keys("Tab").see("prod-api ").see("no rights");
    app.types(",b").see("  ci-builds").keys("Down").see("> ").keys("Enter");
    app.see(":grant prod-api,").see("Palette");
    app.keys("Ctrl-u").types("grant prod-api,prod-web,o").keys("Down");
    app.keys("Ctrl-u").types("grant prod-a").keys("Tab").see("> prod-api").see("prod-auth");
    app.keys("Tab").see(":grant prod-api ").not_see("prod-auth");
    app.types(" ").see("1 row matches").see("query:read").see("query the dataset's events");
    app.types("qu").keys("Tab").see(":grant prod-api query:read").see("query: none -> r");
    app.types(" virtualFields:read+up").keys("Tab").see("virtualFields:read+update");
    app.see("virtualFields: none -> ru").keys("Enter");
    let summary = grants(&app).summary();
    assert_eq!(summary, "can query prod-api; read and update virtual fields of prod-api");
}

#[test]
fn tab_completes_views_and_the_organisation() {
    let mut app = matrix();
    app.keys(":").types("grant o").see("the organisation").types("rg us").see("  users:create");
    app.types("ers:re").keys("Tab").see(":grant org users:read").see("users: none -> r");
    app.keys("Ctrl-u").types("grant vi").keys("Tab").see(":grant view:");
    app.types("pay").keys("Tab").see(":grant view:pay");
    // `only` is about datasets.
    app.keys("Ctrl-u").types("only o").not_see("the organisation");
}

/// The rows are listed while they are typed: as many as fit, changed ones first.
#[test]
fn the_rows_that_a_command_changes_are_listed() {
    let mut app = matrix();
    app.keys(":").types("grant prod-a* ingest:create").keys("Enter");
    app.keys(":")
        .types("grant prod-*")
        .see("prod-api         ingest: c")
        .see("prod-cdn         no rights");
    app.see("and 9 more").see("24 rows match. Add the rights").types(" ingest:create");
    app.see("prod-cdn        ingest: none -> c")
        .see("and 10 more")
        .not_see("prod-api ")
        .keys("Esc");
    app.keys(":").types("revoke prod-ap* ingest:create").see("prod-api         ingest: c -> none");
    app.keys("Ctrl-u")
        .types("grant prod-a* ingest:create")
        .see("prod-api         no change (ingest: c)");
}

#[test]
fn only_says_that_it_empties_the_row_for_all() {
    let mut app = matrix();
    app.keys(":").types("grant =*,prod-api,prod-cdn query:read").keys("Enter Tab Enter");
    app.keys(":").types("only prod-api").see("* (all datasets) loses its rights too");
    app.see("* all datasets  query: r -> none").see("prod-cdn        query: r -> none");
    app.see("prod-api        no change (query: r)").keys("Enter");
    assert_eq!(grants(&app).summary(), "can query prod-api");
    app.keys("z :").types("revoke prod-api query:read").see("; * still grants it").keys("Esc");
    app.keys(":").types("only =*,prod-api").not_see("loses").see("1 would change");
}

/// A command on the form of an advanced token opens the matrix, to show what it did.
#[test]
fn a_command_works_on_the_form_too() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("adv").keys("Shift-Tab :").types("grant prod-* query:read");
    app.see("This is a basic token: choose Advanced").keys("Enter").see("Palette").keys("Esc");
    app.keys("Space :").types("grant prod-* query:read").keys("Enter");
    app.see("[1 Datasets 60]").see("~>  prod-api").keys("z").see("Undone: grant query:read");
}

#[test]
fn a_preset_previews_its_changes_and_replaces_or_merges() {
    let mut app = matrix();
    app.keys("j h c").keys("p").types("Query only");
    app.see("the row that grants something").see("axiom-audit  Ingest: -create").see("+read");
    app.keys("Tab").see("[▸ Merge ]").not_see("-create").keys("Enter");
    assert_eq!(grants(&app).summary(), "can ingest into axiom-audit; query axiom-audit");
    app.keys("p").types("Query only").keys("Enter");
    assert_eq!(grants(&app).summary(), "can query axiom-audit");
    app.keys("=").see("Changes from an empty draft").see("axiom-audit  Query: +read");
}

#[test]
fn a_preset_with_an_expiry_sets_it() {
    let mut app = matrix();
    app.keys("j p").types("AI agent").keys("Enter").see("Expiry set to 7d");
}

#[test]
fn rights_can_be_copied_from_a_token() {
    let mut app = matrix();
    app.keys("p").types("token grafana-reader").keys("Enter");
    assert_eq!(grants(&app).summary(), "can query 12 datasets");
}

#[test]
fn user_presets_can_be_saved_and_are_listed() {
    let mut app = matrix();
    app.keys("j l r W").see("Save these rights as a preset").types("mine").keys("Enter");
    let saved = app.waiting.iter().find_map(|e| match e {
        Effect::SavePreset(preset) => Some((**preset).clone()),
        _ => None,
    });
    let preset = saved.expect("the preset is not saved");
    app.waiting.clear();
    app.keys("z p").presets(&Ok(vec![preset])).types("mine").see("mine (yours)");
    app.keys("Enter");
    assert_eq!(grants(&app).datasets.len(), 1);
}

#[test]
fn a_clone_keeps_all_rights_including_unknown_ones() {
    let mut app = App::ready(120, 40);
    let token = {
        let tokens = app.model.shared.data.tokens.value().unwrap();
        tokens.iter().find(|t| t.grants.has_unknown()).unwrap().clone()
    };
    app.keys("/").types(token.name.raw()).keys("Enter c");
    app.see(&format!("a copy of {}", token.name)).see(&format!("{}-copy", token.name));
    app.press("Ctrl-s").see("Review");
    if !app.screen().contains("[▸ Create ]") {
        app.press("Tab");
    }
    app.press("Enter");
    let calls = app.calls();
    let [Call::CreateToken(new)] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(new.grants, token.grants, "unknown rights included");
}

#[test]
fn a_dataset_that_no_longer_exists_is_shown_as_missing() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("shop-metrics").keys("Enter c").see("prod-shop-legacy");
    app.see("missing: not in the list");
    // The same in the matrix.
    app.keys("Shift-Tab Space Tab Tab Enter").see("prod-shop-legacy (missing)");
}

#[test]
fn replace_sends_the_draft_as_the_new_token() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("grafana-reader").keys("Enter R").see("Replace grafana-reader");
    app.keys("Enter j h c Ctrl-s")
        .see("Changes, besides a new id")
        .see("+ ingest:create on axiom-audit")
        .see("[48h]");
    app.press("Enter").see("[▸ Replace ]").press("Enter");
    let calls = app.calls();
    let [Call::RegenerateToken(_, how)] = calls.as_slice() else { panic!("{calls:?}") };
    let Renewal::Replaced(draft) = &how.renewal else { panic!("{how:?}") };
    assert_eq!(draft.grants.summary(), "can ingest into axiom-audit; query 12 datasets");
    assert_eq!(draft.name, "grafana-reader");
}

#[test]
fn a_right_refused_by_the_server_is_marked_at_its_row() {
    let mut app = matrix();
    app.keys("j l r Ctrl-s").see("Review").press("Enter");
    let message = "datasetCapabilities.axiom-audit.query.0 in body should be one of [create]";
    app.fail(Certainty::Rejected, FailureKind::Status(422), Some(message)).see("Refused");
    app.keys("Enter Esc").see("! the server refused").see("!>  axiom-audit");
    assert_eq!(grants(&app).datasets.len(), 1, "the draft stays");
    app.keys("r").not_see("the server refused");
}

#[test]
fn names_can_be_typed_when_the_list_is_unavailable() {
    let mut app = App::ready(80, 24);
    app.press("n");
    app.fail(
        Certainty::Rejected,
        FailureKind::Status(403),
        Some("missing capability datasets|read"),
    );
    app.answer();
    app.types("adv").keys("Shift-Tab Space Tab Tab Enter").see("could not be listed");
    app.keys("i").types("no good").keys("Enter").see("Names have letters");
    app.keys("Ctrl-u")
        .types("prod-new")
        .keys("Enter")
        .see("> * prod-new".trim_start_matches("> * "));
    app.keys("l r").see("can query prod-new");
}

#[test]
fn switching_to_advanced_carries_the_datasets_into_the_matrix() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("x").keys("Tab Down Space").see("1 of 60 chosen");
    app.keys("Shift-Tab Shift-Tab Space Tab Tab Enter").see("can ingest into axiom-audit");
    app.keys("Esc").see("[▸ Edit the matrix ]");
}

#[test]
fn esc_leaves_the_selection_then_the_filter_then_the_matrix() {
    let mut app = matrix();
    app.keys("/").types("prod").keys("Enter v j Esc").see("/ prod").see("[1 Datasets 60]");
    app.keys("Esc").not_see("/ prod").see("[1 Datasets 60]").keys("Esc").see("New API token");
}

#[test]
fn names_are_full_and_descriptions_are_shown_where_there_is_room() {
    let at = |width, height| {
        let mut app = App::ready(width, height);
        app.keys("n").types("adv").keys("Shift-Tab Space Tab Tab Enter").see("[1 Datasets 60]");
        app
    };
    let full = "Ingest Query Saved queries Virtual fields Data management Trim Vacuum Share";
    at(80, 24).see("ing qry strq vfld").not_see("Who changed what").keys("2").see("Query Share");
    at(120, 40).see(full).not_see("DESCRIPTION");
    let mut app = at(200, 60);
    app.see(full).see("DESCRIPTION").see("* all datasets           current and future ones");
    app.see("axiom-audit              Who changed what");
    app.keys("/").types("staging-api").see("staging-api              Requests to the staging API.");
    // The letters are below the names of their capabilities.
    app.keys("Esc g g j l l l r");
    let screen = app.screen();
    let column = |line: &str, text: &str| line.find(text).map(|at| line[..at].chars().count());
    let line = |text: &str| screen.lines().find(|line| line.contains(text)).unwrap();
    let (head, row) = (line("DESCRIPTION"), line(">  axiom-audit"));
    let letters = column(row, "-r--").expect(row);
    let start = column(head, "Virtual fields").unwrap();
    assert!((start..start + "Virtual fields".len()).contains(&letters), "{head}\n{row}");
}

/// On every field of the form the footer begins with how to finish and to leave.
#[test]
fn the_narrowest_footer_of_the_form_says_how_to_finish_and_how_to_leave() {
    let mut app = App::ready(40, 24);
    app.keys("n").types("x").see("Ctrl-s review  Esc leave").keys("Tab");
    app.see("Ctrl-s review  Esc leave").keys("Tab").see("Ctrl-s review  Esc leave").keys("Tab Tab");
    app.see("Enter review  Esc leave").resize(60, 24).keys("Tab Tab Tab").types("prod");
    app.see("Ctrl-s review  Esc clear filter  Space choose");
}

/// At 80 columns the footer always says how to finish and what Esc does.
#[test]
fn the_footer_says_how_to_finish_and_how_to_leave() {
    let mut app = matrix();
    app.see("Ctrl-s review  Esc back");
    app.keys("v j").see("Ctrl-s review  Esc unselect").keys("V").see("Ctrl-s review  Esc unselect");
    app.keys("Esc /").types("prod").see("Enter keep filter  Ctrl-s review  Esc clear filter");
    app.keys("Enter").see("Ctrl-s review  Esc clear filter");
    app.keys("2").see("Ctrl-s review  Esc back").keys("3").see("Ctrl-s review  Esc back");
    app.keys("1 j c /").types("x").keys("Ctrl-s").see("Review");
}

#[test]
fn the_request_can_be_viewed_and_copied() {
    let mut app = matrix();
    app.keys("j l r J").see("POST https://api.example.test/v2/tokens").see("\"query\"");
    app.keys("Tab Enter");
    let json = app.waiting.iter().find_map(|e| match e {
        Effect::Copy(axtok::app::CopyText::Plain { text, .. }) => Some(text.clone()),
        _ => None,
    });
    let json: serde_json::Value = serde_json::from_str(&json.unwrap()).unwrap();
    assert_eq!(json["name"], "adv");
    app.keys("Tab Enter");
    let Some(Effect::Copy(axtok::app::CopyText::Plain { text, .. })) = app.waiting.last() else {
        panic!("{:?}", app.waiting)
    };
    assert!(text.contains("$AXIOM_TOKEN") && text.starts_with("curl"), "{text}");
}

#[test]
fn q_and_ctrl_c_close_the_matrix_before_the_form() {
    for key in ["q", "Ctrl-c"] {
        let mut app = matrix();
        app.keys("j l r v").later(3_000).press(key);
        app.see("[1 Datasets 60]").not_see("Leave the form?").later(3_000).press(key);
        app.see("New API token").not_see("[1 Datasets 60]").not_see("Leave the form?");
        app.later(3_000).press("Ctrl-c").see("Leave the form?");
    }
}
