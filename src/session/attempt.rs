//! Beginning and ending one attempt: the plan, the translation, the deployment's health.

use super::headers::{self, Headers};
use super::hide;
use super::metrics;
use super::pieces::{Call, CallReply, Next, Pieces, Writer};
use super::shared::{Running, Session, SessionRef, target_of};
use super::upstream;
use super::{Effect, Env};
use crate::auth::token::Answer;
use crate::config::{Config, Deployment};
use crate::dialect::{Credential, Exchange, Outgoing, Side, Target};
use crate::openai::ApiError;
use crate::openai::error::code;
use crate::operation::Operation;
use crate::routing::Attempt;
use crate::routing::failure::{Failure, retry_after_ms, verdict_of};
use crate::routing::health::{self, CooldownRule, Verdict};
use crate::translate::pieces;
use std::borrow::Cow;

/// An attempt under way.
pub struct Attempting {
    /// Counts the session's attempts.
    number: u32,
    deployment: usize,
    /// The token that was fetched for it.
    token: Option<Credential>,
    /// What reads the answer.
    pub side: Side,
    /// Until the response's translator takes it.
    pub exchange: Exchange,
    /// Unix time, ms: hold the request back until then.
    pub resume_at: Option<u64>,
    /// Unix time, ms: content must have come by then.
    pub deadline: u64,
    /// What the deadline was made from, for the error's sentence.
    pub timeout_ms: u64,
    /// Of the response, those that the client may see.
    pub provider_headers: Headers,
    /// Where it is made of several calls.
    pieces: Option<Pieces>,
}

/// What a provider is asked.
#[allow(clippy::large_enum_variant, reason = "taken apart as soon as it is returned")]
enum Question {
    Whole(Outgoing),
    /// And what was left out of it.
    Pieces(Pieces, Vec<String>),
}

/// An attempt whose request cannot be written yet: the token it needs is being fetched.
pub struct Waiting {
    /// Counts the session's attempts.
    number: u32,
    attempt: Attempt,
}

/// How far an attempt has come.
#[allow(clippy::large_enum_variant, reason = "taken apart as soon as it is returned")]
pub enum Begun {
    Asked(Attempting),
    /// Nothing is in flight; try again with the next tick.
    Waiting(Waiting),
}

/// Takes the next attempt of the plan whose request can be written, and writes it. `waiting`: the
/// attempt that goes before, because it has been begun.
///
/// # Errors
/// When the plan is used up: the last error there was.
pub fn start(
    session_ref: &SessionRef,
    waiting: Option<Waiting>,
    env: &mut Env<'_>,
    effects: &mut Vec<Effect>,
) -> Result<Begun, ApiError> {
    let session = &mut *session_ref.borrow_mut();
    let mut begun = waiting.map(|waiting| waiting.attempt);
    loop {
        let attempt = match begun.take() {
            Some(attempt) => attempt,
            None => {
                let Some(attempt) = session.plan.advance().cloned() else {
                    return Err(session.last_error.clone().unwrap_or_else(no_deployment));
                };
                session.attempts = session.attempts.saturating_add(1);
                attempt
            }
        };
        let config = session.config.clone();
        let deployment = config.deployments.get(attempt.deployment).ok_or_else(no_deployment)?;
        let token = match token(deployment, env) {
            Answer::Ready(token) => token,
            Answer::Wait => {
                return Ok(Begun::Waiting(Waiting { number: session.attempts, attempt }));
            }
            Answer::Failed(error) => {
                let status = headers::number(error.status);
                end(session, deployment, verdict_of(&error), status, env, effects);
                fail(session, &error);
                continue;
            }
        };
        let target = target_of(deployment, attempt.wildcard.as_deref());
        match write(session, deployment, &target, &token, env) {
            Ok((question, side)) => {
                let attempting = send(session, deployment, attempt, question, side, env, effects);
                let is_fetched = matches!(deployment.target.credential, Credential::Fetched(_));
                let token = is_fetched.then_some(token);
                return Ok(Begun::Asked(Attempting { token, ..attempting }));
            }
            Err(error) => {
                let labels = deployment.labels.of(session.request.operation());
                effects.push(metrics::attempt(&labels, headers::number(error.status)));
                fail(session, &error);
            }
        }
    }
}

/// What to sign in with: what is configured, or the token it stands for.
fn token(deployment: &Deployment, env: &Env<'_>) -> Answer {
    match &deployment.target.credential {
        Credential::Fetched(source) => env.tokens.borrow_mut().get(source, env.now_ms),
        credential => Answer::Ready(credential.clone()),
    }
}

