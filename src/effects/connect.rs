//! What the screens show first.

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
    /// Signs in to the deployment that the command line (`wanted` is its `--deployment`), the
    /// environment and the settings select. If that fails, the sign-in page is shown first.
    ///
    /// # Errors
    /// If the settings are invalid, or `wanted` is unknown: then no screen can be shown.
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
                // A file that could not be read is the most likely reason.
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
                    // An invalid address may contain a password.
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
