//! Turns an HTTP response into the result of a call.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod head;
mod tokens;

use head::Head;
use reqwest::{Response, StatusCode};

use super::body::{Body, Cap};
use crate::{
    api::{
        Answer, Call, Created, Failure, FailureKind, Reply,
        wire::{self, Find},
    },
    domain::{ApiToken, TokenId},
};

/// How much of an error's body is searched for a message, in bytes.
const REFUSAL_CAP: usize = 64 * 1024;

/// A response with a success status.
pub struct Accepted {
    pub body: Body,
    head: Head,
}

impl Accepted {
    /// Reads the body up to `cap`.
    ///
    /// # Errors
    /// If the status is not a success.
    pub async fn read(response: Response, cap: Cap) -> Result<Self, Failure> {
        let head = Head::of(&response);
        if head.status.is_success() {
            let body = Body::read(response, cap).await;
            return Ok(Self { body, head });
        }
        let body = Body::read(response, Cap::whole(REFUSAL_CAP)).await.bytes;
        Err(head.refusal(&body))
    }

    /// Whether status and content type are those that the API description has for a new token.
    const fn has_made(&self) -> bool {
        matches!(self.head.status.as_u16(), 200 | 201) && self.head.is_json()
    }

    /// The error for a response that does not match the API description.
    pub fn unreadable(&self) -> Failure {
        let kind = self.body.kind.unwrap_or(FailureKind::Unreadable);
        self.head.unreadable(kind, &self.body.bytes)
    }

    /// Adds the trace id to a failure.
    pub fn traced(&self, failure: Failure) -> Failure {
        Failure { trace_id: self.head.trace_id.clone(), ..failure }
    }

    /// What is wrong with a response that contains a secret.
    pub const fn warning(&self, is_as_expected: bool) -> Option<&'static str> {
        match (is_as_expected, self.body.kind) {
            (_, Some(_)) => Some("incomplete response"),
            (false, None) => Some("the response was not as expected"),
            (true, None) if !self.head.is_json() => Some("the response was not marked as JSON"),
            (true, None) => None,
        }
    }
}

/// What a response without a secret still contains.
pub struct Lost<T> {
    pub id: Option<TokenId>,
    pub token: Option<T>,
    /// Whether the response proves that a token was created. If not, the outcome is unknown.
    pub is_made: bool,
}

impl<T> Lost<T> {
    pub fn into_failure(self, accepted: &Accepted) -> Failure {
        if self.is_made {
            let kind = accepted.body.kind.unwrap_or(FailureKind::Unreadable);
            return accepted.traced(Failure::secret_unreadable(self.id, kind));
        }
        accepted.unreadable()
    }
}

/// Reads the response to a call.
pub async fn read(call: &Call, response: Response, cap: Cap) -> Answer {
    match call {
        Call::DeleteToken(_) | Call::DeletePersonalToken(_) => deleted(response).await,
        Call::ListTokens if response.status().is_success() => {
            let head = Head::of(&response);
            let tokens = tokens::read(response, cap.kept).await.map(Reply::Tokens);
            tokens.map_err(|(kind, start)| head.unreadable(kind, &start))
        }
        Call::CreateToken(_) => {
            let accepted = Accepted::read(response, cap).await?;
            created_api(accepted, None)
        }
        Call::RegenerateToken(old, _) => {
            let accepted = Accepted::read(response, cap).await?;
            created_api(accepted, Some(old))
        }
        _ => whole(call, Accepted::read(response, cap).await?).await,
    }
}

/// Reads the response to a deletion. The token is gone if the API returns 204 as described, or if
/// the API itself does not know the token. After any other response only the list can tell.
async fn deleted(response: Response) -> Answer {
    let head = Head::of(&response);
    if head.status == StatusCode::NO_CONTENT {
        return Ok(Reply::Deleted);
    }
    let body = Body::read(response, Cap::whole(REFUSAL_CAP)).await.bytes;
    if head.status.is_success() {
        return Err(head.unreadable(FailureKind::Unreadable, &body));
    }
    let refusal = head.refusal(&body);
    let is_about_token =
        refusal.message.as_ref().is_some_and(|message| !wire::is_about_path(message));
    if head.status == StatusCode::NOT_FOUND && wire::is_refusal(&body) && is_about_token {
        return Ok(Reply::Deleted);
    }
    Err(refusal)
}

