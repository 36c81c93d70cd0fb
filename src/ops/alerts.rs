//! Reports due tokens to the program of the setting `on-due`: each once, whichever process finds
//! it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::Ops;
use crate::{
    clock,
    config::TOKEN,
    domain::{
        SafeText,
        due::{Batch, DueToken},
        text,
    },
    programs::output::{self, Call, NotRun},
    told::{self, ToldError, Turn},
};

/// How long the program may run for one token.
const LIMIT: Duration = Duration::from_secs(30);
/// How long to wait while another process reports a token. It may have to kill its program.
const TURN: Duration = Duration::from_secs(60);
/// After this many failures in a row, the remaining tokens have to wait for the next run.
const FAILURES: usize = 3;
/// How much of the program's standard error is kept, in bytes.
const CAP: usize = 4 * 1024;
/// How much of a token's name is shown, in columns.
const NAME: usize = 30;

/// How long to wait for what, and how much to say.
#[derive(Clone, Copy, Debug)]
struct Limits {
    run: Duration,
    turn: Duration,
    /// Of the last line of the program's standard error, in columns.
    shown: usize,
}

/// Why a token was not reported.
enum Missed {
    /// The program failed for this token.
    Program(String),
    /// No token can be reported now. The whole message.
    Unable(String),
}

impl From<ToldError> for Missed {
    fn from(e: ToldError) -> Self {
        Self::Unable(format!("due tokens are not reported: {e}"))
    }
}

impl Ops {
    /// Keeps in this file which due tokens were reported.
    #[must_use]
    pub fn with_told(self, file: Option<PathBuf>) -> Self {
        Self { told: file, ..self }
    }

    /// Runs the program for each token of the batch that was not reported yet. Returns a message
    /// if some could not be reported; they stay unreported. `shown` is how many columns of the
    /// program's last error it can have. Counts as in progress: an exit waits for the program as long
    /// as for other work, and does not start it for further tokens.
    pub async fn report_due(&self, batch: Batch, shown: usize) -> Option<String> {
        let Some(file) = self.told.clone() else {
            return Some("due tokens are not reported: there is no state folder, set HOME".into());
        };
        let in_flight = self.in_flight.begin();
        let ends = || self.in_flight.is_ending();
        let limits = Limits { run: LIMIT, turn: TURN, shown };
        let message = report(&file, batch, limits, ends).await;
        drop(in_flight);
        message
    }
}

async fn report(
    file: &Path,
    batch: Batch,
    limits: Limits,
    ends: impl Fn() -> bool,
) -> Option<String> {
    // Usually every token was reported. Then there is nothing to lock.
    let batch = Arc::new(batch);
    let (at, of) = (file.to_owned(), Arc::clone(&batch));
    let due = match on_disk(move || told::unreported(&at, &of)).await? {
        Ok(due) => due,
        Err(e) => return Some(describe(&[], e.into())),
    };
    let (mut missed, mut in_a_row, mut why) = (Vec::new(), 0, None);
    for (at, token) in due.iter().enumerate() {
        if ends() {
            break;
        }
        match report_one(file, &batch, token, limits).await {
            Ok(()) => in_a_row = 0,
            Err(e) => {
                in_a_row += 1;
                missed.push(token.clone());
                let is_over = in_a_row == FAILURES || matches!(e, Missed::Unable(_));
                why = Some(e);
                if is_over {
                    missed.extend(due.iter().skip(at + 1).cloned());
                    break;
                }
            }
        }
    }
    why.map(|why| describe(&missed, why))
}

/// Reports one token, unless another process has done so.
async fn report_one(
    file: &Path,
    batch: &Arc<Batch>,
    token: &DueToken,
    limits: Limits,
) -> Result<(), Missed> {
    let (at, of, it) = (file.to_owned(), Arc::clone(batch), token.clone());
    let taking = on_disk(move || Turn::take(&at, &of, &it));
    let busy = "due tokens are not reported: another axtok is reporting one, and does not finish";
    let waited = clock::within(limits.turn, taking).await;
    let Some(turn) = waited.map_err(|_| Missed::Unable(busy.to_owned()))? else { return Ok(()) };
    let Some(turn) = turn? else { return Ok(()) };
    run(batch, token, limits).await.map_err(Missed::Program)?;
    let (of, it) = (Arc::clone(batch), token.clone());
    match on_disk(move || turn.report(&of, &it)).await {
        Some(Err(e)) => {
            let name = text::cut(token.name.shown(), NAME);
            Err(Missed::Unable(format!("{name} was reported, but will be again: {e}")))
        }
        Some(Ok(())) | None => Ok(()),
    }
}

/// Runs work with files in a thread of its own. `None` after a panic, which the hook has reported.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

async fn run(batch: &Batch, token: &DueToken, limits: Limits) -> Result<(), String> {
    let limit = limits.run;
    let facts = batch.facts(token);
    let about: Vec<(&str, &str)> = facts.iter().map(|(name, value)| (*name, &**value)).collect();
    let call = Call {
        command: &batch.program,
        about: &about,
        without: TOKEN,
        cap: CAP,
        is_silent: true,
        // The limit below does not count the time while axtok is suspended.
        patience: Duration::MAX,
    };
    let program = batch.program.first().map_or("", String::as_str);
    let ended = clock::within(limit, output::run(call)).await;
    let output = ended.unwrap_or(Err(NotRun::TooLong)).map_err(|e| e.describe(program, limit))?;
    if output.status.success() {
        return Ok(());
    }
    // The settings have the whole path.
    let name = Path::new(program).file_name().map_or(program.into(), |name| name.to_string_lossy());
    let program = SafeText::from(name);
    Err(format!("`{program}` failed with {}{}", output.ending(), output.last_words(limits.shown)))
}

/// Says which tokens were not reported, and why.
fn describe(missed: &[DueToken], why: Missed) -> String {
    let first = missed.first().map_or_else(String::new, |t| text::cut(t.name.shown(), NAME));
    let why = match why {
        Missed::Program(why) => why,
        Missed::Unable(message) => return message,
    };
    let tokens = match missed.len() {
        1 => format!("1 due token was not reported ({first})"),
        n => format!("{n} due tokens were not reported ({first} and {} more)", n - 1),
    };
    format!("{tokens}: {why}. The next run tries again")
}

#[cfg(test)]
mod tests;
