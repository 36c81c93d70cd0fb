//! Failures before a request is sent: TLS, the proxy, and the environment variables for both.
//! Each has a text that says what happened, one that says what to do, and a fixed word
//! for the log.

/// Why a TLS connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The issuer of the certificate is not trusted.
    Untrusted,
    /// The server presents a certificate authority's certificate as its own, as simple
    /// self-signed setups do.
    SelfSigned,
    /// The certificate's validity has ended, by this computer's clock.
    Expired,
    /// The certificate's validity has not begun, by this computer's clock.
    NotYetValid,
    /// The certificate is for another host name.
    WrongHost,
    /// The certificate is damaged, revoked, or for another purpose.
    BadCertificate,
    /// Client and server have no TLS version in common.
    OldProtocol,
    /// The response is not TLS.
    NotTls,
    /// The connection ended during the handshake.
    Cut,
    /// The server requires a client certificate.
    WantsCertificate,
    /// The server refused the handshake, or the handshake failed for another reason.
    Refused,
}

/// A problem with a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyFailure {
    /// The variable that names the proxy or cannot be used.
    pub variable: ProxyVariable,
    /// The kind of problem.
    pub fault: ProxyFault,
}

/// An environment variable about proxies. Both spellings are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyVariable {
    /// `HTTPS_PROXY`: the proxy for https addresses.
    Https,
    /// `https_proxy`.
    HttpsLower,
    /// `ALL_PROXY`: the proxy for all addresses.
    All,
    /// `all_proxy`.
    AllLower,
    /// `NO_PROXY`: hosts that are reached directly.
    No,
    /// `no_proxy`.
    NoLower,
}

impl ProxyVariable {
    /// The variable's name in the environment.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Https => "HTTPS_PROXY",
            Self::HttpsLower => "https_proxy",
            Self::All => "ALL_PROXY",
            Self::AllLower => "all_proxy",
            Self::No => "NO_PROXY",
            Self::NoLower => "no_proxy",
        }
    }
}

/// Why a proxy cannot be used, or did not forward the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// The variable is not UTF-8.
    NotText,
    /// The variable is not an address.
    NotAddress,
    /// The address has a path; it may be that of a proxy auto-configuration script.
    Path,
    /// The address has a scheme other than http and https.
    Scheme,
    /// The address is that of a SOCKS proxy.
    Socks,
    /// An entry of the exception list cannot be parsed; its position, from 1.
    Exception(u16),
    /// The proxy's host name was not found.
    Dns,
    /// Could not connect to the proxy.
    Connect,
    /// Connecting through the proxy timed out.
    Timeout,
    /// The proxy closed the connection.
    Cut,
    /// The response is not that of an HTTP proxy.
    NotProxy,
    /// The proxy requires a user name and password (407).
    SignIn,
    /// The proxy refused with this status.
    Status(u16),
    /// The proxy refused with an unknown status.
    Refused,
    /// The TLS connection to the proxy itself failed.
    Tls(TlsFault),
}

/// Why no trusted root certificates could be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootsFault {
    /// `SSL_CERT_FILE` is set but empty.
    Unnamed,
    /// The file does not exist.
    Missing,
    /// The file cannot be read.
    Unreadable,
    /// The path leads to a folder, a pipe or a device.
    NotFile,
    /// The file is larger than 16 MiB.
    TooLarge,
    /// The file has no content.
    Empty,
    /// The file is in the binary DER form, not PEM.
    Der,
    /// The file contains no certificate.
    NoCertificate,
    /// No certificate in the file can be parsed.
    Damaged,
    /// The folders in `SSL_CERT_DIR` contain no certificates.
    EmptyFolder,
    /// The system has no trusted certificates.
    NoneOnSystem,
}

/// The environment variable that names a PEM file of trusted certificates.
pub const CERT_FILE: &str = "SSL_CERT_FILE";
/// The environment variable that names folders of trusted certificates.
pub const CERT_DIR: &str = "SSL_CERT_DIR";

