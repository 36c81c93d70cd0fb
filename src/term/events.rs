//! What the terminal and the system say, as inputs of the loop.

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::{Stream, StreamExt, stream};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use super::keyboard;
use crate::{app::Msg, runtime::Input};

/// Keys, pastes, resizes and signals.
///
/// # Errors
/// When signals cannot be listened to.
pub fn inputs() -> std::io::Result<impl Stream<Item = Input>> {
    let terminal = EventStream::new().map(Result::ok).chain(stream::once(async { None }));
    // An error or the end of the stream: nobody is there any more.
    let terminal = terminal.filter_map(|event| async move {
        match event {
            Some(event) => translate(event).map(Input::Msg),
            None => Some(Input::Hangup),
        }
    });
    let ending = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::quit()];
    let mut all = vec![terminal.boxed_local()];
    for kind in ending {
        all.push(on_signal(kind, Input::Terminate)?.boxed_local());
    }
    all.push(on_signal(SignalKind::hangup(), |_| Input::Hangup)?.boxed_local());
    all.push(stream::once(gone()).map(|()| Input::Hangup).boxed_local());
    Ok(stream::select_all(all))
}

/// Waits until the terminal has gone. Whoever ignores the signal, or is not told
/// of it, as below `nohup`, would else read nothing from it for ever, and as
/// fast as the processor can. A thread of its own, since the runtime has no safe
/// way to wait for nothing but that.
async fn gone() {
    let (told, gone) = oneshot::channel();
    let wait = move || {
        // Without a flag only the end is reported, and no key wakes it up.
        let terminal = std::io::stdin();
        while poll(&mut [PollFd::new(&terminal, PollFlags::empty())], None) == Err(Errno::INTR) {}
        let _ = told.send(());
    };
    let thread = std::thread::Builder::new().name("hangup".to_owned()).spawn(wait);
    if thread.is_err() || gone.await.is_err() {
        // Drawing will notice it.
        std::future::pending::<()>().await;
    }
}

fn on_signal(
    kind: SignalKind,
    input: fn(i32) -> Input,
) -> std::io::Result<impl Stream<Item = Input>> {
    let listener = signal(kind)?;
    Ok(stream::unfold(listener, move |mut listener| async move {
        listener.recv().await?;
        Some((input(kind.as_raw_value()), listener))
    }))
}

fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => {
            keyboard::key(event).map(Msg::Key)
        }
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize { width, height }),
        Event::FocusLost => Some(Msg::FocusLost),
        Event::Key(_) | Event::FocusGained | Event::Mouse(_) => None,
    }
}
