//! The client's side: who is asking, for what, and what they get to know about the answer.

use super::accounting;
use super::adapter::Adapter;
use super::endpoints::{self, Endpoint};
use super::headers::{
    self, CLUSTER, HeaderText, Headers, INTERNAL_PREFIX, PROVIDER_REQUEST_ID, SESSION,
};
use super::id;
use super::metrics;
use super::public;
use super::reply::Reply;
use super::shared::{Session, SessionRef};
use super::{Effect, Env, Event};
use crate::config::{Config, Role};
use crate::dialect::Secret;
use crate::openai::ApiError;
use crate::operation::{Operation, Request};
use crate::routing::plan::Planner;
use std::cell::RefCell;
use std::rc::Rc;

/// What travels through the loop instead of the client's body: something, so that there is a body
/// to replace.
const LOOP_BODY: &[u8] = b"-";

/// Client headers that go along to the adapter, which passes none of them to a provider: they are
/// for Envoy's own routing, tracing and logs.
const KEPT: [&str; 9] = [
    ":method",
    ":path",
    ":scheme",
    ":authority",
    "x-forwarded-proto",
    "x-request-id",
    "traceparent",
    "tracestate",
    "user-agent",
];

/// State machine of the roles gateway and solo.
///
/// A request that may take several attempts goes into the loop, where each of them meets an
/// [`Adapter`] in a filter of its own. One for which a single attempt is planned has nothing to gain
/// there, nor has any in the role solo, which has no loop: its adapter runs in this filter.
pub struct Gateway {
    config: Rc<Config>,
    client_headers: Headers,
    /// What the client asks for, once its headers were read.
    operation: Operation,
    session: Option<SessionRef>,
    /// The only attempt, where it runs in this filter.
    only: Option<Adapter>,
    /// Answered here: what passes on the way out is left as it is.
    replied: bool,
}

impl Gateway {
    #[must_use]
    pub fn new(config: Rc<Config>) -> Self {
        let client_headers = Headers::new();
        let operation = Operation::Chat;
        Self { config, client_headers, operation, session: None, only: None, replied: false }
    }

    /// The accepted request, for the host's registry; from [`Event::RequestBody`] on.
    #[must_use]
    pub fn session(&self) -> Option<&SessionRef> {
        self.session.as_ref()
    }