impl TlsFault {
    /// What happened. `whose` is "server" or "proxy".
    pub(super) fn cause(self, whose: &str) -> String {
        match self {
            Self::Untrusted => {
                format!("the {whose}'s certificate is from an issuer that is not trusted")
            }
            Self::SelfSigned => {
                format!("the {whose}'s certificate is self-signed or a CA certificate")
            }
            Self::Expired => format!("the {whose}'s certificate has expired"),
            Self::NotYetValid => format!("the {whose}'s certificate is not valid yet"),
            Self::WrongHost => format!("the {whose}'s certificate is for another host name"),
            Self::BadCertificate => format!("the {whose}'s certificate is invalid"),
            Self::OldProtocol => format!("the {whose} does not support TLS 1.2 or newer"),
            Self::NotTls => format!("the {whose} does not speak TLS"),
            Self::Cut => format!("the {whose} closed the connection during the TLS handshake"),
            Self::WantsCertificate => format!("the {whose} requires a client certificate"),
            Self::Refused => format!("the {whose} refused the TLS handshake"),
        }
    }

    /// What to do.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Untrusted => {
                "if your network has its own certificate authority, set SSL_CERT_FILE to its PEM \
                 file; otherwise someone may be intercepting the connection"
            }
            Self::SelfSigned => {
                "give the server a certificate signed by an authority, or one that is not a CA \
                 (CA:FALSE), and set SSL_CERT_FILE to its issuer's PEM file"
            }
            Self::Expired => {
                "check this computer's date; if it is correct, the certificate must be renewed"
            }
            Self::NotYetValid => "check this computer's date and time",
            Self::WrongHost => {
                "check the address; a captive portal or a proxy may be responding instead"
            }
            Self::BadCertificate => {
                "the certificate is damaged, revoked or for another purpose: contact the \
                 administrator of the server or proxy"
            }
            Self::OldProtocol => "the server, or a proxy in between, must be updated",
            Self::NotTls => {
                "check the address and its port: plain HTTP or another service responds there"
            }
            Self::Cut => "check the address and its port; a firewall may block the connection",
            Self::WantsCertificate => {
                "axtok sends no client certificate: use an address that needs none"
            }
            Self::Refused => {
                "check the address; the server may require a client certificate, which axtok \
                 does not send, or insecure ciphers"
            }
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Untrusted => "tls-untrusted",
            Self::SelfSigned => "tls-self-signed",
            Self::Expired => "tls-expired",
            Self::NotYetValid => "tls-not-yet-valid",
            Self::WrongHost => "tls-wrong-host",
            Self::BadCertificate => "tls-certificate",
            Self::OldProtocol => "tls-version",
            Self::NotTls => "tls-none",
            Self::Cut => "tls-cut",
            Self::WantsCertificate => "tls-client-certificate",
            Self::Refused => "tls-refused",
        }
    }
}

impl ProxyFailure {
    /// What happened, in a clause that starts in lower case.
    #[must_use]
    pub fn cause(self) -> String {
        let variable = self.variable.name();
        match self.fault {
            ProxyFault::NotText => format!("{variable} is not UTF-8 text"),
            ProxyFault::NotAddress => format!("{variable} is not the address of a proxy"),
            ProxyFault::Path => format!("{variable} contains a path"),
            ProxyFault::Scheme => {
                format!("{variable} names a type of proxy that axtok does not support")
            }
            ProxyFault::Socks => {
                format!("{variable} names a SOCKS proxy, which axtok does not support")
            }
            ProxyFault::Exception(at) => {
                format!("entry {at} of {variable} is not a host name, an IP address or a network")
            }
            ProxyFault::Dns => format!("the host name of the proxy in {variable} was not found"),
            ProxyFault::Connect => format!("could not connect to the proxy in {variable}"),
            ProxyFault::Timeout => "connecting through the proxy timed out".to_owned(),
            ProxyFault::Cut => "the proxy closed the connection".to_owned(),
            ProxyFault::NotProxy => {
                format!("the server in {variable} does not respond like an HTTP proxy")
            }
            ProxyFault::SignIn => "the proxy requires a user name and password (407)".to_owned(),
            ProxyFault::Status(403) => "the proxy does not allow this address (403)".to_owned(),
            ProxyFault::Status(status @ 502..=504) => {
                format!("the proxy could not reach the server ({status})")
            }
            ProxyFault::Status(status) => format!("the proxy refused the connection ({status})"),
            ProxyFault::Refused => "the proxy refused the connection".to_owned(),
            ProxyFault::Tls(fault) => fault.cause("proxy"),
        }
    }

