//! axtok's settings file: its keys, and errors by line and column. An unknown key is an error: a
//! misspelt `read-only` must not silently allow changes.

mod keys;
#[cfg(feature = "schemas")]
pub mod schema;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use toml_edit::{Document, Item, Key, TableLike, Value};

pub use keys::{KeyRow, Word};

use super::{
    ConfigError,
    deployments::Routes,
    files::{self, Files},
};
pub(super) use crate::domain::words::nearest;
use crate::{
    api::{Endpoint, EndpointError},
    domain::{
        Access, Retention, Theme, due::Within, pasted::begins_as_token, program, usage::Asking,
    },
};

/// The documented settings file, as `axtok config init` writes it.
pub const DOCUMENTED: &str = include_str!("../../assets/settings.toml");

/// The keys at the top level.
const TOP: [&str; 14] = [
    "deployment",
    "read-only",
    "clipboard",
    "theme",
    "mouse",
    "title",
    "complete-names",
    "usage",
    "history",
    "policy",
    "on-due",
    "due-within",
    "keys",
    "deployments",
];
/// The values of `clipboard`.
const CLIPBOARD: [&str; 4] = ["auto", "osc52", "native", "off"];
/// The values of `mouse`.
const MOUSE: [&str; 3] = ["auto", "on", "off"];
/// What `personal-tokens-path` can be.
const ADDRESS: &str = "a path such as \"/v1/tokens/personal\", or a whole address such as \
                       \"https://example.com/v1/tokens/personal\"";
/// The keys of a deployment's section.
const DEPLOYMENT: [&str; 7] = [
    "url",
    "org-id",
    "token-command",
    "token-file",
    "read-only",
    "personal-tokens-path",
    "audit-dataset",
];

/// The content of the settings file; `None` where a key is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The deployment to sign in to by default.
    pub deployment: Option<String>,
    /// Whether changes are allowed.
    pub read_only: Option<Access>,
    /// How text is copied; one of `CLIPBOARD`.
    pub clipboard: Option<String>,
    /// When the mouse is on; one of `MOUSE`.
    pub mouse: Option<String>,
    /// Whether to set the terminal window's title.
    pub title: Option<bool>,
    /// Whether to keep names for shell completion.
    pub complete_names: Option<bool>,
    /// When to query the audit log for what tokens do.
    pub usage: Option<Asking>,
    /// How long the journal keeps finished changes.
    pub history: Option<Retention>,
    /// The file of the organisation's rules; it has to be there.
    pub policy: Option<PathBuf>,
    /// The program to run once for each token that becomes due, and its arguments.
    pub on_due: Option<Vec<String>>,
    /// How long before its expiry a token is due.
    pub due_within: Option<Within>,
    /// The colour theme.
    pub theme: Option<Theme>,
    /// Changes to the default key bindings.
    pub keys: Vec<KeyRow>,
    /// The sections of the deployments, by name.
    pub deployments: BTreeMap<String, Section>,
}

/// The section of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    pub url: Option<String>,
    pub org: Option<String>,
    pub token: Option<TokenFrom>,
    pub read_only: Option<Access>,
    pub routes: Routes,
}

/// Where the token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFrom {
    Command(Vec<String>),
    File(PathBuf),
}

impl Settings {
    /// Reads the settings file; the defaults if it does not exist.
    ///
    /// # Errors
    /// Names the position in the file and the valid values. If the file names a program to run,
    /// others must not be able to write to it.
    pub fn load(files: &Files) -> Result<Self, ConfigError> {
        let file = &files.settings;
        let Some(text) = files::read(file)? else { return Ok(Self::default()) };
        let settings = Self::parse(file, &text, &files.home)?;
        let runs = |s: &Section| matches!(s.token, Some(TokenFrom::Command(_)));
        let runs = settings.on_due.is_some() || settings.deployments.values().any(runs);
        if runs && files::others_may(file, files::WRITE) {
            let why = "others can write it and so make you run their commands".to_owned();
            return Err(ConfigError::Open { file: file.clone(), why, mode: "600" });
        }
        Ok(settings)
    }

