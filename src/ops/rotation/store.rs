//! The programs of a rule: one stores a secret, one prints what is stored, one checks the users of
//! the token.

use std::{path::Path, sync::Arc, time::Duration};

use zeroize::Zeroizing;

use crate::{
    config::TOKEN,
    domain::{
        SafeText, Secret,
        rotation::{Pair, Rule},
        text,
    },
    ops,
    programs::{
        self,
        output::{self, Output},
    },
    sink,
};

/// How much of a command line is shown, in columns.
const SHOWN: usize = 70;
/// How much a program may print, in bytes.
const CAP: usize = 64 * 1024;

/// What a store returned.
pub(super) enum Stored {
    /// A value. White space around it, if any, was part of it.
    Value(Arc<Secret>),
    /// Nothing.
    Nothing,
}

/// The arguments with the values of this pair; `~/` of the program is the home folder.
fn filled(args: &[String], pair: &Pair, home: Option<&Path>) -> Result<Vec<String>, String> {
    let mut args = Rule::filled(args, pair)?;
    if let Some(program) = args.first_mut()
        && let Some(rest) = program.strip_prefix("~/")
    {
        let home = home.ok_or("~ cannot be used because HOME is not set")?;
        *program = home.join(rest).to_string_lossy().into_owned();
    }
    Ok(args)
}

/// Checks that the programs of a rule exist and that their arguments can be filled in.
pub(super) fn check(rule: &Rule, pair: &Pair, home: Option<&Path>) -> Result<(), String> {
    rule.check_pair(pair)?;
    let known = Pair { new: Some(pair.old.clone()), ..pair.clone() };
    let programs = [Some(&rule.deliver), rule.prove.as_ref(), rule.probe.as_ref()];
    for args in programs.into_iter().flatten() {
        let args = filled(args, &known, home)?;
        let program = args.first().map_or("", String::as_str);
        programs::find(program).map_err(|why| why.describe(program))?;
    }
    Ok(())
}

/// Gives the secret to the rule's store. Returns where it went, in words.
pub(super) async fn deliver(
    rule: &Rule,
    pair: &Pair,
    secret: &Secret,
    home: Option<&Path>,
) -> Result<String, String> {
    let args = filled(&rule.deliver, pair, home)?;
    let about = About::of(pair);
    let limit = Duration::from_secs(rule.timeout);
    let about = about.pairs();
    let delivered = sink::deliver_to_program(&args, secret, rule.newline, &about, limit).await;
    delivered.map(|_| shown(&args)).map_err(|e| e.to_string())
}

/// A command line for messages and the history.
pub(super) fn shown(args: &[String]) -> String {
    let line = SafeText::from(shell_words::join(args));
    format!("`{}`", text::cut(line.shown(), SHOWN))
}

/// Reads what the store has. One newline at the end belongs to the output, not to the value.
pub(super) async fn read(
    rule: &Rule,
    args: &[String],
    pair: &Pair,
    home: Option<&Path>,
) -> Result<Stored, String> {
    let output = run(rule, args, pair, home).await?;
    let text = std::str::from_utf8(&output.out)
        .map_err(|_| "prove prints something that is not text: it must print only the secret")?;
    let text = Zeroizing::new(text.to_owned());
    let value =
        text.strip_suffix('\n').map_or(&**text, |line| line.strip_suffix('\r').unwrap_or(line));
    if value.is_empty() {
        return Ok(Stored::Nothing);
    }
    Ok(Stored::Value(Arc::new(Secret::new(value.to_owned()))))
}

/// Runs the program that checks the users of the token.
pub(super) async fn probe(
    rule: &Rule,
    args: &[String],
    pair: &Pair,
    home: Option<&Path>,
) -> Result<(), String> {
    run(rule, args, pair, home).await.map(drop)
}

/// Runs a program that must succeed.
async fn run(
    rule: &Rule,
    args: &[String],
    pair: &Pair,
    home: Option<&Path>,
) -> Result<Output, String> {
    let command = filled(args, pair, home)?;
    let about = About::of(pair);
    let about = about.pairs();
    let name = command.first().map_or("", String::as_str).to_owned();
    let call = output::Call {
        command: &command,
        about: &about,
        without: TOKEN,
        cap: CAP,
        is_silent: false,
        patience: Duration::from_secs(rule.timeout),
    };
    let program = SafeText::from(name.as_str());
    let limit = call.patience;
    let output = output::run(call).await.map_err(|why| why.describe(&name, limit))?;
    if output.out.len() > CAP {
        return Err(format!("`{program}` prints more than 64 KiB: it must print only the secret"));
    }
    if output.status.success() {
        Ok(output)
    } else {
        Err(format!("`{program}` failed with {}{}", output.ending(), output.complaint()))
    }
}

/// The environment variables about a pair.
struct About {
    name: String,
    new: String,
    old: String,
}

impl About {
    fn of(pair: &Pair) -> Self {
        let new = pair.new.as_ref().map(ToString::to_string).unwrap_or_default();
        Self { name: pair.name.to_string(), new, old: pair.old.to_string() }
    }

    fn pairs(&self) -> [(&str, &str); 3] {
        let [name, id] = ops::about(&self.name, &self.new);
        [name, id, ("AXTOK_OLD_TOKEN_ID", &self.old)]
    }
}
