//! Where the secrets of a command go. Decided and looked at before anything is
//! sent; a secret that cannot be delivered is kept in a file of axtok's state
//! folder, since no answer will ever bring it again.

use std::{
    fs::{DirBuilder, File},
    io::{self, IsTerminal as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{ExitError, output, words};
use crate::{
    cli::args::SecretTo,
    domain::{SafeText, Secret, TokenId},
    journal,
    sink::{self, Sink},
};

/// What stands for the old token's id in the name of a file.
const ID: &str = "{id}";

/// Where a secret goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    Output,
    Sink(Sink),
}

/// Finds a place for the secret of each of these tokens (an old id, where there
/// is one), and looks whether it can take it.
///
/// # Errors
/// With what to add, or what is in the way.
pub fn places(
    args: &SecretTo,
    tokens: &[Option<&TokenId>],
    json: bool,
    home: &Path,
) -> Result<Vec<To>, ExitError> {
    if let Err(why) = keeping_place() {
        words::tell([format!(
            "a secret that is not taken could not be kept, and would be lost: {why}"
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
                "--secret-file: {} secrets need {} files: put {ID} into the name",
                tokens.len(),
                tokens.len()
            )));
        }
        let place = |old: Option<&TokenId>| {
            let path = named(text, old)?;
            let sink = Sink::file(&path, Some(home));
            checked(sink.map_err(|e| ExitError::usage(format!("--secret-file: {e}")))?, "--secret-file")
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
            "standard output goes nowhere, and the secret would be lost: {instead}"
        )));
    }
    told_apart(tokens.len(), json)?;
    Ok(vec![To::Output; tokens.len()])
}

/// The checks of [`places`] for a dry run, whose own standard output has the request:
/// where it leads says nothing about the real run.
///
/// # Errors
/// As [`places`].
pub fn rehearse(
    args: &SecretTo,
    tokens: &[Option<&TokenId>],
    json: bool,
    home: &Path,
) -> Result<(), ExitError> {
    if args.secret_file.is_some() || args.secret_command.is_some() {
        return places(args, tokens, json, home).map(drop);
    }
    told_apart(tokens.len(), json)
}

/// Refuses several secrets on standard output, unless they come as JSON.
fn told_apart(tokens: usize, json: bool) -> Result<(), ExitError> {
    if tokens > 1 && !json {
        return Err(ExitError::usage(
            "several secrets on standard output could not be told apart: add --json, or \
             --secret-file FILE or --secret-command COMMAND",
        ));
    }
    Ok(())
}

/// The name of a file, with the id in it. An id that could lead elsewhere is
/// refused.
fn named(text: &str, old: Option<&TokenId>) -> Result<String, ExitError> {
    if !text.contains(ID) {
        return Ok(text.to_owned());
    }
    match old {
        Some(id) if is_plain(id.raw()) => Ok(text.replace(ID, id.raw())),
        Some(_) => Err(ExitError::usage("--secret-file: the token's id cannot be in a file's name")),
        None => Err(ExitError::usage(format!("--secret-file: {ID} stands for an old token's id"))),
    }
}

fn is_plain(id: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !id.is_empty() && id.len() <= 100 && !id.starts_with('.') && id.chars().all(is_fine)
}

/// Whether standard output is the device that forgets everything.
fn goes_to_dev_null() -> bool {
    let here = rustix::fs::fstat(io::stdout());
    let Ok(null_device) = File::open("/dev/null").and_then(|f| f.metadata()) else { return false };
    let is_device = null_device.file_type().is_char_device();
    is_device && here.is_ok_and(|here| here.st_rdev == null_device.rdev() && null_device.rdev() != 0)
}

/// The one place in which a command writes a secret out: on its standard output,
/// alone or in an object. Never into a message.
#[must_use]
pub fn written(secret: &Secret) -> Zeroizing<String> {
    Zeroizing::new(secret.expose().to_owned())
}

/// Why a secret is not written on a terminal.
pub const NOT_SHOWN: &str = "it has characters that are no letters, digits or signs, and a terminal \
                             may take them for commands; a file takes it as it is";

/// Whether standard output takes a secret as it is: a terminal could take what no
/// token has for a command, and would show another secret than this.
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

/// The folder for secrets that could not be delivered: it is there, and new files
/// can be made in it.
///
/// # Errors
/// With what is in the way.
fn keeping_place() -> Result<PathBuf, String> {
    let journal = journal::file().ok_or("there is no home directory")?;
    let folder = journal.with_file_name("undelivered");
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    made.map_err(|e| format!("{} cannot be made ({})", folder.display(), e.kind()))?;
    sink::folder::prepare(&folder).map_err(|e| e.to_string())?;
    Ok(folder)
}

/// Keeps a secret that could not be delivered in a file of the state folder.
///
/// # Errors
/// With why that was not possible either.
pub async fn keep(secret: &Secret, id: Option<&TokenId>) -> Result<PathBuf, String> {
    let folder = keeping_place()?;
    let id = id.map(TokenId::raw).filter(|id| is_plain(id)).unwrap_or("token");
    // Another secret of this id may be there already.
    let file = folder.join(format!("{id}-{}.secret", uuid::Uuid::new_v4().simple()));
    let kept = Sink::File(file.clone()).deliver(secret).await;
    kept.map(|_| file).map_err(|e| e.to_string())
}

/// Where a secret went, for people.
#[must_use]
pub fn kept_words(file: &Path) -> String {
    format!(
        "the secret is kept in {}, which only you can read: take it from there and delete the file",
        SafeText::from(file.to_string_lossy().into_owned())
    )
}
