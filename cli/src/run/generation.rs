//! From one configuration to the next without losing what still runs under the old one.

use crate::render::site::{Attempt, Site, Upstream, WatchedFile};

/// What Envoy serves.
#[derive(Debug, Clone)]
pub struct Generation {
    pub site: Site,
    /// The inner hops to keep: the site's own, and the one before it for requests that still run.
    pub attempts: Vec<Attempt>,
    /// The upstreams of the configuration before this one, which running plans may name.
    pub former: Vec<Upstream>,
    /// How many inner hops there have been.
    hops: u32,
    /// Which content of the plugin's file this runs.
    plugin: PluginVersion,
}

/// The plugin's file, and a number for its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginVersion {
    pub path: String,
    pub number: u32,
}

impl Generation {
    #[must_use]
    pub fn first(mut site: Site, plugin: PluginVersion) -> Self {
        site.attempt = Attempt::new(1, &plugin.path, site.attempt.env_keys);
        let attempts = vec![site.attempt.clone()];
        Self { site, attempts, former: Vec::new(), hops: 1, plugin }
    }

    /// The one after this. What is fixed while Envoy runs stays as it is.
    #[must_use]
    pub fn next(&self, mut site: Site, plugin: PluginVersion) -> Self {
        site.listen = self.site.listen.clone();
        site.admin = self.site.admin.clone();
        let known = &self.site.attempt;
        let needs_new_vm = plugin != self.plugin
            || site.attempt.env_keys.iter().any(|name| !known.env_keys.contains(name));
        let hops = self.hops + u32::from(needs_new_vm);
        let mut attempts = Vec::new();
        if needs_new_vm {
            let env_keys = std::mem::take(&mut site.attempt.env_keys);
            site.lead_to(Attempt::new(hops, &plugin.path, env_keys));
            attempts.push(site.attempt.clone());
        } else {
            site.lead_to(known.clone());
        }
        attempts.push(known.clone());
        let kept =
            |upstream: &&Upstream| site.upstreams.iter().all(|new| new.cluster != upstream.cluster);
        let former = self.site.upstreams.iter().filter(kept).cloned().collect();
        Self { site, attempts, former, hops, plugin }
    }

    /// The site with the clusters of the one before as well.
    #[must_use]
    pub fn with_former(&self) -> Site {
        let mut site = self.site.clone();
        site.upstreams.extend(self.former.iter().cloned());
        site
    }

    /// Whether the listeners of `next` differ from these in more than the gateway's configuration.
    #[must_use]
    pub fn listeners_differ(&self, next: &Self) -> bool {
        let settings = |site: &Site| Site {
            plugin_config: String::new(),
            upstreams: Vec::new(),
            ..site.clone()
        };
        self.attempts != next.attempts || settings(&self.site) != settings(&next.site)
    }

    /// Whether the gateway's configuration of `next` depends on inner listeners that are not there yet.
    #[must_use]
    pub fn must_prepare(&self, next: &Self) -> bool {
        self.attempts != next.attempts || next.site.files.iter().any(|file| self.lacks(file))
    }

    /// This generation, with the inner hops and the files of `next` ready to be used.
    #[must_use]
    pub fn preparing(&self, next: &Self) -> Self {
        let mut prepared = Self { attempts: next.attempts.clone(), ..self.clone() };
        let new = next.site.files.iter().filter(|file| self.lacks(file));
        prepared.site.files.extend(new.cloned());
        prepared
    }

    fn lacks(&self, file: &WatchedFile) -> bool {
        !self.site.files.contains(file)
    }

    #[must_use]
    pub fn plugin(&self) -> &PluginVersion {
        &self.plugin
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn site(model: &str, keys: &[&str]) -> Site {
        let document = json!({"model_list": [{"model_name": "m", "litellm_params": {
            "model": "openai/m", "api_key": "k", "api_base": format!("http://{model}.test/v1")}}]});
        let reading = dragoman::config::read(&document, &|_| None);
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Site::new(&document, &reading, "unused.wasm", keys).unwrap()
    }

    fn plugin(number: u32) -> PluginVersion {
        PluginVersion { path: format!("plugin-{number}.wasm"), number }
    }

    fn clusters(generation: &Generation) -> Vec<String> {
        let site = generation.with_former();
        site.upstreams.into_iter().map(|upstream| upstream.host).collect()
    }

    #[test]
    fn clusters_of_the_former_configuration_stay_for_one_generation() {
        let first = Generation::first(site("a", &[]), plugin(1));
        let second = first.next(site("b", &[]), plugin(1));
        assert_eq!(clusters(&second), ["b.test", "a.test"]);
        let third = second.next(site("b", &[]), plugin(1));
        assert_eq!(clusters(&third), ["b.test"]);
    }

    #[test]
    fn the_inner_hop_is_kept_while_the_vm_can_be() {
        let first = Generation::first(site("a", &["A", "B"]), plugin(1));
        let second = first.next(site("b", &["A"]), plugin(1));
        assert_eq!(second.attempts, first.attempts);
        assert_eq!(second.site.attempt, first.site.attempt);
    }

    #[test]
    fn files_that_are_new_are_ready_before_the_configuration_that_reads_them() {
        let of = |path: &str| {
            let document = json!({"model_list": [{"model_name": "m", "litellm_params": {
                "model": "bedrock/m", "aws_role_name": "r", "aws_web_identity_token": path}}]});
            let reading = dragoman::config::read(&document, &|_| None);
            Site::new(&document, &reading, "unused.wasm", Vec::new()).unwrap()
        };
        let first = Generation::first(of("/run/a/token"), plugin(1));
        let second = first.next(of("/run/b/token"), plugin(1));
        assert!(first.must_prepare(&second) && first.listeners_differ(&second));
        let paths = |generation: &Generation| {
            generation.site.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(paths(&first.preparing(&second)), ["/run/a/token", "/run/b/token"]);
        assert_eq!(paths(&second), ["/run/b/token"]);
        let third = second.next(of("/run/b/token"), plugin(1));
        assert!(!second.must_prepare(&third) && !second.listeners_differ(&third));
    }

    #[test]
    fn a_new_variable_or_plugin_gets_a_vm_of_its_own_beside_the_old_one() {
        let first = Generation::first(site("a", &["A"]), plugin(1));
        let second = first.next(site("a", &["A", "B"]), plugin(1));
        assert_eq!(second.site.attempt.vm, "dragoman_2");
        assert_eq!(second.site.attempt.env_keys, ["A", "B"]);
        assert_eq!(second.attempts.len(), 2);
        let third = second.next(site("a", &["A", "B"]), plugin(2));
        let listeners: Vec<&str> =
            third.attempts.iter().map(|attempt| attempt.listener.as_str()).collect();
        assert_eq!(listeners, ["dragoman_attempt_3", "dragoman_attempt_2"]);
        assert_eq!(third.site.attempt.wasm, "plugin-2.wasm");
        let fourth = third.next(site("a", &["A", "B"]), plugin(2));
        assert_eq!(fourth.attempts.len(), 1);
    }
}
