//! Which requests go wrong, and how. The store knows nothing of faults: they decide whether a
//! request reaches it, and change its response.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::message::Response;

/// A fault: `[[fault]]` in a scenario file. Several effects can be combined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The affected requests: `POST /v2/tokens/{id}/regenerate`, or `*` for all.
    pub route: String,
    /// How many of these requests succeed first.
    pub after: u32,
    /// How many of them fail then; all if absent.
    pub times: Option<u32>,
    /// Delays the response, after the store has changed.
    pub latency_ms: u64,
    /// Responds with this status, and with a JSON error unless `body` is set. The request does
    /// not reach the store unless `commit` is set. 429 and 430 have the headers of a used-up
    /// rate limit.
    pub status: Option<u16>,
    /// Whether a request with `status` still reaches the store.
    pub commit: bool,
    /// Responds with this body.
    pub body: Option<String>,
    /// Changes members of the body, which must be JSON: `{ status = { isPartial = true } }`.
    pub merge: Option<Value>,
    /// Wraps the body, which must be JSON, in an object under this name.
    pub wrap: Option<String>,
    /// Sets the content type of the response.
    pub content_type: Option<String>,
    /// Sets or replaces headers of the response.
    pub headers: BTreeMap<String, String>,
    /// Closes the connection without a response.
    pub drop: Option<Hangup>,
    /// Breaks the connection after this many bytes of the body; `Content-Length` still promises
    /// all of it.
    pub cut: Option<usize>,
    /// Sends the body byte by byte, with this pause in between.
    pub drip_ms: u64,
    /// Sends this many spaces after the body; cannot be combined with `drip_ms`.
    pub flood: u64,
    /// Refuses new connections for this long after the request; existing ones continue.
    pub refuse_ms: u64,
    /// Leaves a token that this request creates out of this many of the next lists.
    pub late: u32,
}

/// When the connection is closed without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hangup {
    /// Before the request reaches the store.
    Before,
    /// After the store has changed.
    After,
}

impl Fault {
    /// A fault without effects on this route.
    #[must_use]
    pub fn on(route: &str) -> Self {
        Self { route: route.to_owned(), ..Self::default() }
    }

    /// Whether the request reaches the store.
    pub(super) fn reaches_store(&self) -> bool {
        self.drop != Some(Hangup::Before) && (self.status.is_none() || self.commit)
    }

    /// The response that the client gets instead of this one.
    pub(super) fn apply(&self, mut response: Response) -> Response {
        if let Some(status) = self.status {
            let refusal = json!({ "code": status, "message": "fault injected by the scenario" });
            let headers = std::mem::take(&mut response.headers).into_iter();
            response = Response::json(status, &refusal);
            response
                .headers
                .extend(headers.filter(|(n, _)| !n.eq_ignore_ascii_case("content-type")));
        }
        if let Some(body) = &self.body {
            response.body = body.clone().into_bytes();
        }
        if let Some(changes) = &self.merge
            && let Ok(mut body) = serde_json::from_slice(&response.body)
        {
            merge(&mut body, changes);
            response.body = body.to_string().into_bytes();
        }
        if let Some(name) = &self.wrap {
            let start = format!("{{{}:", json!(name)).into_bytes();
            response.body = [&start, &response.body[..], b"}"].concat();
        }
        let content_type = self.content_type.iter().map(|value| ("Content-Type", value));
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value));
        for (name, value) in content_type.chain(headers) {
            response.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            response = response.with(name, value);
        }
        response
    }

    fn is_due(&self, count: u32) -> bool {
        count > self.after && self.times.is_none_or(|times| count - self.after <= times)
    }
}

fn merge(body: &mut Value, changes: &Value) {
    match (body, changes) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(members.entry(name).or_insert(Value::Null), change);
            }
        }
        (body, other) => *body = other.clone(),
    }
}

/// The faults of a run, each with the number of matching requests so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(Fault, u32)>);

impl Faults {
    pub fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(|fault| (fault, 0)).collect())
    }

    pub fn add(&mut self, fault: Fault) {
        self.0.push((fault, 0));
    }

    /// The fault for this request: the first that is due. Counts the request for all that match.
    pub fn meet(&mut self, route: Option<&str>) -> Option<Fault> {
        let mut due = None;
        for (fault, count) in &mut self.0 {
            if fault.route == "*" || Some(fault.route.as_str()) == route {
                *count = count.saturating_add(1);
                if due.is_none() && fault.is_due(*count) {
                    due = Some(fault.clone());
                }
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_starts_late_and_ends_after_its_count() {
        let fault = Fault { after: 1, times: Some(2), ..Fault::on("GET /v2/orgs") };
        let mut faults = Faults::new(vec![fault]);
        let mut meet = |route| faults.meet(Some(route)).is_some();
        assert!(!meet("GET /v2/user"), "another route does not count");
        let wrong: Vec<_> = (0..5).map(|_| meet("GET /v2/orgs")).collect();
        assert_eq!(wrong, [false, true, true, false, false]);
    }

    #[test]
    fn the_first_matching_fault_wins_and_all_count_the_request() {
        let first = Fault { times: Some(1), status: Some(500), ..Fault::on("*") };
        let second = Fault { after: 1, status: Some(502), ..Fault::on("GET /v2/orgs") };
        let mut faults = Faults::new(vec![first, second]);
        let mut meet = |route| faults.meet(route).and_then(|f| f.status);
        assert_eq!(meet(Some("GET /v2/orgs")), Some(500));
        assert_eq!(meet(None), None);
        assert_eq!(meet(Some("GET /v2/orgs")), Some(502));
    }

    #[test]
    fn a_fault_decides_whether_the_request_reaches_the_store() {
        let plain = Fault::default();
        assert!(plain.reaches_store());
        assert!(!Fault { drop: Some(Hangup::Before), ..plain.clone() }.reaches_store());
        assert!(Fault { drop: Some(Hangup::After), ..plain.clone() }.reaches_store());
        assert!(!Fault { status: Some(502), ..plain.clone() }.reaches_store());
        assert!(Fault { status: Some(502), commit: true, ..plain }.reaches_store());
    }
}
