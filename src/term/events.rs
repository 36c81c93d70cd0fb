//! What the terminal and the system say, as inputs of the loop.

use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use futures_util::{Stream, StreamExt, stream};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    process::Signal,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{mpsc, oneshot},
};

use super::{
    background::{Heard, Listener},
    keyboard,
};
use crate::{
    app::{
        Msg,
        mouse::{Gesture, Pointer},
    },
    runtime::Input,
};

/// Keys, pastes, resizes and signals; and what the terminal stands on, if that
/// was asked.
///
/// # Errors
/// When signals cannot be listened to.
pub fn inputs(asked: bool) -> std::io::Result<impl Stream<Item = Input>> {
    let mut events = read()?;
    let mut listener = Listener::new(asked);
    // The end of the events: nobody is there any more.
    let terminal = stream::poll_fn(move |cx| events.poll_recv(cx))
        .flat_map(move |event| stream::iter(listener.take(event)))
        .filter_map(|event| std::future::ready(heard(event)))
        .chain(stream::once(async { Input::Hangup }));
    let ending = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::quit()];
    let mut all = vec![terminal.boxed_local()];
    for kind in ending {
        all.push(on_signal(kind, Input::Terminate)?.boxed_local());
    }
    all.push(on_signal(SignalKind::hangup(), |_| Input::Hangup)?.boxed_local());
    let tstp = SignalKind::from_raw(Signal::TSTP.as_raw());
    all.push(on_signal(tstp, |_| Input::Msg(Msg::Stop))?.boxed_local());
    let cont = SignalKind::from_raw(Signal::CONT.as_raw());
    all.push(on_signal(cont, |_| Input::Msg(Msg::Continued))?.boxed_local());
    all.push(stream::once(gone()).map(|()| Input::Hangup).boxed_local());
    Ok(stream::select_all(all))
}

/// Reads the terminal in a thread of its own. The library's own stream hands out
/// one event for each time that it is woken up, so that keys that come at once
/// would each have a frame.
fn read() -> std::io::Result<mpsc::UnboundedReceiver<Event>> {
    let (sender, events) = mpsc::unbounded_channel();
    let work = move || {
        while let Ok(event) = crossterm::event::read() {
            if sender.send(event).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("keys".to_owned()).spawn(work)?;
    Ok(events)
}

/// Stops the thread that reads: of a terminal that has gone it would read nothing,
/// for ever and as fast as it can.
pub fn stop_reading() {
    if let Ok((reader, writer)) = std::io::pipe()
        && rustix::stdio::dup2_stdin(&reader).is_ok()
    {
        // Open until the process ends: its end would be something to read.
        std::mem::forget(writer);
    }
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

fn heard(heard: Heard) -> Option<Input> {
    match heard {
        Heard::Event(event) => translate(event).map(Input::Msg),
        Heard::Background(background) => Some(Input::Msg(Msg::Background(background))),
    }
}

fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => {
            keyboard::key(event).map(Msg::Key)
        }
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize { width, height }),
        Event::FocusLost => Some(Msg::FocusLost),
        Event::Mouse(event) => pointer(event).map(Msg::Mouse),
        Event::FocusGained => Some(Msg::FocusGained),
        Event::Key(_) => None,
    }
}

fn pointer(event: MouseEvent) -> Option<Pointer> {
    let gesture = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
        MouseEventKind::Moved | MouseEventKind::Drag(_) => Gesture::Move,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        _ => return None,
    };
    Some(Pointer { gesture, x: event.column, y: event.row })
}
