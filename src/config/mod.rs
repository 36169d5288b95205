//! The configuration: LiteLLM's `config.yaml`, read as a JSON value.
//!
//! The plugin gets it as JSON (`pluginConfig`), the tool reads YAML and keeps the line of every node;
//! both call [`read`]. What LiteLLM has no word for lives under `dragoman:`.
//!
//! Reading never stops at the first problem. serde's derived readers would, and could not look up
//! `os.environ/NAME` or take `"10"` for 10 as LiteLLM does; so the value is walked by hand, with
//! [`Path`] telling where a problem is. What becomes of each setting, the ones that Dragoman does not
//! support included, is a table: [`known`].

mod cluster;
mod credential;
mod default;
mod deployment;
mod environment;
mod everything;
mod fallback;
mod group;
mod header;
mod identity;
pub mod known;
mod labels;
mod lookup;
mod model;
mod names;
mod node;
mod path;
mod price;
mod pricing;
mod problem;
mod read;
mod router;
mod secrecy;
mod tool;

pub use labels::{Label, Labels};
pub use lookup::Lookup;
pub use model::{Alias, Config, Deployment, Fallbacks, Group, Limits, Role, Routing, Strategy};
pub use path::{Path, parent};
pub use pricing::Pricing;
pub use problem::{Problem, Severity};
pub use read::{Reading, read};
pub use secrecy::is_secret;
pub use tool::{AccessLog, Address, ToolSettings};
