//! The client against the simulator: personal tokens on every route, and isolated organisations.
//! The two share no code, so they cannot share a mistake.

use std::sync::Arc;

use axtok::{
    api::{Call, Certainty, Client, DEFAULT_PERSONAL_PATH, Endpoint, FailureKind, Reply},
    domain::{NewPersonalToken, PersonalToken, SafeText, Secret, SecretKind, TokenId},
    simulator::{Scenario, Simulator},
};

use crate::server;

async fn start(scenario: &str) -> Simulator {
    let scenario = Scenario::parse(scenario).unwrap();
    Simulator::start(scenario, Simulator::ANY_PORT).await.unwrap()
}

fn client(simulator: &Simulator, secret: &str) -> Client {
    let endpoint = Endpoint::parse(&simulator.url()).unwrap();
    let secret = Arc::new(Secret::new(secret.to_owned()));
    Client::with_limits(endpoint, secret, server::limits()).unwrap()
}

/// A client signed in with the simulator's personal token.
fn user(simulator: &Simulator) -> Client {
    client(simulator, simulator.personal_token())
}

fn laptop() -> Call {
    Call::CreatePersonalToken(Box::new(NewPersonalToken {
        name: "laptop".to_owned(),
        description: "mine".to_owned(),
    }))
}

async fn listed(client: &Client) -> Vec<PersonalToken> {
    match client.send(&Call::ListPersonalTokens, None).await.unwrap() {
        Reply::PersonalTokens(tokens) => tokens,
        other => panic!("{other:?}"),
    }
}

/// The number of POST requests that the simulator received.
fn posts(simulator: &Simulator) -> usize {
    simulator.requests().iter().filter(|seen| seen.method == "POST").count()
}

#[tokio::test]
async fn a_personal_token_is_created_used_and_deleted() {
    for (switches, path) in [
        ("secret_in_post = false", DEFAULT_PERSONAL_PATH),
        ("secret_in_post = true", DEFAULT_PERSONAL_PATH),
        ("personal_routes = '/api/v1/me'", "/api/v1/me"),
        ("personal_routes = '/api/v1/me'\nsecret_in_post = true", "api/v1/me/"),
    ] {
        let simulator = start(switches).await;
        let client = user(&simulator).with_personal_path(path);
        assert_eq!(listed(&client).await.len(), 1);
        let Reply::PersonalCreated(created) = client.send(&laptop(), None).await.unwrap() else {
            panic!("{switches}")
        };
        assert_eq!((posts(&simulator), created.warning), (1, None), "{switches}");
        assert_eq!(created.secret.kind(), SecretKind::Personal);
        let token = created.token.unwrap();
        assert_eq!((token.name.raw(), token.description.raw()), ("laptop", "mine"));
        assert_eq!(created.id.as_ref(), Some(&token.id));
        assert_eq!(listed(&client).await.last(), Some(&token));

        let other = self::client(&simulator, created.secret.expose());
        assert!(other.send(&Call::CurrentUser, None).await.is_ok());
        let delete = Call::DeletePersonalToken(token.id);
        for _ in 0..2 {
            assert!(matches!(client.send(&delete, None).await, Ok(Reply::Deleted)));
        }
        assert_eq!(listed(&client).await.len(), 1);
        let failure = other.send(&Call::CurrentUser, None).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Status(401));
    }
}

#[tokio::test]
async fn a_deployment_may_have_no_personal_token_routes() {
    for (switches, path) in [
        ("personal_routes = 'off'", DEFAULT_PERSONAL_PATH),
        ("personal_routes = '/api/v1/me'", DEFAULT_PERSONAL_PATH),
        // The route exists but does not support the method: 405.
        ("", "/v2/user"),
    ] {
        let simulator = start(switches).await;
        let client = user(&simulator).with_personal_path(path);
        let calls = if path == "/v2/user" {
            vec![laptop()]
        } else {
            vec![laptop(), Call::ListPersonalTokens]
        };
        for call in calls {
            let failure = client.send(&call, None).await.unwrap_err();
            assert!(failure.lacks_routes(&call), "{failure:?}");
            assert!(failure.headline(&call).starts_with("this deployment has no routes"));
        }
        assert!(client.send(&Call::ListTokens, None).await.is_ok(), "other calls must still work");
    }
}

