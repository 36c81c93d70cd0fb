//! Error messages for people: what happened, what to do, and what support needs to know.

use jiff::tz::TimeZone;

use super::{Certainty, Failure, FailureKind, ForeignResponse, Form};
use crate::api::Call;

impl Failure {
    /// One line that says what happened: `could not create the token: the server
    /// returned 403: missing capability apiTokens|create`.
    #[must_use]
    pub fn headline(&self, call: &Call) -> String {
        if let Certainty::SecretUnreadable { .. } = self.certainty {
            let token = if is_personal(call) { "personal token" } else { "token" };
            return format!(
                "the {token} was created, but its secret was not received: {}",
                self.cause()
            );
        }
        if self.lacks_routes(call) {
            let cause = self.cause();
            return format!("this deployment has no routes for personal tokens: {cause}");
        }
        if call.is_mutation() && self.certainty == Certainty::Unknown {
            return format!("outcome unknown ({}): {}", call.describe(), self.cause());
        }
        format!("could not {}: {}", call.describe(), self.cause())
    }

    /// The message's second part: what to do now.
    #[must_use]
    pub fn advice(&self, call: &Call) -> String {
        match &self.certainty {
            Certainty::SecretUnreadable { id: Some(id) } if is_personal(call) => format!(
                "personal token {id} exists, but its secret is unknown: \
                 delete it and create another"
            ),
            Certainty::SecretUnreadable { id: None } if is_personal(call) => {
                "the personal token exists, but its secret is unknown: find it in the list and \
                 delete it, then create another"
                    .to_owned()
            }
            Certainty::SecretUnreadable { id: Some(id) } => format!(
                "token {id} exists, but its secret can't be retrieved: \
                 delete it, or regenerate it to get a new secret"
            ),
            Certainty::SecretUnreadable { id: None } => {
                "the token exists, but its secret can't be retrieved: find it in the list, \
                 then delete it, or regenerate it to get a new secret"
                    .to_owned()
            }
            Certainty::Unknown if call.is_mutation() => uncertain(call).to_owned(),
            Certainty::NotSent | Certainty::Rejected | Certainty::Unknown => self.remedy(call),
        }
    }

    /// Details for support: the status, the server's own message, its trace id, and when
    /// a rate limit ends.
    #[must_use]
    pub fn details(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let FailureKind::Status(status) | FailureKind::Foreign(status) = self.kind {
            lines.push(match reason(status) {
                Some(reason) => format!("status: {status} {reason}"),
                None => format!("status: {status}"),
            });
            lines.push(match &self.message {
                Some(message) => format!("message: {message}"),
                None => "no message: the response was not JSON or had none".to_owned(),
            });
        }
        lines.extend(self.trace_id.as_ref().map(|id| format!("trace id: {id}")));
        lines.extend(self.retry_time().map(|at| format!("retry after: {at}")));
        lines
    }

    fn cause(&self) -> String {
        match self.kind {
            FailureKind::Dns => "the server's host name was not found".to_owned(),
            FailureKind::Connect => "could not connect to the server".to_owned(),
            FailureKind::Tls(fault) => fault.cause("server"),
            FailureKind::Proxy(proxy) => proxy.cause(),
            FailureKind::Roots(fault) => fault.cause(),
            FailureKind::ConnectTimeout => "connecting to the server timed out".to_owned(),
            FailureKind::Timeout => "the request timed out".to_owned(),
            FailureKind::Broken => "the connection was lost".to_owned(),
            FailureKind::Unreadable => match (&self.foreign, &self.message) {
                (Some(foreign), None) => {
                    format!("unexpected response: {}", foreign.describe())
                }
                (_, Some(message)) => format!("unexpected response: {message}"),
                (None, None) => "unexpected response".to_owned(),
            },
            FailureKind::TooLarge => "the response is too large".to_owned(),
            FailureKind::Request => "the request could not be built".to_owned(),
            FailureKind::Status(status) => match (&self.message, reason(status)) {
                (Some(message), _) => format!("the server returned {status}: {message}"),
                (None, Some(reason)) => format!("the server returned {status} ({reason})"),
                (None, None) => format!("the server returned {status}"),
            },
            FailureKind::Foreign(status) => {
                let reason = reason(status).map(|r| format!(" ({r})")).unwrap_or_default();
                let what = self.foreign.as_deref().map(ForeignResponse::describe);
                let what = what.unwrap_or_else(|| "an unknown response".to_owned());
                format!("{status}{reason}, but not from the API: {what}")
            }
        }
    }

