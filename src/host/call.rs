//! HTTP calls: how they are sent and read, and those that streams make.
//!
//! Envoy ends a context's calls with the context, and the SDK then never forgets them. So streams call
//! in the name of their root context, which outlives them: every call is answered, and what comes
//! for a stream that is gone is for nobody.

use super::carry_out::{Shown, carry_out};
use super::filter::{Machine, Stream};
use super::{headers, worker};
use crate::session::{Call, CallReply, Event, Headers};
use hashbrown::HashMap;
use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MapType};
use std::cell::RefCell;
use std::rc::Weak;
use std::time::Duration;

/// Most calls of streams that one worker has under way.
const MAX_CALLS: usize = 65_536;

thread_local! {
    static CALLS: RefCell<HashMap<u32, UnderWay>> = RefCell::default();
}

/// A stream's call.
struct UnderWay {
    stream: u32,
    root: u32,
    machine: Weak<RefCell<Machine>>,
    piece: usize,
}

/// Sends a request to `cluster`; its handle, unless the host refused.
pub fn dispatch(cluster: &str, list: &Headers, body: &[u8], timeout_ms: u64) -> Option<u32> {
    let body = (!body.is_empty()).then_some(body);
    let (list, timeout) = (headers::borrowed(list), Duration::from_millis(timeout_ms));
    hostcalls::dispatch_http_call(cluster, list, body, Vec::new(), timeout).ok()
}

/// The body of the reply that is being told, at most `most` bytes of it. Where there is none, asking
/// for it would trap.
pub fn body(size: usize, most: usize) -> Vec<u8> {
    match size.min(most) {
        0 => Vec::new(),
        size => hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, size)
            .ok()
            .flatten()
            .unwrap_or_default(),
    }
}

/// Whether one more call can be noted. Those that a replaced configuration took with it are never
/// answered, and make room first.
fn has_room() -> bool {
    CALLS.with_borrow_mut(|calls| {
        if calls.len() >= MAX_CALLS {
            calls.retain(|_, call| call.machine.strong_count() > 0);
        }
        calls.len() < MAX_CALLS
    })
}

/// Sends a stream's call, in whose context the host is. `false`: it could not be sent.
pub fn send(call: &Call, stream: &Stream) -> bool {
    if !has_room() || hostcalls::set_effective_context(stream.root).is_err() {
        return false;
    }
    let handle = dispatch(&call.cluster, &call.headers, &call.body, call.timeout_ms);
    let _ = hostcalls::set_effective_context(stream.id);
    let Some(handle) = handle else { return false };
    let machine = std::rc::Rc::downgrade(&stream.machine);
    let (stream, root, piece) = (stream.id, stream.root, call.piece);
    CALLS.with_borrow_mut(|calls| {
        calls.insert(handle, UnderWay { stream, root, machine, piece });
    });
    true
}

/// Hands the reply to the call `handle` to the stream that made it. `false`: no stream did.
pub fn replied(handle: u32, count: usize, size: usize) -> bool {
    let Some(call) = CALLS.with_borrow_mut(|calls| calls.remove(&handle)) else { return false };
    let Some(machine) = call.machine.upgrade() else { return true };
    if hostcalls::set_effective_context(call.root).is_err() {
        return true;
    }
    let list = (count > 0).then(|| headers::read(MapType::HttpCallResponseHeaders));
    let body = body(size, usize::MAX);
    if hostcalls::set_effective_context(call.stream).is_err() {
        return true;
    }
    let reply = CallReply { piece: call.piece, headers: list.as_ref(), body: &body };
    let stream = Stream { id: call.stream, root: call.root, machine };
    let effects = stream.machine.borrow_mut().handle(Event::CallReply(reply));
    carry_out(effects, Shown::default(), &stream);
    if !stream.machine.borrow().wants_ticks() {
        worker::set_ticking(stream.id, None);
    }
    true
}