#[tokio::test]
async fn a_lost_second_response_leaves_a_token_that_can_be_deleted() {
    let route = format!("GET {DEFAULT_PERSONAL_PATH}/{{id}}/token");
    for fault in ["status = 500", "drop = 'after'", "cut = 20", "body = '{}'"] {
        let simulator = start(&format!("[[fault]]\nroute = '{route}'\n{fault}")).await;
        let client = user(&simulator);
        let failure = client.send(&laptop(), None).await.unwrap_err();
        let Certainty::SecretUnreadable { id: Some(id) } = failure.certainty else {
            panic!("{fault}: {failure:?}")
        };
        assert_eq!(posts(&simulator), 1, "{fault}");
        assert_eq!(listed(&client).await.last().map(|t| &t.id), Some(&id));
        let delete = Call::DeletePersonalToken(id);
        assert!(matches!(client.send(&delete, None).await, Ok(Reply::Deleted)));
        assert_eq!(listed(&client).await.len(), 1);
    }
}

#[tokio::test]
async fn an_api_token_has_no_personal_tokens() {
    let simulator = Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap();
    let client = client(&simulator, simulator.api_token());
    for call in [Call::ListPersonalTokens, laptop(), Call::CurrentUser] {
        let failure = client.send(&call, None).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Status(403));
        assert!(!failure.lacks_routes(&call));
    }
    let names: Vec<_> = listed(&user(&simulator)).await.into_iter().map(|t| t.name).collect();
    assert_eq!(
        names.iter().map(SafeText::raw).collect::<Vec<_>>()[1..],
        ["laptop", "notebook experiments"]
    );
}

const TWO: &str = "\
    api_token = 'key-of-a'\n\
    [[org]]\nid = 'a'\nname = 'A'\n[org.datasets.events]\nlogs-a = ''\n\
    [[org.token]]\nid = 'key-a'\nname = 'key-of-a'\norg = ['*']\n\
    [[org]]\nid = 'b'\nname = 'B'\n[org.datasets.events]\nlogs-b = ''\nmore-b = ''\n\
    [[org.token]]\nid = 'key-b'\nname = 'key-of-b'\nquery_on = ['*']\n";

/// The names of an organisation's tokens and datasets.
async fn contents(client: &Client, org: Option<&SafeText>) -> (Vec<String>, Vec<String>) {
    let Reply::Tokens(tokens) = client.send(&Call::ListTokens, org).await.unwrap() else {
        panic!()
    };
    let Reply::Datasets(datasets) = client.send(&Call::ListDatasets, org).await.unwrap() else {
        panic!()
    };
    let tokens = tokens.iter().map(|t| t.name.raw().to_owned()).collect();
    (tokens, datasets.iter().map(|d| d.name.raw().to_owned()).collect())
}

#[tokio::test]
async fn an_api_token_acts_only_on_its_own_organisation() {
    let simulator = start(TWO).await;
    let (key, user) = (client(&simulator, simulator.api_token()), user(&simulator));
    let (a, b) = (SafeText::from("a"), SafeText::from("b"));
    let in_a = (vec!["key-of-a".to_owned()], vec!["logs-a".to_owned()]);
    let in_b = (vec!["key-of-b".to_owned()], vec!["logs-b".to_owned(), "more-b".to_owned()]);

    assert_eq!(contents(&key, None).await, in_a);
    let b_s = TokenId::new("key-b");
    for call in
        [Call::ListTokens, Call::ListDatasets, server::create(), Call::DeleteToken(b_s.clone())]
    {
        let failure = key.send(&call, Some(&b)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Status(403), "{call:?}");
    }
    // Nor can it reach the other organisation's token by its id alone.
    let failure = key.send(&Call::GetToken(b_s.clone()), None).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Status(404));
    key.send(&Call::DeleteToken(b_s), None).await.unwrap();

    assert_eq!(contents(&user, Some(&a)).await, in_a);
    assert_eq!(contents(&user, Some(&b)).await, in_b, "another organisation's data changed");
    let orgs = async |client: &Client| match client.send(&Call::ListOrgs, None).await {
        Ok(Reply::Orgs(orgs)) => orgs.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((orgs(&user).await, orgs(&key).await), (2, 1));
}
