//! Personal tokens, whose routes and bodies are assumed: the requests, both ways to receive the
//! secret, and the outcome without it. No POST is ever sent twice.

use axtok::{
    api::{Answer, Call, Certainty, Client, Failure, FailureKind, Reply, preview::Preview},
    domain::{NewPersonalToken, PersonalToken, TokenId},
};

use crate::server::{Play, Request, Server, json, response};

const BASE: &str = "/v1/tokens/personal";
const WITHOUT: &str = include_str!("../golden/personal_create_answer.json");
const WITH: &str = include_str!("../golden/personal_create_answer_with_secret.json");
const FETCHED: &str = include_str!("../golden/personal_secret_answer.json");
const SECRET: &str = "xapt-0a1b2c3d-0000-4000-8000-0123456789ab";
const ID: &str = "5b1f6a52-0c0e-4f0a-9f5e-2d8a1c7e0001";

fn create() -> Call {
    Call::CreatePersonalToken(Box::new(NewPersonalToken {
        name: "laptop".to_owned(),
        description: "the CLI on my laptop".to_owned(),
    }))
}

fn delete(id: &str) -> Call {
    Call::DeletePersonalToken(TokenId::new(id))
}

/// The outcome of a create, in a comparable form.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Unknown(FailureKind),
    /// No secret: whether the id is known, and the kind of failure.
    NoSecret(bool, FailureKind),
    /// The secret: whether the record is known, and the warning.
    Secret(bool, Option<&'static str>),
}

fn end(response: Answer) -> End {
    match response {
        Ok(Reply::PersonalCreated(created)) => {
            assert_eq!(created.secret.expose(), SECRET);
            assert_eq!(created.id, Some(TokenId::new(ID)));
            if let Some(token) = &created.token {
                assert_eq!((token.id.raw(), token.name.raw()), (ID, "laptop"));
            }
            End::Secret(created.token.is_some(), created.warning)
        }
        Ok(other) => panic!("{other:?}"),
        Err(Failure { certainty: Certainty::Unknown, kind, .. }) => End::Unknown(kind),
        Err(Failure { certainty: Certainty::SecretUnreadable { id }, kind, .. }) => {
            assert!(id.as_ref().is_none_or(|id| *id == TokenId::new(ID)));
            End::NoSecret(id.is_some(), kind)
        }
        Err(failure) => panic!("{failure:?}"),
    }
}

/// Sends one create; its POST must be the first request and the only POST. Also returns how often
/// the secret was requested.
async fn create_once(plays: impl IntoIterator<Item = Play>) -> (End, usize) {
    let server = Server::plays(plays);
    let end = end(server.client().send(&create(), None).await);
    let requests = server.requests();
    assert_eq!((&*requests[0].method, &*requests[0].path), ("POST", BASE));
    for request in &requests[1..] {
        assert_eq!(request.method, "GET");
        assert_eq!(request.path, format!("{BASE}/{ID}/token"));
    }
    (end, requests.len() - 1)
}

fn close(status: u16, body: &str) -> Play {
    Play::Close(json(status, body))
}

/// The length of a response up to the end of a part of its body.
fn upto(whole: &[u8], part: &str) -> usize {
    let text = str::from_utf8(whole).unwrap();
    text.find(part).unwrap() + part.len()
}

#[tokio::test]
async fn the_list_is_parsed_despite_extra_members() {
    let server = Server::plays([close(200, include_str!("../golden/personal_tokens_answer.json"))]);
    let reply = server.client().send(&Call::ListPersonalTokens, None).await.unwrap();
    let Reply::PersonalTokens(tokens) = reply else { panic!("{reply:?}") };
    let token = |id: &str, name: &str, description: &str| PersonalToken {
        id: TokenId::new(id),
        name: name.into(),
        description: description.into(),
    };
    assert_eq!(
        tokens,
        [token(ID, "laptop", "the CLI on my laptop"), token("bare", "evil \u{202e}", "")]
    );
    assert_eq!(tokens[1].name.shown(), "evil <U+202E>");
    let request = &server.requests()[0];
    assert_eq!((&*request.method, &*request.path), ("GET", BASE));
    assert_eq!(request.header("x-axiom-org-id"), None);
}

