//! What operators see of connections.

use metrics::{Gauge, counter, gauge};

use super::places::Refused;

/// A connection that is open; it is not any more when this is dropped.
pub(super) struct Open(Gauge);

/// Counts a connection.
pub(super) fn opened() -> Open {
    counter!("kleister_connections_total").increment(1);
    let open = gauge!("kleister_connections_open");
    open.increment(1);
    Open(open)
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Counts a connection that found no place.
pub(super) fn refused(why: Refused) {
    let reason = match why {
        Refused::Connections => "connections",
        Refused::PerAddress => "per_address",
    };
    counter!("kleister_connections_refused_total", "reason" => reason).increment(1);
}

/// Counts a connection, or a request, that was ended because its client kept it waiting or spoke no clear HTTP.
pub(super) fn closed(reason: &'static str) {
    counter!("kleister_connections_closed_total", "reason" => reason).increment(1);
}
