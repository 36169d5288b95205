//! The client's request with the few members changed that must change.
//!
//! Nothing is parsed and written again: each top-level member is copied as the client wrote it, so
//! numbers, escapes, key order and members that nobody here has heard of arrive as they were.

use super::adapt;
use super::family::Family;
use super::foreign;
use crate::catalog::Quirks;
use crate::dialect::defaults::{is_remark, says_nothing_without_tools, says_the_default};
use crate::dialect::{Call, Params};
use crate::openai::ApiError;
use crate::openai::error::{extra_body_too_long, reserved_in_extra_body};
use crate::openai::request::{Field, MAX_FIELDS};
use crate::wire::prune::{Entries, Path, prune, write_key};
use std::borrow::Cow;

/// How one provider's requests differ from what the client may send.
#[derive(Debug)]
pub struct Rules<'a> {
    /// The model, as it stands in the body.
    pub model: &'a str,
    pub family: Family,
    /// The provider is OpenAI itself (or Azure), which refuses members that it does not know.
    pub refuses_unknown: bool,
    /// It takes `stream_options`.
    pub stream_options: bool,
    pub quirks: &'a Quirks,
}

/// A request body, and the parameters that were left out of it.
#[derive(Debug)]
pub struct Written {
    pub body: Vec<u8>,
    pub dropped: Vec<String>,
}

/// Decided by what the client wrote at the top level: `extra_body` may not set these behind its back.
const RESERVED: [&str; 4] = ["model", "messages", "stream", "stream_options"];

/// Members to be merged into the top level.
const EXTRA_BODY: &str = "extra_body";

/// Writes the body for `call`.
///
/// # Errors
/// 400 for a parameter that the target does not take, or an `extra_body` that cannot be merged.
pub fn write(call: &Call<'_>, rules: &Rules<'_>) -> Result<Written, ApiError> {
    let target = call.target;
    let mut writer = Writer {
        call,
        rules,
        params: call.params(),
        cut: Vec::new(),
        cuts: target.provider.quirks.cut.iter().filter_map(|path| Path::parse(path)).collect(),
        effort: call.request.value("reasoning_effort").ok().flatten(),
        members: Vec::with_capacity(24),
    };
    for field in call.request.fields() {
        writer.take(&field)?;
    }
    writer.add_settings();
    writer.ask_for_usage()?;
    writer.merge_extra_body()?;
    Ok(writer.finish())
}

