//! Laws of the books, tried with lists of steps.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use std::fmt::Debug;

/// Has a law hold for lists of steps; it starts a gateway of its own for each.
pub fn holds<S: Debug>(steps: impl Strategy<Value = Vec<S>>, law: impl AsyncFn(&[S])) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, max_shrink_iters: 60, ..Config::default() });
    let outcome = runner.run(&steps, |steps| {
        runtime.block_on(law(&steps));
        Ok(())
    });
    outcome.unwrap();
}
