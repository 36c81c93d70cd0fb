//! The access review on the command line.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use crate::{
    help::alone,
    script::{ACME, Ran, Script, readable, snapshot},
};

const CLEAN: &str = "[[org]]\nid = 'clean'\nname = 'Clean'\n[org.datasets.events]\nprod = ''\n\
    [[org.token]]\nname = 'sender'\nexpires = '90d'\ningest_into = ['prod']\n";

fn demo() -> Script {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.toml");
    Script::serving(&fs::read_to_string(file).unwrap())
}

/// The names of the tokens, without repetitions and in order.
fn who(ran: &Ran) -> Vec<String> {
    let value = ran.json();
    let names = value.as_array().unwrap().iter().map(|v| v["tokenName"].as_str().unwrap());
    let mut names: Vec<_> = names.map(str::to_owned).collect();
    names.dedup();
    names
}

/// Accepts one finding, as the dashboard does.
fn accept(script: &Script, token: &str, finding: &str) {
    let file = script.path(".local/state/axtok/accepted-findings.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let line = format!(
        r#"{{"accepted":[{{"organisation":"acme","token":"{token}","finding":"{finding}",
        "at":"2026-01-02T03:04:05Z","reason":"in the safe"}}]}}"#
    );
    fs::write(file, line).unwrap();
}

#[test]
fn findings_planted_in_the_demo_are_reported() {
    let ran = demo().run(&["review", "--json"]).ends(0);
    let found = ran.json();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in found.as_array().unwrap() {
        *codes.entry(finding["code"].as_str().unwrap()).or_default() += 1;
    }
    let planted = [
        ("changes-billing", 2),
        ("changes-shared-keys", 2),
        ("deletes-settings", 5),
        ("destroys-data", 3),
        ("expired", 4),
        ("full-dataset", 1),
        ("full-org", 1),
        ("long-life", 1),
        ("mints-access-control", 2),
        ("mints-api-tokens", 3),
        ("mints-users", 2),
        ("missing-dataset", 1),
        ("never-expires", 4),
        ("queries-all-datasets", 1),
        ("queries-all-views", 1),
        ("same-name", 2),
        ("shares-data", 2),
        ("two-purposes", 1),
        ("unknown-rights", 1),
        ("writes-all-datasets", 3),
    ];
    assert_eq!(codes, BTreeMap::from(planted));
}

#[test]
fn a_clean_organisation_has_no_findings() {
    let script = Script::serving(CLEAN);
    let ran = script.run(&["review", "--fail-on", "low"]).ends(0).says("no findings");
    assert_eq!(ran.out, "");
    assert_eq!(script.run(&["review", "--json"]).ends(0).out, "[]\n");
}

#[test]
fn findings_are_sorted_by_severity_and_their_shape_is_stable() {
    let script = Script::with("");
    accept(&script, "id-forever", "never-expires");
    let table = script.run(&["review"]).ends(0).out;
    snapshot("text_review", &table);
    let one = script.run(&["review", "--json", "--token", "forever"]).ends(0);
    snapshot("json_review", &readable(&one.json()));
    let csv = script.run(&["review", "--format", "csv"]).ends(0).out;
    assert!(csv.starts_with("severity,finding,token,token_id,"), "{csv}");
    assert!(csv.contains("2026-01-02T03:04:05Z,in the safe"), "{csv}");
    let markdown = script.run(&["review", "--format", "markdown"]).ends(0).out;
    let about = markdown.lines().nth(2).unwrap();
    assert!(markdown.starts_with("## Findings\n\n"), "{markdown}");
    assert!(about.starts_with("acme, ") && about.ends_with(" UTC"), "{about}");
}

#[test]
fn the_exit_status_reports_findings_that_are_not_accepted() {
    let script = Script::with("");
    let fails = |args: &[&str], status| script.run(&[&["review"], args].concat()).ends(status);
    fails(&["--fail-on", "high"], 0);
    fails(&["--fail-on", "medium"], 1).says("3 findings of severity medium or higher");
    fails(&["--fail-on", "low", "--token", "soon"], 0);
    fails(&["--fail-on", "low", "--token", "old", "--json"], 1).json();
    accept(&script, "id-old", "expired");
    fails(&["--fail-on", "low", "--token", "old"], 0);
    fails(&["--fail-on", "low", "--token", "old", "--ignore-accepted"], 1);
    fails(&["--ignore-accepted"], 2);
    fails(&["--fail-on", "low", "--can", "delete"], 2);
    fails(&["--fail-on", "low", "--dataset", "prod-api"], 2);
    fails(&["--json", "--format", "csv"], 2);
    let file = script.path(".local/state/axtok/accepted-findings.json");
    fs::write(file, "{").unwrap();
    let ran = fails(&["--fail-on", "low"], 2).says("accepted-findings.json");
    assert_eq!(ran.out, "");
    fails(&["--fail-on", "low", "--ignore-accepted"], 1).says("accepted-findings.json");
}

