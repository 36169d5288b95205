use super::*;
use crate::config::Config;
use crate::config::Labels;
use crate::routing::fixture::{config, entry, random};
use crate::routing::load::Load;
use serde_json::{Value, json};

/// One group of deployments `0`, `1`, … with these settings.
fn group(params: &[Value]) -> Config {
    let entries: Vec<Value> = params
        .iter()
        .enumerate()
        .map(|(number, params)| entry("g", &number.to_string(), params.clone()))
        .collect();
    config(&json!({"model_list": entries}))
}

fn arranged(
    config: &Config,
    load: &Load,
    strategy: Strategy,
    random: &mut dyn FnMut() -> u64,
) -> Vec<usize> {
    let deployments = config.deployments.iter().enumerate();
    let mut candidates: Vec<Candidate<'_>> = deployments
        .map(|(index, deployment)| Candidate {
            index,
            deployment,
            in_flight: load.own(&deployment.id),
            resting: false,
        })
        .collect();
    arrange(&mut candidates, strategy, random);
    candidates.iter().map(|candidate| candidate.index).collect()
}

/// How often each deployment came first in 10,000 draws, in percent.
fn shares(params: &[Value], strategy: Strategy) -> Vec<f64> {
    let (config, load, mut random) = (group(params), Load::default(), random(7));
    let mut firsts = vec![0u32; params.len()];
    for _ in 0..10_000 {
        firsts[arranged(&config, &load, strategy, &mut random)[0]] += 1;
    }
    firsts.into_iter().map(|count| f64::from(count) / 100.0).collect()
}

#[track_caller]
fn assert_shares(params: &[Value], expected: &[f64]) {
    let shares = shares(params, Strategy::SimpleShuffle);
    for (share, expected) in shares.iter().zip(expected) {
        // Three standard deviations of 10,000 draws are 1.5 percent at most.
        assert!((share - expected).abs() < 1.5, "{shares:?}, expected {expected:?}");
    }
}

#[test]
fn traffic_is_shared_by_weight() {
    assert_shares(
        &[json!({"weight": 1}), json!({"weight": 3}), json!({"weight": 6})],
        &[10.0, 30.0, 60.0],
    );
    assert_shares(&[json!({}), json!({}), json!({}), json!({})], &[25.0; 4]);
}

#[test]
fn rates_are_weights_where_no_weight_is_set() {
    assert_shares(&[json!({"rpm": 900}), json!({"rpm": 100})], &[90.0, 10.0]);
    assert_shares(&[json!({"tpm": 30_000}), json!({"tpm": 10_000})], &[75.0, 25.0]);
    // The first kind that anyone has decides for all.
    assert_shares(&[json!({"rpm": 1, "tpm": 999}), json!({"rpm": 1, "tpm": 1})], &[50.0, 50.0]);
    assert_shares(&[json!({"weight": 1, "rpm": 1}), json!({"weight": 1, "rpm": 99})], &[50.0; 2]);
}

#[test]
fn a_deployment_without_weight_is_the_last_resort() {
    let (config, load) =
        (group(&[json!({"weight": 0}), json!({"weight": 1}), json!({})]), Load::default());
    let mut random = random(3);
    for _ in 0..200 {
        let order = arranged(&config, &load, Strategy::SimpleShuffle, &mut random);
        assert_eq!(order[0], 1);
        assert_eq!(order.len(), 3, "it is tried when the others failed");
    }
    assert_shares(&[json!({"weight": 0}), json!({"weight": 0})], &[50.0, 50.0]);
}

#[test]
fn the_second_place_is_drawn_by_weight_too() {
    let config = group(&[json!({"weight": 1}), json!({"weight": 1}), json!({"weight": 98})]);
    let (load, mut random) = (Load::default(), random(5));
    let mut seconds = [0u32; 3];
    for _ in 0..10_000 {
        seconds[arranged(&config, &load, Strategy::SimpleShuffle, &mut random)[1]] += 1;
    }
    assert!(seconds[0].abs_diff(seconds[1]) < 400, "{seconds:?}");
}

#[test]
fn order_comes_before_weight() {
    let config = group(&[
        json!({"weight": 100}),
        json!({"order": 2, "weight": 100}),
        json!({"order": 1}),
        json!({"order": 1}),
    ]);
    let (load, mut random) = (Load::default(), random(11));
    for strategy in [Strategy::SimpleShuffle, Strategy::LeastBusy] {
        for _ in 0..50 {
            let order = arranged(&config, &load, strategy, &mut random);
            assert!(order[0] >= 2 && order[1] >= 2, "{order:?}");
            assert_eq!(order[2..], [1, 0]);
        }
    }
}

#[test]
fn the_least_busy_comes_first_and_ties_fall_to_anyone() {
    let config = group(&[json!({}), json!({}), json!({})]);
    let (mut load, mut random) = (Load::default(), random(13));
    load.started("0", &Labels::default());
    let mut firsts = [0u32; 3];
    for _ in 0..1_000 {
        let order = arranged(&config, &load, Strategy::LeastBusy, &mut random);
        assert_eq!(order[2], 0);
        firsts[order[0]] += 1;
    }
    assert!(firsts[1] > 400 && firsts[2] > 400, "{firsts:?}");
}
