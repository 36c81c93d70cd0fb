//! What the terminal and the system say, as inputs of the loop.

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::{Stream, StreamExt, stream};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use super::background::{Heard, Listener};
use crate::{
    app::Msg,
    input::{Code, Key},
    runtime::Input,
};

/// Keys, pastes, resizes and signals; and what the terminal stands on, if that
/// was asked.
///
/// # Errors
/// When signals cannot be listened to.
pub fn inputs(asked: bool) -> std::io::Result<impl Stream<Item = Input>> {
    let terminal = EventStream::new().map(Result::ok).chain(stream::once(async { None }));
    // An error or the end of the stream: nobody is there any more.
    let mut listener = Listener::new(asked);
    let terminal = terminal.flat_map(move |event| {
        let inputs: Vec<_> = match event {
            Some(event) => listener.take(event).into_iter().filter_map(heard).collect(),
            None => vec![Input::Hangup],
        };
        stream::iter(inputs)
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

fn heard(heard: Heard) -> Option<Input> {
    match heard {
        Heard::Event(event) => translate(event).map(Input::Msg),
        Heard::Background(background) => Some(Input::Msg(Msg::Background(background))),
    }
}

fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => key(event).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize { width, height }),
        Event::FocusLost => Some(Msg::FocusLost),
        Event::Key(_) | Event::FocusGained | Event::Mouse(_) => None,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let code = match event.code {
        // With Ctrl, terminals report letters in either case.
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    if matches!(code, Code::Char(_)) {
        shift = false;
    }
    Some(Key { code, ctrl, alt, shift })
}
