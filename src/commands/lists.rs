//! `axtok datasets list`, `axtok orgs list`.

use super::{
    CommandResult, exit, json, print_array, print_text,
    start::Start,
    table::{OutputStyle, table},
};
use crate::{
    api::call::{Call, Reply},
    cli::args::Form,
    domain::SafeText,
};

/// Prints the datasets.
///
/// # Errors
/// When signing in or reading the list fails.
pub async fn datasets(form: Form, start: &Start) -> CommandResult {
    let signed_in = start.signed_in().await?;
    let call = Call::ListDatasets;
    let list = match signed_in.read(&call).await.map_err(|f| exit::failed(&f, &call))? {
        Reply::Datasets(list) => list,
        _ => Vec::new(),
    };
    if form.json {
        return print_array(list.iter().map(json::Dataset::from));
    }
    let rows: Vec<_> =
        list.iter().map(|d| vec![d.name.shown().into(), d.description.shown().into()]).collect();
    print_text(&table(&["NAME", "DESCRIPTION"], &rows, OutputStyle::here()))
}

/// Prints the organisations that the credential has access to.
///
/// # Errors
/// When signing in or reading the list fails.
pub async fn orgs(form: Form, start: &Start) -> CommandResult {
    let signed_in = start.anywhere().await?;
    let list = signed_in.orgs().await.map_err(|f| exit::failed(&f, &Call::ListOrgs))?;
    if form.json {
        return print_array(list.iter().map(json::Org::from));
    }
    let rows: Vec<_> = list
        .iter()
        .map(|o| {
            let role = o.role.as_ref().map_or("-", SafeText::shown);
            vec![o.id.shown().into(), o.name.shown().into(), role.into()]
        })
        .collect();
    print_text(&table(&["ID", "NAME", "ROLE"], &rows, OutputStyle::here()))
}
