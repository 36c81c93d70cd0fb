//! TLS and proxies, against real servers on this computer: each fault has its own message and its
//! own word in the log, and nothing is sent.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ConfigBuilder, RootCertStore, ServerConfig, ServerConnection, StreamOwned, WantsVerifier,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use tempfile::TempDir;

/// Our own certificate authority.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        Self::named("ours")
    }

    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Serves HTTPS with a certificate for this name, valid from the first year to the second.
    fn serve(&self, name: &str, years: (i32, i32)) -> Server {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        serve_tls(certificate.der().clone(), &key)
    }
}

/// Serves HTTPS and requires a client certificate.
fn for_members(ours: &Authority) -> Server {
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &ours.issuer).unwrap().der().clone();
    let mut members = RootCertStore::empty();
    members.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(members.into(), provider);
    let config = config().with_client_cert_verifier(verifier.build().unwrap());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    serve_with(config.with_single_cert(vec![certificate], key).unwrap())
}

/// Serves HTTPS with a self-signed certificate.
fn self_signed(is_ca: bool) -> Server {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().unwrap();
    serve_tls(params.self_signed(&key).unwrap().der().clone(), &key)
}

struct Server {
    port: u16,
    /// The number of requests received.
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

const NO_TOKENS: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";

fn serve_tls(certificate: CertificateDer<'static>, key: &KeyPair) -> Server {
    let config = config().with_no_client_auth();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    serve_with(config.with_single_cert(vec![certificate], key).unwrap())
}

fn config() -> ConfigBuilder<ServerConfig, WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap()
}

fn serve_with(config: ServerConfig) -> Server {
    let config = Arc::new(config);
    let requests = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&requests);
    let port = serve(move |stream| {
        let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(tls, stream);
        if head(&mut stream).is_some() {
            seen.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(NO_TOKENS);
            let _ = stream.flush();
        }
    });
    Server { port, requests }
}

/// Handles every connection on its own thread until the tests end.
fn serve(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let handle = Arc::new(handle);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
            let handle = Arc::clone(&handle);
            thread::spawn(move || handle(stream));
        }
    });
    port
}

/// The head of a request. `None` if the connection closes before its end.
fn head(stream: &mut impl Read) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    String::from_utf8(head).ok()
}

/// A server that sends this to every client and closes the connection.
fn says(words: &'static [u8]) -> u16 {
    serve(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(words);
    })
}

/// A port without a listener.
fn unused_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A home directory in which to run the program with an API token.
struct Runs {
    home: TempDir,
}

/// The exit status, output and log of a run.
#[derive(Debug)]
struct Ran {
    status: Option<i32>,
    out: String,
    err: String,
    log: String,
}

impl Runs {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, env: &[(&str, &str)], args: &[&str]) -> Ran {
        let log = self.home.path().join("log");
        let _ = fs::remove_file(&log);
        let output = Command::new(env!("CARGO_BIN_EXE_axtok"))
            .args(args)
            .args(["--log-file", log.to_str().unwrap()])
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TERM", "xterm")
            .env("AXIOM_TOKEN", "xaat-canary")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let log = fs::read_to_string(log).unwrap_or_default();
        let ran = Ran {
            status: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
            log,
        };
        assert!(!format!("{ran:?}").contains("canary"), "{ran:?}");
        ran
    }

    /// Asserts that a list and the doctor fail with this message, advice and log word.
    fn fails(&self, env: &[(&str, &str)], sentence: &str, remedy: &str, word: &str) {
        let ran = self.run(env, &["tokens", "list"]);
        assert_eq!(ran.status, Some(1), "{ran:?}");
        let wanted = format!("could not list the API tokens: {sentence}. Nothing was sent: ");
        assert!(ran.err.contains(&wanted), "{wanted}\n{}", ran.err);
        assert!(ran.err.contains(remedy), "{remedy}\n{}", ran.err);
        let route = format!("GET /v2/tokens {word} ");
        assert!(ran.log.contains(&route), "{route}\n{}", ran.log);
        assert_eq!(ran.log.lines().count(), 1, "one attempt: {}", ran.log);
        let doctor = self.run(env, &["doctor"]);
        assert_eq!(doctor.status, Some(1), "{}", doctor.out);
        let wanted = format!("could not list the organisations: {sentence}");
        assert!(doctor.out.contains("PROBLEM  server"), "{}", doctor.out);
        assert!(doctor.out.contains(&wanted), "{wanted}\n{}", doctor.out);
        assert!(doctor.out.contains(remedy), "{remedy}\n{}", doctor.out);
    }
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

