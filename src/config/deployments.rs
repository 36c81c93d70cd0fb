//! Where one can sign in: the deployments of the environment, of axtok's
//! settings and of the Axiom CLI's file, in this order, and which one is used.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use super::{
    ConfigError, CredentialError,
    cli_file::CliFile,
    environment::{Environment, TOKEN},
    files::{self, Files},
    settings::{KeyRow, Section, Settings, TokenFrom, nearest},
};
use zeroize::Zeroizing;

use crate::domain::{Access, Secret, Theme, pasted::NotAToken};

/// Where the API is unless something else is said.
pub const DEFAULT_URL: &str = "https://api.axiom.co";
/// The name of what the environment alone describes.
const FROM_ENVIRONMENT: &str = "environment";

/// Where a deployment was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Environment,
    Settings,
    CliFile,
}

impl Source {
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Environment => "the environment",
            Self::Settings => "settings",
            Self::CliFile => "~/.axiom.toml",
        }
    }
}

/// What gives a token.
#[derive(Clone, Debug)]
pub enum Credential {
    Value(Arc<Secret>),
    File(PathBuf),
    /// A program and its arguments; no shell.
    Command(Vec<String>),
    /// A value that is no token.
    Unusable(NotAToken),
}

/// A place to sign in to.
#[derive(Clone, Debug)]
pub struct Deployment {
    pub name: String,
    pub url: String,
    pub org: Option<String>,
    pub credential: Credential,
    /// Where its credential was found.
    pub source: Source,
    pub access: Access,
    /// The base path of the routes for personal tokens, if one is set.
    pub personal_path: Option<String>,
}

impl Deployment {
    /// Gets the token.
    ///
    /// # Errors
    /// With what is wrong, and never with what was read.
    pub async fn token(&self) -> Result<Arc<Secret>, CredentialError> {
        let from = match self.source {
            Source::Environment => TOKEN,
            Source::Settings | Source::CliFile => "the token in ~/.axiom.toml",
        };
        self.credential.resolve(from).await
    }
}

/// What the settings say of a deployment, whatever its credential is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub access: Access,
    /// The base path of the routes for personal tokens, if one is set.
    pub personal_path: Option<String>,
}

/// Where everything is. The files are read anew each time.
#[derive(Clone, Debug)]
pub struct Config {
    pub files: Files,
    pub environment: Environment,
}

/// All deployments.
#[derive(Clone, Debug)]
pub struct Catalogue {
    deployments: Vec<Deployment>,
    /// The names of those that have no credential.
    without: Vec<String>,
    /// What the settings say of each deployment that they name.
    rules: BTreeMap<String, Rules>,
    environment: Environment,
    /// The settings' choice, and the Axiom CLI's.
    preferred: Option<String>,
    active: Option<String>,
    access: Access,
    clipboard: Option<String>,
    mouse: Option<String>,
    title: Option<bool>,
    complete_names: bool,
    theme: Theme,
    warnings: Vec<String>,
    /// Why the Axiom CLI's file is not used though it is there.
    unread: Option<String>,
}

/// The deployment that is used.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub deployment: Deployment,
    /// Why this one, in words.
    pub why: String,
}

impl Config {
    /// The settings' rows of keys; which of them are good is not known here.
    ///
    /// # Errors
    /// With what is wrong with the settings.
    pub fn keys(&self) -> Result<Vec<KeyRow>, ConfigError> {
        Ok(Settings::load(&self.files)?.keys)
    }

    /// Reads everything.
    ///
    /// # Errors
    /// With what is wrong with the settings. A broken file of the Axiom CLI is
    /// only a warning: it may not be needed.
    pub fn load(&self) -> Result<Catalogue, ConfigError> {
        self.environment.check()?;
        let settings = Settings::load(&self.files)?;
        let mut warnings = Vec::new();
        let (cli, unread) = match CliFile::read(&self.files.cli) {
            Ok(cli) => (cli, None),
            Err(e) => (CliFile::default(), Some(format!("{e} (it is not used)"))),
        };
        warnings.extend(unread.clone());
        let holds_tokens = cli.deployments.values().any(|d| d.token.is_some());
        if holds_tokens && files::others_may(&self.files.cli, files::READ) {
            let file = Source::CliFile.words();
            warnings.push(format!("{file} holds tokens and others can read it: chmod 600 {file}"));
        }
        let active = cli.active().map(str::to_owned);
        let access = settings.read_only.unwrap_or_default();
        let rules = settings.deployments.iter().map(|(name, section)| {
            let access = section.read_only.unwrap_or(access);
            (name.clone(), Rules { access, personal_path: section.personal_path.clone() })
        });
        let rules = rules.collect();
        let (deployments, without) = merged(&settings, cli);
        Ok(Catalogue {
            deployments,
            without,
            rules,
            environment: self.environment.clone(),
            preferred: settings.deployment,
            active,
            access,
            clipboard: settings.clipboard,
            mouse: settings.mouse,
            title: settings.title,
            complete_names: settings.complete_names.unwrap_or(false),
            theme: settings.theme.unwrap_or_default(),
            warnings,
            unread,
        })
    }
}

