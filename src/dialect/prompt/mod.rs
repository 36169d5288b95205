//! What formats have in common that take a text to go on with, and no messages: text generation.
//!
//! [`turn`] reads the messages and refuses by name what a text cannot hold, [`template`] makes one text
//! of them, [`members`] accounts for OpenAI's parameters that no generation takes, [`parameters`] holds
//! those that it does, and [`answer`] writes the text that comes back.

mod answer;
pub mod members;
mod parameters;
mod template;
mod turn;

pub use answer::Said;
pub use parameters::Parameters;
pub use template::{Template, write};
pub use turn::{Speaker, Turn, read};
