//! `CohereChatRequest` and what answers it: the first version of Cohere's format.
//!
//! Request: [`members`] reads every top-level member, [`message`] the conversation, [`tool`] what may be
//! called, and [`request`] puts it together. Response: [`reply`] says what comes, [`response`] and
//! [`stream`] translate it.

mod members;
mod message;
mod reply;
pub mod request;
pub mod response;
pub mod stream;
mod tool;
