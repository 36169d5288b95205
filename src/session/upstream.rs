//! The headers of an exchange with a provider: what it gets to see, and what the client gets to see of
//! its answer.

use super::headers::{self, CLUSTER, HeaderText, Headers, PROVIDER_REQUEST_ID};
use crate::dialect::Outgoing;
use crate::translate::{Answer, INPUT_TOKENS};

/// What providers see as the client.
const USER_AGENT: &str = concat!("dragoman/", env!("CARGO_PKG_VERSION"));

/// Everything the provider gets to see. Nothing of the client's headers is among it.
pub fn request_headers(outgoing: &mut Outgoing) -> Headers {
    let accept = if outgoing.exchange.stream { "text/event-stream" } else { "application/json" };
    // Two more for the router.
    let mut list: Headers = Vec::with_capacity(outgoing.headers.len() + 10);
    let mut add = |name: &'static str, value: HeaderText| list.push((name.into(), value));
    add(":method", outgoing.method.into());
    add(":scheme", outgoing.endpoint.scheme().into());
    add(":authority", outgoing.endpoint.authority().to_owned().into());
    add(":path", std::mem::take(&mut outgoing.path).into());
    add("content-length", headers::number(outgoing.body.len() as u64));
    for (name, value) in
        [("accept", accept), ("accept-encoding", "identity"), ("user-agent", USER_AGENT)]
    {
        if headers::get(&outgoing.headers, name).is_none() {
            add(name, value.into());
        }
    }
    list.append(&mut outgoing.headers);
    list
}

/// The same with what only routing needs, which the route removes.
pub fn routed_headers(outgoing: &mut Outgoing, cluster: &str) -> Headers {
    let scheme = outgoing.endpoint.scheme();
    let mut list = request_headers(outgoing);
    list.push((CLUSTER.into(), cluster.to_owned().into()));
    // Without it Envoy finds no route at all.
    list.push(("x-forwarded-proto".into(), scheme.into()));
    list
}

/// What a response's headers say about its body. `local`: Envoy made it.
pub fn answer(headers: &Headers, local: bool) -> Answer {
    let copy = |name| headers::get(headers, name).map(str::to_owned);
    Answer {
        status: status(headers).unwrap_or(502),
        content_encoding: copy("content-encoding"),
        retry_after: copy("retry-after"),
        error_type: copy("x-amzn-errortype"),
        input_tokens: headers::get(headers, INPUT_TOKENS).and_then(|n| n.parse().ok()),
        local,
    }
}

pub fn status(headers: &Headers) -> Option<u16> {
    headers::get(headers, ":status")?.parse().ok()
}

/// The provider's response headers that the client may see: its rate limits, and its own id of the
/// request for support cases. Cookies and the like stay behind.
#[must_use]
pub fn passed_on(headers: &Headers) -> Headers {
    let id = ["request-id", "x-request-id", "apim-request-id", "x-amzn-requestid"]
        .iter()
        .find_map(|name| headers::get(headers, name))
        .map(|id| (PROVIDER_REQUEST_ID.into(), id.to_owned().into()));
    let limits = headers.iter().filter(|(name, _)| {
        name.starts_with("x-ratelimit-") || name.starts_with("anthropic-ratelimit-")
    });
    limits.cloned().chain(id).collect()
}
