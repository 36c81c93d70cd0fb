//! A damaged journal loses only the damaged lines, and the old file is kept.

use super::*;
use crate::journal::history::History;

/// A file of two entries with their marks, and its lines.
fn two_entries(file: &Path) -> Vec<String> {
    let mut journal = opened(file).journal;
    for (name, mark) in [("a", Mark::Unknown), ("b", done("t2"))] {
        let entry = create(name);
        journal.begin(&entry).unwrap();
        journal.mark(&entry.id, &mark).unwrap();
    }
    fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_file_truncated_at_any_byte_loses_only_the_last_line() {
    let folder = folder();
    let file = file_of(&folder);
    let lines = two_entries(&file);
    let whole = fs::read(&file).unwrap();
    let ends: Vec<usize> = lines
        .iter()
        .scan(0, |at, line| {
            *at += line.len();
            let end = *at;
            *at += 1;
            Some(end)
        })
        .collect();
    let (unknown, made) = (Mark::Unknown, done("t2"));
    let all = [("a", None), ("a", Some(&unknown)), ("b", None), ("b", Some(&made))];
    for cut in 0..=whole.len() {
        fs::write(&file, &whole[..cut]).unwrap();
        let mut left: Vec<(&str, Option<&Mark>)> = Vec::new();
        for (name, mark) in all.iter().take(ends.iter().filter(|end| **end <= cut).count()) {
            left.retain(|(n, _)| n != name);
            left.push((name, *mark));
        }

        let mut now = opened(&file);
        assert_eq!(now.set_aside, None, "cut at {cut}");
        assert_eq!(open_names(&now), left, "cut at {cut}");

        // The next line is not joined to the truncated one.
        now.journal.begin(&create("next")).unwrap();
        left.push(("next", None));
        let then = opened(&file);
        assert_eq!(then.set_aside, None, "cut at {cut}, then written to");
        assert_eq!(open_names(&then), left, "cut at {cut}, then written to");
        let text = fs::read(&file).unwrap();
        assert!(text.starts_with(&whole[..cut]), "nothing is removed");
    }
}

#[test]
fn a_damaged_journal_is_set_aside_and_its_readable_lines_are_kept() {
    let half = r#"{"v":1,"kind":"ent"#;
    for damage in ["garbage", half, "\0\0\0\0", "\u{1}{}", "[]", r#"{"v":1,"kind":"mark"}"#] {
        let folder = folder();
        let file = file_of(&folder);
        let mut lines = two_entries(&file);
        lines.insert(2, damage.to_owned());
        lines.push(r#"{"v":3,"kind":"later"}"#.to_owned());
        let before = lines.join("\n");
        fs::write(&file, &before).unwrap();

        let mut opened = opened(&file);
        let aside = opened.set_aside.clone().expect(damage);
        assert_eq!(fs::read_to_string(&aside).unwrap(), before, "as it was");
        let aside = aside.file_name().unwrap().to_str().unwrap().to_owned();
        let seconds = aside.strip_prefix("journal.jsonl.broken-").unwrap();
        assert!(seconds.parse::<u64>().unwrap() > 1_700_000_000, "{aside}");
        let (unknown, made) = (Mark::Unknown, done("t2"));
        assert_eq!(open_names(&opened), [("a", Some(&unknown)), ("b", Some(&made))], "{damage}");

        lines.remove(2);
        assert_eq!(fs::read_to_string(&file).unwrap(), lines.join("\n") + "\n");
        opened.journal.begin(&create("next")).unwrap();
        let again = self::opened(&file);
        assert_eq!(again.set_aside, None);
        assert_eq!(again.open.len(), 3);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 2, "no files left over");
    }
}

#[test]
fn two_broken_journals_within_one_second_are_both_kept() {
    let folder = folder();
    let file = file_of(&folder);
    let mut aside = Vec::new();
    for i in 0..3 {
        add(&file, &format!("garbage {i}\n"));
        aside.push(opened(&file).set_aside.unwrap());
    }
    for (i, file) in aside.iter().enumerate() {
        assert_eq!(fs::read_to_string(file).unwrap(), format!("garbage {i}\n"));
    }
}

#[test]
fn a_journal_that_another_process_set_aside_is_not_written_to() {
    let folder = folder();
    let file = file_of(&folder);
    let mut first = opened(&file).journal;
    first.begin(&create("a")).unwrap();
    add(&file, "garbage\n");
    let aside = opened(&file).set_aside.unwrap();
    let before = fs::read(&aside).unwrap();
    first.begin(&create("b")).unwrap();
    assert_eq!(open_names(&opened(&file)), [("a", None), ("b", None)]);
    assert_eq!(fs::read(&aside).unwrap(), before);
}

#[test]
fn damage_within_a_line_affects_no_other_line() {
    let folder = folder();
    let lines = two_entries(&file_of(&folder));
    let whole = lines.join("\n") + "\n";
    let mut start = 0;
    for line in &lines {
        for at in start..start + line.len() {
            for byte in [0, b'"', b'{', b'}', 0xff] {
                let mut bytes = whole.clone().into_bytes();
                bytes[at] = byte;
                let intact = History::read(&bytes).intact().to_vec();
                for other in lines.iter().filter(|other| *other != line) {
                    assert!(intact.contains(&other.as_bytes()), "byte {at} as {byte}");
                }
            }
        }
        start += line.len() + 1;
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_handled(before in any::<Vec<u8>>(), after in any::<Vec<u8>>()) {
        let folder = folder();
        let file = file_of(&folder);
        let lines = two_entries(&file);
        let bytes = [&before[..], b"\n", lines.join("\n").as_bytes(), b"\n", &after[..]].concat();
        fs::write(&file, &bytes).unwrap();
        let opened = opened(&file);
        prop_assert_eq!(opened.open.len(), 2);
        if let Some(aside) = opened.set_aside {
            prop_assert_eq!(fs::read(aside).unwrap(), bytes);
            prop_assert_eq!(self::opened(&file).set_aside, None);
        }
    }
}
