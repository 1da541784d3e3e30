//! What it takes to have a connection.

use super::{Check, given};
use crate::basis::dist::Dist;
use crate::basis::units::Millis;
use crate::design::request::{Connection, Protocol};
use crate::design::scenario::decode::At;
use crate::design::scenario::file::{ConnectionFile, ProtocolWord};
use crate::design::scenario::source::Span;

/// RFC 6298, 2.4: the time-out is rounded up to 1 second.
const MIN_TIMEOUT_MS: f64 = 1000.0;

impl Check<'_> {
    /// A connection that is always there and loses nothing when nothing is said.
    pub(super) fn connection(
        &mut self,
        section: Option<&At<ConnectionFile>>,
        owner: &str,
    ) -> Option<Connection> {
        let Some(at) = section else {
            return Some(Connection::warm());
        };
        let file = at.get()?;
        let protocol = match &file.protocol {
            Some(at) => (*at.get()?).into(),
            None => ProtocolWord::default().into(),
        };
        let (loss, min_timeout) = (self.loss(file), self.min_timeout(file));
        if protocol == Protocol::Warm {
            self.expect_nothing_cold(file);
            return Some(warm(loss?, min_timeout?));
        }
        let reuse = self.share_or(file.reuse.as_ref(), 0.0);
        let dns_hits = self.share_or(file.dns_hits.as_ref(), 1.0);
        let resolver = self.resolver_time(file, at.span, dns_hits, owner);
        Some(Connection {
            protocol,
            reuse: reuse?,
            dns_hits: dns_hits?,
            resolver: resolver?,
            loss: loss?,
            min_timeout: min_timeout?,
        })
    }

    fn loss(&mut self, file: &ConnectionFile) -> Option<f64> {
        let loss = self.share_or(file.loss.as_ref(), 0.0)?;
        if let (Some(at), true) = (&file.loss, loss == 1.0) {
            self.error(at.span, "`loss` must be below 100%: no request would ever arrive");
        }
        Some(loss)
    }

    fn min_timeout(&mut self, file: &ConnectionFile) -> Option<Millis> {
        match &file.min_timeout {
            Some(at) => self.positive_millis(at, "`min_timeout`"),
            None => Millis::new(MIN_TIMEOUT_MS).ok(),
        }
    }

    /// Where there always is a connection, nobody reuses one or asks for a name.
    fn expect_nothing_cold(&mut self, file: &ConnectionFile) {
        let keys = [
            ("reuse", file.reuse.as_ref().map(|at| at.span)),
            ("dns_hits", file.dns_hits.as_ref().map(|at| at.span)),
            ("resolver", file.resolver.as_ref().map(|at| at.span)),
        ];
        for (name, span) in keys {
            if let Some(span) = span {
                let message = format!("`{name}` does not go with a connection that is always warm");
                let hint = "say how new connections are made, such as protocol = \"tls1.3\", or leave it out";
                self.error_with_hint(span, message, hint);
            }
        }
    }

    fn resolver_time(
        &mut self,
        file: &ConnectionFile,
        span: Span,
        dns_hits: Option<f64>,
        owner: &str,
    ) -> Option<Dist> {
        let Some(at) = &file.resolver else {
            if dns_hits? < 1.0 {
                let span = given(file.dns_hits.as_ref()).map_or(span, |(_, span)| span);
                let message = format!("names that are in no cache need a `resolver` time in {owner}");
                let hint = "say what a recursive resolver takes, such as resolver = \"20ms\"; nobody publishes one for all";
                self.error_with_hint(span, message, hint);
            }
            return Some(Dist::zero());
        };
        if dns_hits == Some(1.0) {
            let hint = "say dns_hits below 100%, or leave `resolver` out";
            self.warn(
                at.span,
                "nobody asks the resolver: every name is in a cache",
                hint,
            );
        }
        self.dist(at, &format!("resolver of {owner}"))
    }
}

fn warm(loss: f64, min_timeout: Millis) -> Connection {
    if loss == 0.0 {
        return Connection::warm();
    }
    Connection {
        loss,
        min_timeout,
        ..Connection::warm()
    }
}