    /// What to do, in an imperative clause that starts in lower case.
    #[must_use]
    pub fn remedy(self) -> String {
        let variable = self.variable.name();
        match self.fault {
            ProxyFault::NotText | ProxyFault::NotAddress => format!(
                "write {variable} as http://host:port or http://user:password@host:port (@ in a \
                 password as %40), or unset it"
            ),
            ProxyFault::Path => format!(
                "write {variable} as http://host:port: the address of the proxy itself, not of a \
                 script"
            ),
            ProxyFault::Scheme | ProxyFault::Socks => format!(
                "set {variable} to an HTTP proxy (http://host:port), or list the host in NO_PROXY"
            ),
            ProxyFault::Exception(_) => format!(
                "correct {variable} (for example {variable}=example.com,10.0.0.0/8), or unset it"
            ),
            ProxyFault::Dns => format!("check {variable}, the network and DNS"),
            ProxyFault::Connect | ProxyFault::Timeout | ProxyFault::NotProxy => {
                format!("check the network, and the host and port in {variable}")
            }
            ProxyFault::SignIn => {
                format!("add them to {variable} (http://user:password@host:port), or correct them")
            }
            ProxyFault::Status(403) => {
                "ask the proxy's administrator to allow it, or list the host in NO_PROXY".to_owned()
            }
            ProxyFault::Status(_) | ProxyFault::Refused | ProxyFault::Cut => {
                "check the address; if it is correct, ask the proxy's administrator".to_owned()
            }
            ProxyFault::Tls(fault) => fault.remedy().to_owned(),
        }
    }

    const fn word(self) -> &'static str {
        match self.fault {
            ProxyFault::Socks => "proxy-socks",
            ProxyFault::NotText
            | ProxyFault::NotAddress
            | ProxyFault::Path
            | ProxyFault::Scheme => "proxy-setting",
            ProxyFault::Exception(_) => "no-proxy-setting",
            ProxyFault::Dns => "proxy-dns",
            ProxyFault::Connect => "proxy-connect",
            ProxyFault::Timeout => "proxy-timeout",
            ProxyFault::Cut => "proxy-cut",
            ProxyFault::NotProxy => "proxy-none",
            ProxyFault::SignIn => "proxy-407",
            ProxyFault::Status(403) => "proxy-403",
            ProxyFault::Status(502) => "proxy-502",
            ProxyFault::Status(503) => "proxy-503",
            ProxyFault::Status(504) => "proxy-504",
            ProxyFault::Status(_) | ProxyFault::Refused => "proxy-refused",
            ProxyFault::Tls(_) => "proxy-tls",
        }
    }
}

impl RootsFault {
    /// What happened, in a clause that starts in lower case.
    #[must_use]
    pub fn cause(self) -> String {
        let file = match self {
            Self::EmptyFolder => return format!("{CERT_DIR} names no folder with certificates"),
            Self::NoneOnSystem => return "this system has no trusted certificates".to_owned(),
            Self::Unnamed => return format!("{CERT_FILE} is set but empty"),
            Self::Missing => "does not exist",
            Self::Unreadable => "cannot be read",
            Self::NotFile => "is not a regular file",
            Self::TooLarge => "is too large for a certificate file",
            Self::Empty => "is empty",
            Self::Der => "is in binary DER format, not PEM",
            Self::NoCertificate => "contains no certificate",
            Self::Damaged => "contains an invalid certificate",
        };
        format!("the file in {CERT_FILE} {file}")
    }

