//! Repeats a CONNECT request that a proxy refused, to learn the status: the library reports only
//! 407. If the proxy accepts this time, nothing is sent through the connection.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::api::{Endpoint, error::ProxyFault, proxy::Proxy};

/// The longest status line that is read, in bytes.
const LINE: usize = 1024;

/// Why the proxy refuses. `None` if that cannot be determined.
pub async fn ask(proxy: &Proxy, endpoint: &Endpoint, at_most: Duration) -> Option<ProxyFault> {
    if proxy.url().scheme() != "http" {
        return None;
    }
    tokio::time::timeout(at_most, status(proxy, endpoint)).await.ok()?
}

async fn status(proxy: &Proxy, endpoint: &Endpoint) -> Option<ProxyFault> {
    let url = proxy.url();
    let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
    let mut stream = TcpStream::connect((host, url.port_or_known_default()?)).await.ok()?;
    let target = format!("{}:{}", endpoint.name(), endpoint.port());
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(header) = proxy.authorization() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(header.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await.ok()?;
    let mut line = Vec::new();
    while !line.contains(&b'\n') && line.len() < LINE {
        if stream.read_buf(&mut line).await.ok()? == 0 {
            break;
        }
    }
    read(&line)
}

/// The error in a status line. `None` for success.
fn read(line: &[u8]) -> Option<ProxyFault> {
    let mut words = line.split(u8::is_ascii_whitespace);
    let is_http = words.next().is_some_and(|version| version.starts_with(b"HTTP/1."));
    let status = words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse().ok());
    match status {
        Some(200..=299) if is_http => None,
        Some(407) if is_http => Some(ProxyFault::SignIn),
        Some(status @ 100..=599) if is_http => Some(ProxyFault::Status(status)),
        _ => Some(ProxyFault::NotProxy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_parsed_or_rejected() {
        for (line, fault) in [
            (&b"HTTP/1.1 200 OK\r\n"[..], None),
            (b"HTTP/1.0 407 Who\r\n", Some(ProxyFault::SignIn)),
            (b"HTTP/1.1 403\r\n", Some(ProxyFault::Status(403))),
            (b"HTTP/1.1 2000 OK\r\n", Some(ProxyFault::NotProxy)),
            (b"SSH-2.0-OpenSSH\r\n", Some(ProxyFault::NotProxy)),
            (b"\x15\x03\x01\x00\x02\x02\x46", Some(ProxyFault::NotProxy)),
            (b"", Some(ProxyFault::NotProxy)),
        ] {
            assert_eq!(read(line), fault, "{}", line.escape_ascii());
        }
    }
}
