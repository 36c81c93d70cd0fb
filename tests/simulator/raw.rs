//! A client that is only a socket, so that tests see exactly what was sent; and a simulator on its
//! own thread.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure here fails the test")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::mpsc,
    thread,
    time::Duration,
};

use axtok::simulator::{Scenario, Simulator};
use serde_json::Value;
use tokio::sync::oneshot;

/// A simulator that runs until it is dropped.
pub struct Running {
    pub simulator: Simulator,
    _runtime: oneshot::Sender<()>,
}

impl Running {
    pub fn with(scenario: &str) -> Self {
        Self::start(Scenario::parse(scenario).unwrap())
    }

    pub fn start(scenario: Scenario) -> Self {
        let (started, simulator) = mpsc::channel();
        let (keep, kept) = oneshot::channel::<()>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                started.send(Simulator::start(scenario, Simulator::ANY_PORT).await).unwrap();
                let _ = kept.await;
            });
        });
        Self { simulator: simulator.recv().unwrap().unwrap(), _runtime: keep }
    }

    /// Sends these bytes and reads until the connection closes. `None` if there was no response.
    pub fn raw(&self, bytes: &[u8]) -> Option<Response> {
        let url = self.simulator.url();
        let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        (!response.is_empty()).then(|| Response::parse(&response))
    }

    /// Sends a request with these header lines and body.
    pub fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Option<Response> {
        let length = body.len();
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n"
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        self.raw(&bytes)
    }

    /// Sends a request with this bearer token, and a JSON body unless it is null.
    pub fn send(&self, bearer: &str, method: &str, path: &str, body: &Value) -> Response {
        self.try_send(bearer, method, path, body).expect("no response")
    }

    pub fn try_send(
        &self,
        bearer: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Option<Response> {
        let authorization = format!("Authorization: Bearer {bearer}\r\n");
        match body {
            Value::Null => self.ask(method, path, &authorization, b""),
            body => {
                let headers = format!("{authorization}Content-Type: application/json\r\n");
                self.ask(method, path, &headers, body.to_string().as_bytes())
            }
        }
    }

    /// Sends a request with the personal token.
    pub fn user(&self, method: &str, path: &str, body: &Value) -> Response {
        self.send(self.simulator.personal_token(), method, path, body)
    }

    /// How many requests have been received for this method and path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let all = self.simulator.requests();
        all.iter().filter(|seen| seen.method == method && seen.path == path).count()
    }
}

/// A response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    /// As many bytes as were received.
    pub body: Vec<u8>,
}

impl Response {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an incomplete head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        Self { status, headers: lines.map(header).collect(), body: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The status, code and message of an error response, which must have a trace id.
    pub fn refusal(&self) -> (u16, i64, String) {
        let json = self.json();
        assert!(self.header("x-axiom-trace-id").is_some_and(|id| id.len() == 32));
        let message = json["message"].as_str().unwrap().to_owned();
        (self.status, json["code"].as_i64().unwrap(), message)
    }
}
