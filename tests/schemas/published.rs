//! The schemas, their files, and what they describe.

use axtok::{
    commands::json::{
        ChangeResult, Dataset, Failed, JournalEntry, Looked, Org, PersonalToken, PlannedRequest,
        PlannedRotation, RecordedChange, ReviewFinding, RotationResult, Token, TokenAccess,
        TokenEvent,
    },
    config::settings_schema,
    doctor::Report,
    input::{Action, Context, Keymap},
};
use schemars::{
    JsonSchema, Schema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform as _},
};
use serde_json::{Map, Value, json};

/// A schema that is published.
pub struct Published {
    /// The file's name, without its ending.
    pub name: &'static str,
    /// What it describes.
    about: &'static str,
    make: fn() -> Schema,
}

impl Published {
    /// The schema as JSON.
    pub fn schema(&self) -> Value {
        let mut schema = (self.make)();
        let title = format!("axtok: {}", self.name.replace('-', " "));
        schema.insert("title".to_owned(), title.into());
        schema.insert("description".to_owned(), self.about.into());
        schema.to_value()
    }
}

pub const ALL: &[Published] = &[
    Published {
        name: "tokens",
        about: "The output of `axtok tokens list --json` and `axtok tokens show --json`. Rights in \
                a shape that the API does not describe are as the server sent them, and then do \
                not match.",
        make: output::<Vec<Token<'_>>>,
    },
    Published {
        name: "personal-tokens",
        about: "The output of `axtok personal list --json`.",
        make: output::<Vec<PersonalToken<'_>>>,
    },
    Published {
        name: "datasets",
        about: "The output of `axtok datasets list --json`.",
        make: output::<Vec<Dataset<'_>>>,
    },
    Published {
        name: "orgs",
        about: "The output of `axtok orgs list --json`.",
        make: output::<Vec<Org<'_>>>,
    },
    Published {
        name: "journal",
        about: "The output of `axtok journal list --json`: unconfirmed changes.",
        make: output::<Vec<JournalEntry<'_>>>,
    },
    Published {
        name: "journal-look",
        about: "The output of `axtok journal look --json`: what the lists show about unconfirmed \
                changes.",
        make: output::<Vec<Looked<'_>>>,
    },
    Published {
        name: "history",
        about: "The output of `axtok history --json`: changes in the journal, newest first.",
        make: output::<Vec<RecordedChange<'_>>>,
    },
    Published {
        name: "review-findings",
        about: "The output of `axtok review --json`: findings, most severe first.",
        make: output::<Vec<ReviewFinding<'_>>>,
    },
    Published {
        name: "audit",
        about: "The output of `axtok audit --json`: events about tokens, newest first.",
        make: output::<Vec<TokenEvent<'_>>>,
    },
    Published {
        name: "rotations",
        about: "The output of `axtok rotate --json`: what was done with each token.",
        make: output::<Vec<RotationResult<'_>>>,
    },
    Published {
        name: "planned-rotations",
        about: "The output of `axtok rotate --dry-run --json`: what is due, rotating, proven or \
                stuck.",
        make: output::<Vec<PlannedRotation<'_>>>,
    },
    Published {
        name: "review-access",
        about: "The output of `axtok review --json` with `--dataset`, `--view`, `--org` or \
                `--can`: who can do what.",
        make: output::<Vec<TokenAccess<'_>>>,
    },
    Published {
        name: "result",
        about: "The output with `--json` of `axtok tokens create`, `axtok tokens replace` and \
                `axtok personal create`: the result of one change.",
        make: output::<ChangeResult<'_>>,
    },
    Published {
        name: "results",
        about: "The output with `--json` of `axtok tokens regenerate`, `axtok tokens delete` and \
                `axtok personal delete`: the results of the changes, in the order of the \
                arguments.",
        make: output::<Vec<ChangeResult<'_>>>,
    },
    Published {
        name: "request",
        about: "The output with `--json --dry-run` of `axtok tokens create`, `axtok tokens \
                replace` and `axtok personal create`: the request that would be sent.",
        make: output::<PlannedRequest<'_>>,
    },
    Published {
        name: "requests",
        about: "The output with `--json --dry-run` of `axtok tokens regenerate`, `axtok tokens \
                delete` and `axtok personal delete`: the requests that would be sent.",
        make: output::<Vec<PlannedRequest<'_>>>,
    },
    Published {
        name: "doctor",
        about: "The output of `axtok doctor --json`.",
        make: output::<Report>,
    },
    Published {
        name: "error",
        about: "The output of any command with `--json` that fails as a whole, instead of its \
                usual output.",
        make: output::<Failed<'_>>,
    },
    Published {
        name: "settings",
        about: "axtok's settings file, `~/.config/axtok/settings.toml`.",
        make: settings,
    },
    Published {
        name: "policy",
        about: "A policy: an organisation's rules for its API tokens, such as \
                `/etc/axtok/policy.toml`.",
        make: policy,
    },
];

