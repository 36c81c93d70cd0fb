//! The only loop: waits for something to happen, lets the core take it,
//! carries out what the core wants, and draws once. Without a spinner, a notice
//! or a countdown no timer runs.

use std::{io, pin::pin, time::Duration};

use futures_util::{FutureExt, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::{
    app::{Copied, CopyText, Effect, Model, Msg, places::Places, update},
    effects::Effects,
};

/// Messages that are taken before the next frame, at most: a flood of keys
/// becomes one frame, and cannot keep the screen from being drawn.
const BATCH: usize = 1000;

/// What the loop is told from outside.
#[derive(Debug)]
pub enum Input {
    Msg(Msg),
    /// A signal asks the process to end; its number.
    Terminate(i32),
    /// The terminal has gone: it must not be touched again.
    Hangup,
}

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Quit,
    Signal(i32),
    Hangup,
}

/// Where frames go.
pub trait Display {
    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn draw(&mut self, model: &Model) -> io::Result<Places>;
    /// Forgets what is on the screen, so that the next frame is drawn in full.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn redraw(&mut self) -> io::Result<()>;
    /// Gives the terminal to the shell, and takes it back when continued.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn suspend(&mut self) -> io::Result<()>;
    /// Puts a text on the clipboard, and says what is known about that.
    ///
    /// # Errors
    /// With the reason why it is not there.
    fn copy(&mut self, text: &str) -> Result<Copied, String>;
}

/// Runs until the user quits, a signal comes or the terminal goes.
///
/// # Errors
/// When the terminal cannot be written to.
pub async fn run(
    model: &mut Model,
    display: &mut impl Display,
    inputs: impl Stream<Item = Input>,
    effects: Effects,
    mut replies: mpsc::UnboundedReceiver<Msg>,
) -> io::Result<Exit> {
    let mut inputs = pin!(inputs);
    model.now = now();
    let mut wanted = model.start();
    loop {
        // The frame first: the network is not asked before one sees something.
        let places = display.draw(model)?;
        model.settle(&places);
        for effect in wanted.drain(..) {
            let follow_up = match effect {
                Effect::Quit => return Ok(Exit::Quit),
                Effect::Call { ticket, via, org, call, record } => {
                    effects.call(ticket, via, org, call, record);
                    continue;
                }
                Effect::OpenJournal => {
                    effects.open_journal();
                    continue;
                }
                Effect::Deliver { secret, destination } => {
                    effects.deliver(secret, &destination);
                    continue;
                }
                Effect::Try { via, org, secret } => {
                    effects.try_secret(via, org, secret);
                    continue;
                }
                Effect::CheckDestination(destination) => {
                    Some(Msg::DestinationChecked(effects.check_destination(&destination)))
                }
                Effect::Mark { entry, mark } => {
                    effects.mark(entry, mark);
                    continue;
                }
                Effect::Connect { connection, to } => {
                    effects.connect(connection, to);
                    continue;
                }
                Effect::Disconnect(connection) => {
                    effects.close(connection);
                    continue;
                }
                Effect::Keep { connection, name, org, replaces } => {
                    Some(Msg::Kept(effects.keep(connection, &name, org.as_ref(), replaces)))
                }
                Effect::LoadAccepted => Some(Msg::Accepted(effects.load_accepted())),
                Effect::SetAccepted { acceptance, on } => {
                    Some(Msg::Accepted(effects.set_accepted(&acceptance, on)))
                }
                Effect::Export { path, text } => {
                    effects.export(&path, text);
                    continue;
                }
                Effect::LoadDeployments => Some(Msg::Deployments(effects.deployments())),
                Effect::LoadPresets => Some(Msg::Presets(effects.load_presets())),
                Effect::SavePreset(preset) => Some(Msg::PresetSaved(effects.save_preset(&preset))),
                Effect::Redraw => {
                    display.redraw()?;
                    None
                }
                Effect::Suspend => {
                    display.suspend()?;
                    Some(Msg::Resumed)
                }
                Effect::Copy(text) => Some(copy(display, &text)),
            };
            effects.send_back(follow_up.unwrap_or(Msg::Wake));
        }
        // What changes nothing on the screen, such as a pointer that moves within
        // a row, draws no frame.
        let mut heeded = false;
        while !heeded {
            let first = tokio::select! {
                biased;
                input = inputs.next() => input.unwrap_or(Input::Hangup),
                Some(msg) = replies.recv() => Input::Msg(msg),
                () = sleep_until(model.next_wake()) => Input::Msg(Msg::Wake),
            };
            let mut next = Some(first);
            let mut taken = 0;
            while let Some(input) = next.take() {
                match input {
                    Input::Terminate(signal) => return Ok(Exit::Signal(signal)),
                    Input::Hangup => return Ok(Exit::Hangup),
                    Input::Msg(msg) => {
                        model.now = now();
                        heeded |= model.heeds(&msg);
                        wanted.extend(update(model, msg));
                    }
                }
                taken += 1;
                // What an effect does must be seen by the keys that come after it.
                if taken < BATCH && wanted.is_empty() {
                    next = match inputs.next().now_or_never() {
                        Some(input) => Some(input.unwrap_or(Input::Hangup)),
                        None => replies.try_recv().ok().map(Input::Msg),
                    };
                }
            }
        }
    }
}

fn copy(display: &mut impl Display, text: &CopyText) -> Msg {
    let what = text.what();
    let result = match text {
        CopyText::Plain { text, .. } => display.copy(text),
        CopyText::Json(token) => display.copy(&crate::effects::as_json(token)),
        CopyText::Secret(secret) => display.copy(secret.expose()),
    };
    Msg::Copied { what, result }
}

#[expect(clippy::disallowed_methods, reason = "the loop is where time comes in")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Sleeps until the moment; for ever without one.
async fn sleep_until(moment: Option<Timestamp>) {
    let Some(moment) = moment else { return std::future::pending().await };
    let left = moment.as_millisecond() - now().as_millisecond();
    tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
}
