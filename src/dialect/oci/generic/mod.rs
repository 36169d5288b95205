//! `GenericChatRequest` and what answers it.
//!
//! Request: [`members`] reads every top-level member, [`message`] and [`part`] the conversation,
//! [`choice`], [`format`](mod@format) and [`extra`] say what single members become, and [`request`]
//! puts it together. Response: [`reply`] says what comes, [`response`] and [`stream`] translate it.

mod choice;
mod extra;
mod format;
mod members;
mod message;
mod part;
mod reply;
pub mod request;
pub mod response;
pub mod stream;