    /// What to do, in an imperative clause that starts in lower case.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::EmptyFolder => {
                "correct SSL_CERT_DIR, or unset it to use the system's certificates"
            }
            Self::NoneOnSystem => {
                "install the system's certificates (ca-certificates), or set SSL_CERT_FILE to a \
                 PEM file"
            }
            Self::Der => {
                "convert it (openssl x509 -inform der -in FILE -out FILE.pem), or unset \
                 SSL_CERT_FILE"
            }
            Self::Unnamed
            | Self::Missing
            | Self::Unreadable
            | Self::NotFile
            | Self::TooLarge
            | Self::Empty
            | Self::NoCertificate
            | Self::Damaged => {
                "set SSL_CERT_FILE to a PEM file of certificates, or unset it to use the \
                 system's certificates"
            }
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::NoneOnSystem => "tls-no-certificates",
            Self::EmptyFolder => "tls-certificate-folder",
            _ => "tls-certificate-file",
        }
    }
}

/// The log's fixed word for a failure of TLS, the proxy or the root certificates.
pub(super) const fn word(kind: super::FailureKind) -> Option<&'static str> {
    match kind {
        super::FailureKind::Tls(fault) => Some(fault.word()),
        super::FailureKind::Proxy(proxy) => Some(proxy.word()),
        super::FailureKind::Roots(fault) => Some(fault.word()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::{Call, Certainty, Failure, FailureKind};

    fn all() -> Vec<FailureKind> {
        use ProxyFault as P;
        use RootsFault as R;
        use TlsFault as T;
        let tls = [
            T::Untrusted,
            T::SelfSigned,
            T::Expired,
            T::NotYetValid,
            T::WrongHost,
            T::BadCertificate,
            T::OldProtocol,
            T::NotTls,
            T::Cut,
            T::WantsCertificate,
            T::Refused,
        ];
        let proxy = [
            P::NotText,
            P::NotAddress,
            P::Path,
            P::Scheme,
            P::Socks,
            P::Exception(2),
            P::Dns,
            P::Connect,
            P::Timeout,
            P::Cut,
            P::NotProxy,
            P::SignIn,
            P::Status(403),
            P::Status(502),
            P::Status(418),
            P::Refused,
            P::Tls(T::Untrusted),
        ];
        let roots = [
            R::Unnamed,
            R::Missing,
            R::Unreadable,
            R::NotFile,
            R::TooLarge,
            R::Empty,
            R::Der,
            R::NoCertificate,
            R::Damaged,
            R::EmptyFolder,
            R::NoneOnSystem,
        ];
        let proxy = proxy.map(|fault| ProxyFailure { variable: ProxyVariable::Https, fault });
        let mut all: Vec<_> = tls.map(FailureKind::Tls).to_vec();
        all.extend(proxy.map(FailureKind::Proxy));
        all.extend(roots.map(FailureKind::Roots));
        all
    }

    #[test]
    fn every_network_error_has_its_own_message_and_was_not_sent() {
        let call = Call::ListTokens;
        let headlines: BTreeSet<_> =
            all().iter().map(|t| Failure::new(*t).headline(&call)).collect();
        assert_eq!(headlines.len(), all().len(), "{headlines:#?}");
        for kind in all() {
            let failure = Failure::new(kind);
            assert_eq!(failure.certainty, Certainty::NotSent, "{kind:?}");
            assert!(failure.advice(&call).starts_with("nothing was sent: "), "{kind:?}");
            assert!(word(kind).is_some_and(|w| !w.contains(' ')), "{kind:?}");
            assert!(!failure.is_passing(), "{kind:?}");
        }
    }
}
