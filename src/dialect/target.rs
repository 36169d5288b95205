//! Where a request goes: one deployment's provider, model, address and switches.

use super::ParamPolicy;
use crate::auth::Credential;
use crate::catalog::Provider;
use crate::wire::object::RawJson;
use std::sync::Arc;

/// One deployment, as translation sees it.
#[derive(Debug, Clone)]
pub struct Target {
    pub provider: &'static Provider,
    /// The provider's name of the model; for Azure, of the deployment.
    pub model: String,
    pub endpoint: Arc<Endpoint>,
    pub credential: Credential,
    /// The provider's own settings ([`crate::catalog::Setting`]) that have a value.
    pub settings: Vec<(&'static str, String)>,
    /// Azure's `api-version`.
    pub api_version: Option<String>,
    /// OpenAI's `openai-organization`.
    pub organization: Option<String>,
    /// Added to every request, lower-case names.
    pub extra_headers: Vec<(String, String)>,
    /// Request members that stand where the client sends none (`litellm_params.temperature`, …).
    pub defaults: Vec<(String, RawJson)>,
    pub policy: ParamPolicy,
    /// What `max_tokens` is where the client sends none and the provider demands it.
    pub default_max_tokens: u64,
}

impl Target {
    /// The provider's own setting `name`.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whatever nobody but the provider must see: the credential, and the headers and the address's
    /// query, which may hold keys as well.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let headers = self.extra_headers.iter().map(|(_, value)| value.as_str());
        let pairs = self.endpoint.query().unwrap_or_default().split('&');
        let query = pairs.filter_map(|pair| pair.split_once('='));
        let query = query.filter(|(name, _)| *name != "api-version").map(|(_, value)| value);
        self.credential.secrets().chain(headers).chain(query)
    }
}

/// A provider's base address, such as `https://api.openai.com/v1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    tls: bool,
    host: String,
    port: u16,
    authority: String,
    /// Without a final slash; empty or starting with one.
    base_path: String,
    /// Without the question mark.
    query: Option<String>,
}

impl Endpoint {
    /// Reads `http[s]://host[:port][/path][?query]`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| {
            format!("`{url}` is not a URL: it must start with https:// or http://.")
        })?;
        let tls = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(format!("`{url}` has the scheme `{scheme}`; use https or http.")),
        };
        if let Some(bad) = rest.chars().find(|c| c.is_whitespace() || c.is_control()) {
            return Err(format!("`{url}` holds the character {bad:?}, which no URL may hold."));
        }
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        let (authority, path) = match rest.find('/').and_then(|at| rest.split_at_checked(at)) {
            Some((authority, path)) => (authority, path.trim_end_matches('/')),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err("The URL holds a user name or password; set `api_key` instead.".to_owned());
        }
        let default_port = if tls { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                let port = port.parse().map_err(|_| format!("`{url}` has no valid port."))?;
                (host, port)
            }
            _ => (authority, default_port),
        };
        if host.is_empty() {
            return Err(format!("`{url}` names no host."));
        }
        let host = host.to_ascii_lowercase();
        let authority = if port == default_port { host.clone() } else { format!("{host}:{port}") };
        Ok(Self { tls, host, port, authority, base_path: path.to_owned(), query })
    }

    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The `host` header: the port is left out where it is the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// `path` below the base path, which may stop anywhere along the way: what of it the base holds
    /// already is not added again. A base that ends as `path` does is the whole address.
    #[must_use]
    pub fn along(&self, path: &str) -> String {
        let slashes = || path.match_indices('/').map(|(at, _)| at);
        let end = slashes().rev().nth(1).and_then(|at| path.get(at..)).unwrap_or(path);
        if self.base_path.ends_with(end) {
            return self.join("");
        }
        let held = slashes().rev().find(|at| {
            path.get(..*at).is_some_and(|begun| *at > 0 && self.base_path.ends_with(begun))
        });
        self.join(held.and_then(|at| path.get(at..)).unwrap_or(path))
    }

    /// `path` in place of the first of `endings` that the base path has, else below it: for a format
    /// beside the one that the base address was written for.
    #[must_use]
    pub fn beside(&self, endings: &[&str], path: &str) -> String {
        let base = endings.iter().find_map(|ending| self.base_path.strip_suffix(ending));
        self.with_query(format!("{}{path}", base.unwrap_or(&self.base_path)))
    }

    /// `suffix` below the base path, with the base's query kept.
    #[must_use]
    pub fn join(&self, suffix: &str) -> String {
        self.with_query(format!("{}{suffix}", self.base_path))
    }

    fn with_query(&self, mut path: String) -> String {
        if let Some(query) = &self.query {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(query);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_read_and_joined() {
        let endpoint = Endpoint::parse("https://API.example.com/v1/").unwrap();
        assert_eq!(endpoint.authority(), "api.example.com");
        assert_eq!(endpoint.join("/chat/completions"), "/v1/chat/completions");
        let endpoint = Endpoint::parse("http://[::1]:8080?x=1").unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), ("[::1]", 8080));
        assert_eq!(endpoint.join("/a?b=2"), "/a?b=2&x=1");
    }

    #[test]
    fn a_base_may_stop_anywhere_along_the_way() {
        for base in
            ["", "/v1", "/v1/projects/p", "/v1/projects/p/models/m:predict", "/models/m:predict"]
        {
            let endpoint = Endpoint::parse(&format!("https://x{base}?a=1")).unwrap();
            let whole = endpoint.along("/v1/projects/p/models/m:predict");
            let expected = match base {
                "/models/m:predict" => "/models/m:predict?a=1",
                _ => "/v1/projects/p/models/m:predict?a=1",
            };
            assert_eq!(whole, expected, "{base}");
        }
        let endpoint = Endpoint::parse("https://x/gateway/rev1").unwrap();
        assert_eq!(endpoint.along("/v1/messages"), "/gateway/rev1/v1/messages");
        assert_eq!(endpoint.along("/chat"), "/gateway/rev1/chat");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "api.example.com",
            "ftp://x",
            "https://",
            "https://a b/",
            "http://x:99999",
            "https://u:p@x",
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
    }
}
