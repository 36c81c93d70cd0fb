//! Bulk runs over marked tokens: what they ask first, what they send, and how they report failures.

use crate::app::App;
use axtok::{
    api::{
        call::{Call, Reply},
        error::{Certainty, FailureKind},
    },
    app::{
        Effect, Msg,
        stack::{Overlay, Screen},
    },
    domain::{Access, SecretKind, destination::BulkDestination},
    journal::Mark,
};

/// Removes the pending effects that `pick` matches; returns what it made of them.
fn take<T>(app: &mut App, pick: impl Fn(&Effect) -> Option<T>) -> Vec<T> {
    let mut taken = Vec::new();
    app.waiting.retain(|effect| match pick(effect) {
        Some(one) => {
            taken.push(one);
            false
        }
        None => true,
    });
    taken
}

/// Accepts the pending check of a bulk destination; returns the destination.
pub fn accept_bulk_destination(app: &mut App) -> BulkDestination {
    let checks = take(app, |e| match e {
        Effect::CheckBulkDestination { asker, destination } => Some((*asker, destination.clone())),
        _ => None,
    });
    let [(asker, destination)] = checks.try_into().unwrap();
    app.msg(Msg::Checked { asker, result: Ok(()) });
    destination
}

/// Answers the pending bulk delivery; returns the token's name.
pub fn deliver_bulk(app: &mut App, result: Result<&str, &str>) -> String {
    let waiting = take(app, |e| match e {
        Effect::BulkDeliver { id, name, .. } => Some((*id, name.to_string())),
        _ => None,
    });
    let [(id, name)] = waiting.try_into().unwrap();
    let result = result.map(str::to_owned).map_err(str::to_owned);
    app.msg(Msg::BulkDelivered { id, result });
    name
}

fn marks(app: &mut App) -> Vec<Mark> {
    take(app, |e| match e {
        Effect::Mark { mark, .. } => Some(mark.clone()),
        _ => None,
    })
}

/// The changes that await an answer.
fn sent(app: &App) -> Vec<Call> {
    let change = |e: &Effect| match e {
        Effect::Call { call, record: Some(_), .. } => Some(call.clone()),
        _ => None,
    };
    app.waiting.iter().filter_map(change).collect()
}

/// Answers the pending change as the server would; drops pending reads.
pub fn answer_change(app: &mut App) {
    let others = take_reads(app);
    app.answer();
    drop(others);
}

/// Removes the pending reads, which do not matter here.
fn take_reads(app: &mut App) -> Vec<Effect> {
    let (reads, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut app.waiting)
        .into_iter()
        .partition(|e| matches!(e, Effect::Call { record: None, .. }));
    app.waiting = rest;
    reads
}

/// Marks three active tokens, which all get a grace period.
fn mark_three(app: &mut App) -> &mut App {
    app.press("/").types("never").press("Enter Space Space Space").see("3 marked")
}

fn regenerating(app: &mut App) -> &mut App {
    mark_three(app).press("r").types("/tmp/depot").press("Ctrl-s");
    assert_eq!(accept_bulk_destination(app), BulkDestination::Folder("/tmp/depot".to_owned()));
    app.see("Regenerating 3 tokens")
}

#[test]
fn bulk_delete_requires_the_count_and_sends_one_request_at_a_time() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app)
        .press("d")
        .see("Delete 3 tokens")
        .see("3 of them work and have no replacement");
    app.press("Enter").see("Type 3 to delete them");
    assert_eq!(sent(&app), []);
    app.types("2").press("Enter").see("Type 3");
    app.press("Ctrl-u").types("3").press("Enter").see("Deleting 3 tokens").see("0 of 3");
    assert_eq!(sent(&app).len(), 1, "the next waits for the answer");
    app.answer().see("3 of 3 tokens deleted").see("  deleted");
    app.press("Esc").see("API tokens 1 of 37").not_see("marked");
}