/// The settings' deployments, then the Axiom CLI's. One of the same name is one
/// deployment, of which the settings know better. Then the names of those
/// without a credential.
fn merged(settings: &Settings, mut cli: CliFile) -> (Vec<Deployment>, Vec<String>) {
    let everywhere = settings.read_only.unwrap_or_default();
    let (mut all, mut without) = (Vec::new(), Vec::new());
    let mut add = |name: &str, section: &Section, old: Option<super::cli_file::Deployment>| {
        let (url, token, org) = old.map_or((None, None, None), |d| (d.url, d.token, d.org_id));
        let filled = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
        let (credential, source) = match (&section.token, filled(token)) {
            (Some(TokenFrom::Command(c)), _) => (Credential::Command(c.clone()), Source::Settings),
            (Some(TokenFrom::File(f)), _) => (Credential::File(f.clone()), Source::Settings),
            (None, Some(token)) => (Credential::pasted(&Zeroizing::new(token)), Source::CliFile),
            (None, None) => return without.push(name.to_owned()),
        };
        all.push(Deployment {
            name: name.to_owned(),
            url: section.url.clone().or(filled(url)).unwrap_or_else(|| DEFAULT_URL.to_owned()),
            org: section.org.clone().or(filled(org)),
            credential,
            source,
            access: section.read_only.unwrap_or(everywhere),
            personal_path: section.personal_path.clone(),
        });
    };
    for (name, section) in &settings.deployments {
        let old = cli.deployments.remove(name);
        add(name, section, old);
    }
    for (name, deployment) in cli.deployments {
        add(&name, &Section::default(), Some(deployment));
    }
    (all, without)
}

impl Catalogue {
    /// All that have a credential, without the environment's.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// The deployment that the settings name.
    #[must_use]
    pub fn preferred(&self) -> Option<&str> {
        self.preferred.as_deref()
    }

    /// Whether changes are refused where nothing else is said.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// How texts are copied, if the settings say so.
    #[must_use]
    pub fn clipboard(&self) -> Option<&str> {
        self.clipboard.as_deref()
    }

    /// When the mouse is on, if the settings say so.
    #[must_use]
    pub fn mouse(&self) -> Option<&str> {
        self.mouse.as_deref()
    }

    /// How the screens look.
    #[must_use]
    pub const fn theme(&self) -> Theme {
        self.theme
    }

    /// Whether the window gets a title.
    #[must_use]
    pub fn title(&self) -> bool {
        self.title.unwrap_or(true)
    }

    /// Whether names are kept for the shell's completion.
    #[must_use]
    pub const fn completes_names(&self) -> bool {
        self.complete_names
    }

    /// What deserves a look though it stops nothing.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Why the Axiom CLI's file is not used though it is there.
    #[must_use]
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// Words about a deployment that was not found, and that one file could not
    /// be read, which may be why.
    #[must_use]
    pub fn with_unread(&self, words: String) -> String {
        match &self.unread {
            Some(unread) => format!("{words}\n{unread}"),
            None => words,
        }
    }

    /// What holds for this deployment, or for one without a name.
    #[must_use]
    pub fn rules(&self, name: Option<&str>) -> Rules {
        let own = name.and_then(|name| self.rules.get(name)).cloned();
        own.unwrap_or(Rules { access: self.access, personal_path: None })
    }

    /// The deployment of this name.
    ///
    /// # Errors
    /// With the names that there are.
    pub fn named(&self, name: &str) -> Result<&Deployment, ConfigError> {
        if self.without.iter().any(|w| w == name) {
            return Err(ConfigError::NoCredential { name: name.to_owned() });
        }
        let known: Vec<&str> = self.deployments.iter().map(|d| d.name.as_str()).collect();
        self.deployments.iter().find(|d| d.name == name).ok_or_else(|| ConfigError::NoDeployment {
            name: name.to_owned(),
            nearest: nearest(name, &known).map(str::to_owned),
            known: known.iter().map(|k| (*k).to_owned()).collect(),
        })
    }

