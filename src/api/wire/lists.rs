//! Parses datasets, views, organisations and the user. Real responses lack members that the API
//! description requires, so only what makes an element usable is required; other elements are
//! skipped.

use serde_json::value::RawValue;

use super::json::{Members, elements, is_nothing, list, text, written};
use crate::domain::{Dataset, Org, SafeText, User, View};

/// Parses datasets. Older ones have no name; their id is used instead.
pub fn datasets(body: &[u8]) -> Option<Vec<Dataset>> {
    each(body, |m| {
        let name = named(m, "name").or_else(|| named(m, "id"))?.into();
        Some(Dataset { name, description: m.safe("description") })
    })
}

/// Parses views. Those without a name are skipped: rights on them cannot be granted.
pub fn views(body: &[u8]) -> Option<Vec<View>> {
    each(body, |m| {
        let name = named(m, "name")?.into();
        let datasets = m.get("datasets").and_then(list).unwrap_or_default();
        let datasets = datasets.into_iter().filter_map(text).map(SafeText::from).collect();
        Some(View { name, description: m.safe("description"), datasets })
    })
}

/// Parses organisations. Those without an id are skipped: requests need the id.
pub fn orgs(body: &[u8]) -> Option<Vec<Org>> {
    each(body, |m| {
        let id = m.text("id")?;
        let name = named(m, "name").unwrap_or_else(|| id.clone()).into();
        let license = m.get("license").or_else(|| m.get("License")).and_then(Members::of);
        let audit_window =
            license.and_then(|l| l.written("maxAuditWindowSeconds").parse::<i64>().ok());
        Some(Org { id: id.into(), name, role: m.get("role").and_then(role), audit_window })
    })
}

/// Parses the user.
pub fn user(body: &[u8]) -> Option<User> {
    Members::of_body(body).map(|m| one_user(&m))
}

/// Parses the users of an organisation.
pub fn users(body: &[u8]) -> Option<Vec<User>> {
    each(body, |m| Some(one_user(m)))
}

/// The role is an object with a name, or missing.
fn one_user(m: &Members<'_>) -> User {
    User {
        id: m.safe("id"),
        name: m.safe("name"),
        email: m.safe("email"),
        role: m.get("role").and_then(role),
    }
}

/// A member's text, if it is not empty.
fn named(members: &Members<'_>, name: &str) -> Option<String> {
    Some(members.written(name)).filter(|text| !text.is_empty())
}

/// A role's name, its id, or its JSON if it has another shape. `None` only if there is no role.
fn role(value: &RawValue) -> Option<SafeText> {
    let named = Members::of(value).and_then(|r| named(&r, "name").or_else(|| named(&r, "id")));
    let role = named.unwrap_or_else(|| match written(value) {
        // A role in a shape unknown to this version.
        text if text.is_empty() && !is_nothing(value) => value.get().to_owned(),
        text => text.into_owned(),
    });
    (!role.is_empty() && role != "\"\"").then(|| role.into())
}

/// Parses a list of objects. `None` if the body is not a list of objects: that must not look like
/// an empty list.
fn each<T>(body: &[u8], make: impl Fn(&Members<'_>) -> Option<T>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for element in elements(body)?.into_iter().filter(|e| e.get() != "null") {
        all.extend(make(&Members::of(element)?));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_members_are_accepted() {
        let org = &orgs(br#"[{"id":"acme-1","license":{}},{"name":"no id"}]"#).unwrap()[..];
        let acme =
            Org { id: "acme-1".into(), name: "acme-1".into(), role: None, audit_window: None };
        assert_eq!(org, [acme]);
        let view =
            &views(br#"[{"name":"v","datasets":null,"description":null},null]"#).unwrap()[..];
        let v = View { name: "v".into(), description: "".into(), datasets: Vec::new() };
        assert_eq!(view, [v]);
        assert_eq!(datasets(b"null").unwrap(), []);
        assert_eq!(datasets(br#"[{"id":"old"}]"#).unwrap()[0].name.raw(), "old");
        assert!(datasets(b"[1]").is_none());
    }

    #[test]
    fn a_role_is_an_object_a_string_or_missing() {
        for (json, role) in [
            (r#"{"id":"u"}"#, None),
            (r#"{"role":null}"#, None),
            (r#"{"role":{"id":"r","name":"Owner"}}"#, Some("Owner")),
            (r#"{"role":"admin"}"#, Some("admin")),
            (r#"{"role":{}}"#, None),
            (r#"{"role":{"id":"r"}}"#, Some("r")),
            (r#"{"role":["owner"]}"#, Some(r#"["owner"]"#)),
            (r#"{"role":7}"#, Some("7")),
        ] {
            let user = user(json.as_bytes()).unwrap();
            assert_eq!(user.role.as_ref().map(SafeText::raw), role, "{json}");
        }
        assert!(user(b"[]").is_none());
    }
}