#[test]
fn an_old_token_counts_as_replaced_only_while_the_new_one_stays() {
    let mut app = App::ready(80, 24);
    app.press("/").types("never").keys("Enter r Ctrl-s").later(600).keys("Esc").types("stored");
    app.keys("Enter Esc /").types("never").press("Enter");
    let listed = app.model.shared.data.tokens.value().unwrap().len();
    assert_eq!(listed, 41, "the old and the new token are both listed");
    app.press("Esc *").press("d").see("Delete 41 tokens");
    let Some(Overlay::Delete(all)) = app.model.overlay() else { panic!() };
    let rotated = app.model.shared.rotations.contents.rotations[0].old.clone();
    assert!(all.without.contains(&rotated), "its replacement is deleted as well");
    app.press("Esc Esc");
    // Delete the old token and an unrelated one; the new token stays.
    let at = |app: &App, id| {
        let Screen::ApiTokens(list) = &app.model.stack.screens()[0].kind else { panic!() };
        list.rows.iter().position(|row| *row == id).unwrap()
    };
    let row = at(&app, rotated.clone());
    app.press("g g Space");
    for _ in 1..row {
        app.press("j");
    }
    app.press("Space d").see("Delete 2 tokens");
    let Some(Overlay::Delete(two)) = app.model.overlay() else { panic!() };
    assert!(!two.without.contains(&rotated));
    app.see("  replaced  ");
}

#[test]
fn bulk_delete_warns_that_the_session_token_may_be_included() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.credential = SecretKind::Api;
    mark_three(&mut app).press("d").see("out and the others will not be deleted");
}

#[test]
fn a_read_only_session_refuses_bulk_changes() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.access = Access::ReadOnly;
    mark_three(&mut app).press("d").see("Read-only session").press("r").see("Read-only session");
    app.model.shared.session.access = Access::Full;
    app.model.shared.refused.push(("apiTokens", axtok::domain::Verb::Delete));
    app.press("d").see("Needs the right apiTokens:delete");
    assert!(app.model.stack.overlays().is_empty());
}

#[test]
fn a_bulk_destination_is_required_and_checked_first() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app).press("r Ctrl-s").see("Checking");
    app.bulk_destination_checked(&Err("a folder is needed, such as ~/new-tokens".to_owned()));
    app.see("! A folder is needed").see("Regenerate 3 tokens");
    assert_eq!(sent(&app), []);
    app.press("Esc").see("3 marked");
}

#[test]
fn revoking_the_old_tokens_now_requires_the_count() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app)
        .press("r Shift-Tab Shift-Tab Shift-Tab Left Left Left")
        .see("fails immediately")
        .press("Ctrl-s");
    app.see("Type 3 to end the old tokens now");
    app.types("3").press("Ctrl-s").see("Checking");
}

#[test]
fn a_grace_period_is_offered_only_if_an_old_token_still_works() {
    let mut app = App::ready(80, 24);
    app.press("G k Space Space r").see("Regenerate 2 tokens").see("already expired");
    app.not_see("Old tokens work for").see("New tokens expire");
    app.press("Esc g g j Space r").see("Regenerate 3 tokens").see("Old tokens work for");
}

#[test]
fn an_invalid_custom_grace_period_is_explained_beside_it() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app)
        .press("r Shift-Tab Shift-Tab Shift-Tab Right Right Tab")
        .see("custom")
        .see("stops in 3 days");
    app.press("Ctrl-u").types("never").see("! The old token must expire").not_see("stops in");
    app.press("Ctrl-s").see(">  custom").see("! The old token must expire");
    app.press("Ctrl-u").types("2d").see("stops in 48 hours").not_see("must end");
}

