//! What tmux lets through to the terminal. tmux knows three ways, which its settings open and
//! close independently: its own copy command, wrapped sequences, and plain OSC 52.

use super::native::Programs;

/// Asks for the facts: the version, the settings, the terminal, and what tmux knows about
/// every terminal.
const ASK: &[&str] = &[
    "tmux",
    "display-message",
    "-p",
    "#{version}|#{set-clipboard}|#{allow-passthrough}|#{client_name}|#{client_termname}",
    ";",
    "show-messages",
    "-T",
];

/// Copies standard input to the terminal's clipboard, whatever `set-clipboard` says, and keeps
/// no buffer of it.
const COPY: &[&str] = &[
    "tmux",
    "load-buffer",
    "-w",
    "-b",
    "axtok-copy",
    "-",
    ";",
    "delete-buffer",
    "-b",
    "axtok-copy",
];

/// What tmux says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tmux {
    version: String,
    /// Whether it passes on wrapped sequences.
    passes: bool,
    /// Whether it has a command that copies to the terminal's clipboard, and knows how.
    copies: bool,
    /// The terminal's `TERM`.
    terminal: String,
}

impl Tmux {
    /// Asks the tmux that this program runs in; `None` if it does not reply soon, as after
    /// `sudo`.
    pub(super) fn ask(programs: &Programs) -> Option<Self> {
        Self::parse(&String::from_utf8_lossy(&programs.read(ASK).ok()?))
    }

    fn parse(reply: &str) -> Option<Self> {
        let mut lines = reply.lines();
        let facts: Vec<_> = lines.next()?.split('|').collect();
        let [version, _, passthrough, client, terminal] = facts[..] else { return None };
        // `Terminal 0: xterm-256color for /dev/pts/3, flags=0x20:`, then its capabilities.
        let ours = format!(" for {client},");
        let known = lines
            .skip_while(|line| !(line.starts_with("Terminal ") && line.contains(&ours)))
            .skip(1)
            .take_while(|line| !line.starts_with("Terminal "))
            .any(|line| line.contains(": Ms: ") && !line.contains("[missing]"));
        // Versions before 3.3 pass everything on, and have no setting for it.
        let passes = passthrough != "0";
        let copies = known && !client.is_empty() && is_from(version, 3, 2);
        Some(Self { version: version.to_owned(), passes, copies, terminal: terminal.to_owned() })
    }

    /// Copies a text, unless the settings leave only wrapped sequences.
    pub(super) fn copy(&self, programs: &Programs, text: &str) -> Result<(), String> {
        if !self.copies {
            return Ok(());
        }
        match programs.feed(COPY, text)? {
            status if status.success() => Ok(()),
            _ => Err("tmux refused the copy".to_owned()),
        }
    }

    /// Whether wrapped sequences reach the terminal.
    pub(super) const fn passes(&self) -> bool {
        self.passes
    }

    /// Whether the terminal is another tmux or screen.
    pub(super) fn is_inside_another(&self) -> bool {
        self.terminal.starts_with("tmux") || self.terminal.starts_with("screen")
    }

    /// What stands between this program and the clipboard, and how to change that. `None` if
    /// tmux passes copies on.
    pub(super) fn obstacle(&self) -> Option<(String, String)> {
        if self.passes || self.copies {
            return None;
        }
        let what =
            format!("tmux has allow-passthrough off, and knows no clipboard of {}", self.terminal);
        Some((what, "tmux set -g allow-passthrough on".to_owned()))
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }
}

/// Whether a version such as `3.3a` or `next-3.4` is at least this one; unknown ones are.
fn is_from(version: &str, major: u32, minor: u32) -> bool {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut numbers = digits.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(first)), Some(Ok(second))) => (first, second) >= (major, minor),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(facts: &str, capability: &str) -> String {
        format!(
            "{facts}\n\nTerminal 0: other for /dev/pts/1, flags=0x20:\n 192: Ms: (string) x\n\
             Terminal 1: xterm for /dev/pts/3, flags=0x20:\n 191: Ml: [missing]\n \
             192: Ms: {capability}\nTerminal 2: other for /dev/pts/30, flags=0x20:\n \
             192: Ms: (string) x\n"
        )
    }

    #[test]
    fn the_settings_and_the_terminal_decide_what_gets_through() {
        let known = r"(string) \033]52;%p1%s;%p2%s\a";
        for (facts, capability, copies, passes) in [
            ("3.3a|external|0|/dev/pts/3|xterm", known, true, false),
            ("3.3a|off|1|/dev/pts/3|xterm", known, true, true),
            ("3.3a|external|0|/dev/pts/3|vt220", "[missing]", false, false),
            ("3.4|on|2|/dev/pts/3|vt220", "[missing]", false, true),
            // Nobody is attached.
            ("3.4|on|0||", known, false, false),
            // Before 3.2 there is no such copy command; before 3.3, no such setting.
            ("3.1c|external||/dev/pts/3|xterm", known, false, true),
            ("next-3.6|external|0|/dev/pts/3|xterm", known, true, false),
            ("openbsd-7.5|external|0|/dev/pts/3|xterm", known, true, false),
        ] {
            let tmux = Tmux::parse(&reply(facts, capability)).unwrap();
            assert_eq!((tmux.copies, tmux.passes), (copies, passes), "{facts} {capability}");
            assert_eq!(tmux.obstacle().is_some(), !copies && !passes, "{facts}");
        }
        for other in ["", "no server running", "a|b"] {
            assert_eq!(Tmux::parse(other), None);
        }
    }

    #[test]
    fn another_tmux_around_it_is_recognised() {
        for (terminal, inside) in [("tmux-256color", true), ("screen", true), ("xterm", false)] {
            let facts = format!("3.4|on|1|/dev/pts/3|{terminal}");
            assert_eq!(Tmux::parse(&facts).unwrap().is_inside_another(), inside);
        }
    }
}
