//! Runs the steps of a query on events. The result is a table: columns and rows.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
};

use serde_json::Value;

use super::{
    super::message::Refusal,
    Event,
    apl::{Expr, Fold, Step},
};

/// The field's name, its type, and its value in an event.
type Field = (&'static str, &'static str, fn(&Event) -> Value);

/// The fields of the log. Only their names in the vendor's own queries are known.
const FIELDS: [Field; 12] = [
    ("_sysTime", "datetime", |e| e.at.to_string().into()),
    (TIME, "datetime", |e| e.at.to_string().into()),
    ("action", "string", |e| e.action.as_str().into()),
    ("actor.email", "string", |e| text(&e.actor.email)),
    ("actor.id", "string", |e| text(&e.actor.id)),
    ("actor.name", "string", |e| text(&e.actor.name)),
    ("resource.id", "string", |e| text(&e.resource.0)),
    ("resource.name", "string", |e| text(&e.resource.1)),
    ("properties.datasets", "array", |e| {
        if e.datasets.is_empty() { Value::Null } else { e.datasets.as_slice().into() }
    }),
    ("properties.dataset", "string", |e| {
        e.ingest.as_ref().map_or(Value::Null, |ingest| ingest.dataset.as_str().into())
    }),
    ("properties.hourlyIngestBytes", "integer", |e| e.bytes_as(true)),
    ("properties.hourly_ingest_bytes", "integer", |e| e.bytes_as(false)),
];

const TIME: &str = "_time";
/// This many of the fields exist in every log. The others need an event that has them.
const ALWAYS: usize = 8;

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// The fields that exist in a log: a query of any other fails.
pub(super) struct Schema(BTreeSet<&'static str>);

impl Schema {
    pub fn of(log: &[Event]) -> Self {
        let is_there = |(at, (name, _, value)): (usize, &Field)| {
            (at < ALWAYS || log.iter().any(|event| !value(event).is_null())).then_some(*name)
        };
        Self(FIELDS.iter().enumerate().filter_map(is_there).collect())
    }

    fn find(&self, name: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|(field, ..)| *field == name && self.0.contains(field))
    }
}

/// What a column contains.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub name: String,
    pub kind: &'static str,
    /// The aggregation and the fields that it was computed on.
    pub aggregation: Option<(&'static str, Vec<String>)>,
}

/// A row: an event, or the result of an aggregation, and added values.
struct Row<'a> {
    event: Option<&'a Event>,
    /// How many rows it stands for.
    times: u64,
    added: Vec<Value>,
}

/// Gets a value from a row.
type Getter<'e> = Box<dyn Fn(&Row<'_>) -> Value + 'e>;

/// A table of results.
pub(super) struct Table<'a> {
    /// The fields of the events; empty after an aggregation.
    fields: Vec<&'static Field>,
    /// The added columns.
    pub added: Vec<Column>,
    /// The names of the groups.
    pub groups: Vec<String>,
    /// The sorting: fields, and whether descending.
    pub order: Vec<(String, bool)>,
    /// How many groups there were before a limit.
    pub group_count: usize,
    /// How many events matched.
    pub matched: u64,
    rows: Vec<Row<'a>>,
}

/// Runs the steps on these events; the result has at most `most` rows.
pub(super) fn run<'a>(
    schema: &Schema,
    events: Vec<&'a Event>,
    steps: &[Step],
    most: usize,
) -> Result<Table<'a>, Refusal> {
    let mut table = Table {
        fields: FIELDS.iter().filter(|(name, ..)| schema.0.contains(name)).collect(),
        added: Vec::new(),
        groups: Vec::new(),
        order: Vec::new(),
        group_count: 0,
        matched: 0,
        rows: events
            .into_iter()
            .map(|e| Row { event: Some(e), times: e.times, added: Vec::new() })
            .collect(),
    };
    table.matched = table.events();
    let mut is_filtering = true;
    for step in steps {
        match step {
            Step::Where(value, among) => table.filter(schema, value, among)?,
            Step::Extend(columns) => table.extend(schema, columns)?,
            Step::Summarize(folds, by) => table.summarize(schema, folds, by)?,
            Step::Sort(keys) => table.sort(schema, keys)?,
            Step::Limit(rows) => table.limit(*rows),
        }
        is_filtering &= !matches!(step, Step::Summarize(..) | Step::Limit(_));
        if is_filtering {
            table.matched = table.events();
        }
    }
    table.repeat(most);
    Ok(table)
}

