//! Actions of the review: fixing and accepting findings, and exporting the review.

use super::{AccessReview, Tab, view};
use crate::{
    app::{
        effect::{CopyText, Effect},
        layer::{Ask, Draft, Open, Page, Step, Wanted, about_token},
        notice::NoticeKind,
        shared::{Shared, Topic},
    },
    domain::{
        SafeText,
        policy::is_policy,
        review::{
            Item,
            accepted::Acceptance,
            export::{self, Format, Table},
            narrower,
        },
        when,
    },
    input::{Action, Context},
};

impl AccessReview {
    /// Opens a draft that replaces the token. From a finding, the draft has narrower rights
    /// if these can be derived.
    pub(super) fn replace(&self, shared: &mut Shared) -> Step {
        let item = self.item().and_then(|at| self.index.items.get(at));
        let code = item.map(|item| item.finding.code).filter(|_| self.in_pane);
        let token = self.about().and_then(|id| shared.data.token(id));
        let narrow = token
            .zip(code)
            .and_then(|(t, code)| Some((t, code, narrower(t, code, view::inventory(shared))?)));
        let Some((token, code, grants)) = narrow else {
            let step = about_token(Action::Replace, self.about(), shared);
            if code.is_some() {
                let text = "axtok can't suggest narrower rights here: edit the draft yourself.";
                shared.notify(NoticeKind::Info, text);
            }
            return step;
        };
        let changed = token.grants.changed_rows(&grants);
        let words = format!("narrowed to fix {code}");
        let draft = Draft::Narrowing(token.clone(), grants, words);
        let rows = if changed == 1 { "row" } else { "rows" };
        let words = format!("A narrower draft: {changed} {rows} changed. Nothing is sent yet.");
        shared.notify(NoticeKind::Info, words);
        Step::show(Page::NewToken(Box::new(draft)))
    }

    /// Accepts the finding under the cursor after asking for a reason, or withdraws its
    /// acceptance.
    pub(super) fn toggle_accepted(&self, shared: &mut Shared) -> Step {
        let found = self.item().filter(|_| self.in_pane).and_then(|at| {
            let item = self.index.items.get(at)?;
            let token = self.index.tokens.get(item.token)?;
            Some((item, token, self.index.accepted.get(at).cloned().flatten()))
        });
        let Some((item, token, accepted)) = found else {
            let key = shared.key_in(Context::Review, Action::Open);
            let words = format!("Select a finding first: go to Findings, then press {key}.");
            shared.notify(NoticeKind::Info, words);
            return Step::none();
        };
        if let Some(accepted) = accepted {
            return set_accepted(shared, accepted, false);
        }
        if is_policy(item.finding.code) {
            let words = "This breaks the policy: only an exemption in the policy's file ends it.";
            shared.notify(NoticeKind::Info, words);
            return Step::none();
        }
        let draft = Acceptance {
            org: shared.acceptance_org(),
            token: token.id.clone(),
            code: item.finding.code.to_owned(),
            at: shared.now,
            reason: SafeText::default(),
        };
        Step::open(Open::Prompt(Box::new(Ask {
            title: "Accept this finding?",
            hint: format!(
                "{}: {}. Why is this acceptable? The reason and today's date are stored \
                 on this computer.",
                token.name, item.finding.why
            ),
            wanted: Wanted::Reason(Box::new(draft)),
        })))
    }

    /// The rows of the tab as a table.
    fn table(&self, shared: &Shared) -> Result<Table, String> {
        let index = &self.index;
        let tokens = &index.tokens;
        let table = match (self.tab, self.tab.scope()) {
            (_, Some(scope)) => {
                export::reach_table(&index.reach, scope, &self.shown, self.question, tokens)?
            }
            (Tab::Findings, _) => {
                let accepted = shared.accepted_here();
                let items = index.groups.iter().flat_map(|g| &g.items);
                let items = items.filter_map(|at| index.items.get(*at));
                export::findings_table(items, tokens, &accepted)
            }
            _ => export::tokens_table(self.shown.iter().filter_map(|i| {
                let items: Vec<&Item> =
                    index.by_token.get(*i)?.iter().filter_map(|at| index.items.get(*at)).collect();
                Some((tokens.get(*i)?, items))
            })),
        };
        let about = format!("{}, {}", shared.place(), when::date_time(shared.server_now()));
        Ok(Table { about, ..table })
    }

    /// Copies the table to the clipboard.
    pub(super) fn copy(&self, action: Action, shared: &mut Shared) -> Step {
        let (format, what) = match action {
            Action::ExportCsv => (Format::Csv, "review as CSV"),
            Action::ExportMarkdown => (Format::Markdown, "review as Markdown"),
            _ => (Format::Json, "review as JSON"),
        };
        match self.table(shared) {
            Ok(table) => {
                Step::effect(Effect::Copy(CopyText::Plain { what, text: table.write(format) }))
            }
            Err(why) => {
                shared.notify(NoticeKind::Warning, format!("Not copied: {why}."));
                Step::none()
            }
        }
    }

    /// Asks for a file name, unless there is nothing to export.
    pub(super) fn ask_file(&self, shared: &mut Shared) -> Step {
        if let Err(why) = self.table(shared) {
            shared.notify(NoticeKind::Warning, format!("Not written: {why}."));
            return Step::none();
        }
        Step::open(Open::Prompt(Box::new(Ask {
            title: "Save the review to a file",
            hint: "Creates a new file; its name must end in .json, .csv or .md. Contains what \
                   is listed now, no secrets."
                .to_owned(),
            wanted: Wanted::ReviewFile,
        })))
    }

    /// Writes the table to a file, in the format of its extension.
    pub(super) fn export_to(&self, path: String, shared: &mut Shared) -> Step {
        let format = Format::of_file(&path).unwrap_or(Format::Json);
        match self.table(shared) {
            Ok(table) => Step::effect(Effect::Export { path, text: table.write(format) }),
            Err(why) => {
                shared.notify(NoticeKind::Warning, format!("Not written: {why}."));
                Step::none()
            }
        }
    }
}

/// Loads the stored acceptances; `None` in the demo, which stores none.
pub(super) fn load_accepted(shared: &Shared) -> Option<Effect> {
    (!shared.session.demo).then_some(Effect::LoadAccepted)
}

/// Stores an acceptance (`on`) or removes it.
pub(super) fn set_accepted(shared: &mut Shared, acceptance: Acceptance, on: bool) -> Step {
    if !shared.session.demo {
        return Step::effect(Effect::SetAccepted { acceptance: Box::new(acceptance), on });
    }
    // The demo keeps acceptances in memory only.
    shared.accepted.retain(|a| !a.is_about_the_same(&acceptance));
    if on {
        shared.accepted.push(acceptance);
    }
    shared.touch(Topic::Accepted);
    let words = if on { "Accepted until you quit the demo." } else { "No longer accepted." };
    shared.notify(NoticeKind::Info, words);
    Step::none()
}
