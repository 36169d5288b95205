//! What the client's side and the attempts of one request share.

use crate::catalog;
use crate::config::{Config, Deployment};
use crate::dialect::{Report, Target};
use crate::openai::ApiError;
use crate::operation::Request;
use crate::routing::{Attempt, Plan};
use crate::translate::ResponseTranslator;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// A session, held by the gateway, by its running attempt and by the host's registry.
pub type SessionRef = Rc<RefCell<Session>>;

/// One client request that was accepted.
pub struct Session {
    /// Finds the session from within the same VM; never leaves Envoy.
    pub token: String,
    /// The request's public id.
    pub call_id: String,
    /// The configuration it started under, whatever is loaded later.
    pub config: Rc<Config>,
    pub request: Request,
    pub plan: Plan,
    /// The attempt that runs now or ran last.
    pub current: Option<Running>,
    pub attempts: u32,
    /// Unix time, ms.
    pub started_ms: u64,
    /// Unix time, ms; when the client's first content left.
    pub first_content_ms: Option<u64>,
    /// How the last failed attempt failed.
    pub last_error: Option<ApiError>,
    /// The status of the answer that is the client's, once there is one.
    pub answered: Option<u16>,
    /// The client's side has ended.
    pub closed: bool,
}

/// An attempt, as both sides see it.
pub struct Running {
    pub attempt: Attempt,
    /// From the provider's response headers on.
    pub translator: Option<ResponseTranslator>,
    /// What is known of an answer that was put together from those to several calls.
    pub joined: Option<Report>,
    /// Its answer is the client's.
    pub served: bool,
    /// Parameters that were left out for it.
    pub dropped: Vec<String>,
}

impl Running {
    /// What is known of the answer so far.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.joined.as_ref().or_else(|| self.translator.as_ref().map(ResponseTranslator::report))
    }
}

impl Session {
    /// The running attempt's answer is the client's.
    pub fn serve(&mut self, now_ms: u64) {
        self.first_content_ms = Some(now_ms);
        if let Some(running) = &mut self.current {
            running.served = true;
        }
    }

    /// The deployment of the attempt that runs now or ran last.
    #[must_use]
    pub fn deployment(&self) -> Option<&Deployment> {
        let running = self.current.as_ref()?;
        self.config.deployments.get(running.attempt.deployment)
    }
}

/// A deployment's target for one attempt, with what a wildcard stood for put in its place.
#[must_use]
pub fn target_of<'a>(deployment: &'a Deployment, wildcard: Option<&str>) -> Cow<'a, Target> {
    match wildcard {
        Some(text) if deployment.target.model.contains('*') => {
            let mut target = deployment.target.clone();
            target.model = target.model.replacen('*', text, 1);
            target.provider =
                catalog::row(&target.provider.name, &target.model).unwrap_or(target.provider);
            Cow::Owned(target)
        }
        _ => Cow::Borrowed(&deployment.target),
    }
}
