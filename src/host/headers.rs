//! Header maps, read and written in one host call each.

use crate::session::Headers;
use crate::session::headers::HeaderText;
use proxy_wasm::hostcalls;
use proxy_wasm::types::MapType;

/// All headers of a map. The SDK's reader of texts traps on a value that is not UTF-8, which any
/// client can send; bytes are read instead, and what is no text becomes U+FFFD.
pub fn read(map: MapType) -> Headers {
    let pairs = hostcalls::get_map_bytes(map).unwrap_or_default();
    pairs.into_iter().map(|(name, value)| (name.into(), text(value))).collect()
}

/// One header of a map, where it is there.
pub fn one(map: MapType, name: &'static str) -> Headers {
    let value = hostcalls::get_map_value_bytes(map, name).ok().flatten();
    value.map(|value| (name.into(), text(value))).into_iter().collect()
}

fn text(value: Vec<u8>) -> HeaderText {
    String::from_utf8(value)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        .into()
}

/// Replaces all headers of a map.
pub fn write(map: MapType, headers: &Headers) {
    if let Err(status) = hostcalls::set_map(map, borrowed(headers)) {
        log::error!("headers could not be set: {status:?}");
    }
}

pub fn borrowed(headers: &Headers) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (&**name, &**value)).collect()
}
