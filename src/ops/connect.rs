//! Connects to deployments: finds the credential, opens a connection and returns the session.

use std::{fmt::Write as _, sync::Arc};

use super::{Connection, Ops};
use crate::{
    api::{Endpoint, EndpointError},
    config::{
        Catalogue, CredentialError, Deployment, Routes, Rules, Source,
        cli_file::{self, Entry, Saved},
    },
    domain::{
        Access, SafeText, Secret, SecretKind,
        session::{ConnectionId, DeploymentSummary, Session, Target},
    },
    simulator::{Scenario, Simulator},
};

/// Why signing in to a deployment failed.
#[derive(Debug, thiserror::Error)]
pub enum NoSession {
    /// The address is invalid.
    #[error("{of}: {why}")]
    Address {
        /// Where the address comes from, such as `AXIOM_URL`.
        of: String,
        /// What is wrong with it.
        why: EndpointError,
    },
    /// The credential could not be read.
    #[error("deployment {name}: {why}")]
    Credential {
        /// The deployment's name.
        name: String,
        /// What is wrong with the credential.
        why: CredentialError,
    },
}

impl Ops {
    /// Opens a connection to `to` under this id. Sends no request.
    ///
    /// # Errors
    /// If a setting, a file, the token command or the address is at fault.
    pub async fn connect(&self, id: ConnectionId, to: Target) -> Result<Session, String> {
        match to {
            Target::Demo => self.demo(id).await,
            Target::Token { url, token, of } => {
                let endpoint = Endpoint::parse(&url).map_err(|e| format!("address: {e}"))?;
                let rules = match &self.config {
                    Some(_) => self.loaded().await?.rules(of.as_deref(), &url),
                    None => Rules::default(),
                };
                let name = of.unwrap_or_else(|| endpoint.host().to_owned());
                let connection = Connection::new(endpoint, token, rules.routes, name, false);
                let session = self.session(id, connection).await;
                Ok(Session { access: rules.access, usual_access: rules.access, ..session })
            }
            Target::Deployment(name) => {
                let catalogue = self.loaded().await?;
                let deployment = catalogue.named(&name).map_err(|e| e.to_string())?;
                self.sign_in(id, deployment).await.map_err(|e| e.to_string())
            }
        }
    }

    /// The address in `AXIOM_URL`, or what is wrong with it. `None` if it is not set.
    #[must_use]
    pub fn url_of_environment(&self) -> Option<Result<String, EndpointError>> {
        let url = self.config.as_ref()?.environment.url.as_deref()?;
        Some(Endpoint::parse(url).map(|endpoint| endpoint.to_string()))
    }

    /// The deployments and settings, from the settings file and the Axiom CLI's file.
    ///
    /// # Errors
    /// If the settings are invalid.
    pub fn catalogue(&self) -> Result<Catalogue, String> {
        let config = self.config.as_ref().ok_or("no home directory: set HOME")?;
        config.load().map_err(|e| e.to_string())
    }

    /// Like [`Self::catalogue`], in a separate task: reading files can block.
    async fn loaded(&self) -> Result<Catalogue, String> {
        let ops = self.clone();
        let loaded = tokio::task::spawn_blocking(move || ops.catalogue()).await;
        // Fails only after a panic, which the hook has reported.
        loaded.unwrap_or_else(|_| Err("the settings could not be read".to_owned()))
    }

