//! The format of a policy: TOML, a key for each rule.

use serde::Deserialize;
use toml::Spanned;

use super::{Exemption, Length, NameRule, Policy, Rule, forbidden::Forbidden, rights::rights_of};
use crate::domain::{
    LineError, Rights, SafeText, Scope, line_error::line_at, review::accepted, words::nearest,
};

/// The version of the format that this version of axtok reads.
pub const VERSION: i64 = 1;

/// The documented policy, as `axtok policy init` writes it: every rule, none of them in force.
pub const DOCUMENTED: &str = include_str!("../../../assets/policy.toml");

/// The most rights that can be forbidden, and the most exemptions. Each is compared with each
/// token.
const MOST: usize = 1_000;

/// Only the version, whatever else a newer version writes.
#[derive(Deserialize)]
struct Head {
    version: Option<Spanned<toml::Value>>,
}

/// An organisation's rules for its API tokens, for example `/etc/axtok/policy.toml`.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    /// The version of the format.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<i64>", extend("const" = VERSION)))]
    #[expect(dead_code, reason = "checked before the rest is read")]
    version: Option<i64>,
    /// How far ahead a token may expire, such as `90d`. With this rule, tokens without an expiry
    /// are forbidden too, unless `never-expires` is `allow`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    max_lifetime: Option<Spanned<String>>,
    /// Whether a token may have no expiry.
    never_expires: Option<NeverExpires>,
    /// A regular expression that every token's name has to match. It may match anywhere in the
    /// name unless it has `^` and `$`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    name: Option<Spanned<String>>,
    /// Whether every token needs a description.
    description: Option<Description>,
    /// Rights that no token may have: `org:RIGHTS`, `dataset:NAMES=RIGHTS` or
    /// `view:NAMES=RIGHTS`. A name may have `*` and `?`.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Vec<String>>"))]
    forbid: Option<Vec<Spanned<String>>>,
    /// The only rights that a token may have on all datasets, such as `query:read`; none with an
    /// empty list.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Vec<String>>"))]
    allow_all_datasets: Option<Vec<Spanned<String>>>,
    /// The only rights that a token may have on all views.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<Vec<String>>"))]
    allow_all_views: Option<Vec<Spanned<String>>>,
    /// Tokens that need not satisfy some rules until a day.
    #[serde(default)]
    #[cfg_attr(feature = "schemas", schemars(with = "Vec<ExemptToml>"))]
    exempt: Vec<Spanned<ExemptToml>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum NeverExpires {
    /// Every token has an expiry.
    Forbid,
    /// A token may have no expiry.
    Allow,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Description {
    /// Every token has a description.
    Required,
    /// A token may have no description.
    Optional,
}

/// Tokens that need not satisfy some rules until a day.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(rename = "Exemption"))]
#[serde(deny_unknown_fields)]
struct ExemptToml {
    /// The token's name; it may have `*` and `?`.
    token: String,
    /// The keys of the rules.
    #[cfg_attr(feature = "schemas", schemars(extend(
        "minItems" = 1,
        "items" = { "enum": Rule::ALL.map(Rule::key) }
    )))]
    rules: Vec<String>,
    /// The last day, in UTC: `2027-06-30`.
    #[cfg_attr(feature = "schemas", schemars(with = "String", extend("format" = "date")))]
    until: toml::Value,
    /// Why.
    reason: String,
}

