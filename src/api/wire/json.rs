//! Parses JSON one level at a time, so that unknown parts remain available as text.

use std::{borrow::Cow, collections::HashMap, fmt};

use foldhash::fast::RandomState;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::domain::SafeText;

/// An object's members in order, with unparsed values.
pub struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl<'a> Members<'a> {
    /// The members of an object. `None` if the value is not an object.
    pub fn of(value: &'a RawValue) -> Option<Self> {
        serde_json::from_str(value.get()).ok()
    }

    /// The members of a body that is one object.
    pub fn of_body(body: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The member of this name; the first if there are several.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The member's value, if it is a string that is not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?).filter(|t| !t.is_empty()).map(Cow::into_owned)
    }

    /// The member's string, number or boolean as text, so that none of them looks like a missing
    /// member. Empty otherwise: nested values may contain a secret.
    pub fn written(&self, name: &str) -> String {
        self.get(name).map(written).unwrap_or_default().into_owned()
    }

    /// Like [`Self::written`], for display.
    pub fn safe(&self, name: &str) -> SafeText {
        self.written(name).into()
    }
}

/// Whether a body is one complete object.
pub fn is_object(body: &[u8]) -> bool {
    Members::of_body(body).is_some()
}

/// The elements of a body that is an array; `null` counts as an empty one.
pub fn elements(body: &[u8]) -> Option<Vec<&RawValue>> {
    let elements: Option<Vec<&RawValue>> = serde_json::from_slice(body).ok()?;
    Some(elements.unwrap_or_default())
}

/// The elements of an array. `None` if the value is not an array.
pub fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// A string's text. `None` if the value is not a string.
pub fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str(value.get()).ok().map(|Text(text)| text)
}

/// A string, a number or a boolean as text; empty for anything else.
pub fn written(value: &RawValue) -> Cow<'_, str> {
    let is_nested = value.get().starts_with(['{', '[']) || value.get() == "null";
    text(value).unwrap_or(if is_nested { "" } else { value.get() }.into())
}

/// Whether the value is `null`, `[]` or `{}`, which a server may write for a missing member.
pub fn is_nothing(value: &RawValue) -> bool {
    let mut inside = value.get().bytes().filter(|b| !b.is_ascii_whitespace());
    let shape = [inside.next(), inside.next(), inside.next()];
    value.get() == "null"
        || matches!(shape, [Some(b'['), Some(b']'), None] | [Some(b'{'), Some(b'}'), None])
}

/// A string, borrowed from the JSON unless it contains escapes.
#[derive(Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// Parses a value with `seed`, or returns its JSON if it has another shape. Unless `careful` is
/// set, another shape is an error: getting the JSON takes a second pass over the value.
pub struct OrJson<S> {
    pub seed: S,
    pub careful: bool,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for OrJson<S> {
    type Value = Result<S::Value, &'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        if !self.careful {
            return self.seed.deserialize(json).map(Ok);
        }
        let value = <&RawValue>::deserialize(json)?;
        let mut json = serde_json::Deserializer::from_str(value.get());
        Ok(self.seed.deserialize(&mut json).map_err(|_| value))
    }
}

/// Interns texts that repeat within a response: ten thousand tokens name the same few datasets.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, SafeText, RandomState>);

impl Names {
    pub fn shared(&mut self, name: &str) -> SafeText {
        if let Some(known) = self.0.get(name) {
            return known.clone();
        }
        let new = SafeText::from(name);
        self.0.insert(name.to_owned(), new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_are_recognised_despite_whitespace() {
        for (json, nothing) in [
            ("null", true),
            ("[]", true),
            ("{ }", true),
            ("[\n]", true),
            ("[0]", false),
            ("\"\"", false),
            ("0", false),
            ("{\"a\":1}", false),
        ] {
            let value: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(is_nothing(value), nothing, "{json}");
        }
    }

    #[test]
    fn only_strings_are_text() {
        let body = br#"{"a":"x","b":7,"c":null,"d":"","a":"y"}"#;
        let members = Members::of_body(body).unwrap();
        assert_eq!(members.text("a").as_deref(), Some("x"));
        for name in ["b", "c", "d", "e"] {
            assert_eq!(members.text(name), None, "{name}");
        }
        let written = ["a", "b", "c", "d", "e"].map(|name| members.written(name));
        assert_eq!(written, ["x", "7", "", "", ""]);
        assert!(Members::of_body(b"[]").is_none());
    }

    #[test]
    fn repeated_names_count_once() {
        let mut names = Names::default();
        let (one, two) = (names.shared("logs"), names.shared("logs"));
        assert!(std::ptr::eq(one.raw(), two.raw()));
    }
}
