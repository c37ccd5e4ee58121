//! What is read from jars, and what is refused.

mod hostile;
mod read;
mod zoo;
