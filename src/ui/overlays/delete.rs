//! Delete: what will be deleted, and the field for the name or number that confirms.

use ratatui::layout::Rect;

use crate::{
    app::{
        Model,
        layer::DeleteTarget,
        layout_info::Window,
        overlays::delete::{Delete, Field},
        run,
    },
    domain::SecretKind,
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, form::Content, half, token, token_rows},
    },
};

/// Draws the dialog. Returns the visible part of the list of several tokens.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Delete) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, if state.is_many() { 110 } else { 76 });
    let mut content = Content::new(&state.form, columns, theme);
    let title = at_stake(&mut content, model, state, theme);
    if let (true, DeleteTarget::Api(many)) = (state.is_many(), &state.target) {
        let now = model.shared.server_now();
        let row = move |at: usize| {
            let token = &many[at];
            let expiry = text::fit(&token::expiry_short(&token.expiry, now), 10);
            // The line below the list counts the others.
            let is_replaced = !token.expiry.is_past(now) && !state.without.contains(&token.id);
            let replaced = if is_replaced { "replaced  " } else { "" };
            let rest = format!("{expiry}  {replaced}{}", token.grants.access());
            token_rows::row(token, &rest, columns, theme)
        };
        let count = many.len();
        content.own(None, count, move |frame, at| {
            token_rows::draw(frame, at, &state.list, count, row)
        });
    }
    content.blank();
    let without = state.without.len();
    if state.is_many() && without > 0 {
        let (has, it) = if without == 1 {
            ("1 of them works and has".to_owned(), "it")
        } else {
            (format!("{without} of them work and have"), "them")
        };
        let words = format!("! {has} no replacement: callers that use {it} will fail.");
        content.paragraph(&words, theme.warning);
    }
    let effect = match (state.is_expired(model.shared.server_now()), state.is_many()) {
        (true, true) => "They have already expired.",
        (true, false) => "It has already expired.",
        (false, true) => "They stop working immediately.",
        (false, false) => "It stops working immediately.",
    };
    content.paragraph(&format!("{effect} This cannot be undone."), theme.danger);
    content.blank();
    content.part(Field::Typed);
    content.sent(model, state.sending.ticket(), "Deleting");
    content.dialog(frame, area, &title)
}

/// Describes a single token, or names the organisation of several. Returns the title.
fn at_stake(
    content: &mut Content<'_, Field>,
    model: &Model,
    state: &Delete,
    theme: &Theme,
) -> String {
    let (ours, words) = match &state.target {
        DeleteTarget::Api(tokens) if tokens.len() > 1 => (
            SecretKind::Api,
            "! This session uses an API token. If it is one of these, you will be signed out \
             and the others will not be deleted.",
        ),
        DeleteTarget::Api(_) => (
            SecretKind::Api,
            "! This session uses an API token. If it is this one, you will be signed out.",
        ),
        DeleteTarget::Personal(_) => (
            SecretKind::Personal,
            "! This session uses a personal token. If it is this one, you will be signed out.",
        ),
    };
    if model.shared.session.credential == ours {
        content.paragraph(words, theme.danger);
    }
    match &state.target {
        DeleteTarget::Api(tokens) => {
            let [token] = &tokens[..] else {
                content.paragraph(&format!("In {}:", model.shared.place()), theme.faint);
                return format!("Delete {}", run::tokens(tokens.len()));
            };
            content.fact("Token", token.name.shown());
            content.fact("Id", &token.id.to_string());
            content.fact("Organisation", &model.shared.place());
            content.fact("Access", &token.grants.summary());
            content.fact("Expires", &token.expiry.describe(model.shared.server_now()));
            if let Some(half) = model.shared.half(&token.id) {
                let (words, is_bad) = half::at_stake(&half, model.shared.server_now());
                content.paragraph(&words, if is_bad { theme.danger } else { theme.strong });
            }
            format!("Delete {}", token.name)
        }
        DeleteTarget::Personal(token) => {
            content.fact("Token", token.name.shown());
            content.fact("Id", &token.id.to_string());
            if let Some(user) = model.shared.data.user.value() {
                content.fact("User", user.email.shown());
            }
            content.fact("Access", "can do everything that its user can");
            content.fact("Description", token.description.shown());
            format!("Delete {}", token.name)
        }
    }
}
