//! The clipboard. In a desktop session, the desktop's program copies and reports success;
//! elsewhere, and always over SSH, OSC 52 asks the terminal, which does not respond.

mod held;
pub mod native;
mod osc52;
mod tmux;

use std::io::Write;

use crate::app::Copied;

pub use held::Held;
use native::Programs;
pub use native::{Mark, Tool};
pub use osc52::Multiplexer;
use tmux::Tmux;

/// The `clipboard` setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// Whichever suits the session.
    #[default]
    Auto,
    /// Ask the terminal, with OSC 52.
    Osc52,
    /// Run the desktop's program.
    Native,
    /// Copying is disabled.
    Off,
}

impl Setting {
    /// The setting with this name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "auto" => Self::Auto,
            "osc52" => Self::Osc52,
            "native" => Self::Native,
            "off" => Self::Off,
            _ => return None,
        })
    }
}

/// How to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Ask the terminal, through any multiplexer in between.
    Osc52 {
        /// The multiplexer.
        multiplexer: Multiplexer,
    },
    /// Run the desktop's program.
    Native(Tool),
    /// Copying is not possible.
    Off(Unavailable),
}

/// Why copying is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// The settings disable it.
    Setting,
    /// The Linux console has no clipboard, and prints sequences that it does not know.
    Console,
    /// The settings require the desktop's program, but there is none.
    NoTool,
}

impl Unavailable {
    const fn reason(self) -> &'static str {
        match self {
            Self::Setting => "the clipboard is off in the settings",
            Self::Console => "the Linux console has no clipboard: save to a file instead",
            Self::NoTool => {
                "no clipboard program found: install wl-clipboard, xclip or xsel, or \
                 set clipboard to osc52"
            }
        }
    }
}

/// Chooses how to copy: `env` looks up variables, `on_path` tells whether a program exists.
pub fn backend(
    setting: Setting,
    env: &dyn Fn(&str) -> Option<String>,
    on_path: &dyn Fn(&str) -> bool,
) -> Backend {
    multiplexer(cfg!(target_os = "macos"), setting, env, on_path)
}

fn multiplexer(
    mac: bool,
    setting: Setting,
    env: &dyn Fn(&str) -> Option<String>,
    on_path: &dyn Fn(&str) -> bool,
) -> Backend {
    let env = |name: &str| env(name).filter(|value| !value.is_empty());
    let osc52 = || match env("TERM") {
        Some(term) if term == "linux" => Backend::Off(Unavailable::Console),
        _ => Backend::Osc52 { multiplexer: Multiplexer::find(&env) },
    };
    let tool = || Tool::find(mac, &env, on_path);
    // The remote machine's clipboard is not the user's.
    let is_remote = env("SSH_CONNECTION").or_else(|| env("SSH_TTY")).is_some();
    match setting {
        Setting::Off => Backend::Off(Unavailable::Setting),
        Setting::Osc52 => osc52(),
        Setting::Native => tool().map_or(Backend::Off(Unavailable::NoTool), Backend::Native),
        Setting::Auto if is_remote => osc52(),
        Setting::Auto => tool().map_or_else(osc52, Backend::Native),
    }
}

impl Backend {
    /// How to copy in this session.
    #[must_use]
    pub fn here(setting: Setting) -> Self {
        backend(setting, &|name| std::env::var(name).ok(), &native::is_on_path)
    }

    /// A description for `axtok doctor`, and how to fix it if something is wrong.
    #[must_use]
    pub fn diagnosis(self) -> (String, Option<String>) {
        if let Self::Osc52 { multiplexer: Multiplexer::Tmux } = self {
            return through_tmux(Tmux::ask(&Programs::short()).as_ref());
        }
        let (words, fix) = self.diagnosis_without_tmux();
        (words.to_owned(), fix.map(str::to_owned))
    }

