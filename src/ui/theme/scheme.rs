//! What a theme looks like: read from `assets/themes.toml`, made to fit what
//! the terminal can show, and laid over a finished frame.

use std::{collections::BTreeMap, sync::LazyLock};

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};

use super::{
    Ground, Ink,
    depth::{self, Depth},
};
use crate::domain::Theme;

const ASSET: &str = include_str!("../../../assets/themes.toml");

/// How everything looks. The fields are described in the asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scheme {
    pub text: Style,
    pub faint: Style,
    pub strong: Style,
    pub focused: Style,
    pub field: Style,
    inks: [Style; Ink::ALL.len()],
    grounds: [Style; Ground::ALL.len()],
}

/// The schemes of all themes for each depth. A broken asset would leave the
/// terminal's own colours; a test reads it, so that cannot happen.
static SCHEMES: LazyLock<Vec<(Theme, [Scheme; 3])>> = LazyLock::new(|| {
    let sections = read(ASSET).unwrap_or_default();
    let each = Theme::ALL.into_iter().filter_map(|theme| {
        let scheme = scheme(sections.get(theme.name())?).ok()?;
        Some((theme, Depth::ALL.map(|depth| scheme.at(depth))))
    });
    each.collect()
});

/// Names of styles, with what they say.
type Section = BTreeMap<String, toml::Table>;

fn read(text: &str) -> Result<BTreeMap<String, Section>, String> {
    toml::from_str(text).map_err(|e| e.message().to_owned())
}

/// Every style by its name in the asset.
const NAMES: [&str; 16] = [
    "text",
    "faint",
    "strong",
    "focused",
    "field",
    "key",
    "warning",
    "danger",
    "good",
    "granted",
    "inherited",
    "frame",
    "brand",
    "behind",
    "raised",
    "bar",
];

fn scheme(section: &Section) -> Result<Scheme, String> {
    if let Some(odd) = section.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(format!("unknown style {odd}"));
    }
    let get = |name: &str| {
        let table = section.get(name).ok_or_else(|| format!("no style {name}"))?;
        style(table).map_err(|why| format!("{name}: {why}"))
    };
    Ok(Scheme {
        text: get("text")?,
        faint: get("faint")?,
        strong: get("strong")?,
        focused: get("focused")?,
        field: get("field")?,
        inks: [
            get("key")?,
            get("warning")?,
            get("danger")?,
            get("good")?,
            get("granted")?,
            get("inherited")?,
            get("frame")?,
            get("brand")?,
            get("behind")?,
        ],
        grounds: [get("raised")?, get("bar")?],
    })
}

fn style(table: &toml::Table) -> Result<Style, String> {
    let mut style = Style::new();
    for (name, value) in table {
        let colour = || {
            let name = value.as_str().ok_or("a colour is a text")?;
            name.parse::<Color>().map_err(|_| format!("no colour {name}"))
        };
        let on =
            |modifier| if value.as_bool() == Some(true) { modifier } else { Modifier::empty() };
        style = match name.as_str() {
            "fg" => style.fg(colour()?),
            "bg" => style.bg(colour()?),
            "bold" => style.add_modifier(on(Modifier::BOLD)),
            "dim" => style.add_modifier(on(Modifier::DIM)),
            "underline" => style.add_modifier(on(Modifier::UNDERLINED)),
            "reverse" => style.add_modifier(on(Modifier::REVERSED)),
            _ => return Err(format!("unknown attribute {name}")),
        };
    }
    Ok(style)
}

impl Scheme {
    /// How a theme looks on a terminal of this depth.
    #[must_use]
    pub fn of(theme: Theme, depth: Depth) -> Self {
        let place = Depth::ALL.iter().position(|d| *d == depth).unwrap_or(0);
        SCHEMES
            .iter()
            .find(|(of, _)| *of == theme)
            .map_or_else(Self::default, |(_, all)| all[place])
    }

    #[must_use]
    pub const fn ink(&self, ink: Ink) -> Style {
        self.inks[ink as usize]
    }

    #[must_use]
    pub const fn ground(&self, ground: Ground) -> Style {
        self.grounds[ground as usize]
    }

    /// How a cell with these marks looks.
    #[must_use]
    pub fn style(&self, fg: Color, bg: Color, marks: Modifier) -> Style {
        let mut style = self.text;
        if let Some(ground) = Ground::of(bg) {
            style = style.patch(self.ground(ground));
        }
        // The order is that of weight: what has the focus is seen first.
        for (mark, look) in [
            (Modifier::DIM, self.faint),
            (Modifier::BOLD, self.strong),
            (Modifier::UNDERLINED, self.field),
        ] {
            if marks.contains(mark) {
                style = style.patch(look);
            }
        }
        if let Some(ink) = Ink::of(fg) {
            style = style.patch(self.ink(ink));
        }
        if marks.contains(Modifier::REVERSED) {
            style = style.patch(self.focused);
        }
        style
    }

    /// Turns the marks of a finished frame into looks.
    pub fn paint(&self, buffer: &mut Buffer) {
        let mut last = ((Color::Reset, Color::Reset, Modifier::empty()), self.text);
        let plain_stays = self.text == Style::new();
        for cell in &mut buffer.content {
            let is_plain = matches!((cell.fg, cell.bg), (Color::Reset, Color::Reset))
                && cell.modifier.is_empty();
            if is_plain && plain_stays {
                continue;
            }
            let marks = (cell.fg, cell.bg, cell.modifier);
            // Neighbours are mostly of a kind.
            if marks != last.0 {
                last = (marks, self.style(cell.fg, cell.bg, cell.modifier));
            }
            let style = last.1;
            cell.fg = style.fg.unwrap_or(Color::Reset);
            cell.bg = style.bg.unwrap_or(Color::Reset);
            cell.modifier = style.add_modifier;
        }
    }

    /// The same as a terminal of this depth can show it.
    fn at(&self, depth: Depth) -> Self {
        let fit = |style: Style| Style {
            fg: style.fg.map(|c| depth.fit(c)),
            bg: style.bg.map(|c| depth.fit(c)),
            ..style
        };
        let mut fitted = Self {
            text: fit(self.text),
            faint: fit(self.faint),
            strong: fit(self.strong),
            focused: fit(self.focused),
            field: fit(self.field),
            inks: self.inks.map(fit),
            grounds: self.grounds.map(fit),
        };
        if depth == Depth::Sixteen {
            fitted.tell_apart();
        }
        fitted
    }

    /// Of few colours, two may have become one: what then could not be read
    /// takes the colour of plain text, and the focus is turned round.
    fn tell_apart(&mut self) {
        let (text, ground) = (self.text.fg, self.text.bg);
        if ground.is_none() {
            return;
        }
        for style in std::iter::once(&mut self.field).chain(&mut self.grounds) {
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
        for style in [&mut self.faint, &mut self.strong].into_iter().chain(&mut self.inks) {
            if !readable(style) {
                (style.fg, style.bg) = (text, None);
            }
        }
    }
}

#[cfg(test)]
mod tests;
