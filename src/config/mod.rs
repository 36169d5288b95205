//! The configuration: LiteLLM's `config.yaml`, read as a JSON value.
//!
//! The plugin gets it as JSON (`pluginConfig`), the tool reads YAML and keeps the line of every node;
//! both call [`read`]. What LiteLLM has no word for lives under `dragoman:`.

mod model;
mod problem;
mod read;

pub use model::{Config, Deployment, Fallbacks, Group, Limits, Role, Routing, Strategy};
pub use problem::{Problem, Severity};
pub use read::read;
