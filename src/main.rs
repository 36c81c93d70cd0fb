//! Parses arguments and calls one of the fronts: the screens, or a command.

use std::{
    cell::Cell,
    fmt::Display,
    io::{self, IsTerminal, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use axtok::{
    app::{ConnectionId, Model, Msg, Session, Target, overlays::sign_in},
    cli::{Cli, Command},
    config,
    domain::{SafeText, SecretKind},
    effects::Effects,
    input::Keymap,
    process,
    runtime::{self, Exit},
    simulator::{Scenario, Simulator},
    term,
    ui::Look,
};
use clap::Parser;
use jiff::Timestamp;
use tokio::sync::mpsc;
use zeroizing_alloc::ZeroAlloc;

/// Memory is wiped when it is freed, so that no copy of a secret stays behind.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// Exit status: wrong usage, or no terminal.
const USAGE: u8 = 2;

/// Why the program cannot go on, in one message, and its exit status.
struct Stop {
    status: u8,
    message: String,
}

impl Stop {
    fn new(status: u8, message: impl Display) -> Self {
        Self { status, message: format!("{message}") }
    }
}

fn main() -> ExitCode {
    // Before there is a second thread.
    let token = process::take_secret_env("AXIOM_TOKEN");
    process::protect();
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(async {
            match cli.command {
                Some(Command::Simulate { listen, scenario }) => {
                    simulate(listen, scenario.as_deref()).await
                }
                None => screens(cli.demo, look(cli.ascii), token).await,
            }
        }),
        Err(e) => Err(Stop::new(1, format!("cannot start: {}", e.kind()))),
    };
    match result {
        Ok(status) => status,
        Err(stop) => {
            let _ = writeln!(io::stderr(), "axtok: {}", stop.message);
            ExitCode::from(stop.status)
        }
    }
}

/// What the terminal is trusted with. The `NO_COLOR` convention counts any value
/// that is not empty.
fn look(ascii: bool) -> Look {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    // Without this the library would drop bold and reverse with the colours.
    crossterm::style::force_color_output(true);
    Look { colour: !no_colour, unicode: !ascii }
}

/// The interactive front.
async fn screens(demo: bool, look: Look, token: Option<String>) -> Result<ExitCode, Stop> {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    if dumb || !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let message = "this needs a terminal that can move the cursor (TERM is unset or dumb, \
                       or input or output is not a terminal)";
        return Err(Stop::new(USAGE, message));
    }
    let keymap = Keymap::built_in().map_err(|e| Stop::new(1, e))?;
    let (effects, replies) = Effects::new(config::presets::file());
    let mut model = Model::new(Session::none(), keymap, Timestamp::UNIX_EPOCH);
    // The environment was cleared of the token at the start.
    let token = Cell::new(token);
    let env =
        |name: &str| if name == "AXIOM_TOKEN" { token.take() } else { std::env::var(name).ok() };
    let found = config::find(env, &home()?);
    let (target, org) = match found {
        _ if demo => (Target::Demo, None),
        Ok(found) => (Target::Token { url: found.url, token: Arc::new(found.token) }, found.org),
        Err(config::ConfigError::None { .. }) => return run(model, effects, replies, look).await,
        Err(e) => {
            sign_in::open(&mut model, Some(e.to_string()));
            return run(model, effects, replies, look).await;
        }
    };
    match effects.way_to(ConnectionId::default(), target).await {
        Ok(session) => {
            // An API token belongs to one organisation; only others name one.
            let org = org.filter(|_| session.credential != SecretKind::Api).map(SafeText::from);
            model.session = Session { org: session.org.clone().or(org), ..session };
        }
        // The page to sign in says it.
        Err(why) => sign_in::open(&mut model, Some(why)),
    }
    run(model, effects, replies, look).await
}

fn home() -> Result<PathBuf, Stop> {
    directories::BaseDirs::new()
        .map(|dirs| dirs.home_dir().to_owned())
        .ok_or_else(|| Stop::new(1, "there is no home directory: set HOME"))
}

async fn run(
    mut model: Model,
    effects: Effects,
    replies: mpsc::UnboundedReceiver<Msg>,
    look: Look,
) -> Result<ExitCode, Stop> {
    let failed = |e: io::Error| Stop::new(1, format!("the terminal: {}", e.kind()));
    let mut tty = term::Tty::take(look).map_err(failed)?;
    let inputs = term::events::inputs().map_err(failed)?;
    let exit = runtime::run(&mut model, &mut tty, inputs, effects, replies).await;
    match exit {
        Ok(Exit::Quit) => Ok(ExitCode::SUCCESS),
        Ok(Exit::Signal(signal)) => Ok(signalled(signal)),
        Ok(Exit::Hangup) => {
            tty.abandon();
            Ok(signalled(rustix::process::Signal::HUP.as_raw()))
        }
        Err(e) => {
            drop(tty);
            Err(failed(e))
        }
    }
}

/// The status by which shells tell that a signal ended a program.
fn signalled(signal: i32) -> ExitCode {
    ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))
}

/// The embedded server alone, for other clients.
async fn simulate(listen: SocketAddr, scenario: Option<&Path>) -> Result<ExitCode, Stop> {
    let scenario = match scenario {
        None => Scenario::demo(),
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|e| {
                Stop::new(USAGE, format!("{} cannot be read: {}", file.display(), e.kind()))
            })?;
            Scenario::parse(&text)
                .map_err(|e| Stop::new(USAGE, format!("{}: {e}", file.display())))?
        }
    };
    let simulator = start_simulator(scenario, listen).await?;
    let mut out = io::stdout();
    let printed = writeln!(
        out,
        "AXIOM_URL={}\nAXIOM_TOKEN={}\nAXIOM_ORG_ID={}\nAXIOM_API_TOKEN={}",
        simulator.url(),
        simulator.personal_token(),
        simulator.org_id(),
        simulator.api_token(),
    )
    .and_then(|()| out.flush());
    printed.map_err(|e| Stop::new(1, format!("standard output: {}", e.kind())))?;
    let failed = |e: io::Error| Stop::new(1, format!("signals: {}", e.kind()));
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(failed)?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn start_simulator(scenario: Scenario, listen: SocketAddr) -> Result<Simulator, Stop> {
    Simulator::start(scenario, listen).await.map_err(|e| Stop::new(USAGE, e))
}
