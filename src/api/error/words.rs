//! A failure in words that an admin understands: what happened, what to do,
//! and what support would ask for.

use jiff::tz::TimeZone;

use super::{Certainty, Failure, Form, Stranger, FailureKind};
use crate::api::Call;

impl Failure {
    /// What happened, in one line: `could not create the token: the server says
    /// 403, missing capability apiTokens|create`.
    #[must_use]
    pub fn headline(&self, call: &Call) -> String {
        if let Certainty::SecretUnreadable { .. } = self.certainty {
            let token = if is_personal(call) { "personal token" } else { "token" };
            return format!("the {token} was made, but its secret is lost: {}", self.cause());
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

    /// What to do about it.
    #[must_use]
    pub fn advice(&self, call: &Call) -> String {
        match &self.certainty {
            Certainty::SecretUnreadable { id: Some(id) } if is_personal(call) => format!(
                "personal token {id} exists, and its secret did not come: \
                 delete it, and create another"
            ),
            Certainty::SecretUnreadable { id: None } if is_personal(call) => {
                "the personal token exists, and its secret did not come: find it in the list \
                 and delete it, then create another"
                    .to_owned()
            }
            Certainty::SecretUnreadable { id: Some(id) } => format!(
                "token {id} exists, and no reply will show its secret again: \
                 delete it, or regenerate it to get a new secret"
            ),
            Certainty::SecretUnreadable { id: None } => {
                "the token exists, and no reply will show its secret again: find it in the list, \
                 then delete it, or regenerate it to get a new secret"
                    .to_owned()
            }
            Certainty::Unknown if call.is_mutation() => uncertain(call).to_owned(),
            Certainty::NotSent | Certainty::Rejected | Certainty::Unknown => self.remedy(call),
        }
    }

    /// Facts for those who look closer: the status, the server's own message,
    /// its trace id, and when a rate limit ends.
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
                None => "no message: the reply was not JSON, or had none".to_owned(),
            });
        }
        lines.extend(self.trace_id.as_ref().map(|id| format!("trace id: {id}")));
        lines.extend(self.retry_time().map(|at| format!("next request: at {at}")));
        lines
    }

    fn cause(&self) -> String {
        match self.kind {
            FailureKind::Dns => "the server's name was not found".to_owned(),
            FailureKind::Connect => "no connection to the server".to_owned(),
            FailureKind::Tls(fault) => fault.cause("server"),
            FailureKind::Proxy(proxy) => proxy.cause(),
            FailureKind::Roots(fault) => fault.cause(),
            FailureKind::ConnectTimeout => "no connection within the time allowed".to_owned(),
            FailureKind::Timeout => "no full answer within the time allowed".to_owned(),
            FailureKind::Broken => "the connection broke".to_owned(),
            FailureKind::Unreadable => match (&self.stranger, &self.message) {
                (Some(stranger), None) => {
                    format!("the reply is {}, which the API does not send here", stranger.describe())
                }
                (_, Some(message)) => format!("the reply says only: {message}"),
                (None, None) => "the answer is not what the API describes".to_owned(),
            },
            FailureKind::TooLarge => "the answer is larger than axtok takes".to_owned(),
            FailureKind::Request => "the request could not be built".to_owned(),
            FailureKind::Status(status) => match (&self.message, reason(status)) {
                (Some(message), _) => format!("the server says {status}, {message}"),
                (None, Some(reason)) => format!("the server says {status} ({reason})"),
                (None, None) => format!("the server says {status}"),
            },
            FailureKind::Foreign(status) => {
                let reason = reason(status).map(|r| format!(" ({r})")).unwrap_or_default();
                let what = self.stranger.as_deref().map(Stranger::describe);
                let what = what.unwrap_or_else(|| "a reply".to_owned());
                format!("{status}{reason}, but not from the API: {what}")
            }
        }
    }

    /// What to do when nothing happened, or when it does not matter.
    fn remedy(&self, call: &Call) -> String {
        match self.kind {
            FailureKind::Dns => "nothing was sent: check the address, the network and DNS".to_owned(),
            FailureKind::Connect | FailureKind::ConnectTimeout => {
                "nothing was sent: check the address and the network".to_owned()
            }
            FailureKind::Tls(fault) => format!("nothing was sent: {}", fault.remedy()),
            FailureKind::Proxy(proxy) => format!("nothing was sent: {}", proxy.remedy()),
            FailureKind::Roots(fault) => format!("nothing was sent: {}", fault.remedy()),
            FailureKind::Request if is_personal(call) => {
                "nothing was sent: the id, the organisation, the credential or the path of \
                 personal tokens in the settings holds what cannot be sent"
                    .to_owned()
            }
            FailureKind::Request => "nothing was sent: the id, the organisation or the credential \
                                 holds characters that cannot be sent"
                .to_owned(),
            FailureKind::Timeout | FailureKind::Broken => "check the network and try again".to_owned(),
            FailureKind::Unreadable => "check that the address is Axiom's API and that no proxy \
                                    answers in its place"
                .to_owned(),
            FailureKind::TooLarge => "check that the address is Axiom's API".to_owned(),
            FailureKind::Foreign(300..=399) => self.remedy_for(300, call),
            FailureKind::Foreign(407) => "a proxy wants a user and password: put them into the proxy \
                                      setting (axtok doctor shows which one is used)"
                .to_owned(),
            FailureKind::Foreign(status @ (404 | 405)) if self.lacks_routes(call) => {
                self.remedy_for(status, call)
            }
            FailureKind::Foreign(_) => "a proxy or gateway seems to have answered in the API's place: \
                                    check the address and the proxy (axtok doctor), then try again"
                .to_owned(),
            FailureKind::Status(status) => self.remedy_for(status, call),
        }
    }

    fn remedy_for(&self, status: u16, call: &Call) -> String {
        match status {
            300..=399 => "check the address: the server points elsewhere, and axtok does not \
                          take its credential there"
                .to_owned(),
            401 => "sign in again: the credential has expired, was deleted or is mistyped; \
                    nothing typed here is lost"
                .to_owned(),
            403 if is_personal(call) => {
                "sign in with the personal token of a user who may manage them".to_owned()
            }
            403 => match call.needs() {
                Some((capability, verb)) => format!(
                    "this credential needs the organisation right {capability}|{}: ask an owner for \
                     it, or use another credential",
                    verb.wire()
                ),
                None if matches!(call, Call::AuditLog { .. }) => {
                    "by default only owners may query the dataset axiom-audit".to_owned()
                }
                None => "ask an owner for the right, or use another credential".to_owned(),
            },
            404 | 405 if is_personal(call) => {
                "use the console (Settings, Profile), or correct the path of personal tokens in \
                 the settings"
                    .to_owned()
            }
            404 | 405 => match call {
                Call::GetToken(_) | Call::RegenerateToken(..) if !self.is_about_path() => {
                    "the server does not know this token: it may have been deleted; read the \
                     list again"
                        .to_owned()
                }
                Call::AuditLog { .. } => "there is no audit log to query here".to_owned(),
                _ => "check the address: this server does not know the route".to_owned(),
            },
            400 | 422 => "correct what the server names; nothing was changed".to_owned(),
            429 | 430 => match self.retry_time() {
                Some(at) => format!("rate limit: wait until {at}, then try again"),
                None => "rate limit: wait a minute, then try again".to_owned(),
            },
            500..=599 => self.with_support("the server has a problem: try again later"),
            _ => self.with_support("the API does not describe this status: try again later"),
        }
    }

    /// What to do, and what support needs, where there is something.
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