    /// Opens a connection to a deployment. Sends no request.
    ///
    /// # Errors
    /// If the address or the credential is invalid.
    pub async fn sign_in(
        &self,
        id: ConnectionId,
        deployment: &Deployment,
    ) -> Result<Session, NoSession> {
        let name = &deployment.name;
        let address = |why| {
            let url = self.config.as_ref().and_then(|c| c.environment.url.as_deref());
            let of = if url == Some(deployment.url.as_str()) {
                "AXIOM_URL".to_owned()
            } else {
                format!("the address of {name}")
            };
            NoSession::Address { of, why }
        };
        let endpoint = Endpoint::parse(&deployment.url).map_err(address)?;
        let credential = |why| NoSession::Credential { name: name.clone(), why };
        let token = deployment.token().await.map_err(credential)?;
        let routes = deployment.routes.clone();
        // A token from the environment may belong to any deployment.
        let is_of_it = deployment.source != Source::Environment;
        let connection = Connection::new(endpoint, token, routes, name.clone(), false);
        let session = self.session(id, connection.of_its_deployment(is_of_it)).await;
        // An API token implies its organisation; other credentials need one.
        let org = deployment.org.clone().filter(|_| session.credential != SecretKind::Api);
        let (access, usual_access) = (deployment.access, deployment.access);
        Ok(Session { org: org.map(SafeText::from), access, usual_access, ..session })
    }

    /// Starts the embedded server with the demo organisation.
    async fn demo(&self, id: ConnectionId) -> Result<Session, String> {
        let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await;
        let simulator = simulator.map_err(|e| e.to_string())?;
        let endpoint = Endpoint::parse(&simulator.url()).map_err(|e| e.to_string())?;
        let token = Arc::new(Secret::new(simulator.personal_token().to_owned()));
        let org = SafeText::from(simulator.org_id());
        let routes = Routes::default();
        let connection = Connection::new(endpoint, token, routes, "demo".to_owned(), true);
        let session = self.session(id, connection).await;
        self.keep_running(simulator);
        Ok(Session { org: Some(org), ..session })
    }

    /// Registers the connection and returns its session.
    async fn session(&self, id: ConnectionId, connection: Connection) -> Session {
        let session = Session {
            connection: Some(id),
            deployment: connection.deployment.as_str().into(),
            url: connection.endpoint.to_string(),
            org: None,
            credential: connection.credential.kind(),
            access: Access::Full,
            usual_access: Access::Full,
            console: connection.endpoint.console_profile(),
            personal_host: connection.personal_host(),
            demo: connection.demo,
            policies: self.read_policies(connection.demo).await,
        };
        self.open(id, connection.logged(self.log.clone()));
        session
    }

    /// The known deployments.
    ///
    /// # Errors
    /// If the settings are invalid.
    pub fn deployments(&self) -> Result<Vec<DeploymentSummary>, String> {
        let summary = |d: &Deployment| DeploymentSummary {
            name: d.name.as_str().into(),
            // An invalid address may contain a password.
            url: Endpoint::parse(&d.url)
                .map_or_else(|_| "invalid address".to_owned(), |e| e.to_string()),
            source: d.source.describe(),
            access: d.access,
        };
        Ok(self.catalogue()?.deployments().iter().map(summary).collect())
    }

    /// Saves a connection's credential to the Axiom CLI's file. Returns the name it was saved
    /// under, and a message.
    ///
    /// # Errors
    /// If the credential could not be saved.
    pub fn keep(
        &self,
        id: ConnectionId,
        name: &str,
        org: Option<&SafeText>,
        replaces: bool,
    ) -> Result<(String, String), String> {
        let file = self.config.as_ref().map(|c| &c.files.cli);
        let file = file.ok_or("no home directory: set HOME")?;
        let connection = self.connection(id).ok_or("no longer signed in")?;
        let url = connection.endpoint.to_string();
        self.catalogue()?.may_keep(name, &url).map_err(|e| e.to_string())?;
        let token = &connection.credential;
        let entry = Entry { name, url: &url, token, org: org.map(SafeText::raw), replaces };
        let Saved { name: kept, other_active } =
            cli_file::save(file, &entry).map_err(|e| e.to_string())?;
        let mut words = format!("Saved as {kept} in ~/.axiom.toml");
        if kept != name {
            let _ = write!(words, " ({name} already exists)");
        }
        if other_active.is_some() {
            let _ = write!(words, "; select it with --deployment {kept}");
        }
        Ok((kept, words + "."))
    }
}