#[test]
fn the_exit_status_reports_tokens_that_are_due() {
    let script = Script::with("");
    let due = |args: &[&str], status| {
        let within = &["review", "--expiring-within"];
        script.run(&[within, args].concat()).ends(status)
    };
    let ran = due(&["14d"], 1).says("1 token is due: soon id-soon expires");
    // The first twin expires in 3 days, and the second one replaces it.
    ran.says("twin id-twin-1 is not counted");
    due(&["4d", "--json"], 0).json();
    due(&["365d", "--json"], 1).says("3 tokens are due").json();
    due(&["14d", "--token", "forever"], 0);
    due(&["14d", "--format", "csv"], 1);
    // Either is enough, and both are reported.
    due(&["4d", "--fail-on", "medium"], 1);
    due(&["14d", "--fail-on", "high"], 1);
    due(&["4d", "--fail-on", "high"], 0);
    due(&["14d", "--fail-on", "medium"], 1).says("1 token is due").says("3 findings of severity");
    for wrong in
        [&["never"][..], &["soon"], &["14d", "--can", "delete"], &["14d", "--org", "users"]]
    {
        due(wrong, 2);
    }
    // Usage errors are reported before any request.
    let unreachable = Script::with("[[fault]]\nroute = '*'\nstatus = 500\n");
    unreachable.run(&["review", "--expiring-within", "soon"]).ends(2).says("try 90d");
}