/// The schema of a command's output. Later versions may add members.
fn output<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    RecursiveTransform(|schema: &mut Schema| {
        on_one_line(schema);
        let required = schema.get("required").cloned().unwrap_or_default();
        if let Some(Value::Object(members)) = schema.get_mut("properties") {
            // A member that can be missing is never null.
            let is_optional = |name: &String| {
                !required.as_array().is_some_and(|required| required.contains(&json!(name)))
            };
            for (_, member) in members.iter_mut().filter(|(name, _)| is_optional(name)) {
                without_null(member.try_into().unwrap());
            }
            schema.insert("additionalProperties".to_owned(), true.into());
        }
        // The formats of Rust's integers, whose limits the schema has anyway.
        if schema.get("type").is_some_and(|kind| kind == "integer") {
            schema.remove("format");
        }
    })
    .transform(&mut schema);
    schema
}

/// The schema of a policy.
fn policy() -> Schema {
    let mut schema = axtok::domain::policy::schema();
    let tidy = |schema: &mut Schema| {
        on_one_line(schema);
        without_null(schema);
    };
    RecursiveTransform(tidy).transform(&mut schema);
    schema
}

/// The schema of the settings file, with the names of the keymap.
fn settings() -> Schema {
    let mut schema = settings_schema();
    let tidy = |schema: &mut Schema| {
        on_one_line(schema);
        // TOML has no null: what is optional can be left out.
        without_null(schema);
    };
    RecursiveTransform(tidy).transform(&mut schema);
    let keymap = Keymap::built_in().unwrap();
    let keys = json!({ "type": "array", "items": { "type": "string" } });
    let actions = |context| {
        let known = Action::ALL.iter().filter(|a| keymap.knows_itself(context, **a));
        let row = |action: &Action| {
            let row = json!({ "$ref": "#/$defs/Keys", "description": action.label() });
            (action.name().to_owned(), row)
        };
        let rows: Map<String, Value> = known.map(row).collect();
        let about = format!("The keys in the context {}.", context.name());
        json!({
            "type": "object",
            "description": about,
            "properties": rows,
            "additionalProperties": false,
        })
    };
    let contexts = Context::ALL.into_iter().map(|c| (c.name().to_owned(), actions(c)));
    let contexts: Map<String, Value> = contexts.collect();
    let member = schema.pointer_mut("/properties/keys").unwrap().as_object_mut().unwrap();
    member.insert("properties".to_owned(), contexts.into());
    member.insert("additionalProperties".to_owned(), false.into());
    schema.pointer_mut("/$defs").unwrap()["Keys"] = keys;
    schema
}

/// Joins the lines of a doc comment.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}

/// Removes null from the types of an optional member.
fn without_null(schema: &mut Schema) {
    let null = json!("null");
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| *kind != null);
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != null);
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            for (name, value) in only {
                schema.insert(name, value);
            }
        }
    }
}
