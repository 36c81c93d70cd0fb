//! Findings, most severe first.

use std::{process::ExitCode, sync::Arc};

use jiff::Timestamp;

use super::{Known, about, cells, chosen, is_narrow, org, preview, tokens};
use crate::{
    api::call::Call,
    cli::review::{Level, ReviewArgs, Text},
    commands::{
        CommandResult, ExitError, alerts, due, exit, json, print, print_text,
        start::Start,
        table::{OutputStyle, table},
        tokens::list::sort,
        usage,
        words::tell,
    },
    domain::{
        ApiToken, SafeText, TokenExpiry,
        policy::is_policy,
        review::{
            FindingKind, Item, Severity,
            accepted::{Acceptance, Accepted},
            export::{Format, Report, Table, findings_table},
            survey, unchecked,
        },
        when,
    },
};

/// Prints the findings.
///
/// # Errors
/// When the arguments are invalid, or a list cannot be read.
pub async fn run(args: &ReviewArgs, start: &Start) -> CommandResult {
    let accepted = accepted(args, start)?;
    if args.usage {
        usage::may_ask(start)?;
    }
    let policies = args.policy.as_deref().map(|file| start.ops.policies(start.demo, Some(file)));
    policies.iter().try_for_each(|all| all.usable().map(drop)).map_err(ExitError::usage)?;
    let mut signed_in = start.signed_in().await?;
    if let Some(policies) = policies {
        signed_in.session.policies = Arc::new(policies);
    }
    let policies = Arc::clone(&signed_in.session.policies);
    policies.usable().map_err(ExitError::usage)?;
    // Checks the argument before the first request, and reads it again by the server's clock.
    let until = |now| args.expiring_within.as_deref().map(|text| due::until(text, now)).transpose();
    until(signed_in.now())?;
    let tokens = tokens(&signed_in).await?;
    let chosen = chosen(&args.token, &tokens)?;
    let mut known = Known::ask(&signed_in, &[Call::ListDatasets, Call::ListViews]).await?;
    if args.usage {
        known.ask_usage(&signed_in, &tokens).await?;
    }
    known.report_gaps();
    let is_report = matches!(args.format, Some(Text::Sarif | Text::Junit | Text::Openmetrics));
    let asks_org = is_report || !accepted.is_empty();
    let org = if asks_org { org(&signed_in).await } else { String::new() };
    let accepted = Accepted::of(&accepted, &org);
    let now = signed_in.now();
    let until = until(now)?;
    let not_checked = known.not_checked();
    if let Some(words) = known.unseen(&signed_in) {
        tell([words.as_str()]);
    }
    // Surveys all tokens, since some findings depend on the other tokens.
    let mut items = survey(&tokens, known.inventory(), now);
    // The positions are in order.
    items.retain(|item| chosen.binary_search(&item.token).is_ok());
    if args.preview {
        items.retain(|item| is_policy(item.finding.code));
        let reviewed: Vec<_> = chosen.iter().filter_map(|at| tokens.get(*at)).collect();
        tell([preview::summary(&items, &reviewed, now).as_str()]);
    }
    let found = Found { items: &items, tokens: &tokens, accepted: &accepted, not_checked, now };
    let table =
        || Table { about: about(&signed_in), ..findings_table(items.iter(), &tokens, &accepted) };
    let mut not_asked = if args.usage { Vec::new() } else { unchecked(None) };
    not_asked.extend(policies.unset());
    let (org, console) = (SafeText::from(org.as_str()), signed_in.session.console_tokens());
    let report = Report {
        org: org.shown(),
        console: console.as_deref(),
        tokens: &tokens,
        reviewed: &chosen,
        items: &items,
        accepted: &accepted,
        not_checked: &found.not_checked,
        not_asked: &not_asked,
        least: severity(args.fail_on.unwrap_or(Level::Low)),
        ignores_accepted: args.ignore_accepted,
        now,
    };
    match args.format {
        Some(Text::Sarif) => print(&report.sarif())?,
        Some(Text::Junit) => print(&report.junit())?,
        Some(Text::Openmetrics) => print(&report.openmetrics())?,
        Some(Text::Csv) => print(&table().write(Format::Csv))?,
        Some(Text::Markdown) => print(&table().write(Format::Markdown))?,
        None if args.form.json => print(&found.json())?,
        None if args.preview => {
            let style = OutputStyle::here();
            let findings =
                if items.is_empty() { String::new() } else { format!("\n{}", found.text(style)) };
            print_text(&(preview::counts(&policies, &items, style) + &findings))?
        }
        None if items.is_empty() => {
            tell(["no findings"]);
            ExitCode::SUCCESS
        }
        None => print_text(&found.text(OutputStyle::here()))?,
    };
    if until.is_none() {
        due::report_unreadable(chosen.iter().filter_map(|at| tokens.get(*at)));
    }
    let is_found = fails(args, &report);
    let is_due = until.is_some_and(|until| is_due(&tokens, &chosen, now, until));
    alerts::report_due(start, &signed_in, &tokens, &chosen).await;
    Ok(ExitCode::from(if is_found || is_due { exit::FAILED } else { exit::DONE }))
}

