//! How much of a connection's time and room its client may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Error;

/// How much of a connection's time and room its client may take. Times are in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listener {
    /// Connections at the same time, in all.
    pub connections: usize,
    /// Connections at the same time from one address; from one /64 where it is IPv6. Those of `server.proxies` are
    /// not counted.
    pub per_address: usize,
    /// How long a new connection may be silent.
    pub first_byte: u64,
    /// How long the head of a request may take.
    pub head: u64,
    /// How long a connection is kept without a request.
    pub idle: u64,
    /// The fields in the head of a request.
    pub headers: usize,
    /// The head of a request, in bytes.
    pub head_size: u32,
    /// The requests at the same time on one HTTP/2 connection.
    pub streams: u32,
    /// How long the first byte of a body may take once it is waited for.
    pub body_start: u64,
    /// How long a body may be slower than `body_rate`.
    pub body_pause: u64,
    /// The bytes of a body in each second.
    pub body_rate: u64,
    /// How long a client may take no byte of an answer.
    pub write_pause: u64,
    /// How long answers under way may take once the server is asked to stop.
    pub drain: u64,
}

impl Default for Listener {
    fn default() -> Self {
        Self {
            connections: 12_000,
            per_address: 512,
            first_byte: 10,
            head: 10,
            idle: 75,
            headers: 100,
            head_size: 32 << 10,
            streams: 100,
            body_start: 10,
            body_pause: 30,
            body_rate: 1024,
            write_pause: 30,
            drain: 30,
        }
    }
}

impl Listener {
    /// How long a new connection may be silent.
    pub fn first_byte(&self) -> Duration {
        Duration::from_secs(self.first_byte)
    }

    /// How long the head of a request may take.
    pub fn head(&self) -> Duration {
        Duration::from_secs(self.head)
    }

    /// How long a connection is kept without a request.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle)
    }

    /// How long a client may take no byte of an answer.
    pub fn write_pause(&self) -> Duration {
        Duration::from_secs(self.write_pause)
    }

    /// How long answers under way may take once the server is asked to stop.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let times = [
            ("listener.first_byte", self.first_byte),
            ("listener.head", self.head),
            ("listener.idle", self.idle),
            ("listener.body_start", self.body_start),
            ("listener.body_pause", self.body_pause),
            ("listener.write_pause", self.write_pause),
            ("listener.drain", self.drain),
        ];
        if let Some((key, _)) = times.iter().find(|(_, seconds)| !(1..=86_400).contains(seconds)) {
            return Err(Error::value(key, "must be from 1 to 86400 seconds"));
        }
        if self.connections == 0 {
            return Err(Error::value("listener.connections", "must be at least 1"));
        }
        if self.per_address == 0 {
            return Err(Error::value("listener.per_address", "must be at least 1"));
        }
        if !(16..=1024).contains(&self.headers) {
            return Err(Error::value("listener.headers", "must be from 16 to 1024"));
        }
        if !((8 << 10)..=(1 << 20)).contains(&self.head_size) {
            return Err(Error::value("listener.head_size", "must be from 8192 to 1048576 bytes"));
        }
        if !(1..=10_000).contains(&self.streams) {
            return Err(Error::value("listener.streams", "must be from 1 to 10000"));
        }
        if !(1..=1 << 30).contains(&self.body_rate) {
            return Err(Error::value("listener.body_rate", "must be from 1 to 1073741824 bytes in a second"));
        }
        Ok(())
    }
}
