//! Coming back after a while, and what a refresh leaves as it was.

use axtok::{
    api::call::Call,
    app::{Msg, stack::Screen},
    domain::{Expiry, NewToken},
};

use crate::app::App;

const FIVE_MINUTES: i64 = 5 * 60 * 1000;

/// On which line of the screen the cursor is.
fn line(app: &App) -> usize {
    app.screen().lines().position(|l| l.starts_with('>')).unwrap()
}

fn selected(app: &App) -> String {
    app.model.selected_token().unwrap().id.raw().to_owned()
}

/// Someone else makes a token that comes before all others by its name.
fn another_comes_first(app: &mut App) {
    let new = NewToken {
        name: "aaa-made-meanwhile".to_owned(),
        description: String::new(),
        expiry: Expiry::Never,
        grants: app.model.selected_token().unwrap().grants.clone(),
    };
    app.create_elsewhere(new);
}

#[test]
fn after_five_minutes_the_list_is_fetched_anew_and_stays_meanwhile() {
    for msg in [|| Msg::FocusGained, || Msg::Resumed] {
        let mut app = App::ready(80, 24);
        app.later(FIVE_MINUTES - 1_000).msg(msg());
        assert_eq!(app.calls(), [], "what was fetched is young enough");
        app.later(1_000).msg(msg()).see("API tokens 40");
        assert_eq!(app.calls(), [Call::ListTokens]);
        app.msg(msg());
        assert_eq!(app.calls(), [], "it is on its way already");
    }
}

#[test]
fn personal_tokens_are_fetched_too_where_they_are_shown() {
    let mut app = App::ready(80, 24);
    app.keys("g p").later(FIVE_MINUTES).msg(Msg::FocusGained);
    assert_eq!(app.calls(), [Call::ListTokens, Call::ListPersonalTokens]);
}

#[test]
fn without_a_session_nothing_is_asked() {
    let mut app = App::new(80, 24);
    app.calls();
    app.model.shared.data = axtok::app::shared::Data::default();
    app.later(FIVE_MINUTES).msg(Msg::FocusGained);
    assert_eq!(app.calls(), []);
}

#[test]
fn a_refresh_keeps_the_token_under_the_cursor_and_its_line() {
    for keys in ["j j j", "G", "G k k k", "PageDown PageDown k k"] {
        let mut app = App::ready(80, 24);
        app.keys("s").keys(keys);
        let before = (selected(&app), line(&app));
        another_comes_first(&mut app);
        app.later(FIVE_MINUTES).msg(Msg::FocusGained).answer().see("API tokens 41");
        let scrolled =
            matches!(&app.model.stack.screens()[0].kind, Screen::ApiTokens(s) if s.list.top > 0);
        assert_eq!(selected(&app), before.0, "{keys}");
        assert!(scrolled, "{keys}");
        assert_eq!(line(&app), before.1, "{keys}");
    }
}
