//! Rotations: the old and the new token of a regeneration, while both work.

use axtok::{
    domain::TokenId,
    journal::{EntryId, Location, Rotation},
};

use crate::app::App;

/// Regenerates a token; returns the id of the old one.
fn regenerated(app: &mut App) -> TokenId {
    app.press("/").types("ci-ingest").press("Enter");
    let old = app.model.selected_token().unwrap().id.clone();
    app.press("r Ctrl-s").answer().later(600).keys("Esc").types("stored").keys("Enter Esc");
    app.see("↻");
    old
}

#[test]
fn a_rotation_is_still_known_after_switching_organisation_and_back() {
    let mut app = App::ready(80, 24);
    let old = regenerated(&mut app);
    app.keys("g o").types("labs").keys("Enter").see("labs").not_see("↻");
    app.keys("g o").types("acme-4x1k").keys("Enter").see("↻");
    assert_eq!(app.model.shared.old_half(&old).unwrap().row.olds, vec![old.clone()]);
}

/// The app, started with a rotation that an earlier session recorded; and the id of the old token.
fn restarted_with_a_rotation(url: &str, org: Option<&str>) -> (App, TokenId) {
    let listed = App::ready(80, 24);
    let tokens = listed.model.shared.data.tokens.value().unwrap();
    let named = |name: &str| tokens.iter().find(|t| t.name.raw() == name).unwrap().id.clone();
    let (old, new) = (named("ci-ingest-edge"), named("ci-tests"));
    let mut app = App::new(80, 24);
    let location = Location {
        deployment: "demo".to_owned(),
        url: url.to_owned(),
        org: org.map(str::to_owned),
    };
    let at = "2026-11-22T14:00:00Z".parse().unwrap();
    let ends = "2026-11-25T14:00:00Z".parse().unwrap();
    let name = "ci-ingest-edge".to_owned();
    let pair = Rotation::new(location, at, name, (old.clone(), ends), Some(new));
    app.left_rotations = vec![Rotation { entry: Some(EntryId::new()), ..pair }];
    app.answer();
    (app, old)
}

const URL: &str = "https://api.example.test";

#[test]
fn a_rotation_from_an_earlier_session_is_known_and_warned_about() {
    for org in [Some("acme-4x1k"), None] {
        let (mut app, _) = restarted_with_a_rotation(URL, org);
        app.press("/").types("ci-ingest").press("Enter").see("↻").press("Enter");
        app.see("replaced by").see("stops in 48 hours").press("r");
        app.see("Replaced by").see("this creates one more");
        app.press("Esc Esc").press("Space /").press("Ctrl-u").types("ci-tests").press("Enter");
        app.press("Space r").see("Regenerate 2 tokens").see("Already replaced: ci-ingest-edge.");
    }
    for (url, org) in [(URL, "other"), ("https://other.example.test", "acme-4x1k")] {
        let (app, old) = restarted_with_a_rotation(url, Some(org));
        let half = app.model.shared.half(&old);
        assert!(half.is_none(), "it belongs to another organisation or server");
    }
}

#[test]
fn a_rotation_ends_with_its_grace_period_or_its_new_token() {
    let (mut app, old) = restarted_with_a_rotation(URL, None);
    assert!(app.model.shared.half(&old).is_some());
    app.later(48 * 3_600_000);
    assert!(app.model.shared.half(&old).is_none());

    let (mut app, old) = restarted_with_a_rotation(URL, None);
    app.press("/").types("ci-tests").press("Enter d").types("ci-tests").keys("Enter");
    assert!(app.model.shared.half(&old).is_none());

    // Another user deleted the new token before this start.
    let (mut app, old) = restarted_with_a_rotation(URL, None);
    app.model.shared.rotations.contents.rotations[0].new = Some(TokenId::new("deleted-elsewhere"));
    app.keys("Ctrl-r");
    assert!(app.model.shared.half(&old).is_none());
}

#[test]
fn the_warning_is_shown_at_every_size() {
    for (width, height) in [(60, 15), (80, 24), (200, 60)] {
        let (mut app, _) = restarted_with_a_rotation(URL, None);
        app.resize(width, height);
        app.press("/").types("ci-ingest").press("Enter r").see("Replaced by");
        app.see("this creates one more").see("New token expires");
    }
}