    /// Parses a text; `~/` in it means below `home`.
    ///
    /// # Errors
    /// As [`Self::load`], except for the file's permissions.
    pub fn parse(file: &Path, text: &str, home: &Path) -> Result<Self, ConfigError> {
        let reader = Reader { file, text, home };
        let document = Document::parse(text)
            // The parser's messages name what was expected and quote no value.
            .map_err(|e| reader.error(e.span(), format!("invalid TOML: {}", e.message())))?;
        let mut settings = Self::default();
        for (key, item) in entries(document.as_table()) {
            match key.get() {
                "deployment" => settings.deployment = Some(reader.text(key, item)?),
                "read-only" => settings.read_only = Some(reader.access(key, item)?),
                "clipboard" => {
                    let way = reader.text(key, item)?;
                    if !CLIPBOARD.contains(&way.as_str()) {
                        return Err(reader.wrong(key, item, "auto, osc52, native or off"));
                    }
                    settings.clipboard = Some(way);
                }
                "mouse" => {
                    let when = reader.text(key, item)?;
                    if !MOUSE.contains(&when.as_str()) {
                        return Err(reader.wrong(key, item, "auto, on or off"));
                    }
                    settings.mouse = Some(when);
                }
                "title" => settings.title = Some(reader.yes_or_no(key, item)?),
                "complete-names" => {
                    settings.complete_names = Some(reader.yes_or_no(key, item)?);
                }
                "usage" => {
                    let asking = Asking::parse(&reader.text(key, item)?);
                    let wrong = || reader.wrong(key, item, "ask, always or off");
                    settings.usage = Some(asking.ok_or_else(wrong)?);
                }
                "history" => {
                    let kept = Retention::parse(&reader.text(key, item)?);
                    let wrong = || reader.wrong(key, item, "a length such as 90d, or forever");
                    settings.history = Some(kept.ok_or_else(wrong)?);
                }
                "policy" => settings.policy = Some(reader.file_path(key, item)?),
                "on-due" => settings.on_due = Some(reader.program(key, item)?),
                "due-within" => {
                    let within = Within::parse(&reader.text(key, item)?);
                    let wrong = || reader.wrong(key, item, "a length such as 14d");
                    settings.due_within = Some(within.ok_or_else(wrong)?);
                }
                "theme" => {
                    let theme = Theme::parse(&reader.text(key, item)?);
                    let at = item.span().or_else(|| key.span());
                    settings.theme = Some(theme.map_err(|why| reader.error(at, why))?);
                }
                "keys" => settings.keys = keys::read(&reader, key, item)?,
                "deployments" => {
                    for (name, item) in entries(reader.table(key, item)?) {
                        let section = reader.section(reader.table(name, item)?)?;
                        settings.deployments.insert(name.get().to_owned(), section);
                    }
                }
                _ => return Err(reader.unknown(key, &TOP)),
            }
        }
        Ok(settings)
    }
}

/// A table's keys and values, in the file's order.
fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&Key, &Item)> {
    table.iter().filter_map(|(name, item)| Some((table.key(name)?, item)))
}

/// The texts of a list; `None` if the value is no list, or has something else in it.
fn arguments(item: &Item) -> Option<Vec<String>> {
    item.as_array()?.iter().map(|v| Value::as_str(v).map(str::to_owned)).collect()
}

/// What is needed to report errors with their position.
struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    home: &'a Path,
}

