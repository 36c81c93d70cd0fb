//! Creates a personal token: a POST, and if its response has no secret, a GET that fetches it
//! (assumed: the public SDKs did so until 2022).
//!
//! The POST is never retried. The GET is retried like other reads; if it fails, the error still
//! has the id of the new token.

use super::{
    Client,
    answer::{self, Accepted, Lost},
    request::Ask,
};
use crate::{
    api::{
        Answer, Call, Certainty, Created, Failure, Reply,
        wire::{self, Find},
    },
    domain::{PersonalToken, SafeText, TokenId, token::PresentMembers},
};

impl Client {
    pub(super) async fn create_personal(&self, call: &Call, org: Option<&SafeText>) -> Answer {
        let response = self.execute(Ask::Call(call), org, 1).await?;
        let mut accepted = Accepted::read(response, self.limits.cap(true)).await?;
        let made = wire::personal_token(&accepted.body.bytes);
        let created = match answer::created(&mut accepted, made, |token| &token.id) {
            Ok(created) => created,
            Err(Lost { id: Some(id), token, is_made: true }) => {
                // The response to the POST is no longer needed: wipe it.
                drop(accepted);
                self.with_secret(id, token, org).await?
            }
            Err(lost) => return Err(lost.into_failure(&accepted)),
        };
        Ok(Reply::PersonalCreated(Box::new(created)))
    }

    /// Fetches the secret of a token that was created. Every error has the token's id.
    async fn with_secret(
        &self,
        id: TokenId,
        token: Option<PersonalToken>,
        org: Option<&SafeText>,
    ) -> Result<Created<PersonalToken>, Failure> {
        let mut repeated = 0;
        loop {
            match self.secret(&id, org, repeated + 1).await {
                Ok(fetched) => {
                    // The response to the POST may have had only the id.
                    let token = token.filter(|t| !t.name.raw().is_empty()).or(fetched.token);
                    return Ok(Created { id: Some(id), token, ..fetched });
                }
                Err(e) if self.waited(&e, &mut repeated).await => {}
                Err(e) => {
                    return Err(Failure {
                        certainty: Certainty::SecretUnreadable { id: Some(id) },
                        ..e
                    });
                }
            }
        }
    }

    /// Sends the GET once. The response may be the whole token or only its secret.
    async fn secret(
        &self,
        id: &TokenId,
        org: Option<&SafeText>,
        attempt: u32,
    ) -> Result<Created<PersonalToken>, Failure> {
        let response = self.execute(Ask::PersonalSecret(id), org, attempt).await?;
        let mut accepted = Accepted::read(response, self.limits.cap(true)).await?;
        let Find { secret, id: named } = std::mem::take(&mut accepted.body.find);
        let Some(secret) = secret else { return Err(accepted.unreadable()) };
        let bytes = &accepted.body.bytes;
        // With another id, the secret may be another token's.
        let is_as_expected = wire::is_object(bytes) && named.is_none_or(|named| named == *id);
        let token = wire::personal_token(bytes).filter(|token| token.id == *id);
        let warning = accepted.warning(is_as_expected);
        Ok(Created { secret, id: None, token, warning, present: PresentMembers::default() })
    }
}
