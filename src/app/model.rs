//! The whole state of the program: shared data, open layers, and pending input.

mod lookup;

use jiff::Timestamp;

use super::{
    clipboard,
    effect::Effect,
    layer::{Nav, Open, Step},
    layout_info::LayoutInfo,
    mouse::{Gesture, Mouse, Pointer},
    msg::Msg,
    notice::NoticeKind,
    reconcile,
    shared::Shared,
    stack::Stack,
    switch,
    time::{after, next_tick},
};
use crate::{
    domain::session::{ReauthTarget, Session},
    input::{Key, Keymap},
};

/// Milliseconds of waiting after which a spinner is shown.
pub const SPINNER_AFTER_MS: i64 = 300;
/// Milliseconds per spinner frame.
pub const SPINNER_STEP_MS: i64 = 250;

/// The state in which the program starts.
#[derive(Debug, Default)]
pub struct Beginning {
    /// The session, if a credential was found.
    pub session: Option<Session>,
    /// The sign-in page to open if there is no usable credential.
    pub page: Option<SignInPage>,
    /// Whether the settings or the Axiom CLI's file list any deployments.
    pub has_deployments: bool,
    /// Why none of those deployments was chosen automatically.
    pub undecided: Option<String>,
    /// A warning to show at the start.
    pub warning: Option<String>,
}

/// The content of the sign-in page.
#[derive(Debug, Default)]
pub struct SignInPage {
    /// Why signing in is necessary.
    pub reason: Option<String>,
    /// The server's address, if it is known.
    pub url: Option<String>,
    /// The deployment whose credential is to be replaced.
    pub reauth: Option<ReauthTarget>,
}

/// The whole state of the program.
#[derive(Debug)]
pub struct Model {
    /// Data that several layers use.
    pub shared: Shared,
    /// The open screens and dialogs.
    pub stack: Stack,
    /// A warning to show at the start.
    pub warning: Option<String>,
    /// Why no deployment was chosen automatically at the start.
    pub undecided: Option<String>,
    /// The keys typed so far of an incomplete key sequence.
    pub pending: Vec<Key>,
    /// The count typed before a movement, as in `5 j`.
    pub count: Option<u32>,
    /// When `q` last closed a child screen, so that a second `q` does not quit.
    pub left_child: Option<Timestamp>,
    /// When Ctrl-C was last pressed. Pressing it twice forces the program to quit.
    pub interrupted: Option<Timestamp>,
    /// The state of the mouse.
    pub mouse: Mouse,
}

impl Model {
    /// A model that shows an empty token list. Call [`Self::start`] to load it.
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

    /// Returns the effects to run at the start: open the journal and load the first data,
    /// or open the page to sign in or to choose an organisation.
    pub fn start(&mut self) -> Vec<Effect> {
        if let Some(warning) = self.warning.take() {
            self.shared.notify(NoticeKind::Warning, warning);
        }
        self.shared.warn_of_policy();
        let mut step = Step::effect(Effect::OpenJournal);
        if !self.shared.session.demo {
            step = step.and(Step::effect(Effect::LoadAccepted));
        }
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

    /// Takes the result of the search for a credential. Call it before [`Self::start`].
    pub fn begin(&mut self, beginning: Beginning) {
        let Beginning { session, page, has_deployments, undecided, warning } = beginning;
        self.shared.has_deployments = has_deployments;
        (self.undecided, self.warning) = (undecided, warning);
        if let Some(session) = session {
            self.shared.begin_at(session);
        }
        if let Some(SignInPage { reason, url, reauth }) = page {
            let step = Step::open(Open::SignIn { reason, url, reauth });
            // Opening the sign-in page needs no effects.
            drop(self.apply(None, step));
        }
    }

    /// The next time at which the screen changes without input: a spinner turns, a notice
    /// ends, a secret is hidden again. `None` means that the loop may sleep until a message
    /// arrives.
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
        let stale = shared.next_stale(&self.marked_topics());
        [spinner, notice, layers, look, limit, clipboard, stale].into_iter().flatten().min()
    }

    /// Stores the layout of the last frame, for paging and for the mouse.
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

    /// Whether the terminal should report mouse events. Never while a secret is on the
    /// screen, so that the terminal's own text selection works.
    #[must_use]
    pub fn takes_mouse(&self) -> bool {
        self.mouse.on && self.shared.secrets.shown().next().is_none()
    }

    /// Whether a message can change the screen. Moving the pointer within a row cannot.
    #[must_use]
    pub fn needs_redraw(&self, msg: &Msg) -> bool {
        match msg {
            Msg::Mouse(_) if !self.takes_mouse() => false,
            Msg::Mouse(Pointer { gesture: Gesture::Move, x, y }) => self.mouse.leaves_row(*x, *y),
            _ => true,
        }
    }
}
