//! The operations on personal tokens. **Assumed**: no published description has these routes;
//! they are what the public SDKs used until August 2022. Responses are marked with
//! `X-Assumed-Route: true`.

use serde_json::{Map, Value, json};

use super::{
    check,
    message::{Refusal, Response},
    store::{PersonalToken, Store},
};

impl Store {
    pub(super) fn list_personal(&self) -> Response {
        Response::ok(&self.personal.iter().map(record).collect())
    }

    /// The response has no secret, as in 2022, unless the scenario says otherwise.
    pub(super) fn create_personal(
        &mut self,
        body: &Map<String, Value>,
    ) -> Result<Response, Refusal> {
        let token = PersonalToken {
            name: check::name(body)?,
            description: check::description(body)?,
            id: self.ids.id(),
            secret: self.ids.secret("xapt-"),
        };
        let mut answer = record(&token);
        if self.secret_in_post {
            answer["token"] = token.secret.as_str().into();
        }
        self.personal.push(token);
        Ok(Response::ok(&answer))
    }

    pub(super) fn get_personal(&self, id: &str) -> Result<Response, Refusal> {
        let token = self.personal.iter().find(|t| t.id == id).ok_or_else(Refusal::not_found)?;
        Ok(Response::ok(&record(token)))
    }

    /// Changes the name and the description; the secret stays.
    pub(super) fn update_personal(
        &mut self,
        id: &str,
        body: &Map<String, Value>,
    ) -> Result<Response, Refusal> {
        let token = self.personal.iter_mut().find(|t| t.id == id);
        let token = token.ok_or_else(Refusal::not_found)?;
        let (name, description) = (check::name(body)?, check::description(body)?);
        (token.name, token.description) = (name, description);
        Ok(Response::ok(&record(token)))
    }

    pub(super) fn personal_secret(&self, id: &str) -> Result<Response, Refusal> {
        let token = self.personal.iter().find(|t| t.id == id).ok_or_else(Refusal::not_found)?;
        let mut answer = record(token);
        answer["token"] = token.secret.as_str().into();
        Ok(Response::ok(&answer))
    }

    pub(super) fn delete_personal(&mut self, id: &str) -> Result<Response, Refusal> {
        let place = self.personal.iter().position(|t| t.id == id);
        self.personal.remove(place.ok_or_else(Refusal::not_found)?);
        Ok(Response::empty())
    }
}

fn record(token: &PersonalToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "description": token.description,
        "scopes": ["*"],
        "permissions": [],
    })
}
