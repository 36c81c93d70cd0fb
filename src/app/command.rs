//! The palette's commands, as one table. A new command needs a variant, a row and its
//! behaviour; names, arguments and completion follow from the table.

use super::{
    effect::LayerId,
    layer::{Ask, Event, Layer, Nav, Open, Step, Wanted},
    matrix::command::{Preview, Typed},
    notice::NoticeKind,
    shared::Shared,
    themes,
};
use crate::{
    domain::{Access, SafeText, Theme, sort::Sort, text::sentence},
    input::{Action, Context},
};

/// A palette command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Grant rights on many rows of the matrix.
    Grant,
    /// Revoke rights on many rows of the matrix.
    Revoke,
    /// Revoke all rights on datasets other than the named ones.
    Only,
    /// Filter the list.
    Filter,
    /// Sort the token list.
    Sort,
    /// Copy a value, such as the token's id.
    Copy,
    /// Allow changes in a read-only session.
    ReadWrite,
    /// Make the session read-only.
    ReadOnly,
    /// Open the list of organisations and deployments.
    Organisations,
    /// Use another theme.
    Theme,
    /// Quit the program.
    Quit,
}

/// A command's row in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// The command's name, as typed.
    pub name: &'static str,
    /// A shorter name; empty if there is none.
    pub short: &'static str,
    /// The arguments as the help shows them; empty if there are none.
    pub takes: &'static str,
    /// What the command does, as an imperative phrase.
    pub about: &'static str,
    /// Example lines.
    pub examples: &'static [&'static str],
}

/// A valid command with its arguments, ready to run.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What the command will do, in words.
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

/// The arguments of `copy`.
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
    /// All commands, in the order of the palette.
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

    /// The command's row in the table.
    #[must_use]
    pub const fn row(self) -> CommandInfo {
        let (name, takes, about, examples): (_, _, _, &[_]) = match self {
            Self::Grant => ("grant", "NAMES RIGHTS", "grant rights on many rows", RIGHTS),
            Self::Revoke => {
                ("revoke", "NAMES RIGHTS", "revoke rights on many rows", &["revoke tmp-* *"])
            }
            Self::Only => {
                ("only", "NAMES", "revoke rights on other datasets", &["only prod-api,prod-auth"])
            }
            Self::Filter => ("filter", "WORDS", "show matching rows", &[]),
            Self::Sort => ("sort", "COLUMN [reverse]", "sort the list", &[]),
            Self::Copy => ("copy", "WHAT", "copy a value", &[]),
            Self::ReadWrite => ("rw", "", "allow changes in this read-only session", &[]),
            Self::ReadOnly => ("ro", "", "make this session read-only", &[]),
            Self::Organisations => ("org", "", "switch to another organisation or deployment", &[]),
            Self::Theme => ("theme", "NAME", "choose a theme", &[]),
            Self::Quit => ("quit", "", "quit axtok", &[]),
        };
        let short = if matches!(self, Self::Quit) { "q" } else { "" };
        CommandInfo { name, short, takes, about, examples }
    }

    /// The command of this name, else those whose names begin with it.
    #[must_use]
    pub fn called(name: &str) -> Vec<Self> {
        match Self::ALL.into_iter().find(|c| c.row().name == name) {
            Some(command) => vec![command],
            None => Self::ALL.into_iter().filter(|c| c.row().name.starts_with(name)).collect(),
        }
    }

    /// Why the command is not available on a screen without support for it.
    #[must_use]
    pub const fn misplaced(self) -> Option<&'static str> {
        match self {
            Self::Grant | Self::Revoke | Self::Only => Some("No draft is open."),
            Self::Filter => Some("There is nothing to filter here."),
            Self::Sort => Some("There is nothing to sort here."),
            _ => None,
        }
    }

    /// Whether the command is available on this screen.
    ///
    /// # Errors
    /// Returns the reason why not.
    pub fn fits(self, screen: &dyn Layer, shared: &Shared) -> Result<(), String> {
        match screen.unfit(self) {
            Some(_) if self.changes_rights() && screen.typed("").is_none() => {
                let (name, new) = (self.row().name, shared.key_in(Context::Tokens, Action::New));
                Err(format!(
                    "No draft is open: {name} changes the rights of an advanced draft. {new} on \
                     the token list begins one."
                ))
            }
            Some(why) => Err(why.to_owned()),
            None if self == Self::Copy && self.arguments(screen, shared).is_empty() => {
                Err("There is nothing to copy here.".to_owned())
            }
            None => Ok(()),
        }
    }

    /// Whether it changes the rights of a draft.
    const fn changes_rights(self) -> bool {
        matches!(self, Self::Grant | Self::Revoke | Self::Only)
    }

    /// For a command that changes rights: its line as far as it is typed.
    #[must_use]
    pub fn typed(self, screen: &dyn Layer, argument: &str) -> Option<Typed> {
        let line = format!("{} {argument}", self.row().name);
        screen.typed(&line).filter(|_| self.changes_rights() && screen.unfit(self).is_none())
    }

    /// The possible arguments; empty if they cannot be listed.
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

    /// Parses the argument without running the command.
    ///
    /// # Errors
    /// Returns what is wrong with the argument, and what to type instead.
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
                let typed = self.typed(screen, argument).ok_or("No draft is open.")?;
                let preview = typed.preview.map_err(|why| sentence(&why))?;
                let (words, matched) = (&preview.plan.words, preview.matched);
                let changes = preview.plan.rows.len();
                let future = if preview.today_only { "; future ones are not included" } else { "" };
                let still = if preview.plan.still.is_empty() { "" } else { "; * still grants it" };
                let words =
                    format!("{words}{future}{still}. {matched} matched, {changes} would change");
                Ok(Ready { words, doing: Doing::Rights(Box::new(preview)) })
            }
            Self::Filter => {
                let words = match argument {
                    "" => "show all rows".to_owned(),
                    some => format!("show rows matching {}", SafeText::from(some)),
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
                Err(format!("{} takes no arguments", self.row().name))
            }
        }
    }

    fn choices(self, screen: &dyn Layer, shared: &Shared) -> String {
        format!("{}: {}", self.row().name, self.arguments(screen, shared).join(", "))
    }

    /// Runs a command that takes no arguments.
    pub fn run(self, shared: &mut Shared) -> Step {
        match self {
            Self::ReadWrite => return read_write(shared),
            Self::ReadOnly => {
                if shared.session.access == Access::Full {
                    shared.session.access = Access::ReadOnly;
                }
                shared.notify(NoticeKind::Info, "The session is now read-only.");
            }
            Self::Organisations => return Step::open(Open::Orgs(None)),
            Self::Quit => return Step::none().nav(Nav::Quit),
            _ => {}
        }
        Step::none()
    }
}

