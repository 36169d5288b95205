//! Time and ids of translations: real, or fixed by `--now`.

use anyhow::{Context, Result};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where `created` and made-up ids come from.
pub struct Clock {
    fixed: Option<u64>,
}

impl Clock {
    /// # Errors
    /// Where `now` is not a time.
    pub fn new(now: Option<&str>) -> Result<Self> {
        let fixed = now
            .map(|text| {
                let time = humantime::parse_rfc3339(text).with_context(|| {
                    format!("`{text}` is not a time such as 2026-01-01T00:00:00Z")
                })?;
                Ok::<_, anyhow::Error>(time.duration_since(UNIX_EPOCH)?.as_secs())
            })
            .transpose()?;
        Ok(Self { fixed })
    }

    /// Unix time, seconds.
    pub fn now(&self) -> u64 {
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        self.fixed.unwrap_or_else(clock)
    }

    /// 24 hexadecimal digits; the same for the same `seed` where the time is fixed.
    pub fn nonce(&self, seed: &str) -> String {
        let number = if self.fixed.is_some() {
            // FNV-1a: the standard library's hashes may change between releases.
            seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
        } else {
            RandomState::new().build_hasher().finish()
        };
        format!("{number:016x}{:08x}", number >> 32)
    }
}
