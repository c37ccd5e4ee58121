//! What is read from jars, and what is refused.

mod attempts;
mod fuzz;
mod hostile;
mod read;
mod zoo;
