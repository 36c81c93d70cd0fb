//! What can be done about what the review shows: the ways out of a finding,
//! accepting it, and taking the review along.

use super::{Screen, Tab, look};
use crate::{
    app::{
        effect::{CopyText, Effect},
        model::{Model, NoticeKind},
        overlays::{Overlay, prompt::Prompt},
        screens::{
            api_tokens,
            new_token::{self, NewTokenForm},
        },
    },
    domain::{
        SafeText,
        review::{
            Item,
            accepted::Acceptance,
            accepted::Accepted,
            export::{self, Format, Table},
            narrower,
        },
    },
    input::Action,
};

/// A replacement; from a finding one with narrower rights, where these can be
/// derived.
pub(super) fn replace(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Review(state)) = model.screen() else { return Vec::new() };
    let item = state.item().and_then(|at| state.index.items.get(at));
    let code = item.map(|item| item.finding.code).filter(|_| state.in_pane);
    let inventory = look::inventory(&model.data, &model.session);
    let narrow = model
        .selected_token()
        .zip(code)
        .and_then(|(token, code)| Some((token, code, narrower(token, code, inventory)?)));
    let Some((token, code, grants)) = narrow else {
        let effects = api_tokens::on_token(model, Action::Replace);
        if code.is_some() {
            model.notify(NoticeKind::Info, "What would be narrower here, only you can know.");
        }
        return effects;
    };
    let changed = token.grants.changed_rows(&grants);
    let form = NewTokenForm::narrowing(token, &grants, format!("narrower: without {code}"));
    let effects = new_token::open(model, form);
    let rows = if changed == 1 { "row" } else { "rows" };
    let words = format!("A narrower draft: {changed} {rows} changed. Nothing is sent yet.");
    model.notify(NoticeKind::Info, words);
    effects
}

/// Accepts the finding under the cursor, with a reason that is asked for; or
/// takes that back.
pub(super) fn toggle_accepted(model: &mut Model) -> Vec<Effect> {
    let org = look::org(model);
    let Some(Screen::Review(state)) = model.screen() else { return Vec::new() };
    let found = state.item().filter(|_| state.in_pane).and_then(|at| {
        let item = state.index.items.get(at)?;
        let token = model.data.tokens.value()?.get(item.token)?;
        Some((item, token, state.index.accepted.get(at).cloned().flatten()))
    });
    let Some((item, token, accepted)) = found else {
        let words = "Choose a finding of a token first: Findings, then Enter.";
        model.notify(NoticeKind::Info, words);
        return Vec::new();
    };
    if let Some(accepted) = accepted {
        return set(model, accepted, false);
    }
    let draft = Acceptance {
        org,
        token: token.id.clone(),
        code: item.finding.code.to_owned(),
        at: model.now,
        reason: SafeText::default(),
    };
    let prompt = Prompt::accept_finding(draft, &token.name, &item.finding.why);
    model.overlays.push(Overlay::Prompt(prompt));
    Vec::new()
}

/// What was accepted before; of the demo nothing is kept.
pub(super) fn load_accepted(model: &Model) -> Option<Effect> {
    (!model.session.demo).then_some(Effect::LoadAccepted)
}

/// The reason was given.
pub fn accept(model: &mut Model, acceptance: Acceptance) -> Vec<Effect> {
    set(model, acceptance, true)
}

fn set(model: &mut Model, acceptance: Acceptance, on: bool) -> Vec<Effect> {
    if !model.session.demo {
        return vec![Effect::SetAccepted { acceptance: Box::new(acceptance), on }];
    }
    // Of the demo nothing is kept.
    model.accepted.retain(|a| !a.is_about_the_same(&acceptance));
    if on {
        model.accepted.push(acceptance);
    }
    look::accepted(model);
    let words = if on { "Accepted, until you quit the demo." } else { "No longer accepted." };
    model.notify(NoticeKind::Info, words);
    Vec::new()
}

/// What the tab shows, as a table.
fn table(model: &Model) -> Result<Table, String> {
    let Some(Screen::Review(state)) = model.screen() else { return Ok(Table::default()) };
    let tokens = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
    let index = &state.index;
    let table = match (state.tab, state.tab.scope()) {
        (_, Some(scope)) => {
            export::reach_table(&index.reach, scope, &state.shown, state.question, tokens)?
        }
        (Tab::Findings, _) => {
            let org = look::org(model);
            let accepted = Accepted::of(&model.accepted, &org);
            let items = index.groups.iter().flat_map(|g| &g.items);
            let items = items.filter_map(|at| index.items.get(*at));
            export::findings_table(items, tokens, &accepted)
        }
        _ => export::tokens_table(state.shown.iter().filter_map(|i| {
            let items: Vec<&Item> =
                index.by_token.get(*i)?.iter().filter_map(|at| index.items.get(*at)).collect();
            Some((tokens.get(*i)?, items))
        })),
    };
    Ok(table)
}

/// Puts the table on the clipboard.
pub(super) fn copy(model: &mut Model, action: Action) -> Vec<Effect> {
    let format = match action {
        Action::ExportCsv => Format::Csv,
        Action::ExportMarkdown => Format::Markdown,
        _ => Format::Json,
    };
    match table(model) {
        Ok(table) => {
            let (what, text) = (what(format), table.write(format));
            vec![Effect::Copy(CopyText::Plain { what, text })]
        }
        Err(why) => {
            model.notify(NoticeKind::Warning, format!("Not copied: {why}."));
            Vec::new()
        }
    }
}

const fn what(format: Format) -> &'static str {
    match format {
        Format::Json => "review as JSON",
        Format::Csv => "review as CSV",
        Format::Markdown => "review as Markdown",
    }
}

/// Asks for a file.
pub(super) fn ask_file(model: &mut Model) {
    model.overlays.push(Overlay::Prompt(Prompt::export_file()));
}

/// A file was named: what the tab shows goes there, as the name's end says.
///
/// # Errors
/// With what to write instead.
pub fn export_to(model: &Model, path: &str) -> Result<Vec<Effect>, String> {
    let format = Format::of_file(path).ok_or("its name ends in .json, .csv or .md")?;
    let text = table(model)?.write(format);
    Ok(vec![Effect::Export { path: path.to_owned(), text }])
}
