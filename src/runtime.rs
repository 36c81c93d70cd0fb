//! The only loop: waits for something to happen, lets the core take it,
//! carries out what the core wants, and draws once. Without a spinner, a notice
//! or a countdown no timer runs.

use std::{collections::VecDeque, io, pin::pin, time::Duration};

use futures_util::{FutureExt, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::{
    app::{Copied, CopyText, Effect, Model, Msg, bulk, layout_info::LayoutInfo, update},
    clock,
    effects::Effects,
};

/// Messages that are taken before the next frame, at most: a flood of keys
/// becomes one frame, and cannot keep the screen from being drawn.
const BATCH: usize = 1000;

/// How long the token in hand of a run is waited for when the program must end.
const IN_HAND: Duration = Duration::from_secs(30);

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
    fn draw(&mut self, model: &Model) -> io::Result<LayoutInfo>;
    /// Whether the terminal has not taken the last frame yet. Until it has, no other
    /// is drawn.
    fn is_stalled(&self) -> bool {
        false
    }
    /// Waits until the terminal has taken the last frame. May be dropped and called
    /// again.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn taken(&mut self) -> impl Future<Output = io::Result<()>> {
        std::future::ready(Ok(()))
    }
    /// Forgets what is on the screen, so that the next frame is drawn in full.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn redraw(&mut self) -> io::Result<()>;
    /// Gives the terminal to the shell, and takes it back when continued; its
    /// width and height then.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn suspend(&mut self) -> io::Result<(u16, u16)>;
    /// Takes the terminal anew after a stop that nobody announced, unless that is
    /// done already; its width and height.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn resume(&mut self) -> io::Result<(u16, u16)>;
    /// Puts a text on the clipboard, and says what is known about that.
    ///
    /// # Errors
    /// With the reason why it is not there.
    fn copy(&mut self, text: &str) -> Result<Copied, String>;
    /// The same with a secret, which is not to stay there.
    ///
    /// # Errors
    /// With the reason why it is not there.
    fn copy_secret(&mut self, secret: &str) -> Result<Copied, String>;
    /// Clears the clipboard if it still holds the last secret, without keeping
    /// the loop from going on.
    fn clear_clipboard(&mut self);
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
    model.shared.now = now();
    let mut wanted = VecDeque::from(model.start());
    let end = turns(model, display, inputs, &effects, &mut replies, &mut wanted).await;
    // Whoever quits was asked; a signal and a terminal that is gone do not ask.
    if !matches!(end, Ok(Exit::Quit)) {
        finish_in_hand(model, &effects, &mut replies, wanted).await;
    }
    end
}

