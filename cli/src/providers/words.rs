//! A provider's quirks in words. Names are in backticks, for Markdown; a terminal shows them as well.

use dragoman::catalog::{Provider, Quirks};

/// How a provider differs from OpenAI, one phrase for each difference.
pub fn differences(row: &Provider) -> Vec<String> {
    // Every member by name, so that a new quirk cannot be forgotten here.
    let Quirks {
        rename,
        rename_text,
        rename_values,
        stop_list,
        short_call_ids,
        document_parts,
        no_empty_answers,
        blank_model,
        model_member,
        unversioned_model,
        unsupported,
        only,
        thinking_switch,
        no_stream_options,
        strict_messages,
        text_content,
        cut,
        key_optional,
        openai_models,
        bare_base_path,
        model_parts,
        body_settings,
        headers,
    } = &row.quirks;
    let mut words = Vec::new();
    let mut say = |said: bool, phrase: &str| {
        if said {
            words.push(phrase.to_owned());
        }
    };
    say(*key_optional, "needs no key");
    say(*openai_models, "takes parameters as the model's name tells");
    say(*thinking_switch, "switches reasoning by `thinking`");
    say(*no_stream_options, "takes no `stream_options`");
    say(*strict_messages, "refuses unknown members of messages");
    say(*text_content, "wants the content of a message as one text");
    say(*short_call_ids, "gets ids of tool calls in nine letters and digits");
    say(*document_parts, "gets files as `document_url`");
    say(*no_empty_answers, "is not sent messages of the assistant that say nothing");
    say(*blank_model, "is not told the model in the body");
    say(*stop_list, "takes `stop` as a list");
    say(*unversioned_model, "is told the model without its version");
    if let Some(name) = model_member {
        words.push(format!("takes `{name}` in the model's place"));
    }
    for (from, to) in rename {
        words.push(format!("calls `{from}` `{to}`"));
    }
    for (from, to) in rename_text {
        words.push(format!("calls `{from}` `{to}` where it is a text"));
    }
    for (name, from, to) in rename_values {
        words.push(format!("calls `{name}: {from}` `{to}`"));
    }
    for (name, values) in only {
        words.push(format!("of `{name}` only {}", list(values)));
    }
    if !cut.is_empty() {
        words.push(format!("is not sent {}", list(cut)));
    }
    if let Some(path) = bare_base_path {
        words.push(format!("`{path}` is added to an address that lacks it"));
    }
    for path in row.path.iter().chain(&row.stream_path) {
        words.push(format!("is called at `{path}`"));
    }
    if let Some(parts) = model_parts {
        let places: Vec<String> = (0..parts.count).map(|at| format!("{{{at}}}")).collect();
        let from = places.join(&parts.separator);
        words.push(match parts.name.as_str() {
            "" => format!("a model `{from}` stands in the path only"),
            to => format!("a model `{from}` is sent as `{to}`"),
        });
    }
    if !body_settings.is_empty() {
        words.push(format!("has {} in the body", list(body_settings)));
    }
    for (name, value) in headers {
        words.push(format!("gets the header `{name}: {value}`"));
    }
    if !unsupported.is_empty() {
        words.push(format!("does not take {}", list(unsupported)));
    }
    words
}

/// "`a`, `b`"
pub fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
