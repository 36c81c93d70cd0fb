//! The whole program in a pseudo-terminal, compared with a minimal list: a program that makes up
//! its rows and sends as few bytes as possible. They run alternately, so that the machine's load
//! affects both.
//!
//! Run with `cargo bench --bench terminal`; uses only the loopback network.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "it prints the results")]

#[path = "support/floor.rs"]
mod floor;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared with the other benches")]
mod world;

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::Arc,
    thread,
};

use portable_pty::CommandBuilder;
use terminal::{Figures, measure};

const TOKENS: usize = 10_000;
/// How often each is measured, alternately; the first round is a warm-up.
const ROUNDS: usize = 4;

fn main() {
    if std::env::args().nth(1).as_deref() == Some(floor::NAME) {
        floor::run(TOKENS);
        return;
    }
    let address = serve(world::body(TOKENS));
    let home = tempfile::tempdir().unwrap();
    for (width, height) in [(120, 40), (80, 24)] {
        let mut both = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            both[0].push(measure(floor(), floor::READY, (width, height)));
            both[1].push(measure(
                axtok(address, home.path()),
                &TOKENS.to_string(),
                (width, height),
            ));
        }
        let [floor, axtok] = both.map(|rounds| Figures::median(&rounds[1..]));
        println!("\n{width}x{height}, {TOKENS} tokens        floor     axtok    ratio");
        for ((name, floor), axtok) in Figures::NAMES.into_iter().zip(floor.0).zip(axtok.0) {
            let ratio = if floor > 0.0 { format!("{:.2}", axtok / floor) } else { "-".to_owned() };
            println!("{name:28} {floor:8.2}  {axtok:8.2} {ratio:>8}");
        }
    }
}

fn floor() -> CommandBuilder {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.env_clear();
    command.arg(floor::NAME);
    command
}

fn axtok(address: SocketAddr, home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_axtok"));
    command.env_clear();
    command.env("LANG", "C.UTF-8");
    command.env("HOME", home);
    command.env("AXIOM_TOKEN", "xapt-not-a-token");
    command.env("AXIOM_ORG_ID", "bench");
    command.env("AXIOM_URL", format!("http://{address}"));
    command
}

/// Serves the list with this body, and nothing else.
fn serve(body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let body = Arc::new(body);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let body = Arc::clone(&body);
            thread::spawn(move || answer(stream, &body));
        }
    });
    address
}

fn answer(mut stream: TcpStream, body: &[u8]) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut piece) {
        request.extend_from_slice(&piece[..length]);
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let is_list = request.starts_with(b"GET /v2/tokens ");
        let (status, body) = if is_list { ("200 OK", body) } else { ("404 Not Found", &b"{}"[..]) };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).is_err() {
            return;
        }
        request.clear();
    }
}
