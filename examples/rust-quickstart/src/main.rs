//! A first payment in Rust: run `okpay sandbox` in one terminal, paste the `export` lines it prints into another, then
//! `cargo run -p rust-quickstart`.

use okpay::api::{CallState, MethodType, Network, NewPayment};
use okpay::{Money, OkpayError, client::Client};

#[tokio::main]
async fn main() -> Result<(), OkpayError> {
    let client = Client::from_env()?;
    let order = NewPayment::new(Money::parse("19.99", "EUR")?, MethodType::Usdt).network(Network::Tron).reference("order-1001");
    match client.payments().create(order).idempotency_key("order-1001").await {
        Ok(payment) => {
            println!("{} is {}", payment.id, payment.status);
            if let Some(crypto) = payment.next_action.and_then(|action| action.crypto) {
                println!("send {} to {} before {}", crypto.amount_due, crypto.address, crypto.expires);
            }
        }
        Err(OkpayError::OutcomeUnknown(failure)) => {
            let outcome = client.resolve(failure.idempotency_key.unwrap_or_default()).await?;
            println!("the answer was lost; the payment was {}", if outcome.state == CallState::Executed { "made" } else { "not made" });
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
