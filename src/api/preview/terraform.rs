//! Writes a token as a resource of the Terraform provider `axiomhq/axiom`.
//!
//! The attributes follow the provider's published documentation of `axiom_token`. Assumed: the
//! dataset name `*` means all datasets there too, since the provider passes names on to the API.

use std::fmt::Write as _;

use crate::domain::{Capability, NewToken, Rights, SafeText, Scope, Target, Unknown, Verb};

/// The capabilities on datasets that the provider supports: all but `share`.
const DATASET: [&str; 7] =
    ["ingest", "query", "starredQueries", "virtualFields", "data", "trim", "vacuum"];

/// The organisation's capabilities that the provider supports: all but `views`.
const ORG: [&str; 14] = [
    "annotations",
    "apiTokens",
    "auditLog",
    "billing",
    "dashboards",
    "datasets",
    "endpoints",
    "flows",
    "integrations",
    "monitors",
    "notifiers",
    "rbac",
    "sharedAccessKeys",
    "users",
];

/// The token as an `axiom_token` resource, and a list of what Terraform cannot express: rights on
/// views, sharing, and parts unknown to this version.
#[must_use]
pub fn terraform(token: &NewToken) -> (String, Vec<String>) {
    let mut left_out: Vec<String> = Vec::new();
    let mut datasets = String::new();
    let mut org = String::new();
    for (target, rights) in token.grants.rows() {
        let (attributes, missing) = split(target.scope(), rights);
        let place = match &target {
            Target::Dataset(name) => name.shown().to_owned(),
            Target::View(name) => format!("view {}", name.shown()),
            Target::Org => "organisation".to_owned(),
        };
        left_out.extend(missing.iter().map(|what| format!("{place}: {what}")));
        match &target {
            Target::Dataset(name) if !attributes.is_empty() => {
                let block = lines(&attributes, 6);
                // Writing to a String cannot fail.
                let _ = writeln!(datasets, "    {} = {{\n{block}    }}", quoted(name.raw()));
            }
            Target::Org => org = lines(&attributes, 4),
            Target::Dataset(_) | Target::View(_) => {}
        }
    }
    for scope in &token.grants.unknown {
        left_out.push(format!("{} (unknown to this version)", scope.name.shown()));
    }
    if datasets.is_empty() && org.is_empty() && !left_out.is_empty() {
        left_out.push("no rights are left, but a token needs at least one".to_owned());
    }
    (resource(token, &datasets, &org), left_out)
}

fn resource(token: &NewToken, datasets: &str, org: &str) -> String {
    let mut facts = vec![("name".to_owned(), quoted(&token.name))];
    if !token.description.is_empty() {
        facts.push(("description".to_owned(), quoted(&token.description)));
    }
    // Without `expires_at`, the token never expires.
    if let Some(at) = token.expiry.at() {
        facts.push(("expires_at".to_owned(), quoted(&at.to_string())));
    }
    let mut text = String::from("# Terraform keeps the token's secret in its state.\n");
    let _ = writeln!(text, "resource \"axiom_token\" \"{}\" {{", label(&token.name));
    text.push_str(&lines(&facts, 2));
    for (attribute, block) in [("dataset_capabilities", datasets), ("org_capabilities", org)] {
        if !block.is_empty() {
            let _ = write!(text, "\n  {attribute} = {{\n{block}  }}\n");
        }
    }
    text.push_str("}\n");
    text
}

/// The attributes that the provider supports, with their values, and descriptions of the others.
fn split(scope: Scope, rights: &Rights) -> (Vec<(String, String)>, Vec<String>) {
    let provided: &[&str] = match scope {
        Scope::Dataset => &DATASET,
        Scope::View => &[],
        Scope::Org => &ORG,
    };
    let mut attributes = Vec::new();
    let mut missing = Vec::new();
    for c in scope.capabilities() {
        let verbs: Vec<_> = rights.verbs(c).iter().map(Verb::wire).collect();
        if verbs.is_empty() {
        } else if provided.contains(&c.wire) {
            attributes.push((snake(c), format!("[\"{}\"]", verbs.join("\", \""))));
        } else {
            missing.push(format!("{} ({})", c.wire, verbs.join(", ")));
        }
    }
    missing.extend(rights.unknown().iter().map(|unknown| match unknown {
        Unknown::Capability { name, .. } => format!("{} (unknown to this version)", name.shown()),
        Unknown::Verb { capability, json } => {
            format!("{} {} (unknown to this version)", capability.wire, json.shown())
        }
    }));
    (attributes, missing)
}

