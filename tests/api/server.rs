//! A server that plays prepared responses and records the requests. It knows just enough HTTP to
//! find the end of a request.

use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use axtok::{
    api::{Call, Client, Endpoint, Limits},
    domain::{
        Capability, Expiry, Grants, NewToken, Scope, Secret, Target, TokenId, Verbs,
        token::{Regeneration, Renewal},
    },
};

/// The credential of all tests, which must never appear in any output.
pub const CREDENTIAL: &str = "xapt-canary-0000";

/// What to do after a request.
pub enum Play {
    /// Sends this and waits for the next request.
    Keep(Vec<u8>),
    /// Sends this and closes the connection unannounced.
    Close(Vec<u8>),
    /// Sends this and then nothing, until the client closes the connection.
    Hold(Vec<u8>),
}

#[derive(Clone, Debug)]
pub struct Request {
    /// The number of the connection, counted from 0.
    pub connection: usize,
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Plays one response after the other, over any number of connections. After the last, requests
    /// are still recorded and the connection is closed.
    pub fn plays(plays: impl IntoIterator<Item = Play>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let plays = Arc::new(Mutex::new(plays.into_iter().collect::<VecDeque<_>>()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (kept, plays) = (Arc::clone(&kept), Arc::clone(&plays));
                thread::spawn(move || serve(&stream.unwrap(), connection, &kept, &plays));
            }
        });
        Self { port, requests }
    }

    pub fn client(&self) -> Client {
        self.client_with(limits())
    }

    pub fn client_with(&self, limits: Limits) -> Client {
        let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{}", self.port)).unwrap();
        let credential = Arc::new(Secret::new(CREDENTIAL.to_owned()));
        Client::with_limits(endpoint, credential, limits).unwrap()
    }

    /// The requests received so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// The default limits with almost no delay between retries.
pub fn limits() -> Limits {
    Limits { backoff: Duration::from_millis(2), ..Limits::default() }
}

fn serve(
    stream: &TcpStream,
    connection: usize,
    kept: &Mutex<Vec<Request>>,
    plays: &Mutex<VecDeque<Play>>,
) {
    let mut input = BufReader::new(stream);
    let mut output = stream;
    while let Some(request) = read(&mut input, connection) {
        kept.lock().unwrap().push(request);
        let play = plays.lock().unwrap().pop_front();
        match play {
            Some(Play::Keep(says)) => output.write_all(&says).unwrap(),
            Some(Play::Close(says)) => {
                // The client may have closed the connection already.
                let _ = output.write_all(&says);
                break;
            }
            Some(Play::Hold(says)) => {
                output.write_all(&says).unwrap();
                let _ = input.read(&mut [0]);
                break;
            }
            None => break,
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn read(input: &mut BufReader<&TcpStream>, connection: usize) -> Option<Request> {
    let mut line = || {
        let mut line = String::new();
        input.read_line(&mut line).ok().filter(|n| *n > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { connection, method, path, headers, body: String::new() };
    let length: u64 = request.header("content-length").map_or(0, |n| n.parse().unwrap());
    input.take(length).read_to_string(&mut request.body).ok()?;
    Some(request)
}

/// A response with a content type, more header lines, and a body.
pub fn response(status: u16, kind: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Text\r\ncontent-type: {kind}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub fn json(status: u16, body: &str) -> Vec<u8> {
    response(status, "application/json", "", body)
}

pub fn capability(scope: Scope, wire: &str) -> &'static Capability {
    scope.capability(wire).unwrap()
}

/// A token without expiry and with one right.
pub fn new_token() -> NewToken {
    let mut grants = Grants::default();
    let logs = Target::Dataset("build-logs".into());
    grants.set(&logs, capability(Scope::Dataset, "ingest"), Verbs::C).unwrap();
    NewToken {
        name: "forever".to_owned(),
        description: String::new(),
        expiry: Expiry::Never,
        grants,
    }
}

pub fn create() -> Call {
    Call::CreateToken(Box::new(new_token()))
}

pub fn regenerate() -> Call {
    let old_ends = "2026-11-25T14:00:00Z".parse().unwrap();
    let renewal = Renewal::Same { new_expiry: Expiry::Never };
    Call::RegenerateToken(TokenId::new("tok-1"), Box::new(Regeneration { old_ends, renewal }))
}
