//! Exports are read correctly by spreadsheets, Markdown viewers and programs.

use super::*;

fn table(cells: &[&str]) -> Table {
    Table {
        title: "T".to_owned(),
        about: String::new(),
        columns: vec![Column::text("a", "a"), Column::text("b", "b")],
        rows: vec![cells.iter().map(|c| (*c).to_owned()).collect()],
    }
}

#[test]
fn csv_cells_are_never_formulas() {
    for (cell, written) in [
        ("plain", "plain"),
        ("a,b", "\"a,b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("=1+1", "\"'=1+1\""),
        ("+1", "\"'+1\""),
        ("-1", "\"'-1\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("  =cmd|' /C calc'!A0", "\"'  =cmd|' /C calc'!A0\""),
        ("＝1", "\"'＝1\""),
        ("\t=1", "\"'\t=1\""),
        ("a\nb", "\"a\nb\""),
        ("日本", "日本"),
    ] {
        let csv = table(&["x", cell]).write(Format::Csv);
        assert_eq!(csv, format!("a,b\r\nx,{written}\r\n"), "{cell}");
    }
}

#[test]
fn a_name_stays_within_its_markdown_cell() {
    let page = table(&["a|b\nc", "<b>*x*</b>"]).write(Format::Markdown);
    assert_eq!(page, "## T\n\n| a | b |\n|---|---|\n| a\\|b c | \\<b\\>\\*x\\*\\</b\\> |\n");
}

#[test]
fn json_can_be_parsed_again() {
    let cells = ["\"\\\n\u{1b}\u{2028}é", ""];
    let json: serde_json::Value = serde_json::from_str(&table(&cells).write(Format::Json)).unwrap();
    assert_eq!(json, serde_json::json!([{ "a": cells[0], "b": "" }]));
    let none = Table { rows: Vec::new(), ..table(&[]) };
    assert_eq!(none.write(Format::Json), "[]\n");
}

#[test]
fn json_has_values_instead_of_descriptions() {
    let column = |kind| Column::new("a_b", "aB", kind);
    let json = |kind, text: &str| {
        let rows = vec![vec![text.to_owned()]];
        let table = Table { columns: vec![column(kind)], rows, ..Table::default() };
        let json: serde_json::Value = serde_json::from_str(&table.write(Format::Json)).unwrap();
        assert!(table.write(Format::Csv).starts_with("a_b\r\n"));
        json[0]["aB"].clone()
    };
    assert_eq!(json(Kind::Text, "never"), "never");
    assert_eq!(json(Kind::Time, "never"), serde_json::Value::Null);
    assert_eq!(json(Kind::Time, "2026-01-02T03:04:05Z"), "2026-01-02T03:04:05Z");
    assert_eq!(json(Kind::OrNull, ""), serde_json::Value::Null);
    assert_eq!(json(Kind::OrNull, "x"), "x");
    assert_eq!(json(Kind::YesNo, "yes"), true);
    assert_eq!(json(Kind::YesNo, "no"), false);
    assert_eq!(json(Kind::Words, "a b"), serde_json::json!(["a", "b"]));
    assert_eq!(json(Kind::Words, ""), serde_json::json!([]));
}

#[test]
fn the_file_extension_selects_the_format() {
    assert_eq!(Format::of_file("~/r.CSV"), Some(Format::Csv));
    assert_eq!(Format::of_file("r.json "), Some(Format::Json));
    assert_eq!(Format::of_file("a/r.md"), Some(Format::Markdown));
    assert_eq!(Format::of_file("r.txt"), None);
    assert_eq!(Format::of_file("csv"), None);
}
