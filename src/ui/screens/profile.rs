//! The profile: the current user and their personal tokens.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Padding, Paragraph},
};

use crate::{
    api::call::Call,
    app::{
        Model,
        layout_info::{Link, Window},
        mouse::{HitTarget, Scrolled},
        remote::Remote,
        screens::profile::Profile,
        shared::Topic,
    },
    domain::{PersonalToken, SafeText, SecretKind},
    input::{Action, Context},
    ui::{
        Canvas, Theme, text,
        widgets::{age, dialog, failure, row_actions, spinner},
    },
};

/// Width of the labels, in columns.
const LABEL: usize = 14;
/// Maximum width of a token's name.
const NAME_MAX: usize = 36;
/// Width of a shortened id.
const ID: usize = 9;

/// Draws the profile. Returns the visible part of the list and the position of a link.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &Profile,
) -> (Window, Option<Link>) {
    let theme = frame.theme();
    let facts = facts(model, theme);
    let rows = u16::try_from(facts.len()).unwrap_or(0);
    frame.render_widget(Paragraph::new(facts), area);
    let below = Rect {
        y: area.y + rows.min(area.height),
        height: area.height.saturating_sub(rows),
        ..area
    };
    let columns = usize::from(area.width.saturating_sub(4));
    let advice = dialog::paragraph(&advice(model), columns, theme.warning);
    let advice_rows = u16::try_from(advice.len()).unwrap_or(0);
    let has_advice = below.height > advice_rows + 6;
    let advice_rows = if has_advice { advice_rows + 1 } else { 0 };
    let tokens = Rect { height: below.height - advice_rows, ..below };
    let shown = draw_tokens(frame, tokens, model, state);
    if has_advice {
        let at = Rect { y: tokens.bottom(), height: advice_rows, ..below };
        let block = dialog::rule(theme).padding(Padding::left(1));
        frame.render_widget(Paragraph::new(advice).block(block), at);
    }
    shown
}

fn advice(model: &Model) -> String {
    let key = model.shared.keymap.key_for(Context::Profile, Action::NewApiToken, false);
    let key = key.map_or_else(String::new, |key| format!(": {key} creates one"));
    format!(
        "! A personal token can do everything that its user can, in every organisation, and \
         does not expire. Prefer an API token with no more rights than needed{key}."
    )
}

/// The facts about user and organisation, one per line.
fn facts(model: &Model, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(" Profile", theme.strong)];
    let mut fact = |label: &str, value: String, style: Style| {
        lines.push(Line::from(vec![
            Span::styled(format!("   {}", text::fit(label, LABEL)), theme.faint),
            Span::styled(value, style),
        ]));
    };
    match (&model.shared.data.user, model.shared.session.credential) {
        (_, SecretKind::Api) => {
            let words = "API token (belongs to no user)".to_owned();
            fact("Credential", words, Style::new());
        }
        (Remote::Ready(user, _), _) => {
            fact("Name", user.name.to_string(), Style::new());
            fact("Email", user.email.to_string(), Style::new());
            let role = user.role.as_ref().map_or("unknown".to_owned(), ToString::to_string);
            fact("Role", role, Style::new());
        }
        (Remote::Failed(failed, _), _) => {
            let words = text::sentence(&failed.headline(&Call::CurrentUser));
            fact("User", format!("! {words}"), theme.warning);
        }
        (Remote::Idle | Remote::Loading(_), _) => {
            fact("User", "…".to_owned(), theme.faint);
        }
    }
    let name = model.shared.org().map_or_else(|| "unknown".to_owned(), |org| org.name.to_string());
    fact("Organisation", name, Style::new());
    let id = model
        .shared
        .org_id()
        .map_or_else(|| "unknown".to_owned(), |id| SafeText::from(id).to_string());
    let key = model.key(Action::CopyOrg);
    lines.push(Line::from(vec![
        Span::styled(format!("   {}", text::fit("Org id", LABEL)), theme.faint),
        Span::raw(id),
        Span::styled(format!("   {key} copies it"), theme.faint),
    ]));
    lines.push(Line::default());
    lines
}

