use super::*;
use crate::openai::embeddings::MAX_INPUTS;

fn parse(json: &str) -> Result<EmbeddingRequest, ApiError> {
    EmbeddingRequest::parse(json.as_bytes().to_vec())
}

/// What kind each input is of.
fn kinds(input: &str) -> Result<Vec<&'static str>, ApiError> {
    let request = parse(&format!(r#"{{"model":"m","input":{input}}}"#))?;
    let kind = |input: &Input<'_>| match input {
        Input::Text(_) => "text",
        Input::Tokens(_) => "tokens",
        Input::Object(_) => "object",
    };
    Ok(request.inputs()?.iter().map(kind).collect())
}

#[test]
fn inputs_of_every_kind_are_told_apart() {
    assert_eq!(kinds(r#""hi""#).unwrap(), ["text"]);
    assert_eq!(kinds(r#"["a", "b"]"#).unwrap(), ["text", "text"]);
    assert_eq!(kinds("[1, 2, 3]").unwrap(), ["tokens"]);
    assert_eq!(kinds("[[1], [2, 3]]").unwrap(), ["tokens", "tokens"]);
    assert_eq!(kinds(r#"[{"text": "a"}, "b"]"#).unwrap(), ["object", "text"]);
}

#[test]
fn what_is_no_input_is_refused_by_its_path() {
    for (input, path) in [
        (r#""""#, "input"),
        ("[ ]", "input"),
        ("5", "input"),
        ("{}", "input"),
        ("null", "input"),
        ("[1, \"a\"]", "input[1]"),
        ("[\"a\", 1]", "input[1]"),
        ("[true]", "input[0]"),
        (r#"["a", "\ud800"]"#, "input[1]"),
    ] {
        let error = kinds(input).unwrap_err();
        assert_eq!((error.status, error.param.as_deref()), (400, Some(path)), "{input}");
    }
}

#[test]
fn more_inputs_than_the_bound_are_refused() {
    let list = |count: usize| format!("[{}]", vec![r#""a""#; count].join(","));
    assert_eq!(kinds(&list(MAX_INPUTS)).unwrap().len(), MAX_INPUTS);
    assert!(kinds(&list(MAX_INPUTS + 1)).unwrap_err().message.contains("2048"));
    // Tokens are one input, however many.
    let tokens = format!("[{}]", vec!["1"; MAX_INPUTS + 1].join(","));
    assert_eq!(kinds(&tokens).unwrap(), ["tokens"]);
    let tokens = format!("[{}]", vec!["1"; 200_000].join(","));
    assert!(kinds(&tokens).is_err());
}

#[test]
fn the_encoding_is_read_and_a_providers_own_word_is_not_openais() {
    let encoding = |member: &str| parse(&format!(r#"{{"model":"m","input":"x"{member}}}"#));
    assert_eq!(encoding("").unwrap().encoding, Some(Encoding::Float));
    assert_eq!(
        encoding(r#","encoding_format":"base64""#).unwrap().encoding,
        Some(Encoding::Base64)
    );
    assert_eq!(encoding(r#","encoding_format":"int8""#).unwrap().encoding, None);
    assert_eq!(encoding(r#","encoding_format":5"#).unwrap_err().status, 400);
}

#[test]
fn missing_members_are_named() {
    assert!(parse(r#"{"input":"x"}"#).unwrap_err().message.contains("`model` is missing"));
    assert!(parse(r#"{"model":"m"}"#).unwrap_err().message.contains("`input` is missing"));
    assert!(parse("").unwrap_err().message.contains("`model` and `input`"));
}

#[test]
fn options_are_all_else_with_the_extra_body_merged() {
    let request = parse(
        r#"{"model":"m","input":"x","dimensions":5,"user":null,"extra_body":{"dimensions":6,"a":[1],"b":null}}"#,
    )
    .unwrap();
    let options = request.options().unwrap();
    assert_eq!(options, [("dimensions".into(), "6"), ("a".into(), "[1]")]);
    let error = parse(r#"{"model":"m","input":"x","extra_body":{"model":"n"}}"#).unwrap();
    assert_eq!(error.options().unwrap_err().param.as_deref(), Some("extra_body.model"));
    let error = parse(r#"{"model":"m","input":"x","extra_body":5}"#).unwrap();
    assert_eq!(error.options().unwrap_err().param.as_deref(), Some("extra_body"));
}
