//! Regenerate: for a single token its two lives on one line of time, for several the
//! list of them; and the choices for all.

use jiff::Timestamp;
use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::review::waiting;
use crate::{
    app::{
        Model,
        mouse::Spot,
        overlays::regenerate::{Focus, Regenerate},
        places::Window,
        round::Round,
        run::tokens,
    },
    domain::{
        ApiToken, Expiry, NewToken, SafeText, TokenId,
        grace::{Grace, GraceError, graces},
        review::findings,
        summary::difference_lines,
        when,
    },
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{choice, clock, destination, dialog, field, token_rows},
    },
};

/// Columns of the labels before fields.
const LABEL: usize = 22;
/// Where the secrets of several can go; the second is a command.
const DEPOTS: [&str; 2] = ["a folder", "a command"];
/// Rows from which a list leaves room for a hint and blank lines.
const ROOMY: u16 = 18;

/// Says which part of several tokens was shown.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &Regenerate,
) -> Option<Window> {
    let theme = frame.theme();
    let now = model.shared.server_now();
    let columns = dialog::columns(area, if state.is_many() { 110 } else { 76 });
    let is_roomy = !state.is_many() || area.height >= ROOMY;
    let mut above = Vec::new();
    if let Some(token) = state.only() {
        above.extend(two_lives(model, state, token, columns, theme));
    }
    let first_choice = above.len();
    let (choices, parts): (Vec<_>, Vec<_>) =
        choices(state, now, columns, theme).into_iter().unzip();
    above.extend(choices);
    above.extend(match state.only() {
        Some(token) => about_one(model, state, token, columns, theme),
        None => about_many(model, state, is_roomy, columns, theme),
    });
    let mut below = vec![Line::default(); usize::from(is_roomy)];
    let button_row = below.len();
    let verb = if state.replacement.is_some() { "Replace" } else { "Regenerate" };
    let labels = [("Cancel", state.focus == Focus::Cancel), (verb, state.focus == Focus::Go)];
    below.push(match state.sending.ticket() {
        Some(ticket) => waiting(model, ticket, "Regenerating"),
        None if state.checking.is_some() => Line::raw("Looking at it …"),
        None => dialog::buttons(&labels, theme),
    });
    let (title, listed) = match state.only() {
        Some(token) => (format!("{verb} {}", token.name), 0),
        None => (format!("{verb} {}", tokens(state.tokens.len())), state.tokens.len()),
    };
    let row = |at: usize| {
        let old = &state.tokens[at];
        // What is wrong with the grace period stands beside it.
        let rest = stops(state, old, now).unwrap_or_default();
        token_rows::row(" ", old, &rest, columns, theme)
    };
    dialog::shorten(&mut above, area, below.len(), theme);
    let (lines, list) = ((above.as_slice(), below.as_slice()), (&state.list, listed));
    let placed = token_rows::dialog(frame, area, &title, columns, lines, list, row);
    let spots = [Focus::Cancel, Focus::Go].map(Round::spot);
    dialog::spots(frame, placed.below(button_row), &labels, spots);
    for (row, part) in parts.into_iter().enumerate() {
        let row = placed.above(first_choice + row);
        match part {
            Some(Focus::Grace) => choice::spots(frame, row, LABEL, &graces(), Spot::Grace),
            Some(Focus::Depot) => {
                let spot = |at| Spot::Depot { by_command: at == 1 };
                choice::spots(frame, row, LABEL, &DEPOTS, spot);
            }
            Some(focus) => draw_field(frame, row, state, focus),
            None => {}
        }
    }
    state.is_many().then_some(placed.window)
}

fn draw_field(frame: &mut Canvas<'_, '_>, row: Option<Rect>, state: &Regenerate, focus: Focus) {
    let (text, width) = match focus {
        Focus::Custom => (&state.custom, 14),
        Focus::NewExpiry => (&state.new_expiry, 14),
        Focus::Place if state.by_command => (&state.command, u16::MAX),
        Focus::Place => (&state.folder, u16::MAX),
        _ => (&state.typed, 40),
    };
    let x = u16::try_from(LABEL).unwrap_or(0);
    if let Some(at) = row.filter(|at| x < at.width) {
        let at = Rect { x: at.x + x, width: width.min(at.width - x), ..at };
        frame.spot(at, focus.spot());
        field::draw(frame, at, text, state.focus == focus && state.is_idle());
    }
}

