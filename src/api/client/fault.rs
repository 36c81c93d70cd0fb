//! Classifies errors of the HTTP library. Their texts are never shown: they contain the address
//! and may quote a proxy.

use std::{error::Error, io};

use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use crate::api::{
    FailureKind,
    error::{ProxyFailure, ProxyFault, ProxyVariable, TlsFault},
};

/// The cause of an error.
pub fn kind(error: &reqwest::Error) -> FailureKind {
    match (error.is_builder(), error.is_connect(), error.is_timeout()) {
        (true, ..) => FailureKind::Request,
        (_, true, true) => FailureKind::ConnectTimeout,
        (_, true, false) if error.is_dns() => FailureKind::Dns,
        (_, true, false) => tls(error).map_or(FailureKind::Connect, FailureKind::Tls),
        (_, false, true) => FailureKind::Timeout,
        // With TLS 1.3 the server reports this after our side of the handshake. It has not
        // processed what was sent since.
        (_, false, false) if wants_certificate(error) => {
            FailureKind::Tls(TlsFault::WantsCertificate)
        }
        (_, false, false) => FailureKind::Broken,
    }
}

/// The cause of an error of a request through the proxy that `variable` names. The proxy is the
/// only host that is resolved and connected to.
pub fn kind_via(error: &reqwest::Error, variable: ProxyVariable) -> FailureKind {
    let proxy = |fault| FailureKind::Proxy(ProxyFailure { variable, fault });
    let kind = kind(error);
    match (kind, tunnel(error)) {
        (FailureKind::ConnectTimeout, _) => proxy(ProxyFault::Timeout),
        (FailureKind::Dns, _) => proxy(ProxyFault::Dns),
        (FailureKind::Tls(fault), Some(Tunnel::NotConnected)) => proxy(ProxyFault::Tls(fault)),
        (FailureKind::Connect | FailureKind::Tls(_), Some(Tunnel::Cut)) => proxy(ProxyFault::Cut),
        (FailureKind::Connect, Some(Tunnel::SignIn)) => proxy(ProxyFault::SignIn),
        (FailureKind::Connect, Some(Tunnel::TooLong)) => proxy(ProxyFault::NotProxy),
        (FailureKind::Connect, Some(Tunnel::Refused)) => proxy(ProxyFault::Refused),
        (FailureKind::Connect, Some(Tunnel::NotConnected)) => proxy(ProxyFault::Connect),
        (kind, _) => kind,
    }
}

/// How far the connection through a proxy got.
enum Tunnel {
    NotConnected,
    Cut,
    SignIn,
    TooLong,
    Refused,
}

/// The library's error for a proxy. Its type is private, so match its fixed texts; tests compare
/// them with a real refusal.
fn tunnel(error: &reqwest::Error) -> Option<Tunnel> {
    causes(error).find_map(|error| {
        let words = error.to_string();
        Some(match words.strip_prefix("tunnel error: ")? {
            "failed to create underlying connection" => Tunnel::NotConnected,
            "proxy authorization required" => Tunnel::SignIn,
            "proxy response headers too long" => Tunnel::TooLong,
            "unsuccessful" => Tunnel::Refused,
            _ => Tunnel::Cut,
        })
    })
}

/// An error and its sources, outermost first.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |error| {
        let error: &(dyn Error + 'static) = *error;
        // `source` of an `io::Error` skips the error that it wraps.
        let io = error.downcast_ref::<io::Error>();
        let wrapped = io.and_then(io::Error::get_ref).map(|e| e as &(dyn Error + 'static));
        wrapped.or_else(|| error.source())
    })
}

/// Why the TLS handshake failed, if it did.
fn tls(error: &reqwest::Error) -> Option<TlsFault> {
    causes(error).find_map(|error| {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(handshake(error));
        }
        // A connection that is closed while connecting was in the handshake: one that could not
        // be opened has another error kind.
        let kind = error.downcast_ref::<io::Error>()?.kind();
        let cut = matches!(
            kind,
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        );
        cut.then_some(TlsFault::Cut)
    })
}

fn wants_certificate(error: &reqwest::Error) -> bool {
    let wanted = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
    causes(error).any(|error| error.downcast_ref::<rustls::Error>() == Some(&wanted))
}

