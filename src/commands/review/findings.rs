//! What deserves a second look, the worst first.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Known, cells, chosen, is_narrow, tokens};
use crate::{
    api::call::Call,
    cli::review::{Level, Review, Text},
    commands::{
        Ending, Stop, exit, json, print,
        start::Start,
        table::{Paper, table},
        words::tell,
    },
    domain::{
        ApiToken,
        review::{
            FindingKind, Item, Severity,
            accepted::{Acceptance, Accepted},
            export::{Format, findings_table},
            survey,
        },
        when,
    },
    effects::Errand,
};

/// Prints them.
///
/// # Errors
/// With what is in the way.
pub async fn run(args: &Review, start: &Start) -> Ending {
    let accepted = accepted(args, start)?;
    let errand = start.errand().await?;
    let tokens = tokens(&errand).await?;
    let chosen = chosen(&args.token, &tokens)?;
    let known = Known::ask(&errand, &[Call::ListDatasets, Call::ListViews]).await?;
    let org = if accepted.is_empty() { String::new() } else { org(&errand).await };
    let accepted = Accepted::of(&accepted, &org);
    let now = errand.now();
    // Over all of them: some findings show only beside other tokens.
    let mut items = survey(&tokens, known.inventory(), now);
    items.retain(|item| chosen.contains(&item.token));
    let found = Found { items: &items, tokens: &tokens, accepted: &accepted, now };
    let table = || findings_table(items.iter(), &tokens, &accepted);
    match args.format {
        Some(Text::Csv) => print(&table().write(Format::Csv))?,
        Some(Text::Markdown) => print(&table().write(Format::Markdown))?,
        None if args.form.json => print(&found.json())?,
        None if items.is_empty() => {
            tell(["nothing deserves a second look"]);
            ExitCode::SUCCESS
        }
        None => print(&found.text(Paper::here()))?,
    };
    Ok(found.status(args))
}

/// What is accepted. Read before anything is sent; where acceptances do not
/// count anyway, a file that cannot be read is in nobody's way.
fn accepted(args: &Review, start: &Start) -> Result<Vec<Acceptance>, Stop> {
    match start.effects.load_accepted() {
        Ok(all) => Ok(all),
        Err(why) => {
            let why = format!("the file of accepted findings {why}");
            if !args.ignore_accepted {
                return Err(Stop::usage(why));
            }
            tell([why.as_str()]);
            Ok(Vec::new())
        }
    }
}

/// What acceptances call this organisation: an API token does not say where it
/// belongs, but sees only that one.
async fn org(errand: &Errand) -> String {
    if let Some(id) = &errand.session.org {
        return id.raw().to_owned();
    }
    let orgs = errand.orgs().await.unwrap_or_default();
    orgs.first().map_or_else(|| errand.session.url.clone(), |org| org.id.raw().to_owned())
}

/// Findings, and what is needed to tell of them.
struct Found<'a> {
    items: &'a [Item],
    tokens: &'a [ApiToken],
    accepted: &'a Accepted<'a>,
    now: Timestamp,
}

impl Found<'_> {
    /// One if `--fail-on` is met, which is said.
    fn status(&self, args: &Review) -> ExitCode {
        let Some(level) = args.fail_on else { return ExitCode::SUCCESS };
        let least = severity(level);
        let counts = |item: &&Item| {
            item.finding.severity >= least
                && (args.ignore_accepted || self.acceptance(item).is_none())
        };
        let count = self.items.iter().filter(counts).count();
        if count == 0 {
            return ExitCode::SUCCESS;
        }
        let findings =
            if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
        let level = match least {
            Severity::High => "of severity high".to_owned(),
            least => format!("of severity {} or higher", least.label()),
        };
        let open = if args.ignore_accepted { "" } else { ", not accepted" };
        tell([format!("{findings} {level}{open}").as_str()]);
        ExitCode::from(exit::FAILED)
    }

    fn acceptance(&self, item: &Item) -> Option<&Acceptance> {
        self.accepted.of_item(item, self.tokens)
    }

    fn json(&self) -> String {
        let element = |item: &Item| {
            let token = self.tokens.get(item.token)?;
            let accepted = self.acceptance(item);
            let accepted = accepted.map_or(
                Value::Null,
                |a| json!({ "at": a.at.to_string(), "reason": a.reason.raw() }),
            );
            Some(json!({
                "severity": item.finding.severity.label(),
                "code": item.finding.code,
                "why": item.finding.why,
                "narrower": item.finding.narrower,
                "tokenId": token.id.raw(),
                "tokenName": token.name.raw(),
                "kind": token.kind().label(),
                "expiresAt": json::expiry(token.expiry),
                "accepted": accepted,
            }))
        };
        json::array(self.items.iter().filter_map(element))
    }

    /// One table with headings between its lines, so that its columns stay.
    fn text(&self, paper: Paper) -> String {
        let (mut open, mut over) = (Vec::new(), Vec::new());
        for item in self.items {
            match self.acceptance(item) {
                None => open.push((item, None)),
                Some(acceptance) => over.push((item, Some(acceptance))),
            }
        }
        let count = |s| open.iter().filter(|(item, _)| item.finding.severity == s).count();
        let mut headings: Vec<_> = [Severity::High, Severity::Medium, Severity::Low]
            .map(|severity| (severity.label(), count(severity)))
            .into();
        headings.push(("accepted", over.len()));
        let rows: Vec<_> = open
            .into_iter()
            .chain(over)
            .filter_map(|(item, accepted)| {
                let token = self.tokens.get(item.token)?;
                let mut row = cells(token, self.now, paper);
                row.push(words(item, accepted, paper).into());
                Some(row)
            })
            .collect();
        let text = table(&["TOKEN", "ID", "EXPIRES", "FINDING"], &rows, paper);
        let mut lines = text.lines();
        let mut out: Vec<String> = lines.next().map(str::to_owned).into_iter().collect();
        for (heading, count) in headings.into_iter().filter(|(_, count)| *count > 0) {
            out.push(format!("\n{heading}: {count}"));
            out.extend(lines.by_ref().take(count).map(str::to_owned));
        }
        out.join("\n") + "\n"
    }
}

fn words(item: &Item, accepted: Option<&Acceptance>, paper: Paper) -> String {
    let finding = &item.finding;
    let title = FindingKind::of(finding.code).map(|kind| kind.title);
    let what = title.filter(|_| is_narrow(paper)).unwrap_or(&finding.why);
    match accepted {
        None => what.to_owned(),
        Some(a) => {
            let (severity, at) = (finding.severity.label(), when::date(a.at));
            format!("{severity}: {what}; accepted {at}: {}", a.reason)
        }
    }
}

const fn severity(level: Level) -> Severity {
    match level {
        Level::High => Severity::High,
        Level::Medium => Severity::Medium,
        Level::Low => Severity::Low,
    }
}
