//! Private RSA keys in PEM, and signatures with them: for Google's accounts and for Oracle's cloud.

use super::Secret;
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use sha2::Sha256;
use std::sync::Arc;

/// A key that is ready to sign: reading one takes as long as a signature does, 4 ms with 2048 bits where
/// that was measured. Its text stays beside it, to tell it from others.
#[derive(Clone)]
pub struct RsaKey {
    text: Secret,
    key: Arc<SigningKey<Sha256>>,
}

impl RsaKey {
    /// Reads PEM: PKCS #8 (`BEGIN PRIVATE KEY`) or PKCS #1 (`BEGIN RSA PRIVATE KEY`), not encrypted.
    /// Line breaks may be written out (`\n`), as they are in YAML and variables, and other text may
    /// follow, as the label `OCI_API_KEY` does in Oracle's files.
    ///
    /// # Errors
    /// What the text is not, as the end of a sentence; it shows nothing of the key.
    pub fn parse(text: Secret) -> Result<Self, &'static str> {
        let plain = text.expose().replace("\\n", "\n").replace('\r', "");
        let key = pem(&plain).and_then(|pem| {
            let pkcs1 = || PrivateKey::from_pkcs1_pem(pem).ok();
            PrivateKey::from_pkcs8_pem(pem).ok().or_else(pkcs1)
        });
        match key {
            Some(key) => Ok(Self { text, key: Arc::new(SigningKey::new(key)) }),
            None if plain.contains("ENCRYPTED") => {
                Err("is encrypted; a plugin cannot ask for its passphrase")
            }
            None => Err("is not an RSA key in PEM (BEGIN PRIVATE KEY)"),
        }
    }

    /// The text that it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.expose()
    }

    /// The signature of `message`: PKCS #1 v1.5 with SHA-256, which has no randomness.
    ///
    /// The crate does not vouch for constant time (RUSTSEC-2023-0071), but its exponentiation has been
    /// written for it since 0.10, and only hashes are signed, which nobody chooses bit by bit.
    ///
    /// # Errors
    /// Part of a sentence.
    pub fn sign(&self, message: &[u8]) -> Result<Box<[u8]>, &'static str> {
        let signature = self.key.try_sign(message).map_err(|_| "its key cannot sign")?;
        Ok(signature.to_bytes())
    }
}

/// The first block of `text`, up to the end of the line that ends it.
fn pem(text: &str) -> Option<&str> {
    const LINE: &str = "-----";
    let start = text.find("-----BEGIN ")?;
    let block = text.get(start..)?;
    let end = block.find("-----END ")?;
    let name = block.get(end.checked_add(LINE.len())?..)?;
    let close = name.find(LINE)?;
    block.get(..end.checked_add(close)?.checked_add(2 * LINE.len())?)
}

impl PartialEq for RsaKey {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RsaKey {}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PKCS8: &str = include_str!("token/jwt/rfc7515.pem");
    const PKCS1: &str = include_str!("oci/documentation.pem");

    #[test]
    fn a_key_is_read_in_every_form_that_its_text_takes() {
        let read = |text: String| {
            let key = RsaKey::parse(Secret::new(text)).unwrap();
            AsRef::<PrivateKey>::as_ref(&*key.key).clone()
        };
        let plain = read(PKCS1.to_owned());
        for text in [
            PKCS1.replace('\n', "\\n"),
            PKCS1.replace('\n', "\r\n"),
            format!("  {}\nOCI_API_KEY\n", PKCS1.trim()),
        ] {
            assert_eq!(read(text), plain);
        }
        assert_ne!(read(PKCS8.to_owned()), plain);
    }

    #[test]
    fn what_is_no_key_is_told_without_showing_it() {
        for text in [
            "",
            "SECRET",
            "-----BEGIN",
            "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY",
            "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----",
        ] {
            let why = RsaKey::parse(Secret::new(text)).unwrap_err();
            assert!(why.contains("PEM") && !why.contains("SECRET"), "{why}");
        }
        let locked =
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA\n-----END ENCRYPTED PRIVATE KEY-----";
        assert!(RsaKey::parse(Secret::new(locked)).unwrap_err().contains("passphrase"));
    }

    #[test]
    fn a_key_does_not_show() {
        assert_eq!(format!("{:?}", RsaKey::parse(Secret::new(PKCS8)).unwrap()), "RsaKey(…)");
    }
}
