//! Tokens that have to be fetched before a request can be signed in.
//!
//! A [`Source`] says where a token comes from and how it is asked for, and belongs to the
//! configuration. [`Tokens`] holds what was fetched, and belongs to a VM: an attempt that finds no
//! token there holds its request and looks again with every tick, so any number of requests wait for
//! one call, and one that goes away leaves nothing behind. The host asks for the calls that are
//! [due](Tokens::due) with each tick of the VM's own timer, carries them out and hands in the replies;
//! a call belongs to no request, so none can take it down.
//!
//! Some tokens take several steps: a file is read, its content exchanged, and the result exchanged once
//! more. A source lists them, and each can use what those before it brought.
//!
//! Each VM fetches its own. Shared data would save some calls an hour, and would keep credentials in a
//! place that every other plugin of that name can read.

mod file;
mod grant;
mod jwt;
mod keys;
mod oauth;
mod source;
mod store;
mod sts;
mod text;

pub use file::{CLUSTER as FILE_CLUSTER, HEADER as FILE_HEADER};
pub use grant::{Ask, Body, Facts, Grant, Reply, Value};
pub use jwt::ServiceAccount;
pub use source::{Call, Source, Step};
pub use store::{Answer, Tokens};
pub use sts::{Role, RoleUser};

use super::Credential;

/// What a reply brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub credential: Credential,
    /// ms from the reply on.
    pub life_ms: u64,
}

/// Why there is no token: for the operator. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The endpoint's status, where it answered.
    pub status: Option<u16>,
    /// Such as `invalid_grant`; a part of a sentence.
    pub reason: String,
}

/// Longest reply that is read, bytes. Tokens take some KB; what is longer is something else.
pub const MAX_REPLY_BYTES: usize = 64 * 1024;
