//! The last line: what was just said, or the keys that work here and now.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        Model, NoticeKind,
        bulk::{Run, Stage},
        enabled::enabled,
        mouse::Spot,
        overlays::{Overlay, sign_in::Focus as SignInFocus},
        screens::Screen,
        screens::new_token,
        screens::review::{Review, Tab},
        waiting,
    },
    domain::Kind,
    input::{Action, Context},
    ui::{
        Canvas, text, theme,
        widgets::{next_keys, spinner},
    },
};

pub fn draw(frame: &mut Canvas<'_>, area: Rect, model: &Model) {
    // The one-time secret shows its keys itself.
    if matches!(model.overlays.last(), Some(Overlay::Reveal(_))) && model.notice.is_none() {
        return;
    }
    let line = if model.count.is_some() || !model.pending.is_empty() {
        next_keys::line(model, usize::from(area.width))
    } else if let Some(notice) = &model.notice {
        let (glyph, style) = match notice.kind {
            NoticeKind::Info => ("·", theme::strong()),
            NoticeKind::Warning => ("!", theme::warning().patch(theme::strong())),
        };
        let said = format!(" {glyph} {}", notice.text);
        Line::styled(text::fit(&said, usize::from(area.width)), style)
    } else {
        let rest = draw_waiting(frame, area, model);
        let chosen = chosen(model, usize::from(rest.width));
        for (at, action) in places(&chosen, rest) {
            frame.spot(at, Spot::Do(action));
        }
        frame.draw(line(chosen), rest);
        return;
    };
    frame.draw(line, area);
}

/// At the right, what is waited for that nothing else on the screen tells of. What
/// is left of the line goes to the keys.
fn draw_waiting(frame: &mut Canvas<'_>, area: Rect, model: &Model) -> Rect {
    let behind = waiting::behind(model);
    let words = behind.and_then(|(load, what)| spinner::words(load, model.now, &what));
    let Some(words) = words else { return area };
    let words = text::cut(&words, usize::from(area.width / 2));
    let width = u16::try_from(text::width(&words) + 1).unwrap_or(area.width).min(area.width);
    let rest = Rect { width: area.width - width, ..area };
    let at = Rect { x: area.x + rest.width, width, ..area };
    frame.draw(Span::styled(words, theme::strong()), at);
    rest
}

/// As many hints as fit, the most useful first, help always.
pub fn hints(model: &Model, width: usize) -> Line<'static> {
    line(chosen(model, width))
}

fn line(chosen: Vec<(Action, Hint)>) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    spans.extend(chosen.into_iter().flat_map(|(_, hint)| hint.spans));
    Line::from(spans)
}

/// Where each of them stands in the last line.
fn places(chosen: &[(Action, Hint)], area: Rect) -> Vec<(Rect, Action)> {
    let mut x = area.x + 1;
    let mut places = Vec::new();
    for (action, hint) in chosen {
        let width = u16::try_from(hint.width).unwrap_or(0);
        places.push((Rect { x, width: width.saturating_sub(2), ..area }, *action));
        x = x.saturating_add(width);
    }
    places
}

fn chosen(model: &Model, width: usize) -> Vec<(Action, Hint)> {
    let context = model.context();
    let mut hints = Vec::new();
    let mut used = 1;
    let help = hint(model, context, Action::Help, "all keys");
    let reserved = help.as_ref().map_or(0, |h| h.width);
    let wanted = wanted(model);
    for (action, label) in wanted {
        let Some(hint) = hint(model, context, action, label) else { continue };
        if used + hint.width + reserved > width {
            break;
        }
        used += hint.width;
        hints.push((action, hint));
    }
    hints.extend(help.map(|help| (Action::Help, help)));
    hints
}

