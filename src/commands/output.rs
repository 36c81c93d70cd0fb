//! Standard output. It may have been left non-blocking by whoever shares it, such as
//! a terminal or a pipe of another program: then it is waited for.

use std::{
    io::{self, StdoutLock, Write},
    os::fd::AsFd as _,
};

use rustix::event::{PollFd, PollFlags, poll};

/// Standard output, for writing that waits until all of it is taken.
#[derive(Debug)]
pub struct Output(StdoutLock<'static>);

/// Locks standard output.
#[must_use]
pub fn lock() -> Output {
    Output(io::stdout().lock())
}

impl Output {
    fn patiently<T>(
        &mut self,
        mut write: impl FnMut(&mut StdoutLock<'static>) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            match write(&mut self.0) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    let mut waited = [PollFd::from_borrowed_fd(self.0.as_fd(), PollFlags::OUT)];
                    match poll(&mut waited, None) {
                        Ok(_) | Err(rustix::io::Errno::INTR) => {}
                        Err(e) => return Err(e.into()),
                    }
                }
                done => return done,
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.patiently(Write::flush)
    }
}
