//! Request signatures of Oracle Cloud Infrastructure, version 1.
//!
//! Source: <https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm>, which builds
//! on draft-cavage-http-signatures-08. What is signed is what Envoy leaves as it is: it adds a `date`
//! to responses only.

use super::RsaKey;
use crate::wire::headers::Headers;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A user's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OciCredential {
    /// `TENANCY/USER/FINGERPRINT`: two OCIDs and the key's fingerprint, none of them secret.
    pub key_id: Arc<str>,
    pub key: RsaKey,
}

/// What is signed of a request with a body.
pub struct Request<'a> {
    pub method: &'a str,
    /// As it is sent, with the query.
    pub path: &'a str,
    pub host: &'a str,
    pub content_type: &'a str,
    pub body: &'a [u8],
}

/// The headers that sign `request`: `date`, `x-content-sha256` and `authorization`. `date` is the time
/// in HTTP's form; Oracle refuses what is five minutes off. `None` where the key cannot sign.
#[must_use]
pub fn sign(request: &Request<'_>, credential: &OciCredential, date: &str) -> Option<Headers> {
    let digest = BASE64_STANDARD.encode(Sha256::digest(request.body));
    let target = [&request.method.to_ascii_lowercase(), " ", request.path].concat();
    let length = request.body.len().to_string();
    let signed = [
        ("date", date),
        ("(request-target)", &target),
        ("host", request.host),
        ("content-length", &length),
        ("content-type", request.content_type),
        ("x-content-sha256", &digest),
    ];
    let lines = signed.map(|(name, value)| [name, ": ", value].concat()).join("\n");
    let names = signed.map(|(name, _)| name).join(" ");
    let signature = BASE64_STANDARD.encode(credential.key.sign(lines.as_bytes()).ok()?);
    let authorization = format!(
        "Signature version=\"1\",headers=\"{names}\",keyId=\"{}\",algorithm=\"rsa-sha256\",\
         signature=\"{signature}\"",
        credential.key_id
    );
    Some(vec![
        ("date".into(), date.to_owned().into()),
        ("x-content-sha256".into(), digest.into()),
        ("authorization".into(), authorization.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Secret;

    /// The test values of Oracle's documentation, which its Go SDK tests itself with
    /// (`common/http_signer_test.go`).
    #[test]
    fn the_signature_is_that_of_the_documentation() {
        let key_id = "ocid1.tenancy.oc1..aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq/\
                      ocid1.user.oc1..aaaaaaaat5nvwcna5j6aqzjcaty5eqbb6qt2jvpkanghtgdaqedqw3rynjq/\
                      20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34";
        let key = RsaKey::parse(Secret::new(include_str!("oci/documentation.pem"))).unwrap();
        let credential = OciCredential { key_id: key_id.into(), key };
        let body = r#"{
    "compartmentId": "ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa",
    "instanceId": "ocid1.instance.oc1.phx.abuw4ljrlsfiqw6vzzxb43vyypt4pkodawglp3wqxjqofakrwvou52gb6s5a",
    "volumeId": "ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q"
}"#;
        let request = Request {
            method: "POST",
            path: "/20160918/volumeAttachments",
            host: "iaas.us-phoenix-1.oraclecloud.com",
            content_type: "application/json",
            body: body.as_bytes(),
        };
        let date = "Thu, 05 Jan 2014 21:31:40 GMT"; // a Sunday, but so it is published
        let headers = sign(&request, &credential, date).unwrap();
        let header =
            |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, v)| &**v);
        assert_eq!(
            header("x-content-sha256"),
            Some("V9Z20UJTvkvpJ50flBzKE32+6m2zJjweHpDMX/U4Uy0=")
        );
        assert_eq!(header("date"), Some(date));
        let expected = format!(
            "Signature version=\"1\",headers=\"date (request-target) host content-length \
             content-type x-content-sha256\",keyId=\"{key_id}\",algorithm=\"rsa-sha256\",\
             signature=\"Mje8vIDPlwIHmD/cTDwRxE7HaAvBg16JnVcsuqaNRim23fFPgQfLoOOxae6WqKb1uPjYEl0qId\
             azWaBy/Ml8DRhqlocMwoSXv0fbukP8J5N80LCmzT/FFBvIvTB91XuXI3hYfP9Zt1l7S6ieVadHUfqBedWH0itr\
             tPJBgKmrWso=\""
        );
        assert_eq!(header("authorization"), Some(&*expected));
    }
}
