//! Where the screens begin.

use super::Effects;
use crate::{
    api::Endpoint,
    app::model::{Beginning, SignInPage},
    config::{ConfigError, DEFAULT_URL},
    domain::{
        SafeText,
        session::{ConnectionId, ReauthTarget},
    },
};

impl Effects {
    /// Where the command line (its `--deployment`), the environment and the settings
    /// lead. What is in the way leads to the page that asks.
    ///
    /// # Errors
    /// With what is wrong with the settings, or with a name: nothing is safe to
    /// be shown then.
    pub async fn begin(&self, wanted: Option<&str>) -> Result<Beginning, String> {
        let catalogue = self.ops.catalogue()?;
        let has_deployments = !catalogue.deployments().is_empty();
        let mut beginning = Beginning { has_deployments, ..Beginning::default() };
        let chosen = catalogue.choose(wanted);
        if let Err(ConfigError::Address(why)) = &chosen
            && let Some(asking) = why.asking()
        {
            let url = self.ops.url_of_environment().and_then(Result::ok);
            beginning.page = Some(SignInPage { reason: Some(asking), url, reauth: None });
            return Ok(beginning);
        }
        let chosen = chosen.map_err(|e| catalogue.with_unread(e.to_string()))?;
        beginning.undecided = catalogue.undecided().filter(|_| chosen.is_none());
        let warning = catalogue.warnings().first().cloned();
        let Some(chosen) = chosen else {
            if has_deployments {
                beginning.warning = warning;
            } else {
                // What is wrong with a file matters most where nothing else was
                // found.
                let (url, wrong) = match self.ops.url_of_environment() {
                    Some(Ok(url)) => (Some(url), None),
                    Some(Err(why)) => (None, Some(format!("AXIOM_URL: {why}"))),
                    None => (None, None),
                };
                beginning.page = Some(SignInPage { reason: warning.or(wrong), url, reauth: None });
            }
            return Ok(beginning);
        };
        beginning.warning = warning;
        let deployment = &chosen.deployment;
        match self.ops.sign_in(ConnectionId::default(), deployment).await {
            Ok(session) => beginning.session = Some(session),
            Err(why) => {
                let url = Endpoint::parse(&deployment.url).map(|e| e.to_string());
                let reauth = ReauthTarget {
                    deployment: deployment.name.as_str().into(),
                    // An address that is refused may hold a password.
                    url: url.unwrap_or_else(|_| DEFAULT_URL.to_owned()),
                    org: deployment.org.clone().map(SafeText::from),
                };
                let reason = Some(why.to_string());
                beginning.page = Some(SignInPage { reason, url: None, reauth: Some(reauth) });
            }
        }
        Ok(beginning)
    }
}
