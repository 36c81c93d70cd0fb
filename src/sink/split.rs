//! Splits a command line into arguments without a shell. Shell features are refused with an error
//! that names them, rather than passed on silently as plain text.

use super::SinkError;

/// Splits by a shell's quoting rules.
pub fn split(text: &str) -> Result<Vec<String>, SinkError> {
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(SinkError::Control);
    }
    needs_no_shell(text)?;
    let args = shell_words::split(text).map_err(|_| SinkError::Unclosed)?;
    match args.first() {
        Some(program) if !program.is_empty() => Ok(args),
        _ => Err(SinkError::NoCommand),
    }
}

/// Checks every character outside quotes, and the few that keep their meaning in double quotes.
fn needs_no_shell(text: &str) -> Result<(), SinkError> {
    let mut chars = text.chars();
    let mut quote = None;
    let mut starts_word = true;
    let mut in_first = true;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => drop(chars.next().ok_or(SinkError::Unclosed)?),
            (_, '$') => return Err(SinkError::NeedsShell("a variable ($)")),
            (_, '`') => return Err(SinkError::NeedsShell("a command in backticks")),
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, c) => {
                if let Some(what) = meaning(c, starts_word, in_first) {
                    return Err(SinkError::NeedsShell(what));
                }
                if matches!(c, ' ' | '\t') {
                    in_first &= starts_word;
                    starts_word = true;
                    continue;
                }
            }
        }
        starts_word = false;
    }
    Ok(())
}

/// The shell feature that an unquoted character stands for.
const fn meaning(c: char, starts_word: bool, in_first: bool) -> Option<&'static str> {
    Some(match c {
        '|' => "a pipe (|)",
        '<' | '>' => "a redirection (< or >)",
        ';' => "a second command (;)",
        '&' => "a command in the background (&)",
        '(' | ')' => "a group in parentheses",
        '{' | '}' => "an expansion in braces",
        '*' | '?' | '[' | ']' => "a pattern for file names (*, ? or [ ])",
        '~' if starts_word => "the home folder (~)",
        '#' if starts_word => "a comment (#)",
        '=' if in_first => "setting a variable (=)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn accepted_commands_are_split_as_a_shell_would() {
        for text in [
            "pass insert -m axiom/ci",
            "  a\t b  ",
            r#"op item create "title=my token" 'a b'c"#,
            r#"x 'it'\''s' "say \"hi\"" a\ b \| "\$HOME" '$HOME' '|' "*" a#b --k=v a~"#,
            r#"x "" '' end"#,
            r#"x "keeps \n" \\"#,
        ] {
            // What a real shell makes of the same text.
            let script = format!("set -- {text}; printf '%s\\n' \"$@\"");
            let shell = Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
            let mut expected = String::from_utf8(shell.stdout).unwrap();
            expected.pop();
            assert_eq!(split(text).unwrap().join("\n"), expected, "{text}");
        }
    }

    #[test]
    fn syntax_that_needs_a_shell_is_rejected_by_name() {
        for (text, what) in [
            ("cat | tee x", "a pipe"),
            ("cat > x", "a redirection"),
            ("cat <x", "a redirection"),
            ("cat; cat", "a second command"),
            ("cat &", "in the background"),
            ("cat && cat", "in the background"),
            ("(cat)", "parentheses"),
            ("cat {a,b}", "braces"),
            ("cat *.txt", "a pattern"),
            ("cat $HOME/x", "a variable"),
            ("cat \"$HOME\"", "a variable"),
            ("cat \"`id`\"", "backticks"),
            ("~/bin/keep", "the home folder"),
            ("cat # what", "a comment"),
            ("A=b cat", "setting a variable"),
        ] {
            let error = split(text).unwrap_err().to_string();
            assert!(error.contains(what) && error.contains("script"), "{text}: {error}");
        }
    }

    #[test]
    fn an_invalid_command_is_rejected() {
        assert_eq!(split(""), Err(SinkError::NoCommand));
        assert_eq!(split("  "), Err(SinkError::NoCommand));
        assert_eq!(split("'' x"), Err(SinkError::NoCommand));
        assert_eq!(split("cat 'x"), Err(SinkError::Unclosed));
        assert_eq!(split("cat \"x"), Err(SinkError::Unclosed));
        assert_eq!(split("cat \\"), Err(SinkError::Unclosed));
        assert_eq!(split("cat \u{1b}[2J"), Err(SinkError::Control));
        assert_eq!(split("cat\ncat"), Err(SinkError::Control));
    }
}