#[tokio::test]
async fn a_secret_in_the_first_response_is_used() {
    assert_eq!(create_once([close(200, WITH)]).await, (End::Secret(true, None), 0));
}

#[tokio::test]
async fn a_secret_missing_from_the_first_response_is_fetched_once() {
    let server = Server::plays([close(200, WITHOUT), close(200, FETCHED)]);
    let reply = server.client().send(&create(), Some(&"acme-1a2b".into())).await;
    assert_eq!(end(reply), End::Secret(true, None));
    let [post, get] = &server.requests()[..] else { panic!() };
    let sent = |request: &Request| serde_json::from_str::<serde_json::Value>(&request.body);
    let golden = include_str!("../golden/personal_create_request.json");
    assert_eq!(sent(post).unwrap(), serde_json::from_str::<serde_json::Value>(golden).unwrap());
    assert_eq!((&*get.body, get.header("content-type")), ("", None));
    for request in [post, get] {
        assert_eq!(request.header("x-axiom-org-id"), Some("acme-1a2b"));
    }
    // The change uses its own connection.
    assert_ne!(post.connection, get.connection);
}

#[tokio::test]
async fn the_second_response_may_be_only_the_secret() {
    let lone = format!(r#"{{"token":"{SECRET}"}}"#);
    let id_alone = format!(r#"{{"id":"{ID}"}}"#);
    let odd = Some("the response was not as expected");
    let other = FETCHED.replace(ID, "somebody-elses");
    let html = response(200, "text/html", "", FETCHED);
    let unmarked = Some("the response was not marked as JSON");
    for (first, second, expected) in [
        (WITHOUT, json(200, &lone), End::Secret(true, None)),
        (WITHOUT, json(200, &format!("{lone} trailing")), End::Secret(true, odd)),
        (WITHOUT, json(200, &other), End::Secret(true, odd)),
        (WITHOUT, html, End::Secret(true, unmarked)),
        (&*id_alone, json(200, FETCHED), End::Secret(true, None)),
    ] {
        assert_eq!(create_once([close(200, first), Play::Close(second)]).await, (expected, 1));
    }
}

#[tokio::test]
async fn the_id_may_be_a_number() {
    let first = r#"{"id":7,"name":"laptop"}"#;
    let server = Server::plays([close(200, first), close(200, FETCHED)]);
    let Reply::PersonalCreated(created) = server.client().send(&create(), None).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(created.id, Some(TokenId::new("7")));
    assert_eq!(server.requests()[1].path, format!("{BASE}/7/token"));
}

#[tokio::test]
async fn a_failed_second_request_keeps_the_id() {
    for status in [301, 400, 401, 403, 404, 405, 408, 429, 500] {
        let says = r#"{"code":1,"message":"no"}"#;
        let ended = create_once([close(200, WITHOUT), close(status, says)]).await;
        assert_eq!(ended, (End::NoSecret(true, FailureKind::Status(status)), 1));
    }
    for body in ["", "{}", "null", "<html>", r#"{"token":null}"#, r#"{"token":""}"#] {
        let ended = create_once([close(200, WITHOUT), close(200, body)]).await;
        assert_eq!(ended, (End::NoSecret(true, FailureKind::Unreadable), 1), "{body}");
    }
    // A transient failure is retried, as for every read.
    let passing = || [close(200, WITHOUT), close(503, ""), Play::Close(Vec::new())];
    let ended = create_once(passing().into_iter().chain([close(200, FETCHED)])).await;
    assert_eq!(ended, (End::Secret(true, None), 3));
    let ended = create_once([close(200, WITHOUT)]).await;
    assert_eq!(ended, (End::NoSecret(true, FailureKind::Broken), 4));
}

#[tokio::test]
async fn the_message_of_the_second_response_is_reported() {
    let headers = "X-Axiom-Trace-Id: abc123\r\nRetry-After: 5\r\n";
    let says = response(429, "application/json", headers, r#"{"message":"rate limit exceeded"}"#);
    let server = Server::plays([close(200, WITHOUT), Play::Close(says)]);
    let failure = server.client().send(&create(), None).await.unwrap_err();
    assert!(failure.headline(&create()).contains("429: rate limit exceeded"));
    assert!(failure.details().contains(&"trace id: abc123".to_owned()));
    assert!(failure.retry_at.is_some());
    assert!(failure.advice(&create()).contains(ID));
}

#[tokio::test]
async fn an_id_that_cannot_be_sent_is_still_kept() {
    let server = Server::plays([close(200, r#"{"id":".."}"#)]);
    let failure = server.client().send(&create(), None).await.unwrap_err();
    assert_eq!(failure.certainty, Certainty::SecretUnreadable { id: Some(TokenId::new("..")) });
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_first_response_cut_at_every_byte() {
    for body in [WITHOUT, WITH] {
        let whole = json(200, body);
        let head = whole.len() - body.len();
        let id_there = upto(&whole, &format!(r#""id": "{ID}""#));
        let secret_there =
            body.contains(SECRET).then(|| upto(&whole, &format!(r#""token": "{SECRET}""#)));
        let record_there = head + body.rfind('}').unwrap() + 1;
        for cut in 0..=whole.len() {
            let plays = [Play::Close(whole[..cut].to_vec()), close(200, FETCHED)];
            let cut_short = (cut < whole.len()).then_some("incomplete response");
            let expected = match cut {
                _ if cut < head => (End::Unknown(FailureKind::Broken), 0),
                _ if cut < id_there => (End::NoSecret(false, FailureKind::Broken), 0),
                _ if secret_there.is_some_and(|there| cut >= there) => {
                    (End::Secret(cut >= record_there, cut_short), 0)
                }
                // The second response was complete, so there is no warning.
                _ => (End::Secret(true, None), 1),
            };
            assert_eq!(create_once(plays).await, expected, "cut at {cut}");
        }
    }
}

#[tokio::test]
async fn the_second_response_cut_at_every_byte() {
    let whole = json(200, FETCHED);
    let secret_there = upto(&whole, &format!(r#""token": "{SECRET}""#));
    for cut in 0..=whole.len() {
        let cuts = (0..4).map(|_| Play::Close(whole[..cut].to_vec()));
        let plays = [close(200, WITHOUT)].into_iter().chain(cuts);
        let expected = match cut {
            _ if cut < secret_there => (End::NoSecret(true, FailureKind::Broken), 4),
            _ if cut < whole.len() => (End::Secret(true, Some("incomplete response")), 1),
            _ => (End::Secret(true, None), 1),
        };
        assert_eq!(create_once(plays).await, expected, "cut at {cut}");
    }
}

#[tokio::test]
async fn no_part_of_a_secret_is_reported() {
    let whole = json(200, FETCHED);
    let cut = upto(&whole, &SECRET[..20]);
    let quoted = json(500, &format!(r#"{{"message":"no {SECRET}"}}"#));
    for says in [whole[..cut].to_vec(), quoted] {
        let again = (0..4).map(|_| Play::Close(says.clone()));
        let server = Server::plays([close(200, WITHOUT)].into_iter().chain(again));
        let failure = server.client().send(&create(), None).await.unwrap_err();
        let words = [failure.headline(&create()), failure.advice(&create())];
        let reported = format!("{failure:?} {words:?} {:?}", failure.details());
        assert!(!reported.contains(&SECRET[..10]), "{reported}");
    }
}

#[tokio::test]
async fn a_refused_create_sends_no_second_request() {
    for (status, certainty) in [
        (401, Certainty::Rejected),
        (404, Certainty::Rejected),
        (422, Certainty::Rejected),
        (502, Certainty::Unknown),
    ] {
        let refusal = r#"{"code":1,"message":"no"}"#;
        let server = Server::plays([close(status, refusal), close(200, FETCHED)]);
        let failure = server.client().send(&create(), None).await.unwrap_err();
        assert_eq!((&failure.certainty, server.requests().len()), (&certainty, 1), "{status}");
        assert_eq!(failure.lacks_routes(&create()), status == 404);
    }
}

#[tokio::test]
async fn a_personal_token_that_is_gone_counts_as_deleted() {
    let gone = r#"{"code":404,"message":"not found"}"#;
    let other = r#"{"code":405,"message":"method not allowed"}"#;
    let server = Server::plays([close(204, ""), close(404, gone), close(405, other)]);
    let client = server.client();
    for _ in 0..2 {
        let response = client.send(&delete("a/b"), None).await;
        assert!(matches!(response, Ok(Reply::Deleted)), "{response:?}");
    }
    let failure = client.send(&delete("a/b"), None).await.unwrap_err();
    assert_eq!(failure.certainty, Certainty::Rejected);
    for request in server.requests() {
        assert_eq!(request.method, "DELETE");
        assert_eq!(request.path, format!("{BASE}/a%2Fb"));
    }
}

#[tokio::test]
async fn the_routes_can_be_on_another_server() {
    let api = Server::plays([close(200, "[]")]);
    let redirect = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n".to_vec();
    let other = Server::plays([
        close(200, "[]"),
        close(204, ""),
        close(200, r#"{"id":"p","name":"n"}"#),
        close(200, r#"{"id":"p","token":"xapt-00000000-0000-4000-8000-000000000001"}"#),
        Play::Close(redirect),
    ]);
    let client =
        api.client().with_personal_path(&format!("http://127.0.0.1:{}/x/mine/", other.port));
    client.send(&Call::ListTokens, None).await.unwrap();
    client.send(&Call::ListPersonalTokens, None).await.unwrap();
    client.send(&delete("p"), None).await.unwrap();
    client.send(&create(), None).await.unwrap();
    let failure = client.send(&Call::ListPersonalTokens, None).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Foreign(302), "no redirect is followed");
    let paths = |server: &Server| {
        server
            .requests()
            .into_iter()
            .map(|r| format!("{} {}", r.method, r.path))
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&api), ["GET /v2/tokens"]);
    assert_eq!(
        paths(&other),
        ["GET /x/mine", "DELETE /x/mine/p", "POST /x/mine", "GET /x/mine/p/token", "GET /x/mine"]
    );
    let preview = Preview::of_change(&delete("p"), "https://h.test/x/mine").unwrap();
    assert_eq!(preview.path, "https://h.test/x/mine/p");
    // A refused address is not used.
    for address in ["http://h.test/x", "https://h.test", "https://h.test/a/../b", "ftp://h.test/x"]
    {
        let api = Server::plays([]);
        let client = api.client().with_personal_path(address);
        let failure = client.send(&Call::ListPersonalTokens, None).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Request, "{address}");
        assert_eq!(api.requests().len(), 0);
    }
}

#[tokio::test]
async fn the_setting_determines_the_routes() {
    let at = |server: &Server, path: &str| server.client().with_personal_path(path);
    for (setting, path) in [
        ("/api/v1/tokens/personal", "/api/v1/tokens/personal"),
        ("api/v1/me/", "/api/v1/me"),
        (" //me// ", "/me"),
        ("/v1/my tokens?x#y", "/v1/my%20tokens%3Fx%23y"),
        ("/v1/%2e%2e/x", "/v1/%252e%252e/x"),
        ("https://elsewhere.test", ""),
    ] {
        let server = Server::plays((0..2).map(|_| close(200, "[]")));
        let sent = async |client: Client, call| client.send(&call, None).await.is_ok();
        let listed = sent(at(&server, setting), Call::ListPersonalTokens).await;
        assert_eq!(listed, !path.is_empty(), "{setting}");
        sent(at(&server, setting), delete("p")).await;
        let paths: Vec<_> = server.requests().into_iter().map(|r| r.path).collect();
        if path.is_empty() {
            assert_eq!(paths, [""; 0], "{setting}");
        } else {
            assert_eq!(paths, [path.to_owned(), format!("{path}/p")]);
        }
    }
    for setting in ["", "/", " ", "/v1/../v2/tokens", "/v1/./x", "..", "/v1//x"] {
        let server = Server::plays([]);
        for call in [Call::ListPersonalTokens, create(), delete("p")] {
            let failure = at(&server, setting).send(&call, None).await.unwrap_err();
            assert_eq!(
                (&failure.certainty, failure.kind),
                (&Certainty::NotSent, FailureKind::Request)
            );
            assert!(failure.advice(&call).contains("personal token path"), "{setting}");
        }
        assert_eq!(server.requests().len(), 0, "{setting}");
    }
}