impl Ready {
    /// The theme to preview while the command is being typed.
    #[must_use]
    pub const fn theme(&self) -> Option<Theme> {
        match self.doing {
            Doing::Theme(theme) => Some(theme),
            _ => None,
        }
    }

    /// Runs the command on this screen.
    pub fn run(self, screen: LayerId, shared: &mut Shared) -> Step {
        let event = match self.doing {
            Doing::Rights(preview) => Event::Plan(Box::new(preview.plan)),
            Doing::Filter(words) => Event::Filter(words),
            Doing::Sort(sort, reverse) => Event::Sort(sort, reverse),
            Doing::Theme(theme) => return themes::choose(shared, theme),
            Doing::Action(action) => return Step::act(action),
        };
        Step::none().tell(Some(screen), event)
    }
}

fn read_write(shared: &mut Shared) -> Step {
    match shared.session.access {
        Access::Full => shared.notify(NoticeKind::Info, "Changes are already allowed."),
        Access::Locked => shared.notify(
            NoticeKind::Warning,
            "The settings lock this deployment as read-only: edit them to allow changes.",
        ),
        Access::ReadOnly => {
            let wanted = shared.org().map(|org| org.id.shown().to_owned());
            let wanted = wanted.or_else(|| shared.session.org.as_ref().map(ToString::to_string));
            let wanted = wanted.unwrap_or_else(|| shared.session.deployment.to_string());
            return Step::open(Open::Prompt(Box::new(Ask {
                title: "Allow changes?",
                hint: format!("Type {wanted} to allow changes until you quit."),
                wanted: Wanted::LiftReadOnly(wanted),
            })));
        }
    }
    Step::none()
}
