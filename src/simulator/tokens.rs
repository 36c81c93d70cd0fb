//! The operations on API tokens.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    check::{Draft, Reader, Renewed},
    message::{Refusal, Response},
    scenario::NoExpiry,
    store::{Store, Token},
    time,
};

impl Store {
    pub(super) fn list_tokens(&mut self, org: usize, now: Timestamp) -> Response {
        let (expired, replaced) = (self.list_expired, self.list_replaced);
        let mut shown = Vec::new();
        for (i, token) in self.orgs[org].tokens.iter_mut().enumerate() {
            let is_late = token.late > 0;
            token.late = token.late.saturating_sub(1);
            let is_hidden =
                is_late || (!expired && token.is_expired(now)) || (!replaced && token.replaced);
            if !is_hidden {
                shown.push(i);
            }
        }
        let list = shown.into_iter().map(|i| self.token_json(&self.orgs[org].tokens[i]));
        Response::ok(&list.collect())
    }

    pub(super) fn get_token(&self, org: usize, id: &str) -> Result<Response, Refusal> {
        let place = self.place(org, id)?;
        Ok(Response::ok(&self.token_json(&self.orgs[org].tokens[place])))
    }

    pub(super) fn create_token(
        &mut self,
        org: usize,
        body: &Map<String, Value>,
    ) -> Result<Response, Refusal> {
        let draft = self.reader().draft(body)?;
        Ok(self.add_token(org, draft, Map::new()))
    }

    pub(super) fn delete_token(&mut self, org: usize, id: &str) -> Result<Response, Refusal> {
        let place = self.place(org, id)?;
        self.orgs[org].tokens.remove(place);
        Ok(Response::empty())
    }

    /// Creates the new token and limits the old one's life: until the requested time, but not
    /// beyond its own expiry. Without a new expiry the new token does not expire; what the real
    /// API does is unknown.
    pub(super) fn regenerate_token(
        &mut self,
        org: usize,
        id: &str,
        body: &Map<String, Value>,
        now: Timestamp,
    ) -> Result<Response, Refusal> {
        let place = self.place(org, id)?;
        let renewal = self.reader().renewal(body)?;
        let old = &mut self.orgs[org].tokens[place];
        let asked = renewal.old_ends.max(now);
        old.expires = Some(old.expires.map_or(asked, |own| own.min(asked)));
        old.replaced = true;
        let (draft, raw) = match renewal.new {
            Renewed::Replaced(draft) => (draft, Map::new()),
            Renewed::Same { expires } => {
                let draft = Draft {
                    name: old.name.clone(),
                    description: old.description.clone(),
                    expires,
                    grants: old.grants.clone(),
                };
                (draft, old.raw.clone())
            }
        };
        Ok(self.add_token(org, draft, raw))
    }

    /// Adds a token. Only this response contains its secret.
    fn add_token(&mut self, org: usize, draft: Draft, raw: Map<String, Value>) -> Response {
        let token = Token {
            id: self.ids.id(),
            name: draft.name,
            description: draft.description,
            expires: draft.expires,
            grants: draft.grants,
            raw,
            secret: self.ids.secret("xaat-"),
            late: std::mem::take(&mut self.late),
            replaced: false,
        };
        let mut answer = self.token_json(&token);
        answer["token"] = token.secret.as_str().into();
        self.orgs[org].tokens.push(token);
        Response::ok(&answer)
    }

    fn reader(&self) -> Reader<'_> {
        Reader { extra: &self.extra, exclusive_renewal: self.exclusive_renewal }
    }

    fn place(&self, org: usize, id: &str) -> Result<usize, Refusal> {
        self.orgs[org].tokens.iter().position(|t| t.id == id).ok_or_else(Refusal::not_found)
    }

    fn token_json(&self, token: &Token) -> Value {
        let mut json = json!({
            "id": token.id,
            "name": token.name,
            "description": token.description,
            "datasetCapabilities": self.maybe_null(&token.grants.dataset),
            "orgCapabilities": self.maybe_null(&token.grants.org),
            "samlAuthenticated": false,
        });
        if !token.grants.view.is_empty() {
            json["viewCapabilities"] = token.grants.view.clone().into();
        }
        match (token.expires, self.no_expiry) {
            (Some(at), _) => json["expiresAt"] = at.to_string().into(),
            (None, NoExpiry::Null) => json["expiresAt"] = Value::Null,
            (None, NoExpiry::Zero) => json["expiresAt"] = time::ZERO.into(),
            (None, NoExpiry::Absent) => {}
        }
        for (member, value) in &token.raw {
            json[member] = value.clone();
        }
        json
    }

    /// In sparse responses, empty collections are `null`, as Go writes them.
    pub(super) fn maybe_null(&self, map: &Map<String, Value>) -> Value {
        if self.sparse && map.is_empty() { Value::Null } else { map.clone().into() }
    }
}
