//! A part of APL, the query language: `where` with one comparison, `extend`, `summarize`, `sort by`
//! and `limit`. Everything else is refused with its name.

use super::super::message::Refusal;

/// A query: a dataset or view, and the operators after it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) struct Query {
    pub dataset: String,
    pub steps: Vec<Step>,
}

/// A tabular operator.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) enum Step {
    /// Keeps the rows whose value is one of these.
    Where(Expr, Vec<Expr>),
    /// Adds columns.
    Extend(Vec<(String, Expr)>),
    /// Aggregates into named columns, by fields.
    Summarize(Vec<(String, Fold)>, Vec<String>),
    /// Sorts by fields; the flag means descending.
    Sort(Vec<(String, bool)>),
    Limit(usize),
}

/// A scalar expression.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) enum Expr {
    Field(String),
    Text(String),
    Number(f64),
    /// A field that need not exist.
    Ensure(String),
    ToReal(Box<Self>),
    Coalesce(Vec<Self>),
}

/// An aggregation.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) enum Fold {
    Count,
    Max(Expr),
    Sum(Expr),
}

/// Parses a query.
pub(in crate::simulator) fn parse(text: &str) -> Result<Query, Refusal> {
    let tokens = tokens(text)?;
    let mut rest = Rest(&tokens);
    let dataset = match rest.next() {
        Some(Token::Name(name) | Token::Word(name)) => name.clone(),
        other => return Err(refused(&format!("expected a dataset, found {}", shown(other)))),
    };
    let mut steps = Vec::new();
    while let Some(token) = rest.next() {
        if *token != Token::Sign("|") {
            return Err(refused(&format!("expected `|`, found {}", shown(Some(token)))));
        }
        steps.push(rest.step()?);
    }
    Ok(Query { dataset, steps })
}

