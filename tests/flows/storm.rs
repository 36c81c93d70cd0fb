//! Bursts of input are drawn in one frame.

use std::io;

use axtok::{
    app::{Copied, Model, Msg, layout_info::LayoutInfo},
    domain::session::Session,
    effects::{Effects, Recorder},
    input::Keymap,
    runtime::{self, Display, Exit, Input},
};
use futures_util::stream;
use jiff::Timestamp;

/// Counts frames and remembers the size of the last one.
#[derive(Default)]
struct Counter {
    frames: usize,
    last: (u16, u16),
}

impl Display for Counter {
    fn draw(&mut self, model: &Model) -> io::Result<LayoutInfo> {
        self.frames += 1;
        self.last = (model.shared.width, model.shared.height);
        Ok(LayoutInfo::default())
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        Ok(self.last)
    }

    fn resume(&mut self) -> io::Result<(u16, u16)> {
        Ok(self.last)
    }

    fn copy(&mut self, _: &str) -> Result<Copied, String> {
        Ok(Copied::Sent)
    }

    fn copy_secret(&mut self, _: &str) -> Result<Copied, String> {
        Ok(Copied::Sent)
    }

    fn clear_clipboard(&mut self) {}
}

#[tokio::test]
async fn a_burst_of_resizes_is_drawn_in_one_frame() {
    let (effects, replies) = Effects::new(None, Recorder::default());
    let mut model = Model::new(Session::none(), Keymap::built_in().unwrap(), Timestamp::UNIX_EPOCH);
    let mut display = Counter::default();
    let resizes = (1..=500).map(|n| Input::Msg(Msg::Resize { width: n, height: 24 }));
    let inputs = stream::iter(resizes.chain([Input::Terminate(15)]));
    let exit = runtime::run(&mut model, &mut display, inputs, effects, replies).await.unwrap();
    assert_eq!(exit, Exit::Signal(15));
    assert_eq!((model.shared.width, model.shared.height), (500, 24));
    // The first frame, and at most one for the replies to its requests.
    assert!(display.frames <= 2, "{} frames", display.frames);
}

#[tokio::test]
async fn inputs_that_arrive_together_are_drawn_once() {
    let (effects, replies) = Effects::new(None, Recorder::default());
    let mut model = Model::new(Session::none(), Keymap::built_in().unwrap(), Timestamp::UNIX_EPOCH);
    // Otherwise the accepted findings are read, and arrive at any time.
    model.shared.session.demo = true;
    let mut display = Counter::default();
    let resizes = (1..=500).map(|n| Input::Msg(Msg::Resize { width: n, height: 24 }));
    // After a pause comes the end of the input; the burst's frame is drawn in between.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Input::Hangup
    });
    let inputs = futures_util::StreamExt::chain(stream::iter(resizes), end);
    runtime::run(&mut model, &mut display, inputs, effects, replies).await.unwrap();
    assert!(display.frames <= 3, "{} frames", display.frames);
    assert_eq!(display.last, (500, 24));
}
