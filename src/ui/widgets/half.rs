//! How the old and the new token of a pair are told apart in words.

use jiff::Timestamp;

use crate::{
    app::shared::Half,
    domain::{ApiToken, TokenId, when},
    journal::Stage,
    ui::widgets::token,
};

/// For the expiry's column: `old, stops in 2 d`, `new · in 90 d`. A guess has a question mark.
#[must_use]
pub fn expiry(half: &Half<'_>, of: &ApiToken, now: Timestamp) -> String {
    let guess = guess(half);
    if half.is_old {
        format!("old{guess}, stops {}", when::relative_short(half.ends, now))
    } else {
        format!("new{guess} · {}", token::expiry_short(&of.expiry, now))
    }
}

/// The same in few columns: `old 2d`, `new 90d`.
#[must_use]
pub fn expiry_short(half: &Half<'_>, of: &ApiToken, now: Timestamp) -> String {
    let short = |words: &str| words.trim_start_matches("in ").replace(' ', "");
    let guess = guess(half);
    if half.is_old {
        format!("old{guess} {}", short(&when::relative_short(half.ends, now)))
    } else {
        format!("new{guess} {}", short(&token::expiry_short(&of.expiry, now)))
    }
}

fn guess(half: &Half<'_>) -> &'static str {
    if half.row.is_inferred() { "?" } else { "" }
}

/// The other token of the pair, as far as it is known.
fn other(half: &Half<'_>) -> String {
    half.other().map_or_else(|| "a new token".to_owned(), TokenId::short)
}

/// `old: replaced by 7f3c…a91f; stops in 48 hours`, or `new: replaces …`.
#[must_use]
pub fn describe(half: &Half<'_>, now: Timestamp) -> String {
    let (other, ends) = (other(half), when::relative(half.ends, now));
    match (half.is_old, half.row.is_inferred()) {
        (true, false) => format!("old: replaced by {other}; stops {ends}"),
        (true, true) => {
            format!("probably old: {other} has the same name and rights; stops {ends}")
        }
        (false, false) => format!("new: replaces {other}, which stops {ends}"),
        (false, true) => {
            format!("probably new: {other} has the same name and rights, and stops {ends}")
        }
    }
}

/// What deleting this half means, and whether that is dangerous.
#[must_use]
pub fn at_stake(half: &Half<'_>, now: Timestamp) -> (String, bool) {
    let ends = format!("{} ({})", when::date_time(half.ends), when::relative(half.ends, now));
    let other = other(half);
    let guess = if half.row.is_inferred() { "probably " } else { "" };
    if !half.is_old {
        let words = format!(
            "! This is {guess}the NEW token. The old one, {other}, works only until {ends}: after \
             that, their users have no token."
        );
        return (words, true);
    }
    let words =
        format!("This is {guess}the OLD token: it works until {ends}. The new one is {other}.");
    let stage = half.row.recorded.as_ref().and_then(|recorded| recorded.stage);
    if stage.is_some_and(|stage| stage < Stage::Delivered) {
        return (format!("! {words} Its secret was not delivered yet."), true);
    }
    (words, false)
}
