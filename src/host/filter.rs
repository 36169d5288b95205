//! One stream's filter: callbacks in, events out.

use super::carry_out::{Shown, carry_out};
use super::store::SharedData;
use super::{call, headers, worker};
use crate::config::{Config, Role};
use crate::openai::ApiError;
use crate::session::headers::{SESSION, get};
use crate::session::{Adapter, Effect, Env, Event, Gateway, Reply};
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};
use std::cell::{Ref, RefCell};
use std::rc::Rc;

/// A stream's state machine, shared with the timer.
pub type MachineRef = Rc<RefCell<Machine>>;

/// The state machine of the filter's role.
pub enum Machine {
    Gateway(Gateway),
    /// An adapter without a session yet: its first event brings the token.
    Unclaimed,
    Adapter(Adapter),
}

impl Machine {
    fn new(config: Rc<Config>) -> Self {
        match config.role {
            Role::Gateway | Role::Solo => Self::Gateway(Gateway::new(config)),
            Role::Adapter => Self::Unclaimed,
        }
    }

    pub fn handle(&mut self, event: Event<'_>) -> Vec<Effect> {
        if let (Self::Unclaimed, Event::RequestHeaders { headers, .. }) = (&*self, &event) {
            match get(headers, SESSION).and_then(worker::find) {
                Some(session) => *self = Self::Adapter(Adapter::new(session)),
                None => return vec![Effect::Reply(Reply::from(&no_session()))],
            }
        }
        worker::with_load(|load| {
            worker::with_tokens(|tokens| {
                let mut env = Env {
                    now_ms: worker::now_ms(),
                    random: &mut worker::random,
                    store: &SharedData,
                    load,
                    tokens,
                    vm: worker::vm(),
                };
                self.handle_in(event, &mut env)
            })
        })
    }

    fn handle_in(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        match self {
            Self::Gateway(gateway) => {
                let begins = matches!(event, Event::RequestBody(_));
                let ends = matches!(event, Event::Done { .. });
                let effects = gateway.handle(event, env);
                match gateway.session() {
                    Some(session) if begins && !worker::register(session) => {
                        vec![Effect::Reply(Reply::from(&too_many()))]
                    }
                    Some(session) if ends => {
                        worker::forget(session);
                        effects
                    }
                    _ => effects,
                }
            }
            Self::Unclaimed => Vec::new(),
            Self::Adapter(adapter) => adapter.handle(event, env),
        }
    }

    pub fn wants_ticks(&self) -> bool {
        match self {
            Self::Unclaimed => false,
            Self::Gateway(gateway) => gateway.wants_ticks(),
            Self::Adapter(adapter) => adapter.wants_ticks(),
        }
    }

    fn reads_response_headers(&self) -> bool {
        match self {
            Self::Unclaimed => false,
            Self::Gateway(gateway) => gateway.reads_response_headers(),
            Self::Adapter(_) => true,
        }
    }

    fn reads_response_body(&self) -> bool {
        match self {
            Self::Unclaimed => false,
            Self::Gateway(gateway) => gateway.reads_response_body(),
            Self::Adapter(_) => true,
        }
    }

    fn is_unsettled(&self) -> bool {
        match self {
            Self::Unclaimed => false,
            Self::Gateway(gateway) => gateway.is_unsettled(),
            Self::Adapter(adapter) => adapter.is_unsettled(),
        }
    }
}

fn no_session() -> ApiError {
    ApiError::new(503, "This attempt belongs to no request of this worker.")
}

fn too_many() -> ApiError {
    ApiError::new(503, "Too many requests are under way on this worker. Try again later.")
}

/// One stream, for whoever has news for it.
#[derive(Clone)]
pub struct Stream {
    /// Its context.
    pub id: u32,
    /// The root context it was made in.
    pub root: u32,
    pub machine: MachineRef,
}

/// The HTTP context of one stream.
pub struct Filter {
    stream: Stream,
    ticking: bool,
}

impl Filter {
    pub fn new(id: u32, root: u32, config: Rc<Config>) -> Self {
        let machine = Rc::new(RefCell::new(Machine::new(config)));
        Self { stream: Stream { id, root, machine }, ticking: false }
    }

