//! The access review: who can do what, the findings planted in the demo, and their fixes.

use std::collections::BTreeMap;

use axtok::{
    api::{
        call::{Call, LogAnswer, Reply},
        error::{Certainty, FailureKind},
    },
    app::{CopyText, Effect, Msg, stack::Screen},
    domain::{
        TokenId,
        audit::Rows,
        review::accepted::{Acceptance, REASON_MAX},
        token::Renewal,
    },
    simulator::Scenario,
};

use crate::app::App;

fn review() -> App {
    let mut app = App::ready(80, 24);
    app.keys("g a");
    app
}

/// The token names of all findings, open and accepted, by finding code.
fn found(app: &App) -> BTreeMap<&'static str, Vec<String>> {
    let Screen::AccessReview(state) = app.model.screen() else { panic!("no review") };
    let tokens = app.model.shared.data.tokens.value().unwrap();
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for item in &state.index.items {
        all.entry(item.finding.code).or_default().push(tokens[item.token].name.to_string());
    }
    all
}

/// The text that was copied.
fn copied(app: &mut App) -> String {
    let text = app.waiting.drain(..).find_map(|effect| match effect {
        Effect::Copy(CopyText::Plain { text, .. }) => Some(text),
        _ => None,
    });
    text.unwrap()
}

/// The findings planted in `assets/demo.toml`, and no others.
#[test]
fn the_demo_has_exactly_the_planted_findings() {
    let mut app = review();
    let found = found(&app);
    let planted: &[(&str, &[&str])] = &[
        ("mints-api-tokens", &["break-glass", "terraform", "token-rotator"]),
        ("mints-access-control", &["break-glass", "scim-bridge"]),
        ("mints-users", &["break-glass", "scim-bridge"]),
        ("writes-all-datasets", &["break-glass", "field-librarian", "legacy-fluentd"]),
        ("shares-data", &["break-glass", "partner-share"]),
        ("changes-billing", &["break-glass", "finance-sync"]),
        ("full-org", &["break-glass"]),
        ("changes-shared-keys", &["break-glass", "edge-endpoints"]),
        ("destroys-data", &["break-glass", "retention-janitor", "terraform"]),
        ("never-expires", &["break-glass", "browser-sdk", "legacy-fluentd", "terraform"]),
        ("long-life", &["status-page"]),
        ("full-dataset", &["break-glass"]),
        ("queries-all-datasets", &["warehouse-connector"]),
        ("queries-all-views", &["view-publisher"]),
        ("two-purposes", &["evals-runner"]),
        (
            "deletes-settings",
            &["break-glass", "deploy-annotations", "edge-endpoints", "terraform", "view-publisher"],
        ),
        ("missing-dataset", &["shop-metrics"]),
        ("unknown-rights", &["live-tail-beta"]),
        ("same-name", &["vector-prod", "vector-prod"]),
        ("expired", &["backfill-september", "hackday-2025", "load-tests", "old-exporter"]),
    ];
    let planted: BTreeMap<_, Vec<String>> = planted
        .iter()
        .map(|(code, names)| (*code, names.iter().map(|n| (*n).to_owned()).collect()))
        .collect();
    assert_eq!(found, planted);
    app.see("14 high · 12 medium · 16 low");
}

#[test]
fn a_clean_organisation_has_no_findings() {
    let scenario = Scenario::parse(
        "[[org]]\nid = 'clean'\nname = 'Clean'\n[org.datasets.events]\nprod = ''\ndev = ''\n\
         [[org.view]]\nname = 'slow'\n\
         [[org.token]]\nname = 'sender'\nexpires = '90d'\ningest_into = ['prod']\n\
         [[org.token]]\nname = 'reader'\nexpires = '60d'\nquery_on = ['prod', 'dev']\n\
         view = { slow = ['query:read'] }\n\
         [[org.token]]\nname = 'alerts'\nexpires = '30d'\norg = ['monitors:read']\n",
    );
    let mut app = App::with(&scenario.unwrap(), 80, 24);
    app.answer().keys("g a").see("no open findings").see("5 Findings 0");
    app.keys("5").see("No findings.");
}

