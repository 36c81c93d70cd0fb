//! The rotations: what is due, rotating, proven or stuck, and the two halves of a pair.

use axtok::{
    api::error::Failure,
    app::{Effect, Msg, Ticket, stack::Screen},
    domain::{
        Access, ApiToken, Expiry, NewToken, SafeText, SecretKind, TokenId,
        rotation::Plan,
        session::{ConnectionId, DeploymentSummary, Session},
    },
    journal::{Asked, Entry, EntryId, Known, Location, Mark, Open, Rotation, Stage, Step},
    ops::rotation::{End, Report, Work},
    simulator::{Scenario, Store},
};
use jiff::Timestamp;

use crate::{
    app::{App, NOW},
    snapshots::compare,
};

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 60)];

const PLAN: &str = r#"
[[rotate]]
tokens = ["load-tests", "ci-*", "vector-*"]
deliver = ["vault", "kv", "put", "kv/axiom/{name}", "token=-"]
prove = ["vault", "kv", "get", "-field=token", "kv/axiom/{name}"]
probe = ["systemctl", "is-active", "vector"]

[[rotate]]
tokens = ["partner-share", "cdn-logpush"]
deliver = ["gh", "secret", "set", "AXIOM_TOKEN", "--env", "{name}"]
end-old = "after-proof"
prove = ["gh-secret", "{name}"]
"#;

/// When the old tokens of the recorded rotations stop.
const ENDS: &str = "2026-11-25T12:00:00Z";

/// A server that is not the demo, with this plan.
fn with_plan(plan: Result<Option<Plan>, String>, width: u16, height: u16) -> App {
    let store = Store::new(&Scenario::demo().seeded(1), NOW.parse().unwrap());
    let token = store.personal_token().to_owned();
    let session = Session {
        connection: Some(ConnectionId::default()),
        deployment: "prod".into(),
        url: "https://api.example.test".to_owned(),
        org: Some(SafeText::from(store.org_id())),
        credential: SecretKind::Personal,
        access: Access::Full,
        usual_access: Access::Full,
        console: None,
        personal_host: None,
        demo: false,
        policies: std::sync::Arc::default(),
    };
    let mut app = App::begin(store, session, &token, width, height);
    app.plan = plan;
    app.answer();
    app
}

fn planned(width: u16, height: u16) -> App {
    with_plan(Ok(Some(Plan::parse(PLAN).unwrap())), width, height)
}

fn named(app: &App, name: &str) -> ApiToken {
    let tokens = app.model.shared.data.tokens.value().unwrap();
    tokens.iter().find(|token| token.name.raw() == name).unwrap().clone()
}

/// Creates another token with the name and the rights of one that exists, as a regeneration
/// elsewhere would; returns its id.
fn twin(app: &mut App, name: &str) -> TokenId {
    let (old, known) = (named(app, name), ids(app, name));
    app.create_elsewhere(NewToken {
        name: name.to_owned(),
        description: String::new(),
        expiry: Expiry::At("2027-02-21T14:00:00Z".parse().unwrap()),
        grants: old.grants,
    });
    app.keys("Ctrl-r");
    ids(app, name).into_iter().find(|id| !known.contains(id)).unwrap()
}

fn ids(app: &App, name: &str) -> Vec<TokenId> {
    let tokens = app.model.shared.data.tokens.value().unwrap().iter();
    tokens.filter(|token| token.name.raw() == name).map(|token| token.id.clone()).collect()
}

/// Records that another process rotates a token; returns the ids of both halves.
fn record(
    app: &mut App,
    name: &str,
    stage: Stage,
    change: impl FnOnce(&mut Rotation),
) -> (TokenId, TokenId) {
    let old = named(app, name).id;
    let new = twin(app, name);
    let location = Location {
        deployment: "prod".to_owned(),
        url: "https://api.example.test".to_owned(),
        org: Some("acme-4x1k".to_owned()),
    };
    let at = "2026-11-23T12:00:00Z".parse().unwrap();
    let ends = (old.clone(), ENDS.parse().unwrap());
    let pair = Rotation::new(location, at, name.to_owned(), ends, Some(new.clone()));
    let entry = Some(EntryId::new());
    let place = Some(format!("`vault kv put kv/axiom/{name} token=-`"));
    let mut pair = Rotation { entry, is_planned: true, stage, place, ..pair };
    change(&mut pair);
    app.recorded.push(pair);
    app.keys("Ctrl-r");
    (old, new)
}