    fn machine(&self) -> Ref<'_, Machine> {
        self.stream.machine.borrow()
    }

    fn dispatch(&mut self, event: Event<'_>, shown: Shown) -> Action {
        let effects = self.stream.machine.borrow_mut().handle(event);
        let wants = self.machine().wants_ticks();
        if wants != self.ticking {
            self.ticking = wants;
            worker::set_ticking(self.stream.id, wants.then_some(&self.stream));
        }
        carry_out(effects, shown, &self.stream)
    }
}

impl Context for Filter {
    fn on_http_call_response(&mut self, handle: u32, headers: usize, size: usize, _: usize) {
        call::replied(handle, headers, size);
    }
}

impl HttpContext for Filter {
    fn on_http_request_headers(&mut self, _: usize, end: bool) -> Action {
        #[cfg(feature = "fault-injection")]
        super::fault::obey();
        // An attempt needs to know its session and nothing else.
        let headers = match *self.machine() {
            Machine::Unclaimed => headers::one(MapType::HttpRequestHeaders, SESSION),
            _ => headers::read(MapType::HttpRequestHeaders),
        };
        self.dispatch(Event::RequestHeaders { headers: &headers, end }, Shown::default())
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        // What comes through the loop only stands for a body.
        let body = match *self.machine() {
            Machine::Adapter(_) => Vec::new(),
            _ => buffer(BufferType::HttpRequestBody, size),
        };
        self.dispatch(Event::RequestBody(body), Shown { request_body: size, ..Shown::default() })
    }

    /// A request with trailers (HTTP/2 allows them) ends here and not with its body.
    fn on_http_request_trailers(&mut self, _: usize) -> Action {
        let body = match *self.machine() {
            Machine::Adapter(_) => Vec::new(),
            _ => buffer(BufferType::HttpRequestBody, usize::MAX),
        };
        let shown = Shown { request_body: usize::MAX, ..Shown::default() };
        self.dispatch(Event::RequestBody(body), shown)
    }

    fn on_http_response_headers(&mut self, _: usize, end: bool) -> Action {
        if !self.machine().reads_response_headers() {
            return Action::Continue;
        }
        let headers = headers::read(MapType::HttpResponseHeaders);
        // Envoy makes no answers of its own but errors.
        let ok = get(&headers, ":status").is_some_and(|status| status.starts_with('2'));
        let local = !ok && is_local();
        self.dispatch(Event::ResponseHeaders { headers: &headers, local, end }, Shown::default())
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        if !self.machine().reads_response_body() {
            return Action::Continue;
        }
        let bytes = buffer(BufferType::HttpResponseBody, size);
        let shown = Shown { response_body: size, ..Shown::default() };
        self.dispatch(Event::ResponseBody { bytes: &bytes, end }, shown)
    }

    /// A response with trailers ends here and not with its body. What is still held back takes the
    /// place of the body that Envoy has buffered.
    fn on_http_response_trailers(&mut self, _: usize) -> Action {
        if !self.machine().reads_response_body() {
            return Action::Continue;
        }
        let shown = Shown { response_body: usize::MAX, ..Shown::default() };
        self.dispatch(Event::ResponseBody { bytes: &[], end: true }, shown)
    }

    fn on_log(&mut self) {
        let provider_broke = self.machine().is_unsettled() && upstream_broke();
        self.dispatch(Event::Done { provider_broke }, Shown::default());
        worker::set_ticking(self.stream.id, None);
    }
}

fn buffer(kind: BufferType, size: usize) -> Vec<u8> {
    if size == 0 {
        return Vec::new();
    }
    hostcalls::get_buffer(kind, 0, size).ok().flatten().unwrap_or_default()
}

/// Envoy's word for how the response came about or the stream ended ("response code details").
fn code_details() -> Vec<u8> {
    let details = hostcalls::get_property(vec!["response", "code_details"]);
    details.ok().flatten().unwrap_or_default()
}

/// Whether Envoy made this response itself: what came from the other side is `via_upstream`.
fn is_local() -> bool {
    let details = code_details();
    !details.is_empty() && details != b"via_upstream"
}

/// Whether the stream ended because the other side broke off: `upstream_reset_…`, `upstream_…`.
fn upstream_broke() -> bool {
    code_details().starts_with(b"upstream")
}
