//! The sign-in page. It takes the whole screen: nothing else works before.

use ratatui::{
    layout::{Margin, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        overlays::sign_in::{Field, SignIn},
    },
    ui::{
        Canvas, text,
        widgets::{form::Content, spinner},
    },
};

/// Maximum width of the text, in columns.
const WIDEST: u16 = 78;

/// Draws the page: the reason, the form, and a hint or the progress.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &SignIn) {
    let theme = frame.theme();
    frame.clear(area);
    let above = u16::from(area.height > 18) * 2 + u16::from(area.height > 12);
    let inside = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
    let spare = area.width.saturating_sub(WIDEST) / 2;
    let inside = inside.inner(Margin::new(spare.max(2), 0));
    let mut content = Content::new(&state.form, usize::from(inside.width), theme);
    content.line(Line::styled("Sign in to Axiom", theme.strong));
    content.blank();
    match &state.reason {
        Some(reason) => content.paragraph(&format!("! {}", text::sentence(reason)), theme.warning),
        None => content.paragraph(
            "axtok found no credential. Paste an Axiom token, or try the demo organisation \
             first.",
            Style::new(),
        ),
    }
    content.blank();
    content.part_beside(
        Field::Token,
        match state.token_words() {
            Ok(words) => Span::styled(words, theme.faint),
            Err(why) => Span::styled(why, theme.warning),
        },
    );
    content.part(Field::Url);
    content.part(Field::Keep);
    content.part(Field::Name);
    if let Some(load) = model.shared.pending_switch.as_ref().and_then(|e| e.load) {
        content.blank();
        let words = spinner::text(load, model.shared.now, "Trying the token");
        content.paragraph(&words.unwrap_or_default(), Style::new());
    } else if state.form.error.is_none() {
        content.blank();
        if state.is_kept() {
            content.paragraph(
                "~/.axiom.toml is the Axiom CLI's file. axtok writes only this entry, and only \
                 you can read the file (mode 0600).",
                theme.faint,
            );
            content.blank();
        }
        content.paragraph(
            "A personal token (xapt-) can do everything that you can, in every organisation. \
             For a single organisation, an API token (xaat-) that can create, read, update \
             and delete API tokens is enough.",
            theme.faint,
        );
    }
    content.draw(frame, inside);
}
