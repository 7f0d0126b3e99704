import Foundation
internal import OKPayCore

/// What to do about a failure, in English and Chinese. A locale is a tag (`en`, `zh-CN`) or an `Accept-Language` header; what is neither
/// English nor Chinese gets English.
extension Advice {
    /// What the merchant does about an error of this code, where only the code is at hand.
    ///
    /// - Throws: nothing but a defect.
    public static func about(_ code: ErrorCode, locale: String = "en") throws(OKPayError) -> Advice {
        try read { try coreAdviceForCode(code: code.rawValue, locale: locale) }
    }

    /// What the buyer does about a declined payment: to be shown on the payment page.
    ///
    /// - Parameters:
    ///   - code: why it was declined.
    ///   - transaction: the id of the payment, for the step that sends the buyer to support.
    ///   - locale: the buyer's.
    /// - Throws: nothing but a defect.
    public static func about(
        _ code: DeclineCode,
        transaction: String? = nil,
        locale: String = "en"
    ) throws(OKPayError) -> Advice {
        try read { try coreAdviceForDecline(code: code.rawValue, transaction: transaction, locale: locale) }
    }

    fileprivate static func read(_ text: () throws -> String) throws(OKPayError) -> Advice {
        try Wire.read(Advice.self, Data(try crossing(text).utf8))
    }
}

extension DeclineCode {
    /// The decline code that a buyer may see: a lost or stolen card and suspected fraud become a decline without a reason.
    ///
    /// - Throws: nothing but a defect.
    public func forBuyer() throws(OKPayError) -> DeclineCode {
        DeclineCode(rawValue: try crossing { try coreCodeForBuyer(code: rawValue) })
    }
}

extension OKPayError {
    /// What the merchant does about it; while the outcome of a call is unknown, how to find it out.
    ///
    /// - Throws: nothing but a defect.
    public func advice(locale: String = "en") throws(OKPayError) -> Advice {
        try Advice.read { try coreAdviceForError(failure: core, locale: locale) }
    }
}
