//! The root context: one per plugin configuration and VM.

use super::carry_out::{Shown, carry_out};
use super::filter::Filter;
use super::metrics::Registry;
use super::store::SharedData;
use super::{call, token, worker};
use crate::config::{self, Config, Role, Severity};
use crate::session::{Event, TICK_MS, in_flight};
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{BufferType, ContextType};
use std::rc::Rc;
use std::time::Duration;

/// Holds the configuration, and makes a filter for every stream.
pub struct Root {
    id: u32,
    config: Rc<Config>,
}

impl Root {
    pub fn new(id: u32) -> Self {
        Self { id, config: Rc::default() }
    }
}

impl Context for Root {
    /// A call made in a tick was answered, or will not be: then there are no headers and no body.
    fn on_http_call_response(&mut self, handle: u32, headers: usize, size: usize, _: usize) {
        if !call::replied(handle, headers, size) {
            token::replied(handle, headers, size);
        }
    }
}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        let bytes = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size);
        let bytes = bytes.ok().flatten().unwrap_or_default();
        let document = match serde_json::from_slice(&bytes) {
            Ok(document) => document,
            Err(error) => {
                log::error!("the plugin configuration is not JSON: {error}");
                return false;
            }
        };
        let reading = config::read(&document, &environment);
        let usable = !reading.has_errors();
        for problem in reading.problems {
            match problem.severity {
                Severity::Error => {
                    log::error!("configuration: {}: {}", problem.path, problem.message);
                }
                Severity::Warning => {
                    log::warn!("configuration: {}: {}", problem.path, problem.message);
                }
            }
        }
        if !usable {
            return false;
        }
        let config = reading.config;
        // One timer for each VM: the adapter's serves the gateway's filters, too.
        if config.role != Role::Gateway
            && let Err(status) = hostcalls::set_tick_period(Duration::from_millis(TICK_MS))
        {
            log::error!("Envoy refused the timer that deadlines need: {status:?}");
            return false;
        }
        self.config = Rc::new(config);
        true
    }

    fn on_tick(&mut self) {
        // Here, and not where they are wanted: what a filter calls for ends with its stream.
        token::fetch();
        let mut told = false;
        for stream in worker::ticking() {
            if hostcalls::set_effective_context(stream.id).is_err() {
                worker::set_ticking(stream.id, None);
                continue;
            }
            told = true;
            let effects = stream.machine.borrow_mut().handle(Event::Tick);
            // Whoever writes a request now has held back what came for it.
            let shown = Shown { request_body: usize::MAX, ..Shown::default() };
            carry_out(effects, shown, &stream);
            if !stream.machine.borrow().wants_ticks() {
                worker::set_ticking(stream.id, None);
            }
        }
        publish_load();
        worker::with_metrics(Registry::hand_over);
        if told {
            let _ = hostcalls::set_effective_context(self.id);
        }
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Filter::new(id, self.id, Rc::clone(&self.config))))
    }
}

/// Tells the other workers, and the metrics, what is in flight here.
fn publish_load() {
    let totals = worker::with_load(|load| {
        load.borrow_mut().publish(&SharedData, worker::vm(), worker::now_ms())
    });
    worker::with_metrics(|series| {
        for total in totals {
            series.record(in_flight(total.labels, total.count));
        }
    });
}

/// The variables that the VM's configuration lets through.
#[allow(clippy::disallowed_methods, reason = "the environment enters the pure code here")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
