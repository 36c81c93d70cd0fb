//! Who can do what with a dataset, a view or the organisation, or anywhere.

use jiff::Timestamp;

use super::{Known, about, cells, chosen, tokens};
use crate::{
    api::call::Call,
    cli::review::{Can, ReviewArgs, Text},
    commands::{
        CommandResult, ExitError, exit, find, json, print, print_text,
        start::Start,
        table::{Cell, OutputStyle, table},
        words::tell,
    },
    domain::{
        ApiToken, Dataset, SafeText, Scope, View, WILDCARD,
        review::{
            Question,
            anywhere::{AccessEntry, anywhere},
            export::{Format, Table, also, anywhere_table, scope_table},
            reach::{Reach, describe_rights},
        },
    },
    ops::SignedIn,
};

/// The question in the arguments.
pub struct Asked {
    /// A dataset, a view, or a capability by its name in the API. `None` means anywhere.
    thing: Option<(Scope, SafeText)>,
    question: Question,
}

impl Asked {
    /// The question, or `None` if the arguments ask for findings.
    ///
    /// # Errors
    /// When the capability does not exist.
    pub fn of(args: &ReviewArgs) -> Result<Option<Self>, ExitError> {
        let thing = match (&args.dataset, &args.view, &args.org) {
            (Some(name), ..) => Some((Scope::Dataset, SafeText::from(name.trim()))),
            (_, Some(name), _) => Some((Scope::View, SafeText::from(name.trim()))),
            (.., Some(name)) => Some((Scope::Org, capability(name)?)),
            _ => None,
        };
        let question = args.can.map_or(Question::Anything, question);
        Ok((thing.is_some() || args.can.is_some()).then_some(Self { thing, question }))
    }
}

/// A capability of the organisation by its name in the API or on the screens.
fn capability(name: &str) -> Result<SafeText, ExitError> {
    let is_it = |text: &str| text.eq_ignore_ascii_case(name.trim());
    let mut all = Scope::Org.capabilities().iter();
    if let Some(found) = all.find(|c| is_it(c.wire) || is_it(c.label)) {
        return Ok(found.wire.into());
    }
    let wires: Vec<_> = Scope::Org.capabilities().iter().map(|c| c.wire).collect();
    let near = find::near(name, &wires).map(|near| format!("did you mean {near}?"));
    let near = near.unwrap_or_else(|| format!("the capabilities are {}", wires.join(", ")));
    Err(ExitError::usage(format!("--org: unknown capability {}: {near}", SafeText::from(name))))
}

/// Prints the tokens that match the question.
///
/// # Errors
/// When a list cannot be read, or the dataset or view does not exist.
pub async fn run(args: &ReviewArgs, asked: &Asked, start: &Start) -> CommandResult {
    let signed_in = start.signed_in().await?;
    let all = tokens(&signed_in).await?;
    let chosen = chosen(&args.token, &all)?;
    let told = if let Some((scope, name)) = &asked.thing {
        ResultRow::with(&signed_in, *scope, name, asked.question, &all, &chosen).await?
    } else {
        let mut answers = anywhere(&all, asked.question, signed_in.now());
        answers.retain(|answer| chosen.contains(&answer.grantee.token));
        let table = anywhere_table(&answers, asked.question, &all);
        ResultRow { answers, listed: None, table }
    };
    match args.format {
        Some(Text::Markdown) => {
            let table = Table { about: about(&signed_in), ..told.table };
            return print(&table.write(Format::Markdown));
        }
        // The formats for findings were refused.
        Some(_) => return print(&told.table.write(Format::Csv)),
        None if args.form.json => return print(&told.json(&all)),
        None => {}
    }
    let text = told.text(&all, signed_in.now(), asked.thing.is_none(), OutputStyle::here());
    let printed = print_text(&text)?;
    if told.answers.is_empty() {
        let name = asked.thing.as_ref().map(|(_, name)| format!("{name}: ")).unwrap_or_default();
        tell([format!("{name}no token can {}", asked.question.label()).as_str()]);
    }
    Ok(printed)
}

/// The answer to the question.
struct ResultRow {
    answers: Vec<AccessEntry>,
    /// Whether the server lists the dataset or view, if known.
    listed: Option<bool>,
    table: Table,
}

