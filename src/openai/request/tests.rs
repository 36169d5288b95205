use super::*;
use crate::openai::{Content, MAX_MODEL_BYTES, Role};

fn parse(json: &str) -> Result<ChatRequest, ApiError> {
    ChatRequest::parse(json.as_bytes().to_vec())
}

fn refused(json: &str) -> String {
    let error = parse(json).expect_err(json);
    assert_eq!(error.status, 400);
    error.message
}

#[test]
fn known_members_are_read_and_all_are_kept_as_written() {
    let text = r#"{"model":"m", "messages":[{"role":"user","content":"hi"}], "x":{"n": 1e400, "big": 123456789012345678901234567890}}"#;
    let request = parse(text).unwrap();
    assert_eq!(request.model, "m");
    assert_eq!(
        request.field("x").unwrap().json,
        r#"{"n": 1e400, "big": 123456789012345678901234567890}"#
    );
    assert_eq!(request.messages[0].role, Some(Role::User));
    assert!(matches!(&request.messages[0].content, Content::Text(text) if text == "hi"));
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    let message = refused("{\"model\":\"m\",\n \"messages\": [}");
    assert!(message.contains("line 2, column"), "{message}");
    assert!(refused("").contains("empty"));
    assert!(refused("[]").contains("a JSON object"), "{}", refused("[]"));
    assert!(refused("{\"model\":\"m\"} x").contains("trailing"));
}

#[test]
fn wrong_types_are_refused_with_their_path() {
    let cases = [
        (r#"{"model":5,"messages":[]}"#, "model"),
        (r#"{"model":"m","messages":{}}"#, "messages"),
        (r#"{"model":"m","messages":[{"role":"user","content":5}]}"#, "messages[0].content"),
        (
            r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":7}]}]}"#,
            "messages[0].content[0].text",
        ),
        (r#"{"model":"m","messages":["hi"]}"#, "messages[0]"),
        (r#"{"model":"m","messages":[{"role":"user"}],"stream":"yes"}"#, "stream"),
        (r#"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
    ];
    for (json, path) in cases {
        let error = parse(json).unwrap_err();
        assert_eq!(error.param.as_deref(), Some(path), "{}", error.message);
    }
}

#[test]
fn missing_and_empty_members_are_refused() {
    assert!(refused(r#"{"messages":[{"role":"user"}]}"#).contains("`model` is missing"));
    assert!(refused(r#"{"model":"m"}"#).contains("`messages` is missing"));
    assert!(refused(r#"{"model":"m","messages":[]}"#).contains("`messages` is empty"));
    assert!(refused(r#"{"model":"","messages":[{"role":"user"}]}"#).contains("empty string"));
}

#[test]
fn a_member_that_appears_twice_is_refused_at_every_level_that_is_read() {
    assert!(
        refused(r#"{"model":"a","model":"b","messages":[]}"#).contains("`model` appears twice")
    );
    assert!(
        refused(r#"{"model":"a","messages":[{"role":"user","role":"system"}]}"#)
            .contains("duplicate field `role`")
    );
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    let deep = "[".repeat(100_000);
    assert!(refused(&format!(r#"{{"model":"m","x":{deep}"#)).contains("deeper than"));
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let error = ChatRequest::parse(b"{\"model\":\"\xff\"}".to_vec()).unwrap_err();
    assert!(error.message.contains("offset 10"), "{}", error.message);
}

#[test]
fn null_is_the_same_as_absent() {
    let request =
        parse(r#"{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":null}],"stream":null,"stream_options":null}"#)
            .unwrap();
    assert!(!request.stream && !request.include_usage);
    assert!(request.messages[0].content.is_empty());
}

#[test]
fn a_models_name_has_a_longest() {
    let asked = |length: usize| {
        let model = "m".repeat(length);
        format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"x"}}]}}"#)
    };
    assert!(parse(&asked(MAX_MODEL_BYTES)).is_ok());
    let message = refused(&asked(MAX_MODEL_BYTES + 1));
    assert_eq!(message, "`model` is longer than 2048 bytes.");
}
