//! Styles by role: drawing code names a role, never a colour. Colour is never the only
//! sign: a glyph or a word always goes with it.

mod asset;
pub mod depth;

use ratatui::style::{Color, Modifier, Style};

use self::depth::Depth;
use super::Appearance;
use crate::domain;

/// A style for each role; `assets/themes.toml` defines them. All but `text` are applied
/// over the style that a cell already has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Plain text and the background.
    pub text: Style,
    /// Labels, hints and lines.
    pub faint: Style,
    /// Titles and names.
    pub strong: Style,
    /// The row, cell or button with the focus.
    pub focused: Style,
    /// A text field.
    pub field: Style,
    /// A key in a hint.
    pub key: Style,
    /// Expiring tokens, findings and refusals.
    pub warning: Style,
    /// Expired tokens, errors and destructive actions.
    pub danger: Style,
    /// Healthy or valid items.
    pub good: Style,
    /// The part of a text that a filter found.
    pub found: Style,
    /// A right that the row itself grants.
    pub granted: Style,
    /// A right that the row for all (`*`) grants.
    pub inherited: Style,
    /// The frame of a dialog.
    pub frame: Style,
    /// The title in the frame of a dialog. Derived from `text` and `strong`.
    pub title: Style,
    /// The background of a dialog.
    pub raised: Style,
    /// The background of the header line.
    pub bar: Style,
    /// The program's name.
    pub brand: Style,
    /// The screen behind a dialog; removes all other colours and attributes.
    pub behind: Style,
}

impl Theme {
    /// The named theme, adapted to what the terminal supports.
    #[must_use]
    pub fn of(name: domain::Theme, appearance: Appearance) -> Self {
        if appearance.colour {
            return asset::theme(name, appearance.depth).finished();
        }
        // Only this theme also uses attributes for what others show by colour.
        let theme = asset::theme(domain::Theme::Terminal, appearance.depth).finished();
        theme.map(|style| Style { fg: None, bg: None, ..style })
    }

    /// Applies a function to every style.
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
            found: change(self.found),
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

    /// Reduces the colours to those of the terminal.
    fn at(self, depth: Depth) -> Self {
        let fit = |style: Style| Style {
            fg: style.fg.map(|c| depth.fit(c)),
            bg: style.bg.map(|c| depth.fit(c)),
            ..style
        };
        let mut fitted = self.map(fit);
        if depth == Depth::Sixteen {
            fitted.ensure_readable();
        }
        fitted
    }

    /// Repairs a theme reduced to 16 colours, where two colours may have become the same.
    /// A style that is no longer readable falls back to plain text; the focus is reversed.
    fn ensure_readable(&mut self) {
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

    /// Adds the styles that are derived from others.
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
