//! Regenerate: for a single token a timeline of the old and the new one, for several the
//! list of them; and the choices for all.

use jiff::Timestamp;
use std::collections::BTreeSet;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        overlays::regenerate::{Field, Regenerate},
        run::tokens,
    },
    domain::{
        ApiToken, Expiry, Grants, SafeText, TokenExpiry, TokenId,
        edit::{Difference, differences},
        grace::GraceError,
        review::{about_grants, with_expiry},
        when,
    },
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{clock, destination, dialog, form::Content, overriding, token_rows},
    },
};

/// Rows from which the area has room for a hint and a list.
const ROOMY: u16 = 18;

/// Width of `OLD ` and `NEW `, in columns.
const HEAD: usize = 4;

/// Minimum and maximum width of a bar of the timeline, in columns.
const BAR: (usize, usize) = (10, 34);

/// The number of tokens that a warning names.
const NAMED: usize = 3;

/// Draws the dialog. Returns the visible part of the list of several tokens.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Regenerate) -> Window {
    let theme = frame.theme();
    let now = model.shared.server_now();
    let columns = dialog::columns(area, if state.is_many() { 110 } else { 76 });
    let mut content = Content::new(&state.form, columns, theme);
    if let Some(token) = state.only() {
        content.lines(two_lives(model, state, token, columns, theme));
        content.blank();
    }
    choices(&mut content, state, now, theme);
    let verb = if state.replaces() { "Replace" } else { "Regenerate" };
    let title = if let Some(token) = state.only() {
        about_one(&mut content, model, state, token, theme);
        format!("{verb} {}", token.name)
    } else {
        about_many(&mut content, model, state, area.height >= ROOMY, theme);
        format!("{verb} {}", tokens(state.tokens.len()))
    };
    content.sent(model, state.sending.ticket(), "Regenerating");
    if state.checking.is_some() {
        content.waiting(Some("Checking …".to_owned()));
    }
    content.dialog(frame, area, &title)
}

/// Adds the choices for all tokens.
fn choices<'a>(
    content: &mut Content<'a, Field>,
    state: &'a Regenerate,
    now: Timestamp,
    theme: &Theme,
) {
    content.part(Field::Grace);
    content.part(Field::Custom);
    // The timeline of a single token already shows the expiry.
    let (words, style) = if state.is_many() {
        expires(state, "->", now, content.room_beside(Field::NewExpiry), theme)
    } else {
        Default::default()
    };
    content.part_beside(Field::NewExpiry, Span::styled(words, style));
    content.part(Field::BulkDestination);
    content.part(Field::Folder);
    content.part(Field::Command);
    if state.form.find(Field::Typed).is_some() {
        if !state.is_many() {
            content.blank();
        }
        let token = if state.is_many() { "an old token" } else { "the old token" };
        let words = format!("! Every caller that uses {token} fails immediately.");
        content.paragraph(&words, theme.danger);
        content.part(Field::Typed);
    }
    against_policy(content, state, theme);
}

/// Adds what the organisation's rules have against the new tokens, and the field for the reason.
fn against_policy(content: &mut Content<'_, Field>, state: &Regenerate, theme: &Theme) {
    let columns = content.columns();
    if !state.is_many() {
        for (_, finding) in &state.objections {
            content.lines(dialog::marked("! policy:", &finding.why, columns, theme.warning));
        }
    } else if !state.objections.is_empty() {
        let mut tokens: Vec<_> = state.objections.iter().map(|(at, _)| *at).collect();
        tokens.dedup();
        let names: Vec<_> = tokens.iter().map(|at| state.tokens[*at].name.to_string()).collect();
        let codes: BTreeSet<_> = state.objections.iter().map(|(_, f)| f.code).collect();
        let codes: Vec<_> = codes.iter().map(|code| code.trim_start_matches("policy/")).collect();
        let (count, all) = (tokens.len(), state.tokens.len());
        let words = format!("{count} of {all} break it ({}): {}", codes.join(", "), some(&names));
        content.lines(dialog::marked("! policy:", &words, columns, theme.warning));
    }
    if !state.objections.is_empty() {
        overriding::add(content, Field::Reason, theme);
    }
}