    /// Whether [`Event::Tick`] is of use.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.only.as_ref().is_some_and(Adapter::wants_ticks)
    }

    /// Whether the response is of interest: what an adapter made for the client needs nothing more.
    #[must_use]
    pub fn reads_response_headers(&self) -> bool {
        let answered = |session: &SessionRef| session.borrow().answered.is_some();
        !self.replied && (self.only.is_some() || !self.session.as_ref().is_some_and(answered))
    }

    /// See [`Gateway::reads_response_headers`].
    #[must_use]
    pub fn reads_response_body(&self) -> bool {
        self.only.is_some()
    }

    /// Whether the way the stream ends is of interest; see [`Event::Done`].
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        self.only.as_ref().is_some_and(Adapter::is_unsettled)
    }

    /// Takes an event.
    pub fn handle(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        match event {
            Event::RequestHeaders { headers, end } => self.request_headers(headers, end),
            Event::RequestBody(_) if self.replied => Vec::new(),
            Event::RequestBody(body) => match self.accept(body, env) {
                Ok(session) => self.send(session, env),
                Err(error) => self.reply((&error).into()),
            },
            Event::ResponseHeaders { headers, .. } if self.only.is_none() => {
                self.foreign_answer(headers, env.now_ms)
            }
            Event::ResponseHeaders { .. }
            | Event::ResponseBody { .. }
            | Event::CallReply(_)
            | Event::Tick => self.only(event, env),
            Event::Done { provider_broke } => {
                // The client's side closes first: an attempt that ends then was cancelled.
                let mut effects = self.done(provider_broke, env);
                effects.extend(self.only(event, env));
                effects
            }
        }
    }

    fn only(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        self.only.as_mut().map(|only| only.handle(event, env)).unwrap_or_default()
    }

    /// Marks the request as answered by Dragoman itself. What it refuses is counted: nothing else
    /// would show it.
    fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        self.replied = true;
        let refused = (reply.status >= 400).then(|| metrics::refused(reply.status));
        std::iter::once(Effect::Reply(reply)).chain(refused).collect()
    }

    fn request_headers(&mut self, headers: &Headers, end: bool) -> Vec<Effect> {
        match self.admit(headers, end) {
            Ok(None) => vec![Effect::Hold],
            Ok(Some(reply)) => self.reply(reply),
            Err(error) => self.reply((&error).into()),
        }
    }

    /// `None`: the body is wanted.
    fn admit(&mut self, headers: &Headers, end: bool) -> Result<Option<Reply>, ApiError> {
        let method = headers::get(headers, ":method").unwrap_or_default();
        let path = headers::get(headers, ":path").unwrap_or_default();
        let endpoint = endpoints::find(method, path, &self.config);
        if let Endpoint::Public(reply) = endpoint {
            return Ok(Some(reply));
        }
        authenticate(headers, self.config.master_key.as_ref())?;
        self.operation = match endpoint {
            Endpoint::Ask(operation) => operation,
            Endpoint::Reply(reply) | Endpoint::Public(reply) => return Ok(Some(reply)),
        };
        if let Some(media) = headers::media_type(headers)
            && media != "application/json"
            && !media.ends_with("+json")
        {
            return Err(ApiError::new(
                415,
                format!(
                    "The content type is {media}. Send JSON, with `content-type: application/json`."
                ),
            ));
        }
        if let Some(encoding) = headers::get(headers, "content-encoding")
            && encoding != "identity"
        {
            return Err(ApiError::new(
                415,
                "Compressed request bodies are not supported. Send the JSON as it is.",
            ));
        }
        let length = headers::get(headers, "content-length").and_then(|text| text.parse().ok());
        self.check_length(length.unwrap_or(0))?;
        if end {
            let needed = self.operation.needed();
            return Err(ApiError::invalid(format!(
                "The request has no body. Send a JSON object with {needed}."
            )));
        }
        let kept = headers.iter().filter_map(|(name, value)| {
            let name = KEPT.iter().find(|kept| *kept == name)?;
            Some((HeaderText::from(*name), value.clone()))
        });
        self.client_headers = kept.collect();
        Ok(None)
    }

    fn check_length(&self, length: usize) -> Result<(), ApiError> {
        let limit = self.config.limits.max_request_body_bytes;
        if length <= limit {
            return Ok(());
        }
        let message = format!(
            "The request body is longer than {limit} bytes. Send a smaller one, or raise \
             `dragoman.limits.max_request_body_bytes`."
        );
        Err(ApiError::new(413, message))
    }

    /// Reads the body and plans its attempts.
    fn accept(&mut self, body: Vec<u8>, env: &mut Env<'_>) -> Result<SessionRef, ApiError> {
        self.check_length(body.len())?;
        let request = Request::parse(self.operation, body)?;
        let mut planner = Planner {
            config: &self.config,
            store: env.store,
            load: &env.load.borrow(),
            vm: env.vm,
            now_ms: env.now_ms,
            random: &mut *env.random,
        };
        let plan = planner
            .plan(request.model(), self.operation)
            .ok_or_else(|| endpoints::unknown_model(&self.config, request.model()))?;
        let session = Rc::new(RefCell::new(Session {
            token: id::make(env.random),
            call_id: id::make(env.random),
            config: Rc::clone(&self.config),
            request,
            plan,
            current: None,
            attempts: 0,
            started_ms: env.now_ms,
            first_content_ms: None,
            last_error: None,
            answered: None,
            closed: false,
        }));
        self.session = Some(Rc::clone(&session));
        Ok(session)
    }

    /// Sends the request to its only provider, or into the loop.
    fn send(&mut self, session: SessionRef, env: &mut Env<'_>) -> Vec<Effect> {
        let alone = session.borrow().plan.max_attempts() <= 1;
        if alone || self.config.role == Role::Solo {
            return self.only.insert(Adapter::alone(session)).begin(env);
        }
        self.forward(&session)
    }

    /// Into the loop: the session's token, and as many retries as the plan needs.
    fn forward(&mut self, session: &SessionRef) -> Vec<Effect> {
        let session = session.borrow();
        let mut headers = std::mem::take(&mut self.client_headers);
        headers.push((CLUSTER.into(), self.config.loop_cluster.clone().into()));
        headers.push((SESSION.into(), session.token.clone().into()));
        let retries = session.plan.max_attempts().saturating_sub(1);
        headers.push(("x-envoy-max-retries".into(), headers::number(retries as u64)));
        vec![Effect::RequestHeaders(headers), Effect::RequestBody(LOOP_BODY.to_vec())]
    }

    /// An answer that no adapter meant for the client: Envoy's own, or one that should have been
    /// followed by another attempt and was not.
    fn foreign_answer(&mut self, headers: &Headers, now_ms: u64) -> Vec<Effect> {
        let Some(session) = self.session.as_ref().filter(|_| !self.replied) else {
            return Vec::new();
        };
        let mut session = session.borrow_mut();
        if session.answered.is_some() {
            return Vec::new();
        }
        session.answered = headers::get(headers, ":status").and_then(|status| status.parse().ok());
        let mut shown: Headers = headers
            .iter()
            .filter(|(name, _)| !name.starts_with(INTERNAL_PREFIX) || name == PROVIDER_REQUEST_ID)
            .cloned()
            .collect();
        shown.extend(public::headers(&session, now_ms));
        vec![Effect::ResponseHeaders(shown)]
    }

    fn done(&mut self, provider_broke: bool, env: &Env<'_>) -> Vec<Effect> {
        let Some(session) = &self.session else { return Vec::new() };
        let mut session = session.borrow_mut();
        if std::mem::replace(&mut session.closed, true) {
            return Vec::new();
        }
        if provider_broke && session.answered.is_none() {
            // Envoy's reply to that passes the filters by.
            session.answered = Some(502);
        }
        accounting::settle(&session, env.now_ms)
    }
}

/// Checks the master key, where one is set.
fn authenticate(headers: &Headers, master_key: Option<&Secret>) -> Result<(), ApiError> {
    let Some(master_key) = master_key else { return Ok(()) };
    let bearer = headers::get(headers, "authorization").and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    });
    let key = bearer
        .or_else(|| headers::get(headers, "x-api-key"))
        .or_else(|| headers::get(headers, "x-litellm-api-key"));
    match key {
        Some(key) if same_secret(key, master_key.expose()) => Ok(()),
        Some(_) => Err(ApiError::new(401, "The API key is wrong.").with_code("invalid_api_key")),
        None => {
            Err(ApiError::new(401, "No API key was sent. Send it as `authorization: Bearer KEY`.")
                .with_code("invalid_api_key"))
        }
    }
}

/// Compares in time that does not depend on where the texts differ.
fn same_secret(a: &str, b: &str) -> bool {
    let difference = a.bytes().zip(b.bytes()).fold(0u8, |sum, (x, y)| sum | (x ^ y));
    a.len() == b.len() && std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests;
