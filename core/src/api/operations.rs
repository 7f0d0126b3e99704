//! THE TABLE: every endpoint, one row each. See `okpay_macros::operations!` for what a row expands to.

use super::*;
#[cfg(feature = "secret")]
use crate::fees::{Quote, QuoteRequest, ScheduleEnvelope};
use okpay_macros::operations;

operations! {
    /// Keeps a card as a payment method: the only place where a card number goes in. Refused under a secret key, so that
    /// no server ever handles one.
    publishable payment_methods.create: POST "/v1/payment_methods" (NewPaymentMethod) -> PaymentMethod;
    /// Reads a payment method.
    device payment_methods.retrieve: GET "/v1/payment_methods/{id}" (Id) -> PaymentMethod;

    /// Makes a payment, and confirms it unless told otherwise.
    device payments.create: POST "/v1/payments" (NewPayment) -> Payment;
    /// Reads a payment.
    device payments.retrieve: GET "/v1/payments/{id}" (Id) -> Payment, until PaymentStatus;
    /// Lists payments, newest first.
    device payments.list: GET "/v1/payments" (ListPayments) -> PaymentPage;
    /// Confirms a payment that was made without, or tries again after a decline with another card.
    device payments.confirm: POST "/v1/payments/{id}/confirm" (Id, ConfirmPayment) -> Payment;
    /// Takes the money of an authorized payment, or a part of it.
    device payments.capture: POST "/v1/payments/{id}/capture" (Id, CapturePayment) -> Payment;
    /// Gives up a payment that is not paid yet.
    device payments.cancel: POST "/v1/payments/{id}/cancel" (Id, CancelPayment) -> Payment;

    /// Gives money back, in whole or in part.
    device refunds.create: POST "/v1/refunds" (NewRefund) -> Refund;
    /// Reads a refund.
    device refunds.retrieve: GET "/v1/refunds/{id}" (Id) -> Refund, until RefundStatus;
    /// Lists refunds, newest first.
    device refunds.list: GET "/v1/refunds" (ListRefunds) -> RefundPage;

    /// Opens a checkout session, with a hosted page.
    device checkout_sessions.create: POST "/v1/checkout_sessions" (NewCheckoutSession) -> CheckoutSession;
    /// Reads a checkout session. A browser sees what concerns the buyer.
    publishable checkout_sessions.retrieve: GET "/v1/checkout_sessions/{id}" (Id) -> CheckoutSession, until CheckoutStatus;
    /// Pays a checkout session by the method the buyer chose; again after a decline.
    publishable checkout_sessions.confirm: POST "/v1/checkout_sessions/{id}/confirm" (Id, ConfirmCheckoutSession) -> CheckoutSession;
    /// What each way to pay costs the buyer.
    publishable checkout_sessions.fees: GET "/v1/checkout_sessions/{id}/fees" (Id) -> CheckoutFees;
    /// Lists checkout sessions, newest first.
    device checkout_sessions.list: GET "/v1/checkout_sessions" (ListCheckoutSessions) -> CheckoutSessionPage;
    /// Closes a checkout session that is still open.
    device checkout_sessions.expire: POST "/v1/checkout_sessions/{id}/expire" (Id) -> CheckoutSession;

    /// The fee schedule in force, signed, to compute fees offline with.
    device fee_schedules.current: GET "/v1/fee_schedules/current" () -> ScheduleEnvelope;
    /// One version of the fee schedule, signed.
    device fee_schedules.retrieve: GET "/v1/fee_schedules/{id}" (Id) -> ScheduleEnvelope;
    /// Quotes a fee, with the account's own volume of the month.
    device fee_quotes.create: POST "/v1/fee_quotes" (QuoteRequest) -> Quote;
    /// Quotes every method, cheapest first.
    device fee_quotes.compare: POST "/v1/fee_quotes/compare" (NewFeeComparison) -> FeeComparison;
    /// Lists exchange rates.
    device exchange_rates.list: GET "/v1/exchange_rates" (ListExchangeRates) -> ExchangeRatePage;

    /// Lists the third parties through which money comes in: other wallets, and shops that take cash.
    secret deposit_sources.list: GET "/v1/deposit_sources" (ListDepositSources) -> DepositSourcePage;
    /// Reads a third party through which money comes in.
    secret deposit_sources.retrieve: GET "/v1/deposit_sources/{id}" (Id) -> DepositSource;
    /// Announces money that comes into the balance: by card it is there at once, otherwise once its source confirms it.
    secret deposits.create: POST "/v1/deposits" (NewDeposit) -> Deposit;
    /// Reads a deposit.
    secret deposits.retrieve: GET "/v1/deposits/{id}" (Id) -> Deposit, until DepositStatus;
    /// Lists deposits, newest first.
    secret deposits.list: GET "/v1/deposits" (ListDeposits) -> DepositPage;
    /// Gives up a deposit of which nothing was seen yet.
    secret deposits.cancel: POST "/v1/deposits/{id}/cancel" (Id) -> Deposit;

    /// Adds a destination for withdrawals, which is used after a day's cooling period.
    secret destinations.create: POST "/v1/destinations" (NewDestination) -> Destination;
    /// Reads a destination.
    secret destinations.retrieve: GET "/v1/destinations/{id}" (Id) -> Destination, until DestinationStatus;
    /// Lists destinations, newest first.
    secret destinations.list: GET "/v1/destinations" (ListDestinations) -> DestinationPage;
    /// Switches a destination off, for good.
    secret destinations.disable: POST "/v1/destinations/{id}/disable" (Id) -> Destination;

    /// Quotes a withdrawal: its fee, the most that the balance lets out, and when it arrives.
    secret withdrawals.quote: POST "/v1/withdrawals/quote" (NewWithdrawalQuote) -> WithdrawalQuote;
    /// Makes a withdrawal, by a quote or without; it waits for its confirmation.
    secret withdrawals.create: POST "/v1/withdrawals" (NewWithdrawal) -> Withdrawal;
    /// Confirms a withdrawal by the code that was sent: amount and fee are reserved.
    secret withdrawals.confirm: POST "/v1/withdrawals/{id}/confirm" (Id, ConfirmWithdrawal) -> Withdrawal;
    /// Reads a withdrawal.
    secret withdrawals.retrieve: GET "/v1/withdrawals/{id}" (Id) -> Withdrawal, until WithdrawalStatus;
    /// Lists withdrawals, newest first.
    secret withdrawals.list: GET "/v1/withdrawals" (ListWithdrawals) -> WithdrawalPage;
    /// Gives up a withdrawal that is not sent yet.
    secret withdrawals.cancel: POST "/v1/withdrawals/{id}/cancel" (Id) -> Withdrawal;

    /// Sends money to another account, at once; a large amount waits for its confirmation.
    secret transfers.create: POST "/v1/transfers" (NewTransfer) -> Transfer;
    /// Confirms a large transfer by the code that was sent.
    secret transfers.confirm: POST "/v1/transfers/{id}/confirm" (Id, ConfirmTransfer) -> Transfer;
    /// Reads a transfer.
    secret transfers.retrieve: GET "/v1/transfers/{id}" (Id) -> Transfer, until TransferStatus;
    /// Lists transfers, newest first.
    secret transfers.list: GET "/v1/transfers" (ListTransfers) -> TransferPage;

    /// Lists the billers whose bills can be paid.
    secret billers.list: GET "/v1/billers" (ListBillers) -> BillerPage;
    /// Reads a biller.
    secret billers.retrieve: GET "/v1/billers/{id}" (Id) -> Biller;

    /// Looks a bill up by what its biller knows the customer by; the same bill gives the same object.
    secret bills.lookup: POST "/v1/bills/lookup" (LookupBill) -> Bill;
    /// Pays a bill out of the balance.
    secret bills.pay: POST "/v1/bills/{id}/pay" (Id, PayBill) -> Bill;
    /// Reads a bill.
    secret bills.retrieve: GET "/v1/bills/{id}" (Id) -> Bill, until BillStatus;
    /// The receipt of a bill that was paid.
    secret bills.receipt: GET "/v1/bills/{id}/receipt" (Id) -> BillReceipt;
    /// Lists the bills that were looked up, newest first.
    secret bills.list: GET "/v1/bills" (ListBills) -> BillPage;

    /// What the account holds, by currency.
    device balances.list: GET "/v1/balances" () -> BalancePage;
    /// Lists every movement of the balance, newest first.
    device transactions.list: GET "/v1/transactions" (ListTransactions) -> TransactionPage;
    /// Reads one movement of the balance.
    device transactions.retrieve: GET "/v1/transactions/{id}" (Id) -> Transaction;

    /// Lists disputes, newest first.
    secret disputes.list: GET "/v1/disputes" (ListDisputes) -> DisputePage;
    /// Reads a dispute.
    secret disputes.retrieve: GET "/v1/disputes/{id}" (Id) -> Dispute, until DisputeStatus;
    /// Hands in what speaks for the merchant, once, before `evidence_due`; then the buyer's bank decides.
    secret disputes.submit_evidence: POST "/v1/disputes/{id}/submit_evidence" (Id, SubmitEvidence) -> Dispute;
    /// Lets the buyer keep the money, at once and for good.
    secret disputes.accept: POST "/v1/disputes/{id}/accept" (Id) -> Dispute;

    /// Asks for a report, which is made in the background.
    secret reports.create: POST "/v1/reports" (NewReport) -> Report;
    /// Reads a report.
    secret reports.retrieve: GET "/v1/reports/{id}" (Id) -> Report, until ReportStatus;
    /// One file of a report that is ready, with its digest.
    secret reports.download: GET "/v1/reports/{id}/download" (Id, DownloadReport) -> ReportDownload;
    /// Lists reports, newest first.
    secret reports.list: GET "/v1/reports" (ListReports) -> ReportPage;

    /// Lists the coupons of the fee schedule in force.
    secret coupons.list: GET "/v1/coupons" () -> CouponPage;
    /// Reads a coupon, by its code.
    secret coupons.retrieve: GET "/v1/coupons/{id}" (Id) -> Coupon;
    /// Tries the `coupon` of a fee quote: what the fee is with it and without, or why it does not apply.
    secret coupons.validate: POST "/v1/coupons/validate" (QuoteRequest) -> CouponValidation;

    /// How many points the account has, and what they are worth.
    secret points.balance: GET "/v1/points" () -> PointsBalance;
    /// Lists what earned and redeemed points, newest first.
    secret points.list: GET "/v1/points/movements" (ListPointMovements) -> PointMovementPage;
    /// Redeems points against the fee of a payment: what they are worth comes into the balance.
    secret points.redeem: POST "/v1/points/redeem" (RedeemPoints) -> PointMovement;

    /// Lists announcements, newest first.
    device announcements.list: GET "/v1/announcements" (ListAnnouncements) -> AnnouncementPage;
    /// Reads an announcement.
    device announcements.retrieve: GET "/v1/announcements/{id}" (Id) -> Announcement;

    /// Makes a key. The secret is in this answer only.
    secret api_keys.create: POST "/v1/api_keys" (NewApiKey) -> ApiKey;
    /// Lists keys, newest first.
    secret api_keys.list: GET "/v1/api_keys" (ListApiKeys) -> ApiKeyPage;
    /// Revokes a key, at once and for good.
    secret api_keys.revoke: POST "/v1/api_keys/{id}/revoke" (Id) -> ApiKey;

    /// Registers the public key of a till or an app, with what it may do. The id in the reply is the key id that the device signs under.
    secret devices.create: POST "/v1/devices" (NewDevice) -> Device;
    /// What the device that asks may do: the one call that only a device can make.
    device devices.current: GET "/v1/devices/current" () -> Device;
    /// Reads a device.
    secret devices.retrieve: GET "/v1/devices/{id}" (Id) -> Device;
    /// Lists devices, newest first, with those that are revoked.
    secret devices.list: GET "/v1/devices" (ListDevices) -> DevicePage;
    /// Changes what a device is called and may do, at once.
    secret devices.update: POST "/v1/devices/{id}" (Id, UpdateDevice) -> Device;
    /// Revokes a device, at once and for good.
    secret devices.revoke: POST "/v1/devices/{id}/revoke" (Id) -> Device;

    /// Reads the account that the keys belong to: how it stands and how it is secured.
    secret account.retrieve: GET "/v1/account" () -> MerchantAccount;
    /// Makes the account somebody's own, and sends a code to their telephone.
    secret account.register: POST "/v1/account/register" (RegisterAccount) -> MerchantAccount;
    /// Proves the telephone by the code: from now on codes go there.
    secret account.verify_phone: POST "/v1/account/verify_phone" (VerifyPhone) -> MerchantAccount;
    /// Sends a mail with a token for a new password, if the address is the account's.
    secret account.request_password_reset: POST "/v1/account/password_reset" (RequestPasswordReset) -> PasswordReset;
    /// Sets a new password by the token of the mail, and ends every session.
    secret account.reset_password: POST "/v1/account/password" (ResetPassword) -> MerchantAccount;
    /// Freezes the account at its holder's request, at once: money comes in and does not leave.
    device account.freeze: POST "/v1/account/freeze" (FreezeAccount) -> MerchantAccount;
    /// Ends a freeze that its holder asked for. Any other ends by an appeal.
    secret account.thaw: POST "/v1/account/thaw" (ConfirmChange) -> MerchantAccount;

    /// Signs somebody in. The token is in this answer only, and the account's holder is told.
    secret sessions.create: POST "/v1/sessions" (NewSession) -> Session;
    /// Says whose token it is, as long as the session is active.
    secret sessions.verify: POST "/v1/sessions/verify" (VerifySession) -> Session;
    /// Lists sessions, newest first.
    secret sessions.list: GET "/v1/sessions" (ListSessions) -> SessionPage;
    /// Ends a session.
    secret sessions.revoke: POST "/v1/sessions/{id}/revoke" (Id) -> Session;

    /// Sends a code by SMS, with which to confirm one change of the account's security.
    secret two_factor.challenge: POST "/v1/two_factor/challenge" () -> RequiredConfirmation;
    /// Sets the payment PIN, or replaces it.
    secret two_factor.set_pin: POST "/v1/two_factor/pin" (SetPaymentPin) -> MerchantAccount;
    /// Begins to enrol an authenticator app. The secret is in this answer only.
    secret two_factor.enroll_totp: POST "/v1/two_factor/totp" (ConfirmChange) -> TotpEnrolment;
    /// Ends the enrolment by the app's first code; gives recovery codes, in this answer only.
    secret two_factor.confirm_totp: POST "/v1/two_factor/totp/confirm" (ConfirmTotp) -> RecoveryCodes;
    /// Takes the authenticator app and its recovery codes off the account.
    secret two_factor.disable_totp: POST "/v1/two_factor/totp/disable" (ConfirmChange) -> MerchantAccount;
    /// Makes new recovery codes, in this answer only; the former ones work no more.
    secret two_factor.renew_recovery_codes: POST "/v1/two_factor/recovery_codes" (ConfirmChange) -> RecoveryCodes;
    /// Lets a device approve in the name of the account's holder, until it is revoked.
    secret two_factor.trust_device: POST "/v1/two_factor/devices/{id}/trust" (Id, ConfirmChange) -> MerchantAccount;

    /// What waits for the account's holder to confirm.
    device confirmations.list: GET "/v1/confirmations" () -> ConfirmationRequestPage;
    /// Confirms a withdrawal or a transfer by the signature of a trusted device.
    device confirmations.approve: POST "/v1/confirmations/{id}/approve" (Id, ApproveConfirmation) -> ConfirmationRequest;
    /// Says on a trusted device that the account's holder does not want this: it fails at once.
    device confirmations.decline: POST "/v1/confirmations/{id}/decline" (Id) -> ConfirmationRequest;

    /// Hands in a document by its digest.
    secret verification.submit: POST "/v1/identity_documents" (NewIdentityDocument) -> IdentityDocument;
    /// Reads a document: where it stands, not what is in it.
    secret verification.retrieve: GET "/v1/identity_documents/{id}" (Id) -> IdentityDocument, until IdentityDocumentStatus;
    /// Lists documents, newest first.
    secret verification.list: GET "/v1/identity_documents" (ListIdentityDocuments) -> IdentityDocumentPage;
    /// The limits at the account's level of verification.
    secret verification.limits: GET "/v1/limits" () -> AccountLimitPage;

    /// Appeals against a freeze.
    secret appeals.create: POST "/v1/appeals" (NewAppeal) -> Appeal;
    /// Reads an appeal.
    secret appeals.retrieve: GET "/v1/appeals/{id}" (Id) -> Appeal, until AppealStatus;
    /// Lists appeals, newest first.
    secret appeals.list: GET "/v1/appeals" (ListAppeals) -> AppealPage;

    /// The rules that look at payments, transfers and withdrawals, in their order.
    secret risk_rules.list: GET "/v1/risk_rules" () -> RiskRulePage;
    /// Lists the alerts that the rules raised, newest first.
    secret risk_alerts.list: GET "/v1/risk_alerts" (ListRiskAlerts) -> RiskAlertPage;
    /// Reads an alert.
    secret risk_alerts.retrieve: GET "/v1/risk_alerts/{id}" (Id) -> RiskAlert;
    /// Says that somebody has looked at an alert.
    secret risk_alerts.acknowledge: POST "/v1/risk_alerts/{id}/acknowledge" (Id, AcknowledgeRiskAlert) -> RiskAlert;

    /// Opens a ticket: the beginning of a conversation with support.
    secret tickets.create: POST "/v1/tickets" (NewTicket) -> Ticket;
    /// Reads a ticket.
    secret tickets.retrieve: GET "/v1/tickets/{id}" (Id) -> Ticket;
    /// Lists tickets, newest first.
    secret tickets.list: GET "/v1/tickets" (ListTickets) -> TicketPage;
    /// All messages of a ticket, oldest first.
    secret tickets.messages: GET "/v1/tickets/{id}/messages" (Id) -> TicketMessagePage;
    /// Writes to a ticket that is not closed.
    secret tickets.reply: POST "/v1/tickets/{id}/reply" (Id, NewTicketMessage) -> Ticket;
    /// Closes a ticket.
    secret tickets.close: POST "/v1/tickets/{id}/close" (Id) -> Ticket;
    /// Opens a closed ticket again, with what is still amiss.
    secret tickets.reopen: POST "/v1/tickets/{id}/reopen" (Id, NewTicketMessage) -> Ticket;
    /// Rates a closed ticket, once.
    secret tickets.rate: POST "/v1/tickets/{id}/rate" (Id, RateTicket) -> Ticket;

    /// Lists where support is reached, when, and whether agents are there now.
    secret channels.list: GET "/v1/channels" (ListChannels) -> ChannelPage;
    /// Reads a channel.
    secret channels.retrieve: GET "/v1/channels/{id}" (Id) -> Channel;

    /// Searches the help articles, in English or Chinese; the best first.
    secret help.search: GET "/v1/help/search" (SearchHelp) -> HelpHitPage;
    /// Lists the help articles of a language.
    secret help.list: GET "/v1/help/articles" (ListHelpArticles) -> HelpArticlePage;
    /// Reads a help article.
    secret help.retrieve: GET "/v1/help/articles/{id}" (Id, ReadHelpArticle) -> HelpArticle;

    /// Gives feedback.
    secret feedback.create: POST "/v1/feedback" (NewFeedback) -> FeedbackEntry;
    /// Lists the feedback that was given, newest first.
    secret feedback.list: GET "/v1/feedback" (ListFeedback) -> FeedbackPage;

    /// The official list, signed: where OKPay really is. Keep it, and ask it offline.
    secret official_list.current: GET "/v1/official_list/current" () -> OfficialListEnvelope;

    /// Adds an endpoint for webhooks. The secret is in this answer only.
    secret webhook_endpoints.create: POST "/v1/webhook_endpoints" (NewWebhookEndpoint) -> WebhookEndpoint;
    /// Lists endpoints, newest first.
    secret webhook_endpoints.list: GET "/v1/webhook_endpoints" (ListWebhookEndpoints) -> WebhookEndpointPage;
    /// Makes a new secret; the former one signs as well for a while.
    secret webhook_endpoints.rotate_secret: POST "/v1/webhook_endpoints/{id}/rotate_secret" (Id, RotateWebhookSecret) -> WebhookEndpoint;
    /// Switches an endpoint off.
    secret webhook_endpoints.disable: POST "/v1/webhook_endpoints/{id}/disable" (Id) -> WebhookEndpoint;

    /// Lists events, newest first.
    secret events.list: GET "/v1/events" (ListEvents) -> EventPage;
    /// Reads an event.
    secret events.retrieve: GET "/v1/events/{id}" (Id) -> Event;
    /// Lists the deliveries of an event, newest first.
    secret events.deliveries: GET "/v1/events/{id}/deliveries" (Id) -> DeliveryPage;
    /// Delivers an event again, to every endpoint or to one.
    secret events.redeliver: POST "/v1/events/{id}/redeliver" (Id, RedeliverEvent) -> Event;

    /// Asks what became of a call. A key that was never seen is closed by this, so that "not executed" is final. A device asks about its
    /// own calls only.
    device idempotency.resolve: POST "/v1/idempotency/resolve" (ResolveCall) -> CallOutcome;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Scope;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_routes_are_unique() {
        let names: BTreeSet<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        let routes: BTreeSet<_> = OPERATIONS.iter().map(|operation| (operation.verb, operation.path)).collect();
        assert_eq!((names.len(), routes.len()), (OPERATIONS.len(), OPERATIONS.len()));
        assert!(OPERATIONS.iter().all(|operation| !operation.doc.is_empty()));
    }

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let call = checkout_sessions_retrieve("cs_1/../../sandbox?x#y");
        assert_eq!(call.path, "/v1/checkout_sessions/cs_1%2F..%2F..%2Fsandbox%3Fx%23y");
    }

    #[test]
    fn whoever_may_call_has_no_more_than_the_scope_says() {
        for operation in OPERATIONS {
            let callers = operation.callers();
            assert!(callers.contains(&operation.scope), "{}", operation.name);
            let (keys, devices) = (callers.contains(&Scope::Publishable), callers.contains(&Scope::Device));
            assert!(!keys || operation.scope == Scope::Publishable, "{}", operation.name);
            assert!(!devices || operation.scope != Scope::Secret, "{}", operation.name);
            // What makes keys, or shows their secrets, is the server's alone.
            let makes_keys = matches!(operation.group, "api_keys" | "webhook_endpoints");
            assert!(!makes_keys || callers == [Scope::Secret], "{}", operation.name);
        }
    }

    #[cfg(feature = "secret")]
    #[test]
    fn parameters_go_where_they_belong() {
        let list = payments_list(ListPayments::new().limit(5_u32).reference("order 1&2"));
        assert_eq!((list.method.as_str(), list.path.as_str()), ("GET", "/v1/payments?limit=5&reference=order+1%262"));
        assert_eq!(payments_list(ListPayments::new()).path, "/v1/payments");
        let amount = crate::Money::parse("19.99", "EUR").unwrap();
        let create = payments_create(NewPayment::new(amount, MethodType::Card).payment_method("pm_1"));
        assert_eq!(create.path, "/v1/payments");
        assert_eq!(
            create.body.as_deref(),
            Some(r#"{"amount":{"amount":"19.99","currency":"EUR"},"method":"card","payment_method":"pm_1"}"#)
        );
    }

    #[cfg(feature = "secret")]
    #[test]
    fn what_is_shown_only_once_stays_out_of_logs() {
        let key = r#"{"id":"okp_test_kid_1","kind":"secret","name":"n","secret":"hush","created":"2026-11-01T00:00:00Z","version":1,"livemode":false}"#;
        let endpoint = r#"{"id":"we_1","url":"https://shop.test","status":"enabled","secret":"hush","created":"2026-11-01T00:00:00Z","version":1,"livemode":false}"#;
        let outcome = r#"{"idempotency_key":"k","state":"executed","body":"hush"}"#;
        let (key, endpoint) = (read_api_key(key.as_bytes()).unwrap(), read_webhook_endpoint(endpoint.as_bytes()).unwrap());
        let outcome = read_call_outcome(outcome.as_bytes()).unwrap();
        assert_eq!(
            (key.secret.as_deref(), endpoint.secret.as_deref(), outcome.body.as_deref()),
            (Some("hush"), Some("hush"), Some("hush"))
        );
        let logged = format!("{key:?} {endpoint:#?} {outcome:?}");
        assert!(!logged.contains("hush") && logged.contains("okp_test_kid_1"), "{logged}");
    }
}
