//! Which names can be meant: those of the deployment and organisation that the
//! command would use, as far as that is known without a credential.

use jiff::Timestamp;

use crate::{
    api::Endpoint,
    config::{Catalogue, Config, Credential, Deployment},
    domain::SecretKind,
    names::{self, Named, What},
};

/// Where names come from.
#[derive(Clone, Debug)]
pub struct Source {
    config: Option<Config>,
    /// `--deployment`, of what was typed.
    wanted: Option<String>,
    /// The demo's tokens are others each time.
    demo: bool,
    /// `--preset` was typed: a row needs no rights of its own.
    pub has_preset: bool,
}

impl Source {
    #[must_use]
    pub fn new(config: Option<Config>, before: &[String]) -> Self {
        let arguments = before.iter().take_while(|word| *word != "--");
        let mut source = Self { config, wanted: None, demo: false, has_preset: false };
        let mut last = "";
        for word in arguments {
            match word.split_once('=') {
                Some(("--deployment", name)) => source.wanted = Some(name.to_owned()),
                _ if last == "--deployment" => source.wanted = Some(word.clone()),
                _ => {}
            }
            source.demo |= word == "--demo";
            source.has_preset |= word == "--preset" || word.starts_with("--preset=");
            last = word;
        }
        source
    }

    fn catalogue(&self) -> Option<Catalogue> {
        self.config.as_ref()?.load().ok()
    }

    /// The deployments that one can sign in to.
    #[must_use]
    pub fn deployments(&self) -> Vec<String> {
        let catalogue = self.catalogue();
        let names = catalogue.iter().flat_map(Catalogue::deployments).map(|d| d.name.clone());
        names.collect()
    }

    /// What is kept, if the settings still want it.
    #[must_use]
    pub fn names(&self, of: What) -> Vec<Named> {
        self.found(of).unwrap_or_default()
    }

    fn found(&self, of: What) -> Option<Vec<Named>> {
        let catalogue = self.catalogue().filter(|c| c.completes_names() && !self.demo)?;
        let file = &self.config.as_ref()?.files.names;
        let deployment = catalogue.choose(self.wanted.as_deref()).ok()??.deployment;
        let url = Endpoint::parse(&deployment.url).ok()?.to_string();
        #[expect(clippy::disallowed_methods, reason = "names count for some minutes")]
        let now = Timestamp::now();
        let place = (deployment.name.as_str(), url.as_str());
        Some(names::find(file, place, |org| takes(&deployment, org), of, now))
    }
}

/// Whether names of this organisation can be meant. Which kind of token a command
/// or a file would give is not known here.
fn takes(deployment: &Deployment, org: Option<&str>) -> bool {
    let kind = match &deployment.credential {
        Credential::Value(token) => Some(token.kind()),
        Credential::File(_) | Credential::Command(_) | Credential::Unusable(_) => None,
    };
    match (org, kind) {
        // An API token's: whatever else is said, it has no other.
        (org, Some(SecretKind::Api)) => org.is_none(),
        (None, kind) => kind.is_none(),
        (Some(org), _) => deployment.org.as_deref().is_none_or(|wanted| wanted == org),
    }
}
