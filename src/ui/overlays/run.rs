//! The progress of a bulk run, then its result.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        overlays::run::Dialog,
        run::{Item, Kind, Outcome, Run, Stage, Tally},
        time::seconds_left,
    },
    domain::{SafeText, destination::BulkDestination, report::Line as Reported, when},
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, spinner, token_rows},
    },
};

/// Draws the dialog. Returns the visible part of the result.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Dialog) -> Window {
    let theme = frame.theme();
    let Some(run) = &model.shared.run else { return Window::default() };
    let columns = dialog::columns(area, 120);
    let over = run.stage == Stage::Over;
    let tally = run.tally();
    let above = if over {
        summary(run, tally, state.is_checking, columns, theme)
    } else {
        progress(model, run, tally, columns, theme)
    };
    // The height stays the same during the run.
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(above.len());
    let rows = run.items.len().min(room);
    let inner = dialog::open(frame, area, &title(run, tally), columns, above.len() + rows);
    for (y, line) in (inner.y..inner.y + inner.height).zip(&above) {
        frame.render_widget(line, Rect { y, height: 1, ..inner });
    }
    let top = u16::try_from(above.len()).unwrap_or(u16::MAX).min(inner.height);
    let list = Rect { y: inner.y + top, height: inner.height - top, ..inner };
    if over {
        let items = run.by_need();
        let row = |at: usize| row(items[at], run, columns, theme);
        return token_rows::draw(frame, list, &state.list, items.len(), row);
    }
    // The most recent outcomes, the latest at the bottom.
    let settled: Vec<&Item> = run.items.iter().filter(|i| is_settled(i)).collect();
    let skip = settled.len().saturating_sub(usize::from(list.height));
    for (y, item) in (list.y..list.y + list.height).zip(settled.into_iter().skip(skip)) {
        frame.render_widget(row(item, run, columns, theme), Rect { y, height: 1, ..list });
    }
    Window::default()
}

fn is_settled(item: &Item) -> bool {
    !matches!(item.outcome, Outcome::Waiting | Outcome::Sent | Outcome::Delivering)
}

fn title(run: &Run, tally: Tally) -> String {
    let (doing, done) = match run.kind {
        Kind::Delete => ("Deleting", "deleted"),
        Kind::Regenerate { .. } if run.replaces() => ("Replacing", "replaced"),
        Kind::Regenerate { .. } => ("Regenerating", "regenerated"),
    };
    match run.stage {
        Stage::Over => format!("{} of {} {done}", tally.done, run.tokens()),
        Stage::Going | Stage::Stopping => format!("{doing} {}", run.tokens()),
    }
}

/// The number of tokens for each outcome, without zeros.
fn counts(tally: Tally, left: &str, theme: &Theme) -> Line<'static> {
    let mut line = Line::from(Span::styled(format!("{} done", tally.done), theme.good));
    for (count, word, style) in [
        (tally.failed, "failed", theme.danger),
        (tally.unknown, "unknown", theme.warning),
        (tally.left, left, Style::new()),
    ] {
        if count > 0 {
            line.push_span(Span::raw(" · "));
            line.push_span(Span::styled(format!("{count} {word}"), style));
        }
    }
    line
}

fn progress(
    model: &Model,
    run: &Run,
    tally: Tally,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let all = run.items.len();
    let settled = all - tally.left;
    let words = format!(" {settled} of {all}");
    let width = columns.saturating_sub(words.len() + 2).min(50);
    let filled = (width * settled).checked_div(all).unwrap_or(0);
    let bar = format!("[{}{}]{words}", "=".repeat(filled), " ".repeat(width - filled));
    let mut lines = vec![Line::raw(bar), counts(tally, "left", theme)];
    let now = match (run.current(), model.shared.limited_until()) {
        (Some(item), _) => {
            let name = &item.token.name;
            let what = match item.outcome {
                Outcome::Delivering => format!("storing the secret of {name}"),
                _ => name.to_string(),
            };
            let load = model.shared.in_flight.iter().map(|f| f.load).min_by_key(|l| l.since);
            let waiting = load.and_then(|load| spinner::text(load, model.shared.now, &what));
            Line::raw(text::cut(&waiting.unwrap_or(what), columns))
        }
        (None, Some(until)) => {
            let left = when::countdown(seconds_left(until, model.shared.now));
            let words = format!("! Rate limit: continues with the next token in {left}.");
            Line::styled(text::cut(&words, columns), theme.warning)
        }
        (None, None) => Line::default(),
    };
    lines.push(now);
    if run.stage == Stage::Stopping {
        lines.push(Line::styled("Stopping after the current token.", theme.warning));
    }
    lines.push(Line::default());
    lines
}

fn summary(
    run: &Run,
    tally: Tally,
    is_checking: bool,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = vec![counts(tally, "not started", theme)];
    if let Some(why) = &run.why {
        let words = format!("! Stopped: {why}.");
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    if tally.not_as_asked > 0 {
        let words = format!(
            "! {} not as requested: different rights, expiry or name. The rows say how; f saves \
             them in full.",
            if tally.not_as_asked == 1 {
                "1 is".to_owned()
            } else {
                format!("{} are", tally.not_as_asked)
            }
        );
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    if tally.unknown > 0 {
        let words = "! Unknown changes may have happened. axtok searches the list for them and \
                     asks you when you close this. They are not retried from here.";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    }
    if is_checking {
        lines.push(Line::raw("Checking the destination …"));
    } else if let (Kind::Regenerate { destination, .. }, 1..) = (&run.kind, tally.done) {
        let words = SafeText::from(format!("The secrets {}.", destination.describe()));
        lines.extend(dialog::paragraph(words.shown(), columns, theme.faint));
    }
    lines.push(Line::default());
    lines
}

/// Where a secret is, without the folder, which the summary names once for all.
fn place<'a>(words: &'a str, run: &Run) -> &'a str {
    match &run.kind {
        Kind::Regenerate { destination: BulkDestination::Folder(_), .. } => {
            words.rsplit_once('/').map_or(words, |(_, file)| file)
        }
        _ => words,
    }
}

/// `ok name  -> 11aa…22bb  name-11aa`
fn row(item: &Item, run: &Run, columns: usize, theme: &Theme) -> Line<'static> {
    let line = Reported::of(item);
    let (glyph, style): (_, Style) = match item.outcome {
        Outcome::Done { warning: Some(_), .. } => ("! ", theme.warning),
        Outcome::Done { .. } => ("ok", theme.good),
        Outcome::Failed(_) => ("x ", theme.danger),
        Outcome::Unknown(_) => ("? ", theme.warning),
        Outcome::Waiting | Outcome::Sent | Outcome::Delivering => ("- ", theme.faint),
    };
    let name = token_rows::name_width(columns).min(28);
    let words = match (&line.new, &item.outcome) {
        (_, Outcome::Waiting) => "not started".to_owned(),
        // The summary above says where the secrets went.
        (Some(new), Outcome::Done { warning: Some(warning), .. }) => {
            format!("-> {}  {}", new.short(), warning.trim_start_matches("not as requested: "))
        }
        (Some(new), _) => format!("-> {}  {}", new.short(), place(&line.words, run)),
        (None, Outcome::Done { .. }) if line.words.is_empty() => "deleted".to_owned(),
        (None, _) => line.words,
    };
    let words = SafeText::from(words);
    Line::from(vec![
        Span::styled(format!("{glyph} "), style),
        Span::styled(text::fit(line.name.shown(), name), theme.strong),
        Span::raw("  "),
        Span::raw(text::cut(words.shown(), columns.saturating_sub(name + 5))),
    ])
}
