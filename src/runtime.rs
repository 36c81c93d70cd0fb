//! The event loop: waits for input, passes it to the core, runs the resulting effects and draws
//! one frame. No timer runs unless a spinner, a notice or a countdown needs one.

use std::{collections::VecDeque, io, pin::pin, time::Duration};

use futures_util::{FutureExt, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::{
    app::{Copied, CopyText, Effect, Model, Msg, bulk, layout_info::LayoutInfo, update},
    clock,
    effects::Effects,
};

/// The largest number of messages handled before a frame is drawn. A flood of keys results in one
/// frame, but cannot suppress drawing forever.
const BATCH: usize = 1000;

/// How long to wait for a bulk run's current token when the program has to exit.
const IN_HAND: Duration = Duration::from_secs(30);

/// An input to the loop.
#[derive(Debug)]
pub enum Input {
    /// A message for the core.
    Msg(Msg),
    /// A signal asks the process to exit; its number.
    Terminate(i32),
    /// The terminal is closed and must not be used again.
    Hangup,
}

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The user quit.
    Quit,
    /// A signal asked the process to exit; its number.
    Signal(i32),
    /// The terminal was closed.
    Hangup,
}

/// The terminal that frames are drawn on.
pub trait Display {
    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn draw(&mut self, model: &Model) -> io::Result<LayoutInfo>;
    /// Whether the terminal has not accepted the whole last frame yet. Until then no other frame
    /// is drawn.
    fn is_stalled(&self) -> bool {
        false
    }
    /// Waits until the terminal has accepted the last frame. The future may be dropped and the
    /// method called again.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn taken(&mut self) -> impl Future<Output = io::Result<()>> {
        std::future::ready(Ok(()))
    }
    /// Makes the next frame a full redraw.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn redraw(&mut self) -> io::Result<()>;
    /// Suspends the process, returning the terminal to the shell. When continued, sets the
    /// terminal up again and returns its width and height.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn suspend(&mut self) -> io::Result<(u16, u16)>;
    /// Sets the terminal up again after SIGSTOP, which gives no notice, unless `suspend` has done
    /// so. Returns the width and height.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn resume(&mut self) -> io::Result<(u16, u16)>;
    /// Copies a text to the clipboard; returns how certain that is.
    ///
    /// # Errors
    /// With the reason, if the text was not copied.
    fn copy(&mut self, text: &str) -> Result<Copied, String>;
    /// Copies a secret, which is cleared from the clipboard later.
    ///
    /// # Errors
    /// With the reason, if the secret was not copied.
    fn copy_secret(&mut self, secret: &str) -> Result<Copied, String>;
    /// Clears the clipboard if it still contains the last secret. Does not block the loop.
    fn clear_clipboard(&mut self);
}

/// Runs until the user quits, a signal arrives or the terminal is closed.
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
    // A user who quits has been asked about the run; a signal or hangup leaves no chance to ask.
    if !matches!(end, Ok(Exit::Quit)) {
        finish_current_token(model, &effects, &mut replies, wanted).await;
    }
    end
}

/// The loop itself. Effects that did not run before it ended are left in `wanted`.
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
        // Draw before the first effects, so that the screen appears before the network is used. A
        // stalled terminal delays nothing else.
        if !display.is_stalled() {
            let layout = display.draw(model)?;
            model.apply_layout(&layout);
        }
        while let Some(effect) = wanted.pop_front() {
            if matches!(effect, Effect::Quit) {
                return Ok(Exit::Quit);
            }
            if let Some(msg) = run_effect(effect, display, effects)? {
                effects.send_back(msg);
            }
        }
        // Messages that cannot change the screen, such as the pointer moving within a row, cause
        // no frame.
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
                    // Draw what has changed meanwhile.
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
                // Run effects before handling later keys, which may depend on them.
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

/// Turns the error into its message.
fn error_text(checked: Result<(), impl std::fmt::Display>) -> Result<(), String> {
    checked.map_err(|e| e.to_string())
}