/// One row in each state.
fn all_states(width: u16, height: u16) -> App {
    let mut app = planned(width, height);
    let why = "`vault` ended with exit status 2: permission denied".to_owned();
    record(&mut app, "ci-ingest-edge", Stage::Delivering, |pair| {
        pair.stuck = Some((Step::Deliver, why));
    });
    record(&mut app, "partner-share", Stage::Proven, |_| {});
    record(&mut app, "notebook-ana", Stage::Delivered, |pair| {
        (pair.is_planned, pair.place) = (false, None);
    });
    twin(&mut app, "assistant-agent");
    app.keys("g r");
    app
}

#[test]
fn rotations() {
    for (width, height) in SIZES {
        let mut app = all_states(width, height);
        compare("rotations", &app);
        if width == 80 {
            compare("rotations_due", app.keys("j j"));
            compare("rotations_guess", app.keys("G k"));
            compare("rotations_confirm", app.keys("g g j j r"));
        }
    }
}

#[test]
fn rotations_in_few_rows_and_in_ascii() {
    let mut app = all_states(40, 10);
    compare("rotations", &app);
    app.resize(60, 15);
    compare("rotations", &app);
    app.appearance.unicode = false;
    app.resize(80, 24);
    compare("rotations_ascii", &app);
}

#[test]
fn each_row_says_its_state_and_when_the_old_token_ends() {
    let mut app = all_states(120, 40);
    for words in [
        "stuck       ci-ingest-edge",
        "at deliver · old works until 25 Nov 12:00 UTC",
        "expired     load-tests",
        "due         vector-prod",
        "expires in 48 hours · 25 Nov 2026",
        "proven      partner-share",
        "rotating    assistant-agent",
        "guessed · old works until",
        "permission denied",
        "✗ deliver to",
        "✓ regenerated",
    ] {
        app.see(words);
    }
}

#[test]
fn without_a_plan_the_screen_says_so_and_tokens_are_regenerated_by_hand() {
    let mut app = with_plan(Ok(None), 80, 24);
    app.keys("g r").see("No plan: write rotation.toml").see("due         notebook-ana");
    app.keys("r").see("Regenerate notebook-ana").see("Old token works for");
    let mut app = App::ready(80, 24);
    app.keys("g r").see("The demo has no plan").see("due         notebook-ana");
    app.keys("r").see("Regenerate notebook-ana");
}

#[test]
fn a_broken_plan_is_an_error_and_never_no_plan() {
    let mut app = with_plan(Err("rotation.toml: line 3: deliver is missing".to_owned()), 80, 24);
    app.keys("g r").see("! The plan cannot be used: rotation.toml: line 3: deliver is missing");
    app.not_see("No plan").see("due         notebook-ana");
    app.keys("r").see("The plan cannot be used: correct it first.");
    assert!(app.model.overlay().is_none());
}

#[test]
fn a_plan_for_another_deployment_is_mentioned() {
    let plan = PLAN.replace("end-old", "deployment = \"staging\"\nend-old");
    let plan = plan.replacen("deliver", "organisation = \"labs\"\ndeliver", 1);
    let mut app = with_plan(Ok(Some(Plan::parse(&plan).unwrap())), 80, 24);
    app.keys("g r").see("No rule of the plan is for this deployment and organisation.");
}

#[test]
fn a_journal_that_cannot_be_read_is_mentioned() {
    let mut app = planned(80, 24);
    app.press("g r").told(|effect| {
        let contents = || Err("the disk is broken".to_owned());
        matches!(effect, Effect::LoadRotations)
            .then(|| Msg::Rotations { plan: Ok(None), contents: contents() })
    });
    app.see("The journal cannot be read, so pairs may be missing: the disk is broken");
}

#[test]
fn nothing_to_do_is_said() {
    let mut app = planned(80, 24);
    app.model.shared.data.tokens = axtok::app::remote::Remote::Ready(Vec::new().into(), None);
    app.keys("g r");
    app.model.shared.touch(axtok::app::shared::Topic::Tokens);
    app.press("k").see("Nothing is due, and no old token is waiting to end.");
    app.press("r").see("No rotation is selected.");
}

/// The pending rotation: its ticket and what it does.
fn rotation(app: &App) -> (Ticket, Work) {
    let found = app.waiting.iter().rev().find_map(|effect| match effect {
        Effect::Rotate { ticket, work, .. } => Some((*ticket, work.clone())),
        _ => None,
    });
    found.unwrap()
}

fn report(name: &str, old: &TokenId, end: End, words: &str, advice: Option<&str>) -> Report {
    Report {
        name: name.into(),
        old: Some(old.clone()),
        new: None,
        old_ends: None,
        stage: None,
        end,
        words: vec![words.to_owned()],
        advice: advice.map(str::to_owned),
    }
}

