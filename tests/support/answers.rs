//! Answers a call from the simulator's store, decoded as the client would, without a network.

use axtok::{
    api::{
        DEFAULT_PERSONAL_PATH,
        call::{Answer, Call, Created, Reply},
        error::{Certainty, Failure, FailureKind},
        wire,
    },
    domain::{SafeText, Secret, TokenId, audit},
    simulator::{Request, Response, Store},
};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Runs a call on the store with this credential.
pub fn answer(
    store: &mut Store,
    bearer: &str,
    org: Option<&SafeText>,
    call: &Call,
    now: Timestamp,
) -> Answer {
    let mut request = |method: &str, path: &str, body: Option<Vec<u8>>| {
        let mut request = Request::new(method, path).bearer(bearer);
        if let Some(org) = org {
            request = request.with("X-Axiom-Org-Id", org.raw());
        }
        if let Some(body) = body {
            request = request.with("Content-Type", "application/json");
            request.body = body;
        }
        store.handle(&request, now)
    };
    let (method, path, body) = sent(call);
    let mut response = request(method, &path, body);
    if let (Call::CreatePersonalToken(_), 200) = (call, response.status) {
        // The secret takes a second request unless the first response contains it.
        let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        if json["token"].is_null() {
            let path = personal(json["id"].as_str().unwrap()) + "/token";
            response = request("GET", &path, None);
        }
    }
    read(call, &response)
}

fn personal(id: &str) -> String {
    format!("{DEFAULT_PERSONAL_PATH}/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

/// The method, path and body of a call.
fn sent(call: &Call) -> (&'static str, String, Option<Vec<u8>>) {
    let id =
        |id: &TokenId| format!("/v2/tokens/{}", utf8_percent_encode(id.raw(), NON_ALPHANUMERIC));
    match call {
        Call::ListTokens => ("GET", "/v2/tokens".to_owned(), None),
        Call::GetToken(token) => ("GET", id(token), None),
        Call::CreateToken(new) => ("POST", "/v2/tokens".to_owned(), wire::create(new)),
        Call::RegenerateToken(token, how) => {
            ("POST", format!("{}/regenerate", id(token)), wire::regenerate(how))
        }
        Call::DeleteToken(token) => ("DELETE", id(token), None),
        Call::ListDatasets => ("GET", "/v2/datasets".to_owned(), None),
        Call::ListViews => ("GET", "/v2/views".to_owned(), None),
        Call::ListOrgs => ("GET", "/v2/orgs".to_owned(), None),
        Call::CurrentUser => ("GET", "/v2/user".to_owned(), None),
        Call::ListPersonalTokens => ("GET", DEFAULT_PERSONAL_PATH.to_owned(), None),
        Call::CreatePersonalToken(new) => {
            ("POST", DEFAULT_PERSONAL_PATH.to_owned(), wire::create_personal(new))
        }
        Call::DeletePersonalToken(token) => ("DELETE", personal(token.raw()), None),
        Call::ListUsers => ("GET", "/v2/users".to_owned(), None),
        Call::AuditLog(query) => {
            let path = "/v1/datasets/_apl?format=tabular".to_owned();
            ("POST", path, wire::log_query(*query, audit::DATASET))
        }
    }
}

/// Decodes a response as the client would.
fn read(call: &Call, response: &Response) -> Answer {
    let body = response.body.as_slice();
    if response.status >= 300 {
        return Err(Failure {
            certainty: Certainty::Rejected,
            kind: FailureKind::Status(response.status),
            message: wire::message(body),
            trace_id: None,
            retry_at: None,
            foreign: None,
        });
    }
    let present = wire::present_members(body);
    Ok(match call {
        Call::ListTokens => Reply::Tokens(wire::tokens(body).unwrap()),
        Call::GetToken(_) => Reply::Token(Box::new(wire::token(body).unwrap())),
        Call::CreateToken(_) | Call::RegenerateToken(..) => {
            let token = wire::token(body).unwrap();
            let secret = secret(body);
            let id = Some(token.id.clone());
            Reply::Created(Box::new(Created {
                secret,
                id,
                token: Some(token),
                warning: None,
                present,
            }))
        }
        Call::DeleteToken(_) | Call::DeletePersonalToken(_) => Reply::Deleted,
        Call::ListDatasets => Reply::Datasets(wire::datasets(body).unwrap()),
        Call::ListViews => Reply::Views(wire::views(body).unwrap()),
        Call::ListOrgs => Reply::Orgs(wire::orgs(body).unwrap()),
        Call::CurrentUser => Reply::User(Box::new(wire::user(body).unwrap())),
        Call::ListUsers => Reply::Users(wire::users(body).unwrap()),
        Call::AuditLog(query) => {
            Reply::AuditLog(query.window, wire::log_answer(*query, body).unwrap())
        }
        Call::ListPersonalTokens => Reply::PersonalTokens(wire::personal_tokens(body).unwrap()),
        Call::CreatePersonalToken(_) => {
            let token = wire::personal_token(body).unwrap();
            let (secret, id) = (secret(body), Some(token.id.clone()));
            let created = Created { secret, id, token: Some(token), warning: None, present };
            Reply::PersonalCreated(Box::new(created))
        }
    })
}

fn secret(body: &[u8]) -> Secret {
    let json: serde_json::Value = serde_json::from_slice(body).unwrap();
    Secret::new(json["token"].as_str().unwrap().to_owned())
}
