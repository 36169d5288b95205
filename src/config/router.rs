//! `router_settings`, and the members of `litellm_settings` that mean the same.

use super::model::{Routing, Strategy};
use super::names::{listed, nearest};
use super::node::Node;

/// Strategies of LiteLLM that are not there yet.
const OTHER_STRATEGIES: [&str; 6] = [
    "usage-based-routing",
    "usage-based-routing-v2",
    "latency-based-routing",
    "cost-based-routing",
    "provider-budget-routing",
    "lar1",
];

/// Most retries within a group; `dragoman.limits.max_attempts` is usually reached before.
const MAX_RETRIES: u32 = 100;

/// All but the fallbacks, which need the groups. `router` comes before `litellm`, as in LiteLLM.
pub fn read(router: Option<&Node<'_>>, litellm: Option<&Node<'_>>) -> Routing {
    let default = Routing::default();
    let retries = |at: Option<&Node<'_>>| at?.get("num_retries")?.count32(0, MAX_RETRIES);
    let fails = |at: Option<&Node<'_>>| at?.get("allowed_fails")?.count32(0, u32::MAX);
    let router_timeout = router.and_then(|router| router.get("timeout")?.timeout());
    let litellm_timeout = litellm.and_then(|litellm| litellm.get("request_timeout")?.timeout());
    // Both are read before one is chosen, so that a wrong one is reported where it has no effect.
    let (router_retries, litellm_retries) = (retries(router), retries(litellm));
    let (router_fails, litellm_fails) = (fails(router), fails(litellm));
    Routing {
        strategy: router
            .and_then(|router| strategy(&router.get("routing_strategy")?))
            .unwrap_or(default.strategy),
        num_retries: router_retries.or(litellm_retries).unwrap_or(default.num_retries),
        timeout_ms: router_timeout.or(litellm_timeout).unwrap_or(default.timeout_ms),
        stream_timeout_ms: router.and_then(|router| router.get("stream_timeout")?.timeout()),
        cooldown_ms: router
            .and_then(|router| router.get("cooldown_time")?.millis())
            .unwrap_or(default.cooldown_ms),
        allowed_fails: router_fails.or(litellm_fails).unwrap_or(default.allowed_fails),
        disable_cooldowns: router
            .and_then(|router| router.get("disable_cooldowns")?.flag())
            .unwrap_or(default.disable_cooldowns),
        ..default
    }
}

fn strategy(node: &Node<'_>) -> Option<Strategy> {
    const STRATEGIES: [(&str, Strategy); 2] =
        [("simple-shuffle", Strategy::SimpleShuffle), ("least-busy", Strategy::LeastBusy)];
    let text = node.name()?;
    if let Some((_, strategy)) = STRATEGIES.iter().find(|(name, _)| *name == text.text) {
        return Some(*strategy);
    }
    let names = || STRATEGIES.iter().map(|(name, _)| *name);
    if OTHER_STRATEGIES.contains(&&*text.text) {
        node.warn(format!(
            "Dragoman does not support the strategy {} yet; `simple-shuffle` is used instead. \
             Supported are {}.",
            text.shown(),
            listed(names())
        ));
        return None;
    }
    let meant = nearest(&text.text, names().chain(OTHER_STRATEGIES));
    let advice = meant.map(|name| format!(" Did you mean `{name}`?")).unwrap_or_default();
    node.error(format!("A strategy is one of {}.{advice}", listed(names())));
    None
}
