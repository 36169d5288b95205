//! `dragoman render`: everything that runs a configuration elsewhere.

pub mod envoy;
mod local_reply;
pub mod site;
mod template;
#[cfg(test)]
mod tests;