#[test]
fn a_dataset_shows_who_has_access_and_through_what() {
    let mut app = review();
    app.keys("/").types("prod-dns").press("Enter").see("who reaches prod-dns");
    app.see("retention-janitor").see("vector-prod").see("* granted by its * row");
    // Who can delete data, and who cannot.
    app.keys("w w w").see("who can delete: prod-dns").not_see("vector-prod");
    app.see("retention-janitor").see("break-glass").see("+ud");
    app.keys("Enter G").see("> ");
    // The expired token comes last: it no longer works.
    app.keys("Esc w w").see("who can mint tokens: prod-dns").see("token-rotator").see("mints");
}

#[test]
fn a_token_opens_its_details_and_esc_returns() {
    let mut app = review();
    app.press("d")
        .see("No token is selected")
        .press("Space")
        .see("Only tokens can be marked. Press Enter");
    app.keys("/").types("prod-cdn").press("Enter Enter").see("R replace");
    app.keys("j").press("Enter").see("What it can do").see("cdn-logpush");
    app.keys("Esc").see("who reaches prod-cdn").keys("d").see("Delete cdn-logpush");
    app.keys("Esc Esc Esc Esc").see("API tokens 40");
}

#[test]
fn a_right_shows_who_has_it() {
    let mut app = review();
    app.keys("3 /").types("api tok").press("Enter").see("who has API tokens");
    app.see("terraform").see("token-rotator").see("crud");
    app.keys("Esc w w w w w").see("3 of 15").see("who can mint tokens");
}

#[test]
fn tokens_are_sorted_by_their_worst_finding() {
    let mut app = review();
    app.keys("4").see("high 12").see("all datasets: ingest c").keys("/").types("status");
    app.press("Enter").see("expires in more than a year").see("prod-api: query r");
    app.keys("Esc w w w w").see("who can share").see("partner-share").see("2 of 40");
}

#[test]
fn findings_can_be_filtered_by_severity_kind_and_words() {
    let mut app = review();
    app.keys("5 /").types("severity:high").not_see("never expires").see("can share data");
    app.keys("Ctrl-u").types("finding:never").see("never expires").not_see("can share");
    app.keys("Ctrl-u").types("type:basic").see("legacy-fluentd").not_see("can share");
    app.keys("Ctrl-u").types("scim").see("can change access control").not_see("can share");
    app.keys("Ctrl-u").types("accepted").see("Nothing matches");
}

#[test]
fn narrowing_expands_the_wildcard_in_a_draft_without_sending_it() {
    let mut app = review();
    app.keys("5 /").types("finding:writes-all").press("Enter Enter j j").see(">  legacy-fluentd");
    app.press("R").see("A narrower draft: 61 rows changed. Nothing is sent yet.");
    app.answer().see("Replace legacy-fluentd").press("Ctrl-s Ctrl-s");
    let calls = app.calls();
    let [Call::RegenerateToken(_, how)] = calls.as_slice() else { panic!("{calls:?}") };
    let Renewal::Replaced(new) = &how.renewal else { panic!("{how:?}") };
    assert_eq!(new.grants.summary(), "can ingest into 60 datasets");
    assert!(new.grants.datasets.wildcard().is_none());
}

#[test]
fn a_narrower_draft_can_be_undone() {
    let mut app = review();
    app.keys("5 Enter j R").press("Enter").see("1 row changed").keys("z");
    app.see("0 rows changed");
}

#[test]
fn a_finding_without_an_automatic_fix_says_so() {
    let mut app = review();
    app.keys("5 /").types("two-purposes").press("Enter Enter R");
    app.see("axtok can't suggest narrower rights here: edit the draft yourself.");
    app.answer().see("Replace evals-runner");
}

#[test]
fn a_token_that_never_expires_can_be_regenerated_from_its_finding() {
    let mut app = review();
    app.keys("5 /").types("finding:never").press("Enter Enter j").see("r regenerates it");
    app.press("r").see("Regenerate browser-sdk").press("Ctrl-s").answer().later(600);
    app.see("browser-sdk was regenerated");
}

#[test]
fn a_deleted_token_leaves_the_review_immediately() {
    let mut app = review();
    app.keys("5 /").types("finding:expired").press("Enter Enter").see("backfill-september");
    app.press("d").types("backfill-september").keys("Enter").see("was deleted");
    app.see("15 low").keys("j").see("hackday-2025");
    assert_eq!(found(&app)["expired"].len(), 3);
}