impl Reader<'_> {
    fn error(&self, span: Option<std::ops::Range<usize>>, message: String) -> ConfigError {
        ConfigError::at(self.file, self.text, span, message)
    }

    fn unknown(&self, key: &Key, known: &[&str]) -> ConfigError {
        let name = key.get();
        let words = if name == "token" {
            "settings must not contain tokens: use token-command or token-file".to_owned()
        } else {
            match nearest(name, known) {
                Some(near) => format!("unknown key {name:?}: did you mean {near:?}?"),
                None => format!("unknown key {name:?}: use one of {}", known.join(", ")),
            }
        };
        self.error(key.span(), words)
    }

    fn wrong(&self, key: &Key, item: &Item, wanted: &str) -> ConfigError {
        self.error(item.span().or_else(|| key.span()), format!("{} must be {wanted}", key.get()))
    }

    fn table<'i>(&self, key: &Key, item: &'i Item) -> Result<&'i dyn TableLike, ConfigError> {
        item.as_table_like().ok_or_else(|| self.wrong(key, item, "a section"))
    }

    fn text(&self, key: &Key, item: &Item) -> Result<String, ConfigError> {
        let text = item.as_str().map(str::trim).filter(|t| !t.is_empty());
        text.map(str::to_owned).ok_or_else(|| self.wrong(key, item, "a text in quotes"))
    }

    /// A text that may appear in messages, so it must not be a token.
    fn no_token(&self, key: &Key, item: &Item) -> Result<String, ConfigError> {
        let text = self.text(key, item)?;
        if begins_as_token(&text) {
            let words =
                format!("{} looks like a token: settings must not contain tokens", key.get());
            return Err(self.error(item.span().or_else(|| key.span()), words));
        }
        Ok(text)
    }

    fn yes_or_no(&self, key: &Key, item: &Item) -> Result<bool, ConfigError> {
        item.as_bool().ok_or_else(|| self.wrong(key, item, "true or false"))
    }

    fn access(&self, key: &Key, item: &Item) -> Result<Access, ConfigError> {
        match (item.as_bool(), item.as_str()) {
            (Some(false), _) => Ok(Access::Full),
            (Some(true), _) => Ok(Access::ReadOnly),
            (_, Some("locked")) => Ok(Access::Locked),
            _ => Err(self.wrong(key, item, "true, false or \"locked\"")),
        }
    }

    fn section(&self, table: &dyn TableLike) -> Result<Section, ConfigError> {
        let mut section = Section::default();
        for (key, item) in entries(table) {
            match key.get() {
                "url" => section.url = Some(self.no_token(key, item)?),
                "org-id" => section.org = Some(self.no_token(key, item)?),
                "read-only" => section.read_only = Some(self.access(key, item)?),
                "personal-tokens-path" => section.routes.personal = Some(self.path(key, item)?),
                "audit-dataset" => section.routes.audit_dataset = Some(self.no_token(key, item)?),
                "token-command" | "token-file" if section.token.is_some() => {
                    let words = "use token-command or token-file, not both".to_owned();
                    return Err(self.error(key.span(), words));
                }
                "token-command" => section.token = Some(self.command(key, item)?),
                "token-file" => {
                    section.token = Some(TokenFrom::File(self.file_path(key, item)?));
                }
                _ => return Err(self.unknown(key, &DEPLOYMENT)),
            }
        }
        Ok(section)
    }

    /// The path of a file; `~/` means the home directory.
    fn file_path(&self, key: &Key, item: &Item) -> Result<PathBuf, ConfigError> {
        let text = self.text(key, item)?;
        let path = match text.strip_prefix("~/") {
            Some(rest) => self.home.join(rest),
            None => PathBuf::from(text),
        };
        if path.is_absolute() {
            Ok(path)
        } else {
            Err(self.wrong(key, item, "a path that begins with / or ~/"))
        }
    }

    fn path(&self, key: &Key, item: &Item) -> Result<String, ConfigError> {
        let path = self.no_token(key, item)?;
        if path.contains("://") {
            return match Endpoint::of_routes(&path) {
                Ok(_) => Ok(path),
                Err(EndpointError::Invalid) => Err(self.wrong(key, item, ADDRESS)),
                Err(why) => {
                    let at = item.span().or_else(|| key.span());
                    Err(self.error(at, format!("{}: {why}", key.get())))
                }
            };
        }
        let segments = || path.trim_matches('/').split('/');
        if path.starts_with('/') && segments().all(|s| !matches!(s, "" | "." | "..")) {
            return Ok(path);
        }
        Err(self.wrong(key, item, ADDRESS))
    }

    fn command(&self, key: &Key, item: &Item) -> Result<TokenFrom, ConfigError> {
        let wanted = "a list of arguments such as [\"pass\", \"show\", \"axiom/prod\"]";
        match arguments(item) {
            Some(arguments) if arguments.first().is_some_and(|a| !a.is_empty()) => {
                Ok(TokenFrom::Command(arguments))
            }
            _ => Err(self.wrong(key, item, wanted)),
        }
    }

    /// A program that is not found by a relative path, and its arguments.
    fn program(&self, key: &Key, item: &Item) -> Result<Vec<String>, ConfigError> {
        let wanted = "a list of arguments such as [\"/usr/local/bin/page-oncall\"]";
        let mut arguments = arguments(item).ok_or_else(|| self.wrong(key, item, wanted))?;
        program::check(&arguments).map_err(|why| {
            let at = item.span().or_else(|| key.span());
            self.error(at, format!("{}: {why}", key.get()))
        })?;
        if let Some(program) = arguments.first_mut()
            && let Some(rest) = program.strip_prefix("~/")
        {
            *program = self.home.join(rest).to_string_lossy().into_owned();
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests;