/// What is chosen for all of them: lines, each with the part that it shows.
fn choices(
    state: &Regenerate,
    now: Timestamp,
    columns: usize,
    theme: &Theme,
) -> Vec<(Line<'static>, Option<Focus>)> {
    let is_many = state.is_many();
    let either = |many, one| if is_many { many } else { one };
    let part = |focus, words: &str, rest: Vec<Span<'static>>| {
        let focused = state.focus == focus;
        let style = if focused { theme.strong } else { Style::new() };
        let label = format!("{}{words}", if focused { ">" } else { " " });
        let label = text::fit(&text::cut(&label, LABEL - 1), LABEL);
        let mut line = Line::from(Span::styled(label, style));
        line.spans.extend(rest);
        (line, Some(focus))
    };
    let beside = |(words, style): (String, Style)| {
        // The line of time of a single token says it already.
        if !is_many {
            return Vec::new();
        }
        // Beyond the field, which is drawn over this line.
        let words = text::cut(&format!("{:15}{words}", ""), columns.saturating_sub(LABEL));
        vec![Span::styled(words, style)]
    };
    let chosen = |focus, all: &[&str], at| choice::spans(all, at, state.focus == focus, theme);
    let mut lines = Vec::new();
    if state.has_grace(now) {
        let words = either("Old tokens work for", "Old token works for");
        let grace = chosen(Focus::Grace, &graces(), state.grace);
        lines.push(part(Focus::Grace, words, grace));
        if state.chosen() == Grace::Custom {
            let wrong = state.chosen().end(state.custom.text(), now).err();
            let wrong = wrong.map(|why| beside((format!("! {why}"), theme.warning)));
            lines.push(part(Focus::Custom, "  custom", wrong.unwrap_or_default()));
        }
    }
    if state.replacement.is_none() {
        let words = either("New tokens expire", "New token expires");
        let rest = beside(expires(state, "->", now, theme));
        lines.push(part(Focus::NewExpiry, words, rest));
    }
    if is_many {
        let depot = chosen(Focus::Depot, &DEPOTS, usize::from(state.by_command));
        lines.push(part(Focus::Depot, "Their secrets go to", depot));
        let words = if state.by_command { "  command" } else { "  folder" };
        lines.push(part(Focus::Place, words, Vec::new()));
    }
    if state.wants_typed(now) {
        lines.extend((!is_many).then(|| (Line::default(), None)));
        let token = either("an old token", "the old token");
        let words = format!("! Every caller that uses {token} fails at once.");
        lines.push((Line::styled(words, theme.danger), None));
        lines.push(part(Focus::Typed, &format!("Type {}", state.wanted()), Vec::new()));
    }
    lines
}

/// What is to be said of a single token below the choices.
fn about_one(
    model: &Model,
    state: &Regenerate,
    token: &ApiToken,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    if let Some(draft) = &state.replacement {
        lines.extend(old_against_new(model, token, draft, columns, theme));
    } else {
        let same = format!(
            "The new token has the same permissions, a new id and a new secret. For other \
             permissions, leave and press {}.",
            model.key(Action::Replace)
        );
        lines.extend(dialog::paragraph(&same, columns, theme.faint));
    }
    lines.extend(clock::lines(model, columns, theme));
    let destination = destination::words(model, state.sending.destination.as_ref());
    let words = format!("The new secret {destination}.");
    lines.extend(dialog::paragraph(&words, columns, theme.faint));
    lines
}