/// On the due token with a rule.
fn at_due(app: &mut App) -> TokenId {
    app.keys("g r j j").see(">");
    let Screen::Rotations(screen) = app.model.screen() else { panic!("no rotations") };
    let row = screen.row(&app.model.shared).unwrap();
    assert_eq!((row.state.label(), row.rule.is_some()), ("due", true), "{row:?}");
    row.old().unwrap().clone()
}

#[test]
fn a_rotation_is_confirmed_shown_and_reported() {
    let mut app = planned(100, 40);
    let old = at_due(&mut app);
    app.keys("r").see("Rotate vector-prod?").see("Regenerate: the new token expires");
    app.see("Deliver: `vault kv put kv/axiom/vector-prod token=-` reads");
    app.see("systemctl is-active vector").see("[▸ Cancel ]");
    // The safe answer comes first.
    app.keys("Enter");
    assert!(!app.waiting.iter().any(|effect| matches!(effect, Effect::Rotate { .. })));
    app.keys("r Tab Enter").later(400).see("running").see("starting");
    let (ticket, work) = rotation(&app);
    assert_eq!(work, Work::Rotate(vec![old.clone()]));
    app.msg(Msg::RotationTold { ticket, words: "vector-prod: delivering".to_owned() });
    app.see("delivering").see("The old token keeps working.");
    // Nothing else may be started, and the list refuses to change the token too.
    app.keys("r").see("Still rotating vector-prod: wait until it has ended.");
    app.keys("g t").later(400).see("rotating vector-prod");
    app.press("/")
        .types("vector-prod")
        .press("Enter d")
        .see("A change to this token is in progress");
    app.keys("Esc Esc g r");
    let done = report("vector-prod", &old, End::Complete, "its users are well", None);
    app.msg(Msg::Rotated { ticket, result: Ok(vec![done]) });
    app.see("vector-prod was rotated: its users are well.").not_see("running");
    assert!(app.waiting.iter().any(|effect| matches!(effect, Effect::LoadRotations)));
}

#[test]
fn a_failed_rotation_says_why_and_what_to_do() {
    let mut app = planned(100, 40);
    let old = at_due(&mut app);
    app.keys("r Tab Enter");
    let (ticket, _) = rotation(&app);
    let end = End::Stuck(Step::Deliver);
    let advice = Some("correct deliver, then run `axtok rotate` again");
    let failed = report("vector-prod", &old, end, "stuck at deliver: no such file", advice);
    app.msg(Msg::Rotated { ticket, result: Ok(vec![failed]) });
    app.see("! vector-prod: stuck at deliver: no such file. Correct deliver, then");
    app.answer().press("k j").see("Last run: stuck at deliver").see("Correct deliver, then run");

    app.keys("r Tab Enter");
    let (ticket, _) = rotation(&app);
    let busy = "another rotation is running on this computer".to_owned();
    app.msg(Msg::Rotated { ticket, result: Err(busy) });
    app.see("Another rotation is running on this computer.").not_see("running     vector-prod");
}

#[test]
fn a_refused_credential_leads_to_the_sign_in_page() {
    let mut app = planned(100, 40);
    let old = at_due(&mut app);
    app.keys("r Tab Enter");
    let (ticket, _) = rotation(&app);
    let failure = Failure::new(axtok::api::error::FailureKind::Status(401));
    let call = axtok::api::call::Call::DeleteToken(old.clone());
    let end = End::Refused(Box::new(failure), Box::new(call));
    let refused = report("vector-prod", &old, end, "the server refused it (401)", None);
    app.msg(Msg::Rotated { ticket, result: Ok(vec![refused]) });
    app.see("The server no longer accepts this credential");
}

#[test]
fn quitting_asks_while_a_rotation_runs() {
    let mut app = planned(80, 24);
    at_due(&mut app);
    app.keys("r Tab Enter g t").press("q");
    app.see("Still rotating vector-prod.").see("[▸ Wait ]");
    assert!(!app.wants_quit());
    app.press("Ctrl-c Ctrl-c");
    assert!(!app.wants_quit(), "a second Ctrl-C does not skip the question");
    let (ticket, _) = rotation(&app);
    app.msg(Msg::Rotated { ticket, result: Ok(Vec::new()) }).press("Esc").later(400).press("q");
    assert!(app.wants_quit());
}

