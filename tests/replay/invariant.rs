//! What must hold in every replay, whatever happens in it.

use crate::told::Told;
use dragoman::config::Config;
use dragoman::routing::load::Load;
use dragoman::session::Effect;

/// No credential shows in an effect, but a deployment's own in the request to it.
pub fn no_secret_shows(effect: &Effect, config: &Config) {
    let own = match effect {
        Effect::RequestHeaders(headers) => {
            headers.iter().find(|(name, _)| name == "x-dragoman-cluster").map(|(_, value)| &**value)
        }
        Effect::Call(call) => Some(call.cluster.as_str()),
        _ => None,
    };
    let text = match effect {
        Effect::RequestBody(body) | Effect::ResponseBody(body) => {
            String::from_utf8_lossy(body).into_owned()
        }
        Effect::Reply(reply) => {
            format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.body))
        }
        other => format!("{other:?}"),
    };
    for deployment in &config.deployments {
        let others = own != Some(&*deployment.cluster);
        let secrets = deployment.target.secrets().filter(|secret| others && !secret.is_empty());
        for secret in secrets {
            assert!(!text.contains(secret), "{} shows in {text}", deployment.id);
        }
    }
    // The replays call a token after the deployment that it is for.
    for (_, after) in
        text.match_indices("token-of-").map(|(at, word)| text.split_at(at + word.len()))
    {
        let id = after.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_own = own.is_some_and(|cluster| cluster.contains(&format!("//{id}.example")));
        assert!(is_own, "the token of {id} shows in {text}");
    }
    if let Some(master_key) = &config.master_key {
        assert!(!text.contains(master_key.expose()), "the master key shows in {text}");
    }
}

/// Nothing is left in flight.
pub fn nothing_is_in_flight(config: &Config, load: &Load) {
    for deployment in &config.deployments {
        assert_eq!(load.own(&deployment.id), 0, "{}", deployment.id);
    }
}

/// An accepted request is counted once, and so is each attempt.
pub fn everything_is_counted_once(told: &Told) {
    let requests = told.count("dragoman_requests_total", "");
    assert_eq!(requests, u64::from(told.property("call_id").is_some()));
    let status = format!(";.;status=;.;{}", told.status.unwrap_or(0));
    assert_eq!(told.count("dragoman_requests_total", &status), requests, "{:?}", told.status);
    assert!(told.count("dragoman_attempts_total", "") >= told.asked.len() as u64);
}

/// The client's answer is well-formed HTTP, and shows nothing that is between the filters.
pub fn the_answer_is_clean(told: &Told) {
    if let Some(length) = told.header("content-length").filter(|_| told.ended) {
        assert_eq!(length, told.body.len().to_string(), "{}", told.body);
    }
    for internal in ["x-dragoman-retry", "x-dragoman-session", "x-dragoman-cluster"] {
        assert_eq!(told.header(internal), None);
    }
    let is_visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    for (name, value) in &told.headers {
        assert!(is_visible(value), "{name}: {value:?}");
    }
    let mut names: Vec<_> = told.headers.iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), told.headers.len(), "a header is there twice: {:?}", told.headers);
}
