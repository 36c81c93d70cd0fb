//! The deployments that a user can sign in to, from the environment, axtok's settings and the
//! Axiom CLI's file, in this order, and which of them is used.
//!
//! A credential is only sent to the address that belongs to it (`address`).

mod address;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

pub use address::AddressError;
use address::is_same_deployment;

use super::{
    ConfigError, CredentialError,
    cli_file::CliFile,
    environment::{Environment, TOKEN, URL},
    files::{self, Files},
    policy,
    settings::{KeyRow, Section, Settings, TokenFrom, nearest},
};
use zeroize::Zeroizing;

use crate::{
    api::Endpoint,
    domain::{
        Access, Policies, Retention, Secret, Theme,
        due::{Alarm, Within},
        pasted::NotAToken,
        session::FROM_ENVIRONMENT,
        usage::Asking,
    },
};

/// The API's address unless another one is set.
pub const DEFAULT_URL: &str = "https://api.axiom.co";

/// Where a credential was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Environment variables.
    Environment,
    /// axtok's settings file.
    Settings,
    /// The Axiom CLI's `~/.axiom.toml`.
    CliFile,
}

impl Source {
    /// The source's name in messages.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Environment => "the environment",
            Self::Settings => "settings",
            Self::CliFile => "~/.axiom.toml",
        }
    }
}

/// How to get a token.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The token itself.
    Value(Arc<Secret>),
    /// A file that contains the token.
    File(PathBuf),
    /// A program and its arguments, run without a shell; prints the token.
    Command(Vec<String>),
    /// A value that is not a token.
    Unusable(NotAToken),
}

/// An address to sign in to, with its credential.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The name in the settings or the Axiom CLI's file.
    pub name: String,
    /// The API's address, not yet validated.
    pub url: String,
    /// The organisation that a personal token acts for.
    pub org: Option<String>,
    /// How to get the token.
    pub credential: Credential,
    /// Where the credential was found.
    pub source: Source,
    /// Whether changes are allowed.
    pub access: Access,
    /// What the settings say about its routes.
    pub routes: Routes,
}

/// What the settings of a deployment say about its routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// The base path of the routes for personal tokens, or their whole address.
    pub personal: Option<String>,
    /// The dataset or view with the audit log.
    pub audit_dataset: Option<String>,
}

impl Routes {
    /// The address of the routes for personal tokens, if they are on another server than `url`.
    #[must_use]
    pub fn elsewhere(&self, url: &str) -> Option<Endpoint> {
        let (there, _) = Endpoint::of_routes(self.personal.as_ref()?).ok()?;
        let here = Endpoint::parse(url).ok();
        let is_here = here.is_some_and(|here| here.is_same_server(&there));
        (!is_here).then_some(there)
    }
}

impl Deployment {
    /// Reads the token.
    ///
    /// # Errors
    /// Says what is wrong; never quotes what was read.
    pub async fn token(&self) -> Result<Arc<Secret>, CredentialError> {
        let from = match self.source {
            Source::Environment => TOKEN,
            Source::Settings | Source::CliFile => "the token in ~/.axiom.toml",
        };
        self.credential.resolve(from).await
    }
}

/// The settings of a deployment that do not depend on its credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whether changes are allowed.
    pub access: Access,
    /// What the settings say about its routes.
    pub routes: Routes,
}

/// The sources of the configuration. The files are read again each time.
#[derive(Clone, Debug)]
pub struct Config {
    /// The paths of the files.
    pub files: Files,
    /// The environment variables.
    pub environment: Environment,
}

/// The deployments and settings, as read from all sources.
#[derive(Clone, Debug)]
pub struct Catalogue {
    deployments: Vec<Deployment>,
    /// The deployments that cannot be used, by name, with the reason.
    unusable: BTreeMap<String, ConfigError>,
    /// The settings' rules, by deployment name.
    rules: BTreeMap<String, Rules>,
    /// The addresses in the settings, by deployment name.
    addresses: BTreeMap<String, String>,
    environment: Environment,
    /// The deployment that the settings select; `active` is the Axiom CLI's.
    preferred: Option<String>,
    active: Option<String>,
    access: Access,
    clipboard: Option<String>,
    mouse: Option<String>,
    title: Option<bool>,
    complete_names: bool,
    usage: Asking,
    history: Retention,
    policy: Option<PathBuf>,
    on_due: Option<Vec<String>>,
    due_within: Within,
    theme: Theme,
    warnings: Vec<String>,
    /// Why the Axiom CLI's file could not be read, if it exists.
    unread: Option<String>,
}

