//! `litellm_params`, by `--param` and by `params`.

use super::*;

fn body(to: &str, params: Value, members: Value) -> Result<Value, Value> {
    let case =
        json!({"id": 1, "direction": "request", "to": to, "params": params, "body": ask(&members)});
    let result = batch(&[case]).remove(0);
    match result.get("error") {
        Some(error) => Err(error["body"]["error"]["param"].clone()),
        None => Ok(result["request"]["body"].clone()),
    }
}

#[test]
fn drop_params_drops_what_the_target_cannot_take() {
    let members = json!({"seed": 1, "temperature": 0.5});
    assert_eq!(body(CLAUDE, json!({}), members.clone()), Err(json!("seed")));
    let dropped = body(CLAUDE, json!({"drop_params": true}), members).unwrap();
    assert_eq!((dropped.get("seed"), &dropped["temperature"]), (None, &json!(0.5)));
}

#[test]
fn additional_drop_params_drops_members_and_paths() {
    let tool =
        json!({"type": "function", "function": {"name": "f", "strict": true, "parameters": {}}});
    let members = json!({"seed": 1, "temperature": 0.5, "tools": [tool]});
    let params = json!({"additional_drop_params": ["seed", "tools[*].function.strict"]});
    for to in [CLAUDE, "openai/gpt-4o"] {
        let body = body(to, params.clone(), members.clone()).unwrap();
        assert_eq!((body.get("seed"), &body["temperature"]), (None, &json!(0.5)), "{to}");
        assert!(!body["tools"].to_string().contains("strict"), "{to}");
    }
}

#[test]
fn allowed_openai_params_sends_what_the_target_is_not_known_to_take() {
    let params = json!({"allowed_openai_params": ["seed"]});
    assert_eq!(body(CLAUDE, params.clone(), json!({"seed": 7})).unwrap()["seed"], 7);
    assert_eq!(body(CLAUDE, params, json!({"logprobs": true})), Err(json!("logprobs")));
}

#[test]
fn other_parameters_stand_where_the_client_says_nothing() {
    let params = json!({"temperature": 0.25, "max_tokens": 77});
    let body = body(CLAUDE, params, json!({"max_tokens": 5})).unwrap();
    assert_eq!((&body["temperature"], &body["max_tokens"]), (&json!(0.25), &json!(5)));
}

#[test]
fn param_takes_json_and_texts() {
    let input = ask(&json!({"seed": 1})).to_string();
    let arguments = [
        "request",
        "--to",
        CLAUDE,
        "--param",
        "api_key=12345",
        "drop_params=true",
        "--param",
        "top_k=3",
    ];
    let request = run(&arguments, input.as_bytes()).json();
    assert_eq!(request["headers"]["x-api-key"], "12345");
    assert_eq!((request["body"].get("seed"), &request["body"]["top_k"]), (None, &json!(3)));
}

#[test]
fn params_may_be_absent_or_null() {
    for params in [json!(null), json!({})] {
        assert!(body("openai/gpt-4o", params, json!({})).is_ok());
    }
}