#[test]
fn a_finding_can_be_accepted_with_a_reason_and_reopened() {
    let mut app = review();
    app.keys("5 a").see("Select a finding first").keys("Enter a");
    app.see("Accept this finding?").see("break-glass: can manage API tokens");
    app.press("Enter").see("! Enter a reason").types(&"x".repeat(REASON_MAX + 1)).press("Enter");
    app.see("! Too long:").keys("Ctrl-u").types("in the safe").press("Enter");
    app.see("13 high").see("1 accepted").see("accepted: in the safe").see("2 (1)");
    // It now sorts last; the cursor stays on its token.
    app.see("accepted on 23 Nov 2026: in the safe").press("a").see("14 high");
    app.not_see("1 accepted").see(">  break-glass");
}

#[test]
fn accepted_findings_are_stored_and_loaded_per_organisation() {
    let mut app = review();
    app.model.shared.session.demo = false;
    app.keys("5 Enter j a").types("needed").press("Enter");
    let kept = app.waiting.iter().find_map(|effect| match effect {
        Effect::SetAccepted { acceptance, on: true } => Some((**acceptance).clone()),
        _ => None,
    });
    let kept: Acceptance = kept.unwrap();
    assert_eq!((kept.org.as_str(), kept.code.as_str()), ("acme-4x1k", "mints-api-tokens"));
    assert_eq!(kept.token, TokenId::new("9d2c5a10-6f3b-4c7e-8a41-0c5e7b910004"));
    app.see("14 high").msg(Msg::Accepted(Ok(vec![kept.clone()]))).see("13 high");
    // An acceptance in another organisation does not apply here.
    let other = Acceptance { org: "acme-labs-9q2z".to_owned(), ..kept };
    app.msg(Msg::Accepted(Ok(vec![other]))).see("14 high");
    app.msg(Msg::Accepted(Err("the disk is full".to_owned()))).see("the disk is full");
}

#[test]
fn two_marked_tokens_can_be_compared() {
    let mut app = review();
    app.keys("4 =").see("Mark two tokens to compare them: 0 marked.").keys("/");
    app.types("vector-prod").press("Enter Space j Space =");
    app.see("Two tokens").see("~ Id").see("prod-api ").see("ingest c").see("  Type ");
    app.keys("Space").not_see("  Type ").not_see("prod-api ").see("prod-dns");
    app.keys("Esc Space =").see("1 marked");
}

#[test]
fn a_comparison_says_when_one_of_its_tokens_is_gone() {
    let mut app = review();
    app.keys("4 Space j Space =");
    let all = app.model.shared.data.listed_tokens();
    let all: Vec<_> = all.iter().map(|t| t.id.clone()).collect();
    app.model.shared.drop_tokens(&all);
    app.draw();
    app.see("one of the tokens no longer exists");
}

#[test]
fn the_review_can_be_copied_as_listed() {
    let mut app = review();
    app.keys("5 /").types("finding:missing").press("Enter e c");
    let csv = copied(&mut app);
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().starts_with("severity,finding,token,token_id,"));
    let line = lines.next().unwrap();
    assert!(line.starts_with("low,missing-dataset,shop-metrics,"), "{line}");
    assert!(line.contains("has rights on datasets that do not exist: prod-shop-legacy"), "{line}");
    assert_eq!(lines.next(), None);
    app.keys("1 /").types("prod-cdn").press("Enter w e j");
    let json: serde_json::Value = serde_json::from_str(&copied(&mut app)).unwrap();
    assert!(json.as_array().unwrap().iter().any(|row| {
        row["resource"] == "prod-cdn"
            && row["tokenName"] == "warehouse-connector"
            && row["summary"] == "query:read*"
            && row["expired"] == false
    }));
    app.keys("5 e j");
    let json: serde_json::Value = serde_json::from_str(&copied(&mut app)).unwrap();
    assert_eq!(json[0]["code"], "mints-api-tokens");
    assert_eq!(json[0]["acceptedAt"], serde_json::Value::Null);
    assert!(json[0]["tokenId"].is_string() && json[0]["expiresAt"].is_null(), "{json}");
    app.keys("4 e j");
    let json: serde_json::Value = serde_json::from_str(&copied(&mut app)).unwrap();
    assert!(json[0]["id"].is_string() && json[0]["codes"].is_array(), "{json}");
    app.keys("e m");
    let markdown = copied(&mut app);
    assert!(markdown.starts_with("## Tokens\n\nAcme Inc (acme-4x1k), "), "{markdown}");
    assert!(markdown.contains(" UTC\n\n| token | token_id |"), "{markdown}");
}

