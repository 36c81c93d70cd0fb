//! The rights in a token's JSON, parsed independently of the program: as a whole, and with
//! equivalent forms made equal.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::domain::Scope;

/// The rights that a token's JSON grants. The order of verbs is ignored, and so are members that
/// are `null` or empty.
pub fn granted(token: &Value) -> Map<String, Value> {
    let members = token.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| name.ends_with("Capabilities"))
        .filter_map(|(name, value)| {
            let known = Scope::ALL.into_iter().find(|scope| scope.wire() == name);
            let value = known.map_or_else(|| value.clone(), |scope| of_scope(scope, value));
            (!is_nothing(&value)).then(|| (name.clone(), value))
        })
        .collect()
}

fn of_scope(scope: Scope, value: &Value) -> Value {
    let Some(members) = value.as_object() else { return value.clone() };
    if scope == Scope::Org {
        return of_row(scope, value);
    }
    // A single row of another shape makes the whole value unknown.
    if !members.values().all(|row| row.is_object() || is_nothing(row)) {
        return value.clone();
    }
    let rows = members.iter().map(|(name, row)| (name.clone(), of_row(scope, row)));
    Value::Object(rows.filter(|(_, row)| !is_nothing(row)).collect())
}

fn of_row(scope: Scope, row: &Value) -> Value {
    let capabilities = row.as_object().into_iter().flatten();
    let granted = capabilities.filter(|(_, verbs)| !is_nothing(verbs)).map(|(name, verbs)| {
        let mut verbs = verbs.clone();
        if let (Some(_), Some(list)) = (scope.capability(name), verbs.as_array_mut()) {
            list.sort_by_cached_key(Value::to_string);
            list.dedup();
        }
        (name.clone(), verbs)
    });
    Value::Object(granted.collect())
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => false,
    }
}

/// Whether some object has two members with the same name, which parsers treat differently.
pub struct HasTwice(pub bool);

impl<'de> Deserialize<'de> for HasTwice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = HasTwice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<HasTwice, E> {
                Ok(HasTwice(false))
            }

            fn visit_bool<E>(self, _: bool) -> Result<HasTwice, E> {
                Ok(HasTwice(false))
            }

            fn visit_i64<E>(self, _: i64) -> Result<HasTwice, E> {
                Ok(HasTwice(false))
            }

            fn visit_u64<E>(self, _: u64) -> Result<HasTwice, E> {
                Ok(HasTwice(false))
            }

            fn visit_f64<E>(self, _: f64) -> Result<HasTwice, E> {
                Ok(HasTwice(false))
            }

            fn visit_str<E>(self, _: &str) -> Result<HasTwice, E> {
                Ok(HasTwice(false))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<HasTwice, A::Error> {
                let mut found = false;
                while let Some(HasTwice(inside)) = all.next_element()? {
                    found |= inside;
                }
                Ok(HasTwice(found))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<HasTwice, A::Error> {
                let (mut found, mut names) = (false, HashSet::new());
                while let Some((name, HasTwice(inside))) = all.next_entry::<String, _>()? {
                    found |= inside || !names.insert(name);
                }
                Ok(HasTwice(found))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