    const fn diagnosis_without_tmux(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Native(_) => ("uses the desktop's program, which confirms each copy", None),
            Self::Osc52 { multiplexer: Multiplexer::Nothing | Multiplexer::Tmux } => {
                ("uses the terminal (OSC 52); copies are not confirmed", None)
            }
            Self::Osc52 { multiplexer: Multiplexer::TmuxElsewhere } => (
                "uses the terminal (OSC 52), which is a tmux outside this session (TERM says so); \
                 copies are not confirmed",
                Some("in ~/.tmux.conf where that tmux runs: set -g set-clipboard on"),
            ),
            Self::Osc52 { multiplexer: Multiplexer::Screen } => (
                "uses the terminal (OSC 52) through screen; copies are not confirmed",
                Some("screen may drop a copy: paste to check"),
            ),
            Self::Osc52 { multiplexer: Multiplexer::ScreenElsewhere } => (
                "uses the terminal (OSC 52), which is a screen or tmux outside this session (TERM \
                 says so); copies are not confirmed",
                Some("if it is tmux, in ~/.tmux.conf where it runs: set -g set-clipboard on"),
            ),
            Self::Off(Unavailable::Setting) => ("off in the settings", None),
            Self::Off(why @ Unavailable::Console) => (
                why.reason(),
                Some("save secrets to a file, or connect from a terminal that has a clipboard"),
            ),
            Self::Off(Unavailable::NoTool) => (
                "no clipboard program found",
                Some("install wl-clipboard, xclip or xsel, or set clipboard = \"osc52\""),
            ),
        }
    }

    /// Copies a text to the clipboard; `out` is the terminal.
    ///
    /// # Errors
    /// Says why copying is not possible, or why it failed.
    pub fn copy(self, out: &mut impl Write, text: &str) -> Result<Copied, String> {
        match self {
            Self::Osc52 { multiplexer: Multiplexer::Tmux } => {
                copy_through_tmux(Tmux::ask(&Programs::short()).as_ref(), out, text)
            }
            Self::Osc52 { multiplexer } => {
                send(out, multiplexer, text)?;
                let is_tmux = multiplexer == Multiplexer::TmuxElsewhere;
                Ok(if is_tmux { Copied::SentToTmux } else { Copied::Sent })
            }
            Self::Native(tool) => tool.copy(text).map(|()| Copied::Confirmed),
            Self::Off(why) => Err(why.reason().to_owned()),
        }
    }

    /// Clears the clipboard if it still holds the marked text; returns whether it did. May take a
    /// few seconds, so not for the loop. A terminal's clipboard cannot be read and is left alone.
    ///
    /// # Errors
    /// Says why the clipboard could not be read or cleared.
    pub fn clear_if_holds(self, mark: &Mark) -> Result<bool, String> {
        match self {
            Self::Native(tool) => tool.clear_if_holds(mark),
            Self::Osc52 { .. } | Self::Off(_) => Ok(false),
        }
    }
}

fn send(out: &mut impl Write, multiplexer: Multiplexer, text: &str) -> Result<(), String> {
    osc52::write(out, multiplexer, text).map_err(|e| e.kind().to_string())
}

/// Copies a text in every way that tmux leaves open. Without facts, tries both sequences.
fn copy_through_tmux(
    tmux: Option<&Tmux>,
    out: &mut impl Write,
    text: &str,
) -> Result<Copied, String> {
    let Some(tmux) = tmux else {
        send(out, Multiplexer::Tmux, text)?;
        send(out, Multiplexer::Nothing, text)?;
        return Ok(Copied::Sent);
    };
    if let Some((what, fix)) = tmux.obstacle() {
        return Err(format!("{what}. To allow copies: {fix}"));
    }
    // Some terminals, such as mosh, take only the one or the other.
    let copied = tmux.copy(&Programs::typical(), text);
    if tmux.passes() {
        send(out, Multiplexer::Tmux, text)?;
    } else {
        copied?;
    }
    Ok(if tmux.is_inside_another() { Copied::SentToTmux } else { Copied::Sent })
}