/// Reads the response to creating or regenerating an API token; `old` is the token that was
/// regenerated.
fn created_api(mut accepted: Accepted, old: Option<&TokenId>) -> Answer {
    let token = wire::token(&accepted.body.bytes);
    let is_old = |id: &TokenId| Some(id) == old;
    let names_old = accepted.body.find.id.as_ref().or(token.as_ref().map(|t| &t.id));
    if names_old.is_some_and(is_old) {
        // A regenerated token has a new id, so this response does not identify the new token.
        accepted.body.find.id = None;
        let created = created(&mut accepted, None, |token: &ApiToken| &token.id);
        return created
            .map(|created| {
                let warning = Some("the response names the old token");
                Reply::Created(Box::new(Created { warning, ..created }))
            })
            .map_err(|lost| Lost { is_made: false, ..lost }.into_failure(&accepted));
    }
    created(&mut accepted, token, |token| &token.id)
        .map(|created| Reply::Created(Box::new(created)))
        .map_err(|lost| lost.into_failure(&accepted))
}

/// Parses the response to a read. Uses another thread: parsing a long one must not delay keys.
async fn whole(call: &Call, accepted: Accepted) -> Answer {
    let call = call.clone();
    let read = move || {
        let listed = listed(&call, &accepted.body);
        listed.map_err(|why| accepted.head.unreadable(why, &accepted.body.bytes))
    };
    // Cannot fail: parsing does not panic.
    let failed = |_| Err(Failure::new(FailureKind::Unreadable));
    tokio::task::spawn_blocking(read).await.unwrap_or_else(failed)
}

/// Extracts a new token. The secret counts even if the response is damaged; other problems become
/// a warning. Without a secret, returns what else was found. Moves secret and id out of the body.
pub fn created<T>(
    accepted: &mut Accepted,
    token: Option<T>,
    id_of: impl Fn(&T) -> &TokenId,
) -> Result<Created<T>, Lost<T>> {
    let Find { secret, id } = std::mem::take(&mut accepted.body.find);
    let id = id.or_else(|| token.as_ref().map(|t| id_of(t).clone()));
    let Some(secret) = secret else {
        // A truncated JSON object was about a token; a complete one has its id.
        let is_cut = accepted.body.kind.is_some();
        let is_object = accepted.body.bytes.iter().find(|b| !b.is_ascii_whitespace());
        let is_made = id.is_some() || is_cut && is_object.is_none_or(|b| *b == b'{');
        return Err(Lost { id, token, is_made: is_made && accepted.has_made() });
    };
    let warning = accepted.warning(token.is_some());
    Ok(Created { secret, id, token, warning, present: wire::present_members(&accepted.body.bytes) })
}

/// Parses a complete response to a read. Its content type does not matter if it can be parsed.
fn listed(call: &Call, body: &Body) -> Result<Reply, FailureKind> {
    if let Some(kind) = body.kind {
        return Err(kind);
    }
    let bytes = &body.bytes;
    let reply = match call {
        Call::GetToken(_) => wire::token(bytes).map(|token| Reply::Token(Box::new(token))),
        Call::ListDatasets => wire::datasets(bytes).map(Reply::Datasets),
        Call::ListViews => wire::views(bytes).map(Reply::Views),
        Call::ListOrgs => wire::orgs(bytes).map(Reply::Orgs),
        Call::CurrentUser => wire::user(bytes).map(|user| Reply::User(Box::new(user))),
        Call::ListUsers => wire::users(bytes).map(Reply::Users),
        Call::AuditLog(query) => {
            wire::log_answer(*query, bytes).map(|answer| Reply::AuditLog(query.window, answer))
        }
        Call::ListPersonalTokens => wire::personal_tokens(bytes).map(Reply::PersonalTokens),
        // Read by other functions.
        Call::ListTokens
        | Call::CreateToken(_)
        | Call::RegenerateToken(..)
        | Call::DeleteToken(_)
        | Call::CreatePersonalToken(_)
        | Call::DeletePersonalToken(_) => None,
    };
    reply.ok_or(FailureKind::Unreadable)
}
