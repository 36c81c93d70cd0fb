//! Environment variables, files and exit statuses, one table each. The manual pages and the
//! help are written from these tables; a test compares the variables with the sources.

use std::fmt::Write as _;

use crate::domain::text::wrapped;

/// What a command does that decides which table rows its manual page lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Every command does this.
    Any,
    /// Reads the settings and finds the credential.
    Settings,
    /// Sends requests.
    Requests,
    /// Sends requests of its own, whose failures are findings.
    Network,
    /// Creates, regenerates or deletes tokens.
    Changes,
    /// Receives a new secret.
    Secrets,
    /// Reads the journal without signing in.
    Journal,
    /// Accepts `--preset`.
    Presets,
    /// Reads lists whose names completion may offer.
    Names,
    /// Prints a table.
    Tables,
    /// Compares expiries with `--expiring-within`.
    Due,
    /// Reports findings.
    Findings,
    /// Checks or writes a policy.
    Policy,
    /// Reports tokens that become due to a program.
    Alerts,
    /// Rotates tokens by a plan.
    Rotates,
    /// Runs the checks of `axtok doctor`.
    Checks,
    /// Completes arguments in a shell.
    Completions,
    /// Opens the screens.
    Screens,
}

/// A row: one or several names, and their meaning in a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// One name, or alternatives with commas between them.
    pub name: &'static str,
    /// Lower case at the start and no full stop for an exit status; else full sentences.
    pub text: &'static str,
    topics: &'static [Topic],
}

impl Entry {
    const fn new(name: &'static str, topics: &'static [Topic], text: &'static str) -> Self {
        Self { name, text, topics }
    }

    /// Whether the row belongs on the page of a command, such as `tokens list`. The empty
    /// path is the main page, which has every row.
    #[must_use]
    pub fn applies_to(&self, path: &str) -> bool {
        let topics = topics(path);
        path.is_empty() || self.topics.iter().any(|t| *t == Topic::Any || topics.contains(t))
    }
}

use Topic::{
    Alerts, Any, Changes, Checks, Completions, Due, Findings, Journal, Names, Network, Policy,
    Presets, Requests, Rotates, Screens, Secrets, Settings, Tables,
};

