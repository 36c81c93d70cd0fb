//! Tokens that become due: which ones are handed over for a report, and when.

use axtok::{
    app::{Effect, Msg},
    domain::{
        Access, SafeText, SecretKind, TokenId,
        due::{Alarm, Batch, Within},
        session::{ConnectionId, Session},
    },
    journal::{EntryId, Location, Rotation},
    simulator::{Scenario, Store},
};

use crate::app::{App, NOW};

const ORG: &str = "[[org]]\nid = 'acme'\nname = 'Acme'\n[org.datasets.events]\nprod = ''\n\
    [[org.token]]\nid = 'id-soon'\nname = 'soon'\nexpires = '5d'\ningest_into = ['prod']\n\
    [[org.token]]\nid = 'id-next'\nname = 'next'\nexpires = '13d'\ningest_into = ['prod']\n\
    [[org.token]]\nid = 'id-later'\nname = 'later'\nexpires = '16d'\ningest_into = ['prod']\n\
    [[org.token]]\nid = 'id-twin-1'\nname = 'twin'\nexpires = '2d'\ningest_into = ['prod']\n\
    [[org.token]]\nid = 'id-twin-2'\nname = 'twin'\nexpires = '90d'\ningest_into = ['prod']\n";

const DAY: i64 = 24 * 3_600_000;

/// The app with this setting; no call is answered yet.
fn alarmed(within: &str, demo: bool) -> App {
    let store = Store::new(&Scenario::parse(ORG).unwrap(), NOW.parse().unwrap());
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
        demo,
        policies: std::sync::Arc::default(),
    };
    let mut app = App::begin(store, session, &token, 80, 24);
    let within = Within::parse(within).unwrap();
    let program = vec!["page".to_owned()];
    app.model.shared.alerts.alarm = Some(Alarm { program, within });
    app
}

/// The batches that were handed over since the last call.
fn batches(app: &mut App) -> Vec<Batch> {
    let (due, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut app.waiting)
        .into_iter()
        .partition(|effect| matches!(effect, Effect::ReportDue(_)));
    app.waiting = rest;
    let batch = |effect| match effect {
        Effect::ReportDue(batch) => *batch,
        _ => unreachable!("only these effects are picked"),
    };
    due.into_iter().map(batch).collect()
}

/// The names of the tokens that were handed over since the last call.
fn due(app: &mut App) -> Vec<String> {
    let all = batches(app);
    all.iter().flat_map(|b| &b.due).map(|due| due.name.to_string()).collect()
}

#[test]
fn each_due_token_is_handed_over_once() {
    let mut app = alarmed("14d", false);
    assert_eq!(due(&mut app), [""; 0], "nothing before the list is read");
    app.answer();
    let batch = batches(&mut app).remove(0);
    assert_eq!(batch.program, ["page"]);
    assert_eq!(batch.place.url, "https://api.example.test");
    assert_eq!(batch.place.org.as_deref(), Some("acme"));
    assert_eq!(batch.place.deployment.raw(), "prod");
    assert_eq!(batch.now, app.model.shared.now);
    let names: Vec<_> = batch.due.iter().map(|due| due.name.raw()).collect();
    assert_eq!(names, ["soon", "next"]);
    app.keys("Ctrl-r").keys("Ctrl-r");
    assert_eq!(due(&mut app), [""; 0]);
    // A token that becomes due meanwhile is reported when the list is read again.
    app.later(3 * DAY);
    assert_eq!(due(&mut app), [""; 0]);
    app.keys("Ctrl-r");
    assert_eq!(due(&mut app), ["later"]);
}

#[test]
fn nothing_is_reported_without_the_setting_and_in_the_demo() {
    let mut app = alarmed("14d", true);
    app.answer().keys("Ctrl-r").keys("g r");
    assert_eq!(due(&mut app), [""; 0]);
    let mut app = alarmed("14d", false);
    app.model.shared.alerts.alarm = None;
    app.answer().keys("Ctrl-r");
    assert_eq!(due(&mut app), [""; 0]);
}

#[test]
fn tokens_that_the_journal_knows_as_replaced_are_not_due() {
    for (url, names) in
        [("https://api.example.test", vec!["next"]), ("https://other.test", vec!["soon", "next"])]
    {
        let mut app = alarmed("14d", false);
        let (deployment, org) = ("prod".to_owned(), Some("acme".to_owned()));
        let location = Location { deployment, url: url.to_owned(), org };
        let (at, ends) = ("2026-11-22T14:00:00Z", "2026-11-28T14:00:00Z".parse().unwrap());
        let old = (TokenId::new("id-soon"), ends);
        let new = Some(TokenId::new("id-later"));
        let pair = Rotation::new(location, at.parse().unwrap(), "soon".to_owned(), old, new);
        app.recorded = vec![Rotation { entry: Some(EntryId::new()), ..pair }];
        app.answer();
        assert_eq!(due(&mut app), names, "{url}");
        // The old token is replaced after its grace period too.
        app.later(6 * DAY).keys("Ctrl-r");
        assert_eq!(due(&mut app), ["later"], "{url}");
    }
}

#[test]
fn only_a_failure_is_shown() {
    let mut app = alarmed("14d", false);
    app.answer().msg(Msg::DueReported(None)).not_see("report");
    let why = "1 due token was not reported (soon): `page` failed. The next run tries again";
    app.msg(Msg::DueReported(Some(format!("{why}\u{1b}"))));
    app.see("1 due token was not reported (soon)").see("again<U+001B>.");
}