impl Table<'_> {
    /// The columns, in their order.
    pub fn columns(&self) -> Vec<Column> {
        let own = self.fields.iter().map(|(name, kind, _)| Column {
            name: (*name).to_owned(),
            kind,
            aggregation: None,
        });
        own.chain(self.added.iter().cloned()).collect()
    }

    /// The values of a column.
    pub fn values(&self, column: usize) -> Vec<Value> {
        let value = |row: &Row<'_>| match self.fields.get(column) {
            Some((.., value)) => row.event.map_or(Value::Null, value),
            None => row.added[column - self.fields.len()].clone(),
        };
        self.rows.iter().map(value).collect()
    }

    fn events(&self) -> u64 {
        self.rows.iter().map(|row| row.times).sum()
    }

    /// How to get an expression's value from a row. Fails if a field does not exist.
    fn getter<'e>(&self, schema: &Schema, expr: &'e Expr) -> Result<Getter<'e>, Refusal> {
        Ok(match expr {
            Expr::Text(text) => Box::new(|_| text.as_str().into()),
            Expr::Number(number) => Box::new(|_| (*number).into()),
            Expr::Field(name) | Expr::Ensure(name) => {
                if let Some(at) = self.added.iter().position(|column| column.name == *name) {
                    return Ok(Box::new(move |row| row.added[at].clone()));
                }
                let field = schema.find(name).filter(|_| !self.fields.is_empty());
                match (field, expr) {
                    (Some((.., value)), _) => {
                        Box::new(move |row| row.event.map_or(Value::Null, value))
                    }
                    (None, Expr::Ensure(_)) => Box::new(|_| Value::Null),
                    (None, _) => {
                        let message =
                            format!("apl: there is no field {name}; ensure_field allows for that");
                        return Err(Refusal::new(400, message));
                    }
                }
            }
            Expr::ToReal(inner) => {
                let inner = self.getter(schema, inner)?;
                Box::new(move |row| real(&inner(row)).map_or(Value::Null, Value::from))
            }
            Expr::Coalesce(all) => {
                let all: Result<Vec<_>, _> =
                    all.iter().map(|one| self.getter(schema, one)).collect();
                let all = all?;
                Box::new(move |row| {
                    all.iter().map(|one| one(row)).find(|v| !v.is_null()).unwrap_or_default()
                })
            }
        })
    }

    fn field(&self, schema: &Schema, name: &str) -> Result<Getter<'static>, Refusal> {
        if let Some(at) = self.added.iter().position(|column| column.name == *name) {
            return Ok(Box::new(move |row| row.added[at].clone()));
        }
        let _ = self.getter(schema, &Expr::Field(name.to_owned()))?;
        let value = schema.find(name).map(|(.., value)| *value);
        Ok(Box::new(move |row| value.zip(row.event).map_or(Value::Null, |(v, e)| v(e))))
    }

    fn filter(&mut self, schema: &Schema, value: &Expr, among: &[Expr]) -> Result<(), Refusal> {
        let value = self.getter(schema, value)?;
        let among: Result<Vec<_>, _> = among.iter().map(|one| self.getter(schema, one)).collect();
        let among = among?;
        self.rows.retain(|row| {
            let value = value(row);
            among.iter().any(|one| one(row) == value)
        });
        Ok(())
    }

    fn extend(&mut self, schema: &Schema, columns: &[(String, Expr)]) -> Result<(), Refusal> {
        for (name, expr) in columns {
            let value = self.getter(schema, expr)?;
            let values: Vec<_> = self.rows.iter().map(value).collect();
            let kind = match expr {
                Expr::Text(_) => "string",
                Expr::Field(name) | Expr::Ensure(name) => {
                    schema.find(name).map_or("string", |(_, kind, _)| kind)
                }
                _ => "float",
            };
            let column = Column { name: name.clone(), kind, aggregation: None };
            if let Some(at) = self.added.iter().position(|column| column.name == *name) {
                self.added[at] = column;
                self.rows.iter_mut().zip(values).for_each(|(row, value)| row.added[at] = value);
            } else {
                self.added.push(column);
                self.rows.iter_mut().zip(values).for_each(|(row, value)| row.added.push(value));
            }
        }
        Ok(())
    }

    fn summarize(
        &mut self,
        schema: &Schema,
        folds: &[(String, Fold)],
        by: &[String],
    ) -> Result<(), Refusal> {
        let keys: Result<Vec<_>, _> = by.iter().map(|name| self.field(schema, name)).collect();
        let keys = keys?;
        let mut totals = Vec::new();
        for (_, fold) in folds {
            totals.push(match fold {
                Fold::Count => None,
                Fold::Max(expr) | Fold::Sum(expr) => Some(self.getter(schema, expr)?),
            });
        }
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut rows: Vec<Row<'_>> = Vec::new();
        for row in &self.rows {
            let key: Vec<Value> = keys.iter().map(|key| key(row)).collect();
            let place =
                *places.entry(Value::from(key.as_slice()).to_string()).or_insert_with(|| {
                    let empty = folds.iter().map(|_| Value::Null);
                    let added = key.into_iter().chain(empty).collect();
                    rows.push(Row { event: None, times: 1, added });
                    rows.len() - 1
                });
            for (at, ((_, fold), value)) in folds.iter().zip(&totals).enumerate() {
                let total = &mut rows[place].added[by.len() + at];
                let value = value.as_ref().map_or(Value::Null, |value| value(row));
                *total = folded(fold, total, &value, row.times);
            }
        }
        let columns = by.iter().map(|name| Column {
            name: name.clone(),
            kind: self.kind(schema, name),
            aggregation: None,
        });
        let columns =
            columns.chain(folds.iter().map(|(name, fold)| self.result(schema, name, fold)));
        self.added = columns.collect();
        (self.fields, self.groups) = (Vec::new(), by.to_vec());
        self.group_count = rows.len();
        self.rows = rows;
        Ok(())
    }

    fn kind(&self, schema: &Schema, name: &str) -> &'static str {
        let added = self.added.iter().find(|column| column.name == *name);
        let own = || schema.find(name).map(|(_, kind, _)| *kind);
        added.map(|column| column.kind).or_else(own).unwrap_or("string")
    }

    /// The column of an aggregation.
    fn result(&self, schema: &Schema, name: &str, fold: &Fold) -> Column {
        let (kind, function, expr) = match fold {
            Fold::Count => ("integer", "count", None),
            Fold::Sum(expr) => ("float", "sum", Some(expr)),
            Fold::Max(expr @ Expr::Field(field)) => (self.kind(schema, field), "max", Some(expr)),
            Fold::Max(expr) => ("float", "max", Some(expr)),
        };
        let fields = match expr {
            Some(Expr::Field(field) | Expr::Ensure(field)) => vec![field.clone()],
            _ => Vec::new(),
        };
        Column { name: name.to_owned(), kind, aggregation: Some((function, fields)) }
    }

    fn sort(&mut self, schema: &Schema, keys: &[(String, bool)]) -> Result<(), Refusal> {
        for (name, is_descending) in keys.iter().rev() {
            let key = self.field(schema, name)?;
            self.rows.sort_by(|a, b| {
                let order = ordered(&key(a), &key(b));
                if *is_descending { order.reverse() } else { order }
            });
        }
        self.order = keys.to_vec();
        Ok(())
    }

    fn limit(&mut self, rows: usize) {
        self.repeat(rows);
        self.rows.truncate(rows);
    }

    /// Makes a row of each event that happened several times.
    fn repeat(&mut self, most: usize) {
        let rows = std::mem::take(&mut self.rows).into_iter();
        let repeated = rows.flat_map(|row| {
            let times = usize::try_from(row.times).unwrap_or(usize::MAX);
            let one = move || Row { event: row.event, times: 1, added: row.added.clone() };
            std::iter::repeat_with(one).take(times)
        });
        self.rows = repeated.take(most).collect();
    }
}

/// The aggregate of the rows so far and one more, which stands for several events.
fn folded(fold: &Fold, total: &Value, value: &Value, weight: u64) -> Value {
    match fold {
        Fold::Count => (total.as_u64().unwrap_or(0) + weight).into(),
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        Fold::Sum(_) => {
            let sum = real(total).unwrap_or(0.0);
            real(value).map_or_else(|| sum.into(), |value| (sum + value * weight as f64).into())
        }
        Fold::Max(_) if ordered(value, total).is_gt() => value.clone(),
        Fold::Max(_) => total.clone(),
    }
}

fn real(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// Nothing comes before numbers, and they before text. The times are text of one form.
fn ordered(a: &Value, b: &Value) -> Ordering {
    let time = |value: &Value| value.as_str().and_then(|t| t.parse::<jiff::Timestamp>().ok());
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) if b.is_null() => Ordering::Greater,
        (None, Some(_)) if a.is_null() => Ordering::Less,
        _ => match (time(a), time(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.as_str().cmp(&b.as_str()),
        },
    }
}
