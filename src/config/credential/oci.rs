//! Keys of users of Oracle Cloud Infrastructure.

use super::{Found, Places};
use crate::auth::{OciCredential, RsaKey};
use crate::dialect::{Credential, Secret};

/// Members of `litellm_params` that serve to sign in with Oracle's cloud only.
pub const NAMES: [&str; 5] = ["oci_user", "oci_fingerprint", "oci_tenancy", KEY, KEY_FILE];

const KEY: &str = "oci_key";

/// A file with the key, which only the tool can read.
const KEY_FILE: &str = "oci_key_file";

/// LiteLLM's variables of [`KEY`] and [`KEY_FILE`].
const KEY_VARIABLE: &str = "OCI_KEY";
const KEY_FILE_VARIABLE: &str = "OCI_KEY_FILE";

impl Places<'_> {
    /// A user's key, each part of it from the configuration, else from the environment, as in LiteLLM;
    /// `None` where there is no part of it.
    pub(super) fn oci(&self) -> Option<Found> {
        let user = self.own_setting("oci_user", &["OCI_USER"]);
        let fingerprint = self.own_setting("oci_fingerprint", &["OCI_FINGERPRINT"]);
        let tenancy = self.own_setting("oci_tenancy", &["OCI_TENANCY"]);
        let key = match self.oci_key() {
            Ok(key) => key,
            Err(found) => return Some(found),
        };
        let parts =
            [("oci_user", &user), ("oci_fingerprint", &fingerprint), ("oci_tenancy", &tenancy)];
        if key.is_none() && parts.iter().all(|(_, part)| part.is_none()) {
            return None;
        }
        let absent = parts.iter().find(|(_, part)| part.is_none()).map(|(name, _)| *name);
        if let Some(name) = absent.or(key.is_none().then_some(KEY)) {
            let advice = format!(
                "`{name}` is missing: `oci_user`, `oci_fingerprint`, `oci_tenancy` and `{KEY}` go \
                 together."
            );
            return Some(self.advise(name, advice));
        }
        // They stand between quotes in a header, with slashes between them.
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_' | '$');
        for (name, part) in parts {
            if !part.iter().all(|part| part.chars().all(fits)) {
                return Some(self.advise(name, format!("`{name}` is no OCID or fingerprint.")));
            }
        }
        let key_id = [tenancy?, user?, fingerprint?].join("/").into();
        match RsaKey::parse(key?) {
            Ok(key) => Some(Found::Credential(Credential::Oci(OciCredential { key_id, key }))),
            Err(why) => Some(self.advise(KEY, format!("`{KEY}` {why}."))),
        }
    }

    /// The key's text, which has several lines.
    fn oci_key(&self) -> Result<Option<Secret>, Found> {
        if let Some(node) = self.find(&[KEY]) {
            Self::has_value(&node, "key").map_err(Found::Missing)?;
            return Ok(node.name().map(|text| Secret::new(text.text.trim())));
        }
        let environment = &self.params.reader.environment;
        let is_file_written = self.find(&[KEY_FILE]).is_some();
        if let Some((_, key)) = environment.first([KEY_VARIABLE]).filter(|_| !is_file_written) {
            return Ok(Some(Secret::new(key.trim())));
        }
        if is_file_written || environment.first([KEY_FILE_VARIABLE]).is_some() {
            return Err(self.advise(
                KEY_FILE,
                format!(
                    "The file with the key is of use only to the `dragoman` tool, which could not \
                     read it: a plugin reads no files. Set `{KEY}`, or the environment variable \
                     `{KEY_VARIABLE}`, to the file's content."
                ),
            ));
        }
        Ok(None)
    }
}
