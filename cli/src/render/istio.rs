//! What an Istio ingress gateway needs to become a Dragoman.

use super::File;
use super::envoy::{Discovery, Values};
use super::input::Input;
use super::site::{Upstream, with_role};
use super::template::render;
use anyhow::ensure;
use serde::Serialize;
use serde_json::{Value, json};

/// Istio's names for clusters.
const CLUSTER_NAMES: &str = "outbound|{port}||{host}";

/// To be replaced by where the plugin was pushed.
pub const IMAGE: &str = "oci://registry.example.com/dragoman:0.1.0";

/// The configuration that is rendered where none is named: mock providers make no sense here.
pub const EXAMPLE: &str = include_str!("../../../envoy/istio/config.yaml");

#[derive(Serialize)]
struct IstioValues<'a> {
    #[serde(flatten)]
    envoy: Values<'a>,
    services: Vec<Service<'a>>,
    /// The configuration for the role solo.
    solo_config: String,
    /// Parts of a standalone Envoy's configuration.
    attempt_listener: String,
    loop_cluster: String,
    files_listener: String,
    files_cluster: String,
    stats_config: String,
}

/// A provider outside the mesh.
#[derive(Serialize)]
struct Service<'a> {
    /// Of the Kubernetes resources.
    name: String,
    #[serde(flatten)]
    upstream: &'a Upstream,
}

/// Has the plugin call clusters as Istio does, unless the configuration says how.
pub fn use_istio_names(document: &mut Value) {
    let Some(members) = document.as_object_mut() else { return };
    let section = members.entry("dragoman").or_insert(Value::Null);
    if section.is_null() {
        *section = json!({});
    }
    if let Some(section) = section.as_object_mut() {
        section.entry("cluster_name_format").or_insert(CLUSTER_NAMES.into());
    }
}

/// All files. `image` is where Istio's agent fetches the plugin.
///
/// # Errors
/// A provider is named by its IP address.
pub fn files(input: &Input, image: &str) -> anyhow::Result<Vec<File>> {
    let site = input.site(image)?;
    if let Some(upstream) = site.upstreams.iter().find(|upstream| upstream.is_ip) {
        anyhow::bail!(
            "Istio knows services by name; give {} a host name. (What clouds give their machines and \
             containers by address has none: sign in otherwise there.)",
            upstream.url
        );
    }
    ensure!(!site.upstreams.is_empty(), "There is no provider.");
    let part = |name| render(name, Values::new(&site).with(Discovery::Ads));
    let services = site.upstreams.iter().filter(|upstream| !upstream.host.ends_with(".local"));
    let services =
        services.map(|upstream| Service { name: resource_name(upstream), upstream }).collect();
    let values = IstioValues {
        services,
        solo_config: serde_json::to_string_pretty(&with_role(&input.document, "solo"))?,
        attempt_listener: as_mapping(&part("envoy/listener-attempt.yaml")?),
        loop_cluster: as_mapping(&part("envoy/cluster-loop.yaml")?),
        files_listener: as_mapping(&part("envoy/listener-files.yaml")?),
        files_cluster: as_mapping(&part("envoy/cluster-files.yaml")?),
        stats_config: part("envoy/stats.yaml")?.trim_end().to_owned(),
        envoy: Values::new(&site).with(Discovery::Ads),
    };
    let rendered = |name: &str| {
        let text = render(&format!("istio/{name}"), &values)?;
        anyhow::Ok(File::new(name, text))
    };
    Ok(vec![
        File::new("README.md", include_str!("../../../envoy/istio/README.md")),
        rendered("providers.yaml")?,
        rendered("gateway.yaml")?,
        rendered("wasmplugin.yaml")?,
        rendered("envoyfilter-solo.yaml")?,
        rendered("envoyfilter-gateway.yaml")?,
    ])
}

fn resource_name(upstream: &Upstream) -> String {
    let host = upstream.host.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    format!("{host}-{}", upstream.port)
}

/// The one item of a YAML list, without its comment.
fn as_mapping(list: &str) -> String {
    let mut lines = Vec::new();
    for line in list.lines().skip_while(|line| line.starts_with('#')) {
        lines.push(line.strip_prefix("- ").or(line.strip_prefix("  ")).unwrap_or(line));
    }
    lines.join("\n").trim_end().to_owned()
}
