//! Every screen and overlay as text, at three sizes.

use insta::assert_snapshot;

use crate::app::App;

pub const SIZES: [(u16, u16); 3] = [(60, 20), (80, 24), (120, 40)];

/// Compares the screen after these keys with its snapshot, at each size.
pub fn at_each_size(name: &str, keys: &[&str]) {
    for (width, height) in SIZES {
        let app = after(keys, width, height);
        compare(name, &app);
    }
}

/// The app after these keys; a step `type x` types the text `x`.
pub fn after(keys: &[&str], width: u16, height: u16) -> App {
    let mut app = App::ready(width, height);
    for step in keys {
        match step.strip_prefix("type ") {
            Some(text) => app.types(text),
            None => app.keys(step),
        };
    }
    app
}

pub fn compare(name: &str, app: &App) {
    let area = app.buffer().area;
    compare_text(&format!("{name}_{}x{}", area.width, area.height), &app.screen());
}

pub fn compare_text(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, text));
}

#[test]
fn api_tokens() {
    at_each_size("api_tokens", &[]);
}

#[test]
fn api_tokens_small_and_wide() {
    for (width, height) in [(60, 15), (140, 40), (200, 60)] {
        compare("api_tokens", &after(&["j j j j j j j"], width, height));
    }
    // A token whose details do not fit.
    compare("api_tokens_long", &after(&["/", "type break-glass"], 140, 24));
}

#[test]
fn api_tokens_filtered() {
    at_each_size("api_tokens_filtered", &["/", "type graf"]);
}

#[test]
fn api_tokens_none() {
    for (width, height) in SIZES {
        let scenario = axtok::simulator::Scenario::parse("[[org]]\nid = 'new'\nname = 'New Inc'");
        let mut app = App::with(&scenario.unwrap(), width, height);
        app.answer();
        compare("api_tokens_none", &app);
    }
}

#[test]
fn api_tokens_loading() {
    for (width, height) in SIZES {
        let mut app = App::new(width, height);
        app.later(1_500);
        compare("api_tokens_loading", &app);
    }
}

#[test]
fn api_tokens_failed() {
    use axtok::api::error::{Certainty, FailureKind};
    for (width, height) in SIZES {
        let mut app = App::new(width, height);
        app.fail(Certainty::NotSent, FailureKind::Dns, None);
        compare("api_tokens_failed", &app);
    }
}

#[test]
fn api_tokens_forbidden() {
    use axtok::api::error::{Certainty, FailureKind};
    for (width, height) in SIZES {
        let mut app = App::new(width, height);
        let message = Some("missing capability apiTokens|read");
        app.fail(Certainty::Rejected, FailureKind::Status(403), message);
        compare("api_tokens_forbidden", &app);
    }
}

#[test]
fn token_detail() {
    at_each_size("token_detail", &["/", "type grafana-reader", "Enter Enter"]);
}

#[test]
fn token_detail_of_a_wide_token() {
    at_each_size("token_detail_org", &["/", "type terraform", "Enter Enter"]);
}

#[test]
fn new_token() {
    at_each_size("new_token", &["n", "type ci-edge", "Tab", "Down Down Space"]);
}

#[test]
fn new_token_with_errors() {
    at_each_size("new_token_errors", &["n", "Tab Tab Ctrl-u", "type 5m", "Ctrl-s"]);
}

#[test]
fn review() {
    at_each_size("review", &["n", "type ci-edge", "Tab", "Down Down Space Down Space", "Ctrl-s"]);
}

#[test]
fn review_with_findings() {
    let keys =
        ["n", "type terraform", "Tab Tab Ctrl-u", "type never", "Tab Tab Space Tab Enter Ctrl-s"];
    at_each_size("review_findings", &keys);
}

#[test]
fn one_time_secret() {
    let keys = ["n", "type ci-edge", "Tab", "Down Down Space", "Ctrl-s Enter"];
    for (width, height) in SIZES {
        let mut app = after(&keys, width, height);
        app.later(600);
        compare("one_time_secret", &app);
        app.keys("Esc");
        compare("unstored", &app);
    }
}

#[test]
fn regenerate() {
    at_each_size("regenerate", &["/", "type ingest-edge", "Enter r"]);
}

#[test]
fn regenerate_now() {
    at_each_size("regenerate_now", &["/", "type grafana-reader", "Enter r Left Left Left"]);
}

#[test]
fn delete() {
    at_each_size("delete", &["/", "type ingest-edge", "Enter d"]);
}

#[test]
fn leaving_a_changed_form() {
    at_each_size("confirm", &["n", "type x", "Esc"]);
}

