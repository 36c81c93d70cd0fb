//! Reads the themes from `assets/themes.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use ratatui::style::{Color, Modifier, Style};

use super::{Theme, depth::Depth};
use crate::domain;

const ASSET: &str = include_str!("../../../assets/themes.toml");

/// All themes for each depth. An invalid asset would leave the terminal's own colours,
/// which a test rules out.
static THEMES: LazyLock<Vec<(domain::Theme, [Theme; 3])>> = LazyLock::new(|| {
    let sections = read(ASSET).unwrap_or_default();
    let each = domain::Theme::ALL.into_iter().filter_map(|name| {
        let theme = of_section(sections.get(name.name())?).ok()?;
        Some((name, Depth::ALL.map(|depth| theme.at(depth))))
    });
    each.collect()
});

/// The named theme, reduced to a colour depth.
pub fn theme(name: domain::Theme, depth: Depth) -> Theme {
    let place = Depth::ALL.iter().position(|d| *d == depth).unwrap_or(0);
    THEMES.iter().find(|(of, _)| *of == name).map_or_else(Theme::default, |(_, all)| all[place])
}

/// The styles of a theme by name.
type Section = BTreeMap<String, toml::Table>;

fn read(text: &str) -> Result<BTreeMap<String, Section>, String> {
    toml::from_str(text).map_err(|e| e.message().to_owned())
}

/// All names of styles in the asset.
const NAMES: [&str; 17] = [
    "text",
    "faint",
    "strong",
    "focused",
    "field",
    "key",
    "warning",
    "danger",
    "good",
    "found",
    "granted",
    "inherited",
    "frame",
    "brand",
    "behind",
    "raised",
    "bar",
];

fn of_section(section: &Section) -> Result<Theme, String> {
    if let Some(odd) = section.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(format!("unknown style {odd}"));
    }
    let get = |name: &str| {
        let table = section.get(name).ok_or_else(|| format!("missing style {name}"))?;
        style(table).map_err(|why| format!("{name}: {why}"))
    };
    Ok(Theme {
        text: get("text")?,
        faint: get("faint")?,
        strong: get("strong")?,
        focused: get("focused")?,
        field: get("field")?,
        key: get("key")?,
        warning: get("warning")?,
        danger: get("danger")?,
        good: get("good")?,
        found: get("found")?,
        granted: get("granted")?,
        inherited: get("inherited")?,
        frame: get("frame")?,
        title: Style::new(),
        raised: get("raised")?,
        bar: get("bar")?,
        brand: get("brand")?,
        behind: get("behind")?,
    })
}

fn style(table: &toml::Table) -> Result<Style, String> {
    let mut style = Style::new();
    for (name, value) in table {
        let colour = || {
            let name = value.as_str().ok_or("a colour must be a string")?;
            name.parse::<Color>().map_err(|_| format!("unknown colour {name}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asset_defines_every_theme_and_nothing_else() {
        let sections = read(ASSET).unwrap();
        let mut named: Vec<_> = domain::Theme::ALL.iter().map(|t| t.name()).collect();
        named.retain(|name| *name != "auto");
        named.sort_unstable();
        assert!(sections.keys().eq(named), "{:?}", sections.keys());
        for (name, section) in &sections {
            assert_eq!(of_section(section).err(), None, "{name}");
        }
    }

    #[test]
    fn mistakes_in_the_asset_are_reported() {
        let wrong = |text: &str| of_section(&read(text).unwrap()["x"]).unwrap_err();
        assert_eq!(wrong("[x]\nred = {}"), "unknown style red");
        assert_eq!(wrong("[x]\ntext = { fg = 'pink' }"), "text: unknown colour pink");
        assert_eq!(wrong("[x]\ntext = { blink = true }"), "text: unknown attribute blink");
        assert_eq!(wrong("[x]\ntext = {}"), "missing style faint");
    }
}