#[test]
fn the_file_extension_chooses_the_export_format() {
    let mut app = review();
    app.keys("5 e f").types("/tmp/review").press("Enter").see("! The name must end in .json");
    app.types(".csv").press("Enter");
    let written = app.waiting.iter().find_map(|effect| match effect {
        Effect::Export { path, text } => Some((path.clone(), text.clone())),
        _ => None,
    });
    let (path, text) = written.unwrap();
    assert_eq!(path, "/tmp/review.csv");
    assert_eq!(text.lines().count(), 43);
    app.msg(Msg::Exported(Ok("saved to /tmp/review.csv".to_owned()))).see("The review was saved");
}

#[test]
fn an_api_token_session_reports_no_missing_datasets() {
    // The server lists only the datasets that the token can access.
    let mut app = App::ready(80, 24);
    app.model.shared.session.credential = axtok::domain::SecretKind::Api;
    app.keys("g a");
    assert!(!found(&app).contains_key("missing-dataset"));
}

#[test]
fn switching_organisation_rebuilds_the_review() {
    let mut app = review();
    app.keys("5 g o").types("labs").keys("Enter").see("Switched to Acme Labs");
    app.see("Access review").see("[5 Findings 4]").see("never expires");
}

#[test]
fn the_review_says_that_the_token_list_was_refused() {
    use axtok::api::error::{Certainty, FailureKind};
    let mut app = App::new(80, 24);
    app.press("g a").fail(
        Certainty::Rejected,
        FailureKind::Status(403),
        Some("missing apiTokens|read"),
    );
    app.see("Access review").see("Permission denied").see("missing apiTokens|read");
}

#[test]
fn the_audit_log_is_fetched_on_demand() {
    let mut app = review();
    assert!(app.model.shared.data.audit.value().is_none(), "not fetched before L is pressed");
    app.keys("L").see("Audit log: tokens, last 30 days").see("notebook-ben");
    // Times, names, ids and events each have a column.
    app.see("23 Nov 09:00 UTC  assistant-agent     9d2c…001b  created by jo@acme.test");
    app.see("22 Nov 12:00 UTC  notebook-ben        9d2c…f001  deleted by ana@acme.test")
        .keys("Esc");
    // The pane of a token shows its entry too.
    app.keys("4 /").types("assistant").press("Enter");
    app.see("audit log: 23 Nov 09:00 UTC  created by jo@acme.test");
}

#[test]
fn the_audit_log_opens_only_over_the_review_that_requested_it() {
    let mut app = review();
    app.keys("4").press("L Enter").see("What it can do").answer();
    app.not_see("Audit log: tokens").see("What it can do");
}

#[test]
fn an_empty_audit_log_is_reported_once() {
    let mut app = review();
    app.press("L");
    let asked = app.waiting.iter().find_map(|effect| match effect {
        Effect::Call { ticket, call: Call::AuditLog(query), .. } => Some((*ticket, *query)),
        _ => None,
    });
    let (ticket, query) = asked.unwrap();
    let none = LogAnswer::Events(Rows { rows: Vec::new(), is_complete: true });
    let answer = Ok(Reply::AuditLog(query.window, none));
    app.msg(Msg::Replied { ticket, answer, entry: None });
    app.see("No changes to tokens").not_see("has no entries about tokens");
}

#[test]
fn accepted_findings_apply_once_the_organisation_is_known() {
    let mut app = review();
    let org = app.model.shared.org_id().unwrap();
    let token = TokenId::new("9d2c5a10-6f3b-4c7e-8a41-0c5e7b910004");
    let at = app.model.shared.now;
    let (code, reason) = ("mints-api-tokens".to_owned(), "needed".into());
    let accepted = Acceptance { org, token, code, at, reason };
    // An API token's session names no organisation.
    app.model.shared.session.org = None;
    app.model.shared.session.demo = false;
    let orgs = std::mem::take(&mut app.model.shared.data.orgs);
    let ours = orgs.value().unwrap()[..1].to_vec();
    app.msg(Msg::Accepted(Ok(vec![accepted]))).keys("5").see("14 high");
    let load = app.model.shared.new_load();
    app.model.shared.data.orgs.begin(load);
    let (ticket, answer) = (load.ticket, Ok(Reply::Orgs(ours)));
    app.msg(Msg::Replied { ticket, answer, entry: None }).see("13 high");
}