fn write(
    session: &Session,
    deployment: &Deployment,
    target: &Target,
    credential: &Credential,
    env: &mut Env<'_>,
) -> Result<(Question, Side), ApiError> {
    let operation = session.request.operation();
    if !deployment.is_for(operation) {
        return Err(operation.not_served_by(&format!("The model {}", session.request.model())));
    }
    let side = Side::of(operation, target.provider)
        .ok_or_else(|| operation.not_served_by(&target.provider.name))?;
    if let Some(remedy) = &deployment.missing_key {
        let provider = &target.provider.name;
        return Err(ApiError::new(
            401,
            format!("No API key for {provider} is configured. {remedy}"),
        ));
    }
    let mut writer = writer(session, deployment, target, credential, env);
    let question = match pieces::split(&session.request, target)? {
        None => Question::Whole(writer.write(&session.request)?),
        Some(pieces) => {
            let limit = session.config.limits.max_response_body_bytes;
            let (pieces, dropped) = Pieces::begin(pieces, limit, &mut writer)?;
            Question::Pieces(pieces, dropped)
        }
    };
    Ok((question, side))
}

fn writer<'a>(
    session: &Session,
    deployment: &'a Deployment,
    target: &'a Target,
    credential: &'a Credential,
    env: &'a mut Env<'_>,
) -> Writer<'a> {
    Writer {
        target,
        credential,
        cluster: &deployment.cluster,
        timeout_ms: timeout(session, deployment),
        now: env.now_ms / 1000,
        random: &mut *env.random,
    }
}

fn send(
    session: &mut Session,
    deployment: &Deployment,
    attempt: Attempt,
    question: Question,
    side: Side,
    env: &mut Env<'_>,
    effects: &mut Vec<Effect>,
) -> Attempting {
    let backoff = attempt.backoff_ms((env.random)());
    let resume_at = (backoff > 0).then(|| env.now_ms.saturating_add(backoff));
    let timeout_ms = timeout(session, deployment);
    env.load.borrow_mut().started(&deployment.id, &deployment.labels);
    let (exchange, dropped, pieces) = match question {
        Question::Whole(mut outgoing) => {
            let headers = upstream::routed_headers(&mut outgoing, &deployment.cluster);
            effects.push(Effect::RequestHeaders(headers));
            effects.push(Effect::RequestBody(outgoing.body));
            (outgoing.exchange, outgoing.dropped, None)
        }
        Question::Pieces(pieces, dropped) => (Exchange::default(), dropped, Some(pieces)),
    };
    session.current = Some(Running {
        attempt: attempt.clone(),
        translator: None,
        joined: None,
        served: false,
        dropped,
    });
    let mut attempting = Attempting {
        number: session.attempts,
        deployment: attempt.deployment,
        token: None,
        side,
        exchange,
        resume_at,
        deadline: resume_at.unwrap_or(env.now_ms).saturating_add(timeout_ms),
        timeout_ms,
        provider_headers: Headers::new(),
        pieces,
    };
    if resume_at.is_none() {
        effects.extend(attempting.calls().into_iter().map(Effect::Call));
    }
    attempting
}

/// Time until the first content, ms: the deployment's own word before the global one, a stream's
/// before that for any answer.
fn timeout(session: &Session, deployment: &Deployment) -> u64 {
    let routing = &session.config.routing;
    let stream = if session.request.stream() {
        deployment
            .stream_timeout_ms
            .or(routing.stream_timeout_ms.filter(|_| deployment.timeout_ms.is_none()))
    } else {
        None
    };
    stream.or(deployment.timeout_ms).unwrap_or(routing.timeout_ms)
}

/// Strikes from the plan what cannot help after `error`, and says whether anything is left.
pub fn note_failure(session: &SessionRef, error: &ApiError) -> bool {
    fail(&mut session.borrow_mut(), error)
}

fn fail(session: &mut Session, error: &ApiError) -> bool {
    session.plan.failed(Failure::of(error), retry_after_ms(error));
    session.last_error = Some(error.clone());
    session.plan.has_next()
}

impl Attempting {
    /// The router has turned to another attempt, which the session now belongs to. Envoy may end
    /// this one's stream only after the other's has begun.
    #[must_use]
    pub fn is_superseded(&self, session: &Session) -> bool {
        self.number != session.attempts
    }

    /// Whether it is made of calls, and the stream's own request is for nobody.
    #[must_use]
    pub fn is_in_pieces(&self) -> bool {
        self.pieces.is_some()
    }

