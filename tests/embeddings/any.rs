//! Arbitrary requests to every provider that makes embeddings, and arbitrary bytes from it.

use super::*;
use dragoman::catalog;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::LazyLock;

/// Every provider with an embedding side, with a model that is one of its own where that matters.
static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    let models = catalog::all()
        .iter()
        .filter(|row| Side::of(Operation::Embeddings, row).is_some())
        .map(|row| format!("{}/model", row.name));
    let bedrock = [
        "bedrock/amazon.titan-embed-text-v1",
        "bedrock/amazon.titan-embed-text-v2:0",
        "bedrock/amazon.titan-embed-image-v1",
        "bedrock/cohere.embed-v4:0",
    ];
    let models: Vec<String> =
        models.filter(|model| model != "bedrock/model").chain(bedrock.map(String::from)).collect();
    assert!(models.len() > 80, "{} providers", models.len());
    let base = json!({"api_base": "https://example.com/v1"});
    models.iter().map(|model| target_with(model, base.clone())).collect()
});

/// Texts that are easy to find again, with what is hard to carry.
fn words() -> impl Strategy<Value = String> {
    let odd = vec!["", " ", "\"", "\\", "\n", "é", "😀", "\u{0}", "</s>", "{}", "\r\n"];
    ("[a-z]{1,8}", select(odd), "[A-Z0-9]{0,6}").prop_map(|(a, odd, b)| format!("{a}{odd}{b}"))
}

fn input() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => words().prop_map(Value::from),
        5 => proptest::collection::vec(words(), 1..4).prop_map(Value::from),
        1 => select(vec![json!([1, 2]), json!([[1], [2]]), json!([{"text": "a"}])]),
    ]
}

fn option() -> impl Strategy<Value = (&'static str, Value)> {
    select(vec![
        ("dimensions", json!(64)),
        ("encoding_format", json!("base64")),
        ("encoding_format", json!("float")),
        ("encoding_format", Value::Null),
        ("user", json!("someone")),
        ("input_type", json!("query")),
        ("task_type", json!("CLUSTERING")),
        ("title", json!("T")),
        ("truncate", json!("END")),
        ("embedding_types", json!(["float", "int8"])),
        ("normalize", json!(true)),
        ("x_unheard_of", json!({"a": 1.50})),
        ("extra_body", json!({"dimensions": 32, "y": null})),
        ("dimensions", Value::Null),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_refused_by_name_or_sent_whole(
        input in input(),
        options in proptest::collection::vec(option(), 0..4),
    ) {
        let mut members = json!({"input": input});
        for (name, value) in options {
            members[name] = value;
        }
        let texts: Vec<&str> = support::leaves(&input);
        for target in TARGETS.iter() {
            let provider = &target.provider.name;
            let outgoing = match send(members.clone(), target) {
                Ok(outgoing) => outgoing,
                Err(error) => {
                    prop_assert!(error.status == 400 && error.param.is_some(), "{provider}: {error:?}");
                    continue;
                }
            };
            let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
            let sent = support::leaves(&body);
            for text in &texts {
                prop_assert!(sent.contains(text), "{provider}: {text:?} is missing in {body:#}");
            }
        }
    }

    #[test]
    fn arbitrary_bytes_are_an_error_and_no_panic(bytes: Vec<u8>, status in 100u16..700) {
        for target in TARGETS.iter() {
            let result = given(json!({"input": "a"}), target, status, &bytes, usize::MAX);
            prop_assert!(result.is_err(), "{}", target.provider.name);
        }
    }

    #[test]
    fn a_spoilt_answer_is_an_error_or_an_answer(cut in 0usize..200, put in ".{0,3}") {
        let bodies = [
            r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5]}],"model":"m","usage":{"prompt_tokens":1}}"#,
            r#"{"embeddings":{"float":[[0.5]]},"meta":{"billed_units":{"input_tokens":1}}}"#,
            r#"{"embedding":{"values":[0.5]},"usageMetadata":{"promptTokenCount":1}}"#,
            r#"{"predictions":[{"embeddings":{"values":[0.5],"statistics":{"token_count":1}}}]}"#,
            r#"{"embedding":[0.5],"inputTextTokenCount":1}"#,
            r#"{"embeddings":[[0.5]],"prompt_eval_count":1}"#,
            "[[0.5]]",
        ];
        for body in bodies {
            let mut spoilt = body.to_owned();
            let at = cut.min(spoilt.len().saturating_sub(1));
            spoilt.replace_range(at..=at, &put);
            for target in TARGETS.iter().filter(|target| target.provider.embeddings.format.is_some()) {
                for format in ["float", "base64"] {
                    let asked = json!({"input": "a", "encoding_format": format});
                    let Ok(outcome) = std::panic::catch_unwind(|| given(asked, target, 200, spoilt.as_bytes(), 9)) else {
                        return Err(TestCaseError::fail(format!("{}: {spoilt}", target.provider.name)));
                    };
                    if let Ok((bytes, _)) = outcome {
                        let list: Value = serde_json::from_slice(&bytes).expect("JSON");
                        prop_assert!(list["data"].is_array());
                    }
                }
            }
        }
    }
}
