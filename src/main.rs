//! Parses the arguments and starts a front end: the screens, plain mode or a command.

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
    choices,
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
        choices::Choices,
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
    told,
    ui::Appearance,
};
use clap::Parser;
use jiff::Timestamp;
use tokio::sync::mpsc;
use zeroizing_alloc::ZeroAlloc;

/// Wipes memory when it is freed, so that no copy of a secret remains.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// How long to wait for the last journal writes when the user quits.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long to wait for responses when a signal ends the program or the terminal is closed.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    // Must run while there is only one thread.
    let token = process::take_secret_env(TOKEN);
    let protection = process::protect();
    process::hide_panics();
    // Shell completion: prints candidates and does nothing else.
    if let Some(asked) = Question::of(std::env::var_os(complete::VARIABLE), std::env::args_os()) {
        let answer = asked.answer(config(token).ok());
        let _ = output::lock().write_all(answer.as_bytes());
        return ExitCode::SUCCESS;
    }
    let is_json = commands::wants_json(std::env::args_os());
    let result = match Cli::try_parse() {
        Ok(cli) => run_to_end(&cli, token, protection),
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

fn run_to_end(cli: &Cli, token: Option<OsString>, protection: Protection) -> CommandResult {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(run(cli, token, protection));
            // Required work is done by now. Do not wait for a disk or a name server that does
            // not respond.
            runtime.shutdown_background();
            result
        }
        Err(e) => Err(ExitError::new(1, format!("could not start: {}", e.kind()))),
    }
}

/// Prints help, the version, or an error in the command line.
fn not_understood(error: &clap::Error, is_json: bool) -> CommandResult {
    let text = error.render().to_string();
    if !error.use_stderr() {
        return commands::print(&text);
    }
    if is_json {
        // JSON gets the message without the usage and hints, which are for people.
        let lines = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
        let message = lines.collect::<Vec<_>>().join(" ");
        commands::print_error(&ExitError::usage(message.trim_start_matches("error: ")));
    }
    // If standard error is closed, the message cannot be reported elsewhere.
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
        Some(Command::Policy { command }) => commands::policy::run(command, &config, cli.demo),
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
        Some(command) => commands::run(command, &command_inputs(cli, config)?).await,
        None if cli.plain_ui => plain::run(&command_inputs(cli, config)?).await,
        None => Box::pin(screens(cli, config)).await,
    }
}

/// The paths of the user's files, and the environment with the token that was removed from it.
fn config(token: Option<OsString>) -> Result<Config, ExitError> {
    let files = Files::find().ok_or_else(|| ExitError::new(1, "no home directory: set HOME"))?;
    let token = std::cell::Cell::new(token);
    let environment = Environment::read(|name| match name {
        TOKEN => token.take(),
        name => std::env::var_os(name),
    });
    Ok(Config { files, environment })
}

/// The inputs of plain mode and of commands.
fn command_inputs(cli: &Cli, config: Config) -> Result<Start, ExitError> {
    let (home, presets) = (config.files.home.clone(), config.files.presets.clone());
    let rotation = config.files.rotation.clone();
    Ok(Start {
        ops: ops(cli, config)?,
        wanted: cli.deployment.clone(),
        demo: cli.demo,
        read_only: cli.read_only,
        home,
        presets,
        rotation,
    })
}

/// The operations that all front ends share.
fn ops(cli: &Cli, config: Config) -> Result<Ops, ExitError> {
    let log = cli.log_file.as_deref().map(open_log).transpose()?;
    let recorder = journal::file().map(|file| Recorder::keeping(file, config.history()));
    let recorder = recorder.unwrap_or_default();
    Ok(Ops::new(Some(config), recorder)
        .with_log(log)
        .with_accepted(state(accepted::FILE))
        .with_choices(state(choices::FILE))
        .with_told(state(told::FILE)))
}

/// The path of a file in the journal's folder.
fn state(name: &str) -> Option<PathBuf> {
    journal::file().map(|file| file.with_file_name(name))
}

/// The doctor's check of how text is copied.
fn clipboard(config: &Config) -> Check {
    let (words, fix) = Backend::here(setting(config)).diagnosis();
    match fix {
        None => Check::new("clipboard", State::Fine, words),
        Some(fix) => Check::new("clipboard", State::Warning, words).fix(fix),
    }
}

/// The clipboard setting. Invalid settings are reported elsewhere.
fn setting(config: &Config) -> Setting {
    let catalogue = config.load().ok();
    catalogue.and_then(|c| c.clipboard().and_then(Setting::parse)).unwrap_or_default()
}

