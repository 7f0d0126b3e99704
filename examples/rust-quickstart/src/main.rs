//! A first payment in Rust: run `okpay sandbox` in one terminal, paste the `export` lines it prints into another, then
//! `cargo run -p rust-quickstart`.

use okpay::api::{CardDetails, MethodType, NewPayment, NewPaymentMethod};
use okpay::{Money, client::Client};
use std::env::var;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In production, the buyer's browser does this.
    let buyer = Client::builder().base_url(var("OKPAY_BASE_URL")?).publishable_key(var("OKPAY_PUBLISHABLE_KEY")?).build()?;
    let details = CardDetails::new("4242424242424242", 12, 2030, "123");
    let card = buyer.payment_methods().create(NewPaymentMethod::new(details)).await?;

    let client = Client::from_env()?;
    let order = NewPayment::new(Money::parse("19.99", "EUR")?, MethodType::Card).payment_method(card.id).reference("order-1001");
    let payment = client.payments().create(order).idempotency_key("order-1001-charge").await?;
    println!("{} {} {:?}", payment.id, payment.status, payment.fee.map(|quote| quote.fee));
    Ok(())
}