/// The name in snake case: `starred_queries` for `starredQueries`.
fn snake(capability: &Capability) -> String {
    let mut name = String::new();
    for c in capability.wire.chars() {
        if c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// Attributes with their equals signs aligned, as `terraform fmt` does.
fn lines(attributes: &[(String, String)], indent: usize) -> String {
    let width = attributes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    attributes
        .iter()
        .map(|(name, value)| format!("{:indent$}{name:width$} = {value}\n", ""))
        .collect()
}

/// A resource name: letters, digits and `_`, not beginning with a digit.
fn label(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let words: Vec<_> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let label = words.join("_");
    match label.bytes().next() {
        None => "token".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("token_{label}"),
        Some(_) => label,
    }
}

/// A quoted string: escapes templates, quotes and invisible characters.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            c if is_hidden(c) => {
                let code = u32::from(c);
                let _ = match code {
                    ..=0xffff => write!(out, "\\u{code:04X}"),
                    _ => write!(out, "\\U{code:08X}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_hidden(c: char) -> bool {
    // After a letter, since a combining mark alone counts as hidden.
    let text = format!("a{c}");
    SafeText::from(text.as_str()).shown() != text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Expiry, Grants, Verbs, grants::UnknownScope};

    fn token(name: &str, rows: &[(Target, &str, Verbs)]) -> NewToken {
        let mut grants = Grants::default();
        for (target, wire, verbs) in rows {
            let capability = target.scope().capability(wire).unwrap();
            grants.set(target, capability, *verbs).unwrap();
        }
        let (name, description, expiry) = (name.to_owned(), String::new(), Expiry::Never);
        NewToken { name, description, expiry, grants }
    }

    fn dataset(name: &str) -> Target {
        Target::Dataset(name.into())
    }

    #[test]
    fn a_resource_is_formatted_as_terraform_fmt_does() {
        let mut token = token(
            "CI: ingest",
            &[
                (dataset("*"), "query", Verbs::R),
                (dataset("prod-api"), "ingest", Verbs::C),
                (dataset("prod-api"), "starredQueries", Verbs::R),
                (Target::Org, "apiTokens", Verbs::ALL),
                (Target::Org, "billing", Verbs::R),
            ],
        );
        token.description = "100%{safe} \"${x}\"".to_owned();
        token.expiry = Expiry::At("2027-02-21T00:00:00Z".parse().unwrap());
        let (text, left_out) = terraform(&token);
        assert_eq!(
            text,
            r#"# Terraform keeps the token's secret in its state.
resource "axiom_token" "ci_ingest" {
  name        = "CI: ingest"
  description = "100%%{safe} \"$${x}\""
  expires_at  = "2027-02-21T00:00:00Z"

  dataset_capabilities = {
    "*" = {
      query = ["read"]
    }
    "prod-api" = {
      ingest          = ["create"]
      starred_queries = ["read"]
    }
  }

  org_capabilities = {
    api_tokens = ["create", "read", "update", "delete"]
    billing    = ["read"]
  }
}
"#
        );
        assert!(left_out.is_empty());
    }

    #[test]
    fn grants_that_terraform_cannot_express_are_reported() {
        let crd = Verbs::ALL.minus(Verbs::U);
        let mut token = token(
            "x",
            &[
                (dataset("a"), "share", crd),
                (Target::View("errors by day".into()), "query", Verbs::R),
                (Target::Org, "views", Verbs::R),
            ],
        );
        let json = SafeText::from("\"stream\"");
        let capability = Scope::Org.capability("users").unwrap();
        token.grants.org.keep_unknown(Unknown::Verb { capability, json: json.clone() });
        token.grants.org.keep_unknown(Unknown::Capability { name: "future".into(), json });
        let name = SafeText::from("edgeCapabilities");
        token.grants.unknown.push(UnknownScope { name, json: "{}".into() });
        let (text, left_out) = terraform(&token);
        assert_eq!(
            left_out,
            [
                "a: share (create, read, delete)",
                "view errors by day: query (read)",
                "organisation: views (read)",
                "organisation: users \"stream\" (unknown to this version)",
                "organisation: future (unknown to this version)",
                "edgeCapabilities (unknown to this version)",
                "no rights are left, but a token needs at least one",
            ]
        );
        assert!(text.ends_with("\"x\" {\n  name = \"x\"\n}\n"), "{text}");
    }

    #[test]
    fn attributes_use_the_providers_names() {
        let names = |scope: Scope, provided: &[&str]| -> Vec<String> {
            let known = scope.capabilities().iter().filter(|c| provided.contains(&c.wire));
            known.map(snake).collect()
        };
        assert_eq!(
            names(Scope::Dataset, &DATASET),
            ["ingest", "query", "starred_queries", "virtual_fields", "data", "trim", "vacuum"]
        );
        assert_eq!(
            names(Scope::Org, &ORG),
            [
                "annotations",
                "api_tokens",
                "audit_log",
                "billing",
                "dashboards",
                "datasets",
                "endpoints",
                "flows",
                "integrations",
                "monitors",
                "notifiers",
                "rbac",
                "shared_access_keys",
                "users"
            ]
        );
    }

    #[test]
    fn labels_are_valid_identifiers() {
        for (name, expected) in [
            ("ci-ingest", "ci_ingest"),
            (" 2nd token!", "token_2nd_token"),
            ("日本", "token"),
            ("café", "caf"),
            ("__x__", "x"),
        ] {
            assert_eq!(label(name), expected);
        }
    }

    #[test]
    fn strings_are_escaped() {
        for (text, expected) in [
            (r#"a"b\c"#, r#""a\"b\\c""#),
            ("${a}%{b}", r#""$${a}%%{b}""#),
            ("$${a} $ % $$", r#""$$${a} $ % $$""#),
            ("two\nlines\t\r", r#""two\nlines\t\r""#),
            ("\0\u{1b}\u{202e}\u{e0041}", r#""\u0000\u001B\u202E\U000E0041""#),
            ("é e\u{301} 日", "\"é e\u{301} 日\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    /// Parses a quoted string by the language's specification. `None` if it ends early or contains
    /// a template.
    fn read(literal: &str) -> Option<String> {
        let mut rest = literal.strip_prefix('"')?.strip_suffix('"')?;
        let mut text = String::new();
        while let Some(c) = rest.chars().next() {
            if rest.starts_with("$${") || rest.starts_with("%%{") {
                text.extend([c, '{']);
                rest = &rest[3..];
                continue;
            }
            if rest.starts_with("${") || rest.starts_with("%{") || c == '"' || c == '\n' {
                return None;
            }
            rest = &rest[c.len_utf8()..];
            if c != '\\' {
                text.push(c);
                continue;
            }
            let escape = rest.chars().next()?;
            rest = &rest[1..];
            let digits = match escape {
                'n' | 'r' | 't' | '"' | '\\' => {
                    text.push(match escape {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        other => other,
                    });
                    continue;
                }
                'u' => 4,
                'U' => 8,
                _ => return None,
            };
            text.push(char::from_u32(u32::from_str_radix(rest.get(..digits)?, 16).ok()?)?);
            rest = &rest[digits..];
        }
        Some(text)
    }

    proptest! {
        #[test]
        fn strings_survive_a_round_trip(
            text in prop_oneof![any::<String>(), r#"[$%{}"\\a\n\u{202e}]{0,12}"#],
        ) {
            prop_assert_eq!(read(&quoted(&text)), Some(text));
        }
    }
}
