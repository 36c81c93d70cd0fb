//! One token in full, as a scrolling text: facts, what the token can do, findings, and
//! the rights as a matrix.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{
        Model, layout_info::Window, remote::Remote, screens::token_detail::TokenDetail,
        shared::Topic,
    },
    domain::{
        ApiToken, Kind, Resources, Rights, Scope, Target, Unknown, WILDCARD,
        review::{Severity, findings},
        usage::Class,
        when,
    },
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{age, audit, dialog, half, matrix, spinner, token},
    },
};

/// Width of the labels, in columns.
const LABEL: usize = 13;
/// Width of `not seen` before a right, in columns.
const CLASS: usize = 8;

/// Draws the details of a token. Returns the visible part of the text.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &TokenDetail) -> Window {
    let theme = frame.theme();
    let Some(token) = model.shared.data.token(&state.id) else {
        let back = model.key(Action::Back);
        let gone = format!(" This token is no longer in the list. {back} goes back.");
        frame.render_widget(Line::styled(gone, theme.warning), area);
        return Window::default();
    };
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let head = Rect { height: inside.height.min(1), ..inside };
    let body = Rect { y: inside.y + head.height, height: inside.height - head.height, ..inside };
    let width = usize::from(inside.width);
    // The name stays while the text scrolls.
    let mut name = name(token, width, theme);
    let room = width.saturating_sub(name.width() + 8);
    name.spans.extend(age::mark(model, Topic::Tokens, room, theme));
    frame.render_widget(name, head);
    let lines = text_of(token, model, width, theme);
    let window = state.list.offset(lines.len(), usize::from(body.height));
    let shown: Vec<Line<'_>> = lines.into_iter().skip(window.top).take(window.height).collect();
    frame.render_widget(Paragraph::new(shown), body);
    if window.top > 0 {
        dialog::more_above(frame, Rect { height: head.height, ..area });
    }
    if window.top + window.height < window.len {
        dialog::more_below(frame, area);
    }
    window
}

/// The name of a token, as the first of its facts.
pub fn name(token: &ApiToken, width: usize, theme: &Theme) -> Line<'static> {
    let name = text::cut(token.name.shown(), width.saturating_sub(LABEL));
    Line::from(vec![
        Span::styled(text::fit("Name", LABEL), theme.faint),
        Span::styled(name, theme.strong),
    ])
}

/// All details of a token except its name, wrapped to `width` columns. A name that is too
/// long for one line is the first of them.
pub fn text_of(token: &ApiToken, model: &Model, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = facts(token, model, width, theme);
    lines.push(Line::default());
    lines.push(heading("What it can do", theme));
    for phrase in token.grants.phrases() {
        let wrapped = text::wrapped(&phrase, width.saturating_sub(4));
        for (i, part) in wrapped.into_iter().enumerate() {
            lines.push(Line::from(format!("{}{part}", if i == 0 { "  · " } else { "    " })));
        }
    }
    let fixed = format!(
        "Rights can't be changed after creation: {} copies them into a new draft, {} replaces \
         the token.",
        model.key(Action::Clone),
        model.key(Action::Replace)
    );
    lines.extend(indented(&fixed, 2, width, theme.faint));
    lines.push(Line::default());
    usage_lines(token, model, width, &mut lines, theme);
    finding_lines(token, model, width, &mut lines, theme);
    for (scope, rows) in token.grants.named() {
        if !rows.is_empty() {
            lines.push(Line::default());
            resource_lines(scope, rows, width, &mut lines, theme);
        }
    }
    if !token.grants.org.is_empty() {
        lines.push(Line::default());
        org_lines(&token.grants.org, width, &mut lines, theme);
    }
    unknown_lines(token, width, &mut lines, theme);
    lines
}

fn heading(words: &str, theme: &Theme) -> Line<'static> {
    Line::styled(words.to_owned(), theme.strong)
}

fn fact(label: &str, value: &str, style: Style, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    text::wrapped(value, width.saturating_sub(LABEL))
        .into_iter()
        .enumerate()
        .map(|(i, part)| {
            let label = if i == 0 { label } else { "" };
            Line::from(vec![
                Span::styled(text::fit(label, LABEL), theme.faint),
                Span::styled(part, style),
            ])
        })
        .collect()
}