    /// What to do when the call changed nothing, or was only a read.
    fn remedy(&self, call: &Call) -> String {
        match self.kind {
            FailureKind::Dns => {
                "nothing was sent: check the address, the network and DNS".to_owned()
            }
            FailureKind::Connect | FailureKind::ConnectTimeout => {
                "nothing was sent: check the address and the network".to_owned()
            }
            FailureKind::Tls(fault) => format!("nothing was sent: {}", fault.remedy()),
            FailureKind::Proxy(proxy) => format!("nothing was sent: {}", proxy.remedy()),
            FailureKind::Roots(fault) => format!("nothing was sent: {}", fault.remedy()),
            FailureKind::Request if is_personal(call) => {
                "nothing was sent: check the id, the organisation, the credential and the \
                 personal token path in the settings; one of them is invalid"
                    .to_owned()
            }
            FailureKind::Request => "nothing was sent: check the id, the organisation and the \
                                 credential; one of them is invalid"
                .to_owned(),
            FailureKind::Timeout | FailureKind::Broken => {
                "check the network and try again".to_owned()
            }
            FailureKind::Unreadable => "check that the address is Axiom's API and that no proxy \
                                    responds instead"
                .to_owned(),
            FailureKind::TooLarge => "check that the address is Axiom's API".to_owned(),
            FailureKind::Foreign(300..=399) => self.remedy_for(300, call),
            FailureKind::Foreign(407) => {
                "a proxy requires a user name and password: add them to the \
                                      proxy variable (axtok doctor shows which one is used)"
                    .to_owned()
            }
            FailureKind::Foreign(status @ (404 | 405)) if self.lacks_routes(call) => {
                self.remedy_for(status, call)
            }
            FailureKind::Foreign(_) => "a proxy or gateway probably sent this response: check the \
                                    address and the proxy (axtok doctor), then try again"
                .to_owned(),
            FailureKind::Status(status) => self.remedy_for(status, call),
        }
    }

    fn remedy_for(&self, status: u16, call: &Call) -> String {
        match status {
            300..=399 => "check the address: the server redirects to another one, and axtok \
                          does not send its credential there"
                .to_owned(),
            401 => {
                "sign in again: the credential has expired, was deleted or is mistyped".to_owned()
            }
            403 if is_personal(call) => {
                "sign in with the personal token of a user who can manage personal tokens"
                    .to_owned()
            }
            403 => match call.needs() {
                Some((capability, verb)) => format!(
                    "this credential needs the organisation right {capability}:{}: ask an owner for \
                     it, or use another credential",
                    verb.wire()
                ),
                None if matches!(call, Call::AuditLog(_)) => {
                    "ask an owner: by default, only owners can query the audit log; a view of it can be \
                     named with audit-dataset in the settings"
                        .to_owned()
                }
                None => "ask an owner for the right, or use another credential".to_owned(),
            },
            404 | 405 if is_personal(call) => {
                "use the console (Settings, Profile), or correct the personal token path in the \
                 settings"
                    .to_owned()
            }
            404 | 405 => match call {
                Call::GetToken(_) | Call::RegenerateToken(..) if !self.is_about_path() => {
                    "the token was not found and may have been deleted: refresh the list".to_owned()
                }
                Call::AuditLog(_) => "this deployment has no audit log to query".to_owned(),
                _ => "check the address: the server has no such route".to_owned(),
            },
            400 | 422 => "nothing was changed: correct what the server reports".to_owned(),
            429 | 430 => match self.retry_time() {
                Some(at) => format!("rate limit: wait until {at}, then try again"),
                None => "rate limit: wait a minute, then try again".to_owned(),
            },
            500..=599 => self.with_support("the server has a problem: try again later"),
            _ => self.with_support("unexpected status: try again later"),
        }
    }

    /// Adds a hint about the trace id, if the response had one.
    fn with_support(&self, advice: &str) -> String {
        match &self.trace_id {
            Some(_) => format!("{advice}; support can look up the trace id"),
            None => advice.to_owned(),
        }
    }

    fn is_about_path(&self) -> bool {
        self.message.as_ref().is_some_and(crate::api::wire::is_about_path)
    }

    fn retry_time(&self) -> Option<String> {
        let at = self.retry_at?.to_zoned_datetime(TimeZone::UTC);
        Some(at.strftime("%H:%M:%S UTC").to_string())
    }
}

