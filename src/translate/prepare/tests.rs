use crate::dialect::{Target, fixture};
use crate::openai::ApiError;
use crate::translate;
use crate::wire::object::RawJson;
use serde_json::value::RawValue;

fn raw(json: &str) -> RawJson {
    RawValue::from_string(json.to_owned()).unwrap()
}

/// The members that go out, without model and messages, and what was dropped.
fn sent(
    target: &Target,
    drops: &[&str],
    defaults: &[(&str, &str)],
    members: &str,
) -> Result<(String, Vec<String>), ApiError> {
    let mut target = target.clone();
    target.policy.additional_drop_params = drops.iter().map(|&path| path.to_owned()).collect();
    target.defaults = defaults.iter().map(|(name, json)| ((*name).to_owned(), raw(json))).collect();
    let request = fixture::request(&format!(
        r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}]{members}}}"#
    ));
    let outgoing = translate::request(&request, &target, 1, "n")?;
    assert_eq!(outgoing.exchange.stream, request.stream, "the client gets what it asked for");
    let body = String::from_utf8(outgoing.body).unwrap();
    let messages = r#"[{"role":"user","content":"hi"}]"#;
    let rest = body.split_once(messages).map_or(body.as_str(), |(_, rest)| rest);
    Ok((rest.trim_end_matches('}').to_owned(), outgoing.dropped))
}

fn compatible() -> Target {
    fixture::target("custom_openai", "m", None)
}

#[test]
fn defaults_stand_where_the_client_says_nothing() {
    let defaults = [("temperature", "0.50"), ("top_k", "3")];
    for (members, expected) in [
        ("", r#","temperature":0.50,"top_k":3"#),
        (r#","temperature":1"#, r#","temperature":1,"top_k":3"#),
        (r#","temperature":null"#, r#","temperature":0.50,"top_k":3"#),
        (r#","x":null"#, r#","x":null,"temperature":0.50,"top_k":3"#),
    ] {
        assert_eq!(sent(&compatible(), &[], &defaults, members).unwrap().0, expected, "{members}");
    }
}

#[test]
fn defaults_never_decide_what_is_asked_whom_and_how() {
    let defaults = [
        ("model", r#""other""#),
        ("messages", "[]"),
        ("stream", "true"),
        ("stream_options", "{}"),
        ("seed", "1"),
    ];
    assert_eq!(sent(&compatible(), &[], &defaults, "").unwrap().0, r#","seed":1"#);
}

#[test]
fn a_default_yields_to_the_client_under_either_name() {
    let defaults = [("max_completion_tokens", "7")];
    let (rest, _) = sent(&compatible(), &[], &defaults, r#","max_tokens":3"#).unwrap();
    assert_eq!(rest, r#","max_tokens":3"#);
    let mistral = fixture::target("mistral", "m", None);
    let (rest, _) = sent(&mistral, &[], &[("random_seed", "7")], r#","seed":3"#).unwrap();
    assert_eq!(rest, r#","random_seed":3"#);
}

#[test]
fn members_are_dropped_by_name_or_path_and_named() {
    let members = r#","user":"u","tools":[ {"type":"function","function":{"name":"f","strict":true,"n":1e400}} ],"seed":null"#;
    let drops = ["seed", "tools[*].function.strict", "user", "tools[*].x", "not a [path"];
    let (rest, dropped) = sent(&compatible(), &drops, &[], members).unwrap();
    assert_eq!(
        rest,
        r#","tools":[{"type":"function","function":{"name":"f","n":1e400}}],"seed":null"#
    );
    assert_eq!(dropped, ["user", "tools[*].function.strict"]);
}

#[test]
fn drops_count_for_every_dialect() {
    let claude = fixture::target("anthropic", "claude-sonnet-4-5", None);
    let (rest, dropped) = sent(&claude, &["top_k"], &[], r#","top_k":3"#).unwrap();
    assert!(!rest.contains("top_k"), "{rest}");
    assert_eq!(dropped, ["top_k"]);
}

#[test]
fn model_and_messages_cannot_be_dropped() {
    let (rest, dropped) = sent(&compatible(), &["model", "messages"], &[], "").unwrap();
    assert_eq!((rest.as_str(), dropped), ("", Vec::new()));
}

#[test]
fn usage_is_not_asked_for_where_stream_options_are_dropped() {
    let asked = r#","stream":true,"stream_options":{"include_usage":true}"#;
    for members in [asked, r#","stream":true"#] {
        let (rest, _) = sent(&compatible(), &["stream_options"], &[], members).unwrap();
        assert_eq!(rest, r#","stream":true"#);
        let (rest, _) =
            sent(&compatible(), &["stream_options.include_usage"], &[], members).unwrap();
        assert!(!rest.contains("include_usage"), "{rest}");
    }
}

#[test]
fn a_provider_that_cannot_stream_is_not_asked_to() {
    let (rest, dropped) = sent(&compatible(), &["stream"], &[], r#","stream":true"#).unwrap();
    assert_eq!((rest.as_str(), dropped), ("", vec!["stream".to_owned()]));
}

#[test]
fn a_drop_that_leaves_no_request_is_the_clients_to_know() {
    let error = sent(&compatible(), &["messages[*].role"], &[], "").unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (400, Some("messages[0].role")));
}
