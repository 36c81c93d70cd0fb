//! Every source of credentials in order of precedence, and switching between deployments and
//! organisations, with the real event loop, client and files.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use axtok::{
    app::Msg,
    config::{Config, Environment, Files},
    runtime::Input,
    simulator::{Fault, Scenario, Simulator},
};
use tempfile::TempDir;

use crate::flow::{Flow, local};

/// A home directory and environment variables.
struct Home {
    folder: TempDir,
    files: Files,
    environment: Vec<(&'static str, String)>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::under(folder.path(), None);
        fs::create_dir_all(files.settings.parent().unwrap()).unwrap();
        Self { folder, files, environment: Vec::new() }
    }

    fn write(&self, file: &Path, text: &str) -> &Self {
        fs::write(file, text).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        self
    }

    fn config(&self) -> Config {
        let get =
            |name: &str| self.environment.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        Config { files: self.files.clone(), environment: Environment::read(get) }
    }

    async fn start(&self, simulator: Simulator, wanted: Option<&str>) -> Flow {
        Flow::configured(simulator, self.config(), wanted).await
    }
}

async fn simulator() -> Simulator {
    Simulator::start(Scenario::demo(), Simulator::ANY_PORT).await.unwrap()
}

/// All sources together, each with another credential or organisation, so that the screen shows
/// which one was used.
fn everything(simulator: &Simulator) -> Home {
    let (url, org) = (simulator.url(), simulator.org_id());
    let (personal, api) = (simulator.personal_token(), simulator.api_token());
    let mut home = Home::new();
    home.environment = vec![
        ("AXIOM_TOKEN", personal.to_owned()),
        ("AXIOM_ORG_ID", org.to_owned()),
        ("AXIOM_URL", url.clone()),
    ];
    let settings = format!(
        "[deployments.vault]\nurl = '{url}'\ntoken-command = ['printf', '%s\\n', '{api}']\n"
    );
    home.write(&home.files.settings, &settings);
    let cli = format!(
        "active_deployment = 'work'\n[deployments.work]\nurl = '{url}'\ntoken = '{personal}'\n\
         org_id = '{org}'\n[deployments.other]\nurl = '{url}'\ntoken = '{api}'\n"
    );
    home.write(&home.files.cli, &cli);
    home
}

