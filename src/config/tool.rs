//! `dragoman`: what LiteLLM has no word for. Part of it is for the plugin, the rest for the tool that
//! renders Envoy's configuration.

use super::known::{self, LIMITS};
use super::model::{Limits, Role};
use super::names::{listed, nearest};
use super::node::Node;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Settings that only the tool uses. The plugin reads them too, so that a wrong one is a problem
/// wherever it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSettings {
    /// Where clients connect.
    pub listen: Address,
    /// Envoy's admin interface.
    pub admin: Address,
    /// Envoy's worker threads; where absent, one for each core.
    pub workers: Option<u32>,
    /// Certificates that providers' are checked against; where absent, the system's.
    pub ca_file: Option<String>,
    pub access_log: AccessLog,
}

/// An IP address and a port to listen on, written `0.0.0.0:4000` or `[::]:4000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// IPv6 without brackets.
    pub host: String,
    pub port: u16,
}

impl Address {
    fn new(host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port }
    }

    fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(host) => host.parse::<Ipv6Addr>().ok().map(|_| Self::new(host, port)),
            None => host.parse::<Ipv4Addr>().ok().map(|_| Self::new(host, port)),
        }
    }
}

impl Default for ToolSettings {
    fn default() -> Self {
        Self {
            listen: Address::new("0.0.0.0", 4000),
            admin: Address::new("127.0.0.1", 9901),
            workers: None,
            ca_file: None,
            access_log: AccessLog::default(),
        }
    }
}

/// Where Envoy writes a line for each request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AccessLog {
    #[default]
    Stdout,
    Off,
    File(String),
}

/// Reads the section but for `cluster_name_format`, which belongs to the deployments.
pub fn read(
    section: Option<&Node<'_>>,
    general: Option<&Node<'_>>,
) -> (Role, Limits, ToolSettings) {
    let limits = Limits::default();
    let mut found = (Role::default(), limits, ToolSettings::default());
    let (role, limits, tool) = (&mut found.0, &mut found.1, &mut found.2);
    if let Some(general) = general {
        set_bytes(&mut limits.max_request_body_bytes, general, "max_request_size_mb");
        set_bytes(&mut limits.max_response_body_bytes, general, "max_response_size_mb");
    }
    let Some(section) = section else { return found };
    if let Some(limits_node) = section.get("limits").filter(|node| known::check(node, &LIMITS)) {
        set_bytes(&mut limits.max_request_body_bytes, &limits_node, "max_request_body_mb");
        set_bytes(&mut limits.max_request_body_bytes, &limits_node, "max_request_body_bytes");
        set_bytes(&mut limits.max_response_body_bytes, &limits_node, "max_response_body_mb");
        set_bytes(&mut limits.max_response_body_bytes, &limits_node, "max_response_body_bytes");
        let attempts = limits_node.get("max_attempts").and_then(|node| node.count32(1, 100));
        limits.max_attempts = attempts.unwrap_or(limits.max_attempts);
    }
    if let Some(node) = section.get("role") {
        *role = read_role(&node).unwrap_or_default();
    }
    if let Some(listen) = section.get("listen").and_then(|node| address(&node)) {
        tool.listen = listen;
    }
    if let Some(admin) = section.get("admin").and_then(|node| address(&node)) {
        tool.admin = admin;
    }
    tool.workers = section.get("workers").and_then(|node| node.count32(1, 1024));
    tool.ca_file = section.get("ca_file").and_then(|node| Some(node.name()?.text.into_owned()));
    if let Some(node) = section.get("access_log") {
        tool.access_log = read_access_log(&node);
    }
    found
}

/// Sets `bytes` if the member is there; a name that ends in `_mb` counts in MiB, as LiteLLM does.
fn set_bytes(bytes: &mut usize, section: &Node<'_>, name: &str) {
    /// As much as a 32-bit VM can be asked to hold.
    const MOST: u64 = 1 << 30;
    let unit: u64 = if name.ends_with("_mb") { 1 << 20 } else { 1 };
    let Some(node) = section.get(name) else { return };
    let count = node.count(1, MOST / unit).and_then(|count| count.checked_mul(unit));
    if let Some(count) = count.and_then(|count| usize::try_from(count).ok()) {
        *bytes = count;
    }
}

fn read_role(node: &Node<'_>) -> Option<Role> {
    const ROLES: [(&str, Role); 3] =
        [("gateway", Role::Gateway), ("adapter", Role::Adapter), ("solo", Role::Solo)];
    let text = node.name()?;
    let found = ROLES.iter().find(|(name, _)| *name == text.text);
    if found.is_none() {
        let names = || ROLES.iter().map(|(name, _)| *name);
        let meant = nearest(&text.text, names());
        let advice = meant.map(|role| format!(" Did you mean `{role}`?")).unwrap_or_default();
        node.error(format!("A role is one of {}.{advice}", listed(names())));
    }
    found.map(|(_, role)| *role)
}

fn address(node: &Node<'_>) -> Option<Address> {
    let address = Address::parse(&node.name()?.text);
    if address.is_none() {
        node.error(
            "Expected an IP address and a port, such as 0.0.0.0:4000, 127.0.0.1:9901 or [::]:4000.",
        );
    }
    address
}

fn read_access_log(node: &Node<'_>) -> AccessLog {
    match node.value.as_bool() {
        Some(true) => return AccessLog::Stdout,
        Some(false) => return AccessLog::Off,
        None => {}
    }
    match node.name().map(|name| name.text) {
        Some(text) if text == "off" => AccessLog::Off,
        Some(text) if text == "stdout" => AccessLog::Stdout,
        Some(text) => AccessLog::File(text.into_owned()),
        None => AccessLog::default(),
    }
}
