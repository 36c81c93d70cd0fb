//! Parses arguments and calls one of the fronts: the screens, or a command.

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use axtok::{
    accepted,
    app::{
        Model, Msg,
        model::{Beginning, SignInPage},
    },
    cli::{Cli, Command},
    commands::{
        self, CommandResult, ExitError, output,
        start::{self, Start},
    },
    complete::{self, Question},
    config::{Catalogue, Config, Environment, Files, TOKEN},
    doctor::{Check, DoctorInputs, State},
    domain::{
        Theme,
        session::{ConnectionId, Session, Target},
        theme::Themes,
    },
    effects::Effects,
    journal,
    log::Log,
    ops::{Ops, Recorder},
    plain,
    process::{self, Protection},
    runtime::{self, Exit},
    term::{
        self,
        clipboard::{Backend, Setting},
    },
    ui::Appearance,
};
use clap::Parser;
use jiff::Timestamp;
use tokio::sync::mpsc;
use zeroizing_alloc::ZeroAlloc;

/// Memory is wiped when it is freed, so that no copy of a secret stays behind.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// How long the journal's last words are waited for when the user quits.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long answers are waited for when a signal ends the program, or the
/// terminal goes.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    // Before there is a second thread.
    let token = process::take_secret_env(TOKEN);
    let protection = process::protect();
    process::hide_panics();
    // A key in a shell: nothing is begun for it, and nothing said but the answer.
    if let Some(asked) = Question::of(std::env::var_os(complete::VARIABLE), std::env::args_os()) {
        let answer = asked.answer(config(token).ok());
        let _ = output::lock().write_all(answer.as_bytes());
        return ExitCode::SUCCESS;
    }
    let is_json = commands::wants_json(std::env::args_os());
    let result = match Cli::try_parse() {
        Ok(cli) => begun(&cli, token, protection),
        Err(e) => not_understood(&e, is_json),
    };
    match result {
        Ok(status) => status,
        Err(error) => {
            commands::report_error(&error, is_json);
            ExitCode::from(error.status)
        }
    }
}

fn begun(cli: &Cli, token: Option<OsString>, protection: Protection) -> CommandResult {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(run(cli, token, protection));
            // What had to be finished is finished. A file or a name server that does
            // not answer is not waited for.
            runtime.shutdown_background();
            result
        }
        Err(e) => Err(ExitError::new(1, format!("cannot start: {}", e.kind()))),
    }
}

/// Help, the version, or what is wrong with the command line.
fn not_understood(error: &clap::Error, is_json: bool) -> CommandResult {
    let text = error.render().to_string();
    if !error.use_stderr() {
        return commands::print(&text);
    }
    if is_json {
        // Without the usage and the hints below, which are for people.
        let lines = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
        let message = lines.collect::<Vec<_>>().join(" ");
        commands::print_error(&ExitError::usage(message.trim_start_matches("error: ")));
    }
    // Where nobody listens there is nothing more to be done.
    let _ = output::errors().write_all(text.as_bytes());
    Ok(ExitCode::from(commands::USAGE))
}

async fn run(cli: &Cli, token: Option<OsString>, protection: Protection) -> CommandResult {
    if let Some(Command::Simulate { listen, scenario }) = &cli.command {
        return commands::simulate::run(*listen, scenario.as_deref()).await;
    }
    match &cli.command {
        Some(Command::Completions { shell }) => return commands::help::completions(*shell),
        Some(Command::Man { dir }) => return commands::help::man(dir.as_deref()),
        _ => {}
    }
    let config = config(token)?;
    match &cli.command {
        Some(Command::Config { command }) => commands::config::run(command, &config),
        Some(Command::Doctor { json, offline }) => {
            let env = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
            let inputs = DoctorInputs {
                config: &config,
                wanted: cli.deployment.as_deref(),
                env: &env,
                size: terminal_size(),
                protection,
                keys: commands::keys::check(&config),
                clipboard: clipboard(&config),
                online: !offline,
            };
            commands::doctor::run(&inputs, *json).await
        }
        Some(command) => commands::run(command, &beginning(cli, config)?).await,
        None if cli.plain_ui => plain::run(&beginning(cli, config)?).await,
        None => screens(cli, config).await,
    }
}

/// Where settings are, and what the environment said before it was cleared.
fn config(token: Option<OsString>) -> Result<Config, ExitError> {
    let files =
        Files::find().ok_or_else(|| ExitError::new(1, "there is no home directory: set HOME"))?;
    let token = std::cell::Cell::new(token);
    let environment = Environment::read(|name| match name {
        TOKEN => token.take(),
        name => std::env::var_os(name),
    });
    Ok(Config { files, environment })
}

/// What a command without screens begins with.
fn beginning(cli: &Cli, config: Config) -> Result<Start, ExitError> {
    let (home, presets) = (config.files.home.clone(), config.files.presets.clone());
    Ok(Start {
        ops: ops(cli, config)?,
        wanted: cli.deployment.clone(),
        demo: cli.demo,
        read_only: cli.read_only,
        home,
        presets,
    })
}

/// What the fronts stand on.
fn ops(cli: &Cli, config: Config) -> Result<Ops, ExitError> {
    let log = cli.log_file.as_deref().map(open_log).transpose()?;
    let recorder = journal::file().map(Recorder::new).unwrap_or_default();
    Ok(Ops::new(Some(config), recorder).with_log(log).with_accepted(state(accepted::FILE)))
}

/// A file beside the journal.
fn state(name: &str) -> Option<PathBuf> {
    journal::file().map(|file| file.with_file_name(name))
}

