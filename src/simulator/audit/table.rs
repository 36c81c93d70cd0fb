//! The JSON of a query's result, in the tabular format of the API description.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::run::{Column, Table};

/// The queried part of the log.
pub(super) struct Asked<'a> {
    pub dataset: &'a str,
    pub from: Timestamp,
    pub to: Timestamp,
    /// How many events are in it.
    pub examined: u64,
}

/// The response's body.
pub(super) fn json(table: &Table<'_>, asked: &Asked<'_>) -> Value {
    let columns = table.columns();
    let values: Vec<_> = (0..columns.len()).map(|at| Value::Array(table.values(at))).collect();
    json!({
        "format": "tabular",
        "status": {
            "elapsedTime": 1000,
            "blocksExamined": u8::from(asked.examined > 0),
            "rowsExamined": asked.examined,
            "rowsMatched": table.matched,
            "numGroups": table.group_count,
            "isPartial": false,
            "cacheStatus": 1,
            "minBlockTime": asked.from.to_string(),
            "maxBlockTime": asked.to.to_string(),
        },
        "tables": [{
            "name": "0",
            "sources": [{ "name": asked.dataset }],
            "fields": columns.iter().map(field).collect::<Vec<_>>(),
            "order": table.order.iter().map(|(field, is_descending)| {
                json!({ "field": field, "desc": is_descending })
            }).collect::<Vec<_>>(),
            "groups": table.groups.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
            "range": {
                "field": "_time",
                "start": asked.from.to_string(),
                "end": asked.to.to_string(),
            },
            "columns": values,
        }],
        "datasetNames": [asked.dataset],
        "fieldsMetaMap": {},
    })
}

fn field(column: &Column) -> Value {
    let mut field = json!({ "name": column.name, "type": column.kind });
    if let Some((function, fields)) = &column.aggregation {
        field["agg"] = json!({ "name": function, "fields": fields, "args": [] });
    }
    field
}
