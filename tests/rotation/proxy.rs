//! A proxy between the program and the server. It sees every request and its answer, checks what
//! the store holds at each of them, and can kill the program or break the connection.

use std::{
    collections::HashMap,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A request in transit.
pub struct Request {
    pub method: String,
    pub path: String,
    pub token: String,
    raw: Vec<u8>,
}

/// What happens to a request.
#[derive(Clone)]
pub enum Act {
    /// The program is killed before the server gets the request.
    KillBefore(Signal),
    /// The server answers, and the program is killed before it gets the answer.
    KillAfter(Signal),
    /// The server gets the request, and its answer is lost.
    Lose,
    /// The server does not get the request, and the connection ends.
    Drop,
    /// The request is answered with this status.
    Status(u16),
    /// Tokens with this id are left out of the answer.
    Hide(String),
    /// This runs before the server gets the request.
    Run(Arc<dyn Fn() + Send + Sync>),
}

/// A fault: for which requests, how many of them, and what happens.
pub struct Fault {
    pub fits: Box<dyn Fn(&Request) -> bool + Send>,
    pub times: usize,
    pub act: Act,
}

#[derive(Default)]
struct State {
    faults: Mutex<Vec<Fault>>,
    /// The process under test.
    program: AtomicU32,
    /// The id of each token whose secret passed through, by its secret.
    ids: Mutex<HashMap<String, String>>,
    /// Successful changes: method and path.
    changes: Mutex<Vec<String>>,
    /// How often the store was checked, and what was wrong.
    checks: AtomicUsize,
    wrong: Mutex<Vec<String>>,
    store: PathBuf,
    server: String,
}

/// The running proxy.
#[derive(Clone)]
pub struct Proxy {
    pub url: String,
    state: Arc<State>,
}

impl Proxy {
    /// Starts a proxy for this server and this folder of stored secrets.
    pub fn start(server: &str, store: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.strip_prefix("http://").unwrap().to_owned();
        let state = Arc::new(State { store: store.to_owned(), server, ..State::default() });
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let state = Arc::clone(&serving);
                thread::spawn(move || state.serve(connection));
            }
        });
        Self { url, state }
    }

    /// Adds a fault.
    pub fn fault(&self, times: usize, act: Act, fits: impl Fn(&Request) -> bool + Send + 'static) {
        self.state.faults.lock().unwrap().push(Fault { fits: Box::new(fits), times, act });
    }

    /// Removes all faults. Returns whether each of them happened.
    pub fn clear(&self) -> bool {
        let faults = std::mem::take(&mut *self.state.faults.lock().unwrap());
        faults.iter().all(|fault| fault.times == 0)
    }

    /// Sets the process that faults kill; 0 before it is known.
    pub fn program(&self, id: u32) {
        self.state.program.store(id, Ordering::SeqCst);
    }

    /// Remembers the id of a secret that did not pass through.
    pub fn knows(&self, secret: &str, id: &str) {
        self.state.ids.lock().unwrap().insert(secret.to_owned(), id.to_owned());
    }

    /// The id of the token that this secret belongs to.
    pub fn id_of(&self, secret: &str) -> Option<String> {
        self.state.ids.lock().unwrap().get(secret).cloned()
    }

    /// The changes that the server made, as method and path.
    pub fn changes(&self) -> Vec<String> {
        self.state.changes.lock().unwrap().clone()
    }

    /// Checks the store once more. Returns how often it was checked, and what was wrong.
    pub fn checked(&self) -> (usize, Vec<String>) {
        self.state.check("at the end");
        (self.state.checks.load(Ordering::SeqCst), self.state.wrong.lock().unwrap().clone())
    }

    /// Checks the store now.
    pub fn check(&self, when: &str) {
        self.state.check(when);
    }
}

