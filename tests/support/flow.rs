//! Runs the real event loop and the real client against the simulator on loopback; only the
//! terminal is a buffer.

use std::{
    io::{self, Read, Write},
    net::Ipv4Addr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axtok::{
    api::{Endpoint, Limits},
    app::{Copied, Model, Msg, layout_info::LayoutInfo},
    config::Config,
    domain::{
        Access, SafeText, Secret, SecretKind,
        session::{ConnectionId, Session},
    },
    effects::{Connection, Effects, Recorder},
    input::{Key, Keymap, key},
    runtime::{self, Display, Exit, Input},
    simulator::{Scenario, Simulator},
    ui,
};
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use tokio_stream_shim::Receiver;

#[path = "text.rs"]
mod text;

use text::{drawn, text};

/// The longest wait for anything; a passing test never waits this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program.
pub struct Flow {
    pub simulator: Simulator,
    inputs: mpsc::UnboundedSender<Input>,
    frames: watch::Receiver<String>,
    copied: Arc<Mutex<Vec<String>>>,
    desktop: Arc<AtomicBool>,
    task: JoinHandle<Exit>,
}

struct Screen {
    size: (u16, u16),
    frames: watch::Sender<String>,
    copied: Arc<Mutex<Vec<String>>>,
    /// Whether the clipboard can be read back, as on a desktop.
    desktop: Arc<AtomicBool>,
}

impl Display for Screen {
    fn draw(&mut self, model: &Model) -> io::Result<LayoutInfo> {
        let (width, height) = self.size;
        let mut layout = LayoutInfo::default();
        let frame = drawn(width, height, |frame| {
            layout = ui::draw(frame, model, ui::Appearance::default());
        });
        self.frames.send_replace(text(&frame));
        Ok(layout)
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        Ok(self.size)
    }

    fn resume(&mut self) -> io::Result<(u16, u16)> {
        Ok(self.size)
    }

    fn copy(&mut self, text: &str) -> Result<Copied, String> {
        self.copied.lock().unwrap().push(text.to_owned());
        Ok(Copied::Sent)
    }

    fn copy_secret(&mut self, secret: &str) -> Result<Copied, String> {
        let sent = self.copy(secret)?;
        Ok(if self.desktop.load(Ordering::SeqCst) { Copied::For { seconds: 1 } } else { sent })
    }

    fn clear_clipboard(&mut self) {
        self.copied.lock().unwrap().clear();
    }
}

impl Flow {
    /// Starts the program at 80x24, signed in with the demo's personal token.
    pub async fn demo() -> Self {
        Self::with(Scenario::demo(), 80, 24).await
    }

    pub async fn with(scenario: Scenario, width: u16, height: u16) -> Self {
        let simulator = Simulator::start(scenario, Simulator::ANY_PORT).await.unwrap();
        let token = simulator.personal_token().to_owned();
        Self::signed_in(simulator, &token, width, height)
    }

    /// Starts the program with an address that refuses connections.
    pub async fn nowhere() -> Self {
        let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
        // A port that was free a moment ago, so that nothing listens on it.
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", free.local_addr().unwrap());
        drop(free);
        let token = simulator.personal_token().to_owned();
        Self::at(simulator, &url, &token, Recorder::default(), Limits::default(), (80, 24), None)
    }

    /// Starts the program with a given credential.
    pub fn signed_in(simulator: Simulator, token: &str, width: u16, height: u16) -> Self {
        let url = simulator.url();
        let size = (width, height);
        Self::at(simulator, &url, token, Recorder::default(), Limits::default(), size, None)
    }

    /// Starts the program with the demo and a journal in this file.
    pub async fn journalled(journal: PathBuf) -> Self {
        let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
        let (url, token) = (simulator.url(), simulator.personal_token().to_owned());
        let recorder = Recorder::new(journal);
        Self::at(simulator, &url, &token, recorder, Limits::default(), (80, 24), None)
    }

    /// Starts the program with the demo and these limits of the client.
    pub async fn limited(limits: Limits) -> Self {
        let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
        let (url, token) = (simulator.url(), simulator.personal_token().to_owned());
        Self::at(simulator, &url, &token, Recorder::default(), limits, (80, 24), None)
    }

    /// Starts the program as from a shell: with these files and variables, and `--deployment` if
    /// `wanted`.
    pub async fn configured(simulator: Simulator, config: Config, wanted: Option<&str>) -> Self {
        let recorder = Recorder::new(config.files.home.join("journal.jsonl"));
        let (effects, replies) = Effects::new(Some(config), recorder);
        let mut model =
            Model::new(Session::none(), Keymap::built_in().unwrap(), Timestamp::UNIX_EPOCH);
        model.begin(effects.begin(wanted).await.unwrap());
        Self::run(simulator, model, effects, replies, (80, 24))
    }

    /// Starts the program with accepted findings stored in this file.
    pub async fn keeping(scenario: Scenario, accepted: PathBuf) -> Self {
        let simulator = Simulator::start(scenario, Simulator::ANY_PORT).await.unwrap();
        let (url, token) = (simulator.url(), simulator.personal_token().to_owned());
        let (recorder, limits) = (Recorder::default(), Limits::default());
        Self::at(simulator, &url, &token, recorder, limits, (80, 24), Some(accepted))
    }

    fn at(
        simulator: Simulator,
        url: &str,
        token: &str,
        recorder: Recorder,
        limits: Limits,
        size: (u16, u16),
        accepted: Option<PathBuf>,
    ) -> Self {
        let credential = Secret::new(token.to_owned());
        let kind = credential.kind();
        let session = Session {
            connection: Some(ConnectionId::default()),
            deployment: "test".into(),
            url: url.to_owned(),
            org: (kind == SecretKind::Personal).then(|| SafeText::from(simulator.org_id())),
            credential: kind,
            access: Access::Full,
            usual_access: Access::Full,
            console: None,
            personal_host: None,
            demo: false,
            policies: std::sync::Arc::default(),
        };
        let endpoint = Endpoint::parse(url).unwrap();
        let (effects, replies) = Effects::new(None, recorder);
        let effects = effects.with_accepted(accepted);
        let name = "test".to_owned();
        let connection = Connection::new(
            endpoint,
            Arc::new(credential),
            axtok::config::Routes::default(),
            name,
            false,
        );
        effects.open(ConnectionId::default(), connection.limited(limits));
        let model = Model::new(session, Keymap::built_in().unwrap(), Timestamp::UNIX_EPOCH);
        Self::run(simulator, model, effects, replies, size)
    }

    fn run(
        simulator: Simulator,
        mut model: Model,
        effects: Effects,
        replies: mpsc::UnboundedReceiver<Msg>,
        size: (u16, u16),
    ) -> Self {
        let (inputs, receiver) = mpsc::unbounded_channel();
        let (sender, frames) = watch::channel(String::new());
        let copied = Arc::new(Mutex::new(Vec::new()));
        let desktop = Arc::default();
        let mut screen = Screen {
            size,
            frames: sender,
            copied: Arc::clone(&copied),
            desktop: Arc::clone(&desktop),
        };
        let task = tokio::task::spawn_local(async move {
            let inputs = Receiver(receiver);
            runtime::run(&mut model, &mut screen, inputs, effects, replies).await.unwrap()
        });
        Self { simulator, inputs, frames, copied, desktop, task }
    }

    /// Presses keys, written as in the keymap: `n`, `g t`, `Ctrl-s`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in key::sequence(keys).unwrap() {
            self.inputs.send(Input::Msg(Msg::Key(key))).unwrap();
        }
        self
    }

    /// Sends any other input.
    pub fn send(&mut self, input: Input) -> &mut Self {
        self.inputs.send(input).unwrap();
        self
    }

    /// Types a text, letter by letter.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.inputs.send(Input::Msg(Msg::Key(Key::char(c)))).unwrap();
        }
        self
    }

    /// Waits until the screen shows a text; returns the screen.
    pub async fn see(&mut self, text: &str) -> String {
        self.until(&format!("\"{text}\" to be seen"), |frame| frame.contains(text)).await
    }

    /// Waits until the first line contains a text.
    pub async fn header(&mut self, text: &str) -> String {
        let has = |frame: &str| frame.lines().next().is_some_and(|line| line.contains(text));
        self.until(&format!("\"{text}\" in the first line"), has).await
    }

    /// Waits until the screen no longer shows a text.
    pub async fn gone(&mut self, text: &str) -> String {
        self.until(&format!("\"{text}\" to be gone"), |frame| !frame.contains(text)).await
    }

    pub async fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let found = tokio::time::timeout(PATIENCE, self.frames.wait_for(|f| holds(f))).await;
        if let Some(frame) = found.ok().and_then(Result::ok).map(|frame| frame.clone()) {
            return frame;
        }
        panic!("waited for {what}; the screen is\n{}", *self.frames.borrow());
    }

    /// Everything that was copied to the clipboard, the newest last.
    pub fn copied(&self) -> Vec<String> {
        self.copied.lock().unwrap().clone()
    }

    /// From now on the clipboard can be read back, as on a desktop.
    pub fn on_a_desktop(&self) {
        self.desktop.store(true, Ordering::SeqCst);
    }

    /// Waits until the clipboard is cleared.
    pub async fn clipboard_is_empty(&self) {
        let waiting = async {
            while !self.copied().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }

    /// The number of requests with this method and this start of the path.
    pub fn requests(&self, method: &str, path: &str) -> usize {
        self.simulator
            .requests()
            .iter()
            .filter(|r| r.method == method && r.path.starts_with(path))
            .count()
    }

    /// Waits until this many requests for a path are answered.
    pub async fn answered(&self, path: &str, count: usize) {
        let answered = |r: &axtok::simulator::Seen| r.path == path && r.status.is_some();
        let waiting = async {
            while self.simulator.requests().iter().filter(|r| answered(r)).count() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }

    /// Waits until the program ends.
    pub async fn ends(self) -> Exit {
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap()
    }
}

/// Runs a test on a task set of its own, for the program's task.
pub async fn local(test: impl Future<Output = ()>) {
    tokio::task::LocalSet::new().run_until(test).await;
}

/// The status of a request with this secret, sent without our client.
pub async fn status_of(url: &str, secret: &str) -> u16 {
    ask(url, &format!("Authorization: Bearer {secret}"), "GET /v2/datasets", "").await.0
}

/// Sends a request as another program of the same user, without our client; returns the status and
/// the JSON of the response.
pub async fn as_another(
    simulator: &Simulator,
    what: &str,
    body: Option<&serde_json::Value>,
) -> (u16, serde_json::Value) {
    let headers = format!(
        "Authorization: Bearer {}\r\nX-Axiom-Org-Id: {}\r\nContent-Type: application/json",
        simulator.personal_token(),
        simulator.org_id()
    );
    let body = body.map(ToString::to_string).unwrap_or_default();
    let (status, answer) = ask(&simulator.url(), &headers, what, &body).await;
    (status, serde_json::from_str(&answer).unwrap_or_default())
}

async fn ask(url: &str, headers: &str, what: &str, body: &str) -> (u16, String) {
    let address = url.strip_prefix("http://").unwrap().to_owned();
    let request = format!(
        "{what} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    // The server runs on this thread, which must not block.
    let asked = tokio::task::spawn_blocking(move || {
        let mut connection = std::net::TcpStream::connect(address).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    });
    asked.await.unwrap()
}

/// A channel as a stream, as the loop takes its input.
mod tokio_stream_shim {
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    use axtok::runtime::Input;
    use futures_util::Stream;
    use tokio::sync::mpsc::UnboundedReceiver;

    pub struct Receiver(pub UnboundedReceiver<Input>);

    impl Stream for Receiver {
        type Item = Input;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Input>> {
            self.0.poll_recv(cx)
        }
    }
}
