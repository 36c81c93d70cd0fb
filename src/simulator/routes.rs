//! The operation that a method and path mean, and what it requires.

use percent_encoding::percent_decode_str;

use super::message::Refusal;
use crate::domain::Verb;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    ListTokens,
    CreateToken,
    GetToken,
    DeleteToken,
    RegenerateToken,
    ListDatasets,
    ListOrgs,
    CurrentUser,
    ListViews,
    ListUsers,
    GetUser,
    ListPersonal,
    CreatePersonal,
    GetPersonal,
    UpdatePersonal,
    DeletePersonal,
    PersonalSecret,
    Query,
}

use Operation::{
    CreatePersonal, CreateToken, CurrentUser, DeletePersonal, DeleteToken, GetPersonal, GetToken,
    GetUser, ListDatasets, ListOrgs, ListPersonal, ListTokens, ListUsers, ListViews,
    PersonalSecret, Query, RegenerateToken, UpdatePersonal,
};

impl Operation {
    /// The organisation right that is needed, from `x-axiom-capability` in the description.
    pub const fn needs(self) -> Option<(&'static str, Verb)> {
        match self {
            ListTokens | GetToken => Some(("apiTokens", Verb::Read)),
            CreateToken => Some(("apiTokens", Verb::Create)),
            RegenerateToken => Some(("apiTokens", Verb::Update)),
            DeleteToken => Some(("apiTokens", Verb::Delete)),
            ListViews => Some(("views", Verb::Read)),
            ListUsers | GetUser => Some(("users", Verb::Read)),
            _ => None,
        }
    }

    /// Whether the operation belongs to one organisation: all except those with
    /// `x-axiom-no-org-required` in the description, and those on the user's personal tokens.
    pub const fn needs_org(self) -> bool {
        !matches!(self, ListOrgs | CurrentUser) && !self.is_assumed()
    }

    pub const fn takes_body(self) -> bool {
        matches!(self, CreateToken | RegenerateToken | CreatePersonal | UpdatePersonal | Query)
    }

    /// Whether no official description has this operation.
    pub const fn is_assumed(self) -> bool {
        matches!(
            self,
            ListPersonal
                | CreatePersonal
                | GetPersonal
                | UpdatePersonal
                | DeletePersonal
                | PersonalSecret
        )
    }
}

const PUBLISHED: [(&str, &str, Operation); 12] = [
    ("GET", "/v2/tokens", ListTokens),
    ("POST", "/v2/tokens", CreateToken),
    ("GET", "/v2/tokens/{id}", GetToken),
    ("DELETE", "/v2/tokens/{id}", DeleteToken),
    ("POST", "/v2/tokens/{id}/regenerate", RegenerateToken),
    ("GET", "/v2/datasets", ListDatasets),
    ("GET", "/v2/orgs", ListOrgs),
    ("GET", "/v2/user", CurrentUser),
    ("GET", "/v2/views", ListViews),
    ("GET", "/v2/users", ListUsers),
    ("GET", "/v2/users/{id}", GetUser),
    ("POST", "/v1/datasets/_apl", Query),
];

/// The routes for personal tokens, relative to a base that the scenario can move or turn off. Not
/// published: these are what the public SDKs used until August 2022.
const ASSUMED: [(&str, &str, Operation); 6] = [
    ("GET", "", ListPersonal),
    ("POST", "", CreatePersonal),
    ("GET", "/{id}", GetPersonal),
    ("PUT", "/{id}", UpdatePersonal),
    ("DELETE", "/{id}", DeletePersonal),
    ("GET", "/{id}/token", PersonalSecret),
];

#[derive(Debug)]
struct Route {
    method: &'static str,
    template: String,
    operation: Operation,
}

/// All routes.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

/// The operation and id of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub operation: Operation,
    /// The id in the path, percent-decoded.
    pub id: String,
}

impl Routes {
    /// All routes, with those for personal tokens below `personal` if it is set.
    pub fn new(personal: Option<&str>) -> Self {
        let published = PUBLISHED.into_iter().map(|(m, path, op)| (m, path.to_owned(), op));
        let assumed = personal
            .into_iter()
            .flat_map(|base| ASSUMED.map(|(m, rest, op)| (m, format!("{base}{rest}"), op)));
        let route = |(method, template, operation)| Route { method, template, operation };
        Self(published.chain(assumed).map(route).collect())
    }

