//! What the templates need to know of a configuration, and of the machine it is to run on.

use dragoman::auth::token::Step;
use dragoman::config::{self, AccessLog, Config, Reading};
use dragoman::dialect::{Credential, Endpoint};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The plugin, in a folder of rendered files.
pub const PLUGIN_FILE: &str = "dragoman.wasm";

/// Where Debian and the official Envoy images keep the public certificate authorities.
pub const SYSTEM_CA: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A model may think in silence for as long as its time limit allows; then this much longer, ms.
const IDLE_MARGIN_MS: u64 = 60_000;

/// One Envoy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Where clients connect.
    pub listen: Address,
    /// Where Envoy's metrics and administration are.
    pub admin: Address,
    /// The certificate authorities that providers are checked against, a PEM file where Envoy runs.
    pub trusted_ca: String,
    /// The gateway's configuration: the user's, as JSON.
    pub plugin_config: String,
    /// The adapter's: it knows its role, and gets everything else from the gateway.
    pub adapter_config: &'static str,
    /// Longest request, bytes.
    pub request_limit: u32,
    /// Longest translated request or whole answer, bytes.
    pub exchange_limit: u32,
    /// Time without a byte after which a request counts as dead, seconds.
    pub idle_timeout_s: u64,
    pub access_log: AccessLogTarget,
    /// The inner hop that new requests take.
    pub attempt: Attempt,
    /// One for each address that deployments use, or get the tokens from that they sign in with.
    pub upstreams: Vec<Upstream>,
    /// Those that hold tokens to sign in with.
    pub files: Vec<WatchedFile>,
}

impl Site {
    /// What `reading` of `document` asks for. `env_keys` are the variables it may refer to, `wasm` is
    /// the plugin's file as Envoy finds it.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new(
        document: &Value,
        reading: &Reading,
        wasm: &str,
        env_keys: Vec<String>,
    ) -> anyhow::Result<Self> {
        let Reading { config, tool, .. } = reading;
        let request_limit = u32::try_from(config.limits.max_request_body_bytes)?;
        let answer_limit = u32::try_from(config.limits.max_response_body_bytes)?;
        Ok(Self {
            listen: Address::from(&tool.listen),
            admin: Address::from(&tool.admin),
            trusted_ca: tool.ca_file.clone().unwrap_or_else(|| SYSTEM_CA.to_owned()),
            plugin_config: serde_json::to_string_pretty(&with_role(document, "gateway"))?,
            adapter_config: r#"{"dragoman": {"role": "adapter"}}"#,
            request_limit,
            // Another format may need more bytes for the same request.
            exchange_limit: request_limit.saturating_mul(2).max(answer_limit),
            idle_timeout_s: longest_timeout_ms(config).saturating_add(IDLE_MARGIN_MS) / 1000,
            access_log: match &tool.access_log {
                AccessLog::Off => AccessLogTarget::Off,
                AccessLog::Stdout => AccessLogTarget::Stdout,
                AccessLog::File(path) => AccessLogTarget::File { path: path.clone() },
            },
            attempt: Attempt::new(1, wasm, env_keys),
            upstreams: upstreams(config),
            files: files(config),
        })
    }
}

impl Site {
    /// Checks providers against the authorities that this machine keeps, unless the configuration
    /// names others.
    pub fn use_ca_of_this_machine(&mut self) {
        const PLACES: [&str; 5] = [
            SYSTEM_CA,
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/ssl/cert.pem",
        ];
        if self.trusted_ca == SYSTEM_CA
            && let Some(found) = PLACES.iter().find(|place| std::path::Path::new(place).is_file())
        {
            self.trusted_ca = (*found).to_owned();
        }
    }
}

impl Site {
    /// Makes sure that the files that hold tokens are there: Envoy takes no configuration without them.
    ///
    /// # Errors
    /// One is not on this machine.
    pub fn require_files(&self) -> anyhow::Result<()> {
        let missing = self.files.iter().find(|file| !std::path::Path::new(&file.path).is_file());
        match missing {
            Some(file) => {
                anyhow::bail!("There is no file {}, which is to hold a token.", file.path)
            }
            None => Ok(()),
        }
    }

    /// Makes `attempt` the inner hop that the gateway sends requests to.
    pub fn lead_to(&mut self, attempt: Attempt) {
        if let Ok(mut document) = serde_json::from_str::<Value>(&self.plugin_config) {
            document["dragoman"]["loop_cluster"] = Value::from(attempt.cluster.as_str());
            self.plugin_config = format!("{document:#}");
        }
        self.attempt = attempt;
    }
}