struct Hint {
    spans: [Span<'static>; 2],
    width: usize,
}

fn hint(model: &Model, context: Context, action: Action, label: &str) -> Option<Hint> {
    let key = model.keymap.key_for(context, action, model.is_typing())?;
    let label = format!(" {label}  ");
    let width = text::width(&key) + text::width(&label);
    let (key_style, style) = if enabled(action, model).is_ok() {
        (theme::key(), theme::plain())
    } else {
        (theme::faint(), theme::faint())
    };
    Some(Hint { spans: [Span::styled(key, key_style), Span::styled(label, style)], width })
}

/// What to hint at, in the order of usefulness.
fn wanted(model: &Model) -> Vec<(Action, &'static str)> {
    use Action as A;
    if let Some(overlay) = model.overlays.last() {
        if let Overlay::Run(_) = overlay {
            return of_run(model.run.as_ref());
        }
        return of_overlay(overlay, model.session.is_open());
    }
    match model.screen() {
        Some(Screen::ApiTokens(state)) if state.editing => {
            vec![(A::Accept, "keep the filter"), (A::Back, "clear it"), (A::Down, "move")]
        }
        Some(Screen::ApiTokens(state)) if state.marked.is_range() => vec![
            (A::Down, "further"),
            (A::MarkRange, "end the range"),
            (A::Back, "drop it"),
            (A::Regenerate, "regenerate marked"),
            (A::Delete, "delete marked"),
        ],
        Some(Screen::ApiTokens(state)) if !state.marked.is_empty() => {
            let tokens = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
            let two = state.marked_count(tokens).all == 2;
            let mut wanted =
                vec![(A::Regenerate, "regenerate marked"), (A::Delete, "delete marked")];
            wanted.extend(two.then_some((A::CompareTokens, "compare")));
            wanted.extend([
                (A::Mark, "mark"),
                (A::Back, "unmark"),
                (A::MarkRange, "range"),
                (A::MarkShown, "all shown"),
                (A::Filter, "filter"),
            ]);
            wanted
        }
        Some(Screen::ApiTokens(_)) => vec![
            (A::New, "new"),
            (A::Regenerate, "regenerate"),
            (A::Delete, "delete"),
            (A::Open, "details"),
            (A::Filter, "filter"),
            (A::Clone, "clone"),
            (A::Replace, "replace"),
            (A::Sort, "sort"),
            (A::Mark, "mark"),
            (A::BackOrQuit, "quit"),
            (A::GoProfile, "profile"),
            (A::GoReview, "review"),
            (A::GoOrgs, "organisations"),
        ],
        Some(Screen::TokenDetail(_)) => vec![
            (A::Back, "back"),
            (A::Regenerate, "regenerate"),
            (A::Delete, "delete"),
            (A::Clone, "clone"),
            (A::Replace, "replace"),
            (A::CopyId, "copy id"),
            (A::AuditLog, "audit log"),
            (A::Down, "scroll"),
        ],
        Some(Screen::Profile(_)) => vec![
            (A::New, "new"),
            (A::Delete, "delete"),
            (A::NewApiToken, "API token instead"),
            (A::CopyOrg, "copy organisation id"),
            (A::Back, "back"),
            (A::CopyAddress, "copy console address"),
        ],
        Some(Screen::Review(state)) => of_review(state),
        Some(Screen::NewToken(form)) if form.in_matrix => of_matrix(form.focus),
        Some(Screen::NewToken(form)) => of_form(form.focus, form.kind),
        None => Vec::new(),
    }
}

fn of_review(state: &Review) -> Vec<(Action, &'static str)> {
    use Action as A;
    if state.editing {
        return vec![(A::Accept, "keep the filter"), (A::Back, "clear it"), (A::Down, "move")];
    }
    let on_token = state.in_pane || state.tab == Tab::Tokens;
    let mut all = match (on_token, state.tab) {
        (true, Tab::Findings) => vec![
            (A::Replace, "narrower"),
            (A::Regenerate, "regenerate"),
            (A::Delete, "delete"),
            (A::AcceptFinding, "accept"),
            (A::Open, "details"),
        ],
        (true, _) => vec![
            (A::Open, "details"),
            (A::Replace, "replace"),
            (A::Regenerate, "regenerate"),
            (A::Delete, "delete"),
            (A::Toggle, "mark"),
            (A::CompareTokens, "compare"),
        ],
        (false, _) => vec![
            (A::Open, "its tokens"),
            (A::NextQuestion, "who can"),
            (A::Filter, "filter"),
            (A::ExportFile, "export"),
            (A::AuditLog, "audit log"),
        ],
    };
    all.push((A::Back, "back"));
    all
}

fn of_overlay(overlay: &Overlay, signed_in: bool) -> Vec<(Action, &'static str)> {
    use Action as A;
    if overlay.sent().is_some() {
        return vec![(A::Back, "stop waiting")];
    }
    match overlay {
        Overlay::Help(state) if state.editing => {
            vec![(A::Accept, "keep the filter"), (A::Back, "clear it"), (A::Down, "scroll")]
        }
        Overlay::Help(_) => vec![(A::Back, "close"), (A::Filter, "filter"), (A::Down, "scroll")],
        Overlay::Reveal(_) => vec![
            (A::Reveal, "reveal"),
            (A::CopySecret, "copy"),
            (A::SaveSecret, "file"),
            (A::PipeSecret, "command"),
            (A::CheckSecret, "check"),
            (A::TrySecret, "try"),
            (A::CloseSecret, "close"),
            (A::ValueOnly, "value only"),
        ],
        Overlay::Palette(_) => vec![
            (A::Accept, "do it"),
            (A::Back, "cancel"),
            (A::Down, "move"),
            (A::Complete, "complete"),
            (A::Earlier, "earlier"),
        ],
        Overlay::Prompt(_) => vec![(A::Accept, "do it"), (A::Back, "cancel")],
        Overlay::Presets(_) => vec![
            (A::Accept, "apply"),
            (A::Back, "cancel"),
            (A::Down, "move"),
            (A::NextField, "replace or merge"),
        ],
        Overlay::Orgs(_) => {
            vec![(A::Accept, "go there"), (A::Back, "cancel"), (A::Down, "move")]
        }
        Overlay::Themes(_) => vec![(A::Accept, "keep"), (A::Back, "cancel"), (A::Down, "move")],
        Overlay::SignIn(state) if state.focus == SignInFocus::Keep => {
            vec![(A::Toggle, "choose"), (A::Accept, "next"), (A::Back, "back")]
        }
        Overlay::SignIn(_) if signed_in => {
            vec![(A::Accept, "go on"), (A::NextField, "next"), (A::Back, "back")]
        }
        Overlay::SignIn(_) => {
            vec![(A::Accept, "go on"), (A::NextField, "next"), (A::Interrupt, "quit")]
        }
        Overlay::Sheet(_) => vec![(A::Accept, "choose"), (A::Back, "close"), (A::Down, "scroll")],
        Overlay::Trouble(_) => vec![(A::Accept, "close")],
        Overlay::Regenerate(_) => vec![
            (A::Accept, "go on"),
            (A::Back, "cancel"),
            (A::NextField, "next"),
            (A::NextChoice, "choose"),
        ],
        Overlay::Delete(_) => {
            vec![(A::Accept, "go on"), (A::Back, "cancel"), (A::NextField, "next")]
        }
        Overlay::Handover(_) => {
            vec![(A::Accept, "choose it"), (A::Back, "cancel"), (A::NextField, "next")]
        }
        Overlay::DeleteMany(_) => vec![
            (A::Accept, "go on"),
            (A::Back, "cancel"),
            (A::NextField, "next"),
            (A::Down, "scroll"),
        ],
        Overlay::RegenerateMany(_) => vec![
            (A::Accept, "go on"),
            (A::Back, "cancel"),
            (A::NextField, "next"),
            (A::NextChoice, "choose"),
            (A::PageDown, "scroll"),
        ],
        // What it can do depends on how far it is.
        Overlay::Run(_) => Vec::new(),
        Overlay::Compare(_) => {
            vec![(A::Back, "close"), (A::Toggle, "only differences"), (A::Down, "scroll")]
        }
        Overlay::CheckSecret(_) => vec![(A::Accept, "compare"), (A::Back, "back")],
        Overlay::Doubt(_) => {
            vec![(A::Accept, "choose"), (A::Back, "later"), (A::NextField, "next")]
        }
        Overlay::NewPersonal(_) => {
            vec![(A::Accept, "go on"), (A::Back, "cancel"), (A::NextField, "next")]
        }
        Overlay::Unstored(_) => {
            vec![(A::Accept, "go on"), (A::Back, "back to the secret"), (A::NextField, "next")]
        }
        Overlay::Confirm(_) | Overlay::Review(_) => {
            vec![(A::Accept, "choose"), (A::Back, "back"), (A::NextField, "next")]
        }
    }
}

fn of_run(run: Option<&Run>) -> Vec<(Action, &'static str)> {
    use Action as A;
    let mut all = vec![(A::Back, "close")];
    match run {
        Some(run) if run.stage == Stage::Stopping => return Vec::new(),
        Some(run) if run.stage == Stage::Going => return vec![(A::Back, "stop after this one")],
        Some(run) => {
            let tally = run.tally();
            if tally.left > 0 {
                all.push((A::Retry, "go on with the rest"));
            } else if tally.failed > 0 {
                all.push((A::Retry, "try again what failed"));
            }
        }
        None => {}
    }
    all.extend([(A::SaveReport, "save this list"), (A::Down, "scroll")]);
    all
}

fn of_matrix(focus: new_token::Focus) -> Vec<(Action, &'static str)> {
    use Action as A;
    if focus == new_token::Focus::Filter {
        return vec![(A::Accept, "keep the filter"), (A::Back, "clear it"), (A::Down, "move")];
    }
    vec![
        (A::Toggle, "cell"),
        (A::VerbRead, "one verb"),
        (A::SelectBlock, "select"),
        (A::Presets, "presets"),
        (A::Palette, "command"),
        (A::Submit, "review"),
        (A::Back, "form"),
        (A::Undo, "undo"),
        (A::WholeRow, "row"),
        (A::WholeColumn, "column"),
        (A::Compare, "changes"),
        (A::ShowRequest, "request"),
        (A::Explain, "explain"),
    ]
}

fn of_form(focus: new_token::Focus, kind: Kind) -> Vec<(Action, &'static str)> {
    use Action as A;
    use new_token::Focus;
    let here: &[_] = match focus {
        Focus::Name | Focus::Description => &[],
        Focus::Expiry => &[(A::Down, "usual lengths")],
        Focus::Filter => &[(A::Accept, "to the list")],
        Focus::Kind => &[(A::Toggle, "basic or advanced")],
        Focus::Rights if kind == Kind::Advanced => &[(A::Accept, "edit the matrix")],
        Focus::Rights => &[(A::Toggle, "choose"), (A::Filter, "filter")],
        Focus::Review => &[(A::Accept, "review")],
    };
    let mut all = here.to_vec();
    all.extend([(A::NextField, "next"), (A::Back, "leave")]);
    if focus != Focus::Review {
        all.push((A::Submit, "review"));
    }
    all
}