fn facts(token: &ApiToken, model: &Model, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (_, style) = token::state(token, model, theme);
    let mut lines = Vec::new();
    if text::width(token.name.shown()) > width.saturating_sub(LABEL) {
        lines.extend(fact("Full name", token.name.shown(), theme.strong, width, theme));
    }
    lines.extend(fact("Id", &token.id.to_string(), Style::new(), width, theme));
    lines.extend(fact(
        "Type",
        &format!("{} (inferred)", if token.kind() == Kind::Basic { "Basic" } else { "Advanced" }),
        Style::new(),
        width,
        theme,
    ));
    let expired = if token.expiry.is_past(model.shared.server_now()) { "x expired, " } else { "" };
    let expiry = format!("{expired}{}", token.expiry.describe(model.shared.server_now()));
    lines.extend(fact("Expires", &expiry, style, width, theme));
    if let Some(half) = model.shared.half(&token.id) {
        let words = half::describe(&half, model.shared.server_now());
        let revoke = || format!("; {} revokes it now", model.key(Action::Delete));
        let revoke = if half.is_old { revoke() } else { String::new() };
        let words = format!("↻ {words}{revoke}");
        lines.extend(fact("Rotation", &words, theme.warning, width, theme));
    }
    if let Some(usage) = model.shared.data.usage.value() {
        let now = model.shared.server_now();
        let seen = usage.last_seen(token, now).unwrap_or_else(|| usage.last_seen_short(token, now));
        lines.extend(fact("Last seen", &seen, Style::new(), width, theme));
        if let Some(made) = usage.creation(token) {
            let words = format!("{}, {}", made.deed(), when::moment(made.at, now));
            lines.extend(fact("Origin", &words, Style::new(), width, theme));
        }
        if let Some(creator) = usage.departed_creator(token) {
            let words = format!("! {creator} is no longer a user of this organisation");
            lines.extend(fact("", &words, theme.warning, width, theme));
        }
    }
    let (description, style) = if token.description.is_empty() {
        ("none", theme.faint)
    } else {
        (token.description.shown(), Style::new())
    };
    lines.extend(fact("Description", description, style, width, theme));
    for (i, words) in audit::lines(token, model).iter().enumerate() {
        let label = if i == 0 { "Audit log" } else { "" };
        lines.extend(fact(label, words, Style::new(), width, theme));
    }
    lines
}

/// What the token does, once the audit log has been asked.
fn usage_lines(
    token: &ApiToken,
    model: &Model,
    width: usize,
    lines: &mut Vec<Line<'static>>,
    theme: &Theme,
) {
    let usage = match &model.shared.data.usage {
        Remote::Ready(usage, _) => usage,
        Remote::Idle | Remote::Failed(_, None) => return,
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            let words = spinner::text(*load, model.shared.now, "Reading the audit log");
            lines.extend(words.map(Line::from));
            lines.push(Line::default());
            return;
        }
    };
    lines.push(heading(&format!("Usage, {}", usage.heading()), theme));
    let now = model.shared.server_now();
    if usage.naming.label().is_some() {
        for line in usage.describe(token, now) {
            let style = match line.class {
                Class::Used => theme.good,
                Class::NotSeen => theme.warning,
                Class::Unknown => theme.faint,
            };
            let label = text::fit(line.class.label(), CLASS);
            let marked = dialog::marked(&label, &line.text, width.saturating_sub(2), style);
            lines.extend(marked.into_iter().map(|mut line| {
                line.spans.insert(0, Span::raw("  "));
                line
            }));
        }
        if usage.narrowed(token).is_some() {
            let words = format!(
                "{} replaces the token without what was not seen.",
                model.key(Action::Narrow)
            );
            lines.extend(indented(&words, 2, width, theme.faint));
        }
    }
    for gap in usage.gaps() {
        lines.extend(indented(&format!("Note: {gap}."), 2, width, theme.faint));
    }
    lines.push(Line::default());
}

