//! Writes JSON for people: one member per line, lists on one line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The value as readable JSON. Raw JSON in it is unchanged. `None` if it cannot be serialised.
pub(super) fn text(value: &impl Serialize) -> Option<String> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Readable::default())).ok()?;
    String::from_utf8(bytes).ok()
}

#[derive(Default)]
struct Readable {
    depth: usize,
    /// Whether the object that ends next has members.
    filled: bool,
}

impl Readable {
    fn line<W: Write + ?Sized>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Readable {
    fn begin_array_value<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if self.filled {
            self.line(writer)?;
        }
        writer.write_all(b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::RawValue};

    use super::*;

    #[test]
    fn members_get_a_line_each_and_lists_stay_on_one() {
        let value = json!({ "a": { "b": ["x", "y"], "c": [] }, "d": {}, "e": "\u{1b}\n" });
        assert_eq!(
            text(&value).unwrap(),
            "{\n  \"a\": {\n    \"b\": [\"x\", \"y\"],\n    \"c\": []\n  },\n  \"d\": {},\n  \
             \"e\": \"\\u001b\\n\"\n}"
        );
    }

    #[test]
    fn raw_json_is_unchanged() {
        let raw: &RawValue = serde_json::from_str("{ \"x\":\n1.0e5 }").unwrap();
        assert_eq!(text(&[raw]).unwrap(), "[{ \"x\":\n1.0e5 }]");
    }
}