#[test]
fn the_connection_of_a_rotation_stays_until_it_has_ended() {
    let mut app = planned(80, 24);
    at_due(&mut app);
    app.keys("r Tab Enter");
    let (ticket, _) = rotation(&app);
    let closed = |app: &App| {
        app.waiting
            .iter()
            .any(|e| matches!(e, Effect::Disconnect(id) if *id == ConnectionId::default()))
    };
    app.offers = vec![DeploymentSummary {
        name: "staging".into(),
        url: "https://staging.example.test".to_owned(),
        source: "settings",
        access: Access::Full,
    }];
    app.keys("g o").types("staging").keys("Enter").keys("Enter");
    assert_eq!(app.model.shared.session.deployment.raw(), "staging", "{}", app.screen());
    assert!(!closed(&app));
    app.msg(Msg::Rotated { ticket, result: Ok(Vec::new()) });
    assert!(closed(&app));
    app.see("Nothing was left to do for vector-prod.");
}

#[test]
fn the_second_half_is_proven_and_the_old_one_revoked() {
    let mut app = all_states(100, 40);
    app.keys("G").see(">");
    let row = |app: &App| {
        let Screen::Rotations(screen) = app.model.screen() else { panic!("no rotations") };
        screen.row(&app.model.shared).unwrap().clone()
    };
    assert_eq!(row(&app).state.label(), "proven");
    let (old, new) = (row(&app).olds[0].clone(), row(&app).new.unwrap());
    app.keys("r").see("It has been replaced: v proves the new secret, d revokes the old token.");
    app.keys("d").see("Delete partner-share").see("This is the OLD token");
    app.see(&old.to_string()).keys("Esc v");
    assert_eq!(rotation(&app).1, Work::Prove(new.clone()));
    let (ticket, _) = rotation(&app);
    let done = report("partner-share", &old, End::Unchanged, "the store has the new secret", None);
    app.msg(Msg::Rotated { ticket, result: Ok(vec![done]) });
    app.answer().see("partner-share: the store has the new secret.");
    app.keys("Enter").see(&new.to_string()).see("new: replaces");
}

#[test]
fn a_read_only_session_may_prove_but_not_rotate_or_revoke() {
    let mut app = all_states(100, 40);
    app.model.shared.session.access = Access::ReadOnly;
    app.keys("r").see("Read-only session").keys("G d").see("Read-only session");
    app.keys("v");
    assert!(matches!(rotation(&app).1, Work::Prove(_)));
}

#[test]
fn keys_are_refused_where_they_make_no_sense() {
    let mut app = planned(80, 24);
    at_due(&mut app);
    app.keys("v").see("Nothing has replaced it yet: r rotates it.");
    app.keys("d").see("Nothing has replaced it yet: r rotates it.");
    let mut app = all_states(80, 24);
    app.keys("G k").see("Pair guessed: same name and rights");
    app.keys("v").see("This pair is a guess");
    let mut app = planned(80, 24);
    record(&mut app, "notebook-ana", Stage::Delivering, |_| {});
    app.keys("g r").see("stuck").keys("r").see("No rule of the plan fits this token");
}

#[test]
fn the_cursor_stays_on_its_row_when_others_come_and_go() {
    let mut app = planned(80, 24);
    let old = at_due(&mut app);
    record(&mut app, "ci-ingest-edge", Stage::Delivering, |_| {});
    let Screen::Rotations(screen) = app.model.screen() else { panic!("no rotations") };
    assert_eq!(screen.row(&app.model.shared).unwrap().old(), Some(&old));
}

#[test]
fn pairs_of_another_process_show_up_with_the_list_and_after_a_restart() {
    let mut app = planned(80, 24);
    let (old, new) = record(&mut app, "vector-staging", Stage::Proven, |_| {});
    assert!(app.model.shared.old_half(&old).is_some());
    let half = app.model.shared.half(&new).unwrap();
    assert!(!half.is_old && !half.row.is_inferred());
    // Deleted elsewhere.
    app.recorded.clear();
    app.keys("Ctrl-r");
    assert!(app.model.shared.half(&new).is_none_or(|half| half.row.is_inferred()));
}

#[test]
fn list_detail_and_dialogs_tell_the_halves_apart() {
    for (width, old, new) in
        [(60, "old 46h", "new 90d"), (80, "old, stops in 46 h", "new · in 90 d")]
    {
        let mut app = planned(width, 24);
        let (_, _) = record(&mut app, "ci-ingest-edge", Stage::Proven, |_| {});
        app.keys("/").types("ci-ingest").keys("Enter").see(old).see(new);
        compare("halves_list", &app);
        app.see("old: replaced by").keys("j").see("new: replaces");
        app.keys("d").see("This is the NEW token").keys("Esc");
        app.keys("k d").see("This is the OLD token");
        compare("halves_delete", &app);
        app.keys("Esc Enter").see("old: replaced by").keys("r");
        app.see("Replaced by").see("Regenerate the new one");
        compare("halves_regenerate", &app);
    }
}