#[test]
fn error_dialog() {
    use axtok::api::error::{Certainty, FailureKind};
    for (width, height) in SIZES {
        let mut app = App::ready(width, height);
        app.keys("n").types("x").keys("Tab Down Space").press("Ctrl-s Enter");
        app.fail(Certainty::Unknown, FailureKind::Timeout, None);
        compare("error_dialog", &app);
    }
}

/// Without a credential, and with a token that is to be saved.
#[test]
fn sign_in() {
    for (width, height) in SIZES {
        let mut app = crate::sign_in::signed_out(width, height);
        compare("sign_in", &app);
        app.msg(axtok::app::Msg::Paste("xapt-0123".to_owned())).press("Tab Tab Space Tab");
        compare("sign_in_kept", &app);
    }
}

#[test]
fn organisations() {
    at_each_size("organisations", &["g o"]);
    at_each_size("palette", &[":"]);
}

#[test]
fn profile() {
    at_each_size("profile", &["g p"]);
    at_each_size("profile_new", &["g p", "n", "type laptop", "Tab"]);
    at_each_size("profile_delete", &["g p", "d"]);
}

#[test]
fn help() {
    at_each_size("help", &["?"]);
}

/// An advanced draft with rights of every kind.
const MATRIX: &[&str] = &[
    "n",
    "type adv",
    "Shift-Tab Space Tab Tab Enter",
    "l r Tab Enter",
    "j h Space l l r",
    "j h h Space l l l r",
    "j j l d Tab Enter",
    "3 j r G r 1 g g j j",
];

#[test]
fn permission_matrix() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        compare("matrix", &after(MATRIX, width, height));
    }
}

#[test]
fn permission_matrix_in_ascii() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let mut app = after(MATRIX, width, height);
        app.appearance.unicode = false;
        app.draw();
        assert!(app.screen().is_ascii(), "{}", app.screen());
        compare("matrix_ascii", &app);
    }
}

#[test]
fn without_colour_every_state_is_still_visible() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        without_colour(&mut after(MATRIX, width, height));
    }
}

fn without_colour(app: &mut App) {
    app.appearance.colour = false;
    app.keys("h");
    let colours =
        app.buffer().content.iter().filter(|c| {
            c.fg != ratatui::style::Color::Reset || c.bg != ratatui::style::Color::Reset
        });
    assert_eq!(colours.count(), 0);
    // Granted, inherited, off, impossible and changed are letters and marks.
    app.see("~").see(" r ").see(" * ").see("--·-").see("GRANTED");
}

#[test]
fn matrix_parts() {
    at_each_size("matrix_views", &[MATRIX, &["2 j Space"]].concat());
    at_each_size("matrix_org", &[MATRIX, &["3"]].concat());
}

#[test]
fn matrix_overlays() {
    at_each_size("presets", &[MATRIX, &["p"]].concat());
    at_each_size("changes", &[MATRIX, &["="]].concat());
    at_each_size("palette_rights", &[MATRIX, &[":", "type grant prod-* query:read"]].concat());
    at_each_size("explain", &[MATRIX, &["l l Enter"]].concat());
    at_each_size("request", &[MATRIX, &["J"]].concat());
    at_each_size("still_granted", &[MATRIX, &["h h h -"]].concat());
}

#[test]
fn replace() {
    let keys = &["/", "type grafana-reader", "Enter R Enter", "j j + Ctrl-s"];
    at_each_size("replace", keys);
}

#[test]
fn clone() {
    at_each_size("clone", &["/", "type grafana-reader", "Enter c"]);
}

#[test]
fn access_review() {
    let tabs: [(&str, &[&str]); 5] = [
        ("datasets", &["g a", "j j"]),
        ("delete", &["g a", "w w w", "Enter j"]),
        ("organisation", &["g a", "3"]),
        ("tokens", &["g a", "4", "Space j Space"]),
        ("findings", &["g a", "5", "Enter j"]),
    ];
    for (name, keys) in tabs {
        for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
            compare(&format!("access_review_{name}"), &after(keys, width, height));
        }
    }
    at_each_size(
        "access_review_accepted",
        &["g a", "5", "Enter j a", "type until the new pipeline is there", "Enter"],
    );
    at_each_size("accept_finding", &["g a", "5", "Enter j a", "type in the safe"]);
    at_each_size("narrower", &["g a", "5", "j j j Enter j", "R Enter"]);
    at_each_size("compare", &["g a", "4", "Space j Space ="]);
    at_each_size("audit_log", &["g a", "L"]);
    at_each_size("token_detail_audit", &["/", "type assistant-agent", "Enter Enter L"]);
}