impl ResultRow {
    async fn with(
        signed_in: &SignedIn,
        scope: Scope,
        name: &SafeText,
        question: Question,
        all: &[ApiToken],
        chosen: &[usize],
    ) -> Result<Self, ExitError> {
        let calls = match scope {
            Scope::Dataset => &[Call::ListDatasets][..],
            Scope::View => &[Call::ListViews],
            Scope::Org => &[],
        };
        let mut known = Known::ask(signed_in, calls).await?;
        known.report_gaps();
        let is_known = match scope {
            Scope::Dataset => known.datasets.is_some(),
            Scope::View => known.views.is_some(),
            Scope::Org => false,
        };
        if !is_known && scope != Scope::Org {
            // It may exist, so tokens with rights on all of them count.
            let (name, description) = (name.clone(), SafeText::from(""));
            if scope == Scope::Dataset {
                known.datasets = Some(vec![Dataset { name, description }]);
            } else {
                known.views = Some(vec![View { name, description, datasets: Vec::new() }]);
            }
        }
        let reach = Reach::new(all, known.inventory(), signed_in.now());
        let thing = match scope {
            Scope::Org => scope.capabilities().iter().position(|c| c.wire == name.raw()),
            _ => reach.find(scope, name.raw()),
        };
        let thing = thing.ok_or_else(|| missing(&reach, scope, name))?;
        let mut grantees = reach.grantees(scope, thing, question, all);
        grantees.retain(|grantee| chosen.contains(&grantee.token));
        let listed = (is_known || name.raw() == WILDCARD || scope == Scope::Org)
            .then(|| reach.is_listed(scope, thing));
        let answer = |grantee| AccessEntry { scope, name: name.clone(), grantee };
        let answers: Vec<_> = grantees.into_iter().map(answer).collect();
        let table = scope_table(&answers, scope, question, all);
        Ok(Self { answers, listed, table })
    }

    fn json(&self, tokens: &[ApiToken]) -> String {
        json::array(self.answers.iter().filter_map(|answer| {
            let token = tokens.get(answer.grantee.token)?;
            Some(json::TokenAccess::of(answer, token, self.listed))
        }))
    }

    /// The answer as a table. With `anywhere`, a column says where each token has its rights.
    fn text(
        &self,
        tokens: &[ApiToken],
        now: Timestamp,
        anywhere: bool,
        style: OutputStyle,
    ) -> String {
        let row = |answer: &AccessEntry| {
            let (grantee, scope) = (&answer.grantee, answer.scope);
            let mut row = cells(tokens.get(grantee.token)?, now, style);
            row.extend(anywhere.then(|| Cell::from(place(answer))));
            let parts = [describe_rights(scope, &grantee.own, &grantee.everywhere), also(grantee)];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            row.push(parts.join("; ").into());
            Some(row)
        };
        let rows: Vec<_> = self.answers.iter().filter_map(row).collect();
        let head: &[&str] = if anywhere {
            &["TOKEN", "ID", "EXPIRES", "WHERE", "RIGHTS"]
        } else {
            &["TOKEN", "ID", "EXPIRES", "RIGHTS"]
        };
        table(head, &rows, style)
    }
}

fn place(answer: &AccessEntry) -> String {
    match answer.scope {
        Scope::Org => "organisation".to_owned(),
        scope => format!("{} {}", word(scope), answer.name),
    }
}

const fn word(scope: Scope) -> &'static str {
    match scope {
        Scope::Dataset => "dataset",
        Scope::View => "view",
        Scope::Org => "organisation",
    }
}

fn missing(reach: &Reach, scope: Scope, name: &SafeText) -> ExitError {
    let names: Vec<_> = reach.names(scope).collect();
    let near = find::near(name.raw(), &names);
    let near = near.map_or_else(String::new, |near| format!(": did you mean {near}?"));
    let why = format!("no {} {name}, and no token has rights on it{near}", word(scope));
    ExitError::new(exit::NOT_FOUND, why)
}

const fn question(can: Can) -> Question {
    match can {
        Can::Anything => Question::Anything,
        Can::Read => Question::Read,
        Can::Write => Question::Write,
        Can::Delete => Question::Delete,
        Can::Share => Question::Share,
        Can::Mint => Question::Mint,
    }
}
