//! Writes a review as SARIF 2.1.0 (OASIS), with one result per line.
//!
//! A token is in no file, so a result has a logical location and no physical one.

use serde_json::{Value, json};

use super::report::{Report, label};
use crate::domain::review::{FindingKind, Fix, Item, Severity};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of the fingerprint; the version changes when its contents do.
const FINGERPRINT: &str = "tokenFinding/v1";

pub(super) fn write(report: &Report<'_>) -> String {
    let rules: Vec<_> = report
        .kinds()
        .into_iter()
        .map(|(code, severity, kind)| rule(report, code, severity, kind))
        .collect();
    let driver = json!({
        "name": "axtok",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules,
    });
    let not_checked = report.not_checked.iter().map(|code| {
        json!({
            "level": "note",
            "message": { "text": format!("not checked: {code}") },
            "associatedRule": { "id": code },
        })
    });
    let invocation = json!({
        "executionSuccessful": true,
        "endTimeUtc": report.now.to_string(),
        "toolExecutionNotifications": not_checked.collect::<Vec<_>>(),
    });
    // The id ends in a slash, since it is the same for every run.
    let category = json!({ "id": format!("axtok/{}/", report.org) });
    let results = report.items.iter().filter_map(|item| result(report, item));
    let results: Vec<_> = results.map(|result| format!("\n{result}")).collect();
    format!(
        "{{\"$schema\":{},\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{},\"automationDetails\":{},\
         \"invocations\":[{}],\"results\":[{}\n]}}]}}\n",
        json!(SCHEMA),
        json!({ "driver": driver }),
        category,
        invocation,
        results.join(",")
    )
}

fn rule(report: &Report<'_>, code: &str, severity: Severity, kind: Option<&FindingKind>) -> Value {
    let help = kind.map_or_else(
        || {
            let first = report.items.iter().find(|item| item.finding.code == code);
            first.map_or_else(String::new, |item| message(item.finding.fix))
        },
        |kind| help(kind.way).to_owned(),
    );
    json!({
        "id": code,
        "shortDescription": { "text": kind.map_or(code, |kind| kind.title) },
        "help": { "text": help },
        "helpUri": concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/access-review.md#findings"),
        "defaultConfiguration": { "level": level(severity) },
        "properties": { "tags": ["security"], "security-severity": score(severity) },
    })
}

fn result(report: &Report<'_>, item: &Item) -> Option<Value> {
    let token = report.tokens.get(item.token)?;
    let (finding, id) = (&item.finding, token.id.to_string());
    let text = format!("Token {} {}. Fix: {}.", label(token), finding.why, finding.fix);
    // Without the member, whether a result is suppressed would be unknown.
    let suppressions: Vec<_> = report
        .acceptance(item)
        .map(|acceptance| {
            json!({
                "kind": "external",
                "status": "accepted",
                "justification": acceptance.reason.shown(),
                "properties": { "acceptedAt": acceptance.at.to_string() },
            })
        })
        .into_iter()
        .collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": message(&text) },
        "locations": [{
            "logicalLocations": [{
                "name": token.name.shown(),
                "fullyQualifiedName": format!("{}/apiTokens/{id}", report.org),
                "kind": "resource",
            }],
        }],
        "partialFingerprints": { FINGERPRINT: format!("{id}/{}", finding.code) },
        "suppressions": suppressions,
    });
    if let Some(console) = report.console {
        result["hostedViewerUri"] = json!(console);
    }
    Some(result)
}

/// A plain text message without placeholders and links: braces are doubled, as the standard
/// requires, and `](`, which would begin the address of a link, is separated.
pub(super) fn message(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The number that code scanning shows as the same severity.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
    }
}

const fn help(way: Fix) -> &'static str {
    match way {
        Fix::Narrow => "Replace the token by one with narrower rights.",
        Fix::Replace => "Replace the token by one with only the rights that it needs.",
        Fix::Regenerate => "Regenerate the token with an expiry.",
        Fix::Delete => "Delete the token if nothing needs it any more.",
    }
}