/// Whether the mouse is on at startup. Off by default over SSH, where the terminal's own selection
/// is often the only way to copy.
fn mouse(catalogue: Option<&Catalogue>) -> bool {
    match catalogue.and_then(Catalogue::mouse) {
        Some("on") => true,
        Some("off") => false,
        _ => ["SSH_TTY", "SSH_CONNECTION"].iter().all(|name| std::env::var_os(name).is_none()),
    }
}

/// Columns and rows, if standard input and output are a terminal.
fn terminal_size() -> Option<(u16, u16)> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    terminal.then(|| term::size().ok()).flatten()
}

/// The colours and characters that the terminal supports.
fn appearance(ascii: bool) -> Appearance {
    // Otherwise crossterm drops bold and reverse together with the colours.
    crossterm::style::force_color_output(true);
    term::colours::appearance(&env, ascii)
}

fn env(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Runs the interactive front end.
async fn screens(cli: &Cli, config: Config) -> CommandResult {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    if dumb || terminal_size().is_none() {
        return Err(ExitError::usage(
            "not an interactive terminal (TERM is unset or dumb, or input or output is not a \
             terminal): use --plain-ui, or a command (axtok --help)",
        ));
    }
    let keymap = commands::keys::keymap(&config).map_err(ExitError::usage)?;
    let mut model = Model::new(Session::none(), keymap, Timestamp::UNIX_EPOCH);
    model.shared.read_only = cli.read_only;
    let clipboard = setting(&config);
    // Invalid settings are reported elsewhere.
    let catalogue = config.load().ok();
    model.mouse.on = mouse(catalogue.as_ref());
    let titles = catalogue.as_ref().is_none_or(Catalogue::title);
    model.shared.choices = state(choices::FILE).map(|f| choices::load(&f)).unwrap_or_default();
    model.shared.themes = themes(&config, &model.shared.choices);
    // The demo has no settings, and its queries cost nothing.
    let asking = catalogue.as_ref().filter(|_| !cli.demo).map(Catalogue::usage);
    model.shared.asking = asking.unwrap_or_default();
    model.shared.alerts.alarm = catalogue.filter(|_| !cli.demo).and_then(|c| c.alarm());
    let (effects, replies) = Effects::over(ops(cli, config)?);
    model.begin(begin(cli, &effects).await?);
    show(
        model,
        effects,
        replies,
        TerminalOptions { appearance: appearance(cli.ascii), clipboard, titles },
    )
    .await
}

/// The theme that was chosen on the screens, or else in the settings. Invalid settings are
/// reported elsewhere.
fn themes(config: &Config, choices: &Choices) -> Themes {
    let setting = config.load().map(|c| c.theme()).unwrap_or_default();
    let chosen = choices.theme_over(setting);
    Themes { chosen, setting, background: term::colours::background(&env) }
}

/// Opens the request log.
fn open_log(path: &Path) -> Result<Log, ExitError> {
    Log::open(path).map_err(|e| ExitError::usage(format!("--log-file {}: {e}", path.display())))
}

/// Signs in. Runs before the terminal switches to the screens: the token command may ask for a
/// password there.
async fn begin(cli: &Cli, effects: &Effects) -> Result<Beginning, ExitError> {
    if !cli.demo {
        let run = start::with_slow_notice(effects.begin(cli.deployment.as_deref()));
        return run.await.map_err(ExitError::usage);
    }
    let (session, page) =
        match effects.connect_and_wait(ConnectionId::default(), Target::Demo).await {
            Ok(session) => (Some(session), None),
            Err(why) => (None, Some(SignInPage { reason: Some(why), ..SignInPage::default() })),
        };
    Ok(Beginning { session, page, ..Beginning::default() })
}

/// How to set up the terminal.
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
    let failed = |e: io::Error| ExitError::new(1, format!("terminal error: {}", e.kind()));
    let TerminalOptions { appearance, clipboard, titles } = options;
    let tty = term::Tty::take(appearance).map_err(failed)?;
    let mut tty = tty.with_clipboard(clipboard).with_title(titles);
    let held = tty.held();
    // Ask only if the theme depends on it and the terminal handles such queries.
    let asks = model.shared.themes.chosen == Theme::Auto
        && env("TERM").is_some_and(|term| term::link::taken_by(&term));
    if asks {
        term::background::ask(&mut term::output::Output).map_err(failed)?;
    }
    let inputs = term::events::inputs().map_err(failed)?;
    let finishing = effects.clone();
    let exit = runtime::run(&mut model, &mut tty, inputs, effects, replies).await;
    // Writing may fail before reading reports the hangup.
    let exit = if exit.is_err() && !term::answers() { Ok(Exit::Hangup) } else { exit };
    // Restore the terminal and clear secrets from the clipboard first. Then wait for changes in
    // flight and their journal entries, so that the next start knows their tokens.
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

/// The exit status that means "ended by this signal", as in shells.
fn signalled(signal: i32) -> ExitCode {
    ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))
}
