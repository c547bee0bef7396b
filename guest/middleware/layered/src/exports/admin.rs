//! What is said of both stores: the upper one is kept, the lower one only looked at.

use crate::exports::Layered;
use crate::stores::{lower, upper};
use sx_persist_middleware::interfaces::Admin;
use sx_persist_middleware::types::{Counter, Damage, Error, Finding, Report};

/// Findings that a report names.
const FINDINGS_MAX: usize = sx_persist_middleware::limits::FINDINGS_MAX;

impl Admin for Layered {
    fn verify() -> Result<Report, Error> {
        Ok(both(upper::admin::verify()?, lower::admin::verify()?))
    }

    fn verify_part(part: u32, parts: u32) -> Result<Report, Error> {
        Ok(both(upper::admin::verify_part(part, parts)?, lower::admin::verify_part(part, parts)?))
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        let mut stats = upper::admin::stats()?;
        let below = lower::admin::stats()?;
        stats.extend(
            below.into_iter().map(|Counter { name, value }| Counter { name: format!("lower-{name}"), value }),
        );
        Ok(stats)
    }
}

fn both(above: Report, below: Report) -> Report {
    let mut findings = above.findings;
    findings.extend(below.findings.into_iter().map(named));
    findings.truncate(FINDINGS_MAX);
    Report {
        logs: above.logs + below.logs,
        events: above.events + below.events,
        entries: above.entries + below.entries,
        blobs: above.blobs + below.blobs,
        bytes: above.bytes + below.bytes,
        foreign: above.foreign + below.foreign,
        damaged: above.damaged + below.damaged,
        findings,
    }
}

/// Each store has a root of its own.
fn named(Finding { damage, set_aside }: Finding) -> Finding {
    Finding { damage: Damage { file: format!("lower/{}", damage.file), ..damage }, set_aside }
}
