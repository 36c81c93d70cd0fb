//! What `axtok review` prints for other programs, read by the parsers of those programs. The
//! parsers are Python packages, listed in `formats/parse.py`. `PARSERS=/path/to/python` names an
//! interpreter that has them, and then nothing may be skipped; without it, `python3` is tried,
//! and a missing package is reported.
//!
//! What ran: `cargo test --test formats 2>&1 | grep '^format '`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "commands_api/script.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod script;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    io::Write as _,
    path::Path,
    process::Command,
};

use axtok::domain::SafeText;
use serde_json::{Value, json};

use script::Script;

/// Names with everything that one of the formats treats specially.
const NAMES: [&str; 16] = [
    "plain",
    "ci.web-2",
    "quo\"te\\back\\n",
    "new\nline\r\ttab",
    "<b>&amp;</b>]]>",
    "\u{1b}[31m\u{7}\u{7f}",
    "\u{fffe}\u{ffff}\u{2028}\u{202e}",
    "{0} {name} }} [x](http://evil.test)",
    "a=\"b\",c=\"d\"} 1\n# EOF",
    "東京-ログ 👋 e\u{301}",
    " blanks  around ",
    "'single' `back` $dollar",
    "--",
    "%s %n %25",
    "no\u{a0}break",
    "twin",
];

/// An organisation with a token for each name, three times for `twin`: most with findings.
fn organisation() -> String {
    let begin = "seed = 1\n[user]\nid = 'usr_1'\nname = 'Jo'\nemail = 'jo@acme.test'\n\
        [[org]]\nid = 'acme'\nname = 'Acme'\n[org.datasets.events]\nprod = ''\n"
        .to_owned();
    let all = NAMES.iter().chain(&["twin", "twin"]).enumerate();
    let token = |(at, name): (usize, &&str)| {
        let name = toml_text(name);
        let expires = ["", "expires = '5d'\n", "expires = '800d'\n"][at % 3];
        format!(
            "[[org.token]]\nid = 'id-{at}'\nname = {name}\n{expires}\
             dataset = {{ prod = ['ingest:create'] }}\n"
        )
    };
    begin + &all.map(token).collect::<String>()
}

fn toml_text(text: &str) -> String {
    let escape = |c: char| format!("\\U{:08X}", u32::from(c));
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

fn shown(name: &str) -> String {
    SafeText::from(name).shown().to_owned()
}

/// The token with this position has an accepted finding.
fn accept(script: &Script, token: usize, finding: &str, reason: &str) {
    let file = script.path(".local/state/axtok/accepted-findings.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let accepted = json!({ "accepted": [{
        "organisation": "acme", "token": format!("id-{token}"), "finding": finding,
        "at": "2026-01-02T03:04:05Z", "reason": reason,
    }] });
    fs::write(file, accepted.to_string()).unwrap();
}

/// What the parsers read. `None` if they are not installed.
fn parsed(script: &Script, format: &str, text: &str) -> Option<Value> {
    let file = script.path("review.out");
    fs::write(&file, text).unwrap();
    let required = std::env::var_os("PARSERS");
    let python = required.clone().unwrap_or_else(|| "python3".into());
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/parse.py");
    let ran = Command::new(python).arg(program).arg(format).arg(file).output();
    let skip = |why: &str| {
        assert!(required.is_none(), "{format}: {why}");
        say(&format!("format {format}: skipped, {why}"));
        None
    };
    let ran = match ran {
        Ok(ran) => ran,
        Err(error) => return skip(&error.to_string()),
    };
    let out = String::from_utf8(ran.stdout).unwrap();
    if ran.status.code() == Some(77) {
        return skip(out.trim());
    }
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{format}: {errors}\n{text}");
    let read: Value = serde_json::from_str(&out).unwrap();
    say(&format!("format {format}: parsed with {}", read["with"].as_str().unwrap()));
    Some(read)
}

/// Prints a line that is not captured.
fn say(line: &str) {
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{line}").unwrap();
}

/// A policy that the tokens with an expiry in 800 days break, with a reason that needs escaping.
const POLICY: &str = r#"
max-lifetime = "1y"
never-expires = "allow"
[[exempt]]
token = "quo*"
rules = ["name"]
until = 2020-01-31
reason = "<b>&\"]]>{x}"
"#;

