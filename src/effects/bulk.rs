//! What a run needs of the world: a depot for its secrets, and a file for its
//! report.

use std::{fs::OpenOptions, io::Write as _, os::unix::fs::OpenOptionsExt as _, sync::Arc};

use super::Effects;
use crate::{
    app::{
        Msg, Ticket,
        bulk::report::Line,
        effect::{Depot, Report},
    },
    domain::{SafeText, Secret, TokenId, review::export::text_cell, safe_text::safe_json},
    sink::{Sink, SinkError, folder},
};

impl Effects {
    /// Looks at a depot before there is anything to be put there; a folder that
    /// does not exist is made.
    ///
    /// # Errors
    /// With what is in the way.
    pub fn check_depot(&self, depot: &Depot) -> Result<(), String> {
        let ready = match depot {
            Depot::Folder(text) => {
                folder::parse(text, self.home()).and_then(|path| folder::prepare(&path))
            }
            Depot::Command(line) => Sink::command(line).and_then(|sink| sink.check()),
        };
        ready.map_err(|e| e.to_string())
    }

    /// Puts a secret there; one `Msg::Deposited` comes back.
    pub fn deposit(
        &self,
        ticket: Ticket,
        secret: Arc<Secret>,
        depot: &Depot,
        (name, id): (&SafeText, &TokenId),
    ) {
        let sink = match depot {
            Depot::Folder(text) => folder::parse(text, self.home())
                .map(|path| folder::sink_for(&path, name.raw(), id.raw())),
            Depot::Command(line) => Sink::command(line),
        };
        // As they are shown: a variable cannot hold every character.
        let (name, id) = (name.to_string(), id.to_string());
        let effects = self.clone();
        let under_way = self.under_way.begin();
        tokio::spawn(async move {
            let variables = [("AXTOK_TOKEN_NAME", name.as_str()), ("AXTOK_TOKEN_ID", id.as_str())];
            let result = match sink {
                Ok(sink) => sink.deliver_about(&secret, &variables).await.map(|d| d.place()),
                Err(e) => Err(e),
            };
            drop((under_way, secret));
            let result = result.map_err(|e| e.with_secret_kept());
            effects.send_back(Msg::Deposited { ticket, result });
        });
    }

    /// Writes a report into a new file; says where that is.
    ///
    /// # Errors
    /// With why it was not.
    pub fn save_report(&self, report: &Report) -> Result<String, String> {
        let path = match Sink::file(&report.path, self.home()) {
            Ok(Sink::File(path)) => path,
            Ok(Sink::Command(_)) | Err(SinkError::NoPath) => {
                return Err("a path is needed, such as ~/report.tsv".to_owned());
            }
            Err(e) => return Err(e.to_string()),
        };
        let shown = SafeText::from(path.to_string_lossy().into_owned());
        let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        let text = if is_json { json(&report.lines) } else { tsv(&report.lines) };
        let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = new.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        match written {
            Ok(()) => Ok(shown.to_string()),
            Err(e) => Err(format!("{shown}: {}", e.kind())),
        }
    }

    fn home(&self) -> Option<&std::path::Path> {
        self.config.as_ref().map(|c| c.files.home.as_path())
    }
}

/// A line for each token, after one with the columns' names. Names are as they
/// are shown, which have no tab or line end in them; none is a formula.
fn tsv(lines: &[Line]) -> String {
    let mut out = "name\told id\tnew id\tresult\twhere or why\n".to_owned();
    for Line { name, old, new, result, words } in lines {
        let new = new.as_ref().map(ToString::to_string).unwrap_or_default();
        let words = SafeText::from(words.as_str()).to_string();
        let cells = [name.to_string(), old.to_string(), new, (*result).to_owned(), words];
        let cells = cells.map(|cell| text_cell(&cell).into_owned());
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}

/// An array with an object for each token; names and ids as they are.
fn json(lines: &[Line]) -> String {
    let row = |line: &Line| {
        serde_json::json!({
            "name": line.name.raw(),
            "oldId": line.old.raw(),
            "newId": line.new.as_ref().map(TokenId::raw),
            "result": line.result,
            "words": line.words,
        })
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    let json = format!("{:#}\n", serde_json::Value::Array(rows));
    safe_json(&json).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        vec![
            Line {
                name: "a\tb\n".into(),
                old: TokenId::new("o1"),
                new: Some(TokenId::new("n1")),
                result: "done",
                words: "/x/a-b-n1".to_owned(),
            },
            Line {
                name: "c".into(),
                old: TokenId::new("o2"),
                new: None,
                result: "failed",
                words: "could not\u{202e}".to_owned(),
            },
        ]
    }

    #[test]
    fn a_table_has_a_line_for_each_token_whatever_it_is_called() {
        let text = tsv(&lines());
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row.len() == 5), "{text}");
        assert_eq!(rows[1][0], "a<U+0009>b<U+000A>");
        assert_eq!(rows[2][2..4], ["", "failed"]);
        assert!(rows[2][4].ends_with("<U+202E>"));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let line = |name: &str, words: &str| Line {
            name: name.into(),
            old: TokenId::new("-1"),
            new: Some(TokenId::new("@x")),
            result: "done",
            words: words.to_owned(),
        };
        let text = tsv(&[line("=HYPERLINK(\"http://x\")", " +1"), line("plain", "－1")]);
        let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows[1], ["'=HYPERLINK(\"http://x\")", "'-1", "'@x", "done", "' +1"]);
        assert_eq!(rows[2], ["plain", "'-1", "'@x", "done", "'－1"]);
    }

    #[test]
    fn json_keeps_names_as_they_are() {
        let rows: serde_json::Value = serde_json::from_str(&json(&lines())).unwrap();
        assert_eq!(rows[0]["name"], "a\tb\n");
        assert_eq!(rows[1]["newId"], serde_json::Value::Null);
    }
}