    /// The one that is used: `wanted` (the command line's), else the
    /// environment's, else the settings', else the Axiom CLI's. `None` if there
    /// is no credential anywhere.
    ///
    /// # Errors
    /// If one is named that does not exist.
    pub fn choose(&self, wanted: Option<&str>) -> Result<Option<Chosen>, ConfigError> {
        if let Some(name) = wanted {
            return Ok(Some(chosen(self.named(name)?, "--deployment names it")));
        }
        if let Some(token) = &self.environment.token {
            return self.by_environment(token.clone()).map(Some);
        }
        if let Some(name) = &self.environment.deployment {
            return Ok(Some(self.adjusted(self.named(name)?, "AXIOM_DEPLOYMENT names it")));
        }
        if let Some(name) = &self.preferred {
            return Ok(Some(self.adjusted(self.named(name)?, "the settings name it")));
        }
        let mut settings = self.deployments.iter().filter(|d| d.source == Source::Settings);
        if let (Some(only), None) = (settings.next(), settings.next()) {
            let why = "the only one of the settings with a credential";
            return Ok(Some(self.adjusted(only, why)));
        }
        let active = self.active.as_deref().and_then(|name| self.named(name).ok());
        let why = if self.deployments.iter().any(|d| d.source == Source::Settings) {
            "the Axiom CLI's active deployment, since the settings have several and name none"
        } else {
            "the Axiom CLI's active deployment"
        };
        Ok(active.map(|d| self.adjusted(d, why)))
    }

    /// Why none is used though there are some: what was to be said.
    #[must_use]
    pub fn undecided(&self) -> Option<String> {
        let names: Vec<_> = self.deployments.iter().map(|d| d.name.as_str()).collect();
        let there = match names.as_slice() {
            [] => return None,
            [one] => format!("there is the deployment {one}"),
            several => format!("there are the deployments {}", several.join(", ")),
        };
        Some(match &self.active {
            Some(active) => {
                format!("{there}; the Axiom CLI's active one, {active}, has no credential")
            }
            None => format!("{there}, and nothing says which one is meant"),
        })
    }

    /// What is not used though it could be, each with where it is from.
    #[must_use]
    pub fn passed_over(&self, used: &Deployment) -> Vec<String> {
        let token = self.environment.token.is_some() && used.source != Source::Environment;
        let others = self.deployments.iter().filter(|d| d.name != used.name);
        let others = others.map(|d| format!("{} ({})", d.name, d.source.words()));
        token.then(|| TOKEN.to_owned()).into_iter().chain(others).collect()
    }

    /// Address and organisation of the environment go before those that are
    /// written down, as with the Axiom CLI.
    fn adjusted(&self, deployment: &Deployment, why: &str) -> Chosen {
        let mut chosen = chosen(deployment, why);
        if let Some(url) = &self.environment.url {
            chosen.deployment.url.clone_from(url);
            chosen.why += "; AXIOM_URL goes before its address";
        }
        if self.environment.org.is_some() {
            chosen.deployment.org.clone_from(&self.environment.org);
            chosen.why += "; AXIOM_ORG_ID goes before its organisation";
        }
        chosen
    }

    /// What `AXIOM_TOKEN` and the variables beside it describe; a deployment
    /// that is named with it gives what they leave out.
    fn by_environment(&self, credential: Credential) -> Result<Chosen, ConfigError> {
        let env = &self.environment;
        let base = env.deployment.as_deref().map(|name| self.named(name)).transpose()?;
        let url = env.url.clone().or_else(|| base.map(|b| b.url.clone()));
        let deployment = Deployment {
            name: base.map_or(FROM_ENVIRONMENT, |b| b.name.as_str()).to_owned(),
            url: url.unwrap_or_else(|| DEFAULT_URL.to_owned()),
            org: env.org.clone().or_else(|| base.and_then(|b| b.org.clone())),
            credential,
            source: Source::Environment,
            access: base.map_or(self.access, |b| b.access),
            personal_path: base.and_then(|b| b.personal_path.clone()),
        };
        let why = match base {
            Some(_) => "AXIOM_TOKEN is set, AXIOM_DEPLOYMENT names the rest",
            None => "AXIOM_TOKEN is set",
        };
        Ok(Chosen { deployment, why: why.to_owned() })
    }
}

fn chosen(deployment: &Deployment, why: &str) -> Chosen {
    Chosen { deployment: deployment.clone(), why: why.to_owned() }
}

#[cfg(test)]
mod tests;