/// A reviewed organisation in a format, with an accepted finding and a policy.
fn reviewed(format: &str) -> (Script, String) {
    let script = Script::serving(&organisation());
    let folder = script.path(".config/axtok");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("policy.toml"), POLICY).unwrap();
    accept(&script, 0, "never-expires", "in the <safe> & \"locked\"");
    let text = script.run(&["review", "--format", format]).ends(0).out;
    (script, text)
}

#[test]
fn sarif_is_valid_by_the_published_schema() {
    let (script, text) = reviewed("sarif");
    let sarif: Value = serde_json::from_str(&text).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let accepted: Vec<_> = results.iter().filter(|r| r["suppressions"] != json!([])).collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0]["suppressions"][0]["justification"], "in the <safe> & \"locked\"");
    let Some(read) = parsed(&script, "sarif", &text) else { return };
    let names = read["names"].as_array().unwrap().iter().map(|n| n.as_str().unwrap().to_owned());
    let names: BTreeSet<String> = names.collect();
    let with_finding =
        NAMES.iter().enumerate().filter(|(at, name)| at % 3 != 1 || **name == "twin");
    assert_eq!(names, with_finding.map(|(_, name)| shown(name)).collect());
}

#[test]
fn junit_is_read_by_junitparser() {
    let (script, text) = reviewed("junit");
    let Some(read) = parsed(&script, "junit", &text) else { return };
    let cases = read["cases"].as_array().unwrap();
    let texts = |case: &Value| -> Vec<String> {
        case.as_array().unwrap().iter().map(|v| v.as_str().unwrap_or("").to_owned()).collect()
    };
    let cases: Vec<_> = cases.iter().map(texts).collect();
    let suites: BTreeSet<_> = cases.iter().map(|case| case[0].clone()).collect();
    let all = NAMES.iter().chain(&["twin", "twin"]).enumerate();
    assert_eq!(suites, all.map(|(at, name)| format!("{} (id-{at})", shown(name))).collect());
    let outcome = |id: &str, code: &str| {
        let end = format!("({id})");
        let case = cases.iter().find(|case| case[0].ends_with(&end) && case[1] == code);
        case.map(|case| (case[2].as_str(), case[3].as_str())).unwrap()
    };
    let never = "medium: never expires, so a leaked copy works forever";
    let reason = format!("{never}; accepted 2026-01-02: in the <safe> & \"locked\"");
    assert_eq!(outcome("id-0", "never-expires"), ("skipped", &*reason));
    assert_eq!(outcome("id-3", "never-expires"), ("failure", never));
    assert_eq!(outcome("id-1", "no findings"), ("passed", ""));
    let (kind, message) = outcome("id-2", "policy/max-lifetime");
    assert_eq!(
        (kind, message),
        ("failure", "medium: expires in 800 days, and the policy allows 1y")
    );
    let ended = "medium: was exempt from name until 31 Jan 2020 (<b>&\"]]>{x})";
    assert_eq!(outcome("id-2", "policy/exemption-ended"), ("failure", ended));
    let (kind, message) = outcome("id-15", "same-name");
    assert_eq!((kind, message), ("failure", "low: has the same name as another token: twin"));
}

#[test]
fn metrics_are_read_as_openmetrics_and_as_prometheus_text() {
    let (script, text) = reviewed("openmetrics");
    let Some(read) = parsed(&script, "openmetrics", &text) else { return };
    assert_eq!(read["units"]["axtok_token_expiry_timestamp_seconds"], "seconds");
    let samples = read["samples"].as_array().unwrap();
    let of = |name: &str| samples.iter().filter(|s| s[0] == name).collect::<Vec<_>>();
    let expiring: BTreeSet<_> = of("axtok_token_expiry_timestamp_seconds")
        .iter()
        .map(|s| (s[1]["name"].as_str().unwrap().to_owned(), s[1]["id"].to_string()))
        .collect();
    let all = NAMES.iter().chain(&["twin", "twin"]).enumerate().filter(|(at, _)| at % 3 != 0);
    assert_eq!(expiring, all.map(|(at, n)| (shown(n), format!("\"id-{at}\""))).collect());
    let tokens: f64 = of("axtok_tokens").iter().map(|s| s[2].as_f64().unwrap()).sum();
    assert!((tokens - 18.0).abs() < 0.5, "{tokens}");
    let never = of("axtok_findings").into_iter().filter(|s| s[1]["code"] == "never-expires");
    let never: Vec<_> = never.map(|s| (&s[1]["accepted"], s[2].as_f64().unwrap())).collect();
    assert_eq!(never, [(&json!("false"), 5.0), (&json!("true"), 1.0)]);
    assert!(samples.iter().all(|s| s[1]["org"] == "acme"));
    let policy = of("axtok_findings").into_iter();
    let policy = policy.filter(|s| s[1]["code"].as_str().unwrap().starts_with("policy/"));
    let policy: BTreeSet<_> = policy.map(|s| s[1]["code"].as_str().unwrap()).collect();
    // Rules that are not in force have no series.
    assert_eq!(policy, BTreeSet::from(["policy/exemption-ended", "policy/max-lifetime"]));
    // The audit log was not asked, so it is not known that there are none.
    assert!(of("axtok_findings").iter().all(|s| s[1]["code"] != "unused-token"));
    let now = of("axtok_answer_timestamp_seconds")[0][2].as_f64().unwrap();
    assert!(now > 1_700_000_000.0, "{now}");
}