/// Runs effects that access files in a separate task; each sends its message back. Returns any
/// other effect.
fn on_disk(effect: Effect, effects: &Effects) -> Option<Effect> {
    match effect {
        Effect::CheckBulkDestination { asker, destination } => {
            effects.on_disk(move |ops| Msg::Checked {
                asker,
                result: error_text(ops.check_bulk_destination(&destination)),
            });
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
        Effect::LoadPolicies { demo } => {
            effects.on_disk(move |ops| Msg::Policies(ops.policies(demo, None).into()));
        }
        Effect::LoadHistory(asker) => effects.load_history(asker),
        Effect::SetAccepted { acceptance, on } => {
            effects.on_disk(move |ops| Msg::Accepted(ops.set_accepted(&acceptance, on)));
        }
        Effect::KeepChoice(choice) => {
            effects.on_disk(move |ops| Msg::ChoiceKept(ops.keep_choice(choice)));
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

/// Runs one effect. Returns a message if the result is known immediately.
fn run_effect(
    effect: Effect,
    display: &mut impl Display,
    effects: &Effects,
) -> io::Result<Option<Msg>> {
    let Some(effect) = on_disk(effect, effects) else { return Ok(None) };
    Ok(match effect {
        // Handled in `turns` and `on_disk`.
        Effect::Quit
        | Effect::CheckBulkDestination { .. }
        | Effect::SaveReport(_)
        | Effect::CheckDestination { .. }
        | Effect::Keep { .. }
        | Effect::LoadAccepted
        | Effect::LoadPolicies { .. }
        | Effect::LoadHistory(_)
        | Effect::SetAccepted { .. }
        | Effect::KeepChoice(_)
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
        Effect::LoadUsage { ticket, via, org, tokens, window } => {
            effects.load_usage(ticket, via, org, tokens, window);
            None
        }
        Effect::LoadRotations => {
            effects.load_rotations();
            None
        }
        Effect::Rotate { ticket, session, plan, work } => {
            effects.rotate(ticket, *session, plan, work);
            None
        }
        Effect::ReportDue(batch) => {
            effects.report_due(*batch);
            None
        }
        Effect::ListFolder { asker, path } => {
            effects.list_folder(asker, path);
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

/// Reports the terminal's size, which may have changed while the process was stopped.
fn resized((width, height): (u16, u16), effects: &Effects) -> Msg {
    effects.send_back(Msg::Resize { width, height });
    Msg::Resumed
}

/// Ends a bulk run after its current token: waits for the response and delivers the secret to
/// the run's destination. Draws nothing, since the terminal may be closed.
async fn finish_current_token(
    model: &mut Model,
    effects: &Effects,
    replies: &mut mpsc::UnboundedReceiver<Msg>,
    wanted: VecDeque<Effect>,
) {
    let run_effect = |effect| match effect {
        Effect::BulkDeliver { id, secret, destination, name, token } => {
            effects.deliver_bulk(id, secret, &destination, (&name, &token));
        }
        Effect::Mark { entry, mark } => effects.mark(entry, mark),
        // Reads, and effects that only concern the screen.
        _ => {}
    };
    effects.end();
    drop(bulk::stop(&mut model.shared));
    let sends = |e: &Effect| matches!(e, Effect::Call { ticket, .. } if bulk::awaits(&model.shared, *ticket));
    let is_unsent = wanted.iter().any(sends);
    wanted.into_iter().for_each(run_effect);
    let end = async {
        while bulk::is_sending(&model.shared) && !is_unsent {
            let Some(msg) = replies.recv().await else { return };
            model.shared.now = now();
            update(model, msg).into_iter().for_each(run_effect);
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

/// Sleeps until `moment`, or forever if there is none.
async fn sleep_until(moment: Option<Timestamp>) {
    let Some(moment) = moment else { return std::future::pending().await };
    // Keep the fraction of a millisecond: waking up too early would find nothing due.
    let left = Duration::try_from(moment.duration_since(now())).unwrap_or_default();
    tokio::time::sleep(left).await;
}
