//! The commands of the palette: one table. A new one is a variant, its row, and
//! what it does; names, arguments and completion follow from that.

use super::{
    effect::Effect,
    enabled::on_screen,
    matrix::command::Preview,
    model::{Model, NoticeKind},
    overlays::{Overlay, orgs, prompt::Prompt},
    screens::{
        Screen,
        api_tokens::{self, Sort},
        matrix,
    },
    themes, update,
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
pub struct Row {
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
    pub const fn row(self) -> Row {
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
        Row { name, short, takes, about, examples }
    }

    /// The command of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.row().name == name)
    }

    /// Whether it means something on the screen on top.
    ///
    /// # Errors
    /// With the reason why not.
    pub fn fits(self, model: &Model) -> Result<(), String> {
        let in_matrix = matches!(model.screen(), Some(Screen::NewToken(form)) if form.in_matrix);
        let in_list = matches!(model.screen(), Some(Screen::ApiTokens(_)));
        match self {
            Self::Grant | Self::Revoke | Self::Only if !in_matrix => {
                Err("This changes rights, in the permission matrix.".to_owned())
            }
            Self::Filter if !in_matrix && !in_list => {
                Err("There is nothing to filter here.".to_owned())
            }
            Self::Sort if !in_list => Err("There is nothing to sort here.".to_owned()),
            Self::Copy if self.arguments(model).is_empty() => {
                Err("There is nothing to copy here.".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// What its argument can be, where that can be listed.
    #[must_use]
    pub fn arguments(self, model: &Model) -> Vec<&'static str> {
        match self {
            Self::Sort => Sort::ALL.into_iter().map(Sort::label).collect(),
            Self::Theme => Theme::ALL.into_iter().map(Theme::name).collect(),
            Self::Copy => {
                let context = model.screen().map(Screen::context);
                let known = |a| context.is_some_and(|c| model.keymap.knows(c, a));
                COPIES.iter().filter(|(_, a)| known(*a)).map(|(name, _)| *name).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Looks at what it would do with this argument.
    ///
    /// # Errors
    /// With what is wrong with it, and what to write instead.
    pub fn prepare(self, model: &Model, argument: &str) -> Result<Ready, String> {
        self.fits(model)?;
        let argument = argument.trim();
        match self {
            Self::Grant | Self::Revoke | Self::Only => {
                let form = model.form().ok_or("there is no draft")?;
                let preview = form.matrix().command(&format!("{} {argument}", self.row().name))?;
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
                let sort = sort.ok_or_else(|| self.choices(model))?;
                let words = format!("sort by {column}{}", if reverse { ", reversed" } else { "" });
                Ok(Ready { words, doing: Doing::Sort(sort, reverse) })
            }
            Self::Copy => {
                let known = self.arguments(model);
                let action = COPIES.iter().find(|(n, _)| *n == argument && known.contains(n));
                let (_, action) = action.ok_or_else(|| self.choices(model))?;
                on_screen(*action, model)?;
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

    fn choices(self, model: &Model) -> String {
        format!("{}: {}", self.row().name, self.arguments(model).join(", "))
    }

    /// Carries out one that takes no arguments.
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
            Self::Quit => update::quit(model),
            _ => Vec::new(),
        }
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

    /// Carries it out.
    pub fn run(self, model: &mut Model) -> Vec<Effect> {
        match self.doing {
            Doing::Rights(preview) => matrix::offer(model, preview.plan),
            Doing::Filter(words) => {
                if let Some(Screen::NewToken(form)) = model.screen_mut() {
                    form.matrix_mut().filter_mut().set(&words);
                    form.matrix_mut().filter_changed();
                } else if let Some(state) = model.api_tokens_mut() {
                    state.filter.set(&words);
                    api_tokens::filter_changed(model);
                }
            }
            Doing::Sort(sort, reverse) => {
                if let Some(state) = model.api_tokens_mut() {
                    (state.sort, state.reverse) = (sort, reverse);
                }
                api_tokens::arrange(model, None);
            }
            Doing::Theme(theme) => themes::choose(model, theme),
            Doing::Action(action) => return update::perform(model, action),
        }
        Vec::new()
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