/// As many series as the largest organisations have.
#[test]
fn a_metric_for_each_of_10_000_tokens_is_read() {
    let token = |i: usize| {
        format!(
            "[[org.token]]\nid = '9d2c5a10-{i}'\nname = 'service-{i}'\nexpires = '90d'\n\
             dataset = {{ prod = ['ingest:create'] }}\n"
        )
    };
    let begin = organisation();
    let begin = begin.split("[[org.token]]").next().unwrap();
    let all: String = (0..10_000).map(token).collect();
    let script = Script::serving(&format!("{begin}{all}"));
    let text = script.run(&["review", "--format", "openmetrics"]).ends(0).out;
    let name = "axtok_token_expiry_timestamp_seconds";
    let samples = text.lines().filter(|line| line.starts_with(&format!("{name}{{")));
    assert_eq!(samples.collect::<HashSet<_>>().len(), 10_000);
    let Some(read) = parsed(&script, "openmetrics", &text) else { return };
    let samples = read["samples"].as_array().unwrap();
    assert_eq!(samples.iter().filter(|sample| sample[0] == name).count(), 10_000);
}

#[test]
fn only_findings_have_these_formats() {
    // Nothing is asked before the arguments are checked.
    let script = Script::with("[[fault]]\nroute = '*'\nstatus = 500\n");
    for format in ["sarif", "junit", "openmetrics"] {
        for question in [&["--can", "read"][..], &["--dataset", "prod-api"]] {
            let args = [&["review", "--format", format], question].concat();
            script.run(&args).ends(2).says("this format is for findings");
        }
        script.run(&["review", "--json", "--format", format]).ends(2);
    }
}

#[test]
fn the_exit_status_is_the_same_in_every_format() {
    let script = Script::serving(&organisation());
    for format in ["sarif", "junit", "openmetrics"] {
        let fails = |level| ["review", "--format", format, "--fail-on", level];
        let ran = script.run(&fails("medium")).ends(1);
        assert!(!ran.out.is_empty());
        script.run(&fails("high")).ends(0);
    }
    // A finding that does not fail the command fails no test.
    let text = script.run(&["review", "--format", "junit", "--fail-on", "high"]).ends(0).out;
    assert!(text.contains("failures=\"0\"") && !text.contains("<failure"), "{text}");
}

/// The commands in docs/reports.md that turn SARIF into what GitHub accepts.
#[test]
fn the_documented_filter_makes_sarif_that_github_accepts() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reports.md");
    let page = fs::read_to_string(page).unwrap();
    let begin = page.find("jq '").unwrap() + "jq '".len();
    let filter = &page[begin..begin + page[begin..].find('\'').unwrap()];
    let (script, text) = reviewed("sarif");
    fs::write(script.path("axtok.sarif"), &text).unwrap();
    let ran = Command::new("jq").arg(filter).arg(script.path("axtok.sarif")).output();
    let Ok(ran) = ran else {
        say("format sarif for GitHub: skipped, jq is not installed");
        return;
    };
    assert!(ran.status.success(), "{ran:?}");
    let text = String::from_utf8(ran.stdout).unwrap();
    let sarif: Value = serde_json::from_str(&text).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    let mut prints = HashSet::new();
    for result in results {
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], ".github/workflows/axtok.yml");
        assert_eq!(result["suppressions"], json!([]), "GitHub would show it as open");
        assert!(
            prints.insert(result["partialFingerprints"]["primaryLocationLineHash"].to_string())
        );
    }
    parsed(&script, "sarif", &text);
}
