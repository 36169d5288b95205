//! A way for the end-to-end tests to make the plugin trap. Only built with the feature
//! `fault-injection`, never into a plugin that is shipped.

use super::headers;
use proxy_wasm::types::MapType;

/// Traps, as a panic would, where a request asks for it with `x-dragoman-fault: trap`.
#[allow(clippy::disallowed_methods, reason = "to end the VM is the point here")]
pub fn obey() {
    let asked = headers::one(MapType::HttpRequestHeaders, "x-dragoman-fault");
    if asked.iter().any(|(_, value)| value == "trap") {
        std::process::abort();
    }
}