/// The loop itself. What it had no time for is left in `wanted`.
async fn turns(
    model: &mut Model,
    display: &mut impl Display,
    inputs: impl Stream<Item = Input>,
    effects: &Effects,
    replies: &mut mpsc::UnboundedReceiver<Msg>,
    wanted: &mut VecDeque<Effect>,
) -> io::Result<Exit> {
    let mut inputs = pin!(inputs);
    loop {
        // The frame first: the network is not asked before one sees something. A
        // terminal that stalls holds nothing up.
        if !display.is_stalled() {
            let layout = display.draw(model)?;
            model.apply_layout(&layout);
        }
        while let Some(effect) = wanted.pop_front() {
            if matches!(effect, Effect::Quit) {
                return Ok(Exit::Quit);
            }
            if let Some(msg) = carry_out(effect, display, effects)? {
                effects.send_back(msg);
            }
        }
        // What changes nothing on the screen, such as a pointer that moves within
        // a row, draws no frame.
        let mut heeded = false;
        while !heeded {
            let is_stalled = display.is_stalled();
            let first = tokio::select! {
                biased;
                input = inputs.next() => input.unwrap_or(Input::Hangup),
                Some(msg) = replies.recv() => Input::Msg(msg),
                () = sleep_until(model.next_wake()) => Input::Msg(Msg::Wake),
                taken = display.taken(), if is_stalled => {
                    taken?;
                    // For what has happened meanwhile.
                    break;
                }
            };
            let mut next = Some(first);
            let mut taken = 0;
            while let Some(input) = next.take() {
                match input {
                    Input::Terminate(signal) => return Ok(Exit::Signal(signal)),
                    Input::Hangup => return Ok(Exit::Hangup),
                    Input::Msg(msg) => {
                        model.shared.now = now();
                        heeded |= model.needs_redraw(&msg);
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

/// What is in the way, in words.
fn error_text(checked: Result<(), impl std::fmt::Display>) -> Result<(), String> {
    checked.map_err(|e| e.to_string())
}

/// What touches files is carried out apart from the loop; its message comes back. Any
/// other effect comes back itself.
fn on_disk(effect: Effect, effects: &Effects) -> Option<Effect> {
    match effect {
        Effect::CheckBulkDestination { asker, destination } => {
            effects
                .on_disk(move |ops| Msg::Checked { asker, result: error_text(ops.check_bulk_destination(&destination)) });
        }
        Effect::CheckDestination { asker, destination } => effects.on_disk(move |ops| {
            Msg::Checked { asker, result: error_text(ops.check_destination(&destination)) }
        }),
        Effect::SaveReport(report) => {
            effects.on_disk(move |ops| Msg::ReportSaved(ops.save_report(&report)));
        }
        Effect::Keep { connection, name, org, replaces } => effects.on_disk(move |ops| {
            let result = ops.keep(connection, &name, org.as_ref(), replaces);
            Msg::Kept { connection, result }
        }),
        Effect::LoadAccepted => effects.on_disk(|ops| Msg::Accepted(ops.load_accepted())),
        Effect::SetAccepted { acceptance, on } => {
            effects.on_disk(move |ops| Msg::Accepted(ops.set_accepted(&acceptance, on)));
        }
        Effect::LoadDeployments(asker) => {
            effects.on_disk(move |ops| Msg::Deployments { asker, result: ops.deployments() });
        }
        Effect::LoadPresets(asker) => {
            effects.on_disk(move |ops| Msg::Presets { asker, result: ops.load_presets() });
        }
        Effect::SavePreset(preset) => {
            effects.on_disk(move |ops| Msg::PresetSaved(ops.save_preset(&preset)));
        }
        other => return Some(other),
    }
    None
}

/// Carries out one effect; what is known at once comes back as a message.
fn carry_out(
    effect: Effect,
    display: &mut impl Display,
    effects: &Effects,
) -> io::Result<Option<Msg>> {
    let Some(effect) = on_disk(effect, effects) else { return Ok(None) };
    Ok(match effect {
        // Seen to before.
        Effect::Quit
        | Effect::CheckBulkDestination { .. }
        | Effect::SaveReport(_)
        | Effect::CheckDestination { .. }
        | Effect::Keep { .. }
        | Effect::LoadAccepted
        | Effect::SetAccepted { .. }
        | Effect::LoadDeployments(_)
        | Effect::LoadPresets(_)
        | Effect::SavePreset(_) => None,
        Effect::Call { ticket, via, org, call, record } => {
            effects.call(ticket, via, org, call, record);
            None
        }
        Effect::OpenJournal => {
            effects.open_journal();
            None
        }
        Effect::Deliver { id, secret, destination } => {
            effects.deliver(id, secret, &destination);
            None
        }
        Effect::BulkDeliver { id, secret, destination, name, token } => {
            effects.deliver_bulk(id, secret, &destination, (&name, &token));
            None
        }
        Effect::Try { id, via, org, secret } => {
            effects.try_secret(id, via, org, secret);
            None
        }
        Effect::Mark { entry, mark } => {
            effects.mark(entry, mark);
            None
        }
        Effect::Connect { connection, to } => {
            effects.connect(connection, to);
            None
        }
        Effect::Disconnect(connection) => {
            effects.close(connection);
            None
        }
        Effect::Export { path, text } => {
            effects.export(&path, text);
            None
        }
        Effect::Redraw => {
            display.redraw()?;
            Some(Msg::Wake)
        }
        Effect::Suspend => Some(resized(display.suspend()?, effects)),
        Effect::Resume => Some(resized(display.resume()?, effects)),
        Effect::Copy(text) => Some(copy(display, &text)),
        Effect::ClearClipboard => {
            display.clear_clipboard();
            None
        }
    })
}

/// The terminal is ours again, and may have another size.
fn resized((width, height): (u16, u16), effects: &Effects) -> Msg {
    effects.send_back(Msg::Resize { width, height });
    Msg::Resumed
}

/// A run ends with the token in hand: its answer is awaited, and its secret goes
/// to its depot. Nothing is drawn: the terminal may have gone.
async fn finish_in_hand(
    model: &mut Model,
    effects: &Effects,
    replies: &mut mpsc::UnboundedReceiver<Msg>,
    wanted: VecDeque<Effect>,
) {
    let carry_out = |effect| match effect {
        Effect::BulkDeliver { id, secret, destination, name, token } => {
            effects.deliver_bulk(id, secret, &destination, (&name, &token));
        }
        Effect::Mark { entry, mark } => effects.mark(entry, mark),
        // Reads, and what is for the screen.
        _ => {}
    };
    effects.end();
    drop(bulk::stop(&mut model.shared));
    let sends = |e: &Effect| matches!(e, Effect::Call { ticket, .. } if bulk::awaits(&model.shared, *ticket));
    let is_unsent = wanted.iter().any(sends);
    wanted.into_iter().for_each(carry_out);
    let end = async {
        while bulk::is_in_hand(&model.shared) && !is_unsent {
            let Some(msg) = replies.recv().await else { return };
            model.shared.now = now();
            update(model, msg).into_iter().for_each(carry_out);
        }
    };
    let _ = clock::within(IN_HAND, end).await;
}

fn copy(display: &mut impl Display, text: &CopyText) -> Msg {
    let what = text.what();
    let result = match text {
        CopyText::Plain { text, .. } => display.copy(text),
        CopyText::Json(token) => display.copy(&crate::effects::as_json(token)),
        CopyText::Secret(secret) => display.copy_secret(secret.expose()),
    };
    Msg::Copied { what, result }
}

#[expect(clippy::disallowed_methods, reason = "the loop is where time comes in")]
fn now() -> Timestamp {
    crate::clock::now()
}

/// Sleeps until the moment; for ever without one.
async fn sleep_until(moment: Option<Timestamp>) {
    let Some(moment) = moment else { return std::future::pending().await };
    // Not a part of a millisecond too early: who looks at the clock then would see
    // nothing to do.
    let left = Duration::try_from(moment.duration_since(now())).unwrap_or_default();
    tokio::time::sleep(left).await;
}
