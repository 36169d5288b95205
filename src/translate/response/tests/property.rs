use super::*;
use proptest::prelude::*;

fn dialects() -> impl Strategy<Value = Id> {
    prop_oneof![Just(Id::OpenAi), Just(Id::Azure), Just(Id::Anthropic), Just(Id::Gemini)]
}

/// Pieces of all formats in any order, and rubbish.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let events: Vec<String> = [OPENAI_STREAM, ANTHROPIC_STREAM, GEMINI_STREAM]
        .iter()
        .flat_map(|text| text.split_inclusive("\n\n").flat_map(|e| e.split_inclusive("\r\n\r\n")))
        .map(str::to_owned)
        .collect();
    let error = "data: {\"error\":{\"message\":\"x\"}}\n\n".to_owned();
    let piece = prop_oneof![
        8 => prop::sample::select(events),
        1 => Just(error),
        1 => prop::sample::select(vec![OPENAI_WHOLE.to_owned(), ANTHROPIC_WHOLE.to_owned(), GEMINI_WHOLE.to_owned()]),
        1 => "[ \r\n{<:,dat\\[\"]{0,6}",
    ];
    prop_oneof![
        4 => prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..100),
    ]
}

fn outcome(
    (dialect, stream, status): (Id, bool, u16),
    body: &[u8],
    split: usize,
) -> Result<(Vec<u8>, Report), ApiError> {
    let mut translator = answering(dialect, stream, Answer { status, ..Answer::default() });
    let mut out = Vec::new();
    for piece in body.chunks(split) {
        translator.push(piece);
        out.extend(translator.take());
    }
    translator.finish();
    out.extend(translator.take());
    match translator.gate() {
        Gate::Held => panic!("a body that has ended is an answer or a failure"),
        Gate::Failed(error) => Err(error.clone()),
        Gate::Open => Ok((out, translator.report().clone())),
    }
}

proptest! {
    #[test]
    fn any_bytes_in_any_split_make_the_same_answer_or_failure(
        dialect in dialects(),
        stream in any::<bool>(),
        status in prop_oneof![4 => Just(200u16), 1 => any::<u16>()],
        body in bodies(),
        split in 1usize..20,
    ) {
        let expected = outcome((dialect, stream, status), &body, usize::MAX);
        prop_assert_eq!(outcome((dialect, stream, status), &body, split), expected.clone());
        match expected {
            Err(error) => prop_assert!((400..600).contains(&error.status), "{}", error.status),
            Ok((bytes, report)) if stream => {
                let text = String::from_utf8(bytes).unwrap();
                let whole = text.ends_with("data: [DONE]\n\n");
                prop_assert_eq!(whole, report.error.is_none(), "{}", text);
            }
            Ok((bytes, _)) => prop_assert!(serde_json::from_slice::<&serde_json::value::RawValue>(&bytes).is_ok()),
        }
    }
}
