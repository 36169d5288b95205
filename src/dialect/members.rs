//! Reading a request's top level, for dialects that match on every member by name.
//!
//! A dialect says what it takes ([`Members::take`]); [`read`] sees to it that everything else is
//! refused by name, so that no member can be lost in silence.

use super::defaults::says_nothing_without_tools;
use super::fields::{count, extra_body, raw, texts};
use super::{Params, function_tools};
use crate::openai::request::Field;
use crate::openai::tool::{Function, Tool, ToolChoice};
use crate::openai::{ApiError, ChatRequest};
use serde_json::value::RawValue;

/// What a dialect makes of the members.
pub trait Members<'a> {
    /// Takes one member, which is not null. Answers whether it is a known one.
    ///
    /// # Errors
    /// 400 for a member that is wrong, or that the target cannot take and nobody allowed to drop.
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError>;

    /// Sends a member as the client wrote it.
    ///
    /// # Errors
    /// 400 for JSON that cannot be kept.
    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError>;

    /// Accounts for a member that the target has no equivalent for; answers whether it is one.
    ///
    /// # Errors
    /// 400 naming it, where nobody allowed to drop it.
    fn refuse(
        &mut self,
        field: &Field<'a>,
        unsupported: &[(&str, &str)],
        params: &mut Params<'_>,
    ) -> Result<bool, ApiError> {
        let fate = fate(field, unsupported, params)?;
        if fate == Fate::Allowed {
            self.pass(field)?;
        }
        Ok(fate != Fate::Unknown)
    }
}

/// What [`ChatRequest`] itself reads. Usage is asked for in any case, where it has to be.
const READ_ELSEWHERE: [&str; 4] = ["model", "messages", "stream", "stream_options"];

/// Reads every member; `unknown` says why one that is not known cannot be sent.
///
/// # Errors
/// See [`Members::take`].
pub fn read<'a>(
    request: &'a ChatRequest,
    members: &mut impl Members<'a>,
    unknown: &str,
    params: &mut Params<'_>,
) -> Result<(), ApiError> {
    let mut extra = None;
    for field in request.fields().filter(|field| !field.is_null()) {
        if field.name == "extra_body" {
            extra = Some(field);
        } else if READ_ELSEWHERE.contains(&field.name)
            || says_nothing_without_tools(&field, request)
        {
            // It may go unsaid.
        } else if !members.take(&field, params)? && params.unsupported_field(&field, unknown)? {
            members.pass(&field)?;
        }
    }
    // Members of `extra_body` mean what they mean at the top level; unknown ones are sent unasked,
    // for that is what the member is for.
    for field in extra.map_or_else(|| Ok(Vec::new()), |field| extra_body(&field))? {
        if !field.is_null() && !members.take(&field, params)? {
            members.pass(&field)?;
        }
    }
    Ok(())
}

/// What becomes of a member that a format has no word for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It says nothing here, or was dropped because it may be.
    Done,
    /// It cannot be expressed, and is to be sent as it is (`allowed_openai_params`).
    Allowed,
    /// Nobody knows it.
    Unknown,
}

/// Decides about a member by the names in `unsupported`, each with the reason why it cannot be sent.
///
/// # Errors
/// 400 naming it, where nobody allowed to drop it.
pub fn fate(
    field: &Field<'_>,
    unsupported: &[(&str, &str)],
    params: &mut Params<'_>,
) -> Result<Fate, ApiError> {
    Ok(match unsupported.iter().find(|(known, _)| *known == field.name) {
        Some((_, why)) if params.unsupported_field(field, why)? => Fate::Allowed,
        Some(_) => Fate::Done,
        None => Fate::Unknown,
    })
}

/// What most formats read in the same way. One that reads some of it otherwise does so before.
#[derive(Debug, Default)]
pub struct Common {
    pub max_tokens: Option<u64>,
    pub tools: Vec<Tool>,
    pub tool_choice: Option<ToolChoice>,
}

impl Common {
    /// Takes one member; answers whether it is one of these.
    ///
    /// # Errors
    /// 400 for one that is wrong.
    pub fn take(&mut self, field: &Field<'_>) -> Result<bool, ApiError> {
        match field.name {
            "max_completion_tokens" => self.max_tokens = Some(count(field)?),
            "max_tokens" => self.max_tokens = self.max_tokens.or(Some(count(field)?)),
            "tools" => self.tools.extend(field.read::<Vec<Tool>>()?),
            "functions" => {
                let functions = field.read::<Vec<Function>>()?;
                self.tools.extend(function_tools::from_functions(functions));
            }
            "tool_choice" => self.tool_choice = Some(field.read()?),
            // The deprecated name of it.
            "function_call" if self.tool_choice.is_none() => {
                self.tool_choice = Some(field.read()?);
            }
            "function_call" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The tools that may be called: all of them, or those that `allowed_tools` names.
    #[must_use]
    pub fn offered(&self) -> Vec<&Tool> {
        let is_allowed = |tool: &&Tool| match (&self.tool_choice, &tool.function) {
            (Some(ToolChoice::Allowed { names, .. }), Some(function)) => {
                names.contains(&function.name)
            }
            _ => true,
        };
        self.tools.iter().filter(is_allowed).collect()
    }
}

/// The stop sequences, without those that hold nothing but white space, for formats that refuse them.
///
/// # Errors
/// 400 for what is no text or list of texts; naming the member, where one holds nothing and nobody
/// allowed to drop it.
pub fn visible_stops(field: &Field<'_>, params: &mut Params<'_>) -> Result<Vec<String>, ApiError> {
    let mut stop = texts(field)?;
    let is_blank = |sequence: &String| sequence.trim().is_empty();
    if stop.iter().any(is_blank)
        && !params.unsupported_field(field, "a stop sequence must hold more than white space")?
    {
        stop.retain(|sequence| !is_blank(sequence));
    }
    Ok(stop)
}

/// Members that pass as they were written, each once.
#[derive(Debug, Default)]
pub struct Native<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'a> Native<'a> {
    /// # Errors
    /// 400 for JSON that cannot be kept.
    pub fn push(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.0.retain(|(name, _)| *name != field.name);
        self.0.push((field.name, raw(field)?));
        Ok(())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }
}

impl serde::Serialize for Native<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
