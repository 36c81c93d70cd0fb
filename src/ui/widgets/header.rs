//! The first line: the main screens as tabs with their keys, the organisation and the user.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{Model, mouse::HitTarget, time::seconds_left},
    domain::{SecretKind, when},
    input::Action,
    ui::{Canvas, Theme, text},
};

/// The program's name.
const BRAND: &str = " axtok ";
/// The columns that the user needs at least; with fewer, nothing is shown.
const USER_MIN: usize = 8;
/// The columns that the deployment and the organisation take at most.
const PLACE_MAX: usize = 40;
/// The sign for the mouse.
const MOUSE: &str = "[MOUSE]";

/// Draws the line. Where it is too narrow, these are left out, in this order: the sign for the
/// mouse, the user, the keys of the tabs, the tabs. Then the place is cut further; the signs stay.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) {
    let theme = frame.theme();
    let (place, signs) = (text::cut(&place(model), PLACE_MAX), signs(model, theme));
    let signs_width: usize = signs.iter().map(|sign| 1 + sign.width()).sum();
    // A column at the end, and one before the place.
    let room = usize::from(area.width).saturating_sub(BRAND.len() + signs_width + 2);
    let user = user(model);
    // A screen that is less often needed takes no room from the others' keys, user and mouse.
    let mouse = if model.takes_mouse() { 1 + MOUSE.len() } else { 0 };
    let more = 1 + text::width(&user) + mouse;
    let levels = [(true, true, more), (false, true, 0), (true, false, 0), (false, false, 0)];
    let tabs = levels.into_iter().find_map(|(all, keys, more)| {
        let tabs = tabs(model, all, keys, theme);
        (columns(&tabs) + text::width(&place) + more <= room).then_some(tabs)
    });
    let tabs = tabs.unwrap_or_default();
    let place = text::cut(&place, room);
    let mut left = room.saturating_sub(columns(&tabs) + text::width(&place));
    let mut end = Vec::new();
    if left > USER_MIN && !user.is_empty() {
        let user = text::cut(&user, left - 1);
        left -= 1 + text::width(&user);
        end.push(Span::styled(format!(" {user}"), theme.faint));
    } else if !user.is_empty() {
        left = 0;
    }
    end.push(Span::styled(format!(" {place}"), theme.strong));
    end.extend(signs.into_iter().flat_map(|sign| [Span::raw(" "), sign]));
    if model.takes_mouse() && left > MOUSE.len() {
        end.push(Span::styled(format!(" {MOUSE}"), theme.faint));
    }
    end.push(Span::raw(" "));

    frame.set_style(area, theme.bar);
    frame.render_widget(Span::styled(BRAND, theme.brand), area);
    let mut x = area.x + cells(BRAND.len());
    for tab in tabs {
        let at = Rect { x, width: cells(tab.label.width()), ..area };
        x += at.width;
        frame.add_target(at, HitTarget::Do(tab.action));
        frame.render_widget(tab.label, at);
    }
    frame.render_widget(Line::from(end).right_aligned(), area);
}

fn cells(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// A main screen.
struct Tab {
    label: Line<'static>,
    action: Action,
}

fn columns(tabs: &[Tab]) -> usize {
    tabs.iter().map(|tab| tab.label.width()).sum()
}

/// The main screens; the one in front is in brackets, the others have their key if `keys`.
/// None before the user has signed in. Without `all`, the rotations are left out unless they are
/// in front.
fn tabs(model: &Model, all: bool, keys: bool, theme: &Theme) -> Vec<Tab> {
    if model.shared.session.connection.is_none() {
        return Vec::new();
    }
    let front = model.stack.screens().iter().rev().find_map(|screen| screen.kind.tab());
    let tabs = [
        ("Tokens", Action::GoTokens),
        ("Profile", Action::GoProfile),
        ("Review", Action::GoReview),
        ("Rotations", Action::GoRotations),
        ("Orgs", Action::GoOrgs),
    ];
    let tab = |(name, action): (&'static str, Action)| {
        let key = model.shared.keymap.key_for(model.stack.screen().home(), action, false);
        let label = match key.filter(|_| keys) {
            _ if Some(action) == front => Line::styled(format!("[{name}]"), theme.strong),
            Some(key) => Line::from(vec![
                Span::styled(format!(" {key}"), theme.key),
                Span::raw(format!(" {name} ")),
            ]),
            None => Line::raw(format!(" {name} ")),
        };
        Tab { label, action }
    };
    let is_shown = |(_, action): &(&str, Action)| {
        all || *action != Action::GoRotations || front == Some(*action)
    };
    let mut shown: Vec<_> = tabs.into_iter().filter(is_shown).map(tab).collect();
    // The others are too many for a narrow screen, so each has its tab only while it is in front.
    shown.extend((front == Some(Action::GoHistory)).then(|| tab(("History", Action::GoHistory))));
    shown
}

/// Deployment and organisation. The sign for the demo says its deployment.
fn place(model: &Model) -> String {
    let (session, place) = (&model.shared.session, model.shared.place());
    let name = session.name();
    if session.demo || place == name.shown() { place } else { format!("{name} · {place}") }
}

/// The user, or the kind of token if the user is not known.
fn user(model: &Model) -> String {
    if model.shared.session.connection.is_none() {
        return String::new();
    }
    match (model.shared.data.user.value(), model.shared.session.credential) {
        (Some(user), _) => {
            let role = user.role.as_ref().map_or(String::new(), |r| format!(" · {r}"));
            format!("{}{role}", user.email)
        }
        (None, SecretKind::Personal) => "personal token".to_owned(),
        (None, SecretKind::Api | SecretKind::Ingest) => "API token".to_owned(),
        (None, SecretKind::Other) => "token".to_owned(),
    }
}

/// Signs for the whole session: the rate limit, read-only, the demo.
fn signs(model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    let session = &model.shared.session;
    if session.connection.is_none() {
        return Vec::new();
    }
    let wait = model.shared.limited_until().map(|at| {
        let left = when::countdown(seconds_left(at, model.shared.now));
        Span::styled(format!("[WAIT {left}]"), theme.warning)
    });
    let read_only = session.access.is_read_only().then(|| Span::styled("[RO]", theme.warning));
    let demo = session.demo.then(|| Span::styled("[DEMO]", theme.faint));
    wait.into_iter().chain(read_only).chain(demo).collect()
}
