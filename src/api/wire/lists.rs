//! What surrounds the tokens, out of its JSON: datasets, views, organisations,
//! the user. Live answers lack members that the API description requires, so
//! only what makes an element usable is asked for; others are passed over.

use super::json::{Members, elements, list, text};
use crate::domain::{Dataset, Org, SafeText, User, View};

/// Datasets. One without a name has its id for it, as older ones do.
pub fn datasets(body: &[u8]) -> Option<Vec<Dataset>> {
    each(body, |m| {
        let name = m.text("name").or_else(|| m.text("id"))?.into();
        Some(Dataset { name, description: m.safe("description") })
    })
}

/// Views; without a name they cannot be granted.
pub fn views(body: &[u8]) -> Option<Vec<View>> {
    each(body, |m| {
        let name = m.text("name")?.into();
        let datasets = m.get("datasets").and_then(list).unwrap_or_default();
        let datasets = datasets.into_iter().filter_map(text).map(SafeText::from).collect();
        Some(View { name, description: m.safe("description"), datasets })
    })
}

/// Organisations; without an id they cannot be asked about.
pub fn orgs(body: &[u8]) -> Option<Vec<Org>> {
    each(body, |m| {
        let id = m.text("id")?;
        let name = m.text("name").unwrap_or_else(|| id.clone()).into();
        Some(Org { id: id.into(), name, role: m.text("role").map(SafeText::from) })
    })
}

/// The user. The role is an object with a name, or missing.
pub fn user(body: &[u8]) -> Option<User> {
    let m = Members::of_body(body)?;
    let role = m.get("role").and_then(|role| {
        let name = Members::of(role).and_then(|r| r.text("name"));
        name.or_else(|| text(role)).filter(|name| !name.is_empty())
    });
    Some(User {
        id: m.safe("id"),
        name: m.safe("name"),
        email: m.safe("email"),
        role: role.map(SafeText::from),
    })
}

/// What can be made of a list's objects. `None` if it is not a list, or one of
/// something else: that must not look like an empty one.
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
    fn lacking_members_are_no_reason_to_fail() {
        let org = &orgs(br#"[{"id":"acme-1","license":{}},{"name":"no id"}]"#).unwrap()[..];
        let acme = Org { id: "acme-1".into(), name: "acme-1".into(), role: None };
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
    fn a_role_is_an_object_or_a_word_or_missing() {
        for (json, role) in [
            (r#"{"id":"u"}"#, None),
            (r#"{"role":null}"#, None),
            (r#"{"role":{"id":"r","name":"Owner"}}"#, Some("Owner")),
            (r#"{"role":"admin"}"#, Some("admin")),
            (r#"{"role":{}}"#, None),
        ] {
            let user = user(json.as_bytes()).unwrap();
            assert_eq!(user.role.as_ref().map(SafeText::raw), role, "{json}");
        }
        assert!(user(b"[]").is_none());
    }
}
