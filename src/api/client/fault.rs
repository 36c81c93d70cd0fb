//! What an error of the HTTP client means. Its text is never passed on: it
//! names the address, and may quote what a proxy said.

use std::{error::Error, io};

use crate::api::Trouble;

/// The trouble behind an error.
pub fn trouble(error: &reqwest::Error) -> Trouble {
    match (error.is_builder(), error.is_connect(), error.is_timeout()) {
        (true, ..) => Trouble::Request,
        (_, true, true) => Trouble::ConnectTimeout,
        (_, true, false) if error.is_dns() => Trouble::Dns,
        (_, true, false) if is_tls(error) => Trouble::Tls,
        (_, true, false) => Trouble::Connect,
        (_, false, true) => Trouble::Timeout,
        (_, false, false) => Trouble::Broken,
    }
}

/// Whether a connection failed at its handshake.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<io::Error>();
        // An early end while connecting can only be the handshake's.
        let cut = io.is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof);
        if cut || error.is::<rustls::Error>() {
            return true;
        }
        // The `source` of such an error passes over the one that it wraps.
        let wrapped = io.and_then(io::Error::get_ref).map(|e| e as &(dyn Error + 'static));
        next = wrapped.or_else(|| error.source());
    }
    false
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, sync::Arc, time::Duration};

    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;

    /// Finds no name at all, without asking the network.
    struct NoNames;

    impl Resolve for NoNames {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err(io::Error::other("no such name").into()) })
        }
    }

    async fn trouble_at(url: &str) -> Trouble {
        trouble_within(Duration::from_secs(10), url).await
    }

    async fn trouble_within(connect: Duration, url: &str) -> Trouble {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .dns_resolver(Arc::new(NoNames))
            .connect_timeout(connect)
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        trouble(&client.get(url).send().await.unwrap_err())
    }

    /// A server that takes one connection, says this, and hangs up.
    fn server(says: &'static [u8]) -> u16 {
        use std::io::{Read as _, Write as _};
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(says);
        });
        port
    }

    #[tokio::test]
    async fn names_and_ports_that_do_not_exist_are_told_apart() {
        assert_eq!(trouble_at("https://nowhere.invalid").await, Trouble::Dns);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(trouble_at(&format!("http://127.0.0.1:{port}")).await, Trouble::Connect);
        assert_eq!(trouble_at(&format!("https://127.0.0.1:{port}")).await, Trouble::Connect);
    }

    #[tokio::test]
    async fn a_failed_handshake_is_no_broken_connection() {
        for says in [&b""[..], b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28"]
        {
            let url = format!("https://127.0.0.1:{}", server(says));
            assert_eq!(trouble_at(&url).await, Trouble::Tls, "{}", says.escape_ascii());
        }
    }

    #[tokio::test]
    async fn a_handshake_that_nobody_answers_counts_as_connecting() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let trouble = trouble_within(Duration::from_millis(100), &url).await;
        assert_eq!(trouble, Trouble::ConnectTimeout);
    }

    #[tokio::test]
    async fn what_breaks_after_connecting_is_broken() {
        for says in [&b""[..], b"HTTP/1.1 20", b"not HTTP at all\r\n\r\n"] {
            let url = format!("http://127.0.0.1:{}", server(says));
            assert_eq!(trouble_at(&url).await, Trouble::Broken, "{}", says.escape_ascii());
        }
    }
}
