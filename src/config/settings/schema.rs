//! The settings file as types, of which its JSON Schema is made. Compiled only with the feature
//! `schemas`. `Settings::parse` reads the file by hand, for the position of each mistake, so
//! `tests/schemas.rs` compares the two.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use super::{CLIPBOARD, MOUSE};
use crate::domain::{Theme, usage::Asking};

/// axtok's settings file, `~/.config/axtok/settings.toml`.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape counts")]
struct SettingsFile {
    /// The deployment to sign in to when neither `--deployment` nor the environment names one.
    /// Default: the only deployment in this file that has a credential, otherwise the Axiom
    /// CLI's active deployment.
    #[schemars(extend("pattern" = r"\S"))]
    deployment: Option<String>,
    /// Whether axtok refuses changes. Applies to every deployment without its own setting.
    #[schemars(extend("default" = false))]
    read_only: Option<ReadOnly>,
    /// How axtok copies text: `osc52` asks the terminal, `native` runs the desktop's program,
    /// `auto` picks what suits the session, `off` disables copying.
    #[schemars(extend("enum" = CLIPBOARD, "default" = "auto"))]
    clipboard: Option<String>,
    /// The colours.
    #[schemars(extend("oneOf" = themes(), "default" = Theme::default().name()))]
    theme: Option<String>,
    /// Mouse support. `auto` is off in an SSH session, so that the terminal's own selection
    /// works there.
    #[schemars(extend("enum" = MOUSE, "default" = "auto"))]
    mouse: Option<String>,
    /// Set the terminal window's title to `axtok` and the deployment's name.
    #[schemars(extend("default" = true))]
    title: Option<bool>,
    /// Complete names of tokens, datasets and views in the shell. axtok then keeps the names
    /// that it has read for 15 minutes in a file that only you can read.
    #[schemars(extend("default" = false))]
    complete_names: Option<bool>,
    /// When axtok queries the audit log for what tokens do: `ask` when you ask for it, `always`
    /// also whenever the screens have read the list of tokens, `off` never. The queries count
    /// towards the organisation's query usage.
    #[schemars(extend("enum" = Asking::ALL.map(Asking::name), "default" = "ask"))]
    usage: Option<String>,
    /// How long axtok's journal keeps finished changes: a length such as `90d`, `12w`, `6mo` or
    /// `1y`, or `forever`. It never keeps more than 10,000 of them, and always those that are not
    /// finished.
    #[schemars(extend(
        "pattern" = r"^\s*(forever|0*[1-9]\d*\s*(h|hours?|d|days?|w|weeks?|mo|months?|y|years?))\s*$",
        "default" = "90d",
    ))]
    history: Option<String>,
    /// The file of the organisation's rules for tokens, which has to be there: a path that begins
    /// with `/` or `~/`. Without this key, `policy.toml` beside the settings is used if it is
    /// there.
    #[schemars(extend("pattern" = r"^\s*(/|~/)"))]
    policy: Option<String>,
    /// A program that `axtok review` and the screens run once for each token that becomes due,
    /// with its name, id and expiry in environment variables: a list of arguments, run without a
    /// shell. The program is a full path, one that begins with `~/`, or a name in `PATH`.
    #[schemars(extend(
        "minItems" = 1,
        "prefixItems" = [{ "type": "string", "pattern": r"^(/|~/|[^/]*[^/\s][^/]*$)" }],
    ))]
    on_due: Option<Vec<String>>,
    /// How long before its expiry a token is due: a length such as `14d`, `2w` or `1mo`. A token
    /// that has expired in the last 7 days is due too.
    #[schemars(extend(
        "pattern" = r"^\s*0*[1-9]\d*\s*(h|hours?|d|days?|w|weeks?|mo|months?|y|years?)\s*$",
        "default" = "14d",
    ))]
    due_within: Option<String>,
    /// Key bindings, by context and action; `axtok config keys` prints all of them. A row
    /// replaces the keys of that action in that context; `[]` removes them. Keys separated by
    /// spaces are pressed one after the other.
    keys: Option<BTreeMap<String, BTreeMap<String, Vec<String>>>>,
    /// The deployments, by name. A section with the name of a deployment of the Axiom CLI
    /// (`~/.axiom.toml`) adds to that deployment.
    deployments: Option<BTreeMap<String, Deployment>>,
}

/// A deployment: an address, and where its credential comes from.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("not" = { "required": ["token-command", "token-file"] }))]
#[expect(dead_code, reason = "only its shape counts")]
struct Deployment {
    /// The API's address. The credential is sent to no other address.
    #[schemars(extend("pattern" = r"^\s*https?://", "default" = "https://api.axiom.co"))]
    url: Option<String>,
    /// The id of the organisation that a personal token acts for. Default: axtok asks.
    #[schemars(extend("pattern" = r"\S"))]
    org_id: Option<String>,
    /// A command that prints the token, and nothing else, within 10 seconds: a list of
    /// arguments, run without a shell. Not with `token-file`.
    #[schemars(extend("minItems" = 1, "prefixItems" = [{ "type": "string", "minLength": 1 }]))]
    token_command: Option<Vec<String>>,
    /// A file that contains the token and nothing else, and that only you can read: a path
    /// that begins with `/` or `~/`. Not with `token-command`.
    #[schemars(extend("pattern" = r"^\s*(/|~/)"))]
    token_file: Option<String>,
    /// Whether axtok refuses changes in this deployment.
    read_only: Option<ReadOnly>,
    /// The base path of the routes for personal tokens, which no published documentation
    /// describes; or their whole address, if they are on another server. The credential is sent
    /// there too.
    #[schemars(extend(
        "pattern" = r"^\s*(?!\w+://\S*[?#])(https?://[^/?#\s]+)?/+(?!\.{1,2}(/|\s*$))[^/]+(/(?!\.{1,2}(/|\s*$))[^/]+)*/*\s*$",
        "default" = "/v1/tokens/personal",
    ))]
    personal_tokens_path: Option<String>,
    /// The dataset with the audit log, or a view of it that the credential may query.
    #[schemars(extend("pattern" = r"\S", "default" = "axiom-audit"))]
    audit_dataset: Option<String>,
}

/// Whether axtok refuses changes.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its shape counts")]
enum ReadOnly {
    /// `true` refuses changes until `:rw` allows them for the session; `false` allows them.
    Switch(bool),
    /// Refuses changes, whatever is typed.
    #[schemars(schema_with = "locked")]
    Locked,
}

fn locked(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "const": "locked" })
}

/// The themes by name.
fn themes() -> [Schema; 6] {
    Theme::ALL.map(|theme| json_schema!({ "const": theme.name(), "description": theme.about() }))
}

/// The schema of the settings file. Names of contexts and actions are any text here, since
/// the keymap has them.
#[must_use]
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<SettingsFile>()
}
