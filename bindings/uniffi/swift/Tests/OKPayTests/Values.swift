import Foundation
import OKPay
import Testing

/// Values as Swift sees them: money, errors, models, sets that grow, fees, replay, order.
@Suite struct Values {
    @Test func moneyIsExactAndOrderedWithinItsCurrency() throws {
        let (one, two) = (try Money("1.00", "EUR"), try Money("2.00", "EUR"))
        #expect(try one + one == two && two - one == one)
        #expect(try one.isLess(than: two) && two.compare(one) == .orderedDescending && one.compare(one) == .orderedSame)
        let dollar = try Money("1.00", "USD")
        #expect(code { try one + dollar } == "currency_mismatch" && code { try one.compare(dollar) } == "currency_mismatch")
        let same = try Money("1", "EUR")
        #expect(one != dollar && one.description == "1.00 EUR" && Set([one, same]).count == 1)
        #expect(code { try Money(minorUnits: 1_000_000_000_000_000_000, currency: "EUR") + one } == "amount_overflow")
        #expect(try Money(5, "JPY").text == "5" && Money(#require(Decimal(string: "19.90")), "EUR").text == "19.90")
        let minus = try one - two
        #expect(minus.amount == -1 && minus.text == "-1.00" && minus.minorUnits == -100)
        let wire = try JSONEncoder().encode(minus)
        #expect(try JSONDecoder().decode(Money.self, from: wire) == minus)
    }

    @Test func anErrorSaysEverything() throws {
        let failure = OKPayError.Failure(
            code: .paymentDeclined, detail: "no", declineCode: .lostCard, objectID: "pay_1", status: 402, requestID: "req_1",
            idempotencyKey: "key-1")
        let error = OKPayError.rejected(failure)
        #expect(error.code == .paymentDeclined && error.objectID == "pay_1" && error.phase == "rejected")
        #expect("\(error)" == "no (payment_declined), decline lost_card, request req_1, idempotency key key-1")
        #expect(error.localizedDescription == "no")
        let (english, chinese) = (try error.advice(), try error.advice(locale: "zh-CN"))
        #expect(english.locale == "en" && chinese.locale == "zh-CN" && english.title != chinese.title)
        let buyer = try Advice.about(.insufficientFunds, transaction: "pay_1", locale: "fr, zh;q=0.5")
        #expect(buyer.audience == .buyer && buyer.locale == "zh-CN")
        #expect(try DeclineCode.stolenCard.forBuyer() == .genericDecline && Advice.about(ErrorCode.notFound).title != "")
        let later = OKPayError.rejected(.init(code: ErrorCode(rawValue: "moon_phase"), detail: "x"))
        #expect(try !later.code.isKnown && later.advice().title != "")
    }

