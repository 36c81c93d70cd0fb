//! Everything that the program knows at a moment: what is shared, the layers that
//! are open, and what the hands are doing.

mod lookup;

use jiff::Timestamp;

use super::{
    clipboard, reconcile,
    effect::Effect,
    layer::{Nav, Open, Step},
    mouse::{Gesture, Mouse, Pointer},
    msg::Msg,
    notice::NoticeKind,
    layout_info::LayoutInfo,
    shared::Shared,
    stack::Stack,
    switch,
    time::{after, next_tick},
};
use crate::{
    domain::session::{ReauthTarget, Session},
    input::{Key, Keymap},
};

/// Milliseconds after which waiting is shown.
pub const SPINNER_AFTER_MS: i64 = 300;
/// Milliseconds between two pictures of a spinner.
pub const SPINNER_STEP_MS: i64 = 250;

/// Where the program begins.
#[derive(Debug, Default)]
pub struct Beginning {
    /// Who we are, if a credential was found.
    pub session: Option<Session>,
    /// The page to sign in that is opened, if nothing else can be.
    pub page: Option<SignInPage>,
    /// The settings or the Axiom CLI's file have deployments to go to.
    pub has_deployments: bool,
    /// Why none of them is gone to.
    pub undecided: Option<String>,
    /// Something to be said.
    pub warning: Option<String>,
}

/// What the page to sign in says: why one is asked to, and where if that is known.
#[derive(Debug, Default)]
pub struct SignInPage {
    pub reason: Option<String>,
    pub url: Option<String>,
    pub reauth: Option<ReauthTarget>,
}

/// The whole state.
#[derive(Debug)]
pub struct Model {
    pub shared: Shared,
    pub stack: Stack,
    /// Something to be said at the start.
    pub warning: Option<String>,
    /// Why no deployment is gone to at the start.
    pub undecided: Option<String>,
    /// Keys of a sequence that is not finished.
    pub pending: Vec<Key>,
    /// How often the next movement is meant.
    pub count: Option<u32>,
    /// When a child screen was left by `q`, so that a second `q` does not quit.
    pub left_child: Option<Timestamp>,
    /// When Ctrl-C was pressed last; twice forces.
    pub interrupted: Option<Timestamp>,
    pub mouse: Mouse,
}

impl Model {
    #[must_use]
    pub fn new(session: Session, keymap: Keymap, now: Timestamp) -> Self {
        Self {
            shared: Shared::new(session, keymap, now),
            stack: Stack::default(),
            warning: None,
            undecided: None,
            pending: Vec::new(),
            count: None,
            left_child: None,
            interrupted: None,
            mouse: Mouse::default(),
        }
    }

    /// What to do at the start.
    pub fn start(&mut self) -> Vec<Effect> {
        if let Some(warning) = self.warning.take() {
            self.shared.notify(NoticeKind::Warning, warning);
        }
        let mut step = Step::effect(Effect::OpenJournal);
        if self.shared.session.connection.is_none() {
            let why = self.undecided.take();
            let places = why.clone().map(|why| Nav::Open(Open::Orgs(Some(why))));
            let page = Open::SignIn { reason: why, url: None, reauth: None };
            step = places.into_iter().fold(step.nav(Nav::Open(page)), Step::nav);
        } else if self.shared.session.lacks_org() {
            step = step.and(switch::choose_org(&mut self.shared).into());
        } else {
            step = step.nav(Nav::FetchAll);
        }
        self.apply(None, step)
    }

    /// Takes over what was found before the first message.
    pub fn begin(&mut self, beginning: Beginning) {
        let Beginning { session, page, has_deployments, undecided, warning } = beginning;
        self.shared.has_deployments = has_deployments;
        (self.undecided, self.warning) = (undecided, warning);
        if let Some(session) = session {
            self.shared.begin_at(session);
        }
        if let Some(SignInPage { reason, url, reauth }) = page {
            let step = Step::open(Open::SignIn { reason, url, reauth });
            // It asks nothing of the world before it is filled in.
            drop(self.apply(None, step));
        }
    }

    /// The next moment at which something changes on the screen by itself:
    /// a spinner, a notice that ends, a secret that is covered again. `None`
    /// means that the loop may sleep until something happens.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        let shared = &self.shared;
        let spinner = shared.waits_for().map(|load| {
            let waited = shared.now.as_millisecond() - load.since.as_millisecond();
            if waited < SPINNER_AFTER_MS {
                after(load.since, SPINNER_AFTER_MS)
            } else {
                after(shared.now, SPINNER_STEP_MS)
            }
        });
        let notice = shared.notice.as_ref().map(|n| n.until);
        let layers = self.stack.all().filter_map(|(_, layer)| layer.next_wake(shared)).min();
        let look = reconcile::next_wake(shared);
        let limit = shared.limited_until().and_then(|at| next_tick(at, shared.now));
        let clipboard = clipboard::next_wake(shared);
        [spinner, notice, layers, look, limit, clipboard].into_iter().flatten().min()
    }

    /// Takes over where drawing put things.
    pub fn apply_layout(&mut self, layout: &LayoutInfo) {
        if let (Some(window), Some(list)) = (layout.screen, self.stack.screen_mut().list_mut()) {
            list.show_window(window);
        }
        let has_overlay = !self.stack.overlays().is_empty();
        if let (Some(window), true) = (layout.overlay, has_overlay)
            && let Some(list) = self.stack.top_mut().list_mut()
        {
            list.show_window(window);
        }
        let (front, takes, now) = (self.stack.top().0, self.takes_mouse(), self.shared.now);
        self.mouse.apply_layout(layout, front, takes, now);
    }

    /// Whether the terminal is to report the mouse. Never while a secret is on the
    /// screen: the terminal's own selection must work then.
    #[must_use]
    pub fn takes_mouse(&self) -> bool {
        self.mouse.on && self.shared.secrets.shown().next().is_none()
    }

    /// Whether a message can change what is on the screen. A pointer that moves
    /// within the same row cannot.
    #[must_use]
    pub fn needs_redraw(&self, msg: &Msg) -> bool {
        match msg {
            Msg::Mouse(_) if !self.takes_mouse() => false,
            Msg::Mouse(Pointer { gesture: Gesture::Move, x, y }) => self.mouse.leaves_row(*x, *y),
            _ => true,
        }
    }
}
