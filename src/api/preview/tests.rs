//! How a shell parses the commands, and that the bodies match what is sent.

use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::domain::{
    Expiry, Grants, NewToken, Regeneration, Scope, Target, TokenId, Unknown, Verbs, token::Renewal,
};

fn new_token(name: &str) -> NewToken {
    let mut grants = Grants::default();
    let query = Scope::Dataset.capability("query").unwrap();
    grants.set(&Target::Dataset(name.into()), query, Verbs::R).unwrap();
    let json = "{ \"x\":  1.0e5 }".into();
    grants.org.keep_unknown(Unknown::Capability { name: "future".into(), json });
    NewToken {
        name: name.to_owned(),
        description: String::new(),
        expiry: Expiry::At("2027-02-21T00:00:00Z".parse().unwrap()),
        grants,
    }
}

fn create(name: &str) -> Preview {
    Call::CreateToken(Box::new(new_token(name))).preview().unwrap()
}

/// The arguments that a shell would pass to curl.
fn arguments(command: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}\n");
    let output = Command::new("sh")
        .args(["-eu", "-c", &script])
        .env("AXIOM_TOKEN", "xapt-$(false) '1'")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn the_preview_reads_as_if_written_by_hand() {
    assert_eq!(
        create("it's").curl("https://api.axiom.co/", Some("acme-4x1k")),
        r#"curl -X POST 'https://api.axiom.co/v2/tokens' \
  -H "Authorization: Bearer $AXIOM_TOKEN" \
  -H 'X-Axiom-Org-Id: acme-4x1k' \
  -H 'Content-Type: application/json' \
  --data-raw '{
  "name": "it'\''s",
  "description": "",
  "expiresAt": "2027-02-21T00:00:00Z",
  "datasetCapabilities": {
    "it'\''s": {
      "query": ["read"]
    }
  },
  "orgCapabilities": {
    "future": { "x":  1.0e5 }
  }
}'"#
    );
}

#[test]
fn regenerating_names_the_old_token() {
    let old_ends = "2026-11-25T14:00:00Z".parse().unwrap();
    let how = |renewal| Box::new(Regeneration { old_ends, renewal });
    let same = how(Renewal::Same { new_expiry: Expiry::Never });
    let call = Call::RegenerateToken(TokenId::new("a/b c"), same);
    let preview = call.preview().unwrap();
    assert_eq!(
        (preview.method, preview.path.as_str()),
        ("POST", "/v2/tokens/a%2Fb%20c/regenerate")
    );
    assert_eq!(
        preview.body,
        "{\n  \"existingTokenExpiresAt\": \"2026-11-25T14:00:00Z\",\n  \
         \"newTokenExpiresAt\": \"0001-01-01T00:00:00Z\"\n}"
    );
    let replaced = how(Renewal::Replaced(Box::new(new_token("x"))));
    let preview = Call::RegenerateToken(TokenId::new("a"), replaced).preview().unwrap();
    assert!(preview.body.contains("  \"newToken\": {\n    \"name\": \"x\",\n"));
}

#[test]
fn requests_that_are_not_sent_have_no_preview() {
    assert_eq!(Call::ListTokens.preview(), None);
    assert_eq!(Call::DeleteToken(TokenId::new("x")).preview(), None);
    let how = || {
        let renewal = Renewal::Same { new_expiry: Expiry::Never };
        Box::new(Regeneration { old_ends: jiff::Timestamp::UNIX_EPOCH, renewal })
    };
    assert_eq!(Call::RegenerateToken(TokenId::new(".."), how()).preview(), None);
    let mut token = new_token("x");
    token.grants.org.keep_unknown(Unknown::Capability { name: "y".into(), json: "{".into() });
    assert_eq!(Call::CreateToken(Box::new(token)).preview(), None);
}

#[test]
fn the_credential_is_read_at_run_time() {
    let command = create("x").curl("http://127.0.0.1:1", None);
    assert_eq!(
        arguments(&command)[..5],
        [
            "-X",
            "POST",
            "http://127.0.0.1:1/v2/tokens",
            "-H",
            "Authorization: Bearer xapt-$(false) '1'"
        ]
    );
    assert!(!command.contains("Org-Id"));
}

proptest! {
    // Each case starts a shell.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_shell_executes_nothing_from_the_values(
        name in prop_oneof![
            any::<String>(),
            r#"['"\\$`!;&|<>(){}*?~#\n\r\t %@-]{0,12}"#,
        ],
        org in "[^\0]{0,8}",
    ) {
        let preview = create(&name);
        let arguments = arguments(&preview.curl("https://api.axiom.co", Some(&org)));
        prop_assert_eq!(&arguments[6], &format!("X-Axiom-Org-Id: {org}"));
        prop_assert_eq!(&arguments[9..], ["--data-raw", &preview.body]);

        let read: Value = serde_json::from_str(&preview.body).unwrap();
        let sent: Value = serde_json::from_slice(&wire::create(&new_token(&name)).unwrap()).unwrap();
        prop_assert_eq!(&read, &sent);
        prop_assert_eq!(read["name"].as_str(), Some(name.as_str()));
    }
}