impl Policy {
    /// Parses a policy.
    ///
    /// # Errors
    /// The first mistake, with its line and what to write instead. Rules that no token can
    /// satisfy are a mistake.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let toml = |e: &toml::de::Error| LineError::of_toml(text, e);
        let head: Head = toml::from_str(text).map_err(|e| toml(&e))?;
        if let Some(version) = head.version {
            let line = line_at(text, version.span().start);
            this_version(version.get_ref()).map_err(|message| LineError { line, message })?;
        }
        let file: File = toml::from_str(text).map_err(|e| toml(&e))?;
        let exempt = |exempt: Spanned<ExemptToml>| {
            let line = line_at(text, exempt.span().start);
            exemption(exempt.into_inner()).map_err(|message| LineError { line, message })
        };
        let policy = Self {
            text: text.to_owned(),
            forbids_never: file
                .never_expires
                .map_or(file.max_lifetime.is_some(), |word| word == NeverExpires::Forbid),
            max_lifetime: each(text, "max-lifetime", file.max_lifetime, Length::parse)?,
            name: each(text, "name", file.name, NameRule::parse)?,
            needs_description: file.description == Some(Description::Required),
            forbid: all(text, "forbid", file.forbid, Forbidden::parse)?.unwrap_or_default(),
            all_datasets: rights(text, Scope::Dataset, file.allow_all_datasets)?,
            all_views: rights(text, Scope::View, file.allow_all_views)?,
            exempt: file.exempt.into_iter().map(exempt).collect::<Result<_, _>>()?,
        };
        policy.is_possible().map_err(|message| LineError { line: 1, message })?;
        Ok(policy)
    }

    /// Whether it can be used at all: a token needs at least one right.
    fn is_possible(&self) -> Result<(), String> {
        let forbidden = |scope| self.forbid.iter().any(|rule| rule.is_everything(scope));
        for (key, count) in [("forbid", self.forbid.len()), ("exempt", self.exempt.len())] {
            if count > MOST {
                return Err(format!("{key}: {count} are too many: at most {MOST}, use patterns"));
            }
        }
        if Scope::ALL.into_iter().all(forbidden) {
            return Err("forbid: every right is forbidden, so no token could exist".to_owned());
        }
        Ok(())
    }
}

fn this_version(version: &toml::Value) -> Result<(), String> {
    match version.as_integer() {
        Some(VERSION) => Ok(()),
        Some(newer) if newer > VERSION => Err(format!(
            "version {newer} of the format is newer than this axtok, which reads version \
             {VERSION}: update axtok"
        )),
        _ => Err(format!("version: write version = {VERSION}")),
    }
}

/// Parses the value of a key; the error has its line.
fn each<T, E: ToString>(
    text: &str,
    key: &str,
    value: Option<Spanned<String>>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, LineError> {
    let parse = |value: Spanned<String>| {
        parse(value.get_ref()).map_err(|why| LineError {
            line: line_at(text, value.span().start),
            message: format!("{key}: {}", why.to_string()),
        })
    };
    value.map(parse).transpose()
}

fn all<T>(
    text: &str,
    key: &str,
    values: Option<Vec<Spanned<String>>>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<Vec<T>>, LineError> {
    let Some(values) = values else { return Ok(None) };
    let each = |value| each(text, key, Some(value), &parse);
    Ok(Some(
        values.into_iter().filter_map(|value| each(value).transpose()).collect::<Result<_, _>>()?,
    ))
}

fn rights(
    text: &str,
    scope: Scope,
    words: Option<Vec<Spanned<String>>>,
) -> Result<Option<Rights>, LineError> {
    let key = if scope == Scope::View { "allow-all-views" } else { "allow-all-datasets" };
    let all = all(text, key, words, |word| rights_of(scope, word))?;
    Ok(all.map(|all| all.iter().fold(Rights::default(), |sum, more| sum.union(more))))
}

fn exemption(written: ExemptToml) -> Result<Exemption, String> {
    let ExemptToml { token, rules, until, reason } = written;
    if token.trim().is_empty() {
        return Err("token: write a name such as \"break-glass\"".to_owned());
    }
    if rules.is_empty() {
        return Err("rules: name the rules that do not apply, such as [\"never-expires\"]".into());
    }
    let known = Rule::ALL.map(Rule::key);
    let rule = |key: &String| {
        Rule::parse(key).ok_or_else(|| {
            let near = nearest(key, &known).map_or_else(
                || format!("use {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            format!("rules: unknown rule {}: {near}", SafeText::from(key.as_str()))
        })
    };
    let rules = rules.iter().map(rule).collect::<Result<_, _>>()?;
    // TOML has dates of its own.
    let until = until.as_str().map_or_else(|| until.to_string(), |text| text.trim().to_owned());
    let until = until.parse();
    let until =
        until.map_err(|_| "until: write the last day, such as \"2027-06-30\"".to_owned())?;
    let reason = match accepted::reason(&reason) {
        Err(_) if reason.trim().is_empty() => Err("write why this token is exempt".to_owned()),
        reason => reason,
    };
    let reason = reason.map_err(|why| format!("reason: {why}"))?;
    Ok(Exemption { token: token.trim().to_owned(), rules, until, reason })
}

/// The JSON Schema of the file.
#[cfg(feature = "schemas")]
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<File>()
}
