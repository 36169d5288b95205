//! Who answers: the plan of attempts for one request, and the health of deployments over all of them.

pub mod failure;
#[cfg(test)]
pub(crate) mod fixture;
pub mod health;
pub mod load;
pub mod pick;
pub mod plan;
pub mod store;

pub use failure::Failure;
pub use plan::{Attempt, Plan};
