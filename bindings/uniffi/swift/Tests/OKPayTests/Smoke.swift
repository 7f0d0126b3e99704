import Testing
@testable import OKPay
@Test func money() throws { #expect(try Money("1", "EUR").text == "1.00") }