const VALID: (i32, i32) = (2020, 2090);

#[test]
fn every_tls_fault_has_its_own_message() {
    let runs = Runs::new();
    let ours = Authority::new();
    let trusted = runs.file("ca.pem", &ours.pem);
    let good = ours.serve("127.0.0.1", VALID);
    let with = |server: &Server, sentence: &str, remedy: &str, word: &str| {
        let env = [("AXIOM_URL", server.url()), ("SSL_CERT_FILE", name(&trusted).to_owned())];
        let env: Vec<_> = env.iter().map(|(n, v)| (*n, v.as_str())).collect();
        runs.fails(&env, sentence, remedy, word);
        assert_eq!(server.requests.load(Ordering::SeqCst), 0);
    };
    for (server, sentence, remedy, word) in [
        (
            Authority::named("other").serve("127.0.0.1", VALID),
            "the server's certificate is from an issuer that is not trusted",
            "SSL_CERT_FILE",
            "tls-untrusted",
        ),
        (
            // Another authority with the same name as ours.
            Authority::new().serve("127.0.0.1", VALID),
            "the server's certificate is from an issuer that is not trusted",
            "SSL_CERT_FILE",
            "tls-untrusted",
        ),
        (
            self_signed(false),
            "the server's certificate is from an issuer that is not trusted",
            "SSL_CERT_FILE",
            "tls-untrusted",
        ),
        (
            self_signed(true),
            "the server's certificate is self-signed or a CA certificate",
            "CA:FALSE",
            "tls-self-signed",
        ),
        (
            ours.serve("127.0.0.1", (2020, 2021)),
            "the server's certificate has expired",
            "this computer's date",
            "tls-expired",
        ),
        (
            ours.serve("127.0.0.1", (2089, 2090)),
            "the server's certificate is not valid yet",
            "this computer's date",
            "tls-not-yet-valid",
        ),
        (
            for_members(&ours),
            "the server requires a client certificate",
            "an address that needs none",
            "tls-client-certificate",
        ),
        (
            ours.serve("api.example", VALID),
            "the server's certificate is for another host name",
            "check the address",
            "tls-wrong-host",
        ),
    ] {
        with(&server, sentence, remedy, word);
    }
    for (words, sentence, remedy, word) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "the server does not speak TLS",
            "plain HTTP",
            "tls-none",
        ),
        (b"", "the server closed the connection during the TLS handshake", "firewall", "tls-cut"),
        (
            b"\x15\x03\x01\x00\x02\x02\x46",
            "the server does not support TLS 1.2 or newer",
            "must be updated",
            "tls-version",
        ),
    ] {
        let server = Server { port: says(words), requests: Arc::default() };
        with(&server, sentence, remedy, word);
    }
    let url = good.url();
    let env = [("AXIOM_URL", url.as_str()), ("SSL_CERT_FILE", name(&trusted))];
    let ran = runs.run(&env, &["tokens", "list"]);
    assert_eq!((ran.status, good.requests.load(Ordering::SeqCst)), (Some(0), 1), "{ran:?}");
    let doctor = runs.run(&env, &["doctor", "--offline"]);
    assert!(doctor.out.contains("ok       certificates SSL_CERT_FILE: "), "{}", doctor.out);
    assert!(doctor.out.contains(", 1 certificate\n"), "{}", doctor.out);
}