    @Test func secretsStayOutOfWhatIsPrinted() throws {
        let card = CardDetails(number: "4242424242424242", expMonth: 12, expYear: 2040, cvc: "987")
        var dumped = ""
        dump(card, to: &dumped)
        for shown in ["\(card)", String(reflecting: card), String(describing: [card]), dumped] {
            #expect(["4242", "987", "2040"].allSatisfy { !shown.contains($0) } && shown.contains("expYear"), "\(shown)")
        }
        let key = try HMACKey(id: "okp_test_kid_1", secret: "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        #expect(!"\(key) \(SigningKey.hmac(key))".contains("AAECAw"))
    }

    @Test func aSetOfTextsMayGrow() throws {
        let later = try JSONDecoder().decode([PaymentStatus].self, from: Data(#"["teleported","succeeded"]"#.utf8))
        #expect(later[0].rawValue == "teleported" && !later[0].isKnown && later[1] == .succeeded && later[1].isKnown)
        #expect(PaymentStatus.known.contains(.succeeded) && Set(ErrorCode.known).count == ErrorCode.known.count)
    }

    @Test func timesKeepTheirMilliseconds() throws {
        let wire = #"{"id":"evt_1","event":"e","endpoint":"we_1","status":"pending","attempts":1,"created":"2027-01-15T09:00:00.123+01:00"}"#
        let delivery = try JSONDecoder().decode(Delivery.self, from: Data(wire.utf8))
        #expect(String(decoding: try JSONEncoder().encode(delivery), as: UTF8.self).contains("2027-01-15T08:00:00.123Z"))
        #expect(code { try JSONDecoder().decode(Delivery.self, from: Data(wire.replacingOccurrences(of: "2027", with: "x").utf8)) } != nil)
    }

    @Test func theAnswerIsThereWithTheReply() async throws {
        try await Sandbox.run { sandbox in
            let heard = Heard()
            let client = try sandbox.client(Client.Settings(userAgent: "shop/1", onAttempt: heard.hear))
            let (page, answer) = try await client.withAnswer { client async throws(OKPayError) in try await client.balances.list() }
            #expect(answer?.status == 200 && answer?.requestID?.hasPrefix("req_") == true && answer?.isReplayed == false)
            #expect(try JSONDecoder().decode(BalancePage.self, from: try #require(answer?.body)) == page)
            #expect(heard.reports.map(\.urlTemplate) == ["/v1/balances"] && heard.reports.first?.status == 200)
            let envelope = try await client.feeSchedules.current()
            let schedule = try FeeSchedule(envelope: envelope, publicKeys: [try sandbox.detail("fee_schedule_key")])
            #expect(schedule.isVerified && schedule.validFrom != nil)
        }
    }

    @Test func manyFeesEqualOneByOne() throws {
        let schedule = try FeeSchedule.standard()
        let facts = ["brand": "visa", "card_region": "domestic", "conversion": "false"]
        var request = QuoteRequest(operation: "payment", method: "card", amount: try Money("1", "EUR"), facts: facts)
        let amounts = Array(stride(from: Int64(100), to: 5000, by: 77))
        let columns = try schedule.quoteMany(amounts, request)
        for (place, minor) in amounts.enumerated() {
            request.amount = try Money(minorUnits: minor, currency: "EUR")
            let quote = try schedule.quote(request)
            #expect(columns.gross[place] == quote.gross.minorUnits && columns.fee[place] == quote.fee.minorUnits)
            #expect(columns.net[place] == quote.net.minorUnits && columns.ruleIDs[columns.rule[place]] == quote.ruleID)
        }
        let fixed = request
        #expect(try schedule.quoteMany([], fixed).fee.isEmpty)
        #expect(failed { try schedule.quoteMany([100, -1], fixed) }?.param == "amounts[1].amount")
        #expect(Rounding(rawValue: schedule.rounding) == .halfUp)
    }

    @Test func anEventIsHandledOnceAndInOrder() async throws {
        let (store, now) = (MemoryReplayStore(capacity: 2), Date(timeIntervalSince1970: 1_800_000_000))
        let claim = { (consumer: String, now: Date) throws(OKPayError) in
            try store.claim("evt_1", consumer: consumer, lease: .seconds(60), now: now)
        }
        guard case .new(let first) = try claim("orders", now) else { throw Missing(name: "a claim") }
        #expect(try claim("orders", now + 59) == .inProgress)
        try store.release(first)
        guard case .new(let second) = try claim("orders", now) else { throw Missing(name: "a claim") }
        #expect(code { try store.complete(first, now: now) } == "replay_guard_failed")
        try store.complete(second, now: now)
        #expect(try claim("orders", now + 3600) == .done)
        guard case .new = try claim("mails", now) else { throw Missing(name: "a claim") }
        #expect(code { try store.claim("evt_2", consumer: "mails", lease: .seconds(60), now: now) } == "replay_guard_failed")
        let guarded: any ReplayStore = MemoryReplayStore()
        guard case .new(let token) = try await guarded.claim("evt_1", consumer: "orders") else { throw Missing(name: "a claim") }
        try await guarded.complete(token)
        #expect([(nil, 1), (1, 2), (2, 2), (1, 3)].map { Webhooks.apply(current: $0, event: $1) } == [.apply, .apply, .stale, .gap])
    }

    @Test func aDeliveryIsDiagnosed() throws {
        let (ours, theirs, body) = (try Webhooks.newSecret(), try Webhooks.newSecret(), Data("{}".utf8))
        let headers = try Webhooks.sign(body, id: "evt_1", secrets: [theirs])
        let told = try Webhooks.diagnose(body, headers: headers, secrets: [ours], otherSecrets: ["till": theirs])
        #expect(!told.verified && told.findings.first?.code == .signedForOtherEndpoint && told.findings[0].detail.contains("till"))
        let both = try Webhooks.sign(body, id: "evt_1", secrets: [ours, theirs])
        #expect(try Verifier(theirs).verify(body, headers: both).id == "evt_1")
        #expect(code { try Verifier("") } == "invalid_key" && code { try Verifier(secrets: []) } == "invalid_key")
    }

    @Test func aBundleSaysWhatRanItAndWhatFailed() throws {
        let error = try #require(failed { try Verifier("") })
        let bundle = try DiagnosticBundle.about([error])
        let runtime = try #require(bundle.runtime)
        #expect(runtime.wholeMatch(of: /(Swift|iOS|macOS) [0-9]+\.[0-9]+(\.[0-9]+)?/) != nil, "\(runtime)")
        #expect(bundle.platform?.split(separator: " ").count == 2 && bundle.language == .swift)
        #expect(bundle.incidents.map(\.code) == [error.code] && bundle.incidents[0].phase == .invalid)
    }

    @Test func aFileIsNamedByItsDigest() throws {
        let content = Data("abc".utf8)
        let file = Attachment(name: "note.txt", mediaType: "text/plain", size: content.count, sha256: try Signing.fileDigest(content))
        #expect(file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func codesAndFirstAnswersAreNotPrinted() throws {
        let code = Confirmation(kind: .smsCode, code: "492016")
        let outcome = CallOutcome(idempotencyKey: "order-1", state: .executed, body: "hush")
        for value in [code, outcome] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", "\([value])", String(reflecting: value), dumped] {
                #expect(["492016", "hush"].allSatisfy { !text.contains($0) })
            }
        }
        #expect(code.code == "492016" && "\(code)".contains("…"))
    }

    @Test func whatIsMissingIsNamed() {
        #expect(failed { try Client.fromEnvironment() }?.param == "OKPAY_KEY_ID")
        let key = { try HMACKey(id: "k", secret: "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8") }
        #expect(failed { try Client(baseURL: "http://api.okpay.test", key: .hmac(try key())) }?.code == .invalidURL)
    }

    private func failed(_ work: () throws -> some Any) -> OKPayError? {
        do {
            _ = try work()
            return nil
        } catch {
            return error as? OKPayError
        }
    }
}
