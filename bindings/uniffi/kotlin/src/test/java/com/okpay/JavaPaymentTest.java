package com.okpay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.okpay.models.CallState;
import com.okpay.models.CardDetails;
import com.okpay.models.ListPayments;
import com.okpay.models.MethodType;
import com.okpay.models.NewPayment;
import com.okpay.models.NewPaymentMethod;
import com.okpay.models.Payment;
import com.okpay.models.PaymentStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A payment as Java writes it. */
class JavaPaymentTest {
    @Test
    void aPayment() throws Exception {
        try (Sandbox sandbox = new Sandbox()) {
            String url = sandbox.getUrl();
            Client buyer = new Client(new PublishableKey(sandbox.getDetails().get("publishable_key")), url);
            CardDetails card = new CardDetails("4242424242424242", 12, 2040, "123", null);
            String token = buyer.blocking().paymentMethods().create(new NewPaymentMethod(card)).getId();

            try (Client client = new Client(sandbox.key(), url)) {
                NewPayment order = new NewPayment(new Money("19.99", "EUR"), MethodType.CARD).withPaymentMethod(token).withReference("order-1001");
                Payment payment = client.blocking().payments().create(order, new CallOptions("order-1001-charge"));
                assertEquals(PaymentStatus.SUCCEEDED, payment.getStatus());
                assertEquals(0, payment.getAmount().compareTo(Money.ofMinor(1999, "EUR")));
                assertTrue(payment.getAnswer().getRequestId().startsWith("req_"));

                CallOptions again = new CallOptions("order-1001-charge", Duration.ofSeconds(20));
                assertEquals(payment.getId(), client.blocking().payments().create(order, again).getId());

                int seen = 0;
                for (Payment one : client.blocking().payments().iterate(new ListPayments().withLimit(1L))) {
                    assertEquals(payment.getId(), one.getId());
                    seen++;
                }
                assertEquals(1, seen);
                CompletableFuture<Payment> later = CompletableFuture.supplyAsync(() -> client.blocking().payments().retrieve(payment.getId()));
                assertEquals(payment.getId(), later.get().getId());
            }
        }
    }

    @Test
    void anInterruptIsAnErrorToCatch() throws Exception {
        try (Sandbox sandbox = new Sandbox(); Client client = new Client(sandbox.key(), sandbox.getUrl())) {
            NewPayment order = new NewPayment(new Money("19.99", "EUR"), MethodType.CARD).withPaymentMethod(sandbox.card("4242424242424242"));
            sandbox.fault("delay", "payments.create", 30_000);
            CompletableFuture<String> told = new CompletableFuture<>();
            Thread till = new Thread(() -> {
                try {
                    client.blocking().payments().create(order, new CallOptions("order-1001-charge"));
                } catch (OkpayException.OutcomeUnknown unknown) {
                    told.complete(unknown.getCode() + " " + Thread.interrupted() + " " + Cancellation.getIdempotencyKeys(unknown));
                    return;
                }
                told.complete("it was paid");
            });
            till.start();
            while (sandbox.executed("payments.create") == 0) {
                assertTrue(till.isAlive());
            }
            till.interrupt();
            assertEquals("cancelled true [order-1001-charge]", told.get(30, TimeUnit.SECONDS));
            assertEquals(CallState.EXECUTED, client.resolveBlocking("order-1001-charge").getState());
        }
    }

    @Test
    void errorsAreTyped() {
        OkpayException error = assertThrows(OkpayException.Invalid.class, () -> new Money("1.001", "EUR"));
        assertEquals("too_many_places", error.getCode().getValue());
        assertTrue(error.advice("zh-CN").getTitle().length() > 1);
    }
}
