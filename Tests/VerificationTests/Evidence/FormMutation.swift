import Encoding
import Foundation

/// The changes that `spec/vectors/evidence/forms.json` names.
struct FormMutation {
  /// The text that is changed.
  let text: String

  /// The changed bytes; nil for a change that nobody knows.
  func bytes(_ name: String) -> [UInt8]? {
    changedBytes(name) ?? changedText(name).map { Array($0.utf8) }
  }

  private func changedBytes(_ name: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    switch name {
    case "none": return bytes
    case "newline": return bytes + [0x0A]
    case "two_newlines": return bytes + [0x0A, 0x0A]
    case "carriage_return": return bytes + [0x0D, 0x0A]
    case "empty": return []
    case "binary": return (0..<200).map { UInt8($0) }
    case "truncated": return Array(bytes.prefix(bytes.count / 2))
    case "byte_order_mark": return [0xEF, 0xBB, 0xBF] + bytes
    case "huge": return bytes + [UInt8](repeating: 0x20, count: 9 << 20)
    default: return nil
    }
  }

  private func replaced(_ old: String, _ new: String) -> String? {
    guard let range = text.range(of: old) else { return nil }
    return text.replacingCharacters(in: range, with: new)
  }

  private func changedText(_ name: String) -> String? {
    switch name {
    case "space": return replaced(":", ": ")
    case "escape": return replaced("index 3", "index\\u00203")
    case "duplicate_member":
      return "{\"kind\":1,\"kind\":2,\"proof\":1,\"proof\":2," + text.dropFirst()
    case "unknown_member": return text.dropLast() + ",\"zzz\":1}"
    case "missing_member":
      return text.hasSuffix("]}")
        ? replaced(",\"types\":", ",\"typos\":")
        : replaced("\"proof\":", "\"prove\":")
    case "null_member": return replaced("\"identities\":[", "\"identities\":null,\"x\":[")
    case "deep":
      return String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
    case "entry_space": return replaced("\\\"index\\\":", "\\\"index\\\": ")
    case "entry_index": return replaced("\\\"index\\\":3", "\\\"index\\\":2")
    case "no_identity": return changeArray("identities") { _ in "" }
    case "five_identities":
      return changeArray("identities") { Array(repeating: $0, count: 3).joined(separator: ",") }
    case "identity_base64": return replaced("\"identities\":[\"", "\"identities\":[\"*")
    case "many_disclosures":
      return changeArray("disclosures") { Array(repeating: $0, count: 30).joined(separator: ",") }
    case "disclosure_form": return replaced("\"disclosures\":[\"", "\"disclosures\":[\"WyJ")
    case "proof_form": return replaced("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2")
    case "proof_index": return replaced("index 3\\n", "index 2\\n")
    case "proof_extra": return replaced("v1\\nindex", "v1\\nextra AAAA\\nindex")
    default: return changedMember(name)
    }
  }

  private func changedMember(_ name: String) -> String? {
    switch name {
    case "wrong_kind": return replaced("\"kind\":\"kanhe-", "\"kind\":\"kanha-")
    case "missing_threads": return replaced("\"threads\":", "\"threat\":")
    case "copy_empty": return replaced("\"copy\":\"", "\"copy\":\"\",\"xopy\":\"")
    case "copy_space": return replaced("\"copy\":\"", "\"copy\":\" ")
    case "thread_key":
      return replaced("\"certificate\":{\"key\":\"", "\"certificate\":{\"key\":\"A")
    case "thread_number": return replaced("\"number\":1", "\"number\":0")
    case "second_subject":
      return replaced("\"threads\":{", "\"threads\":{\"a\":{\"key\":\"\",\"number\":1},")
    case "no_subject":
      guard let start = text.range(of: ",\"subject\":{\"key\"")?.lowerBound else { return nil }
      return text[..<start] + "}}"
    case "thread_keys": return text.dropLast() + ",\"threads\":{}}"
    case "status_text": return replaced("\"status\":\"", "\"status\":\"no token ")
    case "many_types":
      return changeArray("types") { Array(repeating: $0, count: 17).joined(separator: ",") }
    default: return nil
    }
  }

  /// Changes what stands between the brackets of a flat array, or of the last one.
  private func changeArray(_ name: String, _ change: (String) -> String) -> String? {
    guard let start = text.range(of: "\"\(name)\":[") else { return nil }
    let rest = text[start.upperBound...]
    guard
      let end = name == "types"
        ? rest.range(of: "]", options: .backwards) : rest.range(of: "]")
    else { return nil }
    let inside = String(rest[..<end.lowerBound])
    return text[..<start.upperBound] + change(inside) + rest[end.lowerBound...]
  }
}
