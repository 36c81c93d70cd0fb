//! What a spreadsheet, a page and a program make of a review.

use super::*;

fn table(cells: &[&str]) -> Table {
    Table {
        title: "T".to_owned(),
        columns: vec!["a", "b"],
        rows: vec![cells.iter().map(|c| (*c).to_owned()).collect()],
    }
}

#[test]
fn a_spreadsheet_gets_no_formula() {
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
fn a_markdown_cell_stays_one_cell() {
    let page = table(&["a|b\nc", "<b>*x*</b>"]).write(Format::Markdown);
    assert_eq!(page, "## T\n\n| a | b |\n|---|---|\n| a\\|b c | \\<b\\>\\*x\\*\\</b\\> |\n");
}

#[test]
fn json_reads_back() {
    let cells = ["\"\\\n\u{1b}\u{2028}é", ""];
    let json: serde_json::Value = serde_json::from_str(&table(&cells).write(Format::Json)).unwrap();
    assert_eq!(json, serde_json::json!([{ "a": cells[0], "b": "" }]));
    let none = Table { rows: Vec::new(), ..table(&[]) };
    assert_eq!(none.write(Format::Json), "[]\n");
}

#[test]
fn the_end_of_a_name_says_the_format() {
    assert_eq!(Format::of_file("~/r.CSV"), Some(Format::Csv));
    assert_eq!(Format::of_file("r.json "), Some(Format::Json));
    assert_eq!(Format::of_file("a/r.md"), Some(Format::Markdown));
    assert_eq!(Format::of_file("r.txt"), None);
    assert_eq!(Format::of_file("csv"), None);
}