impl State {
    fn serve(&self, mut connection: TcpStream) {
        let Some(request) = read_request(&mut connection) else { return };
        self.check(&format!("at {} {}", request.method, request.path));
        let act = {
            let mut faults = self.faults.lock().unwrap();
            let fault = faults.iter_mut().find(|f| f.times > 0 && (f.fits)(&request));
            fault.map(|fault| {
                fault.times -= 1;
                fault.act.clone()
            })
        };
        match &act {
            Some(Act::KillBefore(signal)) => return self.kill(*signal),
            Some(Act::Drop) => return,
            Some(Act::Status(status)) => {
                // The shape of the API's own errors.
                let body = format!("{{\"code\":{status},\"message\":\"not now\"}}");
                let _ = write!(
                    connection,
                    "HTTP/1.1 {status} Fault\r\nContent-Type: application/json\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                return;
            }
            Some(Act::Run(run)) => run(),
            _ => {}
        }
        let mut answer = exchange(&self.server, &request.raw);
        self.note(&request, &answer);
        match act {
            Some(Act::KillAfter(signal)) => return self.kill(signal),
            Some(Act::Lose) => return,
            Some(Act::Hide(id)) => answer = without(&answer, &id),
            _ => {}
        }
        let _ = connection.write_all(&answer);
    }

    /// Kills the program, and waits until it has ended if it cannot resist.
    fn kill(&self, signal: Signal) {
        let id = loop {
            match self.program.load(Ordering::SeqCst) {
                0 => thread::yield_now(),
                id => break Pid::from_raw(i32::try_from(id).unwrap()).unwrap(),
            }
        };
        let _ = kill_process(id, signal);
    }

    fn note(&self, request: &Request, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        if request.method == "GET" || !text.starts_with("HTTP/1.1 2") {
            return;
        }
        self.changes.lock().unwrap().push(format!("{} {}", request.method, request.path));
        let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        if let (Some(secret), Some(id)) = (body["token"].as_str(), body["id"].as_str()) {
            self.ids.lock().unwrap().insert(secret.to_owned(), id.to_owned());
        }
    }

    /// Uses every stored secret.
    fn check(&self, when: &str) {
        let Ok(files) = fs::read_dir(&self.store) else { return };
        for file in files.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let secret = fs::read_to_string(file.path()).unwrap_or_default();
            self.checks.fetch_add(1, Ordering::SeqCst);
            if !works(&self.server, secret.trim_end()) {
                let words = format!("{when}: the store's secret of {name} does not work");
                self.wrong.lock().unwrap().push(words);
            }
        }
    }
}

/// Whether the server accepts a secret.
pub fn works(server: &str, secret: &str) -> bool {
    let server = server.strip_prefix("http://").unwrap_or(server);
    let request = format!(
        "GET /v2/datasets HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {secret}\r\n\
         Connection: close\r\n\r\n"
    );
    let answer = exchange(server, request.as_bytes());
    let answer = String::from_utf8_lossy(&answer);
    answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 403")
}

/// Sends a request and returns the whole answer.
pub fn exchange(server: &str, request: &[u8]) -> Vec<u8> {
    let Ok(mut connection) = TcpStream::connect(server) else { return Vec::new() };
    let mut answer = Vec::new();
    let _ = connection.write_all(request).and_then(|()| connection.read_to_end(&mut answer));
    answer
}

/// Reads a request, and makes it the last one on its connection.
fn read_request(connection: &mut TcpStream) -> Option<Request> {
    let mut raw = Vec::new();
    let mut piece = [0; 4096];
    let end = loop {
        if let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        match connection.read(&mut piece) {
            Ok(n @ 1..) => raw.extend_from_slice(&piece[..n]),
            _ => return None,
        }
    };
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let length: usize = header("content-length").map_or(0, |n| n.parse().unwrap());
    while raw.len() < end + length {
        match connection.read(&mut piece) {
            Ok(n @ 1..) => raw.extend_from_slice(&piece[..n]),
            _ => return None,
        }
    }
    let mut first = head.lines().next()?.split_whitespace();
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let token = header("authorization")?.strip_prefix("Bearer ")?.to_owned();
    let body = raw.split_off(end);
    let mut closing = raw[..end - 2].to_vec();
    closing.extend_from_slice(b"Connection: close\r\n\r\n");
    closing.extend_from_slice(&body);
    Some(Request { method, path, token, raw: closing })
}

/// The answer without a token in its list.
fn without(answer: &[u8], id: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut list: Vec<Value> = serde_json::from_str(body).unwrap();
    list.retain(|token| token["id"] != id);
    let body = serde_json::to_string(&list).unwrap();
    let kept = |line: &&str| !line.to_ascii_lowercase().starts_with("content-length");
    let head: Vec<&str> = head.lines().filter(kept).collect();
    format!("{}\r\nContent-Length: {}\r\n\r\n{body}", head.join("\r\n"), body.len()).into_bytes()
}
