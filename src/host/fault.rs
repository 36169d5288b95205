//! A way for the end-to-end tests to make the plugin trap. Only built with the feature
//! `fault-injection`, never into a plugin that is shipped.

use crate::session::Headers;
use crate::session::headers::get;

/// Traps, as a panic would, where a request asks for it with `x-dragoman-fault: trap`.
#[allow(clippy::disallowed_methods, reason = "to end the VM is the point here")]
pub fn obey(headers: &Headers) {
    if get(headers, "x-dragoman-fault") == Some("trap") {
        std::process::abort();
    }
}
