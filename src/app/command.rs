//! The commands of the palette: one table. A new one is a variant, its row, and
//! what it does; names, arguments and completion follow from that.

use super::{
    effect::LayerId,
    layer::{Ask, Event, Layer, Nav, Open, Step, Wanted},
    matrix::command::Preview,
    notice::NoticeKind,
    shared::Shared,
    sort::Sort,
    themes,
};
use crate::{
    domain::{Access, SafeText, Theme},
    input::Action,
};

/// One command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Grant,
    Revoke,
    Only,
    Filter,
    Sort,
    Copy,
    /// Allow changes in a read-only session.
    ReadWrite,
    /// Refuse changes from now on.
    ReadOnly,
    Organisations,
    Theme,
    Quit,
}

/// What is said of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// How it is typed.
    pub name: &'static str,
    /// A shorter way to type it; empty for none.
    pub short: &'static str,
    /// The arguments that it takes, as they are shown; empty for none.
    pub takes: &'static str,
    pub about: &'static str,
    /// Lines to learn from.
    pub examples: &'static [&'static str],
}

/// A command with its arguments, before it is carried out.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What it will do.
    pub words: String,
    doing: Doing,
}

#[derive(Clone, Debug)]
enum Doing {
    Rights(Box<Preview>),
    Filter(String),
    Sort(Sort, bool),
    Theme(Theme),
    Action(Action),
}

/// What can be copied, and how it is called.
const COPIES: [(&str, Action); 5] = [
    ("id", Action::CopyId),
    ("name", Action::CopyName),
    ("json", Action::CopyJson),
    ("organisation", Action::CopyOrg),
    ("address", Action::CopyAddress),
];

const RIGHTS: &[&str] = &[
    "grant prod-* query:read ingest:create",
    "grant org users:read",
    "grant view:pay* query:read",
    "grant =* query:read",
];

impl Command {
    pub const ALL: [Self; 11] = [
        Self::Grant,
        Self::Revoke,
        Self::Only,
        Self::Filter,
        Self::Sort,
        Self::Copy,
        Self::ReadWrite,
        Self::ReadOnly,
        Self::Organisations,
        Self::Theme,
        Self::Quit,
    ];

    /// Its row of the table.
    #[must_use]
    pub const fn row(self) -> CommandInfo {
        let (name, takes, about, examples): (_, _, _, &[_]) = match self {
            Self::Grant => ("grant", "NAMES RIGHTS", "grant on many rows", RIGHTS),
            Self::Revoke => ("revoke", "NAMES RIGHTS", "revoke on many rows", &["revoke tmp-* *"]),
            Self::Only => ("only", "NAMES", "revoke on all others", &["only prod-api,prod-web"]),
            Self::Filter => ("filter", "WORDS", "show what matches", &[]),
            Self::Sort => ("sort", "COLUMN [reverse]", "order the list", &[]),
            Self::Copy => ("copy", "WHAT", "copy something of it", &[]),
            Self::ReadWrite => ("rw", "", "allow changes in this read-only session", &[]),
            Self::ReadOnly => ("ro", "", "refuse changes from now on", &[]),
            Self::Organisations => ("org", "", "go to another organisation or deployment", &[]),
            Self::Theme => ("theme", "NAME", "choose how it looks", &[]),
            Self::Quit => ("quit", "", "leave axtok", &[]),
        };
        let short = if matches!(self, Self::Quit) { "q" } else { "" };
        CommandInfo { name, short, takes, about, examples }
    }

