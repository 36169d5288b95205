//! The provider's side of one attempt: which deployment, what it is sent, and whether what it sends
//! back is an answer.

use super::attempt::{self, Attempting, Begun, Waiting};
use super::headers::{self, Headers, RETRY};
use super::pieces::{CallReply, Joined, Next};
use super::public;
use super::reply::Reply;
use super::shared::{Session, SessionRef};
use super::upstream;
use super::{Effect, Env, Event};
use crate::openai::ApiError;
use crate::openai::error::code;
use crate::routing::failure::verdict_of;
use crate::routing::health::Verdict;
use crate::translate::{Gate, ResponseTranslator};
use std::borrow::Cow;

/// State machine of one attempt.
pub struct Adapter {
    session: SessionRef,
    state: State,
    /// Nobody tries again after this one.
    alone: bool,
}

enum State {
    /// Waiting for the (dummy) body that the real one replaces.
    Start,
    /// The request is held until there is a token to sign it in with.
    Waiting(Waiting),
    /// A provider has the request or pieces of it, or will at `resume_at`; nothing has gone to the
    /// client.
    Asked(Attempting),
    /// Content is on its way to the client.
    Answering(Attempting),
    /// Settled: what still comes from the provider is swallowed.
    Over,
    /// Answered with a reply of our own, which is what passes from here on.
    Replied,
}

impl Adapter {
    /// One attempt of several, in the loop.
    #[must_use]
    pub fn new(session: SessionRef) -> Self {
        Self { session, state: State::Start, alone: false }
    }

    /// The only attempt, in the client's own filter.
    #[must_use]
    pub fn alone(session: SessionRef) -> Self {
        Self { session, state: State::Start, alone: true }
    }

    /// Takes an event.
    pub fn handle(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        let superseded = self.is_superseded();
        match event {
            Event::Done { .. } if superseded => {
                let mut effects = Vec::new();
                self.settle(Verdict::Failed, "reset".into(), env, &mut effects);
                effects
            }
            Event::ResponseBody { .. } if superseded => vec![Effect::ResponseBody(Vec::new())],
            _ if superseded => Vec::new(),
            Event::RequestHeaders { .. } => vec![Effect::Hold],
            Event::RequestBody(_) if matches!(self.state, State::Start) => self.begin(env),
            Event::RequestBody(_) => Vec::new(),
            Event::ResponseHeaders { headers, local, end } => {
                self.response_headers(headers, local, end, env)
            }
            Event::ResponseBody { bytes, end } => self.response_body(bytes, end, env),
            Event::CallReply(reply) => self.call_reply(reply, env),
            Event::Tick => self.tick(env),
            Event::Done { provider_broke } => self.done(provider_broke, env),
        }
    }

    fn is_superseded(&self) -> bool {
        match &self.state {
            State::Asked(attempting) | State::Answering(attempting) => {
                attempting.is_superseded(&self.session.borrow())
            }
            State::Waiting(waiting) => waiting.is_superseded(&self.session.borrow()),
            State::Start | State::Over | State::Replied => false,
        }
    }

