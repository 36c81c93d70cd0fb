//! What a user can ask for. An action has one name for the keymap, one label
//! for footer and help, and one group in the help.

/// Where the help lists an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Move,
    Tokens,
    Rights,
    Form,
    Secret,
    Copy,
    Go,
    Program,
}

impl Group {
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
        /// What a user can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($variant),* }

        impl Action {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in a keymap file.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What footer and help say.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group),* }
            }
        }
    };
}

actions! {
    Open "open" "details" Tokens;
    New "new" "new" Tokens;
    Regenerate "regenerate" "regenerate" Tokens;
    Delete "delete" "delete" Tokens;
    Clone "clone" "clone into a new draft" Tokens;
    Replace "replace" "replace: other rights, new secret" Tokens;
    CompareTokens "compare-tokens" "compare the two that are marked" Tokens;
    AcceptFinding "accept-finding" "accept a finding, or no longer" Tokens;
    AuditLog "audit-log" "audit log: who made or ended it" Tokens;
    NewApiToken "new-api-token" "an API token instead" Tokens;
    Filter "filter" "filter" Tokens;
    Sort "sort" "sort by the next column" Tokens;
    ReverseSort "reverse-sort" "reverse the order" Tokens;
    Mark "mark" "mark" Tokens;
    MarkRange "mark-range" "mark a range" Tokens;
    MarkShown "mark-shown" "mark all that are shown" Tokens;
    Retry "retry" "try again what failed" Tokens;
    SaveReport "save-report" "save the list of results" Tokens;

    VerbCreate "verb-create" "create on or off" Rights;
    VerbRead "verb-read" "read on or off" Rights;
    VerbUpdate "verb-update" "update on or off" Rights;
    VerbDelete "verb-delete" "delete on or off" Rights;
    WholeRow "whole-row" "whole row on or off" Rights;
    WholeColumn "whole-column" "whole column on or off" Rights;
    Grant "grant" "grant all of it" Rights;
    Revoke "revoke" "revoke all of it" Rights;
    SelectBlock "select-block" "select a block" Rights;
    SelectRows "select-rows" "select rows" Rights;
    CopyRow "copy-row" "copy the row's rights" Rights;
    PasteRow "paste-row" "paste them" Rights;
    Repeat "repeat" "repeat the last change" Rights;
    Undo "undo" "undo" Rights;
    Redo "redo" "redo" Rights;
    Presets "presets" "presets" Rights;
    SavePreset "save-preset" "save as a preset" Rights;
    Compare "compare" "what has changed" Rights;
    AddName "add-name" "add a row by name" Rights;
    ShowRequest "show-request" "the request, as text" Rights;
    Explain "explain" "what the cell allows" Rights;

    Left "left" "left" Move;
    Right "right" "right" Move;
    Datasets "datasets" "datasets" Move;
    Views "views" "views" Move;
    Organisation "organisation" "organisation" Move;
    Tokens "tokens" "tokens" Move;
    Findings "findings" "findings" Move;
    NextQuestion "next-question" "who can …: the next question" Move;
    PreviousQuestion "previous-question" "who can …: the one before" Move;
    NextPart "next-part" "next part" Move;
    PreviousPart "previous-part" "previous part" Move;
    Up "up" "up" Move;
    Down "down" "down" Move;
    Top "top" "first" Move;
    Bottom "bottom" "last" Move;
    HalfUp "half-page-up" "half a page up" Move;
    HalfDown "half-page-down" "half a page down" Move;
    PageUp "page-up" "page up" Move;
    PageDown "page-down" "page down" Move;

    CopyId "copy-id" "copy the id" Copy;
    CopyName "copy-name" "copy the name" Copy;
    CopyJson "copy-json" "copy as JSON" Copy;
    ExportFile "export-file" "write the review to a file" Copy;
    ExportJson "export-json" "copy the review as JSON" Copy;
    ExportCsv "export-csv" "copy the review as CSV" Copy;
    ExportMarkdown "export-markdown" "copy the review as Markdown" Copy;
    CopyOrg "copy-organisation" "copy the organisation's id" Copy;
    CopyAddress "copy-address" "copy the console's address" Copy;

    NextField "next-field" "next" Form;
    PreviousField "previous-field" "previous" Form;
    Accept "accept" "accept" Form;
    Toggle "toggle" "choose" Form;
    Submit "submit" "review" Form;
    Destination "destination" "where the secret goes" Form;
    PreviousChoice "previous-choice" "previous choice" Form;
    NextChoice "next-choice" "next choice" Form;

    Reveal "reveal" "reveal or cover" Secret;
    CopySecret "copy-secret" "copy" Secret;
    SaveSecret "save-secret" "save to a file" Secret;
    PipeSecret "pipe-secret" "give to a command" Secret;
    CheckSecret "check-secret" "check what you stored" Secret;
    TrySecret "try-secret" "try it" Secret;
    ValueOnly "value-only" "value only" Secret;
    CloseSecret "close-secret" "close" Secret;

    GoTokens "go-tokens" "API tokens" Go;
    GoProfile "go-profile" "profile" Go;
    GoReview "go-review" "access review" Go;
    GoOrgs "go-organisations" "organisations and deployments" Go;

    Help "help" "all keys" Program;
    Palette "palette" "palette: every action by name" Program;
    ChooseTheme "choose-theme" "themes" Program;
    Earlier "earlier" "earlier command" Form;
    Later "later" "later command" Form;
    Complete "complete" "complete" Form;
    Refresh "refresh" "refresh" Program;
    Back "back" "back" Program;
    BackOrQuit "back-or-quit" "back, or quit" Program;
    Interrupt "interrupt" "back, or quit" Program;
    Redraw "redraw" "redraw" Program;
    Suspend "suspend" "suspend" Program;
    Mouse "mouse" "mouse on or off" Program;
}

impl Action {
    /// The action with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.name() == name)
    }
}
