//! Parses the API's error body: `{"code": …, "message": …}`.
//!
//! A body of another shape is never shown: it may be an HTML page, or quote something
//! confidential.

use super::json::Members;
use crate::domain::{SafeText, pasted::covered_wholly};

/// The longest message that is shown, in characters.
const LONGEST: usize = 300;

/// The server's message, if the body is a JSON object with one. Token values in it are masked.
pub fn message(body: &[u8]) -> Option<SafeText> {
    let text = Members::of_body(body)?.text("message")?;
    let shown = SafeText::from(&*covered_wholly(&text));
    if shown.shown().chars().count() <= LONGEST {
        return Some(shown);
    }
    let cut: String = shown.shown().chars().take(LONGEST - 1).chain(['…']).collect();
    Some(cut.into())
}

/// Whether a body is the API's error body, `{"code": integer, "message": string}`. Gateways send a
/// `message` alone.
pub fn is_refusal(body: &[u8]) -> bool {
    Members::of_body(body).is_some_and(|members| {
        let code =
            members.get("code").and_then(|code| serde_json::from_str::<i64>(code.get()).ok());
        code.is_some() && members.text("message").is_some()
    })
}

/// Whether an error message is about the request's path rather than the token in it (inferred
/// wording).
pub fn is_about_path(message: &SafeText) -> bool {
    message.raw().starts_with("path /")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> Option<String> {
        message(body.as_bytes()).map(|m| m.to_string())
    }

    #[test]
    fn only_json_with_a_message_is_shown() {
        assert_eq!(
            shown(r#"{"code":602,"message":"name in body is required"}"#).unwrap(),
            "name in body is required"
        );
        assert_eq!(shown(r#"{"message":"rate limit exceeded"}"#).unwrap(), "rate limit exceeded");
        for body in [
            "",
            "null",
            "<html>",
            r#""text""#,
            r#"{"message":7}"#,
            r#"{"code":1}"#,
            r#"{"message":"cut"#,
        ] {
            assert_eq!(shown(body), None, "{body}");
        }
    }

    #[test]
    fn an_error_body_needs_code_and_message() {
        assert!(is_refusal(br#"{"code":404,"message":"token not found"}"#));
        for body in [
            r#"{"message":"Not Found"}"#,
            r#"{"code":"404","message":"not found"}"#,
            r#"{"code":404}"#,
            r#"{"code":404,"message":""}"#,
            r#"{"error":{"code":404,"message":"not found"}}"#,
            r#"[{"code":404,"message":"not found"}]"#,
            r#"{"code":404,"message":"not found""#,
            "<html>404</html>",
            "",
        ] {
            assert!(!is_refusal(body.as_bytes()), "{body}");
        }
        assert!(is_about_path(&"path /v2/tokens/x was not found".into()));
        assert!(!is_about_path(&"token not found".into()));
    }

    #[test]
    fn messages_are_sanitized_and_shortened() {
        assert_eq!(shown(r#"{"message":"a\u001b[2Jb"}"#).unwrap(), "a<U+001B>[2Jb");
        let long = format!(r#"{{"message":"{}"}}"#, "é".repeat(1000));
        let cut = shown(&long).unwrap();
        assert_eq!(cut.chars().count(), LONGEST);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn token_values_are_hidden() {
        let body = r#"{"message":"bad xapt-12ab-34, or xaat-9:ok xait-"}"#;
        assert_eq!(shown(body).unwrap(), "bad xapt-…, or xaat-…:ok xait-");
    }
}
