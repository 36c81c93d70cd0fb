use super::*;
use crate::domain::audit::Window;

fn query(question: LogQuestion) -> LogQuery {
    let window = Window::last(None, "2026-11-23T14:00:00Z".parse().unwrap());
    LogQuery { window, question }
}

fn events(body: &str) -> Option<Rows<AuditEvent>> {
    match log_answer(query(LogQuestion::Events), body.as_bytes())? {
        LogAnswer::Events(rows) => Some(rows),
        _ => unreachable!(),
    }
}

fn deeds(body: &str) -> Rows<Deed> {
    match log_answer(query(LogQuestion::Deeds), body.as_bytes()).unwrap() {
        LogAnswer::Deeds(rows) => rows,
        _ => unreachable!(),
    }
}

#[test]
fn an_invalid_response_is_not_an_empty_log() {
    for body in ["", "[]", "{}", "{\"tables\":{}}", "{\"tables\":[{\"columns\":[]}]}"] {
        assert_eq!(events(body), None, "{body}");
    }
    for body in [
        "{\"tables\":[]}",
        "{\"tables\":[{\"name\":\"_totals\",\"fields\":[],\"columns\":[[1]]}]}",
        "{\"tables\":[{\"fields\":[],\"columns\":null}]}",
        "{\"matches\":null}",
        "{\"matches\":[]}",
    ] {
        assert_eq!(events(body), Some(Rows { rows: Vec::new(), is_complete: true }), "{body}");
    }
}

#[test]
fn a_row_that_cannot_be_parsed_affects_no_other_row_but_the_log_is_not_complete() {
    let body = r#"{"tables":[{"fields":[{"name":"_time"},{"name":"action"},
        {"name":"resource.id"}],"columns":[
        ["2026-11-23T09:00:00Z","no time","2026-11-23T09:00:00Z","2026-11-23T09:00:00Z"],
        ["createAPIToken","createAPIToken","flyToTheMoon","deleteAPIToken"],
        ["a","b","c",null]]}]}"#;
    let Rows { rows, is_complete } = events(body).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].token.raw(), rows[0].actor.raw()), ("a", ""));
    assert!(!is_complete);
}

#[test]
fn datasets_are_read_from_an_array_a_text_and_nothing() {
    let body = r#"{"status":{"isPartial":false,"numGroups":4},"tables":[{"name":"0","fields":[
        {"name":"action"},{"name":"actor.id"},{"name":"actor.name"},{"name":"actor.email"},
        {"name":"datasets"},{"name":"times"},{"name":"last"}],"columns":[
        ["runAPLQuery","runAPLQuery","runAPLQuery","createMonitor"],
        ["1",null,2,""],[null,"two",null,""],["","","x@acme.test",""],
        [["a","b"],"[\"a\"]","c",null],[3,"4",5.0,6],
        ["2026-11-23T09:00:00Z","2026-11-23T09:00:00.5Z","2026-11-23T09:00:00Z",
         "2026-11-23T09:00:00Z"]]}]}"#;
    let Rows { rows, is_complete } = deeds(body);
    assert!(is_complete);
    let shown: Vec<_> = rows
        .iter()
        .map(|d| {
            let names: Vec<_> = d.datasets.iter().map(SafeText::raw).collect();
            (d.actor.id.raw(), d.actor.name.raw(), names.join(","), d.times)
        })
        .collect();
    let expected = [
        ("1", "", "a,b".to_owned(), 3),
        ("", "two", "a".to_owned(), 4),
        ("2", "", "c".to_owned(), 5),
        ("", "", String::new(), 6),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_partial_answer_and_missing_groups_are_not_complete() {
    for status in [r#"{"isPartial":true}"#, r#"{"isEstimate":true}"#, r#"{"numGroups":9}"#] {
        let body = format!(r#"{{"status":{status},"tables":[]}}"#);
        assert!(!deeds(&body).is_complete, "{status}");
    }
    assert!(deeds(r#"{"status":{"numGroups":0},"tables":[]}"#).is_complete);
}

#[test]
fn a_quote_in_the_name_of_the_log_stays_in_its_brackets() {
    let body = log_query(query(LogQuestion::Received), "a'] | where \\").unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let apl = body["apl"].as_str().unwrap();
    assert!(apl.starts_with(r"['a\'] | where \\'] | where action == 'usageCalculated'"), "{apl}");
    assert_eq!(body["startTime"], "2026-11-20T14:00:00Z");
}
