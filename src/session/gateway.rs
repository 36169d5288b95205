//! The client's side: who is asking, for what, and what they get to know about the answer.

use super::accounting;
use super::endpoints::{self, Endpoint};
use super::headers::{self, Headers, INTERNAL_PREFIX, PROVIDER_REQUEST_ID, SESSION};
use super::reply::Reply;
use super::shared::{Session, SessionRef};
use super::{Effect, Env, Event};
use crate::config::Config;
use crate::dialect::Secret;
use crate::openai::{ApiError, ChatRequest};
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

/// State machine of the role gateway.
pub struct Gateway {
    config: Rc<Config>,
    client_headers: Headers,
    session: Option<SessionRef>,
    /// Answered here: what passes on the way out is left as it is.
    replied: bool,
    /// What the client got; 0 where it went away before.
    status: u16,
}

impl Gateway {
    #[must_use]
    pub fn new(config: Rc<Config>) -> Self {
        Self { config, client_headers: Headers::new(), session: None, replied: false, status: 0 }
    }

    /// The accepted request, for the host's registry; from [`Event::RequestBody`] on.
    #[must_use]
    pub fn session(&self) -> Option<&SessionRef> {
        self.session.as_ref()
    }

    /// Takes an event.
    pub fn handle(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        match event {
            Event::RequestHeaders { headers, end } => self.request_headers(headers, end),
            Event::RequestBody(_) if self.replied => Vec::new(),
            Event::RequestBody(body) => match self.accept(body, env) {
                Ok(session) => self.forward(&session),
                Err(error) => self.reply((&error).into()),
            },
            Event::ResponseHeaders { headers, .. } => self.response_headers(headers, env.now_ms),
            Event::ResponseBody { .. } | Event::Tick => Vec::new(),
            Event::Done => self.done(env),
        }
    }

    /// Marks the request as answered by Dragoman itself.
    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        self.replied = true;
        vec![Effect::Reply(reply)]
    }

    pub(super) fn request_headers(&mut self, headers: &Headers, end: bool) -> Vec<Effect> {
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
        if let Endpoint::Reply(reply) = endpoint {
            return Ok(Some(reply));
        }
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
            return Err(ApiError::invalid(
                "The request has no body. Send a JSON object with `model` and `messages`.",
            ));
        }
        self.client_headers =
            headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str())).cloned().collect();
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
    pub(super) fn accept(
        &mut self,
        body: &[u8],
        env: &mut Env<'_>,
    ) -> Result<SessionRef, ApiError> {
        self.check_length(body.len())?;
        let request = ChatRequest::parse(body.to_vec())?;
        let mut planner = Planner {
            config: &self.config,
            store: env.store,
            now_ms: env.now_ms,
            random: &mut *env.random,
        };
        let plan = planner
            .plan(&request.model)
            .ok_or_else(|| endpoints::unknown_model(&self.config, &request.model))?;
        let mut id = || format!("{:016x}{:016x}", (env.random)(), (env.random)());
        let session = Rc::new(RefCell::new(Session {
            token: id(),
            call_id: id(),
            config: Rc::clone(&self.config),
            request,
            plan,
            current: None,
            attempts: 0,
            started_ms: env.now_ms,
            first_content_ms: None,
            last_error: None,
            closed: false,
        }));
        self.session = Some(Rc::clone(&session));
        Ok(session)
    }

    /// Sends the request into the loop: the session's token, and as many retries as the plan needs.
    fn forward(&mut self, session: &SessionRef) -> Vec<Effect> {
        let session = session.borrow();
        let mut headers = std::mem::take(&mut self.client_headers);
        headers.push((SESSION.into(), session.token.clone()));
        let retries = session.plan.max_attempts().saturating_sub(1);
        headers.push(("x-envoy-max-retries".into(), retries.to_string()));
        vec![Effect::RequestHeaders(headers), Effect::RequestBody(LOOP_BODY.to_vec())]
    }

    /// The answer's headers as the client sees them.
    pub(super) fn response_headers(&mut self, headers: &Headers, now_ms: u64) -> Vec<Effect> {
        let Some(session) = self.session.as_ref().filter(|_| !self.replied) else {
            return Vec::new();
        };
        self.status = headers::get(headers, ":status").and_then(|s| s.parse().ok()).unwrap_or(0);
        let session = session.borrow();
        let mut headers: Headers = headers
            .iter()
            .filter(|(name, _)| !name.starts_with(INTERNAL_PREFIX) || name == PROVIDER_REQUEST_ID)
            .cloned()
            .collect();
        headers.extend(public_headers(&session, now_ms));
        vec![Effect::ResponseHeaders(headers)]
    }

    fn done(&mut self, env: &Env<'_>) -> Vec<Effect> {
        let Some(session) = &self.session else { return Vec::new() };
        let mut session = session.borrow_mut();
        if std::mem::replace(&mut session.closed, true) {
            return Vec::new();
        }
        accounting::settle(&session, self.status, env.now_ms)
    }
}

/// What the client gets to know about its request, under LiteLLM's names and our own.
fn public_headers(session: &Session, now_ms: u64) -> Headers {
    let mut list = Headers::with_capacity(16);
    let mut add = |name: &str, value: String| list.push((name.to_owned(), value));
    add("x-dragoman-call-id", session.call_id.clone());
    add("x-litellm-call-id", session.call_id.clone());
    add("x-dragoman-attempts", session.attempts.to_string());
    add("x-litellm-attempted-retries", session.attempts.saturating_sub(1).to_string());
    add("x-litellm-response-duration-ms", now_ms.saturating_sub(session.started_ms).to_string());
    if let (Some(running), Some(deployment)) = (&session.current, session.deployment()) {
        let group = headers::safe_value(&running.attempt.group);
        let id = headers::safe_value(&deployment.id);
        add("x-dragoman-model-group", group.clone());
        add("x-litellm-model-group", group);
        add("x-dragoman-deployment", id.clone());
        add("x-litellm-model-id", id);
        let model = accounting::served_model(running, deployment);
        add("x-dragoman-model", headers::safe_value(&model));
        add("x-litellm-attempted-fallbacks", running.attempt.leg.to_string());
        if !running.dropped.is_empty() {
            add("x-dragoman-dropped-params", dropped_params(&running.dropped));
        }
    }
    if !session.request.stream
        && let Some(cost) = accounting::bill(session).and_then(|bill| bill.cost)
    {
        let usd = accounting::usd(cost);
        add("x-dragoman-cost-usd", usd.clone());
        add("x-litellm-response-cost", usd);
    }
    list
}

/// The list of dropped parameters as the client is told it. It is bounded, for their names are the
/// client's own.
fn dropped_params(names: &[String]) -> String {
    const MORE: &str = ",...";
    let mut list = String::new();
    for name in names {
        if list.len() + name.len() + MORE.len() >= headers::MAX_VALUE_CHARS {
            list.push_str(MORE);
            break;
        }
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(name);
    }
    headers::safe_value(&list)
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
