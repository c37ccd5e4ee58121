//! What is read from jars, and what is refused.

mod read;
