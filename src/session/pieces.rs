//! An attempt at a request that holds more than its provider takes at a time: calls beside each
//! other, whose answers become one.
//!
//! The stream's own request stays where it is, for there is no single one it could become. So what
//! the client gets is always a reply of ours.

use super::headers::Headers;
use super::id;
use super::upstream;
use crate::dialect::{Credential, Exchange, Outgoing, Report, Side, Target};
use crate::openai::ApiError;
use crate::openai::error::code;
use crate::operation::Request;
use crate::translate::pieces::Joiner;
use crate::translate::{self, Gate, ResponseTranslator};
use hashbrown::HashMap;
use std::iter::Enumerate;
use std::vec::IntoIter;

/// Most calls of one attempt that are under way at once. With more, the provider's rate limit would
/// come sooner than the answer.
const MAX_AT_ONCE: usize = 8;

/// A request that goes to a provider beside the stream's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Which part of the request it is; its reply names it.
    pub piece: usize,
    pub cluster: String,
    pub headers: Headers,
    pub body: Vec<u8>,
    /// Time until the whole reply, ms.
    pub timeout_ms: u64,
}

/// What came of a call.
#[derive(Debug, Clone, Copy)]
pub struct CallReply<'a> {
    pub piece: usize,
    /// `None`: there is no reply and there will be none.
    pub headers: Option<&'a Headers>,
    pub body: &'a [u8],
}

/// The answer to all pieces: OpenAI's list, and what is known of it.
pub type Joined = (Vec<u8>, Report);

/// The calls of one attempt.
pub struct Pieces {
    waiting: Enumerate<IntoIter<Request>>,
    /// Written, but not to be sent yet.
    ready: Vec<Call>,
    /// What will read the replies to those that are under way.
    under_way: HashMap<usize, Exchange>,
    joiner: Joiner,
    /// Longest whole answer that is taken, bytes.
    limit: usize,
}

impl Pieces {
    /// Writes the first calls. `limit`: the longest whole answer that is taken, bytes.
    ///
    /// # Errors
    /// See [`translate::any`].
    pub fn begin(
        pieces: Vec<Request>,
        limit: usize,
        writer: &mut Writer<'_>,
    ) -> Result<(Self, Vec<String>), ApiError> {
        let joiner = Joiner::new(pieces.len(), limit);
        let waiting = pieces.into_iter().enumerate();
        let under_way = HashMap::with_capacity(MAX_AT_ONCE);
        let mut pieces = Self { waiting, ready: Vec::new(), under_way, joiner, limit };
        let mut dropped = Vec::new();
        while pieces.under_way.len() < MAX_AT_ONCE {
            let Some((call, left_out)) = pieces.write_next(writer)? else { break };
            dropped = left_out;
            pieces.ready.push(call);
        }
        Ok((pieces, dropped))
    }

    /// What was written and may be sent now.
    pub fn take_ready(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.ready)
    }

    /// Takes a reply, and gives the call that takes its place, or in the end the answer.
    ///
    /// # Errors
    /// The provider's error, or that of an answer that is none; see [`translate::any`].
    pub fn replied(
        &mut self,
        reply: CallReply<'_>,
        side: Side,
        writer: &mut Writer<'_>,
    ) -> Result<Next, ApiError> {
        let Some(exchange) = self.under_way.remove(&reply.piece) else { return Ok(Next::Wait) };
        let headers = reply.headers.ok_or_else(no_reply)?;
        let answer = upstream::answer(headers, false);
        let mut translator = ResponseTranslator::new(side, exchange, answer, self.limit);
        translator.push(reply.body);
        translator.finish();
        match translator.gate() {
            Gate::Failed(error) => return Err(error.clone()),
            Gate::Held => return Err(no_reply()),
            Gate::Open => {}
        }
        let list = translator.take();
        self.joiner.put(reply.piece, list, translator.report().clone())?;
        if self.joiner.is_whole() {
            let joiner = std::mem::replace(&mut self.joiner, Joiner::new(0, 0));
            return joiner.finish().map(|joined| Next::Answer(joined.into()));
        }
        Ok(self.write_next(writer)?.map_or(Next::Wait, |(call, _)| Next::Call(call)))
    }

    /// The next call, and what was left out of it.
    fn write_next(
        &mut self,
        writer: &mut Writer<'_>,
    ) -> Result<Option<(Call, Vec<String>)>, ApiError> {
        let Some((piece, request)) = self.waiting.next() else { return Ok(None) };
        let mut outgoing = writer.write(&request)?;
        let headers = upstream::request_headers(&mut outgoing);
        self.under_way.insert(piece, outgoing.exchange);
        let (cluster, timeout_ms) = (writer.cluster.to_owned(), writer.timeout_ms);
        let call = Call { piece, cluster, headers, body: outgoing.body, timeout_ms };
        Ok(Some((call, outgoing.dropped)))
    }
}

/// What it takes to write a call.
pub struct Writer<'a> {
    pub target: &'a Target,
    pub credential: &'a Credential,
    /// The Envoy cluster that leads to the provider.
    pub cluster: &'a str,
    pub timeout_ms: u64,
    /// Unix time, seconds.
    pub now: u64,
    pub random: &'a mut dyn FnMut() -> u64,
}

impl Writer<'_> {
    /// # Errors
    /// See [`translate::any`].
    pub fn write(&mut self, request: &Request) -> Result<Outgoing, ApiError> {
        let nonce = id::make(self.random);
        translate::any(request, self.target, self.credential, self.now, &nonce)
    }
}

/// What is to be done after a reply.
pub enum Next {
    Wait,
    Call(Call),
    Answer(Box<Joined>),
}

fn no_reply() -> ApiError {
    ApiError::new(502, "The provider could not be reached.").with_code(code::NO_UPSTREAM)
}
