//! Rate limits, and servers whose clock differs from ours.

use crate::app::App;
use axtok::{
    api::{
        call::Call,
        error::{Certainty, FailureKind},
    },
    app::{Effect, Msg},
    domain::{Expiry, session::ConnectionId},
};

const DAY: i64 = 86_400;

/// Fills in and reviews a token that expires in 30 days; Enter sends the request.
fn reviewed(app: &mut App) -> &mut App {
    app.keys("n").types("ci-x").keys("Tab Down Space Tab Ctrl-u").types("30d");
    app.press("Ctrl-s").see("[▸ Create ]")
}

fn ahead(app: &mut App, seconds: i64) -> &mut App {
    app.msg(Msg::ServerAhead { connection: ConnectionId::default(), seconds })
}

/// The expiry in the pending request for a new token.
fn requested_expiry(app: &mut App) -> String {
    let calls = app.calls();
    let [Call::CreateToken(new)] = calls.as_slice() else { panic!("{calls:?}") };
    let Expiry::At(at) = new.expiry else { panic!("the token never expires") };
    at.to_string()
}

#[test]
fn a_rate_limit_counts_down_and_nothing_is_resent() {
    let mut app = App::ready(80, 24);
    reviewed(&mut app).press("Enter").limit(62);
    app.see("Refused").see("accepts requests again in 1 min 02 s").see("[WAIT 1 min 02 s]");
    for left in ["1 min 01 s", "1 min 00 s", "59 s"] {
        let next = app.model.next_wake().unwrap();
        app.later(next.as_millisecond() - app.model.shared.now.as_millisecond()).see(left);
    }
    app.later(59_000).see("The server accepts requests again.").not_see("WAIT");
    assert_eq!(app.next_tick(), None, "nothing ticks any more");
    assert!(app.calls().is_empty(), "the request is not resent");
    // What was typed is still there.
    app.press("Enter").see("[▸ Create ]").press("Enter");
    assert_eq!(requested_expiry(&mut app), "2026-12-23T14:00:00Z", "unchanged since the review");
}

#[test]
fn retrying_before_the_limit_ends_is_possible_and_reported() {
    let mut app = App::ready(80, 24);
    reviewed(&mut app).press("Enter").limit(42).press("Enter").see("[WAIT 42 s]").later(2_000);
    app.press("Enter").see("Sent 40 s before the rate limit ends");
    app.answer().see("ci-x was created").not_see("WAIT");
}

#[test]
fn a_rate_limited_list_shows_the_countdown_in_its_place() {
    let mut app = App::new(80, 24);
    app.limit(30).see("x Failed").see("accepts requests again in 30 s");
    app.waiting.clear();
    app.later(1_000).see("in 29 s").later(29_000).see("The server accepts requests again.");
    assert!(app.calls().is_empty());
    app.keys("Ctrl-r").see("API tokens 40");
}

#[test]
fn the_search_for_an_unconfirmed_change_waits_for_a_rate_limit() {
    let mut app = App::ready(80, 24);
    reviewed(&mut app).press("Enter").commit().fail(Certainty::Unknown, FailureKind::Broken, None);
    app.limit(100).see("Outcome unknown");
    for _ in 0..9 {
        app.later(10_000);
    }
    assert!(app.calls().is_empty(), "no searches during the rate limit");
    app.later(10_000).answer().see("This token matches");
}

#[test]
fn a_failing_search_gives_up_and_can_be_restarted() {
    let mut app = App::ready(80, 24);
    reviewed(&mut app).press("Enter").commit().fail(Certainty::Unknown, FailureKind::Broken, None);
    for seconds in [2, 3, 10, 15] {
        app.fail(Certainty::Unknown, FailureKind::Status(500), None).later(seconds * 1000);
    }
    app.fail(Certainty::Unknown, FailureKind::Status(500), None).see("Search again");
    app.press("Tab Enter").answer().see("This token matches");
}

#[test]
fn expiries_use_the_server_clock_and_the_screen_says_so() {
    for (seconds, side, end) in
        [(DAY, "behind", "2026-12-24T14:00:00Z"), (-DAY, "ahead of", "2026-12-22T14:00:00Z")]
    {
        let mut app = App::ready(80, 24);
        ahead(&mut app, seconds)
            .see(&format!("clock is 24 hours {side} the server's. Expiry uses server time."));
        // The review repeats the warning.
        reviewed(&mut app).see(side).see("server's time").press("Enter");
        assert_eq!(requested_expiry(&mut app), end);
    }
}

#[test]
fn a_small_clock_difference_is_ignored() {
    let mut app = App::ready(80, 24);
    ahead(&mut app, 60).not_see("clock");
    reviewed(&mut app).not_see("clock").press("Enter");
    assert_eq!(requested_expiry(&mut app), "2026-12-23T14:00:00Z");
    ahead(&mut app, 61).see("1 minute behind").not_see("agrees");
    ahead(&mut app, -3).see("agrees with the server's again");
}

#[test]
fn revoking_now_uses_the_server_clock() {
    let mut app = App::ready(80, 24);
    ahead(&mut app, -DAY);
    app.keys("/").types("grafana-re").keys("Enter r Left Left Left").see("[now]");
    app.see("ahead of the server's").press("Tab Tab").types("grafana-reader").press("Ctrl-s");
    let calls = app.calls();
    let [Call::RegenerateToken(_, how)] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(how.old_ends.to_string(), "2026-11-22T14:00:00Z");
}

#[test]
fn the_clock_of_another_server_is_ignored() {
    let mut app = App::ready(80, 24);
    app.msg(Msg::ServerAhead { connection: ConnectionId(7), seconds: DAY }).not_see("clock");
    reviewed(&mut app).not_see("clock").press("Enter");
    assert_eq!(requested_expiry(&mut app), "2026-12-23T14:00:00Z");
}

#[test]
fn suspending_hides_the_secret() {
    let mut app = App::ready(80, 24);
    reviewed(&mut app).press("Enter").answer().later(600).press("r").not_see("••••");
    app.press("Ctrl-z").see("xaat-••••");
    assert!(app.waiting.iter().any(|e| matches!(e, Effect::Suspend)));
    app.waiting.clear();
    app.press("r").not_see("••••").msg(Msg::Stop).see("xaat-••••");
    assert!(
        matches!(app.waiting.as_slice(), [Effect::Suspend]),
        "the stop signal suspends as Ctrl-z does"
    );
    app.waiting.clear();
    app.press("r").not_see("••••").msg(Msg::Continued).see("xaat-••••");
    assert!(matches!(app.waiting.as_slice(), [Effect::Resume]), "the terminal is set up again");
    app.msg(Msg::Resumed).see("xaat-••••");
    assert!(app.waiting.iter().any(|e| matches!(e, Effect::Redraw)), "a full redraw follows");
}