impl Stranger {
    /// What the reply is, and who says that it sent it.
    fn describe(&self) -> String {
        let form = match self.form {
            Form::Empty => "an empty reply",
            Form::Html => "an HTML page",
            Form::Json => "JSON in another shape",
            Form::Encoded => {
                let coding = self.name.as_ref().map_or_else(String::new, |n| format!(" ({n})"));
                return format!("a compressed reply{coding}, which axtok did not ask for");
            }
            Form::Other => "a reply that is not JSON",
        };
        match &self.name {
            Some(name) => format!("{form} from \"{name}\""),
            None => form.to_owned(),
        }
    }
}

/// What to do when a change may have happened. Never: do it again.
const fn uncertain(call: &Call) -> &'static str {
    match call {
        Call::CreateToken(_) => {
            "the token may exist: the list is being read again; do not create it twice"
        }
        Call::RegenerateToken(..) => {
            "a new token may exist, and the old one may end as asked: the list is being read \
             again; do not regenerate it twice"
        }
        Call::CreatePersonalToken(_) => {
            "the personal token may exist: read the list again; do not create it twice"
        }
        Call::DeletePersonalToken(_) => "the personal token may be gone: read the list again",
        _ => "the token may be gone: the list is being read again",
    }
}

const fn is_personal(call: &Call) -> bool {
    matches!(
        call,
        Call::ListPersonalTokens | Call::CreatePersonalToken(_) | Call::DeletePersonalToken(_)
    )
}

