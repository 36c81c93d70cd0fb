//! Finds the names to offer: those of the deployment and organisation that the command would use,
//! as far as they are known without the credential.

use crate::{
    api::Endpoint,
    config::{Catalogue, Config, Credential, Deployment},
    domain::SecretKind,
    names::{self, Named, What},
};

/// The source of names for one command line.
#[derive(Clone, Debug)]
pub struct Source {
    config: Option<Config>,
    /// The value of `--deployment` on the line.
    wanted: Option<String>,
    /// Whether `--demo` is on the line; its tokens change with each run, so none are kept.
    demo: bool,
    /// Whether `--preset` is on the line: a row needs no rights then.
    pub has_preset: bool,
}

impl Source {
    /// Reads the relevant flags from the words before the cursor.
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

    /// The names of the deployments with a credential.
    #[must_use]
    pub fn deployments(&self) -> Vec<String> {
        let catalogue = self.catalogue();
        let names = catalogue.iter().flat_map(Catalogue::deployments).map(|d| d.name.clone());
        names.collect()
    }

    /// The kept names, if the settings still allow them.
    #[must_use]
    pub fn names(&self, of: What) -> Vec<Named> {
        self.found(of).unwrap_or_default()
    }

    fn found(&self, of: What) -> Option<Vec<Named>> {
        let catalogue = self.catalogue().filter(|c| c.completes_names() && !self.demo)?;
        let file = &self.config.as_ref()?.files.names;
        let deployment = catalogue.choose(self.wanted.as_deref()).ok()??.deployment;
        let url = Endpoint::parse(&deployment.url).ok()?.to_string();
        #[expect(clippy::disallowed_methods, reason = "kept names are valid for some minutes")]
        let now = crate::clock::now();
        let place = (deployment.name.as_str(), url.as_str());
        Some(names::find(file, place, |org| takes(&deployment, org), of, now))
    }
}

/// Whether the deployment may act for this organisation. The kind of token that a command or file
/// would give is unknown here.
fn takes(deployment: &Deployment, org: Option<&str>) -> bool {
    let kind = match &deployment.credential {
        Credential::Value(token) => Some(token.kind()),
        Credential::File(_) | Credential::Command(_) | Credential::Unusable(_) => None,
    };
    match (org, kind) {
        // An API token belongs to one organisation, kept as `None`; other settings do not matter.
        (org, Some(SecretKind::Api)) => org.is_none(),
        (None, kind) => kind.is_none(),
        (Some(org), _) => deployment.org.as_deref().is_none_or(|wanted| wanted == org),
    }
}
