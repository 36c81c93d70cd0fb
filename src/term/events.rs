//! Events from the terminal and signals from the system, as inputs of the loop.

use std::io;

use futures_util::{Stream, StreamExt, stream};
use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

use super::{drain, parser::Event, reader::Reader};
use crate::{app::Msg, runtime::Input};

/// Keys, pastes, mouse, resizes and signals, and the terminal's background once it is known.
///
/// # Errors
/// If the terminal cannot be read, or signals cannot be listened to.
pub fn inputs() -> io::Result<impl Stream<Item = Input>> {
    let reader = Reader::new(io::stdin())?;
    let events = stream::unfold(reader, async |mut reader| Some((reader.next().await?, reader)));
    // The end of the events means that the terminal is gone. This also covers processes that
    // ignore SIGHUP or do not receive it, as with `nohup`.
    let terminal =
        events.map(|event| Input::Msg(heard(event))).chain(stream::once(async { Input::Hangup }));
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
    all.push(on_signal(SignalKind::window_change(), |_| resized())?.boxed_local());
    Ok(stream::select_all(all))
}

fn resized() -> Input {
    super::drawn_size()
        .map_or(Input::Hangup, |(width, height)| Input::Msg(Msg::Resize { width, height }))
}

fn on_signal(kind: SignalKind, input: fn(i32) -> Input) -> io::Result<impl Stream<Item = Input>> {
    let listener = signal(kind)?;
    Ok(stream::unfold(listener, move |mut listener| async move {
        listener.recv().await?;
        Some((input(kind.as_raw_value()), listener))
    }))
}

/// The message for an event.
pub fn heard(event: Event) -> Msg {
    match event {
        Event::Key(key) => Msg::Key(key),
        Event::Paste(text) => Msg::Paste(text),
        Event::Pointer(pointer) => Msg::Mouse(pointer),
        Event::FocusOut => Msg::FocusLost,
        Event::FocusIn => Msg::FocusGained,
        Event::Background(background) => {
            drain::answered();
            Msg::Background(background)
        }
    }
}
