//! `axtok rotate`: renews the tokens of a plan, and proves that their secrets are stored.

use std::{path::Path, process::ExitCode, time::Duration};

use super::{
    CommandResult, ExitError, exit,
    find::Among,
    json, print_array, print_text,
    start::Start,
    table::{Cell, OutputStyle, Tone, table},
    words::tell,
};
use crate::{
    api::call::Call,
    cli::rotate::RotateArgs,
    config::plan,
    domain::{
        SafeText, TokenId, expiry,
        rotation::{EndOld, Plan, Rule},
        when,
    },
    journal::{Stage, Step},
    ops::{
        Interrupt, SignedIn,
        rotation::{
            self, End, Options, Report, Stop, Work,
            overview::{Row, State},
        },
    },
};

/// Runs the command.
///
/// # Errors
/// When the plan or the arguments are invalid, or the run cannot start.
pub async fn run(args: &RotateArgs, start: &Start) -> CommandResult {
    let plan = plan(args, start)?;
    if !args.dry_run {
        start.may_change_anywhere()?;
        if start.demo {
            return Err(ExitError::new(
                exit::REFUSED,
                "the demo's secrets must not replace the ones in your stores: add --dry-run, or try a \
                 plan for test stores with `axtok simulate`",
            ));
        }
    }
    let signed_in = start.signed_in().await?;
    if args.dry_run {
        return preview(args, &plan, &signed_in).await;
    }
    start.may_change(&signed_in)?;
    let work = work(args, &signed_in).await?;
    let options = Options { work, look_for: Duration::from_secs(args.look_for) };
    let interrupt = Interrupt::listen();
    let said = |words: String| tell([words.as_str()]);
    let run = rotation::rotate(&signed_in, &plan, options, &interrupt, said);
    let reports = Box::pin(run).await.map_err(stopped)?;
    let is_idle = report_idle(&plan, &signed_in, args).await;
    for report in &reports {
        let words = report.advice.as_ref().filter(|_| status(report) != exit::DONE);
        if let Some(advice) = words {
            tell([format!("{}: {}", report.name, advice).as_str()]);
        }
    }
    if reports.is_empty() {
        tell(["nothing is due"]);
    }
    if args.form.json {
        print_array(
            reports.iter().map(|report| json::RotationResult::new(report, status(report))),
        )?;
    } else if !reports.is_empty() {
        print_text(&results(&reports))?;
    }
    let idle = is_idle.then_some(exit::NOT_FOUND);
    // What was not started has no status of its own beside the reason for that.
    let (skipped, others): (Vec<_>, Vec<_>) =
        reports.iter().partition(|report| matches!(report.end, End::Skipped));
    let mut statuses: Vec<u8> = others.into_iter().map(status).chain(idle).collect();
    if !skipped.is_empty() && exit::of_all(&statuses) == exit::DONE {
        statuses = vec![exit::FAILED];
    }
    let interrupted = interrupt.signal().filter(|_| statuses.iter().any(|s| *s != exit::DONE));
    Ok(ExitCode::from(match interrupted {
        Some(signal) => u8::try_from(128 + signal).unwrap_or(exit::FAILED),
        None => exit::of_all(&statuses),
    }))
}

/// The plan of the arguments or of the settings folder.
fn plan(args: &RotateArgs, start: &Start) -> Result<Plan, ExitError> {
    let read = |file: &Path| {
        plan::load(file).map_err(ExitError::usage)?.ok_or_else(|| {
            let file = SafeText::from(file.to_string_lossy().into_owned());
            ExitError::usage(format!("there is no rotation plan {file}: see docs/rotation.md"))
        })
    };
    let mut plan = read(args.plan.as_deref().unwrap_or(&start.rotation))?;
    if let Some(due) = &args.due {
        match expiry::parse_length(due.trim()) {
            Some(Ok(_)) => {}
            Some(Err(why)) => return Err(ExitError::usage(format!("--due: {why}"))),
            None => return Err(ExitError::usage("--due: write a duration such as 14d")),
        }
        for rule in &mut plan.rules {
            due.trim().clone_into(&mut rule.due);
        }
    }
    Ok(plan)
}

async fn work(args: &RotateArgs, signed_in: &SignedIn) -> Result<Work, ExitError> {
    if args.tokens.is_empty() {
        return Ok(Work::Due);
    }
    let among = Among::new(signed_in.tokens().await, &Call::ListTokens, &args.tokens)?;
    let found = among.all(&args.tokens)?;
    Ok(Work::Rotate(found.into_iter().map(|token| token.id.clone()).collect()))
}

fn stopped(stop: Stop) -> ExitError {
    match stop {
        Stop::Failed(failure) => exit::failed(&failure, &Call::ListTokens),
        Stop::Misfit(_) => ExitError::usage(stop),
        Stop::Busy | Stop::Files(_) => ExitError::new(exit::FAILED, stop),
    }
}

/// Reports the rules that fit no token: probably a misspelt name. Returns whether there are any.
async fn report_idle(plan: &Plan, signed_in: &SignedIn, args: &RotateArgs) -> bool {
    if !args.tokens.is_empty() {
        return false;
    }
    let idle = rotation::idle(signed_in, plan).await;
    for rule in &idle {
        let patterns = rule.tokens.join(", ");
        let patterns = SafeText::from(patterns);
        let words = format!("the rule on line {} fits no token: {patterns}", rule.line);
        tell([words.as_str()]);
    }
    !idle.is_empty()
}

