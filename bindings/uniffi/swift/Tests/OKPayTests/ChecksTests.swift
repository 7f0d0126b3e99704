import Foundation
import OKPay
import Testing

/// What people type and scan.
@Suite struct ChecksTests {
    @Test func aCardIsCheckedWhileItIsTyped() throws {
        let check = try Checks.cardNumber("4242 4242 4242 4242")
        #expect(check.brand == .visa && check.last4 == "4242" && check.reason == nil)
        let typo = try Checks.cardNumber("4242 4242 4242 4241")
        #expect(typo.reason != nil && typo.state != check.state)
        #expect(try Checks.securityCode("123", brand: .visa).reason == nil)
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let expiry = try Checks.cardExpiry("12/40", now: now)
        #expect(expiry.month == 12 && expiry.year == 2040)
        #expect(try Checks.cardExpiry("01/20", now: now).reason != nil)
        let card = CardDetails(number: "4242424242424241", expMonth: 12, expYear: 2040, cvc: "123")
        #expect(code { try Checks.card(card, now: now) } != nil)
    }

    @Test func anAddressIsOfOneNetwork() throws {
        let address = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
        #expect(try Checks.address(address, on: .tron).network == .tron)
        #expect(code { try Checks.address(address, on: .bitcoin) } == "address_wrong_network")
        #expect(try PaymentRequests.usdtContract(on: .tron) == address && PaymentRequests.usdtContract(on: .bitcoin) == nil)
    }

    @Test func aLinkIsWrittenAndRead() throws {
        let address = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
        let request = CoinRequest(network: .bitcoin, address: address, amount: try Money("0.01", "BTC"), label: "Buch & Tee 茶")
        let uri = try PaymentRequests.uri(request)
        #expect(uri.hasPrefix("bitcoin:\(address)?amount=0.01"))
        let read = try PaymentRequests.parse(uri)
        #expect(try read.coin?.amount == Money("0.01", "BTC") && read.coin?.label == "Buch & Tee 茶" && read.coin?.address == address)
        #expect(code { try PaymentRequests.parse("carrier:pigeon") } != nil)
    }
}