/// The environment variables that axtok reads, and those that it sets for a command.
pub const VARIABLES: &[Entry] = &[
    Entry::new(
        "AXIOM_TOKEN",
        &[Settings],
        "The token to sign in with. Only --deployment and AXIOM_DEPLOYMENT override it. axtok \
         removes it from its own environment when it starts.",
    ),
    Entry::new(
        "AXIOM_ORG_ID",
        &[Settings],
        "The id of the organisation that a personal token acts for.",
    ),
    Entry::new(
        "AXIOM_URL",
        &[Settings],
        "The address of the API that AXIOM_TOKEN is sent to. Default: https://api.axiom.co. A \
         credential from a file is only sent to its own address.",
    ),
    Entry::new(
        "AXIOM_DEPLOYMENT",
        &[Settings],
        "The deployment to sign in to, unless --deployment names one.",
    ),
    Entry::new(
        "AXTOK_TOKEN_NAME, AXTOK_TOKEN_ID",
        &[Secrets, Rotates, Alerts],
        "Set for the command that receives a new secret, and for the programs of a rotation plan: \
         the name and the id of the new token. Set for the program of the setting on-due: those \
         of the token that is due.",
    ),
    Entry::new(
        "AXTOK_OLD_TOKEN_ID",
        &[Rotates],
        "Set for the programs of a rotation plan: the id of the old token.",
    ),
    Entry::new(
        "AXTOK_TOKEN_EXPIRES, AXTOK_TOKEN_STATE, AXTOK_DAYS_LEFT",
        &[Alerts],
        "Set for the program of the setting on-due: when the token expires (RFC 3339), \
         \"expiring\" or \"expired\", and the whole days until then, negative after the expiry.",
    ),
    Entry::new(
        "AXTOK_ORG, AXTOK_DEPLOYMENT, AXTOK_URL",
        &[Alerts],
        "Set for the program of the setting on-due: the organisation's id (empty if it is not \
         known), the deployment's name, and the address of the API.",
    ),
    Entry::new(
        "HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy",
        &[Requests, Network],
        "The address of an HTTP proxy; the first of these that is set is used. Loopback \
         addresses never go through a proxy.",
    ),
    Entry::new(
        "NO_PROXY, no_proxy",
        &[Requests, Network],
        "Hosts that are reached without the proxy; the first of these that is set is used.",
    ),
    Entry::new(
        "HTTP_PROXY, http_proxy",
        &[Checks],
        "Not used, since the API has an https address. The doctor warns if only this one is set.",
    ),
    Entry::new(
        "SSL_CERT_FILE",
        &[Requests, Network],
        "A PEM file of certificates to trust instead of the system's. Not used on macOS.",
    ),
    Entry::new(
        "SSL_CERT_DIR",
        &[Requests, Network],
        "Folders of certificates to trust instead of the system's; SSL_CERT_FILE is used too. \
         Not used on macOS.",
    ),
    Entry::new("HOME", &[Any], "The home directory, which files are found in."),
    Entry::new(
        "XDG_CONFIG_HOME",
        &[Settings, Presets, Completions],
        "The folder of settings and presets. Default: ~/.config.",
    ),
    Entry::new(
        "XDG_STATE_HOME",
        &[Changes, Journal, Findings],
        "The folder of the journal and the files beside it. Default: ~/.local/state.",
    ),
    Entry::new(
        "XDG_DATA_HOME, XDG_DATA_DIRS",
        &[Checks],
        "The folders where axtok doctor looks for manual pages and completions. Default: \
         ~/.local/share, /usr/local/share and /usr/share.",
    ),
    Entry::new(
        "XDG_CACHE_HOME",
        &[Names, Completions],
        "The folder of the names for completion. Default: ~/.cache.",
    ),
    Entry::new(
        "PATH",
        &[Settings, Secrets, Screens],
        "Where programs are found: a token command, a command that receives a secret, the \
         program of on-due, and the desktop's clipboard program. Relative folders in it are skipped.",
    ),
    Entry::new(
        "NO_COLOR",
        &[Tables, Screens, Checks],
        "No colours if it is set to any text. Overrides the other variables about colour.",
    ),
    Entry::new(
        "CLICOLOR, CLICOLOR_FORCE",
        &[Screens],
        "CLICOLOR=0 turns colours off on the screens. CLICOLOR_FORCE turns them on, unless it \
         is 0.",
    ),
    Entry::new(
        "COLORTERM",
        &[Screens],
        "How many colours the terminal has, for the themes that need more than 16.",
    ),
    Entry::new(
        "COLORFGBG",
        &[Screens],
        "Whether the terminal's background is dark or light, for the theme \"auto\".",
    ),
    Entry::new(
        "TERM",
        &[Tables, Screens, Checks],
        "The terminal's type. The screens need one that can move the cursor.",
    ),
    Entry::new(
        "LC_ALL, LC_CTYPE, LANG",
        &[Any],
        "The locale; the first of these that is set counts. Without UTF-8 in it, a terminal gets \
         ASCII only.",
    ),
    Entry::new(
        "SSH_CONNECTION, SSH_TTY",
        &[Screens, Checks],
        "Set in an SSH session: the terminal copies text (OSC 52), and the mouse is off unless \
         the settings turn it on.",
    ),
    Entry::new(
        "TMUX, STY",
        &[Screens, Checks],
        "Set inside tmux and screen: text to copy is passed through to the outer terminal.",
    ),
    Entry::new(
        "WAYLAND_DISPLAY, DISPLAY",
        &[Screens, Checks],
        "Set on a desktop: its clipboard program copies text.",
    ),
    Entry::new(
        "COMPLETE, _AXTOK_BREAKS",
        &[Completions],
        "Set by the completion scripts when they call axtok. Do not set them yourself.",
    ),
];

/// The files that axtok reads and writes, with the default folders.
pub const FILES: &[Entry] = &[
    Entry::new(
        "~/.config/axtok/settings.toml",
        &[Settings, Completions],
        "The settings. `axtok config init` writes it with every setting explained.",
    ),
    Entry::new("~/.config/axtok/presets.toml", &[Presets], "Your own presets."),
    Entry::new(
        "~/.config/axtok/rotation.toml",
        &[Rotates],
        "The rotation plan: which tokens may be rotated, and where their secrets go.",
    ),
    Entry::new(
        "~/.config/axtok/policy.toml",
        &[Policy, Findings, Secrets, Rotates],
        "Your organisation's own rules for tokens. The setting policy can name another file.",
    ),
    Entry::new(
        "/etc/axtok/policy.toml",
        &[Policy, Findings, Secrets, Rotates],
        "Rules for every user of the computer. A user's own policy cannot weaken them.",
    ),
    Entry::new(
        "~/.axiom.toml",
        &[Settings, Completions],
        "The Axiom CLI's deployments. axtok writes it only when you keep a token there on the \
         sign-in page.",
    ),
    Entry::new(
        "~/.local/state/axtok/journal.jsonl",
        &[Changes, Journal],
        "The journal: which changes were sent, and how they ended. It holds no secrets.",
    ),
    Entry::new(
        "~/.local/state/axtok/undelivered/",
        &[Secrets, Rotates],
        "Secrets that could not be delivered, one file each, which only you can read. Delete a \
         file when you have stored its secret.",
    ),
    Entry::new(
        "~/.local/state/axtok/accepted-findings.json",
        &[Findings],
        "Findings that were accepted, each with a reason.",
    ),
    Entry::new(
        "~/.local/state/axtok/told.json",
        &[Alerts],
        "Which due tokens were reported to the program of the setting on-due.",
    ),
    Entry::new(
        "~/.local/state/axtok/choices.json",
        &[Screens],
        "What was chosen on the screens: theme, order of the token list, last folder for secrets.",
    ),
    Entry::new(
        "~/.cache/axtok/names.json",
        &[Names, Completions],
        "Names and ids for completion, kept for 15 minutes if the setting complete-names is on.",
    ),
    Entry::new(
        "--log-file FILE",
        &[Requests, Network],
        "A line for each request, with method, route, status and time.",
    ),
];