/// The usual name of a status; ours, since a server may send any text there.
const fn reason(status: u16) -> Option<&'static str> {
    Some(match status {
        300..=399 => "redirect",
        400 => "bad request",
        401 => "not signed in",
        403 => "not allowed",
        404 => "not found",
        405 => "method not allowed",
        408 => "request time-out",
        413 => "request too large",
        422 => "not valid",
        429 | 430 => "rate limit",
        500 => "server error",
        502 => "bad gateway",
        503 => "not available",
        504 => "gateway time-out",
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
            "could not create the token: the server says 403 (not allowed)"
        );
        failure.message = Some("missing capability apiTokens|create".into());
        assert_eq!(
            failure.headline(&create()),
            "could not create the token: the server says 403, missing capability apiTokens|create"
        );
        assert!(failure.advice(&create()).contains("apiTokens|create"));
        assert!(!failure.advice(&Call::ListOrgs).contains('|'), "no capability is known for it");
    }

    #[test]
    fn an_unknown_outcome_never_invites_to_a_second_try() {
        let delete = Call::DeleteToken(TokenId::new("x"));
        for kind in [FailureKind::Broken, FailureKind::Timeout, FailureKind::Status(502)] {
            let failure = Failure::new(kind);
            assert!(failure.headline(&create()).starts_with("outcome unknown (create the token)"));
            assert_eq!(
                failure.advice(&create()),
                "the token may exist: the list is being read again; do not create it twice"
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
            "the token was made, but its secret is lost: the connection broke"
        );
        assert!(failure.advice(&create()).starts_with("token tok-1 exists"));
        let failure = Failure::secret_unreadable(None, FailureKind::Unreadable);
        assert!(failure.advice(&create()).contains("find it in the list"));
    }

    #[test]
    fn personal_tokens_have_words_of_their_own() {
        let create = create_personal();
        let missing = status(405);
        for call in [&create, &Call::ListPersonalTokens] {
            assert_eq!(
                missing.headline(call),
                "this deployment has no routes for personal tokens: \
                 the server says 405 (method not allowed)"
            );
            assert!(missing.advice(call).contains("console"));
            assert!(
                status(403).advice(call).starts_with("sign in with the personal token of a user")
            );
        }
        let lost = Failure::secret_unreadable(Some(TokenId::new("p-1")), FailureKind::Status(404));
        assert_eq!(
            lost.headline(&create),
            "the personal token was made, but its secret is lost: the server says 404 (not found)"
        );
        assert!(lost.advice(&create).starts_with("personal token p-1 exists"));
        for id in [None, Some(TokenId::new("p-1"))] {
            let lost = Failure::secret_unreadable(id, FailureKind::Broken);
            assert!(!lost.advice(&create).contains("regenerate"), "there is no such thing");
        }
        for kind in [FailureKind::Broken, FailureKind::Status(502)] {
            let unknown = Failure::new(kind);
            assert!(unknown.headline(&create).starts_with("outcome unknown"));
            assert!(unknown.advice(&create).ends_with("do not create it twice"));
        }
    }

    #[test]
    fn every_trouble_before_sending_says_that_nothing_was_sent() {
        for kind in [FailureKind::Dns, FailureKind::Connect, FailureKind::ConnectTimeout, FailureKind::Request] {
            let advice = Failure::new(kind).advice(&create());
            assert!(advice.starts_with("nothing was sent"), "{advice}");
        }
    }

    #[test]
    fn details_are_what_support_asks_for() {
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
                "next request: at 14:05:09 UTC",
            ]
        );
        assert!(failure.advice(&create()).contains("wait until 14:05:09 UTC"));
        assert!(status(502).details()[1].contains("the reply was not JSON"));
        assert!(Failure::new(FailureKind::Dns).details().is_empty());
    }

    #[test]
    fn a_strangers_reply_is_not_the_apis_word() {
        let stranger = |form, name: Option<&str>| {
            Some(Box::new(Stranger { form, name: name.map(SafeText::from) }))
        };
        let html = stranger(Form::Html, Some("nginx"));
        let blocked = Failure { stranger: html.clone(), ..Failure::new(FailureKind::Foreign(403)) };
        assert_eq!(
            blocked.headline(&Call::ListTokens),
            "could not list the API tokens: 403 (not allowed), but not from the API: \
             an HTML page from \"nginx\""
        );
        assert!(blocked.advice(&Call::ListTokens).starts_with("a proxy or gateway seems"));
        assert!(!blocked.advice(&Call::ListTokens).contains("right"), "it says nothing of rights");
        assert!(blocked.headline(&create()).starts_with("outcome unknown (create the token)"));
        let page = Failure { stranger: html, ..Failure::new(FailureKind::Unreadable) };
        assert!(page.headline(&create()).ends_with(
            "the reply is an HTML page from \"nginx\", which the API does not send here"
        ));
        let packed = Failure {
            stranger: stranger(Form::Encoded, Some("gzip")),
            ..Failure::new(FailureKind::Unreadable)
        };
        assert!(packed.headline(&create()).contains("a compressed reply (gzip)"));
    }

    #[test]
    fn support_is_sent_a_trace_id_only_where_there_is_one() {
        let failure = status(500);
        assert!(!failure.advice(&Call::ListTokens).contains("trace id"));
        let failure = Failure { trace_id: Some("abc".into()), ..failure };
        assert!(failure.advice(&Call::ListTokens).contains("trace id"));
    }

    #[test]
    fn every_status_has_words() {
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