fn draw_tokens(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &Profile,
) -> (Window, Option<Link>) {
    let theme = frame.theme();
    let title = |count: &str| Line::styled(format!(" Personal tokens{count}"), theme.strong);
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let head = Rect { height: area.height.min(1), ..area };
    if model.shared.session.credential == SecretKind::Api {
        frame.render_widget(title(""), head);
        let key = model.key(Action::GoOrgs);
        let words = format!(
            "Personal tokens belong to a user. To see them, sign in with a personal token: \
             {key}, then Sign in with another token."
        );
        return (Window::default(), explain(frame, rest, &words, None));
    }
    let tokens = match &model.shared.data.personal {
        Remote::Ready(tokens, _) => tokens,
        Remote::Failed(failed, None) if failed.lacks_routes(&Call::ListPersonalTokens) => {
            frame.render_widget(title(""), head);
            return (Window::default(), no_routes(frame, rest, model));
        }
        Remote::Failed(failed, None) => {
            frame.render_widget(title(""), head);
            failure::draw(frame, rest, model, &Call::ListPersonalTokens, failed);
            return (Window::default(), None);
        }
        Remote::Idle => return (Window::default(), None),
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            frame.render_widget(title(""), head);
            let words = spinner::text(*load, model.shared.now, "Loading the personal tokens");
            return (Window::default(), explain(frame, rest, &words.unwrap_or_default(), None));
        }
    };
    let mut heading = title(&format!(" {}", tokens.len()));
    let room = usize::from(head.width).saturating_sub(heading.width());
    heading.spans.extend(age::mark(model, Topic::Personal, room, theme));
    frame.render_widget(heading, head);
    if tokens.is_empty() {
        let words = "No personal tokens. You need one only if a program must act as you.";
        return (Window::default(), explain(frame, rest, words, None));
    }
    (draw_list(frame, rest, model, state, tokens), None)
}

fn draw_list(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &Profile,
    tokens: &[PersonalToken],
) -> Window {
    let theme = frame.theme();
    let width = usize::from(area.width);
    let name_width = (width / 3).min(NAME_MAX);
    // Show the id: several tokens can have the same name.
    let description_width = width.saturating_sub(name_width + ID + 8);
    let heading =
        format!("   {}  {}  DESCRIPTION", text::fit("NAME", name_width), text::fit("ID", ID));
    frame.render_widget(
        Line::styled(text::cut(&heading, width), theme.faint),
        Rect { height: area.height.min(1), ..area },
    );
    let height = usize::from(area.height.saturating_sub(1));
    let window = state.list.window(tokens.len(), height);
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Screen, window));
    for (y, (position, token)) in
        (area.y + 1..area.y + area.height).zip(tokens.iter().enumerate().skip(window.top))
    {
        let selected = position == state.list.cursor;
        let marker = if selected { ">" } else { " " };
        let description = text::cut(token.description.shown(), description_width);
        let line = Line::from(vec![
            Span::raw(format!("{marker}  {}  ", text::fit(token.name.shown(), name_width))),
            Span::styled(format!("{}  ", text::fit(&token.id.short(), ID)), theme.faint),
            Span::styled(description, theme.faint),
        ]);
        let at = Rect { y, height: 1, ..area };
        frame.render_widget(line, at);
        if selected {
            let bar = u16::try_from(3 + name_width).unwrap_or(u16::MAX).min(at.width);
            frame.set_style(Rect { width: bar, ..at }, theme.focused);
        }
        row_actions::draw(frame, at, model, position, &[Action::Delete]);
    }
    window
}

/// Draws what to do on a deployment without routes for personal tokens.
fn no_routes(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) -> Option<Link> {
    if let Some(host) = &model.shared.session.personal_host {
        let words = format!(
            "The settings say that the routes for personal tokens are at {}, which has none at \
             this path. Check personal-tokens-path in the settings. Everything else works.",
            SafeText::from(host.as_str())
        );
        return explain(frame, area, &words, model.shared.session.console.as_deref());
    }
    let words = "This deployment has no routes for personal tokens. This is common: Axiom \
                 publishes no API for them. Manage them in the console, under Settings > \
                 Profile. Everything else works. If your deployment has these routes at another \
                 path or on another host, set personal-tokens-path in the settings.";
    explain(frame, area, words, model.shared.session.console.as_deref())
}

/// Draws a text in place of the list, with an optional link below. Returns the position of
/// the link if it fits.
fn explain(frame: &mut Canvas<'_, '_>, area: Rect, words: &str, url: Option<&str>) -> Option<Link> {
    let theme = frame.theme();
    let columns = usize::from(area.width.saturating_sub(6)).min(80);
    let mut lines: Vec<Line<'_>> = vec![Line::default()];
    for line in text::wrapped(words, columns) {
        lines.push(Line::from(format!("   {line}")));
    }
    let link = url.map(|url| {
        lines.push(Line::default());
        let row = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        lines.push(Line::from(vec![Span::raw("   "), Span::styled(url.to_owned(), theme.field)]));
        (row, url.to_owned())
    });
    frame.render_widget(Paragraph::new(lines), area);
    let (row, url) = link?;
    let width = u16::try_from(text::width(&url)).unwrap_or(u16::MAX);
    let fits = row < area.height && width + 3 <= area.width;
    fits.then(|| Link { x: area.x + 3, y: area.y + row, url })
}