fn handshake(error: &rustls::Error) -> TlsFault {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::NoCertificatesPresented => TlsFault::BadCertificate,
        rustls::Error::InvalidMessage(_) => TlsFault::NotTls,
        rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::SupportedVersionsExtensionRequired
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled,
        )
        | rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => TlsFault::OldProtocol,
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA,
        ) => TlsFault::WantsCertificate,
        _ => TlsFault::Refused,
    }
}

fn certificate(error: &CertificateError) -> TlsFault {
    match error {
        // `BadSignature`: signed by someone else in the name of a trusted issuer.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsFault::Untrusted,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFault::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::WrongHost
        }
        // The wrapped type cannot be named here.
        CertificateError::Other(error) if error.0.to_string() == "CaUsedAsEndEntity" => {
            TlsFault::SelfSigned
        }
        _ => TlsFault::BadCertificate,
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, sync::Arc, time::Duration};

    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;

    /// Resolves no name, without using the network.
    struct NoNames;

    impl Resolve for NoNames {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err(io::Error::other("no such name").into()) })
        }
    }

    async fn kind_at(url: &str) -> FailureKind {
        kind_within(Duration::from_secs(10), url).await
    }

    async fn kind_within(connect: Duration, url: &str) -> FailureKind {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .dns_resolver(Arc::new(NoNames))
            .connect_timeout(connect)
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        kind(&client.get(url).send().await.unwrap_err())
    }

    /// A server that accepts one connection, sends this and closes it.
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
    async fn unknown_hosts_and_closed_ports_are_distinguished() {
        assert_eq!(kind_at("https://nowhere.invalid").await, FailureKind::Dns);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(kind_at(&format!("http://127.0.0.1:{port}")).await, FailureKind::Connect);
        assert_eq!(kind_at(&format!("https://127.0.0.1:{port}")).await, FailureKind::Connect);
    }

    #[tokio::test]
    async fn a_failed_handshake_is_not_a_broken_connection() {
        for (says, fault) in [
            (&b""[..], TlsFault::Cut),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n", TlsFault::NotTls),
            (b"SSH-2.0-OpenSSH_9.9\r\n", TlsFault::NotTls),
            // Alerts: protocol version, handshake failure, certificate required, unrecognised
            // name, internal error.
            (b"\x15\x03\x01\x00\x02\x02\x46", TlsFault::OldProtocol),
            (b"\x15\x03\x01\x00\x02\x02\x28", TlsFault::Refused),
            (b"\x15\x03\x03\x00\x02\x02\x74", TlsFault::WantsCertificate),
            (b"\x15\x03\x03\x00\x02\x02\x70", TlsFault::Refused),
            (b"\x15\x03\x03\x00\x02\x02\x50", TlsFault::Refused),
        ] {
            let url = format!("https://127.0.0.1:{}", server(says));
            assert_eq!(kind_at(&url).await, FailureKind::Tls(fault), "{}", says.escape_ascii());
        }
    }

    #[tokio::test]
    async fn an_unanswered_handshake_counts_as_connecting() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let kind = kind_within(Duration::from_millis(100), &url).await;
        assert_eq!(kind, FailureKind::ConnectTimeout);
    }

    #[tokio::test]
    async fn with_a_proxy_only_its_own_name_is_resolved() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = format!("http://{}", silent.local_addr().unwrap());
        for (proxy, fault) in
            [("http://nowhere.invalid", ProxyFault::Dns), (&silent, ProxyFault::Timeout)]
        {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = reqwest::Client::builder()
                .proxy(reqwest::Proxy::all(proxy).unwrap())
                .tls_certs_only([])
                .dns_resolver(Arc::new(NoNames))
                .connect_timeout(Duration::from_millis(300))
                .build()
                .unwrap();
            let error = client.get("https://api.example").send().await.unwrap_err();
            let wanted = FailureKind::Proxy(ProxyFailure { variable: ProxyVariable::Https, fault });
            assert_eq!(kind_via(&error, ProxyVariable::Https), wanted);
        }
    }

    #[tokio::test]
    async fn a_failure_after_connecting_is_a_broken_connection() {
        for says in [&b""[..], b"HTTP/1.1 20", b"not HTTP at all\r\n\r\n"] {
            let url = format!("http://127.0.0.1:{}", server(says));
            assert_eq!(kind_at(&url).await, FailureKind::Broken, "{}", says.escape_ascii());
        }
    }
}
