//! What tokens do: asked for with a key, shown in list, pane, details and review, and used to
//! narrow a token.

use axtok::{
    api::{
        Reply,
        error::{Certainty, Failure, FailureKind},
    },
    app::{Effect, Msg, remote::Remote},
    domain::{
        SafeText,
        audit::{AuditLog, Rows, Window},
        usage::{Action, Actor, Asking, Deed, Evidence, Received, Usage},
    },
};

use crate::app::App;

/// The demo organisation, where `grafana-reader` queried two datasets, `vector-prod` is not
/// seen, and `ci-ingest-edge` may have sent events.
fn asked(width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    app.press("u");
    answer(&mut app, true);
    app
}

/// Answers the request for usage. Without names, no actor is a token.
fn answer(app: &mut App, names: bool) {
    let at = app.waiting.iter().position(|e| matches!(e, Effect::LoadUsage { .. })).unwrap();
    let Effect::LoadUsage { ticket, tokens, window, .. } = app.waiting.remove(at) else {
        unreachable!()
    };
    let id = |name: &str| tokens.iter().find(|t| t.name.raw() == name).unwrap().id.raw().into();
    let deed = |name: &str, action: &str, datasets: &[&str], hours: i64| Deed {
        actor: Actor { id: id(name), ..Actor::default() },
        action: Action::named(action).unwrap(),
        datasets: datasets.iter().map(|&d| SafeText::from(d)).collect(),
        times: 412,
        last: window.until - jiff::SignedDuration::from_hours(hours),
    };
    let rows = vec![
        deed("grafana-reader", "runAPLQuery", &["prod-api"], 2),
        deed("grafana-reader", "runAPLQuery", &["prod-cdn"], 30),
        deed("terraform", "createMonitor", &[], 5),
    ];
    let received = Received { dataset: "prod-edge-logs".into(), bytes: 9.0 };
    let evidence = Evidence {
        window: Window { since: window.until - jiff::SignedDuration::from_hours(720), ..window },
        deeds: Rows { rows: if names { rows } else { Vec::new() }, is_complete: true },
        received: Some(Rows { rows: vec![received], is_complete: true }),
        events: Some(AuditLog::new(Rows { rows: Vec::new(), is_complete: true }, window)),
        users: Some(Vec::new()),
    };
    let usage = Box::new(Usage::new(&tokens, Some(&[]), evidence));
    app.msg(Msg::Used { ticket, answer: Ok(usage) });
}

/// Moves the cursor to a token.
fn at<'a>(app: &'a mut App, name: &str) -> &'a mut App {
    app.keys("/").types(name).press("Enter")
}

#[test]
fn the_list_says_when_a_token_was_last_seen() {
    let mut app = asked(120, 40);
    app.see("LAST SEEN");
    at(&mut app, "grafana-reader").see("2 h ago");
    app.press("Esc");
    at(&mut app, "support-dashboards").see("not seen");
    app.press("Esc");
    at(&mut app, "ci-ingest-edge").see("unknown");
}

#[test]
fn at_80_columns_the_pane_says_it() {
    let mut app = asked(80, 24);
    at(&mut app, "grafana-reader").see("last seen: 2 h ago").not_see("LAST SEEN");
}

#[test]
fn the_details_give_a_verdict_for_each_right_and_how_the_token_was_recognised() {
    let mut app = asked(80, 60);
    at(&mut app, "grafana-reader").press("Enter");
    app.see("last 30 days, tokens recognised by id");
    app.see("used     query prod-api: 412 times, last 2 hours ago");
    app.see("not seen query ").see(" and 7 more");
    app.see("Last seen    2 hours ago, queried prod-api");
}

#[test]
fn narrowing_shows_its_evidence_before_it_opens_a_draft() {
    let mut app = asked(80, 40);
    at(&mut app, "grafana-reader").press("U");
    app.see("Narrow grafana-reader").see("Taken away, because it was not seen:");
    app.see("Kept, because it was used:").see("query prod-cdn: 412 times, last 30 hours ago");
    // The safe answer has the focus.
    app.see("[▸ Cancel ]").press("Tab Enter");
    let grants = app.form().unwrap().matrix().grants();
    let rows: Vec<_> = grants.datasets.iter().map(|(name, _)| name.raw()).collect();
    assert_eq!(rows, ["prod-api", "prod-cdn"]);
    let is_change = |e: &Effect| matches!(e, Effect::Call { record: Some(_), .. });
    assert!(!app.waiting.iter().any(is_change), "nothing was sent");
}

