//! A folder for `docker compose up`.

use super::File;
use super::envoy::{self, Values};
use super::input::Input;
use super::site::{Address, PLUGIN_FILE, Site};
use super::template::render;
use crate::demo;
use serde::Serialize;

/// The demo's providers, as the other containers see them.
const MOCK_HOST: &str = "mock";

#[derive(Serialize)]
struct ComposeValues<'a> {
    #[serde(flatten)]
    envoy: Values<'a>,
    /// With the mock providers.
    is_demo: bool,
    mock_ports: Vec<u16>,
    mock_tps: u32,
}

/// Where the demo's providers are inside the composition.
#[must_use]
pub fn mock_addresses() -> Vec<String> {
    mock_ports().iter().map(|port| format!("{MOCK_HOST}:{port}")).collect()
}

fn mock_ports() -> Vec<u16> {
    demo::provider_sockets().iter().map(|address| address.port()).collect()
}

/// All files but the plugin and, for the demo, this program.
pub fn files(input: &Input, is_demo: bool) -> anyhow::Result<Vec<File>> {
    let mut site = input.site(PLUGIN_FILE)?;
    listen_in_container(&mut site);
    let values = ComposeValues {
        is_demo,
        mock_ports: mock_ports(),
        mock_tps: demo::TOKENS_PER_SECOND,
        envoy: Values::new(&site),
    };
    Ok(vec![
        File::new("compose.yaml", render("compose/compose.yaml", &values)?),
        File::new("envoy.yaml", envoy::whole(&site)?),
        File::new("prometheus.yaml", render("compose/prometheus.yaml", &values)?),
        grafana("datasource.yaml", include_str!("../../../envoy/compose/grafana/datasource.yaml")),
        grafana("dashboards.yaml", include_str!("../../../envoy/compose/grafana/dashboards.yaml")),
        grafana("dragoman.json", include_str!("../../../envoy/compose/grafana/dragoman.json")),
    ])
}

/// Who may connect is decided by the ports that are published.
fn listen_in_container(site: &mut Site) {
    let everywhere = |port| Address { host: "0.0.0.0".to_owned(), port };
    site.listen = everywhere(site.listen.port);
    site.admin = everywhere(site.admin.port);
}

fn grafana(name: &str, text: &str) -> File {
    File::new(format!("grafana/{name}"), text)
}
