//! A listener that can be closed and opened again. While closed, it refuses connections, like a
//! server that is down.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};

/// The limit of pending connections, the same as in `TcpListener::bind`.
const BACKLOG: u32 = 1024;
/// The delay before retrying after a failed bind, listen or accept.
const AGAIN: Duration = Duration::from_millis(10);

/// Opens and closes a [`Gate`].
#[derive(Clone, Debug)]
pub(super) struct Handle {
    wanted: Arc<watch::Sender<bool>>,
    open: watch::Receiver<bool>,
}

impl Handle {
    /// Opens or closes the gate, and waits until that is done.
    pub async fn set(&self, open: bool) {
        self.wanted.send_replace(open);
        // This fails if the server has ended.
        let _ = self.open.clone().wait_for(|is| *is == open).await;
    }

    /// Closes the gate, and opens it again after this time.
    pub async fn close_for(&self, time: Duration) {
        self.set(false).await;
        let handle = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            handle.set(true).await;
        });
    }
}

/// The listener.
#[derive(Debug)]
pub(super) struct Gate {
    address: SocketAddr,
    state: State,
    wanted: watch::Receiver<bool>,
    open: watch::Sender<bool>,
}

#[derive(Debug)]
enum State {
    Open(TcpListener),
    /// Not listening; the port is still bound if that was possible.
    Closed(Option<TcpSocket>),
}

impl Gate {
    /// Binds the address and listens.
    pub async fn open(address: SocketAddr) -> io::Result<(Self, Handle)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (wanted_sender, wanted) = watch::channel(true);
        let (open, is_open) = watch::channel(true);
        let handle = Handle { wanted: Arc::new(wanted_sender), open: is_open };
        Ok((Self { address, state: State::Open(listener), wanted, open }, handle))
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next connection.
    pub async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let wanted = *self.wanted.borrow_and_update();
            match &mut self.state {
                State::Open(listener) if wanted => {
                    tokio::select! {
                        biased;
                        Ok(()) = self.wanted.changed() => {}
                        accepted = listener.accept() => match accepted {
                            Ok(accepted) => return accepted,
                            // This connection failed, or there are too many: try again soon.
                            Err(_) => tokio::time::sleep(AGAIN).await,
                        }
                    }
                }
                State::Open(_) => {
                    // Drop the listener first, so that its port can be bound again.
                    self.state = State::Closed(None);
                    self.state = State::Closed(keep(self.address).ok());
                    self.open.send_replace(false);
                }
                State::Closed(socket) if wanted => {
                    let listener = match socket.take() {
                        Some(socket) => socket.listen(BACKLOG),
                        None => TcpListener::bind(self.address).await,
                    };
                    match listener {
                        Ok(listener) => {
                            self.state = State::Open(listener);
                            self.open.send_replace(true);
                        }
                        Err(_) => tokio::time::sleep(AGAIN).await,
                    }
                }
                State::Closed(_) => {
                    if self.wanted.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
            }
        }
    }
}

/// Binds a port without listening: connections are refused, and no other process can take the
/// port.
fn keep(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
