//! The mouse: a second way to say what keys say. Whatever it does, it does by the
//! actions of the keys, so that nothing can be done by a click that has no key,
//! and nothing skips a question.

mod click;
mod spot;

use jiff::Timestamp;

pub use spot::{Scrolled, Spot};

use super::{
    effect::Effect,
    list::List,
    model::{Model, NoticeKind, after},
    msg::Msg,
    overlays::Overlay,
    places::{Places, Window},
    screens::{Screen, new_token::NewTokenForm, review},
};
use crate::{domain::Scope, input::Action};

/// Milliseconds in which a second click on the same spot makes a double one, and
/// in which clicks on something that has just come do not count.
pub const DOUBLE_MS: i64 = 400;
/// Rows that one notch of the wheel scrolls.
const NOTCH: usize = 3;

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    Move,
    /// The left button went down.
    Press,
    WheelUp,
    WheelDown,
}

/// A gesture, and the cell where it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    pub gesture: Gesture,
    pub x: u16,
    pub y: u16,
}

/// An area of the screen, in cells from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    #[must_use]
    pub const fn has(&self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// Where a spot lies. Later ones lie on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub area: Area,
    pub spot: Spot,
}

/// The state of the mouse.
#[derive(Debug, Default)]
pub struct Mouse {
    /// The user wants it; see [`Model::takes_mouse`].
    pub on: bool,
    /// Where the pointer was last.
    at: Option<(u16, u16)>,
    /// Where things lay when the screen was last drawn.
    hits: Vec<Hit>,
    /// The last press that can be the first of a double one.
    pressed: Option<(Timestamp, Spot)>,
    /// What was in front when the screen was last drawn, and since when.
    front: Option<(Front, Timestamp)>,
}

/// Enough of the layers to tell that another one came to the front.
type Front = (usize, usize, Option<std::mem::Discriminant<Overlay>>);

impl Model {
    /// Whether the terminal is to report the mouse. Never while a secret is on the
    /// screen: the terminal's own selection must work then.
    #[must_use]
    pub fn takes_mouse(&self) -> bool {
        self.mouse.on && !self.overlays.iter().any(|o| matches!(o, Overlay::Reveal(_)))
    }

    /// Whether the pointer is over an area of the screen in front.
    #[must_use]
    pub fn is_pointed_at(&self, area: Area) -> bool {
        self.takes_mouse() && self.mouse.at.is_some_and(|(x, y)| area.has(x, y))
    }

    /// Whether a message can change what is on the screen. A pointer that moves
    /// within the same row cannot.
    #[must_use]
    pub fn heeds(&self, msg: &Msg) -> bool {
        match msg {
            Msg::Mouse(_) if !self.takes_mouse() => false,
            Msg::Mouse(Pointer { gesture: Gesture::Move, x, y }) => {
                let before = self.mouse.at.and_then(|(x, y)| self.mouse.row_at(x, y));
                before != self.mouse.row_at(*x, *y)
            }
            _ => true,
        }
    }
}

impl Mouse {
    /// The pointer is elsewhere, as far as is known.
    pub const fn leave(&mut self) {
        self.at = None;
    }

    /// Takes over where things lie now.
    fn settle(&mut self, places: &Places) {
        self.hits.clone_from(&places.hits);
    }

    /// What can be clicked there.
    fn spot_at(&self, x: u16, y: u16) -> Option<Spot> {
        let found = |h: &&Hit| h.area.has(x, y) && !matches!(h.spot, Spot::Scrolls(..));
        self.hits.iter().rev().find(found).map(|h| h.spot)
    }

    /// The row or one of its buttons there: what hovering shows something for.
    fn row_at(&self, x: u16, y: u16) -> Option<Spot> {
        self.spot_at(x, y).filter(|spot| matches!(spot, Spot::Row(_) | Spot::RowDo(..)))
    }

    fn scrolled_at(&self, x: u16, y: u16) -> Option<(Scrolled, Window)> {
        self.hits.iter().rev().find_map(|h| match h.spot {
            Spot::Scrolls(what, window) if h.area.has(x, y) => Some((what, window)),
            _ => None,
        })
    }
}