/// The accepted findings, read before the first request. With `--ignore-accepted`, an
/// unreadable file is only a warning.
fn accepted(args: &ReviewArgs, start: &Start) -> Result<Vec<Acceptance>, ExitError> {
    match start.ops.load_accepted() {
        Ok(all) => Ok(all),
        Err(why) => {
            let why = format!("the file of accepted findings {why}");
            if !args.ignore_accepted {
                return Err(ExitError::usage(why));
            }
            tell([why.as_str()]);
            Ok(Vec::new())
        }
    }
}

/// Whether some of these tokens are due. Reports them.
fn is_due(tokens: &[ApiToken], chosen: &[usize], now: Timestamp, until: Timestamp) -> bool {
    let meant = chosen.iter().filter_map(|at| tokens.get(*at)).cloned().collect();
    let (mut due, over) = due::split_due(meant, tokens, now, until);
    due::report_replaced(&over);
    sort(&mut due, now);
    if due.is_empty() {
        return false;
    }
    let count =
        if due.len() == 1 { "1 token is".to_owned() } else { format!("{} tokens are", due.len()) };
    let line = |token: &ApiToken| {
        let (name, id) = (&token.name, &token.id);
        match &token.expiry {
            TokenExpiry::Known(_) => format!("{name} {id} expires {}", token.expiry.date()),
            TokenExpiry::Unread(_) => {
                format!("{name} {id} may be due: its expiry is {}", token.expiry.describe(now))
            }
        }
    };
    let lines: Vec<_> =
        std::iter::once(format!("{count} due:")).chain(due.iter().map(line)).collect();
    tell(lines.iter().map(String::as_str));
    true
}

/// Whether findings match `--fail-on`. Reports how many.
fn fails(args: &ReviewArgs, report: &Report<'_>) -> bool {
    let Some(level) = args.fail_on else { return false };
    let least = severity(level);
    let count = report.items.iter().filter(|item| report.fails(item)).count();
    if count == 0 {
        return false;
    }
    let findings = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
    let level = match least {
        None => "about the policy".to_owned(),
        Some(Severity::High) => "of severity high".to_owned(),
        Some(least) => format!("of severity {} or higher", least.label()),
    };
    let open = if args.ignore_accepted || least.is_none() { "" } else { ", not accepted" };
    tell([format!("{findings} {level}{open}").as_str()]);
    true
}

/// Findings, with the data to report them.
struct Found<'a> {
    items: &'a [Item],
    tokens: &'a [ApiToken],
    accepted: &'a Accepted<'a>,
    /// The codes of findings that could not be checked.
    not_checked: Vec<&'static str>,
    now: Timestamp,
}

impl Found<'_> {
    fn acceptance(&self, item: &Item) -> Option<&Acceptance> {
        self.accepted.of_item(item, self.tokens)
    }

    fn json(&self) -> String {
        json::array(self.items.iter().filter_map(|item| {
            let token = self.tokens.get(item.token)?;
            let accepted = self.acceptance(item);
            Some(json::ReviewFinding::of(item, token, accepted, &self.not_checked))
        }))
    }

    /// One table with headings between its rows, so that all columns align.
    fn text(&self, style: OutputStyle) -> String {
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
                let mut row = cells(token, self.now, style);
                row.push(item_text(item, accepted, style).into());
                Some(row)
            })
            .collect();
        let text = table(&["TOKEN", "ID", "EXPIRES", "FINDING"], &rows, style);
        let mut lines = text.lines();
        let mut out: Vec<String> = lines.next().map(str::to_owned).into_iter().collect();
        for (heading, count) in headings.into_iter().filter(|(_, count)| *count > 0) {
            out.push(format!("\n{heading}: {count}"));
            out.extend(lines.by_ref().take(count).map(str::to_owned));
        }
        out.join("\n") + "\n"
    }
}

fn item_text(item: &Item, accepted: Option<&Acceptance>, style: OutputStyle) -> String {
    let finding = &item.finding;
    let title = FindingKind::of(finding.code).map(|kind| kind.title);
    let what = title.filter(|_| is_narrow(style)).unwrap_or(&finding.why);
    match accepted {
        None => what.to_owned(),
        Some(a) => {
            let (severity, at) = (finding.severity.label(), when::date(a.at));
            format!("{severity}: {what}; accepted {at}: {}", a.reason)
        }
    }
}

/// The lowest severity that counts; `None` for what is about the policy.
const fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::High => Some(Severity::High),
        Level::Medium => Some(Severity::Medium),
        Level::Low => Some(Severity::Low),
        Level::Policy => None,
    }
}