/// What is to be said of several: what is wrong, and with enough room what can be
/// written as the place of their secrets.
fn about_many(
    model: &Model,
    state: &Regenerate,
    is_roomy: bool,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(error) = &state.error {
        let words = format!("! {}", text::sentence(error));
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    let replaced = state.tokens.iter().filter(|t| model.shared.replaced(&t.id).is_some()).count();
    if replaced > 0 {
        let were = if replaced == 1 { "was" } else { "were" };
        let words =
            format!("! {replaced} {were} replaced already: this makes one more token for each.");
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    if !is_roomy {
        return lines;
    }
    let hint = match (&state.error, state.by_command) {
        (Some(_), _) => None,
        (None, true) => Some(
            "Run for each token, without a shell; the secret comes on its standard input, \
             AXTOK_TOKEN_NAME and AXTOK_TOKEN_ID say whose it is.",
        ),
        (None, false) => Some(
            "Such as ~/new-tokens: one new file for each, named by token and new id, which only \
             you can read. The folder is made if there is none.",
        ),
    };
    lines.extend(hint.into_iter().flat_map(|hint| dialog::paragraph(hint, columns, theme.faint)));
    lines.extend(clock::lines(model, columns, theme));
    lines.push(Line::default());
    lines
}

/// How the new token of a draft differs from the old one.
fn old_against_new(
    model: &Model,
    old: &ApiToken,
    draft: &NewToken,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled("Old against new, with a new id and secret:", theme.strong)];
    if draft.name != old.name.raw() {
        let new = SafeText::from(draft.name.as_str());
        lines.push(Line::from(format!("  name: {} -> {new}", old.name)));
    }
    let changes = difference_lines(&old.grants.difference(&draft.grants));
    if changes.is_empty() {
        lines.push(Line::from("  the same permissions"));
    }
    for finding in findings(&draft.grants, &draft.expiry.into(), model.shared.server_now()) {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    lines.extend(changes.iter().map(|c| Line::from(text::cut(&format!("  {c}"), columns))));
    lines
}

/// When an old token stops; beside others there is room for less.
fn stops(state: &Regenerate, old: &ApiToken, now: Timestamp) -> Result<String, GraceError> {
    if old.expiry.is_past(now) {
        return Ok("has expired already".to_owned());
    }
    let end = state.old_end(old, now)?;
    if end.at <= now {
        return Ok("stops now".to_owned());
    }
    let why = match (end.own_expiry, old.expiry.is_unread()) {
        (true, _) => ", its own expiry",
        (_, true) => " or sooner",
        _ => "",
    };
    let left = when::relative(end.at, now);
    Ok(if state.is_many() {
        format!("stops {left}{why}")
    } else {
        format!("stops {} ({left}{why})", when::weekday_time(end.at))
    })
}

/// When the new ones expire, said with this verb.
fn expires(state: &Regenerate, verb: &str, now: Timestamp, theme: &Theme) -> (String, Style) {
    match state.new_end(now) {
        Ok(Expiry::Never) => ("never expires".to_owned(), theme.warning),
        Ok(Expiry::At(at)) => {
            (format!("{verb} {} ({})", when::date(at), when::relative(at, now)), Style::new())
        }
        Err(why) => (format!("! {why}"), theme.warning),
    }
}

/// Two bars on one scale of time, in words what they mean, and what they do not show.
fn two_lives(
    model: &Model,
    state: &Regenerate,
    token: &ApiToken,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let now = model.shared.server_now();
    let bar = columns.saturating_sub(5).clamp(10, 34);
    let (old, style) = match state.old_end(token, now) {
        _ if token.expiry.is_past(now) => ("x".to_owned(), theme.danger),
        Err(_) => ("?".to_owned(), theme.warning),
        Ok(end) if end.at <= now => ("|".to_owned(), theme.danger),
        Ok(_) => (format!("{}|", "=".repeat(bar / 3)), Style::new()),
    };
    let words = stops(state, token, now).unwrap_or_else(|why| format!("! {why}"));
    let mut lines = life("OLD ", &text::fit(&old, bar), &words, style, columns, theme);
    let new = match state.new_end(now) {
        Ok(Expiry::Never) => "=".repeat(bar - 1) + ">",
        Ok(Expiry::At(_)) => "=".repeat(bar - 2) + "|",
        Err(_) => "?".to_owned(),
    };
    let (words, style) = expires(state, "expires", now, theme);
    lines.extend(life("NEW ", &text::fit(&new, bar), &words, style, columns, theme));
    if token.expiry.is_unread() {
        let words = "! Its own expiry cannot be read: it may stop earlier.";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    }
    if let Some(pair) = model.shared.replaced(&token.id) {
        // One line at 60 columns: there is no room for two on 15 rows.
        let words = format!(
            "! Replaced by {}: this makes one more token.",
            pair.new.as_ref().map_or_else(|| "another token".to_owned(), TokenId::short)
        );
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    lines.push(Line::default());
    lines
}

/// A bar with its words beside it, or below where there is no room beside.
fn life(
    head: &'static str,
    bar: &str,
    words: &str,
    style: Style,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut line = Line::from(Span::styled(head, theme.strong));
    line.push_span(Span::styled(bar.to_owned(), style));
    if text::width(words) <= columns.saturating_sub(text::width(bar) + 5) {
        line.push_span(Span::styled(format!(" {words}"), style));
        return vec![line];
    }
    let below = text::cut(words, columns.saturating_sub(4));
    vec![line, Line::styled(format!("    {below}"), style)]
}
