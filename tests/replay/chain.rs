//! Chains of providers that sign in differently: whatever way one fails, the next is sent nothing of
//! its secrets, and the client, the log and the metrics see nobody's.

use crate::format::{FORMATS, Format};
use crate::script::{Script, Step, headers};
use crate::told::Told;
use crate::world::{Grant, World};
use crate::{ask, ask_stream};
use serde_json::{Value, json};

/// A way to sign in.
struct SignIn {
    name: &'static str,
    /// The format of the provider that is signed in to.
    format: &'static str,
    /// Members of `litellm_params`, with secrets that hold the deployment's id.
    params: fn(&str) -> Value,
    /// What the token's issuer answers, where there is one.
    grant: Option<fn(&str) -> String>,
}

const fn sign_in(name: &'static str, format: &'static str, params: fn(&str) -> Value) -> SignIn {
    SignIn { name, format, params, grant: None }
}

const fn token(name: &'static str, format: &'static str, params: fn(&str) -> Value) -> SignIn {
    SignIn { name, format, params, grant: Some(oauth) }
}

/// What [`Format::entry`] gives already.
fn as_usual(_: &str) -> Value {
    json!({})
}

fn oauth(id: &str) -> String {
    json!({"access_token": format!("token-of-{id}"), "expires_in": 3600}).to_string()
}

fn sts(id: &str) -> String {
    format!(
        "<Credentials><AccessKeyId>key-token-of-{id}</AccessKeyId>\
         <SecretAccessKey>signs-token-of-{id}</SecretAccessKey>\
         <SessionToken>session-token-of-{id}</SessionToken>\
         <Expiration>2033-01-01T00:00:00Z</Expiration></Credentials>"
    )
}

fn service_account(id: &str) -> Value {
    let key = include_str!("../../src/auth/token/jwt/rfc7515.pem");
    json!({"api_key": "", "vertex_credentials": {"type": "service_account", "project_id": "p",
        "client_email": format!("{id}@example.com"), "private_key": key,
        "token_uri": "https://oauth2.googleapis.com/token"}})
}

fn google_user(id: &str) -> Value {
    json!({"api_key": "", "vertex_credentials": {"type": "authorized_user", "client_id": "c",
        "client_secret": format!("client-{id}-secret"), "refresh_token": format!("refresh-{id}-secret")}})
}

fn azure_application(id: &str) -> Value {
    json!({"api_key": "", "tenant_id": format!("tenant-{id}"), "client_id": "c",
        "client_secret": format!("client-{id}-secret")})
}

fn aws_role(id: &str) -> Value {
    json!({"aws_role_name": format!("arn:aws:iam::1:role/{id}")})
}

fn snowflake(id: &str) -> Value {
    json!({"model": "snowflake/llama3.1-70b", "api_key": format!("pat/sk-{id}-secret")})
}

fn watsonx(_: &str) -> Value {
    json!({"model": "watsonx/ibm/granite-3-8b-instruct", "project_id": "project"})
}

const WAYS: [SignIn; 17] = [
    sign_in("a bearer key", "openai", as_usual),
    sign_in("Azure's key", "azure", as_usual),
    token("Azure's application", "azure", azure_application),
    sign_in("Azure AI's key", "azure-ai", as_usual),
    sign_in("Anthropic's key", "anthropic", as_usual),
    sign_in("Gemini's key", "gemini", as_usual),
    sign_in("a token of Google's", "vertex", as_usual),
    token("a service account", "vertex", service_account),
    token("a user of Google's", "vertex-claude", google_user),
    sign_in("keys of AWS", "converse", as_usual),
    SignIn { name: "a role", format: "invoke", params: aws_role, grant: Some(sts) },
    sign_in("a key of Bedrock's", "converse-key", as_usual),
    sign_in("keys of AWS for SageMaker", "sagemaker", as_usual),
    sign_in("Cohere's key", "cohere", as_usual),
    sign_in("Ollama's key", "ollama", as_usual),
    sign_in("Snowflake's token", "openai", snowflake),
    token("IBM's key", "openai", watsonx),
];

impl SignIn {
    fn format(&self) -> &'static Format {
        FORMATS.iter().find(|format| format.name == self.format).expect(self.format)
    }

    /// A deployment whose every setting that can hold a secret holds one.
    fn entry(&self, id: &str) -> Value {
        let mut entry = self.format().entry(id, id);
        let all = &mut entry["litellm_params"];
        for (name, value) in (self.params)(id).as_object().unwrap() {
            all[name] = value.clone();
        }
        all["api_base"] = json!(format!("https://{id}.example/v1?k=query-{id}-secret"));
        all["extra_headers"] = json!({"x-extra": format!("extra-{id}-secret")});
        entry
    }

    /// What its token consists of, as its issuer called it.
    fn tokens(&self, id: &str) -> Vec<String> {
        let kinds: &[&str] = match self.grant.map(|grant| grant(id).starts_with('<')) {
            None => &[],
            Some(false) => &[""],
            Some(true) => &["key-", "signs-", "session-"],
        };
        kinds.iter().map(|kind| format!("{kind}token-of-{id}")).collect()
    }

    /// Everything that the deployment `number` signs in with, as a provider would quote it.
    fn quotes(&self, world: &World, number: usize) -> String {
        let deployment = &world.config.deployments[number];
        let secrets = deployment.target.secrets().map(str::to_owned);
        let all = secrets.chain(self.tokens(&deployment.id));
        all.map(|secret| format!("<{secret}>")).collect::<Vec<_>>().join(" ")
    }

    fn grant(&self, id: &str) -> Option<Grant> {
        self.grant.map(|grant| (0, Some(200), grant(id)))
    }
}

