//! Standard output and standard error. Another program that shares the terminal or pipe may
//! have made it non-blocking; writing then waits as if it were blocking.

use std::{
    io::{self, StderrLock, StdoutLock, Write},
    os::fd::AsFd,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};

/// Standard output or standard error. Writing waits until everything is written.
#[derive(Debug)]
pub struct Output<W = StdoutLock<'static>>(W);

/// Locks standard output.
#[must_use]
pub fn lock() -> Output {
    Output(io::stdout().lock())
}

/// Locks standard error.
#[must_use]
pub fn errors() -> Output<StderrLock<'static>> {
    Output(io::stderr().lock())
}

impl<W: Write + AsFd> Output<W> {
    fn until_written<T>(
        &mut self,
        mut write: impl FnMut(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            match write(&mut self.0) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    let mut waited = [PollFd::new(&self.0, PollFlags::OUT)];
                    match poll(&mut waited, None) {
                        Ok(_) | Err(Errno::INTR) => {}
                        Err(e) => return Err(e.into()),
                    }
                }
                done => return done,
            }
        }
    }
}

impl<W: Write + AsFd> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.until_written(|out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.until_written(Write::flush)
    }
}
