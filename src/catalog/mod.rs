//! What is known beforehand about providers and models, as data.

pub mod price;
