//! Whatever the document, reading it ends, and every problem has a place.

use super::*;
use dragoman::config::{Path, known, parent};
use proptest::prelude::*;
use std::collections::HashSet;

/// JSON whose members are mostly settings, so that reading gets far.
fn document() -> impl Strategy<Value = Value> {
    let names: Vec<String> = known::SECTIONS
        .iter()
        .flat_map(|section| section.used())
        .chain(["retry_policy", "guardrails", "temperature", "odd.name", "a", "*", "os.environ/X"])
        .map(str::to_owned)
        .collect();
    let texts = [
        "a",
        "*",
        "openai/*",
        "openai/gpt-4.1",
        "azure/x",
        "os.environ/TEAM_KEY",
        "",
        "\u{0}",
        "os.environ/NO",
        "https://x",
        "http://x:1/y?z",
        "1e3",
        "-1",
        "solo",
        "0.0.0.0:1",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let name = prop_oneof![9 => prop::sample::select(names), 1 => ".{0,6}"];
    leaf.prop_recursive(6, 96, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A document in which those values stand where they are looked for.
fn likely() -> impl Strategy<Value = Value> {
    (prop::collection::vec(document(), 0..4), document(), document(), document(), document()).prop_map(
        |(entries, params, router, litellm, rest)| {
            let entries: Vec<Value> = entries
                .into_iter()
                .map(|entry| json!({"model_name": "a", "litellm_params": params, "model_info": entry}))
                .collect();
            json!({"model_list": entries, "router_settings": router, "litellm_settings": litellm,
                   "general_settings": rest, "dragoman": rest, "credential_list": rest})
        },
    )
}

fn paths(value: &Value, at: &Path<'_>, found: &mut HashSet<String>) {
    found.insert(at.to_string());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                paths(item, &at.item(index), found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                paths(member, &at.member(name), found);
            }
        }
        _ => {}
    }
}

fn every_problem_has_a_place(document: &Value) -> Result<(), TestCaseError> {
    let reading = reading(document);
    let mut known = HashSet::new();
    paths(document, &Path::ROOT, &mut known);
    for problem in &reading.problems {
        let here = known.contains(&problem.path);
        let above = parent(&problem.path).is_some_and(|above| known.contains(above));
        prop_assert!(here || above, "{:?}", problem);
        prop_assert!(!problem.message.is_empty());
    }
    for deployment in &reading.config.deployments {
        prop_assert!(!deployment.id.is_empty());
    }
    if !reading.has_errors() {
        prop_assert!(!reading.config.deployments.is_empty() || document["model_list"] != json!([]));
        for group in &reading.config.groups {
            prop_assert!(!group.deployments.is_empty());
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_json_is_read_without_a_panic(document in document()) {
        every_problem_has_a_place(&document)?;
    }

    #[test]
    fn any_settings_are_read_without_a_panic(document in likely()) {
        every_problem_has_a_place(&document)?;
    }
}
