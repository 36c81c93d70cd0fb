use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use super::*;

const CLI: &str = "active_deployment = 'prod'\n\
    [deployments.prod]\nurl = 'https://cloud.axiom.co'\ntoken = ' xapt-cli '\norg_id = 'acme'\n\
    [deployments.dev]\nurl = 'http://127.0.0.1:1'\ntoken = 'xaat-dev'\n";
const SETTINGS: &str = "[deployments.vault]\ntoken-command = ['true']\norg-id = 'v'\n";

/// The choice with these files and variables: name, deployment and reason.
fn choice(
    settings: &str,
    cli: &str,
    env: &[(&str, &str)],
    wanted: Option<&str>,
) -> Result<Option<(String, Deployment, String)>, String> {
    let home = tempfile::tempdir().unwrap();
    let config = config(home.path(), settings, cli, env);
    let catalogue = config.load().map_err(|e| e.to_string())?;
    let chosen = catalogue.choose(wanted).map_err(|e| e.to_string())?;
    Ok(chosen.map(|c| (c.deployment.name.clone(), c.deployment, c.why)))
}

fn config(home: &Path, settings: &str, cli: &str, env: &[(&str, &str)]) -> Config {
    let files = Files::under(home, None);
    fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
    for (file, text) in [(&files.settings, settings), (&files.cli, cli)] {
        if !text.is_empty() {
            fs::write(file, text).unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
    let get = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    Config { files, environment: Environment::read(get) }
}

fn value(credential: &Credential) -> &str {
    match credential {
        Credential::Value(secret) => secret.expose(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_source_overrides_the_next() {
    let env = [("AXIOM_TOKEN", " xapt-env\n"), ("AXIOM_ORG_ID", "env-org")];
    let named = |wanted| choice(SETTINGS, CLI, &env, wanted).unwrap().unwrap();
    let (name, deployment, why) = named(Some("dev"));
    assert_eq!((name.as_str(), value(&deployment.credential)), ("dev", "xaat-dev"));
    assert_eq!((deployment.org, why.as_str()), (None, "selected by --deployment"));

    let (name, deployment, why) = named(None);
    assert_eq!((name.as_str(), value(&deployment.credential)), ("environment", "xapt-env"));
    assert_eq!((deployment.url.as_str(), why.as_str()), (DEFAULT_URL, "AXIOM_TOKEN is set"));
    assert_eq!(deployment.org.as_deref(), Some("env-org"));

    let (name, deployment, _) = choice(SETTINGS, CLI, &[], None).unwrap().unwrap();
    assert_eq!(name, "vault");
    assert!(matches!(deployment.credential, Credential::Command(c) if c == ["true"]));

    let (name, deployment, why) = choice("", CLI, &[], None).unwrap().unwrap();
    assert_eq!((name.as_str(), value(&deployment.credential)), ("prod", "xapt-cli"));
    assert_eq!(deployment.org.as_deref(), Some("acme"));
    assert!(why.contains("active"), "{why}");

    assert!(choice("", "", &[], None).unwrap().is_none());
}

#[test]
fn the_environment_can_name_a_deployment_and_adjust_it() {
    let name = ("AXIOM_DEPLOYMENT", "dev");
    let (_, deployment, why) = choice(SETTINGS, CLI, &[name], None).unwrap().unwrap();
    assert_eq!(value(&deployment.credential), "xaat-dev");
    assert!(why.contains("AXIOM_DEPLOYMENT"));

    let env = [name, ("AXIOM_TOKEN", "xapt-env")];
    let (_, deployment, _) = choice(SETTINGS, CLI, &env, None).unwrap().unwrap();
    assert_eq!(deployment.url, "http://127.0.0.1:1");
    assert_eq!(value(&deployment.credential), "xapt-env");

    let env = [("AXIOM_ORG_ID", "other")];
    let (_, deployment, why) = choice("", CLI, &env, None).unwrap().unwrap();
    assert_eq!(deployment.org.as_deref(), Some("other"));
    assert!(why.contains("AXIOM_ORG_ID"), "{why}");
}

const ELSEWHERE: (&str, &str) = ("AXIOM_URL", "https://h.example");

#[test]
fn an_address_alone_does_not_redirect_a_stored_credential() {
    let both = "[deployments.vault]\nurl = 'https://v.example'\ntoken-command = ['true']\n\
                [deployments.file]\ntoken-file = '/token'\n";
    for (settings, cli, env, name, own) in [
        ("", CLI, &[ELSEWHERE][..], "prod", "https://api.axiom.co"),
        (SETTINGS, CLI, &[ELSEWHERE], "vault", "https://api.axiom.co"),
        (both, "", &[ELSEWHERE, ("AXIOM_DEPLOYMENT", "vault")], "vault", "https://v.example"),
        (both, CLI, &[ELSEWHERE, ("AXIOM_DEPLOYMENT", "file")], "file", "https://api.axiom.co"),
        (both, CLI, &[ELSEWHERE, ("AXIOM_DEPLOYMENT", "dev")], "dev", "http://127.0.0.1:1"),
        ("deployment = 'prod'", CLI, &[ELSEWHERE], "prod", "https://api.axiom.co"),
        // Another port, another path and a loopback address are different addresses too.
        ("", CLI, &[("AXIOM_URL", "https://api.axiom.co:8443")], "prod", "https://api.axiom.co"),
        (
            both,
            "",
            &[("AXIOM_URL", "https://v.example/a"), ("AXIOM_DEPLOYMENT", "vault")],
            "vault",
            "https://v.example",
        ),
        ("", CLI, &[("AXIOM_URL", "http://127.0.0.1:2")], "prod", "https://api.axiom.co"),
    ] {
        let said = choice(settings, cli, env, None).unwrap_err();
        let part = format!("the credential of the deployment {name} is for {own}");
        assert!(said.contains(&part), "{said}");
        assert!(said.contains("set AXIOM_TOKEN") && said.contains("unset AXIOM_URL"), "{said}");
    }
    // --deployment uses the deployment as it is stored.
    let (_, deployment, _) = choice("", CLI, &[ELSEWHERE], Some("prod")).unwrap().unwrap();
    assert_eq!(deployment.url, "https://cloud.axiom.co");
}

#[test]
fn equivalent_spellings_of_an_address_are_accepted() {
    for url in ["https://api.axiom.co", "https://CLOUD.axiom.co/", "https://api.axiom.co:443//"] {
        let (name, deployment, _) = choice("", CLI, &[("AXIOM_URL", url)], None).unwrap().unwrap();
        assert_eq!((name.as_str(), value(&deployment.credential)), ("prod", "xapt-cli"), "{url}");
    }
    for (url, why) in [("api.axiom.co", "has no scheme"), ("http://api.axiom.co", "http would")] {
        let said = choice("", CLI, &[("AXIOM_URL", url)], None).unwrap_err();
        assert!(said.starts_with("AXIOM_URL: ") && said.contains(why), "{said}");
    }
}

#[test]
fn a_token_from_the_environment_needs_one_unambiguous_address() {
    let token = ("AXIOM_TOKEN", "xapt-env");
    let dev = ("AXIOM_DEPLOYMENT", "dev");
    let said = choice("", CLI, &[token, dev, ELSEWHERE], None).unwrap_err();
    let wanted = "AXIOM_URL is https://h.example, but AXIOM_DEPLOYMENT selects dev, which is at \
                  http://127.0.0.1:1: unset one of the two";
    assert_eq!(said, wanted);
    let same = ("AXIOM_URL", "http://127.0.0.1:1/");
    let (name, deployment, _) = choice("", CLI, &[token, dev, same], None).unwrap().unwrap();
    assert_eq!((name.as_str(), value(&deployment.credential)), ("dev", "xapt-env"));
    let (name, deployment, _) = choice("", CLI, &[token, ELSEWHERE], None).unwrap().unwrap();
    assert_eq!((name.as_str(), deployment.url.as_str()), ("environment", "https://h.example"));
}

#[test]
fn a_credential_does_not_use_an_address_from_another_file() {
    let other_url = "[deployments.prod]\nurl = 'https://h.example'\n";
    let other_token = "[deployments.dev]\ntoken-command = ['true']\n";
    for (settings, name, keeper) in
        [(other_url, "prod", "~/.axiom.toml"), (other_token, "dev", "settings")]
    {
        let said = choice(settings, CLI, &[], Some(name)).unwrap_err();
        assert!(said.contains(&format!("its credential is in {keeper}")), "{said}");
        let home = tempfile::tempdir().unwrap();
        let catalogue = config(home.path(), settings, CLI, &[]).load().unwrap();
        assert_eq!(catalogue.warnings(), [said]);
        assert!(catalogue.deployments().iter().all(|d| d.name != name));
    }
    // No other deployment is used instead.
    for settings in [other_url, other_token] {
        let said = choice(settings, CLI, &[], None).unwrap_err();
        assert!(said.contains("have different addresses for it"), "{said}");
    }
    let (name, _, why) =
        choice(&(other_token.to_owned() + SETTINGS), CLI, &[], None).unwrap().unwrap();
    assert_eq!(name, "prod");
    assert!(why.contains("the settings have several"), "{why}");
    for (settings, name) in [
        ("[deployments.prod]\nurl = 'https://api.axiom.co/'\n", "prod"),
        ("[deployments.dev]\nurl = 'http://127.0.0.1:1'\ntoken-command = ['true']\n", "dev"),
    ] {
        assert!(choice(settings, CLI, &[], Some(name)).unwrap().is_some(), "{settings}");
    }
}

#[test]
fn a_credential_is_not_saved_under_a_name_with_another_address() {
    let home = tempfile::tempdir().unwrap();
    let settings = format!("{SETTINGS}[deployments.bare]\nurl = 'https://h.example'\n");
    let catalogue = config(home.path(), &settings, CLI, &[]).load().unwrap();
    for (name, url, fine) in [
        ("bare", "https://h.example/", true),
        ("bare", "https://api.axiom.co", false),
        ("vault", "https://api.axiom.co", true),
        ("vault", "https://h.example", false),
        ("new", "https://h.example", true),
    ] {
        assert_eq!(catalogue.may_keep(name, url).is_ok(), fine, "{name} {url}");
    }
}

#[test]
fn an_unknown_name_is_reported_with_the_known_ones() {
    for (env, wanted) in [(&[][..], Some("prd")), (&[("AXIOM_DEPLOYMENT", "prd")][..], None)] {
        let said = choice(SETTINGS, CLI, env, wanted).unwrap_err();
        assert!(said.contains("did you mean prod?"), "{said}");
        assert!(said.contains("vault, dev, prod"), "{said}");
    }
    assert!(choice("deployment = 'nix'", CLI, &[], None).unwrap_err().contains("nix"));
    assert!(choice("", "", &[], Some("x")).unwrap_err().contains("no deployments are set up"));
}

#[test]
fn a_settings_section_extends_the_deployment_of_the_same_name() {
    let settings = "read-only = true\n[deployments.prod]\norg-id = 'other'\n[deployments.dev]\nread-only = false\n";
    let (_, deployment, _) = choice(settings, CLI, &[], Some("prod")).unwrap().unwrap();
    assert_eq!(value(&deployment.credential), "xapt-cli");
    assert_eq!(deployment.org.as_deref(), Some("other"));
    assert_eq!(deployment.access, Access::ReadOnly);
    let (_, deployment, _) = choice(settings, CLI, &[], Some("dev")).unwrap().unwrap();
    assert_eq!(deployment.access, Access::Full);
    let (_, deployment, _) =
        choice("read-only = 'locked'", "", &[("AXIOM_TOKEN", "t")], None).unwrap().unwrap();
    assert_eq!(deployment.access, Access::Locked);
}

#[test]
fn broken_files_and_files_that_others_can_read_cause_warnings() {
    let home = tempfile::tempdir().unwrap();
    let config = config(home.path(), "", CLI, &[]);
    assert_eq!(config.load().unwrap().warnings(), [""; 0]);
    let open = |mode| {
        fs::set_permissions(&config.files.cli, fs::Permissions::from_mode(mode)).unwrap();
        config.load().unwrap().warnings().to_vec()
    };
    for mode in [0o640, 0o604] {
        assert!(open(mode)[0].contains("others can read it: chmod 600"), "{mode:o}");
    }
    fs::write(&config.files.cli, "[deployments.prod]\ntoken = xapt-canary\n").unwrap();
    let said = open(0o600)[0].clone();
    assert!(said.contains(".axiom.toml:2:9"), "{said}");
    assert!(!said.contains("canary"), "{said}");
    fs::remove_file(&config.files.cli).unwrap();
    fs::create_dir(&config.files.cli).unwrap();
    assert!(config.load().unwrap().warnings()[0].contains("it is a folder"));
}

#[test]
fn routes_on_another_server_get_only_the_credential_beside_them() {
    let routes = "personal-tokens-path = 'https://h.example/p'\naudit-dataset = 'logs'\n";
    // The settings have both.
    let settings = format!("[deployments.own]\ntoken-command = ['true']\n{routes}");
    let (_, deployment, _) = choice(&settings, "", &[], None).unwrap().unwrap();
    assert_eq!(deployment.routes.personal.as_deref(), Some("https://h.example/p"));
    assert_eq!(deployment.routes.audit_dataset.as_deref(), Some("logs"));
    let there = deployment.routes.elsewhere(&deployment.url).unwrap();
    assert_eq!(there.host(), "h.example");
    // The credential is in the other file.
    let settings = format!("[deployments.prod]\n{routes}");
    let said = choice(&settings, CLI, &[], Some("prod")).unwrap_err();
    assert!(said.contains("not sent to the address in personal-tokens-path"), "{said}");
    // A path, or the same server, is not another address.
    for path in ["/p", "https://api.axiom.co/p"] {
        let settings = format!("[deployments.prod]\npersonal-tokens-path = '{path}'\n");
        let (_, deployment, _) = choice(&settings, CLI, &[], Some("prod")).unwrap().unwrap();
        assert!(deployment.routes.elsewhere(&deployment.url).is_none(), "{path}");
    }
    // A token that is pasted for another address keeps the rest.
    let home = tempfile::tempdir().unwrap();
    let settings = format!("[deployments.own]\ntoken-command = ['true']\n{routes}");
    let catalogue = config(home.path(), &settings, "", &[]).load().unwrap();
    let rules = |url: &str| catalogue.rules(Some("own"), url).routes;
    assert!(rules(DEFAULT_URL).personal.is_some());
    assert_eq!(rules("https://other.example").personal, None);
    assert_eq!(rules("https://other.example").audit_dataset.as_deref(), Some("logs"));
}

#[test]
fn an_undecided_choice_is_explained() {
    let why = |settings: &str, cli: &str| {
        let home = tempfile::tempdir().unwrap();
        let catalogue = config(home.path(), settings, cli, &[]).load().unwrap();
        assert!(catalogue.choose(None).unwrap().is_none());
        catalogue.undecided()
    };
    let two = "[deployments.a]\ntoken-command=['x']\n[deployments.b]\ntoken-command=['x']\n";
    let said = why(two, "").unwrap();
    assert!(said.contains("a, b, but none is selected"), "{said}");
    let said = why("", &CLI.replace("'prod'", "'gone'")).unwrap();
    assert!(said.contains("active one, gone, has no credential"), "{said}");
    assert_eq!(why("", ""), None);
    // If the settings select none, the reason for the Axiom CLI's choice says so.
    let (_, _, why) = choice(two, CLI, &[], None).unwrap().unwrap();
    assert!(why.contains("the settings have several"), "{why}");
}

#[test]
fn a_deployment_without_a_credential_is_not_reported_as_missing() {
    let settings = "[deployments.bare]\nread-only = 'locked'\n";
    let said = choice(settings, CLI, &[], Some("bare")).unwrap_err();
    assert!(said.contains("bare has no credential: give it a token-command"), "{said}");
    let home = tempfile::tempdir().unwrap();
    let catalogue = config(home.path(), settings, CLI, &[]).load().unwrap();
    assert_eq!(catalogue.rules(Some("bare"), DEFAULT_URL).access, Access::Locked);
    assert_eq!(catalogue.rules(Some("prod"), DEFAULT_URL).access, Access::Full);
}

#[tokio::test]
async fn an_invalid_token_is_not_sent() {
    for (text, problem) in [
        ("xapt-1\nxapt-canary", "has 2 lines"),
        ("xapt-1 xapt-canary", "contains white space"),
        ("xapt-canaryü", "contains characters"),
        ("'xapt-canary", "has a quotation mark"),
    ] {
        let (_, deployment, _) = choice("", "", &[("AXIOM_TOKEN", text)], None).unwrap().unwrap();
        let said = deployment.token().await.unwrap_err().to_string();
        assert!(said.starts_with(&format!("AXIOM_TOKEN {problem}")), "{said}");
        assert!(!said.contains("canary"), "{said}");
        // The other deployments in the file still work.
        let cli = format!("{CLI}[deployments.odd]\ntoken = {}\n", toml::Value::from(text));
        let (_, deployment, _) = choice("", &cli, &[], Some("odd")).unwrap().unwrap();
        let said = deployment.token().await.unwrap_err().to_string();
        let start = format!("the token in ~/.axiom.toml {problem}");
        assert!(said.starts_with(&start), "{said}");
        assert!(!said.contains("canary"), "{said}");
        assert!(choice("", &cli, &[], Some("dev")).is_ok());
    }
    for text in ["\u{feff}xapt-1", "export AXIOM_TOKEN='xapt-1'", "Bearer xapt-1\r\n"] {
        let (_, deployment, _) = choice("", "", &[("AXIOM_TOKEN", text)], None).unwrap().unwrap();
        assert_eq!(deployment.token().await.unwrap().expose(), "xapt-1");
        let cli = format!("[deployments.odd]\ntoken = {}\n", toml::Value::from(text));
        let (_, deployment, _) = choice("", &cli, &[], None).unwrap().unwrap();
        assert_eq!(deployment.token().await.unwrap().expose(), "xapt-1");
    }
}