    /// Whether [`Event::Tick`] is of use.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        matches!(self.state, State::Asked(_) | State::Waiting(_))
    }

    /// Whether the way the stream ends is of interest; see [`Event::Done`].
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        matches!(self.state, State::Asked(_) | State::Answering(_))
    }

    pub(super) fn begin(&mut self, env: &mut Env<'_>) -> Vec<Effect> {
        let effects = self.start(None, env);
        // Whoever has asked nobody yet holds the request; a reply ends it anyway.
        let waits = match &self.state {
            State::Waiting(_) => true,
            State::Asked(attempting) => attempting.resume_at.is_some() || attempting.is_in_pieces(),
            _ => false,
        };
        effects.into_iter().chain(waits.then_some(Effect::Hold)).collect()
    }

    fn start(&mut self, waiting: Option<Waiting>, env: &mut Env<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        match attempt::start(&self.session, waiting, env, &mut effects) {
            Ok(Begun::Asked(attempting)) => self.state = State::Asked(attempting),
            Ok(Begun::Waiting(waiting)) => self.state = State::Waiting(waiting),
            Err(error) => {
                self.state = State::Replied;
                let mut reply = Reply::from(&error);
                self.show(&mut reply.headers, reply.status, env);
                effects.push(Effect::Reply(reply));
            }
        }
        effects
    }

    /// Looks for the token again, and goes on with what it brought.
    fn look_again(&mut self, waiting: Waiting, env: &mut Env<'_>) -> Vec<Effect> {
        let mut effects = self.start(Some(waiting), env);
        if let State::Asked(attempting) = &self.state
            && attempting.resume_at.is_none()
            && !attempting.is_in_pieces()
        {
            effects.push(Effect::ResumeRequest);
        }
        effects
    }

    /// Marks an answer as the client's, and adds what the client gets to know about it.
    fn show(&self, headers: &mut Headers, status: u16, env: &Env<'_>) {
        let mut session = self.session.borrow_mut();
        session.answered = Some(status);
        headers.extend(public::headers(&session, env.now_ms));
    }

    fn response_headers(
        &mut self,
        headers: &Headers,
        local: bool,
        end: bool,
        env: &mut Env<'_>,
    ) -> Vec<Effect> {
        if matches!(self.state, State::Waiting(_)) {
            // Envoy has answered by itself, and the request must not be let go any more.
            self.state = State::Replied;
            if self.alone {
                self.session.borrow_mut().answered = upstream::status(headers);
            }
            return Vec::new();
        }
        let State::Asked(attempting) = &mut self.state else { return Vec::new() };
        let answer = upstream::answer(headers, local);
        attempting.provider_headers = upstream::passed_on(headers);
        let exchange = std::mem::take(&mut attempting.exchange);
        {
            let session = &mut *self.session.borrow_mut();
            let limit = session.config.limits.max_response_body_bytes;
            if let Some(running) = &mut session.current {
                let translator = ResponseTranslator::new(attempting.side, exchange, answer, limit);
                running.translator = Some(translator);
            }
        }
        // Without a body there will be no body callback: the answer has to be made here.
        if end { self.advance(&[], true, true, env) } else { vec![Effect::Hold] }
    }

    fn response_body(&mut self, bytes: &[u8], end: bool, env: &mut Env<'_>) -> Vec<Effect> {
        match self.state {
            State::Asked(_) | State::Answering(_) => self.advance(bytes, end, false, env),
            State::Over => vec![Effect::ResponseBody(Vec::new())],
            State::Start | State::Waiting(_) | State::Replied => Vec::new(),
        }
    }

    /// Feeds the translator and acts on what it made of it. `bare`: there is no body to put
    /// anything into.
    fn advance(&mut self, bytes: &[u8], end: bool, bare: bool, env: &mut Env<'_>) -> Vec<Effect> {
        enum Next {
            Hold,
            Fail(ApiError),
            /// `bytes`: `None` where the provider's own are just right.
            Pass {
                bytes: Option<Vec<u8>>,
                length: usize,
                stream: bool,
                broken: Option<ApiError>,
            },
        }
        let next = {
            let Session { current, config, .. } = &mut *self.session.borrow_mut();
            let Some(translator) = current.as_mut().and_then(|running| running.translator.as_mut())
            else {
                return Vec::new();
            };
            translator.push(bytes);
            if end {
                translator.finish();
            }
            if let (Some(error), State::Answering(attempting) | State::Asked(attempting)) =
                (translator.error_mut(), &self.state)
            {
                attempting.hide_credentials(config, error);
            }
            match translator.gate() {
                Gate::Held => Next::Hold,
                Gate::Failed(error) => Next::Fail(error.clone()),
                Gate::Open => Next::Pass {
                    length: translator.waiting(),
                    bytes: (!translator.passes(bytes)).then(|| translator.take()),
                    stream: translator.is_stream(),
                    broken: translator.report().error.clone(),
                },
            }
        };
        match next {
            Next::Hold => vec![Effect::ResponseBody(Vec::new()), Effect::Hold],
            // While the provider's body goes on, only a reply of our own ends the stream at once; an
            // HTTP/2 client would wait for that end.
            Next::Fail(error) => self.fail(error, bare || !end, env),
            Next::Pass { bytes, length, stream, broken } => {
                let mut effects = Vec::new();
                self.open(length, stream, env, &mut effects);
                effects.extend(bytes.map(Effect::ResponseBody));
                if end || broken.is_some() {
                    let verdict = broken.as_ref().map_or(Verdict::Served, verdict_of);
                    let status = broken.map_or(200, |error| error.status);
                    self.settle(verdict, headers::number(status), env, &mut effects);
                }
                effects
            }
        }
    }

    /// The first content: from here on this attempt is the client's answer. `length` is that of a
    /// whole one, bytes.
    fn open(&mut self, length: usize, stream: bool, env: &Env<'_>, effects: &mut Vec<Effect>) {
        self.state = match std::mem::replace(&mut self.state, State::Over) {
            State::Asked(mut attempting) => {
                self.session.borrow_mut().serve(env.now_ms);
                let mut headers: Headers = vec![(":status".into(), "200".into())];
                if stream {
                    headers
                        .push(("content-type".into(), "text/event-stream; charset=utf-8".into()));
                    headers.push(("cache-control".into(), "no-cache".into()));
                } else {
                    headers.push(("content-type".into(), "application/json".into()));
                    headers.push(("content-length".into(), headers::number(length as u64)));
                }
                headers.append(&mut attempting.provider_headers);
                self.show(&mut headers, 200, env);
                effects.push(Effect::ResponseHeaders(headers));
                State::Answering(attempting)
            }
            other => other,
        };
    }

    /// The attempt failed before its first content: the next one takes over, or the client gets the
    /// error.
    fn fail(&mut self, mut error: ApiError, bare: bool, env: &mut Env<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut verdict = verdict_of(&error);
        if let State::Asked(attempting) = &self.state {
            let session = &self.session.borrow();
            attempting.hide_credentials(&session.config, &mut error);
            attempting.note_refusal(session, &error, env);
            verdict = attempting.verdict(session, &error);
        }
        self.settle(verdict, headers::number(error.status), env, &mut effects);
        let others = attempt::note_failure(&self.session, &error);
        let mut reply = Reply::from(&error);
        if others && !self.alone {
            reply = reply.with_header(RETRY, "1");
        } else {
            self.show(&mut reply.headers, reply.status, env);
        }
        if bare {
            self.state = State::Replied;
            effects.push(Effect::Reply(reply));
            return effects;
        }
        let mut headers: Headers = vec![(":status".into(), headers::number(reply.status))];
        headers.append(&mut reply.headers);
        headers.push(("content-length".into(), headers::number(reply.body.len() as u64)));
        effects.push(Effect::ResponseHeaders(headers));
        effects.push(Effect::ResponseBody(reply.body));
        effects
    }

    fn call_reply(&mut self, reply: CallReply<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        let State::Asked(attempting) = &mut self.state else { return Vec::new() };
        let next = attempting.call_replied(&self.session.borrow(), reply, env);
        match next {
            Ok(Next::Wait) => Vec::new(),
            Ok(Next::Call(call)) => vec![Effect::Call(call)],
            Ok(Next::Answer(joined)) => self.answer(*joined, env),
            Err(error) => self.fail(error, true, env),
        }
    }

    /// An answer that was put together from those to several calls.
    fn answer(&mut self, (body, report): Joined, env: &Env<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut reply = Reply::json(200, body);
        if let State::Asked(attempting) = &mut self.state {
            reply.headers.append(&mut attempting.provider_headers);
        }
        {
            let mut session = self.session.borrow_mut();
            session.serve(env.now_ms);
            if let Some(running) = &mut session.current {
                running.joined = Some(report);
            }
        }
        self.show(&mut reply.headers, reply.status, env);
        self.settle(Verdict::Served, headers::number(200_u64), env, &mut effects);
        self.state = State::Replied;
        effects.push(Effect::Reply(reply));
        effects
    }

    fn tick(&mut self, env: &mut Env<'_>) -> Vec<Effect> {
        if matches!(self.state, State::Waiting(_))
            && let State::Waiting(waiting) = std::mem::replace(&mut self.state, State::Over)
        {
            return self.look_again(waiting, env);
        }
        let State::Asked(attempting) = &mut self.state else { return Vec::new() };
        if attempting.resume_at.is_some_and(|at| env.now_ms >= at) {
            attempting.resume_at = None;
            if attempting.is_in_pieces() {
                return attempting.calls().into_iter().map(Effect::Call).collect();
            }
            return vec![Effect::ResumeRequest];
        }
        if env.now_ms < attempting.deadline {
            return Vec::new();
        }
        let waited = attempting.timeout_ms;
        let error = ApiError::new(504, format!("The provider did not answer within {waited} ms."))
            .with_code(code::TIMEOUT);
        self.fail(error, true, env)
    }

    fn done(&mut self, provider_broke: bool, env: &mut Env<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let closed = self.session.borrow().closed && !provider_broke;
        match &self.state {
            State::Start | State::Waiting(_) | State::Over | State::Replied => {}
            _ if closed => self.settle(Verdict::Neutral, "cancelled".into(), env, &mut effects),
            State::Answering(_) => self.settle(Verdict::Failed, "reset".into(), env, &mut effects),
            State::Asked(_) => {
                self.settle(Verdict::Failed, "reset".into(), env, &mut effects);
                let error = ApiError::new(502, "The provider closed the connection.")
                    .with_code(code::NO_UPSTREAM);
                attempt::note_failure(&self.session, &error);
            }
        }
        effects
    }

    /// Reports the end of the attempt, once.
    fn settle(
        &mut self,
        verdict: Verdict,
        status: Cow<'static, str>,
        env: &Env<'_>,
        effects: &mut Vec<Effect>,
    ) {
        if let State::Asked(attempting) | State::Answering(attempting) =
            std::mem::replace(&mut self.state, State::Over)
        {
            attempting.settle(&self.session.borrow(), verdict, status, env, effects);
        }
    }
}

#[cfg(test)]
mod tests;
