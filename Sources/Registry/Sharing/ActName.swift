import Cryptography
import Ledger
import Rules

/// An act of sharing as people name it: by the index of its entry, or by its event.
///
/// Spec: cli/share.md, "Names".
public enum ActName: Sendable, Hashable {
  /// The entry at this index.
  case entry(LeafIndex)
  /// The event with this number, of a department.
  case event(EventName)

  /// Reads an index in decimal, or `<USCC>/<jti>`; nil for any other text.
  public init?(_ text: String) {
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard let index = UInt64(text), index <= TreeSize.maximum else { return nil }
      self = .entry(LeafIndex(index))
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 18,
      parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }),
      let number = Digest(canonicalText: String(parts[1]))
    else { return nil }
    self = .event(EventName(number: number, department: String(parts[0])))
  }
}

extension EventName {
  /// `<USCC>/<jti>`: the one form in which commands print and take it.
  public var name: String { "\(department)/\(number.base64url)" }
}
