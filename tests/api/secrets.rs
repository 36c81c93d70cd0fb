//! Responses with a secret, damaged in every way: the secret is lost only if it was not received,
//! and no POST is ever sent twice.

use std::{io::Write as _, time::Duration};

use axtok::{
    api::{Answer, Certainty, FailureKind, Limits, Reply},
    domain::TokenId,
};

use crate::server::{Play, Server, create, json, limits, regenerate, response};

const ANSWER: &str = include_str!("../golden/create_answer.json");
const SECRET: &str = "xaat-0a1b2c3d-0000-4000-8000-0123456789ab";
const ID: &str = "7f3c2d1e-0000-4000-8000-00000000a91f";

/// The outcome of a create, in a comparable form.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Unknown(FailureKind),
    NoSecret { id: bool },
    Secret { whole: bool, warning: Option<&'static str> },
}

fn end(response: Answer) -> End {
    match response {
        Ok(Reply::Created(created)) => {
            assert_eq!(created.secret.expose(), SECRET);
            assert!(created.id.is_none_or(|id| id.raw() == ID));
            End::Secret { whole: created.token.is_some(), warning: created.warning }
        }
        Ok(other) => panic!("{other:?}"),
        Err(failure) => match failure.certainty {
            Certainty::Unknown => End::Unknown(failure.kind),
            Certainty::SecretUnreadable { id } => {
                assert!(id.as_ref().is_none_or(|id| *id == TokenId::new(ID)));
                End::NoSecret { id: id.is_some() }
            }
            certainty => panic!("{certainty:?}"),
        },
    }
}

/// Sends one create, which must be received exactly once.
async fn create_once(play: Play, limits: Limits) -> End {
    let server = Server::plays([play]);
    let end = end(server.client_with(limits).send(&create(), None).await);
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(requests[0].method, "POST");
    end
}