#[test]
fn a_log_that_does_not_name_tokens_narrows_nothing() {
    let mut app = App::ready(80, 24);
    app.press("u");
    answer(&mut app, false);
    at(&mut app, "grafana-reader").press("U").see("does not name tokens");
    app.press("Enter").see("this organisation's log does not name tokens").not_see("not seen ");
}

#[test]
fn narrowing_asks_the_log_first() {
    let mut app = App::ready(80, 24);
    at(&mut app, "grafana-reader").press("U").see("Asking the audit log").see("press U again");
    app.press("U").see("still being read");
    assert_eq!(app.waiting.len(), 1);
    answer(&mut app, true);
    app.press("U").see("Narrow grafana-reader");
}

#[test]
fn unused_tokens_can_be_filtered_and_come_first_when_sorted() {
    let mut app = App::ready(120, 40);
    app.keys("/").types("unused").see("the audit log was not queried").press("Esc");
    app.press("u");
    answer(&mut app, true);
    app.keys("/").types("unused").press("Enter");
    app.see("support-dashboards").not_see("grafana-reader").not_see("ci-ingest-edge");
    app.press("Esc").keys(":").types("sort seen").press("Enter");
    app.see("LAST SEEN↓");
}

#[test]
fn a_refused_log_is_said_and_nothing_is_judged() {
    let mut app = App::ready(80, 24);
    app.press("u");
    let at = app.waiting.iter().position(|e| matches!(e, Effect::LoadUsage { .. })).unwrap();
    let Effect::LoadUsage { ticket, .. } = app.waiting.remove(at) else { unreachable!() };
    let mut failure = Failure::new(FailureKind::Status(403));
    failure.certainty = Certainty::Rejected;
    app.msg(Msg::Used { ticket, answer: Err(failure) });
    app.see("The audit log is not available").see("audit-dataset").not_see("last seen");
}

#[test]
fn the_review_lists_what_is_unused_once_the_log_was_asked() {
    let mut app = App::ready(80, 24);
    app.keys("g a").answer().keys("5").not_see("unused");
    app.press("u");
    answer(&mut app, true);
    app.keys("/").types("unused").see("was not used");
}

#[test]
fn the_settings_say_whether_the_log_is_asked_without_a_key_or_never() {
    let asks = |app: &App| app.waiting.iter().any(|e| matches!(e, Effect::LoadUsage { .. }));
    let mut app = App::ready(80, 24);
    assert!(!asks(&app), "asked without a key");
    app.model.shared.asking = Asking::Always;
    refresh(&mut app);
    assert!(asks(&app), "not asked with the list");
    let mut app = App::ready(80, 24);
    app.model.shared.asking = Asking::Off;
    app.press("u").see("usage is off in the settings");
    assert!(!asks(&app));
}

/// Refreshes the list and answers that request alone.
fn refresh(app: &mut App) {
    app.press("Ctrl-r");
    let at = app.waiting.iter().position(|e| matches!(e, Effect::Call { .. })).unwrap();
    let Effect::Call { ticket, .. } = app.waiting.remove(at) else { unreachable!() };
    let list = app.model.shared.data.listed_tokens().to_vec();
    app.msg(Msg::Replied { ticket, answer: Ok(Reply::Tokens(list)), entry: None });
}

#[test]
fn a_refused_log_is_asked_again_only_by_key_and_a_late_answer_is_dropped() {
    let asks = |app: &App| app.waiting.iter().any(|e| matches!(e, Effect::LoadUsage { .. }));
    let mut app = App::ready(80, 24);
    app.model.shared.asking = Asking::Always;
    refresh(&mut app);
    let at = app.waiting.iter().position(|e| matches!(e, Effect::LoadUsage { .. })).unwrap();
    let Effect::LoadUsage { ticket, .. } = app.waiting.remove(at) else { unreachable!() };
    let refused = || Err(Failure::new(FailureKind::Status(403)));
    app.msg(Msg::Used { ticket, answer: refused() });
    app.see("The audit log is not available");
    refresh(&mut app);
    assert!(!asks(&app), "a refused log was asked again");
    app.press("u");
    assert!(asks(&app));
    // An answer to a request that nobody waits for.
    app.model.shared.notice = None;
    app.msg(Msg::Used { ticket, answer: refused() });
    app.not_see("The audit log is not available");
}

#[test]
fn without_a_list_there_is_nothing_to_ask_about() {
    let mut app = App::ready(80, 24);
    app.model.shared.data.tokens = Remote::default();
    app.press("u").see("The tokens are still loading.");
    app.press("Ctrl-r").fail(Certainty::Rejected, FailureKind::Status(403), None);
    app.press("Esc u").see("The token list could not be loaded.");
    assert!(!app.waiting.iter().any(|e| matches!(e, Effect::LoadUsage { .. })));
}