    /// The calls that may be sent now, once the attempt may begin.
    pub fn calls(&mut self) -> Vec<Call> {
        self.pieces.as_mut().map(Pieces::take_ready).unwrap_or_default()
    }

    /// Takes the reply to one of its calls.
    ///
    /// # Errors
    /// See [`Pieces::replied`].
    pub fn call_replied(
        &mut self,
        session: &Session,
        reply: CallReply<'_>,
        env: &mut Env<'_>,
    ) -> Result<Next, ApiError> {
        let config = session.config.clone();
        let deployment = config.deployments.get(self.deployment).ok_or_else(no_deployment)?;
        let running = session.current.as_ref();
        let wildcard = running.and_then(|running| running.attempt.wildcard.as_deref());
        let target = target_of(deployment, wildcard);
        let credential = self.token.as_ref().unwrap_or(&deployment.target.credential);
        let Some(pieces) = &mut self.pieces else { return Ok(Next::Wait) };
        if let Some(headers) = reply.headers {
            self.provider_headers = upstream::passed_on(headers);
        }
        let mut writer = writer(session, deployment, &target, credential, env);
        pieces.replied(reply, self.side, &mut writer)
    }

    /// What a failure says about the deployment. That a model which may never have been for this
    /// operation refuses it (OpenAI answers 403 then, others 404) says nothing about its other uses.
    pub fn verdict(&self, session: &Session, error: &ApiError) -> Verdict {
        let deployment = session.config.deployments.get(self.deployment);
        let is_unknown = deployment.is_some_and(|deployment| deployment.operation.is_none());
        let is_other = session.request.operation() != Operation::Chat;
        match verdict_of(error) {
            Verdict::Unfit { .. }
                if is_unknown && is_other && matches!(error.status, 403 | 404) =>
            {
                Verdict::Neutral
            }
            verdict => verdict,
        }
    }

    /// Providers quote the key they refuse, and the client's side must not see it.
    pub fn hide_credentials(&self, config: &Config, error: &mut ApiError) {
        let Some(deployment) = config.deployments.get(self.deployment) else { return };
        let token = self.token.iter().flat_map(Credential::secrets);
        hide::secrets(error, deployment.target.secrets().chain(token));
    }

    /// A token that the provider refuses may have been revoked before its time.
    pub fn note_refusal(&self, session: &Session, error: &ApiError, env: &Env<'_>) {
        let Some(token) = self.token.as_ref().filter(|_| error.status == 401) else { return };
        let Some(deployment) = session.config.deployments.get(self.deployment) else { return };
        if let Credential::Fetched(source) = &deployment.target.credential {
            env.tokens.borrow_mut().refused(source, token, env.now_ms);
        }
    }

    /// Tells the deployment's health and the metrics how the attempt ended. `status` is an HTTP
    /// status, or a word for how a connection ended.
    pub fn settle(
        self,
        session: &Session,
        verdict: Verdict,
        status: Cow<'static, str>,
        env: &Env<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(deployment) = session.config.deployments.get(self.deployment) else { return };
        env.load.borrow_mut().ended(&deployment.id);
        end(session, deployment, verdict, status, env, effects);
    }
}

impl Waiting {
    /// See [`Attempting::is_superseded`].
    #[must_use]
    pub fn is_superseded(&self, session: &Session) -> bool {
        self.number != session.attempts
    }
}

/// The end of an attempt that was in flight, or that failed before it could be.
fn end(
    session: &Session,
    deployment: &Deployment,
    verdict: Verdict,
    status: Cow<'static, str>,
    env: &Env<'_>,
    effects: &mut Vec<Effect>,
) {
    let routing = &session.config.routing;
    let rule = CooldownRule {
        cooldown_ms: deployment.cooldown_ms.unwrap_or(routing.cooldown_ms),
        allowed_fails: routing.allowed_fails,
        disabled: routing.disable_cooldowns,
    };
    let cooled_down = health::attempt_ended(env.store, &deployment.id, env.now_ms, verdict, rule);
    if cooled_down {
        effects.push(metrics::cooldown(&deployment.labels));
        effects.push(Effect::Warn(format!(
            "deployment {} of {} is cooling down after status {status}",
            deployment.id, deployment.group
        )));
    }
    let labels = deployment.labels.of(session.request.operation());
    effects.push(metrics::attempt(&labels, status));
}

fn no_deployment() -> ApiError {
    ApiError::new(503, "No deployment of this model is available.").with_code(code::NO_UPSTREAM)
}