#[test]
fn each_secret_is_delivered_before_the_next_request() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app);
    for n in 1..=3 {
        assert_eq!(sent(&app).len(), 1);
        answer_change(&mut app);
        app.see("storing the secret of");
        assert_eq!(sent(&app), [], "its secret is stored first");
        marks(&mut app);
        let name = deliver_bulk(&mut app, Ok("/tmp/depot/x"));
        assert!(!name.is_empty());
        let delivered = marks(&mut app);
        assert!(
            matches!(delivered[..], [Mark::Delivered { id: Some(_), .. }]),
            "{n}: {delivered:?}"
        );
    }
    app.see("3 of 3 tokens regenerated").see("-> ").see("go to /tmp/depot").not_see("xaat");
    assert_eq!(app.model.shared.secrets.shown().count(), 0);
    app.keys("Esc Esc").see("↻").not_see("marked");
    assert_eq!(app.model.shared.rotations.contents.rotations.len(), 3);
}

#[test]
fn only_failed_tokens_are_retried_and_only_on_request() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app);
    let first = sent(&app);
    app.fail(Certainty::Rejected, FailureKind::Status(409), Some("not now"));
    for _ in 0..2 {
        answer_change(&mut app);
        deliver_bulk(&mut app, Ok("/tmp/depot/x"));
    }
    app.see("2 of 3 tokens regenerated").see("1 failed").see("409: not now");
    take_reads(&mut app);
    assert_eq!(sent(&app), []);
    app.press("r");
    accept_bulk_destination(&mut app);
    let again = sent(&app);
    let id = |calls: &[Call]| match calls {
        [Call::RegenerateToken(id, _)] => id.clone(),
        _ => panic!("{calls:?}"),
    };
    assert_eq!(id(&again), id(&first));
    answer_change(&mut app);
    deliver_bulk(&mut app, Ok("/tmp/depot/x"));
    app.see("3 of 3 tokens regenerated").press("r").see("nothing to retry");
}

#[test]
fn a_run_waits_out_a_rate_limit_without_resending_the_refused_request() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app).press("d").types("3").press("Enter");
    let first = sent(&app);
    app.limit(30).see("Rate limit: continues with the next token in 30 s").see("1 failed");
    assert_eq!(sent(&app), []);
    app.later(29_000).see("in 1 s");
    assert_eq!(sent(&app), []);
    app.later(1_000);
    assert_eq!(sent(&app).len(), 1);
    assert_ne!(sent(&app), first, "the next one");
    app.answer().see("2 of 3 tokens deleted");
}

#[test]
fn a_429_without_a_retry_time_waits_a_minute() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app).press("d").types("3").press("Enter");
    app.fail(Certainty::Rejected, FailureKind::Status(429), None).see("Rate limit");
    app.later(59_000);
    assert_eq!(sent(&app), []);
    app.later(1_000);
    assert_eq!(sent(&app).len(), 1);
}

#[test]
fn esc_and_ctrl_c_ask_then_stop_after_the_current_token() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app).press("Ctrl-c").see("Stop the run?").press("Ctrl-c");
    assert!(!app.wants_quit(), "pressing it twice does not force a quit");
    app.see("Regenerating 3 tokens").press("q").see("Stop the run?").press("Tab Enter");
    app.see("Stopping after the current token");
    answer_change(&mut app);
    deliver_bulk(&mut app, Ok("/tmp/depot/x"));
    app.see("1 of 3 tokens regenerated").see("2 not started").see("at your request");
    assert_eq!(sent(&app), []);
    // The run can be continued.
    app.press("r");
    accept_bulk_destination(&mut app);
    assert_eq!(sent(&app).len(), 1);
}

#[test]
fn an_undelivered_secret_is_shown_and_the_run_stops() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app);
    answer_change(&mut app);
    deliver_bulk(&mut app, Err("the disk with /tmp/depot is full"));
    app.see("was regenerated").see("the disk with /tmp/depot is full").see("xaat-•");
    assert_eq!(sent(&app), [], "no second secret is put at risk");
    app.press("Esc").see("was regenerated").later(600);
    marks(&mut app);
    app.press("Esc").types("stored").press("Enter");
    assert!(matches!(marks(&mut app)[..], [Mark::Delivered { .. }]));
    app.see("1 of 3 tokens regenerated").see("shown on the screen").see("2 not started");
}

