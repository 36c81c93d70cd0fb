//! Which arguments are completed, by command and argument name.

use std::{ffi::OsStr, sync::Arc};

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::{source::Source, values};
use crate::{domain::Scope, names::What};

/// The kind of value that an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// An API token, by id or name.
    Token,
    /// A dataset or view, with its rights after `=`.
    Row(Scope),
    /// A dataset or view without rights.
    Thing(Scope),
    /// Rights in the organisation.
    Rights,
    /// A capability of the organisation.
    Capability,
    /// A deployment's name.
    Deployment,
}

/// Command, argument, and the argument's kind of value.
pub const ALL: &[(&str, &str, Value)] = &[
    ("", "deployment", Value::Deployment),
    ("tokens show", "tokens", Value::Token),
    ("tokens create", "dataset", Value::Row(Scope::Dataset)),
    ("tokens create", "view", Value::Row(Scope::View)),
    ("tokens create", "org", Value::Rights),
    ("tokens regenerate", "tokens", Value::Token),
    ("tokens replace", "tokens", Value::Token),
    ("tokens replace", "dataset", Value::Row(Scope::Dataset)),
    ("tokens replace", "view", Value::Row(Scope::View)),
    ("tokens replace", "org", Value::Rights),
    ("tokens delete", "tokens", Value::Token),
    ("review", "token", Value::Token),
    ("audit", "token", Value::Token),
    ("history", "token", Value::Token),
    ("review", "dataset", Value::Thing(Scope::Dataset)),
    ("review", "view", Value::Thing(Scope::View)),
    ("review", "org", Value::Capability),
];

/// The command line with a completer on each of these arguments.
pub fn attached(command: Command, source: Source) -> Command {
    walked(command, "", &Arc::new(source))
}

fn walked(command: Command, path: &str, source: &Arc<Source>) -> Command {
    let with_values = |arg: Arg| {
        if !arg.get_action().takes_values() {
            return arg;
        }
        // The shell completes files: it knows `~` and how to quote them.
        let arg = arg.value_hint(ValueHint::Other);
        let known = ALL.iter().find(|(command, id, _)| *command == path && *id == arg.get_id());
        let Some((_, _, value)) = known else { return arg };
        let (source, value) = (Arc::clone(source), *value);
        arg.add(ArgValueCompleter::new(move |word: &OsStr| offered(value, word, &source)))
    };
    command.mut_args(with_values).mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        walked(sub, path.trim_start(), source)
    })
}

fn offered(value: Value, word: &OsStr, source: &Source) -> Vec<CompletionCandidate> {
    let Some(word) = word.to_str() else { return Vec::new() };
    match value {
        Value::Token => values::tokens(&source.names(What::Tokens), word),
        Value::Row(scope) => values::rows(scope, &source.names(of(scope)), word, source.has_preset),
        Value::Thing(scope) => values::things(scope, &source.names(of(scope)), word),
        Value::Rights => values::rights(Scope::Org, "", word),
        Value::Capability => values::capabilities(Scope::Org, word),
        Value::Deployment => values::deployments(&source.deployments(), word),
    }
}

const fn of(scope: Scope) -> What {
    match scope {
        Scope::View => What::Views,
        Scope::Dataset | Scope::Org => What::Datasets,
    }
}
