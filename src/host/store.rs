//! Proxy-wasm's shared data as the store of routing.

use crate::routing::store::{Conflict, SharedStore, Versioned};
use proxy_wasm::hostcalls;

/// Shared by all VMs of one `vm_id` in an Envoy process.
pub struct SharedData;

impl SharedStore for SharedData {
    fn get(&self, key: &str) -> Versioned {
        hostcalls::get_shared_data(key).unwrap_or_default()
    }

    fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> Result<(), Conflict> {
        hostcalls::set_shared_data(key, Some(value), version).map_err(|_| Conflict)
    }
}
