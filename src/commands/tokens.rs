//! `axtok tokens`: API tokens, without the screens.

mod list;
mod show;

use super::{Ending, start::Start};
use crate::cli::tokens::TokensCommand;

/// Carries it out.
///
/// # Errors
/// With what is in the way.
pub async fn run(command: &TokensCommand, start: &Start) -> Ending {
    match command {
        TokensCommand::List(list) => list::run(list, start).await,
        TokensCommand::Show { tokens, form } => show::run(tokens, *form, start).await,
        _ => Err(super::Stop::usage("not yet")),
    }
}