fn finding_lines(
    token: &ApiToken,
    model: &Model,
    width: usize,
    lines: &mut Vec<Line<'static>>,
    theme: &Theme,
) {
    let found = findings(token, &model.shared.session.policies, model.shared.server_now());
    if found.is_empty() {
        lines.push(heading("No findings", theme));
        return;
    }
    lines.push(heading("Findings", theme));
    for finding in found {
        let style = match finding.severity {
            Severity::High => theme.danger,
            Severity::Medium | Severity::Low => theme.warning,
        };
        let mark = format!("! {}:", finding.severity.label());
        let marked = dialog::marked(&mark, &finding.why, width.saturating_sub(2), style);
        lines.extend(marked.into_iter().map(|mut line| {
            line.spans.insert(0, Span::raw("  "));
            line
        }));
        let fix = format!("Fix: {}", finding.fix);
        lines.extend(indented(&fix, 4, width, theme.faint));
    }
}

fn indented(words: &str, by: usize, width: usize, style: Style) -> Vec<Line<'static>> {
    text::wrapped(words, width.saturating_sub(by))
        .into_iter()
        .map(|line| Line::styled(format!("{}{line}", " ".repeat(by)), style))
        .collect()
}

fn resource_lines(
    scope: Scope,
    rows: &Resources,
    width: usize,
    lines: &mut Vec<Line<'static>>,
    theme: &Theme,
) {
    let headings = matrix::headings(scope);
    let name_width = width.saturating_sub(headings.chars().count() + 1).min(40);
    lines.push(Line::from(vec![
        Span::styled(text::fit(scope.label(), name_width), theme.strong),
        Span::styled(headings, theme.faint),
    ]));
    let everywhere = rows.wildcard();
    // The row for all comes first, not in alphabetical order.
    let (all, named): (Vec<_>, Vec<_>) = rows.iter().partition(|(n, _)| n.raw() == WILDCARD);
    for (name, rights) in all.into_iter().chain(named) {
        let is_all = name.raw() == WILDCARD;
        let label = match (is_all, scope) {
            (false, _) => name.shown().to_owned(),
            (true, Scope::View) => "* all views".to_owned(),
            (true, _) => "* all datasets".to_owned(),
        };
        let cells = matrix::cells(scope, rights, everywhere.filter(|_| !is_all), theme);
        let name = format!("  {}", text::fit(&label, name_width.saturating_sub(2)));
        lines.push(std::iter::once(Span::raw(name)).chain(cells).collect());
    }
}

fn org_lines(rights: &Rights, width: usize, lines: &mut Vec<Line<'static>>, theme: &Theme) {
    lines.push(heading("Organisation", theme));
    for capability in Scope::Org.capabilities() {
        let verbs = rights.verbs(capability);
        if verbs.is_empty() {
            continue;
        }
        let cell = matrix::crud(capability, verbs);
        let phrase = text::cut(&capability.phrase(verbs), width.saturating_sub(30));
        lines.push(Line::from(vec![
            Span::raw(format!("  {:<20}", capability.label)),
            Span::styled(format!("{cell:<6}"), theme.granted),
            Span::styled(phrase, theme.faint),
        ]));
    }
}

fn unknown_lines(token: &ApiToken, width: usize, lines: &mut Vec<Line<'static>>, theme: &Theme) {
    let grants = &token.grants;
    if !grants.has_unknown() {
        return;
    }
    lines.push(Line::default());
    lines.push(heading("Unknown to this version (kept unchanged)", theme));
    let mut add = |words: String| {
        lines.push(Line::styled(
            format!("  {}", text::cut(&words, width.saturating_sub(2))),
            theme.warning,
        ));
    };
    for (target, rights) in grants.rows() {
        let place = match &target {
            Target::Dataset(name) | Target::View(name) => name.shown().to_owned(),
            Target::Org => "organisation".to_owned(),
        };
        for unknown in rights.unknown() {
            add(match unknown {
                Unknown::Capability { name, json } => format!("{place}: {name} = {json}"),
                Unknown::Verb { capability, json } => {
                    format!("{place}: {} = {json}", capability.wire)
                }
            });
        }
    }
    for scope in &grants.unknown {
        add(format!("{} = {}", scope.name, scope.json));
    }
}
