//! Runs the command that prints a token.

use std::{sync::Arc, time::Duration};

use super::{
    credentials::{CAP, CredentialError, token},
    environment::TOKEN,
};
use crate::{
    domain::{SafeText, Secret},
    programs::{
        NoProgram,
        output::{self, NotRun},
    },
};

/// Runs the command and returns the token that it prints.
pub(super) async fn run(
    command: &[String],
    patience: Duration,
) -> Result<Arc<Secret>, CredentialError> {
    let name = command.first().map_or("", String::as_str);
    let program = SafeText::from(name).to_string();
    let call =
        output::Call { command, about: &[], without: TOKEN, cap: CAP, is_silent: false, patience };
    let output = output::run(call).await.map_err(|why| match why {
        NotRun::Empty => CredentialError::Nothing { from: "the token command".to_owned() },
        NotRun::Relative => CredentialError::Relative { program: program.clone() },
        NotRun::NoProgram(why) => CredentialError::NoProgram {
            program: program.clone(),
            why: match why {
                NoProgram::NotFound => "was not found: install it, or give its full path",
                NoProgram::NotExecutable => "cannot be executed: check that you may run it",
            },
        },
        NotRun::NotStarted(kind) => CredentialError::NotStarted { program: program.clone(), kind },
        NotRun::TooLong => {
            CredentialError::TooLong { program: program.clone(), seconds: patience.as_secs() }
        }
    })?;
    let from = format!("the output of the token command {program}");
    if output.out.len() > CAP {
        return Err(CredentialError::TooMuch { from });
    }
    if !output.status.success() {
        let (status, complaint) = (output.ending(), output.complaint());
        return Err(CredentialError::Failed { program, status, complaint });
    }
    token(&output.out, &from)
}

#[cfg(test)]
mod tests;
