//! What a request used and cost, for headers, metrics and the access log.

use super::metrics::{self, MetricKind};
use super::shared::{Running, Session};
use super::{Effect, headers};
use crate::catalog::price::{self, Tokens};
use crate::config::{Deployment, Labels};
use crate::dialect::{BYTES_PER_TOKEN, Report};
use crate::openai::Usage;
use crate::operation::Operation;
use std::borrow::Cow;

/// Tokens and cost of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill {
    pub usage: Usage,
    /// The provider gave no final count.
    pub estimated: bool,
    /// nano-USD (1e-9 USD); `None` where a price is not known, which is not the same as free.
    pub cost: Option<u64>,
}

/// The bill of the answer so far; `None` where no provider has answered.
#[must_use]
pub fn bill(session: &Session) -> Option<Bill> {
    let running = session.current.as_ref().filter(|running| running.served)?;
    let report = running.report()?;
    let deployment = session.config.deployments.get(running.attempt.deployment)?;
    let (usage, estimated) = usage_of(report, session.request.body().len());
    let listed = || {
        let wildcard = running.attempt.wildcard.as_deref();
        let price = deployment.pricing.price(wildcard, session.started_ms / 1_000)?;
        let cost = price::cost(&price, &tokens(&usage), report.service_tier.as_deref())?;
        Some(cost.total_nano_usd())
    };
    let charged =
        report.cost.filter(|_| deployment.pricing.overrides().is_empty()).and_then(nano_usd);
    Some(Bill { usage, estimated, cost: charged.or_else(listed) })
}

/// What the provider itself says it charged, which knows more than a list; USD.
fn nano_usd(charged: f64) -> Option<u64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the cast saturates
    (charged.is_finite() && charged >= 0.0).then_some((charged * 1e9).round() as u64)
}

/// A stream that ended whole has its provider's count. One that broke off may have half of it
/// (Anthropic counts the prompt first): the rest is estimated from what was seen.
fn usage_of(report: &Report, request_bytes: usize) -> (Usage, bool) {
    let counted = report.usage.unwrap_or_default();
    if report.finished && report.usage.is_some() {
        return (counted, report.estimated);
    }
    let prompt = if counted.prompt_tokens > 0 {
        counted.prompt_tokens
    } else {
        (request_bytes as u64).div_ceil(BYTES_PER_TOKEN)
    };
    let completion = counted.completion_tokens.max(report.deltas);
    let usage = Usage {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt.saturating_add(completion),
        ..counted
    };
    (usage, true)
}

fn tokens(usage: &Usage) -> Tokens {
    let prompt = &usage.prompt_tokens_details;
    let completion = &usage.completion_tokens_details;
    Tokens {
        prompt: usage.prompt_tokens,
        cached: cache_reads(usage),
        cache_write_5m: cache_writes(usage)
            .saturating_sub(prompt.cache_creation_token_details.ephemeral_1h_input_tokens),
        cache_write_1h: prompt.cache_creation_token_details.ephemeral_1h_input_tokens,
        audio_input: prompt.audio_tokens,
        image_input: prompt.image_tokens,
        completion: usage.completion_tokens,
        reasoning: completion.reasoning_tokens,
        audio_output: completion.audio_tokens,
        image_output: completion.image_tokens,
        ..Tokens::default()
    }
}

fn cache_reads(usage: &Usage) -> u64 {
    usage.prompt_tokens_details.cached_tokens.max(usage.cache_read_input_tokens)
}

fn cache_writes(usage: &Usage) -> u64 {
    usage.prompt_tokens_details.cache_creation_tokens.max(usage.cache_creation_input_tokens)
}

