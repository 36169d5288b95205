use super::*;

#[test]
fn a_request_is_method_url_headers_and_body() {
    let run =
        run(&["request", "--to", CLAUDE], ask(&json!({"max_tokens": 5})).to_string().as_bytes());
    assert_eq!(run.code, 0, "{}", run.errors);
    assert_eq!(
        run.json(),
        json!({
            "method": "POST",
            "url": "https://api.anthropic.com/v1/messages",
            "headers": {"content-type": "application/json", "anthropic-version": "2023-06-01"},
            "body": {
                "model": "claude-sonnet-4-5",
                "max_tokens": 5,
                "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
            },
        })
    );
}

#[test]
fn every_format_has_its_address_and_its_key() {
    for (to, params, url, header) in [
        (
            "openai/gpt-4o",
            vec!["api_key=k"],
            "https://api.openai.com/v1/chat/completions",
            "authorization",
        ),
        (
            "groq/m",
            vec!["api_key=k"],
            "https://api.groq.com/openai/v1/chat/completions",
            "authorization",
        ),
        (CLAUDE, vec!["api_key=k"], "https://api.anthropic.com/v1/messages", "x-api-key"),
        (
            "azure/prod",
            vec!["api_key=k", "api_base=https://x.openai.azure.com", "api_version=2024-10-21"],
            "https://x.openai.azure.com/openai/deployments/prod/chat/completions?api-version=2024-10-21",
            "api-key",
        ),
        (
            "openai/local",
            vec!["api_key=k", "api_base=http://127.0.0.1:8000/v1"],
            "http://127.0.0.1:8000/v1/chat/completions",
            "authorization",
        ),
    ] {
        let mut arguments = vec!["request", "--endpoint", "chat", "--to", to, "--param"];
        arguments.extend(params);
        let run = run(&arguments, ask(&json!({})).to_string().as_bytes());
        let request = run.json();
        assert_eq!(request["url"], url, "{}", run.errors);
        let key = request["headers"][header].as_str().unwrap();
        assert_eq!(key.trim_start_matches("Bearer "), "k");
    }
}

#[test]
fn a_request_that_cannot_be_sent_is_an_error_with_its_parameter() {
    let run = run(&["request", "--to", CLAUDE], ask(&json!({"seed": 1})).to_string().as_bytes());
    assert_eq!(run.code, 1);
    let error = &run.json()["error"];
    assert_eq!(error["status"], 400);
    let inner = &error["body"]["error"];
    assert_eq!(
        (&inner["param"], &inner["code"]),
        (&json!("seed"), &json!("unsupported_parameter"))
    );
    assert!(inner["message"].as_str().unwrap().contains("drop_params"));
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    for (input, said) in [
        ("{\"model\": \"m\",\n  nonsense", "line 2, column 3"),
        ("", "empty"),
        ("[]", "JSON object"),
        ("{\"model\": \"m\"}", "`messages` is missing"),
        (
            "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": 5}]}",
            "messages[0].content",
        ),
    ] {
        let run = run(&["request", "--to", "openai/gpt-4o"], input.as_bytes());
        assert_eq!(run.code, 1, "{input}");
        let message = run.json()["error"]["body"]["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(said), "{input}: {message}");
    }
}

#[test]
fn an_unknown_provider_or_endpoint_is_an_error() {
    let body = ask(&json!({})).to_string();
    for arguments in [
        vec!["request", "--to", "nowhere/model"],
        vec!["request", "--to", "openai/gpt-4o", "--endpoint", "sing"],
        vec!["request", "--to", "azure/prod"],
    ] {
        let run = run(&arguments, body.as_bytes());
        assert_eq!((run.code, &run.json()["error"]["status"]), (1, &json!(400)), "{arguments:?}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_told_on_standard_error() {
    for arguments in [
        vec!["request"],
        vec!["request", "--to", CLAUDE, "--param", "noequals"],
        vec!["response", "--to", CLAUDE, "--header", "nocolon"],
        vec!["response", "--to", CLAUDE, "--request", "/nonexistent.json"],
    ] {
        let run = run(&arguments, b"{}");
        assert!(run.code != 0 && run.text.is_empty() && !run.errors.is_empty(), "{arguments:?}");
    }
}