fn world(first: &SignIn, second: &SignIn) -> World {
    let mut world = World::new(json!({
        "model_list": [first.entry("a"), second.entry("b")],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]},
        "general_settings": {"master_key": "sk-master-secret"},
    }));
    world.grants.extend(first.grant("a").into_iter().chain(second.grant("b")));
    world
}

/// Failures that quote the secrets back: before the first content, and so that another may take over.
fn failures(format: &Format, quoted: &str) -> Vec<Script> {
    let error = json!({"message": quoted, "type": quoted, "code": quoted, "param": quoted});
    let body = json!({"error": error, "message": quoted, "detail": quoted}).to_string();
    let kind = [("x-amzn-errortype", quoted), ("set-cookie", quoted), ("server", quoted)];
    let mut begun = format.said.start.to_vec();
    begun.push((format.said.content.0, quoted));
    vec![
        vec![headers(401, &kind), Step::Last(body.clone())],
        vec![headers(500, &kind), Step::Last(quoted.to_owned())],
        vec![
            headers(403, &[]),
            Step::Last(format!("<html><title>{}</title>", quoted.replace(['<', '>'], " "))),
        ],
        vec![headers(200, &[]), Step::Body(body), Step::End],
        format.streams(&begun),
        vec![headers(200, &kind), Step::Bytes(format.bytes(format.said.start)), Step::Reset],
    ]
}

/// Nothing that was told to anybody but a provider holds a secret.
#[track_caller]
fn nobody_knows(told: &Told, world: &World, place: &str) {
    let metrics: Vec<String> =
        told.metrics.iter().map(|metric| metric.series.to_string()).collect();
    let seen = format!(
        "{} {:?} {:?} {:?} {metrics:?} {:?}",
        told.body, told.headers, told.properties, told.warnings, world.complaints
    );
    for word in ["-secret", "token-of", "PRIVATE"] {
        assert!(!seen.contains(word), "{place}: {seen}");
    }
}

/// What each provider was sent holds its own secrets alone, and never what only signs.
#[track_caller]
fn each_knows_its_own(told: &Told, place: &str) {
    for (asked, other) in told.asked.iter().zip(["b", "a"]) {
        let sent = format!("{:?} {}", asked.headers, asked.body);
        let strange = [format!("-{other}-secret"), format!("token-of-{other}")];
        assert!(!strange.iter().any(|secret| sent.contains(secret)), "{place}: {sent}");
        for word in ["aws-secret", "signs-token", "client-", "refresh-", "PRIVATE", "master"] {
            assert!(!sent.contains(word), "{place}: {sent}");
        }
        let own = if other == "b" { "a" } else { "b" };
        let own = [format!("-{own}-secret"), format!("token-of-{own}")];
        assert!(own.iter().any(|secret| sent.contains(secret)), "{place}: {sent}");
    }
}

#[test]
fn no_provider_of_a_chain_learns_what_the_one_before_it_is_signed_in_with() {
    for (row, first) in WAYS.iter().enumerate() {
        for (column, second) in WAYS.iter().enumerate() {
            let mut world = world(first, second);
            let mut failures = failures(first.format(), &first.quotes(&world, 0));
            // Each pair once, and with each way to sign in every way to fail.
            let number = (row + column) % failures.len();
            let place = format!("{} then {}, failure {number}", first.name, second.name);
            let format = second.format();
            let good = format.streams(&format.events());
            let told = world.request(&ask_stream("a"), &[failures.swap_remove(number), good]);
            assert_eq!((told.status, &*told.streamed()), (Some(200), "Hello"), "{place}");
            assert_eq!(told.asked.len(), 2, "{place}");
            each_knows_its_own(&told, &place);
            nobody_knows(&told, &world, &place);
        }
    }
}

#[test]
fn the_last_providers_error_shows_nobodys_secrets() {
    for way in &WAYS {
        let count = failures(way.format(), "").len();
        for number in 0..count {
            let place = format!("{}, failure {number}", way.name);
            let mut world = world(way, way);
            let scripts = [0, 1].map(|deployment| {
                let quoted = way.quotes(&world, deployment);
                assert!(quoted.contains("-secret"), "{quoted}");
                failures(way.format(), &quoted).swap_remove(number)
            });
            let told = world.request(&ask("a"), &scripts);
            assert!(told.status.is_some_and(|status| status >= 400), "{place}: {:?}", told.status);
            each_knows_its_own(&told, &place);
            nobody_knows(&told, &world, &place);
        }
    }
}

#[test]
fn a_stream_that_breaks_off_shows_no_secret_in_its_error_event() {
    for way in &WAYS {
        let mut world = world(way, way);
        let format = way.format();
        let quoted = way.quotes(&world, 0);
        let error =
            json!({"error": {"message": quoted, "type": "x", "code": quoted}, "message": quoted});
        let named = if format.new_event().is_empty() { "" } else { "error" };
        let error = error.to_string();
        for broken in [(format.said.content.0, &*quoted), (named, &*error)] {
            let mut events = format.said.start.to_vec();
            events.extend([format.said.content, broken]);
            let told = world.request(&ask_stream("a"), &[format.streams(&events)]);
            assert_eq!(told.status, Some(200), "{}", way.name);
            assert!(
                told.body.contains("\"error\"") && told.body.contains("Hello"),
                "{}",
                told.body
            );
            nobody_knows(&told, &world, way.name);
        }
    }
}