#[test]
fn an_unusable_certificate_file_is_reported() {
    let runs = Runs::new();
    let ours = Authority::new();
    let server = ours.serve("127.0.0.1", VALID);
    let der = CertificateParams::new(Vec::new()).unwrap();
    let der = der.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec();
    let fifo = runs.home.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let key = KeyPair::generate().unwrap().serialize_pem();
    let broken = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let folder = runs.home.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let url = server.url();
    for (file, sentence) in [
        (PathBuf::new(), "SSL_CERT_FILE is set but empty"),
        (runs.home.path().join("missing"), "the file in SSL_CERT_FILE does not exist"),
        (folder.clone(), "the file in SSL_CERT_FILE is not a regular file"),
        (fifo, "the file in SSL_CERT_FILE is not a regular file"),
        (runs.file("empty", ""), "the file in SSL_CERT_FILE is empty"),
        (runs.file("der", der), "the file in SSL_CERT_FILE is in binary DER format, not PEM"),
        (runs.file("text", "certificates"), "the file in SSL_CERT_FILE contains no certificate"),
        (runs.file("key", key), "the file in SSL_CERT_FILE contains no certificate"),
        (runs.file("broken", broken), "the file in SSL_CERT_FILE contains an invalid certificate"),
    ] {
        // The folder does not make up for a bad file.
        for dir in [None, Some(("SSL_CERT_DIR", "/etc/ssl/certs"))] {
            let env = [("AXIOM_URL", url.as_str()), ("SSL_CERT_FILE", name(&file))];
            let env: Vec<_> = env.into_iter().chain(dir).collect();
            runs.fails(&env, sentence, "SSL_CERT_FILE", "tls-certificate-file");
            let offline = runs.run(&env, &["doctor", "--offline"]);
            assert_eq!(offline.status, Some(1), "{}", offline.out);
            let wanted = format!("PROBLEM  certificates {sentence}");
            assert!(offline.out.contains(&wanted), "{wanted}\n{}", offline.out);
        }
    }
    let env = [("AXIOM_URL", url.as_str()), ("SSL_CERT_DIR", name(&folder))];
    let sentence = "SSL_CERT_DIR names no folder with certificates";
    runs.fails(&env, sentence, "unset it", "tls-certificate-folder");
    assert_eq!(server.requests.load(Ordering::SeqCst), 0);
    // Some valid certificates are enough, and plain http needs none.
    let mixed = runs.file("mixed", broken.to_owned() + &ours.pem);
    let env = [("AXIOM_URL", url.as_str()), ("SSL_CERT_FILE", name(&mixed))];
    assert_eq!(runs.run(&env, &["tokens", "list"]).status, Some(0));
    let plain = format!("http://127.0.0.1:{}", says(NO_TOKENS));
    let env = [("AXIOM_URL", plain.as_str()), ("SSL_CERT_FILE", "/missing")];
    assert_eq!(runs.run(&env, &["tokens", "list"]).status, Some(0));
}

/// An address that can be reached only through a proxy.
const FAR: &str = "https://api.example";

#[test]
fn every_proxy_fault_has_its_own_message() {
    let runs = Runs::new();
    let trusted = runs.file("ca.pem", Authority::new().pem);
    let fails = |proxy: &str, sentence: &str, remedy: &str, word: &str| {
        let env = [("AXIOM_URL", FAR), ("SSL_CERT_FILE", name(&trusted)), ("HTTPS_PROXY", proxy)];
        runs.fails(&env, sentence, remedy, word);
    };
    for (reply, sentence, remedy, word) in [
        (
            &b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"[..],
            "the proxy requires a user name and password (407)",
            "add them to HTTPS_PROXY",
            "proxy-407",
        ),
        (
            b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!",
            "the proxy does not allow this address (403)",
            "NO_PROXY",
            "proxy-403",
        ),
        (
            b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
            "the proxy could not reach the server (502)",
            "check the address",
            "proxy-502",
        ),
        (
            b"HTTP/1.0 504 Gateway Timeout\r\n\r\n",
            "the proxy could not reach the server (504)",
            "check the address",
            "proxy-504",
        ),
        (
            b"HTTP/1.1 429 Slow\r\n\r\n",
            "the proxy refused the connection (429)",
            "ask the proxy's administrator",
            "proxy-refused",
        ),
        (
            b"SSH-2.0-OpenSSH_9.9\r\n",
            "the server in HTTPS_PROXY does not respond like an HTTP proxy",
            "host and port in HTTPS_PROXY",
            "proxy-none",
        ),
        (b"", "the proxy closed the connection", "ask the proxy's administrator", "proxy-cut"),
        // The proxy connects, but there is no server.
        (
            b"HTTP/1.1 200 OK\r\n\r\n",
            "the server closed the connection during the TLS handshake",
            "check the address",
            "tls-cut",
        ),
    ] {
        let port = says(reply);
        fails(&format!("http://jo:canary@127.0.0.1:{port}"), sentence, remedy, word);
    }
    let none = format!("127.0.0.1:{}", unused_port());
    let sentence = "could not connect to the proxy in HTTPS_PROXY";
    fails(&none, sentence, "host and port in HTTPS_PROXY", "proxy-connect");
    // A proxy over TLS whose certificate is not trusted.
    let tls = Authority::new().serve("127.0.0.1", VALID);
    let sentence = "the proxy's certificate is from an issuer that is not trusted";
    fails(&tls.url(), sentence, "SSL_CERT_FILE", "proxy-tls");
}