/// Takes over where drawing put things, and notes what is in front.
pub fn settle(model: &mut Model, places: &Places) {
    let overlay = model.overlays.last().map(std::mem::discriminant);
    let front = (model.screens.len(), model.overlays.len(), overlay);
    match model.mouse.front {
        // The first screen takes no one by surprise.
        None => model.mouse.front = Some((front, Timestamp::MIN)),
        Some((before, _)) if before != front => model.mouse.front = Some((front, model.now)),
        Some(_) => {}
    }
    if model.takes_mouse() {
        model.mouse.settle(places);
    } else {
        let Mouse { on, front, .. } = model.mouse;
        model.mouse = Mouse { on, front, ..Mouse::default() };
    }
}

/// Switches it on or off.
pub fn toggle(model: &mut Model) {
    model.mouse.on = !model.mouse.on;
    let words = if model.mouse.on {
        "The mouse is on. With Shift most terminals still select text."
    } else {
        "The mouse is off: the terminal's own selection works."
    };
    model.notify(NoticeKind::Info, words);
}

/// Takes what the mouse did.
pub fn on_pointer(model: &mut Model, pointer: Pointer) -> Vec<Effect> {
    // Reports may still be on their way when it is switched off.
    if !model.takes_mouse() {
        return Vec::new();
    }
    let Pointer { gesture, x, y } = pointer;
    model.mouse.at = Some((x, y));
    match gesture {
        Gesture::Move => Vec::new(),
        Gesture::WheelUp => wheel(model, x, y, false),
        Gesture::WheelDown => wheel(model, x, y, true),
        Gesture::Press => press(model, x, y),
    }
}

fn press(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    // Who clicks has read what was said, and does not go on with a sequence.
    model.notice = None;
    model.pending.clear();
    // What has just come to the front was not what the click was meant for.
    let is_new = |since: Timestamp| model.now < after(since, DOUBLE_MS);
    if model.mouse.front.is_some_and(|(_, since)| is_new(since)) {
        return Vec::new();
    }
    let before = model.mouse.pressed.take();
    let Some(spot) = model.mouse.spot_at(x, y) else { return Vec::new() };
    let double = before.is_some_and(|(at, first)| first == spot && is_new(at));
    if !double {
        model.mouse.pressed = Some((model.now, spot));
    }
    let layers = (model.screens.len(), model.overlays.len());
    let effects = click::on(model, spot, double);
    if layers != (model.screens.len(), model.overlays.len()) {
        model.mouse.pressed = None;
    }
    effects
}

/// Scrolls what is under the pointer. A cursor that would be out of sight then
/// stays at the edge.
fn wheel(model: &mut Model, x: u16, y: u16, down: bool) -> Vec<Effect> {
    let Some((what, window)) = model.mouse.scrolled_at(x, y) else { return Vec::new() };
    let Some(list) = list_of(model, what) else { return Vec::new() };
    list.roll(window, NOTCH, down);
    match what {
        Scrolled::Overlay => click::moved(model),
        Scrolled::Review { in_pane: false } => review::moved(model),
        _ => {}
    }
    Vec::new()
}

fn list_of(model: &mut Model, what: Scrolled) -> Option<&mut List> {
    match what {
        Scrolled::Overlay => model.overlays.last_mut()?.list_mut(),
        Scrolled::Review { in_pane } => match model.screen_mut() {
            Some(Screen::Review(state)) => Some(state.part_mut(in_pane)),
            _ => None,
        },
        Scrolled::Screen => Some(model.screens.last_mut()?.list_mut()),
        Scrolled::Matrix(scope) => Some(&mut form(model)?.matrix_mut().part_of_mut(scope).list),
    }
}

/// The form, if it is the screen in front.
fn form(model: &mut Model) -> Option<&mut NewTokenForm> {
    match model.screen_mut() {
        Some(Screen::NewToken(form)) => Some(form),
        _ => None,
    }
}

/// The action that shows a part of the matrix.
#[must_use]
pub const fn shows(scope: Scope) -> Action {
    match scope {
        Scope::Dataset => Action::Datasets,
        Scope::View => Action::Views,
        Scope::Org => Action::Organisation,
    }
}