#[test]
fn an_unknown_outcome_becomes_unconfirmed_and_is_not_retried() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app);
    app.fail(Certainty::Unknown, FailureKind::Broken, None);
    for _ in 0..2 {
        answer_change(&mut app);
        deliver_bulk(&mut app, Ok("/tmp/depot/x"));
    }
    app.see("2 of 3 tokens regenerated").see("1 unknown").see("They are not retried from here");
    take_reads(&mut app);
    app.press("r").see("nothing to retry");
    assert_eq!(sent(&app), []);
    assert_eq!(app.model.shared.unconfirmed.len(), 1);
    app.keys("Esc").see("Outcome unknown").press("Esc").not_see("marked");
}

#[test]
fn repeated_connection_failures_end_the_run() {
    let mut app = App::ready(80, 24);
    app.press("* d").types("40").press("Enter");
    for _ in 0..3 {
        app.fail(Certainty::NotSent, FailureKind::Connect, None);
    }
    app.see("0 of 40 tokens deleted").see("3 failures in a row").see("37 not started");
    assert_eq!(sent(&app), []);
}

#[test]
fn a_rejected_credential_ends_the_run_and_opens_sign_in() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app).press("d").types("3").press("Enter");
    app.model.shared.session.demo = false;
    app.fail(Certainty::Rejected, FailureKind::Status(401), None).see("Sign in");
    assert_eq!(sent(&app), []);
}

#[test]
fn nothing_is_sent_without_a_journal() {
    let mut app = App::ready(80, 24);
    mark_three(&mut app).press("d").types("3").press("Enter");
    app.unrecorded("the disk is full");
    app.see("0 of 3 tokens deleted").see("the journal cannot be written");
    assert_eq!(sent(&app), []);
}

#[test]
fn the_report_names_every_token_and_no_secret() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app);
    app.fail(Certainty::Rejected, FailureKind::Status(409), None);
    for _ in 0..2 {
        answer_change(&mut app);
        deliver_bulk(&mut app, Ok("/tmp/depot/x"));
    }
    app.press("f").see("Save this list").press("Enter").see("Type a path");
    app.types("/tmp/report.tsv").press("Enter");
    let reports = take(&mut app, |e| match e {
        Effect::SaveReport(report) => Some(report.clone()),
        _ => None,
    });
    let [report] = reports.try_into().unwrap();
    assert_eq!(report.path, "/tmp/report.tsv");
    let results: Vec<_> = report.lines.iter().map(|l| l.result).collect();
    assert_eq!(results, ["failed", "done", "done"]);
    assert!(report.lines.iter().all(|l| !l.words.contains("xaat")));
    app.msg(Msg::ReportSaved(Ok("/tmp/report.tsv".to_owned()))).see("Saved to /tmp/report.tsv");
}

#[test]
fn a_secret_for_a_previous_organisation_is_still_shown() {
    let mut app = App::ready(80, 24);
    regenerating(&mut app);
    let place = app.model.shared.place();
    let step = axtok::app::switch::switch_org(&mut app.model.shared, "elsewhere".into());
    app.waiting.extend(app.model.apply(None, step));
    let tickets = take(&mut app, |e| match e {
        Effect::Call { ticket, call: Call::ListTokens, .. } => Some(*ticket),
        _ => None,
    });
    for ticket in tickets {
        let answer = Ok(Reply::Tokens(Vec::new()));
        app.msg(Msg::Replied { ticket, answer, entry: None });
    }
    answer_change(&mut app);
    let listed = app.model.shared.data.tokens.value().map(|tokens| tokens.len());
    assert_eq!(listed, Some(0), "the new token belongs to the previous organisation");
    deliver_bulk(&mut app, Err("the disk is full"));
    app.see("was regenerated").see(&place[..8]).see("which you have left");
    assert!(app.model.shared.run.is_none());
}
