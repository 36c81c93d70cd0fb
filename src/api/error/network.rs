//! What can go wrong before a request is sent: TLS, the proxy, and the settings
//! of both in the environment. Each has a sentence that says what happened, one
//! that says what to do, and a fixed word for the log.

/// Why there is no secure connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The issuer of the certificate is not trusted.
    Untrusted,
    /// The certificate is one that its owner signed, as for a certificate authority.
    SelfSigned,
    Expired,
    NotYetValid,
    /// The certificate is for another host name.
    WrongHost,
    /// The certificate is damaged, revoked, or for another purpose.
    BadCertificate,
    /// No version of TLS that both know.
    OldProtocol,
    /// The answer is not TLS.
    NotTls,
    /// The connection ended during the handshake.
    Cut,
    /// The server wants a certificate from us.
    WantsCertificate,
    /// The server refused the handshake, or another fault of it.
    Refused,
}

/// What is wrong with a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyFailure {
    /// The variable that is wrong, or that names the proxy.
    pub variable: ProxyVariable,
    pub fault: ProxyFault,
}

/// A variable that says something of proxies; some programs write them in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyVariable {
    Https,
    HttpsLower,
    All,
    AllLower,
    No,
    NoLower,
}

impl ProxyVariable {
    /// Its name in the environment.
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

/// Why a proxy cannot be used, or passed nothing on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// The variable is not UTF-8.
    NotText,
    /// The variable is no address.
    NotAddress,
    /// The address has a path, such as that of a configuration script.
    Path,
    /// The address has a scheme other than http and https.
    Scheme,
    Socks,
    /// An entry of the exceptions cannot be read; counted from 1.
    Exception(u16),
    /// The proxy's name was not found.
    Dns,
    /// No connection to the proxy.
    Connect,
    /// No connection through the proxy within the time allowed.
    Timeout,
    /// The proxy closed the connection.
    Cut,
    /// The answer is not that of an HTTP proxy.
    NotProxy,
    /// The proxy wants to know who we are (407).
    SignIn,
    /// The proxy refused with this status.
    Status(u16),
    /// The proxy refused; its status is not known.
    Refused,
    /// No secure connection to the proxy itself.
    Tls(TlsFault),
}

/// Why there is no list of trusted issuers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootsFault {
    /// `SSL_CERT_FILE` is set to nothing.
    Unnamed,
    Missing,
    Unreadable,
    /// A folder, a pipe or a device.
    NotFile,
    TooLarge,
    Empty,
    /// In binary form.
    Der,
    /// Text without a certificate.
    NoCertificate,
    /// A certificate in it cannot be read.
    Damaged,
    /// `SSL_CERT_DIR` has no certificates.
    EmptyFolder,
    /// The system has none.
    NoneOnSystem,
}

/// The variable with a file of trusted issuers.
pub const CERT_FILE: &str = "SSL_CERT_FILE";
/// The variable with folders of them.
pub const CERT_DIR: &str = "SSL_CERT_DIR";

impl TlsFault {
    /// What happened. `whose` is "server" or "proxy".
    pub(super) fn cause(self, whose: &str) -> String {
        match self {
            Self::Untrusted => {
                format!("the {whose}'s certificate is from an issuer that is not trusted here")
            }
            Self::SelfSigned => {
                format!("the {whose}'s certificate is self-signed, or that of an authority")
            }
            Self::Expired => format!("the {whose}'s certificate has expired"),
            Self::NotYetValid => format!("the {whose}'s certificate is not valid yet"),
            Self::WrongHost => format!("the {whose}'s certificate is for another host name"),
            Self::BadCertificate => format!("the {whose}'s certificate cannot be used"),
            Self::OldProtocol => format!("the {whose} does not offer TLS 1.2 or newer"),
            Self::NotTls => format!("the {whose} does not speak TLS"),
            Self::Cut => format!("the {whose} closed the connection during the TLS handshake"),
            Self::WantsCertificate => format!("the {whose} asks for a client certificate"),
            Self::Refused => format!("the {whose} refused the TLS handshake"),
        }
    }