#[test]
fn data_that_the_credential_cannot_read_is_reported() {
    let script = Script::serving(&format!(
        "api_token = 'admin'\n{ACME}[[org.token]]\nid = 'id-admin'\nname = 'admin'\n\
         org = ['apiTokens:read']\n[[org.token]]\nname = 'late'\nexpires = '20d'\n\
         dataset = {{ gone = ['ingest:create'] }}\n"
    ));
    let codes = |ran: &Ran, name: &str| -> Vec<String> {
        let json = ran.json();
        let found = json.as_array().unwrap().iter().map(|f| f[name].to_string());
        found.collect()
    };
    let personal = script.run(&["review", "--json"]).ends(0);
    assert_eq!(personal.err, "");
    assert!(codes(&personal, "code").contains(&"\"missing-dataset\"".to_owned()));
    assert!(codes(&personal, "notChecked").iter().all(|c| c == "[]"));
    let api_token = script.server.api_token.clone();
    let script = script.signed_in_with(&api_token);
    for form in [&["--json"][..], &[], &["--format", "csv"]] {
        let ran = script.run(&[&["review"], form].concat()).ends(0);
        let message = "axtok: not checked: missing-dataset, missing-view; only a personal token can \
                    list every dataset and view\n";
        assert_eq!(ran.err, message, "not exactly one message");
        if form == ["--json"] {
            let each = codes(&ran, "notChecked");
            assert!(each.iter().all(|c| c == r#"["missing-dataset","missing-view"]"#), "{each:?}");
            assert!(!codes(&ran, "code").contains(&"\"missing-dataset\"".to_owned()));
        }
    }
}

#[test]
fn access_is_reported_for_one_resource_and_for_all() {
    let script = Script::with("");
    let asked = |args: &[&str]| script.run(&[&["review", "--json"], args].concat()).ends(0);
    let reach = asked(&["--dataset", "prod-api"]);
    snapshot(
        "json_review_dataset",
        &readable(&asked(&["--dataset", "prod-api", "--token", "forever"]).json()),
    );
    assert_eq!(who(&reach), ["forever", "soon"]);
    assert_eq!(who(&asked(&["--dataset", "prod-api", "--can", "delete"])), ["forever"]);
    assert_eq!(who(&asked(&["--org", "USERS"])), ["forever"]);
    assert_eq!(who(&asked(&["--can", "write"])), ["forever", "twin", "old"]);
    assert_eq!(asked(&["--can", "mint"]).out, "[]\n");
    let text = script.run(&["review", "--dataset", "prod-web", "--can", "read"]).ends(0).out;
    assert!(text.contains("query:read*"), "{text}");
    script.run(&["review", "--can", "mint"]).ends(0).says("no token can mint tokens");
    let csv = script.run(&["review", "--can", "delete", "--format", "csv"]).ends(0).out;
    assert!(csv.starts_with("scope,resource,token,token_id,rights,"), "{csv}");
    let csv = script.run(&["review", "--dataset", "prod-api", "--format", "csv"]).ends(0).out;
    assert!(csv.starts_with("resource,token,token_id,rights,"), "{csv}");
    script.run(&["review", "--dataset", "prod-ap"]).ends(5).says("did you mean prod-api?");
    script.run(&["review", "--view", "nothing"]).ends(5);
    script.run(&["review", "--org", "user"]).ends(2).says("did you mean users?");
    script.run(&["review", "--token", "nobody"]).ends(5);
}

#[test]
fn the_exit_status_gives_the_kind_of_failure() {
    for (status, ends) in [(403, 4), (429, 7), (500, 1)] {
        let fault = format!("[[fault]]\nroute = 'GET /v2/tokens'\nstatus = {status}\n");
        let ran = Script::with(&fault).run(&["review", "--json"]).ends(ends);
        assert_eq!(ran.json()["error"]["status"], ends, "not exactly one error was printed");
    }
    let stranger = Script::with("").signed_in_with("xapt-canary-1");
    stranger.run(&["review", "--fail-on", "low"]).ends(3).says("Sign in again");
    // Without the list of datasets, missing ones are unknown; other findings are reported.
    let fault = |status| format!("[[fault]]\nroute = 'GET /v2/datasets'\nstatus = {status}\n");
    let ran = Script::with(&fault(403)).run(&["review", "--json"]).ends(0);
    assert!(!who(&ran).is_empty());
    assert_eq!(ran.json()[0]["notChecked"], serde_json::json!(["missing-dataset"]));
    ran.says("the review continues without this");
    Script::with(&fault(500)).run(&["review"]).ends(1);
}

/// The examples in docs/access-review.md in the demo organisation: exit status, and text that
/// shows that they do what their comments promise.
const EXAMPLES: &[(&str, i32, &str)] = &[
    ("axtok review", 0, "FINDING\n\nhigh: 14\n"),
    ("axtok review --fail-on high", 1, "high: 14"),
    ("axtok review --fail-on high --ignore-accepted", 1, "high: 14"),
    ("axtok review --expiring-within 14d", 1, "high: 14"),
    ("axtok review --token grafana-reader", 0, ""),
    ("axtok review --usage", 0, "FINDING"),
    ("axtok review --format markdown > review.md", 0, ""),
    ("axtok review --json", 0, "\"mints-api-tokens\""),
    ("axtok review --dataset prod-api", 0, "break-glass"),
    ("axtok review --dataset prod-api --can delete", 0, "break-glass"),
    ("axtok review --view payments-masked --can share", 0, "break-glass"),
    ("axtok review --org apiTokens", 0, "break-glass"),
    ("axtok review --can mint", 0, "break-glass"),
    ("axtok review --fail-on high --expiring-within 14d --format markdown > review.md", 1, ""),
];

#[test]
fn the_documented_examples_do_what_they_promise() {
    let script = demo();
    let path = script.with_program_in_path();
    let run = |line: &str| {
        let mut sh = Command::new("sh");
        sh.args(["-c", line]).current_dir(script.home.path());
        sh.env_clear().envs(script.env()).env("PATH", &path);
        Ran::fed(sh, "")
    };
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/access-review.md");
    let page = fs::read_to_string(page).unwrap();
    let lines = page.lines().filter(|line| line.starts_with("axtok review"));
    let mut left: Vec<_> = EXAMPLES.to_vec();
    for line in lines {
        let (command, comment) = line.split_once('#').unwrap_or((line, ""));
        let command = command.trim();
        let at = left.iter().position(|(known, ..)| *known == command);
        let (_, status, words) = left.remove(at.unwrap_or_else(|| panic!("{line} is not tested")));
        assert!(status == 1 || !comment.contains("status 1"), "the comment is wrong: {line}");
        let ran = run(command).ends(status);
        assert!(ran.out.contains(words), "{line}: {ran:?}");
    }
    assert!(left.is_empty(), "no longer on the page: {left:?}");
    let written = fs::read_to_string(script.path("review.md")).unwrap();
    assert!(written.starts_with("## Findings\n\n"), "{written}");
    assert!(written.contains("\n\n| severity |"), "{written}");
    // The examples in the help, except those with jq, which may not be installed.
    let help = alone(&["review", "--help"]).ends(0).out;
    let lines = help.lines().map(str::trim).filter(|l| l.starts_with("axtok review"));
    let lines: Vec<_> = lines.filter(|l| !l.contains("| jq")).collect();
    assert!(lines.len() >= 5, "{lines:?}");
    for line in lines {
        run(line).ends(0);
    }
}
