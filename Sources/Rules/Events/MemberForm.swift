import Certificates
import Cryptography
import Encoding
import Ledger

/// The form of a member's value, clear or private. Rules about its meaning are the judge's.
public indirect enum MemberForm: Sendable, Hashable {
  /// 1 to `max` bytes of UTF-8 on one line, without characters that can be misread
  /// (type-file.md, "Text").
  case text(max: Int)
  /// The same with line feeds and tabs.
  case prose(max: Int)
  /// An integer in a range.
  case integer(ClosedRange<Int64>)
  /// One of a few words.
  case word([String])
  /// A digest or key id: base64url of 32 bytes.
  case digest
  /// Standard base64 of 1 to `max` bytes.
  case base64(max: Int)
  /// A well-formed unified social credit code.
  case department
  /// A well-formed type code.
  case typeCode
  /// A compact JWS: three base64url segments, at most `max` characters.
  case jws(max: Int)
  /// `min` to `max` values of one form.
  case list(MemberForm, min: Int, max: Int)
  /// An object with exactly these members; names that end in `?` may be absent.
  case object([String: MemberForm])

  /// What the value must be, for messages and the spec.
  public var summary: String {
    switch self {
    case .text(let max): "text of 1 to \(max) bytes"
    case .prose(let max): "text of 1 to \(max) bytes, line feeds allowed"
    case .integer(let range): "integer \(range.lowerBound) to \(range.upperBound)"
    case .word(let words): words.joined(separator: ", ")
    case .digest: "base64url of 32 bytes"
    case .base64: "base64"
    case .department: "unified social credit code"
    case .typeCode: "type code"
    case .jws: "compact JWS"
    case .list(let form, let min, let max): "\(min) to \(max) of: \(form.summary)"
    case .object(let members): "object of " + members.keys.sorted().joined(separator: ", ")
    }
  }

  /// Whether a value has this form.
  public func matches(_ value: JSONValue) -> Bool {
    switch self {
    case .integer(let range):
      guard case .integer(let number) = value else { return false }
      return range.contains(number)
    case .list(let form, let min, let max):
      guard case .array(let values) = value, (min...max).contains(values.count) else {
        return false
      }
      return values.allSatisfy { form.matches($0) }
    case .object(let members):
      guard case .object(let object) = value else { return false }
      return MemberForm.matches(object, members: members)
    default:
      guard case .string(let text) = value else { return false }
      return matches(text: text)
    }
  }

  private func matches(text: String) -> Bool {
    switch self {
    case .text(let max):
      return (1...max).contains(text.utf8.count) && ClaimText.isPermitted(text)
        && MemberForm.isOneLine(text.utf8Span.span)
    case .prose(let max):
      return (1...max).contains(text.utf8.count) && ClaimText.isPermitted(text)
    case .word(let words): return words.contains(text)
    case .digest: return Digest(canonicalText: text) != nil
    case .base64(let max):
      guard text.utf8.count <= max, let bytes = decoded(text) else { return false }
      return !bytes.isEmpty
    case .department: return CodeCheck.isDepartment(text)
    case .typeCode: return CodeCheck.isType(text)
    case .jws(let max): return text.utf8.count <= max && CodeCheck.isCompactJWS(text)
    case .integer, .list, .object: return false
    }
  }

  private static func isOneLine(_ text: Span<UInt8>) -> Bool {
    for position in text.indices where text[position] < 0x20 { return false }
    return true
  }

  private func decoded(_ text: String) -> [UInt8]? {
    do { return try Base64.decode(text) } catch { return nil }
  }

  private static func matches(_ object: JSONObject, members: [String: MemberForm]) -> Bool {
    for member in object {
      guard let form = members[member.name] ?? members[member.name + "?"] else { return false }
      if !form.matches(member.value) { return false }
    }
    return members.keys.allSatisfy { $0.utf8.last == UInt8(ascii: "?") || object.contains($0) }
  }
}
