//! The listener, which can be closed and opened again: meanwhile connections
//! are refused, as by a server that is down.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};

/// Pending connections, as many as `TcpListener::bind` allows.
const BACKLOG: u32 = 1024;
/// Before a port that is not free yet is tried again.
const AGAIN: Duration = Duration::from_millis(10);

/// The handle of a door.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    wanted: Arc<watch::Sender<bool>>,
    open: watch::Receiver<bool>,
}

impl Handle {
    /// Opens or closes the door, and waits until that is done.
    pub async fn set(&self, open: bool) {
        self.wanted.send_replace(open);
        // It fails when the server has ended.
        let _ = self.open.clone().wait_for(|is| *is == open).await;
    }

    /// Closes it, and opens it again after this time.
    pub async fn close_for(&self, time: Duration) {
        self.set(false).await;
        let handle = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            handle.set(true).await;
        });
    }
}

/// Where connections come in.
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
    /// Nobody listens; the port is kept for us if that was possible.
    Closed(Option<TcpSocket>),
}

impl Gate {
    /// Opens it.
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
                            // That one failed, or there are too many: not for long.
                            Err(_) => tokio::time::sleep(AGAIN).await,
                        }
                    }
                }
                State::Open(_) => {
                    // First the listener goes, then its port is free to be kept.
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

/// Keeps a port without listening on it: who connects is refused, and nobody
/// else gets it.
fn keep(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
