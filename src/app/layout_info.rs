//! Where things lie on the screen: what drawing reports back, for paging and
//! for the mouse.

use super::mouse::Hit;

/// The part of a list or text that is on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first row or line that is shown.
    pub top: usize,
    /// How many fit.
    pub height: usize,
    /// How many there are.
    pub len: usize,
}

/// An address that stands on the screen, for terminals that can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub x: u16,
    pub y: u16,
    pub url: String,
}

/// What the last drawing showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayoutInfo {
    /// The list or text of the screen on top.
    pub screen: Option<Window>,
    /// The same of the overlay on top.
    pub overlay: Option<Window>,
    /// An address, if one is in sight and nothing stands over it.
    pub link: Option<Link>,
    /// Where the terminal's cursor is shown, if it is: column and row.
    pub cursor: Option<(u16, u16)>,
    /// What the mouse can point at; later ones lie on top.
    pub hits: Vec<Hit>,
}
