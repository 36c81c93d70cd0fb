//! `axtok tokens`: API tokens.

pub mod create;
pub(super) mod delete;
pub mod edit;
pub mod list;
pub mod regenerate;
pub mod show;

use super::{CommandResult, start::Start};
use crate::cli::tokens::TokensCommand;

/// Runs the command.
///
/// # Errors
/// When the arguments are invalid, or the command fails as a whole.
pub async fn run(command: &TokensCommand, start: &Start) -> CommandResult {
    match command {
        TokensCommand::List(list) => list::run(list, start).await,
        TokensCommand::Show { tokens, form } => show::run(tokens, *form, start).await,
        TokensCommand::Create(create) => create::run(create, start).await,
        TokensCommand::Regenerate(regenerate) => regenerate::run(regenerate, start).await,
        TokensCommand::Replace(replace) if !replace.edit.is_empty() => {
            edit::run(replace, start).await
        }
        TokensCommand::Replace(replace) => regenerate::replace(replace, start).await,
        TokensCommand::Delete(delete) => delete::run(delete, start).await,
        TokensCommand::Prune(prune) => delete::prune(prune, start).await,
    }
}