    /// What to do.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Untrusted => {
                "if your network has a certificate authority of its own, name its PEM file in \
                 SSL_CERT_FILE; otherwise somebody may be listening in between"
            }
            Self::SelfSigned => {
                "give the server a certificate that an authority signed, or one for itself alone \
                 (CA:FALSE), and name its issuer's PEM file in SSL_CERT_FILE"
            }
            Self::Expired => {
                "check this computer's date; if it is right, the certificate must be renewed"
            }
            Self::NotYetValid => "check this computer's date and time",
            Self::WrongHost => {
                "check the address; a captive portal or a proxy may answer in the server's place"
            }
            Self::BadCertificate => {
                "the certificate is damaged, revoked or for another purpose: tell those who run \
                 the server, or the proxy in between"
            }
            Self::OldProtocol => "the server, or a proxy in between, must be updated",
            Self::NotTls => {
                "check the address and its port: plain http or another service answers there"
            }
            Self::Cut => "check the address and its port; a firewall may cut the connection",
            Self::WantsCertificate => {
                "axtok sends no client certificate: use an address that needs none"
            }
            Self::Refused => {
                "check the address; the server may want a client certificate, which axtok does \
                 not send, or ciphers that are not safe"
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
    /// What happened.
    #[must_use]
    pub fn cause(self) -> String {
        let variable = self.variable.name();
        match self.fault {
            ProxyFault::NotText => format!("{variable} is not UTF-8 text"),
            ProxyFault::NotAddress => format!("{variable} is not the address of a proxy"),
            ProxyFault::Path => format!("{variable} has a path, which a proxy's address has not"),
            ProxyFault::Scheme => {
                format!("{variable} names a kind of proxy that axtok does not support")
            }
            ProxyFault::Socks => {
                format!("{variable} names a SOCKS proxy, which axtok does not support")
            }
            ProxyFault::Exception(at) => {
                format!("entry {at} of {variable} is not a host name, an IP address or a network")
            }
            ProxyFault::Dns => format!("the name of the proxy in {variable} was not found"),
            ProxyFault::Connect => format!("no connection to the proxy in {variable}"),
            ProxyFault::Timeout => {
                "no connection through the proxy within the time allowed".to_owned()
            }
            ProxyFault::Cut => "the proxy closed the connection".to_owned(),
            ProxyFault::NotProxy => {
                format!("what {variable} names does not answer like an HTTP proxy")
            }
            ProxyFault::SignIn => "the proxy wants a user name and a password (407)".to_owned(),
            ProxyFault::Status(403) => "the proxy does not allow this address (403)".to_owned(),
            ProxyFault::Status(status @ 502..=504) => {
                format!("the proxy has no connection to the server ({status})")
            }
            ProxyFault::Status(status) => format!("the proxy refused the connection ({status})"),
            ProxyFault::Refused => "the proxy refused the connection".to_owned(),
            ProxyFault::Tls(fault) => fault.cause("proxy"),
        }
    }

    /// What to do.
    #[must_use]
    pub fn remedy(self) -> String {
        let variable = self.variable.name();
        match self.fault {
            ProxyFault::NotText | ProxyFault::NotAddress => format!(
                "write {variable} as http://host:port or http://user:password@host:port (special \
                 characters as %40), or unset it"
            ),
            ProxyFault::Path => format!(
                "write {variable} as http://host:port: the address of the proxy itself, not of a \
                 script"
            ),
            ProxyFault::Scheme | ProxyFault::Socks => format!(
                "name an HTTP proxy in {variable} (http://host:port), or list the host in NO_PROXY"
            ),
            ProxyFault::Exception(_) => format!(
                "correct {variable}, such as {variable}=example.com,10.0.0.0/8, or unset it"
            ),
            ProxyFault::Dns => format!("check {variable}, the network and DNS"),
            ProxyFault::Connect | ProxyFault::Timeout | ProxyFault::NotProxy => {
                format!("check host and port in {variable}, and the network")
            }
            ProxyFault::SignIn => format!(
                "write them into {variable} as http://user:password@host:port, or correct them"
            ),
            ProxyFault::Status(403) => {
                "ask those who run the proxy to allow it, or list the host in NO_PROXY".to_owned()
            }
            ProxyFault::Status(_) | ProxyFault::Refused | ProxyFault::Cut => {
                "check the address; if it is right, ask those who run the proxy".to_owned()
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
    /// What happened.
    #[must_use]
    pub fn cause(self) -> String {
        let file = match self {
            Self::EmptyFolder => return format!("{CERT_DIR} names no folder with certificates"),
            Self::NoneOnSystem => return "this system has no trusted certificates".to_owned(),
            Self::Unnamed => return format!("{CERT_FILE} is set, but names no file"),
            Self::Missing => "does not exist",
            Self::Unreadable => "cannot be read",
            Self::NotFile => "is not a plain file",
            Self::TooLarge => "is too large for a file of certificates",
            Self::Empty => "is empty",
            Self::Der => "is in the binary form DER, not in PEM",
            Self::NoCertificate => "holds no certificate",
            Self::Damaged => "holds a certificate that cannot be read",
        };
        format!("the file in {CERT_FILE} {file}")
    }

    /// What to do.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::EmptyFolder => "correct SSL_CERT_DIR, or unset it to use the system's",
            Self::NoneOnSystem => {
                "install the system's certificates (ca-certificates), or name a PEM file in \
                 SSL_CERT_FILE"
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
                "name a PEM file with certificates in SSL_CERT_FILE, or unset it to use the \
                 system's"
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

/// The fixed word for a fault, for the log.
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
    fn each_has_a_sentence_of_its_own_and_was_not_sent() {
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
