//! An HTTP response as the answer to a call.

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

/// Reads the answer; `cap` is the largest body taken, in bytes.
pub async fn read(call: &Call, response: Response, cap: usize) -> Answer {
    let status = response.status();
    let is_delete = matches!(call, Call::DeleteToken(_));
    if is_delete && (status.is_success() || status == StatusCode::NOT_FOUND) {
        // Gone is gone, whoever did it; the body does not matter.
        return Ok(Reply::Deleted);
    }
    let headers = response.headers().clone();
    let mut failure = Failure::new(Trouble::Status(status.as_u16()));
    if !status.is_success() {
        failure.retry_at = rate::retry_at(status, &headers);
        failure.trace_id = trace_id(&headers);
        failure.message = wire::message(&Body::read(response, REFUSAL_CAP).await.bytes);
        return Err(failure);
    }
    let body = Body::read(response, cap).await;
    let answer = if call.yields_secret() {
        created(&body, is_json(&headers))
            .map_err(|(id, trouble)| Failure::secret_unreadable(id, trouble))
    } else {
        listed(call, &body).map_err(Failure::new)
    };
    answer.map_err(|failure| Failure { trace_id: trace_id(&headers), ..failure })
}

/// An answer with a secret. First the secret itself, from whatever came; then
/// the rest, whose troubles cost no more than a warning. Without a secret, the
/// id that was found at least.
fn created(body: &Body, is_json: bool) -> Result<Reply, (Option<TokenId>, Trouble)> {
    let Find { secret, id } = wire::find(&body.bytes);
    let Some(secret) = secret else {
        return Err((id, body.trouble.unwrap_or(Trouble::Unreadable)));
    };
    let token = wire::token(&body.bytes);
    let warning = match (&token, body.trouble) {
        (_, Some(_)) => Some("incomplete reply"),
        (None, None) => Some("the reply was not as expected"),
        (Some(_), None) if !is_json => Some("the reply was not marked as JSON"),
        (Some(_), None) => None,
    };
    let id = id.or_else(|| token.as_ref().map(|t| t.id.clone()));
    Ok(Reply::Created(Box::new(Created { secret, id, token, warning })))
}

/// An answer to a read: whole, or not at all. Its content type does not matter
/// as long as it can be read.
fn listed(call: &Call, body: &Body) -> Result<Reply, Trouble> {
    if let Some(trouble) = body.trouble {
        return Err(trouble);
    }
    let bytes = &body.bytes;
    let reply = match call {
        Call::ListTokens => wire::tokens(bytes).map(Reply::Tokens),
        Call::GetToken(_) => wire::token(bytes).map(|token| Reply::Token(Box::new(token))),
        Call::ListDatasets => wire::datasets(bytes).map(Reply::Datasets),
        Call::ListViews => wire::views(bytes).map(Reply::Views),
        Call::ListOrgs => wire::orgs(bytes).map(Reply::Orgs),
        Call::CurrentUser => wire::user(bytes).map(|user| Reply::User(Box::new(user))),
        Call::CreateToken(_) | Call::RegenerateToken(..) | Call::DeleteToken(_) => None,
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
