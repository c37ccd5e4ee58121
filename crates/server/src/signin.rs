//! Who asks: ways to make one caller out of a request.

pub mod caller;
pub mod password;
pub mod secret;
pub mod session;
pub mod token;
