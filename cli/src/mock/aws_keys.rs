//! Where AWS gives temporary keys: its Security Token Service, containers, machines.

use super::token::{Answer, END, as_json};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde_json::json;

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const ROLE: &str = "mock-role";

/// What a machine's metadata service wants to see again.
const SESSION: &str = "mock-session";

/// The `serial`th answer; `None`: it is none.
pub fn answer(request: &Parts, body: &[u8], is_refused: bool, serial: u64) -> Option<Answer> {
    let path = request.uri.path();
    let key = format!("ASIAMOCK{serial}");
    let keys = || {
        let body = json!({"Code": "Success", "AccessKeyId": key, "SecretAccessKey": "mock-secret-key",
            "Token": "mock-session-token", "Expiration": END});
        as_json(StatusCode::OK, &body)
    };
    let refusal = || as_json(StatusCode::UNAUTHORIZED, &json!({"code": "AccessDenied"}));
    let shows =
        |name: &str, value: &str| request.headers.get(name).is_some_and(|found| found == value);
    if request.method == Method::PUT {
        return (path == "/latest/api/token").then(|| text(SESSION));
    }
    Some(match path {
        "/" if body.starts_with(b"Action=AssumeRole") => {
            if is_refused {
                let error =
                    "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
                return Some((StatusCode::FORBIDDEN, "text/xml", error.to_owned()));
            }
            let xml = format!(
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId>\
                 <SecretAccessKey>mock-secret-key</SecretAccessKey><SessionToken>mock-session-token\
                 </SessionToken><Expiration>{END}</Expiration></Credentials></AssumeRoleResult>\
                 </AssumeRoleResponse>"
            );
            (StatusCode::OK, "text/xml", xml)
        }
        "/container/credentials" if is_refused => refusal(),
        "/container/credentials" => keys(),
        _ if !path.starts_with(ROLES) => return None,
        _ if !shows("x-aws-ec2-metadata-token", SESSION) => refusal(),
        ROLES => text(ROLE),
        _ if path.ends_with(ROLE) => keys(),
        _ => (StatusCode::NOT_FOUND, "text/plain", String::new()),
    })
}

fn text(text: &str) -> Answer {
    (StatusCode::OK, "text/plain", text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn ask(request: hyper::http::request::Builder, body: &str) -> Option<(u16, String)> {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let (status, _, text) = answer(&parts, body.as_bytes(), false, 3)?;
        Some((status.as_u16(), text))
    }

    #[test]
    fn a_role_is_given_to_whoever_asks() {
        let (status, xml) = ask(Request::post("/"), "Action=AssumeRole&x=1").unwrap();
        assert!(status == 200 && xml.contains("<AccessKeyId>ASIAMOCK3<"), "{xml}");
        assert_eq!(ask(Request::post("/"), "{}"), None);
    }

    #[test]
    fn a_machine_gives_its_keys_to_who_has_its_token() {
        let (_, token) = ask(Request::put("/latest/api/token"), "").unwrap();
        let get = |path: &str| {
            Request::get(format!("{ROLES}{path}")).header("x-aws-ec2-metadata-token", &token)
        };
        let (_, role) = ask(get(""), "").unwrap();
        let (status, keys) = ask(get(&role), "").unwrap();
        assert!(status == 200 && keys.contains("ASIAMOCK3"), "{keys}");
        assert_eq!(ask(get("other"), "").unwrap().0, 404);
        assert_eq!(ask(Request::get(format!("{ROLES}{role}")), "").unwrap().0, 401);
    }
}