impl ForeignResponse {
    /// The kind of response, and the name of the sender if it gave one.
    fn describe(&self) -> String {
        let form = match self.form {
            Form::Empty => "an empty response",
            Form::Html => "an HTML page",
            Form::Json => "JSON in another shape",
            Form::Encoded => {
                let coding = self.name.as_ref().map_or_else(String::new, |n| format!(" ({n})"));
                return format!("a compressed response{coding}, which axtok did not ask for");
            }
            Form::Other => "a response that is not JSON",
        };
        match &self.name {
            Some(name) => format!("{form} from \"{name}\""),
            None => form.to_owned(),
        }
    }
}

/// What to do when a change may have happened. Never suggests repeating the change.
const fn uncertain(call: &Call) -> &'static str {
    match call {
        Call::CreateToken(_) => {
            "the token may exist: axtok is refreshing the list; do not create it again"
        }
        Call::RegenerateToken(..) => {
            "a new token may exist, and the old one may expire as requested: axtok is refreshing \
             the list; do not regenerate it again"
        }
        Call::CreatePersonalToken(_) => {
            "the personal token may exist: refresh the list; do not create it again"
        }
        Call::DeletePersonalToken(_) => "the personal token may be gone: refresh the list",
        _ => "the token may be gone: axtok is refreshing the list",
    }
}

const fn is_personal(call: &Call) -> bool {
    matches!(
        call,
        Call::ListPersonalTokens | Call::CreatePersonalToken(_) | Call::DeletePersonalToken(_)
    )
}

