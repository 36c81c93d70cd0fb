//! Ways to other places: finds a credential, makes a connection with it, and
//! says what session that is.

use std::{fmt::Write as _, sync::Arc};

use super::{Connection, Ops};
use crate::{
    api::{Endpoint, EndpointError},
    config::{
        Catalogue, CredentialError, Deployment, Rules, Source,
        cli_file::{self, Entry, Saved},
    },
    domain::{
        Access, SafeText, Secret, SecretKind,
        session::{ConnectionId, DeploymentSummary, Session, Target},
    },
    simulator::{Scenario, Simulator},
};

/// Why a deployment cannot be signed in to.
#[derive(Debug, thiserror::Error)]
pub enum NoSession {
    /// `of` says whose address it is.
    #[error("{of}: {why}")]
    Address { of: String, why: EndpointError },
    #[error("deployment {name}: {why}")]
    Credential { name: String, why: CredentialError },
}

impl Ops {
    /// Makes a connection and waits until it is there.
    ///
    /// # Errors
    /// With why there is none: a setting, a file, a command, an address.
    pub async fn connect(&self, id: ConnectionId, to: Target) -> Result<Session, String> {
        match to {
            Target::Demo => self.demo(id).await,
            Target::Token { url, token, of } => {
                let endpoint = Endpoint::parse(&url).map_err(|e| format!("the address: {e}"))?;
                let rules = match &self.config {
                    Some(_) => self.loaded().await?.rules(of.as_deref()),
                    None => Rules::default(),
                };
                let name = of.unwrap_or_else(|| endpoint.host().to_owned());
                let connection = Connection::new(endpoint, token, rules.personal_path, name, false);
                let session = self.session(id, connection);
                Ok(Session { access: rules.access, usual_access: rules.access, ..session })
            }
            Target::Deployment(name) => {
                let catalogue = self.loaded().await?;
                let deployment = catalogue.named(&name).map_err(|e| e.to_string())?;
                self.sign_in(id, deployment).await.map_err(|e| e.to_string())
            }
        }
    }

    /// The address that the environment gives, or what is wrong with it.
    #[must_use]
    pub fn url_of_environment(&self) -> Option<Result<String, EndpointError>> {
        let url = self.config.as_ref()?.environment.url.as_deref()?;
        Some(Endpoint::parse(url).map(|endpoint| endpoint.to_string()))
    }

    /// What the settings and the Axiom CLI's file say.
    ///
    /// # Errors
    /// With what is wrong with the settings.
    pub fn catalogue(&self) -> Result<Catalogue, String> {
        let config = self.config.as_ref().ok_or("there is no home directory: set HOME")?;
        config.load().map_err(|e| e.to_string())
    }

    /// The same, apart from the loop: files may take their time.
    async fn loaded(&self) -> Result<Catalogue, String> {
        let ops = self.clone();
        let loaded = tokio::task::spawn_blocking(move || ops.catalogue()).await;
        // It fails only by a panic, of which the hook has spoken.
        loaded.unwrap_or_else(|_| Err("the settings could not be read".to_owned()))
    }

    /// Makes a connection to a deployment.
    ///
    /// # Errors
    /// With what is wrong with its address or its credential.
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
        let path = deployment.personal_path.clone();
        // The environment's token may be any, whatever deployment it stands beside.
        let is_of_it = deployment.source != Source::Environment;
        let connection = Connection::new(endpoint, token, path, name.clone(), false);
        let session = self.session(id, connection.of_its_deployment(is_of_it));
        // An API token belongs to one organisation; only others name one.
        let org = deployment.org.clone().filter(|_| session.credential != SecretKind::Api);
        let (access, usual_access) = (deployment.access, deployment.access);
        Ok(Session { org: org.map(SafeText::from), access, usual_access, ..session })
    }

    /// Starts the embedded server with its made-up organisation.
    async fn demo(&self, id: ConnectionId) -> Result<Session, String> {
        let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await;
        let simulator = simulator.map_err(|e| e.to_string())?;
        let endpoint = Endpoint::parse(&simulator.url()).map_err(|e| e.to_string())?;
        let token = Arc::new(Secret::new(simulator.personal_token().to_owned()));
        let org = SafeText::from(simulator.org_id());
        let connection = Connection::new(endpoint, token, None, "demo".to_owned(), true);
        let session = self.session(id, connection);
        self.keep_running(simulator);
        Ok(Session { org: Some(org), ..session })
    }

    /// Opens the connection, and says what session it makes.
    fn session(&self, id: ConnectionId, connection: Connection) -> Session {
        let session = Session {
            connection: Some(id),
            deployment: connection.deployment.as_str().into(),
            url: connection.endpoint.to_string(),
            org: None,
            credential: connection.credential.kind(),
            access: Access::Full,
            usual_access: Access::Full,
            console: connection.endpoint.console_profile(),
            demo: connection.demo,
        };
        self.open(id, connection.logged(self.log.clone()));
        session
    }

    /// Which deployments there are.
    ///
    /// # Errors
    /// With what is wrong with the settings.
    pub fn deployments(&self) -> Result<Vec<DeploymentSummary>, String> {
        let summary = |d: &Deployment| DeploymentSummary {
            name: d.name.as_str().into(),
            // An address that is refused may hold a password.
            url: Endpoint::parse(&d.url)
                .map_or_else(|_| "not an address".to_owned(), |e| e.to_string()),
            source: d.source.describe(),
            access: d.access,
        };
        Ok(self.catalogue()?.deployments().iter().map(summary).collect())
    }

    /// Writes the credential of a connection into the Axiom CLI's file; says
    /// under which name, and what is to be known of it.
    ///
    /// # Errors
    /// With why it was not.
    pub fn keep(
        &self,
        id: ConnectionId,
        name: &str,
        org: Option<&SafeText>,
        replaces: bool,
    ) -> Result<(String, String), String> {
        let file = self.config.as_ref().map(|c| &c.files.cli);
        let file = file.ok_or("there is no home directory: set HOME")?;
        let connection = self.connection(id).ok_or("it is not signed in any more")?;
        let url = connection.endpoint.to_string();
        self.catalogue()?.may_keep(name, &url).map_err(|e| e.to_string())?;
        let token = &connection.credential;
        let entry = Entry { name, url: &url, token, org: org.map(SafeText::raw), replaces };
        let Saved { name: kept, other_active } =
            cli_file::save(file, &entry).map_err(|e| e.to_string())?;
        let mut words = format!("Kept as {kept} in ~/.axiom.toml");
        if kept != name {
            let _ = write!(words, ", since {name} is another one there");
        }
        if other_active.is_some() {
            let _ = write!(words, "; --deployment {kept} chooses it");
        }
        Ok((kept, words + "."))
    }
}