/// How texts would be copied, for the doctor.
fn clipboard(config: &Config) -> Check {
    let (words, fix) = Backend::here(setting(config)).told();
    match fix {
        None => Check::new("clipboard", State::Fine, words),
        Some(fix) => Check::new("clipboard", State::Warning, words).fix(fix),
    }
}

/// What the settings say of the clipboard; broken ones are told of elsewhere.
fn setting(config: &Config) -> Setting {
    let catalogue = config.load().ok();
    catalogue.and_then(|c| c.clipboard().and_then(Setting::parse)).unwrap_or_default()
}

/// Whether the mouse is on at the start. By default the terminal's own selection
/// is left alone over SSH, where it is often the only way to copy.
fn mouse(catalogue: Option<&Catalogue>) -> bool {
    match catalogue.and_then(Catalogue::mouse) {
        Some("on") => true,
        Some("off") => false,
        _ => ["SSH_TTY", "SSH_CONNECTION"].iter().all(|name| std::env::var_os(name).is_none()),
    }
}

/// Columns and rows, where input and output are a terminal.
fn terminal_size() -> Option<(u16, u16)> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    terminal.then(|| term::size().ok()).flatten()
}

/// What the terminal is trusted with.
fn appearance(ascii: bool) -> Appearance {
    // Without this the library would drop bold and reverse with the colours.
    crossterm::style::force_color_output(true);
    term::colours::appearance(&env, ascii)
}

fn env(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The interactive front.
async fn screens(cli: &Cli, config: Config) -> CommandResult {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    if dumb || terminal_size().is_none() {
        return Err(ExitError::usage(
            "this needs a terminal that can move the cursor (TERM is unset or dumb, or input or \
             output is not a terminal)",
        ));
    }
    let keymap = commands::keys::keymap(&config).map_err(ExitError::usage)?;
    let mut model = Model::new(Session::none(), keymap, Timestamp::UNIX_EPOCH);
    model.shared.read_only = cli.read_only;
    let clipboard = setting(&config);
    // Broken settings are told of elsewhere.
    let catalogue = config.load().ok();
    model.mouse.on = mouse(catalogue.as_ref());
    let titles = catalogue.as_ref().is_none_or(Catalogue::title);
    model.shared.themes = themes(&config);
    let (effects, replies) = Effects::over(ops(cli, config)?);
    model.begin(begin(cli, &effects).await?);
    show(model, effects, replies, TerminalOptions { appearance: appearance(cli.ascii), clipboard, titles }).await
}

/// The theme of the settings; broken ones are told of elsewhere.
fn themes(config: &Config) -> Themes {
    let chosen = config.load().map(|c| c.theme()).unwrap_or_default();
    Themes { chosen, background: term::colours::background(&env) }
}

/// The request log, before the terminal is taken.
fn open_log(path: &Path) -> Result<Log, ExitError> {
    Log::open(path).map_err(|e| ExitError::usage(format!("--log-file {}: {e}", path.display())))
}

/// Signs in. Before the terminal is taken: a command that gives the token may
/// ask for a password there.
async fn begin(cli: &Cli, effects: &Effects) -> Result<Beginning, ExitError> {
    if !cli.demo {
        let begun = start::with_slow_notice(effects.begin(cli.deployment.as_deref()));
        return begun.await.map_err(ExitError::usage);
    }
    let (session, page) = match effects.connect_and_wait(ConnectionId::default(), Target::Demo).await {
        Ok(session) => (Some(session), None),
        Err(why) => (None, Some(SignInPage { reason: Some(why), ..SignInPage::default() })),
    };
    Ok(Beginning { session, page, ..Beginning::default() })
}

/// What is to be done with the terminal.
struct TerminalOptions {
    appearance: Appearance,
    clipboard: Setting,
    titles: bool,
}

async fn show(
    mut model: Model,
    effects: Effects,
    replies: mpsc::UnboundedReceiver<Msg>,
    options: TerminalOptions,
) -> CommandResult {
    let failed = |e: io::Error| ExitError::new(1, format!("the terminal: {}", e.kind()));
    let TerminalOptions { appearance, clipboard, titles } = options;
    let tty = term::Tty::take(appearance).map_err(failed)?;
    let mut tty = tty.with_clipboard(clipboard).with_title(titles);
    let held = tty.held();
    // Only where the answer matters, and by terminals that take such a question.
    let asks = model.shared.themes.chosen == Theme::Auto
        && env("TERM").is_some_and(|term| term::link::taken_by(&term));
    if asks {
        term::background::ask(&mut term::output::Output).map_err(failed)?;
    }
    let inputs = term::events::inputs().map_err(failed)?;
    let finishing = effects.clone();
    let exit = runtime::run(&mut model, &mut tty, inputs, effects, replies).await;
    // Writing may notice it before reading does.
    let exit = if exit.is_err() && !term::answers() { Ok(Exit::Hangup) } else { exit };
    // The terminal goes back at once, and no secret stays on the clipboard; what
    // is on its way is answered and written down first, so that its token is
    // known at the next start.
    match exit {
        Ok(Exit::Hangup) => tty.hung_up(),
        _ => drop(tty),
    }
    held.clear();
    let at_most = if let Ok(Exit::Quit) = exit { LAST_WORDS } else { LAST_ANSWERS };
    finishing.finish(at_most).await;
    match exit {
        Ok(Exit::Quit) => Ok(ExitCode::SUCCESS),
        Ok(Exit::Signal(signal)) => Ok(signalled(signal)),
        Ok(Exit::Hangup) => Ok(signalled(rustix::process::Signal::HUP.as_raw())),
        Err(e) => Err(failed(e)),
    }
}

/// The status by which shells tell that a signal ended a program.
fn signalled(signal: i32) -> ExitCode {
    ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))
}
