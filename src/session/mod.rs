//! One request's life as state machines: events in, effects out, no I/O.
//!
//! [`Gateway`] is the client's side, [`Adapter`] the provider's side of one attempt, and [`Session`]
//! what they share. Where several attempts are planned, the two run in different filters of one VM and
//! find each other through the session's token; a single attempt runs in the gateway's own filter.
//!
//! A host feeds [`Event`]s and carries out the [`Effect`]s in their order. So a whole request, with
//! every failure there is, can be replayed natively from a list of events.

mod accounting;
mod adapter;
mod attempt;
mod endpoints;
mod gateway;
pub mod headers;
mod hide;
mod id;
mod metrics;
mod pieces;
mod public;
mod reply;
mod shared;
mod upstream;

pub use adapter::Adapter;
pub use gateway::Gateway;
pub use headers::Headers;
pub use metrics::{Metric, MetricKind, Series, in_flight};
pub use pieces::{Call, CallReply};
pub use reply::Reply;
pub use shared::{Session, SessionRef};
pub use upstream::passed_on;

use crate::auth::token::Tokens;
use crate::routing::load::Load;
use crate::routing::store::SharedStore;
use std::cell::RefCell;

/// What happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// `end`: no body follows.
    RequestHeaders { headers: &'a Headers, end: bool },
    /// The whole request body, once; handed over, for it is kept and may be long.
    RequestBody(Vec<u8>),
    /// `local`: made by Envoy itself, not by the other side. `end`: no body follows.
    ResponseHeaders { headers: &'a Headers, local: bool, end: bool },
    /// The next bytes of the response body.
    ResponseBody { bytes: &'a [u8], end: bool },
    /// A call has ended, one way or the other.
    CallReply(CallReply<'a>),
    /// Time passed; sent every [`TICK_MS`] to whoever waits or has a deadline.
    Tick,
    /// The stream is over, for whatever reason; the last event. `provider_broke`: because the
    /// provider's side broke off, as far as Envoy knows.
    Done { provider_broke: bool },
}

/// How often [`Event::Tick`] comes, ms. Deadlines and pauses are that exact.
pub const TICK_MS: u64 = 25;

/// What the host is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep what has come so far back, and deliver further events. Without it, everything goes on.
    Hold,
    /// Let a held request go on (after a tick; elsewhere not holding is enough).
    ResumeRequest,
    /// Replace all request headers.
    RequestHeaders(Headers),
    /// Replace the request body.
    RequestBody(Vec<u8>),
    /// Replace all response headers.
    ResponseHeaders(Headers),
    /// Replace the response body that this event brought.
    ResponseBody(Vec<u8>),
    /// Ask someone beside the stream. What comes of it is an [`Event::CallReply`], also where the call
    /// could not even be sent.
    Call(Call),
    /// Answer without asking anyone further.
    Reply(Reply),
    /// Count something.
    Metric(Metric),
    /// Make something visible to the access log, as filter state `wasm.dragoman.NAME`.
    Property(&'static str, String),
    /// Say something to the operator.
    Warn(String),
}

/// The world outside, as an event finds it.
pub struct Env<'a> {
    /// Unix time, ms.
    pub now_ms: u64,
    pub random: &'a mut dyn FnMut() -> u64,
    pub store: &'a dyn SharedStore,
    /// What this VM has in flight.
    pub load: &'a RefCell<Load>,
    /// What this VM has fetched to sign in with.
    pub tokens: &'a RefCell<Tokens>,
    /// This VM, for counts that must not outlive it.
    pub vm: u64,
}
