use super::*;

fn content(text: &str) -> Delta<'_> {
    Delta { content: Some(text.into()), ..Delta::default() }
}

fn written(include_usage: bool, write: impl FnOnce(&mut ChunkWriter, &mut Output)) -> Output {
    let exchange =
        Exchange { include_usage, model: "m".into(), id: "i".into(), ..Exchange::default() };
    let mut out = Output::default();
    write(&mut ChunkWriter::new(&exchange), &mut out);
    out
}

#[test]
fn the_role_comes_first_and_once() {
    let out = written(false, |writer, out| {
        writer.delta(content("a"), out);
        writer.delta(content("b"), out);
    });
    let text = String::from_utf8(out.bytes).unwrap();
    assert!(text.starts_with(
        r#"data: {"id":"i","object":"chat.completion.chunk","created":0,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null,"logprobs":null}]}"#
    ));
    assert_eq!(text.matches("assistant").count(), 1);
    assert_eq!((out.report.deltas, out.report.content), (2, true));
}

#[test]
fn the_usage_chunk_is_for_clients_that_asked_and_done_comes_once() {
    for asked in [true, false] {
        let out = written(asked, |writer, out| {
            writer.usage(Usage { total_tokens: 3, ..Usage::default() }, out);
            writer.finish(FinishReason::Stop, out);
            writer.close(out);
            writer.close(out);
        });
        let text = String::from_utf8(out.bytes).unwrap();
        assert_eq!(text.contains(r#""choices":[],"usage":{"#), asked, "{text}");
        assert_eq!(text.matches("data: [DONE]\n\n").count(), 1);
        assert_eq!(out.report.usage.map(|usage| usage.total_tokens), Some(3));
    }
}

#[test]
fn a_stream_without_a_finish_is_not_done() {
    let out = written(true, |writer, out| {
        writer.delta(content("a"), out);
        writer.close(out);
    });
    assert!(!out.report.finished);
    assert!(!String::from_utf8(out.bytes).unwrap().contains("[DONE]"));
}