#[test]
fn an_invalid_proxy_setting_does_not_bypass_the_proxy() {
    let runs = Runs::new();
    let trusted = runs.file("ca.pem", Authority::new().pem);
    for (settings, sentence, word) in [
        (
            &[("HTTPS_PROXY", "socks5://canary@127.0.0.1:1")][..],
            "HTTPS_PROXY names a SOCKS proxy, which axtok does not support",
            "proxy-socks",
        ),
        (
            &[("ALL_PROXY", "ftp://127.0.0.1:1")],
            "ALL_PROXY names a type of proxy that axtok does not support",
            "proxy-setting",
        ),
        (
            &[("https_proxy", "http://jo:canary@127.0.0.1:port")],
            "https_proxy is not the address of a proxy",
            "proxy-setting",
        ),
        (
            &[("https_proxy", "http://127.0.0.1:1/proxy.pac")],
            "https_proxy contains a path",
            "proxy-setting",
        ),
        (
            &[("all_proxy", "http://127.0.0.1:1"), ("NO_PROXY", "localhost,https://api.example")],
            "entry 2 of NO_PROXY is not a host name, an IP address or a network",
            "no-proxy-setting",
        ),
    ] {
        let env = [("AXIOM_URL", FAR), ("SSL_CERT_FILE", name(&trusted))];
        let env: Vec<_> = env.into_iter().chain(settings.iter().copied()).collect();
        let variable = sentence.split(' ').find(|w| w.ends_with("PROXY") || w.ends_with("proxy"));
        runs.fails(&env, sentence, variable.unwrap(), word);
        let offline = runs.run(&env, &["doctor", "--offline"]);
        let wanted = format!("PROBLEM  proxy        {sentence}");
        assert!(offline.out.contains(&wanted), "{wanted}\n{}", offline.out);
    }
    // This computer is still reached directly.
    let here = format!("http://127.0.0.1:{}", says(NO_TOKENS));
    let env = [("AXIOM_URL", here.as_str()), ("HTTPS_PROXY", "socks5://p"), ("ALL_PROXY", "::")];
    assert_eq!(runs.run(&env, &["tokens", "list"]).status, Some(0));
}

#[test]
fn a_proxy_forwards_the_connection_and_sees_no_token() {
    let runs = Runs::new();
    let ours = Authority::new();
    let trusted = runs.file("ca.pem", &ours.pem);
    let server = ours.serve("api.example", VALID);
    let target = server.port;
    let asked: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let proxy = serve(move |mut stream| {
        let Some(head) = head(&mut stream) else { return };
        seen.lock().unwrap().push(head);
        let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
        let server = TcpStream::connect(("127.0.0.1", target)).unwrap();
        let (mut from, mut to) = (stream.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut &server, &mut stream);
    });
    for (proxy, sign_in) in [
        (format!("http://jo:p%40ss@127.0.0.1:{proxy}"), Some("Basic am86cEBzcw==")),
        (format!("127.0.0.1:{proxy}/"), None),
    ] {
        let env = [
            ("AXIOM_URL", FAR),
            ("SSL_CERT_FILE", name(&trusted)),
            ("https_proxy", proxy.as_str()),
            ("NO_PROXY", "localhost, .internal.example,10.0.0.0/8"),
            // With this variable some libraries ignore proxies.
            ("REQUEST_METHOD", "GET"),
        ];
        let ran = runs.run(&env, &["tokens", "list"]);
        assert_eq!(ran.status, Some(0), "{ran:?}");
        let head = asked.lock().unwrap().pop().unwrap();
        assert!(head.starts_with("CONNECT api.example:443 HTTP/1.1\r\n"), "{head}");
        let header = head.lines().find_map(|l| l.strip_prefix("Proxy-Authorization: "));
        // Header names are case-insensitive.
        let header =
            header.or_else(|| head.lines().find_map(|l| l.strip_prefix("proxy-authorization: ")));
        assert_eq!(header, sign_in, "{head}");
        assert!(!head.contains("canary"), "{head}");
        let doctor = runs.run(&env, &["doctor", "--offline"]);
        assert!(!doctor.out.contains("p%40ss"), "{}", doctor.out);
        assert!(
            doctor.out.contains("ok       proxy        https_proxy: http://"),
            "{}",
            doctor.out
        );
    }
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
}
