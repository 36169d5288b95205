//! Deployments of one name, and the checks that need all of them.

use super::labels::Labels;
use super::model::{Deployment, Group};
use super::node::Node;
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};

/// A deployment with the entry it was read from.
pub struct Read<'a> {
    pub deployment: Deployment,
    /// The entry of `model_list`, for messages.
    pub entry: Node<'a>,
    /// What the id is made from where there is none.
    pub made_id: String,
}

/// Gives every deployment an id that no other has, and the labels that name it.
pub fn give_ids(read: &mut [Read<'_>]) {
    let mut taken: HashMap<String, String> = HashMap::new();
    for Read { deployment, entry, .. } in read.iter() {
        if deployment.id.is_empty() {
            continue;
        }
        let info = entry.path.member("model_info");
        let id = info.member("id");
        match taken.entry(deployment.id.clone()) {
            Entry::Occupied(first) => entry.reader.report(
                super::Severity::Error,
                &id,
                format!("This id is taken by {}. Every deployment needs its own.", first.get()),
            ),
            Entry::Vacant(free) => {
                free.insert(entry.path.to_string());
            }
        }
    }
    let mut taken: HashSet<String> = taken.into_keys().collect();
    for Read { deployment, made_id, .. } in read.iter_mut() {
        if !deployment.id.is_empty() {
            continue;
        }
        let mut id = made_id.clone();
        let mut copy = 1_u32;
        while taken.contains(&id) {
            copy = copy.saturating_add(1);
            id = format!("{made_id}-{copy}");
        }
        taken.insert(id.clone());
        deployment.id = id;
    }
    for Read { deployment, .. } in read.iter_mut() {
        let provider = &deployment.target.provider.name;
        deployment.labels = Labels::new(&deployment.group, provider, &deployment.id);
    }
}

/// Groups the deployments by name, in their order.
pub fn build(read: &mut [Read<'_>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, Read { deployment, .. }) in read.iter().enumerate() {
        let place = *places.entry_ref(deployment.group.as_str()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Group { name: deployment.group.clone(), deployments: Vec::new() });
        }
        if let Some(group) = groups.get_mut(place) {
            group.deployments.push(index);
        }
    }
    for group in &groups {
        check_weights(group, read);
    }
    groups
}

/// Weights that are all nought decide nothing: `rpm`, `tpm` or chance do, as in LiteLLM.
fn check_weights(group: &Group, read: &mut [Read<'_>]) {
    let weights = |read: &[Read<'_>]| -> Vec<Option<f64>> {
        let weight = |index: &usize| read.get(*index).and_then(|read| read.deployment.weight);
        group.deployments.iter().map(weight).collect()
    };
    let weights = weights(read);
    let warn = |read: &[Read<'_>], index: usize, message: String| {
        let Some(read) = read.get(index) else { return };
        let params = read.entry.path.member("litellm_params");
        let path = params.member("weight");
        read.entry.reader.report(super::Severity::Warning, &path, message);
    };
    if weights.iter().all(Option::is_none) {
        return;
    }
    if weights.iter().flatten().all(|weight| *weight == 0.0) {
        if let Some(first) = weights.iter().position(Option::is_some)
            && let Some(index) = group.deployments.get(first)
        {
            warn(
                read,
                *index,
                format!("All weights of the group `{}` are 0, so they have no effect.", group.name),
            );
        }
        for index in &group.deployments {
            if let Some(read) = read.get_mut(*index) {
                read.deployment.weight = None;
            }
        }
        return;
    }
    for (weight, index) in weights.iter().zip(&group.deployments) {
        if weight.is_none() {
            warn(
                read,
                *index,
                format!(
                    "Other deployments of the group `{}` have a `weight`, so this one counts as 0 \
                     and gets requests only when they are down.",
                    group.name
                ),
            );
        }
    }
}
