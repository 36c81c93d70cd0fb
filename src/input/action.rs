//! The actions that keys and commands can trigger. Each has a name for the keymap,
//! a label for footer and help, and a group in the help.

/// A heading of the help, with the actions listed under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Movement of the cursor, between rows, parts and pages.
    Move,
    /// Actions on tokens and on lists of them.
    Tokens,
    /// Edits in the permission matrix.
    Rights,
    /// Fields, buttons and text input.
    Form,
    /// Actions on a secret that is shown once.
    Secret,
    /// Copies to the clipboard and exports.
    Copy,
    /// Navigation to another screen.
    Go,
    /// Actions that concern the whole program.
    Program,
}

impl Group {
    /// All groups, in the help's order.
    pub const ALL: [Self; 8] = [
        Self::Tokens,
        Self::Rights,
        Self::Move,
        Self::Copy,
        Self::Form,
        Self::Secret,
        Self::Go,
        Self::Program,
    ];

    /// The heading that the help shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Tokens => "Tokens",
            Self::Rights => "Rights",
            Self::Form => "Forms and dialogs",
            Self::Secret => "One-time secret",
            Self::Copy => "Copy",
            Self::Go => "Go to",
            Self::Program => "Program",
        }
    }
}

macro_rules! actions {
    ($($variant:ident $name:literal $label:literal $group:ident;)*) => {
        /// Something a user can do, by a key or from the palette.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $(#[doc = $label] $variant),* }

        impl Action {
            /// All actions, grouped as in the help.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The action's name in a keymap file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The short description shown in footer, help and palette.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// The help's heading for the action.
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group),* }
            }
        }
    };
}

actions! {
    Open "open" "show details" Tokens;
    New "new" "new token" Tokens;
    Regenerate "regenerate" "regenerate" Tokens;
    Delete "delete" "delete" Tokens;
    Clone "clone" "clone into a new draft" Tokens;
    Replace "replace" "replace (new rights and secret)" Tokens;
    CompareTokens "compare-tokens" "compare two marked tokens" Tokens;
    Rotate "rotate" "rotate with proof" Tokens;
    Prove "prove" "prove the stored secret" Tokens;
    AcceptFinding "accept-finding" "accept or unaccept a finding" Tokens;
    AuditLog "audit-log" "find in the audit log" Tokens;
    Usage "usage" "find out what tokens use" Tokens;
    Narrow "narrow" "replace without unused rights" Tokens;
    NewApiToken "new-api-token" "new API token instead" Tokens;
    CloseEntry "close-entry" "close an unfinished entry" Tokens;
    Filter "filter" "filter" Tokens;
    Attention "attention" "only what needs attention" Tokens;
    Sort "sort" "sort by next column" Tokens;
    ReverseSort "reverse-sort" "reverse the sort order" Tokens;
    Mark "mark" "mark or unmark" Tokens;
    MarkRange "mark-range" "mark a range" Tokens;
    MarkShown "mark-shown" "mark all shown" Tokens;
    Retry "retry" "retry what failed" Tokens;
    SaveReport "save-report" "save results to a file" Tokens;

    VerbCreate "verb-create" "toggle create" Rights;
    VerbRead "verb-read" "toggle read" Rights;
    VerbUpdate "verb-update" "toggle update" Rights;
    VerbDelete "verb-delete" "toggle delete" Rights;
    WholeRow "whole-row" "toggle whole row" Rights;
    WholeColumn "whole-column" "toggle whole column" Rights;
    Grant "grant" "grant all verbs" Rights;
    Revoke "revoke" "revoke all verbs" Rights;
    SelectBlock "select-block" "select a block" Rights;
    SelectRows "select-rows" "select rows" Rights;
    CopyRow "copy-row" "copy the row's rights" Rights;
    PasteRow "paste-row" "paste the copied rights" Rights;
    Repeat "repeat" "repeat the last change" Rights;
    Undo "undo" "undo" Rights;
    Redo "redo" "redo" Rights;
    Presets "presets" "choose a preset" Rights;
    SavePreset "save-preset" "save as a preset" Rights;
    Compare "compare" "show changes" Rights;
    AddName "add-name" "add a row by name" Rights;
    ShowRequest "show-request" "show the request" Rights;
    Explain "explain" "explain the cell" Rights;

    Left "left" "left" Move;
    Right "right" "right" Move;
    Datasets "datasets" "datasets" Move;
    Views "views" "views" Move;
    Organisation "organisation" "organisation" Move;
    Tokens "tokens" "tokens" Move;
    Findings "findings" "findings" Move;
    NextQuestion "next-question" "next question (who can …)" Move;
    PreviousQuestion "previous-question" "previous question (who can …)" Move;
    NextPart "next-part" "next part" Move;
    PreviousPart "previous-part" "previous part" Move;
    Up "up" "up" Move;
    Down "down" "down" Move;
    Top "top" "first row" Move;
    Bottom "bottom" "last row" Move;
    HalfUp "half-page-up" "half page up" Move;
    HalfDown "half-page-down" "half page down" Move;
    PageUp "page-up" "page up" Move;
    PageDown "page-down" "page down" Move;

    CopyId "copy-id" "copy the id" Copy;
    CopyName "copy-name" "copy the name" Copy;
    CopyJson "copy-json" "copy as JSON" Copy;
    ExportFile "export-file" "save the review to a file" Copy;
    ExportJson "export-json" "copy the review as JSON" Copy;
    ExportCsv "export-csv" "copy the review as CSV" Copy;
    ExportMarkdown "export-markdown" "copy the review as Markdown" Copy;
    CopyOrg "copy-organisation" "copy the organisation id" Copy;
    CopyAddress "copy-address" "copy the console address" Copy;

    NextField "next-field" "next field" Form;
    PreviousField "previous-field" "previous field" Form;
    Accept "accept" "accept" Form;
    Toggle "toggle" "choose" Form;
    Submit "submit" "submit" Form;
    Destination "destination" "choose secret destination" Form;
    PreviousChoice "previous-choice" "previous choice" Form;
    NextChoice "next-choice" "next choice" Form;

    Reveal "reveal" "reveal or hide" Secret;
    CopySecret "copy-secret" "copy the secret" Secret;
    SaveSecret "save-secret" "save to a file" Secret;
    PipeSecret "pipe-secret" "send to a command" Secret;
    CheckSecret "check-secret" "check the stored secret" Secret;
    TrySecret "try-secret" "try the secret" Secret;
    ValueOnly "value-only" "show the value only" Secret;
    CloseSecret "close-secret" "close" Secret;

    GoTokens "go-tokens" "API tokens" Go;
    GoProfile "go-profile" "profile" Go;
    GoReview "go-review" "access review" Go;
    GoHistory "go-history" "history" Go;
    GoRotations "go-rotations" "rotations" Go;
    GoOrgs "go-organisations" "organisations" Go;

    Help "help" "all keys" Program;
    Palette "palette" "command palette" Program;
    ChooseTheme "choose-theme" "choose a theme" Program;
    Earlier "earlier" "previous command" Form;
    Later "later" "next command" Form;
    Complete "complete" "complete" Form;
    Refresh "refresh" "refresh" Program;
    Back "back" "back" Program;
    BackOrQuit "back-or-quit" "back or quit" Program;
    Interrupt "interrupt" "back or quit" Program;
    Redraw "redraw" "redraw" Program;
    Suspend "suspend" "suspend" Program;
    Mouse "mouse" "toggle mouse" Program;
}

impl Action {
    /// Returns the action with this name in a keymap file.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.name() == name)
    }
}
