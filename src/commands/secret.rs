//! Destinations of new secrets, decided and checked before the request is sent.

use std::{
    fs::File,
    io::{self, IsTerminal as _, Write as _},
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::Path,
};

use zeroize::Zeroizing;

use super::{ExitError, output, words};
use crate::{
    cli::args::SecretTo,
    domain::{Secret, TokenId, rotation::is_plain},
    ops::undelivered,
    sink::Sink,
};

/// The placeholder for the old token's id in a file name.
const ID: &str = "{id}";

/// The destination of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Standard output.
    Output,
    /// A file or a command.
    Sink(Sink),
}

/// The destination of the secret of each of these tokens (the old token's id, if there is
/// one), after a check that it is usable.
///
/// # Errors
/// When an argument is missing, or a destination is not usable.
pub fn places(
    args: &SecretTo,
    tokens: &[Option<&TokenId>],
    json: bool,
    home: &Path,
) -> Result<Vec<To>, ExitError> {
    if let Err(why) = undelivered::prepare() {
        words::tell([format!(
            "if the delivery of the secret fails, the secret will be lost: {why}"
        )
        .as_str()]);
    }
    let checked = |sink: Sink, flag: &str| match sink.check() {
        Ok(()) => Ok(To::Sink(sink)),
        Err(e) => Err(ExitError::usage(format!("{flag}: {e}"))),
    };
    if let Some(text) = &args.secret_file {
        if tokens.len() > 1 && !text.contains(ID) {
            return Err(ExitError::usage(format!(
                "--secret-file: {} secrets need {} files: add {ID} to the name",
                tokens.len(),
                tokens.len()
            )));
        }
        let place = |old: Option<&TokenId>| {
            let path = named(text, old)?;
            let sink = Sink::file(&path, Some(home));
            checked(
                sink.map_err(|e| ExitError::usage(format!("--secret-file: {e}")))?,
                "--secret-file",
            )
        };
        return tokens.iter().copied().map(place).collect();
    }
    if let Some(text) = &args.secret_command {
        let sink =
            Sink::command(text).map_err(|e| ExitError::usage(format!("--secret-command: {e}")))?;
        let to = checked(sink, "--secret-command")?;
        return Ok(vec![to; tokens.len()]);
    }
    let instead = "add --secret-file FILE or --secret-command COMMAND";
    if io::stdout().is_terminal() && !args.show_secret {
        return Err(ExitError::usage(format!(
            "the secret would be shown on this terminal: {instead}, or --show-secret"
        )));
    }
    if goes_to_dev_null() {
        return Err(ExitError::usage(format!(
            "standard output is /dev/null, so the secret would be lost: {instead}"
        )));
    }
    check_distinguishable(tokens.len(), json)?;
    Ok(vec![To::Output; tokens.len()])
}

/// The checks of [`places`] for a dry run. Does not check standard output, which has the
/// request now and may be another one in the real run.
///
/// # Errors
/// As [`places`].
pub fn dry_run(
    args: &SecretTo,
    tokens: &[Option<&TokenId>],
    json: bool,
    home: &Path,
) -> Result<(), ExitError> {
    if args.secret_file.is_some() || args.secret_command.is_some() {
        return places(args, tokens, json, home).map(drop);
    }
    check_distinguishable(tokens.len(), json)
}

/// Refuses several secrets on standard output, except as JSON.
fn check_distinguishable(tokens: usize, json: bool) -> Result<(), ExitError> {
    if tokens > 1 && !json {
        return Err(ExitError::usage(
            "standard output cannot have several secrets: add --json, --secret-file FILE or \
             --secret-command COMMAND",
        ));
    }
    Ok(())
}

/// The file name with the id in it. Refuses an id that could change the folder.
fn named(text: &str, old: Option<&TokenId>) -> Result<String, ExitError> {
    if !text.contains(ID) {
        return Ok(text.to_owned());
    }
    match old {
        Some(id) if is_plain(id.raw()) => Ok(text.replace(ID, id.raw())),
        Some(_) => {
            Err(ExitError::usage("--secret-file: the token's id cannot be part of a file name"))
        }
        None => Err(ExitError::usage(format!(
            "--secret-file: {ID} needs an old token, and there is none"
        ))),
    }
}

/// Whether standard output is `/dev/null`.
fn goes_to_dev_null() -> bool {
    let here = rustix::fs::fstat(io::stdout());
    let Ok(null_device) = File::open("/dev/null").and_then(|f| f.metadata()) else { return false };
    let is_device = null_device.file_type().is_char_device();
    is_device
        && here.is_ok_and(|here| here.st_rdev == null_device.rdev() && null_device.rdev() != 0)
}

/// The secret as text, for standard output only. No message may contain it.
#[must_use]
pub fn written(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(secret.expose().to_owned())
}

/// Why a secret cannot be printed on a terminal.
pub const NOT_SHOWN: &str = "the secret has characters that a terminal cannot show safely; save it \
                             to a file";

/// Whether a secret can be printed unchanged. A terminal could interpret characters that no
/// token has as commands, and would then show another secret.
#[must_use]
pub fn can_be_shown(secret: &Secret) -> bool {
    secret.is_one_word() || !io::stdout().is_terminal()
}

/// Writes the secret alone on a line.
///
/// # Errors
/// When standard output cannot be written to.
pub fn to_output(secret: &Secret) -> io::Result<()> {
    let mut line = written(secret);
    line.push('\n');
    let mut out = output::lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush())
}
