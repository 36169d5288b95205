use super::super::*;
use crate::dialect::fixture;
use crate::wire::prune::Entries;
use proptest::prelude::*;

/// JSON text as a client may write it: odd spacing, escapes, numbers beyond any machine type.
fn json() -> impl Strategy<Value = String> {
    let string = prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just(r#""\u00e9\ud83d\ude00\/\\\"""#.to_owned()),
    ];
    let leaf = prop_oneof![
        string,
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?",
        prop_oneof![Just("true"), Just("null"), Just("[ ]")].prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec((any::<String>(), inner), 0..4).prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| {
                        format!("{}: {value}", serde_json::to_string(name).unwrap())
                    })
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn entries(json: &str) -> Vec<(String, String)> {
    let Entries(entries) = serde_json::from_str(json).unwrap();
    entries.into_iter().map(|(name, raw)| (name.into_owned(), raw.get().to_owned())).collect()
}

/// SSE that resembles a real stream, or nothing at all.
fn stream_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"é\"}}]}\n\n".to_owned()),
        Just("data: {\"choices\":[{\"delta\":{\"reasoning\":\"hm\"}}]}\r\n\r\n".to_owned()),
        Just("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".to_owned()),
        Just("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n".to_owned()),
        Just("data: [DONE]\n\n".to_owned()),
        Just(": comment\n".to_owned()),
        json().prop_map(|json| format!("data: {json}\n\n")),
        "[\\PC\n\r]{0,20}",
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #[test]
    fn only_the_intended_members_of_a_request_change(
        members in prop::collection::btree_map("x_[\\PC]{0,8}", json(), 0..6),
        stream in any::<bool>(),
    ) {
        let mut text = String::from(r#"{ "model" : "m","messages":[{"role":"user","content":"\u0041"}]"#);
        for (name, value) in &members {
            text.push_str(&format!(" ,\n{} :\t{value} ", serde_json::to_string(name).unwrap()));
        }
        text.push_str(&format!(",\"stream\":{stream}}}"));
        let target = fixture::target("custom_openai", "served \"model\"", None);
        let request = fixture::request(&text);
        let call = Call { request: &request, target: &target, now: 0, nonce: "" };
        let outgoing = OpenAi.request(&call).unwrap();
        let mut expected = entries(&text);
        expected[0].1 = r#""served \"model\"""#.to_owned();
        if stream {
            expected.push(("stream_options".into(), r#"{"include_usage":true}"#.into()));
        }
        prop_assert_eq!(entries(std::str::from_utf8(&outgoing.body).unwrap()), expected);
    }

    #[test]
    fn no_split_of_a_stream_changes_what_the_client_gets(
        bytes in stream_bytes(),
        split in 1usize..9,
        include_usage in any::<bool>(),
    ) {
        let exchange = Exchange { stream: true, include_usage, ..Exchange::default() };
        let (one, one_failed) = fixture::stream(&OpenAi, &exchange, &bytes, usize::MAX);
        let (other, other_failed) = fixture::stream(&OpenAi, &exchange, &bytes, split);
        prop_assert_eq!(one.bytes, other.bytes);
        prop_assert_eq!(one.report, other.report);
        prop_assert_eq!(one_failed, other_failed);
    }

    #[test]
    fn any_bytes_make_an_answer_or_an_error(
        body in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), json().prop_map(String::into_bytes)],
        status in any::<u16>(),
    ) {
        let mut out = Output::default();
        let failed = OpenAi.whole(&Exchange::default(), &body, &mut out).err();
        for error in failed.into_iter().chain([OpenAi.error(status, &body)]) {
            prop_assert!((400..600).contains(&error.status));
            prop_assert!(!error.message.is_empty());
        }
    }
}
