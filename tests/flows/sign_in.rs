//! Every way in, in its order; and going from one place to another, with the
//! real loop, the real client and real files.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use axtok::{
    app::Msg,
    config::{Config, Environment, Files},
    runtime::Input,
    simulator::{Fault, Scenario, Simulator},
};
use tempfile::TempDir;

use crate::flow::{Flow, local};

/// A home directory, and what the environment says.
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

/// All sources at once, each with another credential or organisation, so that
/// the screen shows which one was used.
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
async fn the_command_line_goes_first() {
    local(async {
        let simulator = simulator().await;
        let home = everything(&simulator);
        let mut flow = home.start(simulator, Some("other")).await;
        let screen = flow.see("API tokens 40").await;
        assert!(
            screen.contains("axtok  other")
                && screen.lines().next().unwrap().ends_with("API token"),
            "{screen}"
        );
    })
    .await;
}

#[tokio::test]
async fn then_the_environment() {
    local(async {
        let simulator = simulator().await;
        let home = everything(&simulator);
        let mut flow = home.start(simulator, None).await;
        flow.see("axtok  environment · Acme Inc").await;
        flow.see("jo@acme.test").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn then_the_settings_with_a_command() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment.clear();
        let mut flow = home.start(simulator, None).await;
        flow.see("axtok  vault").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn or_with_a_file_that_only_the_user_can_read() {
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
        flow.see("axtok  filed").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn then_the_axiom_clis_file() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment.clear();
        fs::remove_file(&home.files.settings).unwrap();
        let mut flow = home.start(simulator, None).await;
        flow.see("axtok  work · Acme Inc").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn a_deployment_that_the_environment_names_is_used() {
    local(async {
        let simulator = simulator().await;
        let mut home = everything(&simulator);
        home.environment = vec![("AXIOM_DEPLOYMENT", "work".to_owned())];
        let mut flow = home.start(simulator, None).await;
        flow.see("axtok  work · Acme Inc").await;
        // It gives what the other variables leave out.
        home.environment.push(("AXIOM_TOKEN", flow.simulator.api_token().to_owned()));
        let mut flow = home.start(flow.simulator, None).await;
        let screen = flow.see("API tokens 40").await;
        let first = screen.lines().next().unwrap();
        assert!(first.contains("axtok  work") && first.ends_with("API token"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn where_nothing_says_which_deployment_one_is_asked() {
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
        flow.see("axtok  west").await;
    })
    .await;
}

#[tokio::test]
async fn a_credential_that_has_expired_leads_to_the_page_for_its_place() {
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
        // Another token changes nothing else: neither where it is for, nor what
        // the settings say of it.
        flow.paste(&token).keys("Enter").see("axtok  vault · Acme Labs").await;
        flow.see("[RO]").await;
        flow.keys("n").see("locked by the settings").await;
    })
    .await;
}

#[tokio::test]
async fn a_command_that_fails_leads_to_the_page_for_its_place() {
    local(async {
        let simulator = simulator().await;
        let (url, token) = (simulator.url(), simulator.personal_token().to_owned());
        let home = Home::new();
        let rules = "org-id = 'acme-4x1k'\nread-only = 'locked'\ntoken-command = ['false']\n";
        home.write(&home.files.settings, &format!("[deployments.vault]\nurl = '{url}'\n{rules}"));
        let mut flow = home.start(simulator, None).await;
        flow.see("the token command false failed with status 1").await;
        flow.see(&url).await;
        flow.paste(&token).keys("Enter").see("axtok  vault · Acme Inc").await;
        flow.keys("n").see("locked by the settings").await;
    })
    .await;
}

#[tokio::test]
async fn an_address_without_a_token_is_where_one_signs_in() {
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
        assert_eq!(elsewhere.requests().len(), 0, "nothing is sent before one is asked");
        flow.paste(&token).keys("Enter").see("API tokens 40").await;
        let host = url.strip_prefix("http://").unwrap();
        flow.see(&format!("axtok  {host}")).await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_address_of_the_environment_is_said_where_one_signs_in() {
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
async fn a_wrong_address_is_answered_with_the_right_one() {
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
async fn read_only_for_all_holds_for_a_pasted_token_too() {
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
async fn what_others_can_read_is_warned_of_on_the_screen() {
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
async fn a_command_that_fails_leads_to_the_page_that_says_so() {
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

/// Pastes a token and an address, and keeps them.
async fn sign_in_and_keep(flow: &mut Flow, token: &str, url: &str) {
    flow.see("Sign in to Axiom").await;
    flow.paste(token).see("personal token, 41 characters").await;
    flow.keys("Tab Ctrl-u").types(url).see(url).await;
    flow.keys("Tab Space Tab Ctrl-u").types("lab").keys("Enter");
    flow.see("Which organisation?").await;
}

#[tokio::test]
async fn from_nothing_to_signed_in_and_kept() {
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
        // The next start needs nothing.
        let mut flow = home.start(flow.simulator, None).await;
        flow.see("axtok  lab · Acme Inc").await;
        flow.see("API tokens 40").await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_used_and_said() {
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
async fn a_name_that_is_taken_gets_a_number() {
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
        flow.see("axtok  lab-2").await;
        let text = fs::read_to_string(&home.files.cli).unwrap();
        assert!(text.contains("[deployments.lab] # another one\ntoken = 'xaat-1'\n"), "{text}");
        assert!(text.starts_with("active_deployment = \"lab-2\"\n"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_comes_after_a_switch_is_shown_with_its_organisation() {
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
        flow.types("ci-late").keys("Tab Tab Tab Tab j Space Ctrl-s").see("[▸ Create ]").await;
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
async fn a_switch_drops_the_reply_that_is_on_its_way() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        // The list of this organisation comes late; the other one's at once.
        flow.simulator.inject(Fault {
            route: "GET /v2/tokens".to_owned(),
            times: Some(1),
            latency_ms: 400,
            ..Fault::default()
        });
        flow.keys("Ctrl-r g o").see("Organisations and deployments").await;
        flow.types("labs").keys("Enter").see("Switched to Acme Labs").await;
        let screen = flow
            .until("the other list", |s| s.contains("API tokens ") && !s.contains("Loading"))
            .await;
        assert!(!screen.contains("API tokens 40"), "{screen}");
        // The start's, the late one and the other organisation's.
        flow.answered("/v2/tokens", 3).await;
        let screen = flow.keys("?").see("Keys that work here").await;
        assert!(!screen.contains("API tokens 40"), "{screen}");
    })
    .await;
}

#[tokio::test]
async fn a_credential_revoked_in_mid_session_loses_no_draft() {
    local(async {
        let mut flow = Flow::demo().await;
        let (token, url) = (flow.simulator.personal_token().to_owned(), flow.simulator.url());
        flow.see("API tokens 40").await;
        flow.keys("n").see("0 of 60").await;
        flow.types("ci-kept").keys("Tab Tab Tab Tab j Space Ctrl-s").see("[▸ Create ]").await;
        flow.simulator.inject(Fault {
            route: "POST /v2/tokens".to_owned(),
            times: Some(1),
            status: Some(401),
            ..Fault::default()
        });
        flow.keys("Enter").see("no longer accepts this credential (401)").await;
        flow.see(&url).await;
        // The organisation is known: it is not asked for again.
        flow.paste(&token).keys("Enter").see("[▸ Create ]").await;
        flow.keys("Enter").see("ci-kept was created").await;
        assert_eq!(flow.requests("POST", "/v2/tokens"), 2);
    })
    .await;
}

#[tokio::test]
async fn without_routes_for_personal_tokens_the_rest_goes_on() {
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
async fn routes_for_personal_tokens_can_be_elsewhere() {
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
async fn a_personal_token_from_birth_to_death() {
    local(async {
        let mut flow = Flow::demo().await;
        flow.see("API tokens 40").await;
        flow.keys("g p").see("Personal tokens 3").await;
        flow.keys("n").see("New personal token").await;
        flow.types("laptop-9").keys("Enter Tab Tab Enter").see("laptop-9 was created").await;
        flow.see("r reveal").await;
        flow.keys("y").see("not confirmed").await;
        let secret = flow.copied().pop().unwrap();
        assert!(secret.starts_with("xapt-"), "it is a personal token");
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

/// What a terminal sends when one pastes.
trait Paste {
    fn paste(&mut self, text: &str) -> &mut Self;
}

impl Paste for Flow {
    fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Input::Msg(Msg::Paste(format!("{text}\n"))))
    }
}