#[test]
fn the_dialog_offers_to_regenerate_the_newer_token() {
    let mut app = planned(80, 24);
    let (old, new) = record(&mut app, "ci-ingest-edge", Stage::Proven, |_| {});
    app.keys("/").types("ci-ingest").keys("Enter r").see("Regenerate the new one");
    app.keys("Tab Tab Tab");
    while !app.screen().contains("[▸ Regenerate the new one ]") {
        app.keys("Tab");
    }
    app.keys("Enter").not_see("Regenerate the new one").see("Regenerate ci-ingest-edge");
    app.press("Ctrl-s");
    let calls = app.calls();
    let is_new = |call: &axtok::api::call::Call| matches!(call, axtok::api::call::Call::RegenerateToken(id, _) if *id == new && *id != old);
    assert!(calls.iter().any(is_new), "{calls:?}");
}

#[test]
fn a_guessed_pair_is_marked_in_the_list() {
    let mut app = planned(80, 24);
    twin(&mut app, "ci-ingest-edge");
    app.keys("/").types("ci-ingest").keys("Enter").see("old?, stops in 4 d").see("new? · in 90 d");
    app.see("probably old: ").keys("r").see("Probably replaced by");
}

#[test]
fn a_pair_of_this_session_is_known_without_a_journal() {
    let mut app = App::ready(80, 40);
    app.press("/").types("ci-ingest").press("Enter r Ctrl-s").answer().later(600);
    app.keys("Esc").types("stored").keys("Enter Esc g r");
    app.see("rotating    ci-ingest-edge").see("old works until").not_see("guessed");
}

#[test]
fn old_tokens_leave_the_screen_when_their_grace_period_ends() {
    let mut app = all_states(80, 40);
    app.see("partner-share");
    let ends: Timestamp = ENDS.parse().unwrap();
    let left = ends.as_millisecond() - app.model.shared.now.as_millisecond();
    app.later(left + 61_000).not_see("proven");
}

/// An unfinished entry of an earlier process for this pair.
fn left_open(pair: &Rotation, last: Option<Mark>) -> Open {
    let asked = Asked::Regenerate {
        old: pair.old.clone(),
        old_ends: pair.old_ends,
        name: pair.name.clone(),
        description: String::new(),
        expiry: Expiry::Never,
        grants: axtok::domain::Grants::default(),
    };
    let entry = Entry {
        id: pair.entry.clone().unwrap(),
        at: pair.at,
        location: pair.location.clone(),
        asked,
        known: Known::default(),
        is_rotation: true,
        overridden: None,
    };
    Open { entry, last }
}

#[test]
fn a_stuck_rotation_is_no_lost_response_at_the_next_start() {
    let mut app = planned(80, 24);
    record(&mut app, "ci-ingest-edge", Stage::Delivering, |_| {});
    let pair = app.recorded[0].clone();
    let done = || Some(Mark::Done { id: pair.new.clone() });
    let (open, rotations) = (vec![left_open(&pair, done())], vec![pair.clone()]);
    app.msg(Msg::Recalled { open, rotations, warning: None });
    app.see("1 rotation is not finished (g r to continue).");
    assert!(app.model.overlay().is_none() && app.model.shared.unconfirmed.is_empty());

    // Its token was deleted since: nothing is left to continue.
    let mut app = planned(80, 24);
    let open = vec![left_open(&pair, done())];
    app.msg(Msg::Recalled { open, rotations: Vec::new(), warning: None });
    app.not_see("not finished");
    let is_closed = |e: &Effect| matches!(e, Effect::Mark { mark: Mark::Settled { .. }, .. });
    assert!(app.waiting.iter().any(is_closed) && app.model.shared.unconfirmed.is_empty());

    // Whether the server made the change is not known: that is a lost response.
    let mut app = planned(80, 24);
    let open = vec![left_open(&pair, Some(Mark::Unknown))];
    app.msg(Msg::Recalled { open, rotations: Vec::new(), warning: None });
    assert_eq!(app.model.shared.unconfirmed.len(), 1);
}

#[test]
fn revoking_the_old_token_warns_if_the_new_secret_was_not_delivered() {
    let mut app = all_states(80, 24);
    app.keys("d").see("! This is the OLD token").see("Its secret was not delivered yet.");
}
