//! The menus and commands of plain mode, as tables. A test walks the actions of the screens
//! and names the entry that does the same job.

use super::pick::Choice;

macro_rules! menus {
    ($($(#[$doc:meta])* $menu:ident { $($entry:ident $label:literal;)* } $(=> $full:ident)?)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $menu { $(#[doc = $label] $entry),* }

        impl Choice for $menu {
            const ALL: &'static [Self] = &[$(Self::$entry),*];

            fn label(self) -> &'static str {
                match self { $(Self::$entry => $label),* }
            }

            $(fn is_typed_in_full(self) -> bool {
                self == Self::$full
            })?
        }
    )*};
}

menus! {
    /// The main menu.
    Main {
        List "list API tokens";
        Show "show a token, or change it";
        Create "create a token";
        Regenerate "regenerate a token";
        Delete "delete a token";
        Several "several tokens: choose and change them";
        Review "review access";
        Profile "profile and personal tokens";
        Audit "audit log";
        History "history: what axtok changed from this computer";
        Places "organisations and deployments";
        Unconfirmed "unconfirmed changes";
        ReadOnly "read-only: turn it on or off";
    }

    /// The order of a list of tokens.
    Sort {
        Expiry "expiry";
        Name "name";
        Kind "type";
        Reverse "reverse the order";
    }

    /// What can be done with one token.
    Token {
        Regenerate "regenerate";
        Delete "delete";
        Clone "clone into a new draft";
        Replace "replace: new rights and a new secret";
        Audit "audit log of this token";
        Usage "usage: what this token does, from the audit log";
        Narrow "narrow: replace without unused rights";
        Json "JSON of this token";
    }

    /// What can be done with several tokens.
    Several {
        Regenerate "regenerate all of them";
        Delete "delete all of them";
        Rights "rights: change the rights of all of them";
        Compare "compare two of them";
        List "list them again";
    }

    /// After a run over several tokens.
    Ended {
        Retry "retry what failed";
        Save "save the results to a new file";
    }

    /// Where the rights of a draft come from.
    Rights {
        Ingest "ingest into datasets, nothing else";
        Preset "preset: a named set of rights";
        Commands "commands: change the rights one by one";
    }

    /// The commands that change the rights of a draft: those of the command palette, and more.
    Edit {
        Grant "grant NAMES RIGHTS, such as grant prod-* query:read";
        Revoke "revoke NAMES RIGHTS, such as revoke tmp-* *";
        Only "only NAMES: revoke everything on other datasets";
        Undo "undo";
        Redo "redo";
        Preset "preset: the rights of a preset or of a token";
        Save "save NAME: save these rights as a preset";
        Show "show: these rights, and findings";
        Changes "changes: what differs from the start";
        Names "names WORDS: list datasets and views";
        Explain "explain RIGHT, such as explain query";
        Add "add NAME, or add view:NAME: for a name that is not listed";
        Request "request FORMAT: print the request as json, curl or terraform";
        Done "done";
    }

    /// The last question about a draft.
    Draft {
        Send "send: sends the request";
        Name "name";
        Description "description";
        Rights "rights";
        Expiry "expiry";
        Secret "secret: where it goes";
        Request "request FORMAT: print the request as json, curl or terraform";
        Cancel "cancel: discards the draft";
    } => Send

    /// What can be done with a new secret.
    Secret {
        Show "show: print it here";
        File "file PATH: save it to a new file";
        Command "command LINE: send it to a command";
        Check "check: compare it with what you stored";
        Try "try: send one read-only request with it";
        Stored "stored: confirm that you saved it";
        Keep "keep: save it in axtok's own folder";
    } => Stored

    /// The questions of the access review.
    Review {
        Findings "findings";
        Dataset "dataset: who has access to it";
        View "view: who has access to it";
        Org "organisation: who has a right in it";
        Anywhere "anywhere: who can do something";
        Tokens "tokens with their findings";
    }

    /// What can be done about a finding.
    Finding {
        Narrow "replace it with narrower rights";
        Accept "accept it, or no longer accept it";
        Token "token: show it, or change it";
    }

    /// The formats of an exported review.
    Export {
        File "save to a new file";
        Json "print as JSON";
        Csv "print as CSV";
        Markdown "print as Markdown";
    }

    /// The profile.
    Profile {
        Facts "show the user, the organisation and the console address";
        List "list personal tokens";
        Create "create a personal token";
        Delete "delete personal tokens";
    }

    /// What can be done about an unconfirmed change.
    Unconfirmed {
        Search "search the list again";
        Stored "stored: confirm that you have the secret";
        Token "token: show the token that it made, or change it";
        Dismiss "dismiss it";
    }
}