/// The document, saying which of the plugin's faces it is for.
pub fn with_role(document: &Value, role: &str) -> Value {
    let mut document = document.clone();
    if let Some(members) = document.as_object_mut() {
        let section = members.entry("dragoman").or_insert(Value::Null);
        if !section.is_object() {
            *section = Value::Object(serde_json::Map::new());
        }
        section["role"] = Value::from(role);
    }
    document
}

fn longest_timeout_ms(config: &Config) -> u64 {
    let deployments = config.deployments.iter();
    deployments
        .flat_map(|deployment| [deployment.timeout_ms, deployment.stream_timeout_ms])
        .chain([Some(config.routing.timeout_ms), config.routing.stream_timeout_ms])
        .flatten()
        .max()
        .unwrap_or_default()
}

fn upstreams(config: &Config) -> Vec<Upstream> {
    let by_name: BTreeMap<&str, &Endpoint> = config
        .deployments
        .iter()
        .flat_map(|deployment| {
            let target = &deployment.target;
            let tokens = steps(&target.credential).filter_map(Step::endpoint);
            std::iter::once((deployment.cluster.as_str(), &*target.endpoint)).chain(tokens)
        })
        .collect();
    by_name.into_iter().map(|(cluster, endpoint)| Upstream::new(cluster, endpoint)).collect()
}

fn files(config: &Config) -> Vec<WatchedFile> {
    let deployments = config.deployments.iter();
    let paths: BTreeSet<&str> = deployments
        .flat_map(|deployment| steps(&deployment.target.credential).filter_map(Step::path))
        .collect();
    paths.into_iter().map(WatchedFile::new).collect()
}

/// How a credential is fetched, if it is.
fn steps(credential: &Credential) -> impl Iterator<Item = &Step> {
    let source = if let Credential::Fetched(source) = credential { Some(source) } else { None };
    source.into_iter().flat_map(|source| source.steps())
}

/// A file that is replaced from time to time, which Envoy reads for the plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchedFile {
    pub path: String,
    /// Where it is: a change is seen by a rename there.
    pub folder: String,
}

impl WatchedFile {
    fn new(path: &str) -> Self {
        let folder = path.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default();
        let folder = if folder.is_empty() { "/" } else { folder };
        Self { path: path.to_owned(), folder: folder.to_owned() }
    }
}

/// Where Envoy writes a line for each request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum AccessLogTarget {
    Off,
    Stdout,
    File { path: String },
}

/// An IP address and a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// IPv6 without brackets.
    pub host: String,
    pub port: u16,
}

impl From<&config::Address> for Address {
    fn from(address: &config::Address) -> Self {
        Self { host: address.host.clone(), port: address.port }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// The gateway's filter, the internal listener, the cluster that leads to it, and the VM that both
/// sides share.
///
/// The plugin's code and environment are fixed when a VM starts. Where they change while Envoy
/// runs, a further generation of them is set up beside the one that still serves old requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The gateway's filter.
    pub gateway: String,
    pub listener: String,
    pub cluster: String,
    pub vm: String,
    /// The plugin's file, as Envoy finds it.
    pub wasm: String,
    /// The environment variables that the plugin may see.
    pub env_keys: Vec<String>,
}

impl Attempt {
    /// Generations count from 1.
    #[must_use]
    pub fn new(generation: u32, wasm: &str, env_keys: Vec<String>) -> Self {
        let suffix = if generation > 1 { format!("_{generation}") } else { String::new() };
        Self {
            gateway: format!("dragoman_gateway{suffix}"),
            listener: format!("dragoman_attempt{suffix}"),
            cluster: format!("dragoman_loop{suffix}"),
            vm: format!("dragoman{suffix}"),
            wasm: wasm.to_owned(),
            env_keys,
        }
    }
}

/// A provider's address, as an Envoy cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    pub cluster: String,
    /// For people.
    pub url: String,
    pub tls: bool,
    /// IPv6 without brackets.
    pub host: String,
    pub port: u16,
    /// The host is an IP address: there is nothing to resolve.
    pub is_ip: bool,
}

impl Upstream {
    #[must_use]
    pub fn new(cluster: &str, endpoint: &Endpoint) -> Self {
        let host = endpoint.host().trim_start_matches('[').trim_end_matches(']');
        Self {
            cluster: cluster.to_owned(),
            url: format!("{}://{}", endpoint.scheme(), endpoint.authority()),
            tls: endpoint.is_tls(),
            host: host.to_owned(),
            port: endpoint.port(),
            is_ip: host.parse::<std::net::IpAddr>().is_ok(),
        }
    }
}