/// The deployment to use.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The deployment, adjusted by environment variables.
    pub deployment: Deployment,
    /// Why this one, in words.
    pub why: String,
}

impl Config {
    /// The key bindings in the settings, not yet validated.
    ///
    /// # Errors
    /// If the settings cannot be read or are invalid.
    pub fn keys(&self) -> Result<Vec<KeyRow>, ConfigError> {
        Ok(Settings::load(&self.files)?.keys)
    }

    /// The organisation's rules in force: the computer's, and those of `instead` or else of the
    /// user's own file.
    #[must_use]
    pub fn policies(&self, instead: Option<&std::path::Path>) -> Policies {
        match Settings::load(&self.files) {
            Ok(settings) => policy::in_force(&self.files, settings.policy.as_deref(), instead),
            Err(why) => Policies { unusable: Some(why.to_string()), ..Policies::default() },
        }
    }

    /// How long the journal keeps finished changes. Forever if the settings cannot be read: a
    /// mistake in them must not drop what they would keep.
    #[must_use]
    pub fn history(&self) -> Retention {
        let settings = Settings::load(&self.files);
        settings.map_or_else(|_| Retention::forever(), |s| s.history.unwrap_or_default())
    }

    /// Reads all sources.
    ///
    /// # Errors
    /// If the environment or the settings are invalid. An unreadable Axiom CLI file is only a
    /// warning: it may not be needed.
    pub fn load(&self) -> Result<Catalogue, ConfigError> {
        self.environment.check()?;
        let settings = Settings::load(&self.files)?;
        let mut warnings = Vec::new();
        let (cli, unread) = match CliFile::read(&self.files.cli) {
            Ok(cli) => (cli, None),
            Err(e) => (CliFile::default(), Some(format!("{e} (file ignored)"))),
        };
        warnings.extend(unread.clone());
        let holds_tokens = cli.deployments.values().any(|d| d.token.is_some());
        if holds_tokens && files::others_may(&self.files.cli, files::READ) {
            let file = Source::CliFile.describe();
            warnings
                .push(format!("{file} contains tokens and others can read it: chmod 600 {file}"));
        }
        let active = cli.active().map(str::to_owned);
        let access = settings.read_only.unwrap_or_default();
        let rules = settings.deployments.iter().map(|(name, section)| {
            let access = section.read_only.unwrap_or(access);
            (name.clone(), Rules { access, routes: section.routes.clone() })
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
            usage: settings.usage.unwrap_or_default(),
            history: settings.history.unwrap_or_default(),
            on_due: settings.on_due,
            due_within: settings.due_within.unwrap_or_default(),
            theme: settings.theme.unwrap_or_default(),
            policy: settings.policy,
            warnings,
            unread,
        })
    }
}