/// Adds the notes about a single token, below the choices.
fn about_one(
    content: &mut Content<'_, Field>,
    model: &Model,
    state: &Regenerate,
    token: &ApiToken,
    theme: &Theme,
) {
    content.blank();
    if let Some((name, rights)) = state.new_token(0) {
        let expiry = state.new_end(model.shared.server_now());
        let expiry = expiry.map_or_else(|_| token.expiry.clone(), TokenExpiry::from);
        old_against_new(content, model, token, (name, rights, &expiry), theme);
    } else {
        let same = format!(
            "The new token has the same rights, a new id and a new secret. For other \
             rights: Esc, then {}.",
            model.key(Action::Replace)
        );
        content.paragraph(&same, theme.faint);
    }
    content.lines(clock::lines(model, content.columns(), theme));
    let destination = destination::text(model, state.sending.destination.as_ref());
    content.paragraph(&format!("The new secret {destination}."), theme.faint);
}

/// Adds a warning about several tokens, a hint about the destination if there is room, and
/// the list of tokens.
fn about_many<'a>(
    content: &mut Content<'a, Field>,
    model: &'a Model,
    state: &'a Regenerate,
    is_roomy: bool,
    theme: &'a Theme,
) {
    let is_replaced = |token: &&ApiToken| model.shared.old_half(&token.id).is_some();
    let names: Vec<_> =
        state.tokens.iter().filter(is_replaced).map(|t| t.name.to_string()).collect();
    if !names.is_empty() {
        let words =
            format!("! Already replaced: {}. This creates one more token for each.", some(&names));
        content.paragraph(&words, theme.warning);
    }
    if is_roomy {
        let hint = if state.by_command() {
            "Runs once per token, without a shell, and reads the secret from standard input. \
             AXTOK_TOKEN_NAME and AXTOK_TOKEN_ID identify the token."
        } else {
            "A path such as ~/new-tokens, created if missing. Each secret goes to a new file \
             named after the token and its new id; only you can read it."
        };
        content.paragraph(hint, theme.faint);
        content.lines(clock::lines(model, content.columns(), theme));
        content.blank();
    }
    let (now, columns) = (model.shared.server_now(), content.columns());
    let count = state.tokens.len();
    let row = move |at: usize| {
        let old = &state.tokens[at];
        // If the grace period is invalid, its own field says so.
        let mut rest = stops(state, old, now, columns).unwrap_or_default();
        if let Some((_, rights)) = state.new_token(at) {
            let changes = differences(&old.grants, rights);
            let changes: Vec<_> = changes.iter().map(Difference::brief).collect();
            rest = format!("{rest}  {}", changes.join("; "));
        }
        token_rows::row(old, &rest, columns, theme)
    };
    content.own(None, count, move |frame, at| token_rows::draw(frame, at, &state.list, count, row));
}

/// The first names, and the number of the others.
fn some(names: &[String]) -> String {
    let (first, rest) = names.split_at(names.len().min(NAMED));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    format!("{}{more}", first.join(", "))
}

/// Adds the differences between the old and the new token.
fn old_against_new(
    content: &mut Content<'_, Field>,
    model: &Model,
    old: &ApiToken,
    (name, rights, expiry): (&str, &Grants, &TokenExpiry),
    theme: &Theme,
) {
    content.line(Line::styled("Changes, besides a new id and a new secret:", theme.strong));
    if name != old.name.raw() {
        let new = SafeText::from(name);
        content.line(format!("  name: {} -> {new}", old.name));
    }
    let changes = differences(&old.grants, rights);
    if changes.is_empty() {
        content.line("  same rights");
    }
    // Those of the policy are above, with the reason.
    let own = with_expiry(about_grants(rights), Vec::new(), expiry, model.shared.server_now());
    for finding in own {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        content.paragraph(&words, theme.warning);
    }
    for change in changes {
        content.paragraph(&format!("  {}", change.describe()), Style::new());
    }
}

