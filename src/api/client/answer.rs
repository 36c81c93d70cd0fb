//! An HTTP response as the answer to a call.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod tokens;

use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};

use super::{body::Body, rate};
use crate::{
    api::{
        Answer, Call, Created, Failure, Reply, Trouble,
        wire::{self, Find},
    },
    domain::{SafeText, TokenId},
};

/// As much of a refusal's body as is looked at for a message, in bytes.
const REFUSAL_CAP: usize = 64 * 1024;

/// Longest trace id that is shown, in bytes.
const TRACE_ID_MAX: usize = 128;

/// A body that came with a good status.
pub struct Accepted {
    pub body: Body,
    is_json: bool,
    trace_id: Option<SafeText>,
}

impl Accepted {
    /// Takes the body, at most `cap` bytes of it.
    ///
    /// # Errors
    /// With the refusal, if the status is not good.
    pub async fn read(response: Response, cap: usize) -> Result<Self, Failure> {
        let (status, headers) = (response.status(), response.headers().clone());
        let trace_id = trace_id(&headers);
        if status.is_success() {
            let body = Body::read(response, cap).await;
            return Ok(Self { body, is_json: is_json(&headers), trace_id });
        }
        Err(Failure {
            retry_at: rate::retry_at(status, &headers),
            trace_id,
            message: wire::message(&Body::read(response, REFUSAL_CAP).await.bytes),
            ..Failure::new(Trouble::Status(status.as_u16()))
        })
    }

    /// The same failure, with the server's name for the request.
    pub fn traced(&self, failure: Failure) -> Failure {
        Failure { trace_id: self.trace_id.clone(), ..failure }
    }

    /// What is wrong around a secret that was found.
    pub const fn warning(&self, is_as_expected: bool) -> Option<&'static str> {
        match (is_as_expected, self.body.trouble) {
            (_, Some(_)) => Some("incomplete reply"),
            (false, None) => Some("the reply was not as expected"),
            (true, None) if !self.is_json => Some("the reply was not marked as JSON"),
            (true, None) => None,
        }
    }
}

/// What there is without the secret.
pub struct Lost<T> {
    pub id: Option<TokenId>,
    pub token: Option<T>,
    trouble: Trouble,
}

impl<T> Lost<T> {
    pub fn into_failure(self) -> Failure {
        Failure::secret_unreadable(self.id, self.trouble)
    }
}

/// Reads the answer; `cap` is the largest body taken, in bytes.
pub async fn read(call: &Call, response: Response, cap: usize) -> Answer {
    let status = response.status();
    let is_delete = matches!(call, Call::DeleteToken(_) | Call::DeletePersonalToken(_));
    if is_delete && (status.is_success() || status == StatusCode::NOT_FOUND) {
        // Gone is gone, whoever did it; the body does not matter.
        return Ok(Reply::Deleted);
    }
    if matches!(call, Call::ListTokens) && status.is_success() {
        let trace_id = trace_id(response.headers());
        let tokens = tokens::read(response, cap).await.map(Reply::Tokens);
        return tokens.map_err(|why| Failure { trace_id, ..Failure::new(why) });
    }
    let accepted = Accepted::read(response, cap).await?;
    let answer = match call {
        Call::CreateToken(_) | Call::RegenerateToken(..) => {
            created(&accepted, wire::token(&accepted.body.bytes), |token| &token.id)
                .map(|created| Reply::Created(Box::new(created)))
                .map_err(Lost::into_failure)
        }
        _ => return whole(call, accepted).await,
    };
    answer.map_err(|failure| accepted.traced(failure))
}

/// An answer to a read. A long one takes a while to understand, which must not keep
/// the keys waiting.
async fn whole(call: &Call, accepted: Accepted) -> Answer {
    let call = call.clone();
    let read =
        move || listed(&call, &accepted.body).map_err(|why| accepted.traced(Failure::new(why)));
    // It cannot fail: reading does not panic.
    let failed = |_| Err(Failure::new(Trouble::Unreadable));
    tokio::task::spawn_blocking(read).await.unwrap_or_else(failed)
}

/// An answer with a secret. First the secret itself, from whatever came; then
/// the rest, whose troubles cost no more than a warning. Without a secret, what
/// was found at least.
pub fn created<T>(
    accepted: &Accepted,
    token: Option<T>,
    id_of: impl Fn(&T) -> &TokenId,
) -> Result<Created<T>, Lost<T>> {
    let Find { secret, id } = wire::find(&accepted.body.bytes);
    let id = id.or_else(|| token.as_ref().map(|t| id_of(t).clone()));
    let Some(secret) = secret else {
        let trouble = accepted.body.trouble.unwrap_or(Trouble::Unreadable);
        return Err(Lost { id, token, trouble });
    };
    let warning = accepted.warning(token.is_some());
    Ok(Created { secret, id, token, warning, told: wire::told(&accepted.body.bytes) })
}

/// An answer to a read: whole, or not at all. Its content type does not matter
/// as long as it can be read.
fn listed(call: &Call, body: &Body) -> Result<Reply, Trouble> {
    if let Some(trouble) = body.trouble {
        return Err(trouble);
    }
    let bytes = &body.bytes;
    let reply = match call {
        Call::GetToken(_) => wire::token(bytes).map(|token| Reply::Token(Box::new(token))),
        Call::ListDatasets => wire::datasets(bytes).map(Reply::Datasets),
        Call::ListViews => wire::views(bytes).map(Reply::Views),
        Call::ListOrgs => wire::orgs(bytes).map(Reply::Orgs),
        Call::CurrentUser => wire::user(bytes).map(|user| Reply::User(Box::new(user))),
        Call::AuditLog { .. } => wire::audit_events(bytes).map(Reply::AuditLog),
        Call::ListPersonalTokens => wire::personal_tokens(bytes).map(Reply::PersonalTokens),
        // Not read as a whole.
        Call::ListTokens
        | Call::CreateToken(_)
        | Call::RegenerateToken(..)
        | Call::DeleteToken(_)
        | Call::CreatePersonalToken(_)
        | Call::DeletePersonalToken(_) => None,
    };
    reply.ok_or(Trouble::Unreadable)
}

/// The server's name for this request.
fn trace_id(headers: &HeaderMap) -> Option<SafeText> {
    let id = headers.get("x-axiom-trace-id")?.to_str().ok()?;
    (1..=TRACE_ID_MAX).contains(&id.len()).then(|| SafeText::from(id))
}

/// Whether the content type is JSON, or not said.
fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|value| {
        value.to_str().is_ok_and(|kind| {
            let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            essence == "application/json" || essence.ends_with("+json")
        })
    })
}
