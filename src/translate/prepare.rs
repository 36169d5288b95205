//! The request as a deployment's configuration wants it: defaults added, members always dropped.
//!
//! This is the one place where `litellm_params` meets the client's members; the dialects see the
//! result as if the client had sent it.

use crate::dialect::Target;
use crate::openai::{ApiError, Body};
use crate::operation::ClientRequest;
use crate::wire::prune::{Path, prune, write_key};
use std::borrow::Cow;

/// Two names of one thing in OpenAI's own format.
const SYNONYMS: (&str, &str) = ("max_tokens", "max_completion_tokens");

/// A request that had to be changed.
#[derive(Debug)]
pub struct Prepared<R> {
    pub request: R,
    /// The paths of `additional_drop_params` that named something, in the order of the members.
    pub dropped: Vec<String>,
}

/// The changed request, or `None` where nothing had to change (the usual case, which costs nothing).
///
/// # Errors
/// 400 where what is left is no longer a request.
pub fn apply<R: ClientRequest>(
    request: &R,
    target: &Target,
) -> Result<Option<Prepared<R>>, ApiError> {
    let request = request.members();
    // What the client itself decides, no deployment's defaults may set behind its back.
    let is_ours = |name: &str| R::RESERVED.contains(&name) || !R::takes_default(name);
    let defaults: Vec<(&str, &str)> = target
        .defaults
        .iter()
        .filter(|(name, _)| !is_ours(name) && !says(request, name, target))
        .map(|(name, json)| (name.as_str(), json.get()))
        .collect();
    let paths = target.policy.additional_drop_params.iter().filter_map(|path| Path::parse(path));
    let drops: Vec<Path> = paths.filter(|path| request.field(path.root().0).is_some()).collect();
    if defaults.is_empty() && drops.is_empty() {
        return Ok(None);
    }
    let mut dropped = Vec::new();
    let mut body = String::with_capacity(request.as_str().len() + 64);
    let mut write = |name: &str, json: &str| {
        body.push(if body.is_empty() { '{' } else { ',' });
        write_key(&mut body, name);
        body.push_str(json);
    };
    for field in request.fields() {
        // A null says nothing: it neither needs dropping nor keeps a default out.
        if field.is_null() {
            if defaults.iter().all(|(name, _)| *name != field.name) {
                write(field.name, field.json);
            }
            continue;
        }
        let here: Vec<&Path> = drops.iter().filter(|path| path.root().0 == field.name).collect();
        let whole = here.iter().any(|path| path.root().1);
        if whole && !R::INDISPENSABLE.contains(&field.name) {
            dropped.push(field.name.to_owned());
            continue;
        }
        let mut cut = |number| {
            let path = here.get(number).map(ToString::to_string).unwrap_or_default();
            if !dropped.contains(&path) {
                dropped.push(path);
            }
        };
        let json = prune(field.json, &here, &mut cut).map_or(Cow::Borrowed(field.json), Cow::Owned);
        write(field.name, &json);
    }
    for (name, json) in defaults {
        write(name, json);
    }
    body.push('}');
    let request = R::parse(body.into_bytes())?;
    Ok(Some(Prepared { request, dropped }))
}

/// Whether the client says what the default `name` would, under this name or another.
fn says(request: &Body, name: &str, target: &Target) -> bool {
    let other = |(one, two): (&str, &str)| {
        (name == one && request.field(two).is_some())
            || (name == two && request.field(one).is_some())
    };
    let renames = &target.provider.quirks.rename;
    request.field(name).is_some()
        || other(SYNONYMS)
        || renames.iter().any(|(from, to)| other((from, to)))
}

#[cfg(test)]
mod tests;