/// The exit statuses. Several rows can have the same status.
pub const STATUSES: &[Entry] = &[
    Entry::new("0", &[Any], "success"),
    Entry::new("1", &[Any], "the command failed"),
    Entry::new("1", &[Changes], "some of its changes failed"),
    Entry::new("1", &[Rotates], "a rotation is stuck, or not every token was rotated"),
    Entry::new("1", &[Due], "a token is due by --expiring-within"),
    Entry::new("1", &[Findings], "--fail-on matches a finding"),
    Entry::new("1", &[Checks], "a check found a problem"),
    Entry::new("2", &[Any], "wrong usage or settings"),
    Entry::new("3", &[Requests], "not signed in"),
    Entry::new("4", &[Requests], "refused: permission denied, invalid request, or read-only"),
    Entry::new("4", &[Secrets], "the policy forbids the token"),
    Entry::new("5", &[Requests, Journal], "not found"),
    Entry::new("6", &[Changes], "outcome unknown: the message says what to do"),
    Entry::new("7", &[Requests], "rate limit"),
    Entry::new("128+N", &[Changes, Screens], "stopped by signal N"),
];

/// The rows of a table for the page of a command, those with the same name in one.
#[must_use]
pub fn rows(table: &[Entry], path: &str) -> Vec<(&'static str, String)> {
    let mut rows: Vec<(&str, String)> = Vec::new();
    for entry in table.iter().filter(|entry| entry.applies_to(path)) {
        match rows.last_mut() {
            Some((name, text)) if *name == entry.name => {
                // Writing to a String cannot fail.
                let _ = write!(text, ", or {}", entry.text);
            }
            _ => rows.push((entry.name, entry.text.to_owned())),
        }
    }
    rows
}

/// The start of the paragraph about exit statuses in a help text.
pub const STATUS_HEADING: &str = "Exit status:";

/// A command's closing help text: its examples and notes, and its exit statuses.
#[must_use]
pub fn with_status(path: &str, text: &str) -> String {
    let statuses = rows(STATUSES, path);
    let statuses: Vec<_> = statuses.iter().map(|(name, text)| format!("{name} {text}")).collect();
    let paragraph = format!("{STATUS_HEADING} {}.", statuses.join("; "));
    format!("{text}\n\n{}", wrapped(&paragraph, 80).join("\n"))
}

/// What a command does. A group does what its commands do.
fn topics(path: &str) -> Vec<Topic> {
    const COMMANDS: &[(&str, &[Topic])] = &[
        ("tokens list", &[Settings, Requests, Names, Tables, Due]),
        ("tokens show", &[Settings, Requests, Names]),
        ("tokens create", &[Settings, Requests, Names, Changes, Secrets, Presets]),
        ("tokens regenerate", &[Settings, Requests, Names, Changes, Secrets]),
        ("tokens replace", &[Settings, Requests, Names, Changes, Secrets, Presets]),
        ("tokens delete", &[Settings, Requests, Names, Changes]),
        ("tokens prune", &[Settings, Requests, Names, Changes]),
        ("personal list", &[Settings, Requests, Tables]),
        ("personal create", &[Settings, Requests, Changes, Secrets]),
        ("personal delete", &[Settings, Requests, Changes]),
        ("rotate", &[Settings, Requests, Names, Changes, Tables, Rotates]),
        ("journal list", &[Journal, Tables]),
        ("journal look", &[Requests, Journal, Tables]),
        ("journal delete", &[Requests, Changes, Journal]),
        ("journal close", &[Journal]),
        ("history", &[Journal, Tables]),
        ("datasets list", &[Settings, Requests, Names, Tables]),
        ("orgs list", &[Settings, Requests, Tables]),
        ("review", &[Settings, Requests, Names, Tables, Due, Findings, Alerts]),
        ("audit", &[Settings, Requests, Names, Tables]),
        ("doctor", &[Settings, Network, Checks]),
        ("policy", &[Settings, Policy]),
        ("config", &[Settings]),
        ("completions", &[Completions]),
    ];
    let is_below = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let found = COMMANDS.iter().filter(|(c, _)| is_below(c, path) || is_below(path, c));
    found.flat_map(|(_, topics)| topics.iter().copied()).collect()
}