#[cfg(test)]
mod tests {
    //! Every job of the screens is in a menu of plain mode: only drawing and moving around are not.

    use super::*;
    use crate::{
        app::command::Command,
        input::Action,
        plain::pick::{ALL, MORE},
    };

    /// Where plain mode does the job of an action.
    enum Job {
        /// In a menu, or as a command of a question.
        At(&'static str),
        /// As an answer that every question understands.
        Answer(&'static str),
        /// Nowhere: it draws, or moves around in what is drawn.
        Drawing,
    }

    /// The label of an entry that is in its menu.
    fn at<C: Choice>(entry: C) -> Job {
        assert!(C::ALL.contains(&entry), "{} is in no menu", entry.label());
        Job::At(entry.label())
    }

    /// A new action does not compile until it has a place here.
    fn job(action: Action) -> Job {
        use Action as A;
        match action {
            A::Open => at(Main::Show),
            A::New | A::NewApiToken => at(Main::Create),
            A::Regenerate | A::Rotate => at(Token::Regenerate),
            A::Delete => at(Token::Delete),
            A::Clone => at(Token::Clone),
            A::Replace => at(Token::Replace),
            A::CompareTokens => at(Several::Compare),
            A::Prove => at(Secret::Check),
            A::AcceptFinding => at(Finding::Accept),
            A::AuditLog => at(Token::Audit),
            A::Usage => at(Token::Usage),
            A::Narrow => at(Token::Narrow),
            // A list asks for a search first, and then offers to sort.
            A::Filter | A::Attention => at(Main::List),
            A::Sort => at(Sort::Name),
            A::ReverseSort => at(Sort::Reverse),
            A::Mark | A::MarkRange => at(Main::Several),
            A::MarkShown => Job::Answer(ALL),
            A::Retry => at(Ended::Retry),
            A::SaveReport => at(Ended::Save),

            // The commands name rows and rights instead of cells.
            A::VerbCreate
            | A::VerbRead
            | A::VerbUpdate
            | A::VerbDelete
            | A::WholeRow
            | A::WholeColumn
            | A::Grant
            | A::SelectBlock
            | A::SelectRows
            | A::PasteRow
            | A::Repeat => at(Edit::Grant),
            A::Revoke => at(Edit::Revoke),
            A::CopyRow => at(Edit::Names),
            A::Undo => at(Edit::Undo),
            A::Redo => at(Edit::Redo),
            A::Presets => at(Edit::Preset),
            A::SavePreset => at(Edit::Save),
            A::Compare => at(Edit::Changes),
            A::AddName => at(Edit::Add),
            A::ShowRequest => at(Draft::Request),
            A::Explain => at(Edit::Explain),

            A::Datasets => at(Review::Dataset),
            A::Views => at(Review::View),
            A::Organisation => at(Review::Org),
            A::Tokens => at(Review::Tokens),
            A::Findings => at(Review::Findings),
            // "Who can …?" is a question of its own.
            A::NextQuestion | A::PreviousQuestion => at(Review::Anywhere),

            // Text is copied from the terminal.
            A::CopyId | A::CopyName => at(Main::Show),
            A::CopyJson => at(Token::Json),
            A::ExportFile => at(Export::File),
            A::ExportJson => at(Export::Json),
            A::ExportCsv => at(Export::Csv),
            A::ExportMarkdown => at(Export::Markdown),
            A::CopyOrg | A::CopyAddress => at(Profile::Facts),

            A::Destination => at(Draft::Secret),
            A::Submit => at(Draft::Send),

            A::Reveal | A::CopySecret | A::ValueOnly => at(Secret::Show),
            A::SaveSecret => at(Secret::File),
            A::PipeSecret => at(Secret::Command),
            A::CheckSecret => at(Secret::Check),
            A::TrySecret => at(Secret::Try),
            A::CloseSecret => at(Secret::Stored),

            A::GoTokens | A::GoRotations => at(Main::List),
            A::GoProfile => at(Main::Profile),
            A::GoReview => at(Main::Review),
            A::GoHistory => at(Main::History),
            A::CloseEntry => at(Unconfirmed::Dismiss),
            A::GoOrgs => at(Main::Places),

            // Each question is a prompt for commands, and each list is read when it is asked for.
            A::Help => Job::Answer("?"),
            A::Palette => at(Main::List),
            A::Refresh => at(Main::List),
            A::Back | A::BackOrQuit | A::Interrupt => Job::Answer("q"),
            A::PageDown => Job::Answer(MORE),

            A::Left
            | A::Right
            | A::NextPart
            | A::PreviousPart
            | A::Up
            | A::Down
            | A::Top
            | A::Bottom
            | A::HalfUp
            | A::HalfDown
            | A::PageUp
            | A::NextField
            | A::PreviousField
            | A::Accept
            | A::Toggle
            | A::PreviousChoice
            | A::NextChoice
            | A::ChooseTheme
            | A::Earlier
            | A::Later
            | A::Complete
            | A::Redraw
            | A::Suspend
            | A::Mouse => Job::Drawing,
        }
    }

    /// A new command of the palette does not compile until it has a place here.
    fn command(command: Command) -> Job {
        match command {
            Command::Grant => at(Edit::Grant),
            Command::Revoke => at(Edit::Revoke),
            Command::Only => at(Edit::Only),
            Command::Filter => at(Edit::Names),
            Command::Sort => at(Sort::Kind),
            Command::Copy => at(Token::Json),
            Command::ReadWrite | Command::ReadOnly => at(Main::ReadOnly),
            Command::Organisations => at(Main::Places),
            Command::Theme => Job::Drawing,
            Command::Quit => Job::Answer("q"),
        }
    }

    #[test]
    fn plain_mode_lacks_only_drawing_and_movement() {
        let actions = Action::ALL.iter().map(|action| (action.name(), job(*action)));
        let commands = Command::ALL.into_iter().map(|c| (c.row().name, command(c)));
        let mut lacking: Vec<&str> = Vec::new();
        for (name, job) in actions.chain(commands) {
            match job {
                Job::At(label) => assert!(!label.is_empty(), "{name}"),
                Job::Answer(answer) => assert!(["?", "q", MORE, ALL].contains(&answer), "{name}"),
                Job::Drawing => lacking.push(name),
            }
        }
        assert_eq!(
            lacking,
            [
                "left",
                "right",
                "next-part",
                "previous-part",
                "up",
                "down",
                "top",
                "bottom",
                "half-page-up",
                "half-page-down",
                "page-up",
                "next-field",
                "previous-field",
                "accept",
                "toggle",
                "previous-choice",
                "next-choice",
                "choose-theme",
                "earlier",
                "later",
                "complete",
                "redraw",
                "suspend",
                "mouse",
                "theme",
            ]
        );
    }

    /// The first letters of an entry choose it, so no entry may be the beginning of another.
    #[test]
    fn entries_of_a_menu_begin_differently() {
        fn check<C: Choice>() {
            for (at, entry) in C::ALL.iter().enumerate() {
                for other in C::ALL.iter().skip(at + 1) {
                    let (a, b) = (entry.label(), other.label());
                    assert!(!a.starts_with(b) && !b.starts_with(a), "{a}, {b}");
                }
            }
        }
        check::<Main>();
        check::<Sort>();
        check::<Token>();
        check::<Several>();
        check::<Ended>();
        check::<Rights>();
        check::<Edit>();
        check::<Draft>();
        check::<Secret>();
        check::<Review>();
        check::<Finding>();
        check::<Export>();
        check::<Profile>();
        check::<Unconfirmed>();
    }
}