/// Sends each change once for every byte at which its response can be cut, and prints the figures:
/// `cargo test --test api every_byte -- --nocapture`.
#[tokio::test]
async fn a_response_cut_at_every_byte() {
    let whole = json(200, ANSWER);
    let head = whole.len() - ANSWER.len();
    let after = |text: &str| head + ANSWER.find(text).unwrap() + text.len();
    let id_there = after(&format!(r#""id":"{ID}""#));
    let secret_there = after(&format!(r#""token":"{SECRET}""#));
    let all_there = head + ANSWER.rfind('}').unwrap() + 1;
    let expected = |cut: usize| match cut {
        _ if cut < head => End::Unknown(FailureKind::Broken),
        _ if cut < secret_there => End::NoSecret { id: cut >= id_there },
        _ if cut < whole.len() => {
            End::Secret { whole: cut >= all_there, warning: Some("incomplete response") }
        }
        _ => End::Secret { whole: true, warning: None },
    };

    let (mut cuts, mut wrong, mut twice) = (0, Vec::new(), 0);
    for call in [create(), regenerate()] {
        let all = 0..=whole.len();
        let server = Server::plays(all.clone().map(|cut| Play::Close(whole[..cut].to_vec())));
        let client = server.client();
        for cut in all {
            let end = end(client.send(&call, None).await);
            if end != expected(cut) {
                wrong.push((cut, end));
            }
            cuts += 1;
            twice += server.requests().len() - (cut + 1);
        }
        assert!(server.requests().iter().all(|r| r.method == "POST"));
    }
    let line = format!(
        "cut sweep: {cuts} cuts, {twice} POSTs sent twice, {} wrong outcome classes",
        wrong.len()
    );
    let _ = writeln!(std::io::stdout(), "{line}");
    assert!(twice == 0 && wrong.is_empty(), "{line}: {wrong:?}");
}

#[tokio::test]
async fn a_chunked_response_that_stops_between_chunks() {
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let first = head.to_owned() + &chunk(&format!(r#"{{"token":"{SECRET}","#));
    let rest = chunk(r#""name":"n"}"#) + "0\r\n\r\n";

    let expected = End::Secret { whole: false, warning: Some("incomplete response") };
    assert_eq!(create_once(Play::Close(first.clone().into()), limits()).await, expected);
    let expected = End::Secret { whole: false, warning: Some("the response was not as expected") };
    assert_eq!(create_once(Play::Close((first + &rest).into()), limits()).await, expected);
}

#[tokio::test]
async fn a_secret_is_used_despite_an_unexpected_response() {
    let secret = |whole, warning| End::Secret { whole, warning: Some(warning) };
    let odd = "the response was not as expected";
    let unmarked = "the response was not marked as JSON";
    let lone = format!(r#"{{"token":"{SECRET}"}}"#);
    let broken = format!(r#"{{"token":"{SECRET}","id":"{ID}",]"#);
    for (says, expected) in [
        (response(200, "text/html", "", ANSWER), secret(true, unmarked)),
        (
            response(201, "application/json; charset=utf-8", "", ANSWER),
            End::Secret { whole: true, warning: None },
        ),
        (json(200, &lone), secret(false, odd)),
        (json(200, &broken), secret(false, odd)),
        (response(200, "text/plain", "", &lone), secret(false, odd)),
        (json(200, &format!(r#"{{"id":"{ID}","token":null}}"#)), End::NoSecret { id: true }),
    ] {
        let shown = says.escape_ascii().to_string();
        assert_eq!(create_once(Play::Close(says), limits()).await, expected, "{shown}");
    }
}

/// Responses that do not confirm that a token was created.
#[tokio::test]
async fn an_arbitrary_response_does_not_confirm_a_create() {
    for says in [
        response(200, "text/html", "", "<html>sign in</html>"),
        response(200, "text/html", "", &format!(r#"{{"id":"{ID}"}}"#)),
        json(200, "<html></html>"),
        json(200, "{}"),
        json(200, "[]"),
        json(200, ""),
        json(200, r#"{"code":500,"message":"failed"}"#),
        json(202, &format!(r#"{{"id":"{ID}"}}"#)),
        json(204, ""),
        response(200, "application/json", "content-encoding: gzip\r\n", "\u{1f}"),
    ] {
        let shown = says.escape_ascii().to_string();
        for call in [create(), regenerate()] {
            let server = Server::plays([Play::Close(says.clone())]);
            let end = end(server.client().send(&call, None).await);
            assert_eq!(end, End::Unknown(FailureKind::Unreadable), "{shown}");
            assert_eq!(server.requests().len(), 1);
        }
    }
}

/// The response to a regeneration describes the new token. The old token's id, or a nested token,
/// does not count.
#[tokio::test]
async fn the_old_token_is_never_mistaken_for_the_new_one() {
    let old = r#"{"id":"tok-1","name":"n","token":"xaat-1"}"#;
    let server = Server::plays([Play::Close(json(200, old))]);
    let Ok(Reply::Created(created)) = server.client().send(&regenerate(), None).await else {
        panic!("no secret")
    };
    assert_eq!((created.secret.expose(), &created.id), ("xaat-1", &None));
    assert!(created.token.is_none());
    assert_eq!(created.warning, Some("the response names the old token"));

    let within = r#"{"id":"new-1","replaces":{"id":"tok-1","token":"xaat-OLD"},"name":"n","token":"xaat-NEW"}"#;
    let whole = json(200, within);
    let head = whole.len() - within.len();
    let secret_there = head + within.len() - 1;
    for cut in head..=whole.len() {
        let server = Server::plays([Play::Close(whole[..cut].to_vec())]);
        match server.client().send(&regenerate(), None).await {
            Ok(Reply::Created(created)) => {
                assert!(cut >= secret_there, "at {cut}");
                assert_eq!(created.secret.expose(), "xaat-NEW");
                assert_eq!(created.id, Some(TokenId::new("new-1")));
            }
            Err(failure) => {
                let id = (cut >= head + r#"{"id":"new-1""#.len()).then(|| TokenId::new("new-1"));
                assert_eq!(failure.certainty, Certainty::SecretUnreadable { id }, "at {cut}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// A token with rights on thousands of datasets.
#[tokio::test]
async fn a_secret_is_found_in_a_large_reply() {
    let rights: Vec<_> = (0..2500)
        .map(|n| format!(r#""dataset-{n:04}":{{"ingest":["create"],"query":["read"]}}"#))
        .collect();
    let rights = format!("{{{}}}", rights.join(","));
    let large = format!(
        r#"{{"id":"{ID}","name":"n","description":"{}","datasetCapabilities":{rights},"token":"{SECRET}"}}"#,
        "x".repeat(300_000)
    );
    let expected = End::Secret { whole: true, warning: None };
    assert_eq!(create_once(Play::Close(json(200, &large)), limits()).await, expected);
}

#[tokio::test]
async fn a_response_that_never_ends() {
    let short = Limits { whole: Duration::from_millis(300), ..limits() };
    let says = json(200, ANSWER);
    let head = says.len() - ANSWER.len();
    let hold = |upto: usize| Play::Hold(says[..upto].to_vec());
    assert_eq!(create_once(hold(0), short).await, End::Unknown(FailureKind::Timeout));
    assert_eq!(create_once(hold(head), short).await, End::NoSecret { id: false });
    let expected = End::Secret { whole: false, warning: Some("incomplete response") };
    assert_eq!(create_once(hold(says.len() - 2), short).await, expected);
}

#[tokio::test]
async fn a_response_that_is_too_large() {
    let small = Limits { mutation_bytes: 1000, ..limits() };
    let blanks = " ".repeat(5000);
    let early = format!(r#"{{"token":"{SECRET}",{blanks}"id":"{ID}"}}"#);
    let expected = End::Secret { whole: false, warning: Some("incomplete response") };
    assert_eq!(create_once(Play::Close(json(200, &early)), small).await, expected);
    let late = format!(r#"{{"id":"{ID}",{blanks}"token":"{SECRET}"}}"#);
    assert_eq!(create_once(Play::Close(json(200, &late)), small).await, expected);
    // The search for the secret is limited too.
    let smaller = Limits { list_bytes: 2000, ..small };
    let expected = End::NoSecret { id: true };
    assert_eq!(create_once(Play::Close(json(200, &late)), smaller).await, expected);
}

#[tokio::test]
async fn a_change_never_shares_a_connection() {
    // The server keeps the connection open or closes it unannounced: both are ways in which an idle
    // connection could swallow a request.
    let server = Server::plays([
        Play::Keep(json(200, "[]")),
        Play::Keep(json(200, ANSWER)),
        Play::Close(json(200, ANSWER)),
        Play::Close(json(200, ANSWER)),
    ]);
    let client = server.client();
    client.send(&axtok::api::Call::ListTokens, None).await.unwrap();
    for _ in 0..3 {
        let expected = End::Secret { whole: true, warning: None };
        assert_eq!(end(client.send(&create(), None).await), expected);
    }
    let seen: Vec<_> = server.requests().into_iter().map(|r| (r.connection, r.method)).collect();
    let post = |connection| (connection, "POST".to_owned());
    assert_eq!(seen, [(0, "GET".to_owned()), post(1), post(2), post(3)]);
}