    /// Finds the operation: 404 for an unknown path, 405 for an unknown method.
    pub fn find(&self, method: &str, path: &str) -> Result<Asked, Refusal> {
        let there: Vec<_> =
            self.0.iter().filter_map(|r| Some((r, matched(&r.template, path)?))).collect();
        if let Some((route, id)) = there.iter().find(|(route, _)| route.method == method) {
            return Ok(Asked { operation: route.operation, id: id.clone() });
        }
        let mut methods: Vec<_> = there.iter().map(|(route, _)| route.method).collect();
        methods.sort_unstable();
        let allowed = methods.join(",");
        if allowed.is_empty() {
            return Err(Refusal::new(404, format!("path {path} was not found")));
        }
        let message = format!("method {method} is not allowed, but [{allowed}] are");
        Err(Refusal::new(405, message).with("Allow", allowed))
    }

    /// The name that faults use for this request: `POST /v2/tokens/{id}/regenerate`.
    pub fn name(&self, method: &str, path: &str) -> Option<String> {
        let route =
            self.0.iter().find(|r| r.method == method && matched(&r.template, path).is_some())?;
        Some(format!("{method} {}", route.template))
    }

    /// Whether [`Self::name`] can return this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|r| name.split_once(' ') == Some((r.method, r.template.as_str())))
    }
}

/// The decoded id in the path (empty if the template has none), if the path matches.
fn matched(template: &str, path: &str) -> Option<String> {
    let mut id = String::new();
    let mut wanted = template.split('/');
    let mut given = path.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(id),
            (Some("{id}"), Some(segment)) if !segment.is_empty() => id = decoded(segment),
            (Some(name), Some(segment)) if decoded(segment) == name => {}
            _ => return None,
        }
    }
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> Result<Asked, Refusal> {
        Routes::new(Some("/v1/tokens/personal")).find(method, path)
    }

    #[test]
    fn ids_are_decoded_after_the_path_is_split() {
        let asked = find("GET", "/v2/tokens/a%2Fb%20%E6%97%A5").unwrap();
        assert_eq!(asked, Asked { operation: GetToken, id: "a/b 日".to_owned() });
        assert_eq!(find("GET", "/v2/tokens/%FF").unwrap().id, "\u{fffd}");
        assert_eq!(find("GET", "/v2/%74okens").unwrap().operation, ListTokens);
    }

    #[test]
    fn unknown_paths_are_404_and_unknown_methods_405() {
        for path in ["/", "", "*", "/v2", "/v2/tokens/", "/v2/tokens//regenerate", "/v2/tokens/a/b"]
        {
            let refusal = find("GET", path).unwrap_err();
            assert_eq!((refusal.status, refusal.code), (404, 404));
            assert_eq!(refusal.message, format!("path {path} was not found"));
        }
        let refusal = find("PUT", "/v2/tokens").unwrap_err();
        assert_eq!(refusal.message, "method PUT is not allowed, but [GET,POST] are");
        assert_eq!(refusal.header, Some(("Allow", "GET,POST".to_owned())));
        assert_eq!(find("HEAD", "/v2/orgs").unwrap_err().status, 405);
        assert_eq!(find("get", "/v2/orgs").unwrap_err().status, 405, "methods are case-sensitive");
    }

    #[test]
    fn the_assumed_routes_can_be_moved_or_turned_off() {
        assert_eq!(find("GET", "/v1/tokens/personal/7/token").unwrap().operation, PersonalSecret);
        assert_eq!(find("PUT", "/v1/tokens/personal/7").unwrap().operation, UpdatePersonal);
        assert_eq!(find("POST", "/v1/tokens/personal/7").unwrap_err().status, 405);
        let moved = Routes::new(Some("/api/v1/me"));
        assert_eq!(moved.find("POST", "/api/v1/me").unwrap().operation, CreatePersonal);
        assert_eq!(moved.find("POST", "/v1/tokens/personal").unwrap_err().status, 404);
        let off = Routes::new(None);
        assert_eq!(off.find("GET", "/v1/tokens/personal").unwrap_err().status, 404);
    }

    #[test]
    fn faults_match_route_templates() {
        let routes = Routes::new(None);
        let name = routes.name("POST", "/v2/tokens/7/regenerate").unwrap();
        assert_eq!(name, "POST /v2/tokens/{id}/regenerate");
        assert!(routes.has(&name));
        assert!(!routes.has("POST /v2/orgs"));
        assert_eq!(routes.name("POST", "/v2/orgs"), None);
    }
}
