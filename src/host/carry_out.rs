//! Effects become host calls.

use super::filter::Stream;
use super::{call, headers, worker};
use crate::session::{CallReply, Effect, Event, Reply};
use proxy_wasm::hostcalls;
use proxy_wasm::types::{Action, BufferType, MapType};
use std::collections::VecDeque;

/// Bytes of the buffers that the current callback shows; a replacement covers all of them.
#[derive(Clone, Copy, Default)]
pub struct Shown {
    pub request_body: usize,
    pub response_body: usize,
}

/// Carries out `effects` in their order, and says whether the stream goes on. The host is in the
/// stream's context.
pub fn carry_out(effects: Vec<Effect>, shown: Shown, stream: &Stream) -> Action {
    let mut action = Action::Continue;
    let mut effects = VecDeque::from(effects);
    while let Some(effect) = effects.pop_front() {
        match effect {
            Effect::Hold => action = Action::Pause,
            Effect::ResumeRequest => note(hostcalls::resume_http_request(), "resume"),
            Effect::RequestHeaders(list) => headers::write(MapType::HttpRequestHeaders, &list),
            Effect::ResponseHeaders(list) => headers::write(MapType::HttpResponseHeaders, &list),
            Effect::RequestBody(body) => {
                replace(BufferType::HttpRequestBody, shown.request_body, &body);
            }
            Effect::ResponseBody(body) => {
                // Writing nothing over nothing would be a host call for nothing.
                if shown.response_body > 0 || !body.is_empty() {
                    replace(BufferType::HttpResponseBody, shown.response_body, &body);
                }
            }
            Effect::Call(call) => {
                if !call::send(&call, stream) {
                    let none = CallReply { piece: call.piece, headers: None, body: &[] };
                    effects.extend(stream.machine.borrow_mut().handle(Event::CallReply(none)));
                }
            }
            Effect::Reply(reply) => {
                send(&reply);
                action = Action::Pause;
            }
            Effect::Metric(metric) => worker::with_metrics(|series| series.record(metric)),
            Effect::Property(name, value) => {
                let path = format!("dragoman.{name}");
                note(hostcalls::set_property(vec![&path], Some(value.as_bytes())), "property");
            }
            Effect::Warn(text) => log::warn!("{text}"),
        }
    }
    action
}

fn replace(buffer: BufferType, shown: usize, body: &[u8]) {
    note(hostcalls::set_buffer(buffer, 0, shown, body), "body");
}

fn send(reply: &Reply) {
    let list = headers::borrowed(&reply.headers);
    let body = Some(reply.body.as_slice());
    note(hostcalls::send_http_response(reply.status.into(), list, body), "reply");
}

fn note<T>(result: Result<T, proxy_wasm::types::Status>, what: &str) {
    if let Err(status) = result {
        log::error!("Envoy refused a {what}: {status:?}");
    }
}