    /// The command of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.row().name == name)
    }

    /// Why it means nothing on a screen that does not know it.
    #[must_use]
    pub const fn misplaced(self) -> Option<&'static str> {
        match self {
            Self::Grant | Self::Revoke | Self::Only => {
                Some("This changes rights, in the permission matrix.")
            }
            Self::Filter => Some("There is nothing to filter here."),
            Self::Sort => Some("There is nothing to sort here."),
            _ => None,
        }
    }

    /// Whether it means something on this screen.
    ///
    /// # Errors
    /// With the reason why not.
    pub fn fits(self, screen: &dyn Layer, shared: &Shared) -> Result<(), String> {
        match screen.unfit(self) {
            Some(why) => Err(why.to_owned()),
            None if self == Self::Copy && self.arguments(screen, shared).is_empty() => {
                Err("There is nothing to copy here.".to_owned())
            }
            None => Ok(()),
        }
    }

    /// What its argument can be, where that can be listed.
    #[must_use]
    pub fn arguments(self, screen: &dyn Layer, shared: &Shared) -> Vec<&'static str> {
        match self {
            Self::Sort => Sort::ALL.into_iter().map(Sort::label).collect(),
            Self::Theme => Theme::ALL.into_iter().map(Theme::name).collect(),
            Self::Copy => {
                let known = |a| shared.keymap.knows(screen.context(), a);
                COPIES.iter().filter(|(_, a)| known(*a)).map(|(name, _)| *name).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Looks at what it would do with this argument.
    ///
    /// # Errors
    /// With what is wrong with it, and what to write instead.
    pub fn prepare(
        self,
        screen: &dyn Layer,
        shared: &Shared,
        argument: &str,
    ) -> Result<Ready, String> {
        self.fits(screen, shared)?;
        let argument = argument.trim();
        match self {
            Self::Grant | Self::Revoke | Self::Only => {
                let line = format!("{} {argument}", self.row().name);
                let preview = screen.preview(&line).ok_or("there is no draft")??;
                let (words, matched) = (&preview.plan.words, preview.matched);
                let changes = preview.plan.rows.len();
                let words = format!("{words}. {matched} matched, {changes} would change");
                Ok(Ready { words, doing: Doing::Rights(Box::new(preview)) })
            }
            Self::Filter => {
                let words = match argument {
                    "" => "show everything".to_owned(),
                    some => format!("show what matches {}", SafeText::from(some)),
                };
                Ok(Ready { words, doing: Doing::Filter(argument.to_owned()) })
            }
            Self::Sort => {
                let (column, reverse) = match argument.split_once(char::is_whitespace) {
                    Some((column, rest)) if rest.trim() == "reverse" => (column, true),
                    _ => (argument, false),
                };
                let sort = Sort::ALL.into_iter().find(|s| s.label() == column);
                let sort = sort.ok_or_else(|| self.choices(screen, shared))?;
                let words = format!("sort by {column}{}", if reverse { ", reversed" } else { "" });
                Ok(Ready { words, doing: Doing::Sort(sort, reverse) })
            }
            Self::Copy => {
                let known = self.arguments(screen, shared);
                let action = COPIES.iter().find(|(n, _)| *n == argument && known.contains(n));
                let (_, action) = action.ok_or_else(|| self.choices(screen, shared))?;
                screen.refuses(*action, shared).map_or(Ok(()), Err)?;
                Ok(Ready { words: action.label().to_owned(), doing: Doing::Action(*action) })
            }
            Self::Theme => {
                let theme = Theme::parse(argument).map_err(|why| why + ".")?;
                Ok(Ready { words: theme.about().to_owned(), doing: Doing::Theme(theme) })
            }
            Self::ReadWrite | Self::ReadOnly | Self::Organisations | Self::Quit => {
                Err(format!("{} stands alone", self.row().name))
            }
        }
    }

    fn choices(self, screen: &dyn Layer, shared: &Shared) -> String {
        format!("{}: {}", self.row().name, self.arguments(screen, shared).join(", "))
    }

    /// Carries out one that takes no arguments.
    pub fn run(self, shared: &mut Shared) -> Step {
        match self {
            Self::ReadWrite => return read_write(shared),
            Self::ReadOnly => {
                if shared.session.access == Access::Full {
                    shared.session.access = Access::ReadOnly;
                }
                shared.notify(NoticeKind::Info, "Read-only from now on.");
            }
            Self::Organisations => return Step::open(Open::Orgs(None)),
            Self::Quit => return Step::none().nav(Nav::Quit),
            _ => {}
        }
        Step::none()
    }
}

impl Ready {
    /// The theme that it would take, to be looked at meanwhile.
    #[must_use]
    pub const fn theme(&self) -> Option<Theme> {
        match self.doing {
            Doing::Theme(theme) => Some(theme),
            _ => None,
        }
    }

    /// Carries it out on this screen.
    pub fn run(self, screen: LayerId, shared: &mut Shared) -> Step {
        let event = match self.doing {
            Doing::Rights(preview) => Event::Plan(Box::new(preview.plan)),
            Doing::Filter(words) => Event::Filter(words),
            Doing::Sort(sort, reverse) => Event::Sort(sort, reverse),
            Doing::Theme(theme) => {
                themes::choose(shared, theme);
                return Step::none();
            }
            Doing::Action(action) => return Step::act(action),
        };
        Step::none().tell(Some(screen), event)
    }
}

fn read_write(shared: &mut Shared) -> Step {
    match shared.session.access {
        Access::Full => shared.notify(NoticeKind::Info, "Changes are allowed already."),
        Access::Locked => shared.notify(
            NoticeKind::Warning,
            "The settings lock this deployment as read-only: it cannot be lifted here.",
        ),
        Access::ReadOnly => {
            let wanted = shared.org().map(|org| org.id.shown().to_owned());
            let wanted = wanted.or_else(|| shared.session.org.as_ref().map(ToString::to_string));
            let wanted = wanted.unwrap_or_else(|| shared.session.deployment.to_string());
            return Step::open(Open::Prompt(Box::new(Ask {
                title: "Allow changes?",
                hint: format!("Type {wanted} to allow changes there until you quit."),
                wanted: Wanted::LiftReadOnly(wanted),
            })));
        }
    }
    Step::none()
}
