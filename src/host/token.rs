//! Calls to token endpoints, made by the root context and so by nobody's request.

use super::{call, headers, worker};
use crate::auth::token::MAX_REPLY_BYTES;
use crate::session::Headers;
use proxy_wasm::types::MapType;

/// Sends what is due. To be called in the root context, which gets the replies.
pub fn fetch() {
    let calls = worker::with_tokens(|tokens| {
        tokens.borrow_mut().due(worker::now_ms(), &mut worker::random)
    });
    for call in calls {
        let sent = call::dispatch(&call.cluster, &call.headers, &call.body, call.timeout_ms);
        let complaint = worker::with_tokens(|tokens| {
            let mut tokens = tokens.borrow_mut();
            match sent {
                Some(handle) => {
                    tokens.sent(&call.id, handle);
                    None
                }
                None => tokens.not_sent(&call.id, worker::now_ms()),
            }
        });
        warn(complaint);
    }
}

/// Takes the reply to the call `handle`, with so many headers and bytes of body. Where there are none,
/// asking for them would trap.
pub fn replied(handle: u32, headers: usize, size: usize) {
    let list = match headers {
        0 => Headers::new(),
        _ => headers::one(MapType::HttpCallResponseHeaders, ":status"),
    };
    let status = list.first().and_then(|(_, status)| status.parse().ok());
    // One byte more than is allowed tells that it is too long.
    let body = call::body(size, MAX_REPLY_BYTES + 1);
    let complaint = worker::with_tokens(|tokens| {
        tokens.borrow_mut().replied(handle, status, &body, worker::now_ms())
    });
    warn(complaint);
}

fn warn(complaint: Option<String>) {
    if let Some(complaint) = complaint {
        log::warn!("{complaint}");
    }
}