/// The diagnosis in a tmux that says this about itself.
fn through_tmux(tmux: Option<&Tmux>) -> (String, Option<String>) {
    let Some(tmux) = tmux else {
        let words = "uses the terminal (OSC 52) through tmux, which does not reply to questions; \
                     copies are not confirmed";
        let fix = "in ~/.tmux.conf: set -g allow-passthrough on; then paste to check";
        return (words.to_owned(), Some(fix.to_owned()));
    };
    if let Some((what, _)) = tmux.obstacle() {
        let what = format!("blocked: {what}");
        return (what, Some("in ~/.tmux.conf: set -g allow-passthrough on".to_owned()));
    }
    let words = format!(
        "uses the terminal (OSC 52) through tmux {}, which passes copies on; they are not confirmed",
        tmux.version()
    );
    let fix = "another tmux or screen is around it. If it is tmux, in ~/.tmux.conf where it runs: \
               set -g set-clipboard on";
    (words, tmux.is_inside_another().then(|| fix.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATIVE: &[&str] = &["wl-copy", "wl-paste", "xclip", "xsel"];
    const OSC52: Backend = Backend::Osc52 { multiplexer: Multiplexer::Nothing };
    const TMUX: Backend = Backend::Osc52 { multiplexer: Multiplexer::Tmux };
    const SCREEN: Backend = Backend::Osc52 { multiplexer: Multiplexer::Screen };
    const ELSEWHERE: Backend = Backend::Osc52 { multiplexer: Multiplexer::ScreenElsewhere };
    const TMUX_ELSEWHERE: Backend = Backend::Osc52 { multiplexer: Multiplexer::TmuxElsewhere };

    /// `vars` is written as `A=1 B=2`.
    fn chosen(mac: bool, setting: Setting, vars: &str, programs: &[&str]) -> Backend {
        let env = |name: &str| {
            let mut pairs = vars.split_whitespace().filter_map(|pair| pair.split_once('='));
            pairs.find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
        };
        multiplexer(mac, setting, &env, &|program| programs.contains(&program))
    }

    #[test]
    fn the_session_selects_the_clipboard() {
        use Setting::{Auto, Native, Off, Osc52};
        let no_tool = Backend::Off(Unavailable::NoTool);
        for (setting, vars, programs, expected) in [
            (Auto, "TERM=xterm", NATIVE, OSC52),
            (Auto, "", NATIVE, OSC52),
            (Auto, "WAYLAND_DISPLAY=w", NATIVE, Backend::Native(Tool::Wayland)),
            (Auto, "WAYLAND_DISPLAY=w DISPLAY=:0", NATIVE, Backend::Native(Tool::Wayland)),
            (Auto, "WAYLAND_DISPLAY=w DISPLAY=:0", &["xclip"], Backend::Native(Tool::Xclip)),
            (Auto, "WAYLAND_DISPLAY=w", &["xclip", "wl-copy"], OSC52),
            (Auto, "WAYLAND_DISPLAY= DISPLAY=:0", NATIVE, Backend::Native(Tool::Xclip)),
            (Auto, "DISPLAY=:0", &["xsel"], Backend::Native(Tool::Xsel)),
            (Auto, "DISPLAY=:0", &[], OSC52),
            (Auto, "DISPLAY=:0 TMUX=t", NATIVE, Backend::Native(Tool::Xclip)),
            (Auto, "DISPLAY=:0 SSH_CONNECTION=a", NATIVE, OSC52),
            (Auto, "DISPLAY=:0 SSH_TTY=a", NATIVE, OSC52),
            (Auto, "DISPLAY=:0 SSH_TTY=", NATIVE, Backend::Native(Tool::Xclip)),
            (Auto, "TERM=linux", NATIVE, Backend::Off(Unavailable::Console)),
            (Auto, "TERM=linux SSH_TTY=a", NATIVE, Backend::Off(Unavailable::Console)),
            (Auto, "TERM=linux DISPLAY=:0", NATIVE, Backend::Native(Tool::Xclip)),
            (Auto, "TMUX=t TERM=screen-256color STY=s", &[], TMUX),
            (Auto, "TMUX= TERM=screen-256color", &[], ELSEWHERE),
            (Auto, "TERM=screen", &[], ELSEWHERE),
            (Auto, "TERM=xterm STY=s", &[], SCREEN),
            (Auto, "TERM=tmux-256color", &[], TMUX_ELSEWHERE),
            (Osc52, "DISPLAY=:0", NATIVE, OSC52),
            (Osc52, "DISPLAY=:0 TMUX=t", NATIVE, TMUX),
            (Osc52, "TERM=linux", NATIVE, Backend::Off(Unavailable::Console)),
            (Native, "DISPLAY=:0 SSH_TTY=a", NATIVE, Backend::Native(Tool::Xclip)),
            (Native, "DISPLAY=:0", &[], no_tool),
            (Native, "", NATIVE, no_tool),
            (Off, "DISPLAY=:0", NATIVE, Backend::Off(Unavailable::Setting)),
        ] {
            assert_eq!(chosen(false, setting, vars, programs), expected, "{setting:?} {vars}");
        }
    }

    #[test]
    fn macos_uses_its_own_program() {
        let mac = |setting, vars, programs: &[_]| chosen(true, setting, vars, programs);
        let pb = &["pbcopy", "pbpaste", "xclip"];
        assert_eq!(mac(Setting::Auto, "DISPLAY=:0", pb), Backend::Native(Tool::Mac));
        assert_eq!(mac(Setting::Auto, "SSH_TTY=a", pb), OSC52);
        assert_eq!(mac(Setting::Auto, "", &["pbcopy"]), OSC52);
        assert_eq!(chosen(false, Setting::Auto, "", pb), OSC52);
    }

    #[test]
    fn settings_are_parsed_by_name() {
        let parsed = ["auto", "osc52", "native", "off"].map(Setting::parse);
        let all = [Setting::Auto, Setting::Osc52, Setting::Native, Setting::Off];
        assert_eq!(parsed, all.map(Some));
        assert_eq!(Setting::parse("on"), None);
    }

    #[test]
    fn the_diagnosis_names_the_backend_and_any_obstacle() {
        let backend =
            |setting, vars, programs: &[_]| chosen(false, setting, vars, programs).diagnosis();
        let (words, mend) = backend(Setting::Auto, "DISPLAY=:0", NATIVE);
        assert!(words.contains("desktop") && mend.is_none());
        let (words, fix) = through_tmux(None);
        assert!(words.contains("through tmux") && fix.unwrap().contains("passthrough"));
        for vars in ["SSH_TTY=a TERM=tmux-256color", "SSH_TTY=a TERM=screen"] {
            let (words, fix) = backend(Setting::Auto, vars, &[]);
            assert!(words.contains("tmux outside this session"), "{words}");
            assert!(fix.unwrap().contains("set-clipboard on"));
        }
        let (words, mend) = backend(Setting::Native, "DISPLAY=:0", &[]);
        assert!(words.contains("no clipboard program") && mend.unwrap().contains("xclip"));
        let (words, mend) = backend(Setting::Auto, "TERM=linux", &[]);
        assert!(words.contains("no clipboard") && mend.is_some());
        assert_eq!(backend(Setting::Off, "", &[]), ("off in the settings".to_owned(), None));
    }

    #[test]
    fn a_disabled_clipboard_gives_the_reason_and_writes_nothing() {
        for why in [Unavailable::Setting, Unavailable::Console, Unavailable::NoTool] {
            let mut out = Vec::new();
            assert_eq!(Backend::Off(why).copy(&mut out, "xaat-1"), Err(why.reason().to_owned()));
            assert!(out.is_empty());
        }
    }

    #[test]
    fn a_terminal_clipboard_is_unconfirmed_and_not_cleared() {
        let mut out = Vec::new();
        assert_eq!(OSC52.copy(&mut out, "xaat-1"), Ok(Copied::Sent));
        assert_eq!(out, b"\x1b]52;c;eGFhdC0x\x07");
        assert_eq!(OSC52.clear_if_holds(&Mark::of("xaat-1")), Ok(false));
    }
}
