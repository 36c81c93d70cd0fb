use super::*;

/// Applies rows written as `[context] action: keys`, one per line. A word's line is its row's.
fn changed(text: &str) -> Result<Keymap, Vec<String>> {
    let mut changes = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let word = |text: &str, column| Word {
            text: text.to_owned(),
            at: Position { line: i + 1, column },
        };
        let (context, rest) = line.trim_start_matches('[').split_once("] ").unwrap();
        let (action, keys) = rest.split_once(':').unwrap();
        let keys = keys.split(", ").map(str::trim).filter(|k| !k.is_empty());
        changes.push(Change {
            context: word(context, 1),
            action: word(action, 2),
            keys: keys.map(|k| word(k, 3)).collect(),
        });
    }
    Keymap::built_in().unwrap().changed(&changes).map_err(|problems| {
        let says = |p: Problem| format!("{}:{} {}", p.at.line, p.at.column, p.words);
        problems.into_iter().map(says).collect()
    })
}

fn found(keymap: &Keymap, context: Context, keys: &str) -> Found {
    keymap.find(context, &sequence(keys).unwrap())
}

#[test]
fn a_row_replaces_the_keys_of_its_action_in_its_context() {
    let keymap = changed("[tokens] delete: D, x x\n[lists] down: n\n[tokens] new:").unwrap();
    assert_eq!(found(&keymap, Context::Tokens, "d"), Found::Nothing);
    assert_eq!(found(&keymap, Context::Tokens, "D"), Found::Action(Action::Delete));
    assert_eq!(found(&keymap, Context::Tokens, "x"), Found::Prefix);
    assert_eq!(found(&keymap, Context::Tokens, "n"), Found::Action(Action::Down));
    assert_eq!(found(&keymap, Context::Detail, "d"), Found::Action(Action::Delete));
    assert_eq!(keymap.key_for(Context::Tokens, Action::New, false), None);
}

#[test]
fn an_inner_context_can_hide_a_key_of_an_outer_one() {
    let keymap = changed("[tokens] refresh: G").unwrap();
    assert_eq!(found(&keymap, Context::Tokens, "G"), Found::Action(Action::Refresh));
    assert_eq!(found(&keymap, Context::Detail, "G"), Found::Action(Action::Bottom));
    // A hidden key is not offered.
    assert_eq!(keymap.key_for(Context::Tokens, Action::Bottom, false).as_deref(), Some("End"));
}

#[test]
fn conflicts_are_reported_with_both_positions() {
    for (text, words) in [
        (
            "[tokens] delete: n",
            "1:3 [keys.tokens] n is bound twice: delete here, new in the defaults",
        ),
        (
            "[tokens] new: N\n[tokens] delete: N",
            "2:3 [keys.tokens] N is bound twice: delete here, new at 1:3",
        ),
        (
            "[tokens] delete: y",
            "1:3 [keys.tokens] y is the start of y i: delete here, copy-id in the",
        ),
        (
            "[anywhere] refresh: g t x",
            "[keys.anywhere] g t is the start of g t x: refresh here, go-tokens",
        ),
        (
            "[tokens] delete: x, x x",
            "[keys.tokens] x is the start of x x: delete here, delete at 1:3",
        ),
    ] {
        let said = changed(text).unwrap_err().join("\n");
        assert!(said.contains(words), "{text}\n{said}");
    }
    // Two actions may swap their keys.
    assert!(changed("[tokens] new: d\n[tokens] delete: n").is_ok());
}

#[test]
fn unknown_names_are_reported_with_suggestions() {
    for (text, words) in [
        ("[tokns] delete: x", "1:1 [keys.tokns] is not a context"),
        ("[tokens] delte: x", "1:2 [keys.tokens] delte is not an action there"),
        ("[lists] sort: x", "1:2 [keys.lists] sort is not an action there: use [keys.tokens]"),
        ("[secret] delete: x", "[keys.secret] delete is not an action there"),
        ("[tokens] delete: Entr", "1:3 [keys.tokens] delete: not a key; write a character"),
        ("[tokens] delete: x Esc", "Esc cancels a sequence"),
        ("[tokens] delete: Ctrl-i", "most terminals send Tab for this; write Tab"),
        ("[filter] accept: x", "[keys.filter] accept: the text field there uses x"),
        ("[tokens] refresh:", "its keys come from [keys.anywhere]; unbind it there"),
    ] {
        let said = changed(text).unwrap_err().join("\n");
        assert!(said.contains(words), "{text}\n{said}");
    }
    // All problems are reported together.
    let said = changed("[tokns] delete: x\n[tokens] delte: x\n[tokens] new: d").unwrap_err();
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn actions_that_leave_a_screen_must_stay_reachable() {
    for (text, words) in [
        ("[anywhere] interrupt:", "1:2 interrupt must stay reachable in tokens"),
        ("[anywhere] back:", "1:2 back must stay reachable in tokens"),
        ("[tokens] new: Esc", "1:2 back must stay reachable in tokens"),
        ("[secret] close-secret:", "close-secret must stay reachable in secret"),
        ("[form] back: q", "back must stay reachable in form: keep a key that types no text"),
        ("[form] accept: Ctrl-e", "accept must stay reachable in form"),
        ("[help] back:", "back must stay reachable in help"),
    ] {
        let said = changed(text).unwrap_err().join("\n");
        assert!(said.contains(words), "{text}\n{said}");
    }
    assert!(changed("[anywhere] interrupt: Ctrl-x\n[anywhere] back: Backspace").is_ok());
}