struct Writer<'a> {
    call: &'a Call<'a>,
    rules: &'a Rules<'a>,
    params: Params<'a>,
    /// What was taken out from inside members.
    cut: Vec<String>,
    /// What the provider cannot take inside of members.
    cuts: Vec<Path>,
    effort: Option<String>,
    members: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Writer<'a> {
    fn take(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        let quirks = self.rules.quirks;
        let stand_in = quirks.model_member.as_deref();
        if field.name == "model" {
            let other = stand_in.and_then(|name| self.call.request.field(name));
            let other = other.map(|field| field.read::<String>()).transpose()?;
            let own = || quirks.model_name(self.rules.model);
            if let Some(model) = other.map(Cow::Owned).or_else(own) {
                let json = serde_json::to_string(&model).unwrap_or_default();
                self.members.push((self.rename(field).into(), json.into()));
            }
            return Ok(());
        }
        if stand_in == Some(field.name) {
            return Ok(());
        }
        let why_not = self.why_not(field);
        let name = self.rename(field);
        if field.is_null() {
            // Says nothing, and a strict provider may stumble over the name alone.
            let merged = RESERVED.contains(&field.name) || field.name == EXTRA_BODY;
            if merged || why_not.is_some() || name != field.name {
                return Ok(());
            }
        }
        if let Some(why) = why_not {
            let request = self.call.request;
            if says_the_default(field) || says_nothing_without_tools(field, request) {
                return Ok(());
            }
            if is_remark(field.name) && !self.params.allows(field.name) {
                self.params.leave_out(field.name);
                return Ok(());
            }
            if !self.params.unsupported_field(field, why)? {
                return Ok(());
            }
        }
        if name != field.name && self.loses_to(field.name, name) {
            return Ok(());
        }
        if name == field.name && self.is_superseded(name) {
            return Ok(());
        }
        // Two names that this provider has one name for.
        if self.members.iter().any(|(known, _)| known == name) {
            return Ok(());
        }
        if self.rules.quirks.thinking_switch && self.switch_thinking(field) {
            return Ok(());
        }
        let json = match self.rename_value(field) {
            Some(own) => own,
            None if quirks.stop_list && field.name == "stop" && field.json.starts_with('"') => {
                format!("[{}]", field.json).into()
            }
            None => self.prune(field),
        };
        self.members.push((name.into(), json));
        Ok(())
    }

    fn why_not(&self, field: &Field<'_>) -> Option<&'static str> {
        if self.rules.quirks.unsupported.iter().any(|name| name == field.name) {
            return Some("this provider does not take it");
        }
        if self.rules.quirks.only.get(field.name).is_some_and(|taken| !is_one_of(taken, field.json))
        {
            return Some("this provider does not take this value of it");
        }
        if self.rules.refuses_unknown
            && let Some((_, why)) = foreign::PARAMETERS.iter().find(|(name, _)| *name == field.name)
        {
            return Some(why);
        }
        self.rules.family.refuses(field.name, field.json, self.effort.as_deref())
    }

    /// The provider's name of a member.
    fn rename(&self, field: &Field<'a>) -> &'a str {
        let is_text = field.json.starts_with('"');
        let rename_text = self.rules.quirks.rename_text.iter().filter(|_| is_text);
        let mut otherwise = rename_text.filter(|(from, _)| from == field.name);
        otherwise.next().map_or_else(|| self.name_of(field.name), |(_, to)| to)
    }

    fn name_of(&self, name: &'a str) -> &'a str {
        if name == "max_tokens" && self.rules.family.new_token_limit {
            return "max_completion_tokens";
        }
        let rename = &self.rules.quirks.rename;
        rename.iter().find(|(from, _)| from == name).map_or(name, |(_, to)| to)
    }

    /// The provider's word for a value that it calls otherwise.
    fn rename_value(&self, field: &Field<'a>) -> Option<Cow<'a, str>> {
        let text = field.json.strip_prefix('"')?.strip_suffix('"')?;
        let renames = &self.rules.quirks.rename_values;
        let fits =
            |(name, value, _): &&(String, String, String)| name == field.name && value == text;
        let (.., own) = renames.iter().find(fits)?;
        serde_json::to_string(own).ok().map(Cow::Owned)
    }

    /// Both names of one thing are there: `max_completion_tokens` supersedes the older `max_tokens`,
    /// whichever of them the provider knows; otherwise the provider's own word counts.
    fn loses_to(&self, from: &str, to: &str) -> bool {
        from != "max_completion_tokens" && self.call.request.field(to).is_some()
    }

    fn is_superseded(&self, name: &str) -> bool {
        let newer = "max_completion_tokens";
        name == "max_tokens"
            && self.name_of(newer) == name
            && self.call.request.field(newer).is_some()
    }

    /// Says by `thinking` whether to reason, where the client says by `reasoning_effort` how much.
    /// Returns whether that says it all.
    fn switch_thinking(&mut self, field: &Field<'a>) -> bool {
        let switched = self.call.request.field("thinking").is_some_and(|field| !field.is_null());
        if field.name != "reasoning_effort" || field.is_null() || switched {
            return false;
        }
        let off = self.effort.as_deref() == Some("none");
        let kind = if off { "disabled" } else { "enabled" };
        self.members.retain(|(name, _)| name != "thinking");
        self.members.push(("thinking".into(), format!("{{\"type\":\"{kind}\"}}").into()));
        off
    }

    fn prune(&mut self, field: &Field<'a>) -> Cow<'a, str> {
        let strict = self.rules.refuses_unknown || self.rules.quirks.strict_messages;
        let foreign: &[Path] =
            if strict && foreign::may_occur(field.name, field.json, &self.call.request.messages) {
                &foreign::PATHS
            } else {
                &[]
            };
        let paths: Vec<&Path> =
            self.cuts.iter().chain(foreign).filter(|path| path.root().0 == field.name).collect();
        let cut = &mut self.cut;
        let pruned = if paths.is_empty() {
            None
        } else {
            prune(field.json, &paths, |number| {
                let name = paths.get(number).map(ToString::to_string).unwrap_or_default();
                if !cut.contains(&name) {
                    cut.push(name);
                }
            })
        };
        let json: Cow<'a, str> = pruned.map_or(field.json.into(), Cow::Owned);
        if field.name != "messages" {
            return json;
        }
        let messages = &self.call.request.messages;
        let json = if strict { foreign::with_plain_ids(json, messages) } else { json };
        adapt::messages(&json, &self.call.request.messages, self.rules).map_or(json, Cow::Owned)
    }

    /// The settings that the provider wants in the body. The client's own member comes first.
    fn add_settings(&mut self) {
        for name in &self.rules.quirks.body_settings {
            let value = self.call.target.setting(name);
            let json = value.and_then(|value| serde_json::to_string(value).ok());
            if let Some(json) = json.filter(|_| self.call.request.field(name).is_none()) {
                self.members.push((name.into(), json.into()));
            }
        }
    }

    /// Usage is accounted also for clients that do not ask for it, unless the deployment cannot be
    /// asked.
    fn ask_for_usage(&mut self) -> Result<(), ApiError> {
        if !self.rules.stream_options {
            self.members.retain(|(name, _)| name != "stream_options");
            return Ok(());
        }
        let unwanted =
            self.call.target.policy.additional_drop_params.iter().any(|path| {
                matches!(path.as_str(), "stream_options" | "stream_options.include_usage")
            });
        if unwanted || !self.call.request.stream || self.call.request.include_usage {
            return Ok(());
        }
        let mut options = String::from("{");
        if let Some(Entries(entries)) = self.remove::<Entries<'_>>("stream_options")? {
            for (name, value) in entries.iter().filter(|(name, _)| name != "include_usage") {
                write_key(&mut options, name);
                options.push_str(value.get());
                options.push(',');
            }
        }
        options.push_str("\"include_usage\":true}");
        self.members.push(("stream_options".into(), options.into()));
        Ok(())
    }

    /// The OpenAI SDKs merge `extra_body` themselves; other clients leave it to the server.
    fn merge_extra_body(&mut self) -> Result<(), ApiError> {
        let Some(Entries(entries)) = self.remove::<Entries<'_>>(EXTRA_BODY)? else {
            return Ok(());
        };
        if entries.len() > MAX_FIELDS {
            return Err(extra_body_too_long());
        }
        for (name, value) in entries {
            if RESERVED.contains(&&*name) {
                return Err(reserved_in_extra_body(&name));
            }
            self.members.retain(|(known, _)| *known != name);
            self.members.push((name, value.get().into()));
        }
        Ok(())
    }

    /// Takes a member out again and reads it.
    fn remove<T: serde::Deserialize<'a>>(&mut self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(at) = self.members.iter().position(|(known, _)| known == name) else {
            return Ok(None);
        };
        let (_, json) = self.members.remove(at);
        let Cow::Borrowed(json) = json else { return Ok(None) };
        serde_json::from_str(json).map(Some).map_err(|_| {
            ApiError::invalid(format!("`{name}` is wrong: it must be an object.")).with_param(name)
        })
    }

    fn finish(self) -> Written {
        let size: usize = self.members.iter().map(|(name, json)| name.len() + json.len() + 4).sum();
        let mut body = String::with_capacity(size + 2);
        for (name, json) in &self.members {
            body.push(if body.is_empty() { '{' } else { ',' });
            write_key(&mut body, name);
            body.push_str(json);
        }
        body.push('}');
        let mut dropped = self.params.into_dropped();
        dropped.extend(self.cut);
        Written { body: body.into_bytes(), dropped }
    }
}

/// Whether a JSON value is one of these texts, or an object of one of these types. A null says nothing.
fn is_one_of(taken: &[String], json: &str) -> bool {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Kind<'a> {
        Text(#[serde(borrow)] Cow<'a, str>),
        Object {
            #[serde(borrow, rename = "type")]
            kind: Cow<'a, str>,
        },
    }
    match serde_json::from_str(json) {
        Ok(Kind::Text(text) | Kind::Object { kind: text }) => taken.iter().any(|one| *one == text),
        Err(_) => json == "null",
    }
}
