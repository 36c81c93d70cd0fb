//! Marks on the list: which tokens they cover, what they survive, and how they are cleared.

use axtok::{
    app::{Msg, stack::Screen},
    domain::{ApiToken, TokenId},
};

use crate::app::App;

fn marked(app: &App) -> Vec<&ApiToken> {
    let Screen::ApiTokens(list) = app.model.screen() else { panic!("the list is not open") };
    list.marked_tokens(&app.model.shared)
}

fn ids(app: &App) -> Vec<String> {
    marked(app).iter().map(|t| t.id.raw().to_owned()).collect()
}

fn names(app: &App) -> Vec<String> {
    marked(app).iter().map(|t| t.name.raw().to_owned()).collect()
}

#[test]
fn space_toggles_a_mark_and_moves_down() {
    let mut app = App::ready(80, 24);
    app.press("Space Space").see("2 marked");
    app.see(" x *load-tests").see(" ! *notebook-ana").see(">!  vector-prod");
    app.press("k Space").see("1 marked").not_see("*notebook-ana");
}

/// Every token that `*` marks contains each word of the filter literally.
#[test]
fn marking_all_shown_rows_skips_fuzzy_matches() {
    for words in ["ci", "CI", "prod", "ng edge", "ingest-edge", "x"] {
        let mut app = App::ready(80, 24);
        app.press("/").types(words).press("Enter *");
        let marked = marked(&app);
        assert!(!marked.is_empty(), "{words}");
        for token in marked {
            let texts = format!("{}\n{}", token.name, token.description).to_lowercase();
            let all = words.to_lowercase().split(' ').all(|word| texts.contains(word));
            assert!(all, "{words} is not in {texts}");
            let within = words == "ci" && token.name.raw() == "break-glass";
            assert!(!within, "the ci in incident does not count");
        }
    }
    let mut app = App::ready(80, 24);
    app.press("/").types("ciedg").press("Enter * d").see("No token matches").not_see("Delete");
}

#[test]
fn an_incomplete_filter_term_marks_nothing() {
    for words in ["type:", "expires<", "expires<3", "ci can:"] {
        let mut app = App::ready(80, 24);
        app.press("/").types(words).press("Enter *").see("is not a filter term");
        assert!(marked(&app).is_empty(), "{words}");
    }
    let mut app = App::ready(80, 24);
    app.press("/").types("type:basic").press("Enter *").see("marked");
}

#[test]
fn esc_clears_marks_before_the_filter() {
    let mut app = App::ready(80, 24);
    app.press("/").types("prod").press("Enter Space").see("1 marked").see("prod");
    app.press("Esc").see("1 mark cleared").see("/ prod").not_see("marked");
    app.press("Esc").see("API tokens 40").see("/ filter");
}

#[test]
fn a_range_follows_the_cursor_until_it_is_ended_or_dropped() {
    let mut app = App::ready(80, 24);
    app.press("j v j j").see("3 marked").see(">!H*partner-share");
    app.press("k").see("2 marked");
    app.press("Esc").not_see("marked");
    app.press("v j v j j").see("2 marked");
    // A range can also go upward, and any other action ends it.
    app.press("Esc G v k k s").see("3 marked");
}

#[test]
fn a_range_keeps_its_start_across_a_refresh() {
    let mut app = App::ready(80, 24);
    app.press("j Ctrl-r v j j").see("3 marked").answer().see("3 marked").press("k").see("2 marked");
    // In another order, the range runs from the same token to the cursor.
    app.press("Esc Ctrl-r j v j").see("2 marked");
    let began = ids(&app)[0].clone();
    app.model.shared.choices.reverse = true;
    app.answer().see("2 marked");
    assert_eq!(ids(&app)[1], began);
}

#[test]
fn all_shown_rows_can_be_marked_and_hidden_marks_are_counted() {
    let mut app = App::ready(80, 24);
    app.press("j Space /").types("type:basic").press("Enter *");
    let shown = app.list().rows.len();
    app.see(&format!("{} marked (1 hidden)", shown + 1));
    app.press("*").see("1 marked (1 hidden)");
    app.press("/ Esc").see("1 marked").not_see("hidden");
    app.press("*").see("40 marked").press("*").not_see("marked");
}

#[test]
fn marks_follow_their_tokens_and_end_with_them() {
    let mut app = App::ready(80, 24);
    app.press("Space j Space");
    let before = ids(&app);
    app.keys("S s").keys("Ctrl-r");
    let mut after = ids(&app);
    after.sort();
    let mut wanted = before.clone();
    wanted.sort();
    assert_eq!(after, wanted);
    // Another admin deletes one of them.
    app.model.shared.drop_tokens(&[TokenId::new(before[0].as_str())]);
    app.msg(Msg::Wake);
    assert_eq!(ids(&app), before[1..]);
}

#[test]
fn delete_and_regenerate_apply_to_marked_tokens_even_if_hidden() {
    let mut app = App::ready(80, 24);
    app.press("Space Space /").types("grafana").press("Enter d").see("Delete 2 tokens");
    app.see("load-tests").see("notebook-ana");
    app.press("Esc r").see("Regenerate 2 tokens").press("Esc");
    assert_eq!(names(&app), ["notebook-ana", "load-tests"]);
}

#[test]
fn one_mark_opens_the_dialog_for_that_token() {
    let mut app = App::ready(80, 24);
    app.press("Space G d").see("Delete load-tests").press("Esc r").see("Regenerate load-tests");
    // A regenerated token is no longer marked.
    app.keys("Ctrl-s").later(600).keys("Esc").types("stored").keys("Enter").not_see("marked");
}

#[test]
fn marks_can_be_acted_on_when_the_filter_hides_every_row() {
    let mut app = App::ready(80, 24);
    app.press("Space Space /").types("zzzz").press("Enter").see("2 marked (2 hidden)");
    app.press("Space").see("No token is selected");
    app.press("d").see("Delete 2 tokens");
}

#[test]
fn ten_thousand_tokens_can_be_marked() {
    let scenario = axtok::simulator::Scenario::parse(
        "[generate]\ntokens = 10000\n[[org]]\nid = 'big'\nname = 'Big'\n",
    );
    let mut app = App::with(&scenario.unwrap(), 80, 24);
    app.answer().press("*").see("10000 marked").press("d").see("Delete 10000 tokens");
    app.press("Esc j v G").see("10000 marked").press("r").see("Regenerate 10000 tokens");
}
