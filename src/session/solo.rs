//! Both sides in one filter: for places where only a plain HTTP filter can be added. Everything but
//! retries on other providers, for which a filter alone has no means.

use super::adapter::Adapter;
use super::gateway::Gateway;
use super::{Effect, Env, Event};
use crate::config::Config;
use std::rc::Rc;

/// State machine of the role solo.
pub struct Solo {
    gateway: Gateway,
    adapter: Option<Adapter>,
}

impl Solo {
    #[must_use]
    pub fn new(config: Rc<Config>) -> Self {
        Self { gateway: Gateway::new(config), adapter: None }
    }

    /// Whether [`Event::Tick`] is of use.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.adapter.as_ref().is_some_and(Adapter::wants_ticks)
    }

    /// Takes an event.
    pub fn handle(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        match event {
            Event::RequestHeaders { headers, end } => self.gateway.request_headers(headers, end),
            Event::RequestBody(body) => match self.gateway.accept(body, env) {
                Ok(session) => {
                    let adapter = self.adapter.insert(Adapter::new(session));
                    let mut effects = adapter.begin(env);
                    self.show(&mut effects, env);
                    effects
                }
                Err(error) => self.gateway.reply((&error).into()),
            },
            Event::Done => {
                // The gateway closes the session first: an attempt that ends then was cancelled.
                let mut effects = self.gateway.handle(event, env);
                effects.extend(self.attempt(event, env));
                effects
            }
            Event::ResponseHeaders { .. } | Event::ResponseBody { .. } | Event::Tick => {
                let mut effects = self.attempt(event, env);
                self.show(&mut effects, env);
                effects
            }
        }
    }

    fn attempt(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        self.adapter.as_mut().map(|adapter| adapter.handle(event, env)).unwrap_or_default()
    }

    /// Gives headers on their way to the client what the gateway adds.
    fn show(&mut self, effects: &mut [Effect], env: &Env<'_>) {
        for effect in effects {
            match effect {
                Effect::ResponseHeaders(headers) => {
                    if let Some(Effect::ResponseHeaders(shown)) =
                        self.gateway.response_headers(headers, env.now_ms).pop()
                    {
                        *headers = shown;
                    }
                }
                Effect::Reply(reply) => {
                    reply.headers.push((":status".into(), reply.status.to_string()));
                    if let Some(Effect::ResponseHeaders(mut shown)) =
                        self.gateway.response_headers(&reply.headers, env.now_ms).pop()
                    {
                        shown.retain(|(name, _)| name != ":status");
                        reply.headers = shown;
                    }
                }
                _ => {}
            }
        }
    }
}