/// Prints the state of everything that the plan covers.
async fn preview(args: &RotateArgs, plan: &Plan, signed_in: &SignedIn) -> CommandResult {
    let rows = rotation::preview(signed_in, plan).await.map_err(stopped)?;
    report_idle(plan, signed_in, args).await;
    let (policies, now) = (&signed_in.session.policies, signed_in.now());
    for row in rows.iter().filter(|row| row.new.is_none()) {
        let against = row.rule.as_ref();
        let against = against.and_then(|r| rotation::against_policy(policies, &row.name, r, now));
        if let Some(finding) = against {
            let words = format!("{}: would not be rotated: {}", row.name, finding.why);
            tell([words.as_str()]);
        }
    }
    if args.form.json {
        return print_array(rows.iter().map(json::PlannedRotation::from));
    }
    if rows.is_empty() {
        tell(["nothing is due"]);
        return Ok(ExitCode::SUCCESS);
    }
    print_text(&planned(&rows))
}

/// The exit status for a token.
fn status(report: &Report) -> u8 {
    match &report.end {
        End::Complete | End::Unchanged => exit::DONE,
        End::Stuck(_) | End::Skipped => exit::FAILED,
        End::Unknown => exit::UNKNOWN,
        End::Refused(failure, call) => exit::of(failure, call),
    }
}

fn results(reports: &[Report]) -> String {
    let row = |report: &Report| {
        let (word, tone) = result(report);
        let id = |id: &Option<TokenId>| id.as_ref().map_or("-".to_owned(), ToString::to_string);
        vec![
            report.name.to_string().into(),
            Cell::toned(word, tone),
            id(&report.new).into(),
            report.old_ends.map_or_else(|| "-".to_owned(), when::date_time).into(),
        ]
    };
    let rows: Vec<_> = reports.iter().map(row).collect();
    table(&["NAME", "RESULT", "NEW TOKEN", "OLD TOKEN WORKS UNTIL"], &rows, OutputStyle::here())
}

/// The result in a few words.
fn result(report: &Report) -> (String, Tone) {
    match &report.end {
        End::Complete => ("rotated".to_owned(), Tone::Plain),
        End::Unchanged if report.stage >= Some(Stage::Proven) => {
            ("still proven".to_owned(), Tone::Plain)
        }
        End::Unchanged => ("unchanged".to_owned(), Tone::Plain),
        End::Stuck(step) => (format!("stuck at {}", step.label()), Tone::Bad),
        End::Unknown => ("outcome unknown".to_owned(), Tone::Bad),
        End::Refused(..) => ("refused".to_owned(), Tone::Bad),
        End::Skipped => ("not started".to_owned(), Tone::Warning),
    }
}

fn planned(rows: &[Row]) -> String {
    let row = |row: &Row| {
        let tone = match row.state {
            State::Stuck { .. } | State::Expired | State::Unreadable => Tone::Bad,
            State::Due => Tone::Warning,
            State::Rotating | State::Proven => Tone::Plain,
        };
        let id = row.new.as_ref().or(row.old());
        vec![
            row.name.to_string().into(),
            Cell::toned(row.state.label(), tone),
            id.map_or_else(|| "-".to_owned(), ToString::to_string).into(),
            row.old_ends.map_or_else(|| "-".to_owned(), when::date_time).into(),
            next(row).into(),
        ]
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    table(&["NAME", "STATE", "TOKEN", "OLD TOKEN ENDS", "NEXT"], &rows, OutputStyle::here())
}

/// What a run would do with a row.
fn next(row: &Row) -> String {
    let Some(rule) = &row.rule else { return "nothing: no rule of the plan fits it".to_owned() };
    match &row.state {
        State::Due => format!("regenerate, {}", steps(rule, Step::Deliver)),
        State::Stuck { step, why } => {
            format!("{} ({why})", steps(rule, *step))
        }
        State::Expired | State::Unreadable => "nothing, unless it is named".to_owned(),
        State::Rotating if row.is_inferred() => "nothing: the new token was made elsewhere".into(),
        State::Rotating | State::Proven if rule.prove.is_some() => "prove again".to_owned(),
        State::Rotating | State::Proven => "nothing".to_owned(),
    }
}

/// The steps of a rule from this one on.
fn steps(rule: &Rule, from: Step) -> String {
    let program =
        |args: &[String]| format!("`{}`", SafeText::from(args.first().map_or("", String::as_str)));
    let all = [
        (Step::Regenerate, Some("find the new token".to_owned())),
        (Step::Deliver, Some(format!("deliver to {}", program(&rule.deliver)))),
        (Step::Prove, rule.prove.as_ref().map(|args| format!("prove with {}", program(args)))),
        (Step::Probe, rule.probe.as_ref().map(|args| format!("probe with {}", program(args)))),
        (
            Step::EndOld,
            (rule.end_old == EndOld::AfterProof).then(|| "delete the old token".to_owned()),
        ),
    ];
    let steps = all.into_iter().filter(|(step, _)| *step >= from).filter_map(|(_, words)| words);
    steps.collect::<Vec<_>>().join(", ")
}
