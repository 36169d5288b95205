//! The proxy-wasm host: callbacks become events, effects become host calls. Nothing outside this
//! folder names `proxy_wasm`.
//!
//! All of Dragoman's filters of one worker thread share one VM (their `vm_id`, code and VM
//! configuration are the same), and so the thread-local state of [`worker`].

mod call;
mod carry_out;
#[cfg(feature = "fault-injection")]
mod fault;
mod filter;
mod headers;
mod metrics;
mod root;
mod store;
mod token;
mod worker;

use proxy_wasm::types::LogLevel;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|id| Box::new(root::Root::new(id)));
}}
