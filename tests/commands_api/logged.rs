//! A server with an audit log, written by hand: it has the shape that the API describes, and knows
//! nothing of axtok. Its clock stands still.

use std::{
    io::{Read, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::script::Ran;

/// The response to a request: status, more headers, body.
#[derive(Clone)]
pub struct Answer(pub u16, pub &'static str, pub String);

impl Answer {
    pub fn ok(value: &Value) -> Self {
        Self(200, "", value.to_string())
    }

    pub fn refused(status: u16, headers: &'static str) -> Self {
        Self(status, headers, json!({ "code": status, "message": "not for you" }).to_string())
    }
}

/// What the server says.
#[derive(Clone)]
pub struct Logged {
    pub orgs: Answer,
    pub tokens: Answer,
    pub users: Answer,
    pub views: Answer,
    /// Who used which rights.
    pub deeds: Answer,
    /// What happened to tokens.
    pub events: Answer,
    /// Which datasets received events.
    pub received: Answer,
}

/// A table of a response, from its columns.
pub fn table(columns: &[(&str, Vec<Value>)]) -> Value {
    let fields: Vec<_> =
        columns.iter().map(|(name, _)| json!({ "name": name, "type": "string" })).collect();
    let cells: Vec<_> = columns.iter().map(|(_, cells)| cells.clone()).collect();
    let rows = cells.first().map_or(0, Vec::len);
    json!({
        "format": "tabular",
        "datasetNames": ["axiom-audit"],
        "status": {
            "elapsedTime": 1, "minCursor": null, "maxCursor": null, "blocksExamined": 1,
            "blocksCached": 0, "blocksMatched": 1, "rowsExamined": 99, "rowsMatched": 99,
            "numGroups": rows, "isPartial": false, "cacheStatus": 0,
            "minBlockTime": "2026-10-24T00:00:00Z", "maxBlockTime": "2026-11-23T00:00:00Z",
        },
        "tables": [{
            "name": "0", "sources": [{ "name": "axiom-audit" }], "fields": fields,
            "order": [], "groups": [], "columns": cells,
        }],
    })
}

/// Rows of the question who used which rights: action, actor's id, name, dataset, last time.
pub fn deeds(rows: &[(&str, &str, &str, &str, &str)]) -> Value {
    let column = |of: fn(&(&str, &str, &str, &str, &str)) -> Value| rows.iter().map(of).collect();
    table(&[
        ("action", column(|row| json!(row.0))),
        ("actor.id", column(|row| json!(row.1))),
        ("actor.name", column(|row| json!(row.2))),
        ("actor.email", column(|_| json!(null))),
        ("properties.datasets", column(|row| json!([row.3]))),
        ("times", column(|_| json!(7))),
        ("last", column(|row| json!(row.4))),
    ])
}

/// Rows of the question what happened to tokens: time, action, actor, id and name of the token.
pub fn events(rows: &[(&str, &str, &str, &str, &str)]) -> Value {
    let column = |of: fn(&(&str, &str, &str, &str, &str)) -> Value| rows.iter().map(of).collect();
    table(&[
        ("_time", column(|row| json!(row.0))),
        ("action", column(|row| json!(row.1))),
        ("actor.email", column(|row| json!(row.2))),
        ("resource.id", column(|row| json!(row.3))),
        ("resource.name", column(|row| json!(row.4))),
    ])
}

/// A token with the right to query or to ingest into these datasets.
fn token(id: &str, capability: &str, verb: &str, datasets: &[&str]) -> Value {
    let rights = |name: &&str| ((*name).to_owned(), json!({ capability: [verb] }));
    let rights: serde_json::Map<String, Value> = datasets.iter().map(rights).collect();
    json!({
        "id": id, "name": format!("{id}-name"), "description": "",
        "expiresAt": "2027-02-01T00:00:00Z", "datasetCapabilities": rights,
    })
}

impl Default for Logged {
    /// Four tokens: `used` queries both of its datasets, `partly` one of two, `unused` none, and
    /// `sender` ingests into one that received events. The log goes back 30 days.
    fn default() -> Self {
        let tokens = json!([
            token("used", "query", "read", &["a", "b"]),
            token("partly", "query", "read", &["a", "b"]),
            token("unused", "query", "read", &["a"]),
            token("sender", "ingest", "create", &["a"]),
        ]);
        let acme = json!([{ "id": "acme", "name": "Acme", "license": { "maxAuditWindowSeconds": 2_592_000 } }]);
        let jo = json!([{ "id": "u1", "name": "Jo", "email": "jo@acme.test", "role": { "id": "r", "name": "Owner" } }]);
        let rows = [
            ("runAPLQuery", "used", "x", "a", "2026-11-22T09:00:00Z"),
            ("runAPLQuery", "used", "x", "b", "2026-11-23T09:00:00Z"),
            ("runAPLQuery", "partly", "x", "a", "2026-11-10T09:00:00Z"),
        ];
        let happened = [
            ("2026-11-01T09:00:00Z", "createAPIToken", "gone@acme.test", "used", "used-name"),
            ("2026-11-20T09:00:00Z", "deleteAPIToken", "jo@acme.test", "old", "partly-name"),
            ("2026-11-21T09:00:00Z", "createPersonalToken", "jo@acme.test", "p-1", "unused-name"),
        ];
        let received =
            table(&[("properties.dataset", vec![json!("a")]), ("bytes", vec![json!(9.5)])]);
        Self {
            orgs: Answer::ok(&acme),
            tokens: Answer::ok(&tokens),
            users: Answer::ok(&jo),
            views: Answer::ok(&json!([])),
            deeds: Answer::ok(&deeds(&rows)),
            events: Answer::ok(&events(&happened)),
            received: Answer::ok(&received),
        }
    }
}

/// A home directory, and the address of a server.
pub struct Asking {
    pub home: TempDir,
    port: u16,
}

impl Logged {
    /// Serves until the tests end.
    pub fn serve(self) -> Asking {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let logged = Arc::new(self);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let logged = Arc::clone(&logged);
                thread::spawn(move || logged.answer(stream));
            }
        });
        Asking { home: tempfile::tempdir().unwrap(), port }
    }

    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).ok()?.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
        stream.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        let path = head.split(' ').nth(1)?;
        let Answer(status, headers, text) = match path.split('?').next()? {
            "/v2/orgs" => &self.orgs,
            "/v2/tokens" => &self.tokens,
            "/v2/users" => &self.users,
            "/v2/views" => &self.views,
            "/v2/datasets" => &Answer(200, "", r#"[{"name":"a"},{"name":"b"}]"#.to_owned()),
            "/v1/datasets/_apl" if body.contains("usageCalculated") => &self.received,
            "/v1/datasets/_apl" if body.contains("summarize times") => &self.deeds,
            "/v1/datasets/_apl" if body.contains("createAPIToken") => &self.events,
            _ => &Answer::refused(404, ""),
        };
        let response = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Date: Mon, 23 Nov 2026 14:00:00 GMT\r\nConnection: close\r\n{headers}\r\n{text}",
            text.len()
        );
        stream.write_all(response.as_bytes()).ok()
    }
}

impl Asking {
    /// Runs the program with a personal token.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with("xapt-00000000-0000-4000-8000-000000000000", args)
    }

    /// Runs the program with this token.
    pub fn run_with(&self, token: &str, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_axtok"));
        command.args(args).env_clear().stdin(Stdio::null());
        command.env("HOME", self.home.path()).env("AXIOM_TOKEN", token);
        command.env("AXIOM_ORG_ID", "acme");
        command.env("AXIOM_URL", format!("http://127.0.0.1:{}", self.port));
        Ran::fed(command, "")
    }
}
