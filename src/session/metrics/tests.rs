use super::*;
use crate::routing::fixture::{config, entry};
use serde_json::json;

fn name_of(group: &str, id: &str, extra: Option<Extra>) -> String {
    let config = config(&json!({"model_list": [entry(group, id, json!({"model": "groq/x"}))]}));
    let labels = &config.deployments[0].labels;
    match metric(MetricKind::Counter, "dragoman_x_total", labels, extra, 1) {
        Effect::Metric(metric) => metric.series.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn labels_stand_in_the_name() {
    assert_eq!(
        name_of("gpt", "d1", Some(("status", "200".into()))),
        "dragoman_x_total;.;gen_ai_request_model=;.;gpt;.;gen_ai_provider_name=;.;groq\
         ;.;dragoman_deployment=;.;d1;.;status=;.;200"
    );
}

#[test]
fn a_value_can_neither_end_its_label_nor_grow_without_bound() {
    let name = name_of("a;.;b=;.;c", "d", None);
    assert!(name.contains("gen_ai_request_model=;.;a_._b=_._c;.;"), "{name}");
    let group = "\u{e9}".repeat(500);
    let name = name_of(&group, "d", None);
    assert!(name.contains(&format!("=;.;{};.;", "\u{e9}".repeat(48))), "{name}");
}

#[test]
fn every_metric_about_a_deployment_has_the_same_labels() {
    let labels = Labels::unserved("gpt");
    let name_of = |effect| match effect {
        Effect::Metric(metric) => metric.series.to_string(),
        other => panic!("{other:?}"),
    };
    for name in [
        name_of(attempt(&labels, "reset".into())),
        in_flight(labels.clone(), 1).series.to_string(),
        name_of(cooldown(&labels)),
    ] {
        assert!(
            name.contains(
                ";.;gen_ai_request_model=;.;gpt;.;gen_ai_provider_name=;.;none\
                 ;.;dragoman_deployment=;.;none"
            ),
            "{name}",
        );
    }
}
