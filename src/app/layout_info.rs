//! The layout that drawing reports back, for paging and for the mouse.

use super::mouse::Hit;

/// The visible part of a list or text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first visible row or line.
    pub top: usize,
    /// How many rows or lines fit.
    pub height: usize,
    /// How many rows or lines there are.
    pub len: usize,
}

/// A URL on the screen, for terminals that can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Column of its first character.
    pub x: u16,
    /// Row.
    pub y: u16,
    /// The URL.
    pub url: String,
}

/// The layout of the last frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutInfo {
    /// The list or text of the screen in front.
    pub screen: Option<Window>,
    /// The list or text of the dialog on top.
    pub overlay: Option<Window>,
    /// A URL, if one is visible and not covered.
    pub link: Option<Link>,
    /// The column and row of the terminal's cursor, if it is visible.
    pub cursor: Option<(u16, u16)>,
    /// The click targets; later ones are on top.
    pub hits: Vec<Hit>,
}