/// Merges the settings' deployments with the Axiom CLI's. Those with the same name are one
/// deployment, for which the settings take precedence. The second part holds those that cannot be
/// used: without a credential, or with one for another address.
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
        // The address beside the credential applies; one in the other file must be the same.
        let (own, other) = match source {
            Source::CliFile => (&url, &section.url),
            Source::Settings | Source::Environment => (&section.url, &url),
        };
        let own = own.as_deref().unwrap_or(DEFAULT_URL);
        if other.as_deref().is_some_and(|other| !is_same_deployment(own, other)) {
            let why = AddressError::TwoFiles { name: name.into(), credential: source };
            unusable.insert(name.to_owned(), why.into());
            return;
        }
        if source == Source::CliFile && section.routes.elsewhere(own).is_some() {
            let why = AddressError::RoutesElsewhere { name: name.into() };
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
            routes: section.routes.clone(),
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
    /// All deployments with a credential, without the environment's.
    #[must_use]
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    /// The deployment that the settings select.
    #[must_use]
    pub fn preferred(&self) -> Option<&str> {
        self.preferred.as_deref()
    }

    /// Whether changes are allowed, for deployments without their own setting.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// The setting for copying, if there is one.
    #[must_use]
    pub fn clipboard(&self) -> Option<&str> {
        self.clipboard.as_deref()
    }

    /// The setting for the mouse, if there is one.
    #[must_use]
    pub fn mouse(&self) -> Option<&str> {
        self.mouse.as_deref()
    }

    /// The colour theme.
    #[must_use]
    pub const fn theme(&self) -> Theme {
        self.theme
    }

    /// Whether to set the terminal window's title.
    #[must_use]
    pub fn title(&self) -> bool {
        self.title.unwrap_or(true)
    }

    /// Whether to keep names for shell completion.
    #[must_use]
    pub const fn completes_names(&self) -> bool {
        self.complete_names
    }

    /// When to query the audit log for what tokens do.
    #[must_use]
    pub const fn usage(&self) -> Asking {
        self.usage
    }

    /// How long the journal keeps finished changes.
    #[must_use]
    pub const fn history(&self) -> &Retention {
        &self.history
    }

    /// The file of the organisation's rules, if the settings name one.
    #[must_use]
    pub fn policy(&self) -> Option<&std::path::Path> {
        self.policy.as_deref()
    }

    /// What to do about tokens that become due, if anything.
    #[must_use]
    pub fn alarm(&self) -> Option<Alarm> {
        let (program, within) = (self.on_due.clone()?, self.due_within.clone());
        Some(Alarm { program, within })
    }

    /// How long before its expiry a token is due.
    #[must_use]
    pub const fn due_within(&self) -> &Within {
        &self.due_within
    }

    /// Problems that do not prevent signing in.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Why the Axiom CLI's file could not be read, if it exists.
    #[must_use]
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// A message that a deployment was not found, plus why the Axiom CLI's file could not be
    /// read, which may be the reason.
    #[must_use]
    pub fn with_unread(&self, words: String) -> String {
        match &self.unread {
            Some(unread) => format!("{words}\n{unread}"),
            None => words,
        }
    }

    /// The rules for this deployment at `url`, or for one without a name. A credential for another
    /// address is not sent where the settings of this one have routes.
    #[must_use]
    pub fn rules(&self, name: Option<&str>, url: &str) -> Rules {
        let own = name.and_then(|name| Some((self.rules.get(name)?, self.addresses.get(name))));
        let Some((rules, address)) = own else {
            return Rules { access: self.access, routes: Routes::default() };
        };
        let mut rules = rules.clone();
        let is_there = address.is_some_and(|address| is_same_deployment(address, url));
        if !is_there && rules.routes.elsewhere(url).is_some() {
            rules.routes.personal = None;
        }
        rules
    }

    /// The deployment of this name.
    ///
    /// # Errors
    /// Says why the deployment cannot be used, or which names exist.
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

    /// The deployment to use: `wanted` (from the command line), else the environment's, else the
    /// settings', else the Axiom CLI's. `None` if no source selects one; see
    /// [`Self::undecided`].
    ///
    /// # Errors
    /// If the selected deployment does not exist, or `AXIOM_URL` is not the address that its
    /// credential is for.
    pub fn choose(&self, wanted: Option<&str>) -> Result<Option<Chosen>, ConfigError> {
        if let Some(name) = wanted {
            return Ok(Some(chosen(self.named(name)?, "selected by --deployment")));
        }
        if let Some(token) = &self.environment.token {
            return self.by_environment(token.clone()).map(Some);
        }
        if let Some(name) = &self.environment.deployment {
            return self.adjusted(self.named(name)?, "selected by AXIOM_DEPLOYMENT").map(Some);
        }
        if let Some(name) = &self.preferred {
            return self.adjusted(self.named(name)?, "selected in the settings").map(Some);
        }
        let settings = self.deployments.iter().filter(|d| d.source == Source::Settings).map(Ok);
        let mut settings = settings.chain(self.misdirected(Source::Settings).map(Err));
        if let (Some(only), None) = (settings.next(), settings.next()) {
            let why = "the only deployment in the settings with a credential";
            return self.adjusted(only?, why).map(Some);
        }
        let active = match self.active.as_deref().map(|name| self.named(name)) {
            Some(Err(why @ ConfigError::Address(_))) => return Err(why),
            active => active.and_then(Result::ok),
        };
        let in_settings = self.deployments.iter().any(|d| d.source == Source::Settings);
        let why = if in_settings || self.misdirected(Source::Settings).next().is_some() {
            "the Axiom CLI's active deployment; the settings have several and select none"
        } else {
            "the Axiom CLI's active deployment"
        };
        active.map(|d| self.adjusted(d, why)).transpose()
    }

    /// The errors of deployments whose credential, from this source, is for another address.
    fn misdirected(&self, source: Source) -> impl Iterator<Item = ConfigError> {
        let is_of_it = move |why: &&ConfigError| {
            matches!(why, ConfigError::Address(AddressError::TwoFiles { credential, .. })
                if *credential == source)
        };
        self.unusable.values().filter(is_of_it).cloned()
    }

    /// Why no deployment is selected although some exist.
    #[must_use]
    pub fn undecided(&self) -> Option<String> {
        let names: Vec<_> = self.deployments.iter().map(|d| d.name.as_str()).collect();
        let there = match names.as_slice() {
            [] => return None,
            [one] => format!("found the deployment {one}"),
            several => format!("found the deployments {}", several.join(", ")),
        };
        Some(match &self.active {
            Some(active) => {
                format!("{there}; the Axiom CLI's active one, {active}, has no credential")
            }
            None => format!("{there}, but none is selected"),
        })
    }

    /// Checks that a credential for this address can be saved in the Axiom CLI's file under this
    /// name.
    ///
    /// # Errors
    /// If the settings have another address for this name.
    pub fn may_keep(&self, name: &str, url: &str) -> Result<(), ConfigError> {
        match self.addresses.get(name) {
            Some(own) if !is_same_deployment(own, url) => {
                Err(AddressError::NameTaken { name: name.into() }.into())
            }
            _ => Ok(()),
        }
    }

    /// The credentials and variables that are not used, each with its source.
    #[must_use]
    pub fn unused_notes(&self, used: &Deployment) -> Vec<String> {
        let is_set = |is_set: bool, name: &str| {
            (is_set && used.source != Source::Environment).then(|| name.to_owned())
        };
        let token = is_set(self.environment.token.is_some(), TOKEN);
        let url = self.environment.url.as_deref();
        let url = is_set(url.is_some_and(|url| !is_same_deployment(url, &used.url)), URL);
        let others = self.deployments.iter().filter(|d| d.name != used.name);
        let others = others.map(|d| format!("{} ({})", d.name, d.source.describe()));
        token.into_iter().chain(url).chain(others).collect()
    }

    /// Applies `AXIOM_ORG_ID`, which overrides the stored organisation, as in the Axiom CLI.
    /// `AXIOM_URL` must be the deployment's own address: its credential is for no other.
    fn adjusted(&self, deployment: &Deployment, why: &str) -> Result<Chosen, ConfigError> {
        let mut chosen = chosen(deployment, why);
        if let Some(url) = &self.environment.url {
            address::of_credential(url, deployment)?;
        }
        if self.environment.org.is_some() {
            chosen.deployment.org.clone_from(&self.environment.org);
            chosen.why += "; AXIOM_ORG_ID overrides its organisation";
        }
        Ok(chosen)
    }

    /// The deployment that `AXIOM_TOKEN` and the other variables describe; `AXIOM_DEPLOYMENT`
    /// supplies what they leave out.
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
            routes: base.map(|b| b.routes.clone()).unwrap_or_default(),
        };
        let why = match base {
            Some(_) => "AXIOM_TOKEN is set, AXIOM_DEPLOYMENT supplies the rest",
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
