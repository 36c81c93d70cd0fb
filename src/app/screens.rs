//! The screens, and how each is opened. `ui/screens/x.rs` draws `screens/x.rs`.

pub mod access_review;
pub mod api_tokens;
pub mod history;
pub mod new_token;
pub mod profile;
pub mod rotations;
pub mod token_detail;

use access_review::AccessReview;
use api_tokens::ApiTokens;
use history::History;
use new_token::NewTokenForm;
use profile::Profile;
use rotations::RotationScreen;
use token_detail::TokenDetail;

use super::{
    kinds::kinds,
    layer::{Draft, Page},
};
use crate::input::Action;

kinds! {
    /// A screen on the stack.
    Screen {
        ApiTokens(ApiTokens),
        TokenDetail(TokenDetail),
        NewToken(NewTokenForm),
        Profile(Profile),
        AccessReview(AccessReview),
        History(History),
        Rotations(RotationScreen),
    }
}

impl Screen {
    /// The list of API tokens, which is always at the bottom of the stack.
    #[must_use]
    pub fn first() -> Self {
        Self::ApiTokens(Box::default())
    }

    /// The action that opens the screen, if it is a main one.
    #[must_use]
    pub const fn tab(&self) -> Option<Action> {
        match self {
            Self::ApiTokens(_) => Some(Action::GoTokens),
            Self::Profile(_) => Some(Action::GoProfile),
            Self::AccessReview(_) => Some(Action::GoReview),
            Self::History(_) => Some(Action::GoHistory),
            Self::Rotations(_) => Some(Action::GoRotations),
            Self::TokenDetail(_) | Self::NewToken(_) => None,
        }
    }

    /// The list of API tokens, if this is that screen.
    pub fn list_mut(&mut self) -> Option<&mut ApiTokens> {
        match self {
            Self::ApiTokens(list) => Some(list),
            _ => None,
        }
    }

    /// The new screen for a page.
    #[must_use]
    pub fn open(view: Page) -> Self {
        match view {
            Page::TokenDetail(id) => Self::TokenDetail(Box::new(TokenDetail::new(id))),
            Page::Profile => Self::Profile(Box::default()),
            Page::Rotations => Self::Rotations(Box::default()),
            Page::AccessReview => Self::AccessReview(Box::default()),
            Page::History => Self::History(Box::default()),
            Page::NewToken(draft) => Self::NewToken(Box::new(match *draft {
                Draft::Empty => NewTokenForm::empty(),
                Draft::CloneOf(token) => NewTokenForm::clone_of(&token),
                Draft::Replacing(token) => NewTokenForm::replacing(&token),
                Draft::Narrowing(token, grants, words) => {
                    NewTokenForm::narrowing(&token, &grants, words)
                }
            })),
        }
    }
}
