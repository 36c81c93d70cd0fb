//! The simulator's content, and the handling of one request, without a network or a clock.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};

use super::{
    audit::{Event, Used},
    auth,
    check::{self, Grants},
    ids::Ids,
    message::{Refusal, Request, Response},
    routes::{Operation, Routes},
    scenario::{Extra, NoExpiry, Plan, Scenario},
    window::Window,
};

/// A simulated deployment of the API.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are the scenario's switches")]
pub struct Store {
    pub(super) orgs: Vec<Org>,
    pub(super) user: User,
    pub(super) personal: Vec<PersonalToken>,
    pub(super) ids: Ids,
    pub(super) extra: Vec<Extra>,
    pub(super) no_expiry: NoExpiry,
    pub(super) sparse: bool,
    pub(super) secret_in_post: bool,
    pub(super) list_expired: bool,
    pub(super) list_replaced: bool,
    pub(super) exclusive_renewal: bool,
    /// The most rows of a query's result.
    pub(super) query_rows: usize,
    /// How many lists leave out the next new token.
    pub(super) late: u32,
    api_token: String,
    routes: Routes,
    window: Window,
}

#[derive(Debug)]
pub(super) struct Org {
    pub id: String,
    pub name: String,
    pub plan: Plan,
    pub datasets: Vec<Dataset>,
    pub views: Vec<View>,
    pub tokens: Vec<Token>,
    /// The audit log.
    pub audit: Vec<Event>,
    /// How far back the audit log can be queried, in seconds.
    pub audit_window: i64,
    /// What the generated events were made from.
    pub truth: Vec<Used>,
    /// The users besides the signed-in one.
    pub users: Vec<Member>,
}

/// Another user of an organisation.
#[derive(Debug)]
pub(super) struct Member {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role_id: String,
    pub role: String,
}

#[derive(Debug)]
pub(super) struct Dataset {
    pub name: String,
    pub description: String,
    pub kind: &'static str,
}

#[derive(Debug)]
pub(super) struct View {
    pub name: String,
    pub description: String,
    pub apl: String,
    pub datasets: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Token {
    pub id: String,
    pub name: String,
    pub description: String,
    pub expires: Option<Timestamp>,
    pub grants: Grants,
    /// Additional members of its JSON.
    pub raw: Map<String, Value>,
    pub secret: String,
    /// How many lists still leave it out.
    pub late: u32,
    /// Regenerated: another token has replaced it.
    pub replaced: bool,
}

impl Token {
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }
}

#[derive(Debug)]
pub(super) struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role_id: String,
    pub role: String,
    /// The organisation rights; `None` means all.
    pub rights: Option<Map<String, Value>>,
    /// What the user may query besides: datasets and views.
    pub query_on: Vec<String>,
}

#[derive(Debug)]
pub(super) struct PersonalToken {
    pub id: String,
    pub name: String,
    pub description: String,
    pub secret: String,
}

impl Store {
    /// The scenario's content, with relative expiries counted from `now`.
    #[must_use]
    pub fn new(scenario: &Scenario, now: Timestamp) -> Self {
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let mut ids = Ids::new(scenario.seed);
        let orgs = scenario.orgs(&mut ids, now);
        let wanted =
            |t: &&Token| scenario.api_token.as_ref().is_none_or(|name| t.name == *name.get_ref());
        let api_token = orgs.iter().flat_map(|org| &org.tokens).find(wanted);
        Self {
            api_token: api_token.map(|t| t.secret.clone()).unwrap_or_default(),
            personal: scenario.personal(&mut ids),
            user: User {
                id: scenario.user.id.clone(),
                name: scenario.user.name.clone(),
                email: scenario.user.email.clone(),
                role_id: scenario.role.id.clone(),
                role: scenario.role.name.clone(),
                rights: scenario.user_rights(),
                query_on: scenario.role.query_on.clone(),
            },
            orgs,
            ids,
            extra: scenario.extra_capability.clone(),
            no_expiry: scenario.no_expiry,
            sparse: scenario.sparse,
            secret_in_post: scenario.secret_in_post,
            list_expired: scenario.list_expired,
            list_replaced: scenario.list_replaced,
            exclusive_renewal: scenario.exclusive_renewal,
            query_rows: scenario.query_rows,
            late: 0,
            routes: scenario.routes(),
            window: Window::new(scenario.rate_limit),
        }
    }

