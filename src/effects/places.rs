//! Where the screens begin.

use super::Effects;
use crate::{
    api::Endpoint,
    app::{Model, overlays::sign_in},
    config::{ConfigError, DEFAULT_URL},
    domain::{
        SafeText,
        session::{ConnectionId, Former},
    },
};

impl Effects {
    /// Goes to where the command line (its `--deployment`), the environment and
    /// the settings lead. What is in the way leads to the page that asks.
    ///
    /// # Errors
    /// With what is wrong with the settings, or with a name: nothing is safe to
    /// be shown then.
    pub async fn begin(&self, model: &mut Model, wanted: Option<&str>) -> Result<(), String> {
        let catalogue = self.ops.catalogue()?;
        model.has_deployments = !catalogue.deployments().is_empty();
        let chosen = catalogue.choose(wanted);
        if let Err(ConfigError::Address(why)) = &chosen
            && let Some(asking) = why.asking()
        {
            let url = self.ops.url_of_environment().and_then(Result::ok);
            sign_in::open_at(model, Some(asking), url);
            return Ok(());
        }
        let chosen = chosen.map_err(|e| catalogue.with_unread(e.to_string()))?;
        model.undecided = catalogue.undecided().filter(|_| chosen.is_none());
        let warning = catalogue.warnings().first().cloned();
        let Some(chosen) = chosen else {
            if model.has_deployments {
                model.warning = warning;
            } else {
                // What is wrong with a file matters most where nothing else was
                // found.
                let (url, wrong) = match self.ops.url_of_environment() {
                    Some(Ok(url)) => (Some(url), None),
                    Some(Err(why)) => (None, Some(format!("AXIOM_URL: {why}"))),
                    None => (None, None),
                };
                sign_in::open_at(model, warning.or(wrong), url);
            }
            return Ok(());
        };
        model.warning = warning;
        let deployment = &chosen.deployment;
        match self.ops.sign_in(ConnectionId::default(), deployment).await {
            Ok(session) => model.begin_at(session),
            Err(why) => {
                let url = Endpoint::parse(&deployment.url).map(|e| e.to_string());
                let former = Former {
                    deployment: deployment.name.as_str().into(),
                    // An address that is refused may hold a password.
                    url: url.unwrap_or_else(|_| DEFAULT_URL.to_owned()),
                    org: deployment.org.clone().map(SafeText::from),
                };
                sign_in::open_for(model, why.to_string(), former);
            }
        }
        Ok(())
    }
}
