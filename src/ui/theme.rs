//! Styles by meaning: drawing says what a text is, never a colour. Never colour alone:
//! a glyph or a word stands with each.

mod asset;
pub mod depth;

use ratatui::style::{Color, Modifier, Style};

use self::depth::Depth;
use super::Appearance;
use crate::domain;

/// How everything looks. The styles are described in `assets/themes.toml`; all but
/// `text` are laid over what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    pub text: Style,
    pub faint: Style,
    pub strong: Style,
    pub focused: Style,
    pub field: Style,
    pub key: Style,
    pub warning: Style,
    pub danger: Style,
    pub good: Style,
    pub granted: Style,
    pub inherited: Style,
    pub frame: Style,
    /// The title of a dialog, which stands on its frame.
    pub title: Style,
    pub raised: Style,
    pub bar: Style,
    pub brand: Style,
    /// What a dialog stands over: without its own colours and attributes.
    pub behind: Style,
}

impl Theme {
    /// How the theme of this name looks on a terminal that is trusted with so much.
    #[must_use]
    pub fn of(name: domain::Theme, appearance: Appearance) -> Self {
        if appearance.colour {
            return asset::theme(name, appearance.depth).finished();
        }
        // The other themes tell by colours what this one tells by attributes too.
        let theme = asset::theme(domain::Theme::Terminal, appearance.depth).finished();
        theme.map(|style| Style { fg: None, bg: None, ..style })
    }

    /// The same with each style changed.
    fn map(self, change: impl Fn(Style) -> Style) -> Self {
        Self {
            text: change(self.text),
            faint: change(self.faint),
            strong: change(self.strong),
            focused: change(self.focused),
            field: change(self.field),
            key: change(self.key),
            warning: change(self.warning),
            danger: change(self.danger),
            good: change(self.good),
            granted: change(self.granted),
            inherited: change(self.inherited),
            frame: change(self.frame),
            title: change(self.title),
            raised: change(self.raised),
            bar: change(self.bar),
            brand: change(self.brand),
            behind: change(self.behind),
        }
    }

    /// The same as a terminal with so many colours can show it.
    fn at(self, depth: Depth) -> Self {
        let fit = |style: Style| Style {
            fg: style.fg.map(|c| depth.fit(c)),
            bg: style.bg.map(|c| depth.fit(c)),
            ..style
        };
        let mut fitted = self.map(fit);
        if depth == Depth::Sixteen {
            fitted.tell_apart();
        }
        fitted
    }

    /// Of few colours, two may have become one: what then could not be read takes the
    /// colour of plain text, and the focus is turned round.
    fn tell_apart(&mut self) {
        let (text, ground) = (self.text.fg, self.text.bg);
        if ground.is_none() {
            return;
        }
        for style in [&mut self.field, &mut self.raised, &mut self.bar] {
            style.bg = None;
        }
        if self.focused.fg.is_none() {
            self.focused.bg = None;
            self.focused = self.focused.add_modifier(Modifier::REVERSED);
        }
        let readable = |style: &Style| {
            let (fg, bg) = (style.fg.or(text), style.bg.or(ground));
            fg.zip(bg).is_none_or(|(fg, bg)| depth::contrast(fg, bg) >= depth::READABLE)
        };
        for style in [
            &mut self.faint,
            &mut self.strong,
            &mut self.key,
            &mut self.warning,
            &mut self.danger,
            &mut self.good,
            &mut self.granted,
            &mut self.inherited,
            &mut self.frame,
            &mut self.brand,
            &mut self.behind,
        ] {
            if !readable(style) {
                (style.fg, style.bg) = (text, None);
            }
        }
    }

    /// With the styles that follow from others.
    fn finished(self) -> Self {
        let base = Style::new()
            .fg(self.text.fg.unwrap_or(Color::Reset))
            .bg(self.text.bg.unwrap_or(Color::Reset))
            .remove_modifier(Modifier::all());
        Self {
            title: Style::new().fg(self.text.fg.unwrap_or(Color::Reset)).patch(self.strong),
            behind: base.patch(self.behind),
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