#[tokio::test]
async fn the_command_line_overrides_everything() {
    local(async {
        let simulator = simulator().await;
        let home = everything(&simulator);
        let mut flow = home.start(simulator, Some("other")).await;
        let screen = flow.see("API tokens 40").await;
        assert!(screen.lines().next().unwrap().contains(" other"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn the_environment_overrides_the_settings() {
    local(async {
        let simulator = simulator().await;
        let home = everything(&simulator);
        let host = simulator.url().strip_prefix("http://").unwrap().to_owned();
        let mut flow = home.start(simulator, None).await;
        flow.header(&format!(" {host} · Acme Inc")).await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn the_settings_override_the_axiom_clis_file() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment.clear();
        let mut flow = home.start(simulator, None).await;
        flow.header(" vault").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn a_token_file_must_be_private() {
    local(async {
        let simulator = simulator().await;
        let home = Home::new();
        let file = home.folder.path().join("token");
        home.write(&file, &format!("{}\n", simulator.api_token()));
        let settings =
            format!("[deployments.filed]\nurl = '{}'\ntoken-file = '~/token'\n", simulator.url());
        home.write(&home.files.settings, &settings);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let mut flow = home.start(simulator, None).await;
        flow.see("Deployment filed: ").await;
        flow.see("Fix: chmod 600").await;
        flow.see("Sign in to Axiom").await;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let mut flow = home.start(flow.simulator, None).await;
        flow.header(" filed").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn the_axiom_clis_file_is_used_last() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment.clear();
        fs::remove_file(&home.files.settings).unwrap();
        let mut flow = home.start(simulator, None).await;
        flow.header(" work · Acme Inc").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn a_deployment_named_by_the_environment_is_used() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment = vec![("AXIOM_DEPLOYMENT", "work".to_owned())];
        let mut flow = home.start(simulator, None).await;
        flow.header(" work · Acme Inc").await;
        // It supplies what the other variables leave out.
        home.environment.push(("AXIOM_TOKEN", flow.simulator.api_token().to_owned()));
        let mut flow = home.start(flow.simulator, None).await;
        let screen = flow.see("API tokens 40").await;
        let first = screen.lines().next().unwrap();
        assert!(first.contains(" work"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn the_user_is_asked_if_no_deployment_is_selected() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment.clear();
        fs::remove_file(&home.files.cli).unwrap();
        let (url, token) = (simulator.url(), simulator.api_token());
        let section = |name| {
            format!("[deployments.{name}]\nurl = '{url}'\ntoken-command = ['echo', '{token}']\n")
        };
        home.write(&home.files.settings, &(section("east") + &section("west")));
        let mut flow = home.start(simulator, None).await;
        flow.see("! Found the deployments east, west, but none is selected").await;
        flow.see("Sign in with a token").await;
        flow.types("west").keys("Enter").see("API tokens 40").await;
        flow.header(" west").await;
    })
    .await;
}

#[tokio::test]
async fn an_expired_credential_leads_to_sign_in_for_its_deployment() {
    local(async {
        let simulator = simulator().await;
        let (url, token) = (simulator.url(), simulator.personal_token().to_owned());
        let home = Home::new();
        home.write(
            &home.files.settings,
            &format!(
                "[deployments.vault]\nurl = '{url}'\norg-id = 'acme-labs-9q2z'\n\
                 read-only = 'locked'\ntoken-command = ['echo', 'xapt-expired']\n"
            ),
        );
        let mut flow = home.start(simulator, None).await;
        flow.see("no longer accepts this credential (401)").await;
        flow.see(&url).await;
        // Another token changes neither the deployment nor its settings.
        flow.paste(&token).keys("Enter").header(" vault · Acme Labs").await;
        flow.see("[RO]").await;
        flow.keys("n").see("locked by the settings").await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_token_command_leads_to_sign_in_for_its_deployment() {
    local(async {
        let simulator = simulator().await;
        let (url, token) = (simulator.url(), simulator.personal_token().to_owned());
        let home = Home::new();
        let rules = "org-id = 'acme-4x1k'\nread-only = 'locked'\ntoken-command = ['false']\n";
        home.write(&home.files.settings, &format!("[deployments.vault]\nurl = '{url}'\n{rules}"));
        let mut flow = home.start(simulator, None).await;
        flow.see("the token command false failed with status 1").await;
        flow.see(&url).await;
        flow.paste(&token).keys("Enter").header(" vault · Acme Inc").await;
        flow.keys("n").see("locked by the settings").await;
    })
    .await;
}

#[tokio::test]
async fn an_address_without_a_token_is_used_for_sign_in() {
    local(async {
        let simulator = simulator().await;
        let (url, token) = (simulator.url(), simulator.api_token().to_owned());
        let mut home = Home::new();
        home.environment = vec![("AXIOM_URL", url.clone())];
        let mut flow = home.start(simulator, None).await;
        flow.see("axtok found no credential").await;
        flow.see(&url).await;
        flow.paste(&token).keys("Enter").see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn a_stored_credential_is_not_sent_to_another_address() {
    local(async {
        let elsewhere = simulator().await;
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment = vec![("AXIOM_URL", elsewhere.url())];
        let (url, token) = (elsewhere.url(), elsewhere.api_token().to_owned());
        let mut flow = home.start(simulator, None).await;
        let screen = flow.see("paste a token for AXIOM_URL").await;
        assert!(screen.contains(&url) && screen.contains("vault"), "{screen}");
        assert_eq!(elsewhere.requests().len(), 0, "a request was sent before the user was asked");
        flow.paste(&token).keys("Enter").see("API tokens 40").await;
        let host = url.strip_prefix("http://").unwrap();
        flow.header(&format!(" {host}")).await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_address_in_the_environment_is_shown_at_sign_in() {
    local(async {
        let simulator = simulator().await;
        let mut home = Home::new();
        home.environment = vec![("AXIOM_URL", "https://app.axiom.co".to_owned())];
        let mut flow = home.start(simulator, None).await;
        flow.see("AXIOM_URL: app.axiom.co is Axiom's console").await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_address_gets_the_correct_one() {
    local(async {
        let simulator = simulator().await;
        let (url, token) = (simulator.url(), simulator.api_token().to_owned());
        let home = Home::new();
        let mut flow = home.start(simulator, None).await;
        flow.paste(&token).keys("Tab Ctrl-u").types("https://app.axiom.co").keys("Enter");
        let screen = flow.see("app.axiom.co is Axiom's console, not its API").await;
        assert!(screen.contains("https://api.axiom.co."), "{screen}");
        flow.keys("Ctrl-u").types(&format!("{url}/v2")).keys("Enter");
        flow.see("remove the path").await;
        flow.keys("Ctrl-u").types(&url).keys("Enter").see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn global_read_only_applies_to_a_pasted_token() {
    local(async {
        let simulator = simulator().await;
        let (url, token) = (simulator.url(), simulator.api_token().to_owned());
        let home = Home::new();
        home.write(&home.files.settings, "read-only = true\n");
        let mut flow = home.start(simulator, None).await;
        flow.see("Sign in to Axiom").await;
        flow.paste(&token).keys("Tab Ctrl-u").types(&url).keys("Enter");
        flow.see("[RO]").await;
    })
    .await;
}

#[tokio::test]
async fn a_credential_that_others_can_read_causes_a_warning() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment.clear();
        fs::set_permissions(&home.files.cli, fs::Permissions::from_mode(0o644)).unwrap();
        let mut flow = home.start(simulator, None).await;
        flow.see("others can read it: chmod 600 ~/.axiom.toml").await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_token_command_is_shown_at_sign_in() {
    local(async {
        let simulator = simulator().await;
        let home = Home::new();
        let settings =
            "[deployments.vault]\ntoken-command = ['sh', '-c', 'echo locked >&2; exit 2']\n";
        home.write(&home.files.settings, settings);
        let mut flow = home.start(simulator, None).await;
        flow.see("Deployment vault: the token command sh failed").await;
        flow.see("locked").await;
        flow.see("Sign in to Axiom").await;
    })
    .await;
}

/// Pastes a token, types an address and saves both as a deployment.
async fn sign_in_and_keep(flow: &mut Flow, token: &str, url: &str) {
    flow.see("Sign in to Axiom").await;
    flow.paste(token).see("personal token, 41 characters").await;
    flow.keys("Tab Ctrl-u").types(url).see(url).await;
    flow.keys("Tab Space Tab Ctrl-u").types("lab").keys("Enter");
    flow.see("Which organisation?").await;
}

#[tokio::test]
async fn signing_in_from_scratch_saves_the_credential() {
    local(async {
        let simulator = simulator().await;
        let (token, url) = (simulator.personal_token().to_owned(), simulator.url());
        let home = Home::new();
        let mut flow = home.start(simulator, None).await;
        sign_in_and_keep(&mut flow, &token, &url).await;
        flow.keys("Enter").see("API tokens 40").await;
        flow.see("Saved as lab").await;
        let mode = fs::metadata(&home.files.cli).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        // The next start needs no input.
        let mut flow = home.start(flow.simulator, None).await;
        flow.header(" lab · Acme Inc").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn a_credential_that_cannot_be_saved_is_used_anyway() {
    local(async {
        let simulator = simulator().await;
        let (token, url) = (simulator.personal_token().to_owned(), simulator.url());
        let home = Home::new();
        fs::create_dir(&home.files.cli).unwrap();
        let mut flow = home.start(simulator, None).await;
        flow.see("it is a folder").await;
        sign_in_and_keep(&mut flow, &token, &url).await;
        flow.keys("Enter").see("Credential not saved: ").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn an_existing_deployment_name_gets_a_number() {
    local(async {
        let simulator = simulator().await;
        let (token, url) = (simulator.personal_token().to_owned(), simulator.url());
        let home = Home::new();
        let old = "active_deployment = 'gone'\n[deployments.lab] # another one\ntoken = 'xaat-1'\n";
        home.write(&home.files.cli, old);
        let mut flow = home.start(simulator, None).await;
        flow.see("Found the deployment lab").await;
        flow.keys("Esc");
        sign_in_and_keep(&mut flow, &token, &url).await;
        flow.keys("Enter").see("Saved as lab-2 in ~/.axiom.toml (lab already exists)").await;
        flow.header(" lab-2").await;
        let text = fs::read_to_string(&home.files.cli).unwrap();
        assert!(text.contains("[deployments.lab] # another one\ntoken = 'xaat-1'\n"), "{text}");
        assert!(text.starts_with("active_deployment = \"lab-2\"\n"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_secret_received_after_a_switch_is_shown_with_its_organisation() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.simulator.inject(Fault {
            route: "POST /v2/tokens".to_owned(),
            times: Some(1),
            latency_ms: 3000,
            ..Fault::default()
        });
        flow.keys("n").see("0 of 60").await;
        flow.types("ci-late").keys("Tab Down Space Ctrl-s").see("[▸ Create ]").await;
        flow.keys("Enter Esc Esc").see("will be lost").await;
        flow.keys("Tab Enter").see("API tokens 40").await;
        flow.keys("g o").see("Organisations and deployments").await;
        flow.types("labs").keys("Enter").see("Switched to Acme Labs").await;
        flow.see("ci-late was created").await;
        flow.see("Acme Inc").await;
        flow.see("which you have left").await;
    })
    .await;
}

#[tokio::test]
async fn a_switch_discards_pending_replies() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        // The list of this organisation is delayed; the other one's is not.
        flow.simulator.inject(Fault {
            route: "GET /v2/tokens".to_owned(),
            times: Some(1),
            latency_ms: 400,
            ..Fault::default()
        });
        flow.keys("Ctrl-r g o").see("Organisations and deployments").await;
        flow.see("Acme Labs").await;
        flow.types("labs").keys("Enter").see("Switched to Acme Labs").await;
        let screen = flow
            .until("the other list", |s| s.contains("API tokens ") && !s.contains("Loading"))
            .await;
        assert!(!screen.contains("API tokens 40"), "{screen}");
        // The first list, the delayed one and the other organisation's.
        flow.answered("/v2/tokens", 3).await;
        let screen = flow.keys("?").see("Keys that work here").await;
        assert!(!screen.contains("API tokens 40"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn a_credential_revoked_during_a_session_loses_no_draft() {
    local(async {
        let mut flow = Flow::demo().await;
        let (token, url) = (flow.simulator.personal_token().to_owned(), flow.simulator.url());
        flow.see("API tokens 40").await;
        flow.keys("n").see("0 of 60").await;
        flow.types("ci-kept").keys("Tab Down Space Ctrl-s").see("[▸ Create ]").await;
        flow.simulator.inject(Fault {
            route: "POST /v2/tokens".to_owned(),
            times: Some(1),
            status: Some(401),
            ..Fault::default()
        });
        flow.keys("Enter").see("no longer accepts this credential (401)").await;
        flow.see(&url).await;
        // The organisation is known, so the user is not asked again.
        flow.paste(&token).keys("Enter").see("[▸ Create ]").await;
        flow.keys("Enter").see("ci-kept was created").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 2);
    })
    .await;
}

#[tokio::test]
async fn without_personal_token_routes_everything_else_works() {
    local(async {
        for status in [404, 405] {
            let mut flow = Flow::demo().await;
            flow.simulator.inject(Fault {
                route: "GET /v1/tokens/personal".to_owned(),
                status: Some(status),
                ..Fault::default()
            });
            flow.see("API tokens 40").await;
            flow.keys("g p").see("no routes for personal tokens").await;
            flow.keys("n").see("This deployment has no routes").await;
            flow.keys("g t n").see("New API token").await;
        }
    })
    .await;
}

#[tokio::test]
async fn personal_token_routes_can_be_configured() {
    local(async {
        let scenario =
            Scenario::parse("personal_routes = '/x/mine'\n[[org]]\nid = 'acme'\nname = 'Acme'\n");
        let simulator = Simulator::start(scenario.unwrap(), Simulator::ANY_PORT).await.unwrap();
        let home = Home::new();
        home.write(
            &home.files.settings,
            &format!(
                "[deployments.lab]\nurl = '{}'\norg-id = 'acme'\npersonal-tokens-path = '/x/mine'\n\
             token-command = ['echo', '{}']\n",
                simulator.url(),
                simulator.personal_token(),
            ),
        );
        let mut flow = home.start(simulator, None).await;
        flow.see("No API tokens yet").await;
        flow.keys("g p").see("Personal tokens 1").await;
        assert_eq!(flow.requests("GET", "/x/mine"), 1);
    })
    .await;
}

#[tokio::test]
async fn personal_token_routes_can_be_on_another_server() {
    local(async {
        let start = async |scenario: &str| {
            let scenario = format!("{scenario}\n[user]\nsecret = 'xapt-1'\n[[org]]\nid = 'acme'\n");
            Simulator::start(Scenario::parse(&scenario).unwrap(), Simulator::ANY_PORT)
                .await
                .unwrap()
        };
        let other = start("personal_routes = '/x/mine'").await;
        let open = async |path: &str| {
            let simulator = start("personal_routes = 'off'").await;
            let home = Home::new();
            let settings = format!(
                "[deployments.lab]\nurl = '{}'\norg-id = 'acme'\n\
                 personal-tokens-path = '{}{path}'\ntoken-command = ['echo', 'xapt-1']\n",
                simulator.url(),
                other.url(),
            );
            home.write(&home.files.settings, &settings);
            let mut flow = home.start(simulator, None).await;
            flow.see("No API tokens yet").await;
            flow
        };
        let mut flow = open("/x/mine").await;
        flow.keys("g p").see("Personal tokens 1").await;
        let asked = |path: &str| other.requests().iter().any(|seen| seen.path == path);
        assert!(asked("/x/mine") && !asked("/v2/tokens"));
        let host = other.url().replace("http://", "");
        let mut flow = open("/y").await;
        flow.keys("g p").see(&host).await;
        flow.see("Check personal-tokens-path").await;
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_can_be_read_through_a_view() {
    local(async {
        let scenario = "[role]\nid = 'r'\nname = 'member'\norg = ['apiTokens:read']\n\
             query_on = ['audit-logs']\n[[org]]\nid = 'acme'\n\
             datasets.events = { axiom-audit = '' }\n[[org.view]]\nname = 'audit-logs'\n\
             apl = \"['axiom-audit']\"\n[[org.token]]\nid = 'one'\nname = 'one'\n\
             org = ['views:read']\n[[org.audit]]\nat = '-1h'\naction = 'createAPIToken'\n\
             actor = 'ana@acme.test'\ntoken = 'one'\n";
        for (setting, seen) in
            [("audit-dataset = 'audit-logs'\n", "created by ana@acme.test"), ("", "only owners")]
        {
            let scenario = Scenario::parse(scenario).unwrap();
            let simulator = Simulator::start(scenario, Simulator::ANY_PORT).await.unwrap();
            let home = Home::new();
            let settings = format!(
                "[deployments.lab]\nurl = '{}'\norg-id = 'acme'\n{setting}\
                 token-command = ['echo', '{}']\n",
                simulator.url(),
                simulator.personal_token(),
            );
            home.write(&home.files.settings, &settings);
            let mut flow = home.start(simulator, None).await;
            flow.see("API tokens 1").await;
            flow.keys("Enter").see("What it can do").await;
            flow.keys("L").see(seen).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_whole_life_of_a_personal_token() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.keys("g p").see("Personal tokens 3").await;
        flow.keys("n").see("New personal token").await;
        flow.types("laptop-9").keys("Enter Tab Tab Enter").see("laptop-9 was created").await;
        flow.see("r reveal").await;
        flow.keys("y").see("not confirmed").await;
        let secret = flow.copied().pop().unwrap();
        assert!(secret.starts_with("xapt-"), "not a personal token");
        let url = flow.simulator.url();
        assert_eq!(crate::flow::status_of(&url, &secret).await, 200);
        flow.keys("Esc").see("Have you stored the secret?").await;
        flow.types("stored").keys("Enter").see("Personal tokens 4").await;
        flow.keys("G d").see("Delete laptop-9").await;
        flow.types("laptop-9").keys("Enter").see("laptop-9 was deleted").await;
        assert_eq!(crate::flow::status_of(&url, &secret).await, 401);
    })
    .await;
}

/// Pastes text, as a terminal does.
trait Paste {
    fn paste(&mut self, text: &str) -> &mut Self;
}

impl Paste for Flow {
    fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Input::Msg(Msg::Paste(format!("{text}\n"))))
    }
}