/// The name of a status. A fixed text of ours, since a server may send any text there.
const fn reason(status: u16) -> Option<&'static str> {
    Some(match status {
        300..=399 => "redirect",
        400 => "bad request",
        401 => "not signed in",
        403 => "permission denied",
        404 => "not found",
        405 => "method not allowed",
        408 => "request timed out",
        413 => "request too large",
        422 => "invalid",
        429 | 430 => "rate limit",
        500 => "server error",
        502 => "bad gateway",
        503 => "unavailable",
        504 => "gateway timed out",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Grants, NewPersonalToken, NewToken, SafeText, TokenId};

    fn create() -> Call {
        Call::CreateToken(Box::new(NewToken {
            name: "ci".to_owned(),
            description: String::new(),
            expiry: Expiry::Never,
            grants: Grants::default(),
        }))
    }

    fn create_personal() -> Call {
        let new = NewPersonalToken { name: "laptop".to_owned(), description: String::new() };
        Call::CreatePersonalToken(Box::new(new))
    }

    fn status(status: u16) -> Failure {
        Failure::new(FailureKind::Status(status))
    }

    #[test]
    fn a_refusal_names_call_status_and_message() {
        let mut failure = status(403);
        assert_eq!(
            failure.headline(&create()),
            "could not create the token: the server returned 403 (permission denied)"
        );
        failure.message = Some("missing capability apiTokens|create".into());
        assert_eq!(
            failure.headline(&create()),
            "could not create the token: the server returned 403: missing capability \
             apiTokens|create"
        );
        assert!(failure.advice(&create()).contains("organisation right apiTokens:create:"));
        let advice = failure.advice(&Call::ListOrgs);
        assert!(!advice.contains("organisation right"), "no capability is known for it: {advice}");
    }

    #[test]
    fn an_unknown_outcome_never_suggests_a_retry() {
        let delete = Call::DeleteToken(TokenId::new("x"));
        for kind in [FailureKind::Broken, FailureKind::Timeout, FailureKind::Status(502)] {
            let failure = Failure::new(kind);
            assert!(failure.headline(&create()).starts_with("outcome unknown (create the token)"));
            assert_eq!(
                failure.advice(&create()),
                "the token may exist: axtok is refreshing the list; do not create it again"
            );
            assert!(failure.advice(&delete).contains("may be gone"));
            assert!(failure.headline(&Call::ListTokens).starts_with("could not list"));
        }
    }

    #[test]
    fn a_lost_secret_names_the_token() {
        let id = Some(TokenId::new("tok-1"));
        let failure = Failure::secret_unreadable(id, FailureKind::Broken);
        assert_eq!(
            failure.headline(&create()),
            "the token was created, but its secret was not received: the connection was lost"
        );
        assert!(failure.advice(&create()).starts_with("token tok-1 exists"));
        let failure = Failure::secret_unreadable(None, FailureKind::Unreadable);
        assert!(failure.advice(&create()).contains("find it in the list"));
    }

    #[test]
    fn personal_tokens_have_their_own_messages() {
        let create = create_personal();
        let missing = status(405);
        for call in [&create, &Call::ListPersonalTokens] {
            assert_eq!(
                missing.headline(call),
                "this deployment has no routes for personal tokens: \
                 the server returned 405 (method not allowed)"
            );
            assert!(missing.advice(call).contains("console"));
            assert!(
                status(403).advice(call).starts_with("sign in with the personal token of a user")
            );
        }
        let lost = Failure::secret_unreadable(Some(TokenId::new("p-1")), FailureKind::Status(404));
        assert_eq!(
            lost.headline(&create),
            "the personal token was created, but its secret was not received: the server \
             returned 404 (not found)"
        );
        assert!(lost.advice(&create).starts_with("personal token p-1 exists"));
        for id in [None, Some(TokenId::new("p-1"))] {
            let lost = Failure::secret_unreadable(id, FailureKind::Broken);
            assert!(!lost.advice(&create).contains("regenerate"), "personal tokens have none");
        }
        for kind in [FailureKind::Broken, FailureKind::Status(502)] {
            let unknown = Failure::new(kind);
            assert!(unknown.headline(&create).starts_with("outcome unknown"));
            assert!(unknown.advice(&create).ends_with("do not create it again"));
        }
    }

    #[test]
    fn every_failure_before_sending_says_that_nothing_was_sent() {
        for kind in [
            FailureKind::Dns,
            FailureKind::Connect,
            FailureKind::ConnectTimeout,
            FailureKind::Request,
        ] {
            let advice = Failure::new(kind).advice(&create());
            assert!(advice.starts_with("nothing was sent"), "{advice}");
        }
    }

    #[test]
    fn details_contain_what_support_asks_for() {
        let mut failure = status(429);
        failure.message = Some("rate limit exceeded".into());
        failure.trace_id = Some("abc123".into());
        failure.retry_at = Some("2026-11-23T14:05:09Z".parse().unwrap());
        assert_eq!(
            failure.details(),
            [
                "status: 429 rate limit",
                "message: rate limit exceeded",
                "trace id: abc123",
                "retry after: 14:05:09 UTC",
            ]
        );
        assert!(failure.advice(&create()).contains("wait until 14:05:09 UTC"));
        assert!(status(502).details()[1].contains("the response was not JSON"));
        assert!(Failure::new(FailureKind::Dns).details().is_empty());
    }

    #[test]
    fn a_response_from_elsewhere_is_not_attributed_to_the_api() {
        let foreign = |form, name: Option<&str>| {
            Some(Box::new(ForeignResponse { form, name: name.map(SafeText::from) }))
        };
        let html = foreign(Form::Html, Some("nginx"));
        let blocked = Failure { foreign: html.clone(), ..Failure::new(FailureKind::Foreign(403)) };
        assert_eq!(
            blocked.headline(&Call::ListTokens),
            "could not list the API tokens: 403 (permission denied), but not from the API: \
             an HTML page from \"nginx\""
        );
        assert!(blocked.advice(&Call::ListTokens).starts_with("a proxy or gateway probably"));
        assert!(!blocked.advice(&Call::ListTokens).contains("right"), "rights are not known");
        assert!(blocked.headline(&create()).starts_with("outcome unknown (create the token)"));
        let page = Failure { foreign: html, ..Failure::new(FailureKind::Unreadable) };
        assert!(
            page.headline(&create()).ends_with("unexpected response: an HTML page from \"nginx\"")
        );
        let packed = Failure {
            foreign: foreign(Form::Encoded, Some("gzip")),
            ..Failure::new(FailureKind::Unreadable)
        };
        assert!(packed.headline(&create()).contains("a compressed response (gzip)"));
    }

    #[test]
    fn support_is_mentioned_only_with_a_trace_id() {
        let failure = status(500);
        assert!(!failure.advice(&Call::ListTokens).contains("trace id"));
        let failure = Failure { trace_id: Some("abc".into()), ..failure };
        assert!(failure.advice(&Call::ListTokens).contains("trace id"));
    }

    #[test]
    fn every_status_has_a_message() {
        for (code, foreign) in (300..600).flat_map(|code| [(code, false), (code, true)]) {
            let kind = if foreign { FailureKind::Foreign(code) } else { FailureKind::Status(code) };
            let failure = Failure::new(kind);
            assert!(failure.headline(&Call::ListTokens).contains(&code.to_string()));
            assert!(!failure.advice(&Call::ListTokens).is_empty());
            assert!(!failure.advice(&create()).is_empty());
            assert!(!failure.advice(&create_personal()).is_empty());
        }
    }
}
