//! Connections that can be broken on purpose, so that faults happen on the wire, as real ones do.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::gate::Gate;

/// The end of the head of an HTTP/1 response.
const HEAD_END: &[u8] = b"\r\n\r\n";

/// What still reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    All,
    Nothing,
    /// The head of the next response, and this many bytes of its body.
    Part {
        head_end_seen: usize,
        body_left: usize,
    },
}

impl Flow {
    /// How many of these bytes pass, and the state after them.
    fn admit(self, bytes: &[u8]) -> (usize, Self) {
        let (mut head_end_seen, body_left) = match self {
            Self::All => return (bytes.len(), self),
            Self::Nothing => return (0, self),
            Self::Part { head_end_seen, body_left } => (head_end_seen, body_left),
        };
        let mut head = 0;
        for byte in bytes {
            if head_end_seen == HEAD_END.len() {
                break;
            }
            head += 1;
            let is_next = HEAD_END[head_end_seen] == *byte;
            head_end_seen = if is_next { head_end_seen + 1 } else { usize::from(*byte == b'\r') };
        }
        let body = body_left.min(bytes.len() - head);
        (head + body, Self::Part { head_end_seen, body_left: body_left - body })
    }
}

/// A handle through which a request's fault affects its connection.
#[derive(Clone, Debug)]
pub(super) struct Throttle(Arc<Mutex<Flow>>);

impl Throttle {
    /// Lets everything pass.
    pub fn open(&self) {
        *self.flow() = Flow::All;
    }

    /// Lets nothing more pass; the next write ends the connection.
    pub fn shut(&self) {
        *self.flow() = Flow::Nothing;
    }

    /// Lets this many bytes of the next response's body pass.
    pub fn cut(&self, body_left: usize) {
        *self.flow() = Flow::Part { head_end_seen: 0, body_left };
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener whose connections can be throttled.
pub(super) struct ThrottledListener(pub Gate);

impl Listener for ThrottledListener {
    type Io = Connection;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = self.0.accept().await;
        // Only for speed.
        let _ = stream.set_nodelay(true);
        let throttle = Throttle(Arc::new(Mutex::new(Flow::All)));
        (Connection { stream, throttle }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.0.address())
    }
}

impl Connected<IncomingStream<'_, ThrottledListener>> for Throttle {
    fn connect_info(stream: IncomingStream<'_, ThrottledListener>) -> Self {
        stream.io().throttle.clone()
    }
}

pub(super) struct Connection {
    stream: TcpStream,
    throttle: Throttle,
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, throttle } = self.get_mut();
        let mut flow = throttle.flow();
        let (admitted, _) = flow.admit(bytes);
        if admitted == 0 && !bytes.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written = Pin::new(stream).poll_write(context, &bytes[..admitted]);
        if let Poll::Ready(Ok(count)) = written {
            // The socket may accept less than was admitted.
            (_, *flow) = flow.admit(&bytes[..count]);
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_body_bytes_however_they_are_chunked() {
        let answer = b"HTTP/1.1 200 OK\r\na: \rb\r\n\r\n0123456789";
        let head = answer.len() - 10;
        for body_left in 0..=12 {
            for piece in 1..=answer.len() {
                let mut flow = Flow::Part { head_end_seen: 0, body_left };
                let mut through = 0;
                for bytes in answer.chunks(piece) {
                    let (admitted, next) = flow.admit(bytes);
                    through += admitted;
                    flow = next;
                }
                assert_eq!(through, head + body_left.min(10), "pieces of {piece}");
            }
        }
    }
}
