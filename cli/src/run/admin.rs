//! Questions to Envoy's admin interface.

use crate::render::site::{Address, Attempt};
use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);

/// What Envoy reads from a file, and the names of the statistics that tell what became of it.
#[derive(Debug, Clone)]
pub struct Resource {
    version: String,
    refusals: String,
    /// How many are not ready for use yet.
    warming: Option<&'static str>,
}

impl Resource {
    pub fn clusters() -> Self {
        let name = "cluster_manager.cds";
        Self::new(name, "update_rejected", Some("cluster_manager.warming_clusters"))
    }

    pub fn listeners() -> Self {
        let name = "listener_manager.lds";
        Self::new(name, "update_rejected", Some("listener_manager.total_listeners_warming"))
    }

    /// The gateway's configuration.
    pub fn gateway(attempt: &Attempt) -> Self {
        let name = format!("extension_config_discovery.http_filter.{}", attempt.gateway);
        Self::new(&name, "config_fail", None)
    }

    pub fn all(attempt: &Attempt) -> [Self; 3] {
        [Self::clusters(), Self::listeners(), Self::gateway(attempt)]
    }

    fn new(name: &str, refusals: &str, warming: Option<&'static str>) -> Self {
        let version = format!("{name}.version_text");
        Self { version, refusals: format!("{name}.{refusals}"), warming }
    }
}

pub struct Admin {
    address: Address,
}

impl Admin {
    /// `address` is where Envoy listens; on all addresses also means on this one.
    pub fn new(address: &Address) -> Self {
        let host = match address.host.as_str() {
            "0.0.0.0" => "127.0.0.1",
            "::" => "::1",
            host => host,
        };
        Self { address: Address { host: host.to_owned(), port: address.port } }
    }

    /// Waits until Envoy serves.
    pub async fn wait_ready(&self, patience: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + patience;
        while !matches!(self.get("/ready").await, Ok((200, _))) {
            if Instant::now() >= deadline {
                bail!("Envoy did not become ready within {} s.", patience.as_secs());
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// How often Envoy has refused a new one so far.
    pub async fn refusals(&self, resource: &Resource) -> anyhow::Result<u64> {
        Ok(self.stat(&resource.refusals).await?.parse().unwrap_or_default())
    }

    /// Waits until Envoy has taken over `version`. `refusals` is how often it had refused before.
    ///
    /// # Errors
    /// It refuses (its log says why), or takes too long.
    pub async fn wait_applied(
        &self,
        resource: &Resource,
        version: u32,
        refusals: u64,
        patience: Duration,
    ) -> anyhow::Result<()> {
        let wanted = format!("\"{version}\"");
        let deadline = Instant::now() + patience;
        loop {
            let is_current = self.stat(&resource.version).await? == wanted;
            if is_current && self.is_warm(resource).await? {
                return Ok(());
            }
            if !is_current && self.refusals(resource).await? > refusals {
                bail!("Envoy refuses the configuration; its message is above.");
            }
            if Instant::now() >= deadline {
                bail!("Envoy did not take over the configuration within {} s.", patience.as_secs());
            }
            sleep(POLL).await;
        }
    }

    async fn is_warm(&self, resource: &Resource) -> anyhow::Result<bool> {
        let Some(warming) = resource.warming else { return Ok(true) };
        Ok(self.stat(warming).await? == "0")
    }

    /// One statistic as text; empty if there is none of that name.
    async fn stat(&self, name: &str) -> anyhow::Result<String> {
        let pattern = name.replace('.', "%5C.");
        let (_, text) = self.get(&format!("/stats?filter=%5E{pattern}$")).await?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        Ok(value.unwrap_or_default().to_owned())
    }

    async fn get(&self, path: &str) -> anyhow::Result<(u16, String)> {
        timeout(ANSWER_TIMEOUT, self.exchange(path)).await.context("Envoy's admin is silent")?
    }

    async fn exchange(&self, path: &str) -> anyhow::Result<(u16, String)> {
        let stream = TcpStream::connect((self.address.host.as_str(), self.address.port)).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let request = Request::get(path)
            .header("host", self.address.to_string())
            .body(Empty::<hyper::body::Bytes>::new())?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        connection.abort();
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}
