//! Header lists, as every part of Dragoman passes them on.

use std::borrow::Cow;

/// A name or a value; most that Dragoman itself writes are constants, and cost nothing.
pub type HeaderText = Cow<'static, str>;

/// Names (lower case, pseudo-headers included) and values in order.
pub type Headers = Vec<(HeaderText, HeaderText)>;
