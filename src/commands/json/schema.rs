//! The parts of the JSON Schemas that come from tables instead of types. Compiled only with
//! the feature `schemas`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{Capabilities, Time};
use crate::{
    domain::{
        Capability, Scope, Verb,
        review::{FindingKind, KINDS},
    },
    journal::Step,
};

/// The code of a finding.
pub(super) fn codes(_: &mut SchemaGenerator) -> Schema {
    let code = |kind: &FindingKind| {
        let about = format!("{}: {}", kind.severity.label(), kind.title);
        json_schema!({ "const": kind.code, "description": about })
    };
    json_schema!({ "type": "string", "oneOf": KINDS.iter().map(code).collect::<Vec<_>>() })
}

/// A list of codes of findings.
pub(super) fn list_of_codes(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": codes(generator) })
}

/// The members in which a new token can differ from the request.
pub(super) fn fields(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["name", "description", "expiresAt", "right"] })
}

/// The steps of a rotation; null for none.
pub(super) fn steps(_: &mut SchemaGenerator) -> Schema {
    let mut all: Vec<Value> = Step::ALL.iter().map(|step| step.label().into()).collect();
    all.push(Value::Null);
    json_schema!({ "type": ["string", "null"], "enum": all })
}

/// The methods of requests that change something.
pub(super) fn methods(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["POST", "DELETE"] })
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "A time in RFC 3339, in UTC.";
        json_schema!({ "type": "string", "format": "date-time", "description": description })
    }
}

impl JsonSchema for Capabilities<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Capabilities".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let verbs = generator.subschema_for::<Verb>();
        let members: Map<String, Value> = Scope::ALL
            .map(|scope| (scope.wire().to_owned(), granted(scope, &verbs).to_value()))
            .into_iter()
            .collect();
        let required = Scope::ALL.map(Scope::wire);
        json_schema!({ "type": "object", "properties": members, "required": required })
    }
}

/// The member for one scope.
fn granted(scope: Scope, verbs: &Schema) -> Schema {
    let (kind, every) = match scope {
        Scope::Org => {
            let mut rights = rights(scope, verbs);
            rights.insert("description".to_owned(), "The rights in the organisation.".into());
            return rights;
        }
        Scope::Dataset => ("dataset", "datasets"),
        Scope::View => ("view", "views"),
    };
    json_schema!({
        "type": "object",
        "description": format!("The rights by {kind}. The name `*` is all {every}."),
        "additionalProperties": rights(scope, verbs),
    })
}

/// The rights on one dataset, one view, or in the organisation.
fn rights(scope: Scope, verbs: &Schema) -> Schema {
    let capability = |c: &Capability| {
        let unknown = "A verb that axtok does not know, as the server sent it.";
        let verb = json_schema!({
            "anyOf": [verbs, { "type": "string", "description": unknown }],
        });
        let granted = json_schema!({
            "type": "array",
            "items": verb,
            "description": c.about,
        });
        (c.wire.to_owned(), granted.to_value())
    };
    let members: Map<String, Value> = scope.capabilities().iter().map(capability).collect();
    json_schema!({ "type": "object", "properties": members })
}
