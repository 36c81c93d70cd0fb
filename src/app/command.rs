//! What can be said to the program by its command line, outside the matrix.

use super::{
    effect::Effect,
    model::{Model, NoticeKind},
    overlays::{self, Overlay, orgs, prompt::Prompt},
    themes, update,
};
use crate::domain::{Access, Theme};

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Allow changes in a read-only session.
    ReadWrite,
    /// Refuse changes from now on.
    ReadOnly,
    Organisations,
    /// Take a theme, or show them all.
    Theme(Option<Theme>),
    Quit,
}

impl Command {
    pub const ALL: [Self; 5] =
        [Self::ReadWrite, Self::ReadOnly, Self::Organisations, Self::Theme(None), Self::Quit];

    /// How it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadWrite => "rw",
            Self::ReadOnly => "ro",
            Self::Organisations => "org",
            Self::Theme(_) => "theme",
            Self::Quit => "q",
        }
    }

    /// What it does.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::ReadWrite => "allow changes in this read-only session",
            Self::ReadOnly => "refuse changes from now on",
            Self::Organisations => "go to another organisation or deployment",
            Self::Theme(None) => "choose how it looks; with a name, take that theme",
            Self::Theme(Some(theme)) => theme.about(),
            Self::Quit => "quit",
        }
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// With the commands that there are.
    pub fn parse(line: &str) -> Result<Self, String> {
        let name = line.trim().trim_start_matches(':');
        if let Some(theme) = name.strip_prefix("theme ") {
            let theme = Theme::parse(theme.trim()).map_err(|why| why + ".")?;
            return Ok(Self::Theme(Some(theme)));
        }
        Self::ALL.into_iter().find(|c| c.name() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|c| c.name()).collect();
            format!("There is no command {name:?}: there are {}.", names.join(", "))
        })
    }

    /// Carries it out.
    pub fn run(self, model: &mut Model) -> Vec<Effect> {
        match self {
            Self::ReadWrite => read_write(model),
            Self::ReadOnly => {
                if model.session.access == Access::Full {
                    model.session.access = Access::ReadOnly;
                }
                model.notify(NoticeKind::Info, "Read-only from now on.");
                Vec::new()
            }
            Self::Organisations => orgs::open(model),
            Self::Theme(None) => overlays::themes::open(model),
            Self::Theme(Some(theme)) => {
                themes::choose(model, theme);
                Vec::new()
            }
            Self::Quit => update::quit(model),
        }
    }
}

fn read_write(model: &mut Model) -> Vec<Effect> {
    match model.session.access {
        Access::Full => model.notify(NoticeKind::Info, "Changes are allowed already."),
        Access::Locked => model.notify(
            NoticeKind::Warning,
            "The settings lock this deployment as read-only: it cannot be lifted here.",
        ),
        Access::ReadOnly => {
            let wanted = model.org().map(|org| org.id.shown().to_owned());
            let wanted = wanted.or_else(|| model.session.org.as_ref().map(ToString::to_string));
            let wanted = wanted.unwrap_or_else(|| model.session.deployment.to_string());
            model.overlays.push(Overlay::Prompt(Prompt::lift_read_only(wanted)));
        }
    }
    Vec::new()
}
