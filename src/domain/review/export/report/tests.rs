//! Reports can be parsed again, whatever the names are, and say what was found and what not.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::Value;

use super::{
    super::{junit::Xml, openmetrics::Label, sarif::message},
    *,
};
use crate::domain::{
    Expiry, Grants, Scope, Target, TokenId, Verbs,
    review::{Inventory, survey, unchecked},
};

fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

/// A token that may send events to a dataset, or to all.
fn token(id: &str, name: &str, expires: &str, dataset: &str) -> ApiToken {
    let mut grants = Grants::default();
    let ingest = Scope::Dataset.capability("ingest").unwrap();
    grants.set(&Target::Dataset(dataset.into()), ingest, Verbs::C).unwrap();
    ApiToken {
        id: TokenId::new(id),
        name: name.into(),
        description: "".into(),
        expiry: Expiry::parse(expires, now()).unwrap().into(),
        grants,
    }
}

fn acceptance(token: &str, code: &str, reason: &str) -> Acceptance {
    Acceptance {
        org: "acme".to_owned(),
        token: TokenId::new(token),
        code: code.to_owned(),
        at: now(),
        reason: reason.into(),
    }
}

/// Reports about these tokens, all reviewed.
fn reported<T>(
    tokens: &[ApiToken],
    accepted: &[Acceptance],
    change: impl FnOnce(&mut Report<'_>),
    read: impl FnOnce(&Report<'_>) -> T,
) -> T {
    let items = survey(tokens, Inventory::default(), now());
    let reviewed: Vec<_> = (0..tokens.len()).collect();
    let mut report = Report {
        org: "acme",
        console: None,
        tokens,
        reviewed: &reviewed,
        items: &items,
        accepted: &Accepted::of(accepted, "acme"),
        not_checked: &[],
        not_asked: &[],
        least: Some(Severity::Low),
        ignores_accepted: false,
        now: now(),
    };
    change(&mut report);
    read(&report)
}

fn sarif_of(report: &Report<'_>) -> Value {
    serde_json::from_str(&report.sarif()).unwrap()
}

fn junit_of(report: &Report<'_>) -> String {
    report.junit()
}

fn metrics_of(report: &Report<'_>) -> String {
    report.openmetrics()
}

#[test]
fn sarif_has_a_rule_for_each_kind_and_a_result_for_each_finding() {
    let tokens = [token("1", "edge", "never", "*"), token("2", "fine", "90d", "prod")];
    let accepted = [acceptance("1", "never-expires", "in the \"safe\"")];
    let sarif = reported(&tokens, &accepted, |_| (), sarif_of);
    let run = &sarif["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "axtok/acme/");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, KINDS.map(|kind| kind.code));
    let results = run["results"].as_array().unwrap();
    let short: Vec<_> = results.iter().map(|r| (&r["ruleId"], &r["level"])).collect();
    assert_eq!(
        short,
        [
            (&"writes-all-datasets".into(), &"error".into()),
            (&"never-expires".into(), &"warning".into())
        ]
    );
    assert_eq!(results[0]["suppressions"], serde_json::json!([]));
    let suppression = &results[1]["suppressions"][0];
    assert_eq!(suppression["status"], "accepted");
    assert_eq!(suppression["justification"], "in the \"safe\"");
    let location = &results[1]["locations"][0]["logicalLocations"][0];
    assert_eq!(location["name"], "edge");
    assert_eq!(location["fullyQualifiedName"], "acme/apiTokens/1");
    assert_eq!(
        results[1]["message"]["text"],
        "Token edge never expires, so a leaked copy works forever. Fix: set an expiry such as 90d, \
         and regenerate before then."
    );
    assert!(results[1]["locations"][0].get("physicalLocation").is_none(), "no file is made up");
    assert!(results[1].get("hostedViewerUri").is_none());
    let page = "https://app.axiom.co/settings/api-tokens";
    let sarif = reported(&tokens, &[], |report| report.console = Some(page), sarif_of);
    assert_eq!(sarif["runs"][0]["results"][1]["hostedViewerUri"], page);
}

#[test]
fn fingerprints_are_unique_and_do_not_depend_on_the_name() {
    let prints = |names: [&str; 2]| -> Vec<String> {
        let tokens = [token("1", names[0], "never", "*"), token("2", names[1], "never", "*")];
        let sarif = reported(&tokens, &[], |_| (), sarif_of);
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        let print = |r: &Value| r["partialFingerprints"]["tokenFinding/v1"].to_string();
        results.iter().map(print).collect()
    };
    let first = prints(["a", "b"]);
    assert_eq!(first.iter().collect::<HashSet<_>>().len(), first.len());
    assert_eq!(first, prints(["x", "y"]));
}

#[test]
fn what_was_not_checked_is_said_and_not_counted_as_none() {
    let tokens = [token("1", "edge", "90d", "prod")];
    let change = |report: &mut Report<'_>| {
        report.not_checked = &["missing-dataset"];
        report.not_asked = &["unused-right"];
    };
    let sarif = reported(&tokens, &[], change, sarif_of);
    let said = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(said[0]["associatedRule"]["id"], "missing-dataset");
    assert_eq!(said.as_array().unwrap().len(), 1);
    let junit = reported(&tokens, &[], change, junit_of);
    assert!(junit.contains("classname=\"not checked\" name=\"missing-dataset\"><skipped "));
    let metrics = reported(&tokens, &[], change, metrics_of);
    assert!(metrics.contains("code=\"missing-view\""));
    for code in ["missing-dataset", "unused-right"] {
        assert!(!metrics.contains(code), "{code}: {metrics}");
    }
    assert_eq!(unchecked(None).len(), 3, "without the audit log");
}

#[test]
fn a_test_fails_for_each_finding_that_the_exit_status_counts() {
    let tokens = [
        token("1", "edge", "never", "*"),
        token("2", "fine", "90d", "prod"),
        token("3", "old", "800d", "prod"),
    ];
    let accepted = [acceptance("1", "never-expires", "in the <safe>")];
    let outcomes = |change: fn(&mut Report<'_>)| {
        let xml = reported(&tokens, &accepted, change, junit_of);
        let totals = xml.lines().nth(1).unwrap().to_owned();
        let cases = xml.lines().filter(|line| line.starts_with("<testcase"));
        let outcome = |line: &str| {
            let name = line.split("name=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
            let what = ["<failure", "<skipped"].into_iter().find(|tag| line.contains(tag));
            (name, what.unwrap_or("passed"))
        };
        (totals, cases.map(outcome).collect::<Vec<_>>(), xml)
    };
    let named = |all: [(&str, &'static str); 4]| all.map(|(name, what)| (name.to_owned(), what));
    let (totals, cases, xml) = outcomes(|_| ());
    assert!(totals.ends_with("tests=\"4\" failures=\"2\" errors=\"0\">"), "{totals}");
    assert_eq!(
        cases,
        named([
            ("writes-all-datasets", "<failure"),
            ("never-expires", "<skipped"),
            ("no findings", "passed"),
            ("long-life", "<failure"),
        ])
    );
    assert!(xml.contains("; accepted 2026-11-23: in the &lt;safe&gt;</skipped>"), "{xml}");
    let (_, cases, xml) = outcomes(|report| report.least = Some(Severity::Medium));
    assert_eq!(cases[3], ("long-life".to_owned(), "<skipped"));
    assert!(xml.contains("low: expires in more than a year; not counted by --fail-on"), "{xml}");
    let (_, cases, _) = outcomes(|report| report.ignores_accepted = true);
    assert_eq!(cases[1], ("never-expires".to_owned(), "<failure"));
}

#[test]
fn metrics_count_tokens_and_findings_and_say_when_tokens_expire() {
    let tokens = [
        token("1", "edge", "never", "*"),
        token("2", "fi\"ne\\", "5d", "prod"),
        token("3", "old", "90d", "prod"),
    ];
    let accepted = [acceptance("1", "never-expires", "safe")];
    let text = reported(&tokens, &accepted, |_| (), metrics_of);
    for line in [
        "axtok_tokens{org=\"acme\",type=\"basic\",state=\"active\"} 2",
        "axtok_tokens{org=\"acme\",type=\"basic\",state=\"expiring\"} 1",
        "axtok_tokens{org=\"acme\",type=\"advanced\",state=\"expired\"} 0",
        "axtok_token_expiry_timestamp_seconds{org=\"acme\",name=\"fi\\\"ne\\\\\",id=\"2\"} \
         1795874400",
        "axtok_findings{org=\"acme\",severity=\"medium\",code=\"never-expires\",accepted=\"true\"} 1",
        "axtok_findings{org=\"acme\",severity=\"medium\",code=\"never-expires\",accepted=\"false\"} 0",
        "axtok_answer_timestamp_seconds{org=\"acme\"} 1795442400",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("name=\"edge\""), "a token that never expires has no expiry");
    assert!(text.ends_with("\n# EOF\n"));
}

#[test]
fn an_empty_and_a_large_organisation_are_reported() {
    let none = reported(&[], &[], |_| (), |r| (sarif_of(r), r.junit(), r.openmetrics()));
    assert_eq!(none.0["runs"][0]["results"], serde_json::json!([]));
    assert!(none.1.contains("tests=\"0\" failures=\"0\""));
    assert!(none.2.contains("accepted=\"true\"} 0"));

    let all: Vec<_> = (0..10_000)
        .map(|i| {
            let id = format!("9d2c5a10-6f3b-4c7e-8a41-{i:012}");
            let (expires, dataset) = if i % 2 == 0 { ("800d", "prod") } else { ("90d", "*") };
            token(&id, &format!("service-{i}-ingest"), expires, dataset)
        })
        .collect();
    let (sarif, junit, metrics) =
        reported(&all, &[], |_| (), |r| (r.sarif(), r.junit(), r.openmetrics()));
    assert_eq!(sarif.matches("\"ruleId\":").count(), 10_000);
    assert_eq!(junit.matches("<failure ").count(), 10_000);
    assert_eq!(metrics.matches("\naxtok_token_expiry_timestamp_seconds{").count(), 10_000);
    // GitLab reads a report of at most 30 MB, GitHub one of 10 MB compressed.
    assert!([sarif, junit, metrics].iter().all(|text| text.len() < 10_000_000));
}

/// The text that a parser of XML reads: the references replaced.
fn parsed_xml(text: &str) -> String {
    let mut out = text.to_owned();
    for (reference, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#9;", "\t")] {
        out = out.replace(reference, c);
    }
    out.replace("&#10;", "\n").replace("&#13;", "\r").replace("&amp;", "&")
}

/// The value that a parser of metrics reads.
fn parsed_label(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(c @ ('\\' | '"')) => out.push(c),
                other => panic!("unknown escape {other:?}"),
            },
            '"' | '\n' => panic!("not escaped: {text:?}"),
            c => out.push(c),
        }
    }
    out
}

/// Whether XML 1.0 allows this character.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Text with everything that these formats treat specially.
fn hostile() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "&",
        "<",
        ">",
        "\"",
        "'",
        "]]>",
        "&amp;",
        "&#10;",
        "\\",
        "\\n",
        "\n",
        "\r",
        "\t",
        "\0",
        "\u{b}",
        "\u{1b}[2J",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{fffe}",
        "\u{ffff}",
        "{",
        "}",
        "{0}",
        "[x](http://x)",
        "](",
        "}\n# EOF\n",
        "日本",
        "👋",
        "\u{202e}",
        "a",
        " ",
    ]);
    let piece = prop_oneof![special.prop_map(str::to_owned), any::<String>()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_survives_xml(text in hostile()) {
        let xml = Xml(&text).to_string();
        prop_assert!(xml.chars().all(|c| is_xml(c) && !"<>\"\t\n\r".contains(c)), "{xml:?}");
        let spelled = |c: char| if is_xml(c) { c.to_string() } else { format!("<U+{:04X}>", u32::from(c)) };
        prop_assert_eq!(parsed_xml(&xml), text.chars().map(spelled).collect::<String>());
    }

    #[test]
    fn any_text_survives_a_label(text in hostile()) {
        prop_assert_eq!(parsed_label(&Label(&text).to_string()), text);
    }

    #[test]
    fn no_name_is_a_link_or_a_placeholder_in_a_message(text in hostile()) {
        let written = message(&text);
        prop_assert!(!written.contains("]("), "{}", written);
        let braces = written.replace("{{", "").replace("}}", "");
        prop_assert!(!braces.contains(['{', '}']), "{}", written);
    }

    #[test]
    fn any_name_leaves_the_reports_whole(name in hostile(), id in hostile(), reason in hostile()) {
        let tokens = [token(&id, &name, "5d", "*"), token("2", &name, "800d", "prod")];
        let accepted = [acceptance("2", "long-life", &reason)];
        let (sarif, junit, metrics) =
            reported(&tokens, &accepted, |_| (), |r| (sarif_of(r), r.junit(), r.openmetrics()));
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let location = &results[0]["locations"][0]["logicalLocations"][0]["name"];
        prop_assert_eq!(location.as_str().unwrap(), tokens[0].name.shown());
        prop_assert!(junit.chars().all(is_xml));
        for tag in ["<testsuite ", "</testsuite>"] {
            prop_assert_eq!(junit.matches(tag).count(), 2);
        }
        let samples = metrics.lines().filter(|line| !line.starts_with('#')).count();
        prop_assert_eq!(samples, 8 + 2 + 2 * KINDS.len() + 1);
        prop_assert_eq!(metrics.lines().filter(|line| *line == "# EOF").count(), 1);
    }
}