#[test]
fn the_details_show_who_created_a_token() {
    let mut app = App::ready(80, 24);
    app.keys("/").types("assistant-agent").press("Enter Enter").not_see("Audit log");
    app.press("L").later(1_500).see("loading").answer();
    app.see("Audit log    23 Nov 09:00 UTC  created by jo@acme.test");
    app.keys("Esc Esc /").types("grafana-reader").press("Enter Enter");
    app.see("no events in the last 30 days");
    // A read: it is not recorded in the journal and is not an in-flight change.
    app.press("L");
    assert!(app.model.shared.in_flight.is_empty());
    assert!(matches!(app.waiting.last(), Some(Effect::Call { record: None, .. })));
}

#[test]
fn an_unavailable_audit_log_is_not_requested_again_before_a_refresh() {
    use axtok::api::error::{Certainty, FailureKind};
    for status in [403, 404] {
        let mut app = App::ready(80, 24);
        app.keys("Enter").press("L");
        app.fail(Certainty::Rejected, FailureKind::Status(status), None);
        app.see("could not read the audit log").see("by default only owners");
        app.press("L").see("! The audit log is not available");
        assert!(app.calls().is_empty(), "it is not requested again");
        app.keys("Ctrl-r").not_see("Audit log").press("L");
        assert!(
            matches!(app.calls().last(), Some(Call::AuditLog(_))),
            "requested again after a refresh"
        );
    }
}

#[test]
fn after_any_other_failure_the_audit_log_can_be_requested_again() {
    use axtok::api::error::{Certainty, FailureKind};
    let mut app = review();
    app.press("L")
        .fail(Certainty::Unknown, FailureKind::Timeout, None)
        .see("could not read the audit");
    app.keys("L").see("Audit log: tokens");
}

#[test]
fn two_tokens_marked_on_the_token_list_can_be_compared() {
    let mut app = App::ready(80, 24);
    app.press("Space").press("=").see("Mark two tokens to compare them: 1 marked.");
    app.press("Space").see("= compare").press("=");
    app.see("Two tokens").see("load-tests").see("notebook-ana");
    app.press("Esc").press("Space = ").see("Mark two tokens to compare them: 3 marked.");
}

/// The review with the dataset and view lists refused with this status.
fn without_lists(width: u16, height: u16, status: u16) -> App {
    let mut app = App::new(width, height);
    let (lists, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut app.waiting).into_iter().partition(|effect| {
            let call = match effect {
                Effect::Call { call, .. } => Some(call),
                _ => None,
            };
            matches!(call, Some(Call::ListDatasets | Call::ListViews))
        });
    app.waiting = rest;
    drop(lists);
    app.answer().press("g a");
    for _ in 0..2 {
        app.fail(Certainty::Rejected, FailureKind::Status(status), None);
    }
    app.later(10_000);
    app
}

#[test]
fn incomplete_lists_are_reported_at_every_size() {
    for (width, height) in [(60, 15), (80, 24), (120, 40), (200, 60)] {
        for tab in ["1", "2", "3", "4", "5"] {
            let mut app = without_lists(width, height, 403);
            app.press(tab).not_see("(missing)");
            let shown = app.screen().split_whitespace().collect::<Vec<_>>().join(" ");
            let words = "! Not listed: datasets (403), views (403: needs the right views:read). \
                         A missing row does not mean no access; deleted ones are not detected.";
            assert!(shown.contains(words), "{shown}");
        }
        let mut app = without_lists(width, height, 500);
        app.see("datasets and views (500)");
        app.press("5 /").types("nothing-like-this").press("Ctrl-u");
        // With complete lists there is no warning.
        let mut app = App::ready(width, height);
        app.keys("g a").not_see("Not listed").not_see("Not all");
    }
}

#[test]
fn partial_and_outdated_lists_are_reported() {
    let mut app = App::ready(80, 24);
    app.model.shared.session.credential = axtok::domain::SecretKind::Api;
    app.keys("g a").see("Not all listed: datasets and views").see("API token");

    let mut app = App::ready(80, 24);
    app.keys("g a").press("Ctrl-r");
    while app.waiting.iter().any(|e| matches!(e, Effect::Call { .. })) {
        app.fail(Certainty::Rejected, FailureKind::Status(500), None);
    }
    app.see("Not all listed: datasets and views (500; showing an older");
    app.keys("Ctrl-r").not_see("Not all listed");
}
