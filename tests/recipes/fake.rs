//! Small servers on this computer in the place of the stores' real ones.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};
use serde_json::{Value, json};

/// The values in a store by name, and whether it refuses changes.
#[derive(Default)]
pub struct Contents {
    pub values: BTreeMap<String, Value>,
    pub is_closed: bool,
}

/// The contents, shared with the thread that serves them.
pub type Store = Arc<Mutex<Contents>>;

pub struct Request {
    /// The method and the path.
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Answer = (u16, Value);

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

/// Answers requests until the connection closes.
fn talk(stream: impl Read + Write, answer: impl Fn(&Request) -> Answer) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = request(&mut stream) {
        let (status, body) = answer(&request);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "HTTP/1.1 {status} Fake\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let stream = stream.get_mut();
        if stream.write_all((head + &body).as_bytes()).and_then(|()| stream.flush()).is_err() {
            break;
        }
    }
}

fn request(stream: &mut BufReader<impl Read>) -> Option<Request> {
    let mut read_line = || {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        Some(line.trim_end().to_owned())
    };
    let line = read_line()?;
    let line = line.rsplit_once(' ')?.0.to_owned();
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = read_line()?.split_once(':') {
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Request { line, headers, body })
}

/// Serves HTTPS to clients that use the proxy at this port, whichever server they ask for.
/// Returns the port and the certificate of the authority that they must trust.
fn behind_proxy(
    names: &[&str],
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> (u16, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    // Otherwise it has the server's name, and the server's certificate looks self-signed.
    authority.distinguished_name.push(DnType::CommonName, "ours");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let trusted = authority.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(authority, key);
    let mut server =
        CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().unwrap();
    let certificate = server.signed_by(&key, &issuer).unwrap().der().clone();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let config = Arc::new(config);
    let port = serve(move |mut stream| {
        let mut asked = BufReader::new(&stream);
        let Some(connect) = request(&mut asked) else { return };
        assert!(connect.line.starts_with("CONNECT "), "{}", connect.line);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        talk(StreamOwned::new(tls, stream), &answer);
    });
    (port, trusted)
}

/// The key that GitHub would encrypt secrets for. Nobody has its other half.
const KEY_ID: &str = "568250167242549743";

/// GitHub, as far as setting a repository's secrets needs it.
pub fn github(store: Store) -> (u16, String) {
    behind_proxy(&["api.github.com"], move |request| {
        let mut store = store.lock().unwrap();
        let secrets = "/repos/acme/app/actions/secrets/";
        match request.line.split_once(secrets) {
            Some(("GET ", "public-key")) => {
                (200, json!({ "key_id": KEY_ID, "key": STANDARD.encode([7; 32]) }))
            }
            Some(("PUT ", _)) if store.is_closed => {
                (403, json!({ "message": "Resource not accessible by personal access token" }))
            }
            Some(("PUT ", name)) => {
                let body = request.json();
                assert_eq!(body["key_id"], KEY_ID);
                store.values.insert(name.to_owned(), body["encrypted_value"].clone());
                (204, Value::Null)
            }
            _ => (404, json!({ "message": "Not Found" })),
        }
    })
}

/// AWS Secrets Manager, as far as versions that are current need it.
pub fn secrets_manager(store: Store) -> (u16, String) {
    behind_proxy(&["secretsmanager.eu-west-1.amazonaws.com"], move |request| {
        let mut store = store.lock().unwrap();
        let body = request.json();
        let name = body["SecretId"].as_str().unwrap().to_owned();
        let Some(value) = store.values.get_mut(&name) else {
            let kind = "ResourceNotFoundException";
            let message = "Secrets Manager can't find the specified secret.";
            return (400, json!({ "__type": kind, "Message": message }));
        };
        let about = json!({ "Name": name, "VersionId": "1", "VersionStages": ["AWSCURRENT"] });
        match request.headers["x-amz-target"].as_str() {
            "secretsmanager.PutSecretValue" => *value = body["SecretString"].clone(),
            "secretsmanager.GetSecretValue" => {
                let mut about = about;
                about["SecretString"] = value.clone();
                return (200, about);
            }
            other => panic!("{other}"),
        }
        (200, about)
    })
}

/// The API server of a Kubernetes cluster, as far as applying and reading Secrets needs it.
pub fn kubernetes(store: Store) -> u16 {
    let answer = move |request: &Request| kubernetes_answer(&mut store.lock().unwrap(), request);
    serve(move |stream| talk(stream, &answer))
}

fn kubernetes_answer(store: &mut Contents, request: &Request) -> Answer {
    let failure = |code: u16, reason: &str| {
        let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure",
            "message": reason, "reason": reason, "code": code });
        (code, status)
    };
    let (path, query) = request.line.split_once('?').unwrap_or((&request.line, ""));
    let Some((method, name)) = path.split_once("/api/v1/namespaces/axiom/secrets/") else {
        let found = match path {
            "GET /api" => json!({ "kind": "APIVersions", "versions": ["v1"] }),
            "GET /apis" => json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": [] }),
            "GET /api/v1" => json!({ "kind": "APIResourceList", "groupVersion": "v1",
                "resources": [{ "name": "secrets", "singularName": "secret", "namespaced": true,
                    "kind": "Secret", "verbs": ["get", "create", "patch"] }] }),
            _ => return failure(404, "NotFound"),
        };
        return (200, found);
    };
    if method == "PATCH " {
        if store.is_closed {
            return failure(403, "Forbidden");
        }
        // What the manager applies is merged with what there is.
        assert_eq!(request.headers["content-type"], "application/apply-patch+yaml");
        for wanted in ["fieldManager=axtok", "force=true"] {
            assert!(query.split('&').any(|part| part == wanted), "{query}");
        }
        let applied = request.json();
        let secret = store.values.entry(name.to_owned()).or_insert_with(|| applied.clone());
        for (key, value) in applied["data"].as_object().unwrap() {
            secret["data"][key] = value.clone();
        }
    }
    store.values.get(name).map_or_else(|| failure(404, "NotFound"), |s| (200, s.clone()))
}
