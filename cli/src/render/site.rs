//! What the templates need to know of a configuration, and of the machine it is to run on.

use dragoman::dialect::Endpoint;
use serde::Serialize;

/// One Envoy.
#[derive(Debug, Clone, Serialize)]
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
    pub access_log: bool,
    /// The inner hop that new requests take.
    pub attempt: Attempt,
    /// One for each address that deployments use.
    pub upstreams: Vec<Upstream>,
}

/// `host:port`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// A name or an IP address, IPv6 without brackets.
    pub host: String,
    pub port: u16,
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

/// The internal listener, the cluster that leads to it and the VM that both sides share.
///
/// The plugin's code and environment are fixed when a VM starts. Where they change while Envoy
/// runs, a further generation of all three is set up beside the one that still serves old requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
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