    /// The secret of the user's personal token.
    #[must_use]
    pub fn personal_token(&self) -> &str {
        self.personal.first().map_or("", |token| &token.secret)
    }

    /// The secret of the scenario's `api_token`, else of the first API token; empty if there is
    /// none.
    #[must_use]
    pub fn api_token(&self) -> &str {
        &self.api_token
    }

    /// The id of the default organisation.
    #[must_use]
    pub fn org_id(&self) -> &str {
        self.orgs.first().map_or("", |org| &org.id)
    }

    /// The rights that the generated events of an organisation use: what a reader of the audit log
    /// should find, and more, since not all uses are in the log.
    #[must_use]
    pub fn truth(&self, org: &str) -> &[Used] {
        self.orgs.iter().find(|o| o.id == org).map_or(&[], |org| &org.truth)
    }

    /// The name that faults use for this request, if its route exists.
    pub(super) fn route_name(&self, request: &Request) -> Option<String> {
        self.routes.name(&request.method, &request.path)
    }

    /// Adds the headers of a used-up rate limit.
    pub(super) fn add_limit_headers(&self, response: Response, now: Timestamp) -> Response {
        self.window.add_limit_headers(response, now).with("Date", date(now))
    }

    /// Handles one request; a refusal is a response too.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Response {
        let counted = self.window.count(now);
        let answer = counted.and_then(|()| self.answer(request, now));
        let response = answer.unwrap_or_else(|refusal| {
            let trace = self.ids.uuid().simple().to_string();
            refusal.into_response(&trace)
        });
        self.window.tell(response).with("Date", date(now))
    }

    /// Checks the route, the token, the right and the body, then runs the operation.
    fn answer(&mut self, request: &Request, now: Timestamp) -> Result<Response, Refusal> {
        let asked = self.routes.find(&request.method, &request.path)?;
        let operation = asked.operation;
        let caller = auth::identify(self, request, operation, now)?;
        auth::permit(self, caller, operation)?;
        let body = if operation.takes_body() { check::body(request)? } else { Map::new() };
        let id = asked.id.as_str();
        let before = self.name_of(caller.org(), id);
        let actor = (caller.org(), self.actor(caller));
        let response = match operation {
            Operation::ListTokens => Ok(self.list_tokens(caller.org(), now)),
            Operation::CreateToken => self.create_token(caller.org(), &body),
            Operation::GetToken => self.get_token(caller.org(), id),
            Operation::DeleteToken => self.delete_token(caller.org(), id),
            Operation::RegenerateToken => self.regenerate_token(caller.org(), id, &body, now),
            Operation::ListDatasets => Ok(self.list_datasets(caller)),
            Operation::ListViews => Ok(self.list_views(caller.org())),
            Operation::ListOrgs => Ok(self.list_orgs(caller)),
            Operation::CurrentUser => Ok(self.current_user()),
            Operation::ListUsers => Ok(self.list_users(caller.org())),
            Operation::GetUser => self.get_user(caller.org(), id),
            Operation::ListPersonal => Ok(self.list_personal()),
            Operation::CreatePersonal => self.create_personal(&body),
            Operation::GetPersonal => self.get_personal(id),
            Operation::UpdatePersonal => self.update_personal(id, &body),
            Operation::DeletePersonal => self.delete_personal(id),
            Operation::PersonalSecret => self.personal_secret(id),
            Operation::Query => self.query(caller, request, &body, now),
        }?;
        self.write_down(actor, operation, (id, before), &response, now);
        Ok(if operation.is_assumed() { response.with("X-Assumed-Route", "true") } else { response })
    }
}

/// A time in HTTP's format.
fn date(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests;
