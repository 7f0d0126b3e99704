//! [`Waiting`]: calls until a resource has come to its end. `ts/wait.ts` is the loop around it.

use crate::advice::fields;
use crate::caller::Caller;
use crate::errors::Told;
use crate::exchange::{self, Exchange};
use crate::values::{bytes, moment};
use okpay::call::{self, Answer, Next};
use okpay::json::Object;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::prelude::wasm_bindgen;

/// A wait for a resource to come to its end.
#[wasm_bindgen]
pub struct Waiting {
    caller: Arc<call::Caller>,
    wait: call::Wait,
}

#[wasm_bindgen]
impl Waiting {
    /// Begins to wait. `timeout` in milliseconds is for the whole wait, ten minutes if it is not given; the options are for each question.
    pub fn begin(caller: &Caller, operation: &str, id: &str, timeout: Option<u32>, options: &str, now: i64) -> Result<Waiting, Told> {
        let timeout = timeout.map(|millis| Duration::from_millis(millis.into()));
        let options = exchange::options(&Object::read(options)?)?;
        let wait = call::Wait::new(&caller.0, operation, id, timeout, options, moment(now))?;
        Ok(Self { caller: Arc::clone(&caller.0), wait })
    }

    /// The next question, to be carried to its end like any call.
    pub fn question(&self, now: i64) -> Result<Exchange, Told> {
        Exchange::of(&self.caller, self.wait.call(), &self.wait.options(moment(now)), now)
    }

    /// Judges the body of an answer: nothing if it is the end, else how many milliseconds to wait. `random` are 8 bytes.
    pub fn answered(&mut self, body: Vec<u8>, now: i64, random: &[u8]) -> Result<Option<u32>, Told> {
        self.judge(Ok(Answer { status: 200, headers: Vec::new(), body }), now, random)
    }

    /// Judges a question that failed, by the fields of its error as JSON.
    pub fn failed(&mut self, error: &str, now: i64, random: &[u8]) -> Result<Option<u32>, Told> {
        let error = fields::error(error)?;
        self.judge(Err(error), now, random)
    }
}

impl Waiting {
    fn judge(&mut self, end: Result<Answer, okpay::OkpayError>, now: i64, random: &[u8]) -> Result<Option<u32>, Told> {
        let random = u64::from_be_bytes(bytes(random)?);
        match self.wait.judge(end, moment(now), random)? {
            Next::Done(_) => Ok(None),
            Next::Wait(pause) => Ok(Some(u32::try_from(pause).unwrap_or(u32::MAX))),
        }
    }
}