/// When an old token stops; without the date if there are several. For a single token the
/// moment is aligned with the one after `expires`, and says how long that is if there is room.
fn stops(
    state: &Regenerate,
    old: &ApiToken,
    now: Timestamp,
    room: usize,
) -> Result<String, GraceError> {
    if old.expiry.is_past(now) {
        return Ok("already expired".to_owned());
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
    if state.is_many() {
        let (verb, why) = if end.own_expiry { ("expires", "") } else { ("stops", why) };
        return Ok(format!("{verb} {}{why}", when::relative(end.at, now)));
    }
    let full = format!("stops   {}{why}", when::moment(end.at, now));
    let fits = text::width(&full) <= room;
    Ok(if fits { full } else { format!("stops   {}{why}", when::date_time(end.at)) })
}

/// When the new tokens expire, beginning with `verb`, and the style of the text.
fn expires(
    state: &Regenerate,
    verb: &str,
    now: Timestamp,
    room: usize,
    theme: &Theme,
) -> (String, Style) {
    match state.new_end(now) {
        Ok(Expiry::Never) => ("never expires".to_owned(), theme.warning),
        Ok(expiry) => {
            let words = expiry.describe_within(now, room.saturating_sub(verb.len() + 1));
            (format!("{verb} {words}"), Style::new())
        }
        // The field shows what is wrong below it.
        Err(_) => (String::new(), Style::new()),
    }
}

/// A bar each for the old and the new token, with captions, and warnings below. The captions
/// are beside the bars if both fit there, so that their dates are in one column.
fn two_lives(
    model: &Model,
    state: &Regenerate,
    token: &ApiToken,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let now = model.shared.server_now();
    let below = columns.saturating_sub(HEAD);
    let words = stops(state, token, now, below).unwrap_or_default();
    let (until, of_new) = expires(state, "expires", now, below, theme);
    let beside = columns.saturating_sub(HEAD + 1 + text::width(&words).max(text::width(&until)));
    let is_beside = beside >= BAR.0;
    let bar = if is_beside { beside } else { below };
    let bar = bar.clamp(BAR.0, BAR.1);
    let (old, style) = match state.old_end(token, now) {
        _ if token.expiry.is_past(now) => ("x".to_owned(), theme.danger),
        Err(_) => ("?".to_owned(), theme.warning),
        Ok(end) if end.at <= now => ("|".to_owned(), theme.danger),
        Ok(_) => (format!("{}|", "=".repeat(bar / 3)), Style::new()),
    };
    let life = |head, bar: String, style, words: &str, of_words| {
        let line = Line::from(vec![Span::styled(head, theme.strong), Span::styled(bar, style)]);
        let words = Span::styled(text::cut(words, below), of_words);
        if is_beside {
            vec![line + Span::raw(" ") + words]
        } else {
            vec![line, Line::from(vec![Span::raw(" ".repeat(HEAD)), words])]
        }
    };
    let mut lines = life("OLD ", text::fit(&old, bar), style, &words, style);
    let new = match state.new_end(now) {
        Ok(Expiry::Never) => "=".repeat(bar - 1) + ">",
        Ok(Expiry::At(_)) => "=".repeat(bar - 2) + "|",
        Err(_) => "?".to_owned(),
    };
    lines.extend(life("NEW ", text::fit(&new, bar), of_new, &until, of_new));
    if token.expiry.is_unread() {
        let words = "! OLD has an unreadable expiry: it may stop earlier.";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    }
    if let Some(half) = model.shared.old_half(&token.id) {
        // Must fit one line at 60 columns: 15 rows have no room for two.
        let guess = if half.row.is_inferred() { "Probably replaced" } else { "Replaced" };
        let words = format!(
            "! {guess} by {}: this creates one more.",
            half.other().map_or_else(|| "another token".to_owned(), TokenId::short)
        );
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    lines
}
