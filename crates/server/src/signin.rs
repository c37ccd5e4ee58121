//! Who asks: ways to make one caller out of a request.

pub mod attempt;
pub mod basic;
pub mod caller;
pub mod hash;
pub mod memory;
pub mod network;
pub mod password;
pub mod personal;
pub mod secret;
pub mod session;
pub mod throttle;
pub mod token;
