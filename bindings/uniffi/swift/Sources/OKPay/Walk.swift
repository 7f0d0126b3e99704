/// All elements of all pages of a list; a page is fetched when it is needed.
///
/// ```swift
/// for try await payment in client.payments.all(status: .succeeded) { … }
/// ```
public struct Walk<Element: Sendable>: AsyncSequence, Sendable {
    /// What can go wrong while a page is fetched.
    public typealias Failure = OKPayError

    typealias Page = (elements: [Element], next: String?)

    private let fetch: @Sendable (_ after: String?) async throws(OKPayError) -> Page

    init(_ fetch: @escaping @Sendable (_ after: String?) async throws(OKPayError) -> Page) {
        self.fetch = fetch
    }

    /// Starts a walk.
    public func makeAsyncIterator() -> Iterator {
        Iterator(fetch: fetch)
    }

    /// A walk under way.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let fetch: @Sendable (_ after: String?) async throws(OKPayError) -> Page
        private var elements: ArraySlice<Element> = []
        private var next: String?
        private var isAtEnd = false

        fileprivate init(fetch: @escaping @Sendable (_ after: String?) async throws(OKPayError) -> Page) {
            self.fetch = fetch
        }

        /// The next element; none at the end.
        public mutating func next() async throws(OKPayError) -> Element? {
            while elements.isEmpty {
                if isAtEnd { return nil }
                let page = try await fetch(next)
                (elements, next, isAtEnd) = (page.elements[...], page.next, page.next == nil)
            }
            return elements.popFirst()
        }
    }
}