fn refused(why: &str) -> Refusal {
    Refusal::new(400, format!("apl: {why}"))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A word without quotes.
    Word(String),
    /// A name in brackets and quotes.
    Name(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

fn shown(token: Option<&Token>) -> String {
    match token {
        None => "the end".to_owned(),
        Some(Token::Word(word)) => format!("`{word}`"),
        Some(Token::Name(name)) => format!("['{name}']"),
        Some(Token::Text(text)) => format!("'{text}'"),
        Some(Token::Number(number)) => number.to_string(),
        Some(Token::Sign(sign)) => format!("`{sign}`"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    const SIGNS: [&str; 6] = ["==", "=", "|", ",", "(", ")"];
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (name, after) = quoted(inner.trim_start())?;
            let after = after.trim_start().strip_prefix(']');
            rest = after.ok_or_else(|| refused("a name in brackets must end with `]`"))?;
            tokens.push(Token::Name(name));
        } else if matches!(first, '\'' | '"') {
            let (text, after) = quoted(rest)?;
            rest = after;
            tokens.push(Token::Text(text));
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            rest = &rest[sign.len()..];
            tokens.push(Token::Sign(sign));
        } else {
            let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
            let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if word.is_empty() {
                return Err(refused(&format!("`{first}` is not supported by the simulator")));
            }
            rest = after;
            tokens.push(match word.parse() {
                Ok(number) if first.is_ascii_digit() => Token::Number(number),
                _ => Token::Word(word.to_owned()),
            });
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// A string in single or double quotes, with `\` before a quote or a `\`.
fn quoted(text: &str) -> Result<(String, &str), Refusal> {
    let mut chars = text.char_indices();
    let quote = chars.next().map(|(_, c)| c).filter(|c| matches!(c, '\'' | '"'));
    let quote = quote.ok_or_else(|| refused("expected a quote after `[`"))?;
    let mut inner = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => inner.extend(chars.next().map(|(_, c)| c)),
            c if c == quote => return Ok((inner, &text[at + c.len_utf8()..])),
            c => inner.push(c),
        }
    }
    Err(refused("a string does not end"))
}

/// The types that `ensure_field` takes.
const TYPES: [&str; 7] = ["string", "real", "int", "long", "bool", "datetime", "dynamic"];

/// The tokens that are still to be read.
struct Rest<'a>(&'a [Token]);

impl<'a> Rest<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// Takes this sign, if it is next.
    fn takes(&mut self, sign: &'static str) -> bool {
        let is_next = self.0.first() == Some(&Token::Sign(sign));
        if is_next {
            self.next();
        }
        is_next
    }

    /// Takes this word, if it is next.
    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.0.first(), Some(Token::Word(w)) if w == word);
        if is_next {
            self.next();
        }
        is_next
    }

    fn needs(&mut self, sign: &'static str) -> Result<(), Refusal> {
        let found = self.0.first();
        if self.takes(sign) {
            return Ok(());
        }
        Err(refused(&format!("expected `{sign}`, found {}", shown(found))))
    }

    fn step(&mut self) -> Result<Step, Refusal> {
        match self.next() {
            Some(Token::Word(word)) => match word.as_str() {
                "where" => self.condition(),
                "extend" => Ok(Step::Extend(self.list(Self::assignment)?)),
                "summarize" => self.summary(),
                "sort" | "order" if self.takes_word("by") => Ok(Step::Sort(self.list(Self::key)?)),
                "limit" | "take" => self.limit(),
                other => Err(refused(&format!(
                    "`{other}` is not supported by the simulator; these are: where, extend, \
                     summarize, sort by, limit"
                ))),
            },
            other => Err(refused(&format!("expected an operator, found {}", shown(other)))),
        }
    }

    /// One or more parts, separated by commas.
    fn list<T>(
        &mut self,
        part: impl Fn(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let mut all = vec![part(self)?];
        while self.takes(",") {
            all.push(part(self)?);
        }
        Ok(all)
    }

    fn condition(&mut self) -> Result<Step, Refusal> {
        let value = self.expression()?;
        if self.takes("==") {
            return Ok(Step::Where(value, vec![self.expression()?]));
        }
        if self.takes_word("in") {
            self.needs("(")?;
            let among = self.list(Self::expression)?;
            self.needs(")")?;
            return Ok(Step::Where(value, among));
        }
        let found = shown(self.0.first());
        Err(refused(&format!("a condition must have `==` or `in`, but has {found}")))
    }

    fn assignment(&mut self) -> Result<(String, Expr), Refusal> {
        let name = self.field()?;
        self.needs("=")?;
        Ok((name, self.expression()?))
    }

    fn summary(&mut self) -> Result<Step, Refusal> {
        let folds = self.list(Self::fold)?;
        let by = if self.takes_word("by") { self.list(Self::field)? } else { Vec::new() };
        Ok(Step::Summarize(folds, by))
    }

    /// `name = count()`, or without the name.
    fn fold(&mut self) -> Result<(String, Fold), Refusal> {
        let mut name = self.field()?;
        let function = if self.takes("=") { self.field()? } else { name.clone() };
        self.needs("(")?;
        let fold = match function.as_str() {
            "count" => Fold::Count,
            "max" => Fold::Max(self.expression()?),
            "sum" => Fold::Sum(self.expression()?),
            other => {
                return Err(refused(&format!(
                    "the aggregation `{other}` is not supported by the simulator; these are: \
                     count, max, sum"
                )));
            }
        };
        self.needs(")")?;
        if name == function {
            name.push('_');
        }
        Ok((name, fold))
    }

    fn key(&mut self) -> Result<(String, bool), Refusal> {
        let field = self.field()?;
        // Descending unless it says otherwise.
        let is_ascending = self.takes_word("asc");
        if !is_ascending {
            self.takes_word("desc");
        }
        Ok((field, !is_ascending))
    }

    fn limit(&mut self) -> Result<Step, Refusal> {
        match self.next() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the tokens have no sign, and it saturates"
            )]
            Some(Token::Number(number)) => Ok(Step::Limit(*number as usize)),
            other => Err(refused(&format!("expected a number of rows, found {}", shown(other)))),
        }
    }

    fn field(&mut self) -> Result<String, Refusal> {
        match self.next() {
            Some(Token::Word(name) | Token::Name(name)) => Ok(name.clone()),
            other => Err(refused(&format!("expected a field, found {}", shown(other)))),
        }
    }

    fn expression(&mut self) -> Result<Expr, Refusal> {
        let token = self.next();
        match token {
            Some(Token::Name(name)) => Ok(Expr::Field(name.clone())),
            Some(Token::Text(text)) => Ok(Expr::Text(text.clone())),
            Some(Token::Number(number)) => Ok(Expr::Number(*number)),
            Some(Token::Word(word)) if self.takes("(") => {
                let expression = self.call(word)?;
                self.needs(")")?;
                Ok(expression)
            }
            Some(Token::Word(word)) => Ok(Expr::Field(word.clone())),
            other => Err(refused(&format!("expected a value, found {}", shown(other)))),
        }
    }

    /// A function's arguments, after the parenthesis.
    fn call(&mut self, function: &str) -> Result<Expr, Refusal> {
        match function {
            "coalesce" => Ok(Expr::Coalesce(self.list(Self::expression)?)),
            "toreal" => Ok(Expr::ToReal(Box::new(self.expression()?))),
            "ensure_field" => {
                let Some(Token::Text(field)) = self.next() else {
                    return Err(refused("ensure_field needs a field's name in quotes"));
                };
                self.needs(",")?;
                let is_type = self.takes_word("typeof")
                    && self.takes("(")
                    && TYPES.into_iter().any(|kind| self.takes_word(kind))
                    && self.takes(")");
                if is_type {
                    return Ok(Expr::Ensure(field.clone()));
                }
                Err(refused("ensure_field needs a type, such as typeof(string)"))
            }
            other => Err(refused(&format!(
                "the function `{other}` is not supported by the simulator; these are: coalesce, \
                 ensure_field, toreal"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> String {
        let refusal = parse(text).unwrap_err();
        assert_eq!(refusal.status, 400);
        refusal.message
    }

    #[test]
    fn a_query_is_parsed_into_its_steps() {
        let query = parse(
            r#"['it\'s'] | where action in ('a', "b") | extend n = coalesce(toreal(
               ensure_field('x.y', typeof(real))), 0) | summarize t = count(), max(_time), s = sum(n)
               by actor.id, ['actor.name'] | order by t asc, s desc, u | take 5"#,
        )
        .unwrap();
        let field = |name: &str| Expr::Field(name.to_owned());
        let text = |text: &str| Expr::Text(text.to_owned());
        let bytes = Expr::ToReal(Box::new(Expr::Ensure("x.y".to_owned())));
        assert_eq!(query.dataset, "it's");
        assert_eq!(
            query.steps,
            [
                Step::Where(field("action"), vec![text("a"), text("b")]),
                Step::Extend(vec![(
                    "n".to_owned(),
                    Expr::Coalesce(vec![bytes, Expr::Number(0.0)])
                )]),
                Step::Summarize(
                    vec![
                        ("t".to_owned(), Fold::Count),
                        ("max_".to_owned(), Fold::Max(field("_time"))),
                        ("s".to_owned(), Fold::Sum(field("n"))),
                    ],
                    vec!["actor.id".to_owned(), "actor.name".to_owned()],
                ),
                Step::Sort(vec![
                    ("t".to_owned(), false),
                    ("s".to_owned(), true),
                    ("u".to_owned(), true)
                ]),
                Step::Limit(5),
            ]
        );
        assert_eq!(parse("logs").unwrap(), Query { dataset: "logs".to_owned(), steps: vec![] });
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (text, part) in [
            ("", "expected a dataset, found the end"),
            ("['a", "a string does not end"),
            ("['a'", "must end with `]`"),
            ("[a]", "expected a quote"),
            ("['a'] where x", "expected `|`, found `where`"),
            ("['a'] |", "expected an operator, found the end"),
            ("['a'] | project action", "`project` is not supported by the simulator"),
            ("['a'] | where x != 'y'", "`!` is not supported"),
            ("['a'] | where x", "must have `==` or `in`, but has the end"),
            ("['a'] | where x == 'y' and z == 'w'", "expected `|`, found `and`"),
            ("['a'] | where x in 'y'", "expected `(`, found 'y'"),
            ("['a'] | extend x == 1", "expected `=`, found `==`"),
            ("['a'] | extend x = strcat('a')", "the function `strcat` is not supported"),
            ("['a'] | extend x = ensure_field(y, typeof(real))", "name in quotes"),
            ("['a'] | extend x = ensure_field('y', real)", "needs a type"),
            ("['a'] | extend x = ensure_field('y', typeof(color))", "needs a type"),
            ("['a'] | summarize dcount(x)", "the aggregation `dcount` is not supported"),
            ("['a'] | summarize count() by bin(_time, 1h)", "expected `|`, found `(`"),
            ("['a'] | sort _time", "`sort` is not supported"),
            ("['a'] | limit -1", "`-` is not supported"),
            ("['a'] | limit x", "expected a number of rows, found `x`"),
            ("['a'], ['b']", "expected `|`, found `,`"),
        ] {
            let why = why(text);
            assert!(why.starts_with("apl: ") && why.contains(part), "{text}: {why}");
        }
    }
}
