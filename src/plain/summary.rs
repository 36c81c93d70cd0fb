//! What a draft is, before it is sent: in sentences, and as a request.

use super::{PlainUi, draft::Draft, prompter::PromptAbort};
use crate::{
    api::call::terraform,
    cli::args::Form,
    commands::{
        change::{self, Job},
        tokens::{create, show},
    },
    domain::{ApiToken, Grants, SafeText, review},
};

impl PlainUi<'_> {
    /// Prints the request that the draft stands for.
    pub(super) fn print_request(&self, draft: &Draft, format: &str) -> Result<(), PromptAbort> {
        let (job, _) = self.job(draft)?;
        let session = &self.signed_in.session;
        let is = |name: &str| !format.is_empty() && name.starts_with(&format.to_lowercase());
        if is("terraform") {
            let (block, cannot) = terraform(&self.finished(draft)?);
            self.prompter.verbatim(&block);
            if !cannot.is_empty() {
                let words = format!("Terraform cannot express: {}.", cannot.join("; "));
                self.prompter.say(&words);
            }
        } else if is("curl") {
            let preview = job.call.preview().ok_or(PromptAbort::Back)?;
            let org = session.org.as_ref().map(SafeText::raw);
            self.prompter.verbatim(&preview.curl(&session.url, org));
            self.prompter.say("Sent with curl, the response shows the secret in the terminal.");
        } else if format.is_empty() || is("json") {
            self.prompter.say(&format!("To {}:", session.url));
            // If standard output is closed, the input ends soon too.
            let _ = change::preview(&[job], "", Form { json: false }, true);
        } else {
            self.prompter.say("Type request json, request curl or request terraform.");
        }
        Ok(())
    }

    /// Shows the draft before it is sent.
    pub(super) async fn review(
        &self,
        draft: &Draft,
        job: &Job,
        ends_now: bool,
        tokens: &[ApiToken],
    ) -> Result<(), PromptAbort> {
        let new = self.finished(draft)?;
        let now = self.signed_in.now();
        self.prompter.say("");
        let name = SafeText::from(new.name.as_str());
        match &draft.replaces {
            Some(old) => {
                let id = &old.id;
                self.prompter.say(&format!("Replacing {}, id {id}, by: {name}", old.name));
            }
            None => self.prompter.say(&format!("New token: {name}")),
        }
        self.prompter.say(&format!("Expires: {}.", new.expiry.describe(now).replace(" · ", ", ")));
        self.say_rights(&new.grants);
        self.say_findings(&review::findings_of_new(&new, &self.signed_in.session.policies, now));
        if draft.replaces.is_none() && tokens.iter().any(|t| t.name.raw() == new.name) {
            self.prompter.say("Note: a token with this name already exists.");
        }
        if self.open.iter().any(|open| open.entry.asked.name() == new.name) {
            self.prompter.say("Note: a change to a token with this name is unconfirmed.");
        }
        let unknown = create::unknown_names(&self.signed_in, &new);
        for name in self.prompter.unless_signal(unknown).await? {
            self.prompter.say(&format!("Note: there is no dataset {name}."));
        }
        self.warn_replaced(std::slice::from_ref(job), tokens);
        if ends_now {
            self.prompter
                .say("The old token stops working immediately, and programs that use it fail.");
        }
        if let Some(to) = &draft.destination {
            self.prompter.say(&to.sentence);
        }
        Ok(())
    }

    /// Prints what rights allow.
    pub(super) fn say_rights(&self, grants: &Grants) {
        self.prompter.say(&format!("The token {}.", grants.summary()));
        self.say_rows(grants);
    }

    /// Prints the rights row by row; rows with the same rights together.
    pub(super) fn say_rows(&self, grants: &Grants) {
        let rows = show::rows(grants);
        let mut groups: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for (place, rights) in &rows {
            let (scope, name) = place.split_once(' ').unwrap_or((place, ""));
            match groups.iter_mut().find(|(s, r, _)| (*s, *r) == (scope, rights)) {
                Some((.., names)) => names.push(name),
                None => groups.push((scope, rights, vec![name])),
            }
        }
        for (scope, rights, names) in groups {
            let scope = format!("{scope}{}", if names.len() > 1 { "s" } else { "" });
            let place = format!("{scope} {}", names.join(", "));
            self.prompter.say(&format!("On {}: {rights}.", place.trim_end()));
        }
    }

    /// Prints the findings about a draft.
    pub(super) fn say_findings(&self, findings: &[review::Finding]) {
        for finding in findings {
            let severity = finding.severity.label();
            self.prompter
                .say(&format!("Finding, {severity}: {}. Fix: {}.", finding.why, finding.fix));
        }
    }
}
