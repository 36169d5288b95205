//! The request's top-level members as inputs of a model, each accounted for.

use super::family::Family;
use crate::dialect::Params;
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{count, effort, number, texts};
use crate::dialect::members::{Fate, Members};
use crate::dialect::prompt::Parameters;
use crate::dialect::prompt::members::{account, made_of_messages};
use crate::openai::ApiError;
use crate::openai::request::Field;

/// Why a member that nobody knows is not sent.
pub const UNKNOWN: &str =
    "it is no input of this model that is known here; put such into `extra_body`";
const NO_INPUT: &str = "this model has no such input";

/// The inputs that follow from the members.
#[derive(Debug)]
pub struct Inputs<'a> {
    pub family: &'static Family,
    pub parameters: Parameters<'a>,
}

impl<'a> Members<'a> for Inputs<'a> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        let (family, inputs) = (self.family, &mut self.parameters);
        let takes = family.takes.contains(&field.name);
        match field.name {
            name @ ("max_tokens" | "max_completion_tokens") => {
                inputs.limit(family.limit, name, count(field)?);
            }
            "stop" => {
                let stops = texts(field)?;
                if stops.iter().any(|text| !family.stops || text.contains(',')) {
                    let why =
                        if family.stops { "its texts are separated by commas" } else { NO_INPUT };
                    if params.unsupported_field(field, why)? {
                        inputs.set("stop", field.json);
                    }
                } else if !stops.is_empty() {
                    inputs.set_text("stop_sequences", &stops.join(","));
                }
            }
            "reasoning_effort" if takes => {
                if let Some(effort) = effort(field)? {
                    inputs.set_text("reasoning_effort", &effort);
                }
            }
            "verbosity" if takes => inputs.set_text("verbosity", &field.read::<String>()?),
            name if takes => inputs.set(name, number(field)?.get()),
            "temperature" | "top_p" | "seed" if !says_the_default(field) => {
                if params.unsupported_field(field, NO_INPUT)? {
                    inputs.set(field.name, field.json);
                }
            }
            "prompt" => return Err(made_of_messages("prompt")),
            name if family.own.contains(&name) => inputs.set(name, field.json),
            name => match account(field, params)? {
                Fate::Done => {}
                Fate::Allowed => inputs.set(name, field.json),
                Fate::Unknown => return Ok(false),
            },
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.parameters.set(field.name, field.json);
        Ok(())
    }
}
