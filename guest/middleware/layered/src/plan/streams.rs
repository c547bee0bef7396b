//! Writes of streams: an event goes behind the lower store's, and a truncation leaves a mark for those.

use crate::name::Name;
use crate::plan::{Answer, Plan};
use crate::stores::{lower, upper};
use crate::view::streams::count_below;
use sx_persist_middleware::Op;
use sx_persist_middleware::types::Error;

/// What comes before a write of a stream, and what its outcome means.
pub(crate) fn plan(plan: &mut Plan, op: &Op) -> Result<Answer, Error> {
    match op {
        Op::Append { stream, .. } | Op::AppendExpecting { stream, .. } | Op::RecordEvent { stream, .. } => {
            go_on(plan, stream)?;
        }
        Op::Truncate { stream, upto } => return plan_truncate(plan, stream, *upto),
        _ => {}
    }
    Ok(Answer::Same)
}

/// Brings the upper store's counter of a stream to where the lower one's ends: an event with that seq, which is dropped at once.
fn go_on(plan: &mut Plan, stream: &str) -> Result<(), Error> {
    let name = Name::Stream(stream.to_owned());
    if plan.is_shadowed(&name) {
        return Ok(());
    }
    let below = match lower::persist::last_seq(stream) {
        Err(Error::InvalidName(_)) => 0,
        last_seq => last_seq?,
    };
    if below > 0 {
        let above = upper::persist::last_seq(stream)?;
        if above > 0 && above < below {
            // The upper stream was written to before it stood over this one: nothing can be said of what follows what.
            return Err(Error::Conflict(stream.to_owned()));
        }
        if above == 0 {
            let stream = stream.to_owned();
            plan.before(Op::Append { stream: stream.clone(), event: format!("{{:seq {below}}}") });
            plan.before(Op::Truncate { stream, upto: below });
        }
    }
    plan.note_settled(name);
    Ok(())
}

fn plan_truncate(plan: &mut Plan, stream: &str, upto: u64) -> Result<Answer, Error> {
    let cut = match lower::persist::last_seq(stream) {
        Err(Error::InvalidName(_)) => return Ok(Answer::Same),
        Err(error) => return Err(error),
        Ok(_) => plan.cut(stream)?,
    };
    let upto = upto.max(cut.unwrap_or(0));
    let dropped = count_below(stream, cut)?.saturating_sub(count_below(stream, Some(upto))?);
    if dropped == 0 {
        return Ok(Answer::Same);
    }
    let (table, key) = Name::Stream(stream.to_owned()).place();
    plan.before(Op::MapPut { table, key, value: upto.to_string().into_bytes() });
    plan.note_cut(stream, upto);
    Ok(Answer::Truncated(dropped))
}
