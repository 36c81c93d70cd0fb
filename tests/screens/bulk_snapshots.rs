//! Snapshots of marks and bulk runs, at three sizes.

use axtok::api::error::{Certainty, FailureKind};

use crate::{
    app::App,
    bulk::{accept_bulk_destination, answer_change, deliver_bulk},
    snapshots::{SIZES, after, at_each_size, compare},
};

#[test]
fn marks() {
    at_each_size("marks", &["Space j Space j j", "v j j"]);
}

#[test]
fn marks_hidden() {
    at_each_size("marks_hidden", &["Space Space Space /", "type type:basic", "Enter Space"]);
}

#[test]
fn delete_many() {
    at_each_size("delete_many", &["Space j Space j Space Space Space Space d", "type delete"]);
}

#[test]
fn delete_all() {
    at_each_size("delete_all", &["* d PageDown"]);
}

#[test]
fn regenerate_many() {
    at_each_size("regenerate_many", &["j j j Space Space Space Space r"]);
}

#[test]
fn edit_rights() {
    at_each_size("edit_rights", &["j j j Space Space Space Space R"]);
}

#[test]
fn edit_rights_plan() {
    let line = "type grant prod-api,prod-dns query:read; revoke prod-w* *; only prod-*,staging-*";
    at_each_size("edit_rights_plan", &["j j j Space Space Space Space Space Space R", line]);
}

#[test]
fn regenerate_many_now_by_command() {
    for (width, height) in SIZES {
        let keys = ["* r Left Left Left", "Tab Tab Right Tab", "type pass insert -m x"];
        let mut app = after(&keys, width, height);
        app.press("Ctrl-s");
        compare("regenerate_many_now", &app);
    }
}

/// A run in progress, with tokens that succeeded, failed and have an unknown outcome.
fn run(width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    app.press("j j j j Space Space Space Space Space Space Space");
    app.press("r").types("~/new-tokens").press("Ctrl-s");
    accept_bulk_destination(&mut app);
    answer_change(&mut app);
    deliver_bulk(&mut app, Ok("/home/jo/new-tokens/notebook-ana-db20"));
    app.fail(Certainty::Rejected, FailureKind::Status(409), Some("another change is under way"));
    app.fail(Certainty::Unknown, FailureKind::Broken, None);
    answer_change(&mut app);
    deliver_bulk(&mut app, Ok("/home/jo/new-tokens/ci-ingest-edge-bc73"));
    app
}

#[test]
fn a_run_in_progress_rate_limited_and_finished() {
    for (width, height) in SIZES {
        let mut app = run(width, height);
        app.later(1_500);
        compare("run_on_its_way", &app);
        app.waiting.retain(|e| !matches!(e, axtok::app::Effect::Call { record: None, .. }));
        app.limit(42);
        compare("run_limited", &app);
        app.press("Esc");
        compare("run_stop", &app);
        app.press("Tab Enter");
        compare("run_over", &app);
    }
}

#[test]
fn a_secret_that_a_run_could_not_deliver() {
    for (width, height) in SIZES {
        let mut app = run(width, height);
        answer_change(&mut app);
        deliver_bulk(
            &mut app,
            Err("the disk with /home/jo/new-tokens is full: nothing is left there"),
        );
        app.later(600);
        compare("run_not_taken", &app);
    }
}

#[test]
fn an_unusable_bulk_destination() {
    for (width, height) in SIZES {
        let mut app = after(&["Space Space r Tab Tab"], width, height);
        app.types("/root/x").press("Ctrl-s");
        let why = "the folder /root/x cannot be used (permission denied): choose another";
        app.bulk_destination_checked(&Err(why.to_owned()));
        compare("regenerate_many_refused", &app);
    }
}
