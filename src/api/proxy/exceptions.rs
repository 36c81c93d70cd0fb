//! Parses `NO_PROXY`, the list of hosts that bypass the proxy: names including their subdomains, IP
//! addresses and networks, each with or without a port, and `*` for all.

use std::net::{IpAddr, Ipv4Addr};

use crate::api::error::ProxyFault;

/// One entry of the list.
enum Entry<'a> {
    All,
    /// Names without a dot, `<local>` as on Windows.
    Local,
    Name(&'a str),
    /// A network: an address, and the length of its prefix in bits.
    Net(IpAddr, u32),
}

/// Whether the list contains this host, which is a name or an IP address.
///
/// # Errors
/// If an entry cannot be parsed: it might mean this host.
pub fn has(list: &str, host: &str, port: u16) -> Result<bool, ProxyFault> {
    let entries = list.split([',', ' ', '\t', '\n', '\r']).filter(|entry| !entry.is_empty());
    let mut found = false;
    for (at, text) in entries.enumerate() {
        let (entry, only) = parsed(text).ok_or_else(|| exception(at))?;
        found |= only.is_none_or(|only| only == port) && entry.has(host);
    }
    Ok(found)
}

fn exception(at: usize) -> ProxyFault {
    ProxyFault::Exception(u16::try_from(at + 1).unwrap_or(u16::MAX))
}

impl Entry<'_> {
    fn has(&self, host: &str) -> bool {
        let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        match (self, ip) {
            (Self::All, _) => true,
            (Self::Local, ip) => ip.is_none() && !host.contains('.'),
            (Self::Name(name), None) => {
                let before = host.len().checked_sub(name.len());
                before.is_some_and(|at| {
                    host.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(name))
                        && (at == 0 || host[..at].ends_with('.'))
                })
            }
            (Self::Net(net, bits), Some(ip)) => is_within(ip, *net, *bits),
            (Self::Name(_), Some(_)) | (Self::Net(..), None) => false,
        }
    }
}

/// Parses an entry and its port. `None` if it is invalid.
fn parsed(text: &str) -> Option<(Entry<'_>, Option<u16>)> {
    match text {
        "*" => return Some((Entry::All, None)),
        "<local>" => return Some((Entry::Local, None)),
        _ => {}
    }
    if let Some(entry) = net(text) {
        return Some((entry, None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    let entry = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(ip) => net(ip).filter(|_| ip.contains(':'))?,
        None => net(host).or_else(|| name(host))?,
    };
    Some((entry, port))
}

/// `10.1.2.3`, `10.0.0.0/8`, `169.254/16`, `fe80::/10`.
fn net(text: &str) -> Option<Entry<'static>> {
    let Some((ip, bits)) = text.split_once('/') else {
        let ip: IpAddr = text.parse().ok()?;
        return Some(Entry::Net(ip, width(ip)));
    };
    let bits: u32 = bits.parse().ok()?;
    let ip = ip.parse().ok().or_else(|| shortened(ip))?;
    (bits <= width(ip)).then_some(Entry::Net(ip, bits))
}

/// Parses the start of an IPv4 address, padded with zeros.
fn shortened(text: &str) -> Option<IpAddr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let Some(part) = parts.next() else { break };
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then_some(IpAddr::V4(Ipv4Addr::from(octets)))
}

/// Parses a name, with or without a leading `.` or `*.`.
fn name(text: &str) -> Option<Entry<'_>> {
    let name = text.strip_prefix("*.").or_else(|| text.strip_prefix('.')).unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        let is_letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        !label.is_empty() && label.bytes().all(is_letter)
    };
    // The start of an IP address is not a name: no host would ever match it.
    let is_number = name.split('.').all(|label| label.bytes().all(|b| b.is_ascii_digit()));
    (name.split('.').all(is_label) && !is_number).then_some(Entry::Name(name))
}

const fn width(ip: IpAddr) -> u32 {
    match ip {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn is_within(ip: IpAddr, net: IpAddr, bits: u32) -> bool {
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            u32::MAX.checked_shl(32 - bits).unwrap_or(0) & (ip.to_bits() ^ net.to_bits()) == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            u128::MAX.checked_shl(128 - bits).unwrap_or(0) & (ip.to_bits() ^ net.to_bits()) == 0
        }
        _ => false,
    }
}
