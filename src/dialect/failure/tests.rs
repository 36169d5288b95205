use super::*;

/// Status, type, code, param, message.
fn read(status: u16, body: &str) -> (u16, String, Option<String>, Option<String>, String) {
    let error = api_error(status, body.as_bytes());
    let code = error.code.map(std::borrow::Cow::into_owned);
    (error.status, error.kind.into_owned(), code, error.param, error.message)
}

#[test]
fn every_shape_gives_its_message() {
    let cases = [
        (r#"{"error":{"message":"why"}}"#, "why"),
        (r#"{"error":"why"}"#, "why"),
        (r#"{"error":"Unauthorized","message":"why"}"#, "why"),
        (r#"{"message":"why"}"#, "why"),
        (r#"{"detail":"why"}"#, "why"),
        (
            r#"{"detail":[{"loc":["body","messages",0],"msg":"why"},{"msg":"so"}]}"#,
            "body.messages.0: why; so",
        ),
        (
            r#"{"object":"error","message":{"detail":[{"loc":["body","n"],"msg":"why"}]}}"#,
            "body.n: why",
        ),
        (r#"{"object":"error","message":"why","type":"BadRequestError","code":400}"#, "why"),
        (r#"[{"error":{"message":"why"}}]"#, "why"),
        (r#"{"errors":[{"message":"why"}]}"#, "why"),
        (r#"{"error":{"error":{"message":"why"}}}"#, "why"),
        (r#"{"Message":"why"}"#, "why"),
        (r#""why""#, "why"),
        (
            r#"{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"why"}}}"#,
            "Provider returned error: why",
        ),
    ];
    for (body, message) in cases {
        assert_eq!(read(400, body).4, message, "{body}");
    }
}

#[test]
fn status_type_code_and_param_are_kept() {
    let body = r#"{"error":{"message":"m","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}"#;
    assert_eq!(
        read(422, body),
        (
            422,
            "invalid_request_error".into(),
            Some("unsupported_parameter".into()),
            Some("max_tokens".into()),
            "m".into()
        )
    );
    // A numeric code that is the status again says nothing; another one does.
    let (_, kind, code, ..) = read(429, r#"{"error":{"message":"m","code":429}}"#);
    assert_eq!((kind.as_str(), code), ("rate_limit_error", None));
    assert_eq!(read(429, r#"{"error":{"message":"m","code":"1302"}}"#).2.unwrap(), "1302");
}

#[test]
fn what_is_no_json_still_makes_a_sentence() {
    assert_eq!(read(503, "").4, "The provider sent an error with an empty body.");
    assert_eq!(
        read(502, "<html><head><title>502 Bad Gateway</title></head>").4,
        "The provider sent a web page instead of an error: 502 Bad Gateway"
    );
    assert!(read(500, "upstream\u{0} connect error").4.ends_with(": upstream connect error"));
    let long = "é".repeat(10_000);
    assert!(read(500, &long).4.chars().count() < 400);
    assert!(read(500, &format!("{{\"message\":\"{long}\"}}")).4.chars().count() <= 4_001);
}

#[test]
fn a_prompt_that_does_not_fit_is_recognised() {
    for message in [
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        "Your input exceeds the context window of this model.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "Please reduce the length of the messages or completion.",
        "Current length is 9000 while limit is 8192",
        "the request exceeds the available context size",
        "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
        "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
    ] {
        let body = serde_json::json!({"error": {"message": message}}).to_string();
        assert_eq!(read(400, &body).2.as_deref(), Some(code::CONTEXT_LENGTH), "{message}");
    }
    for (status, body) in [
        (429, r#"{"message":"Too many tokens, please wait before trying again."}"#),
        (
            400,
            r#"{"error":{"message":"Invalid 'user': string too long. Expected a string with maximum length 64","code":"string_above_max_length"}}"#,
        ),
        (400, r#"{"error":{"message":"temperature is too high"}}"#),
    ] {
        assert_ne!(read(status, body).2.as_deref(), Some(code::CONTEXT_LENGTH), "{body}");
    }
    let body = r#"{"error":{"message":"m","code":"context_length_exceeded"}}"#;
    assert_eq!(read(400, body).2.as_deref(), Some(code::CONTEXT_LENGTH));
}

#[test]
fn refused_content_is_recognised() {
    for body in [
        r#"{"error":{"message":"m","code":"content_filter"}}"#,
        r#"{"error":{"message":"m","code":"x","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
        r#"{"error":{"message":"Your request was rejected as a result of our safety system."}}"#,
        r#"{"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy."}}"#,
    ] {
        assert_eq!(read(400, body).2.as_deref(), Some(code::CONTENT_POLICY), "{body}");
    }
}

#[test]
fn a_failure_under_200_has_the_status_it_states_or_implies() {
    for (body, status) in [
        (r#"{"error":{"message":"m","code":429}}"#, 429),
        (r#"{"error":{"message":"m","status_code":400}}"#, 400),
        (r#"{"error":{"message":"m","code":"503"}}"#, 503),
        (r#"{"error":{"message":"m","type":"authentication_error"}}"#, 401),
        (r#"{"error":{"message":"m","code":200}}"#, 502),
        ("", 502),
    ] {
        assert_eq!(hidden(body.as_bytes()).status, status, "{body}");
    }
}