/// nano-USD as a decimal number of USD, without an exponent and without superfluous zeros.
#[must_use]
pub fn usd(nano: u64) -> String {
    let text = format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The model that served, as `provider/model`.
#[must_use]
pub fn served_model(running: &Running, deployment: &Deployment) -> String {
    let target = super::shared::target_of(deployment, running.attempt.wildcard.as_deref());
    format!("{}/{}", target.provider.name, target.model)
}

/// Metrics and access log of a request whose client side has ended.
#[must_use]
pub fn settle(session: &Session, now_ms: u64) -> Vec<Effect> {
    let mut effects = Vec::with_capacity(24);
    let deployment = session.deployment();
    // The name that clients ask for comes from the configuration here: an unknown one has no session.
    let group = session
        .config
        .group(session.request.model())
        .map_or(session.request.model(), |(group, _)| group.name.as_str());
    let labels = match deployment {
        Some(deployment) if deployment.group == group => deployment.labels.clone(),
        Some(deployment) => Labels::new(group, &deployment.target.provider.name, &deployment.id),
        None => Labels::unserved(group),
    };
    let labels = labels.of(session.request.operation());
    let bill = bill(session);
    if session.config.access_log {
        properties(session, group, bill.as_ref(), &mut effects);
    }
    let count =
        |name, extra, value| metrics::metric(MetricKind::Counter, name, &labels, extra, value);
    // 0: the client went away before.
    let status = headers::number(session.answered.unwrap_or(0));
    effects.push(count("dragoman_requests_total", Some(("status", status)), 1));
    let duration = now_ms.saturating_sub(session.started_ms);
    let observe =
        |name, extra, value| metrics::metric(MetricKind::Histogram, name, &labels, extra, value);
    effects.push(observe("gen_ai_server_request_duration_milliseconds", None, duration));
    if let Some(running) =
        session.current.as_ref().filter(|running| running.served && running.attempt.leg > 0)
    {
        let to = Some(("dragoman_fallback_model", running.attempt.group.to_string().into()));
        effects.push(count("dragoman_fallbacks_total", to, 1));
    }
    if let (Some(first), true) = (session.first_content_ms, session.request.stream()) {
        let waited = first.saturating_sub(session.started_ms);
        effects.push(observe("gen_ai_server_time_to_first_token_milliseconds", None, waited));
    }
    if let Some(bill) = bill {
        usage_effects(session, &bill, now_ms, &count, &observe, &mut effects);
    }
    effects
}

/// What the access log is told.
fn properties(session: &Session, group: &str, bill: Option<&Bill>, effects: &mut Vec<Effect>) {
    let mut property = |name, value| effects.push(Effect::Property(name, value));
    property("call_id", session.call_id.clone());
    property("operation", session.request.operation().name().to_owned());
    property("model_group", group.to_owned());
    property("attempts", session.attempts.to_string());
    if let (Some(running), Some(deployment)) = (&session.current, session.deployment()) {
        property("provider", deployment.target.provider.name.clone());
        property("deployment", deployment.id.clone());
        // What a wildcard stood for is the client's own text.
        property("model", headers::safe_value(&served_model(running, deployment)));
    }
    let Some(bill) = bill else { return };
    property("input_tokens", bill.usage.prompt_tokens.to_string());
    property("output_tokens", bill.usage.completion_tokens.to_string());
    property("cost_usd", bill.cost.map_or_else(|| "unknown".to_owned(), usd));
    property("usage", if bill.estimated { "estimated" } else { "exact" }.to_owned());
}

type Record<'a> =
    dyn Fn(&'static str, Option<(&'static str, Cow<'static, str>)>, u64) -> Effect + 'a;

fn usage_effects<'a>(
    session: &Session,
    bill: &Bill,
    now_ms: u64,
    count: &Record<'a>,
    observe: &Record<'a>,
    effects: &mut Vec<Effect>,
) {
    let usage = &bill.usage;
    let kinds = [
        ("input", usage.prompt_tokens),
        ("output", usage.completion_tokens),
        ("cached", cache_reads(usage)),
        ("cache_write", cache_writes(usage)),
        ("reasoning", usage.completion_tokens_details.reasoning_tokens),
    ];
    // Embeddings have no output that could be compared with that of others.
    let writes = session.request.operation() == Operation::Chat;
    for (kind, tokens) in kinds {
        let label = || Some(("gen_ai_token_type", kind.into()));
        if tokens > 0 {
            effects.push(count("dragoman_tokens_total", label(), tokens));
        }
        let is_total = kind == "input" || kind == "output" && writes;
        if is_total {
            effects.push(observe("gen_ai_client_token_usage", label(), tokens));
        }
    }
    if let (Some(first), true) = (session.first_content_ms, session.request.stream())
        && let Some(others) = usage.completion_tokens.checked_sub(1).filter(|others| *others > 0)
    {
        let micros = now_ms.saturating_sub(first).saturating_mul(1_000) / others;
        effects.push(observe("gen_ai_server_time_per_output_token_microseconds", None, micros));
    }
    match bill.cost {
        Some(nano) => effects.push(count("dragoman_cost_nanousd_total", None, nano)),
        None => effects.push(count("dragoman_unpriced_requests_total", None, 1)),
    }
    if bill.estimated {
        effects.push(count("dragoman_estimated_usage_total", None, 1));
    }
}

#[cfg(test)]
mod tests;
