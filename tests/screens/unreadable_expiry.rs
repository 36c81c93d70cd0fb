//! A token whose expiry cannot be read: its expiry is shown as unknown, not as "never".

use axtok::{
    api::{
        call::{Call, Reply},
        wire,
    },
    app::{Effect, Msg},
};

use crate::app::App;

/// A list of two tokens, one of which has this expiry (JSON).
fn with_expiry(width: u16, height: u16, expires: &str) -> App {
    let mut app = App::ready(width, height);
    app.press("Ctrl-r");
    let Some(Effect::Call { ticket, call: Call::ListTokens, .. }) = app.waiting.pop() else {
        panic!("the list is not fetched")
    };
    let list = format!(
        r#"[{{"id":"id-far","name":"far","expiresAt":"2090-01-01T00:00:00Z",
            "orgCapabilities":{{"users":["read"]}}}},
            {{"id":"id-odd","name":"odd","expiresAt":{expires},
            "orgCapabilities":{{"users":["read"]}}}}]"#
    );
    let tokens = wire::tokens(list.as_bytes()).unwrap();
    app.msg(Msg::Replied { ticket, answer: Ok(Reply::Tokens(tokens)), entry: None });
    app
}

const ODD: [&str; 6] = [
    r#""2026-11-27""#,
    "1795000000",
    r#""2026-11-27 10:00:00 +0000 UTC""#,
    "true",
    r#"{"at":"2026-11-27T10:00:00Z"}"#,
    r#""10000-01-01T00:00:00Z""#,
];

#[test]
fn an_unreadable_expiry_is_reported_everywhere() {
    for expires in ODD {
        for (width, height) in [(60, 15), (80, 24), (200, 60)] {
            let mut app = with_expiry(width, height, expires);
            app.see(" unknown").see("1 unknown expiry").not_see("never");
            let screen = app.screen();
            let line = |name: &str| screen.lines().position(|l| l.contains(name)).unwrap();
            assert!(line(" odd ") < line(" far "), "the unknown expiry comes first: {screen}");
            app.press("Enter").see("odd").see("unknown: cannot read").not_see("never");
            if height > 15 {
                app.see("has an unreadable expiry");
            }
            app.press("Esc").press("d").see("unknown: cannot read").not_see("never");
            app.press("Esc").press("r").see("or sooner").see("unreadable expiry").not_see("never");
            app.press("Esc").press("Space Space r").see("Regenerate 2 tokens").not_see("never");
            if width > 60 {
                app.see("stops in 48 hours or sooner");
            }
            app.press("Esc Esc").keys("g a 5").see("has an unreadable expiry");
        }
    }
}

#[test]
fn cloning_or_replacing_the_token_requires_an_expiry() {
    for key in ["c", "R"] {
        let mut app = with_expiry(80, 24, r#""2026-11-27""#);
        app.press(key);
        app.press("Ctrl-s").see("Enter an expiry").not_see("What it").not_see("never expires");
        app.keys("Shift-Tab Enter J").see("Set the expiry first");
        assert!(app.calls().iter().all(|call| !matches!(call, Call::CreateToken(_))));
        app.keys("Esc Tab").types("30d").press("Ctrl-s").see("23 Dec 2026");
    }
}

#[test]
fn the_filter_treats_it_as_neither_never_nor_expired() {
    let mut app = with_expiry(80, 24, "1795000000");
    app.keys("/").types("never").see("No token matches");
    app.press("Ctrl-u").types("expired").see("No token matches");
    app.press("Ctrl-u").types("expires<30d").see("odd").not_see(" far ");
}

#[test]
fn an_invalid_typed_expiry_does_not_count_as_never() {
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci").keys("Tab Tab Ctrl-u").types("soon").keys("Tab Right");
    app.see("Not understood").not_see("never expires");
    app.press("Esc");
}
