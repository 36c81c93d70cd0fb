//! Where one can sign in: the deployments of the environment, of axtok's
//! settings and of the Axiom CLI's file, in this order, and which one is used.
//!
//! A credential is only used with the address that goes with it (`address`).

mod address;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

pub use address::AddressError;
use address::is_same_place;

use super::{
    ConfigError, CredentialError,
    cli_file::CliFile,
    environment::{Environment, TOKEN, URL},
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
    pub const fn describe(self) -> &'static str {
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
    /// Why those that cannot be used cannot be, by name.
    unusable: BTreeMap<String, ConfigError>,
    /// What the settings say of each deployment that they name.
    rules: BTreeMap<String, Rules>,
    /// The addresses that the settings give to deployments.
    addresses: BTreeMap<String, String>,
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
            let file = Source::CliFile.describe();
            warnings.push(format!("{file} holds tokens and others can read it: chmod 600 {file}"));
        }
        let active = cli.active().map(str::to_owned);
        let access = settings.read_only.unwrap_or_default();
        let rules = settings.deployments.iter().map(|(name, section)| {
            let access = section.read_only.unwrap_or(access);
            (name.clone(), Rules { access, personal_path: section.personal_path.clone() })
        });
        let rules = rules.collect();
        let addresses = settings.deployments.iter().filter_map(|(name, section)| {
            let own = section.token.is_some().then(|| DEFAULT_URL.to_owned());
            Some((name.clone(), section.url.clone().or(own)?))
        });
        let addresses = addresses.collect();
        let (deployments, unusable) = merged(&settings, cli);
        let misdirected = unusable.values().filter(|e| matches!(e, ConfigError::Address(_)));
        warnings.extend(misdirected.map(ToString::to_string));
        Ok(Catalogue {
            deployments,
            unusable,
            rules,
            addresses,
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
/// deployment, of which the settings know better. Then those that cannot be used:
/// they have no credential, or one that is for another address.
fn merged(
    settings: &Settings,
    mut cli: CliFile,
) -> (Vec<Deployment>, BTreeMap<String, ConfigError>) {
    let everywhere = settings.read_only.unwrap_or_default();
    let (mut all, mut unusable) = (Vec::new(), BTreeMap::new());
    let mut add = |name: &str, section: &Section, old: Option<super::cli_file::Deployment>| {
        let (url, token, org) = old.map_or((None, None, None), |d| (d.url, d.token, d.org_id));
        let filled = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
        let url = filled(url);
        let (credential, source) = match (&section.token, filled(token)) {
            (Some(TokenFrom::Command(c)), _) => (Credential::Command(c.clone()), Source::Settings),
            (Some(TokenFrom::File(f)), _) => (Credential::File(f.clone()), Source::Settings),
            (None, Some(token)) => (Credential::pasted(&Zeroizing::new(token)), Source::CliFile),
            (None, None) => {
                unusable
                    .insert(name.to_owned(), ConfigError::NoCredential { name: name.to_owned() });
                return;
            }
        };
        // The address beside the credential; the other file's must be the same place.
        let (own, other) = match source {
            Source::CliFile => (&url, &section.url),
            Source::Settings | Source::Environment => (&section.url, &url),
        };
        let own = own.as_deref().unwrap_or(DEFAULT_URL);
        if other.as_deref().is_some_and(|other| !is_same_place(own, other)) {
            let why = AddressError::TwoFiles { name: name.into(), credential: source };
            unusable.insert(name.to_owned(), why.into());
            return;
        }
        all.push(Deployment {
            name: name.to_owned(),
            url: own.to_owned(),
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
    (all, unusable)
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
        if let Some(why) = self.unusable.get(name) {
            return Err(why.clone());
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
    /// If one is named that does not exist, or `AXIOM_URL` is not the address of
    /// the credential that would be used.
    pub fn choose(&self, wanted: Option<&str>) -> Result<Option<Chosen>, ConfigError> {
        if let Some(name) = wanted {
            return Ok(Some(chosen(self.named(name)?, "--deployment names it")));
        }
        if let Some(token) = &self.environment.token {
            return self.by_environment(token.clone()).map(Some);
        }
        if let Some(name) = &self.environment.deployment {
            return self.adjusted(self.named(name)?, "AXIOM_DEPLOYMENT names it").map(Some);
        }
        if let Some(name) = &self.preferred {
            return self.adjusted(self.named(name)?, "the settings name it").map(Some);
        }
        let settings = self.deployments.iter().filter(|d| d.source == Source::Settings).map(Ok);
        let mut settings = settings.chain(self.misdirected(Source::Settings).map(Err));
        if let (Some(only), None) = (settings.next(), settings.next()) {
            let why = "the only one of the settings with a credential";
            return self.adjusted(only?, why).map(Some);
        }
        let active = match self.active.as_deref().map(|name| self.named(name)) {
            Some(Err(why @ ConfigError::Address(_))) => return Err(why),
            active => active.and_then(Result::ok),
        };
        let in_settings = self.deployments.iter().any(|d| d.source == Source::Settings);
        let why = if in_settings || self.misdirected(Source::Settings).next().is_some() {
            "the Axiom CLI's active deployment, since the settings have several and name none"
        } else {
            "the Axiom CLI's active deployment"
        };
        active.map(|d| self.adjusted(d, why)).transpose()
    }

    /// Why deployments whose credential is from this source cannot be used, though
    /// they have one.
    fn misdirected(&self, source: Source) -> impl Iterator<Item = ConfigError> {
        let is_of_it = move |why: &&ConfigError| {
            matches!(why, ConfigError::Address(AddressError::TwoFiles { credential, .. })
                if *credential == source)
        };
        self.unusable.values().filter(is_of_it).cloned()
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

    /// Whether a credential for this address can be kept in the Axiom CLI's file
    /// under this name.
    ///
    /// # Errors
    /// If the settings have a deployment of this name elsewhere.
    pub fn may_keep(&self, name: &str, url: &str) -> Result<(), ConfigError> {
        match self.addresses.get(name) {
            Some(own) if !is_same_place(own, url) => {
                Err(AddressError::NameTaken { name: name.into() }.into())
            }
            _ => Ok(()),
        }
    }

    /// What is not used though it could be, each with where it is from.
    #[must_use]
    pub fn passed_over(&self, used: &Deployment) -> Vec<String> {
        let is_set = |is_set: bool, name: &str| {
            (is_set && used.source != Source::Environment).then(|| name.to_owned())
        };
        let token = is_set(self.environment.token.is_some(), TOKEN);
        let url = self.environment.url.as_deref();
        let url = is_set(url.is_some_and(|url| !is_same_place(url, &used.url)), URL);
        let others = self.deployments.iter().filter(|d| d.name != used.name);
        let others = others.map(|d| format!("{} ({})", d.name, d.source.describe()));
        token.into_iter().chain(url).chain(others).collect()
    }

    /// The organisation of the environment is used instead of the one that is
    /// written down, as with the Axiom CLI. Its address must be that of the
    /// deployment: the credential is for no other.
    fn adjusted(&self, deployment: &Deployment, why: &str) -> Result<Chosen, ConfigError> {
        let mut chosen = chosen(deployment, why);
        if let Some(url) = &self.environment.url {
            address::of_credential(url, deployment)?;
        }
        if self.environment.org.is_some() {
            chosen.deployment.org.clone_from(&self.environment.org);
            chosen.why += "; AXIOM_ORG_ID goes before its organisation";
        }
        Ok(chosen)
    }

    /// What `AXIOM_TOKEN` and the variables beside it describe; a deployment
    /// that is named with it gives what they leave out.
    fn by_environment(&self, credential: Credential) -> Result<Chosen, ConfigError> {
        let env = &self.environment;
        let base = env.deployment.as_deref().map(|name| self.named(name)).transpose()?;
        if let (Some(url), Some(base)) = (&env.url, base) {
            address::of_deployment(url, base)?;
        }
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
