//! Runs `axtok simulate` as a separate process, which outlives the program under test and is
//! queried without our client.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::pty::Pty;

/// A running server.
pub struct Simulate {
    child: Child,
    pub url: String,
    /// A personal token.
    pub token: String,
    /// An API token with every right.
    pub api_token: String,
    org: String,
}

impl Simulate {
    /// Serves this scenario. Its file is deleted once read, so that all files left in the folder
    /// belong to the program under test.
    pub fn start(folder: &Path, scenario: &str) -> Self {
        let file = folder.join("scenario.toml");
        fs::write(&file, scenario).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_axtok"))
            .args(["simulate", "--scenario", file.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut value = || lines.next().unwrap().split_once('=').unwrap().1.to_owned();
        let (url, token, org, api_token) = (value(), value(), value(), value());
        fs::remove_file(file).unwrap();
        Self { child, url, token, api_token, org }
    }

    /// The ids of all API tokens.
    pub fn ids(&self) -> Vec<String> {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        write!(
            connection,
            "GET /v2/tokens HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
             X-Axiom-Org-Id: {}\r\nConnection: close\r\n\r\n",
            self.token, self.org
        )
        .unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let list: Value = serde_json::from_str(body).unwrap();
        let ids = list.as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned());
        ids.collect()
    }

    /// Starts the program, signed in to this server.
    pub fn program(&self, args: &[&str], home: &Path) -> Pty {
        Pty::start_in(args, home, &self.env())
    }

    /// The environment that signs the program in to this server.
    pub fn env(&self) -> [(&str, &str); 3] {
        [
            ("AXIOM_URL", self.url.as_str()),
            ("AXIOM_TOKEN", self.token.as_str()),
            ("AXIOM_ORG_ID", self.org.as_str()),
        ]
    }
}

impl Drop for Simulate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
